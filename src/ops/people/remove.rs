//! Removing people and teams, and what that leaves behind.
//!
//! What must stay true: a name that is free again opens nothing for whoever is given it next, so everything that bears the
//! name goes with it in the same transaction; and a removal never opens a connection to more people than before. What
//! somebody was shown before they said yes is what is done: if it is not so any more, nothing is.
use super::must_not_be_the_last_owner;
use crate::model::connection::{Access, Connection, Grant, Status};
use crate::model::limit::{Level, Limit};
use crate::model::people::{Actor, User};
use crate::ops::people::get_active_user;
use crate::ops::{About, Error, Kind, Result, Siesta, get_team, get_user};
use crate::store::{ReadTx, WriteTx};
use serde_json::json;

/// What bears a user's name, and loses it with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    pub name: String,
    /// Labels of the living connections they own.
    pub connections: Vec<String>,
    /// Names of the agents they own.
    pub agents: Vec<String>,
    /// Labels of the connections that name them as an approver, and as the reviewer.
    pub approver_of: Vec<String>,
    pub reviewer_of: Vec<String>,
    /// Labels of the connections that are granted to them.
    pub grants: Vec<String>,
    pub teams: Vec<String>,
    /// Labels of the connections with a token limit of theirs.
    pub limits: Vec<String>,
}

impl Leaving {
    /// Whether something is left without anybody who is answerable for it.
    pub fn leaves_ownerless(&self) -> bool {
        !self.connections.is_empty() || !self.agents.is_empty()
    }
}

/// What bears a team's name, and loses it with the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLeaving {
    pub name: String,
    pub members: Vec<String>,
    pub grants: Vec<String>,
    pub limits: Vec<String>,
}

/// What the removal of a user would take along or leave ownerless. Refused for whoever may not be removed.
pub fn leaving(siesta: &Siesta, name: &str) -> Result<Leaving> {
    let find = |tx: &ReadTx<'_>| {
        let user = get_user(tx, name)?;
        must_be_removable(tx, &siesta.person(tx)?, &user)?;
        what_names(tx, &user.name)
    };
    siesta.store.read(|tx| Ok(find(tx)))?
}

fn must_be_removable(tx: &ReadTx<'_>, actor: &Actor, user: &User) -> Result<()> {
    must_not_be_the_last_owner(tx, user)?;
    match *actor == Actor::User(user.name.clone()) {
        true => Err(Error::conflict("nobody removes themselves")
            .because("somebody has to be left who did it")
            .about(About::Users)),
        false => Ok(()),
    }
}

/// The same for a team.
pub fn team_leaving(siesta: &Siesta, name: &str) -> Result<TeamLeaving> {
    siesta.store.read(|tx| Ok(what_names_team(tx, name)))?
}

/// Removes a user, as it was announced in `expected`. What they owned goes to `heir`, or is left without an owner.
pub fn remove_user(siesta: &Siesta, expected: &Leaving, heir: Option<&str>) -> Result<()> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        remove_user_in(siesta, tx, &actor, expected, heir)
    })
}

/// The same inside a transaction that does more.
pub(in crate::ops) fn remove_user_in(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    expected: &Leaving,
    heir: Option<&str>,
) -> Result<()> {
    let user = get_user(tx, &expected.name)?;
    if what_names(tx, &user.name)? != *expected {
        return Err(Kind::ChangedMeanwhile.into());
    }
    must_be_removable(tx, actor, &user)?;
    let heir = heir.map(|heir| get_active_user(tx, heir)).transpose()?.map(|heir| heir.name);
    if heir.as_ref() == Some(&user.name) {
        return Err(Error::invalid(format!("\"{}\" cannot inherit from themselves", user.name)));
    }
    let grant = Grant::User(user.name.clone());
    must_not_open(tx, &grant)?;
    for mut connection in living(tx)? {
        let old = connection.clone();
        if connection.owner == user.name {
            connection.owner = heir.clone().unwrap_or_default();
        }
        connection.approvers.retain(|approver| *approver != user.name);
        if connection.approvers.is_empty() && !old.approvers.is_empty() {
            let what = format!("\"{}\" is the only approver of connection \"{}\"", user.name, connection.label);
            return Err(Error::conflict(what)
                .because("without one, every owner and admin could answer for it")
                .about(About::Connection(connection.label)));
        }
        connection.reviewer = connection.reviewer.filter(|reviewer| *reviewer != user.name);
        if connection != old {
            connection.updated_at = tx.now();
            tx.update_connection(&connection)?;
            let entry = siesta
                .entry(actor, "connection.edit", "connection", connection.id)
                .connection(connection.id)
                .change("owner", named(&old.owner), named(&connection.owner))
                .change("approvers", json!(old.approvers), json!(connection.approvers))
                .change("reviewer", old.reviewer.clone(), connection.reviewer.clone());
            tx.append_audit(entry.row())?;
        }
    }
    for mut agent in tx.list_agents()?.into_iter().filter(|agent| agent.owner.as_ref() == Some(&user.name)) {
        let old = std::mem::replace(&mut agent.owner, heir.clone());
        tx.update_agent(&agent)?;
        let entry = siesta.entry(actor, "agent.edit", "agent", &agent.name).change("owner", old, heir.clone());
        tx.append_audit(entry.row())?;
    }
    clear(siesta, tx, actor, &grant)?;
    for team in &expected.teams {
        tx.delete_team_member(team, &user.name)?;
        let entry = siesta.entry(actor, "team.remove-member", "team", team).change(&user.name, true, false);
        tx.append_audit(entry.row())?;
    }
    tx.delete_user(&user.name)?;
    let entry = siesta
        .entry(actor, "user.remove", "user", &user.name)
        .change("role", user.role.as_str(), ())
        .change("status", user.status.as_str(), ())
        .change("osUser", user.os_user.clone(), ());
    tx.append_audit(entry.row())?;
    Ok(())
}

/// Removes a team, as it was announced in `expected`.
pub fn remove_team(siesta: &Siesta, expected: &TeamLeaving) -> Result<()> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        remove_team_in(siesta, tx, &actor, expected)
    })
}

/// The same inside a transaction that does more.
pub(in crate::ops) fn remove_team_in(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    expected: &TeamLeaving,
) -> Result<()> {
    let team = get_team(tx, &expected.name)?;
    if what_names_team(tx, &team.name)? != *expected {
        return Err(Kind::ChangedMeanwhile.into());
    }
    let grant = Grant::Team(team.name.clone());
    must_not_open(tx, &grant)?;
    clear(siesta, tx, actor, &grant)?;
    tx.delete_team(&team.name)?;
    let entry = siesta
        .entry(actor, "team.remove", "team", &team.name)
        .change("description", team.description.clone(), ())
        .change("members", json!(team.members), ());
    tx.append_audit(entry.row())?;
    Ok(())
}

/// Taking the last grant of a shared connection away opens it to everybody (R6). That is said with `ungrant`, not by the
/// way.
fn must_not_open(tx: &ReadTx<'_>, grant: &Grant) -> Result<()> {
    for connection in granted(tx, grant)?.into_iter().filter(|connection| connection.access == Access::Shared) {
        if tx.list_grants(connection.id)?.len() == 1 {
            let (Grant::User(name) | Grant::Team(name)) = grant;
            let what = format!("without \"{name}\", \"{}\" would be open to everybody", connection.label);
            return Err(Error::conflict(what)
                .because("it is the last grant of a shared connection")
                .about(About::Connection(connection.label)));
        }
    }
    Ok(())
}

/// Grants and limits of a name that goes, each with its row.
fn clear(siesta: &Siesta, tx: &WriteTx<'_>, actor: &Actor, grant: &Grant) -> Result<()> {
    let (kind, name, level) = match grant {
        Grant::User(name) => ("user", name, Level::User),
        Grant::Team(name) => ("team", name, Level::Team),
    };
    for connection in tx.list_connections()? {
        if tx.delete_grant(connection.id, grant)? {
            let entry = siesta
                .entry(actor, "connection.ungrant", "connection", connection.id)
                .connection(connection.id)
                .change(&format!("{kind}:{name}"), true, false);
            tx.append_audit(entry.row())?;
        }
    }
    for limit in limits_of(tx, level, name)? {
        tx.delete_limit(limit.connection, level, Some(name))?;
        let value = |value: Option<crate::model::limit::Millions>| value.map(|millions| millions.to_string());
        let entry = siesta
            .entry(actor, "limit.unset", "limit", limit.id)
            .connection(limit.connection)
            .change("level", limit.level.as_str(), ())
            .change("subject", limit.subject.clone(), ())
            .change("daily", value(limit.daily), ())
            .change("weekly", value(limit.weekly), ())
            .change("strict", limit.strict, ())
            .change("enabled", limit.enabled, ());
        tx.append_audit(entry.row())?;
    }
    Ok(())
}

pub(in crate::ops) fn what_names(tx: &ReadTx<'_>, user: &str) -> Result<Leaving> {
    let living = living(tx)?;
    let labels = |is: &dyn Fn(&Connection) -> bool| -> Vec<String> {
        living.iter().filter(|connection| is(connection)).map(|connection| connection.label.clone()).collect()
    };
    let agents = tx.list_agents()?.into_iter().filter(|agent| agent.owner.as_deref() == Some(user));
    Ok(Leaving {
        name: user.to_owned(),
        connections: labels(&|connection| connection.owner == user),
        agents: agents.map(|agent| agent.name).collect(),
        approver_of: labels(&|connection| connection.approvers.iter().any(|approver| approver == user)),
        reviewer_of: labels(&|connection| connection.reviewer.as_deref() == Some(user)),
        grants: granted(tx, &Grant::User(user.to_owned()))?.into_iter().map(|connection| connection.label).collect(),
        teams: tx.list_teams_of(user)?,
        limits: limit_labels(tx, Level::User, user)?,
    })
}

pub(in crate::ops) fn what_names_team(tx: &ReadTx<'_>, name: &str) -> Result<TeamLeaving> {
    let team = get_team(tx, name)?;
    let granted = granted(tx, &Grant::Team(team.name.clone()))?;
    Ok(TeamLeaving {
        grants: granted.into_iter().map(|connection| connection.label).collect(),
        limits: limit_labels(tx, Level::Team, &team.name)?,
        name: team.name,
        members: team.members,
    })
}

/// The living connections that are granted to somebody by name.
pub(super) fn granted(tx: &ReadTx<'_>, grant: &Grant) -> Result<Vec<Connection>> {
    let mut granted = Vec::new();
    for connection in living(tx)? {
        if tx.list_grants(connection.id)?.contains(grant) {
            granted.push(connection);
        }
    }
    Ok(granted)
}

fn living(tx: &ReadTx<'_>) -> Result<Vec<Connection>> {
    Ok(tx.list_connections()?.into_iter().filter(|connection| connection.status != Status::Revoked).collect())
}

fn limits_of(tx: &ReadTx<'_>, level: Level, subject: &str) -> Result<Vec<Limit>> {
    let limits = tx.list_limits()?.into_iter();
    Ok(limits.filter(|limit| limit.level == level && limit.subject.as_deref() == Some(subject)).collect())
}

fn limit_labels(tx: &ReadTx<'_>, level: Level, subject: &str) -> Result<Vec<String>> {
    let limits = limits_of(tx, level, subject)?.into_iter();
    limits.map(|limit| Ok(tx.get_connection(limit.connection)?.label)).collect()
}

/// An owner as the audit has it: nobody is null.
fn named(owner: &str) -> Option<String> {
    (!owner.is_empty()).then(|| owner.to_owned())
}
