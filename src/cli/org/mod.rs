//! `siesta org …`
mod set;
mod show;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::organization::OneOrganizationView;
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] =
    &[schema::of::<OneOrganizationView>("org show"), schema::of::<set::OrganizationSetView>("org set")];

/// Manage the organization's settings
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta org show\n  siesta org set --time-zone Europe/Prague --four-eyes on")]
pub(super) struct OrgArgs {
    #[command(subcommand)]
    command: OrgCommand,
}

#[derive(Debug, Subcommand)]
enum OrgCommand {
    Show(show::ShowArgs),
    Set(set::SetArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: OrgArgs) -> Result<(), Error> {
    match args.command {
        OrgCommand::Show(args) => show::run(ui, settings, args),
        OrgCommand::Set(args) => set::run(ui, settings, args),
    }
}
