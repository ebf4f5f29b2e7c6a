//! The audit's chain, followed from end to end.
//!
//! What must stay true: every row is hashed from what is stored, and every history is compared with the rows. Two threads
//! share the work, for a whole audit is the longest of all reads: this one takes rows out of the database as they lie
//! there, another one makes sense of them and hashes. Whenever the other one has enough to do, this one goes on with the
//! histories. What a row is kept in goes back and forth and is used again: two threads that free each other's memory wait
//! for each other.
use crate::model::audit::{AuditRow, Break, Proof, Verdict, Verifier};
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::time::Timestamp;
use crate::store::ReadTx;
use crate::store::error::{Error, Result};
use crate::store::histories::{Shown, Sum};
use crate::store::row::id;
use rusqlite::types::ValueRef;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use uuid::Uuid;

/// Enough rows that handing them over costs nothing, and few enough that memory stays small.
const BATCH: usize = 128;
/// A batch ends with the row that makes it larger than this, in bytes.
const LARGEST: usize = 256 * 1024;
/// How many batches wait at most.
const WAITING: usize = 4;

const ROWS: &str =
    "SELECT seq, time, actor, proof, action, entity, record_id, connection, decision, reason, correlation,
                    changes, prev_hash, hash FROM audit ORDER BY seq";
/// The texts of [`ROWS`], by their place in it, after the two numbers.
const TEXTS: [&str; 12] = [
    "actor",
    "proof",
    "action",
    "entity",
    "record_id",
    "connection",
    "decision",
    "reason",
    "correlation",
    "changes",
    "prev_hash",
    "hash",
];

impl ReadTx<'_> {
    /// Follows the whole chain, and compares with its rows what is shown of them; gives who followed it as far as it fits,
    /// and what is wrong with the one after it. `progress` is told how many rows have been looked at.
    pub fn verify_audit(&self, progress: impl FnMut(i64)) -> Result<(Verifier, Option<Break>)> {
        let of_rows = Sum::new();
        // A failure here is told after what is wrong with a row.
        let (mut statement, failure) = match self.statement(Shown::SQL) {
            Ok(statement) => (Some(statement), None),
            Err(error) => (None, Some(error)),
        };
        let rows = statement.as_mut().map(|statement| statement.query([])).transpose()?;
        let mut shown = Shown::of(rows, failure, of_rows.with_same_key());
        let (read, followed) = std::thread::scope(|scope| {
            let (send, receive) = sync_channel(WAITING);
            let (give_back, given_back) = channel();
            let follower = scope.spawn(move || follow(of_rows, receive, give_back));
            let read = self.read_rows(&send, &given_back, &mut shown, progress);
            drop(send);
            while matches!(read, Ok(true)) && shown.add_some() {}
            (read, follower.join().unwrap_or_else(|_| Err(Error::damaged("the audit cannot be verified"))))
        });
        let (verifier, broken, of_rows) = followed?;
        if broken.is_some() {
            return Ok((verifier, broken));
        }
        read?;
        let broken = match verifier.finish() {
            Ok(()) => self.find_false_history(&of_rows, shown)?.map(|seq| Break::Misshown { seq }),
            Err(broken) => Some(broken),
        };
        Ok((verifier, broken))
    }

    /// Whether all of them were wanted.
    fn read_rows(
        &self,
        send: &SyncSender<Vec<Stored>>,
        given_back: &Receiver<Vec<Stored>>,
        shown: &mut Shown<'_>,
        mut progress: impl FnMut(i64),
    ) -> Result<bool> {
        let mut statement = self.statement(ROWS)?;
        let mut rows = statement.query([])?;
        let mut is_at_end = false;
        while !is_at_end {
            let mut batch: Vec<Stored> = given_back.try_recv().unwrap_or_default();
            batch.resize_with(BATCH, Stored::default);
            let (mut count, mut bytes, mut read) = (0, 0, Ok(()));
            for stored in &mut batch {
                read = match rows.next() {
                    Ok(Some(row)) => stored.take(row),
                    Ok(None) => {
                        is_at_end = true;
                        break;
                    }
                    Err(error) => Err(error.into()),
                };
                if read.is_err() {
                    break;
                }
                progress(stored.seq);
                (count, bytes) = (count + 1, bytes + stored.bytes.len());
                if bytes > LARGEST {
                    break;
                }
            }
            batch.truncate(count);
            let is_wanted = hand_on(batch, send, shown);
            // Told after what is wrong with a row before it.
            read?;
            if !is_wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// False when nobody receives any more, because a row did not fit: then the rest need not be read.
fn hand_on(mut batch: Vec<Stored>, send: &SyncSender<Vec<Stored>>, shown: &mut Shown<'_>) -> bool {
    loop {
        batch = match send.try_send(batch) {
            Ok(()) => return true,
            Err(TrySendError::Disconnected(_)) => return false,
            Err(TrySendError::Full(batch)) => batch,
        };
        if !shown.add_some() {
            return send.send(batch).is_ok();
        }
    }
}

fn follow(
    mut sum: Sum,
    receive: Receiver<Vec<Stored>>,
    give_back: Sender<Vec<Stored>>,
) -> Result<(Verifier, Option<Break>, Sum)> {
    let mut verifier = Verifier::default();
    let mut row = blank();
    for batch in receive {
        for stored in &batch {
            stored.put_into(&mut row)?;
            sum.add(&row);
            if let Err(broken) = verifier.take(&row) {
                return Ok((verifier, Some(broken), sum));
            }
        }
        // Nobody takes the last ones: the reader has ended.
        let _ = give_back.send(batch);
    }
    Ok((verifier, None, sum))
}

/// A row as it lies in the database.
#[derive(Default)]
struct Stored {
    seq: i64,
    time: i64,
    /// Its texts, one after the other.
    bytes: Vec<u8>,
    texts: [Option<Range<usize>>; TEXTS.len()],
}

impl Stored {
    fn take(&mut self, row: &rusqlite::Row<'_>) -> Result<()> {
        /// More than usual rows have. What a large one needed is given back, or every place would come to be as large.
        const USUAL: usize = 8 * 1024;
        (self.seq, self.time) = (row.get(0)?, row.get(1)?);
        self.bytes.clear();
        self.bytes.shrink_to(USUAL);
        for ((text, column), number) in self.texts.iter_mut().zip(TEXTS).zip(2..) {
            *text = match row.get_ref(number)? {
                ValueRef::Null => None,
                ValueRef::Text(bytes) => {
                    let start = self.bytes.len();
                    self.bytes.extend_from_slice(bytes);
                    Some(start..self.bytes.len())
                }
                // The same bytes under another type would verify, and no list would find them.
                _ => return Err(broken(self.seq, column)),
            };
        }
        Ok(())
    }

    fn put_into(&self, row: &mut AuditRow) -> Result<()> {
        let broken = |column| broken(self.seq, column);
        let all = std::str::from_utf8(&self.bytes).map_err(|_| broken("a text"))?;
        // A text that ends in the middle of a character is none.
        let maybe = |n: usize| self.texts[n].clone().map(|at| all.get(at).ok_or_else(|| broken(TEXTS[n]))).transpose();
        let text = |n: usize| maybe(n)?.ok_or_else(|| broken(TEXTS[n]));
        row.seq = self.seq;
        row.time = Timestamp::from_millisecond(self.time).map_err(|_| broken("time"))?;
        text(0)?.clone_into(&mut row.actor);
        row.proof = Proof::parse(text(1)?).ok_or_else(|| broken(TEXTS[1]))?;
        text(2)?.clone_into(&mut row.action);
        text(3)?.clone_into(&mut row.entity);
        text(4)?.clone_into(&mut row.record_id);
        let of = maybe(5)?.map(|text| id(text).ok_or_else(|| broken(TEXTS[5]))).transpose()?;
        row.connection = of.map(ConnectionId);
        row.decision = maybe(6)?.map(|word| Verdict::parse(word).ok_or_else(|| broken(TEXTS[6]))).transpose()?;
        row.reason = maybe(7)?.map(str::to_owned);
        row.correlation = CorrelationId(id(text(8)?).ok_or_else(|| broken(TEXTS[8]))?);
        row.changes = serde_json::from_str(text(9)?).map_err(|_| broken(TEXTS[9]))?;
        text(10)?.clone_into(&mut row.prev_hash);
        text(11)?.clone_into(&mut row.hash);
        Ok(())
    }
}

fn broken(seq: i64, column: &str) -> Error {
    Error::damaged(format!("row {seq} of the audit: {column} cannot be read"))
}

/// A row to be filled.
fn blank() -> AuditRow {
    AuditRow {
        seq: 0,
        time: Timestamp::UNIX_EPOCH,
        actor: String::new(),
        proof: Proof::Asserted,
        action: String::new(),
        entity: String::new(),
        record_id: String::new(),
        connection: None,
        decision: None,
        reason: None,
        correlation: CorrelationId(Uuid::nil()),
        changes: Vec::new(),
        prev_hash: String::new(),
        hash: String::new(),
    }
}
