//! Messages for whoever knows the store's secret: age's passphrase recipient, with a passphrase nobody has to guess.
//!
//! What must stay true: a message is a standard age file with one scrypt stanza (c2sp.org/age, "The scrypt recipient
//! type"), so stock age opens it with the passphrase. The work factor is the smallest there is, because the passphrase is
//! 256 random bits: making a guess dear protects people's passphrases, and here there is nothing to guess. The stanza is
//! made here and not by the age crate, whose recipient measures the machine for milliseconds whenever it is made: a
//! commit takes less. Key derivation and encryption are those of the crates that age itself uses.
use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::{aead_decrypt, aead_encrypt};
use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use std::collections::HashSet;
use zeroize::{Zeroize, Zeroizing};

const TAG: &str = "scrypt";
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT: usize = 16;
/// N = 2. Stock age takes no less.
const WORK_FACTOR: u8 = 1;
/// r and p of the age format.
const BLOCK: u32 = 8;
const PARALLEL: u32 = 1;

/// A passphrase of 256 random bits, in hex.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    pub fn new(bits: &[u8; 32]) -> Passphrase {
        Passphrase(Zeroizing::new(crate::model::audit::hex(bits)))
    }

    fn key(&self, salt: &[u8; SALT]) -> Option<Zeroizing<[u8; 32]>> {
        let params = scrypt::Params::new(WORK_FACTOR, BLOCK, PARALLEL, 32).ok()?;
        let salt = [SALT_LABEL, salt].concat();
        let mut key = Zeroizing::new([0; 32]);
        scrypt::scrypt(self.0.as_bytes(), &salt, &params, &mut *key).ok()?;
        Some(key)
    }
}

impl age::Recipient for Passphrase {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let failed = |what: &str| age::EncryptError::Io(std::io::Error::other(what.to_owned()));
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|_| failed("cannot draw random bytes"))?;
        let key = self.key(&salt).ok_or_else(|| failed("cannot derive a key"))?;
        let stanza = Stanza {
            tag: TAG.to_owned(),
            args: vec![BASE64_STANDARD_NO_PAD.encode(salt), WORK_FACTOR.to_string()],
            body: aead_encrypt(&key, file_key.expose_secret()),
        };
        // No labels: it stands alone, and age refuses a header in which such a stanza does not.
        Ok((vec![stanza], HashSet::new()))
    }
}

impl age::Identity for Passphrase {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let [salt, factor] = stanza.args.as_slice() else { return None };
        // Anything else is not one of ours, and a large factor would keep us busy for as long as its writer likes.
        if stanza.tag != TAG || *factor != WORK_FACTOR.to_string() {
            return None;
        }
        let salt: [u8; SALT] = BASE64_STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
        let key = self.key(&salt)?;
        let opened = aead_decrypt(&key, FILE_KEY_BYTES, &stanza.body).map(|mut plain| {
            FileKey::init_with_mut(|key| {
                key.copy_from_slice(&plain);
                plain.zeroize();
            })
        });
        Some(opened.map_err(|_| DecryptError::DecryptionFailed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::secrecy::SecretString;
    use std::io::{Read, Write};

    fn seal(recipient: &dyn age::Recipient, plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::new();
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient)).unwrap();
        let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap();
        sealed
    }

    fn open(identity: &dyn age::Identity, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        let decryptor = age::Decryptor::new_buffered(sealed).unwrap();
        decryptor.decrypt(std::iter::once(identity)).ok()?.read_to_end(&mut plain).unwrap();
        Some(plain)
    }

    #[test]
    fn what_it_seals_age_opens_and_the_other_way_round() {
        let own = Passphrase::new(&[7; 32]);
        let text = SecretString::from(own.0.to_string());
        let sealed = seal(&own, b"a change");
        assert_eq!(open(&own, &sealed).unwrap(), b"a change");
        assert_eq!(open(&age::scrypt::Identity::new(text.clone()), &sealed).unwrap(), b"a change");
        let mut theirs = age::scrypt::Recipient::new(text);
        theirs.set_work_factor(WORK_FACTOR);
        assert_eq!(open(&own, &seal(&theirs, b"theirs")).unwrap(), b"theirs");
        // One that would make us work is not tried.
        theirs.set_work_factor(WORK_FACTOR + 1);
        assert_eq!(open(&own, &seal(&theirs, b"theirs")), None);
    }

    #[test]
    fn another_passphrase_does_not_open_it_and_no_two_seals_are_the_same() {
        let (own, other) = (Passphrase::new(&[7; 32]), Passphrase::new(&[8; 32]));
        let sealed = seal(&own, b"a change");
        assert_eq!(open(&other, &sealed), None);
        assert_ne!(sealed, seal(&own, b"a change"));
        let key = crate::store::seal::Key::generate("f", "now").0;
        let anothers = crate::store::seal::seal_bytes(&[key.recipient().unwrap()], b"for a key").unwrap();
        assert_eq!(open(&own, &anothers), None);
    }
}
