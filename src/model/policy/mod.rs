//! A policy: "this agent may use this connection", and how.
pub mod allow;
pub mod constraint;
pub mod lint;
pub mod preset;
pub mod response;
pub mod rule;
pub mod typed;
pub mod window;

pub use constraint::{ConstraintKind, Constraints};
pub use preset::Preset;
pub use rule::Rules;
pub use window::TimeWindow;

use crate::model::connection::{Connection, OriginPurpose};
use crate::model::id::{AgentId, ConnectionId, PolicyId};
use crate::model::origin;
use crate::model::time::Timestamp;
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

words! {
    /// What happens to an operation that no rule names.
    DefaultMode { ReadOnly => "read_only", ReadWrite => "read_write", Custom => "custom" }
}

words! {
    /// When a person is asked although the function itself would not.
    StepUp { Always => "always", RiskBased => "risk_based", Never => "never" }
}

words! {
    /// A flow: `A` siesta vends a token, `B` siesta makes the call. Typed `vend` and `broker`, or the letters.
    Flow { Vend => "A", Broker => "B" }
}

impl Flow {
    /// The word people type for it.
    pub fn typed(self) -> &'static str {
        match self {
            Flow::Vend => "vend",
            Flow::Broker => "broker",
        }
    }

    pub fn from_typed(text: &str) -> Option<Flow> {
        match text {
            "A" | "a" | "vend" => Some(Flow::Vend),
            "B" | "b" | "broker" => Some(Flow::Broker),
            _ => None,
        }
    }
}

words! {
    PolicyStatus { Active => "active", Revoked => "revoked" }
}

/// Requests a policy lets through: origin, methods and path patterns (`*` = one segment, `**` = any number).
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowlistEntry {
    pub base_url: String,
    pub methods: Vec<String>,
    pub path_patterns: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimits {
    pub max_requests_per_hour: Option<u64>,
    pub max_payload_size_bytes: Option<u64>,
    pub max_response_size_bytes: Option<u64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub id: PolicyId,
    pub agent: AgentId,
    pub agent_name: String,
    pub connection: ConnectionId,
    pub default_mode: DefaultMode,
    pub step_up: StepUp,
    pub allowed_models: Vec<Flow>,
    pub allowlists: Vec<AllowlistEntry>,
    pub rate_limits: Option<RateLimits>,
    pub time_windows: Vec<TimeWindow>,
    pub rules: Rules,
    pub constraints: Constraints,
    /// Tokens are handed out although something restricts this pair that vending cannot enforce (R12).
    pub allow_unenforced_vend: bool,
    /// The preset it was made from last; what was changed by hand since stays changed.
    pub preset: Option<Preset>,
    pub status: PolicyStatus,
    pub created_by: String,
    /// Grows with each change; an approval is for one version only (R25).
    pub version: i64,
    pub created_at: Timestamp,
}

impl Policy {
    /// What an assignment starts with (R7): read-only, risk-based, brokered calls only, the whole API of the service.
    pub fn first(
        id: PolicyId,
        agent: (AgentId, &str),
        connection: (ConnectionId, &str),
        created_by: String,
        now: Timestamp,
    ) -> Policy {
        Policy {
            id,
            agent: agent.0,
            agent_name: agent.1.to_owned(),
            connection: connection.0,
            default_mode: DefaultMode::ReadOnly,
            step_up: StepUp::RiskBased,
            allowed_models: vec![Flow::Broker],
            allowlists: vec![AllowlistEntry::whole(connection.1)],
            rate_limits: None,
            time_windows: Vec::new(),
            rules: Rules::default(),
            constraints: Constraints::new(),
            allow_unenforced_vend: false,
            preset: None,
            status: PolicyStatus::Active,
            created_by,
            version: 1,
            created_at: now,
        }
    }
}

/// The largest payload where a policy names none (R22), and the largest answer.
pub const LARGEST_PAYLOAD: u64 = 10 * 1024 * 1024;

impl RateLimits {
    /// None when nothing is limited, so that an empty part has one form.
    pub fn or_none(self) -> Option<RateLimits> {
        (self != RateLimits::default()).then_some(self)
    }
}

impl AllowlistEntry {
    /// The whole API below one base URL.
    pub fn whole(base_url: &str) -> AllowlistEntry {
        AllowlistEntry {
            base_url: base_url.to_owned(),
            methods: allow::methods_at(base_url).iter().map(|method| (*method).to_owned()).collect(),
            path_patterns: vec!["/**".to_owned()],
        }
    }

    /// Whether a list is the whole API of a connection, in whatever order it was typed.
    pub fn is_all(list: &[AllowlistEntry], whole: &[AllowlistEntry]) -> bool {
        list.len() == whole.len() && whole.iter().all(|entry| list.contains(entry))
    }

    /// The whole API of a connection: below its base URL, and on each other server where its functions live (R7).
    pub fn whole_of(connection: &Connection) -> Vec<AllowlistEntry> {
        let base = Url::parse(&connection.base_url).map(|base| origin::of(&base)).unwrap_or_default();
        let origins = connection.origins.iter().filter(|origin| origin.purpose == OriginPurpose::Api);
        // What is sent by SMTP is asked for below the mailbox's own address.
        let others = origins.map(|origin| &origin.origin).filter(|other| **other != base && !origin::is_mail(other));
        let others = others.map(|other| AllowlistEntry::whole(other));
        std::iter::once(AllowlistEntry::whole(&connection.base_url)).chain(others).collect()
    }
}
