//! Token limits: which of them apply to a person, over which window, and how they stand (T2–T7).
//!
//! What must stay true: empty, zero and disabled are three different things. Empty has no opinion, zero blocks, a
//! disabled record is as if it were not there. Windows are calendar days and weeks in the organization's zone, so a day
//! has 23 or 25 hours twice a year.
use crate::model::id::{ConnectionId, LimitId};
use crate::model::time::Timestamp;
use crate::model::words::words;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

words! {
    /// Whom a limit is about. `pool` counts everybody's usage of the connection together.
    Level { User => "user", Team => "team", Org => "org", Pool => "pool" }
}

words! {
    Period { Daily => "daily", Weekly => "weekly" }
}

/// A number of tokens, typed and shown in decimal millions and kept as an exact integer: `1.5` is 1,500,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millions(pub u64);

/// Why a text is not a number of millions.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MillionsError {
    #[error("\"{0}\" is not a number of millions, such as 1.5 or 0")]
    NotANumber(String),
    #[error("\"{0}\" has more than six decimals: a token cannot be split")]
    TooFine(String),
    #[error("\"{0}\" is too large")]
    TooLarge(String),
}

/// Decimals of a million (T2).
const DECIMALS: usize = 6;

impl FromStr for Millions {
    type Err = MillionsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(MillionsError::NotANumber(text.to_owned()));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS {
            return Err(MillionsError::TooFine(text.to_owned()));
        }
        let padded = format!("{whole}{fraction:0<DECIMALS$}");
        let tokens: u64 = padded.parse().map_err(|_| MillionsError::TooLarge(text.to_owned()))?;
        // The store's integers are signed.
        match i64::try_from(tokens) {
            Ok(_) => Ok(Millions(tokens)),
            Err(_) => Err(MillionsError::TooLarge(text.to_owned())),
        }
    }
}

impl fmt::Display for Millions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if rest == 0 {
            return f.pad(&whole.to_string());
        }
        let fraction = format!("{rest:06}");
        f.pad(&format!("{whole}.{}", fraction.trim_end_matches('0')))
    }
}

/// A configured ceiling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    pub id: LimitId,
    pub connection: ConnectionId,
    pub level: Level,
    /// The user or team; none for `org` and `pool`.
    pub subject: Option<String>,
    pub daily: Option<Millions>,
    pub weekly: Option<Millions>,
    /// Never exceeded, even by the last call; a call must then state its maximum output.
    pub strict: bool,
    pub enabled: bool,
    pub updated_at: Timestamp,
}

impl Limit {
    pub fn ceiling(&self, period: Period) -> Option<Millions> {
        match period {
            Period::Daily => self.daily,
            Period::Weekly => self.weekly,
        }
    }

    fn speaks(&self, period: Period) -> bool {
        self.enabled && self.ceiling(period).is_some()
    }
}

/// On whose account a call is: what T3 and T4 choose by.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub user: Option<&'a str>,
    /// The team the request names.
    pub team: Option<&'a str>,
    /// Every team the user is in.
    pub teams: &'a [String],
}

/// T3 and T4: the records that decide for one period. The first of user → team → organization default with a value;
/// when no team is named, every team of the user with a value; a pool limit always in addition.
pub fn applicable<'l>(limits: &'l [Limit], account: Account<'_>, period: Period) -> Vec<&'l Limit> {
    let speaking = |level: Level| limits.iter().filter(move |l| l.level == level && l.speaks(period));
    let named = |l: &&Limit, name: Option<&str>| name.is_some() && l.subject.as_deref() == name;
    let mut personal: Vec<&Limit> = speaking(Level::User).filter(|l| named(l, account.user)).collect();
    if personal.is_empty() {
        personal = match account.team {
            Some(team) => speaking(Level::Team).filter(|l| named(l, Some(team))).collect(),
            None => speaking(Level::Team)
                .filter(|l| account.teams.iter().any(|team| l.subject.as_deref() == Some(team)))
                .collect(),
        };
    }
    if personal.is_empty() {
        personal = speaking(Level::Org).collect();
    }
    personal.extend(speaking(Level::Pool));
    personal
}

words! {
    /// What a record that concerns somebody has to say about one period.
    Role {
        /// It speaks: its ceiling holds.
        Applies => "applies",
        /// It is disabled: as if it were not there.
        Disabled => "disabled",
        /// It has no value for the period.
        Empty => "empty",
        /// A closer record speaks instead.
        Overridden => "overridden",
        /// The request names another team.
        OtherTeam => "other_team",
    }
}

/// Every record that concerns an account, with what it has to say about one period (T3, T4). Records about other people
/// and about teams that they are not in are left out.
pub fn roles<'l>(limits: &'l [Limit], account: Account<'_>, period: Period) -> Vec<(&'l Limit, Role)> {
    let speaking = applicable(limits, account, period);
    let named_team = |limit: &Limit| account.team.is_none() || limit.subject.as_deref() == account.team;
    let concerns = |limit: &&Limit| match limit.level {
        Level::Org | Level::Pool => true,
        Level::User => account.user.is_some() && limit.subject.as_deref() == account.user,
        Level::Team => {
            account.team.is_some() && limit.subject.as_deref() == account.team
                || account.teams.iter().any(|team| limit.subject.as_deref() == Some(team))
        }
    };
    let role = |limit: &Limit| match () {
        () if !limit.enabled => Role::Disabled,
        () if limit.ceiling(period).is_none() => Role::Empty,
        () if speaking.iter().any(|speaks| speaks.id == limit.id) => Role::Applies,
        () if limit.level == Level::Team && !named_team(limit) => Role::OtherTeam,
        () => Role::Overridden,
    };
    limits.iter().filter(concerns).map(|limit| (limit, role(limit))).collect()
}

/// A day or week: from its first instant up to, and without, the first instant of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub start: Timestamp,
    pub end: Timestamp,
}

/// T6: the calendar day, or the seven days from the week start, that holds an instant, in a zone.
pub fn window(period: Period, at: Timestamp, zone: &TimeZone, week_start: Weekday) -> Window {
    let today = at.to_zoned(zone.clone()).date();
    let (first, length): (_, Span) = match period {
        Period::Daily => (today, 1.day()),
        Period::Weekly => {
            let back = today.weekday().since(week_start);
            (today.checked_sub(i64::from(back).days()).unwrap_or(today), 7.days())
        }
    };
    let begin = |date: jiff::civil::Date| date.to_zoned(zone.clone()).map(|z| z.timestamp());
    let start = begin(first).unwrap_or(at);
    let end = first.checked_add(length).and_then(begin).unwrap_or(Timestamp::MAX);
    Window { start, end }
}

/// Calendar days in the organization's zone, by number (see [`day`]): from the first up to, and without, the one after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: i32,
    pub after: i32,
}

/// The number of a calendar day: days since 1970-01-01, of the calendar and not of 24 hours.
pub fn day_number(date: jiff::civil::Date) -> i32 {
    date.since(jiff::civil::Date::constant(1970, 1, 1)).map_or(0, |since| since.get_days())
}

/// The calendar day of a number; the last one there is when there is none.
pub fn date_of(day: i32) -> jiff::civil::Date {
    let first = jiff::civil::Date::constant(1970, 1, 1);
    first.checked_add(Span::new().try_days(day).unwrap_or_default()).unwrap_or(jiff::civil::Date::MAX)
}

/// The calendar day on which something happened, in a zone.
pub fn day(at: Timestamp, zone: &TimeZone) -> i32 {
    day_number(at.to_zoned(zone.clone()).date())
}

/// The calendar days of the [`window`] that holds an instant: what running totals are kept by.
pub fn days(period: Period, at: Timestamp, zone: &TimeZone, week_start: Weekday) -> Days {
    let today = at.to_zoned(zone.clone()).date();
    let number = day_number(today);
    match period {
        Period::Daily => Days { first: number, after: number + 1 },
        Period::Weekly => {
            let first = number - i32::from(today.weekday().since(week_start));
            Days { first, after: first + 7 }
        }
    }
}

/// How one applicable limit stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub limit: LimitId,
    pub connection: ConnectionId,
    pub level: Level,
    pub subject: Option<String>,
    pub period: Period,
    pub ceiling: u64,
    pub used: u64,
    pub reserved: u64,
    pub strict: bool,
    pub window: Window,
}

impl Standing {
    pub fn left(&self) -> u64 {
        self.ceiling.saturating_sub(self.used).saturating_sub(self.reserved)
    }

    /// T7: nothing is left. A ceiling of zero always is.
    pub fn is_reached(&self) -> bool {
        self.used.saturating_add(self.reserved) >= self.ceiling
    }

    /// Share of the ceiling that is used, in percent, rounded down; a ceiling of zero counts as full.
    pub fn percent(&self) -> u64 {
        match self.ceiling {
            0 => 100,
            ceiling => {
                let share = u128::from(self.used) * 100 / u128::from(ceiling);
                u64::try_from(share).unwrap_or(u64::MAX)
            }
        }
    }
}

/// What a call wants to spend.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Want {
    /// The estimate of the prompt.
    pub prompt: u64,
    /// The most output the request allows, when it says.
    pub maximum_output: Option<u64>,
}

impl Want {
    /// What is reserved: prompt and stated maximum; a request that states none reserves nothing (T7).
    pub fn reservation(&self) -> u64 {
        self.maximum_output.map_or(0, |output| self.prompt.saturating_add(output))
    }
}

/// Why a limit refuses a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub standing: Standing,
    pub cause: RefusalCause,
}

words! {
    RefusalCause {
        /// Used and reserved tokens have reached the ceiling.
        Reached => "reached",
        /// The reservation would pass a strict ceiling.
        WouldPass => "would_pass",
        /// A strict limit needs a stated maximum output.
        NoMaximum => "no_maximum",
    }
}

/// T7: the first refusal among the standings, the one with least room first.
pub fn check(standings: &[Standing], want: Want) -> Option<Refusal> {
    let mut by_room: Vec<&Standing> = standings.iter().collect();
    by_room.sort_by_key(|standing| standing.left());
    by_room.into_iter().find_map(|standing| {
        let cause = if standing.is_reached() {
            RefusalCause::Reached
        } else if standing.strict && want.maximum_output.is_none() {
            RefusalCause::NoMaximum
        } else if standing.strict && want.reservation() > standing.left() {
            RefusalCause::WouldPass
        } else {
            return None;
        };
        Some(Refusal { standing: standing.clone(), cause })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn limit(level: Level, subject: Option<&str>, daily: Option<&str>, weekly: Option<&str>) -> Limit {
        Limit {
            id: LimitId(uuid::Uuid::nil()),
            connection: ConnectionId(uuid::Uuid::nil()),
            level,
            subject: subject.map(str::to_owned),
            daily: daily.map(|m| m.parse().unwrap()),
            weekly: weekly.map(|m| m.parse().unwrap()),
            strict: false,
            enabled: true,
            updated_at: at("2026-01-01T00:00:00Z"),
        }
    }

    fn standing(ceiling: u64, used: u64, reserved: u64, strict: bool) -> Standing {
        Standing {
            limit: LimitId(uuid::Uuid::nil()),
            connection: ConnectionId(uuid::Uuid::nil()),
            level: Level::User,
            subject: Some("alice".to_owned()),
            period: Period::Daily,
            ceiling,
            used,
            reserved,
            strict,
            window: Window { start: at("2026-01-01T00:00:00Z"), end: at("2026-01-02T00:00:00Z") },
        }
    }

    #[test]
    fn millions_are_exact() {
        for (typed, tokens, shown) in [
            ("1.5", 1_500_000, "1.5"),
            ("0", 0, "0"),
            ("0.000001", 1, "0.000001"),
            (".5", 500_000, "0.5"),
            ("12.3400000", 12_340_000, "12.34"),
            ("007", 7_000_000, "7"),
        ] {
            let parsed: Millions = typed.parse().unwrap();
            assert_eq!((parsed.0, parsed.to_string().as_str()), (tokens, shown), "{typed}");
        }
        for bad in ["", ".", "1.", "-1", "+1", "1e3", "1,5", "1.0000001", "one", "99999999999999999", " 1"] {
            assert!(bad.parse::<Millions>().is_err(), "{bad:?}");
        }
    }

    /// The rows of the cases that are about which limit decides, by their numbers: the records, what alice's day and week
    /// have used, and what becomes of her next call.
    #[test]
    fn every_case_about_a_limit_is_decided_as_it_says() {
        let org = |daily| limit(Level::Org, None, Some(daily), None);
        let alice = |daily| limit(Level::User, Some("alice"), daily, None);
        let sales = limit(Level::Team, Some("sales"), Some("2"), None);
        let refused = |level| Some((Period::Daily, level));
        let cases = [
            (78, vec![org("1")], (400_000, 400_000), None, Level::Org),
            (79, vec![org("1")], (1_000_000, 1_000_000), refused(Level::Org), Level::Org),
            (80, vec![org("1"), alice(Some("5"))], (2_000_000, 2_000_000), None, Level::User),
            (81, vec![org("5"), alice(Some("1"))], (2_000_000, 2_000_000), refused(Level::User), Level::User),
            (83, vec![org("1")], (500_000, 40_000_000), None, Level::Org),
            (85, vec![org("9"), sales.clone()], (2_100_000, 2_100_000), refused(Level::Team), Level::Team),
            (87, vec![org("9"), alice(None), sales.clone()], (1_000_000, 1_000_000), None, Level::Team),
        ];
        let teams = ["sales".to_owned()];
        let account = Account { user: Some("alice"), team: None, teams: &teams };
        for (number, limits, (day, week), expected, level) in cases {
            let mut standings = Vec::new();
            for (period, used) in [(Period::Daily, day), (Period::Weekly, week)] {
                for limit in applicable(&limits, account, period) {
                    let ceiling = limit.ceiling(period).unwrap().0;
                    standings.push(Standing { level: limit.level, period, ..standing(ceiling, used, 0, false) });
                }
            }
            let found =
                check(&standings, Want::default()).map(|refusal| (refusal.standing.period, refusal.standing.level));
            assert_eq!(found, expected, "case {number}");
            assert_eq!(standings.iter().map(|standing| standing.level).collect::<Vec<_>>(), [level], "case {number}");
        }
    }

    #[test]
    fn a_user_record_beats_a_team_and_a_team_beats_the_default() {
        let all = [
            limit(Level::Org, None, Some("1"), None),
            limit(Level::Team, Some("sales"), Some("2"), None),
            limit(Level::User, Some("alice"), Some("5"), None),
        ];
        let teams = ["sales".to_owned()];
        let account = |user| Account { user: Some(user), team: None, teams: &teams };
        let levels = |found: Vec<&Limit>| found.iter().map(|l| l.level).collect::<Vec<_>>();
        assert_eq!(levels(applicable(&all, account("alice"), Period::Daily)), [Level::User]);
        assert_eq!(levels(applicable(&all, account("dora"), Period::Daily)), [Level::Team]);
        let none = Account { user: Some("carol"), team: None, teams: &[] };
        assert_eq!(levels(applicable(&all, none, Period::Daily)), [Level::Org]);
        assert!(applicable(&all, none, Period::Weekly).is_empty(), "an empty field has no opinion");
    }

    #[test]
    fn an_empty_field_and_a_disabled_record_are_skipped_and_zero_is_not() {
        let mut user = limit(Level::User, Some("alice"), None, Some("9"));
        let team = limit(Level::Team, Some("sales"), Some("2"), None);
        let teams = ["sales".to_owned()];
        let account = Account { user: Some("alice"), team: None, teams: &teams };
        let both = [user.clone(), team.clone()];
        assert_eq!(applicable(&both, account, Period::Daily)[0].level, Level::Team);
        user.daily = Some(Millions(0));
        let zero = [user.clone(), team.clone()];
        assert_eq!(applicable(&zero, account, Period::Daily)[0].level, Level::User);
        user.enabled = false;
        let disabled = [user, team];
        assert_eq!(applicable(&disabled, account, Period::Daily)[0].level, Level::Team);
    }

    #[test]
    fn every_team_applies_unless_one_is_named_and_a_pool_always_does() {
        let all = [
            limit(Level::Team, Some("sales"), Some("2"), None),
            limit(Level::Team, Some("support"), Some("1"), None),
            limit(Level::Pool, None, Some("9"), None),
        ];
        let teams = ["sales".to_owned(), "support".to_owned()];
        let unnamed = Account { user: Some("dora"), team: None, teams: &teams };
        assert_eq!(applicable(&all, unnamed, Period::Daily).len(), 3);
        let named = Account { team: Some("support"), ..unnamed };
        let found = applicable(&all, named, Period::Daily);
        assert_eq!((found.len(), found[0].subject.as_deref()), (2, Some("support")));
    }

    #[test]
    fn a_day_has_23_or_25_hours_when_the_clocks_change() {
        let prague = TimeZone::get("Europe/Prague").unwrap();
        let hours = |text: &str| {
            let day = window(Period::Daily, at(text), &prague, Weekday::Monday);
            (day.end.as_second() - day.start.as_second()) / 3600
        };
        assert_eq!(hours("2026-03-29T12:00:00Z"), 23);
        assert_eq!(hours("2026-10-25T12:00:00Z"), 25);
        assert_eq!(hours("2026-10-26T12:00:00Z"), 24);
        let week = window(Period::Weekly, at("2026-10-25T12:00:00Z"), &prague, Weekday::Monday);
        assert_eq!((week.end.as_second() - week.start.as_second()) / 3600, 7 * 24 + 1);
    }

    #[test]
    fn a_day_belongs_to_the_zone_and_a_week_to_its_start() {
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        let day = window(Period::Daily, at("2026-01-01T16:00:00Z"), &tokyo, Weekday::Monday);
        assert_eq!(day.start, at("2026-01-01T15:00:00Z"));
        let utc = TimeZone::UTC;
        let sunday = window(Period::Weekly, at("2026-01-01T00:00:00Z"), &utc, Weekday::Sunday);
        assert_eq!((sunday.start, sunday.end), (at("2025-12-28T00:00:00Z"), at("2026-01-04T00:00:00Z")));
        let monday = window(Period::Weekly, at("2026-01-05T00:00:00Z"), &utc, Weekday::Monday);
        assert_eq!(monday.start, at("2026-01-05T00:00:00Z"), "the first instant belongs to the new week");
        let before = window(Period::Weekly, at("2026-01-04T23:59:59Z"), &utc, Weekday::Monday);
        assert_eq!(before.end, at("2026-01-05T00:00:00Z"));
    }

    #[test]
    fn a_limit_is_reached_by_used_and_reserved_together_and_zero_blocks() {
        assert!(check(&[standing(100, 60, 40, false)], Want::default()).is_some());
        assert!(check(&[standing(100, 60, 39, false)], Want::default()).is_none());
        assert_eq!(check(&[standing(0, 0, 0, false)], Want::default()).unwrap().cause, RefusalCause::Reached);
    }

    #[test]
    fn the_last_call_may_overshoot_unless_the_limit_is_strict() {
        let want = Want { prompt: 10, maximum_output: Some(50) };
        assert_eq!(check(&[standing(100, 99, 0, false)], want), None);
        assert_eq!(check(&[standing(100, 99, 0, true)], want).unwrap().cause, RefusalCause::WouldPass);
        assert_eq!(check(&[standing(100, 40, 0, true)], want), None, "exactly the room that is left");
        let unstated = Want { prompt: 10, maximum_output: None };
        assert_eq!(check(&[standing(100, 0, 0, true)], unstated).unwrap().cause, RefusalCause::NoMaximum);
    }

    #[test]
    fn the_limit_with_least_room_is_the_one_named() {
        let mut tight = standing(10, 10, 0, false);
        tight.level = Level::Pool;
        let refusal = check(&[standing(100, 100, 0, false), tight, standing(50, 0, 0, false)], Want::default());
        assert!(refusal.unwrap().standing.is_reached());
    }

    #[test]
    fn percent_rounds_down_and_never_overflows() {
        assert_eq!(standing(3, 2, 0, false).percent(), 66);
        assert_eq!(standing(0, 0, 0, false).percent(), 100);
        assert_eq!(standing(1, u64::MAX, 0, false).percent(), u64::MAX);
    }
}
