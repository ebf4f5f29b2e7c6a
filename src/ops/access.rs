//! Requests for access: an agent asks, a person decides, and an approval assigns (R7).
//!
//! What must stay true: an agent asks for itself alone and decides nothing; there is one waiting request per agent,
//! connection and function; and an approval gives no more than an assignment does.
use crate::model::access::{self, AccessRequest, AccessStatus};
use crate::model::connection::{Connection, Status};
use crate::model::id::{AccessRequestId, AgentId, ConnectionId};
use crate::model::label;
use crate::model::people::{Actor, AgentStatus};
use crate::model::policy::{Policy, PolicyStatus};
use crate::ops::{About, Error, Kind, Result, Siesta, assignments, find_connection, functions, get_agent};
use crate::store::{ReadTx, WriteTx};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// None: the agent that acts.
    pub agent: Option<String>,
    pub connection: String,
    pub function: Option<String>,
    pub reason: String,
}

/// A request with the label of its connection as it is now.
#[derive(Debug, Clone)]
pub struct Listed {
    pub request: AccessRequest,
    pub label: String,
}

/// Asks for a connection, or for a function of one.
pub fn request(siesta: &Siesta, new: &NewRequest) -> Result<Listed> {
    let reason = new.reason.trim();
    if reason.is_empty() || reason.chars().count() > access::LONGEST_REASON {
        let what = format!("a request says why, in 1 to {} characters", access::LONGEST_REASON);
        return Err(Error::invalid(what));
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.actor(tx)?;
        let agent = match (&new.agent, &actor) {
            (Some(name), _) => get_agent(tx, name)?,
            (None, Actor::Agent(name)) => get_agent(tx, name)?,
            (None, _) => return Err(Error::invalid("an agent asks for access, and none is named")),
        };
        if matches!(&actor, Actor::Agent(name) if *name != agent.name) {
            return Err(Error::from(Kind::AgentMayNot).because("an agent asks for itself alone"));
        }
        if agent.status != AgentStatus::Active {
            return Err(Error::conflict(format!("agent \"{}\" is {}", agent.name, agent.status))
                .about(About::Agent(agent.name)));
        }
        let connection = find_connection(tx, &new.connection, true)?;
        refuse_revoked(&connection)?;
        let function = match &new.function {
            Some(name) => Some(functions::named(&crate::ops::services::of(tx, &connection)?, name)?.name.clone()),
            None => None,
        };
        let policy = tx.find_policy(agent.id, connection.id)?;
        if function.is_none() && policy.is_some_and(|policy| policy.status == PolicyStatus::Active) {
            let what = format!("\"{}\" is assigned to \"{}\" already", connection.label, agent.name);
            let about = About::Policy { agent: agent.name, connection: connection.label };
            return Err(Error::conflict(what).about(about));
        }
        let waiting = tx.list_waiting_access(Some(agent.id), Some(connection.id))?;
        if let Some(before) = waiting.into_iter().find(|waiting| waiting.function == function) {
            let what = format!("\"{}\" has asked for this already, and it waits: {}", agent.name, before.id);
            return Err(Error::conflict(what).about(About::AccessRequests));
        }
        let request = AccessRequest {
            id: AccessRequestId(siesta.world.ids.next()),
            agent: agent.id,
            agent_name: agent.name.clone(),
            connection: connection.id,
            function,
            reason: reason.to_owned(),
            status: AccessStatus::Pending,
            asked_by: actor.to_string(),
            created_at: tx.now(),
            decided_at: None,
            decided_by: None,
            decision_reason: None,
        };
        tx.insert_access(&request)?;
        let entry = siesta
            .entry(&actor, "access.request", "access", request.id)
            .connection(connection.id)
            .reason(reason)
            .change("agent", (), agent.name.clone())
            .change("connection", (), connection.label.clone())
            .change("function", (), request.function.clone())
            .change("status", (), AccessStatus::Pending.as_str());
        tx.append_audit(entry.row())?;
        Ok(Listed { request, label: connection.label })
    })
}

/// The requests that fit, the newest first.
pub fn list(siesta: &Siesta, pending: bool, agent: Option<&str>, limit: u32) -> Result<Vec<Listed>> {
    siesta.store.read(|tx| Ok(listed(tx, pending, agent, limit)))?
}

fn listed(tx: &ReadTx<'_>, pending: bool, agent: Option<&str>, limit: u32) -> Result<Vec<Listed>> {
    let agent = agent.map(|name| get_agent(tx, name)).transpose()?.map(|agent| agent.id);
    let requests = tx.list_access(pending, agent, limit)?.into_iter();
    requests.map(|request| Ok(Listed { label: tx.get_connection(request.connection)?.label, request })).collect()
}

/// Approves a request: the connection is assigned to the agent where it was not. True: it was.
pub fn approve(siesta: &Siesta, typed: &str) -> Result<(Listed, Policy, bool)> {
    siesta.store.write(siesta.now(), |tx| {
        let (actor, request, connection) = deciding(siesta, tx, typed)?;
        refuse_revoked(&connection)?;
        let agent = tx.find_agent_by_id(request.agent)?.ok_or(Kind::ChangedMeanwhile)?;
        let listed = decide(siesta, tx, &actor, &request, connection.clone(), AccessStatus::Approved, None)?;
        let (policy, assigned) = assignments::assign_in(siesta, tx, &actor, &connection, &agent, None)?;
        Ok((listed, policy, assigned))
    })
}

pub fn reject(siesta: &Siesta, typed: &str, reason: &str) -> Result<Listed> {
    siesta.store.write(siesta.now(), |tx| {
        let (actor, request, connection) = deciding(siesta, tx, typed)?;
        decide(siesta, tx, &actor, &request, connection, AccessStatus::Rejected, Some(reason))
    })
}

/// Who decides, about what; refused when it is not theirs to decide, or decided already.
fn deciding(siesta: &Siesta, tx: &WriteTx<'_>, typed: &str) -> Result<(Actor, AccessRequest, Connection)> {
    let actor = siesta.person(tx)?;
    let request = find(tx, typed)?;
    let connection = tx.get_connection(request.connection)?;
    let Actor::User(name) = &actor else { return Err(Kind::AgentMayNot.into()) };
    let user = tx.get_user(name)?;
    let four_eyes = tx.get_organization()?.four_eyes;
    let owner = tx.find_agent_by_id(request.agent)?.and_then(|agent| agent.owner);
    if !access::may_decide(&user, &connection, owner.as_deref(), four_eyes) {
        let what = match four_eyes && owner.as_deref() == Some(user.name.as_str()) {
            true => "the agent is your own, and this organization wants four eyes",
            false if connection.approvers.is_empty() => {
                "only owners, admins, the connection's owner and its reviewer may decide"
            }
            false => "only the approvers and the reviewer that this connection names may decide",
        };
        return Err(Kind::NotApprover { what: what.to_owned() }.into());
    }
    match request.status {
        AccessStatus::Pending => Ok((actor, request, connection)),
        decided => Err(Error::conflict(format!("it is decided already: {decided}")).about(About::AccessRequests)),
    }
}

fn decide(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    request: &AccessRequest,
    connection: Connection,
    to: AccessStatus,
    reason: Option<&str>,
) -> Result<Listed> {
    if !tx.decide_access(request.id, to, &actor.to_string(), reason)? {
        return Err(Kind::ChangedMeanwhile.into());
    }
    let action = if to == AccessStatus::Approved { "access.approve" } else { "access.reject" };
    let entry = siesta.entry(actor, action, "access", request.id).connection(connection.id).change(
        "status",
        request.status.as_str(),
        to.as_str(),
    );
    let entry = match reason {
        Some(reason) => entry.reason(reason),
        None => entry,
    };
    tx.append_audit(entry.row())?;
    let request = AccessRequest {
        status: to,
        decided_at: Some(tx.now()),
        decided_by: Some(actor.to_string()),
        decision_reason: reason.map(str::to_owned),
        ..request.clone()
    };
    Ok(Listed { request, label: connection.label })
}

/// Ends what waits about an agent or a connection that goes; how many it were.
pub(super) fn cancel_waiting(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    agent: Option<AgentId>,
    connection: Option<ConnectionId>,
) -> Result<usize> {
    let waiting = tx.list_waiting_access(agent, connection)?;
    for request in &waiting {
        tx.decide_access(request.id, AccessStatus::Cancelled, &actor.to_string(), None)?;
        let entry = siesta.entry(actor, "access.cancel", "access", request.id).connection(request.connection).change(
            "status",
            request.status.as_str(),
            AccessStatus::Cancelled.as_str(),
        );
        tx.append_audit(entry.row())?;
    }
    Ok(waiting.len())
}

/// A request by its id, or by a beginning of it that fits one only.
fn find(tx: &ReadTx<'_>, typed: &str) -> Result<AccessRequest> {
    let missing = || Kind::NotFound { noun: "request", name: typed.to_owned(), nearest: None }.into();
    if typed.chars().count() < label::SHORTEST_ID_PREFIX {
        return Err(missing());
    }
    let mut found = tx.list_access_by_prefix(&typed.to_ascii_lowercase())?;
    match found.len() {
        0 | 1 => found.pop().ok_or_else(missing),
        _ => {
            let labels = found.iter().map(|request| request.id.to_string()).collect();
            Err(Kind::Ambiguous { noun: "requests", name: typed.to_owned(), labels }.into())
        }
    }
}

fn refuse_revoked(connection: &Connection) -> Result<()> {
    match connection.status {
        Status::Revoked => Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label))
            .about(About::Revoked(connection.label.clone()))),
        Status::Healthy | Status::NeedsReauth => Ok(()),
    }
}
