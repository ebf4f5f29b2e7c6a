//! A panic on demand that quotes a secret which is open at that moment: what the canary forces, one opening after the
//! other. It stands for the `unwrap` that somebody will write one day.
//!
//! What must stay true: builds without debug assertions, which are those for people, have nothing of it; `tests/run`
//! looks for it in one.
use std::sync::atomic::{AtomicU64, Ordering};

/// How many openings are left until the one that panics; 0: none does.
static LEFT: AtomicU64 = AtomicU64::new(0);

/// Makes the opening of this number, counted from one, the last.
pub fn at(number: u64) {
    LEFT.store(number, Ordering::SeqCst);
}

/// To be called where a secret is open.
#[expect(clippy::panic, reason = "this is what it is for")]
pub fn with(secret: &str) {
    let before = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    if before == Ok(1) {
        panic!("forced while this was open: {secret}");
    }
}
