//! Refreshing, by many processes at once.
