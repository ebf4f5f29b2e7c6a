//! Checking a manifest: every fault with the JSON pointer (RFC 6901) of its place.
//!
//! What must stay true: a fault never repeats a value, because the value may be the secret that should not be there;
//! all faults are named, not only the first.
use super::contract::{self, Operation};
use super::shape::{Keys, Shape};
use super::{Form, Mode};
use crate::model::json::{self, JsonError};
use crate::model::secret_shape::{holds_a_secret, is_random};
use serde_json::Value;
use url::Url;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The place, or the place where something is missing.
    pub pointer: String,
    pub message: String,
}

impl Fault {
    pub(super) fn new(pointer: &str, message: impl Into<String>) -> Fault {
        Fault { pointer: pointer.to_owned(), message: message.into() }
    }
}

/// A manifest that was looked at.
#[derive(Debug, Clone)]
pub struct Checked {
    /// None: nothing tells.
    pub mode: Option<Mode>,
    pub form: Option<Form>,
    pub document: Option<Value>,
    pub faults: Vec<Fault>,
}

/// Looks at the text of a manifest.
pub fn check(text: &str) -> Checked {
    let nothing = |fault: Fault| Checked { mode: None, form: None, document: None, faults: vec![fault] };
    let document = match json::parse(text.trim_start_matches('\u{feff}')) {
        Ok(document) => document,
        Err(JsonError::DuplicateKey(key)) => {
            return nothing(Fault::new("", format!("the key {} stands twice", said(&key))));
        }
        Err(error) => return nothing(Fault::new("", error.to_string())),
    };
    if !document.is_object() {
        return nothing(Fault::new("", "a manifest is a JSON object"));
    }
    let (mode, mut faults) = mode_of(&document);
    let Some(mode) = mode else {
        secrets(&document, "", &mut faults);
        return Checked { mode: None, form: None, document: Some(document), faults };
    };
    let generated = ["manifestType", "inputs", "assistants"].iter().any(|key| document.get(key).is_some());
    let form = if generated || mode != Mode::ExternalApi { Form::Generated } else { Form::HandWritten };
    faults.extend(faults_of(&document, mode, form));
    Checked { mode: Some(mode), form: Some(form), document: Some(document), faults }
}

/// Which mode a document says it has; places that disagree are a mixture.
fn mode_of(document: &Value) -> (Option<Mode>, Vec<Fault>) {
    let places = ["/manifestType", "/integration/mode", "/inputs/integrationMode"];
    let named: Vec<(&str, Option<Mode>)> = places
        .into_iter()
        .filter_map(|place| Some((place, document.pointer(place)?.as_str()?)))
        .map(|(place, word)| {
            (place, Mode::parse(word.strip_prefix("siesta-").filter(|_| place == places[0]).unwrap_or(word)))
        })
        .collect();
    let mode = named.iter().find_map(|(_, mode)| *mode);
    let mut faults = Vec::new();
    match mode {
        None => faults.push(Fault::new("/integration/mode", "it names none of external-api, realtime-api, web-plugin")),
        Some(mode) => {
            let others = named.iter().filter(|(_, other)| other.is_some_and(|other| other != mode));
            faults.extend(
                others.map(|(place, _)| Fault::new(place, format!("another mode than {mode}; modes are never mixed"))),
            );
        }
    }
    (mode, faults)
}

/// Everything that is wrong with a document of this mode and form.
pub(super) fn faults_of(document: &Value, mode: Mode, form: Form) -> Vec<Fault> {
    let mut look = Look { document, form, faults: Vec::new() };
    look.object(document, mode.keys(form), "");
    look.agree(form);
    let mut faults = look.faults;
    secrets(document, "", &mut faults);
    marks(document, mode, "", &mut faults);
    faults.sort();
    faults.dedup();
    faults
}

struct Look<'a> {
    document: &'a Value,
    form: Form,
    faults: Vec<Fault>,
}

impl Look<'_> {
    fn fault(&mut self, pointer: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(pointer, message));
    }

    fn object(&mut self, value: &Value, keys: Keys, at: &str) {
        let Some(object) = value.as_object() else { return self.fault(at, "an object belongs here") };
        for key in object.keys().filter(|key| keys.iter().all(|(known, _)| known != key)) {
            self.fault(&below(at, key), "unknown key");
        }
        for (key, shape) in keys {
            match object.get(*key) {
                Some(value) => self.value(value, shape, &below(at, key)),
                None => self.fault(&below(at, key), "missing key"),
            }
        }
        // The order inside what people wrote by hand is nowhere said; that of the whole is.
        let known: Vec<&str> = keys.iter().map(|(key, _)| *key).filter(|key| object.contains_key(*key)).collect();
        let found: Vec<&str> = object.keys().map(String::as_str).filter(|key| known.contains(key)).collect();
        if let Some((first, _)) = found.iter().zip(&known).find(|(found, known)| found != known)
            && (at.is_empty() || self.form == Form::Generated)
        {
            self.fault(&below(at, first), format!("out of order; the order is {}", known.join(", ")));
        }
    }

    fn value(&mut self, value: &Value, shape: &Shape, at: &str) {
        let text = value.as_str();
        let said = |ok: bool| (!ok).then_some(());
        match shape {
            Shape::Text => {
                if said(text.is_some_and(|text| !text.trim().is_empty())).is_some() {
                    self.fault(at, "words belong here");
                }
            }
            Shape::Exact(exact) => {
                if text != Some(exact) {
                    self.fault(at, format!("it must be {exact}"));
                }
            }
            Shape::Yes => {
                if value != &Value::Bool(true) {
                    self.fault(at, "it must be true");
                }
            }
            Shape::YesOrNo => {
                if !value.is_boolean() {
                    self.fault(at, "true or false belongs here");
                }
            }
            Shape::CountOf(array) => {
                let count = self.document.pointer(array).and_then(Value::as_array).map(Vec::len);
                let is = value.as_u64().and_then(|number| usize::try_from(number).ok());
                if count.is_some() && is != count {
                    self.fault(at, format!("it must be {}, the entries of {array}", count.unwrap_or_default()));
                }
            }
            Shape::Address => {
                if !text.is_some_and(is_address) {
                    self.fault(at, "an https address without user, path, query and fragment belongs here");
                }
            }
            Shape::Slug => {
                if !text.is_some_and(is_slug) {
                    self.fault(at, "lower case, digits and single hyphens belong here");
                }
            }
            Shape::IdOr(placeholder) => {
                if !text.is_some_and(|text| text == *placeholder || is_id(text)) {
                    self.fault(at, format!("an id or {placeholder} belongs here"));
                }
            }
            Shape::Object(keys) => self.object(value, keys, at),
            Shape::List { of, least, most } => {
                let Some(items) = value.as_array() else { return self.fault(at, "an array belongs here") };
                if items.len() < *least || most.is_some_and(|most| items.len() > most) {
                    let many = if Some(*least) == *most { "" } else { "at least " };
                    self.fault(at, format!("{many}{least} entries belong here, not {}", items.len()));
                }
                for (place, item) in items.iter().enumerate() {
                    self.value(item, of, &format!("{at}/{place}"));
                }
            }
            Shape::Operations { of, exact_inputs } => self.operations(value, of, *exact_inputs, at),
        }
    }

    fn operations(&mut self, value: &Value, contract: &'static [Operation], exact: bool, at: &str) {
        const KEYS: [&str; 4] = ["method", "path", "purpose", "requiredInputs"];
        let Some(items) = value.as_array() else { return self.fault(at, "an array belongs here") };
        if items.is_empty() {
            self.fault(at, "at least one operation belongs here");
        }
        let mut seen: Vec<&Operation> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let at = format!("{at}/{place}");
            let Some(object) = item.as_object() else {
                self.fault(&at, "an object belongs here");
                continue;
            };
            for key in object.keys().filter(|key| !KEYS.contains(&key.as_str())) {
                self.fault(&below(&at, key), "unknown key");
            }
            for key in KEYS.iter().filter(|key| !object.contains_key(**key)) {
                self.fault(&below(&at, key), "missing key");
            }
            let order: Vec<&str> = object.keys().map(String::as_str).filter(|key| KEYS.contains(key)).collect();
            if exact && order.len() == KEYS.len() && order != KEYS {
                self.fault(&at, format!("out of order; the order is {}", KEYS.join(", ")));
            }
            if let Some(purpose) = object.get("purpose") {
                self.value(purpose, &Shape::Text, &below(&at, "purpose"));
            }
            let word = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
            let is = |op: &&Operation| op.method == word("method") && op.path == word("path");
            let Some(known) = contract.iter().find(is) else {
                let elsewhere = Mode::ALL.iter().find(|mode| mode.operations().iter().any(|op| is(&op)));
                match elsewhere {
                    Some(mode) => self.fault(&at, format!("an operation of {mode}; modes are never mixed")),
                    None => self.fault(&at, "an operation outside the contract"),
                }
                continue;
            };
            if seen.contains(&known) {
                self.fault(&at, "this operation stands here twice");
            }
            seen.push(known);
            if let Some(inputs) = object.get("requiredInputs") {
                self.inputs(inputs, known, exact, &below(&at, "requiredInputs"));
            }
        }
    }

    fn inputs(&mut self, value: &Value, known: &Operation, exact: bool, at: &str) {
        let Some(items) = value.as_array() else { return self.fault(at, "an array belongs here") };
        let words: Vec<&str> = items.iter().map(|item| item.as_str().unwrap_or_default()).collect();
        let headers = [contract::KEY_HEADER, contract::ORGANIZATION_HEADER];
        if exact && words != known.inputs {
            self.fault(at, format!("it must be {}", known.inputs.join(", ")));
        } else if !exact && (!words.starts_with(&headers) || words.contains(&"")) {
            self.fault(at, format!("words that begin with {} belong here", headers.join(", ")));
        }
    }

    /// What stands in several places is the same in all of them.
    fn agree(&mut self, form: Form) {
        let document = self.document;
        let mut same = |place: &str, as_at: &str| {
            if let (Some(one), Some(other)) = (document.pointer(place), document.pointer(as_at))
                && one != other
            {
                self.faults.push(Fault::new(place, format!("it differs from {as_at}")));
            }
        };
        if form == Form::Generated {
            same("/inputs/assistants", "/assistants");
            same("/siestaAi/assistants", "/assistants");
            same("/siestaAi/apiBaseUrl", "/inputs/baseUrl");
            same("/siestaAi/requiredPathParameters/agentId", "/inputs/agentId");
            same("/siestaAi/requiredHeaders/X-Org-Id", "/inputs/organizationId");
            same("/widget/agentId", "/inputs/agentId");
            same("/automation/intent", "/integration/intent");
            let roles = document.get("assistants").and_then(Value::as_array);
            let role = |assistant: &Value| assistant.get("role").and_then(Value::as_str).map(str::to_owned);
            if let Some(roles) = roles.filter(|roles| !roles.is_empty()) {
                let primary = roles.iter().filter(|one| role(one).as_deref() == Some("primary")).count();
                if primary != 1 {
                    self.faults.push(Fault::new("/assistants", "exactly one assistant is the primary one"));
                }
            }
        }
        let fields = document.get("requiredContextFields").and_then(Value::as_array);
        let mut seen: Vec<&str> = Vec::new();
        for (place, field) in fields.into_iter().flatten().enumerate() {
            let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
            if !name.is_empty() && seen.contains(&name) {
                self.faults
                    .push(Fault::new(&format!("/requiredContextFields/{place}/name"), "this field stands here twice"));
            }
            seen.push(name);
        }
    }
}

/// Values that look like a credential, under whatever key.
fn secrets(value: &Value, at: &str, faults: &mut Vec<Fault>) {
    match value {
        Value::String(text) if holds_a_secret(text) || is_random(text) || holds_a_login(text) => {
            faults.push(Fault::new(at, "this looks like a real secret; a placeholder belongs here, and the secret should be replaced at its service"));
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                secrets(item, &format!("{at}/{place}"), faults);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                if holds_a_secret(key) || is_random(key) {
                    faults.push(Fault::new(at, "a key here looks like a real secret"));
                } else {
                    secrets(value, &below(at, key), faults);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `https://user:password@host`, wherever it stands, and `Bearer …` with something long behind it.
fn holds_a_login(text: &str) -> bool {
    let login = |word: &str| Url::parse(word).is_ok_and(|url| url.password().is_some());
    let bearer = |pair: &[&str]| {
        matches!(pair, [scheme, token] if ["bearer", "basic"].contains(&scheme.to_lowercase().as_str())
            && token.len() >= 16 && !token.starts_with('<'))
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().any(|word| login(word)) || words.windows(2).any(bearer)
}

/// Words that belong to another mode's contract.
fn marks(value: &Value, mode: Mode, at: &str, faults: &mut Vec<Fault>) {
    let foreign = |text: &str| {
        let (_, whose) = mode.foreign_marks().find(|(mark, _)| text.contains(mark))?;
        Some(format!("this belongs to {whose}; modes are never mixed"))
    };
    match value {
        Value::String(text) => faults.extend(foreign(text).map(|why| Fault::new(at, why))),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                marks(item, mode, &format!("{at}/{place}"), faults);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                let at = below(at, key);
                faults.extend(foreign(key).map(|why| Fault::new(&at, why)));
                // What an operation is, and whose, is said by the contract.
                if !at.starts_with("/siestaApiOperations") || mode == Mode::WebPlugin {
                    marks(value, mode, &at, faults);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https"
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && !text.ends_with('/')
    })
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
        && text.chars().all(|c| c == '-' || (c.is_alphanumeric() && !c.is_uppercase()))
}

/// An id of Siesta AI: a uuid, or a short word without anything that a secret has.
fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
        || ((1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)))
}

/// One step down, as RFC 6901 writes it; a key that looks like a secret is not repeated.
fn below(at: &str, key: &str) -> String {
    format!("{at}/{}", said(key).replace('~', "~0").replace('/', "~1"))
}

fn said(key: &str) -> &str {
    if holds_a_secret(key) || is_random(key) { "…" } else { key }
}
