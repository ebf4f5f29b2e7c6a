//! The organization: one per store.
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use uuid::Uuid;

/// The organization whose connections the store keeps, with the settings that hold for all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    pub id: Uuid,
    pub name: String,
    /// IANA name; days and weeks of limits begin in this zone.
    pub time_zone: String,
    pub week_start: Weekday,
    /// How long a person has to answer, in minutes (model.md: 30).
    pub approval_lifetime_minutes: u32,
    /// Nobody approves what was asked on their own behalf.
    pub four_eyes: bool,
}

/// The lifetime of an approval request unless the organization sets another (model.md, "Entities").
pub const DEFAULT_APPROVAL_LIFETIME_MINUTES: u32 = 30;

impl Organization {
    pub fn new(id: Uuid, name: String) -> Self {
        Organization {
            id,
            name,
            time_zone: "UTC".to_owned(),
            week_start: Weekday::Monday,
            approval_lifetime_minutes: DEFAULT_APPROVAL_LIFETIME_MINUTES,
            four_eyes: false,
        }
    }

    /// The zone as a rule set. A zone name is checked when it is set, so an unknown one here means that the time-zone
    /// data of this machine lacks it: UTC then keeps limits enforced, on other boundaries.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// A weekday as people type it: `mon`, `monday`, any case.
pub fn parse_weekday(text: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let typed = text.to_ascii_lowercase();
    NAMES.iter().find(|(name, _)| *name == typed || name[..3] == typed).map(|(_, day)| *day)
}

/// The weekday's English name in lower case, as it is stored and printed.
pub fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_read_long_and_short_and_written_back() {
        for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] {
            assert_eq!(parse_weekday(day).map(weekday_name), Some(day));
            assert_eq!(parse_weekday(&day[..3].to_uppercase()).map(weekday_name), Some(day));
        }
        assert_eq!(parse_weekday("someday"), None);
    }
}
