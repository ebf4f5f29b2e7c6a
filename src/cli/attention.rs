//! What somebody should look at, the most urgent first, each with the command that leads on; and the likely next
//! command where nothing is.
//!
//! What must stay true: `siesta` alone, `siesta status` and their documents say the same, because all of them ask here.
use super::advice::quoted;
use crate::model::governance::FreezeScope;
use crate::ops::vault::{Standing, Stopped};
use schemars::JsonSchema;
use serde::Serialize;

/// One kind of thing that waits for somebody.
#[derive(Debug, Clone, JsonSchema, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) struct AttentionView {
    /// `actor`, `frozen`, `needs_reauth`, `waiting_approvals`, `waiting_access_requests` or `near_limits`.
    pub kind: &'static str,
    pub count: usize,
    /// The command to type.
    pub next: String,
}

/// What to look at, in the order in which it holds people up.
pub(super) fn attention(standing: &Standing) -> Vec<AttentionView> {
    let actor = standing.actor_trouble.as_ref().map(|_| (1, "siesta user list        (then: --actor NAME)".to_owned()));
    let frozen = standing.frozen.first().map(|first| (standing.frozen.len(), unfreeze(first)));
    let again = standing.needs_reauth.first().map(|label| format!("siesta reauth {}", quoted(label)));
    let limits = standing.near_limits.first().map(|line| match standing.near_limits.len() {
        1 => format!("siesta limits report --connection {}", quoted(&line.connection)),
        _ => "siesta limits report".to_owned(),
    });
    let waiting = |count: usize, command: &str| (count > 0).then(|| (count, command.to_owned()));
    let kinds = [
        ("actor", actor),
        ("frozen", frozen),
        ("needs_reauth", again.map(|next| (standing.needs_reauth.len(), next))),
        ("waiting_approvals", waiting(standing.waiting, "siesta executions list --pending")),
        ("waiting_access_requests", waiting(standing.waiting_access, "siesta access list --pending")),
        ("near_limits", limits.map(|next| (standing.near_limits.len(), next))),
    ];
    let some = kinds.into_iter().filter_map(|(kind, found)| Some((kind, found?)));
    some.map(|(kind, (count, next))| AttentionView { kind, count, next }).collect()
}

/// The likely next command of a store where nothing waits: the next step from nothing to a governed call.
pub(super) fn next(standing: &Standing) -> &'static str {
    match (standing.connections, standing.agents, standing.assignments) {
        (0, _, _) => "siesta add",
        (_, 0, _) => "siesta agent add NAME",
        (_, _, 0) => "siesta assign CONNECTION AGENT",
        _ => "siesta list",
    }
}

fn unfreeze(stopped: &Stopped) -> String {
    let whom = match (stopped.scope, &stopped.name) {
        (FreezeScope::Agent, Some(name)) => format!("--agent {}", quoted(name)),
        (FreezeScope::Connection, Some(name)) => format!("--connection {}", quoted(name)),
        (FreezeScope::All, _) | (_, None) => "--all".to_owned(),
    };
    format!("siesta unfreeze {whom}        (when it is safe again)")
}
