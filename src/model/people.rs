//! People and agents: who may be answerable, who acts, and who an audit row names.
use crate::model::id::AgentId;
use crate::model::time::Timestamp;
use crate::model::words::words;
use std::fmt;

words! {
    /// What a user may do about approvals: owners and admins may answer any, users only those of their connections.
    Role { Owner => "owner", Admin => "admin", User => "user" }
}

words! {
    /// Whether a user may act.
    UserStatus { Active => "active", Disabled => "disabled" }
}

words! {
    /// What kind of thing acts; the same rules hold for all.
    AgentKind { Agent => "agent", Workflow => "workflow", Skill => "skill", Prompt => "prompt" }
}

words! {
    /// Where an agent stands: only an active one is ever allowed anything.
    AgentStatus { Created => "created", Active => "active", Disabled => "disabled" }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub role: Role,
    pub status: UserStatus,
    /// Their account on this machine, where one was named; of no two people the same.
    pub os_user: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub name: String,
    pub description: String,
    pub members: Vec<String>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub kind: AgentKind,
    pub description: String,
    /// The user answerable for it, who also stands in where a call names no user.
    pub owner: Option<String>,
    pub status: AgentStatus,
    /// The account of this machine it runs under, where one was named.
    pub os_user: Option<String>,
    pub created_at: Timestamp,
}

/// Who did it. Every audit row names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    User(String),
    Agent(String),
    System,
}

impl Actor {
    /// Reads what a person types after `--actor`: `alice`, `user:alice` or `agent:helper`. `system` is never typed.
    pub fn parse(text: &str) -> Actor {
        match text.split_once(':') {
            Some(("agent", name)) => Actor::Agent(name.to_owned()),
            Some(("user", name)) => Actor::User(name.to_owned()),
            _ => Actor::User(text.to_owned()),
        }
    }
}

/// The account of the machine on whose behalf sudo has started the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub name: String,
}

impl Account {
    /// Whether somebody who was given this account is meant: it is given by its name, or by its number.
    pub fn is(&self, os_user: &str) -> bool {
        os_user == self.name || os_user == self.uid.to_string()
    }
}

/// What says who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// A name that was typed, or that stands in the environment.
    Stated(Actor),
    /// The account: whoever of the store is bound to it, and nobody else.
    Account(Account),
}

impl From<&str> for Claim {
    fn from(typed: &str) -> Claim {
        Claim::Stated(Actor::parse(typed))
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claim::Stated(actor) => actor.fmt(f),
            Claim::Account(account) => write!(f, "account {}", account.name),
        }
    }
}

/// The commands that an agent may use: to act under the decision, to learn why it may not, to ask for more, and to look
/// at what became of its own requests. Everything else is for people.
const OPEN_TO_AGENTS: [&str; 9] = [
    "access request",
    "call",
    "exec",
    "executions list",
    "executions show",
    "executions wait",
    "explain",
    "request",
    "token",
];

/// Whether an agent may use a command, named by the words typed.
pub fn is_open_to_agents(command: &str) -> bool {
    OPEN_TO_AGENTS.contains(&command)
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User(name) => write!(f, "user:{name}"),
            Actor::Agent(name) => write!(f, "agent:{name}"),
            Actor::System => f.write_str("system"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_a_user_unless_it_says_agent_and_is_never_the_system() {
        assert_eq!(Actor::parse("alice"), Actor::User("alice".to_owned()));
        assert_eq!(Actor::parse("agent:desk").to_string(), "agent:desk");
        assert_eq!(Actor::parse("system"), Actor::User("system".to_owned()));
        assert_eq!(Actor::parse("user:a:b"), Actor::User("a:b".to_owned()));
    }
}
