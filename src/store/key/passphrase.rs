//! An identity file under a passphrase: an age file of its own (scrypt), which stock age accepts with `-i`.
use crate::model::secret::Secret;
use crate::store::error::{Error, Result};
use std::io::{Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// scrypt's work factor as a power of two: 2^18 takes 0.64 s on the machines it was measured on (store.md). Set by us,
/// because the crate otherwise times the machine, and a busy one would get a weaker file.
/// Tests open dozens of such files.
const WORK_FACTOR: u8 = if cfg!(test) { 10 } else { 18 };

/// The largest work factor that is opened: 2^22 is ten seconds and 4 GiB; more is a file that means harm.
const LARGEST_WORK_FACTOR: u8 = 22;

/// What every age file begins with (age specification v1).
const MAGIC: &[u8] = b"age-encryption.org/v1";

pub(super) fn is_wrapped(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

fn secret(passphrase: &Secret) -> age::secrecy::SecretString {
    age::secrecy::SecretString::from(passphrase.reveal().to_owned())
}

pub(super) fn wrap(text: &Zeroizing<String>, passphrase: &Secret) -> Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    let doing = "cannot encrypt the key";
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(|e| Error::io(doing)(std::io::Error::other(e)))?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(Error::io(doing))?;
    writer.write_all(text.as_bytes()).map_err(Error::io(doing))?;
    writer.finish().map_err(Error::io(doing))?;
    Ok(sealed)
}

pub(super) fn unwrap(path: &Path, bytes: &[u8], passphrase: &Secret) -> Result<Zeroizing<Vec<u8>>> {
    let broken = |why: &str| Error::KeyFile { path: path.to_owned(), why: why.to_owned() };
    let decryptor = age::Decryptor::new_buffered(bytes).map_err(|_| broken("is not a whole age file"))?;
    if !decryptor.is_scrypt() {
        return Err(broken("is encrypted, but not with a passphrase"));
    }
    let mut identity = age::scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(LARGEST_WORK_FACTOR);
    let opened = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity));
    let mut reader = opened.map_err(|error| match error {
        age::DecryptError::ExcessiveWork { .. } => broken("asks for more work than any passphrase needs"),
        _ => Error::WrongPassphrase { path: path.to_owned() },
    })?;
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut text).map_err(|_| broken("is damaged"))?;
    Ok(text)
}
