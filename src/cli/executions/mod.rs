//! `siesta executions …`
mod approve;
mod list;
mod reject;
mod rendering;
mod request;
mod run;
mod seen;
mod show;
mod standing;
mod wait;
mod watch;

use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::view::decision::OutcomeView;
use crate::view::execution::OneExecutionView;
use crate::view::standing::OneStandingApprovalView;
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<list::ExecutionsView<'_>>("executions list"),
    schema::of::<OneExecutionView>("executions show"),
    schema::of::<schema::Either<OutcomeView, OneExecutionView>>("executions approve"),
    schema::of::<OneExecutionView>("executions reject"),
    schema::of::<request::RequestView>("executions request"),
    schema::of::<OutcomeView>("executions run"),
    schema::of::<OutcomeView>("executions wait"),
    schema::of::<standing::list::StandingApprovalsView<'_>>("executions standing list"),
    schema::of::<OneStandingApprovalView>("executions standing revoke"),
    schema::of::<OneExecutionView>("executions watch"),
];

/// Manage executions and the approvals they wait for
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions list --pending\n  siesta executions approve 019ab1c2-5f3e"
)]
pub(super) struct ExecutionsArgs {
    #[command(subcommand)]
    command: ExecutionsCommand,
}

#[derive(Debug, Subcommand)]
enum ExecutionsCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Approve(approve::ApproveArgs),
    Reject(reject::RejectArgs),
    Run(run::RunArgs),
    Request(request::RequestArgs),
    Standing(standing::StandingArgs),
    Wait(wait::WaitArgs),
    Watch(watch::WatchArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ExecutionsArgs) -> Result<Exit, Error> {
    match args.command {
        ExecutionsCommand::List(args) => list::run(ui, settings, args),
        ExecutionsCommand::Show(args) => show::run(ui, settings, args),
        ExecutionsCommand::Approve(args) => approve::run(ui, settings, args),
        ExecutionsCommand::Reject(args) => reject::run(ui, settings, args),
        ExecutionsCommand::Run(args) => run::run(ui, settings, args),
        ExecutionsCommand::Request(args) => request::run(ui, settings, args),
        ExecutionsCommand::Standing(args) => standing::run(ui, settings, args),
        ExecutionsCommand::Wait(args) => wait::run(ui, settings, args),
        ExecutionsCommand::Watch(args) => watch::run(ui, settings, args),
    }
}
