//! Users and teams.
mod import;
mod remove;

pub use import::{ImportRequest, Imported, import};
pub use remove::{Leaving, TeamLeaving, leaving, remove_team, remove_user, team_leaving};

use crate::model::label;
use crate::model::people::{Agent, Role, Team, User, UserStatus};
use crate::ops::{About, Error, Result, Siesta, get_team, get_user};
use crate::store::ReadTx;

pub fn list_users(siesta: &Siesta) -> Result<Vec<User>> {
    Ok(siesta.store.read(|tx| tx.list_users())?)
}

/// A user with everything that bears their name.
#[derive(Debug, Clone)]
pub struct ShownUser {
    pub user: User,
    pub teams: Vec<String>,
    /// Labels of the living connections they are answerable for.
    pub connections: Vec<String>,
    pub agents: Vec<Agent>,
    /// Labels of the connections that name them as an approver.
    pub approver_of: Vec<String>,
}

pub fn show_user(siesta: &Siesta, name: &str) -> Result<ShownUser> {
    siesta.store.read(|tx| Ok(shown_user(tx, name)))?
}

fn shown_user(tx: &ReadTx<'_>, name: &str) -> Result<ShownUser> {
    let user = get_user(tx, name)?;
    let named = remove::what_names(tx, &user.name)?;
    let agents = tx.list_agents()?.into_iter().filter(|agent| agent.owner.as_ref() == Some(&user.name)).collect();
    Ok(ShownUser { teams: named.teams, connections: named.connections, approver_of: named.approver_of, agents, user })
}

pub fn add_user(siesta: &Siesta, name: &str, role: Role, os_user: Option<&str>) -> Result<User> {
    label::check_actor_name(name).map_err(|e| Error::invalid(format!("\"{name}\" cannot name a user: {e}")))?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let os_user = os_user.map(|account| free_account(tx, account, None)).transpose()?;
        let user = User { name: name.to_owned(), role, status: UserStatus::Active, os_user, created_at: tx.now() };
        tx.insert_user(&user)?;
        let entry = siesta.entry(&actor, "user.add", "user", name).change("role", (), role.as_str()).change(
            "osUser",
            (),
            user.os_user.clone(),
        );
        tx.append_audit(entry.row())?;
        Ok(user)
    })
}

/// What is to change about a user. None: it stays.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    pub role: Option<Role>,
    /// `Some(None)`: no account any more.
    pub os_user: Option<Option<String>>,
}

/// Changes a user. Returns them as they were and as they are.
pub fn edit_user(siesta: &Siesta, name: &str, change: &UserChange) -> Result<(User, User)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let old = get_user(tx, name)?;
        let mut user = old.clone();
        user.role = change.role.unwrap_or(user.role);
        if let Some(account) = &change.os_user {
            user.os_user = account.as_deref().map(|account| free_account(tx, account, Some(&old.name))).transpose()?;
        }
        if user.role != Role::Owner {
            must_not_be_the_last_owner(tx, &old)?;
        }
        if user != old {
            tx.update_user(&user)?;
            let entry = siesta
                .entry(&actor, "user.edit", "user", &user.name)
                .change("role", old.role.as_str(), user.role.as_str())
                .change("osUser", old.os_user.clone(), user.os_user.clone());
            tx.append_audit(entry.row())?;
        }
        Ok((old, user))
    })
}

/// Disables or enables a user. The last active owner stays: nobody could approve or repair anything any more.
pub fn set_user_status(siesta: &Siesta, name: &str, status: UserStatus) -> Result<User> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut user = get_user(tx, name)?;
        if status == UserStatus::Disabled {
            must_not_be_the_last_owner(tx, &user)?;
        }
        let old = std::mem::replace(&mut user.status, status);
        if old != status {
            tx.update_user(&user)?;
            let entry =
                siesta.entry(&actor, "user.edit", "user", &user.name).change("status", old.as_str(), status.as_str());
            tx.append_audit(entry.row())?;
        }
        Ok(user)
    })
}

/// Refuses what would leave the organization without anybody who may do everything.
fn must_not_be_the_last_owner(tx: &ReadTx<'_>, user: &User) -> Result<()> {
    let active_owner = |user: &User| user.role == Role::Owner && user.status == UserStatus::Active;
    let others = tx.list_users()?.iter().filter(|other| active_owner(other) && other.name != user.name).count();
    match active_owner(user) && others == 0 {
        true => Err(Error::conflict(format!("\"{}\" is the last active owner", user.name)).about(About::Users)),
        false => Ok(()),
    }
}

/// An account of the machine that no agent has and nobody else: it says who acts.
fn free_account(tx: &ReadTx<'_>, account: &str, own: Option<&str>) -> Result<String> {
    check_account(account)?;
    must_be_no_agents(tx, account, None)?;
    must_be_no_persons(tx, account, own)
}

/// Refuses the account of an agent, but for one's own.
pub(super) fn must_be_no_agents(tx: &ReadTx<'_>, account: &str, own: Option<&str>) -> Result<()> {
    let has = |agent: &Agent| agent.os_user.as_deref() == Some(account) && Some(agent.name.as_str()) != own;
    match tx.list_agents()?.into_iter().find(has) {
        Some(agent) => {
            let what = format!("\"{account}\" is the account of agent \"{}\"", agent.name);
            Err(Error::conflict(what).about(About::Agent(agent.name)))
        }
        None => Ok(()),
    }
}

/// Refuses the account of a person, but for one's own.
pub(super) fn must_be_no_persons(tx: &ReadTx<'_>, account: &str, own: Option<&str>) -> Result<String> {
    match tx.find_user_by_os_user(account)?.filter(|user| Some(user.name.as_str()) != own) {
        Some(user) => {
            let what = format!("\"{account}\" is the account of user \"{}\"", user.name);
            Err(Error::conflict(what).about(About::User(user.name)))
        }
        None => Ok(account.to_owned()),
    }
}

pub(super) fn check_account(account: &str) -> Result<()> {
    label::check_name(account).map_err(|e| Error::invalid(format!("\"{account}\" cannot name an account: {e}")))
}

pub fn list_teams(siesta: &Siesta) -> Result<Vec<Team>> {
    Ok(siesta.store.read(|tx| tx.list_teams())?)
}

/// A team with the living connections that are granted to it.
pub fn show_team(siesta: &Siesta, name: &str) -> Result<(Team, Vec<String>)> {
    siesta.store.read(|tx| {
        Ok(get_team(tx, name).and_then(|team| {
            let granted = remove::granted(tx, &crate::model::connection::Grant::Team(team.name.clone()))?;
            Ok((team, granted.into_iter().map(|connection| connection.label).collect()))
        }))
    })?
}

pub fn add_team(siesta: &Siesta, name: &str, description: &str) -> Result<Team> {
    label::check_actor_name(name).map_err(|e| Error::invalid(format!("\"{name}\" cannot name a team: {e}")))?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let team = Team {
            name: name.to_owned(),
            description: description.to_owned(),
            members: Vec::new(),
            created_at: tx.now(),
        };
        tx.insert_team(&team)?;
        let entry = siesta.entry(&actor, "team.add", "team", name).change("description", (), description);
        tx.append_audit(entry.row())?;
        Ok(team)
    })
}

/// Gives a team another description. Returns it as it was and as it is.
pub fn edit_team(siesta: &Siesta, name: &str, description: &str) -> Result<(Team, Team)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let old = get_team(tx, name)?;
        let team = Team { description: description.to_owned(), ..old.clone() };
        if team != old {
            tx.update_team(&team)?;
            let entry = siesta.entry(&actor, "team.edit", "team", &team.name).change(
                "description",
                old.description.clone(),
                description,
            );
            tx.append_audit(entry.row())?;
        }
        Ok((old, team))
    })
}

/// Puts a user into a team (`joins`) or takes them out; doing it twice is not an error.
pub fn set_membership(siesta: &Siesta, team: &str, user: &str, joins: bool) -> Result<Team> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let team = get_team(tx, team)?;
        if tx.find_user(user)?.is_none() && tx.find_team(user)?.is_some() {
            return Err(Error::invalid(format!("\"{user}\" is a team, and the members of a team are users")));
        }
        let user = get_user(tx, user)?;
        let changed = match joins {
            true => tx.insert_team_member(&team.name, &user.name)?,
            false => tx.delete_team_member(&team.name, &user.name)?,
        };
        if changed {
            let action = if joins { "team.add-member" } else { "team.remove-member" };
            let entry = siesta.entry(&actor, action, "team", &team.name).change(&user.name, !joins, joins);
            tx.append_audit(entry.row())?;
        }
        Ok(tx.get_team(&team.name)?)
    })
}

/// Somebody who may answer for a connection, or be answerable for it: a user who is there and active.
pub(super) fn get_active_user(tx: &ReadTx<'_>, name: &str) -> Result<User> {
    let user = get_user(tx, name)?;
    match user.status {
        UserStatus::Active => Ok(user),
        UserStatus::Disabled => {
            Err(Error::conflict(format!("user \"{}\" is disabled", user.name)).about(About::User(user.name)))
        }
    }
}
