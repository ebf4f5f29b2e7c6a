//! `siesta user …`
mod add;
mod disable;
mod enable;
mod list;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::people::{OneUserView, UsersView};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<OneUserView>("user add"),
    schema::of::<UsersView>("user list"),
    schema::of::<OneUserView>("user enable"),
    schema::of::<OneUserView>("user disable"),
];

/// Manage users
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user add alice\n  siesta user list")]
pub(super) struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Disable(disable::DisableArgs),
    Enable(enable::EnableArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UserArgs) -> Result<(), Error> {
    match args.command {
        UserCommand::Add(args) => add::run(ui, settings, args),
        UserCommand::List(args) => list::run(ui, settings, args),
        UserCommand::Disable(args) => disable::run(ui, settings, args),
        UserCommand::Enable(args) => enable::run(ui, settings, args),
    }
}
