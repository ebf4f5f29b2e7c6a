//! Standing approvals: what each covers, exactly.
use crate::model::standing::{Covers, StandingApproval};
use crate::model::time::Timestamp;
use crate::view::{instant, maybe_instant};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingApprovalView {
    pub id: String,
    pub execution_id: String,
    pub agent: String,
    pub connection: String,
    pub user: Option<String>,
    pub team: Option<String>,
    pub policy_version: i64,
    pub covers: Covers,
    pub uses: u32,
    pub remaining: u32,
    pub open: bool,
    pub created_at: String,
    pub created_by: String,
    pub expires_at: String,
    pub revoked_at: Option<String>,
    pub revoked_by: Option<String>,
}

impl StandingApprovalView {
    pub fn new(s: &StandingApproval, now: Timestamp) -> StandingApprovalView {
        StandingApprovalView {
            id: s.id.to_string(),
            execution_id: s.execution.to_string(),
            agent: s.agent_name.clone(),
            connection: s.connection_label.clone(),
            user: s.user.clone(),
            team: s.team.clone(),
            policy_version: s.policy_version,
            covers: s.covers.clone(),
            uses: s.uses,
            remaining: s.remaining,
            open: s.is_open(now),
            created_at: instant(s.created_at),
            created_by: s.created_by.clone(),
            expires_at: instant(s.expires_at),
            revoked_at: maybe_instant(s.revoked_at),
            revoked_by: s.revoked_by.clone(),
        }
    }
}

/// What an answer that lasts (`approve --for … --max …`) would let pass besides the request it is given for.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WouldCoverView {
    /// Null: it cannot last.
    pub covers: Option<Covers>,
    /// Why it cannot last.
    pub refused: Option<String>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OneStandingApprovalView {
    pub standing_approval: StandingApprovalView,
}
