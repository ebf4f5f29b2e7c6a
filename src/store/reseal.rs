//! Whom the store is sealed for: a recipient more, one less, another key of one's own.
//!
//! What must stay true: a process may end at any step, and the store opens afterwards with the key its owner has. So:
//! the new key is made beside the old one, then `store.secret.next` beside `store.secret`, then the base is replaced,
//! which decides; then pin, identity and `store.secret` follow, in this order, here or at the next opening. Whoever is
//! taken away knew the store's secret, so a removal gives it a new one, and with it a new fingerprint. Whoever is added
//! gets the base first and `store.secret` last; the headers of the two tell the next opening that the latter is due.
use crate::model::secret::Secret;
use crate::model::soundness::Part;
use crate::model::time::{Timestamp, rfc3339};
use crate::store::engine::{Durable, Engine};
use crate::store::error::{Error, Result};
use crate::store::key::{self, KeySource, PassphraseChange};
use crate::store::lock::WriterLock;
use crate::store::seal::Key;
use crate::store::secret_file::{self, NEXT, SECRET};
use crate::store::trust::{Position, StoreSecret};
use crate::store::verify::Progress;
use crate::store::{LOCK, Place, ReadTx, Recipient, Store, WriteTx, file};
use std::sync::Arc;
use std::time::Duration;

/// What a change of keys has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resealed<T> {
    pub value: T,
    /// By which the store is known from now on.
    pub fingerprint: String,
    /// Where the key that was replaced is kept.
    pub old_key: Option<String>,
    /// Whether the identity names the new fingerprint, where it names any. If not, it is in a place that is not ours.
    pub identity_is_told: bool,
}

fn texts(recipients: &[Recipient]) -> Vec<String> {
    recipients.iter().map(|recipient| recipient.recipient.clone()).collect()
}

impl Store {
    /// The own recipients: what is sealed for them opens with the key of this process.
    pub fn is_own(&self, recipient: &str) -> bool {
        self.engine.key().is_of(recipient)
    }

    /// The recipient of the key as its source delivers it; of several the first.
    pub fn own_recipient(&self) -> Option<String> {
        self.engine.key().recipient()
    }

    /// Whether the key is in a place this program may write to.
    pub fn key_is_ours(&self) -> bool {
        key::is_ours(&self.source)
    }

    /// The same store as it is now, opened with what its key's place holds now.
    pub fn reopened(&self) -> Result<Store> {
        Store::open(Place { expected_fingerprint: None, ..self.place.clone() })
    }

    /// Looks at everything the store consists of now.
    pub fn verify_again(&self, progress: Progress<'_>) -> Result<Vec<Part>> {
        Store::verify(Place { expected_fingerprint: None, ..self.place.clone() }, progress)
    }

    /// Whether a passphrase can be set, changed or, with `removes`, taken away; an error says why not.
    pub fn check_passphrase(&self, removes: bool) -> Result<()> {
        key::check_passphrase(&self.source, removes)
    }

    /// Puts the key file under a new passphrase, or under none.
    pub fn set_passphrase(&self, new: Option<&Secret>) -> Result<PassphraseChange> {
        key::set_passphrase(&self.place, &self.canonical, new)
    }

    pub fn source(&self) -> &KeySource {
        &self.source
    }

    /// Seals the store for one more. `change` says for whom, and writes the row.
    pub fn add_recipient<E: From<Error>>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<Recipient, E>,
    ) -> std::result::Result<Recipient, E> {
        let written: std::result::Result<_, E> = self.write_held(&self.engine, now, |tx| {
            let pinned = self.pin.read(&self.secret)?;
            self.check_inside(tx.database(), tx.seq().saturating_sub(1), pinned.as_ref())?;
            let added = change(tx)?;
            tx.insert_recipient(&added)?;
            // A new base: delta and log are sealed for those of before.
            tx.erase_for_good();
            Ok(((added, texts(&tx.list_recipients()?), pinned), Durable::Folded))
        });
        let ((added, recipients, pinned), position, lock) = written?;
        // The pin may lag, and is the first to be forgiven.
        let _ = self.pin.write(&self.secret, &position, pinned.as_ref());
        // Last: this file opens all the others, so nobody may have it who is not listed. What is cut off before it is
        // brought to its end by the next opening.
        secret_file::write(&self.place.dir.join(SECRET), &recipients, &self.secret, None)?;
        drop(lock);
        Ok(added)
    }

    /// Seals `store.secret` for those who are listed, after an addition that was cut off. Somebody who is in the middle of
    /// one is left alone; what fails now is tried again at the next opening.
    pub(super) fn end_addition(&self) {
        let lock = WriterLock::take(&self.place.dir.join(LOCK), Duration::ZERO, &self.place.holder);
        if let Ok(_lock) = lock {
            let _ = self.seal_secret_as_listed();
        }
    }

    /// The caller holds the writer's lock.
    fn seal_secret_as_listed(&self) -> Result<()> {
        // Looked at again: since the opening somebody may have ended it, and then taken a recipient away, which has given
        // the store another secret. The one of before would lock everybody out.
        let listed = self.engine.read(|database, _| {
            self.must_hold_its_secret(database)?;
            ReadTx::new(database).list_recipients()
        })?;
        match secret_file::count_recipients(&self.place.dir)? == self.engine.count_recipients()? {
            true => Ok(()),
            false => secret_file::write(&self.place.dir.join(SECRET), &texts(&listed), &self.secret, None),
        }
    }

    /// Seals the store for those who are listed after `change`, with a new secret.
    pub fn remove_recipient<T, E: From<Error>>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Resealed<T>, E> {
        self.reseal(now, None, |tx, _| change(tx))
    }

    /// Gives the store a new key of its own in the place where the old one is. `change` is handed the new recipient.
    pub fn rekey<T, E: From<Error>>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>, &str) -> std::result::Result<T, E>,
    ) -> std::result::Result<Resealed<T>, E> {
        self.reseal(now, Some(rfc3339(now)), change)
    }

    /// `new_key`: when it is made, if there is to be one.
    fn reseal<T, E: From<Error>>(
        &self,
        now: Timestamp,
        new_key: Option<String>,
        change: impl FnOnce(&WriteTx<'_>, &str) -> std::result::Result<T, E>,
    ) -> std::result::Result<Resealed<T>, E> {
        if !self.pin.is_writable() {
            let what = format!("the pin cannot be written: {}", self.pin.path().display());
            return Err(Error::Refused { what }.into());
        }
        let next = StoreSecret::generate(self.secret.store_id)?;
        let fingerprint = next.fingerprint();
        let written = self.write_held(&self.engine, now, |tx| {
            let pinned = self.pin.read(&self.secret)?;
            self.check_inside(tx.database(), tx.seq().saturating_sub(1), pinned.as_ref())?;
            // Under the lock: whoever opens the store meanwhile would take a key that nothing is sealed for yet for a
            // leftover, and remove it.
            let made = new_key
                .map(|created| key::make_next(&self.source, &self.place, &self.canonical, &fingerprint, &created));
            let is_another = made.is_some();
            let recipient = match made {
                Some(made) => made?.recipient(),
                None => self.own_recipient(),
            };
            let value = change(tx, &recipient.unwrap_or_default())?;
            let recipients = texts(&tx.list_recipients()?);
            secret_file::write(&self.place.dir.join(NEXT), &recipients, &next, Some(&self.secret))?;
            // Another key names the store from its beginning, and the old one stays as it was.
            if !is_another {
                self.name_store(Some(&fingerprint), None)?;
            }
            tx.upsert_meta("store_secret", &*next.secret)?;
            tx.erase_for_good();
            Ok((value, Durable::Folded))
        });
        let (value, position, lock) = match written {
            Ok(written) => written,
            Err(error) => {
                self.end_key_change();
                return Err(error);
            }
        };
        let ended = self.end_with(&next, &position)?;
        drop(lock);
        Ok(Resealed { value, fingerprint, old_key: ended.old_key, identity_is_told: ended.identity_is_told })
    }

    /// What follows once the base holds the next secret. Each step may have been done already.
    fn end_with(&self, next: &StoreSecret, position: &Position) -> Result<Ended> {
        let dir = &self.place.dir;
        self.pin.replace(next, position)?;
        let old_key = key::adopt_next(&self.source, &self.place, &self.canonical)?;
        let others: Vec<String> = {
            let current = secret_file::read(dir, self.engine.key()).ok();
            current.map(|secret| secret.fingerprint()).into_iter().filter(|own| *own != next.fingerprint()).collect()
        };
        let mut identity_is_told = self.name_store(Some(&next.fingerprint()), None)?;
        for other in &others {
            identity_is_told &= self.name_store(None, Some(other))?;
        }
        // Whatever was sealed for those of before goes: delta, log, and copies kept for a way back.
        Engine::new(dir, self.newest_key()?, next.clone(), self.place.holder.clone()).sweep_all()?;
        if dir.join(NEXT).exists() {
            file::rename(&dir.join(NEXT), &dir.join(SECRET))?;
        }
        Ok(Ended { old_key, identity_is_told })
    }

    /// Brings a change of keys that was cut off to its end, or takes back what was prepared for one that never came to
    /// be. Somebody who is in the middle of one is left alone; what fails now is tried again at the next opening.
    pub(super) fn end_key_change(&self) {
        let lock = WriterLock::take(&self.place.dir.join(LOCK), Duration::ZERO, &self.place.holder);
        let Ok(_lock) = lock else { return };
        let _ = self.try_end_key_change();
    }

    fn try_end_key_change(&self) -> Result<()> {
        let dir = &self.place.dir;
        let key = self.newest_key()?;
        // Looked at again under the lock: the change may have ended meanwhile.
        let chosen = secret_file::choose(dir, &key, |secret| {
            let engine = Engine::new(dir, Arc::clone(&key), secret.clone(), self.place.holder.clone());
            let inside = engine.read(|database, _| ReadTx::new(database).find_meta("store_secret"));
            inside.is_ok_and(|inside| inside.unwrap_or_default() == *secret.secret)
        })?;
        let engine = Engine::new(dir, key, chosen.secret.clone(), self.place.holder.clone());
        let position = engine.read(|database, seq| {
            // Where the next secret could not be read this time, the one before it was chosen; to take the next one away would
            // lock everybody out.
            if ReadTx::new(database).find_meta("store_secret")?.unwrap_or_default() != *chosen.secret.secret {
                return Err(Error::damaged("the base holds another secret than the one that was chosen"));
            }
            // A state that was put back would take the pin with it, and a key away that the newer one opens with.
            for secret in std::iter::once(&chosen.secret).chain(&chosen.before) {
                if let Some(pinned) = self.pin.read(secret)? {
                    self.must_not_be_older(database, seq, &pinned)?;
                }
            }
            Ok(Position::new(seq, ReadTx::new(database).audit_head()?))
        })?;
        if chosen.is_next {
            return self.end_with(&chosen.secret, &position).map(drop);
        }
        if let Ok(Some(next)) = secret_file::read_next(dir, &*self.newest_key()?) {
            self.name_store(None, Some(&next.secret.fingerprint()))?;
        }
        if dir.join(NEXT).symlink_metadata().is_ok() {
            file::remove(&dir.join(NEXT)).map_err(Error::io(format!("cannot remove {NEXT}")))?;
        }
        key::drop_next(&self.source, &self.place, &self.canonical);
        Ok(())
    }
}

impl Store {
    /// Where the key is now: in a keyring, a new key has another place than the one before.
    fn newest_source(&self) -> Result<KeySource> {
        match &self.source {
            KeySource::Keyring(_) => key::source(&self.place, &self.canonical),
            other => Ok(other.clone()),
        }
    }

    /// The key as it is in its place now. A source that is not ours delivers what it delivered, and is not asked twice.
    fn newest_key(&self) -> Result<Arc<Key>> {
        match key::is_ours(&self.source) {
            true => key::load_with_next(&self.newest_source()?, &self.place, &self.canonical).map(Arc::new),
            false => Ok(Arc::clone(self.engine.key())),
        }
    }

    pub(super) fn name_store(&self, add: Option<&str>, drop: Option<&str>) -> Result<bool> {
        key::name_store(&self.newest_source()?, &self.place, self.engine.key().fingerprints(), add, drop)
    }
}

struct Ended {
    old_key: Option<String>,
    identity_is_told: bool,
}
