//! `siesta policy …`
mod list;
mod set;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] =
    &[schema::of::<set::PolicySetView>("policy set"), schema::of::<list::PoliciesView<'_>>("policy list")];

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
    Set(set::SetArgs),
    List(list::ListArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: PolicyArgs) -> Result<(), Error> {
    match args.command {
        PolicyCommand::Set(args) => set::run(ui, settings, args),
        PolicyCommand::List(args) => list::run(ui, settings, args),
    }
}
