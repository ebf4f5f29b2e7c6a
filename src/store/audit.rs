//! The audit: append and read. There is no update and no delete.
use crate::model::audit::{AuditRow, Head, NewAuditRow, Proof, Verdict};
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, json_text, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::{Row, named_params};

/// Which rows to list: newest first, at most `limit`.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub actor: Option<String>,
    /// An action, or the beginning of one up to a dot: `connection` finds `connection.add`.
    pub action: Option<String>,
    pub entity: Option<String>,
    pub connection: Option<ConnectionId>,
    pub decision: Option<Verdict>,
    pub correlation: Option<CorrelationId>,
    pub limit: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        seq: row.get("seq")?,
        time: row.instant("time")?,
        actor: row.text("actor")?,
        proof: row.word("proof", Proof::parse)?,
        action: row.text("action")?,
        entity: row.text("entity")?,
        record_id: row.text("record_id")?,
        connection: row.maybe_parsed("connection")?,
        decision: row.maybe_word("decision", Verdict::parse)?,
        reason: row.maybe_text("reason")?,
        correlation: row.parsed("correlation")?,
        changes: row.json("changes")?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}

impl ReadTx<'_> {
    pub fn audit_head(&self) -> Result<Head> {
        let sql = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
        let newest = self.one(sql, [], |row| Ok(Head { seq: row.get("seq")?, hash: row.text("hash")? }))?;
        Ok(newest.unwrap_or_else(Head::genesis))
    }

    pub fn find_newest_audit_time(&self) -> Result<Option<Timestamp>> {
        self.one("SELECT time FROM audit ORDER BY seq DESC LIMIT 1", [], |row| row.instant("time"))
    }

    pub(super) fn find_audit_hash(&self, seq: i64) -> Result<Option<String>> {
        self.one("SELECT hash FROM audit WHERE seq = ?1", [seq], |row| row.get(0))
    }

    pub fn find_audit(&self, seq: i64) -> Result<Option<AuditRow>> {
        self.one("SELECT * FROM audit WHERE seq = ?1", [seq], read)
    }

    pub fn list_audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>> {
        self.all(
            "SELECT * FROM audit WHERE (:since IS NULL OR time >= :since) AND (:until IS NULL OR time < :until)
             AND (:actor IS NULL OR actor = :actor)
             AND (:action IS NULL OR action = :action OR substr(action, 1, length(:action) + 1) = :action || '.')
             AND (:entity IS NULL OR entity = :entity) AND (:connection IS NULL OR connection = :connection)
             AND (:decision IS NULL OR decision = :decision)
             AND (:correlation IS NULL OR correlation = :correlation)
             ORDER BY seq DESC LIMIT :limit",
            named_params! {
                ":since": query.since.map(millis), ":until": query.until.map(millis), ":actor": query.actor,
                ":action": query.action, ":entity": query.entity,
                ":connection": query.connection.map(|id| id.to_string()),
                ":decision": query.decision.map(Verdict::as_str),
                ":correlation": query.correlation.map(|id| id.to_string()), ":limit": query.limit,
            },
            read,
        )
    }

    /// Hands on every row from the first one, until `take` says it has enough.
    pub fn walk_audit(&self, take: impl FnMut(AuditRow) -> bool) -> Result<()> {
        self.each("SELECT * FROM audit ORDER BY seq", [], read, take)
    }

    /// Attempts without an outcome: allowed calls whose process ended before the result was written.
    pub fn list_attempts_without_outcome(&self) -> Result<Vec<AuditRow>> {
        self.all(
            "SELECT * FROM audit AS attempt WHERE action = 'call' AND decision = 'allow' AND NOT EXISTS
             (SELECT 1 FROM audit AS outcome WHERE outcome.correlation = attempt.correlation
              AND outcome.action = 'call.result' AND outcome.seq > attempt.seq) ORDER BY seq",
            [],
            read,
        )
    }
}

impl WriteTx<'_> {
    /// Appends a row to the chain, in the same transaction as what it tells of.
    pub fn append_audit(&self, new: NewAuditRow) -> Result<AuditRow> {
        let row = AuditRow::chain(new, &self.audit_head()?, self.now())?;
        self.run(
            "INSERT INTO audit (seq, time, actor, proof, action, entity, record_id, connection, decision, reason,
             correlation, changes, prev_hash, hash)
             VALUES (:seq, :time, :actor, :proof, :action, :entity, :record_id, :connection, :decision, :reason,
             :correlation, :changes, :prev_hash, :hash)",
            named_params! {
                ":seq": row.seq, ":time": millis(row.time), ":actor": row.actor, ":proof": row.proof.as_str(),
                ":action": row.action, ":entity": row.entity, ":record_id": row.record_id,
                ":connection": row.connection.map(|id| id.to_string()),
                ":decision": row.decision.map(Verdict::as_str), ":reason": row.reason,
                ":correlation": row.correlation.to_string(), ":changes": json_text(&row.changes)?,
                ":prev_hash": row.prev_hash, ":hash": row.hash,
            },
        )?;
        self.mark_audited();
        Ok(row)
    }
}
