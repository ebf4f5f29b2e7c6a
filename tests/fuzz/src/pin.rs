//! The pin beside the configuration, and the store's secret.
#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| siesta::store::fuzz::pin(input));
