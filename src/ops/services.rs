//! The catalogue, for front ends: they do not name it themselves.
use crate::model::service::Service;
use crate::ops::Result;

/// Every service.
pub fn list() -> Result<&'static [Service]> {
    Ok(crate::catalog::list()?)
}

/// The service people call by this word.
pub fn find(word: &str) -> Result<&'static Service> {
    Ok(crate::catalog::find(word)?)
}
