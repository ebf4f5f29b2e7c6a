//! `siesta store …`
mod info;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use clap::{Args, Subcommand};

/// Manage the encrypted store
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store info")]
pub(super) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    Info(info::InfoArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: StoreArgs) -> Result<(), Error> {
    match args.command {
        StoreCommand::Info(args) => info::run(ui, settings, args),
    }
}
