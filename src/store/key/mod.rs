//! Where the store's key comes from: chosen when the store is made, written down, and never silently changed to
//! something weaker.
//!
//! What must stay true: the record lives in the configuration directory, not in the store's: whoever can swap the store
//! must not be able to say where its key is read from, or which command is run for it. And a source that cannot be used
//! is an error that names it; no other source is tried in its place.
mod change;
mod command;
mod keyring;
mod passphrase;
mod record;

pub use change::{
    PassphraseChange, adopt_next, check_passphrase, drop_next, is_ours, make_next, name_store, not_ours, set_passphrase,
};
pub use record::{is_recorded, record, source};

use crate::model::secret::Secret;
use crate::store::error::{Error, Result};
use crate::store::seal::Key;
use crate::store::{Place, file};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A source of the key, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", content = "place", rename_all = "lowercase")]
pub enum KeySource {
    /// An age identity file, 0600.
    File(PathBuf),
    /// An age identity file that is itself encrypted with a passphrase.
    Passphrase(PathBuf),
    /// The desktop's keyring, under this account name.
    Keyring(String),
    /// A command that prints the identity; taken apart like a shell line, and run without a shell.
    Command(String),
    /// A systemd credential of this name.
    Credential(String),
    /// A file descriptor that whoever starts us has opened.
    Fd(u32),
}

impl KeySource {
    /// The word for it on the command line and in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            KeySource::File(_) => "file",
            KeySource::Passphrase(_) => "passphrase",
            KeySource::Keyring(_) => "keyring",
            KeySource::Command(_) => "command",
            KeySource::Credential(_) => "credential",
            KeySource::Fd(_) => "fd",
        }
    }

    /// The file that holds the key, where one does.
    pub fn path(&self) -> Option<&Path> {
        match self {
            KeySource::File(path) | KeySource::Passphrase(path) => Some(path),
            KeySource::Keyring(_) | KeySource::Command(_) | KeySource::Credential(_) | KeySource::Fd(_) => None,
        }
    }

    /// Where the key is, for people.
    pub fn place(&self) -> String {
        match self {
            KeySource::File(path) | KeySource::Passphrase(path) => path.display().to_string(),
            KeySource::Keyring(account) => account.clone(),
            KeySource::Command(command) => command.clone(),
            KeySource::Credential(name) => name.clone(),
            KeySource::Fd(number) => number.to_string(),
        }
    }
}

/// Where the key of a new store is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChoice {
    File,
    Passphrase,
    Keyring,
    /// The last three deliver an identity that exists already.
    Command(String),
    Credential(String),
    Fd(u32),
}

/// A new store's key and what it takes to unmake it.
pub struct Provided {
    pub key: Key,
    pub source: KeySource,
    pub undo: Option<Undo>,
}

/// How a key that was made for a store that then could not be made is taken away again.
pub enum Undo {
    File(PathBuf),
    Keyring(String),
}

impl Undo {
    pub fn run(self) {
        match self {
            Undo::File(path) => drop(std::fs::remove_file(path)),
            Undo::Keyring(account) => drop(keyring::delete(&account)),
        }
    }
}

/// Makes the key of a new store, or takes the one its source delivers.
pub fn provide(
    place: &Place,
    canonical_store: &Path,
    choice: &KeyChoice,
    fingerprint: &str,
    created: &str,
) -> Result<Provided> {
    let made = |key: Key, source: KeySource, undo: Undo| Ok(Provided { key, source, undo: Some(undo) });
    let found = |source: KeySource| Ok(Provided { key: load(&source, place)?, source, undo: None });
    match choice {
        KeyChoice::File => {
            let (key, text) = Key::generate(fingerprint, created);
            let path = record::choose_path(place, canonical_store)?;
            write(&path, text.as_bytes())?;
            made(key, KeySource::File(path.clone()), Undo::File(path))
        }
        KeyChoice::Passphrase => {
            let path = record::choose_path(place, canonical_store)?;
            let passphrase = place
                .passphrase
                .as_ref()
                .ok_or_else(|| Error::PassphraseNeeded { path: path.clone(), is_new: true })?;
            let (key, text) = Key::generate(fingerprint, created);
            write(&path, &passphrase::wrap(&text, passphrase)?)?;
            made(key, KeySource::Passphrase(path.clone()), Undo::File(path))
        }
        KeyChoice::Keyring => {
            let (key, text) = Key::generate(fingerprint, created);
            // The fingerprint is of 256 random bits, so no two stores share an account.
            let account = fingerprint.to_owned();
            keyring::set(&account, text)?;
            made(key, KeySource::Keyring(account.clone()), Undo::Keyring(account))
        }
        KeyChoice::Command(command) => found(KeySource::Command(command.clone())),
        KeyChoice::Credential(name) => found(KeySource::Credential(name.clone())),
        KeyChoice::Fd(number) => found(KeySource::Fd(*number)),
    }
}

/// Reads the key.
pub fn load(source: &KeySource, place: &Place) -> Result<Key> {
    let text = text(source, place)?;
    let text = std::str::from_utf8(&text).map_err(|_| not_an_identity(source))?;
    Key::parse(text).map_err(|why| match source.path() {
        Some(path) => Error::KeyFile { path: path.to_owned(), why },
        None => Error::KeySource { source_word: source.word(), place: source.place(), why },
    })
}

/// Reads the key, and the one that is to follow it: while keys are being changed either may be the one that opens.
pub fn load_with_next(source: &KeySource, place: &Place, canonical_store: &Path) -> Result<Key> {
    load_and_look(source, place, canonical_store).map(|(key, _)| key)
}

/// The same, and whether there is one that is to follow.
pub fn load_and_look(source: &KeySource, place: &Place, canonical_store: &Path) -> Result<(Key, bool)> {
    let key = load(source, place)?;
    // The next one was written by this program beside the one that was asked for; what is wrong with it does not
    // matter before the store is sealed for it.
    match change::next_of(source, place, canonical_store).map(|next| load(&next, place)) {
        Some(Ok(next)) => Ok((key.with(next), true)),
        Some(Err(_)) => Ok((key, true)),
        None => Ok((key, false)),
    }
}

/// The text of the identity.
fn text(source: &KeySource, place: &Place) -> Result<Zeroizing<Vec<u8>>> {
    let unusable = |why: String| Error::KeySource { source_word: source.word(), place: source.place(), why };
    Ok(match source {
        KeySource::File(path) => {
            let bytes = read(path)?;
            match passphrase::is_wrapped(&bytes) {
                true => unwrap(path, &bytes, place.passphrase.as_ref())?,
                false => bytes,
            }
        }
        KeySource::Passphrase(path) => {
            let bytes = read(path)?;
            if !passphrase::is_wrapped(&bytes) {
                let why = "is not protected by a passphrase any more".to_owned();
                return Err(Error::KeyFile { path: path.clone(), why });
            }
            unwrap(path, &bytes, place.passphrase.as_ref())?
        }
        KeySource::Keyring(account) => keyring::get(account)?,
        KeySource::Command(line) => command::output(line, &place.withheld).map_err(unusable)?,
        KeySource::Credential(name) => {
            let missing = "no credentials directory was handed over (systemd sets CREDENTIALS_DIRECTORY)";
            let dir = place.credentials_dir.as_ref().ok_or_else(|| unusable(missing.to_owned()))?;
            if name.contains('/') || name.starts_with('.') {
                return Err(unusable("a credential's name is no path".to_owned()));
            }
            read(&dir.join(name))?
        }
        KeySource::Fd(number) => read(Path::new(&format!("/dev/fd/{number}")))?,
    })
}

/// The file the key is in.
fn file_of_key(source: &KeySource) -> Result<&Path> {
    source.path().ok_or_else(|| change::not_ours(source))
}

fn not_an_identity(source: &KeySource) -> Error {
    let why = "is not an age identity file".to_owned();
    match source.path() {
        Some(path) => Error::KeyFile { path: path.to_owned(), why },
        None => Error::KeySource { source_word: source.word(), place: source.place(), why },
    }
}

fn unwrap(path: &Path, bytes: &[u8], passphrase: Option<&Secret>) -> Result<Zeroizing<Vec<u8>>> {
    match passphrase {
        Some(passphrase) => passphrase::unwrap(path, bytes, passphrase),
        None => Err(Error::PassphraseNeeded { path: path.to_owned(), is_new: false }),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let failed = |why: String| Error::KeyFile { path: path.to_owned(), why };
    match std::fs::read(path) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(failed("is missing".to_owned())),
        Err(error) => Err(failed(format!("cannot be read ({})", error.kind()))),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        file::make_directory(parent)?;
    }
    file::write_new(path, bytes)
}
