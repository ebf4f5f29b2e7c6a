//! Users, teams and agents.
use crate::model::id::AgentId;
use crate::model::label;
use crate::model::people::{Agent, AgentKind, AgentStatus, Role, Team, User, UserStatus};
use crate::model::time::Timestamp;
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, Row, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

fn read_user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        name: row.text("name")?,
        role: row.word("role", Role::parse)?,
        status: row.word("status", UserStatus::parse)?,
        os_user: row.maybe_text("os_user")?,
        created_at: row.instant("created_at")?,
    })
}

fn read_agent(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent {
        id: row.parsed("id")?,
        name: row.text("name")?,
        kind: row.word("kind", AgentKind::parse)?,
        description: row.text("description")?,
        owner: row.maybe_text("owner")?,
        status: row.word("status", AgentStatus::parse)?,
        os_user: row.maybe_text("os_user")?,
        created_at: row.instant("created_at")?,
    })
}

/// The one of these names that was typed: exactly, else ignoring case.
fn pick<'n>(typed: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let exact = names.clone().find(|name| *name == typed);
    exact.or_else(|| names.clone().find(|name| label::same(name, typed)))
}

impl ReadTx<'_> {
    pub fn list_users(&self) -> Result<Vec<User>> {
        self.all("SELECT * FROM users ORDER BY name", [], read_user)
    }

    pub fn find_user(&self, name: &str) -> Result<Option<User>> {
        let users = self.list_users()?;
        let found = pick(name, users.iter().map(|user| user.name.as_str())).map(str::to_owned);
        Ok(users.into_iter().find(|user| Some(&user.name) == found.as_ref()))
    }

    pub fn get_user(&self, name: &str) -> Result<User> {
        self.find_user(name)?.ok_or_else(|| Error::NotFound { noun: "user", name: name.to_owned() })
    }

    pub fn list_teams(&self) -> Result<Vec<Team>> {
        let mut teams = self.all("SELECT * FROM teams ORDER BY name", [], |row| {
            Ok(Team {
                name: row.text("name")?,
                description: row.text("description")?,
                members: Vec::new(),
                created_at: row.instant("created_at")?,
            })
        })?;
        for team in &mut teams {
            team.members =
                self.all("SELECT user FROM team_members WHERE team = ?1 ORDER BY user", [&team.name], |row| {
                    row.get(0)
                })?;
        }
        Ok(teams)
    }

    pub fn find_team(&self, name: &str) -> Result<Option<Team>> {
        let teams = self.list_teams()?;
        let found = pick(name, teams.iter().map(|team| team.name.as_str())).map(str::to_owned);
        Ok(teams.into_iter().find(|team| Some(&team.name) == found.as_ref()))
    }

    pub fn get_team(&self, name: &str) -> Result<Team> {
        self.find_team(name)?.ok_or_else(|| Error::NotFound { noun: "team", name: name.to_owned() })
    }

    /// The user whose account on this machine this is.
    pub fn find_user_by_os_user(&self, account: &str) -> Result<Option<User>> {
        self.one("SELECT * FROM users WHERE os_user = ?1", [account], read_user)
    }

    /// The names of the teams a user is in.
    pub fn list_teams_of(&self, user: &str) -> Result<Vec<String>> {
        self.all("SELECT team FROM team_members WHERE user = ?1 ORDER BY team", [user], |row| row.get(0))
    }

    pub fn list_agents(&self) -> Result<Vec<Agent>> {
        self.all("SELECT * FROM agents ORDER BY name", [], read_agent)
    }

    pub fn find_agent(&self, name: &str) -> Result<Option<Agent>> {
        let agents = self.list_agents()?;
        let found = pick(name, agents.iter().map(|agent| agent.name.as_str())).map(str::to_owned);
        let by_name = agents.iter().find(|agent| Some(&agent.name) == found.as_ref());
        Ok(by_name.or_else(|| agents.iter().find(|agent| agent.id.to_string() == name)).cloned())
    }

    pub fn get_agent(&self, name: &str) -> Result<Agent> {
        self.find_agent(name)?.ok_or_else(|| Error::NotFound { noun: "agent", name: name.to_owned() })
    }

    pub fn find_agent_by_id(&self, id: AgentId) -> Result<Option<Agent>> {
        self.one("SELECT * FROM agents WHERE id = ?1", [id.to_string()], read_agent)
    }
}

impl WriteTx<'_> {
    pub(super) fn insert_first_owner(&self, name: &str, account: Option<&str>, now: Timestamp) -> Result<()> {
        let owner = User {
            name: name.to_owned(),
            role: Role::Owner,
            status: UserStatus::Active,
            os_user: account.map(str::to_owned),
            created_at: now,
        };
        self.insert_user(&owner)
    }

    pub fn insert_user(&self, user: &User) -> Result<()> {
        self.mark_names();
        if let Some(found) = self.find_user(&user.name)? {
            return Err(Error::Taken { noun: "user", name: found.name });
        }
        self.insert_new_user(user)
    }

    /// The same where the caller knows that the name is free: looking each of thousands up would read all for every one.
    pub fn insert_new_user(&self, user: &User) -> Result<()> {
        self.mark_names();
        self.run(
            "INSERT INTO users (name, role, status, os_user, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            (&user.name, user.role.as_str(), user.status.as_str(), &user.os_user, millis(user.created_at)),
        )
        .map(drop)
    }

    pub fn update_user(&self, user: &User) -> Result<()> {
        self.mark_names();
        self.run(
            "UPDATE users SET role = ?2, status = ?3, os_user = ?4 WHERE name = ?1",
            (&user.name, user.role.as_str(), user.status.as_str(), &user.os_user),
        )
        .map(drop)
    }

    pub fn insert_team(&self, team: &Team) -> Result<()> {
        self.mark_names();
        if let Some(found) = self.find_team(&team.name)? {
            return Err(Error::Taken { noun: "team", name: found.name });
        }
        self.run(
            "INSERT INTO teams (name, description, created_at) VALUES (?1, ?2, ?3)",
            (&team.name, &team.description, millis(team.created_at)),
        )
        .map(drop)
    }

    /// Whether the user was not a member before.
    pub fn insert_team_member(&self, team: &str, user: &str) -> Result<bool> {
        let added = self.run("INSERT OR IGNORE INTO team_members (team, user) VALUES (?1, ?2)", (team, user))?;
        Ok(added > 0)
    }

    /// Whether the user was a member.
    pub fn delete_team_member(&self, team: &str, user: &str) -> Result<bool> {
        Ok(self.run("DELETE FROM team_members WHERE team = ?1 AND user = ?2", (team, user))? > 0)
    }

    pub fn insert_agent(&self, agent: &Agent) -> Result<()> {
        self.mark_names();
        if let Some(found) = self.find_agent(&agent.name)? {
            return Err(Error::Taken { noun: "agent", name: found.name });
        }
        self.run(
            "INSERT INTO agents (id, name, kind, description, owner, status, os_user, created_at)
             VALUES (:id, :name, :kind, :description, :owner, :status, :os_user, :created_at)",
            named_params! {
                ":id": agent.id.to_string(), ":name": agent.name, ":kind": agent.kind.as_str(),
                ":description": agent.description, ":owner": agent.owner, ":status": agent.status.as_str(),
                ":os_user": agent.os_user, ":created_at": millis(agent.created_at),
            },
        )
        .map(drop)
    }

    pub fn update_agent(&self, agent: &Agent) -> Result<()> {
        self.mark_names();
        self.run(
            "UPDATE agents SET kind = :kind, description = :description, owner = :owner, status = :status,
             os_user = :os_user WHERE id = :id",
            named_params! {
                ":id": agent.id.to_string(), ":kind": agent.kind.as_str(), ":description": agent.description,
                ":owner": agent.owner, ":status": agent.status.as_str(), ":os_user": agent.os_user,
            },
        )
        .map(drop)
    }

    /// Takes a user out of the store, with their memberships. What else bears the name is the caller's to clear.
    pub fn delete_user(&self, name: &str) -> Result<bool> {
        self.mark_names();
        Ok(self.run("DELETE FROM users WHERE name = ?1", [name])? > 0)
    }

    pub fn update_team(&self, team: &Team) -> Result<()> {
        self.run("UPDATE teams SET description = ?2 WHERE name = ?1", (&team.name, &team.description)).map(drop)
    }

    /// Takes a team out of the store, with its memberships.
    pub fn delete_team(&self, name: &str) -> Result<bool> {
        self.mark_names();
        Ok(self.run("DELETE FROM teams WHERE name = ?1", [name])? > 0)
    }

    /// Takes an agent out of the store, with its policies. What it did stays, under the name it had.
    pub fn delete_agent(&self, id: AgentId) -> Result<bool> {
        self.mark_names();
        self.run("DELETE FROM policies WHERE agent = ?1", [id.to_string()])?;
        Ok(self.run("DELETE FROM agents WHERE id = ?1", [id.to_string()])? > 0)
    }
}
