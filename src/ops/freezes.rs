//! Stops: everything, an agent or a connection frozen at once, effective on the next call.
use crate::model::governance::{Freeze, FreezeScope};
use crate::ops::{Error, Result, Siesta, find_connection, get_agent};
use crate::store::ReadTx;

/// What is to be stopped or let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    All,
    Agent(String),
    Connection(String),
}

/// Scope, id, and the name for people.
fn named(tx: &ReadTx<'_>, target: &Target) -> Result<(FreezeScope, String, String)> {
    Ok(match target {
        Target::All => (FreezeScope::All, String::new(), "everything".to_owned()),
        Target::Agent(name) => {
            let agent = get_agent(tx, name)?;
            (FreezeScope::Agent, agent.id.to_string(), agent.name)
        }
        Target::Connection(typed) => {
            let connection = find_connection(tx, typed, false)?;
            (FreezeScope::Connection, connection.id.to_string(), connection.label)
        }
    })
}

/// Stops a target. One that is stopped already keeps its stop, with the new reason.
pub fn freeze(siesta: &Siesta, target: &Target, reason: &str) -> Result<(Freeze, String)> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("a freeze says why"));
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let (scope, subject, name) = named(tx, target)?;
        let before = tx.list_freezes()?.into_iter().find(|f| f.scope == scope && f.subject == subject);
        let freeze = Freeze {
            scope,
            subject: subject.clone(),
            since: before.as_ref().map_or(tx.now(), |freeze| freeze.since),
            by: actor.to_string(),
            reason: reason.to_owned(),
        };
        tx.upsert_freeze(&freeze)?;
        let entry = siesta
            .entry(&actor, "freeze", scope.as_str(), &subject)
            .change("frozen", before.is_some(), true)
            .change("reason", before.map(|freeze| freeze.reason), reason);
        tx.append_audit(entry.row())?;
        Ok((freeze, name))
    })
}

/// Lets a target go; false when it was not stopped.
pub fn unfreeze(siesta: &Siesta, target: &Target) -> Result<(bool, String)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let (scope, subject, name) = named(tx, target)?;
        let was_frozen = tx.delete_freeze(scope, &subject)?;
        if was_frozen {
            let entry = siesta.entry(&actor, "unfreeze", scope.as_str(), &subject).change("frozen", true, false);
            tx.append_audit(entry.row())?;
        }
        Ok((was_frozen, name))
    })
}
