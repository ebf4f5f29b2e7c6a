//! Where the store's key comes from: recorded when the store is made, and never silently changed to something weaker.
//!
//! What must stay true: the record lives in the configuration directory, not in the store's: whoever can swap the store
//! must not be able to say where its key is read from.
use crate::model::audit::hex;
use crate::store::error::{Error, Result};
use crate::store::seal::Key;
use crate::store::{Place, file};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A source of the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", content = "path", rename_all = "lowercase")]
pub enum KeySource {
    /// An age identity file, 0600.
    File(PathBuf),
}

impl KeySource {
    /// The word for it on the command line and in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            KeySource::File(_) => "file",
        }
    }

    /// Where the key is.
    pub fn path(&self) -> &Path {
        match self {
            KeySource::File(path) => path,
        }
    }
}

fn record_path(place: &Place, canonical_store: &Path) -> PathBuf {
    let name = hex(&Sha256::digest(canonical_store.as_os_str().as_encoded_bytes()));
    place.config_dir.join("keys").join(format!("{name}.json"))
}

/// Where a new store's key file goes: as asked for, or beside the configuration under the store's name. A file that is
/// there already is never overwritten.
pub fn choose_path(place: &Place, canonical_store: &Path) -> Result<PathBuf> {
    if let Some(path) = &place.identity_file {
        let path = std::path::absolute(path).map_err(Error::io(format!("cannot reach {}", path.display())))?;
        return match path.exists() {
            true => Err(Error::KeyFile { path, why: "exists already".to_owned() }),
            false => Ok(path),
        };
    }
    let dir = place.config_dir.join("identities");
    let name = canonical_store.file_name().map_or_else(|| "store".to_owned(), |n| n.to_string_lossy().into_owned());
    let plain = dir.join(format!("{name}.txt"));
    if !plain.exists() {
        return Ok(plain);
    }
    let digest = hex(&Sha256::digest(canonical_store.as_os_str().as_encoded_bytes()));
    let distinct = dir.join(format!("{name}-{}.txt", &digest[..8]));
    match distinct.exists() {
        true => Err(Error::KeyFile { path: distinct, why: "exists already".to_owned() }),
        false => Ok(distinct),
    }
}

/// Writes the key file of a new store.
pub fn write(path: &Path, text: &Zeroizing<String>) -> Result<()> {
    if let Some(parent) = path.parent() {
        file::make_directory(parent)?;
    }
    file::write_new(path, text.as_bytes())
}

/// Remembers where the key of a store is.
pub fn record(place: &Place, canonical_store: &Path, source: &KeySource) -> Result<PathBuf> {
    let path = record_path(place, canonical_store);
    if let Some(parent) = path.parent() {
        file::make_directory(parent)?;
    }
    let text = serde_json::to_string(source).map_err(|e| Error::io("cannot record the key's source")(e.into()))?;
    file::replace(&path, |w| std::io::Write::write_all(w, text.as_bytes()))?;
    Ok(path)
}

/// The key's source: as given for this run, else as recorded.
pub fn source(place: &Place, canonical_store: &Path) -> Result<KeySource> {
    if let Some(path) = &place.identity_file {
        return Ok(KeySource::File(path.clone()));
    }
    let path = record_path(place, canonical_store);
    let Some(bytes) = file::read(&path)? else { return Err(Error::NoKey { dir: place.dir.clone() }) };
    serde_json::from_slice(&bytes)
        .map_err(|_| Error::KeyFile { path, why: "is not a record of a key's source".to_owned() })
}

/// Reads the key.
pub fn load(source: &KeySource) -> Result<Key> {
    let KeySource::File(path) = source;
    let failed = |why: String| Error::KeyFile { path: path.clone(), why };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(failed("is missing".to_owned())),
        Err(error) => return Err(failed(format!("cannot be read ({})", error.kind()))),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| failed("is not an age identity file".to_owned()))?;
    Key::parse(text).map_err(failed)
}
