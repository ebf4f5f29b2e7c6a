//! `siesta team …`
mod add;
mod add_member;
mod edit;
mod list;
mod remove;
mod remove_member;
mod show;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::people::{OneTeamView, TeamsView};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<OneTeamView>("team add"),
    schema::of::<TeamsView>("team list"),
    schema::of::<show::ShowTeamView>("team show"),
    schema::of::<edit::EditedTeamView>("team edit"),
    schema::of::<remove::RemovedTeamView>("team remove"),
    schema::of::<OneTeamView>("team add-member"),
    schema::of::<OneTeamView>("team remove-member"),
];

/// Manage teams and their members
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team add sales\n  siesta team add-member sales alice")]
pub(super) struct TeamArgs {
    #[command(subcommand)]
    command: TeamCommand,
}

#[derive(Debug, Subcommand)]
enum TeamCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Remove(remove::RemoveArgs),
    AddMember(add_member::AddMemberArgs),
    RemoveMember(remove_member::RemoveMemberArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: TeamArgs) -> Result<(), Error> {
    match args.command {
        TeamCommand::Add(args) => add::run(ui, settings, args),
        TeamCommand::List(args) => list::run(ui, settings, args),
        TeamCommand::Show(args) => show::run(ui, settings, args),
        TeamCommand::Edit(args) => edit::run(ui, settings, args),
        TeamCommand::Remove(args) => remove::run(ui, settings, args),
        TeamCommand::AddMember(args) => add_member::run(ui, settings, args),
        TeamCommand::RemoveMember(args) => remove_member::run(ui, settings, args),
    }
}
