//! Services as data: the embedded files, read strictly.
//!
//! What must stay true: a service file that does not keep the rules of `lint` does not get into the program (a test
//! runs it over every file), because the decision trusts kinds, paths and parameters as they stand here.
mod lint;

use crate::model::label::nearest;
use crate::model::service::Service;
use std::sync::OnceLock;
use thiserror::Error;

const FILES: &[&str] =
    &[include_str!("data/anthropic.json"), include_str!("data/openai.json"), include_str!("data/rest-api.json")];

/// The service that any standard server is added as.
pub const REST: &str = "rest-api";

#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no service \"{word}\"")]
    Unknown { word: String, nearest: Option<String> },
    #[error("a service file of this program cannot be read")]
    Broken(#[source] serde_json::Error),
}

static SERVICES: OnceLock<Vec<Service>> = OnceLock::new();

/// Every service, by id.
pub fn list() -> Result<&'static [Service], Error> {
    if let Some(services) = SERVICES.get() {
        return Ok(services);
    }
    let read = FILES.iter().map(|text| serde_json::from_str(text)).collect::<Result<Vec<Service>, _>>();
    let services = read.map_err(Error::Broken)?;
    Ok(SERVICES.get_or_init(|| services))
}

/// The service people call by this word: its id or an alias.
pub fn find(word: &str) -> Result<&'static Service, Error> {
    let services = list()?;
    if let Some(found) = services.iter().find(|service| service.is_called(word)) {
        return Ok(found);
    }
    let known = services.iter().flat_map(names);
    Err(Error::Unknown { word: word.to_owned(), nearest: nearest(word, known).map(str::to_owned) })
}

/// The words that mean a service: a label must not be one of another service.
pub fn names(service: &Service) -> impl Iterator<Item = &str> {
    std::iter::once(service.id.as_str()).chain(service.aliases.iter().map(String::as_str))
}
