//! Waiting, brought from outside: a flow that polls for a quarter of an hour is tested in a millisecond.
use std::time::{Duration, Instant};

pub trait Pace {
    fn sleep(&self, time: Duration);
    /// Since the pace was made, however the clock on the wall was set meanwhile.
    fn elapsed(&self) -> Duration;
}

/// Real time.
#[derive(Debug, Clone, Copy)]
pub struct SystemPace(Instant);

impl SystemPace {
    pub fn start() -> Self {
        SystemPace(Instant::now())
    }
}

impl Pace for SystemPace {
    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Time that passes only by sleeping; what is done meanwhile is up to the test.
#[cfg(test)]
pub(crate) mod fast {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    pub(crate) struct FastPace {
        pub(crate) slept: Mutex<Vec<Duration>>,
    }

    impl FastPace {
        pub(crate) fn naps(&self) -> Vec<Duration> {
            self.slept.lock().unwrap().clone()
        }
    }

    impl Pace for FastPace {
        fn sleep(&self, time: Duration) {
            self.slept.lock().unwrap().push(time);
        }

        fn elapsed(&self) -> Duration {
            self.slept.lock().unwrap().iter().sum()
        }
    }
}
