//! What would change an evaluation's answer, as commands.
//!
//! What must stay true: a command works as it stands here. One that sets a list repeats what the list has, because
//! setting replaces it; what is not known is looked up, and never a word in capitals for somebody to fill in.
use super::advice::{hint_of, quoted};
use super::policy::typed_windows;
use crate::model::decide::{AskReason, Decision, DenyReason, Evaluation};
use crate::model::facts::{Facts, Target, TargetFacts};
use crate::model::governance::ModeSource;
use crate::model::policy::{AllowlistEntry, Flow, Policy, constraint, window};
use crate::model::request::Canonical;
use std::fmt;

/// A command, and what to keep in mind before it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remedy {
    pub command: String,
    pub note: Option<&'static str>,
}

impl Remedy {
    pub fn noted(command: impl Into<String>, note: &'static str) -> Remedy {
        Remedy { command: command.into(), note: Some(note) }
    }
}

impl From<String> for Remedy {
    fn from(command: String) -> Remedy {
        Remedy { command, note: None }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.note {
            Some(note) => write!(f, "{}        ({note})", self.command),
            None => f.write_str(&self.command),
        }
    }
}

pub(super) fn remedies(facts: &Facts, evaluation: &Evaluation) -> Vec<Remedy> {
    let (connection, service) = match &facts.target {
        Target::Connection(target) => (target.connection.label.as_str(), target.service.id.as_str()),
        Target::Missing { name } | Target::NotSingleton { service: name } => (name.as_str(), ""),
    };
    let agent = facts.agent.name.as_str();
    let pair = format!("{} {}", quoted(agent), quoted(connection));
    let one: Remedy = match &evaluation.decision {
        Decision::Allow => return Vec::new(),
        Decision::Deny(DenyReason::FunctionDisabled) | Decision::NeedsApproval(AskReason::FunctionConfirmation) => {
            enabling(evaluation, connection, service)
        }
        Decision::Deny(DenyReason::TypeDisabled) => format!("siesta governance set {service} enabled").into(),
        Decision::Deny(DenyReason::AgentNotActive) if facts.agent.found.is_some() => {
            format!("siesta agent enable {}", quoted(agent)).into()
        }
        Decision::Deny(DenyReason::ConnectionPrivate | DenyReason::AccessNotGranted) => match facts.stand_in() {
            Some(user) => format!("siesta grant {} --user {}", quoted(connection), quoted(user)).into(),
            None => "siesta user list".to_owned().into(),
        },
        Decision::Deny(reason) => match flags(reason, facts, evaluation) {
            Some(flags) => format!("siesta policy set {pair} {flags}").into(),
            None if is_beyond_policy(reason) => return Vec::new(),
            None => hint_of(reason, connection, agent),
        },
        Decision::NeedsApproval(AskReason::StepUp | AskReason::StepUpAlways) => {
            format!("siesta policy set {pair} --step-up never").into()
        }
        Decision::NeedsApproval(AskReason::Rule(_)) => format!("siesta policy show {pair}").into(),
        Decision::NeedsApproval(AskReason::Pending) => "siesta executions list --pending".to_owned().into(),
    };
    vec![one]
}

/// Whether no record could let the same request through: it is the request, or what became of the connection.
fn is_beyond_policy(reason: &DenyReason) -> bool {
    matches!(
        reason,
        DenyReason::NotSingleton
            | DenyReason::ConnectionRevoked
            | DenyReason::BadRequest(_)
            | DenyReason::HostNotAllowed(_)
            | DenyReason::SsrfBlocked(_)
            | DenyReason::FunctionUnmapped
            | DenyReason::NotVendable
            | DenyReason::ConstraintUnreadable { .. }
            | DenyReason::ApprovalUnknown
            | DenyReason::ApprovalRejected
            | DenyReason::ApprovalExpired
            | DenyReason::ApprovalCancelled
            | DenyReason::ApprovalUsed
            | DenyReason::ApprovalMismatch
            | DenyReason::AuditUnavailable
    )
}

/// Enables the function that decided, where its mode was set.
fn enabling(evaluation: &Evaluation, connection: &str, service: &str) -> Remedy {
    let mapped = evaluation.mapped.as_ref();
    match (mapped.and_then(|mapped| mapped.function()), mapped.map(|mapped| mapped.mode.source)) {
        (Some(function), Some(ModeSource::Connection)) => Remedy::noted(
            format!("siesta functions unset {} {function}", quoted(connection)),
            "its own setting goes; what the organization says holds again",
        ),
        (Some(function), _) => format!("siesta governance set {service}/{function} enabled").into(),
        (None, _) => format!("siesta governance list {service}").into(),
    }
}

/// What `policy set` would be told; none: another command, or one that needs to know no more than the reason.
fn flags(reason: &DenyReason, facts: &Facts, evaluation: &Evaluation) -> Option<String> {
    let Target::Connection(target) = &facts.target else { return None };
    let policy = target.policy.as_ref()?;
    Some(match reason {
        DenyReason::FlowNotAllowed => {
            let flows = [Flow::Vend, Flow::Broker].into_iter();
            let flows = flows.filter(|flow| *flow == facts.flow || policy.allowed_models.contains(flow));
            format!("--allowed-models {}", flows.map(Flow::typed).collect::<Vec<_>>().join(","))
        }
        DenyReason::AllowlistEmpty | DenyReason::AllowlistMiss { .. } => {
            let request = &evaluation.mapped.as_ref()?.request;
            let entries = policy.allowlists.iter().flat_map(typed).chain([allowing(request)]);
            entries.map(|entry| format!("--allow {}", quoted(&entry))).collect::<Vec<_>>().join(" ")
        }
        DenyReason::OutsideTimeWindow { .. } => windows(policy, facts)?,
        DenyReason::Constraint { kind, target: asked } => {
            let ids = constraint::list(&policy.constraints, &target.service, *kind).iter().chain([asked]);
            let ids: Vec<&str> = ids.map(String::as_str).collect();
            format!("--constraint-{kind} {}", quoted(&ids.join(",")))
        }
        DenyReason::RateLimited { limit, .. } => format!("--rate {}/h", rate_for_one_more(target, *limit)),
        _ => return None,
    })
}

/// A limit may be lower than what was admitted before it was set.
fn rate_for_one_more(target: &TargetFacts, limit: u64) -> u64 {
    u64::try_from(target.admitted.len()).unwrap_or(limit).max(limit).saturating_add(1)
}

/// The windows there are, and the day that was asked about.
fn windows(policy: &Policy, facts: &Facts) -> Option<String> {
    let mut windows = policy.time_windows.clone();
    let zone = windows.first()?.timezone.clone();
    windows.push(window::whole_day(facts.at, &zone)?);
    let typed = typed_windows(&windows).into_iter().map(|window| format!("--window {}", quoted(&window)));
    Some(typed.collect::<Vec<_>>().join(" "))
}

/// An entry as it is typed: once for each of its patterns.
fn typed(entry: &AllowlistEntry) -> Vec<String> {
    let methods = if entry.methods.len() == 6 { "*".to_owned() } else { entry.methods.join(",") };
    entry.path_patterns.iter().map(|path| format!("{methods} {}{path}", entry.base_url)).collect()
}

/// The entry for one request. What a pattern cannot hold is a star: any segment in that place.
fn allowing(request: &Canonical) -> String {
    let part = |segment: &String| {
        let is_typeable = |c: char| !(r"?#\;%*{}/".contains(c) || c.is_whitespace() || c.is_control());
        if segment.chars().all(is_typeable) { segment.clone() } else { "*".to_owned() }
    };
    let parts: Vec<String> = request.segments.iter().map(part).collect();
    format!("{} {}/{}", request.method, request.origin, parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::execution::{StoredBody, StoredRequest};
    use crate::model::policy::allow;

    fn canonical(method: &str, segments: &[&str]) -> Canonical {
        let origin = "https://h.example".to_owned();
        let url = format!("{origin}/");
        let request = StoredRequest { method: method.to_owned(), url, headers: Vec::new(), body: StoredBody::None };
        let segments = segments.iter().map(|segment| (*segment).to_owned()).collect();
        Canonical { method: method.to_owned(), origin, segments, query: Vec::new(), request }
    }

    #[test]
    fn an_entry_that_is_offered_lets_the_request_through_when_it_is_typed() {
        for segments in [&["api", "notes", "1"][..], &["a b", "c;d", "50%", "*"], &["it's"], &[""], &["a", ""]] {
            let request = canonical("DELETE", segments);
            let text = allowing(&request);
            let entry = allow::parse(&text, "https://h.example/api").unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(entry.fits(&request), "{text}");
        }
    }

    #[test]
    fn an_entry_is_typed_as_it_was_read() {
        let base = "https://h.example/api";
        for text in ["GET,HEAD https://h.example/api/notes/**", "* https://*.h.example/x/*", "GET https://o.example/"] {
            let entry = allow::parse(text, base).unwrap();
            assert_eq!(typed(&entry), [text]);
        }
    }
}
