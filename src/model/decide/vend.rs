//! R11 and R12: a token handed out. Whatever it is used for, nobody asks again.
use crate::model::decide::operation::effective;
use crate::model::decide::{DenyReason, Mapped, Said};
use crate::model::execution::{StoredBody, StoredRequest};
use crate::model::facts::{Facts, TargetFacts, Vendable};
use crate::model::governance::{EffectiveMode, Mode, ModeSource};
use crate::model::policy::window::open_until;
use crate::model::policy::{AllowlistEntry, DefaultMode, Flow, Policy, StepUp};
use crate::model::request::Canonical;
use crate::model::service::FunctionKind;
use crate::model::time::Timestamp;
use std::borrow::Cow;
use url::Url;

/// How long a token is said to be good at most, in seconds (R12).
const LONGEST: i64 = 3600;

/// What is said about a token that may be handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vend {
    /// None: unknown.
    pub expires_in: Option<i64>,
    pub provider_expires_in: Option<i64>,
}

/// R11. The credential comes first: where it is no token, no change of the policy would help.
pub(super) fn may_be_handed_out(target: &TargetFacts, policy: &Policy) -> Result<Vendable, DenyReason> {
    let token = target.vendable.ok_or(DenyReason::NotVendable)?;
    match policy.allowed_models.contains(&Flow::Vend) {
        true => Ok(token),
        false => Err(DenyReason::FlowNotAllowed),
    }
}

/// R12: what the token would not keep to.
pub(super) fn is_enforceable(facts: &Facts, target: &TargetFacts, policy: &Policy) -> Said {
    match restriction(facts, target, policy) {
        Some(what) if !policy.allow_unenforced_vend => Err(DenyReason::VendUnenforceable(what)),
        Some(what) => Ok(Cow::Owned(format!("handed out although {what}"))),
        None => Ok(Cow::Borrowed("nothing that a token would not keep")),
    }
}

fn restriction(facts: &Facts, target: &TargetFacts, policy: &Policy) -> Option<String> {
    let granted = &target.connection.granted_scopes;
    let functions = || target.service.functions.iter().filter(|function| function.is_open_to(granted));
    if let Some(gated) = functions().find(|function| effective(target, function).mode != Mode::Enabled) {
        return Some(format!("{} is {}", gated.name, effective(target, gated).mode.typed()));
    }
    if !policy.rules.is_empty() {
        return Some("the policy has rules".to_owned());
    }
    if !policy.constraints.is_empty() {
        return Some("the policy has constraints".to_owned());
    }
    // A token opens every server of the connection.
    let is_whole = |whole: &AllowlistEntry| {
        policy.allowlists.iter().any(|entry| {
            entry.base_url == whole.base_url
                && entry.path_patterns.contains(&"/**".to_owned())
                && whole.methods.iter().all(|method| entry.methods.contains(method))
        })
    };
    if !AllowlistEntry::whole_of(&target.connection).iter().all(is_whole) {
        return Some("the allowlist is narrower than the service".to_owned());
    }
    let caps = policy.rate_limits.as_ref();
    if caps.is_some_and(|caps| caps.max_payload_size_bytes.is_some() || caps.max_response_size_bytes.is_some()) {
        return Some("the policy limits the size of payloads or answers".to_owned());
    }
    if !facts.standings.is_empty() {
        return Some("token limits apply".to_owned());
    }
    if policy.default_mode == DefaultMode::Custom {
        return Some("the default mode is custom".to_owned());
    }
    // Where no function is known, the token may well write.
    let may_write = target.service.functions.is_empty() || functions().any(|function| !function.kind.is_harmless());
    if may_write && policy.default_mode == DefaultMode::ReadOnly {
        return Some("the default mode is read_only, and the granted scopes permit writes".to_owned());
    }
    if may_write && policy.step_up == StepUp::RiskBased {
        return Some("step-up is risk_based, and the granted scopes permit writes".to_owned());
    }
    None
}

/// How long the token is good, if it dies before the windows close.
pub(super) fn lifetime(facts: &Facts, policy: &Policy, token: Vendable) -> Result<Vend, DenyReason> {
    let closing = match policy.time_windows.is_empty() {
        true => None,
        false => open_until(&policy.time_windows, facts.at),
    };
    if let Some(closing) = closing.filter(|closing| token.expires_at.is_none_or(|end| end > *closing)) {
        let what = format!("it would outlive the time window, which closes at {closing:.0}");
        return Err(DenyReason::VendUnenforceable(what));
    }
    Ok(token_life(facts.at, token.expires_at))
}

/// What is said about a token's life at an instant: never more than an hour, and nothing that its provider did not say.
pub fn token_life(now: Timestamp, expires_at: Option<Timestamp>) -> Vend {
    let left = expires_at.map(|end| end.as_second().saturating_sub(now.as_second()).max(0));
    Vend { expires_in: left.map(|left| left.min(LONGEST)), provider_expires_in: left }
}

/// What an approval of a vend covers: no request, but the token of this connection.
pub(super) fn as_mapped(target: &TargetFacts) -> Mapped {
    let base = &target.connection.base_url;
    let origin = Url::parse(base).map(|base| base.origin().ascii_serialization()).unwrap_or_default();
    let request = StoredRequest {
        method: StoredRequest::VEND.to_owned(),
        url: base.clone(),
        headers: Vec::new(),
        body: StoredBody::None,
    };
    Mapped {
        request: Canonical { method: request.method.clone(), origin, segments: Vec::new(), query: Vec::new(), request },
        functions: Vec::new(),
        kind: FunctionKind::Write,
        mode: EffectiveMode { mode: Mode::Enabled, source: ModeSource::Catalogue },
    }
}
