//! A connection: a named, authorised link to one service, and the states it goes through.
use crate::model::id::{ConnectionId, PendingId};
use crate::model::redirect::RedirectRule;
use crate::model::secret::Secret;
use crate::model::service::AuthKind;
use crate::model::time::Timestamp;
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

words! {
    /// Where a connection stands. A revoked one stays for the audit and never lives again.
    Status { Healthy => "healthy", NeedsReauth => "needs_reauth", Revoked => "revoked" }
}

words! {
    /// Who in the organization may use it.
    Access { Private => "private", Shared => "shared" }
}

words! {
    /// What a credential may be sent to an origin for (R8a).
    OriginPurpose {
        Api => "api",
        Authorization => "authorization",
        Token => "token",
        Revocation => "revocation",
        /// The small request that proves a credential, where it is asked elsewhere than the API.
        Verification => "verification",
    }
}

/// A scheme, host and port that the connection's credential may meet. Copied into the connection when the credential is
/// entered; nothing but a new sign-in changes it, so no edit, import or rule can send a secret elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Origin {
    pub purpose: OriginPurpose,
    pub origin: String,
}

/// The organization's own OAuth client at a provider, as it was when the connection was authorised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientRef {
    pub client_id: String,
    pub app_label: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    pub id: ConnectionId,
    pub service: String,
    pub provider: String,
    pub label: String,
    pub status: Status,
    pub access: Access,
    pub owner: String,
    pub purpose: String,
    /// Who answers what it is asked to do; empty: the general rule (R26).
    pub approvers: Vec<String>,
    /// Who looks at its failures and at requests for it.
    pub reviewer: Option<String>,
    pub singleton: bool,
    pub auth_kind: AuthKind,
    /// Where the API lives: function paths are concatenated to it.
    pub base_url: String,
    pub requested_scopes: Vec<String>,
    pub granted_scopes: Vec<String>,
    pub origins: Vec<Origin>,
    pub client: Option<ClientRef>,
    /// The authorization server, as the sign-in layer wrote it down.
    pub sign_in: Option<Value>,
    pub allow_private_network: bool,
    /// Account id, tenant, site URL, …: facts about the account, never a secret.
    pub metadata: Map<String, Value>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_ok_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

impl Connection {
    /// Whether the credential may be sent to this origin to prove itself.
    pub fn may_verify(&self, origin: &str) -> bool {
        let is_for = |o: &&Origin| matches!(o.purpose, OriginPurpose::Api | OriginPurpose::Verification);
        self.origins.iter().filter(is_for).any(|o| o.origin == origin)
    }

    /// Whether the credential may be sent to this origin for calls.
    pub fn may_call(&self, origin: &str) -> bool {
        self.origins.iter().any(|o| o.purpose == OriginPurpose::Api && o.origin == origin)
    }
}

/// A user or team that may use a connection.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "camelCase")]
pub enum Grant {
    User(String),
    Team(String),
}

/// A sign-in that has begun, with all that another process needs to finish it. Good for one use, until it expires.
#[derive(Debug, Clone)]
pub struct PendingConnection {
    pub id: PendingId,
    pub service: String,
    pub scopes: Vec<String>,
    pub label: Option<String>,
    /// SHA-256 of the `state` parameter, in hex: the row alone cannot forge a redirect.
    pub state_hash: String,
    /// None where the provider refuses PKCE, and in a row that was used.
    pub verifier: Option<Secret>,
    pub nonce: Option<Secret>,
    pub client_secret: Option<Secret>,
    /// A second secret that the service wants beside the token.
    pub companion: Option<Secret>,
    pub redirect_uri: String,
    /// Server, client and what was wanted, as the operation wrote them down; no secret is in it.
    pub kept: Value,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// The organization's own OAuth client at a provider.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    pub provider: String,
    pub label: String,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub redirect: RedirectRule,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The label of an app that was given none.
pub const DEFAULT_APP_LABEL: &str = "default";

words! {
    /// What the provider did about a revocation. Never `revoked` when only the local copy is gone.
    Upstream {
        Revoked => "revoked",
        NotSupported => "not-supported",
        Failed => "failed",
        /// Only the local copy was to go (`--local-only`).
        NotAsked => "not-asked",
    }
}
