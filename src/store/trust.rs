//! Is this the store we know, and not an older or another one? Fingerprint and pin.
//!
//! What must stay true: age with public keys does not say who wrote, so anybody who knows the recipient could put a
//! store of their own in our place. The store's secret (32 random bytes, sealed in `store.secret` and kept in the
//! database) cannot be read out by a forger; its SHA-256, the fingerprint, is known from outside the store: from a
//! comment in the identity, from the pin, or from what the caller expects. The pin also remembers how far the store had
//! come, so that an old copy put back is noticed. It does not stop a process of the same user, which can rewrite the
//! pin as well.
use crate::model::audit::{Head, hex};
use crate::model::digest;
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::SharedKey;
use serde::{Deserialize, Serialize};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The store's secret and id, as `store.secret` holds them and the database repeats them.
#[derive(Clone)]
pub struct StoreSecret {
    pub store_id: Uuid,
    pub secret: Zeroizing<[u8; 32]>,
}

#[derive(Serialize, Deserialize)]
struct SecretText {
    store_id: Uuid,
    store_secret: Zeroizing<String>,
    /// Of a secret that is to follow another one: that one's word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    succeeds: Option<String>,
}

/// What `store.secret` and, while the keys are being changed, `store.secret.next` hold.
pub struct Sealed {
    pub secret: StoreSecret,
    succeeds: Option<String>,
}

const SHARED_KEY_LABEL: &str = "siesta-log-key-1";
const SUCCESSOR_LABEL: &str = "siesta-secret-1";

impl Sealed {
    /// Whether the holder of `before` has made this its successor. Somebody who knows only the recipients cannot.
    pub fn is_vouched_for_by(&self, before: &StoreSecret) -> bool {
        let own = hex(&before.mac(SUCCESSOR_LABEL, &[&*self.secret.secret]));
        self.secret.store_id == before.store_id && self.succeeds.as_ref().is_some_and(|word| *word == own)
    }
}

impl StoreSecret {
    pub fn generate(store_id: Uuid) -> Result<StoreSecret> {
        let mut secret = Zeroizing::new([0u8; 32]);
        getrandom::fill(&mut *secret).map_err(|e| Error::io("cannot draw random bytes")(std::io::Error::other(e)))?;
        Ok(StoreSecret { store_id, secret })
    }

    /// The trust anchor: SHA-256 of the secret, in hex. Not a secret itself.
    pub fn fingerprint(&self) -> String {
        hex(&digest::sha256(&*self.secret))
    }

    /// `before`: the secret this one is to follow.
    pub fn to_text(&self, before: Option<&StoreSecret>) -> Result<Zeroizing<String>> {
        let succeeds = before.map(|before| hex(&before.mac(SUCCESSOR_LABEL, &[&*self.secret])));
        let text = SecretText { store_id: self.store_id, store_secret: Zeroizing::new(hex(&*self.secret)), succeeds };
        serde_json::to_string(&text).map(Zeroizing::new).map_err(|_| Error::damaged("store.secret cannot be written"))
    }

    pub fn parse(bytes: &[u8]) -> Result<Sealed> {
        let broken = || Error::damaged("store.secret does not hold what it should");
        let text: SecretText = serde_json::from_slice(bytes).map_err(|_| broken())?;
        let mut secret = Zeroizing::new([0u8; 32]);
        let digits = text.store_secret.as_bytes();
        if digits.len() != 64 {
            return Err(broken());
        }
        for (byte, pair) in secret.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| broken())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| broken())?;
        }
        Ok(Sealed { secret: StoreSecret { store_id: text.store_id, secret }, succeeds: text.succeeds })
    }

    /// A secret that is looked at without the store it is of: enough for what binds and opens its files.
    pub fn of_no_store(secret: Zeroizing<[u8; 32]>) -> StoreSecret {
        StoreSecret { store_id: Uuid::nil(), secret }
    }

    /// What the files of the store also open with: whoever can open the store knows it, and nobody else.
    pub fn shared_key(&self) -> SharedKey {
        SharedKey::new(Zeroizing::new(self.mac(SHARED_KEY_LABEL, &[])))
    }

    /// HMAC-SHA256 of the parts behind a label that says what they are. Every part but the last has a fixed length, so
    /// no two lists of parts look the same.
    pub fn mac(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        digest::hmac_sha256(&*self.secret, &labelled(label, parts))
    }

    /// Whether it is the HMAC of these parts.
    pub fn is_mac(&self, mac: &[u8; 32], label: &str, parts: &[&[u8]]) -> bool {
        digest::is_hmac_sha256(&*self.secret, &labelled(label, parts), mac)
    }
}

fn labelled<'a>(label: &'a str, parts: &[&'a [u8]]) -> Vec<&'a [u8]> {
    std::iter::once(label.as_bytes()).chain(parts.iter().copied()).collect()
}

/// How far a store has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// SQLite's file change counter: every commit adds one.
    pub seq: u32,
    pub audit: Head,
    /// Which state that is, where it was at hand: whoever finds the same one need not ask whether it is older.
    pub mark: Option<String>,
}

impl Position {
    pub fn new(seq: u32, audit: Head) -> Position {
        Position { seq, audit, mark: None }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PinText {
    store_id: Uuid,
    fingerprint: String,
    seq: u32,
    audit_seq: i64,
    audit_head: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<String>,
    hmac: String,
}

/// The pin of one store: two slots of a small file, written in turn, so that a write cut off spoils at most the older.
pub struct Pin {
    path: PathBuf,
}

/// What the pin remembers.
#[derive(Debug, Clone)]
pub struct Remembered {
    pub store_id: Uuid,
    pub fingerprint: String,
    pub position: Position,
    slot: u64,
}

const SLOT_BYTES: usize = 512;
const PIN_LABEL: &str = "siesta-pin-1";

impl Pin {
    pub fn new(config_dir: &Path, canonical_store: &Path) -> Pin {
        let name = hex(&digest::sha256(canonical_store.as_os_str().as_encoded_bytes()));
        Pin { path: config_dir.join("pins").join(name) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a position could be remembered here.
    pub fn is_writable(&self) -> bool {
        let is_open = || file::open_or_make(&self.path).is_ok();
        // Nearly always there is a directory.
        is_open() || self.path.parent().is_some_and(|parent| file::make_directory(parent).is_ok()) && is_open()
    }

    /// Forgets everything: for a place where a new store is made.
    pub fn remove(&self) -> Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(format!("cannot remove the pin {}", self.path.display()))(error))
            }
            _ => Ok(()),
        }
    }

    /// What the pin remembers of this store; none when there is no pin that this store's secret has signed. A pin of
    /// another store in this place is returned too (its id differs), so that a replaced store is noticed.
    pub fn read(&self, secret: &StoreSecret) -> Result<Option<Remembered>> {
        let Some(bytes) = file::read(&self.path)? else { return Ok(None) };
        let slots = bytes.chunks(SLOT_BYTES).enumerate();
        let read: Vec<Remembered> = slots.filter_map(|(slot, bytes)| parse_slot(bytes, slot as u64, secret)).collect();
        Ok(read.into_iter().max_by_key(|r| r.position.seq))
    }

    /// Forgets what was and remembers this position, whatever the pin knew: for a state that somebody has accepted.
    pub fn replace(&self, secret: &StoreSecret, position: &Position) -> Result<()> {
        if let Some(parent) = self.path.parent() {
            file::make_directory(parent)?;
        }
        let slot = slot_text(secret, position)?;
        file::replace(&self.path, |out| std::io::Write::write_all(out, slot.as_bytes()))
    }

    /// Remembers a position. Not made durable: the pin must never be ahead of the store.
    pub fn write(&self, secret: &StoreSecret, position: &Position, before: Option<&Remembered>) -> Result<()> {
        // A pin that was read has a directory.
        if let (None, Some(parent)) = (before, self.path.parent()) {
            file::make_directory(parent)?;
        }
        let doing = format!("cannot write the pin {}", self.path.display());
        let slot = before.map_or(0, |r| 1 - r.slot.min(1));
        let padded = slot_text(secret, position)?;
        let target = file::open_or_make(&self.path)?;
        target.write_all_at(padded.as_bytes(), slot * SLOT_BYTES as u64).map_err(Error::io(doing))
    }
}

fn slot_text(secret: &StoreSecret, position: &Position) -> Result<String> {
    let mut text = PinText {
        store_id: secret.store_id,
        fingerprint: secret.fingerprint(),
        seq: position.seq,
        audit_seq: position.audit.seq,
        audit_head: position.audit.hash.clone(),
        mark: position.mark.clone(),
        hmac: String::new(),
    };
    text.hmac = hex(&secret.mac(PIN_LABEL, &[signed_part(&text).as_bytes()]));
    let line = serde_json::to_string(&text).map_err(|e| Error::io("cannot write the pin")(e.into()))?;
    Ok(format!("{line:<width$}\n", width = SLOT_BYTES - 1))
}

fn signed_part(text: &PinText) -> String {
    let signed = format!("{}|{}|{}|{}|{}", text.store_id, text.fingerprint, text.seq, text.audit_seq, text.audit_head);
    // Pins of before have none, and are as good as they were.
    match &text.mark {
        Some(mark) => format!("{signed}|{mark}"),
        None => signed,
    }
}

fn parse_slot(bytes: &[u8], slot: u64, secret: &StoreSecret) -> Option<Remembered> {
    let text: PinText = serde_json::from_slice(bytes.trim_ascii()).ok()?;
    // A store that has got a new secret keeps its id: what was signed with the old one is another's word now.
    let own = text.store_id == secret.store_id && text.fingerprint == secret.fingerprint();
    if own && hex(&secret.mac(PIN_LABEL, &[signed_part(&text).as_bytes()])) != text.hmac {
        return None;
    }
    Some(Remembered {
        store_id: text.store_id,
        fingerprint: text.fingerprint,
        position: Position {
            seq: text.seq,
            audit: Head { seq: text.audit_seq, hash: text.audit_head },
            mark: text.mark,
        },
        slot,
    })
}

/// Bytes that anybody may have put where the pin and the secret are: first as they are, then as edits, two bytes each, of
/// a genuine pin. That one says what it said, or is another store's, or nothing.
#[cfg(feature = "bench")]
pub fn fuzz_pin(input: &[u8]) {
    let own = StoreSecret { store_id: Uuid::nil(), secret: Zeroizing::new([1; 32]) };
    let _ = StoreSecret::parse(input);
    let _ = parse_slot(input, 0, &own);
    let genuine = Position { mark: Some(hex(&[5; 32])), ..Position::new(9, Head { seq: 7, hash: "h".to_owned() }) };
    let Ok(slot) = slot_text(&own, &genuine) else { return };
    let mut slot = slot.into_bytes();
    for edit in input.chunks_exact(2) {
        if let Some(byte) = slot.get_mut(usize::from(edit[0]) * 2) {
            *byte = edit[1];
        }
    }
    if let Some(read) = parse_slot(&slot, 0, &own)
        && (read.store_id, read.fingerprint.as_str()) == (own.store_id, own.fingerprint().as_str())
    {
        assert!(read.position == genuine, "an edited pin says something else");
    }
}

/// The store's fingerprint must be known from outside: as expected by the caller, from the identity, or from the pin.
pub fn check_fingerprint(
    secret: &StoreSecret,
    expected: Option<&str>,
    of_key: &[String],
    remembered: Option<&Remembered>,
    pin: &Pin,
) -> Result<()> {
    let own = secret.fingerprint();
    let replaced = |what: String| Error::Replaced { what, pin: None };
    if let Some(expected) = expected {
        if !expected.eq_ignore_ascii_case(&own) {
            return Err(replaced(format!("its fingerprint is {own}, expected was {expected}")));
        }
    } else if !of_key.is_empty() && !of_key.contains(&own) {
        return Err(replaced(format!("its fingerprint is {own}, but the key was made for {}", of_key.join(", "))));
    }
    match remembered {
        Some(pinned) if pinned.store_id != secret.store_id || pinned.fingerprint != own => Err(Error::Replaced {
            what: format!(
                "the store known in this place had the fingerprint {}, this one has {own}",
                pinned.fingerprint
            ),
            pin: Some(pin.path().to_owned()),
        }),
        Some(_) => Ok(()),
        None if expected.is_some() || !of_key.is_empty() => Ok(()),
        None => Err(Error::Untrusted { fingerprint: own }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secret(n: u8) -> StoreSecret {
        StoreSecret { store_id: Uuid::from_u128(u128::from(n)), secret: Zeroizing::new([n; 32]) }
    }

    fn position(seq: u32) -> Position {
        let mark = seq.is_multiple_of(2).then(|| hex(&[seq.to_le_bytes()[0]; 32]));
        Position { seq, audit: Head { seq: i64::from(seq), hash: "h".to_owned() }, mark }
    }

    #[test]
    fn the_secret_reads_back() {
        let one = secret(7);
        let again = StoreSecret::parse(one.to_text(None).unwrap().as_bytes()).unwrap().secret;
        assert_eq!((again.store_id, again.fingerprint()), (one.store_id, one.fingerprint()));
        assert!(StoreSecret::parse(b"{}").is_err());
    }

    #[test]
    fn only_the_secret_before_can_vouch_for_the_next_one() {
        let (before, mut next, forger) = (secret(1), secret(2), secret(3));
        next.store_id = before.store_id;
        let read = |text: Zeroizing<String>| StoreSecret::parse(text.as_bytes()).unwrap();
        assert!(read(next.to_text(Some(&before)).unwrap()).is_vouched_for_by(&before));
        assert!(!read(next.to_text(Some(&forger)).unwrap()).is_vouched_for_by(&before));
        assert!(!read(next.to_text(None).unwrap()).is_vouched_for_by(&before));
        assert!(!read(secret(4).to_text(Some(&before)).unwrap()).is_vouched_for_by(&before), "another store");
    }

    #[test]
    fn a_pin_of_the_same_store_under_another_secret_is_another_stores() {
        let temp = tempfile::tempdir().unwrap();
        let pin = Pin::new(temp.path(), Path::new("/store"));
        let (old, mut new) = (secret(1), secret(2));
        new.store_id = old.store_id;
        pin.write(&new, &position(9), None).unwrap();
        let remembered = pin.read(&old).unwrap();
        assert!(matches!(check_fingerprint(&old, None, &[], remembered.as_ref(), &pin), Err(Error::Replaced { .. })));
        pin.replace(&old, &position(2)).unwrap();
        assert_eq!(pin.read(&old).unwrap().unwrap().position, position(2));
    }

    #[test]
    fn the_newer_slot_counts_and_a_spoilt_one_does_not() {
        let temp = tempfile::tempdir().unwrap();
        let pin = Pin::new(temp.path(), Path::new("/store"));
        let own = secret(1);
        assert!(pin.read(&own).unwrap().is_none());
        for seq in 1..=5 {
            let before = pin.read(&own).unwrap();
            pin.write(&own, &position(seq), before.as_ref()).unwrap();
            assert_eq!(pin.read(&own).unwrap().unwrap().position, position(seq));
        }
        let newest = pin.read(&own).unwrap().unwrap().slot;
        let mut bytes = std::fs::read(pin.path()).unwrap();
        bytes[newest as usize * SLOT_BYTES + 20] ^= 1;
        std::fs::write(pin.path(), bytes).unwrap();
        assert_eq!(pin.read(&own).unwrap().unwrap().position, position(4), "the slot before it still stands");
    }

    #[test]
    fn a_pin_without_the_secret_cannot_be_made() {
        let temp = tempfile::tempdir().unwrap();
        let pin = Pin::new(temp.path(), Path::new("/store"));
        let forger = StoreSecret { store_id: secret(1).store_id, secret: Zeroizing::new([9; 32]) };
        pin.write(&forger, &position(3), None).unwrap();
        // It bears the forger's fingerprint: then it is the pin of another store.
        let believed = pin.read(&secret(1)).unwrap().filter(|pinned| pinned.fingerprint == secret(1).fingerprint());
        assert!(believed.is_none());
        let text = std::fs::read_to_string(pin.path()).unwrap();
        std::fs::write(pin.path(), text.replace(&forger.fingerprint(), &secret(1).fingerprint())).unwrap();
        assert!(pin.read(&secret(1)).unwrap().is_none(), "the name alone is no signature");
    }

    #[test]
    fn a_store_must_be_known_from_somewhere() {
        let temp = tempfile::tempdir().unwrap();
        let pin = Pin::new(temp.path(), Path::new("/store"));
        let own = secret(1);
        let print = own.fingerprint();
        assert!(matches!(check_fingerprint(&own, None, &[], None, &pin), Err(Error::Untrusted { .. })));
        assert!(check_fingerprint(&own, Some(&print), &[], None, &pin).is_ok());
        assert!(check_fingerprint(&own, None, &[print], None, &pin).is_ok());
        assert!(check_fingerprint(&own, Some("other"), &[], None, &pin).is_err());
        assert!(check_fingerprint(&own, None, &["other".to_owned()], None, &pin).is_err());
        pin.write(&own, &position(1), None).unwrap();
        let remembered = pin.read(&own).unwrap();
        assert!(check_fingerprint(&own, None, &[], remembered.as_ref(), &pin).is_ok());
        let other = secret(2);
        let foreign = pin.read(&other).unwrap();
        assert!(matches!(
            check_fingerprint(&other, Some(&other.fingerprint()), &[], foreign.as_ref(), &pin),
            Err(Error::Replaced { .. })
        ));
    }

    proptest! {
        /// A fuzz target: bytes that anybody may have put where the pin and the secret are.
        #[test]
        fn no_bytes_bring_pin_or_secret_down(bytes in prop::collection::vec(any::<u8>(), 0..600), slot in 0u64..3) {
            let read = parse_slot(&bytes, slot, &secret(1));
            prop_assert!(read.is_none_or(|read| read.store_id != secret(1).store_id || read.fingerprint != secret(1).fingerprint()));
            let _ = StoreSecret::parse(&bytes);
        }

        /// A fuzz target: a genuine pin, changed anywhere, says what it said, or is another store's, or nothing.
        #[test]
        fn a_changed_pin_never_says_something_else(
            seq in any::<u32>(),
            changes in prop::collection::vec((0usize..SLOT_BYTES, any::<u8>()), 0..6),
        ) {
            let own = secret(1);
            let mut slot = slot_text(&own, &position(seq)).unwrap().into_bytes();
            for (at, byte) in changes {
                slot[at] = byte;
            }
            if let Some(read) = parse_slot(&slot, 0, &own)
                && (read.store_id, read.fingerprint.clone()) == (own.store_id, own.fingerprint())
            {
                prop_assert_eq!(read.position, position(seq));
            }
        }

        /// A fuzz target: a genuine secret, changed anywhere, is the same, another one, or no secret.
        #[test]
        fn a_changed_secret_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)) {
            let own = secret(1);
            let mut text = own.to_text(None).unwrap().as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(text.len());
                text[at] = byte;
            }
            if let Ok(read) = StoreSecret::parse(&text) {
                prop_assert_eq!(read.secret.fingerprint() == own.fingerprint(), *read.secret.secret == *own.secret);
            }
        }
    }
}
