//! `siesta executions watch`
use super::list::state;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::format::Format;
use crate::cli::harmless::harmless;
use crate::cli::settings::Settings;
use crate::cli::span::parse_duration;
use crate::cli::table::{Cell, rfc3339};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::approvals::{self, Listing};
use crate::view::execution::{ExecutionView, OneExecutionView};
use clap::Args;
use std::time::Duration;

/// Print each execution as it is asked for, decided and ended, until Ctrl-C
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions watch --pending\n  siesta executions watch --agent helper --for 8h -o jsonl"
)]
pub(super) struct WatchArgs {
    /// Only those that wait for approval
    #[arg(long)]
    pending: bool,
    /// Only those of this agent
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// Only those over this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// Stop after so long
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    lasts: Option<Duration>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: WatchArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions watch")?;
    let listing =
        Listing { pending: args.pending, agent: args.agent, connection: args.connection, ..Listing::default() };
    let mut failed = None;
    approvals::watch(&siesta, &listing, args.lasts, &mut |execution| {
        let view = ExecutionView::new(execution);
        let said = match ui.is_json() {
            true if ui.format() == Format::Jsonl => ui.json_line(&view),
            true => ui.document(&OneExecutionView::from(view)),
            false => {
                // As lists have them: short for eyes, exact for programs.
                let (time, id) = match ui.stdout_is_terminal() {
                    true => (rfc3339(execution.created_at), Cell::id(view.id.as_str()).for_eyes(ui.now())),
                    false => (view.created_at.clone(), view.id.clone()),
                };
                let words = [&time, &id, &view.agent, &view.connection, &view.action];
                let words: Vec<_> = words.into_iter().map(|word| harmless(word)).collect();
                ui.text(&format!("{}  {}\n", words.join("  "), state(&view).0))
            }
        };
        match said {
            Ok(()) => true,
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    })?;
    failed.map_or(Ok(Exit::Ok), Err)
}
