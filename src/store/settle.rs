//! Accepting a store that is not known, or that has gone back in time: `siesta store trust`.
//!
//! What must stay true: this is the only way past those refusals, and it is never taken by itself. An older state goes
//! on under a sequence number beyond the one that was seen, so that nothing of what came after it is ever mistaken for
//! its continuation; and it says inside which head of the audit it has left behind.
use crate::model::time::Timestamp;
use crate::store::engine::Durable;
use crate::store::error::{Error, Result};
use crate::store::key;
use crate::store::trust::{Position, Remembered};
use crate::store::{ReadTx, Store, WriteTx};

impl Store {
    /// What the pin of this place remembers, of this store or of another one.
    pub fn pinned(&self) -> Result<Option<Remembered>> {
        self.pin.read(&self.secret)
    }

    /// Where the newest state stands.
    pub fn position(&self) -> Result<Position> {
        self.engine.read(|database, seq| Ok(Position::new(seq, ReadTx::new(database).audit_head()?)))
    }

    /// The fingerprints the key says it is for.
    pub fn named_in_key(&self) -> &[String] {
        self.engine.key().fingerprints()
    }

    /// Goes on from the state that is there. `change` writes the row, and takes back what may not hold any more.
    pub fn accept<T, E: From<Error>>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&WriteTx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<(T, Position), E> {
        let own = self.secret.fingerprint();
        let is_named = self.named_in_key().is_empty() || self.named_in_key().contains(&own);
        if !is_named && !key::is_ours(&self.source) && self.place.expected_fingerprint.is_none() {
            // It would be refused again at the next opening.
            return Err(key::not_ours(&self.source).into());
        }
        let pinned = self.pinned()?;
        let (value, position, lock) = self.write_held::<T, E>(&self.engine, now, |tx| {
            let value = change(tx)?;
            let mut durable = Durable::Folded;
            if let Some(pinned) = &pinned {
                tx.leave_behind(std::slice::from_ref(&pinned.position.audit.hash))?;
                durable = Durable::FoldedAs(tx.seq().max(pinned.position.seq.saturating_add(1)));
            }
            Ok((value, durable))
        })?;
        if !is_named {
            let before = pinned.as_ref().map(|pinned| pinned.fingerprint.as_str()).filter(|before| *before != own);
            let alone = self.named_in_key().first().filter(|_| self.named_in_key().len() == 1);
            self.name_store(Some(&own), None)?;
            self.name_store(None, before.or(alone.map(String::as_str)))?;
        }
        self.pin.replace(&self.secret, &position)?;
        drop(lock);
        Ok((value, position))
    }
}
