//! Opening a store: the key, then whether this is the store that is known, not an older one and not another one.
//!
//! What must stay true: a store that is not known, another one or an older one is refused, unless it is opened to be
//! looked at by `store trust`, `store verify` and `store restore`; even then the secret inside the base must be the one
//! in `store.secret`. A change of keys or of recipients that was cut off is brought to its end here.
use crate::model::audit::Proof;
use crate::store::engine::{BASE, Engine, names};
use crate::store::error::{Error, Result};
use crate::store::index::{self, Index};
use crate::store::key;
use crate::store::lock::WriterLock;
use crate::store::seal::Key;
use crate::store::secret_file::{self, SECRET};
use crate::store::trust::{self, Pin, Position, Remembered};
use crate::store::{LOCK, Place, ReadTx, Store, WRITER_DEADLINE, canonical, file, notices, schema};
use std::sync::Arc;
use std::time::Duration;

/// What a store that is not known for sure is opened for.
enum Judge {
    /// To be used: the first doubt refuses it.
    Strict,
    /// To be looked at: the doubts are collected.
    Collecting(Vec<Error>),
}

impl Judge {
    fn has_no_doubt(&self) -> bool {
        match self {
            Judge::Strict => true,
            Judge::Collecting(doubts) => doubts.is_empty(),
        }
    }

    fn doubt(&mut self, doubt: Error) -> Result<()> {
        match self {
            Judge::Strict => Err(doubt),
            Judge::Collecting(doubts) => {
                match doubt {
                    Error::Untrusted { .. } | Error::Replaced { .. } | Error::RolledBack { .. } => doubts.push(doubt),
                    other => return Err(other),
                }
                Ok(())
            }
        }
    }
}

impl Store {
    pub fn open(place: Place) -> Result<Store> {
        let (store, version) = Self::open_with(place, &mut Judge::Strict)?;
        if version < schema::CURRENT {
            store.upgrade(version)?;
        } else {
            store.drop_upgraded();
        }
        Ok(store)
    }

    /// Opens a store that may be unknown, another or an older one, and says what stands against it.
    pub fn open_doubted(place: Place) -> Result<(Store, Vec<Error>)> {
        let mut judge = Judge::Collecting(Vec::new());
        let (store, _) = Self::open_with(place, &mut judge)?;
        match judge {
            Judge::Collecting(doubts) => Ok((store, doubts)),
            Judge::Strict => Ok((store, Vec::new())),
        }
    }

    fn open_with(place: Place, judge: &mut Judge) -> Result<(Store, i64)> {
        if !place.dir.join(BASE).exists() {
            return Err(match place.dir.join(SECRET).exists() {
                true => Error::damaged(format!("{BASE} is missing from {}", place.dir.display())),
                false => Error::NoStore { dir: place.dir },
            });
        }
        let canonical = canonical(&place.dir)?;
        let source = key::source(&place, &canonical)?;
        let (key, has_next_key) = key::load_and_look(&source, &place, &canonical)?;
        let key = Arc::new(key);
        let chosen = secret_file::choose(&place.dir, &key, |secret| holds(&place, &key, &*secret.secret))?;
        let secret = chosen.secret;
        let pin = Pin::new(&place.config_dir, &canonical);
        // Read before the database: the store may move on in between, the pin must not.
        let mut remembered = pin.read(&secret)?;
        let check = |secret, remembered: &Option<Remembered>| {
            let expected = place.expected_fingerprint.as_deref();
            trust::check_fingerprint(secret, expected, key.fingerprints(), remembered.as_ref(), &pin)
        };
        let mut known = check(&secret, &remembered);
        if let (Err(_), Some(before)) = (&known, &chosen.before) {
            remembered = pin.read(before)?;
            known = check(before, &remembered);
        }
        let is_known = known.is_ok();
        if let Err(doubt) = known {
            judge.doubt(doubt)?;
        }
        let notices = notices(&place, &canonical, &source, &pin, remembered.as_ref());
        let engine = Engine::new(&place.dir, key, secret.clone(), place.holder.clone());
        let index = place.index.as_ref().map(|place| Index::new(place, &canonical));
        // Looked at before the database is: names of a later state under this time are made again, the reverse never.
        let outdated = index.as_ref().and_then(|index| index.outdated(&place.dir));
        let store = Store { place, canonical, engine, secret, pin, source, index, notices, proof: Proof::Asserted };
        let version = store.engine.read_marked(|database, seq, mark| {
            store.must_hold_its_secret(database)?;
            // The state that the pin was written for is no older than it; any other one has to show what the pin has seen.
            let is_the_pinned = |pinned: &&Remembered| pinned.position.mark.as_deref() == Some(mark);
            if let Some(pinned) = remembered.as_ref().filter(|pinned| is_known && !is_the_pinned(pinned))
                && let Err(doubt) = store.must_not_be_older(database, seq, pinned)
            {
                judge.doubt(doubt)?;
            }
            let version = schema::version(database)?;
            if let (true, Some(index), Some(of)) = (judge.has_no_doubt(), &store.index, outdated)
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
        let has_leftover = chosen.has_leftover || has_next_key;
        // A state that was put back is not gone on with, and neither is what was cut off in it.
        let is_gone_on_with = is_known && judge.has_no_doubt();
        if is_gone_on_with && (chosen.is_next || has_leftover) {
            store.end_key_change();
        } else if is_gone_on_with && chosen.recipients != store.engine.count_recipients()? {
            store.end_addition();
        }
        Ok((store, version))
    }

    /// Brings an older store up to date. The old base is kept beside the new one until the next opening goes well.
    fn upgrade(&self, from: i64) -> Result<()> {
        let kept = self.place.dir.join(names::before_upgrade(from));
        let committed = self.engine.upgrade(WRITER_DEADLINE, &kept, |database, seq| {
            schema::migrate(database)?;
            Ok(Position::new(seq, ReadTx::new(database).audit_head()?))
        })?;
        self.pin.write(&self.secret, &committed.value, self.pin.read(&self.secret)?.as_ref())?;
        drop(committed.lock);
        Ok(())
    }

    /// Removes what an upgrade has kept: this opening went well. Whoever writes at the moment is not disturbed; the next
    /// opening tries again.
    fn drop_upgraded(&self) {
        // Asked for by name: reading a directory takes longer.
        let kept = (1..schema::CURRENT).map(|version| self.place.dir.join(names::before_upgrade(version)));
        let old: Vec<_> = kept.filter(|path| path.symlink_metadata().is_ok()).collect();
        if old.is_empty() {
            return;
        }
        let Ok(_lock) = WriterLock::take(&self.place.dir.join(LOCK), Duration::ZERO, &self.place.holder) else {
            return;
        };
        for path in old {
            let _ = file::remove(&path);
        }
    }

    /// The database must hold the same secret as `store.secret`, and must not be older than the pin.
    pub(super) fn check_inside(
        &self,
        database: &rusqlite::Connection,
        seq: u32,
        remembered: Option<&Remembered>,
    ) -> Result<()> {
        self.must_hold_its_secret(database)?;
        remembered.map_or(Ok(()), |pinned| self.must_not_be_older(database, seq, pinned))
    }

    pub(super) fn must_hold_its_secret(&self, database: &rusqlite::Connection) -> Result<()> {
        let inside = ReadTx::new(database).find_meta("store_secret")?.unwrap_or_default();
        match inside == *self.secret.secret {
            true => Ok(()),
            false => Err(Error::damaged(format!("the secret inside {BASE} is not the one in {SECRET}"))),
        }
    }

    pub(super) fn must_not_be_older(
        &self,
        database: &rusqlite::Connection,
        seq: u32,
        pinned: &Remembered,
    ) -> Result<()> {
        let tx = ReadTx::new(database);
        let rolled_back = |what: String| Error::RolledBack { what, pin: self.pin.path().to_owned() };
        if seq < pinned.position.seq {
            let text = format!("it is at change {seq}, but change {} was seen", pinned.position.seq);
            return Err(rolled_back(text));
        }
        let head = &pinned.position.audit;
        match tx.find_audit_hash(head.seq)? {
            Some(hash) if hash == head.hash => Ok(()),
            // Somebody has chosen to go on without what came after an older state, and the pin does not know yet.
            _ if tx.has_left_behind(&head.hash)? => Ok(()),
            // The row went by retention since the pin was written: the number of changes has been compared above.
            None if head.seq < tx.first_audit_seq()? => Ok(()),
            _ => Err(rolled_back(format!("audit row {} is not the one that was seen", head.seq))),
        }
    }
}

/// Whether the base of a place holds this secret.
fn holds(place: &Place, key: &Arc<Key>, secret: &[u8]) -> bool {
    let Ok(bytes) = <[u8; 32]>::try_from(secret) else { return false };
    let secret = trust::StoreSecret::of_no_store(zeroize::Zeroizing::new(bytes));
    let engine = Engine::new(&place.dir, Arc::clone(key), secret.clone(), place.holder.clone());
    let inside = engine.read(|database, _| ReadTx::new(database).find_meta("store_secret"));
    inside.is_ok_and(|inside| inside.unwrap_or_default() == *secret.secret)
}
