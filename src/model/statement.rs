//! What a person signs to approve a request away from the store (decisions.md, "Detached approval").
//!
//! What must stay true: the text is made from the store's own row each time it is needed, and covers everything that the
//! approval would let happen. The same row gives the same bytes.
use crate::model::execution::{Execution, StoredBody};
use crate::model::json::{self, JsonError};
use crate::model::retention::sha256_of;
use crate::model::time::rfc3339;
use serde_json::json;
use uuid::Uuid;

pub const TYPE: &str = "siesta.approval/1";

/// The RFC 8785 form of the statement, without a line break at its end: the bytes that are signed.
pub fn text(store: Uuid, execution: &Execution, nonce: &str) -> Result<String, JsonError> {
    let body = match &execution.request.body {
        StoredBody::None => None,
        body => Some(sha256_of(&body.tree())?),
    };
    json::canonical(&json!({
        "type": TYPE,
        "storeId": store,
        "executionId": execution.id,
        "nonce": nonce,
        "decision": "approve",
        "agent": execution.agent_name,
        "user": execution.user,
        "connection": execution.connection_label,
        "method": execution.request.method,
        "url": execution.request.url,
        "arguments": execution.arguments,
        "bodySha256": body,
        "fingerprint": execution.fingerprint,
        "policyVersion": execution.policy_version,
        "expiresAt": execution.expires_at.map(rfc3339),
    }))
}
