//! Rules as they are typed: JSON of exactly the documented shape.
//!
//! What must stay true: nothing is taken for rules that does not name what it sets. `serde` also reads a structure from
//! a list of its members in order, and from an empty list where every member has a default, so `[]` would clear every
//! rule of a policy.
use super::Rules;
use super::rule::RuleError;
use crate::model::json;
use serde_json::Value;

/// Reads and checks rules.
pub fn read(text: &str) -> Result<Rules, RuleError> {
    let shape = |why: String| RuleError::Shape(why);
    // Read strictly first: a key that appears twice would be another rule than the one that was read.
    let value = json::parse(text).map_err(|error| shape(error.to_string()))?;
    has_names(&value).map_err(shape)?;
    let mut rules: Rules = serde_json::from_str(text).map_err(|error| shape(error.to_string()))?;
    rules.check()?;
    Ok(rules)
}

fn has_names(rules: &Value) -> Result<(), String> {
    if !rules.is_object() {
        return Err("rules are an object with request and response".to_owned());
    }
    for part in ["request", "response"] {
        for rule in items(rules, part) {
            object(rule, "a rule")?;
            if let Some(matches) = rule.get("match") {
                object(matches, "match")?;
                items(matches, "body")
                    .iter()
                    .try_for_each(|condition| object(condition, "a condition of match.body"))?;
            }
        }
    }
    Ok(())
}

/// The items of a list; whatever else stands there is told about by its type.
fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn object(value: &Value, what: &str) -> Result<(), String> {
    value.is_object().then_some(()).ok_or_else(|| format!("{what} is an object, not {value:.100}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_not_taken_for_what_has_names() {
        for (text, words) in [
            ("[]", "an object with request and response"),
            ("null", "an object with request and response"),
            (r#"[[{"label": "a", "action": "deny"}], []]"#, "an object with request and response"),
            (r#"{"request": [["a", {}, "deny", [], []]]}"#, "a rule is an object"),
            (r#"{"response": [["a", [], ["x"], []]]}"#, "a rule is an object"),
            (r#"{"request": [{"label": "a", "match": [], "action": "allow"}]}"#, "match is an object"),
            (r#"{"request": [{"label": "a", "match": {"body": [["x", "eq", 1]]}, "action": "deny"}]}"#, "a condition"),
        ] {
            let why = read(text).map(drop).unwrap_err().to_string();
            assert!(why.contains(words), "{text}: {why}");
        }
    }

    #[test]
    fn an_object_is_read_and_may_be_empty() {
        assert_eq!(read("{}"), Ok(Rules::default()));
        let rules = read(r#"{"request": [{"label": "a", "match": {"methods": ["get"]}, "action": "deny"}]}"#).unwrap();
        assert_eq!(rules.request[0].matches.methods, ["GET"]);
    }
}
