//! The head of a delta.
#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| siesta::store::fuzz::header(input));
