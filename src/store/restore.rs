//! Putting a backup in the place of a store: one that opens, one that is damaged, or one that is gone.
//!
//! What must stay true: the new base is built beside the store, sealed for those the store is sealed for, and takes its
//! place by one rename, so a process that ends in between leaves the old state or the new one. It goes on under a
//! sequence number beyond everything that was seen, and says inside which heads of the audit it has left behind. A
//! backup proves by the store's secret that it is one of this store; where there is no store to compare with, its
//! fingerprint must be known from the key, the pin or the caller, as at every opening.
use crate::model::time::Timestamp;
use crate::store::backup::BackupFile;
use crate::store::engine::{BASE, BEFORE_RESTORE, Durable, Engine, LOCK, STAGING};
use crate::store::error::{Error, Result};
use crate::store::key::{self, KeySource};
use crate::store::lock::WriterLock;
use crate::store::seal::Key;
use crate::store::secret_file::{self, SECRET};
use crate::store::trust::{Pin, Position, Remembered, StoreSecret};
use crate::store::{Place, Recipient, Store, WRITER_DEADLINE, WriteTx, file, not_before_the_newest_row, schema};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is in the place a backup is to be put.
pub enum Present {
    Open(Box<Store>),
    /// A store that cannot be read, and why.
    Broken(Error),
    Absent,
}

/// The place a backup is to be put.
pub struct Target {
    place: Place,
    canonical: PathBuf,
    key: Arc<Key>,
    source: KeySource,
    pin: Pin,
    pub present: Present,
}

impl Target {
    /// Looks at a place. `place.expected_fingerprint` is about the backup, not about what is there.
    pub fn find(place: Place) -> Result<Target> {
        let canonical = canonical_of(&place.dir)?;
        let source = key::source(&place, &canonical)?;
        let there = Place { expected_fingerprint: None, ..place.clone() };
        let present = match Store::open_doubted(there) {
            Ok((store, mut doubts)) => match doubts.iter().position(|doubt| !matches!(doubt, Error::RolledBack { .. }))
            {
                // An older state of this store has something to say about it, if all of it can be read: an opening has read
                // no more than it needs. One that nobody here knows has nothing to say.
                None => match store.engine.verify_files(&mut |_, _| {}) {
                    Ok(_) => Present::Open(Box::new(store)),
                    Err(error @ Error::Damaged { .. }) => Present::Broken(error),
                    Err(other) => return Err(other),
                },
                Some(place) => Present::Broken(doubts.swap_remove(place)),
            },
            Err(Error::NoStore { .. }) => Present::Absent,
            Err(error @ Error::Damaged { .. }) => match place.dir.join(BASE).exists() {
                true => Present::Broken(error),
                false => Present::Absent,
            },
            Err(other) => return Err(other),
        };
        let key = match &present {
            Present::Open(store) => Arc::clone(store.engine.key()),
            Present::Broken(_) | Present::Absent => Arc::new(key::load_with_next(&source, &place, &canonical)?),
        };
        let pin = Pin::new(&place.config_dir, &canonical);
        Ok(Target { place, canonical, key, source, pin, present })
    }

    pub fn open_backup(&self, path: &Path) -> Result<BackupFile> {
        BackupFile::open(Arc::clone(&self.key), path)
    }

    /// The secret the store goes on with.
    fn secret(&self, backup: &BackupFile) -> StoreSecret {
        match &self.present {
            Present::Open(store) => store.secret.clone(),
            Present::Broken(_) | Present::Absent => {
                let there = BackupFile::secret_of(&self.place.dir, &self.key);
                there.filter(|secret| self.is_known(secret, backup)).unwrap_or_else(|| backup.secret.clone())
            }
        }
    }

    /// Whether what is in `store.secret` beside a broken store is this store's, and not what somebody else put there.
    fn is_known(&self, secret: &StoreSecret, backup: &BackupFile) -> bool {
        let own = secret.fingerprint();
        let is_pinned = || self.pin.read(secret).ok().flatten().is_some_and(|pinned| pinned.fingerprint == own);
        secret.store_id == backup.store_id() && (self.key.fingerprints().contains(&own) || is_pinned())
    }

    /// What the pin remembers: how far the store had come.
    pub fn pinned(&self, backup: &BackupFile) -> Result<Option<Remembered>> {
        let read = self.pin.read(&self.secret(backup))?;
        Ok(read.filter(|pinned| pinned.store_id == backup.store_id()))
    }

    /// Refuses a backup that is not known to be one of this store.
    pub fn must_be_of_this_store(&self, backup: &BackupFile) -> Result<()> {
        let own = backup.fingerprint();
        let replaced = |what: String| Error::Replaced { what, pin: None };
        match (&self.place.expected_fingerprint, &self.present) {
            (Some(expected), _) if !expected.eq_ignore_ascii_case(&own) => {
                Err(replaced(format!("the backup's fingerprint is {own}, expected was {expected}")))
            }
            (_, Present::Open(store)) if store.secret.store_id != backup.store_id() => {
                Err(replaced("the backup is one of another store".to_owned()))
            }
            (Some(_), _) => Ok(()),
            (None, Present::Open(store)) => match *store.secret.secret == *backup.secret.secret {
                true => Ok(()),
                false => Err(replaced(format!(
                    "the backup's fingerprint is {own}, the store's is {}: it is from before a change of keys, or not \
                     from here",
                    store.secret.fingerprint()
                ))),
            },
            (None, Present::Broken(_) | Present::Absent) => {
                let named = self.key.fingerprints();
                let pinned = self.pin.read(&backup.secret)?;
                let is_pinned = pinned.as_ref().is_some_and(|pinned| pinned.fingerprint == own);
                match (named.contains(&own) || is_pinned, named.is_empty()) {
                    (true, _) => Ok(()),
                    (false, true) if pinned.is_none() => Err(Error::Untrusted { fingerprint: own }),
                    (false, true) => {
                        Err(replaced(format!("the backup's fingerprint is {own}, and the pin has another")))
                    }
                    (false, false) => Err(replaced(format!(
                        "the backup's fingerprint is {own}, but the key was made for {}",
                        named.join(", ")
                    ))),
                }
            }
        }
    }

    /// Puts the backup in its place. `seen`: the sequence number of the store that `change` was thought out for; when it
    /// has moved on meanwhile, nothing happens. `change` is run on the backup's content and writes the row.
    pub fn restore<T, E: From<Error>>(
        &self,
        backup: &BackupFile,
        seen: Option<u32>,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Restored<T>, E> {
        let dir = &self.place.dir;
        file::make_directory(dir)?;
        file::restrict(dir)?;
        let lock = WriterLock::take(&dir.join(LOCK), WRITER_DEADLINE, &self.place.holder)?;
        let current = match &self.present {
            Present::Open(store) => Some(store.position()?),
            Present::Broken(_) | Present::Absent => None,
        };
        if current.as_ref().map(|current| current.seq) != seen {
            return Err(Error::ChangedMeanwhile.into());
        }
        let secret = self.secret(backup);
        let staging = dir.join(STAGING);
        let built = self.build(backup, &secret, &staging, current.as_ref(), now, change);
        let placed = built.and_then(|(value, position, recipients)| {
            let kept = self.keep_current()?;
            self.put_in_place(&secret, &staging, &position, &recipients)?;
            Ok(Restored { value, position, kept, identity_is_told: self.tell(&secret)? })
        });
        let _ = std::fs::remove_dir_all(&staging);
        drop(lock);
        placed
    }

    /// Builds the new base in the staging directory.
    fn build<T, E: From<Error>>(
        &self,
        backup: &BackupFile,
        secret: &StoreSecret,
        staging: &Path,
        current: Option<&Position>,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<(T, Position, Vec<String>), E> {
        let _ = std::fs::remove_dir_all(staging);
        file::make_directory(staging)?;
        let pinned = self.pinned(backup)?.map(|pinned| pinned.position);
        let seen = [current, pinned.as_ref(), Some(&backup.position)];
        let newest = seen.iter().flatten().map(|position| position.seq).max().unwrap_or(0);
        let behind: Vec<String> = seen[..2].iter().flatten().map(|position| position.audit.hash.clone()).collect();
        let recipients = match &self.present {
            Present::Open(store) => Some(store.read(|tx| tx.list_recipients())?),
            Present::Broken(_) | Present::Absent => None,
        };
        let mut refused = None;
        let engine = backup.continued_in(staging, &self.place.holder);
        let written = engine.write(WRITER_DEADLINE, |database, _| {
            schema::migrate(database)?;
            let seq = newest.saturating_add(1);
            let tx = WriteTx::new(database, seq, not_before_the_newest_row(database, now)?);
            tx.upsert_meta("store_secret", &*secret.secret)?;
            tx.leave_behind(&behind)?;
            if let Some(recipients) = &recipients {
                put_recipients(&tx, recipients)?;
            }
            let value = match change(&tx) {
                Ok(value) => value,
                Err(error) => {
                    refused = Some(error);
                    return Err(Error::Unaudited);
                }
            };
            tx.must_be_audited()?;
            let sealed_for = tx.list_recipients()?.into_iter().map(|recipient| recipient.recipient).collect();
            Ok(((value, tx.audit_head()?, sealed_for), Durable::FoldedAs(seq)))
        });
        match (written, refused) {
            (Err(Error::Unaudited), Some(error)) => Err(error),
            (Err(error), _) => Err(error.into()),
            (Ok(committed), _) => {
                let (value, audit, sealed_for) = committed.value;
                Ok((value, Position::new(committed.seq, audit), sealed_for))
            }
        }
    }

    /// Keeps what is there now beside what takes its place: as one file where it can be read, else file by file.
    fn keep_current(&self) -> Result<Vec<PathBuf>> {
        let dir = &self.place.dir;
        let names =
            || std::fs::read_dir(dir).into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok());
        for old in names().filter(|name| name.ends_with(BEFORE_RESTORE)) {
            file::remove(&dir.join(&old)).map_err(Error::io(format!("cannot remove {old}")))?;
        }
        match &self.present {
            Present::Absent => Ok(Vec::new()),
            Present::Open(store) => {
                let kept = dir.join(format!("{BASE}{BEFORE_RESTORE}"));
                store.engine.write_whole(&kept, &mut |_, _| {}, |_, _| Ok(()))?;
                Ok(vec![kept])
            }
            Present::Broken(_) => {
                let of_store = |name: &String| {
                    name == SECRET || name.starts_with(BASE) && !name.ends_with(".tmp") && !name.contains(".fold")
                };
                let mut kept = Vec::new();
                for name in names().filter(of_store) {
                    let beside = dir.join(format!("{name}{BEFORE_RESTORE}"));
                    let linked = file::step().and_then(|()| std::fs::hard_link(dir.join(&name), &beside));
                    linked.map_err(Error::io(format!("cannot keep {name} as {}", beside.display())))?;
                    kept.push(beside);
                }
                kept.sort();
                Ok(kept)
            }
        }
    }

    fn put_in_place(
        &self,
        secret: &StoreSecret,
        staging: &Path,
        position: &Position,
        recipients: &[String],
    ) -> Result<()> {
        let dir = &self.place.dir;
        if !matches!(self.present, Present::Open(_)) {
            secret_file::write(&dir.join(SECRET), recipients, secret, None)?;
            if !key::is_recorded(&self.place, &self.canonical) {
                key::record(&self.place, &self.canonical, &absolute(&self.source)?)?;
            }
        }
        let engine = Engine::new(dir, Arc::clone(&self.key), secret.clone(), self.place.holder.clone());
        engine.replace_base(&staging.join(BASE))?;
        // It says itself what it has left behind, so the pin may follow late or, where it cannot be written, not at all.
        let _ = self.pin.replace(secret, position);
        Ok(())
    }

    /// Makes the key say that it is for this store, where it said so of another one.
    fn tell(&self, secret: &StoreSecret) -> Result<bool> {
        key::name_store(&self.source, &self.place, self.key.fingerprints(), Some(&secret.fingerprint()), None)
    }

    /// The store as it was put in place, opened as any other.
    pub fn reopened(&self) -> Result<Store> {
        let expected = match key::is_ours(&self.source) {
            true => None,
            false => self.place.expected_fingerprint.clone(),
        };
        Store::open(Place { expected_fingerprint: expected, ..self.place.clone() })
    }
}

/// What a restore has come to.
pub struct Restored<T> {
    pub value: T,
    pub position: Position,
    /// The state before, where it is kept.
    pub kept: Vec<PathBuf>,
    pub identity_is_told: bool,
}

/// The recipients of now, and no others: who was taken away since stays away.
fn put_recipients(tx: &WriteTx<'_>, recipients: &[Recipient]) -> Result<()> {
    for before in tx.list_recipients()? {
        tx.delete_recipient(&before.recipient)?;
    }
    recipients.iter().try_for_each(|recipient| tx.insert_recipient(recipient))
}

/// The directory without links, also when it is not there yet.
fn canonical_of(dir: &Path) -> Result<PathBuf> {
    let absolute = std::path::absolute(dir).map_err(Error::io(format!("cannot reach {}", dir.display())))?;
    let mut missing = Vec::new();
    let mut there = absolute.as_path();
    loop {
        match there.canonicalize() {
            Ok(found) => return Ok(missing.iter().rev().fold(found, |path, name| path.join(name))),
            Err(error) => match (there.parent(), there.file_name()) {
                (Some(parent), Some(name)) => {
                    missing.push(name.to_owned());
                    there = parent;
                }
                _ => return Err(Error::io(format!("cannot reach {}", dir.display()))(error)),
            },
        }
    }
}

fn absolute(source: &KeySource) -> Result<KeySource> {
    Ok(match source {
        KeySource::File(path) => {
            let doing = format!("cannot reach {}", path.display());
            KeySource::File(std::path::absolute(path).map_err(Error::io(doing))?)
        }
        other => other.clone(),
    })
}
