//! `siesta governance …`
pub(super) mod changes;
mod list;
mod set;
mod unset;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::colour::Tone;
use crate::cli::schema::{self, Document};
use crate::cli::table::Cell;
use crate::model::governance::Mode;
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<list::GovernanceView<'_>>("governance list"),
    schema::of::<changes::ChangesView>("governance set"),
    schema::of::<changes::ChangesView>("governance unset"),
];

/// The mode of a function, where its service may be disabled as a whole.
pub(super) fn mode_cell(service_enabled: bool, mode: Mode) -> Cell {
    match (service_enabled, mode) {
        (false, _) => Cell::state("service disabled", Tone::Bad),
        (true, Mode::Enabled) => Cell::state("enabled", Tone::Good),
        (true, Mode::Confirm) => Cell::state("confirm", Tone::Waiting),
        (true, Mode::Disabled) => Cell::state("disabled", Tone::Bad),
    }
}

/// Manage what may be done: the mode of services and functions
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta governance list openai\n  siesta governance set rest-api/http_delete disabled"
)]
pub(super) struct GovernanceArgs {
    #[command(subcommand)]
    command: GovernanceCommand,
}

#[derive(Debug, Subcommand)]
enum GovernanceCommand {
    List(list::ListArgs),
    Set(set::SetArgs),
    Unset(unset::UnsetArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: GovernanceArgs) -> Result<(), Error> {
    match args.command {
        GovernanceCommand::List(args) => list::run(ui, settings, args),
        GovernanceCommand::Set(args) => set::run(ui, settings, args),
        GovernanceCommand::Unset(args) => unset::run(ui, settings, args),
    }
}
