//! Nouns and rules. Pure: no clock, disk, network, environment, SQL or terminal is reachable from here, so every rule
//! can be tested at any instant with values alone.
pub mod access;
pub mod address;
pub mod audit;
pub mod checkup;
pub mod connection;
pub mod credential;
pub mod decide;
pub mod execution;
pub mod facts;
#[cfg(debug_assertions)]
pub mod forced_panic;
pub mod glob;
pub mod governance;
pub mod id;
pub mod json;
pub mod label;
pub mod limit;
pub mod mail;
pub mod names;
pub mod organization;
pub mod pattern;
pub mod people;
pub mod policy;
pub mod reading;
pub mod redact;
pub mod redirect;
pub mod request;
pub mod retention;
pub mod rewind;
pub mod roster;
pub mod secret;
pub mod service;
pub mod soundness;
pub mod time;
pub mod usage;
pub mod witness;
mod words;
