//! Durations and instants as people type them: `90s`, `5m`, `2h`; RFC 3339, or a date.
use crate::model::time::{Moment, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use std::time::Duration;

/// A length of time for an argument.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is not a duration such as 90s, 5m or 2h");
    let parsed: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(parsed).map_err(|_| wrong())
}

/// A length of time as it would be typed.
pub(super) fn typed_duration(length: Duration) -> String {
    SignedDuration::try_from(length).map_or_else(|_| format!("{}s", length.as_secs()), |length| format!("{length:#}"))
}

/// A length of time in whole days: `30d`, `12w`, `72h`.
pub(super) fn parse_days(text: &str) -> Result<u32, String> {
    const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;
    let wrong = || format!("\"{text}\" is not a number of whole days such as 30d or 12w");
    let span: Span = text.parse().map_err(|_| wrong())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    let seconds = length.as_secs();
    match length.subsec_nanos() == 0 && seconds > 0 && seconds % SECONDS_OF_A_DAY == 0 {
        true => u32::try_from(seconds / SECONDS_OF_A_DAY).map_err(|_| wrong()),
        false => Err(wrong()),
    }
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
        assert_eq!([parse_days("30d"), parse_days("2w"), parse_days("72h")], [Ok(30), Ok(14), Ok(3)]);
        assert!(["0d", "-1d", "5h", "1mo", "90", "soon"].iter().all(|text| parse_days(text).is_err()));
        assert!(parse_duration("soon").is_err() && parse_duration("-5m").is_err());
        assert_eq!(parse_instant("2026-11-21"), parse_instant("2026-11-21T00:00:00Z"));
        assert!(parse_instant("yesterday").is_err());
        assert_eq!(parse_moment("2026-11-21"), Ok(Moment::Day("2026-11-21".parse().unwrap())));
        assert_eq!(parse_moment("2026-11-21T00:00:00Z"), parse_instant("2026-11-21T00:00:00Z").map(Moment::At));
    }
}
