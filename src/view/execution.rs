//! Executions: what was asked for, who answered, what came of it.
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus, StoredBody};
use crate::model::retention::Hashes;
use crate::view::decision::ResultView;
use crate::view::standing::{StandingApprovalView, WouldCoverView};
use crate::view::{instant, maybe_instant};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionView {
    pub id: String,
    pub agent: String,
    pub user: Option<String>,
    pub team: Option<String>,
    pub conversation: Option<String>,
    pub connection: String,
    pub connection_id: String,
    pub service: String,
    /// The function, or the method of a raw request.
    pub action: String,
    pub method: String,
    pub url: String,
    pub arguments: Value,
    pub body: Value,
    pub status: ExecutionStatus,
    pub approval_required: bool,
    pub approval_status: ApprovalStatus,
    pub approval_reason: Option<String>,
    pub fingerprint: String,
    pub result: Option<ResultView>,
    pub error: Option<String>,
    pub created_at: String,
    pub expires_at: Option<String>,
    pub resolved_at: Option<String>,
    pub resolved_by: Option<String>,
    pub correlation_id: String,
    /// What is left of arguments, request and result when their time is over; null: they are all here.
    pub hashes: Option<Hashes>,
    /// What an answer that lasts would cover; only from `executions show`, and only while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_cover: Option<WouldCoverView>,
}

impl ExecutionView {
    pub fn new(e: &Execution) -> ExecutionView {
        ExecutionView {
            id: e.id.to_string(),
            agent: e.agent_name.clone(),
            user: e.user.clone(),
            team: e.team.clone(),
            conversation: e.conversation.clone(),
            connection: e.connection_label.clone(),
            connection_id: e.connection.to_string(),
            service: e.service.clone(),
            action: e.function.clone().unwrap_or_else(|| e.request.method.clone()),
            method: e.request.method.clone(),
            url: e.request.url.clone(),
            arguments: e.arguments.clone(),
            body: match &e.request.body {
                StoredBody::None => Value::Null,
                StoredBody::Json(value) => value.clone(),
                StoredBody::Multipart(_) | StoredBody::Bytes(_) => e.request.body.tree().into_owned(),
                StoredBody::Form(pairs) => pairs.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            },
            status: e.status,
            approval_required: e.approval != ApprovalStatus::NotRequired,
            approval_status: e.approval,
            approval_reason: e.approval_reason.clone(),
            fingerprint: e.fingerprint.clone(),
            result: e.result.as_ref().map(ResultView::new),
            error: e.error.clone(),
            created_at: instant(e.created_at),
            expires_at: maybe_instant(e.expires_at),
            resolved_at: maybe_instant(e.resolved_at),
            resolved_by: e.resolved_by.clone(),
            correlation_id: e.correlation.to_string(),
            hashes: None,
            would_cover: None,
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OneExecutionView {
    pub execution: ExecutionView,
    /// What was given with the answer, for others like it; only from `executions approve --for`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing_approval: Option<StandingApprovalView>,
}

impl From<ExecutionView> for OneExecutionView {
    fn from(execution: ExecutionView) -> OneExecutionView {
        OneExecutionView { execution, standing_approval: None }
    }
}
