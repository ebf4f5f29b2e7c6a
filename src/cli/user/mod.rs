//! `siesta user …`
mod add;
mod disable;
mod edit;
mod enable;
mod import;
pub(super) mod key;
mod list;
mod remove;
mod show;

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
    schema::of::<show::ShowUserView>("user show"),
    schema::of::<edit::EditedUserView>("user edit"),
    schema::of::<remove::RemovedUserView>("user remove"),
    schema::of::<import::ImportedView>("user import"),
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
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Disable(disable::DisableArgs),
    Enable(enable::EnableArgs),
    Remove(remove::RemoveArgs),
    Import(import::ImportArgs),
    Key(key::KeyArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UserArgs) -> Result<(), Error> {
    match args.command {
        UserCommand::Add(args) => add::run(ui, settings, args),
        UserCommand::List(args) => list::run(ui, settings, args),
        UserCommand::Show(args) => show::run(ui, settings, args),
        UserCommand::Edit(args) => edit::run(ui, settings, args),
        UserCommand::Disable(args) => disable::run(ui, settings, args),
        UserCommand::Enable(args) => enable::run(ui, settings, args),
        UserCommand::Remove(args) => remove::run(ui, settings, args),
        UserCommand::Import(args) => import::run(ui, settings, args),
        UserCommand::Key(args) => key::run(ui, settings, args),
    }
}
