//! Request and response rules: what a policy says about single requests and about answers.
use crate::model::pattern::Pattern;
use crate::model::redact::Detector;
use crate::model::service::FunctionKind;
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::OnceLock;
use thiserror::Error;

/// The rules of a policy. Of the request rules the first that matches decides (R18).
#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    #[serde(default)]
    pub request: Vec<RequestRule>,
    #[serde(default)]
    pub response: Vec<ResponseRule>,
}

words! {
    /// What a request rule does.
    Action {
        Allow => "allow",
        Deny => "deny",
        RequireApproval => "require_approval",
        /// Replaces what the detectors find and goes on with the next rule.
        Redact => "redact",
    }
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestRule {
    pub label: String,
    #[serde(rename = "match", default)]
    pub matches: Match,
    pub action: Action,
    /// For `redact`: what is looked for; empty: everything that has a detector.
    #[serde(default)]
    pub redact: Vec<Detector>,
    /// For `redact`: where it is looked for; empty: in every text. `body` is the body as one text.
    #[serde(default)]
    pub fields: Vec<String>,
}

/// When a rule applies: every part that is there must fit; a rule without parts fits every request.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// Empty: any.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Looked for in the path, or in origin and path where it holds `://`.
    #[serde(default)]
    pub url_pattern: Option<Pattern>,
    /// Looked for in the decoded query: `a=1&b=2`.
    #[serde(default)]
    pub query_pattern: Option<Pattern>,
    #[serde(default)]
    pub body: Vec<Condition>,
    /// Kinds of function, from the catalogue; empty: any. This is what presets are made of.
    #[serde(default)]
    pub kinds: Vec<FunctionKind>,
}

words! {
    Operator {
        Eq => "eq",
        Neq => "neq",
        In => "in",
        NotIn => "not_in",
        Contains => "contains",
        Matches => "matches",
        Exists => "exists",
        Gt => "gt",
        Lt => "lt",
    }
}

/// A condition on one value. The path is a provider-neutral field (`recipients`, `subject`, `text`, `model`,
/// `maxOutputTokens`), `query.NAME`, or a path in the body with or without `body.` before it.
#[derive(Debug, Clone, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub path: String,
    pub op: Operator,
    #[serde(default)]
    pub value: Value,
    /// The value of `matches`, compiled.
    #[serde(skip)]
    #[schemars(skip)]
    compiled: OnceLock<Pattern>,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Condition) -> bool {
        (&self.path, self.op, &self.value) == (&other.path, other.op, &other.value)
    }
}

impl Condition {
    pub fn new(path: &str, op: Operator, value: Value) -> Condition {
        Condition { path: path.to_owned(), op, value, compiled: OnceLock::new() }
    }

    pub fn pattern(&self) -> &Pattern {
        self.compiled.get_or_init(|| Pattern::unchecked(self.value.as_str().unwrap_or_default()))
    }
}

/// What becomes of an answer's JSON. Every rule applies, one after the other.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResponseRule {
    pub label: String,
    /// Only these members stay; empty: all. A path goes through lists.
    #[serde(default)]
    pub allow_fields: Vec<String>,
    /// These members go.
    #[serde(default)]
    pub deny_fields: Vec<String>,
    /// What is replaced in every text that is left.
    #[serde(default)]
    pub redact: Vec<Detector>,
}

/// Why rules cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleError {
    #[error("the rules are not sound: {0}")]
    Shape(String),
    #[error("a rule's label has 1 to 100 printable characters, not {0:?}")]
    Label(String),
    #[error("two rules have the label \"{0}\"")]
    TwiceLabelled(String),
    #[error("rule \"{label}\": {why}")]
    Rule { label: String, why: String },
}

/// How many rules a policy may have: a decision looks at each.
pub const MOST_RULES: usize = 1000;

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "IMAP", "SMTP"];

impl Rules {
    pub fn is_empty(&self) -> bool {
        self.request.is_empty() && self.response.is_empty()
    }

    /// Checks every rule, and refuses those that can never match.
    pub fn check(&mut self) -> Result<(), RuleError> {
        if self.request.len() + self.response.len() > MOST_RULES {
            return Err(RuleError::Shape(format!("a policy has at most {MOST_RULES} rules")));
        }
        let labels = self.request.iter().map(|r| &r.label).chain(self.response.iter().map(|r| &r.label));
        let mut seen = std::collections::BTreeSet::new();
        for label in labels {
            crate::model::label::check_name(label).map_err(|_| RuleError::Label(label.clone()))?;
            if !seen.insert(label.clone()) {
                return Err(RuleError::TwiceLabelled(label.clone()));
            }
        }
        for rule in &mut self.request {
            let label = rule.label.clone();
            rule.check().map_err(|why| RuleError::Rule { label, why })?;
        }
        for rule in &self.response {
            if rule.allow_fields.is_empty() && rule.deny_fields.is_empty() && rule.redact.is_empty() {
                let why = "it changes nothing: it names neither allowFields, denyFields nor redact".to_owned();
                return Err(RuleError::Rule { label: rule.label.clone(), why });
            }
        }
        Ok(())
    }
}

impl RequestRule {
    fn check(&mut self) -> Result<(), String> {
        for method in &mut self.matches.methods {
            *method = method.to_ascii_uppercase();
            if !METHODS.contains(&method.as_str()) {
                return Err(format!("it can never match: \"{method}\" is not one of {}", METHODS.join(", ")));
            }
        }
        for pattern in [&self.matches.url_pattern, &self.matches.query_pattern].into_iter().flatten() {
            pattern.check()?;
        }
        if let Some(url) = &self.matches.url_pattern {
            let text = url.as_str();
            let anchored = text.strip_prefix('^').and_then(|rest| rest.chars().next());
            // A path begins with a slash, an address with a scheme.
            if anchored.is_some_and(|c| c.is_ascii_alphanumeric()) && !url.names_an_origin() {
                return Err(format!("it can never match: a path begins with \"/\", which \"{text}\" does not allow"));
            }
        }
        if let Some(url) = &self.matches.url_pattern
            && [r"\?", "[?]", "#"].iter().any(|part| url.as_str().contains(part))
        {
            return Err(
                "it can never match: an address is matched without its query; use queryPattern for that".to_owned()
            );
        }
        if let Some(query) = &self.matches.query_pattern
            && [r"^\?", "^[?]"].iter().any(|start| query.as_str().starts_with(start))
        {
            return Err("it can never match: the query begins behind the question mark".to_owned());
        }
        for condition in &self.matches.body {
            condition.check()?;
        }
        self.never_both()?;
        let redacts = self.action == Action::Redact;
        let says_how = !self.redact.is_empty() || !self.fields.is_empty();
        if says_how && !redacts {
            return Err("\"redact\" and \"fields\" belong to the action redact".to_owned());
        }
        Ok(())
    }

    /// Refuses conditions on one field that no value can meet together.
    fn never_both(&self) -> Result<(), String> {
        let single = |path: &str| !path.contains("recipients");
        for (at, one) in self.matches.body.iter().enumerate() {
            for other in self.matches.body[at + 1..].iter().filter(|other| other.path == one.path && single(&one.path))
            {
                let clash = match (one.op, other.op) {
                    (Operator::Eq, Operator::Eq) => one.value != other.value,
                    (Operator::Eq, Operator::Neq) | (Operator::Neq, Operator::Eq) => one.value == other.value,
                    (Operator::Gt, Operator::Lt) => one.value.as_f64() >= other.value.as_f64(),
                    (Operator::Lt, Operator::Gt) => one.value.as_f64() <= other.value.as_f64(),
                    (Operator::Exists, _) => one.value == Value::Bool(false) && !other.wants_absence(),
                    (_, Operator::Exists) => other.value == Value::Bool(false) && !one.wants_absence(),
                    _ => false,
                };
                if clash {
                    let (one, other) = (one.op, other.op);
                    let path = &self.matches.body[at].path;
                    return Err(format!("it can never match: \"{path}\" cannot fit both {one} and {other}"));
                }
            }
        }
        Ok(())
    }
}

impl Condition {
    fn wants_absence(&self) -> bool {
        self.op == Operator::Exists && self.value == Value::Bool(false)
    }

    fn check(&self) -> Result<(), String> {
        if self.path.is_empty() || self.path.split('.').any(str::is_empty) {
            return Err(format!("\"{}\" is not a path", self.path));
        }
        let wants = |what: &str| Err(format!("{} on \"{}\" wants {what}", self.op, self.path));
        match (self.op, &self.value) {
            (Operator::In | Operator::NotIn, Value::Array(items)) if items.is_empty() => {
                Err(format!("it can never match: the list of {} on \"{}\" is empty", self.op, self.path))
            }
            (Operator::In | Operator::NotIn, Value::Array(_)) => Ok(()),
            (Operator::In | Operator::NotIn, _) => wants("a list"),
            (Operator::Gt | Operator::Lt, value) if !value.is_number() => wants("a number"),
            (Operator::Matches, Value::String(text)) => Pattern::new(text).map(drop),
            (Operator::Matches, _) => wants("a pattern"),
            (Operator::Exists, Value::Bool(_) | Value::Null) => Ok(()),
            (Operator::Exists, _) => wants("true or false"),
            (Operator::Eq | Operator::Neq | Operator::Contains, Value::Null) => wants("a value"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn checked(rules: Value) -> Result<(), String> {
        let mut rules: Rules = serde_json::from_value(rules).map_err(|e| e.to_string())?;
        rules.check().map_err(|e| e.to_string())
    }

    fn one(matches: Value) -> Result<(), String> {
        checked(json!({"request": [{"label": "r", "match": matches, "action": "deny"}]}))
    }

    #[test]
    fn the_example_is_a_set_of_rules() {
        let mut rules: Rules = serde_json::from_str(include_str!("../../../examples/rules.json")).unwrap();
        rules.check().unwrap();
        assert_eq!((rules.request.len(), rules.response.len()), (3, 1));
    }

    #[test]
    fn sound_rules_are_taken() {
        assert_eq!(one(json!({})), Ok(()));
        assert_eq!(one(json!({"methods": ["post"], "urlPattern": "^/a/[0-9]+$", "queryPattern": "x=1"})), Ok(()));
        assert_eq!(one(json!({"body": [{"path": "fields.project.key", "op": "in", "value": ["OPS"]}]})), Ok(()));
        assert_eq!(one(json!({"body": [{"path": "x", "op": "exists"}]})), Ok(()));
    }

    #[test]
    fn a_rule_that_can_never_match_is_refused() {
        let eq = |value: Value| json!({"path": "x", "op": "eq", "value": value});
        for matches in [
            json!({"methods": ["TRACE"]}),
            json!({"body": [{"path": "x", "op": "in", "value": []}]}),
            json!({"body": [eq(json!(1)), eq(json!(2))]}),
            json!({"body": [{"path": "x", "op": "gt", "value": 5}, {"path": "x", "op": "lt", "value": 5}]}),
            json!({"body": [{"path": "x", "op": "exists", "value": false}, eq(json!(1))]}),
            json!({"urlPattern": "^rest/api"}),
        ] {
            let why = one(matches.clone()).unwrap_err();
            assert!(why.contains("can never match"), "{matches}: {why}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_said() {
        for (rules, words) in [
            (json!({"request": [{"label": "a", "action": "maybe"}]}), "unknown variant"),
            (json!({"request": [{"label": "a", "action": "deny", "when": 1}]}), "unknown field"),
            (json!({"request": [{"label": "", "action": "deny"}]}), "1 to 100 printable"),
            (json!({"request": [{"label": "a", "action": "deny"}, {"label": "a", "action": "deny"}]}), "two rules"),
            (json!({"request": [{"label": "a", "action": "deny", "match": {"urlPattern": "("}}]}), "does not compile"),
            (
                json!({"request": [{"label": "a", "action": "deny", "match": {"body": [{"path": "x", "op": "gt", "value": "9"}]}}]}),
                "wants a number",
            ),
            (
                json!({"request": [{"label": "a", "action": "deny", "redact": ["email"]}]}),
                "belong to the action redact",
            ),
            (json!({"response": [{"label": "a"}]}), "changes nothing"),
        ] {
            let why = checked(rules.clone()).unwrap_err();
            assert!(why.contains(words), "{rules}: {why}");
        }
    }
}
