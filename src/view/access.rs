//! Requests for access.
use crate::model::access::{AccessRequest, AccessStatus};
use crate::view::{instant, maybe_instant};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestView {
    pub id: String,
    pub agent: String,
    pub agent_id: String,
    pub connection: String,
    pub connection_id: String,
    /// Null: the connection as a whole.
    pub function: Option<String>,
    pub reason: String,
    pub status: AccessStatus,
    pub asked_by: String,
    pub created_at: String,
    pub decided_at: Option<String>,
    pub decided_by: Option<String>,
    pub decision_reason: Option<String>,
}

impl AccessRequestView {
    pub fn new(request: &AccessRequest, connection: &str) -> AccessRequestView {
        AccessRequestView {
            id: request.id.to_string(),
            agent: request.agent_name.clone(),
            agent_id: request.agent.to_string(),
            connection: connection.to_owned(),
            connection_id: request.connection.to_string(),
            function: request.function.clone(),
            reason: request.reason.clone(),
            status: request.status,
            asked_by: request.asked_by.clone(),
            created_at: instant(request.created_at),
            decided_at: maybe_instant(request.decided_at),
            decided_by: request.decided_by.clone(),
            decision_reason: request.decision_reason.clone(),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneAccessRequestView {
    pub request: AccessRequestView,
}
