//! `siesta governance unset`
use super::set::say;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::governance::{self, Scope};
use clap::Args;

/// Go back to the catalogue's default mode
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta governance unset rest-api/http_post")]
pub(super) struct UnsetArgs {
    /// SERVICE, or SERVICE/FUNCTION
    #[arg(value_name = "SERVICE[/FUNCTION]")]
    target: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UnsetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "governance unset")?;
    let changed = governance::set(&siesta, &Scope::parse(&args.target), None)?;
    say(ui, &changed)
}
