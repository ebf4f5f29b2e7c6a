//! A base whose tables lie side by side.
//!
//! What must stay true: SQLite takes the next free page for whatever grows, so the pages of a small table that is read
//! often end up strewn among those of large ones, and every one of them costs the opening of a whole chunk. Here a fresh
//! database of the same schema is filled table by table, in the order in which they were first made: the nouns before
//! the usage and the audit. It has every row, and of free pages only what making room has left. To whoever has the store
//! open it is one more change, with a number and a schema cookie of its own: otherwise SQLite would go on with pages it has
//! read at other places.
use super::fold::Snapshot;
use super::front;
use super::pages::{PAGE, Page, Pages};
use super::scratch::Scratch;
use super::vfs;
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::Readers;
use crate::store::wiped::Wiped;
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Bytes 24..28 and 92..96 of page 1: the file change counter, and the one at which the size beside it was written
/// (SQLite file format, sections 1.3.8 and 1.3.21).
const COUNTERS_AT: [usize; 2] = [24, 92];

/// Which key of the table `meta` says at which change the tables were laid side by side.
const LAID: &str = "laid_at";

/// The newest state in a new order.
pub struct Laid {
    scratch: Arc<Mutex<Scratch>>,
    /// The state that everything was copied from. The copy bears the number after its.
    pub from: Snapshot,
    /// Whom that state is to be sealed for.
    readers: Readers,
}

/// Whether nothing has changed since the tables were laid side by side.
pub fn is_laid(database: &Connection, seq: u32) -> Result<bool> {
    let found: Option<Vec<u8>> =
        database.query_row("SELECT value FROM meta WHERE key = ?1", [LAID], |row| row.get(0)).optional()?;
    Ok(found.is_some_and(|at| at == seq.to_be_bytes()))
}

impl Laid {
    /// Copies every table. `path` is where room for it may be taken on the disk; `readers` reads, from a database
    /// attached under this name, whom it is sealed for.
    pub fn of(
        pages: &Arc<Mutex<Pages>>,
        path: &Path,
        readers: impl FnOnce(&Connection, &str) -> Result<Readers>,
    ) -> Result<Laid> {
        let scratch = Arc::new(Mutex::new(Scratch::new(path)?));
        match fill(&scratch, pages, readers) {
            Ok((from, readers)) => Ok(Laid { scratch, from, readers }),
            // SQLite has only a word for what went wrong below it.
            Err(error) => {
                let below = scratch.lock().ok().and_then(|mut scratch| scratch.take_fault());
                let beside = pages.lock().ok().and_then(|mut pages| pages.take_fault());
                Err(below.or(beside).unwrap_or(error))
            }
        }
    }

    /// Writes it as one age file, unless it is outdated when that file has been made: whoever erases something after that
    /// moment takes the file away, and who did before must not find it written again.
    pub fn write(&self, path: &Path, is_outdated: impl Fn() -> bool, progress: &mut dyn FnMut(u32, u32)) -> Result<()> {
        let mut scratch = self.scratch.lock().map_err(|_| Error::damaged("the new base was left half made"))?;
        let count = scratch.count();
        let mut failure = None;
        let written = file::replace(path, |out| {
            self.readers.seal(out, |sealed| {
                if is_outdated() {
                    return Err(std::io::Error::other("somebody was faster"));
                }
                let mut page = Page::new([0; PAGE]);
                for number in 1..=count {
                    if let Err(error) = scratch.page(number, &mut page) {
                        failure = Some(error);
                        return Err(std::io::Error::other("a page cannot be read back"));
                    }
                    if number == 1 {
                        for at in COUNTERS_AT {
                            page[at..at + 4].copy_from_slice(&self.from.seq.wrapping_add(1).to_be_bytes());
                        }
                    }
                    sealed.write_all(&page[..])?;
                    progress(number, count);
                }
                Ok(())
            })
        });
        failure.map_or(written, Err)
    }
}

fn fill(
    scratch: &Arc<Mutex<Scratch>>,
    pages: &Arc<Mutex<Pages>>,
    readers: impl FnOnce(&Connection, &str) -> Result<Readers>,
) -> Result<(Snapshot, Readers)> {
    let mut database = vfs::open(scratch.clone())?;
    // Whatever fails, the whole of it is thrown away, so nothing has to be taken back. Without foreign keys SQLite copies
    // whole trees instead of rows. Without secure_delete a page that is split would keep what it gave away: a copy of a
    // credential that no later revocation knows of.
    database.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
         PRAGMA secure_delete = ON;",
    )?;
    vfs::attach(&database, pages.clone(), "old")?;
    let transaction = database.transaction()?;
    copy(&transaction)?;
    // While the transaction still holds the snapshot.
    let held = pages.lock().map_err(|_| Error::damaged("the store's pages were left in the middle of a change"))?;
    let from = held.snapshot();
    drop(held);
    let readers = readers(&transaction, "old")?;
    transaction.execute(
        "INSERT INTO main.meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (LAID, from.seq.wrapping_add(1).to_be_bytes()),
    )?;
    let cookie: i64 = transaction.query_row("PRAGMA old.schema_version", [], |row| row.get(0))?;
    transaction.execute_batch(&format!("PRAGMA main.schema_version = {}", cookie.max(i64::from(from.seq)) + 1))?;
    transaction.commit()?;
    Ok((from, readers))
}

/// The same database in that order, as a file's content.
pub fn laid(database: &mut Connection) -> Result<Wiped> {
    let mut copied = Connection::open_in_memory()?;
    copied.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; ATTACH ':memory:' AS old",
    )?;
    let old = database.serialize("main")?;
    copied.deserialize_read_exact("old", &*old, old.len(), true)?;
    let transaction = copied.transaction()?;
    copy(&transaction)?;
    transaction.commit()?;
    let mut bytes = Wiped::copy_of(&copied.serialize("main")?);
    for at in COUNTERS_AT {
        bytes[at..at + 4].copy_from_slice(&old[at..at + 4]);
    }
    Ok(bytes)
}

/// Copies every row of the database attached as `old` into the empty main one, table by table.
fn copy(database: &Connection) -> Result<()> {
    must_be_copyable(database)?;
    front::make(database)?;
    for table in tables(database)? {
        database.execute_batch(&format!("INSERT INTO main.\"{table}\" SELECT * FROM old.\"{table}\""))?;
        if table == "audit" {
            make_room(database)?;
        }
    }
    for number in ["application_id", "user_version"] {
        let value: i64 = database.query_row(&format!("PRAGMA old.{number}"), [], |row| row.get(0))?;
        database.execute_batch(&format!("PRAGMA main.{number} = {value}"))?;
    }
    Ok(())
}

/// Makes room where the next rows of every connection's history will stand.
///
/// What is copied fills its pages to the last byte. Tables and most indexes grow at their end, but a row of the audit also
/// goes to the end of its connection's history, somewhere inside an index: there nearly every change would split a full page,
/// and a frame that holds the halves of pages is ten times as long as one with a row. A row more in each history, taken back
/// at once, leaves the pages split and the room there. The pages that it took in the table are given to the tables to come.
fn make_room(database: &Connection) -> Result<()> {
    let newest = "SELECT coalesce(max(seq), 0) FROM main.audit";
    let newest: i64 = database.query_row(newest, [], |row| row.get(0))?;
    // What a history's index holds of it is as long as of the newest row there. Its correlation comes after every id, so that
    // it stands at that index's end.
    database.execute(
        "INSERT INTO main.audit (seq, time, actor, proof, action, entity, record_id, connection, decision, reason,
                                 correlation, changes, prev_hash, hash)
         SELECT ?1 + row_number() OVER (), time, actor, proof, action, entity, record_id, connection, decision, reason,
                '~', '[]', '', '' FROM main.audit WHERE seq IN
         (SELECT max(seq) FROM main.audit WHERE connection NOT NULL GROUP BY connection)",
        [newest],
    )?;
    database.execute("DELETE FROM main.audit WHERE seq > ?1", [newest])?;
    Ok(())
}

/// Only tables and indexes are copied: whoever adds a trigger, a view or a counter has to come here first.
fn must_be_copyable(database: &Connection) -> Result<()> {
    let sql = "SELECT count(*) FROM old.sqlite_schema WHERE type NOT IN ('table', 'index')
               OR name LIKE 'sqlite\\_%' ESCAPE '\\' AND sql IS NOT NULL";
    match database.query_row(sql, [], |row| row.get(0))? {
        0i64 => Ok(()),
        _ => Err(Error::damaged("the database holds what is neither a table nor an index")),
    }
}

/// The names of the old database's tables, in the order in which they were made.
fn tables(database: &Connection) -> Result<Vec<String>> {
    let mut statement = database.prepare("SELECT name FROM old.sqlite_schema WHERE type = 'table' ORDER BY rowid")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<std::result::Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::integrity;
    use crate::store::schema;

    fn append(database: &Connection, first: i64, count: i64, connections: i64) {
        database
            .execute(
                "WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 + ?2 - 1)
                 INSERT INTO audit SELECT i, i, 'user:alice', 'asserted', 'connection.update', 'connection',
                 'c' || (i * 7919 % ?3), '0199-0000-connection-' || (i * 7919 % ?3), NULL, NULL, printf('%020d', i), '[]',
                 hex(zeroblob(32)), hex(zeroblob(32)) FROM n",
                (first, count, connections),
            )
            .unwrap();
    }

    fn number(database: &Connection, sql: &str) -> i64 {
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_history_has_room_for_its_next_rows() {
        const CONNECTIONS: i64 = 300;
        const ROWS: i64 = 9_000;
        let mut database = Connection::open_in_memory().unwrap();
        schema::migrate(&database).unwrap();
        append(&database, 1, ROWS, CONNECTIONS);
        let bytes = laid(&mut database).unwrap();
        let mut copied = Connection::open_in_memory().unwrap();
        copied.deserialize_read_exact("main", &bytes[..], bytes.len(), false).unwrap();
        assert_eq!(integrity(&copied).unwrap(), Vec::<String>::new());
        let content = "SELECT sum(seq) + count(*) + sum(length(hash)) FROM audit";
        assert_eq!(number(&copied, content), number(&database, content), "the rows that made room are gone");
        let leaves = "SELECT count(*) FROM dbstat WHERE name = 'audit_by_connection' AND pagetype = 'leaf'";
        let before = number(&copied, leaves);
        append(&copied, ROWS + 1, CONNECTIONS, CONNECTIONS);
        let split = number(&copied, leaves) - before;
        assert!(split < CONNECTIONS / 20, "{split} of {before} pages were split");
    }
}
