//! `siesta executions list`
use super::seen::Seen;
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus};
use crate::model::time::Timestamp;
use crate::ops::approvals::{self, Listing};
use crate::view::execution::ExecutionView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List executions, the newest first
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions list --pending\n  siesta executions list --pending --since-last\n  siesta executions list --agent helper"
)]
pub(super) struct ListArgs {
    /// Only those that wait for approval
    #[arg(long)]
    pending: bool,
    /// Only those that were not listed this way before, for cron
    #[arg(long, requires = "pending")]
    since_last: bool,
    /// Only those of this agent
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// Only those over this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Line {
    view: ExecutionView,
    #[serde(skip)]
    created_at: Timestamp,
    #[serde(skip)]
    resolved_at: Option<Timestamp>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ExecutionsView<'a> {
    #[schemars(with = "Vec<ExecutionView>")]
    executions: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] =
        &["ID", "AGENT", "CONNECTION", "ACTION", "STATUS", "CREATED", "RESOLVED AT", "RESOLVED BY"];
    // `executions show` says both.
    const SPARE: &'static [&'static str] = &["RESOLVED BY", "RESOLVED AT"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::id(self.view.id.as_str()),
            Cell::text(self.view.agent.as_str()),
            Cell::text(self.view.connection.as_str()),
            Cell::text(self.view.action.as_str()),
            status(&self.view),
            Cell::time(self.created_at),
            Cell::maybe_time(self.resolved_at),
            Cell::maybe_text(self.view.resolved_by.as_deref()),
        ]
    }
}

/// The state in the words people use.
pub(super) fn state(view: &ExecutionView) -> (&'static str, Tone) {
    match (view.status, view.approval_status) {
        (_, ApprovalStatus::Expired) => ("Expired", Tone::Quiet),
        (_, ApprovalStatus::Rejected) => ("Rejected", Tone::Bad),
        (_, ApprovalStatus::Cancelled) => ("Cancelled", Tone::Quiet),
        (ExecutionStatus::PendingApproval, ApprovalStatus::Approved) => ("Approved, not run", Tone::Waiting),
        (ExecutionStatus::PendingApproval, _) => ("Waiting for approval", Tone::Waiting),
        (ExecutionStatus::Success, _) => ("Success", Tone::Good),
        (ExecutionStatus::Failed, _) => ("Failed", Tone::Bad),
        (ExecutionStatus::Pending, _) => ("Pending", Tone::Waiting),
        (ExecutionStatus::Unknown, _) => ("Unknown", Tone::Bad),
    }
}

pub(super) fn status(view: &ExecutionView) -> Cell {
    let (word, tone) = state(view);
    Cell::state(word, tone)
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions list")?;
    let seen = args.since_last.then(|| Seen::of(settings)).transpose()?;
    // What is left out of the list would be taken for seen.
    let limit = if args.since_last { u32::MAX } else { args.limit };
    let listing = Listing { pending: args.pending, agent: args.agent, connection: args.connection, limit };
    let mut lines: Vec<Line> = approvals::list(&siesta, &listing)?.iter().map(line).collect();
    let waiting: Vec<String> = lines.iter().map(|line| line.view.id.clone()).collect();
    if let Some(seen) = &seen {
        lines.retain(|line| !seen.has(&line.view.id));
    }
    ui.list(&ExecutionsView { executions: &lines }, &lines)?;
    if let Some(seen) = seen {
        // Nothing new prints nothing, as cron wants it; and only what was printed has been seen.
        return seen.keep(&waiting).map(|()| Exit::Ok);
    }
    if lines.is_empty() && ui.stdout_is_terminal() && !ui.is_json() {
        ui.say(if args.pending { "nothing waits for approval" } else { "no executions" });
    }
    Ok(Exit::Ok)
}

fn line(e: &Execution) -> Line {
    Line { view: ExecutionView::new(e), created_at: e.created_at, resolved_at: e.resolved_at }
}
