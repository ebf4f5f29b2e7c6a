//! Rows of the audit.
use crate::model::audit::{AuditRow, Change, Proof, Verdict};
use crate::view::instant;
use schemars::JsonSchema;
use serde::Serialize;

/// A row. Its hash is SHA-256 over the RFC 8785 form of the other members, `connection` and `prevHash` included.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRowView {
    pub seq: i64,
    pub time: String,
    pub actor: String,
    pub actor_proof: Proof,
    pub action: String,
    pub entity: String,
    pub record_id: String,
    pub connection: Option<String>,
    pub decision: Option<Verdict>,
    pub reason: Option<String>,
    pub correlation_id: String,
    pub changes: Vec<Change>,
    pub prev_hash: String,
    pub hash: String,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneAuditRowView {
    pub row: AuditRowView,
}

impl AuditRowView {
    pub fn new(row: &AuditRow) -> AuditRowView {
        AuditRowView {
            seq: row.seq,
            time: instant(row.time),
            actor: row.actor.clone(),
            actor_proof: row.proof,
            action: row.action.clone(),
            entity: row.entity.clone(),
            record_id: row.record_id.clone(),
            connection: row.connection.map(|id| id.to_string()),
            decision: row.decision,
            reason: row.reason.clone(),
            correlation_id: row.correlation.to_string(),
            changes: row.changes.clone(),
            prev_hash: row.prev_hash.clone(),
            hash: row.hash.clone(),
        }
    }
}
