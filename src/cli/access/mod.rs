//! `siesta access …`
mod approve;
mod list;
mod reject;
mod request;

use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::access::OneAccessRequestView;
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<OneAccessRequestView>("access request"),
    schema::of::<list::AccessRequestsView<'_>>("access list"),
    schema::of::<approve::ApprovedView>("access approve"),
    schema::of::<OneAccessRequestView>("access reject"),
];

/// Manage requests for access: an agent asks for a connection, a person decides
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta access request notes --agent helper --reason 'to file what was said'\n  \
                        siesta access list --pending"
)]
pub(super) struct AccessArgs {
    #[command(subcommand)]
    command: AccessCommand,
}

#[derive(Debug, Subcommand)]
enum AccessCommand {
    Request(request::RequestArgs),
    List(list::ListArgs),
    Approve(approve::ApproveArgs),
    Reject(reject::RejectArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AccessArgs) -> Result<(), Error> {
    match args.command {
        AccessCommand::Request(args) => request::run(ui, settings, args),
        AccessCommand::List(args) => list::run(ui, settings, args),
        AccessCommand::Approve(args) => approve::run(ui, settings, args),
        AccessCommand::Reject(args) => reject::run(ui, settings, args),
    }
}
