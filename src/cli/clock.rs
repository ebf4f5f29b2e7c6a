//! The one clock that really runs. Everything below the front ends is handed it; nothing there looks at the wall.
//!
//! What must stay true: in a build for people it shows the machine's time and nothing else. Builds with debug assertions
//! can be told to be ahead, so that a test can let a token expire without waiting; `tests/run` looks for that in a
//! release.
use crate::model::time::{Clock, Timestamp};

/// How far ahead of the machine's clock this process believes to be; only a test sets it.
#[cfg(debug_assertions)]
static AHEAD_SECONDS: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[cfg(not(debug_assertions))]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[cfg(debug_assertions)]
    fn now(&self) -> Timestamp {
        let (now, ahead) = (Timestamp::now(), AHEAD_SECONDS.load(std::sync::atomic::Ordering::SeqCst));
        now.checked_add(jiff::SignedDuration::from_secs(ahead)).unwrap_or(now)
    }
}

/// Sets the clock of this process ahead by so many seconds.
#[cfg(debug_assertions)]
pub fn set_ahead(seconds: i64) {
    AHEAD_SECONDS.store(seconds, std::sync::atomic::Ordering::SeqCst);
}
