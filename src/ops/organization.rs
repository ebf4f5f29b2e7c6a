//! The organization's own settings.
use crate::model::organization::{
    self, AUDIT_RETENTION_DAYS, ApprovalProof, EXECUTION_RETENTION_DAYS, Organization, weekday_name,
};
use crate::ops::{About, Error, Result, Siesta};
use jiff::civil::Weekday;

/// A person has at least a minute to answer, and an answer is about what is the case this week.
pub const APPROVAL_LIFETIME_MINUTES: std::ops::RangeInclusive<u64> = 1..=7 * 24 * 60;

/// What is to change. None: it stays.
#[derive(Debug, Clone, Default)]
pub struct OrganizationChange {
    pub name: Option<String>,
    pub time_zone: Option<String>,
    pub week_start: Option<Weekday>,
    pub approval_lifetime_minutes: Option<u64>,
    pub four_eyes: Option<bool>,
    pub approval_proof: Option<ApprovalProof>,
    /// In days; `Some(None)`: for good.
    pub audit_retention: Option<Option<u32>>,
    pub execution_retention: Option<Option<u32>>,
}

impl OrganizationChange {
    /// What would be kept for a shorter time than now, in words: that cannot be taken back.
    pub fn shortens(&self, now: &Organization) -> Vec<String> {
        let kept = [
            ("rows of the audit", now.audit_retention_days, self.audit_retention),
            ("arguments and results of executions", now.execution_retention_days, self.execution_retention),
        ];
        let shorter = kept.into_iter().filter_map(|(what, old, new)| match new {
            Some(new @ Some(days)) if organization::is_shorter(old, new) => {
                Some(format!("{what} older than {days} days go for good"))
            }
            _ => None,
        });
        shorter.collect()
    }
}

fn check_days(days: Option<Option<u32>>, allowed: &std::ops::RangeInclusive<u32>, what: &str) -> Result<()> {
    match days.flatten() {
        Some(days) if !allowed.contains(&days) => Err(Error::invalid(format!(
            "{what} are kept for {} to {} days, or for good (off)",
            allowed.start(),
            allowed.end()
        ))),
        _ => Ok(()),
    }
}

/// Whether anybody could approve anything if signatures were needed.
pub fn has_signers(siesta: &Siesta) -> Result<bool> {
    Ok(!siesta.store.read(|tx| tx.list_ssh_keys(None))?.is_empty())
}

pub fn show(siesta: &Siesta) -> Result<Organization> {
    Ok(siesta.store.read(|tx| tx.get_organization())?)
}

/// Changes the organization. Returns it as it was and as it is. A new zone or week moves the windows of limits; what was
/// used stays recorded as it was.
pub fn set(siesta: &Siesta, change: &OrganizationChange) -> Result<(Organization, Organization)> {
    let lifetime = change.approval_lifetime_minutes.map(|minutes| match APPROVAL_LIFETIME_MINUTES.contains(&minutes) {
        true => Ok(u32::try_from(minutes).unwrap_or(u32::MAX)),
        false => Err(Error::invalid("an approval is open for 1 minute to 7 days")),
    });
    let lifetime = lifetime.transpose()?;
    if let Some(zone) = &change.time_zone {
        check_zone(zone)?;
    }
    if let Some(name) = &change.name {
        crate::model::label::check_name(name)
            .map_err(|error| Error::invalid(format!("\"{name}\" cannot name an organization: {error}")))?;
    }
    check_days(change.audit_retention, &AUDIT_RETENTION_DAYS, "rows of the audit")?;
    check_days(change.execution_retention, &EXECUTION_RETENTION_DAYS, "arguments and results")?;
    let changed = siesta.store.write(siesta.now(), |tx| -> Result<_> {
        let actor = siesta.person(tx)?;
        let old = tx.get_organization()?;
        let new = Organization {
            id: old.id,
            name: change.name.clone().unwrap_or_else(|| old.name.clone()),
            time_zone: change.time_zone.clone().unwrap_or_else(|| old.time_zone.clone()),
            week_start: change.week_start.unwrap_or(old.week_start),
            approval_lifetime_minutes: lifetime.unwrap_or(old.approval_lifetime_minutes),
            four_eyes: change.four_eyes.unwrap_or(old.four_eyes),
            approval_proof: change.approval_proof.unwrap_or(old.approval_proof),
            audit_retention_days: change.audit_retention.unwrap_or(old.audit_retention_days),
            execution_retention_days: change.execution_retention.unwrap_or(old.execution_retention_days),
        };
        if new != old {
            tx.update_organization(&new)?;
            let entry = siesta
                .entry(&actor, "org.set", "organization", old.id)
                .change("name", old.name.clone(), new.name.clone())
                .change("timeZone", old.time_zone.clone(), new.time_zone.clone())
                .change("weekStart", weekday_name(old.week_start), weekday_name(new.week_start))
                .change("approvalLifetimeMinutes", old.approval_lifetime_minutes, new.approval_lifetime_minutes)
                .change("fourEyes", old.four_eyes, new.four_eyes)
                .change("approvalProof", old.approval_proof.as_str(), new.approval_proof.as_str())
                .change("auditRetentionDays", old.audit_retention_days, new.audit_retention_days)
                .change("executionRetentionDays", old.execution_retention_days, new.execution_retention_days);
            tx.append_audit(entry.row())?;
            tx.look_at_retention_again()?;
        }
        Ok((old, new))
    })?;
    if change.audit_retention.is_some() || change.execution_retention.is_some() {
        siesta.store.retain(siesta.now(), &mut |_| {})?;
    }
    Ok(changed)
}

pub(super) fn check_zone(zone: &str) -> Result<()> {
    // Files that lie beside the zones and are none: what this machine keeps for itself, and the same zones once more.
    const HELPERS: [&str; 5] = ["posixrules", "localtime", "Factory", "leapseconds", "posix"];
    let is_helper = HELPERS.contains(&zone) || zone.starts_with("posix/") || zone.starts_with("right/");
    // Also what only this machine calls by that name: the limits' days must be the same everywhere.
    let is_known = !is_helper && jiff::tz::db().available().any(|name| name.as_str() == zone);
    match is_known && jiff::tz::TimeZone::get(zone).is_ok() {
        true => Ok(()),
        false => Err(Error::invalid(format!("\"{zone}\" is no time zone"))
            .because("a zone has an IANA name, such as Europe/Prague")
            .about(About::Organization)),
    }
}
