//! Transactions. Typed methods per noun are in the file of the noun; here is what they have in common.
use crate::model::audit::{Correlated, Proof};
use crate::model::time::{Timestamp, rfc3339, to_millisecond};
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, Names, Row};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params};
use std::cell::Cell;
use std::ops::Deref;

const CLOCK_SKEW: &str = "clock_skew";

/// A consistent view of the store.
pub struct ReadTx<'db> {
    database: &'db Connection,
}

/// A view that can also change things. Everything it does becomes durable together, or not at all.
pub struct WriteTx<'db> {
    read: ReadTx<'db>,
    seq: u32,
    now: Timestamp,
    changes_before: u64,
    audited: Cell<bool>,
    operation: Cell<Option<Correlated>>,
    erases: Cell<bool>,
    renames: Cell<bool>,
    proof: Proof,
}

/// The heads of the audit that this state has been put in the place of, by `store restore` and `store trust`.
const LEFT_BEHIND: &str = "left_behind";

impl<'db> ReadTx<'db> {
    pub(super) fn new(database: &'db Connection) -> Self {
        ReadTx { database }
    }

    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.database.prepare_cached(sql)?;
        let names = Names::of(&statement);
        Ok(statement.query_row(params, |row| read(&Row::new(row, &names))).optional()?)
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.database.prepare_cached(sql)?;
        let names = Names::of(&statement);
        let rows = statement.query_map(params, |row| read(&Row::new(row, &names)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Hands every row on as it is read: for what may be too long to hold in memory.
    pub(super) fn each<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut take: impl FnMut(T) -> bool,
    ) -> Result<()> {
        let mut statement = self.database.prepare_cached(sql)?;
        let names = Names::of(&statement);
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if !take(read(&Row::new(row, &names))?) {
                break;
            }
        }
        Ok(())
    }

    /// A statement to be gone through by whoever has more than one under way.
    pub(super) fn statement(&self, sql: &str) -> Result<CachedStatement<'db>> {
        Ok(self.database.prepare_cached(sql)?)
    }

    /// How many rows the tables of the nouns have.
    pub fn count_rows(&self) -> Result<Vec<(&'static str, u64)>> {
        const NOUNS: [&str; 9] =
            ["connections", "agents", "users", "teams", "policies", "limits", "usage", "executions", "audit"];
        let count =
            |table: &str| self.one(&format!("SELECT count(*) AS rows FROM {table}"), [], |row| row.count("rows"));
        NOUNS.iter().map(|noun| Ok((*noun, count(noun)?.unwrap_or(0)))).collect()
    }

    /// Whether this state was put in the place of the one with this head of the audit. Only whoever holds the key can
    /// have said so; without it, an older copy put back would look like one that somebody chose to go on with.
    pub(super) fn has_left_behind(&self, head: &str) -> Result<bool> {
        let heads = self.find_meta(LEFT_BEHIND)?.unwrap_or_default();
        Ok(heads.split(|byte| *byte == b'\n').any(|line| line == head.as_bytes()))
    }

    /// By how many seconds a provider's clock was ahead of ours, and when that was seen; none: not by much.
    pub fn find_clock_skew(&self) -> Result<Option<(i64, Timestamp)>> {
        let Some(noted) = self.find_meta(CLOCK_SKEW)? else { return Ok(None) };
        let broken = || Error::damaged("the note about the clock is unreadable");
        let text = String::from_utf8(noted).map_err(|_| broken())?;
        let (seconds, at) = text.split_once(' ').ok_or_else(broken)?;
        Ok(Some((seconds.parse().map_err(|_| broken())?, at.parse().map_err(|_| broken())?)))
    }

    /// A value of the store about itself.
    pub fn find_meta(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
    }
}

impl<'db> WriteTx<'db> {
    pub(super) fn new(database: &'db Connection, seq: u32, now: Timestamp) -> Self {
        let changes_before = database.total_changes();
        let now = to_millisecond(now);
        WriteTx {
            read: ReadTx::new(database),
            seq,
            now,
            changes_before,
            audited: Cell::new(false),
            operation: Cell::new(None),
            erases: Cell::new(false),
            renames: Cell::new(false),
            proof: Proof::Asserted,
        }
    }

    pub(super) fn proved_by(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// How whoever acts was proved.
    pub(super) fn proof(&self) -> Proof {
        self.proof
    }

    /// The instant of this change: every row it writes bears it.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The sequence number this change will have: the store's revision after it.
    pub fn seq(&self) -> u32 {
        self.seq
    }

    pub(super) fn database(&self) -> &'db Connection {
        self.read.database
    }

    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.read.database.prepare_cached(sql)?.execute(params)?)
    }

    /// The one id of this transaction's rows: the first that was drawn for it.
    pub(super) fn of_one_operation(&self, drawn: Correlated) -> Correlated {
        if let Correlated::Here(_) = drawn {
            let first = self.operation.get().unwrap_or(drawn);
            self.operation.set(Some(first));
            return first;
        }
        drawn
    }

    pub(super) fn mark_audited(&self) {
        self.audited.set(true);
    }

    /// Says that what this transaction changes is no event of its own: clearing what has expired, and the like.
    pub fn needs_no_audit(&self) {
        self.audited.set(true);
    }

    /// Says that what is deleted here must be in no file of the store any more once this is durable.
    pub fn erase_for_good(&self) {
        self.erases.set(true);
    }

    pub(super) fn erases(&self) -> bool {
        self.erases.get()
    }

    /// Says that a name has come, gone or changed which a shell completes.
    pub(super) fn mark_names(&self) {
        self.renames.set(true);
    }

    pub(super) fn changes_names(&self) -> bool {
        self.renames.get()
    }

    pub(super) fn must_be_audited(&self) -> Result<()> {
        let changed = self.read.database.total_changes() != self.changes_before;
        match changed && !self.audited.get() {
            true => Err(Error::Unaudited),
            false => Ok(()),
        }
    }

    pub(super) fn leave_behind(&self, heads: &[String]) -> Result<()> {
        self.upsert_meta(LEFT_BEHIND, heads.join("\n").as_bytes())
    }

    pub(super) fn upsert_meta(&self, key: &str, value: &[u8]) -> Result<()> {
        self.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", (key, value)).map(drop)
    }

    /// Notes by how many seconds a provider's clock is ahead of ours, or that it is not.
    pub fn set_clock_skew(&self, seconds: Option<i64>) -> Result<()> {
        self.run("DELETE FROM meta WHERE key = ?1", [CLOCK_SKEW])?;
        match seconds {
            Some(seconds) => self.insert_meta(CLOCK_SKEW, format!("{seconds} {}", rfc3339(self.now())).as_bytes()),
            None => Ok(()),
        }
    }

    pub(super) fn insert_meta(&self, key: &str, value: &[u8]) -> Result<()> {
        self.run("INSERT INTO meta (key, value) VALUES (?1, ?2)", (key, value)).map(drop)
    }
}

impl<'db> Deref for WriteTx<'db> {
    type Target = ReadTx<'db>;
    fn deref(&self) -> &ReadTx<'db> {
        &self.read
    }
}
