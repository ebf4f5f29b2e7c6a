//! `siesta app …`
mod list;
mod remove;
mod set;
mod show;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<set::AppSetView>("app set"),
    schema::of::<list::AppsView>("app list"),
    schema::of::<show::OneAppView>("app show"),
    schema::of::<remove::RemovedView>("app remove"),
];

/// Manage the organization's own OAuth clients
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta app set auth.example.com --client-id siesta\n  siesta app list")]
pub(super) struct AppArgs {
    #[command(subcommand)]
    command: AppCommand,
}

#[derive(Debug, Subcommand)]
enum AppCommand {
    Set(set::SetArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Remove(remove::RemoveArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AppArgs) -> Result<(), Error> {
    match args.command {
        AppCommand::Set(args) => set::run(ui, settings, args),
        AppCommand::List(args) => list::run(ui, settings, args),
        AppCommand::Show(args) => show::run(ui, settings, args),
        AppCommand::Remove(args) => remove::run(ui, settings, args),
    }
}
