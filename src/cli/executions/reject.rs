//! `siesta executions reject`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::approvals;
use crate::view::execution::{ExecutionView, OneExecutionView};
use clap::Args;

/// Reject a request that waits
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta executions reject 019ab1c2-5f3e --reason 'wrong recipient'")]
pub(super) struct RejectArgs {
    /// The execution's id, or as much of its beginning as tells it apart
    #[arg(value_name = "EXECUTION")]
    id: String,
    /// Why, for whoever asked
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RejectArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions reject")?;
    let execution = approvals::reject(&siesta, &args.id, &args.reason)?;
    let view = OneExecutionView::from(ExecutionView::new(&execution));
    ui.done(&view, &format!("rejected {}", execution.id))?;
    Ok(Exit::Ok)
}
