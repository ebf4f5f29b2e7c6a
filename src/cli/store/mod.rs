//! `siesta store …`
mod compact;
mod info;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] =
    &[schema::of::<info::InfoView>("store info"), schema::of::<compact::CompactView>("store compact")];

/// Manage the encrypted store
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store info\n  siesta store compact")]
pub(super) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    Info(info::InfoArgs),
    Compact(compact::CompactArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: StoreArgs) -> Result<(), Error> {
    match args.command {
        StoreCommand::Info(args) => info::run(ui, settings, args),
        StoreCommand::Compact(args) => compact::run(ui, settings, args),
    }
}
