//! Users, teams and agents.
use crate::model::id::AgentId;
use crate::model::label;
use crate::model::people::{Agent, AgentKind, AgentStatus, Role, Team, User, UserStatus};
use crate::model::time::Timestamp;
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::{Row, named_params};

fn read_user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        name: row.text("name")?,
        role: row.word("role", Role::parse)?,
        status: row.word("status", UserStatus::parse)?,
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
    pub(super) fn insert_first_owner(&self, name: &str, now: Timestamp) -> Result<()> {
        let owner = User { name: name.to_owned(), role: Role::Owner, status: UserStatus::Active, created_at: now };
        self.insert_user(&owner)
    }

    pub fn insert_user(&self, user: &User) -> Result<()> {
        self.mark_names();
        if let Some(found) = self.find_user(&user.name)? {
            return Err(Error::Taken { noun: "user", name: found.name });
        }
        self.run(
            "INSERT INTO users (name, role, status, created_at) VALUES (?1, ?2, ?3, ?4)",
            (&user.name, user.role.as_str(), user.status.as_str(), millis(user.created_at)),
        )
        .map(drop)
    }

    pub fn update_user(&self, user: &User) -> Result<()> {
        self.mark_names();
        self.run(
            "UPDATE users SET role = ?2, status = ?3 WHERE name = ?1",
            (&user.name, user.role.as_str(), user.status.as_str()),
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
            "INSERT INTO agents (id, name, kind, description, owner, status, created_at)
             VALUES (:id, :name, :kind, :description, :owner, :status, :created_at)",
            named_params! {
                ":id": agent.id.to_string(), ":name": agent.name, ":kind": agent.kind.as_str(),
                ":description": agent.description, ":owner": agent.owner, ":status": agent.status.as_str(),
                ":created_at": millis(agent.created_at),
            },
        )
        .map(drop)
    }

    pub fn update_agent(&self, agent: &Agent) -> Result<()> {
        self.mark_names();
        self.run(
            "UPDATE agents SET kind = ?2, description = ?3, owner = ?4, status = ?5 WHERE id = ?1",
            (agent.id.to_string(), agent.kind.as_str(), &agent.description, &agent.owner, agent.status.as_str()),
        )
        .map(drop)
    }
}
