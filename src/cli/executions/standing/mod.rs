//! `siesta executions standing …`
pub(super) mod list;
pub(super) mod revoke;

use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use clap::{Args, Subcommand};

/// Manage standing approvals
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions standing list\n  siesta executions standing revoke 019ab1c2-5f3e"
)]
pub(super) struct StandingArgs {
    #[command(subcommand)]
    command: StandingCommand,
}

#[derive(Debug, Subcommand)]
enum StandingCommand {
    List(list::ListArgs),
    Revoke(revoke::RevokeArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: StandingArgs) -> Result<Exit, Error> {
    match args.command {
        StandingCommand::List(args) => list::run(ui, settings, args),
        StandingCommand::Revoke(args) => revoke::run(ui, settings, args),
    }
}
