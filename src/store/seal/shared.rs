//! A way into the files of a store for whoever knows the store's secret, beside the one for the key.
//!
//! What must stay true: each is a standard age file, and stock age opens it with the key: the X25519 stanzas are
//! there as in every other file. One stanza more is of a type of our own, as the format provides for plugins
//! (c2sp.org/age, "Recipient stanzas"): the file key under a key derived from the store's secret. Opening it costs a
//! tenth of the elliptic curve's work, and a command opens some ten of them. What derives and encrypts are age's own
//! primitives, used as age's X25519 stanza uses them: HKDF over a salt that is drawn for each message, and ChaCha20-Poly1305
//! under a key that is used once.
use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::{aead_decrypt, aead_encrypt, hkdf};
use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use std::collections::HashSet;
use zeroize::{Zeroize, Zeroizing};

const TAG: &str = "siesta-log-1";
const SALT: usize = 16;

/// 256 random bits that everybody who can open the store knows.
#[derive(Clone, PartialEq, Eq)]
pub struct SharedKey(Zeroizing<[u8; 32]>);

impl SharedKey {
    pub fn new(bits: Zeroizing<[u8; 32]>) -> SharedKey {
        SharedKey(bits)
    }

    fn wrapping(&self, salt: &[u8; SALT]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hkdf(salt, TAG.as_bytes(), &*self.0))
    }
}

impl std::fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedKey(…)")
    }
}

impl age::Recipient for SharedKey {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|e| age::EncryptError::Io(std::io::Error::other(e)))?;
        let stanza = Stanza {
            tag: TAG.to_owned(),
            args: vec![BASE64_STANDARD_NO_PAD.encode(salt)],
            body: aead_encrypt(&self.wrapping(&salt), file_key.expose_secret()),
        };
        Ok((vec![stanza], HashSet::new()))
    }
}

impl age::Identity for SharedKey {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let [salt] = stanza.args.as_slice() else { return None };
        if stanza.tag != TAG {
            return None;
        }
        let salt: [u8; SALT] = BASE64_STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
        let mut plain = aead_decrypt(&self.wrapping(&salt), FILE_KEY_BYTES, &stanza.body).ok()?;
        let file_key = FileKey::init_with_mut(|key| key.copy_from_slice(&plain));
        plain.zeroize();
        Some(Ok(file_key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::seal::{Key, Readers, open_bytes, open_shared, seal_bytes};
    use crate::store::wiped::Wiped;

    fn shared(n: u8) -> SharedKey {
        SharedKey::new(Zeroizing::new([n; 32]))
    }

    fn sealed(shared: SharedKey, recipients: &[String], bytes: &[u8]) -> Vec<u8> {
        Readers { recipients: recipients.to_vec(), shared: Some(shared) }.begin().unwrap().finish(bytes).unwrap()
    }

    fn alone(shared: &SharedKey, sealed: &[u8]) -> Option<Wiped> {
        // A key that fits nothing, so that only the shared one can open it.
        open_shared(shared, &Key::generate("f", "now").0, sealed)
    }

    #[test]
    fn a_message_opens_with_the_shared_key_and_as_any_age_file_with_each_recipients() {
        let (key, _) = Key::generate("f", "now");
        let (other, _) = Key::generate("f", "now");
        let recipients = [key.recipient().unwrap(), other.recipient().unwrap()];
        let message = sealed(shared(7), &recipients, b"a change");
        assert_eq!(alone(&shared(7), &message).unwrap().as_slice(), b"a change");
        assert_eq!(open_bytes(&key, &message).unwrap().as_slice(), b"a change");
        assert_eq!(open_bytes(&other, &message).unwrap().as_slice(), b"a change");
        assert!(alone(&shared(8), &message).is_none());
        assert_ne!(message, sealed(shared(7), &recipients, b"a change"));
        // One of before, without the stanza of our own.
        let before = seal_bytes(&recipients, b"before").unwrap();
        assert_eq!(open_shared(&shared(7), &key, &before).unwrap().as_slice(), b"before");
        assert!(alone(&shared(7), &before).is_none());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_an_error() {
        let (key, _) = Key::generate("f", "now");
        let sealed = sealed(shared(7), &[key.recipient().unwrap()], b"content that matters");
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(alone(&shared(7), &flipped).is_none(), "flipped at {at}");
            assert!(alone(&shared(7), &sealed[..at]).is_none(), "cut at {at}");
        }
    }
}
