//! The one clock that really runs. Everything below the front ends is handed it; nothing there looks at the wall.
use crate::model::time::{Clock, Timestamp};

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
