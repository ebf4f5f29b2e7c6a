//! The facts of one request: everything [`decide`](crate::model::decide::decide) looks at, read in one go beforehand.
use crate::model::connection::{Connection, Grant};
use crate::model::execution::{Execution, StoredBody};
use crate::model::governance::{Freeze, Mode};
use crate::model::id::ExecutionId;
use crate::model::limit::Standing;
use crate::model::organization::Organization;
use crate::model::people::{Agent, User};
use crate::model::policy::{Flow, Policy};
use crate::model::service::Service;
use crate::model::standing::StandingApproval;
use crate::model::time::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A name that was given, and what the store knows under it.
#[derive(Debug, Clone)]
pub struct Named<T> {
    pub name: String,
    pub found: Option<T>,
}

/// What the caller pointed at.
#[derive(Debug, Clone)]
pub enum Target {
    Missing {
        name: String,
    },
    /// A service name that stands for no single connection.
    NotSingleton {
        service: String,
    },
    Connection(Box<TargetFacts>),
}

/// The connection and every record that has a say about it.
#[derive(Debug, Clone)]
pub struct TargetFacts {
    pub connection: Connection,
    pub service: Service,
    pub has_credential: bool,
    pub grants: Vec<Grant>,
    /// The organization's switch for the whole service.
    pub type_enabled: bool,
    /// The organization's modes, by function name.
    pub overrides: BTreeMap<String, Mode>,
    /// The connection's own modes, by function name.
    pub settings: BTreeMap<String, Mode>,
    pub policy: Option<Policy>,
    /// The access token that could be handed out; none: whatever opens this connection is never handed out (R11).
    pub vendable: Option<Vendable>,
    /// Origins that may not be reached at all, because their host is an address of a blocked range, with the reason
    /// (R16). Names are looked up, and checked again, when a request is sent.
    pub blocked: Vec<(String, String)>,
    /// When calls of this agent on this connection were admitted in the last hour, oldest first (R21).
    pub admitted: Vec<Timestamp>,
}

/// An OAuth access token, as far as a decision needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vendable {
    /// None: its provider did not say.
    pub expires_at: Option<Timestamp>,
}

/// What the caller wants done.
#[derive(Debug, Clone)]
pub enum Operation {
    Function {
        name: String,
        arguments: Map<String, Value>,
    },
    Raw {
        method: String,
        url: String,
        query: Vec<(String, String)>,
        headers: Vec<(String, String)>,
        body: StoredBody,
    },
    /// An access token, for the agent to call with by itself.
    Token,
}

/// The approval the caller brings along.
#[derive(Debug, Clone)]
pub enum Brought {
    Nothing,
    Unknown(String),
    Known(Box<Execution>),
}

#[derive(Debug, Clone)]
pub struct Facts {
    pub at: Timestamp,
    pub organization: Organization,
    /// Every stop that is in force.
    pub freezes: Vec<Freeze>,
    pub agent: Named<Agent>,
    pub user: Option<Named<User>>,
    /// The teams of the named user, or, where none is named, of the agent's owner.
    pub teams: Vec<String>,
    /// The team the request names, and whether it exists.
    pub team: Option<Named<()>>,
    pub target: Target,
    pub operation: Operation,
    pub flow: Flow,
    pub approval: Brought,
    /// What people have approved in advance for this agent on this connection.
    pub standing_approvals: Vec<StandingApproval>,
    /// Every token limit that applies, as it stands now (T3–T6).
    pub standings: Vec<Standing>,
    /// How many questions of this agent wait for an answer.
    pub waiting: u32,
    /// The fingerprints of those questions: the same request asked twice is one question.
    pub waiting_prints: Vec<(String, ExecutionId)>,
}

impl Facts {
    /// Who counts for access: the named user, else the agent's owner (R6).
    pub fn stand_in(&self) -> Option<&str> {
        match &self.user {
            Some(user) => Some(&user.name),
            None => self.agent.found.as_ref().and_then(|agent| agent.owner.as_deref()),
        }
    }
}
