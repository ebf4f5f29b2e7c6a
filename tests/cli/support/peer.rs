//! Real programs that nobody here wrote, where a machine has them.
//!
//! A machine without one skips with a visible word, which `tests/run` collects into its last lines. CI sets
//! `SIESTA_REQUIRE_PEERS=1`: there a missing peer is a failure, so that nothing is skipped for years unseen.
use std::io::Write;
use std::path::PathBuf;

/// Where the program is, or `None` and a word about it.
pub fn peer(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|directory| directory.join(program)).find(|path| path.is_file());
    if found.is_none() {
        skipped(&format!("{program} is not installed"));
    }
    found
}

/// Says that a test is skipped, or fails it where nothing may be skipped.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("SIESTA_REQUIRE_PEERS").is_none(), "nothing may be skipped here, but {why}");
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let word = format!("skipped: {why} ({test})\n");
    eprint!("{word}");
    if let Some(log) = std::env::var_os("SIESTA_SKIPPED") {
        let mut log = std::fs::OpenOptions::new().append(true).create(true).open(log).unwrap();
        log.write_all(word.as_bytes()).unwrap();
    }
}
