//! `siesta catalog …`
mod list;
mod show;

use super::error::Error;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] =
    &[schema::of::<list::ServicesView<'_>>("catalog list"), schema::of::<show::ShowView>("catalog show")];

/// Manage the catalogue of services and their functions
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog list\n  siesta catalog show openai")]
pub(super) struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
}

pub(super) fn run(ui: &mut Ui, args: CatalogArgs) -> Result<(), Error> {
    match args.command {
        CatalogCommand::List(args) => list::run(ui, args),
        CatalogCommand::Show(args) => show::run(ui, args),
    }
}
