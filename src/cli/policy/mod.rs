//! `siesta policy …`
mod lint;
mod list;
mod parts;
mod remove;
mod rule_words;
mod set;
mod show;

use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<set::PolicySetView>("policy set"),
    schema::of::<list::PoliciesView<'_>>("policy list"),
    schema::of::<show::PolicyShownView>("policy show"),
    schema::of::<remove::PolicyRemovedView>("policy remove"),
    schema::of::<lint::LintView<'_>>("policy lint"),
];

/// Manage how an agent may use a connection
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta policy set helper notes --mode read_write --step-up never\n  siesta policy list"
)]
pub(super) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    Set(Box<set::SetArgs>),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Remove(remove::RemoveArgs),
    Lint(lint::LintArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: PolicyArgs) -> Result<Exit, Error> {
    match args.command {
        PolicyCommand::Set(args) => set::run(ui, settings, *args)?,
        PolicyCommand::List(args) => list::run(ui, settings, args)?,
        PolicyCommand::Show(args) => show::run(ui, settings, args)?,
        PolicyCommand::Remove(args) => remove::run(ui, settings, args)?,
        PolicyCommand::Lint(args) => return lint::run(ui, settings, args),
    }
    Ok(Exit::Ok)
}
