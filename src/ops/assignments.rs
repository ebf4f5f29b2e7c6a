//! Which agent may use which connection, and how: assignments and their policies.
use crate::model::connection::{Connection, Status};
use crate::model::id::PolicyId;
use crate::model::people::{Actor, Agent};
use crate::model::policy::{AllowlistEntry, Flow, Policy, PolicyStatus};
use crate::ops::{About, Error, Result, Siesta, find_connection, get_agent};
use crate::store::WriteTx;
use serde_json::{Value, json};

/// Assigns a connection to an agent; false when it was assigned already.
pub fn assign(siesta: &Siesta, connection: &str, agent: &str, flows: Option<Vec<Flow>>) -> Result<(Policy, bool)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, connection, true)?;
        let agent = get_agent(tx, agent)?;
        assign_in(siesta, tx, &actor, &connection, &agent, flows)
    })
}

/// The same inside a transaction that does more.
pub(super) fn assign_in(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    connection: &Connection,
    agent: &Agent,
    flows: Option<Vec<Flow>>,
) -> Result<(Policy, bool)> {
    if connection.status == Status::Revoked {
        return Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label))
            .about(About::Revoked(connection.label.clone())));
    }
    let before = tx.find_policy(agent.id, connection.id)?;
    if let Some(policy) = before.as_ref().filter(|policy| policy.status == PolicyStatus::Active) {
        return Ok((policy.clone(), false));
    }
    let mut policy = Policy::first(
        before.as_ref().map_or_else(|| PolicyId(siesta.world.ids.next()), |policy| policy.id),
        (agent.id, &agent.name),
        (connection.id, &connection.base_url),
        actor.to_string(),
        tx.now(),
    );
    // A policy that comes back is a new version: an approval given to the old one must not open the new one.
    policy.version = before.map_or(1, |policy| policy.version + 1);
    policy.allowlists = AllowlistEntry::whole_of(connection);
    if let Some(flows) = flows {
        policy.allowed_models = flows;
    }
    tx.upsert_policy(&policy)?;
    let entry = siesta
        .entry(actor, "policy.assign", "policy", policy.id)
        .connection(connection.id)
        .change("agent", (), agent.name.clone())
        .change("connection", (), connection.label.clone())
        .change("policy", (), in_json(&policy));
    tx.append_audit(entry.row())?;
    Ok((policy, true))
}

/// Takes a connection from an agent.
pub fn unassign(siesta: &Siesta, connection: &str, agent: &str) -> Result<Policy> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, connection, true)?;
        let agent = get_agent(tx, agent)?;
        unassign_in(siesta, tx, &actor, &connection, &agent)
    })
}

/// The same inside a transaction that does more.
pub(super) fn unassign_in(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    connection: &Connection,
    agent: &Agent,
) -> Result<Policy> {
    let found = tx.find_policy(agent.id, connection.id)?.filter(|p| p.status == PolicyStatus::Active);
    let mut policy = found.ok_or_else(|| not_assigned(agent, connection))?;
    policy.status = PolicyStatus::Revoked;
    policy.version += 1;
    tx.upsert_policy(&policy)?;
    let entry = siesta.entry(actor, "policy.unassign", "policy", policy.id).connection(connection.id).change(
        "status",
        PolicyStatus::Active.as_str(),
        PolicyStatus::Revoked.as_str(),
    );
    tx.append_audit(entry.row())?;
    Ok(policy)
}

pub(super) fn not_assigned(agent: &Agent, connection: &Connection) -> Error {
    crate::ops::Kind::NotFound {
        noun: "policy",
        name: format!("{} for {}", agent.name, connection.label),
        nearest: None,
    }
    .into()
}

/// Every active policy with the label of its connection.
pub fn list(siesta: &Siesta) -> Result<Vec<(Policy, String)>> {
    Ok(siesta.store.read(|tx| {
        let mut listed = Vec::new();
        for policy in tx.list_policies()? {
            let label = tx.get_connection(policy.connection)?.label;
            listed.push((policy, label));
        }
        Ok(listed)
    })?)
}

fn in_json(policy: &Policy) -> Value {
    json!({
        "defaultMode": policy.default_mode,
        "stepUpApproval": policy.step_up,
        "allowedModels": policy.allowed_models,
        "allowlists": policy.allowlists,
    })
}
