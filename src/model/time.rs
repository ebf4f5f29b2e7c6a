//! Time comes from outside: everything that needs "now" is handed a [`Clock`], so a rule can be tested at any instant.
pub use jiff::Timestamp;

/// Where "now" comes from. The program has one that reads the system clock; tests have one they set.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// A clock that stands where it was put.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
