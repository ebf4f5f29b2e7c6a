//! The record of a store's key source.
use crate::model::audit::hex;
use crate::model::digest::sha256;
use crate::store::error::{Error, Result};
use crate::store::key::KeySource;
use crate::store::{Place, file};
use std::path::{Path, PathBuf};

fn digest(canonical_store: &Path) -> String {
    hex(&sha256(canonical_store.as_os_str().as_encoded_bytes()))
}

pub(super) fn record_path(place: &Place, canonical_store: &Path) -> PathBuf {
    place.config_dir.join("keys").join(format!("{}.json", digest(canonical_store)))
}

/// Where the key that is to follow the recorded one is, while keys are being changed.
pub(super) fn next_record_path(place: &Place, canonical_store: &Path) -> PathBuf {
    place.config_dir.join("keys").join(format!("{}.next.json", digest(canonical_store)))
}

/// Whether it is written down where the key of this store is.
pub fn is_recorded(place: &Place, canonical_store: &Path) -> bool {
    record_path(place, canonical_store).exists()
}

/// Where a new store's key file goes: as asked for, or beside the configuration under the store's name. A file that is
/// there already is never overwritten.
pub(super) fn choose_path(place: &Place, canonical_store: &Path) -> Result<PathBuf> {
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
    let distinct = dir.join(format!("{name}-{}.txt", &digest(canonical_store)[..8]));
    match distinct.exists() {
        true => Err(Error::KeyFile { path: distinct, why: "exists already".to_owned() }),
        false => Ok(distinct),
    }
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
