//! The audit: append and read. There is no update, and no delete but that of its beginning (`retention.rs`).
use crate::model::audit::{AuditLine, AuditRow, Head, NewAuditRow, Proof, Verdict};
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::limit::Window;
use crate::model::people::Actor;
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, Row, id, json_text, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::{ToSql, named_params};

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
        connection: row.maybe_word("connection", |text| id(text).map(ConnectionId))?,
        decision: row.maybe_word("decision", Verdict::parse)?,
        reason: row.maybe_text("reason")?,
        correlation: row.word("correlation", |text| id(text).map(CorrelationId))?,
        changes: row.json("changes")?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}

/// The columns of a line, all of which stand in the index of connections' histories.
pub(super) const LINE: &str = "seq, time, actor, action, record_id, decision, reason";

pub(super) fn read_line(row: &Row<'_>) -> rusqlite::Result<AuditLine> {
    Ok(AuditLine {
        seq: row.get("seq")?,
        time: row.instant("time")?,
        actor: row.text("actor")?,
        action: row.text("action")?,
        record_id: row.text("record_id")?,
        decision: row.maybe_word("decision", Verdict::parse)?,
        reason: row.maybe_text("reason")?,
    })
}

/// A value of a statement, with the name it has there.
pub(super) type Named = (&'static str, Box<dyn ToSql>);

/// The conditions of a query, with their values.
fn asked(query: &AuditQuery) -> (Vec<&'static str>, Vec<Named>) {
    // Only the conditions that are asked for: SQLite chooses an index by what the statement says, not by its values.
    let mut conditions = vec!["seq > 0"];
    let mut values: Vec<(&'static str, Box<dyn ToSql>)> = Vec::new();
    let mut ask = |condition, name, value: Option<Box<dyn ToSql>>| {
        if let Some(value) = value {
            conditions.push(condition);
            values.push((name, value));
        }
    };
    ask("time >= :since", ":since", query.since.map(|at| Box::new(millis(at)) as _));
    ask("time < :until", ":until", query.until.map(|at| Box::new(millis(at)) as _));
    ask("actor = :actor", ":actor", query.actor.clone().map(|actor| Box::new(actor) as _));
    ask(
        "(action = :action OR substr(action, 1, length(:action) + 1) = :action || '.')",
        ":action",
        query.action.clone().map(|action| Box::new(action) as _),
    );
    // Many rows are of one entity, few of one connection or operation: with the sign its index is not looked into.
    let is_narrow = query.connection.is_some() || query.correlation.is_some();
    let entity = if is_narrow { "+entity = :entity" } else { "entity = :entity" };
    ask(entity, ":entity", query.entity.clone().map(|entity| Box::new(entity) as _));
    ask("connection = :connection", ":connection", query.connection.map(|id| Box::new(id.to_string()) as _));
    ask("decision = :decision", ":decision", query.decision.map(|verdict| Box::new(verdict.as_str()) as _));
    ask("correlation = :correlation", ":correlation", query.correlation.map(|id| Box::new(id.to_string()) as _));
    (conditions, values)
}

/// The statement that lists what is asked for, newest first, and its values.
pub(super) fn newest(columns: &str, query: &AuditQuery) -> (String, Vec<Named>) {
    let (conditions, values) = asked(query);
    let (conditions, limit) = (conditions.join(" AND "), query.limit);
    (format!("SELECT {columns} FROM audit WHERE {conditions} ORDER BY seq DESC LIMIT {limit}"), values)
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

    /// Whether this was the head of the chain once.
    pub fn has_audit_head(&self, head: &Head) -> Result<bool> {
        match self.find_audit_hash(head.seq)? {
            Some(hash) => Ok(hash == head.hash),
            // Before the first row that retention has left, nothing says otherwise.
            None => Ok(head.seq < self.first_audit_seq()?),
        }
    }

    pub fn find_audit(&self, seq: i64) -> Result<Option<AuditRow>> {
        self.one("SELECT * FROM audit WHERE seq = ?1", [seq], read)
    }

    pub fn list_audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>> {
        self.newest_audit("*", query, read)
    }

    /// What a list shows of them. Of one connection, all of it stands in the index.
    pub fn list_audit_lines(&self, query: &AuditQuery) -> Result<Vec<AuditLine>> {
        self.newest_audit(LINE, query, read_line)
    }

    fn newest_audit<T>(
        &self,
        columns: &str,
        query: &AuditQuery,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let (sql, values) = newest(columns, query);
        let values: Vec<(&str, &dyn ToSql)> = values.iter().map(|(name, value)| (*name, &**value)).collect();
        self.all(&sql, values.as_slice(), read)
    }

    /// When calls were refused by a token limit in a span, and on which connection.
    pub fn list_token_refusals(&self, window: Window) -> Result<Vec<(Timestamp, Option<ConnectionId>)>> {
        self.all(
            "SELECT time, connection FROM audit WHERE reason = 'token_limit' AND time >= ?1 AND time < ?2 ORDER BY time",
            (millis(window.start), millis(window.end)),
            |row| Ok((row.instant("time")?, row.maybe_parsed("connection")?)),
        )
    }

    /// Hands on the rows that a query is about, the oldest first and one by one: they may be more than fit in memory.
    /// The query's `limit` is not looked at.
    pub fn export_audit(&self, query: &AuditQuery, take: impl FnMut(AuditRow) -> bool) -> Result<()> {
        let (conditions, values) = asked(query);
        let sql = format!("SELECT * FROM audit WHERE {} ORDER BY seq", conditions.join(" AND "));
        let values: Vec<(&str, &dyn ToSql)> = values.iter().map(|(name, value)| (*name, &**value)).collect();
        self.each(&sql, values.as_slice(), read, take)
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
    ///
    /// A row bears at least the proof of whoever has opened the store; what the system does by itself is nobody's act.
    pub fn append_audit(&self, mut new: NewAuditRow) -> Result<AuditRow> {
        if new.proof == Proof::Asserted && new.actor != Actor::System {
            new.proof = self.proof();
        }
        new.correlation = self.of_one_operation(new.correlation);
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
