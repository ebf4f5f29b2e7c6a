//! The words of a checkup: what is the case, why it matters, and the next command to type.
use super::advice::quoted;
use super::error::Error;
use super::exit::Exit;
use super::table::relative;
use crate::model::checkup::{Check, Finding, LeftoverKind, Repair, Severity};
use crate::model::time::{Timestamp, rfc3339};
use crate::view::checkup::FindingView;
use std::path::Path;

/// A finding in words. `dir` is the store's directory, for commands that name a file in it.
pub(super) fn finding(finding: &Finding, dir: &Path, now: Timestamp) -> FindingView {
    let (what, why, next) = words(finding, dir, now);
    let fix = finding.repair().map(|repair| deed(&repair));
    FindingView {
        severity: finding.severity(),
        check: finding.check(),
        connection: connection(finding).map(str::to_owned),
        what,
        why: Some(why),
        next: Some(match &fix {
            // Without --fix nothing is changed, so this is the next command.
            Some(_) => format!("siesta doctor --fix        (or: {next})"),
            None => next,
        }),
        fix,
    }
}

/// What a repair does.
fn deed(repair: &Repair) -> String {
    match repair {
        Repair::Restrict { path, mode } => format!("set the mode of {} to {mode:04o}", path.display()),
        Repair::LetOwnerWrite { path } => format!("let you write {}", path.display()),
        Repair::RemoveLeftover { name } => format!("remove {name}"),
        Repair::MakePin => "make the pin again, with a row in the audit".to_owned(),
    }
}

/// Why the store did not open, as a finding.
pub(super) fn unopened(error: &Error) -> FindingView {
    FindingView {
        severity: Severity::Problem,
        check: if error.exit == Exit::Locked { Check::Key } else { Check::Store },
        connection: None,
        what: error.message.clone(),
        why: error.cause.clone(),
        next: error.hint.clone(),
        fix: None,
    }
}

fn connection(finding: &Finding) -> Option<&str> {
    match finding {
        Finding::NeedsReauth { label, .. }
        | Finding::RevocationOpen { label, .. }
        | Finding::Expires { label, .. }
        | Finding::NoPurpose { label }
        | Finding::Unused { label, .. }
        | Finding::OwnerGone { label, .. }
        | Finding::OverBroad { label, .. }
        | Finding::OldCredential { label, .. }
        | Finding::OwnerChanged { label, .. }
        | Finding::Untried { label, .. }
        | Finding::Ungated { label, .. } => Some(label),
        Finding::Loosened { .. }
        | Finding::PinMissing
        | Finding::PinUnwritable { .. }
        | Finding::NoRecoveryRecipient
        | Finding::ClockBehind { .. }
        | Finding::ClockSkewed { .. }
        | Finding::ClockImplausible { .. }
        | Finding::NoBrowser { .. }
        | Finding::NoCallbackPort { .. }
        | Finding::FixedPortTaken { .. }
        | Finding::Leftover { .. }
        | Finding::AuditBroken { .. }
        | Finding::AuditWithoutOutcome { .. }
        | Finding::ActorInactive { .. }
        | Finding::CronCannotOpen { .. } => None,
    }
}

/// What, why and next.
fn words(finding: &Finding, dir: &Path, now: Timestamp) -> (String, String, String) {
    let said = |what: String, why: &str, next: String| (what, why.to_owned(), next);
    match finding {
        Finding::Loosened { what, path, wanted } => said(
            what.clone(),
            "whoever can reach the files can copy or replace them",
            match wanted {
                Some(mode) => format!("chmod {mode:04o} {}", quoted(&path.display().to_string())),
                None => format!("chown $(id -u) {}", quoted(&path.display().to_string())),
            },
        ),
        Finding::PinMissing => said(
            "the pin was missing".to_owned(),
            "an older copy of the store put back before now would not have been noticed",
            "siesta audit list, to see whether the newest row is the one you expect".to_owned(),
        ),
        Finding::PinUnwritable { path } => said(
            "the pin cannot be written".to_owned(),
            "a rollback from here on would not be noticed",
            format!("chmod u+w {}", quoted(path)),
        ),
        Finding::NoRecoveryRecipient => said(
            "the store is sealed for one key only".to_owned(),
            "whoever loses that key loses the store",
            "siesta store recipients add age1…        (a second key, made by age-keygen and kept in a safe place)"
                .to_owned(),
        ),
        Finding::ClockBehind { newest, by } => said(
            format!("the clock is {} min behind the newest row of the audit", by.as_mins()),
            "time windows, limits and expiries follow the clock",
            format!("date        (the newest row is of {})", rfc3339(*newest)),
        ),
        Finding::ClockSkewed { by, seen_at } => said(
            format!(
                "the clock is {} s {} a provider's",
                by.as_secs().unsigned_abs(),
                if by.is_positive() { "behind" } else { "ahead of" }
            ),
            "tokens seem to live for longer or shorter than they do",
            format!("date        (seen {}; the next refresh looks again)", relative(*seen_at, now)),
        ),
        Finding::ClockImplausible { year } => said(
            format!("the clock is in the year {year}"),
            "time windows, limits, expiries and certificates follow the clock",
            "date        (then set the clock)".to_owned(),
        ),
        Finding::NoBrowser { is_remote } => said(
            "no browser can be opened here".to_owned(),
            if *is_remote { "the command came over ssh" } else { "there is no display, and BROWSER is not set" },
            "siesta add SERVICE --no-browser        (or --device)".to_owned(),
        ),
        Finding::NoCallbackPort { why } => (
            "no port of 127.0.0.1 can be listened on".to_owned(),
            format!("a sign-in in the browser comes back that way ({why})"),
            "siesta add SERVICE --device        (or --paste)".to_owned(),
        ),
        Finding::FixedPortTaken { port, provider } => (
            format!("port {port} is taken, and sign-ins at {provider} come back there"),
            "another program listens on it, or another sign-in is under way".to_owned(),
            format!("ss -ltnp 'sport = {port}'        (who it is)"),
        ),
        Finding::Leftover { name, kind } => said(
            format!("{name} is in the store's directory and belongs to nobody"),
            match kind {
                LeftoverKind::Lock => "it is the lock of a connection that is not there",
                LeftoverKind::HalfWritten => "a process ended while it was writing; what it wrote never counted",
                LeftoverKind::BeforeUpgrade => "an upgrade ended before it was done; it is the store as it was before",
                LeftoverKind::BeforeRestore => "it is the store as it was before a restore, kept until a revocation",
            },
            format!("rm -r {}", quoted(&dir.join(name).display().to_string())),
        ),
        Finding::AuditBroken { seq } => said(
            format!("audit row {seq} is not as it was written"),
            "it was altered, or a row before it was taken out",
            "siesta audit verify".to_owned(),
        ),
        Finding::AuditWithoutOutcome { seq } => said(
            format!("the call of audit row {seq} has no outcome"),
            "its process ended in between: nobody knows whether it arrived",
            "siesta audit list        (then ask the provider)".to_owned(),
        ),
        Finding::ActorInactive { actor, why } => (
            format!("{actor} cannot act here"),
            why.clone(),
            "siesta --actor NAME …        (siesta user list shows who can)".to_owned(),
        ),
        Finding::CronCannotOpen { source } => said(
            format!("a job of cron cannot have the key from the {source}"),
            match *source {
                "keyring" => "a job has no session bus",
                _ => "a job has no terminal to ask on",
            },
            match *source {
                "keyring" => "siesta --identity-file FILE …        (a copy of the key that only the job can read)",
                _ => "siesta --passphrase-file FILE …        (a file that only the job can read)",
            }
            .to_owned(),
        ),
        Finding::NeedsReauth { label, signs_in } => said(
            format!("connection \"{label}\" needs to be authorised again"),
            "no call through it works until then",
            format!("siesta {} {}", if *signs_in { "reauth" } else { "rotate" }, quoted(label)),
        ),
        Finding::RevocationOpen { label, until } => said(
            format!("connection \"{label}\" is revoked here, and perhaps still alive at its provider"),
            "the provider could not be brought to it; what is kept to ask it again is destroyed after a day",
            format!("siesta revoke {} --retry        (until {})", quoted(label), rfc3339(*until)),
        ),
        Finding::Expires { label, at, is_over } => said(
            format!("connection \"{label}\" {} {}", if *is_over { "expired" } else { "expires" }, relative(*at, now)),
            "there is no refresh token, so nothing renews it",
            format!("siesta reauth {}", quoted(label)),
        ),
        Finding::NoPurpose { label } => said(
            format!("nobody has written down what connection \"{label}\" is for"),
            "whoever answers an approval or cleans up later has to guess",
            format!("siesta show {}        (a purpose is given with add --purpose)", quoted(label)),
        ),
        Finding::Unused { label, last_ok_at } => (
            format!("connection \"{label}\" has not been used for 90 days"),
            match last_ok_at {
                Some(at) => format!("it last worked {}; what nobody uses is only a risk", relative(*at, now)),
                None => "it was never used; what nobody uses is only a risk".to_owned(),
            },
            format!("siesta revoke {}", quoted(label)),
        ),
        Finding::OwnerGone { label, owner, is_known } => (
            format!("the owner of connection \"{label}\" is not active"),
            match is_known {
                true => format!("user \"{owner}\" is disabled"),
                false if owner.is_empty() => "it has no owner any more".to_owned(),
                false => format!("there is no user \"{owner}\""),
            },
            match is_known {
                true => format!("siesta user enable {}        (or: siesta revoke {})", quoted(owner), quoted(label)),
                false => format!("siesta edit {} --owner USER        (or: siesta revoke {0})", quoted(label)),
            },
        ),
        Finding::OverBroad { label, scopes } => (
            format!("connection \"{label}\" was granted more than it needs"),
            format!("no function is opened by {}", scopes.join(", ")),
            format!("siesta reauth {} --scope SCOPE…        (only what is needed)", quoted(label)),
        ),
        Finding::OldCredential { label, obtained_at } => (
            format!("the credential of \"{label}\" has not been replaced for half a year"),
            format!("it is from {}", rfc3339(*obtained_at)),
            format!("siesta rotate {}", quoted(label)),
        ),
        Finding::OwnerChanged { label, was, owner } => (
            format!("connection \"{label}\" changed hands and kept its credential"),
            format!("{was} answered for it when the credential came, {owner} does now"),
            format!("siesta reauth {}        (a key: siesta rotate {0})", quoted(label)),
        ),
        Finding::Untried { label, missing } => (
            format!("connection \"{label}\" is shared and has not been tried"),
            format!("not tried yet: {}", missing.join(", ")),
            format!("siesta call {} FUNCTION --agent AGENT", quoted(label)),
        ),
        Finding::Ungated { label, agents, functions } => (
            format!("connection \"{label}\" is shared, and {} may write there unasked", agents.join(", ")),
            format!("the organization has enabled {}, and the policy never asks", functions.join(", ")),
            format!(
                "siesta policy set {} {} --step-up risk_based",
                agents.first().map(|agent| quoted(agent)).unwrap_or_default(),
                quoted(label)
            ),
        ),
    }
}
