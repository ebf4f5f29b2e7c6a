//! `siesta agent show`
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::agents;
use crate::view::connection::PolicyView;
use crate::view::people::AgentView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show an agent: owner, state, and what it may use
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent show helper")]
pub(super) struct ShowArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ShowAgentView {
    agent: AgentView,
    /// Why it is stopped, when it is.
    frozen: Option<String>,
    policies: Vec<AssignedView>,
}

#[derive(JsonSchema, Serialize)]
struct AssignedView {
    connection: String,
    #[serde(flatten)]
    policy: PolicyView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent show")?;
    let shown = agents::show(&siesta, &args.agent)?;
    let policies = shown.policies.iter();
    let document = ShowAgentView {
        agent: AgentView::new(&shown.agent),
        frozen: shown.freeze.as_ref().map(|freeze| freeze.reason.clone()),
        policies: policies
            .map(|(policy, label)| AssignedView { connection: label.clone(), policy: PolicyView::new(policy) })
            .collect(),
    };
    let agent = &document.agent;
    let uses: Vec<String> =
        document.policies.iter().map(|p| format!("{} ({})", p.connection, p.policy.default_mode)).collect();
    ui.record(
        &document,
        &[
            ("name", Cell::text(agent.name.as_str())),
            ("id", Cell::text(agent.id.as_str())),
            ("kind", Cell::text(agent.kind.as_str())),
            ("description", Cell::text(agent.description.as_str())),
            ("owner", Cell::maybe_text(agent.owner.as_deref())),
            ("status", Cell::text(agent.status.as_str())),
            ("frozen", document.frozen.as_deref().map_or(Cell::Empty, |why| Cell::state(why, Tone::Bad))),
            ("account", Cell::maybe_text(agent.os_user.as_deref())),
            ("may use", Cell::names(&uses)),
            ("added", Cell::time(shown.agent.created_at)),
        ],
    )
}
