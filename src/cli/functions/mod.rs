//! `siesta functions …`
mod list;
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
];

/// Manage a connection's own modes, which only tighten the organization's
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta functions list notes\n  siesta functions set notes http_delete disabled"
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
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: FunctionsArgs) -> Result<(), Error> {
    match args.command {
        FunctionsCommand::List(args) => list::run(ui, settings, args),
        FunctionsCommand::Set(args) => set::run(ui, settings, args),
        FunctionsCommand::Unset(args) => unset::run(ui, settings, args),
    }
}
