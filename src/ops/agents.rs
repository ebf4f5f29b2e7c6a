//! Agents: whatever acts.
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::governance::{Freeze, FreezeScope};
use crate::model::id::AgentId;
use crate::model::label;
use crate::model::people::{Actor, Agent, AgentKind, AgentStatus};
use crate::model::policy::{Policy, PolicyStatus};
use crate::ops::people::{self, check_account};
use crate::ops::{Error, Kind, Result, Siesta, access, assignments, find_connection, get_agent, get_user};
use crate::store::{ReadTx, WriteTx};

/// What a new agent is.
#[derive(Debug, Clone)]
pub struct NewAgent {
    pub name: String,
    pub kind: AgentKind,
    pub description: String,
    /// None: whoever adds it.
    pub owner: Option<String>,
    pub status: AgentStatus,
    /// The account of this machine it runs under.
    pub os_user: Option<String>,
    /// Connections assigned to it at once.
    pub connections: Vec<String>,
}

pub fn list(siesta: &Siesta) -> Result<Vec<Agent>> {
    Ok(siesta.store.read(|tx| tx.list_agents())?)
}

/// An agent with what it may use and what stops it.
#[derive(Debug, Clone)]
pub struct ShownAgent {
    pub agent: Agent,
    /// Its active policies, with the labels of their connections.
    pub policies: Vec<(Policy, String)>,
    pub freeze: Option<Freeze>,
}

pub fn show(siesta: &Siesta, name: &str) -> Result<ShownAgent> {
    siesta.store.read(|tx| Ok(shown(tx, name)))?
}

fn shown(tx: &ReadTx<'_>, name: &str) -> Result<ShownAgent> {
    let agent = get_agent(tx, name)?;
    let mut policies = Vec::new();
    for policy in tx.list_policies()?.into_iter().filter(|policy| policy.agent == agent.id) {
        let label = tx.get_connection(policy.connection)?.label;
        policies.push((policy, label));
    }
    let is_its = |freeze: &Freeze| match freeze.scope {
        FreezeScope::All => true,
        FreezeScope::Agent => freeze.subject == agent.id.to_string(),
        FreezeScope::Connection => false,
    };
    Ok(ShownAgent { freeze: tx.list_freezes()?.into_iter().find(is_its), policies, agent })
}

pub fn add(siesta: &Siesta, new: NewAgent) -> Result<Agent> {
    label::check_actor_name(&new.name)
        .map_err(|e| Error::invalid(format!("\"{}\" cannot name an agent: {e}", new.name)))?;
    new.os_user.as_deref().map(check_account).transpose()?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        if let Some(account) = &new.os_user {
            must_be_free(tx, account, None)?;
        }
        let owner = match (&new.owner, &actor) {
            (Some(owner), _) => Some(get_user(tx, owner)?.name),
            (None, Actor::User(name)) => Some(name.clone()),
            (None, _) => None,
        };
        let agent = Agent {
            id: AgentId(siesta.world.ids.next()),
            name: new.name.clone(),
            kind: new.kind,
            description: new.description.clone(),
            owner,
            status: new.status,
            os_user: new.os_user.clone(),
            created_at: tx.now(),
        };
        tx.insert_agent(&agent)?;
        let entry = siesta
            .entry(&actor, "agent.add", "agent", &agent.name)
            .change("kind", (), agent.kind.as_str())
            .change("description", (), agent.description.clone())
            .change("owner", (), agent.owner.clone())
            .change("status", (), agent.status.as_str())
            .change("osUser", (), agent.os_user.clone());
        tx.append_audit(entry.row())?;
        for connection in &new.connections {
            let connection = find_connection(tx, connection, true)?;
            assignments::assign_in(siesta, tx, &actor, &connection, &agent, None)?;
        }
        Ok(agent)
    })
}

/// Refuses an account that says already who acts.
fn must_be_free(tx: &crate::store::ReadTx<'_>, account: &str, own: Option<&str>) -> Result<()> {
    people::must_be_no_agents(tx, account, own)?;
    people::must_be_no_persons(tx, account, None).map(drop)
}

/// What is to change about an agent. None: it stays.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    pub kind: Option<AgentKind>,
    pub description: Option<String>,
    pub owner: Option<String>,
    /// `Some(None)`: no account any more.
    pub os_user: Option<Option<String>>,
    /// Connections it may use from now on, and those it may not use any more.
    pub assign: Vec<String>,
    pub unassign: Vec<String>,
}

/// What an edit did.
#[derive(Debug, Clone)]
pub struct EditedAgent {
    pub before: Agent,
    pub agent: Agent,
    /// Labels of the connections that were assigned and taken back; those that were so before are left out.
    pub assigned: Vec<String>,
    pub unassigned: Vec<String>,
}

/// Changes an agent; all of it, or nothing.
pub fn edit(siesta: &Siesta, name: &str, change: &AgentChange) -> Result<EditedAgent> {
    if let Some(Some(account)) = &change.os_user {
        check_account(account)?;
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let before = get_agent(tx, name)?;
        let mut agent = before.clone();
        agent.kind = change.kind.unwrap_or(agent.kind);
        if let Some(description) = &change.description {
            agent.description.clone_from(description);
        }
        if let Some(owner) = &change.owner {
            agent.owner = Some(get_user(tx, owner)?.name);
        }
        if let Some(account) = &change.os_user {
            account.as_deref().map(|account| must_be_free(tx, account, Some(&before.name))).transpose()?;
            agent.os_user.clone_from(account);
        }
        if agent != before {
            tx.update_agent(&agent)?;
            let entry = siesta
                .entry(&actor, "agent.edit", "agent", &agent.name)
                .change("kind", before.kind.as_str(), agent.kind.as_str())
                .change("description", before.description.clone(), agent.description.clone())
                .change("owner", before.owner.clone(), agent.owner.clone())
                .change("osUser", before.os_user.clone(), agent.os_user.clone());
            tx.append_audit(entry.row())?;
        }
        let (mut assigned, mut unassigned) = (Vec::new(), Vec::new());
        for typed in &change.assign {
            let connection = find_connection(tx, typed, true)?;
            if assignments::assign_in(siesta, tx, &actor, &connection, &agent, None)?.1 {
                assigned.push(connection.label);
            }
        }
        for typed in &change.unassign {
            let connection = find_connection(tx, typed, true)?;
            assignments::unassign_in(siesta, tx, &actor, &connection, &agent)?;
            unassigned.push(connection.label);
        }
        Ok(EditedAgent { before, agent, assigned, unassigned })
    })
}

/// Disables an agent, or makes it active.
pub fn set_status(siesta: &Siesta, name: &str, status: AgentStatus) -> Result<Agent> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut agent = get_agent(tx, name)?;
        let old = std::mem::replace(&mut agent.status, status);
        if old != status {
            tx.update_agent(&agent)?;
            let entry = siesta.entry(&actor, "agent.edit", "agent", &agent.name).change(
                "status",
                old.as_str(),
                status.as_str(),
            );
            tx.append_audit(entry.row())?;
        }
        Ok(agent)
    })
}

/// What goes with an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLeaving {
    pub name: String,
    /// Labels of the connections that are assigned to it.
    pub assigned: Vec<String>,
    /// Questions of it that are open: waiting, or approved and not used.
    pub open_approvals: usize,
    /// Its requests for access that wait.
    pub waiting_requests: usize,
}

/// What the removal of an agent would take along.
pub fn leaving(siesta: &Siesta, name: &str) -> Result<AgentLeaving> {
    siesta.store.read(|tx| Ok(get_agent(tx, name).and_then(|agent| what_goes(tx, &agent))))?
}

fn what_goes(tx: &ReadTx<'_>, agent: &Agent) -> Result<AgentLeaving> {
    let policies = tx.list_policies()?.into_iter().filter(|policy| policy.agent == agent.id);
    let assigned: Vec<String> =
        policies.map(|policy| Ok(tx.get_connection(policy.connection)?.label)).collect::<Result<_>>()?;
    Ok(AgentLeaving {
        name: agent.name.clone(),
        assigned,
        open_approvals: tx.list_open_approvals_of(agent.id)?.len(),
        waiting_requests: tx.list_waiting_access(Some(agent.id), None)?.len(),
    })
}

/// Removes an agent with its policies, as it was announced in `expected`. What it did stays written down.
pub fn remove(siesta: &Siesta, expected: &AgentLeaving) -> Result<()> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let agent = get_agent(tx, &expected.name)?;
        if what_goes(tx, &agent)? != *expected {
            return Err(Kind::ChangedMeanwhile.into());
        }
        for policy in tx.list_policies()?.into_iter().filter(|policy| policy.agent == agent.id) {
            let entry = siesta
                .entry(&actor, "policy.unassign", "policy", policy.id)
                .connection(policy.connection)
                .change("status", PolicyStatus::Active.as_str(), PolicyStatus::Revoked.as_str());
            tx.append_audit(entry.row())?;
        }
        cancel_open(siesta, tx, &actor, &agent)?;
        if tx.delete_freeze(FreezeScope::Agent, &agent.id.to_string())? {
            let entry = siesta.entry(&actor, "unfreeze", "agent", agent.id).change("frozen", true, false);
            tx.append_audit(entry.row())?;
        }
        tx.delete_agent(agent.id)?;
        let entry = siesta
            .entry(&actor, "agent.remove", "agent", &agent.name)
            .change("id", agent.id.to_string(), ())
            .change("kind", agent.kind.as_str(), ())
            .change("description", agent.description.clone(), ())
            .change("owner", agent.owner.clone(), ())
            .change("status", agent.status.as_str(), ())
            .change("osUser", agent.os_user.clone(), ());
        tx.append_audit(entry.row())?;
        Ok(())
    })
}

fn cancel_open(siesta: &Siesta, tx: &WriteTx<'_>, actor: &Actor, agent: &Agent) -> Result<()> {
    for execution in tx.list_open_approvals_of(agent.id)? {
        let to = ApprovalStatus::Cancelled;
        tx.update_approval(execution.id, execution.approval, to, ExecutionStatus::Failed, None)?;
        let entry = siesta
            .entry(actor, "execution.cancel", "execution", execution.id)
            .connection(execution.connection)
            .change("approval", execution.approval.as_str(), to.as_str());
        tx.append_audit(entry.row())?;
    }
    access::cancel_waiting(siesta, tx, actor, Some(agent.id), None).map(drop)
}
