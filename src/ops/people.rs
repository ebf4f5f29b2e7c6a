//! Users and teams.
use crate::model::label;
use crate::model::people::{Role, Team, User, UserStatus};
use crate::ops::{Error, Result, Siesta, get_team, get_user};

pub fn list_users(siesta: &Siesta) -> Result<Vec<User>> {
    Ok(siesta.store.read(|tx| tx.list_users())?)
}

pub fn add_user(siesta: &Siesta, name: &str, role: Role) -> Result<User> {
    label::check_actor_name(name).map_err(|e| Error::invalid(format!("\"{name}\" cannot name a user: {e}")))?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let user = User { name: name.to_owned(), role, status: UserStatus::Active, created_at: tx.now() };
        tx.insert_user(&user)?;
        let entry = siesta.entry(&actor, "user.add", "user", name).change("role", (), role.as_str());
        tx.append_audit(entry.row())?;
        Ok(user)
    })
}

/// Disables or enables a user. The last active owner stays: nobody could approve or repair anything any more.
pub fn set_user_status(siesta: &Siesta, name: &str, status: UserStatus) -> Result<User> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut user = get_user(tx, name)?;
        let active_owner = |user: &User| user.role == Role::Owner && user.status == UserStatus::Active;
        let others = tx.list_users()?.iter().filter(|other| active_owner(other) && other.name != user.name).count();
        if status == UserStatus::Disabled && active_owner(&user) && others == 0 {
            return Err(Error::conflict(format!("\"{}\" is the last active owner", user.name)));
        }
        let old = std::mem::replace(&mut user.status, status);
        tx.update_user(&user)?;
        let entry =
            siesta.entry(&actor, "user.edit", "user", &user.name).change("status", old.as_str(), status.as_str());
        tx.append_audit(entry.row())?;
        Ok(user)
    })
}

pub fn list_teams(siesta: &Siesta) -> Result<Vec<Team>> {
    Ok(siesta.store.read(|tx| tx.list_teams())?)
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

/// Puts a user into a team (`joins`) or takes them out; doing it twice is not an error.
pub fn set_membership(siesta: &Siesta, team: &str, user: &str, joins: bool) -> Result<Team> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let (team, user) = (get_team(tx, team)?, get_user(tx, user)?);
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
