//! The engine: a literal age file with the behaviour of a database.
//!
//! What must stay true: `store.age` is a standard age v1 file whose plaintext is a SQLite database; what was committed
//! since is in deltas and a log of age messages beside it (store.md, "Format"). Nothing of the store is ever on disk in
//! plain text: SQLite reads and writes through [`vfs`], which opens no other file, and its journal is in memory.
//! Everything above goes through [`Engine::read`] and [`Engine::write`].
mod chunks;
mod delta;
mod deltas;
mod fold;
mod frame;
mod front;
#[cfg(feature = "bench")]
pub mod fuzz;
mod lay;
pub mod names;
mod network_fs;
mod pages;
mod room;
mod scratch;
mod verify;
mod vfs;

pub use names::{BASE, BEFORE_RESTORE, LOCK, STAGING};
pub use verify::{Sound, dangling, integrity};

use crate::model::memory;
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::lock::WriterLock;
use crate::store::schema;
use crate::store::seal::{Key, Readers};
use crate::store::trust::StoreSecret;
use fold::{Due, Limits};
use names::FOLD_LOCK;
use pages::{Commit, Pages};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use zeroize::Zeroizing;

pub struct Engine {
    dir: PathBuf,
    /// What is read as the base.
    from: PathBuf,
    key: Arc<Key>,
    secret: Arc<StoreSecret>,
    holder: String,
    limits: Limits,
    /// The state this process has open, for the next use.
    open: RefCell<Option<Opened>>,
}

struct Opened {
    // Before the pages: SQLite closes its file first.
    database: Connection,
    pages: Arc<Mutex<Pages>>,
}

impl Opened {
    fn pages(&self) -> Result<MutexGuard<'_, Pages>> {
        self.pages.lock().map_err(|_| Error::damaged("the store's pages were left in the middle of a change"))
    }

    /// The full story of a failure that SQLite has only a word for.
    fn told(&self, error: Error) -> Error {
        self.pages().ok().and_then(|mut pages| pages.take_fault()).unwrap_or(error)
    }
}

/// A change that has been made durable, with the writer's lock still held.
pub struct Committed<T> {
    pub value: T,
    pub seq: u32,
    /// Of the state that others find from here on.
    pub mark: String,
    pub lock: WriterLock,
}

/// How a change is made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durable {
    /// As one more frame of the log.
    Appended,
    /// As a new base: what the change has deleted is in no file of the store any more.
    Folded,
    /// As a new base with this sequence number, beside which copies kept for a way back stay.
    FoldedAs(u32),
}

impl Engine {
    pub fn new(dir: &Path, key: impl Into<Arc<Key>>, secret: StoreSecret, holder: String) -> Engine {
        Engine::over(dir, &dir.join(BASE), key.into(), secret, holder)
    }

    /// An engine that reads one age file, a backup, and writes to `dir`, where no store is yet.
    pub fn over(dir: &Path, from: &Path, key: Arc<Key>, secret: StoreSecret, holder: String) -> Engine {
        vfs::wipe_freed_memory();
        room::keep_heap();
        let (dir, from, secret) = (dir.to_owned(), from.to_owned(), Arc::new(secret));
        memory::keep(&*secret);
        key.keep_in_memory();
        Engine { dir, from, key, secret, holder, limits: Limits::USUAL, open: RefCell::new(None) }
    }

    /// For how many the base is sealed.
    pub fn count_recipients(&self) -> Result<usize> {
        let opened = self.take_open()?;
        let count = opened.pages()?.base.recipients;
        self.put_back(opened);
        Ok(count)
    }

    /// Folds as often as a test needs it.
    #[cfg(test)]
    pub fn set_limits(&mut self, frames: u32, delta_floor: u64) {
        self.limits = Limits { frames, delta_floor, flat: 1, tall: 8, ..Limits::USUAL };
        self.open.take();
    }

    pub fn key(&self) -> &Arc<Key> {
        &self.key
    }

    /// Makes the first base (the caller holds the writer's lock) from an empty database that `fill` fills.
    pub fn create<T>(
        &self,
        recipients: &[String],
        fill: impl FnOnce(&Connection, u32) -> Result<T>,
    ) -> Result<(T, u32)> {
        network_fs::refuse(&self.dir)?;
        let mut database = Connection::open_in_memory()?;
        database.execute_batch("PRAGMA page_size = 4096;")?;
        settle(&database)?;
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::migrate(&transaction)?;
        let value = fill(&transaction, 1)?;
        transaction.commit()?;
        let bytes = lay::laid(&mut database)?;
        let readers = Readers { recipients: recipients.to_vec(), shared: Some(self.secret.shared_key()) };
        file::replace(&self.dir.join(BASE), |out| readers.seal(out, |w| w.write_all(&bytes)))?;
        drop(bytes);
        let opened = self.take_open()?;
        let seq = opened.pages()?.seq();
        self.put_back(opened);
        Ok((value, seq))
    }

    /// Runs `read` on the newest state. Takes no lock: a reader never waits, and never sees half a change.
    pub fn read<T>(&self, read: impl FnOnce(&Connection, u32) -> Result<T>) -> Result<T> {
        self.read_marked(|database, seq, _| read(database, seq))
    }

    /// The same, told the state's mark.
    pub fn read_marked<T>(&self, read: impl FnOnce(&Connection, u32, &str) -> Result<T>) -> Result<T> {
        let opened = self.take_open()?;
        let marked = |database: &Connection, seq| {
            let mark = opened.pages()?.mark();
            read(database, seq, &mark)
        };
        let value = read_in(&opened, marked).map_err(|error| opened.told(error))?;
        // The value may be a failure of the caller's, of which SQLite had only a word. What was waited for came in the end.
        match opened.pages()?.take_fault() {
            None | Some(Error::Busy { .. }) => {}
            Some(fault) => return Err(fault),
        }
        self.put_back(opened);
        Ok(value)
    }

    /// Runs `change` on the newest state under the writer's lock, and makes what it changed durable. When it fails,
    /// nothing has happened. `change` is given the sequence number its commit will have.
    pub fn write<T>(
        &self,
        deadline: Duration,
        change: impl FnOnce(&Connection, u32) -> Result<(T, Durable)>,
    ) -> Result<Committed<T>> {
        // Opened and read up to the newest change before the lock, so that others wait for as little as can be.
        let mut opened = self.take_open()?;
        network_fs::refuse(&self.dir)?;
        let mut readers = opened.pages()?.readers.clone();
        let lock = WriterLock::take_while_waiting(&self.dir.join(LOCK), deadline, &self.holder, || {
            // What goes wrong here goes wrong again where it is said.
            if readers.is_none() {
                readers = read_in(&opened, |database, _| self.readers(database)).ok();
            }
            if let Ok(mut pages) = opened.pages.lock() {
                pages.catch_up();
                if let Some(readers) = &readers {
                    pages.begin_frame(readers);
                }
            }
        })?;
        {
            let mut pages = opened.pages()?;
            // What went wrong while waiting was for nobody to hear.
            pages.take_fault();
            pages.commit = Some(Commit::default());
        }
        let written = write_in(&mut opened, lock.has_waited, change, |database| self.readers(database));
        let told = written.map_err(|error| opened.told(error));
        opened.pages()?.commit = None;
        let (value, seq) = told?;
        let mark = opened.pages()?.mark();
        self.put_back(opened);
        Ok(Committed { value, seq, mark, lock })
    }

    /// Runs `change` with everything folded into the base before and after, and the old base kept under this name.
    pub fn upgrade<T>(
        &self,
        deadline: Duration,
        kept: &Path,
        change: impl FnOnce(&Connection, u32) -> Result<T>,
    ) -> Result<Committed<T>> {
        network_fs::refuse(&self.dir)?;
        let folding = WriterLock::take(&self.dir.join(FOLD_LOCK), deadline, &self.holder)?;
        self.fold(&folding, deadline, &mut |_, _| {})?;
        drop(folding);
        let dir = self.dir.clone();
        self.write(deadline, |database, seq| {
            // An index of a large table touches many pages more than once.
            database.execute_batch("PRAGMA cache_size = -262144;")?;
            // Under the lock, so that it is the state before the change and not an older one.
            let base = file::read(&dir.join(BASE))?.ok_or(Error::NoStore { dir: dir.clone() })?;
            file::replace(kept, |out| std::io::Write::write_all(out, &base))?;
            Ok((change(database, seq)?, Durable::FoldedAs(seq)))
        })
    }

    /// Folds deltas and log into a new base, in which every table's pages lie side by side. When others write meanwhile,
    /// everything stays where it is, and what they commit becomes the new base's delta.
    pub fn compact(&self, deadline: Duration, progress: &mut dyn FnMut(u32, u32)) -> Result<()> {
        network_fs::refuse(&self.dir)?;
        let folding = WriterLock::take(&self.dir.join(FOLD_LOCK), deadline, &self.holder)?;
        match self.lay(deadline, progress)? {
            true => Ok(()),
            false => self.fold(&folding, deadline, progress),
        }
    }

    /// Folds delta and log into a new base, every page at its place.
    fn fold(&self, _folding: &WriterLock, deadline: Duration, progress: &mut dyn FnMut(u32, u32)) -> Result<()> {
        /// Another fold in between makes the work void. Thrice in a row is no accident.
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let opened = self.take_open()?;
            let readers = read_in(&opened, |database, _| self.readers(database)).map_err(|error| opened.told(error))?;
            let built_from = {
                let mut pages = opened.pages()?;
                if pages.is_folded() {
                    drop(pages);
                    self.put_back(opened);
                    return Ok(());
                }
                match pages.build_base(&readers, progress) {
                    // Whoever folds for good, as a revocation does, takes the half-built base away.
                    Err(_) if !pages.is_newest()? => continue,
                    built => built?,
                }
                pages.snapshot()
            };
            let _lock = WriterLock::take(&self.dir.join(LOCK), deadline, &self.holder)?;
            if opened.pages()?.adopt_base(&readers, &built_from)? {
                self.put_back(opened);
                return Ok(());
            }
            // It may hold what a revocation has erased since.
            let _ = file::remove(&self.dir.join(names::FOLD));
        }
        Err(Error::Busy { waited_s: deadline.as_secs(), holder: None })
    }

    /// Lays the tables side by side in a new base; false when there is no room for that, or somebody wrote meanwhile: their
    /// pages have other places.
    fn lay(&self, deadline: Duration, progress: &mut dyn FnMut(u32, u32)) -> Result<bool> {
        let opened = self.take_open()?;
        let is_laid = read_in(&opened, lay::is_laid).map_err(|error| opened.told(error))?;
        if is_laid && opened.pages()?.is_folded() {
            self.put_back(opened);
            return Ok(true);
        }
        let path = self.dir.join(names::FOLD);
        let adopted = self.lay_in(&opened, &path, deadline, progress);
        if !matches!(adopted, Ok(true)) {
            // Nobody else has it: the lock on folding is held. It may hold what a revocation has erased since.
            let _ = file::remove(&path);
        }
        match adopted {
            Ok(is_adopted) => {
                self.put_back(opened);
                Ok(is_adopted)
            }
            // Whoever folds for good, as a revocation does, takes the half-built base away.
            Err(_) if !opened.pages()?.is_newest()? => Ok(false),
            // Two copies need more room than one.
            Err(Error::DiskFull) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn lay_in(
        &self,
        opened: &Opened,
        path: &Path,
        deadline: Duration,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<bool> {
        let laid = lay::Laid::of(&opened.pages, path, |database, name| self.readers_of(database, name))?;
        let is_outdated = || !opened.pages().is_ok_and(|pages| pages.is_newest().unwrap_or(false));
        laid.write(path, is_outdated, progress)?;
        let from = laid.from;
        // The room it took is given back before anybody waits.
        drop(laid);
        let _lock = WriterLock::take(&self.dir.join(LOCK), deadline, &self.holder)?;
        opened.pages()?.adopt_laid(&from)
    }

    /// The newest state as one age file, which is the whole store, and what `read` finds in that state.
    pub fn write_whole<T>(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(u32, u32),
        read: impl FnOnce(&Connection, u32) -> Result<T>,
    ) -> Result<T> {
        let opened = self.take_open()?;
        // The snapshot does not move before the next transaction.
        let found = read_in(&opened, |database, seq| Ok((self.readers(database)?.recipients, read(database, seq)?)));
        let (recipients, value) = found.map_err(|error| opened.told(error))?;
        opened.pages()?.write_whole(path, recipients, progress)?;
        self.put_back(opened);
        Ok(value)
    }

    /// Removes everything that does not belong to the newest state, copies kept for a way back too. The caller holds the
    /// writer's lock.
    pub fn sweep_all(&self) -> Result<()> {
        let opened = self.take_open()?;
        opened.pages()?.sweep(true);
        self.put_back(opened);
        Ok(())
    }

    /// Puts a base that is durable already in the place of the store. The caller holds the writer's lock. What belonged
    /// to the state before is removed.
    pub fn replace_base(&self, base: &Path) -> Result<()> {
        self.open.take();
        file::rename(base, &self.dir.join(BASE))?;
        // The change is durable; what is left belongs to nobody and goes the next time, if not now.
        if let Ok(opened) = self.take_open() {
            let _ = opened.pages().map(|pages| pages.sweep(false));
        }
        Ok(())
    }

    /// What is open, or opened now. It is put back after a use that went well; after another one the next use opens the
    /// files anew.
    fn take_open(&self) -> Result<Opened> {
        if let Some(opened) = self.open.borrow_mut().take() {
            return Ok(opened);
        }
        let (key, secret) = (Arc::clone(&self.key), Arc::clone(&self.secret));
        let pages = Pages::open(&self.dir, &self.from, key, secret, self.limits)?;
        let pages = Arc::new(Mutex::new(pages));
        let handle: vfs::Handle = pages.clone();
        let opened = vfs::open(handle).and_then(|database| {
            database.execute_batch(
                "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL; PRAGMA locking_mode = NORMAL;
                 PRAGMA cache_spill = OFF; PRAGMA mmap_size = 0;",
            )?;
            Ok(database)
        });
        let database = opened.map_err(|error| told(&pages, error.into()))?;
        settle(&database).map_err(|error| told(&pages, error))?;
        Ok(Opened { database, pages })
    }

    fn put_back(&self, opened: Opened) {
        if let Ok(mut pages) = opened.pages.lock() {
            pages.is_just_opened = false;
        }
        *self.open.borrow_mut() = Some(opened);
    }

    /// Whom to seal for. The own key comes first: each stanza for another one costs a try at every opening.
    fn readers(&self, database: &Connection) -> Result<Readers> {
        self.readers_of(database, "main")
    }

    /// The same of an attached database.
    fn readers_of(&self, database: &Connection, name: &str) -> Result<Readers> {
        let sql = format!("SELECT recipient FROM {name}.recipients ORDER BY added_at, recipient");
        let mut statement = database.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        let mut recipients: Vec<String> = rows.collect::<std::result::Result<_, _>>()?;
        recipients.sort_by_key(|recipient| !self.key.is_of(recipient));
        // The secret inside and not the one this process opened with: whoever knew that one may have lost the store.
        let sql = format!("SELECT value FROM {name}.meta WHERE key = 'store_secret'");
        let inside: Option<Vec<u8>> = database.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?;
        let inside = inside.map(Zeroizing::new).filter(|inside| inside.len() == 32);
        let shared = inside.map(|inside| {
            let mut secret = Zeroizing::new([0; 32]);
            secret.copy_from_slice(&inside);
            StoreSecret::of_no_store(secret).shared_key()
        });
        Ok(Readers { recipients, shared })
    }
}

fn told(pages: &Mutex<Pages>, error: Error) -> Error {
    pages.lock().ok().and_then(|mut pages| pages.take_fault()).unwrap_or(error)
}

fn read_in<T>(opened: &Opened, read: impl FnOnce(&Connection, u32) -> Result<T>) -> Result<T> {
    let transaction = opened.database.unchecked_transaction()?;
    // The first look at the database fixes the snapshot, and finds out whether it is one of ours.
    schema::version(&transaction)?;
    let seq = opened.pages()?.seq();
    read(&transaction, seq)
}

fn write_in<T>(
    opened: &mut Opened,
    is_crowded: bool,
    change: impl FnOnce(&Connection, u32) -> Result<(T, Durable)>,
    readers: impl FnOnce(&Connection) -> Result<Readers>,
) -> Result<(T, u32)> {
    let pages = Arc::clone(&opened.pages);
    let lock = || pages.lock().map_err(|_| Error::damaged("the store's pages were left in the middle of a change"));
    let transaction = opened.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    schema::version(&transaction)?;
    let before = lock()?.seq();
    let (value, durable) = change(&transaction, before.wrapping_add(1))?;
    let readers = readers(&transaction)?;
    let (as_base, as_seq) = match durable {
        Durable::Appended => (false, None),
        Durable::Folded => (true, None),
        Durable::FoldedAs(seq) => (true, Some(seq)),
    };
    lock()?.commit = Some(Commit { readers: readers.clone(), as_base, seq: as_seq });
    transaction.commit()?;
    let mut pages = lock()?;
    let seq = pages.seq();
    // The change is durable. What is left is housekeeping, and its failure (a full disk) is no failure of the change.
    let _ = match as_base {
        true => pages.refresh().map(|()| pages.sweep(durable == Durable::Folded)),
        false => match pages.due(is_crowded) {
            Due::Nothing => Ok(()),
            due => pages.checkpoint(&readers, due),
        },
    };
    pages.take_fault();
    Ok((value, seq))
}

/// What every connection is set to: deleted content is overwritten, and nothing goes to a temporary file.
fn settle(database: &Connection) -> Result<()> {
    database.execute_batch(
        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
