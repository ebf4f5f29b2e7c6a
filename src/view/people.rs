//! Users, teams and agents.
use crate::model::people::{Agent, AgentKind, AgentStatus, Role, Team, User, UserStatus};
use crate::view::instant;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    pub name: String,
    pub role: Role,
    pub status: UserStatus,
    pub os_user: Option<String>,
    pub created_at: String,
}

impl UserView {
    pub fn new(user: &User) -> UserView {
        UserView {
            name: user.name.clone(),
            role: user.role,
            status: user.status,
            os_user: user.os_user.clone(),
            created_at: instant(user.created_at),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamView {
    pub name: String,
    pub description: String,
    pub members: Vec<String>,
    pub created_at: String,
}

impl TeamView {
    pub fn new(team: &Team) -> TeamView {
        TeamView {
            name: team.name.clone(),
            description: team.description.clone(),
            members: team.members.clone(),
            created_at: instant(team.created_at),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentView {
    pub id: String,
    pub name: String,
    pub kind: AgentKind,
    pub description: String,
    pub owner: Option<String>,
    pub status: AgentStatus,
    pub os_user: Option<String>,
    pub created_at: String,
}

impl AgentView {
    pub fn new(agent: &Agent) -> AgentView {
        AgentView {
            id: agent.id.to_string(),
            name: agent.name.clone(),
            kind: agent.kind,
            description: agent.description.clone(),
            owner: agent.owner.clone(),
            status: agent.status,
            os_user: agent.os_user.clone(),
            created_at: instant(agent.created_at),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneUserView {
    pub user: UserView,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct UsersView {
    pub users: Vec<UserView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneTeamView {
    pub team: TeamView,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct TeamsView {
    pub teams: Vec<TeamView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneAgentView {
    pub agent: AgentView,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct AgentsView {
    pub agents: Vec<AgentView>,
}
