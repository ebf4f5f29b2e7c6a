//! `siesta executions show`
use super::list::status;
use super::rendering;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::execution::ApprovalStatus;
use crate::ops::{approvals, standing_approvals};
use crate::view::execution::{ExecutionView, OneExecutionView};
use clap::Args;

/// Show an execution: destination first, then arguments and result
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions show 019ab1c2-5f3e\n  siesta executions show 019ab1c2-5f3e --json"
)]
pub(super) struct ShowArgs {
    /// The execution's id, or as much of its beginning as tells it apart
    #[arg(value_name = "EXECUTION")]
    id: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions show")?;
    let execution = approvals::show(&siesta, &args.id)?;
    let hashes = approvals::hashes(&siesta, &execution)?;
    let would = standing_approvals::would_cover(&siesta, &execution)?;
    let execution_view = ExecutionView { hashes, would_cover: None, ..ExecutionView::new(&execution) };
    let mut fields = rendering::first(&execution_view, would.as_ref());
    let covered = rendering::would_cover(would.as_ref());
    let document = OneExecutionView::from(ExecutionView { would_cover: rendering::view(would), ..execution_view });
    let view = &document.execution;
    fields.extend([
        ("action", Cell::text(view.action.as_str())),
        ("connection", Cell::text(format!("{} ({})", view.connection, view.service))),
        ("agent", Cell::text(view.agent.as_str())),
        ("on behalf of", Cell::maybe_text(view.user.as_deref())),
        ("status", status(view)),
        ("approval", Cell::text(view.approval_status.as_str())),
        ("asked because", Cell::maybe_text(view.approval_reason.as_deref())),
        ("conversation", Cell::maybe_text(view.conversation.as_deref())),
    ]);
    fields.extend(rendering::arguments(view, &execution));
    fields.extend([
        ("created", Cell::time(execution.created_at)),
        ("expires", Cell::maybe_time(execution.expires_at)),
        ("resolved at", Cell::maybe_time(execution.resolved_at)),
        ("resolved by", Cell::maybe_text(view.resolved_by.as_deref())),
        ("error", Cell::maybe_text(view.error.as_deref())),
        ("result", Cell::maybe_text(view.result.as_ref().map(|r| format!("HTTP {}", r.http_status)))),
        ("id", Cell::text(view.id.as_str())),
    ]);
    fields.extend(covered);
    if let Some(hashes) = &view.hashes {
        fields.extend([
            ("kept", Cell::text("only hashes: its time is over")),
            ("arguments (SHA-256)", Cell::text(hashes.arguments.as_str())),
            ("request (SHA-256)", Cell::text(hashes.request.as_str())),
            ("result (SHA-256)", Cell::maybe_text(hashes.result.as_deref())),
        ]);
    }
    ui.record(&document, &fields)?;
    if execution.approval_at(ui.now()) == ApprovalStatus::Pending {
        ui.next(&format!("siesta executions approve {}        (or: reject)", view.id));
    }
    Ok(Exit::Ok)
}
