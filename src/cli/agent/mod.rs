//! `siesta agent …`
mod add;
mod disable;
mod edit;
mod enable;
mod list;
mod remove;
mod show;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::people::{AgentsView, OneAgentView};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<OneAgentView>("agent add"),
    schema::of::<AgentsView>("agent list"),
    schema::of::<show::ShowAgentView>("agent show"),
    schema::of::<edit::EditedAgentView>("agent edit"),
    schema::of::<remove::RemovedAgentView>("agent remove"),
    schema::of::<OneAgentView>("agent enable"),
    schema::of::<OneAgentView>("agent disable"),
];

/// Manage agents: whatever acts
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent add helper\n  siesta agent list")]
pub(super) struct AgentArgs {
    #[command(subcommand)]
    command: AgentCommand,
}

#[derive(Debug, Subcommand)]
enum AgentCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Disable(disable::DisableArgs),
    Enable(enable::EnableArgs),
    Remove(remove::RemoveArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AgentArgs) -> Result<(), Error> {
    match args.command {
        AgentCommand::Add(args) => add::run(ui, settings, args),
        AgentCommand::List(args) => list::run(ui, settings, args),
        AgentCommand::Show(args) => show::run(ui, settings, args),
        AgentCommand::Edit(args) => edit::run(ui, settings, args),
        AgentCommand::Disable(args) => disable::run(ui, settings, args),
        AgentCommand::Enable(args) => enable::run(ui, settings, args),
        AgentCommand::Remove(args) => remove::run(ui, settings, args),
    }
}
