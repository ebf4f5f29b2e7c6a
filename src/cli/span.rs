//! Durations and instants as people type them: `90s`, `5m`, `2h`; RFC 3339, or a date.
use crate::model::time::{Moment, Timestamp};
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::Duration;

/// A length of time for an argument.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is not a duration such as 90s, 5m or 2h");
    let parsed: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(parsed).map_err(|_| wrong())
}

/// An instant for an argument; a bare date is its first moment in UTC.
pub(super) fn parse_instant(text: &str) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let date: Result<Date, _> = text.parse();
    let zoned = date.and_then(|date| date.to_zoned(TimeZone::UTC));
    zoned.map(|zoned| zoned.timestamp()).map_err(|_| format!("\"{text}\" is neither an RFC 3339 time nor a date"))
}

/// An instant for an argument; a bare date is its first moment in the organization's zone.
pub(super) fn parse_moment(text: &str) -> Result<Moment, String> {
    match text.parse::<Date>() {
        // A date parses from the front of a time as well.
        Ok(date) if date.to_string() == text => Ok(Moment::Day(date)),
        _ => parse_instant(text).map(Moment::At),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_instants_are_read_as_typed() {
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("5m"), Ok(Duration::from_secs(300)));
        assert!(parse_duration("soon").is_err() && parse_duration("-5m").is_err());
        assert_eq!(parse_instant("2026-11-21"), parse_instant("2026-11-21T00:00:00Z"));
        assert!(parse_instant("yesterday").is_err());
        assert_eq!(parse_moment("2026-11-21"), Ok(Moment::Day("2026-11-21".parse().unwrap())));
        assert_eq!(parse_moment("2026-11-21T00:00:00Z"), parse_instant("2026-11-21T00:00:00Z").map(Moment::At));
    }
}
