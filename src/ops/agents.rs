//! Agents: whatever acts.
use crate::model::id::AgentId;
use crate::model::label;
use crate::model::people::{Agent, AgentKind, AgentStatus};
use crate::ops::{Error, Result, Siesta, assignments, find_connection, get_agent, get_user};

/// What a new agent is.
#[derive(Debug, Clone)]
pub struct NewAgent {
    pub name: String,
    pub kind: AgentKind,
    pub description: String,
    /// None: whoever adds it.
    pub owner: Option<String>,
    pub status: AgentStatus,
    /// Connections assigned to it at once.
    pub connections: Vec<String>,
}

pub fn list(siesta: &Siesta) -> Result<Vec<Agent>> {
    Ok(siesta.store.read(|tx| tx.list_agents())?)
}

pub fn add(siesta: &Siesta, new: NewAgent) -> Result<Agent> {
    label::check_actor_name(&new.name)
        .map_err(|e| Error::invalid(format!("\"{}\" cannot name an agent: {e}", new.name)))?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let owner = match (&new.owner, &actor) {
            (Some(owner), _) => Some(get_user(tx, owner)?.name),
            (None, crate::model::people::Actor::User(name)) => Some(name.clone()),
            (None, _) => None,
        };
        let agent = Agent {
            id: AgentId(siesta.world.ids.next()),
            name: new.name.clone(),
            kind: new.kind,
            description: new.description.clone(),
            owner,
            status: new.status,
            created_at: tx.now(),
        };
        tx.insert_agent(&agent)?;
        let entry = siesta
            .entry(&actor, "agent.add", "agent", &agent.name)
            .change("kind", (), agent.kind.as_str())
            .change("owner", (), agent.owner.clone())
            .change("status", (), agent.status.as_str());
        tx.append_audit(entry.row())?;
        for connection in &new.connections {
            let connection = find_connection(tx, connection, true)?;
            assignments::assign_in(siesta, tx, &actor, &connection, &agent, None)?;
        }
        Ok(agent)
    })
}

/// Disables an agent, or makes it active.
pub fn set_status(siesta: &Siesta, name: &str, status: AgentStatus) -> Result<Agent> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut agent = get_agent(tx, name)?;
        let old = std::mem::replace(&mut agent.status, status);
        tx.update_agent(&agent)?;
        let entry =
            siesta.entry(&actor, "agent.edit", "agent", &agent.name).change("status", old.as_str(), status.as_str());
        tx.append_audit(entry.row())?;
        Ok(agent)
    })
}
