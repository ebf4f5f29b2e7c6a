//! R13–R15 and R19–R22: what the policy says about a brokered call as a whole.
use crate::model::decide::{AskReason, DenyReason, Mapped, Said};
use crate::model::facts::{Facts, TargetFacts};
use crate::model::policy::window::next_opening;
use crate::model::policy::{AllowlistEntry, DefaultMode, LARGEST_PAYLOAD, Policy, StepUp};
use crate::model::request::Canonical;
use crate::model::time::Timestamp;
use jiff::ToSpan;
use std::borrow::Cow;

pub(super) fn flow_is_allowed(facts: &Facts, policy: &Policy) -> Said {
    match policy.allowed_models.contains(&facts.flow) {
        true => Ok(Cow::Borrowed(facts.flow.typed())),
        false => Err(DenyReason::FlowNotAllowed),
    }
}

pub(super) fn a_window_is_open(facts: &Facts, policy: &Policy) -> Said {
    if policy.time_windows.is_empty() {
        return Ok(Cow::Borrowed("no time windows"));
    }
    match policy.time_windows.iter().find(|window| window.contains(facts.at)) {
        Some(window) => Ok(Cow::Owned(format!("{}-{} {}", window.start, window.end, window.timezone))),
        None => Err(DenyReason::OutsideTimeWindow { opens: next_opening(&policy.time_windows, facts.at) }),
    }
}

pub(super) fn allowlist_fits(policy: &Policy, mapped: &Mapped) -> Said {
    if policy.allowlists.is_empty() {
        return Err(DenyReason::AllowlistEmpty);
    }
    let request = &mapped.request;
    match policy.allowlists.iter().find(|entry| entry.fits(request)) {
        Some(entry) => Ok(Cow::Owned(in_words(entry))),
        None => Err(miss(policy, request)),
    }
}

fn in_words(entry: &AllowlistEntry) -> String {
    format!("{} {}", entry.base_url, entry.path_patterns.join(" "))
}

/// The entry that comes nearest: one that fits but for the method, else the one with the longest beginning in common.
fn miss(policy: &Policy, request: &Canonical) -> DenyReason {
    if let Some(entry) = policy.allowlists.iter().find(|entry| entry.fits_address(request)) {
        return DenyReason::AllowlistMiss { nearest: Some(in_words(entry)), methods: entry.methods.clone() };
    }
    let address = request.request.url.as_str();
    let in_common = |entry: &&AllowlistEntry| {
        let own = format!("{}{}", entry.base_url, entry.path_patterns.first().map_or("", String::as_str));
        own.bytes().zip(address.bytes()).take_while(|(one, other)| one == other).count()
    };
    let nearest = policy.allowlists.iter().max_by_key(in_common).map(in_words);
    DenyReason::AllowlistMiss { nearest, methods: Vec::new() }
}

/// R16, as far as it can be said before a name is looked up.
pub(super) fn address_is_open(target: &TargetFacts, request: &Canonical) -> Said {
    match target.blocked.iter().find(|(origin, _)| *origin == request.origin) {
        Some((_, why)) => Err(DenyReason::SsrfBlocked(why.clone())),
        None => Ok(Cow::Borrowed("checked again on every address the host resolves to")),
    }
}

pub(super) fn default_mode_allows(policy: &Policy, mapped: &Mapped, a_rule_spoke: bool) -> Said {
    match policy.default_mode {
        DefaultMode::ReadOnly if !mapped.kind.is_harmless() => Err(DenyReason::ModeReadOnly),
        DefaultMode::Custom if !a_rule_spoke => Err(DenyReason::ModeCustomUnmatched),
        DefaultMode::ReadOnly | DefaultMode::ReadWrite | DefaultMode::Custom => {
            Ok(Cow::Borrowed(policy.default_mode.as_str()))
        }
    }
}

pub(super) fn step_up(policy: &Policy, mapped: &Mapped, is_trusted: bool) -> Option<AskReason> {
    match policy.step_up {
        StepUp::Always => Some(AskReason::StepUpAlways),
        StepUp::RiskBased if !mapped.kind.is_harmless() && !is_trusted => Some(AskReason::StepUp),
        StepUp::RiskBased | StepUp::Never => None,
    }
}

/// R21: a sliding hour. A call exactly an hour ago counts no more.
pub(super) fn rate_has_room(facts: &Facts, target: &TargetFacts, policy: &Policy) -> Said {
    let Some(limit) = policy.rate_limits.as_ref().and_then(|limits| limits.max_requests_per_hour) else {
        return Ok(Cow::Borrowed("no rate limit"));
    };
    let an_hour_later = |at: &Timestamp| at.checked_add(1.hour()).unwrap_or(*at);
    let ends: Vec<Timestamp> = target.admitted.iter().map(an_hour_later).filter(|end| *end > facts.at).collect();
    let used = u64::try_from(ends.len()).unwrap_or(u64::MAX);
    if used < limit {
        return Ok(Cow::Owned(format!("{used} of {limit} in the last hour")));
    }
    // When as many have left the hour as must, one more fits.
    let leaving = usize::try_from(used - limit).unwrap_or(usize::MAX);
    let room_at = ends.get(leaving).copied().filter(|_| limit > 0);
    let seconds = room_at.map_or(3600, |at| at.as_second().saturating_sub(facts.at.as_second()).max(1));
    Err(DenyReason::RateLimited { limit, retry_after: u64::try_from(seconds).unwrap_or(0) })
}

/// R22.
pub(super) fn payload_fits(policy: &Policy, mapped: &Mapped) -> Said {
    let configured = policy.rate_limits.as_ref().and_then(|limits| limits.max_payload_size_bytes);
    let limit = configured.unwrap_or(LARGEST_PAYLOAD);
    let size = u64::try_from(mapped.request.request.body.size()).unwrap_or(u64::MAX);
    match size > limit {
        true => Err(DenyReason::PayloadTooLarge { size, limit }),
        false => Ok(Cow::Owned(format!("{size} of {limit} bytes"))),
    }
}
