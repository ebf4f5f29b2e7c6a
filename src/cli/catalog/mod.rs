//! `siesta catalog …`
mod import;
mod list;
mod remove;
mod search;
mod show;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::model::service::Service;
use crate::ops::services;
use crate::view::service::ServiceView;
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<list::ServicesView<'_>>("catalog list"),
    schema::of::<search::SearchView<'_>>("catalog search"),
    schema::of::<schema::Either<show::ShowView, crate::view::service::OneFunctionView>>("catalog show"),
    schema::of::<import::ImportView>("catalog import"),
    schema::of::<remove::RemoveView>("catalog remove"),
];

/// Manage the catalogue of services and their functions
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog list\n  siesta catalog search calendar event\n  \
                        siesta catalog show google-gmail\n  siesta catalog import openapi.yaml --dry-run")]
pub(super) struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    List(list::ListArgs),
    Search(search::SearchArgs),
    Show(show::ShowArgs),
    Import(import::ImportArgs),
    Remove(remove::RemoveArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: CatalogArgs) -> Result<(), Error> {
    match args.command {
        CatalogCommand::List(args) => list::run(ui, settings, args),
        CatalogCommand::Search(args) => search::run(ui, args),
        CatalogCommand::Show(args) => show::run(ui, settings, args),
        CatalogCommand::Import(args) => import::run(ui, settings, args),
        CatalogCommand::Remove(args) => remove::run(ui, settings, args),
    }
}

fn view(service: &Service) -> ServiceView {
    ServiceView::new(service, services::registration)
}
