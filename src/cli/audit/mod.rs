//! `siesta audit …`
mod list;
mod verify;

use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] =
    &[schema::of::<list::AuditView<'_>>("audit list"), schema::of::<verify::VerifyView>("audit verify")];

/// Manage the tamper-evident audit
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta audit list\n  siesta audit verify")]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    List(list::ListArgs),
    Verify(verify::VerifyArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AuditArgs) -> Result<Exit, Error> {
    match args.command {
        AuditCommand::List(args) => list::run(ui, settings, args),
        AuditCommand::Verify(args) => verify::run(ui, settings, args),
    }
}
