//! `siesta audit …`
mod export;
mod filter;
mod head;
mod list;
mod show;
mod verify;

use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::audit::OneAuditRowView;
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<list::AuditView<'_>>("audit list"),
    schema::of::<OneAuditRowView>("audit show"),
    schema::of::<verify::VerifyView>("audit verify"),
    schema::of::<export::ExportView>("audit export"),
    schema::of::<head::StoreHeadView>("audit head"),
];

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
    Show(show::ShowArgs),
    Verify(verify::VerifyArgs),
    Export(export::ExportArgs),
    Head(head::HeadArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AuditArgs) -> Result<Exit, Error> {
    match args.command {
        AuditCommand::List(args) => list::run(ui, settings, args),
        AuditCommand::Show(args) => show::run(ui, settings, args),
        AuditCommand::Verify(args) => verify::run(ui, settings, args),
        AuditCommand::Export(args) => export::run(ui, settings, args),
        AuditCommand::Head(args) => head::run(ui, settings, args),
    }
}
