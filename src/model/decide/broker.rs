//! R13–R20: what the policy says about a brokered call.
use crate::model::decide::{AskReason, DenyReason, Mapped};
use crate::model::facts::Facts;
use crate::model::policy::{AllowlistEntry, DefaultMode, Policy, StepUp};
use crate::model::request::{Canonical, base_segments};
use url::Url;

pub(super) fn flow_is_allowed(facts: &Facts, policy: &Policy) -> Result<String, DenyReason> {
    match policy.allowed_models.contains(&facts.flow) {
        true => Ok(facts.flow.typed().to_owned()),
        false => Err(DenyReason::FlowNotAllowed),
    }
}

pub(super) fn allowlist_fits(policy: &Policy, mapped: &Mapped) -> Result<String, DenyReason> {
    if policy.allowlists.is_empty() {
        return Err(DenyReason::AllowlistEmpty);
    }
    match policy.allowlists.iter().find(|entry| entry_fits(entry, &mapped.request)) {
        Some(entry) => Ok(format!("{} {}", entry.base_url, entry.path_patterns.join(" "))),
        None => Err(DenyReason::AllowlistMiss),
    }
}

fn entry_fits(entry: &AllowlistEntry, request: &Canonical) -> bool {
    let Ok(base) = Url::parse(&entry.base_url) else { return false };
    if base.origin().ascii_serialization() != request.origin || !entry.methods.contains(&request.method) {
        return false;
    }
    let below = base_segments(&base);
    let Some(rest) = request.segments.strip_prefix(below.as_slice()) else { return false };
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    entry.path_patterns.iter().any(|pattern| {
        let parts: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
        pattern_fits(&parts, &rest)
    })
}

/// `*` is one segment, `**` any number of them, zero included.
fn pattern_fits(pattern: &[&str], segments: &[&str]) -> bool {
    match (pattern.split_first(), segments.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=segments.len()).any(|taken| pattern_fits(rest, &segments[taken..])),
        (Some((first, pattern)), Some((segment, segments))) => {
            (*first == "*" || first == segment) && pattern_fits(pattern, segments)
        }
        _ => false,
    }
}

pub(super) fn default_mode_allows(policy: &Policy, mapped: &Mapped) -> Result<String, DenyReason> {
    match policy.default_mode {
        DefaultMode::ReadOnly if !mapped.kind.is_harmless() => Err(DenyReason::ModeReadOnly),
        DefaultMode::Custom => Err(DenyReason::ModeCustomUnmatched),
        DefaultMode::ReadOnly | DefaultMode::ReadWrite => Ok(policy.default_mode.to_string()),
    }
}

pub(super) fn step_up(policy: &Policy, mapped: &Mapped) -> Option<AskReason> {
    match policy.step_up {
        StepUp::Always => Some(AskReason::StepUpAlways),
        StepUp::RiskBased if !mapped.kind.is_harmless() => Some(AskReason::StepUp),
        StepUp::RiskBased | StepUp::Never => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        let split = |text: &'static str| text.trim_start_matches('/').split('/').collect::<Vec<_>>();
        pattern_fits(&split(Box::leak(pattern.to_owned().into())), &split(Box::leak(path.to_owned().into())))
    }

    #[test]
    fn one_star_is_one_segment_and_two_are_any_number() {
        assert!(fits("/rest/*", "/rest/a"));
        assert!(!fits("/rest/*", "/rest/a/b"));
        assert!(fits("/rest/**", "/rest/a/b"));
        assert!(fits("/messages/**", "/messages"));
        assert!(fits("/**", "/"));
        assert!(!fits("/rest/**", "/restricted"));
        assert!(fits("/a/**/z", "/a/b/c/z"));
        assert!(!fits("/a/**/z", "/a/b/c"));
    }
}
