//! `siesta usage …`
mod record;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[schema::of::<record::RecordView>("usage record")];

/// Manage recorded token usage
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta usage record research --user alice --input 1200 --output 300")]
pub(super) struct UsageArgs {
    #[command(subcommand)]
    command: UsageCommand,
}

#[derive(Debug, Subcommand)]
enum UsageCommand {
    Record(record::RecordArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UsageArgs) -> Result<(), Error> {
    match args.command {
        UsageCommand::Record(args) => record::run(ui, settings, args),
    }
}
