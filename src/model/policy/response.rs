//! What response rules make of an answer (R27).
//!
//! What must stay true: an answer that cannot be read as JSON has no members to keep or to drop, so a rule about members
//! withholds it; a redaction reaches any text.
use crate::model::policy::rule::ResponseRule;
use crate::model::redact;
use serde_json::Value;

/// What stands in the place of an answer that the rules cannot look into.
pub const WITHHELD: &str = "[withheld: a response rule names fields, and the answer is not JSON]";

/// The answer with every rule applied.
pub fn apply(rules: &[ResponseRule], body: Vec<u8>) -> Vec<u8> {
    if rules.is_empty() {
        return body;
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(&body) else { return as_text(rules, &body) };
    for rule in rules {
        if !rule.allow_fields.is_empty() {
            let paths: Vec<Vec<&str>> = rule.allow_fields.iter().map(|path| path.split('.').collect()).collect();
            keep(&mut value, &paths.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        for path in &rule.deny_fields {
            strip(&mut value, &path.split('.').collect::<Vec<_>>());
        }
        if !rule.redact.is_empty() {
            redact::redact_value(&mut value, &rule.redact);
            mask_the_rest(&mut value, rule);
        }
    }
    value.to_string().into_bytes()
}

fn as_text(rules: &[ResponseRule], body: &[u8]) -> Vec<u8> {
    if rules.iter().any(|rule| !rule.allow_fields.is_empty() || !rule.deny_fields.is_empty()) {
        return WITHHELD.as_bytes().to_vec();
    }
    let mut text = String::from_utf8_lossy(body).into_owned();
    let mut changed = false;
    for rule in rules {
        if let Some(clean) = redact::redacted(&text, &rule.redact) {
            (text, changed) = (clean, true);
        }
    }
    if changed { text.into_bytes() } else { body.to_vec() }
}

/// A number or a name that a detector finds goes as a whole.
fn mask_the_rest(value: &mut Value, rule: &ResponseRule) {
    match value {
        Value::Number(number) if redact::finds(&number.to_string(), &rule.redact) => {
            *value = Value::from(redact::redacted(&value.to_string(), &rule.redact).unwrap_or_default());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask_the_rest(item, rule)),
        Value::Object(members) => {
            let named: Vec<String> = members.keys().filter(|name| redact::finds(name, &rule.redact)).cloned().collect();
            for name in named {
                let item = members.shift_remove(&name).unwrap_or_default();
                members.insert(redact::redacted(&name, &rule.redact).unwrap_or_default(), item);
            }
            members.values_mut().for_each(|item| mask_the_rest(item, rule));
        }
        _ => {}
    }
}

fn keep(value: &mut Value, paths: &[&[&str]]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| keep(item, paths)),
        Value::Object(members) => {
            members.retain(|name, item| {
                let below: Vec<&[&str]> =
                    paths.iter().filter(|path| path.first() == Some(&name.as_str())).map(|path| &path[1..]).collect();
                if below.is_empty() {
                    return false;
                }
                if below.iter().all(|path| !path.is_empty()) {
                    keep(item, &below);
                }
                true
            });
        }
        // A plain value has no member that a path could name.
        _ => *value = Value::Null,
    }
}

fn strip(value: &mut Value, path: &[&str]) {
    match (value, path) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| strip(item, path)),
        (Value::Object(members), [last]) => drop(members.shift_remove(*last)),
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(item) = members.get_mut(*first) {
                strip(item, rest);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::redact::Detector;
    use serde_json::json;

    fn rule(allow: &[&str], deny: &[&str], redact: &[Detector]) -> ResponseRule {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        ResponseRule {
            label: "r".to_owned(),
            allow_fields: owned(allow),
            deny_fields: owned(deny),
            redact: redact.to_vec(),
        }
    }

    fn applied(rules: &[ResponseRule], value: Value) -> Value {
        serde_json::from_slice(&apply(rules, value.to_string().into_bytes())).unwrap()
    }

    #[test]
    fn every_rule_applies_one_after_the_other() {
        // Row 73 of the decision cases.
        let rules = [rule(&[], &["a"], &[]), rule(&[], &["b"], &[])];
        assert_eq!(applied(&rules, json!({"a": 1, "b": 2, "c": 3})), json!({"c": 3}));
    }

    #[test]
    fn a_path_goes_through_lists() {
        let rules = [rule(&["items.id", "next"], &[], &[])];
        let answer = json!({"items": [{"id": 1, "mail": "a@b.cz"}, {"id": 2}], "next": {"x": 1}, "total": 2});
        assert_eq!(applied(&rules, answer), json!({"items": [{"id": 1}, {"id": 2}], "next": {"x": 1}}));
        let rules = [rule(&[], &["items.mail"], &[])];
        assert_eq!(applied(&rules, json!([{"items": {"mail": 1, "id": 2}}])), json!([{"items": {"id": 2}}]));
    }

    #[test]
    fn what_is_found_is_replaced_wherever_it_stands() {
        let rules = [rule(&[], &[], &[Detector::Email, Detector::Card])];
        let answer = json!({"a@b.cz": "to a@b.cz", "card": 4111111111111111u64});
        let clean = applied(&rules, answer).to_string();
        assert!(!clean.contains("a@b.cz") && !clean.contains("4111"), "{clean}");
        assert_eq!(apply(&rules, b"mail a@b.cz".to_vec()), b"mail [redacted email]");
    }

    #[test]
    fn an_answer_that_is_no_json_is_withheld_from_rules_about_fields() {
        assert_eq!(apply(&[rule(&["a"], &[], &[])], b"<a>1</a>".to_vec()), WITHHELD.as_bytes());
        assert_eq!(apply(&[], b"<a>1</a>".to_vec()), b"<a>1</a>");
    }
}
