//! Frames of the store's log: whatever an edited log says was written.
#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| siesta::store::fuzz::log(input));
