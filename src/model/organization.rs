//! The organization: one per store.
use crate::model::words::words;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use uuid::Uuid;

words! {
    /// What an approval takes: anybody who may answer and can open the store, or a signature by a registered key.
    ApprovalProof { Any => "any", Signed => "signed" }
}

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
    pub approval_proof: ApprovalProof,
    /// For how many days rows of the audit are kept; none: for good.
    pub audit_retention_days: Option<u32>,
    /// For how many days executions keep arguments and results; none: for good. Afterwards they keep the hashes.
    pub execution_retention_days: Option<u32>,
}

/// How long executions keep arguments and results unless the organization says otherwise (decisions.md, "Audit").
pub const DEFAULT_EXECUTION_RETENTION_DAYS: u32 = 30;

/// For how many days the audit can be kept, where it is not kept for good (model.md, "Entities").
pub const AUDIT_RETENTION_DAYS: std::ops::RangeInclusive<u32> = 1..=90;

/// The same for what executions carry; ten years is for good to whoever types a number.
pub const EXECUTION_RETENTION_DAYS: std::ops::RangeInclusive<u32> = 1..=3650;

/// Whether what was kept for one time is to be kept for a shorter one.
pub fn is_shorter(old: Option<u32>, new: Option<u32>) -> bool {
    match (old, new) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => new < old,
    }
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
            approval_proof: ApprovalProof::Any,
            audit_retention_days: None,
            execution_retention_days: Some(DEFAULT_EXECUTION_RETENTION_DAYS),
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
    fn what_was_kept_for_good_or_longer_is_kept_shorter() {
        for (old, new, shorter) in
            [(None, Some(90), true), (Some(90), Some(30), true), (Some(30), Some(30), false), (Some(1), None, false)]
        {
            assert_eq!(is_shorter(old, new), shorter, "{old:?} {new:?}");
        }
    }

    #[test]
    fn weekdays_are_read_long_and_short_and_written_back() {
        for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] {
            assert_eq!(parse_weekday(day).map(weekday_name), Some(day));
            assert_eq!(parse_weekday(&day[..3].to_uppercase()).map(weekday_name), Some(day));
        }
        assert_eq!(parse_weekday("someday"), None);
    }
}
