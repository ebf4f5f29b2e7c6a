//! `siesta user key …`
mod add;
mod list;
mod remove;

use crate::cli::error::Error;
use crate::cli::schema::{self, Document};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::view::key::{KeysView, OneKeyView};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(in crate::cli) const DOCUMENTS: &[Document] = &[
    schema::of::<OneKeyView>("user key add"),
    schema::of::<KeysView>("user key list"),
    schema::of::<OneKeyView>("user key remove"),
];

/// Manage the SSH keys that people sign approvals with
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta user key add alice < ~/.ssh/id_ed25519.pub\n  siesta user key list alice"
)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Remove(remove::RemoveArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: KeyArgs) -> Result<(), Error> {
    match args.command {
        KeyCommand::Add(args) => add::run(ui, settings, args),
        KeyCommand::List(args) => list::run(ui, settings, args),
        KeyCommand::Remove(args) => remove::run(ui, settings, args),
    }
}
