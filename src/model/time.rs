//! Time comes from outside: everything that needs "now" is handed a [`Clock`], so a rule can be tested at any instant.
pub use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

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

/// An instant as somebody names it: exactly, or by a day, which begins when it does in the organization's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    At(Timestamp),
    Day(Date),
}

impl Moment {
    pub fn instant(self, zone: &TimeZone) -> Timestamp {
        match self {
            Moment::At(at) => at,
            Moment::Day(date) => {
                let midnight = date.to_zoned(zone.clone()).map(|midnight| midnight.timestamp());
                // A day at the very edge of what a clock can show.
                midnight.unwrap_or(if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
            }
        }
    }
}

/// The instant without what is finer than a millisecond: that is what the store keeps, so a value reads back as written.
pub fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// RFC 3339 with milliseconds, UTC: one spelling for JSON, CSV and the audit's hash.
pub fn rfc3339(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_one_spelling() {
        let at: Timestamp = "2026-11-21T08:00:00.123456789Z".parse().unwrap();
        assert_eq!(rfc3339(at), "2026-11-21T08:00:00.123Z");
        assert_eq!(rfc3339(Timestamp::from_second(0).unwrap()), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(to_millisecond(at)), rfc3339(at));
    }
}
