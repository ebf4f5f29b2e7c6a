//! Disk: the only place with SQLite, age and file locks.
//!
//! What must stay true: [`Store::read`] and [`Store::write`] are the only ways to a transaction. `write` holds the
//! writer's lock for exactly as long as its closure runs, refuses a change without an audit row, and moves the pin
//! forward only after the change is durable.
mod access;
mod apps;
mod audit;
mod backup;
#[cfg(feature = "bench")]
pub mod bench;
mod chain;
mod connections;
mod credentials;
mod engine;
mod error;
mod executions;
mod file;
#[cfg(feature = "bench")]
pub mod fuzz;
mod governance;
mod histories;
mod holding;
mod index;
mod kept;
pub mod key;
mod leftovers;
mod limits;
mod lock;
mod names;
mod opening;
mod organization;
mod people;
mod policies;
mod repair;
mod reseal;
mod restore;
mod retention;
mod row;
mod schema;
mod seal;
mod secret_file;
mod services;
mod settle;
mod ssh_keys;
mod standing;
mod totals;
mod trust;
mod tx;
mod usage;
mod verify;
mod wiped;

pub use audit::AuditQuery;
pub use backup::{BackedUp, BackupFile};
pub use credentials::Swap;
pub use error::{Error, Result, is_damage};
pub use executions::ExecutionQuery;
pub use file::Loose;
pub use governance::Said;
pub use holding::Cancelled;
pub use index::{IndexPlace, read as read_index};
pub use leftovers::{Beside, beside};
pub use limits::Reservation;
pub use organization::Recipient;
pub use repair::{let_owner_write, remove_leftover, restrict};
pub use reseal::Resealed;
pub use restore::{Present, Restored, Target};
pub use retention::Retained;
pub use seal::is_recipient;
pub use ssh_keys::Signing;
pub use trust::Position;
pub use tx::{ReadTx, WriteTx};
pub use usage::{Named, UsageFilter, UsageLine, UsageScope};
pub use verify::Progress;

use crate::model::audit::{Change, Correlated, NewAuditRow, Proof};
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
use secret_file::SECRET;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use trust::{Pin, Remembered, StoreSecret};

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
    /// The directory without links: what pin and key record are named after.
    canonical: PathBuf,
    engine: Engine,
    secret: StoreSecret,
    pin: Pin,
    source: KeySource,
    index: Option<Index>,
    notices: Vec<Notice>,
    /// How whoever acts was proved: what rows bear that say nothing better.
    proof: Proof,
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
    /// Their account of the machine, where it is known.
    pub owner_account: Option<String>,
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
        secret_file::write(&place.dir.join(SECRET), &texts, &secret, None)?;
        made.push(Undo::File(place.dir.join(SECRET)));

        let engine = Engine::new(&place.dir, Arc::new(key), secret.clone(), place.holder.clone());
        let (audit, seq) = engine.create(&texts, |database, seq| {
            let tx = WriteTx::new(database, seq, new.now);
            tx.insert_meta("store_id", new.store_id.to_string().as_bytes())?;
            tx.insert_meta("store_secret", &*secret.secret)?;
            for recipient in &recipients {
                tx.insert_recipient(recipient)?;
            }
            tx.insert_organization(&new.organization)?;
            tx.begin_retention()?;
            tx.insert_first_owner(&new.owner, new.owner_account.as_deref(), new.now)?;
            tx.append_audit(NewAuditRow {
                actor: Actor::User(new.owner.clone()),
                proof: Proof::Asserted,
                action: "store.init".to_owned(),
                entity: "store".to_owned(),
                record_id: new.store_id.to_string(),
                connection: None,
                decision: None,
                reason: None,
                correlation: Correlated::Here(new.correlation),
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
        pin.write(&secret, &Position::new(seq, audit), None)?;
        let index = place.index.as_ref().map(|place| Index::new(place, &canonical));
        let store = Store {
            place: place.clone(),
            canonical,
            engine,
            secret,
            pin,
            source,
            index,
            notices: Vec::new(),
            proof: Proof::Asserted,
        };
        // This is also what takes away the names of a store that was in this place before.
        store.keep_names(Upkeep::Write(Names { users: vec![new.owner.clone()], ..Names::default() }));
        Ok(store)
    }

    /// Runs `read` on the newest state. Never waits for a writer.
    pub fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        self.engine.read(|database, _| read(&ReadTx::new(database)))
    }

    /// The same, told the state's revision.
    pub fn read_at<T>(&self, read: impl FnOnce(&ReadTx<'_>, u32) -> Result<T>) -> Result<T> {
        self.engine.read(|database, seq| read(&ReadTx::new(database), seq))
    }

    /// Runs `change` under the writer's lock and makes it durable, or does nothing at all. The error type is the
    /// caller's, so that an operation can refuse in the middle of a change.
    pub fn write<T, E: From<Error>>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let ((value, names, pinned), position, lock) = self.write_held::<_, E>(&self.engine, now, |tx| {
            // Under the lock nobody else moves store or pin, so neither can be ahead of the other by chance.
            let pinned = self.pin.read(&self.secret)?;
            self.check_inside(tx.database(), tx.seq().saturating_sub(1), pinned.as_ref())?;
            if pinned.is_none() && self.pin.is_writable() {
                tx.append_audit(self.pin_row())?;
            }
            let value = change(tx)?;
            let names = self.index.as_ref().map_or(Upkeep::Nothing, |index| index.after(tx, &self.place.dir));
            Ok(((value, names, pinned), if tx.erases() { Durable::Folded } else { Durable::Appended }))
        })?;
        // A pin that lags is accepted at the next opening; one that leads would lock people out. The slot to overwrite is
        // the older one, as it was read under this lock.
        let _ = self.pin.write(&self.secret, &position, pinned.as_ref());
        self.keep_names(names);
        drop(lock);
        Ok(value)
    }

    /// A change made durable, with the writer's lock still held and the pin where it was.
    fn write_held<T, E: From<Error>>(
        &self,
        engine: &Engine,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<(T, Durable), E>,
    ) -> std::result::Result<(T, Position, WriterLock), E> {
        let mut refused = None;
        let outcome = engine.write(WRITER_DEADLINE, |database, seq| {
            let now = not_before_the_newest_row(database, now)?;
            // A transaction of its own in the same change: its rows must not stand in for the one that `change` owes.
            let overdue = WriteTx::new(database, seq, now);
            overdue.destroy_what_was_kept_too_long(CorrelationId(self.secret.store_id))?;
            overdue.retain_now_and_then(CorrelationId(self.secret.store_id))?;
            let tx = WriteTx::new(database, seq, now).proved_by(self.proof);
            let (value, durable) = match change(&tx) {
                Ok(done) => done,
                Err(error) => {
                    refused = Some(error);
                    return Err(Error::Unaudited);
                }
            };
            tx.must_be_audited()?;
            let durable = match durable {
                Durable::Appended if overdue.erases() => Durable::Folded,
                other => other,
            };
            Ok(((value, tx.audit_head()?), durable))
        });
        match (outcome, refused) {
            (Err(Error::Unaudited), Some(error)) => Err(error),
            // Also when the change refused: what it was told by SQLite is less than what went wrong on disk.
            (Err(error), _) => Err(error.into()),
            (Ok(Committed { value: (value, audit), seq, mark, lock }), _) => {
                Ok((value, Position { seq, audit, mark: Some(mark) }, lock))
            }
        }
    }

    /// Says how whoever acts from here on was proved.
    pub fn prove_by(&mut self, proof: Proof) {
        self.proof = proof;
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
            correlation: Correlated::Beyond(CorrelationId(self.secret.store_id)),
            changes: Vec::new(),
        }
    }

    /// The database as it would lie on disk if it were not sealed, page for page as the last change has left it.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub fn plaintext(&self) -> Vec<u8> {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join(BASE);
        self.engine.write_whole(&path, &mut |_, _| {}, |_, _| Ok(())).unwrap();
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
        lock::WriterLock::take(&path, deadline, &self.place.holder).map(|held| NamedLock { _held: held })
    }
}

/// A lock that is not the writer's; held for as long as it lives.
pub struct NamedLock {
    _held: lock::WriterLock,
}

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
    let key = key.map(file::real);
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

#[cfg(test)]
mod keeping_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;
