//! Connections, in the shape of the connections API.
use crate::model::connection::{Access, Connection, Origin, Status};
use crate::model::policy::{
    AllowlistEntry, Constraints, DefaultMode, Flow, Policy, Preset, RateLimits, Rules, StepUp, TimeWindow,
};
use crate::model::service::AuthKind;
use crate::model::time::Timestamp;
use crate::view::{instant, maybe_instant};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    pub id: String,
    pub provider: String,
    pub service: String,
    pub label: String,
    pub status: Status,
    pub singleton: bool,
    pub access: Access,
    pub owner: String,
    pub purpose: String,
    /// Who answers what it is asked to do; empty: the general rule.
    pub approvers: Vec<String>,
    pub reviewer: Option<String>,
    pub auth_kind: AuthKind,
    pub base_url: String,
    pub requested_scopes: Vec<String>,
    pub granted_scopes: Vec<String>,
    pub origins: Vec<Origin>,
    pub client_id: Option<String>,
    pub allow_private_network: bool,
    pub metadata: Map<String, Value>,
    pub created_at: String,
    pub updated_at: String,
    pub expires_at: Option<String>,
    /// Revoked here while the provider could not be reached: until then `siesta revoke --retry` can ask it again.
    pub kept_for_retry_until: Option<String>,
    pub last_ok_at: Option<String>,
    pub last_error: Option<String>,
    pub policies: Vec<PolicyView>,
}

impl ConnectionView {
    pub fn new(
        c: &Connection,
        policies: &[Policy],
        expires_at: Option<Timestamp>,
        kept_until: Option<Timestamp>,
    ) -> ConnectionView {
        ConnectionView {
            id: c.id.to_string(),
            provider: c.provider.clone(),
            service: c.service.clone(),
            label: c.label.clone(),
            status: c.status,
            singleton: c.singleton,
            access: c.access,
            owner: c.owner.clone(),
            purpose: c.purpose.clone(),
            approvers: c.approvers.clone(),
            reviewer: c.reviewer.clone(),
            auth_kind: c.auth_kind,
            base_url: c.base_url.clone(),
            requested_scopes: c.requested_scopes.clone(),
            granted_scopes: c.granted_scopes.clone(),
            origins: c.origins.clone(),
            client_id: c.client.as_ref().map(|client| client.client_id.clone()),
            allow_private_network: c.allow_private_network,
            metadata: c.metadata.clone(),
            created_at: instant(c.created_at),
            updated_at: instant(c.updated_at),
            expires_at: maybe_instant(expires_at),
            kept_for_retry_until: maybe_instant(kept_until),
            last_ok_at: maybe_instant(c.last_ok_at),
            last_error: c.last_error.clone(),
            policies: policies.iter().map(PolicyView::new).collect(),
        }
    }
}

/// A policy. Empty parts are there, as `[]` or `null`.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    pub id: String,
    pub agent_id: String,
    pub agent_name: String,
    pub connection_id: String,
    pub default_mode: DefaultMode,
    pub step_up_approval: StepUp,
    pub allowed_models: Vec<Flow>,
    pub allowlists: Vec<AllowlistEntry>,
    pub rate_limits: Option<RateLimits>,
    pub time_windows: Vec<TimeWindow>,
    pub rules: Rules,
    pub provider_constraints: Constraints,
    pub allow_unenforced_vend: bool,
    /// The preset it was made from last.
    pub preset: Option<Preset>,
    pub created_by: String,
    pub version: i64,
}

impl PolicyView {
    pub fn new(policy: &Policy) -> PolicyView {
        PolicyView {
            id: policy.id.to_string(),
            agent_id: policy.agent.to_string(),
            agent_name: policy.agent_name.clone(),
            connection_id: policy.connection.to_string(),
            default_mode: policy.default_mode,
            step_up_approval: policy.step_up,
            allowed_models: policy.allowed_models.clone(),
            allowlists: policy.allowlists.clone(),
            rate_limits: policy.rate_limits.clone(),
            time_windows: policy.time_windows.clone(),
            rules: policy.rules.clone(),
            provider_constraints: policy.constraints.clone(),
            allow_unenforced_vend: policy.allow_unenforced_vend,
            preset: policy.preset,
            created_by: policy.created_by.clone(),
            version: policy.version,
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct ConnectionsView {
    pub connections: Vec<ConnectionView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OneConnectionView {
    pub connection: ConnectionView,
    /// The bot that a token belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_info: Option<BotView>,
    /// What there is to say about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BotView {
    pub id: String,
    pub username: String,
    pub first_name: String,
}

impl BotView {
    pub fn new(connection: &Connection) -> Option<BotView> {
        let text = |name: &str| Some(connection.metadata.get(name)?.as_str()?.to_owned());
        let is_bot = connection.auth_kind == AuthKind::BotToken;
        let (id, username) = (text("accountId")?, text("username")?);
        is_bot.then(|| BotView { id, username, first_name: text("firstName").unwrap_or_default() })
    }
}

/// The first line of a sign-in under `-o jsonl`.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingView {
    pub pending_connection_id: String,
    pub authorization_url: String,
    /// To be typed at that address, where the sign-in is on another device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_code: Option<String>,
}
