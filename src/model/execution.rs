//! An execution: one governed call from request to result.
use crate::model::audit::hex;
use crate::model::id::{AgentId, ConnectionId, CorrelationId, ExecutionId};
use crate::model::time::Timestamp;
use crate::model::words::words;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

words! {
    /// Where a call stands. `Unknown`: the process died between attempt and result, and nothing retries it by itself.
    ExecutionStatus {
        Pending => "Pending",
        Success => "Success",
        Failed => "Failed",
        PendingApproval => "PendingApproval",
        Unknown => "Unknown",
    }
}

words! {
    ApprovalStatus {
        NotRequired => "NotRequired",
        Pending => "Pending",
        Approved => "Approved",
        Rejected => "Rejected",
        Expired => "Expired",
        Consumed => "Consumed",
        Cancelled => "Cancelled",
    }
}

/// The request as it was decided, shown, fingerprinted and (if at all) sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredRequest {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: StoredBody,
}

impl StoredRequest {
    /// The method of what is no request: a token handed out. HTTP has no such method, so no call can be taken for one.
    pub const VEND: &str = "VEND";
}

/// A body in its canonical form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "encoding", content = "value", rename_all = "camelCase")]
pub enum StoredBody {
    None,
    Json(Value),
    Form(Vec<(String, String)>),
    Multipart(Vec<Part>),
    /// Bytes of any kind, in base64; their type is a header of the request.
    Bytes(String),
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    /// Its bytes, in base64.
    pub content: String,
}

impl Part {
    pub fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.content).unwrap_or_default()
    }

    /// A field's text; none for a file.
    pub fn text(&self) -> Option<String> {
        match self.filename {
            Some(_) => None,
            None => String::from_utf8(self.bytes()).ok(),
        }
    }
}

impl StoredBody {
    /// The bytes of a body that is nothing but bytes.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            StoredBody::Bytes(content) => Some(STANDARD.decode(content).unwrap_or_default()),
            StoredBody::None | StoredBody::Json(_) | StoredBody::Form(_) | StoredBody::Multipart(_) => None,
        }
    }

    /// How many bytes it has when it is sent, near enough for a cap: the frame of a multipart body is not counted.
    pub fn size(&self) -> usize {
        match self {
            StoredBody::None => 0,
            StoredBody::Json(value) => value.to_string().len(),
            StoredBody::Form(pairs) => {
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().len()
            }
            StoredBody::Multipart(parts) => parts.iter().map(|part| part.bytes().len()).sum(),
            StoredBody::Bytes(_) => self.bytes().map_or(0, |bytes| bytes.len()),
        }
    }

    /// Whatever its encoding, one tree of values: a form and a multipart body are objects, a name that appears twice has
    /// a list, and a file is its SHA-256 and size.
    pub fn tree(&self) -> Cow<'_, Value> {
        let mut members: Map<String, Value> = Map::new();
        let mut add = |name: &str, value: Value| match members.get_mut(name) {
            None => drop(members.insert(name.to_owned(), value)),
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        };
        match self {
            StoredBody::None => return Cow::Owned(Value::Null),
            StoredBody::Json(value) => return Cow::Borrowed(value),
            StoredBody::Bytes(_) => {
                let bytes = self.bytes().unwrap_or_default();
                return Cow::Owned(serde_json::json!({"sha256": hex(&Sha256::digest(&bytes)), "size": bytes.len()}));
            }
            StoredBody::Form(pairs) => pairs.iter().for_each(|(name, value)| add(name, Value::from(value.as_str()))),
            StoredBody::Multipart(parts) => parts.iter().for_each(|part| {
                let bytes = part.bytes();
                let value = match part.text() {
                    Some(text) => Value::from(text),
                    None => serde_json::json!({
                        "filename": part.filename, "sha256": hex(&Sha256::digest(&bytes)), "size": bytes.len(),
                    }),
                };
                add(&part.name, value);
            }),
        }
        Cow::Owned(Value::Object(members))
    }
}

/// A request as it would leave, the credential masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRequest {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

/// What the provider answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    pub http_status: u16,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    pub id: ExecutionId,
    pub agent: AgentId,
    pub agent_name: String,
    pub user: Option<String>,
    pub team: Option<String>,
    pub conversation: Option<String>,
    pub connection: ConnectionId,
    pub connection_label: String,
    pub service: String,
    /// None: a raw request.
    pub function: Option<String>,
    pub arguments: Value,
    pub request: StoredRequest,
    pub status: ExecutionStatus,
    pub approval: ApprovalStatus,
    /// Why a person was asked: `function_confirmation`, `step_up`, …
    pub approval_reason: Option<String>,
    /// SHA-256 over everything an approval covers (R24).
    pub fingerprint: String,
    pub policy_version: i64,
    pub result: Option<StoredResult>,
    pub error: Option<String>,
    pub created_at: Timestamp,
    /// When the question lapses; only for one that waits for approval.
    pub expires_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    pub resolved_by: Option<String>,
    pub correlation: CorrelationId,
}

/// No call takes longer, in minutes: its time-out is five, and one refresh may come before it.
pub const LONGEST_CALL_MINUTES: i64 = 10;

impl Execution {
    /// Where the call stands at an instant: one that should long have ended has an outcome nobody knows, because its
    /// process died on the way.
    pub fn status_at(&self, now: Timestamp) -> ExecutionStatus {
        let begun = self.resolved_at.unwrap_or(self.created_at).max(self.created_at);
        let is_long_ago = begun.checked_add(LONGEST_CALL_MINUTES.minutes()).is_ok_and(|end| end < now);
        match self.status {
            ExecutionStatus::Pending if is_long_ago => ExecutionStatus::Unknown,
            status => status,
        }
    }

    /// Whether a token was asked for, and not a call.
    pub fn is_vend(&self) -> bool {
        self.request.method == StoredRequest::VEND
    }

    /// The approval's status at an instant: a question nobody answered in time has expired, whether or not anything
    /// has written that down yet.
    pub fn approval_at(&self, now: Timestamp) -> ApprovalStatus {
        let open = matches!(self.approval, ApprovalStatus::Pending | ApprovalStatus::Approved);
        match self.expires_at {
            Some(expires_at) if open && now >= expires_at => ApprovalStatus::Expired,
            _ => self.approval,
        }
    }
}
