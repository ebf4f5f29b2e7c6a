//! Services as data: the embedded files, read strictly.
//!
//! What must stay true: a service file that does not keep the rules of `lint` does not get into the program (a test
//! runs it over every file), because the decision trusts kinds, paths and parameters as they stand here.
mod index;
mod lint;
pub mod openapi;

use crate::model::auth::SignInServer;
use crate::model::label::nearest;
use crate::model::service::Service;
use index::{ENTRIES, Entry, SERVERS};
use std::sync::{Mutex, OnceLock, PoisonError};
use thiserror::Error;

pub use lint::faults;

/// The service that any standard server is added as.
pub const REST: &str = "rest-api";

#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no service \"{word}\"")]
    Unknown { word: String, nearest: Option<String> },
    #[error("a service file of this program cannot be read")]
    Broken(#[source] serde_json::Error),
}

/// Every service, by id. Reads all the files: whoever wants one asks [`find`], and names are in [`names`].
pub fn list() -> Result<Vec<&'static Service>, Error> {
    ENTRIES.iter().map(read).collect()
}

/// The service people call by this word: its id or an alias.
pub fn find(word: &str) -> Result<&'static Service, Error> {
    match ENTRIES.iter().find(|entry| entry.id == word || entry.aliases.contains(&word)) {
        Some(entry) => read(entry),
        None => Err(Error::Unknown { word: word.to_owned(), nearest: nearest(word, names()).map(str::to_owned) }),
    }
}

/// Whether this word means a service.
pub fn is_known(word: &str) -> bool {
    names().any(|name| name == word)
}

/// A service by name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    pub id: &'static str,
    pub name: &'static str,
    pub aliases: &'static [&'static str],
}

/// Every service by name alone, by id.
pub fn named() -> impl Iterator<Item = Named> {
    ENTRIES.iter().map(|entry| Named { id: entry.id, name: entry.name, aliases: entry.aliases })
}

/// The words that mean a service: a label must not be one of another service.
pub fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().flat_map(|entry| std::iter::once(entry.id).chain(entry.aliases.iter().copied()))
}

/// An authorization server, by the name the services' files give it.
pub fn server(name: &str) -> Result<&'static SignInServer, Error> {
    let unknown = || Error::Unknown { word: name.to_owned(), nearest: None };
    let (_, text, read) = SERVERS.iter().find(|(known, _, _)| *known == name).ok_or_else(unknown)?;
    parse(text, read)
}

static IMPORTED: Mutex<Vec<&'static Service>> = Mutex::new(Vec::new());

/// A service that a store brought along. Each is kept once for the life of the process, which is that of one command, so
/// that it is handed around as those of the program are.
pub fn imported(text: &str) -> Result<&'static Service, Error> {
    let parsed: Service = serde_json::from_str(text).map_err(Error::Broken)?;
    let mut known = IMPORTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = known.iter().find(|one| ***one == parsed) {
        return Ok(same);
    }
    let kept: &'static Service = Box::leak(Box::new(parsed));
    known.push(kept);
    Ok(kept)
}

fn read(entry: &'static Entry) -> Result<&'static Service, Error> {
    parse(entry.text, &entry.read)
}

fn parse<T: serde::de::DeserializeOwned>(text: &str, read: &'static OnceLock<T>) -> Result<&'static T, Error> {
    if let Some(known) = read.get() {
        return Ok(known);
    }
    let parsed = serde_json::from_str(text).map_err(Error::Broken)?;
    Ok(read.get_or_init(|| parsed))
}
