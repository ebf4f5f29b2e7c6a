//! `siesta governance set`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::governance::Mode;
use crate::ops::governance::{self, Changed, Scope};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Set the mode of a service or a function
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta governance set rest-api/http_post confirm\n  \
                        siesta governance set anthropic disabled")]
pub(super) struct SetArgs {
    /// SERVICE, or SERVICE/FUNCTION
    #[arg(value_name = "SERVICE[/FUNCTION]")]
    target: String,
    /// enabled, disabled, or (for a function) confirm: a person is asked each time
    #[arg(value_name = "MODE", value_parser = parse_mode)]
    mode: Mode,
}

fn parse_mode(text: &str) -> Result<Mode, String> {
    Mode::from_typed(text).ok_or_else(|| "enabled, confirm or disabled".to_owned())
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ChangedView {
    target: String,
    before: String,
    after: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "governance set")?;
    let changed = governance::set(&siesta, &Scope::parse(&args.target), Some(args.mode))?;
    say(ui, &changed)
}

pub(super) fn say(ui: &mut Ui, changed: &Changed) -> Result<(), Error> {
    let words = format!("{}: {} → {}", changed.target, changed.before, changed.after);
    let view =
        ChangedView { target: changed.target.clone(), before: changed.before.clone(), after: changed.after.clone() };
    ui.done(&view, &words)
}
