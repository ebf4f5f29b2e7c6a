//! Nouns and rules. Pure: no clock, disk, network, environment, SQL or terminal is reachable from here, so every rule
//! can be tested at any instant with values alone.
pub mod secret;
pub mod time;
