//! What the fuzzer feeds to the parsers of files that anybody may have written. Only in a build with the feature
//! `bench`, which no release has.
pub use super::engine::fuzz::{header, log};
pub use super::trust::fuzz_pin as pin;
