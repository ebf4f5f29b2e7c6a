//! Rules in words: in a few for a change, and with all they match where one policy is shown.
use super::parts::NONE;
use crate::model::policy::Rules;
use crate::model::policy::rule::{Match, RequestRule, ResponseRule};

/// The request and the response rules by their labels. One that was there before under its label and says something
/// else now is marked: its label alone would hide the change.
pub(super) fn in_short(rules: &Rules, before: Option<&Rules>) -> (String, String) {
    let request = rules.request.iter().map(|rule| {
        let old = before.and_then(|before| before.request.iter().find(|old| old.label == rule.label));
        let changed = if old.is_some_and(|old| old != rule) { ", changed" } else { "" };
        format!("{} ({}{changed})", rule.label, rule.action)
    });
    let response = rules.response.iter().map(|rule| {
        let old = before.and_then(|before| before.response.iter().find(|old| old.label == rule.label));
        let changed = if old.is_some_and(|old| old != rule) { " (changed)" } else { "" };
        format!("{}{changed}", rule.label)
    });
    (joined(request.collect()), joined(response.collect()))
}

fn joined(rules: Vec<String>) -> String {
    if rules.is_empty() { NONE.to_owned() } else { rules.join("; ") }
}

/// A request rule with what it matches.
pub(super) fn request(rule: &RequestRule) -> String {
    let redacts: Vec<&str> = rule.redact.iter().map(|detector| detector.as_str()).collect();
    let what = if redacts.is_empty() { String::new() } else { format!(" {}", redacts.join(",")) };
    let fields = if rule.fields.is_empty() { String::new() } else { format!(" in {}", rule.fields.join(",")) };
    format!("{} ({}{what}{fields}): {}", rule.label, rule.action, matches(&rule.matches))
}

fn matches(matches: &Match) -> String {
    let mut parts = Vec::new();
    if !matches.methods.is_empty() {
        parts.push(matches.methods.join(","));
    }
    if !matches.kinds.is_empty() {
        let kinds: Vec<&str> = matches.kinds.iter().map(|kind| kind.as_str()).collect();
        parts.push(format!("kind {}", kinds.join(",")));
    }
    parts.extend(matches.url_pattern.iter().map(|pattern| format!("url {}", pattern.as_str())));
    parts.extend(matches.query_pattern.iter().map(|pattern| format!("query {}", pattern.as_str())));
    parts.extend(matches.body.iter().map(|condition| match condition.value.is_null() {
        true => format!("{} {}", condition.path, condition.op),
        false => format!("{} {} {}", condition.path, condition.op, condition.value),
    }));
    if parts.is_empty() { "every request".to_owned() } else { parts.join(" and ") }
}

/// A response rule with what it does.
pub(super) fn response(rule: &ResponseRule) -> String {
    let mut parts = Vec::new();
    if !rule.allow_fields.is_empty() {
        parts.push(format!("keeps only {}", rule.allow_fields.join(",")));
    }
    if !rule.deny_fields.is_empty() {
        parts.push(format!("drops {}", rule.deny_fields.join(",")));
    }
    if !rule.redact.is_empty() {
        let detectors: Vec<&str> = rule.redact.iter().map(|detector| detector.as_str()).collect();
        parts.push(format!("redacts {}", detectors.join(",")));
    }
    format!("{}: {}", rule.label, parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::typed;

    #[test]
    fn a_rule_that_changed_under_its_label_is_marked() {
        let rules = |text: &str| typed::read(text).unwrap();
        let one = rules(
            r#"{"request": [{"label": "x", "match": {"methods": ["DELETE"]}, "action": "deny"}],
                "response": [{"label": "y", "redact": ["email"]}]}"#,
        );
        let other = rules(
            r#"{"request": [{"label": "x", "match": {"methods": ["POST"]}, "action": "deny"},
                            {"label": "z", "action": "allow"}],
                "response": [{"label": "y", "denyFields": ["a"]}]}"#,
        );
        assert_eq!(in_short(&one, Some(&one)), ("x (deny)".to_owned(), "y".to_owned()));
        assert_eq!(in_short(&other, Some(&one)), ("x (deny, changed); z (allow)".to_owned(), "y (changed)".to_owned()));
        assert_eq!(in_short(&Rules::default(), Some(&one)).0, "none");
    }

    #[test]
    fn what_a_rule_matches_is_said() {
        let rules = typed::read(
            r#"{"request": [
                {"label": "a", "match": {"methods": ["post"], "urlPattern": "^/x", "queryPattern": "q=1",
                    "kinds": ["send"], "body": [{"path": "text", "op": "contains", "value": "price"},
                                                {"path": "to", "op": "exists"}]}, "action": "deny"},
                {"label": "b", "action": "redact", "redact": ["email"], "fields": ["text"]}],
                "response": [{"label": "c", "allowFields": ["id"], "redact": ["email"]}]}"#,
        )
        .unwrap();
        let said: Vec<String> = rules.request.iter().map(request).chain(rules.response.iter().map(response)).collect();
        assert_eq!(
            said,
            [
                "a (deny): POST and kind send and url ^/x and query q=1 and text contains \"price\" and to exists",
                "b (redact email in text): every request",
                "c: keeps only id, redacts email",
            ]
        );
    }
}
