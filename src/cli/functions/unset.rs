//! `siesta functions unset`
use crate::cli::error::Error;
use crate::cli::governance::changes::{self, ChangesView};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::functions;
use clap::Args;

/// Take a connection's own modes back: what the organization says holds again
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta functions unset notes http_delete\n  siesta functions unset notes '*'"
)]
pub(super) struct UnsetArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// Functions of its service; patterns such as 'http_*' mean all that fit
    #[arg(value_name = "FUNCTION", required = true)]
    functions: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UnsetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "functions unset")?;
    let (label, changed) = functions::set(&siesta, &args.connection, &args.functions, None)?;
    ui.done(&ChangesView::new(&changed, false), &format!("on \"{label}\":\n{}", changes::words(&changed, false)))
}
