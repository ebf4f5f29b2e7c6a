//! Retention: the beginning of the audit goes, and executions keep hashes of what they carried.
//!
//! What must stay true: rows of the audit go from the beginning only, in the same transaction as the row that tells of
//! them; the newest row stays; and what may still be asked about (an open question, a call under way) keeps its content.
use crate::model::audit::{Correlated, NewAuditRow, Proof};
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::id::{CorrelationId, ExecutionId};
use crate::model::people::Actor;
use crate::model::retention::{self, Dropped, Hashes, due_before};
use crate::model::time::{Timestamp, rfc3339};
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, json_text, millis};
use crate::store::{ReadTx, Store, WriteTx};
use jiff::ToSpan;
use rusqlite::named_params;

/// When retention has last found nothing more to do.
const RAN_AT: &str = "retention_ran_at";

/// How much of it a change of something else takes upon itself: a millisecond's worth of rows, so that no call waits for
/// it. What is left is the next change's, or `store compact`'s.
const ROWS_PER_CHANGE: u32 = 1000;
const EXECUTIONS_PER_CHANGE: u32 = 50;

/// How much is done at once where somebody waits for it: the pages of one transaction stay far below what the log takes.
const ROWS_AT_ONCE: u32 = 5000;
const EXECUTIONS_AT_ONCE: u32 = 500;

/// What a round of it has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    /// Rows of the audit that were dropped.
    pub rows: i64,
    /// Executions that keep hashes from here on.
    pub executions: i64,
    /// Whether there is more to do.
    pub more: bool,
}

impl Store {
    /// Does all that is due now. `progress` is told how many rows and executions are done.
    pub fn retain(&self, now: Timestamp, progress: &mut dyn FnMut(i64)) -> Result<Retained> {
        // Counted from outside: a part of it may be done by what every change does by itself.
        let before = self.read(|tx| tx.count_retained())?;
        loop {
            let is_due = self.read(|tx| tx.has_something_to_drop(now))?;
            let more = is_due
                && self.write::<_, Error>(now, |tx| {
                    tx.needs_no_audit();
                    Ok(tx.retain(CorrelationId(self.secret.store_id), ROWS_AT_ONCE, EXECUTIONS_AT_ONCE)?.more)
                })?;
            let after = self.read(|tx| tx.count_retained())?;
            let all =
                Retained { rows: after.rows - before.rows, executions: after.executions - before.executions, more };
            progress(all.rows + all.executions);
            if !more {
                return Ok(all);
            }
        }
    }
}

impl ReadTx<'_> {
    /// The beginning of the audit before an instant, at most so many rows: how many, the first, the last, and the last's
    /// hash.
    fn oldest_rows(&self, before: Timestamp, most: u32) -> Result<Option<Dropped>> {
        let mut found: Option<Dropped> = None;
        self.each(
            "SELECT seq, time, hash FROM audit ORDER BY seq LIMIT ?1",
            [most],
            |row| Ok((row.get::<_, i64>("seq")?, row.instant("time")?, row.text("hash")?)),
            |(seq, time, hash)| {
                if time >= before {
                    return false;
                }
                let first = found.take();
                found = Some(Dropped {
                    count: first.as_ref().map_or(1, |first| first.count + 1),
                    first_seq: first.as_ref().map_or(seq, |first| first.first_seq),
                    last_seq: seq,
                    from: first.map_or_else(|| rfc3339(time), |first| first.from),
                    to: rfc3339(time),
                    last_hash: hash,
                });
                true
            },
        )?;
        Ok(found)
    }

    /// Executions from before an instant that still have their content and are over.
    fn list_with_content(&self, before: Timestamp, most: u32) -> Result<Vec<ExecutionId>> {
        self.all(
            "SELECT id FROM executions WHERE hashes IS NULL AND created_at < :before AND status <> :running
             AND NOT (approval IN (:pending, :approved) AND coalesce(expires_at, :now + 1) > :now)
             ORDER BY created_at LIMIT :most",
            named_params! {
                ":before": millis(before), ":now": millis(before), ":most": most,
                ":running": ExecutionStatus::Pending.as_str(),
                ":pending": ApprovalStatus::Pending.as_str(), ":approved": ApprovalStatus::Approved.as_str(),
            },
            |row| row.parsed("id"),
        )
    }

    fn count_retained(&self) -> Result<Retained> {
        let hashed = self.one("SELECT count(*) AS rows FROM executions WHERE hashes IS NOT NULL", [], |row| {
            row.get::<_, i64>("rows")
        })?;
        Ok(Retained { rows: self.first_audit_seq()?, executions: hashed.unwrap_or(0), more: false })
    }

    fn has_something_to_drop(&self, now: Timestamp) -> Result<bool> {
        let organization = self.get_organization()?;
        let rows = match due_before(now, organization.audit_retention_days) {
            Some(before) => self.oldest_rows(before, 1)?.is_some(),
            None => false,
        };
        let executions = match due_before(now, organization.execution_retention_days) {
            Some(before) => !self.list_with_content(before, 1)?.is_empty(),
            None => false,
        };
        Ok(rows || executions)
    }

    /// What is left of an execution whose time is over.
    pub fn find_hashes(&self, id: ExecutionId) -> Result<Option<Hashes>> {
        let found =
            self.one("SELECT hashes FROM executions WHERE id = ?1", [id.to_string()], |row| row.maybe_text("hashes"))?;
        let broken = |_| Error::damaged("the hashes of an execution are unreadable");
        found.flatten().map(|text| serde_json::from_str(&text).map_err(broken)).transpose()
    }

    /// The first row that is there.
    pub(super) fn first_audit_seq(&self) -> Result<i64> {
        Ok(self.one("SELECT seq FROM audit ORDER BY seq LIMIT 1", [], |row| row.get("seq"))?.unwrap_or(1))
    }
}

impl WriteTx<'_> {
    /// Does a part of what is due, once a day: called at the beginning of every change.
    pub(super) fn retain_now_and_then(&self, correlation: CorrelationId) -> Result<()> {
        let ran_at = self.find_meta(RAN_AT)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let ran_at: Option<Timestamp> = ran_at.and_then(|text| text.parse().ok());
        let is_due = ran_at.is_none_or(|at| at.checked_add(24.hours()).is_ok_and(|next| next <= self.now()));
        match is_due {
            true => self.retain(correlation, ROWS_PER_CHANGE, EXECUTIONS_PER_CHANGE).map(drop),
            false => Ok(()),
        }
    }

    /// Nothing is due in a new store.
    pub(super) fn begin_retention(&self) -> Result<()> {
        self.upsert_meta(RAN_AT, rfc3339(self.now()).as_bytes())
    }

    /// Says that the next change shall look, because another time is allowed from now on.
    pub fn look_at_retention_again(&self) -> Result<()> {
        self.run("DELETE FROM meta WHERE key = ?1", [RAN_AT]).map(drop)
    }

    fn retain(&self, correlation: CorrelationId, rows: u32, executions: u32) -> Result<Retained> {
        let organization = self.get_organization()?;
        let mut done = Retained::default();
        if let Some(before) = due_before(self.now(), organization.audit_retention_days) {
            done.rows = self.drop_oldest_rows(before, rows, correlation)?;
        }
        if let Some(before) = due_before(self.now(), organization.execution_retention_days) {
            done.executions = self.keep_only_hashes(before, executions, correlation)?;
        }
        done.more = done.rows >= i64::from(rows) || done.executions >= i64::from(executions);
        if !done.more {
            self.upsert_meta(RAN_AT, rfc3339(self.now()).as_bytes())?;
        }
        Ok(done)
    }

    fn drop_oldest_rows(&self, before: Timestamp, most: u32, correlation: CorrelationId) -> Result<i64> {
        let Some(dropped) = self.oldest_rows(before, most)? else { return Ok(0) };
        // Told first: the row follows the newest one, which may be among those that go.
        self.append_audit(NewAuditRow {
            entity: retention::OF_AUDIT.to_owned(),
            record_id: dropped.last_seq.to_string(),
            changes: vec![dropped.change()?],
            ..told(correlation)
        })?;
        self.run("DELETE FROM audit WHERE seq <= ?1", [dropped.last_seq])?;
        Ok(dropped.count)
    }

    fn keep_only_hashes(&self, before: Timestamp, most: u32, correlation: CorrelationId) -> Result<i64> {
        let due = self.list_with_content(before, most)?;
        let (Some(first), Some(last)) = (due.first(), due.last()) else { return Ok(0) };
        for id in &due {
            let Some(execution) = self.find_execution(*id)? else { continue };
            let hashes = Hashes::of(&execution)?;
            // An address without its query: what was asked for is in the hash, and where it went stays readable.
            let url = execution.request.url.split(['?', '#']).next().unwrap_or_default().to_owned();
            let request = crate::model::execution::StoredRequest {
                method: execution.request.method,
                url,
                headers: Vec::new(),
                body: crate::model::execution::StoredBody::None,
            };
            self.run(
                "UPDATE executions SET arguments = 'null', request = ?2, result_body = NULL, hashes = ?3 WHERE id = ?1",
                (id.to_string(), json_text(&request)?, json_text(&hashes)?),
            )?;
        }
        let count = i64::try_from(due.len()).unwrap_or(i64::MAX);
        let range = serde_json::json!({"count": count, "first": first.to_string(), "last": last.to_string()});
        self.append_audit(NewAuditRow {
            entity: retention::OF_EXECUTIONS.to_owned(),
            record_id: last.to_string(),
            changes: vec![crate::model::audit::Change::new("content", range, "hashes")],
            ..told(correlation)
        })?;
        Ok(count)
    }
}

fn told(correlation: CorrelationId) -> NewAuditRow {
    NewAuditRow {
        actor: Actor::System,
        proof: Proof::Asserted,
        action: retention::ACTION.to_owned(),
        entity: String::new(),
        record_id: String::new(),
        connection: None,
        decision: None,
        reason: Some("retention".to_owned()),
        correlation: Correlated::Beyond(correlation),
        changes: Vec::new(),
    }
}
