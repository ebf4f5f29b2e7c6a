//! What is odd about a policy: parts of it that can never matter, and writes that nobody is asked about.
use crate::model::connection::Connection;
use crate::model::governance::Mode;
use crate::model::pattern::Pattern;
use crate::model::policy::constraint;
use crate::model::policy::rule::{Action, Match, RequestRule};
use crate::model::policy::{AllowlistEntry, ConstraintKind, DefaultMode, Flow, Policy, StepUp};
use crate::model::service::{Function, FunctionKind, Service};
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
        if let Some(earlier) = earlier.into_iter().find(|earlier| covers(earlier, rule)) {
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
        findings_of(rule, connection, service).for_each(|detail| find(Oddity::DeadPattern, detail));
    }
    for entry in &policy.allowlists {
        for pattern in &entry.path_patterns {
            if let Some(why) = is_dead(entry, pattern, connection, service) {
                find(Oddity::DeadPattern, format!("allowlist entry {pattern}: {why}"));
            }
        }
    }
    for function in service.functions.iter().filter(|function| !function.kind.is_harmless()) {
        let asks = mode(function) != Mode::Enabled
            || policy.default_mode != DefaultMode::ReadWrite
            || policy.step_up != StepUp::Never
            || policy.rules.request.iter().any(|rule| may_gate(rule, function, &connection.base_url));
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

/// Whether every request that one rule matches is taken by an earlier one. An `allow` matches when all values fit and a
/// restriction when any does, so an `allow` with conditions on values leaves requests for the same restriction behind it.
fn covers(earlier: &RequestRule, rule: &RequestRule) -> bool {
    let (wide, narrow) = (&earlier.matches, &rule.matches);
    let looks_at_values = !wide.body.is_empty() || wide.query_pattern.is_some() || wide.url_pattern.is_some();
    if earlier.action == Action::Allow && rule.action != Action::Allow && looks_at_values {
        return false;
    }
    let within = |wide: &[String], narrow: &[String]| {
        wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|word| wide.contains(word)))
    };
    within(&wide.methods, &narrow.methods)
        && (wide.kinds.is_empty() || (!narrow.kinds.is_empty() && narrow.kinds.iter().all(|k| wide.kinds.contains(k))))
        && (wide.url_pattern.is_none()
            || wide.url_pattern == narrow.url_pattern
            || wide
                .url_pattern
                .as_ref()
                .zip(narrow.url_pattern.as_ref())
                .is_some_and(|(wide, narrow)| holds(wide, narrow)))
        && (wide.query_pattern.is_none() || wide.query_pattern == narrow.query_pattern)
        && wide.body.iter().all(|condition| narrow.body.contains(condition))
}

/// Whether the wider pattern is a mere beginning of paths, and all that the narrower fits begin so. Only of ASCII: an accent
/// that follows a letter makes it another one.
fn holds(wide: &Pattern, narrow: &Pattern) -> bool {
    let beginning = literal_prefix(wide.as_str()).filter(|text| wide.as_str().strip_prefix('^') == Some(text));
    let whole = narrow.as_str();
    let below = literal_prefix(whole);
    beginning.zip(below).is_some_and(|(wide, narrow)| wide.is_ascii() && narrow.starts_with(&wide) && whole.is_ascii())
}

/// What of a rule fits nothing the service has.
fn findings_of(rule: &RequestRule, connection: &Connection, service: &Service) -> impl Iterator<Item = String> {
    let Match { methods, url_pattern, kinds, .. } = &rule.matches;
    let has = |kind: &FunctionKind| is_unmapped(*kind) || service.functions.iter().any(|f| f.kind == *kind);
    let kinds = kinds.iter().filter(move |kind| !has(kind));
    let kinds = kinds.map(|kind| format!("rule \"{}\": {} has no function of the kind {kind}", rule.label, service.id));
    let pattern = url_pattern.as_ref().map(|pattern| pattern.as_str());
    let address = match (pattern.and_then(literal_whole), pattern.and_then(literal_prefix)) {
        (Some(path), _) => (!is_whole_path_of(service, &connection.base_url, path, methods))
            .then(|| format!("rule \"{}\": {} has no function {}{path}", rule.label, service.id, listed(methods))),
        (None, Some(prefix)) => (!is_path_of(service, &connection.base_url, &prefix))
            .then(|| format!("rule \"{}\": no function of {} is below {prefix}", rule.label, service.id)),
        (None, None) => None,
    };
    kinds.chain(address)
}

/// The kinds that a raw address may have that is no function of the service.
fn is_unmapped(kind: FunctionKind) -> bool {
    matches!(kind, FunctionKind::Read | FunctionKind::Write | FunctionKind::Delete)
}

fn listed(methods: &[String]) -> String {
    if methods.is_empty() { String::new() } else { format!("{} ", methods.join(",")) }
}

/// Why a pattern of an allowlist fits nothing; none: it fits something.
fn is_dead(entry: &AllowlistEntry, pattern: &str, connection: &Connection, service: &Service) -> Option<String> {
    let base = base_path(&entry.base_url);
    if pattern.contains(['{', '}']) {
        return Some("braces are no pattern; use * for one segment".to_owned());
    }
    if !pattern.contains('*') && pattern != "/" {
        let is_there = is_whole_path_of(service, &connection.base_url, &format!("{base}{pattern}"), &entry.methods);
        return (!is_there).then(|| format!("{} has no function {}{pattern}", service.id, listed(&entry.methods)));
    }
    let literal = pattern.split("/*").next().unwrap_or_default();
    let is_there = literal.is_empty() || is_path_of(service, &connection.base_url, &format!("{base}{literal}"));
    (!is_there).then(|| format!("no function of {} is there", service.id))
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
    let last = whole.chars().next_back().filter(|_| optional).map_or(0, char::len_utf8);
    Some(whole[..whole.len() - last].to_owned())
}

/// The only path a pattern fits, if it is bound at both ends and holds nothing but plain text.
fn literal_whole(pattern: &str) -> Option<&str> {
    let path = pattern.strip_prefix('^')?.strip_suffix('$')?;
    (path.starts_with('/') && !path.contains(|c: char| r"\.+*?()[]{}|^$".contains(c))).then_some(path)
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

/// Whether a function of the service may have just this path, with one of these methods; no methods: any.
fn is_whole_path_of(service: &Service, base_url: &str, path: &str, methods: &[String]) -> bool {
    let base = base_path(base_url);
    service.functions.iter().any(|function| {
        let by_method = |method: &String| *method == function.method || (method == "HEAD" && function.method == "GET");
        let has_method = service.ignores_method || methods.is_empty() || methods.iter().any(by_method);
        let whole = format!("{base}{}", function.path);
        let holds_slashes = function.parameters.iter().any(|parameter| parameter.allow_slash);
        let is_there = if holds_slashes { fits_so_far(&whole, path) } else { fits_wholly(&whole, path) };
        has_method && (function.generic || is_there)
    })
}

fn fits_wholly(template: &str, path: &str) -> bool {
    let (own, wanted): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    own.len() == wanted.len() && own.iter().zip(&wanted).all(|(own, part)| own.contains('{') || own == part)
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
fn may_gate(rule: &RequestRule, function: &Function, base_url: &str) -> bool {
    let matches = &rule.matches;
    let prefix = matches.url_pattern.as_ref().and_then(|pattern| literal_prefix(pattern.as_str()));
    let own = function.base_url.as_deref().unwrap_or(base_url);
    let is_elsewhere = |prefix: String| {
        let holds_slashes = function.parameters.iter().any(|parameter| parameter.allow_slash);
        !function.generic && !holds_slashes && !fits_so_far(&format!("{}{}", base_path(own), function.path), &prefix)
    };
    if prefix.is_some_and(is_elsewhere) {
        return false;
    }
    matches!(rule.action, Action::Deny | Action::RequireApproval)
        && (matches.methods.is_empty() || matches.methods.contains(&function.method))
        && (matches.kinds.is_empty() || matches.kinds.contains(&function.kind))
}
