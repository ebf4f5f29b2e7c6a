//! `siesta functions …`
mod add;
mod edit;
mod hand;
mod list;
mod remove;
mod set;
mod unset;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::governance::changes::ChangesView;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<list::FunctionsView<'_>>("functions list"),
    schema::of::<ChangesView>("functions set"),
    schema::of::<ChangesView>("functions unset"),
    schema::of::<hand::OwnFunctionView>("functions add"),
    schema::of::<hand::OwnFunctionView>("functions edit"),
    schema::of::<remove::RemovedView>("functions remove"),
];

/// Manage a connection's functions: their modes there, and those it was given by hand
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta functions list notes\n  siesta functions set notes http_delete disabled\n  \
                        siesta functions add crm get_order --method GET --path '/orders/{id}'"
)]
pub(super) struct FunctionsArgs {
    #[command(subcommand)]
    command: FunctionsCommand,
}

#[derive(Debug, Subcommand)]
enum FunctionsCommand {
    List(list::ListArgs),
    Set(set::SetArgs),
    Unset(unset::UnsetArgs),
    Add(add::AddArgs),
    Edit(edit::EditArgs),
    Remove(remove::RemoveArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: FunctionsArgs) -> Result<(), Error> {
    match args.command {
        FunctionsCommand::List(args) => list::run(ui, settings, args),
        FunctionsCommand::Set(args) => set::run(ui, settings, args),
        FunctionsCommand::Unset(args) => unset::run(ui, settings, args),
        FunctionsCommand::Add(args) => add::run(ui, settings, args),
        FunctionsCommand::Edit(args) => edit::run(ui, settings, args),
        FunctionsCommand::Remove(args) => remove::run(ui, settings, args),
    }
}
