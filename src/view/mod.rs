//! What leaves the program: the shapes all front ends share. Field names are a promise; a field may be added, none is
//! renamed or changes its meaning.
//!
//! What must stay true: nothing here can hold a secret. A view is built from nouns that do not carry one.
pub mod access;
pub mod app;
pub mod audit;
pub mod checkup;
pub mod connection;
pub mod decision;
pub mod execution;
pub mod governance;
pub mod key;
pub mod limit;
pub mod limit_page;
pub mod ocsf;
pub mod organization;
pub mod overview_page;
mod page;
pub mod people;
pub mod service;
pub mod standing;

use crate::model::time::{Timestamp, rfc3339};

/// An instant as it is printed in JSON.
pub(crate) fn instant(at: Timestamp) -> String {
    rfc3339(at)
}

pub(crate) fn maybe_instant(at: Option<Timestamp>) -> Option<String> {
    at.map(rfc3339)
}
