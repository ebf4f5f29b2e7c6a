//! `siesta user remove`
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people::{self, Leaving};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Remove a user; what they owned goes to another, or is reported as ownerless
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user remove bob --new-owner alice\n  siesta user remove bob --yes")]
pub(super) struct RemoveArgs {
    /// The user's name
    #[arg(value_name = "USER")]
    user: String,
    /// Who owns their connections and agents from now on; nobody unless given
    #[arg(long, value_name = "USER")]
    new_owner: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RemovedUserView {
    removed: String,
    new_owner: Option<String>,
    /// What they owned: with no new owner, nobody is answerable for it now.
    connections: Vec<String>,
    agents: Vec<String>,
    approver_of: Vec<String>,
    reviewer_of: Vec<String>,
    grants: Vec<String>,
    teams: Vec<String>,
    /// Connections on which a token limit of theirs went too.
    limits: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user remove")?;
    let leaving = people::leaving(&siesta, &args.user)?;
    let name = leaving.name.clone();
    let question = match (&args.new_owner, leaving.leaves_ownerless()) {
        (None, true) => format!("remove user \"{name}\", and leave {} without an owner?", owned(&leaving)),
        (Some(heir), true) => format!("remove user \"{name}\", and hand {} to \"{heir}\"?", owned(&leaving)),
        (_, false) => format!("remove user \"{name}\"?"),
    };
    ui.confirm_or_stop(&question)?;
    people::remove_user(&siesta, &leaving, args.new_owner.as_deref())?;
    let ownerless = args.new_owner.is_none() && leaving.leaves_ownerless();
    let mut words = format!("removed user \"{name}\"");
    if leaving.leaves_ownerless() {
        match &args.new_owner {
            Some(heir) => words.push_str(&format!("; now \"{heir}\" owns {}", owned(&leaving))),
            None => words.push_str(&format!("; nobody owns {} any more", owned(&leaving))),
        }
    }
    let first = (leaving.connections.first().cloned(), leaving.agents.first().cloned());
    let document = RemovedUserView {
        removed: name,
        new_owner: args.new_owner,
        connections: leaving.connections,
        agents: leaving.agents,
        approver_of: leaving.approver_of,
        reviewer_of: leaving.reviewer_of,
        grants: leaving.grants,
        teams: leaving.teams,
        limits: leaving.limits,
    };
    ui.done(&document, &words)?;
    if ownerless && !ui.is_json() {
        match first {
            (Some(connection), _) => ui.hint(&format!("siesta edit {} --owner USER", quoted(&connection))),
            (None, Some(agent)) => ui.hint(&format!("siesta agent edit {} --owner USER", quoted(&agent))),
            (None, None) => {}
        }
    }
    Ok(())
}

fn owned(leaving: &Leaving) -> String {
    let connections = leaving.connections.iter().map(|label| format!("connection \"{label}\""));
    let agents = leaving.agents.iter().map(|name| format!("agent \"{name}\""));
    connections.chain(agents).collect::<Vec<_>>().join(", ")
}
