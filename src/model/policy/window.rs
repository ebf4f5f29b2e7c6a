//! Time windows: when a policy is open (R14).
//!
//! What must stay true: a window is wall-clock time in its own zone, so one of nine to five is that in winter and in
//! summer; the end is exclusive; one that starts after it ends reaches into the next day.
use crate::model::time::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeWindow {
    /// 0 = Sunday … 6 = Saturday.
    pub day_of_week: u8,
    pub start: String,
    pub end: String,
    pub timezone: String,
}

/// What is wrong with a window, in the words that were typed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WindowError {
    #[error("a window is written as DAYS HH:MM-HH:MM ZONE, not \"{0}\"")]
    Shape(String),
    #[error("\"{0}\" is not a day: sun, mon, tue, wed, thu, fri, sat, a range of them, or daily")]
    Day(String),
    #[error("\"{0}\" is not a time of day: 00:00 to 23:59, and 24:00 as an end")]
    Clock(String),
    #[error("the window {0}-{0} never opens")]
    Empty(String),
    #[error("there is no time zone \"{0}\"")]
    Zone(String),
    #[error("the day of the week {0} is not one of 0 (Sunday) to 6")]
    DayNumber(u8),
}

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTES_A_DAY: u16 = 24 * 60;

/// Windows as they are typed: the days that share hours and zone are named together.
pub fn typed(windows: &[TimeWindow]) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for window in windows {
        let hours = format!("{}-{} {}", window.start, window.end, window.timezone);
        let day = DAYS.get(usize::from(window.day_of_week)).copied().unwrap_or("?");
        match groups.iter_mut().find(|(other, _)| *other == hours) {
            Some((_, days)) => days.push(day),
            None => groups.push((hours, vec![day])),
        }
    }
    groups.iter().map(|(hours, days)| format!("{} {hours}", days.join(","))).collect()
}

/// Reads `mon-fri 09:00-17:00 Europe/Prague`: one window for each of the days.
pub fn parse(text: &str) -> Result<Vec<TimeWindow>, WindowError> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [days, hours, zone] = words.as_slice() else { return Err(WindowError::Shape(text.to_owned())) };
    let (start, end) = hours.split_once('-').ok_or_else(|| WindowError::Shape(text.to_owned()))?;
    let mut windows = Vec::new();
    for part in days.split(',') {
        for day in days_of(part)? {
            let (start, end, timezone) = (start.to_owned(), end.to_owned(), (*zone).to_owned());
            windows.push(TimeWindow { day_of_week: day, start, end, timezone });
        }
    }
    windows.iter_mut().try_for_each(TimeWindow::normalise)?;
    windows.dedup();
    Ok(windows)
}

fn days_of(text: &str) -> Result<Vec<u8>, WindowError> {
    let unknown = || WindowError::Day(text.to_owned());
    let day = |word: &str| {
        let word = word.to_ascii_lowercase();
        let fits = |day: &str| word == day || (word.len() > 3 && full_name(day) == word);
        DAYS.iter().position(|day| fits(day)).and_then(|at| u8::try_from(at).ok()).ok_or_else(unknown)
    };
    if ["daily", "*", "every-day"].contains(&text.to_ascii_lowercase().as_str()) {
        return Ok((0..7).collect());
    }
    match text.split_once('-') {
        None => Ok(vec![day(text)?]),
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            Ok((0..7).map(|more| (first + more) % 7).take(usize::from((last + 7 - first) % 7) + 1).collect())
        }
    }
}

fn full_name(day: &str) -> &'static str {
    match day {
        "sun" => "sunday",
        "mon" => "monday",
        "tue" => "tuesday",
        "wed" => "wednesday",
        "thu" => "thursday",
        "fri" => "friday",
        _ => "saturday",
    }
}

impl TimeWindow {
    /// Checks every part, and writes the times with two digits.
    pub fn normalise(&mut self) -> Result<(), WindowError> {
        if self.day_of_week > 6 {
            return Err(WindowError::DayNumber(self.day_of_week));
        }
        let (start, end) = (minutes(&self.start)?, minutes(&self.end)?);
        if start == MINUTES_A_DAY {
            return Err(WindowError::Clock(self.start.clone()));
        }
        if start == end {
            return Err(WindowError::Empty(self.start.clone()));
        }
        TimeZone::get(&self.timezone).map_err(|_| WindowError::Zone(self.timezone.clone()))?;
        (self.start, self.end) = (clock(start), clock(end));
        Ok(())
    }

    /// Its times in minutes, and its zone; none: it is not one that was ever checked, and never opens.
    fn read(&self) -> Option<(u16, u16, TimeZone)> {
        let (start, end) = (minutes(&self.start).ok()?, minutes(&self.end).ok()?);
        Some((start, end, TimeZone::get(&self.timezone).ok()?))
    }

    pub fn contains(&self, at: Timestamp) -> bool {
        self.opened_on(at).is_some()
    }

    /// The day on which the window began that is open at an instant.
    fn opened_on(&self, at: Timestamp) -> Option<Date> {
        let (start, end, zone) = self.read()?;
        let local = zone.to_datetime(at);
        let now = minute_of(local.time());
        let begins = |date: Date| number(date.weekday()) == self.day_of_week;
        let today = local.date();
        if start < end {
            return (begins(today) && start <= now && now < end).then_some(today);
        }
        if begins(today) && now >= start {
            return Some(today);
        }
        let yesterday = today.yesterday().ok()?;
        (begins(yesterday) && now < end).then_some(yesterday)
    }

    /// When it closes, if it is open at an instant: the first one at which it is not. Where the clock goes back that may
    /// be in the middle of it, and it opens again.
    fn closes(&self, at: Timestamp) -> Option<Timestamp> {
        let (start, end, zone) = self.read()?;
        let mut date = self.opened_on(at)?;
        if start > end || end == MINUTES_A_DAY {
            date = date.tomorrow().ok()?;
        }
        let ends = instants(&zone, on(date, end % MINUTES_A_DAY)?);
        let all = ends.into_iter().chain(clock_changes(&zone, at));
        all.filter(|end| *end > at && !self.contains(*end)).min()
    }

    /// When it opens next, after an instant.
    fn opens(&self, at: Timestamp) -> Option<Timestamp> {
        let (start, _, zone) = self.read()?;
        // A day earlier, because an instant may belong to a day that its zone has just left.
        let first = zone.to_datetime(at).date().yesterday().ok()?;
        let days = (0..=LOOKED_AHEAD).filter_map(|days| first.checked_add(Span::new().try_days(days).ok()?).ok());
        let days = days.filter(|date| number(date.weekday()) == self.day_of_week);
        let starts = days.filter_map(|date| on(date, start)).flat_map(|start| instants(&zone, start));
        // Where the clock leaps over the start, the window opens with the leap.
        let all = starts.chain(clock_changes(&zone, at));
        let opens = |instant: Timestamp| {
            let was_open = instant.checked_sub(1.nanosecond()).is_ok_and(|before| self.contains(before));
            instant > at && !was_open && self.contains(instant)
        };
        all.filter(|instant| opens(*instant)).min()
    }
}

/// So many days hold the next opening: a week, and one week more for a day on which a clock change swallows the window.
const LOOKED_AHEAD: i64 = 16;

/// The instants at which a zone's clocks show a time: two where they go back over it. Where they leap over it there is
/// none, and what comes out is before or behind the leap.
fn instants(zone: &TimeZone, time: DateTime) -> Vec<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(time);
    [ambiguous.earlier(), ambiguous.later()].into_iter().filter_map(Result::ok).collect()
}

/// When a zone's clocks change, as far ahead as an opening is looked for.
fn clock_changes(zone: &TimeZone, at: Timestamp) -> Vec<Timestamp> {
    let Ok(last) = at.checked_add((LOOKED_AHEAD * 24).hours()) else { return Vec::new() };
    zone.following(at).map(|change| change.timestamp()).take_while(|change| *change <= last).collect()
}

/// The whole of the day that it is in a zone at an instant.
pub fn whole_day(at: Timestamp, zone: &str) -> Option<TimeWindow> {
    let day = TimeZone::get(zone).ok()?.to_datetime(at).date().weekday();
    let (start, end) = (clock(0), clock(MINUTES_A_DAY));
    Some(TimeWindow { day_of_week: number(day), start, end, timezone: zone.to_owned() })
}

/// When the first of several windows opens after an instant.
pub fn next_opening(windows: &[TimeWindow], at: Timestamp) -> Option<Timestamp> {
    windows.iter().filter_map(|window| window.opens(at)).min()
}

/// Until when the windows that are open at an instant stay open without a break; none: never closed within a month.
pub fn open_until(windows: &[TimeWindow], at: Timestamp) -> Option<Timestamp> {
    let horizon = at.checked_add(744.hours()).ok()?;
    let mut until = at;
    while let Some(later) = windows.iter().filter_map(|window| window.closes(until)).max().filter(|l| *l > until) {
        until = later;
        if until > horizon {
            return None;
        }
    }
    Some(until)
}

fn minutes(text: &str) -> Result<u16, WindowError> {
    let wrong = || WindowError::Clock(text.to_owned());
    let (hours, rest) = text.split_once(':').ok_or_else(wrong)?;
    let digits = |part: &str, most: usize| {
        let sound = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        sound.then(|| part.parse::<u16>().ok()).flatten().ok_or_else(wrong)
    };
    let (hours, minute) = (digits(hours, 2)?, digits(rest, 2)?);
    let total = hours * 60 + minute;
    (rest.len() == 2 && minute < 60 && total <= MINUTES_A_DAY).then_some(total).ok_or_else(wrong)
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn minute_of(time: Time) -> u16 {
    u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or(0)
}

fn number(day: Weekday) -> u8 {
    u8::try_from(day.to_sunday_zero_offset()).unwrap_or(0)
}

fn on(date: Date, minutes: u16) -> Option<DateTime> {
    let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
    Some(date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(windows: &str, at: &str) -> bool {
        parse(windows).unwrap().iter().any(|window| window.contains(at.parse().unwrap()))
    }

    #[test]
    fn the_end_is_exclusive_and_midnight_may_be_an_end() {
        // 2026-11-23 is a Monday.
        assert!(open("mon 09:00-17:00 UTC", "2026-11-23T16:59:59Z"));
        assert!(!open("mon 09:00-17:00 UTC", "2026-11-23T17:00:00Z"));
        assert!(!open("mon 09:00-17:00 UTC", "2026-11-23T08:59:59Z"));
        assert!(open("mon 00:00-24:00 UTC", "2026-11-23T23:59:59Z"));
        assert!(!open("mon 00:00-24:00 UTC", "2026-11-24T00:00:00Z"));
        assert!(!open("tue 09:00-17:00 UTC", "2026-11-23T12:00:00Z"));
    }

    #[test]
    fn a_window_that_starts_after_it_ends_reaches_into_the_next_day() {
        for (at, is_open) in [
            ("2026-11-20T21:59:00Z", false),
            ("2026-11-20T22:00:00Z", true),
            ("2026-11-21T05:59:00Z", true),
            ("2026-11-21T06:00:00Z", false),
            ("2026-11-20T05:00:00Z", false),
        ] {
            assert_eq!(open("fri 22:00-06:00 UTC", at), is_open, "{at}");
        }
    }

    #[test]
    fn a_window_is_wall_clock_time_on_both_sides_of_a_clock_change() {
        // Prague: UTC+2 until 2026-10-25 03:00, UTC+1 after.
        assert!(open("fri 09:00-17:00 Europe/Prague", "2026-10-23T07:00:00Z"));
        assert!(!open("fri 09:00-17:00 Europe/Prague", "2026-10-30T07:00:00Z"));
        assert!(open("fri 09:00-17:00 Europe/Prague", "2026-10-30T08:00:00Z"));
        // 02:30 happens twice on that Sunday, and the window is open both times.
        for at in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            assert!(open("sun 02:00-03:00 Europe/Prague", at), "{at}");
        }
        // In March the same hour does not happen; the next opening is a week later.
        let swallowed = parse("sun 02:00-03:00 Europe/Prague").unwrap();
        let next = next_opening(&swallowed, "2026-03-28T12:00:00Z".parse().unwrap());
        assert_eq!(next, Some("2026-04-05T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn an_opening_is_found_where_the_clock_leaps_or_repeats_an_hour() {
        for (window, at, opens) in [
            // 02:00 to 03:00 does not happen: the window opens with the leap, and only once.
            ("sun 02:30-04:00 Europe/Prague", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
            ("sun 02:30-04:00 Europe/Prague", "2026-03-29T01:00:00Z", "2026-04-05T00:30:00Z"),
            ("sat 22:00-02:30 Europe/Prague", "2026-03-28T20:59:00Z", "2026-03-28T21:00:00Z"),
            // 02:00 to 03:00 happens twice.
            ("sun 02:30-02:45 Europe/Prague", "2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z"),
            ("sun 02:30-02:45 Europe/Prague", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z"),
            ("sun 02:30-02:45 Europe/Prague", "2026-10-25T01:45:00Z", "2026-11-01T01:30:00Z"),
            // Going back reopens a window that was closed in the hour before.
            ("sun 01:00-02:30 Europe/Prague", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"),
        ] {
            let next = next_opening(&parse(window).unwrap(), at.parse().unwrap());
            assert_eq!(next, Some(opens.parse().unwrap()), "{window} after {at}");
            assert!(open(window, opens) && !open(window, at) || at == "2026-03-29T01:00:00Z", "{window} at {at}");
        }
    }

    #[test]
    fn a_window_is_not_said_to_close_later_than_it_does() {
        for (window, at, closes) in [
            // The clock goes back from 03:00 to 02:00, before the start.
            ("sun 02:30-03:30 Europe/Prague", "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z"),
            ("sun 02:30-03:30 Europe/Prague", "2026-10-25T01:40:00Z", "2026-10-25T02:30:00Z"),
            ("sun 01:00-02:30 Europe/Prague", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"),
            ("sun 01:00-02:30 Europe/Prague", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"),
            ("sun 02:00-03:00 Europe/Prague", "2026-10-25T00:10:00Z", "2026-10-25T02:00:00Z"),
            // In March the end is leapt over.
            ("sun 01:00-02:30 Europe/Prague", "2026-03-29T00:10:00Z", "2026-03-29T01:00:00Z"),
            ("sat 22:00-02:30 Europe/Prague", "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"),
        ] {
            let until = open_until(&parse(window).unwrap(), at.parse().unwrap());
            assert_eq!(until, Some(closes.parse().unwrap()), "{window} at {at}");
        }
    }

    #[test]
    fn the_next_opening_and_the_closing_are_named() {
        let windows = parse("mon-fri 09:00-17:00 Europe/Prague").unwrap();
        assert_eq!(windows.len(), 5);
        let friday: Timestamp = "2026-11-20T16:30:00Z".parse().unwrap();
        assert_eq!(next_opening(&windows, friday), Some("2026-11-23T08:00:00Z".parse().unwrap()));
        let monday: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
        assert_eq!(open_until(&windows, monday), Some("2026-11-23T16:00:00Z".parse().unwrap()));
        let joined = parse("mon-tue 00:00-24:00 UTC").unwrap();
        assert_eq!(open_until(&joined, monday), Some("2026-11-25T00:00:00Z".parse().unwrap()));
        assert_eq!(open_until(&parse("daily 00:00-24:00 UTC").unwrap(), monday), None);
        let night = parse("mon 22:00-06:00 UTC").unwrap();
        let late: Timestamp = "2026-11-24T01:00:00Z".parse().unwrap();
        assert_eq!(open_until(&night, late), Some("2026-11-24T06:00:00Z".parse().unwrap()));
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let days = |text: &str| -> Vec<u8> {
            parse(&format!("{text} 9:00-17:00 UTC")).unwrap().iter().map(|w| w.day_of_week).collect()
        };
        assert_eq!(days("mon"), [1]);
        assert_eq!(days("Mon-Fri"), [1, 2, 3, 4, 5]);
        assert_eq!(days("fri-mon"), [5, 6, 0, 1]);
        assert_eq!(days("sat,sunday"), [6, 0]);
        assert_eq!(days("daily"), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(parse("mon 9:00-17:00 UTC").unwrap()[0].start, "09:00");
    }

    #[test]
    fn a_window_that_cannot_be_is_refused_by_name() {
        for (text, error) in [
            ("mon 25:00-26:00 UTC", WindowError::Clock("25:00".to_owned())),
            ("mon 09:60-10:00 UTC", WindowError::Clock("09:60".to_owned())),
            ("mon 24:00-02:00 UTC", WindowError::Clock("24:00".to_owned())),
            ("mon 09:00-24:01 UTC", WindowError::Clock("24:01".to_owned())),
            ("mon +9:00-10:00 UTC", WindowError::Clock("+9:00".to_owned())),
            ("mon 09:0-10:00 UTC", WindowError::Clock("09:0".to_owned())),
            ("mon 09:00-09:00 UTC", WindowError::Empty("09:00".to_owned())),
            ("moon 09:00-10:00 UTC", WindowError::Day("moon".to_owned())),
            ("mon 09:00-10:00 Europe/Atlantis", WindowError::Zone("Europe/Atlantis".to_owned())),
            ("mon 09:00-10:00", WindowError::Shape("mon 09:00-10:00".to_owned())),
            ("", WindowError::Shape(String::new())),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }
}
