//! Whom the store is sealed for, and the key that opens it.
use crate::model::connection::Status;
use crate::model::label;
use crate::model::secret::Secret;
use crate::model::soundness::State;
use crate::ops::{About, Error, Kind, Result, Siesta};
use crate::store::key::PassphraseChange;
use crate::store::{self, Progress, ReadTx, Recipient, WriteTx};

/// The name the first own recipient of a store has.
const OWN_NAME: &str = "own key";

/// The beginning of a recipient that is long enough to mean one: `age1` and as many letters as tell keys apart.
const SHORTEST_PREFIX: usize = 12;

/// Whom the store is to be sealed for as well.
#[derive(Debug, Clone)]
pub struct NewRecipient {
    pub recipient: String,
    pub name: String,
}

/// Whom the store is sealed for, and whether each is the own key.
pub fn recipients(siesta: &Siesta) -> Result<Vec<(Recipient, bool)>> {
    let there = siesta.store.read(|tx| tx.list_recipients())?;
    Ok(there.into_iter().map(|recipient| (recipient.clone(), siesta.store.is_own(&recipient.recipient))).collect())
}

/// Seals the store for one more recipient.
pub fn add_recipient(siesta: &Siesta, new: &NewRecipient) -> Result<Recipient> {
    if !store::is_recipient(&new.recipient) {
        return Err(Error::invalid("this is not an age recipient (age1…)"));
    }
    label::check_name(&new.name)
        .map_err(|e| Error::invalid(format!("\"{}\" cannot name a recipient: {e}", new.name)))?;
    siesta.store.add_recipient(siesta.now(), |tx| -> Result<Recipient> {
        let actor = siesta.person(tx)?;
        let there = tx.list_recipients()?;
        let taken = |name: &str| Error::from(Kind::Taken { noun: "recipient", name: name.to_owned() });
        if there.iter().any(|recipient| recipient.recipient == new.recipient) {
            return Err(taken(&new.recipient));
        }
        if there.iter().any(|recipient| recipient.name.eq_ignore_ascii_case(&new.name)) {
            return Err(taken(&new.name));
        }
        let entry = siesta
            .entry(&actor, "store.recipients.add", "store", siesta.store.whereabouts().store_id)
            .change("recipient", (), new.recipient.as_str())
            .change("name", (), new.name.as_str());
        tx.append_audit(entry.row())?;
        Ok(Recipient { recipient: new.recipient.clone(), name: new.name.clone(), added_at: tx.now() })
    })
}

/// What a removal, or a new key, has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    pub recipient: Recipient,
    pub fingerprint: String,
    /// Whether the key names the new fingerprint; if not, it is in a place that is not ours to write.
    pub identity_is_told: bool,
    /// The connections whose credentials the one who was taken away could read.
    pub to_rotate: Vec<String>,
}

/// Seals the store anew, without one of its recipients.
pub fn remove_recipient(siesta: &Siesta, typed: &str) -> Result<Removed> {
    let resealed = siesta.store.remove_recipient(siesta.now(), |tx| -> Result<(Recipient, Vec<String>)> {
        let actor = siesta.person(tx)?;
        let there = tx.list_recipients()?;
        let found = find(&there, typed)?.clone();
        if siesta.store.is_own(&found.recipient) {
            return Err(Error::conflict(format!("\"{}\" is the key this store is opened with", found.name))
                .about(About::Recipients));
        }
        if there.len() < 2 {
            return Err(Error::conflict("a store without recipients would open for nobody").about(About::Recipients));
        }
        tx.delete_recipient(&found.recipient)?;
        let entry = siesta
            .entry(&actor, "store.recipients.remove", "store", siesta.store.whereabouts().store_id)
            .change("recipient", found.recipient.as_str(), ())
            .change("name", found.name.as_str(), ());
        tx.append_audit(entry.row())?;
        Ok((found, living(tx)?))
    })?;
    let (recipient, to_rotate) = resealed.value;
    let (fingerprint, identity_is_told) = (resealed.fingerprint, resealed.identity_is_told);
    Ok(Removed { recipient, fingerprint, identity_is_told, to_rotate })
}

/// The recipient somebody typed: its name, all of it, or a beginning that only one has.
fn find<'r>(there: &'r [Recipient], typed: &str) -> Result<&'r Recipient> {
    let exact = there.iter().find(|r| r.name == typed || r.recipient == typed);
    let by_name = || there.iter().find(|r| r.name.eq_ignore_ascii_case(typed));
    if let Some(found) = exact.or_else(by_name) {
        return Ok(found);
    }
    let begin: Vec<&Recipient> =
        there.iter().filter(|r| typed.len() >= SHORTEST_PREFIX && r.recipient.starts_with(typed)).collect();
    match begin.as_slice() {
        [one] => Ok(one),
        [] => {
            let nearest = label::nearest(typed, there.iter().map(|r| r.name.as_str())).map(str::to_owned);
            Err(Kind::NotFound { noun: "recipient", name: typed.to_owned(), nearest }.into())
        }
        several => {
            let labels = several.iter().map(|r| r.name.clone()).collect();
            Err(Kind::Ambiguous { noun: "recipients", name: typed.to_owned(), labels }.into())
        }
    }
}

/// The connections that have a credential.
fn living(tx: &ReadTx<'_>) -> Result<Vec<String>> {
    let mut labels = Vec::new();
    for connection in tx.list_connections()?.into_iter().filter(|c| c.status != Status::Revoked) {
        if tx.has_credential(connection.id)? {
            labels.push(connection.label);
        }
    }
    Ok(labels)
}

/// What a new key has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rekeyed {
    pub recipient: String,
    pub fingerprint: String,
    /// Where the key that was replaced is kept.
    pub old_key: Option<String>,
    pub identity_is_told: bool,
    /// Whether the store was opened with the new key and looked at whole.
    pub verified: bool,
    pub to_rotate: Vec<String>,
}

/// Gives the store another key of its own. Where the key comes from a place that is not ours, that place must deliver
/// the new identity in front of the old one already.
pub fn rekey(siesta: &Siesta, progress: Progress<'_>) -> Result<Rekeyed> {
    let swap = |tx: &WriteTx<'_>, new: &str| -> Result<(String, Vec<String>)> {
        let actor = siesta.person(tx)?;
        let there = tx.list_recipients()?;
        if there.iter().any(|recipient| recipient.recipient == new) {
            let what = format!("the store is sealed for the key from the {} already", siesta.store.source().word());
            return Err(Error::invalid(what).because(
                "siesta cannot write there: put a new identity, as `age-keygen` makes one, in front of the old one, \
                 then repeat",
            ));
        }
        let own: Vec<&Recipient> = there.iter().filter(|r| siesta.store.is_own(&r.recipient)).collect();
        let name = own.first().map_or(OWN_NAME, |recipient| recipient.name.as_str());
        for recipient in &own {
            tx.delete_recipient(&recipient.recipient)?;
        }
        tx.insert_recipient(&Recipient { recipient: new.to_owned(), name: name.to_owned(), added_at: tx.now() })?;
        let before = own.first().map(|recipient| recipient.recipient.clone());
        let entry = siesta.entry(&actor, "store.rekey", "store", siesta.store.whereabouts().store_id).change(
            "recipient",
            before,
            new,
        );
        tx.append_audit(entry.row())?;
        Ok((new.to_owned(), living(tx)?))
    };
    let resealed = match siesta.store.key_is_ours() {
        true => siesta.store.rekey(siesta.now(), swap)?,
        false => {
            let new = siesta.store.own_recipient().unwrap_or_default();
            siesta.store.remove_recipient(siesta.now(), |tx| swap(tx, &new))?
        }
    };
    let (recipient, to_rotate) = resealed.value;
    // Under its old name the store is not known any more where the key is not told.
    let verified = resealed.identity_is_told && {
        let parts = siesta.store.verify_again(progress)?;
        if let Some(broken) = parts.iter().find(|part| part.state == State::Broken) {
            return Err(Kind::Damaged { what: broken.what.clone() }.into());
        }
        true
    };
    Ok(Rekeyed {
        recipient,
        fingerprint: resealed.fingerprint,
        old_key: resealed.old_key,
        identity_is_told: resealed.identity_is_told,
        verified,
        to_rotate,
    })
}

/// Whether the passphrase of the key can be set or, with `removes`, taken away: said before anybody is asked for one.
pub fn check_passphrase(siesta: &Siesta, removes: bool) -> Result<()> {
    siesta.store.read(|tx| Ok(siesta.person(tx)))??;
    Ok(siesta.store.check_passphrase(removes)?)
}

/// Puts the key file under a new passphrase, or under none.
pub fn change_passphrase(siesta: &Siesta, new: Option<&Secret>) -> Result<PassphraseChange> {
    check_passphrase(siesta, new.is_none())?;
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let entry = siesta
            .entry(&siesta.person(tx)?, "store.passphrase", "store", siesta.store.whereabouts().store_id)
            .reason(if new.is_some() { "set" } else { "removed" });
        tx.append_audit(entry.row())?;
        Ok(())
    })?;
    Ok(siesta.store.set_passphrase(new)?)
}
