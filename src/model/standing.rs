//! A standing approval: a person's answer that holds for a while and for some calls, each like the one that was shown.
//!
//! What must stay true: it covers the same agent on the same connection, on the same behalf, under the same policy, with
//! the same functions at the same address for the same recipients, and nothing else; it counts down and ends.
use crate::model::id::{AgentId, ConnectionId, ExecutionId, StandingApprovalId};
use crate::model::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest life, in minutes: a week, as long as a question may wait at most.
pub const LONGEST_MINUTES: u64 = 7 * 24 * 60;

/// The most calls: a person who approves more than these does not look at them any more; a rule says that better.
pub const MOST_USES: u32 = 1000;

/// What calls have in common that one answer covers.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Covers {
    /// The functions the request is; empty: it maps to none.
    pub functions: Vec<String>,
    pub method: String,
    /// The canonical address, with its query.
    pub url: String,
    /// Whom and what it addresses, in the body or wherever it says so, sorted.
    pub targets: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingApproval {
    pub id: StandingApprovalId,
    /// The request it was given for.
    pub execution: ExecutionId,
    pub agent: AgentId,
    pub agent_name: String,
    pub connection: ConnectionId,
    pub connection_label: String,
    pub user: Option<String>,
    pub team: Option<String>,
    pub policy_version: i64,
    pub covers: Covers,
    pub uses: u32,
    pub remaining: u32,
    pub created_at: Timestamp,
    pub created_by: String,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub revoked_by: Option<String>,
}

impl StandingApproval {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.remaining > 0 && self.expires_at > now
    }
}
