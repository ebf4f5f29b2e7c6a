//! `siesta apply`
use super::declared::{self, DeclaredArgs};
use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::ops::org_file;
use clap::Args;

/// Make the organization as a file says: all of it, or nothing
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta apply org.yaml --dry-run\n  siesta apply org.yaml --kind all --prune"
)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    declared: DeclaredArgs,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ApplyArgs) -> Result<Exit, Error> {
    let ApplyArgs { declared: args, dry_run } = args;
    let siesta = unlock::open(ui, settings, "apply")?;
    let read = args.read()?;
    let outcome = org_file::apply(&siesta, &read, &args.ask(dry_run)).map_err(|error| args.placed(error))?;
    declared::show(ui, &outcome, dry_run)?;
    if outcome.refused {
        ui.next(&format!("siesta apply {}        (without --refuse-widening, when that is meant)", args.again()));
    }
    Ok(declared::end(&outcome, Exit::Ok))
}
