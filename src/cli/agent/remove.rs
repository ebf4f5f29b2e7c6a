//! `siesta agent remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::agents;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Remove an agent with its policies; what it did stays in executions and audit
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent remove helper --yes")]
pub(super) struct RemoveArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RemovedAgentView {
    removed: String,
    /// Connections that were assigned to it.
    assigned: Vec<String>,
    cancelled_approvals: usize,
    cancelled_requests: usize,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent remove")?;
    let leaving = agents::leaving(&siesta, &args.agent)?;
    let uses = match leaving.assigned.is_empty() {
        true => String::new(),
        false => format!(", which may use {}", leaving.assigned.join(", ")),
    };
    ui.confirm_or_stop(&format!("remove agent \"{}\"{uses}?", leaving.name))?;
    agents::remove(&siesta, &leaving)?;
    let words = format!("removed agent \"{}\"", leaving.name);
    let document = RemovedAgentView {
        removed: leaving.name,
        assigned: leaving.assigned,
        cancelled_approvals: leaving.open_approvals,
        cancelled_requests: leaving.waiting_requests,
    };
    ui.done(&document, &words)
}
