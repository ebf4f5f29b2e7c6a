//! One reading of a request for every rule: body, query and packed mail as values, under the provider's names and under
//! neutral ones (R8).
//!
//! What must stay true: whatever spelling a value came in, rules see it; where there are several, a restriction applies
//! when any of them fits and an `allow` only when all of them do, so a second recipient never hides behind the first.
use crate::model::mail::{self, Mail};
use crate::model::pattern::{Pairs, composed};
use crate::model::policy::rule::{Condition, Operator};
use crate::model::request::Canonical;
use crate::model::service::Service;
use serde_json::Value;
use std::borrow::{Borrow, Cow};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

/// The provider-neutral fields, and the names that providers give them (in small letters, without underscores).
const RECIPIENTS: [&str; 14] = [
    "to",
    "cc",
    "bcc",
    "recipient",
    "recipients",
    "torecipients",
    "ccrecipients",
    "bccrecipients",
    "attendees",
    "invitees",
    "chatid",
    "channel",
    "channelid",
    "users",
];
const SUBJECT: [&str; 3] = ["subject", "title", "summary"];
const TEXT: [&str; 9] = ["text", "body", "content", "html", "caption", "message", "description", "input", "prompt"];
const MODEL: [&str; 1] = ["model"];
const MAXIMUM: [&str; 4] = ["maxtokens", "maxcompletiontokens", "maxoutputtokens", "maxtokenstosample"];

/// Below a recipient, the members that say who; a display name says nothing.
const ADDRESS: [&str; 4] = ["address", "email", "emailaddress", "id"];

/// How many of a field's values must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// For what restricts.
    Any,
    /// For what allows.
    Every,
}

pub struct Reading<'r> {
    request: &'r Canonical,
    body: Cow<'r, Value>,
    /// The service reads an argument wherever it stands: query, form or JSON.
    any_place: bool,
    mails: Vec<Mail>,
    path: OnceCell<String>,
    literal_path: OnceCell<String>,
    query: OnceCell<String>,
    address_pairs: OnceCell<Pairs>,
    query_pairs: OnceCell<Pairs>,
    /// What stands at the paths that were looked at, and whether an item of a list on the way has nothing there: many
    /// rules ask for the same few.
    known: RefCell<BTreeMap<String, (Vec<Value>, bool)>>,
}

/// The request holds a packed mail that cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unopened;

impl<'r> Reading<'r> {
    pub fn new(service: &Service, request: &'r Canonical) -> Result<Reading<'r>, Unopened> {
        let body = request.request.body.tree();
        let mut mails = Vec::new();
        for pointer in &service.mails {
            match body.pointer(pointer) {
                None => {}
                Some(Value::String(raw)) => mails.push(mail::open(raw).ok_or(Unopened)?),
                Some(_) => return Err(Unopened),
            }
        }
        let any_place = service.ignores_method;
        Ok(Reading {
            request,
            body,
            any_place,
            mails,
            path: OnceCell::new(),
            literal_path: OnceCell::new(),
            query: OnceCell::new(),
            address_pairs: OnceCell::new(),
            query_pairs: OnceCell::new(),
            known: RefCell::default(),
        })
    }

    pub fn body(&self) -> &Value {
        &self.body
    }

    pub fn mails(&self) -> &[Mail] {
        &self.mails
    }

    /// The decoded path, without the empty segments that many servers do not see, its accents put together.
    pub fn path(&self) -> &str {
        self.path.get_or_init(|| {
            let mut path = String::new();
            for segment in self.request.segments.iter().filter(|segment| !segment.is_empty()) {
                path.push('/');
                path.push_str(segment);
            }
            if path.is_empty() { "/".to_owned() } else { path }
        })
    }

    /// Whether the path is the same with and without its empty segments.
    pub fn path_is_literal(&self) -> bool {
        !self.request.segments.iter().any(String::is_empty)
    }

    /// The texts of a neutral field that are packed, where nothing can be replaced.
    pub fn packed(&self, field: &str) -> Vec<String> {
        let in_mails = self.mails.iter().flat_map(|mail| match field {
            "recipients" => mail.recipients.clone(),
            "subject" => vec![mail.subject.clone()],
            "text" => mail.texts.clone(),
            _ => Vec::new(),
        });
        in_mails.collect()
    }

    /// The path as it was asked for, for `allow`: `/a//b` is not what an administrator allowed with `^/a/b$`.
    pub fn literal_path(&self) -> &str {
        self.literal_path.get_or_init(|| format!("/{}", self.request.segments.join("/")))
    }

    /// The decoded query, as patterns see it. Each name and value has its accents put together already; to do it once more
    /// to the whole would let a value eat its own `=` (U+0338 makes `≠` of it), and with it the rule that looks for that.
    pub fn query(&self) -> &str {
        self.query.get_or_init(|| {
            let pairs: Vec<String> = self.request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            pairs.join("&")
        })
    }

    /// The pairs of bytes of every text that a pattern of addresses is looked for in.
    pub fn address_pairs(&self) -> &Pairs {
        self.address_pairs.get_or_init(|| {
            let whole = format!("{}{}", self.request.origin, self.path());
            Pairs::of(whole.as_bytes()).and(Pairs::of(self.literal_path().as_bytes()))
        })
    }

    pub fn query_pairs(&self) -> &Pairs {
        self.query_pairs.get_or_init(|| Pairs::of(self.query().as_bytes()))
    }

    /// Every value of an argument by its name on the wire: in the query, and in the body at any depth.
    pub fn argument(&self, name: &str) -> Vec<Cow<'_, Value>> {
        let mut found = self.in_query(name);
        collect(&self.body, &mut |member, value| {
            if member == name {
                leaves(value, &mut |leaf| found.push(Cow::Borrowed(leaf)));
            }
        });
        found
    }

    fn in_query(&self, name: &str) -> Vec<Cow<'_, Value>> {
        let fitting = self.request.query.iter().filter(|(found, _)| found == name);
        fitting.map(|(_, value)| Cow::Owned(Value::from(value.as_str()))).collect()
    }

    /// Every value at a condition's path, and whether an item of a list on the way has none.
    pub fn values(&self, path: &str) -> (Vec<Cow<'_, Value>>, bool) {
        if let Some(name) = path.strip_prefix("query.") {
            return (self.in_query(name), false);
        }
        let own = path.strip_prefix("body.").unwrap_or(path);
        let is_neutral = own.len() == path.len();
        let mut is_missing = false;
        let found = match path {
            "recipients" if is_neutral => self.recipients(),
            "subject" if is_neutral => self.named(&SUBJECT, |mail| std::slice::from_ref(&mail.subject)),
            "text" if is_neutral => self.named(&TEXT, |mail| &mail.texts),
            "model" if is_neutral => {
                let mut found = self.named(&MODEL, |_| &[]);
                // Gemini names the model in the path: /v1beta/models/NAME:generateContent.
                let mut segments = self.request.segments.iter().skip_while(|segment| *segment != "models");
                let named = segments.nth(1).map(|segment| segment.split(':').next().unwrap_or(segment));
                found.extend(named.map(|name| Cow::Owned(Value::from(name))));
                found
            }
            "maxOutputTokens" if is_neutral => self.named(&MAXIMUM, |_| &[]),
            _ => {
                let mut found = Vec::new();
                is_missing = !walk(&self.body, Some(own), &mut found);
                if self.any_place && !own.contains('.') {
                    found.extend(self.in_query(own));
                }
                found
            }
        };
        (found, is_missing)
    }

    fn named<'s>(&'s self, names: &[&str], in_mail: impl Fn(&'s Mail) -> &'s [String]) -> Vec<Cow<'s, Value>> {
        let mut found: Vec<Cow<'s, Value>> = Vec::new();
        collect(&self.body, &mut |member, value| {
            if is_one_of(member, names) {
                leaves(value, &mut |leaf| found.push(Cow::Borrowed(leaf)));
            }
        });
        // A neutral name is tied to no place: who asks for a text to be seen means it wherever it stands.
        let fitting = self.request.query.iter().filter(|(name, _)| is_one_of(name, names));
        found.extend(fitting.map(|(_, value)| Cow::Owned(Value::from(value.as_str()))));
        let packed = self.mails.iter().flat_map(in_mail).filter(|text| !text.is_empty());
        found.extend(packed.map(|text| Cow::Owned(Value::from(text.as_str()))));
        found
    }

    fn recipients(&self) -> Vec<Cow<'_, Value>> {
        let mut found: Vec<Cow<'_, Value>> = Vec::new();
        collect(&self.body, &mut |member, value| {
            if is_one_of(member, &RECIPIENTS) {
                addresses(value, &mut |leaf| found.extend(each_recipient(leaf)));
            }
        });
        let in_query = self.request.query.iter().filter(|(name, _)| is_one_of(name, &RECIPIENTS));
        let in_mails = self.mails.iter().flat_map(|mail| &mail.recipients);
        for text in in_query.map(|(_, value)| value).chain(in_mails) {
            found.extend(recipients_in(text).into_iter().map(|one| Cow::Owned(Value::from(one))));
        }
        found
    }

    /// Whether the query reads in one way only when it is written as `a=1&b=2`, each name once.
    pub fn query_is_plain(&self) -> bool {
        let query = &self.request.query;
        let is_plain = |(name, value): &(String, String)| !name.contains(['&', '=']) && !value.contains('&');
        let names: std::collections::BTreeSet<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
        query.iter().all(is_plain) && names.len() == query.len()
    }

    /// Whether a condition fits this request.
    pub fn fits(&self, condition: &Condition, quantity: Quantity) -> bool {
        if let Some((values, is_missing_somewhere)) = self.known.borrow().get(&condition.path) {
            return fits_values(condition, quantity, values, *is_missing_somewhere);
        }
        let (values, is_missing_somewhere) = self.values(&condition.path);
        let fits = fits_values(condition, quantity, &values, is_missing_somewhere);
        // Only what is small is kept: a copy of a body for every path in it would be more than the body.
        let is_small = |value: &Cow<'_, Value>| match &**value {
            Value::String(text) => text.len() <= SMALL,
            Value::Array(_) | Value::Object(_) => false,
            Value::Null | Value::Bool(_) | Value::Number(_) => true,
        };
        if values.len() <= FEW && values.iter().all(is_small) {
            let values = values.into_iter().map(Cow::into_owned).collect();
            self.known.borrow_mut().insert(condition.path.clone(), (values, is_missing_somewhere));
        }
        fits
    }
}

/// How many values of a path are kept, and how long each may be.
const FEW: usize = 16;
const SMALL: usize = 256;

/// Whether a condition fits the values at its path.
fn fits_values(
    condition: &Condition,
    quantity: Quantity,
    values: &[impl Borrow<Value>],
    is_missing_somewhere: bool,
) -> bool {
    if condition.op == Operator::Exists {
        return values.is_empty() == (condition.value == Value::Bool(false));
    }
    // A missing field makes every comparison false, `neq` and `not_in` too.
    if values.is_empty() || (is_missing_somewhere && quantity == Quantity::Every) {
        return false;
    }
    let test = |value: &Value| compare(condition, value, quantity);
    if condition.path != "recipients" && names_addresses(&condition.value) {
        let mut each = values.iter().flat_map(|value| each_recipient(Cow::Borrowed(value.borrow())));
        return match quantity {
            Quantity::Any => each.any(|value| test(&value)),
            Quantity::Every => each.all(|value| test(&value)),
        };
    }
    match quantity {
        Quantity::Any => values.iter().any(|value| test(value.borrow())),
        Quantity::Every => values.iter().all(|value| test(value.borrow())),
    }
}

/// The providers' names of a neutral field; empty: it is none.
fn names_of(field: &str) -> &'static [&'static str] {
    match field {
        "recipients" => &RECIPIENTS,
        "subject" => &SUBJECT,
        "text" => &TEXT,
        "model" => &MODEL,
        "maxOutputTokens" => &MAXIMUM,
        _ => &[],
    }
}

/// Whether a neutral field is what a provider calls so.
pub fn stands_for(field: &str, name: &str) -> bool {
    is_one_of(name, names_of(field))
}

/// Hands every value at a condition's path over to be changed.
pub fn edit(body: &mut Value, path: &str, change: &mut impl FnMut(&mut Value)) {
    let neutral = names_of(path);
    match neutral.is_empty() {
        false => edit_named(body, neutral, change),
        true => {
            let parts: Vec<&str> = path.strip_prefix("body.").unwrap_or(path).split('.').collect();
            edit_at(body, &parts, change);
        }
    }
}

fn edit_named(value: &mut Value, names: &[&str], change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(members) => {
            for (name, item) in members {
                match is_one_of(name, names) {
                    true => change(item),
                    false => edit_named(item, names, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| edit_named(item, names, change)),
        _ => {}
    }
}

fn edit_at(value: &mut Value, path: &[&str], change: &mut impl FnMut(&mut Value)) {
    match (path.split_first(), value) {
        (None, value) => change(value),
        (Some((first, rest)), Value::Object(members)) => match *first {
            "*" => members.values_mut().for_each(|item| edit_at(item, rest, change)),
            name => members.get_mut(name).into_iter().for_each(|item| edit_at(item, rest, change)),
        },
        (Some((first, rest)), Value::Array(items)) => match first.parse::<usize>() {
            Ok(at) => items.get_mut(at).into_iter().for_each(|item| edit_at(item, rest, change)),
            Err(_) if *first == "*" => items.iter_mut().for_each(|item| edit_at(item, rest, change)),
            Err(_) => items.iter_mut().for_each(|item| edit_at(item, path, change)),
        },
        _ => {}
    }
}

fn compare(condition: &Condition, value: &Value, quantity: Quantity) -> bool {
    let wanted = &condition.value;
    match condition.op {
        Operator::Eq => same(value, wanted),
        Operator::Neq => !same(value, wanted),
        Operator::In => wanted.as_array().is_some_and(|items| items.iter().any(|item| same(value, item))),
        Operator::NotIn => wanted.as_array().is_some_and(|items| !items.iter().any(|item| same(value, item))),
        Operator::Contains => composed(&text_of(value)).contains(composed(&text_of(wanted)).as_ref()),
        Operator::Matches => condition.pattern().fits(&text_of(value), quantity == Quantity::Any),
        Operator::Gt => number_of(value).zip(wanted.as_f64()).is_some_and(|(found, than)| found > than),
        Operator::Lt => number_of(value).zip(wanted.as_f64()).is_some_and(|(found, than)| found < than),
        Operator::Exists => true,
    }
}

/// Two values are the same when they read the same: a form has only texts, so `"2"` is 2. What begins with `@` stands for
/// every address of that domain.
fn same(found: &Value, wanted: &Value) -> bool {
    let (one, other) = (text_of(found), text_of(wanted));
    if let Some(domain) = other.strip_prefix('@').filter(|domain| domain.contains('.')) {
        // Exactly one: what stands before a second one could be anything.
        return one.split_once('@').is_some_and(|(_, of)| of.eq_ignore_ascii_case(domain));
    }
    if one == other || (!(one.is_ascii() && other.is_ascii()) && composed(&one) == composed(&other)) {
        return true;
    }
    if one.eq_ignore_ascii_case(&other) && one.contains('@') {
        return true;
    }
    let either_is_number = found.is_number() || wanted.is_number();
    either_is_number && number_of(found).zip(number_of(wanted)).is_some_and(|(a, b)| a == b)
}

fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn is_one_of(member: &str, names: &[&str]) -> bool {
    let plain: String = member.chars().filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).collect();
    names.contains(&plain.as_str())
}

/// Shows every member of every object to a function.
fn collect<'v>(value: &'v Value, see: &mut impl FnMut(&'v str, &'v Value)) {
    match value {
        Value::Object(members) => {
            for (name, item) in members {
                see(name, item);
                collect(item, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, see)),
        _ => {}
    }
}

fn leaves<'v>(value: &'v Value, see: &mut impl FnMut(&'v Value)) {
    match value {
        Value::Object(members) => members.values().for_each(|item| leaves(item, see)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, see)),
        Value::Null => {}
        leaf => see(leaf),
    }
}

/// Shows what says who below a recipient. An object in which nothing is known to say it could say it anywhere, so all of
/// it is shown: its names too, because some providers write the addresses there.
fn addresses<'v>(value: &'v Value, see: &mut impl FnMut(Cow<'v, Value>)) {
    match value {
        Value::Object(members) => {
            let mut known = members.iter().filter(|(name, _)| is_one_of(name, &ADDRESS)).peekable();
            match known.peek().is_some() {
                true => known.for_each(|(_, item)| addresses(item, see)),
                false => {
                    for (name, item) in members {
                        see(Cow::Owned(Value::from(name.as_str())));
                        addresses(item, see);
                    }
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| addresses(item, see)),
        Value::Null => {}
        leaf => see(Cow::Borrowed(leaf)),
    }
}

/// The recipients that a value names.
fn each_recipient(value: Cow<'_, Value>) -> Vec<Cow<'_, Value>> {
    match &*value {
        Value::String(text) => {
            let found = recipients_in(text);
            match found.as_slice() {
                [one] if one == text => vec![value],
                _ => found.into_iter().map(|one| Cow::Owned(Value::from(one))).collect(),
            }
        }
        _ => vec![value],
    }
}

/// Whether a condition speaks of addresses, or of a domain's.
fn names_addresses(wanted: &Value) -> bool {
    match wanted {
        Value::String(text) => text.contains('@'),
        Value::Array(items) => items.iter().any(names_addresses),
        _ => false,
    }
}

/// Everybody a text names. However mail programs write a list, with names, brackets, comments and any separator, each `@`
/// in it makes an address of what stands around it; what is not understood is one more recipient, whom no list knows.
/// So a restriction sees more than is there rather than less, and an `allow` never lets through what it could not read.
fn recipients_in(text: &str) -> Vec<String> {
    let trimmed = text.trim();
    let pieces = trimmed.split([',', ';']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut found = Vec::new();
    for piece in pieces {
        if !piece.contains('@') || piece.starts_with('@') && piece.matches('@').count() == 1 {
            // A chat's id, a channel's name.
            found.push(piece.to_owned());
            continue;
        }
        for (at, _) in piece.match_indices('@') {
            let (before, after) = (&piece[..at], &piece[at + 1..]);
            let from = before
                .rfind(|c| !is_of_address(c))
                .map_or(0, |end| end + before[end..].chars().next().map_or(0, char::len_utf8));
            let to = after.find(|c| !is_of_address(c)).unwrap_or(after.len());
            let (local, domain) = (&before[from..], after[..to].trim_end_matches('.'));
            let is_plain = !local.is_empty() && !after[to..].starts_with('@') && !before[..from].ends_with('@');
            if is_plain && !domain.is_empty() {
                found.push(format!("{local}@{domain}"));
            } else {
                found.push(piece.to_owned());
                // Whatever stands before it, it may go to that domain.
                found.push(format!("?@{domain}"));
            }
        }
    }
    if found.is_empty() && !text.is_empty() {
        found.push(text.to_owned());
    }
    found
}

/// What an address is written with (RFC 5322, section 3.2.3: atext and the dot; RFC 6531: and beyond ASCII).
fn is_of_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || !c.is_ascii() && c.is_alphanumeric()
}

/// Finds the values at a path, which is taken apart on the way: a rule in a thousand must not cost an allocation. False
/// when an item of a list has nothing there.
fn walk<'v>(value: &'v Value, path: Option<&str>, found: &mut Vec<Cow<'v, Value>>) -> bool {
    let Some(whole) = path else {
        spread(value, found);
        return true;
    };
    let (first, rest) = match whole.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (whole, None),
    };
    let each = |items: &mut dyn Iterator<Item = &'v Value>, path: Option<&str>, found: &mut Vec<Cow<'v, Value>>| {
        // Every one is looked at, also behind one that has nothing.
        items.fold(true, |all, item| {
            let before = found.len();
            walk(item, path, found) && found.len() > before && all
        })
    };
    match value {
        Value::Object(members) => match members.get(first) {
            Some(item) => walk(item, rest, found),
            None if first == "*" => each(&mut members.values(), rest, found),
            None => true,
        },
        Value::Array(items) => match first.parse::<usize>() {
            Ok(at) => items.get(at).is_none_or(|item| walk(item, rest, found)),
            Err(_) if first == "*" => each(&mut items.iter(), rest, found),
            Err(_) => each(&mut items.iter(), path, found),
        },
        _ => true,
    }
}

/// A value, and what is in it: a list stands for its items, and a condition looks into an object as well.
fn spread<'v>(value: &'v Value, found: &mut Vec<Cow<'v, Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| spread(item, found)),
        Value::Object(members) => {
            found.push(Cow::Borrowed(value));
            members.values().for_each(|item| spread(item, found));
        }
        leaf => found.push(Cow::Borrowed(leaf)),
    }
}
