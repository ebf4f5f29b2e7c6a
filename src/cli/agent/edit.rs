//! `siesta agent edit`
use super::add::parse_kind;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::AgentKind;
use crate::ops::agents::{self, AgentChange, EditedAgent};
use crate::view::people::AgentView;
use clap::{ArgGroup, Args};
use schemars::JsonSchema;
use serde::Serialize;

/// Change an agent, or what it may use
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta agent edit helper --owner alice --description 'Answers support mail'\n  \
                        siesta agent edit helper --unassign research --assign notes"
)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(["kind", "description", "owner", "os_user", "no_account", "assign", "unassign"])))]
pub(super) struct EditArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
    /// What kind of thing it is: agent, workflow, skill or prompt
    #[arg(long, value_parser = parse_kind)]
    kind: Option<AgentKind>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The user answerable for it
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// The account of this machine it runs under
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "no_account")]
    os_user: Option<String>,
    /// It has no account of its own any more
    #[arg(long = "no-os-user")]
    no_account: bool,
    /// Assign this connection to it; may be repeated
    #[arg(long, value_name = "CONNECTION")]
    assign: Vec<String>,
    /// Take this connection from it; may be repeated
    #[arg(long, value_name = "CONNECTION")]
    unassign: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct EditedAgentView {
    before: AgentView,
    agent: AgentView,
    /// Connections that were not assigned before, and those that are no longer.
    assigned: Vec<String>,
    unassigned: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EditArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent edit")?;
    let change = AgentChange {
        kind: args.kind,
        description: args.description,
        owner: args.owner,
        os_user: if args.no_account { Some(None) } else { args.os_user.map(Some) },
        assign: args.assign,
        unassign: args.unassign,
    };
    let edited = agents::edit(&siesta, &args.agent, &change)?;
    let words = words(&edited);
    let document = EditedAgentView {
        before: AgentView::new(&edited.before),
        agent: AgentView::new(&edited.agent),
        assigned: edited.assigned,
        unassigned: edited.unassigned,
    };
    ui.done(&document, &words)
}

fn words(edited: &EditedAgent) -> String {
    let (before, agent) = (&edited.before, &edited.agent);
    let nobody = |owner: &Option<String>| owner.clone().unwrap_or_else(|| "nobody".to_owned());
    let none = |account: &Option<String>| account.clone().unwrap_or_else(|| "none".to_owned());
    let mut parts: Vec<String> = [
        ("kind", before.kind.to_string(), agent.kind.to_string()),
        ("description", format!("\"{}\"", before.description), format!("\"{}\"", agent.description)),
        ("owner", nobody(&before.owner), nobody(&agent.owner)),
        ("account", none(&before.os_user), none(&agent.os_user)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(what, old, new)| format!("{what} {old} → {new}"))
    .collect();
    parts.extend(edited.assigned.iter().map(|label| format!("assigned \"{label}\"")));
    parts.extend(edited.unassigned.iter().map(|label| format!("took \"{label}\" away")));
    match parts.is_empty() {
        true => format!("nothing changed for agent \"{}\"", agent.name),
        false => format!("agent \"{}\": {}", agent.name, parts.join(", ")),
    }
}
