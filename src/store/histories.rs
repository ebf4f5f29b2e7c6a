//! The histories of connections, which stand in an index, beside the rows they are of.
//!
//! What must stay true: the chain proves the audit's rows, and a list of one connection's rows is read from an index
//! (`schema_10.sql`). Whoever has verified the audit has compared the two: an index that was altered by itself would
//! show what no row says.
use crate::model::audit::{AuditLine, AuditRow, Verdict};
use crate::store::ReadTx;
use crate::store::audit::read_line;
use crate::store::error::{Error, Result};
use crate::store::row::Columns;
use rusqlite::Rows;
use std::hash::{BuildHasher, RandomState};
use uuid::fmt::Hyphenated;

/// What an index of histories says of a row.
type Said<'a> = (&'a str, i64, i64, &'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

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

    /// An empty one, to be compared with this one.
    pub fn with_same_key(&self) -> Sum {
        Sum { key: self.key.clone(), sum: 0 }
    }

    /// A row that stands in a history adds to it, every other one does not.
    pub fn add(&mut self, row: &AuditRow) {
        if let Some(said) = said_by(row, &mut [0; Hyphenated::LENGTH]) {
            self.add_said(&said);
        }
    }

    fn add_said(&mut self, said: &Said<'_>) {
        self.sum = self.sum.wrapping_add(self.key.hash_one(said));
    }
}

/// `id` is where the connection's id is written.
fn said_by<'a>(row: &'a AuditRow, id: &'a mut [u8; Hyphenated::LENGTH]) -> Option<Said<'a>> {
    let (actor, action, record) = (row.actor.as_str(), row.action.as_str(), row.record_id.as_str());
    let (decision, reason) = (row.decision.map(Verdict::as_str), row.reason.as_deref());
    let of = &*row.connection?.0.hyphenated().encode_lower(id);
    Some((of, row.seq, row.time.as_millisecond(), actor, action, record, decision, reason))
}

fn shown<'a>(of: &'a str, line: &'a AuditLine) -> Said<'a> {
    let (actor, action, record) = (line.actor.as_str(), line.action.as_str(), line.record_id.as_str());
    let (decision, reason) = (line.decision.map(Verdict::as_str), line.reason.as_deref());
    (of, line.seq, line.time.as_millisecond(), actor, action, record, decision, reason)
}

/// What the index of histories shows, read piece by piece.
pub(super) struct Shown<'s> {
    /// None at its end.
    rows: Option<Rows<'s>>,
    sum: Sum,
    failure: Option<Error>,
}

impl<'s> Shown<'s> {
    pub const SQL: &'static str = "SELECT connection, seq, time, actor, action, record_id, decision, reason
                                   FROM audit INDEXED BY audit_by_connection WHERE connection NOT NULL";

    /// `sum` has the key of the one it is compared with.
    pub fn of(rows: Option<Rows<'s>>, failure: Option<Error>, sum: Sum) -> Shown<'s> {
        Shown { rows, sum, failure }
    }

    /// Reads some more; false at the end, and after a failure, which is told when the sums are compared.
    pub fn add_some(&mut self) -> bool {
        /// Some tens of microseconds' work.
        const SOME: usize = 64;
        for _ in 0..SOME {
            let Some(rows) = &mut self.rows else { return false };
            let added = match rows.next() {
                Ok(Some(row)) => add_shown(&mut self.sum, row).map(|()| true),
                Ok(None) => Ok(false),
                Err(error) => Err(error),
            };
            if !matches!(added, Ok(true)) {
                (self.rows, self.failure) = (None, added.err().map(Error::from));
            }
        }
        true
    }
}

/// Straight from where the texts lie.
fn add_shown(sum: &mut Sum, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
    let text = |number| Ok::<_, rusqlite::Error>(row.get_ref(number)?.as_str()?);
    let maybe = |number| Ok::<_, rusqlite::Error>(row.get_ref(number)?.as_str_or_null()?);
    sum.add_said(&(text(0)?, row.get(1)?, row.get(2)?, text(3)?, text(4)?, text(5)?, maybe(6)?, maybe(7)?));
    Ok(())
}

impl ReadTx<'_> {
    /// The first row whose history shows something else, given what all rows say.
    pub(super) fn find_false_history(&self, rows: &Sum, shown: Shown<'_>) -> Result<Option<i64>> {
        match shown.failure {
            Some(error) => Err(error),
            None if shown.sum.sum == rows.sum => Ok(None),
            None => self.search().map(Some),
        }
    }

    fn each_in_a_history(&self, mut take: impl FnMut(String, AuditLine) -> bool) -> Result<()> {
        self.each(Shown::SQL, [], |row| Ok((row.text("connection")?, read_line(row)?)), |(of, line)| take(of, line))
    }

    /// Row by row, because something is known to be wrong; slow.
    fn search(&self) -> Result<i64> {
        let (mut found, mut failure) = (None, None);
        self.each_in_a_history(|of, line| {
            let is_said = self.find_audit(line.seq).map(|row| {
                let mut id = [0; Hyphenated::LENGTH];
                row.as_ref().and_then(|row| said_by(row, &mut id)) == Some(shown(&of, &line))
            });
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
