//! The histories of connections, which stand in an index, beside the rows they are of.
//!
//! What must stay true: the chain proves the audit's rows, and a list of one connection's rows is read from an index
//! (`schema_10.sql`). Whoever has verified the audit has compared the two: an index that was altered by itself would
//! show what no row says.
use crate::model::audit::{AuditLine, AuditRow, Verdict};
use crate::model::id::ConnectionId;
use crate::store::ReadTx;
use crate::store::audit::{LINE, read_line};
use crate::store::error::Result;
use crate::store::row::Columns;
use std::hash::{BuildHasher, RandomState};

/// What an index of histories says of a row.
type Said<'a> = (ConnectionId, i64, i64, &'a str, &'a str, &'a str, Option<&'static str>, Option<&'a str>);

/// What many rows say together, in whatever order they come. Its key is new each time and known to nobody, so that nobody
/// can look for rows that say together what others do: to guess them is as hard as a number of 64 bits.
pub(super) struct Sum {
    key: RandomState,
    sum: u64,
}

impl Sum {
    pub fn new() -> Sum {
        Sum { key: RandomState::new(), sum: 0 }
    }

    /// A row that stands in a history adds to it, every other one does not.
    pub fn add(&mut self, row: &AuditRow) {
        if let Some(said) = said_by(row) {
            self.add_said(&said);
        }
    }

    fn add_said(&mut self, said: &Said<'_>) {
        self.sum = self.sum.wrapping_add(self.key.hash_one(said));
    }
}

fn said_by(row: &AuditRow) -> Option<Said<'_>> {
    let (actor, action, record) = (row.actor.as_str(), row.action.as_str(), row.record_id.as_str());
    let (decision, reason) = (row.decision.map(Verdict::as_str), row.reason.as_deref());
    row.connection.map(|of| (of, row.seq, row.time.as_millisecond(), actor, action, record, decision, reason))
}

fn shown(of: ConnectionId, line: &AuditLine) -> Said<'_> {
    let (actor, action, record) = (line.actor.as_str(), line.action.as_str(), line.record_id.as_str());
    let (decision, reason) = (line.decision.map(Verdict::as_str), line.reason.as_deref());
    (of, line.seq, line.time.as_millisecond(), actor, action, record, decision, reason)
}

impl ReadTx<'_> {
    /// The first row whose history shows something else, given what all rows say.
    pub(super) fn find_false_history(&self, rows: &Sum) -> Result<Option<i64>> {
        let mut index = Sum { key: rows.key.clone(), sum: 0 };
        self.each_in_a_history(|of, line| {
            index.add_said(&shown(of, &line));
            true
        })?;
        if index.sum == rows.sum {
            return Ok(None);
        }
        self.search().map(Some)
    }

    fn each_in_a_history(&self, mut take: impl FnMut(ConnectionId, AuditLine) -> bool) -> Result<()> {
        let sql =
            format!("SELECT connection, {LINE} FROM audit INDEXED BY audit_by_connection WHERE connection NOT NULL");
        self.each(&sql, [], |row| Ok((row.parsed("connection")?, read_line(row)?)), |(of, line)| take(of, line))
    }

    /// Row by row, because something is known to be wrong; slow.
    fn search(&self) -> Result<i64> {
        let (mut found, mut failure) = (None, None);
        self.each_in_a_history(|of, line| {
            let is_said = self.find_audit(line.seq).map(|row| row.as_ref().and_then(said_by) == Some(shown(of, &line)));
            match is_said {
                Ok(true) => {}
                Ok(false) => found = Some(line.seq),
                Err(error) => failure = Some(error),
            }
            found.is_none() && failure.is_none()
        })?;
        let in_index = "SELECT count(*) FROM audit INDEXED BY audit_by_connection WHERE connection = ?1 AND seq = ?2";
        if found.is_none() && failure.is_none() {
            self.walk_audit(|row| {
                let Some(of) = row.connection else { return true };
                match self.one(in_index, (of.to_string(), row.seq), |row| row.get::<_, i64>(0)) {
                    Ok(Some(1)) => {}
                    Ok(_) => found = Some(row.seq),
                    Err(error) => failure = Some(error),
                }
                found.is_none() && failure.is_none()
            })?;
        }
        match failure {
            Some(error) => Err(error),
            // The rows and the index differ, so one of the two searches has found where.
            None => Ok(found.unwrap_or(0)),
        }
    }
}
