//! What a checkup looks at and what it may find: the rules of `siesta doctor`, over values alone.
//!
//! What must stay true: a finding is a value with what is needed to name it; how bad it is follows from what it is, and
//! the words and the next command are a front end's. Nothing here repairs anything: what could be
//! repaired without anybody's word is a value too.
use crate::model::connection::{Access, Connection, Status};
use crate::model::people::UserStatus;
use crate::model::service::AuthKind;
use crate::model::time::Timestamp;
use crate::model::words::words;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use std::path::PathBuf;

words! {
    /// What is looked at, in this order.
    Check {
        Store => "store",
        Key => "key",
        Permissions => "permissions",
        Pin => "pin",
        Recipients => "recipients",
        Clock => "clock",
        Browser => "browser",
        CallbackPort => "callback_port",
        Leftovers => "leftovers",
        Audit => "audit",
        Actor => "actor",
        Cron => "cron",
        Connections => "connections",
    }
}

words! {
    /// How bad a finding is. A note is how things are here; it asks for nothing.
    Severity { Note => "note", Warning => "warning", Problem => "problem" }
}

/// Something a checkup found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A file or directory can be reached by others, in these words.
    Loosened {
        what: String,
        path: PathBuf,
        /// The mode that would be right; none where it belongs to somebody else.
        wanted: Option<u32>,
    },
    PinMissing,
    PinUnwritable {
        path: String,
    },
    /// The store opens with one key only.
    NoRecoveryRecipient,
    /// The clock stands before the newest row of the audit.
    ClockBehind {
        newest: Timestamp,
        by: SignedDuration,
    },
    /// A provider's clock was ahead of ours by this much, or behind.
    ClockSkewed {
        by: SignedDuration,
        seen_at: Timestamp,
    },
    /// The clock is in a year in which this program cannot be running.
    ClockImplausible {
        year: i16,
    },
    NoBrowser {
        is_remote: bool,
    },
    NoCallbackPort {
        why: String,
    },
    /// A client of the organization may only be sent back to this port, and somebody else listens there.
    FixedPortTaken {
        port: u16,
        provider: String,
    },
    /// A file in the store's directory that no living process has use for.
    Leftover {
        name: String,
        kind: LeftoverKind,
    },
    AuditBroken {
        seq: i64,
    },
    AuditWithoutOutcome {
        seq: i64,
    },
    ActorInactive {
        actor: String,
        why: String,
    },
    /// A job without a terminal and without a session bus cannot have the key.
    CronCannotOpen {
        source: &'static str,
    },
    NeedsReauth {
        label: String,
        /// By signing in; else its secret is replaced.
        signs_in: bool,
    },
    /// Revoked here, while its provider could not be brought to it and can still be asked again.
    RevocationOpen {
        label: String,
        until: Timestamp,
    },
    Expires {
        label: String,
        at: Timestamp,
        is_over: bool,
    },
    NoPurpose {
        label: String,
    },
    Unused {
        label: String,
        last_ok_at: Option<Timestamp>,
    },
    OwnerGone {
        label: String,
        owner: String,
        is_known: bool,
    },
    /// Everybody's agents may do these without anybody being asked.
    Ungated {
        label: String,
        agents: Vec<String>,
        functions: Vec<String>,
    },
    /// It was granted what no function of its service is opened by, or what nobody but an administrator should have.
    OverBroad {
        label: String,
        scopes: Vec<String>,
    },
    /// Its lasting secret has not been replaced for long.
    OldCredential {
        label: String,
        obtained_at: Timestamp,
    },
    /// Somebody else answers for it than when its credential was obtained.
    OwnerChanged {
        label: String,
        was: String,
        owner: String,
    },
    /// Shared, and nobody has tried it in these ways.
    Untried {
        label: String,
        missing: Vec<&'static str>,
    },
}

/// What kind of thing was left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftoverKind {
    /// A lock of something that is no more.
    Lock,
    /// Half of a file that was being replaced.
    HalfWritten,
    /// The store as it was before an upgrade that did not end.
    BeforeUpgrade,
    /// The store as it was before a restore.
    BeforeRestore,
}

impl Finding {
    pub fn check(&self) -> Check {
        match self {
            Finding::Loosened { .. } => Check::Permissions,
            Finding::PinMissing | Finding::PinUnwritable { .. } => Check::Pin,
            Finding::NoRecoveryRecipient => Check::Recipients,
            Finding::ClockBehind { .. } | Finding::ClockSkewed { .. } | Finding::ClockImplausible { .. } => {
                Check::Clock
            }
            Finding::NoBrowser { .. } => Check::Browser,
            Finding::NoCallbackPort { .. } | Finding::FixedPortTaken { .. } => Check::CallbackPort,
            Finding::Leftover { .. } => Check::Leftovers,
            Finding::AuditBroken { .. } | Finding::AuditWithoutOutcome { .. } => Check::Audit,
            Finding::ActorInactive { .. } => Check::Actor,
            Finding::CronCannotOpen { .. } => Check::Cron,
            Finding::NeedsReauth { .. }
            | Finding::RevocationOpen { .. }
            | Finding::Expires { .. }
            | Finding::NoPurpose { .. }
            | Finding::Unused { .. }
            | Finding::OwnerGone { .. }
            | Finding::OverBroad { .. }
            | Finding::OldCredential { .. }
            | Finding::OwnerChanged { .. }
            | Finding::Untried { .. }
            | Finding::Ungated { .. } => Check::Connections,
        }
    }

    pub fn severity(&self) -> Severity {
        match self {
            // A server without a screen is as it should be: signing in works there with --device and --no-browser.
            Finding::NoBrowser { .. } => Severity::Note,
            Finding::PinMissing
            | Finding::PinUnwritable { .. }
            | Finding::NoRecoveryRecipient
            | Finding::Leftover { .. }
            | Finding::AuditWithoutOutcome { .. }
            | Finding::CronCannotOpen { .. }
            | Finding::FixedPortTaken { .. }
            | Finding::ClockSkewed { .. }
            | Finding::NoPurpose { .. }
            | Finding::Unused { .. }
            | Finding::OverBroad { .. }
            | Finding::OldCredential { .. }
            | Finding::OwnerChanged { .. }
            | Finding::Ungated { .. } => Severity::Warning,
            // A list of what is left to do, not a fault.
            Finding::Untried { .. } => Severity::Note,
            Finding::Expires { is_over, .. } => {
                if *is_over {
                    Severity::Problem
                } else {
                    Severity::Warning
                }
            }
            Finding::Loosened { .. }
            | Finding::ClockBehind { .. }
            | Finding::ClockImplausible { .. }
            | Finding::NoCallbackPort { .. }
            | Finding::AuditBroken { .. }
            | Finding::ActorInactive { .. }
            | Finding::NeedsReauth { .. }
            | Finding::RevocationOpen { .. }
            | Finding::OwnerGone { .. } => Severity::Problem,
        }
    }
}

/// What puts a finding right without anybody's word: nothing is lost by it, and nobody could want it otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// Take a file or directory from everybody but its owner.
    Restrict { path: PathBuf, mode: u32 },
    /// Let the owner write there.
    LetOwnerWrite { path: PathBuf },
    /// Remove a lock that is nobody's, or half of a file.
    RemoveLeftover { name: String },
    /// Remember how far the store has come.
    MakePin,
}

impl Finding {
    /// None: a person has to decide, or to do it.
    pub fn repair(&self) -> Option<Repair> {
        match self {
            Finding::Loosened { path, wanted, .. } => wanted.map(|mode| Repair::Restrict { path: path.clone(), mode }),
            Finding::PinUnwritable { path } => Some(Repair::LetOwnerWrite { path: path.into() }),
            Finding::PinMissing => Some(Repair::MakePin),
            Finding::Leftover { name, kind: LeftoverKind::Lock | LeftoverKind::HalfWritten } => {
                Some(Repair::RemoveLeftover { name: name.clone() })
            }
            // The store as it was before an upgrade may be the only copy that somebody wants back.
            Finding::Leftover { kind: LeftoverKind::BeforeUpgrade | LeftoverKind::BeforeRestore, .. }
            | Finding::NoRecoveryRecipient
            | Finding::ClockBehind { .. }
            | Finding::ClockImplausible { .. }
            | Finding::NoBrowser { .. }
            | Finding::NoCallbackPort { .. }
            | Finding::FixedPortTaken { .. }
            | Finding::ClockSkewed { .. }
            | Finding::RevocationOpen { .. }
            | Finding::AuditBroken { .. }
            | Finding::AuditWithoutOutcome { .. }
            | Finding::ActorInactive { .. }
            | Finding::CronCannotOpen { .. }
            | Finding::NeedsReauth { .. }
            | Finding::Expires { .. }
            | Finding::NoPurpose { .. }
            | Finding::Unused { .. }
            | Finding::OwnerGone { .. }
            | Finding::OverBroad { .. }
            | Finding::OldCredential { .. }
            | Finding::OwnerChanged { .. }
            | Finding::Untried { .. }
            | Finding::Ungated { .. } => None,
        }
    }
}

/// Clocks of two machines that share a store differ by seconds, and rows wait for each other for less than a minute.
const TOLERATED_LAG: SignedDuration = SignedDuration::from_mins(5);

/// The program did not exist before, and a certificate that is valid after has not been issued.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i16> = 2025..=2100;

/// The clock, against itself and against what was written down last.
pub fn clock(now: Timestamp, newest_row: Option<Timestamp>) -> Vec<Finding> {
    let year = now.to_zoned(TimeZone::UTC).year();
    let implausible = (!PLAUSIBLE_YEARS.contains(&year)).then_some(Finding::ClockImplausible { year });
    let behind = newest_row.and_then(|newest| {
        let by = newest.duration_since(now);
        (by > TOLERATED_LAG).then_some(Finding::ClockBehind { newest, by })
    });
    implausible.into_iter().chain(behind).collect()
}

/// Beyond this, an expiry that a provider counts from its own clock comes as a surprise (oauth.md, rule 29).
const TOLERATED_SKEW_S: i64 = 60;

/// The part of a difference between a provider's clock and ours that is worth a word.
pub fn worrying_skew(theirs: Timestamp, ours: Timestamp) -> Option<i64> {
    let seconds = theirs.as_second().saturating_sub(ours.as_second());
    (seconds.saturating_abs() > TOLERATED_SKEW_S).then_some(seconds)
}

/// What a provider's clock said.
pub fn skew(noted: Option<(i64, Timestamp)>) -> Option<Finding> {
    noted.map(|(seconds, seen_at)| Finding::ClockSkewed { by: SignedDuration::from_secs(seconds), seen_at })
}

/// A store that is sealed for one recipient is lost with that one's key.
pub fn recipients(count: usize) -> Option<Finding> {
    (count < 2).then_some(Finding::NoRecoveryRecipient)
}

/// Whether a page that is opened here would be seen.
pub fn browser(has_display: bool, is_remote: bool) -> Option<Finding> {
    (!has_display || is_remote).then_some(Finding::NoBrowser { is_remote })
}

/// Whether a job can have the key from this source. A passphrase in a file needs nobody to type it.
pub fn cron(source: &'static str, has_passphrase_file: bool) -> Option<Finding> {
    let needs_a_person = match source {
        "keyring" => true,
        "passphrase" => !has_passphrase_file,
        _ => false,
    };
    needs_a_person.then_some(Finding::CronCannotOpen { source })
}

/// Whether a file of the store's directory is of no use any more. `is_held`: a living process has it or, for what a
/// writer writes, the writer's lock. `is_of_known`: for a lock of one connection, whether there is such a connection.
pub fn leftover(name: &str, is_held: bool, is_of_known: bool) -> Option<Finding> {
    let is_version = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let kind = match name.rsplit_once('.') {
        // The writer's own lock stays for the next writer.
        Some(("store", "lock")) => return None,
        Some((_, "lock")) if is_of_known => return None,
        Some((_, "lock")) => LeftoverKind::Lock,
        Some((_, "tmp")) | Some(("store", "restore")) => LeftoverKind::HalfWritten,
        Some((_, "before-restore")) => LeftoverKind::BeforeRestore,
        Some((_, version)) if version.strip_prefix('v').is_some_and(is_version) => LeftoverKind::BeforeUpgrade,
        _ => return None,
    };
    (!is_held).then(|| Finding::Leftover { name: name.to_owned(), kind })
}

/// What the rules on one connection look at.
#[derive(Debug, Clone)]
pub struct ConnectionFacts<'a> {
    pub connection: &'a Connection,
    pub expires_at: Option<Timestamp>,
    /// Whether what opens it can be renewed without a person.
    pub can_be_refreshed: bool,
    /// Until when the tokens of a revocation that failed upstream are kept.
    pub kept_until: Option<Timestamp>,
    /// None: there is no such user.
    pub owner: Option<UserStatus>,
    /// Functions that change something and that an override of the organization lets through unasked.
    pub open_writes: Vec<String>,
    /// Agents whose active policy reads and writes and never asks.
    pub unasked_agents: Vec<String>,
    /// Granted scopes that open no function, or that only an administrator should have.
    pub broad_scopes: Vec<String>,
    /// When its credential came, where it is one that lasts until somebody replaces it.
    pub lasting_since: Option<Timestamp>,
    /// Who answered for it when its credential came, where that was somebody else.
    pub earlier_owner: Option<String>,
    /// What of the two nobody has tried on a shared connection: a read, and a write that somebody approved.
    pub untried: Vec<&'static str>,
}

/// What many rules for passwords and keys of machines ask for at most: half a year.
const OLD_AFTER: SignedDuration = SignedDuration::from_hours(180 * 24);

/// A week is enough to find the person who has to sign in again.
const EXPIRY_WARNING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A quarter: what runs once a quarter is still in use.
const UNUSED_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Everything that is to be said about one connection.
pub fn connection(facts: &ConnectionFacts<'_>, now: Timestamp) -> Vec<Finding> {
    let c = facts.connection;
    let label = || c.label.clone();
    if c.status == Status::Revoked {
        return facts.kept_until.map(|until| Finding::RevocationOpen { label: label(), until }).into_iter().collect();
    }
    let mut found = Vec::new();
    if c.status == Status::NeedsReauth {
        found.push(Finding::NeedsReauth { label: label(), signs_in: c.auth_kind == AuthKind::OAuth2 });
    }
    if let Some(at) = facts.expires_at.filter(|_| !facts.can_be_refreshed && c.status == Status::Healthy)
        && at.duration_since(now) <= EXPIRY_WARNING
    {
        found.push(Finding::Expires { label: label(), at, is_over: at <= now });
    }
    if c.purpose.trim().is_empty() {
        found.push(Finding::NoPurpose { label: label() });
    }
    // A connection that is younger than that cannot have been idle for so long.
    if now.duration_since(c.last_ok_at.unwrap_or(c.created_at).max(c.created_at)) > UNUSED_AFTER {
        found.push(Finding::Unused { label: label(), last_ok_at: c.last_ok_at });
    }
    if facts.owner != Some(UserStatus::Active) {
        let is_known = facts.owner.is_some();
        found.push(Finding::OwnerGone { label: label(), owner: c.owner.clone(), is_known });
    }
    if !facts.broad_scopes.is_empty() {
        found.push(Finding::OverBroad { label: label(), scopes: facts.broad_scopes.clone() });
    }
    if let Some(obtained_at) = facts.lasting_since.filter(|at| now.duration_since(*at) > OLD_AFTER) {
        found.push(Finding::OldCredential { label: label(), obtained_at });
    }
    if let Some(was) = &facts.earlier_owner {
        found.push(Finding::OwnerChanged { label: label(), was: was.clone(), owner: c.owner.clone() });
    }
    if c.access == Access::Shared && !facts.untried.is_empty() {
        found.push(Finding::Untried { label: label(), missing: facts.untried.clone() });
    }
    if c.access == Access::Shared && !facts.open_writes.is_empty() && !facts.unasked_agents.is_empty() {
        found.push(Finding::Ungated {
            label: label(),
            agents: facts.unasked_agents.clone(),
            functions: facts.open_writes.clone(),
        });
    }
    found
}

#[cfg(test)]
#[path = "checkup_tests.rs"]
mod tests;
