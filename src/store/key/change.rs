//! Changing a key that is in a place this program may write to: its fingerprint, its passphrase, the key itself.
//!
//! What must stay true: a key is never overwritten before the one that takes its place is durable, and the old one is
//! kept under another name: copies of the store that were made before open with nothing else. What is being put in
//! place is beside the old one as `….next`, and is read as well from that moment on, so that a process that ends in
//! between locks nobody out.
use super::record::{next_record_path, record_path};
use super::{KeySource, file_of_key, keyring, passphrase, source};
use crate::model::secret::Secret;
use crate::store::error::{Error, Result};
use crate::store::seal::{FINGERPRINT_COMMENT, Key};
use crate::store::{Place, file};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What takes a key's place is written here first.
const NEXT: &str = ".next";
/// What a key that was replaced is called from then on.
const OLD: &str = ".old";

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether this program may write the key's place.
pub fn is_ours(source: &KeySource) -> bool {
    match source {
        KeySource::File(_) | KeySource::Passphrase(_) | KeySource::Keyring(_) => true,
        KeySource::Command(_) | KeySource::Credential(_) | KeySource::Fd(_) => false,
    }
}

/// Where the key that is to follow the one of this source is, if one is on its way.
pub(super) fn next_of(source: &KeySource, place: &Place, canonical: &Path) -> Option<KeySource> {
    match source {
        KeySource::File(path) | KeySource::Passphrase(path) => {
            let next = beside(&file::real(path), NEXT);
            next.exists().then_some(KeySource::File(next))
        }
        KeySource::Keyring(_) => {
            let bytes = file::read(&next_record_path(place, canonical)).ok()??;
            serde_json::from_slice(&bytes).ok()
        }
        KeySource::Command(_) | KeySource::Credential(_) | KeySource::Fd(_) => None,
    }
}

/// Makes the key that is to follow the one of this source, for a store with this fingerprint.
pub fn make_next(source: &KeySource, place: &Place, canonical: &Path, fingerprint: &str, created: &str) -> Result<Key> {
    let (key, text) = Key::generate(fingerprint, created);
    match source {
        KeySource::File(path) | KeySource::Passphrase(path) => {
            let path = file::real(path);
            let bytes = sealed_alike(&path, &text, place.passphrase.as_ref())?;
            put(&beside(&path, NEXT), &bytes)?;
        }
        KeySource::Keyring(_) => {
            file::step().map_err(Error::io("cannot reach the keyring"))?;
            keyring::set(fingerprint, text)?;
            let next = KeySource::Keyring(fingerprint.to_owned());
            let line = serde_json::to_vec(&next).map_err(|e| Error::io("cannot record the key's source")(e.into()))?;
            put(&next_record_path(place, canonical), &line)?;
        }
        KeySource::Command(_) | KeySource::Credential(_) | KeySource::Fd(_) => return Err(not_ours(source)),
    }
    Ok(key)
}

/// Puts the next key in the place of the one of this source, if one is on its way; says where the old one is kept.
pub fn adopt_next(source: &KeySource, place: &Place, canonical: &Path) -> Result<Option<String>> {
    match source {
        KeySource::File(path) | KeySource::Passphrase(path) => {
            let path = file::real(path);
            let next = beside(&path, NEXT);
            if !next.exists() {
                return Ok(None);
            }
            let old = name_of_old(&path);
            if !old.exists() {
                let doing = format!("cannot keep the old key as {}", old.display());
                // A second name and not another one: at no moment is there no key.
                file::step().and_then(|()| std::fs::hard_link(&path, &old)).map_err(Error::io(doing))?;
            }
            file::rename(&next, &path)?;
            Ok(Some(old.display().to_string()))
        }
        KeySource::Keyring(account) => {
            let next = next_record_path(place, canonical);
            if !next.exists() {
                return Ok(None);
            }
            file::rename(&next, &record_path(place, canonical))?;
            Ok(Some(account.clone()))
        }
        KeySource::Command(_) | KeySource::Credential(_) | KeySource::Fd(_) => Ok(None),
    }
}

/// Takes back a next key that was made for a change that never happened.
pub fn drop_next(source: &KeySource, place: &Place, canonical: &Path) {
    match next_of(source, place, canonical) {
        Some(KeySource::File(path)) => drop(file::remove(&path)),
        Some(KeySource::Keyring(account)) => {
            let _ = keyring::delete(&account);
            let _ = file::remove(&next_record_path(place, canonical));
        }
        _ => {}
    }
}

/// A name that is free, or that the key has already: an earlier attempt has given it.
fn name_of_old(path: &Path) -> PathBuf {
    let first = beside(path, OLD);
    let inode = |path: &Path| std::fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()));
    let fits = |old: &PathBuf| !old.exists() || inode(old) == inode(path);
    let more = (2..).map(|n| beside(path, &format!("{OLD}-{n}")));
    std::iter::once(first.clone()).chain(more).find(fits).unwrap_or(first)
}

/// Makes an identity say which stores it is for: `add` is added, `drop` is taken out; `delivered` is what it said when it
/// was read. An identity that names no store,
/// as `age-keygen` makes one, stays as it is: then the pin is what the store is known by. False: it is in a place that
/// is not ours to write, and has to be changed by hand.
pub fn name_store(
    source: &KeySource,
    place: &Place,
    delivered: &[String],
    add: Option<&str>,
    drop: Option<&str>,
) -> Result<bool> {
    if !is_ours(source) {
        // Such a source may be one that answers only once, and what it has delivered is known.
        let has = |wanted: &str| delivered.iter().any(|name| name == wanted);
        return Ok(delivered.is_empty() || add.is_none_or(has) && !drop.is_some_and(has));
    }
    let text = super::text(source, place)?;
    let text = std::str::from_utf8(&text).map_err(|_| super::not_an_identity(source))?;
    let named = |line: &str| line.trim().strip_prefix(FINGERPRINT_COMMENT).map(str::trim).map(str::to_owned);
    let names: Vec<String> = text.lines().filter_map(named).collect();
    let is_named = |fingerprint: &str| names.iter().any(|name| name == fingerprint);
    let add = add.filter(|add| !names.is_empty() && !is_named(add));
    let drop = drop.filter(|drop| is_named(drop));
    if add.is_none() && drop.is_none() {
        return Ok(true);
    }
    let mut changed = Zeroizing::new(String::with_capacity(text.len() + 256));
    let mut added = add.is_none();
    for line in text.lines() {
        let name = named(line);
        if let (Some(fingerprint), Some(_), false) = (add, &name, added) {
            changed.push_str(FINGERPRINT_COMMENT);
            changed.push_str(fingerprint);
            changed.push('\n');
            added = true;
        }
        if drop.is_none() || name.as_deref() != drop {
            changed.push_str(line);
            changed.push('\n');
        }
    }
    match source {
        KeySource::Keyring(account) => {
            file::step().map_err(Error::io("cannot reach the keyring"))?;
            keyring::set(account, changed)?;
        }
        _ => {
            let path = file::real(file_of_key(source)?);
            let bytes = sealed_alike(&path, &changed, place.passphrase.as_ref())?;
            put(&path, &bytes)?;
        }
    }
    Ok(true)
}

/// What became of a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassphraseChange {
    Set,
    Changed,
    Removed,
}

/// Whether the key is in a file, and under a passphrase where one is to be taken away.
pub fn check_passphrase(source: &KeySource, removes: bool) -> Result<()> {
    let Some(path) = source.path() else {
        let what = format!("the key is in the {} ({}), and not in a file", source.word(), source.place());
        return Err(Error::Refused { what });
    };
    match removes && !passphrase::is_wrapped(&super::read(path)?) {
        true => Err(Error::Refused { what: format!("the key file {} is under no passphrase", path.display()) }),
        false => Ok(()),
    }
}

/// Encrypts the key file under a new passphrase, or with none stores it in plain text. The old one is in `place`.
pub fn set_passphrase(place: &Place, canonical: &Path, new: Option<&Secret>) -> Result<PassphraseChange> {
    let source = source(place, canonical)?;
    check_passphrase(&source, new.is_none())?;
    let path = file_of_key(&source)?.to_owned();
    let real = file::real(&path);
    let was_wrapped = passphrase::is_wrapped(&super::read(&path)?);
    let text = super::text(&source, place)?;
    let text = std::str::from_utf8(&text).map_err(|_| super::not_an_identity(&source))?;
    let text = Zeroizing::new(text.to_owned());
    let is_recorded = place.identity_file.is_none();
    let remember = |source: KeySource| match is_recorded {
        true => super::record(place, canonical, &source).map(drop),
        false => Ok(()),
    };
    match new {
        Some(new) => {
            let bytes = passphrase::wrap(&text, new)?;
            // Opened again before it takes the place of what certainly opens.
            let again = passphrase::unwrap(&path, &bytes, new)?;
            if *again != *text.as_bytes() {
                return Err(Error::KeyFile { path, why: "could not be encrypted so that it opens again".to_owned() });
            }
            put(&real, &bytes)?;
            // A record that says "file" opens an encrypted one too, so this may come second.
            remember(KeySource::Passphrase(path))?;
            Ok(if was_wrapped { PassphraseChange::Changed } else { PassphraseChange::Set })
        }
        None => {
            // A record that says "passphrase" refuses a plain file, so this comes first.
            remember(KeySource::File(path))?;
            put(&real, text.as_bytes())?;
            Ok(PassphraseChange::Removed)
        }
    }
}

/// The text of an identity as it is to lie in its file: under the passphrase when the file is under one now.
fn sealed_alike(path: &Path, text: &Zeroizing<String>, passphrase: Option<&Secret>) -> Result<Zeroizing<Vec<u8>>> {
    let is_wrapped = passphrase::is_wrapped(&super::read(path)?);
    match (is_wrapped, passphrase) {
        (false, _) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
        (true, Some(passphrase)) => passphrase::wrap(text, passphrase).map(Zeroizing::new),
        (true, None) => Err(Error::PassphraseNeeded { path: path.to_owned(), is_new: false }),
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    file::replace(path, |out| out.write_all(bytes))
}

pub fn not_ours(source: &KeySource) -> Error {
    let what = format!("the key comes from the {} ({}), which siesta cannot write to", source.word(), source.place());
    Error::Refused { what }
}
