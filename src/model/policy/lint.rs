//! What is odd about a policy: parts of it that can never matter, and writes that nobody is asked about.
use crate::model::connection::Connection;
use crate::model::governance::Mode;
use crate::model::policy::constraint;
use crate::model::policy::rule::{Action, Match, RequestRule};
use crate::model::policy::{AllowlistEntry, ConstraintKind, DefaultMode, Flow, Policy, StepUp};
use crate::model::service::{Function, Service};
use crate::model::words::words;

words! {
    Oddity {
        /// An earlier rule takes every request of this one.
        UnreachableRule => "unreachable_rule",
        /// The allowlist lets none of the requests through that a rule is about.
        AllowlistNarrower => "allowlist_narrower",
        /// A pattern that fits nothing the service has.
        DeadPattern => "dead_pattern",
        /// A function that changes something, and nothing asks.
        UngatedWrite => "ungated_write",
        /// A list of targets that no function of the service has.
        UnmeetableConstraint => "unmeetable_constraint",
        /// Nothing can ever pass.
        Closed => "closed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub oddity: Oddity,
    /// In words, with the name of the part.
    pub detail: String,
}

/// Looks at one policy. `mode` is the effective mode of a function on this connection.
pub fn lint(
    policy: &Policy,
    connection: &Connection,
    service: &Service,
    mode: impl Fn(&Function) -> Mode,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |oddity, detail: String| findings.push(Finding { oddity, detail });
    if policy.allowlists.is_empty() && policy.allowed_models.contains(&Flow::Broker) {
        find(Oddity::Closed, "the allowlist is empty: every brokered call is denied".to_owned());
    }
    if policy.allowed_models.is_empty() {
        find(Oddity::Closed, "no flow is allowed".to_owned());
    }
    if policy.rate_limits.as_ref().is_some_and(|limits| limits.max_requests_per_hour == Some(0)) {
        find(Oddity::Closed, "the rate limit is 0: every call is denied".to_owned());
    }
    for (at, rule) in policy.rules.request.iter().enumerate() {
        let earlier = policy.rules.request[..at].iter().filter(|earlier| earlier.action != Action::Redact);
        if let Some(earlier) = earlier.into_iter().find(|earlier| covers(&earlier.matches, &rule.matches)) {
            find(
                Oddity::UnreachableRule,
                format!("rule \"{}\" is never reached: \"{}\" comes first", rule.label, earlier.label),
            );
        }
        if !policy.allowlists.is_empty() && !is_within(rule, &policy.allowlists) {
            find(
                Oddity::AllowlistNarrower,
                format!("the allowlist lets no request through that rule \"{}\" is about", rule.label),
            );
        }
        let prefix = rule.matches.url_pattern.as_ref().and_then(|pattern| literal_prefix(pattern.as_str()));
        if let Some(prefix) = prefix.filter(|prefix| !is_path_of(service, &connection.base_url, prefix)) {
            find(
                Oddity::DeadPattern,
                format!("rule \"{}\": no function of {} is below {prefix}", rule.label, service.id),
            );
        }
    }
    for entry in &policy.allowlists {
        for pattern in &entry.path_patterns {
            let literal = pattern.split("/*").next().unwrap_or_default();
            let base = base_path(&entry.base_url);
            if !literal.is_empty() && !is_path_of(service, &connection.base_url, &format!("{base}{literal}")) {
                find(Oddity::DeadPattern, format!("allowlist entry {pattern}: no function of {} is there", service.id));
            }
        }
    }
    for function in service.functions.iter().filter(|function| !function.kind.is_harmless()) {
        let asks = mode(function) != Mode::Enabled
            || policy.default_mode != DefaultMode::ReadWrite
            || policy.step_up != StepUp::Never
            || policy.rules.request.iter().any(|rule| may_gate(rule, function));
        if !asks {
            find(
                Oddity::UngatedWrite,
                format!("{} ({}) passes without anybody being asked", function.name, function.kind),
            );
        }
    }
    for kind in ConstraintKind::ALL {
        if !constraint::list(&policy.constraints, service, *kind).is_empty() && !constraint::is_kept_by(service, *kind)
        {
            find(Oddity::UnmeetableConstraint, format!("no function of {} names a {kind}", service.id));
        }
    }
    for provider in policy.constraints.keys().filter(|provider| **provider != service.provider) {
        find(
            Oddity::UnmeetableConstraint,
            format!("a constraint for {provider}, and the connection is to {}", service.provider),
        );
    }
    findings
}

/// Whether every request that one match takes is taken by the other.
fn covers(wide: &Match, narrow: &Match) -> bool {
    let within = |wide: &[String], narrow: &[String]| {
        wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|word| wide.contains(word)))
    };
    within(&wide.methods, &narrow.methods)
        && (wide.kinds.is_empty() || (!narrow.kinds.is_empty() && narrow.kinds.iter().all(|k| wide.kinds.contains(k))))
        && (wide.url_pattern.is_none() || wide.url_pattern == narrow.url_pattern)
        && (wide.query_pattern.is_none() || wide.query_pattern == narrow.query_pattern)
        && wide.body.iter().all(|condition| narrow.body.contains(condition))
}

fn is_within(rule: &RequestRule, allowlists: &[AllowlistEntry]) -> bool {
    let methods = &rule.matches.methods;
    let prefix = rule.matches.url_pattern.as_ref().and_then(|pattern| literal_prefix(pattern.as_str()));
    allowlists.iter().any(|entry| {
        let by_method = methods.is_empty() || methods.iter().any(|method| entry.methods.contains(method));
        let by_path = prefix.as_deref().is_none_or(|prefix| {
            entry.path_patterns.iter().any(|pattern| {
                let literal =
                    format!("{}{}", base_path(&entry.base_url), pattern.split("/*").next().unwrap_or_default());
                may_meet(&literal, prefix)
            })
        });
        by_method && by_path
    })
}

/// Of two beginnings of a path: whether one path may have both.
fn may_meet(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// The plain text that every path a pattern fits begins with; none: it is not bound to the beginning.
fn literal_prefix(pattern: &str) -> Option<String> {
    let rest = pattern.strip_prefix('^').filter(|rest| rest.starts_with('/') && !pattern.contains('|'))?;
    let end = rest.find(|c: char| r"\.+*?()[]{}$".contains(c));
    let whole = &rest[..end.unwrap_or(rest.len())];
    // What a star or a question mark follows may be missing.
    let optional = end.is_some_and(|at| rest[at..].starts_with(['*', '?', '{']));
    Some(if optional { whole[..whole.len().saturating_sub(1)].to_owned() } else { whole.to_owned() })
}

fn base_path(base_url: &str) -> String {
    url::Url::parse(base_url).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// Whether a function of the service may have a path that begins so. A generic function may have any.
fn is_path_of(service: &Service, base_url: &str, prefix: &str) -> bool {
    let base = base_path(base_url);
    service.functions.iter().any(|function| {
        let whole = format!("{base}{}", function.path);
        function.generic || fits_so_far(&whole, prefix)
    })
}

fn fits_so_far(template: &str, prefix: &str) -> bool {
    let (mut parts, mut wanted) = (template.split('/'), prefix.split('/').peekable());
    while let Some(part) = wanted.next() {
        let Some(own) = parts.next() else { return part.is_empty() };
        let is_last = wanted.peek().is_none();
        if own.contains('{') || own == part || (is_last && own.starts_with(part)) {
            continue;
        }
        return false;
    }
    true
}

/// Whether a rule may stop or ask about a function. One with conditions on the body may.
fn may_gate(rule: &RequestRule, function: &Function) -> bool {
    let matches = &rule.matches;
    matches!(rule.action, Action::Deny | Action::RequireApproval)
        && (matches.methods.is_empty() || matches.methods.contains(&function.method))
        && (matches.kinds.is_empty() || matches.kinds.contains(&function.kind))
}
