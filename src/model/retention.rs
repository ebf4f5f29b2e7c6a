//! How long evidence is kept, and what stays when it goes.
//!
//! What must stay true: the audit loses rows only from its beginning, and only together with a row of the chain that says
//! which ones and what the last of them hashed to. A beginning that is missing without such a row is damage.
use crate::model::audit::{AuditRow, Change};
use crate::model::execution::Execution;
use crate::model::json::{self, JsonError};
use crate::model::time::Timestamp;
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The action of the rows that tell of it.
pub const ACTION: &str = "retention";

/// What such a row is about: rows of the audit, or what executions carried.
pub const OF_AUDIT: &str = "audit";
pub const OF_EXECUTIONS: &str = "execution";

const PROPERTY: &str = "dropped";

/// The beginning of the audit that was dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dropped {
    pub count: i64,
    pub first_seq: i64,
    pub last_seq: i64,
    /// When the first and the last of them were written, RFC 3339.
    pub from: String,
    pub to: String,
    /// What the last of them hashed to: the first row that is left names it as the hash before it.
    pub last_hash: String,
}

impl Dropped {
    pub fn change(&self) -> Result<Change, JsonError> {
        let new = serde_json::to_value(self).map_err(|e| JsonError::Syntax(e.to_string()))?;
        Ok(Change::new(PROPERTY, Value::Null, new))
    }

    /// What a row of the audit says was dropped; none: it is about something else.
    pub fn told_by(row: &AuditRow) -> Option<Dropped> {
        let is_ours = row.action == ACTION && row.entity == OF_AUDIT;
        let change = row.changes.iter().find(|change| is_ours && change.property == PROPERTY)?;
        serde_json::from_value(change.new.clone()).ok()
    }
}

/// Before this instant what is kept for so many days is due. None: it is kept for good.
pub fn due_before(now: Timestamp, days: Option<u32>) -> Option<Timestamp> {
    let hours = i64::from(days?).checked_mul(24)?;
    now.checked_sub(hours.hours()).ok()
}

/// What is left of an execution's content when its time is over: SHA-256, in hex, over the RFC 8785 form of arguments
/// and request, and over the bytes of the answer.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hashes {
    pub arguments: String,
    pub request: String,
    pub result: Option<String>,
}

impl Hashes {
    pub fn of(execution: &Execution) -> Result<Hashes, JsonError> {
        let request = serde_json::to_value(&execution.request).map_err(|e| JsonError::Syntax(e.to_string()))?;
        Ok(Hashes {
            arguments: sha256_of(&execution.arguments)?,
            request: sha256_of(&request)?,
            result: execution.result.as_ref().map(|result| crate::model::audit::hex(&Sha256::digest(&result.body))),
        })
    }
}

/// SHA-256, in hex, over the RFC 8785 form of a value.
pub fn sha256_of(value: &Value) -> Result<String, JsonError> {
    Ok(crate::model::audit::hex(&Sha256::digest(json::canonical(value)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_for_good_is_never_due_and_the_rest_when_its_days_are_over() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(due_before(now, None), None);
        assert_eq!(due_before(now, Some(1)), Some("2026-11-21T12:00:00Z".parse().unwrap()));
        assert_eq!(due_before(now, Some(90)), Some("2026-08-24T12:00:00Z".parse().unwrap()));
    }
}
