//! The engine: a literal age file that holds a SQLite database.
//!
//! What must stay true: `store.age` is a standard age v1 file whose plaintext is a SQLite database; nothing of it is
//! ever on disk in plain text, because SQLite works on memory alone; and a change is either in the file or it is not,
//! because the file is only ever replaced as a whole. This engine seals everything anew with each write. Everything
//! above it goes through [`Engine::read`] and [`Engine::write`], so another engine can take its place.
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::lock::WriterLock;
use crate::store::schema;
use crate::store::seal::{self, Key};
use rusqlite::{Connection, TransactionBehavior};
use std::cell::RefCell;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const BASE: &str = "store.age";
pub const LOCK: &str = "store.lock";

/// Bytes 24..28 of a SQLite database: the file change counter (SQLite file format, section 1.3.8).
const CHANGE_COUNTER: std::ops::Range<usize> = 24..28;

pub struct Engine {
    dir: PathBuf,
    key: Key,
    holder: String,
    /// The newest state this process has opened, and which file that was.
    open: RefCell<Option<Opened>>,
}

struct Opened {
    database: Connection,
    seq: u32,
    file: FileId,
    /// Kept open, so that the number of its inode is not given to a later file while this one is remembered.
    _held: File,
}

/// Tells one file from the one that replaced it: device, inode, and the time of its last change, because an inode's
/// number may be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId(u64, u64, i64, i64);

/// A change that has been made durable, with the writer's lock still held.
pub struct Committed<T> {
    pub value: T,
    pub seq: u32,
    pub lock: WriterLock,
}

impl Engine {
    pub fn new(dir: &Path, key: Key, holder: String) -> Engine {
        Engine { dir: dir.to_owned(), key, holder, open: RefCell::new(None) }
    }

    #[cfg(test)]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Makes the first base (the caller holds the writer's lock) from an empty database that `fill` fills.
    pub fn create<T>(
        &self,
        recipients: &[String],
        fill: impl FnOnce(&Connection, u32) -> Result<T>,
    ) -> Result<(T, u32)> {
        let mut database = Connection::open_in_memory()?;
        settle(&database)?;
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::migrate(&transaction)?;
        let value = fill(&transaction, 1)?;
        transaction.commit()?;
        let seq = self.reseal(&mut database, recipients)?;
        Ok((value, seq))
    }

    /// Runs `read` on the newest state. Takes no lock: a reader never waits, and never sees half a change.
    pub fn read<T>(&self, read: impl FnOnce(&Connection, u32) -> Result<T>) -> Result<T> {
        let opened = self.newest()?;
        let transaction = opened.database.unchecked_transaction()?;
        let value = read(&transaction, opened.seq)?;
        drop(transaction);
        *self.open.borrow_mut() = Some(opened);
        Ok(value)
    }

    /// Runs `change` on the newest state under the writer's lock, and makes what it changed durable. When it fails,
    /// nothing has happened. `change` is given the sequence number its commit will have.
    pub fn write<T>(
        &self,
        deadline: Duration,
        change: impl FnOnce(&Connection, u32) -> Result<T>,
    ) -> Result<Committed<T>> {
        let lock = WriterLock::take(&self.dir.join(LOCK), deadline, &self.holder)?;
        let mut opened = self.newest()?;
        let transaction = opened.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = change(&transaction, opened.seq + 1)?;
        let recipients = recipients(&transaction)?;
        transaction.commit()?;
        let seq = self.reseal(&mut opened.database, &recipients)?;
        Ok(Committed { value, seq, lock })
    }

    /// The newest state, taken out for the time of one use: when that use fails, the next one opens the file anew.
    fn newest(&self) -> Result<Opened> {
        let path = self.dir.join(BASE);
        let Some(sealed) = file::open(&path)? else {
            return Err(Error::NoStore { dir: self.dir.clone() });
        };
        let id = file_id(&sealed, &path)?;
        if let Some(opened) = self.open.borrow_mut().take().filter(|opened| opened.file == id) {
            return Ok(opened);
        }
        let held = sealed.try_clone().map_err(Error::io(format!("cannot open {}", path.display())))?;
        let plain = seal::open(&self.key, sealed, &path)?;
        let seq = plain
            .get(CHANGE_COUNTER)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u32::from_be_bytes)
            .ok_or_else(|| Error::damaged("the database inside is shorter than its header"))?;
        let database = database_from(&plain)?;
        Ok(Opened { database, seq, file: id, _held: held })
    }

    fn reseal(&self, database: &mut Connection, recipients: &[String]) -> Result<u32> {
        let bytes = database.serialize("main")?;
        let seq = bytes
            .get(CHANGE_COUNTER)
            .and_then(|counter| counter.try_into().ok())
            .map(u32::from_be_bytes)
            .ok_or_else(|| Error::damaged("the database inside is shorter than its header"))?;
        let path = self.dir.join(BASE);
        file::replace(&path, |out| seal::seal(recipients, out, |w| w.write_all(&bytes)))?;
        Ok(seq)
    }
}

fn file_id(file: &std::fs::File, path: &Path) -> Result<FileId> {
    let metadata = file.metadata().map_err(Error::io(format!("cannot read {}", path.display())))?;
    Ok(FileId(metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
}

/// A database over a copy of these bytes, in memory that SQLite owns.
fn database_from(plain: &[u8]) -> Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    database.deserialize_read_exact("main", plain, plain.len(), false)?;
    settle(&database)?;
    // Reads the header: a plaintext that is no database is found here and not in the middle of a command.
    schema::version(&database).map_err(|error| match error {
        Error::Sql(_) => Error::damaged("what is sealed is not a SQLite database"),
        other => other,
    })?;
    Ok(database)
}

/// What every connection is set to: deleted content is overwritten, and nothing goes to a temporary file.
fn settle(database: &Connection) -> Result<()> {
    database.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;",
    )?;
    Ok(())
}

fn recipients(database: &Connection) -> Result<Vec<String>> {
    let mut statement = database.prepare("SELECT recipient FROM recipients ORDER BY added_at, recipient")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
