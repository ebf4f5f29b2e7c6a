//! `siesta plan`
use super::declared::{self, DeclaredArgs};
use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::ops::org_file;
use clap::Args;

/// Show what a file would change, and what of that widens access; exit 12 when there are changes
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta plan org.yaml\n  siesta plan org.yaml --refuse-widening --json")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    declared: DeclaredArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: PlanArgs) -> Result<Exit, Error> {
    let args = args.declared;
    let siesta = unlock::open(ui, settings, "plan")?;
    let read = args.read()?;
    let outcome = org_file::apply(&siesta, &read, &args.ask(true)).map_err(|error| args.placed(error))?;
    declared::show(ui, &outcome, true)?;
    if outcome.changes.is_empty() {
        return Ok(Exit::Ok);
    }
    if !outcome.refused {
        ui.next(&format!("siesta apply {}", args.again()));
    }
    Ok(declared::end(&outcome, Exit::Findings))
}
