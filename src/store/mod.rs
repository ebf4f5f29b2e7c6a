//! Disk: the only place with SQLite, age and file locks.
//!
//! What must stay true: [`Store::read`] and [`Store::write`] are the only ways to a transaction. `write` holds the
//! writer's lock for exactly as long as its closure runs, refuses a change without an audit row, and moves the pin
//! forward only after the change is durable.
mod apps;
mod audit;
#[cfg(feature = "bench")]
pub mod bench;
mod connections;
mod credentials;
mod engine;
mod error;
mod executions;
mod file;
mod governance;
mod index;
mod kept;
pub mod key;
mod leftovers;
mod limits;
mod lock;
mod names;
mod organization;
mod people;
mod policies;
mod repair;
mod row;
mod schema;
mod seal;
mod trust;
mod tx;
mod usage;

pub use audit::AuditQuery;
pub use credentials::Swap;
pub use error::{Error, Result, is_damage};
pub use executions::ExecutionQuery;
pub use file::Loose;
pub use index::{IndexPlace, read as read_index};
pub use leftovers::{Beside, beside};
pub use limits::Reservation;
pub use organization::Recipient;
pub use repair::{let_owner_write, remove_leftover, restrict};
pub use seal::is_recipient;
pub use tx::{ReadTx, WriteTx};
pub use usage::UsageScope;

use crate::model::audit::{Change, NewAuditRow, Proof};
use crate::model::id::CorrelationId;
use crate::model::names::Names;
use crate::model::organization::Organization;
use crate::model::people::Actor;
use crate::model::secret::Secret;
use crate::model::time::{Timestamp, rfc3339};
use engine::{BASE, Committed, Durable, Engine, LOCK};
use index::{Index, Upkeep};
use jiff::SignedDuration;
use key::{KeyChoice, KeySource, Undo};
use lock::WriterLock;
use seal::Key;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trust::{Pin, Position, Remembered, StoreSecret};

const SECRET: &str = "store.secret";

/// How long a writer waits for another one before it gives up (store.md, "Locking": a deadline that names the holder).
const WRITER_DEADLINE: Duration = Duration::from_secs(10);

/// How much later than ours the clock of those ahead in the queue can have been read: the deadline, and some room.
const MOST_WAITING: SignedDuration = SignedDuration::from_secs(15);

/// Where a store is and what is known about it from outside.
#[derive(Debug, Clone)]
pub struct Place {
    /// The store's directory.
    pub dir: PathBuf,
    /// Where pins and the record of the key's source live.
    pub config_dir: PathBuf,
    /// The key file to use instead of the recorded one.
    pub identity_file: Option<PathBuf>,
    /// The fingerprint the caller expects.
    pub expected_fingerprint: Option<String>,
    /// Opens a key file that is under a passphrase.
    pub passphrase: Option<Secret>,
    /// Where systemd has put this unit's credentials.
    pub credentials_dir: Option<PathBuf>,
    /// Variables that the command which prints the key does not get.
    pub withheld: Vec<OsString>,
    /// What other writers are told while this process writes: the command, without its arguments.
    pub holder: String,
    /// Where the names are kept that a shell completes; none: nowhere.
    pub index: Option<IndexPlace>,
}

/// An open store.
pub struct Store {
    place: Place,
    engine: Engine,
    secret: StoreSecret,
    pin: Pin,
    source: KeySource,
    index: Option<Index>,
    notices: Vec<Notice>,
}

/// Something the person at the keyboard should know, although the store opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A file or directory can be reached by others.
    Loosened(Loose),
    /// The pin was missing and has been made again: a rollback before now would not have been noticed.
    PinMissing,
    /// The pin could not be written.
    PinUnwritable(String),
}

/// What a new store is made of.
pub struct NewStore {
    pub store_id: uuid::Uuid,
    pub organization: Organization,
    /// The first owner.
    pub owner: String,
    pub key: KeyChoice,
    pub recovery_recipient: Option<String>,
    pub now: Timestamp,
    pub correlation: CorrelationId,
}

/// What is known of a store without opening its database.
#[derive(Debug, Clone)]
pub struct Whereabouts {
    pub dir: PathBuf,
    /// The age file in it.
    pub base: PathBuf,
    pub key: KeySource,
    pub pin: PathBuf,
    pub fingerprint: String,
    pub store_id: uuid::Uuid,
    /// File names and sizes in bytes.
    pub files: Vec<(String, u64)>,
}

impl Store {
    /// Makes a store and its key. Nothing is left behind when it fails, and nothing that exists is overwritten.
    pub fn create(place: Place, new: NewStore) -> Result<Store> {
        let had_dir = place.dir.exists();
        file::make_directory(&place.dir)?;
        // Before anything is looked at or written: of two who make a store at once, one must not undo the other's.
        let lock = WriterLock::take(&place.dir.join(LOCK), Duration::ZERO, &place.holder)?;
        must_be_empty(&place.dir)?;
        file::restrict(&place.dir)?;
        let mut made = Vec::new();
        let created = Self::create_files(&place, &new, &mut made);
        if created.is_err() {
            made.into_iter().rev().for_each(Undo::run);
            // While the lock is still held: whoever waits for it notices that the file is another one by then.
            if !had_dir {
                let _ = std::fs::remove_file(place.dir.join(LOCK));
                let _ = std::fs::remove_dir(&place.dir);
            }
        }
        drop(lock);
        created
    }

    fn create_files(place: &Place, new: &NewStore, made: &mut Vec<Undo>) -> Result<Store> {
        let secret = StoreSecret::generate(new.store_id)?;
        let canonical = canonical(&place.dir)?;
        let provided = key::provide(place, &canonical, &new.key, &secret.fingerprint(), &rfc3339(new.now))?;
        made.extend(provided.undo);
        let (key, source) = (provided.key, provided.source);
        let own = key.recipient().ok_or_else(|| Error::damaged("a new key has no recipient"))?;
        made.push(Undo::File(key::record(place, &canonical, &source)?));

        let mut recipients = vec![Recipient { recipient: own, name: "own key".to_owned(), added_at: new.now }];
        recipients.extend(new.recovery_recipient.iter().map(|recipient| Recipient {
            recipient: recipient.clone(),
            name: "recovery".to_owned(),
            added_at: new.now,
        }));
        let texts: Vec<String> = recipients.iter().map(|r| r.recipient.clone()).collect();
        let sealed = seal::seal_bytes(&texts, secret.to_text()?.as_bytes())
            .map_err(Error::io("cannot seal the store's secret"))?;
        file::replace(&place.dir.join(SECRET), |w| std::io::Write::write_all(w, &sealed))?;
        made.push(Undo::File(place.dir.join(SECRET)));

        let engine = Engine::new(&place.dir, key, secret.clone(), place.holder.clone());
        let (audit, seq) = engine.create(&texts, |database, seq| {
            let tx = WriteTx::new(database, seq, new.now);
            tx.insert_meta("store_id", new.store_id.to_string().as_bytes())?;
            tx.insert_meta("store_secret", &*secret.secret)?;
            for recipient in &recipients {
                tx.insert_recipient(recipient)?;
            }
            tx.insert_organization(&new.organization)?;
            tx.insert_first_owner(&new.owner, new.now)?;
            tx.append_audit(NewAuditRow {
                actor: Actor::User(new.owner.clone()),
                proof: Proof::Asserted,
                action: "store.init".to_owned(),
                entity: "store".to_owned(),
                record_id: new.store_id.to_string(),
                connection: None,
                decision: None,
                reason: None,
                correlation: new.correlation,
                changes: vec![
                    Change::new("organization", serde_json::Value::Null, new.organization.name.clone()),
                    Change::new("owner", serde_json::Value::Null, new.owner.clone()),
                ],
            })?;
            tx.audit_head()
        })?;
        made.push(Undo::File(place.dir.join(BASE)));
        let pin = Pin::new(&place.config_dir, &canonical);
        // A pin of a store that was in this place before and is gone says nothing about this one.
        pin.remove()?;
        pin.write(&secret, &Position { seq, audit }, None)?;
        let index = place.index.as_ref().map(|place| Index::new(place, &canonical));
        let store = Store { place: place.clone(), engine, secret, pin, source, index, notices: Vec::new() };
        // This is also what takes away the names of a store that was in this place before.
        store.keep_names(Upkeep::Write(Names { users: vec![new.owner.clone()], ..Names::default() }));
        Ok(store)
    }

    /// Opens a store: the key, then whether this is the store that is known, not an older one and not another one.
    pub fn open(place: Place) -> Result<Store> {
        match (place.dir.join(BASE).exists(), place.dir.join(SECRET).exists()) {
            (false, false) => return Err(Error::NoStore { dir: place.dir }),
            (false, true) => return Err(Error::damaged(format!("{BASE} is missing from {}", place.dir.display()))),
            (true, _) => {}
        }
        let canonical = canonical(&place.dir)?;
        let source = key::source(&place, &canonical)?;
        let key = key::load(&source, &place)?;
        let secret = open_secret(&place, &key)?;
        let pin = Pin::new(&place.config_dir, &canonical);
        // Read before the database: the store may move on in between, the pin must not.
        let remembered = pin.read(&secret)?;
        trust::check_fingerprint(
            &secret,
            place.expected_fingerprint.as_deref(),
            key.fingerprints(),
            remembered.as_ref(),
            &pin,
        )?;
        let notices = notices(&place, &canonical, &source, &pin, remembered.as_ref());
        let engine = Engine::new(&place.dir, key, secret.clone(), place.holder.clone());
        let index = place.index.as_ref().map(|place| Index::new(place, &canonical));
        // Looked at before the database is: names of a later state under this time are made again, the reverse never.
        let outdated = index.as_ref().and_then(|index| index.outdated(&place.dir));
        let store = Store { place, engine, secret, pin, source, index, notices };
        let version = store.engine.read(|database, seq| {
            store.check_inside(database, seq, remembered.as_ref())?;
            let version = schema::version(database)?;
            if let (Some(index), Some(of)) = (&store.index, outdated)
                && let Ok(names) = ReadTx::new(database).names(index::instant(of))
            {
                index.keep(names, of);
            }
            Ok(version)
        });
        // The secret opened with this key, so a base that does not is not a matter of the wrong key.
        let version = version.map_err(|error| match error {
            Error::WrongKey { .. } => Error::damaged(format!("{BASE} was not sealed for this store's key")),
            other => other,
        })?;
        if version < 1 {
            return Err(Error::damaged("the database inside is not one of siesta's"));
        }
        if version < schema::CURRENT {
            store.upgrade(version)?;
        }
        Ok(store)
    }

    /// Brings an older store up to date. The old base is kept beside the new one until the next opening goes well.
    fn upgrade(&self, from: i64) -> Result<()> {
        let kept = self.place.dir.join(format!("{BASE}.v{from}"));
        let committed = self.engine.upgrade(WRITER_DEADLINE, &kept, |database, seq| {
            schema::migrate(database)?;
            Ok(Position { seq, audit: ReadTx::new(database).audit_head()? })
        })?;
        self.pin.write(&self.secret, &committed.value, self.pin.read(&self.secret)?.as_ref())?;
        drop(committed.lock);
        Ok(())
    }

    /// The database must hold the same secret as `store.secret`, and must not be older than the pin.
    fn check_inside(&self, database: &rusqlite::Connection, seq: u32, remembered: Option<&Remembered>) -> Result<()> {
        let tx = ReadTx::new(database);
        let inside = tx.find_meta("store_secret")?.unwrap_or_default();
        if inside != *self.secret.secret {
            return Err(Error::Replaced {
                what: format!("the secret inside {BASE} is not the one in {SECRET}"),
                pin: None,
            });
        }
        let Some(pinned) = remembered else { return Ok(()) };
        let rolled_back = |what: String| Error::RolledBack { what, pin: self.pin.path().to_owned() };
        if seq < pinned.position.seq {
            let text = format!("it is at change {seq}, but change {} was seen", pinned.position.seq);
            return Err(rolled_back(text));
        }
        let head = &pinned.position.audit;
        match tx.find_audit_hash(head.seq)? {
            Some(hash) if hash == head.hash => Ok(()),
            _ => Err(rolled_back(format!("audit row {} is not the one that was seen", head.seq))),
        }
    }

    /// Runs `read` on the newest state. Never waits for a writer.
    pub fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        self.engine.read(|database, _| read(&ReadTx::new(database)))
    }

    /// Runs `change` under the writer's lock and makes it durable, or does nothing at all. The error type is the
    /// caller's, so that an operation can refuse in the middle of a change.
    pub fn write<T, E: From<Error>>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut refused = None;
        let outcome = self.engine.write(WRITER_DEADLINE, |database, seq| {
            // Under the lock nobody else moves store or pin, so neither can be ahead of the other by chance.
            let pinned = self.pin.read(&self.secret)?;
            self.check_inside(database, seq.saturating_sub(1), pinned.as_ref())?;
            let now = not_before_the_newest_row(database, now)?;
            // A transaction of its own in the same change: its rows must not stand in for the one that `change` owes.
            let correlation = CorrelationId(self.secret.store_id);
            let before = WriteTx::new(database, seq, now);
            before.destroy_what_was_kept_too_long(correlation)?;
            let tx = WriteTx::new(database, seq, now);
            if pinned.is_none() && self.pin.is_writable() {
                tx.append_audit(self.pin_row())?;
            }
            let value = match change(&tx) {
                Ok(value) => value,
                Err(error) => {
                    refused = Some(error);
                    return Err(Error::Unaudited);
                }
            };
            tx.must_be_audited()?;
            let durable = if tx.erases() || before.erases() { Durable::Folded } else { Durable::Appended };
            let names = self.index.as_ref().map_or(Upkeep::Nothing, |index| index.after(&tx, &self.place.dir));
            Ok(((value, tx.audit_head()?, names), durable))
        });
        let Committed { value: (value, audit, names), seq, lock } = match (outcome, refused) {
            (Err(Error::Unaudited), Some(error)) => return Err(error),
            // Also when the change refused: what it was told by SQLite is less than what went wrong on disk.
            (Err(error), _) => return Err(error.into()),
            (Ok(committed), _) => committed,
        };
        // A pin that lags is accepted at the next opening; one that leads would lock people out.
        // Read again under the lock: the slot to overwrite is the older one as it is now.
        let before = self.pin.read(&self.secret).ok().flatten();
        let _ = self.pin.write(&self.secret, &Position { seq, audit }, before.as_ref());
        self.keep_names(names);
        drop(lock);
        Ok(value)
    }

    /// Folds everything into the base, which is then the whole store. Others may go on meanwhile.
    pub fn compact(&self, progress: &mut dyn FnMut(u32, u32)) -> Result<()> {
        self.engine.compact(WRITER_DEADLINE, progress)
    }

    /// Keeps what a shell completes. The caller holds the writer's lock, so the files are those the names are of.
    fn keep_names(&self, upkeep: Upkeep) {
        if let Some(index) = &self.index {
            index.keep_up(upkeep, &self.place.dir);
        }
    }

    fn pin_row(&self) -> NewAuditRow {
        NewAuditRow {
            actor: Actor::System,
            proof: Proof::Asserted,
            action: "store.pin".to_owned(),
            entity: "store".to_owned(),
            record_id: self.secret.store_id.to_string(),
            connection: None,
            decision: None,
            reason: Some("pin_missing".to_owned()),
            correlation: CorrelationId(self.secret.store_id),
            changes: Vec::new(),
        }
    }

    /// The database as it would lie on disk if it were not sealed.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub fn plaintext(&self) -> Vec<u8> {
        self.compact(&mut |_, _| {}).unwrap();
        let path = self.place.dir.join(BASE);
        let sealed = file::open(&path).unwrap().unwrap();
        seal::open(self.engine.key(), sealed, &path).unwrap().to_vec()
    }

    /// Makes the pin again when it is missing, with a row in the audit; nothing where another process was faster.
    pub fn make_pin(&self, now: Timestamp) -> Result<()> {
        match self.write(now, |_| Ok::<(), Error>(())) {
            // No row was due, because there was a pin.
            Err(Error::Unaudited) => Ok(()),
            other => other,
        }
    }

    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The same as it is now.
    pub fn notices_now(&self) -> Result<Vec<Notice>> {
        let remembered = self.pin.read(&self.secret)?;
        Ok(notices(&self.place, &canonical(&self.place.dir)?, &self.source, &self.pin, remembered.as_ref()))
    }

    pub fn whereabouts(&self) -> Whereabouts {
        let mut files: Vec<(String, u64)> = std::fs::read_dir(&self.place.dir)
            .map(|entries| {
                let known = entries.flatten().filter_map(|entry| {
                    let size = entry.metadata().ok()?.len();
                    Some((entry.file_name().to_string_lossy().into_owned(), size))
                });
                known.collect()
            })
            .unwrap_or_default();
        files.sort();
        Whereabouts {
            dir: self.place.dir.clone(),
            base: self.place.dir.join(BASE),
            key: self.source.clone(),
            pin: self.pin.path().to_owned(),
            fingerprint: self.secret.fingerprint(),
            store_id: self.secret.store_id,
            files,
        }
    }

    /// Where the key came from.
    pub fn key_source(&self) -> &KeySource {
        &self.source
    }

    /// A path beside the store for a lock of another kind than the writer's (one per connection, for refreshes).
    pub fn lock_for(&self, name: &str, deadline: Duration) -> Result<NamedLock> {
        let path = self.place.dir.join(format!("{name}.lock"));
        lock::WriterLock::take(&path, deadline, &self.place.holder).map(NamedLock)
    }
}

/// A lock that is not the writer's; held for as long as it lives.
pub struct NamedLock(#[allow(dead_code)] lock::WriterLock);

/// The instant of a change. Whoever waited for the lock read the clock before those who went ahead: their rows must not
/// look later than ours. A clock that is off by more was set back, and then the rows say so.
fn not_before_the_newest_row(database: &rusqlite::Connection, now: Timestamp) -> Result<Timestamp> {
    let newest = ReadTx::new(database).find_newest_audit_time()?;
    let limit = now.checked_add(MOST_WAITING).unwrap_or(now);
    Ok(newest.filter(|newest| *newest > now && *newest <= limit).unwrap_or(now))
}

fn notices(
    place: &Place,
    canonical: &Path,
    source: &KeySource,
    pin: &Pin,
    remembered: Option<&Remembered>,
) -> Vec<Notice> {
    let mut found: Vec<Notice> = loosened(canonical, source.path(), &place.config_dir).map(Notice::Loosened).collect();
    match (pin.is_writable(), remembered) {
        (false, _) => found.push(Notice::PinUnwritable(pin.path().display().to_string())),
        (true, None) => found.push(Notice::PinMissing),
        (true, Some(_)) => {}
    }
    found
}

/// What is wrong with the permissions of the store's files, of the key's where it is one, and of the configuration, which
/// says where the key is read from and who carries the traffic.
pub fn loosened(dir: &Path, key: Option<&Path>, config_dir: &Path) -> impl Iterator<Item = Loose> {
    let own = [dir.to_owned(), dir.join(BASE), dir.join(SECRET)];
    // A key may be kept elsewhere and linked to: what counts is the file it is in.
    let key = key.map(|path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
    let shared = ["", "config.toml", "keys", "pins", "identities"].map(|name| match name {
        "" => config_dir.to_owned(),
        name => config_dir.join(name),
    });
    let own = own.into_iter().chain(key).filter_map(|path| file::loosened(&path));
    own.chain(shared.into_iter().filter_map(|path| file::changeable(&path)))
}

/// Where the key of a store that need not open is said to be.
pub fn recorded_source(place: &Place) -> Option<KeySource> {
    key::source(place, &canonical(&place.dir).ok()?).ok()
}

/// A store is made in a directory of its own. What an earlier attempt left, a lock, may be there.
fn must_be_empty(dir: &Path) -> Result<()> {
    let entries = std::fs::read_dir(dir).map_err(Error::io(format!("cannot read {}", dir.display())))?;
    let others: Vec<_> = entries.flatten().map(|entry| entry.file_name()).filter(|name| name != LOCK).collect();
    match others.as_slice() {
        [] => Ok(()),
        found if found.iter().any(|name| name == BASE || name == SECRET) => Err(Error::Exists { dir: dir.to_owned() }),
        _ => Err(Error::NotEmpty { dir: dir.to_owned() }),
    }
}

fn canonical(dir: &Path) -> Result<PathBuf> {
    std::fs::canonicalize(dir).map_err(Error::io(format!("cannot reach {}", dir.display())))
}

fn open_secret(place: &Place, key: &Key) -> Result<StoreSecret> {
    let path = place.dir.join(SECRET);
    let Some(sealed) = file::open(&path)? else {
        return Err(Error::damaged(format!("{SECRET} is missing from {}", place.dir.display())));
    };
    match seal::open(key, sealed, &path) {
        Ok(bytes) => StoreSecret::parse(&bytes),
        // A key that opens the base is the right one: then it is this file that is not what it was.
        Err(Error::WrongKey { dir }) => {
            let base = place.dir.join(BASE);
            let opens_base = file::open(&base)?.is_some_and(|sealed| seal::open(key, sealed, &base).is_ok());
            match opens_base {
                true => Err(Error::damaged(format!("{SECRET} was not sealed for this store's key"))),
                false => Err(Error::WrongKey { dir }),
            }
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;
