//! Whether a change widens access.
//!
//! What must stay true: in doubt it widens. Narrows and neutral are said only where it is certain, so whoever refuses what
//! widens is never told too little. A property that is new to this file widens until somebody has thought about it.
use super::Item;
use super::diff::{Deed, Facts};
use crate::model::limit::{Level, Millions};
use crate::model::policy::LARGEST_PAYLOAD;
use crate::model::words::words;
use serde_json::{Map, Value};
use std::cmp::Ordering;

words! {
    /// What a change does to access, the weightiest last.
    Verdict { Neutral => "neutral", Narrows => "narrows", Widens => "widens" }
}

/// A property of an item that is to change.
pub(super) struct Case<'c> {
    pub item: &'c Item,
    pub deed: Deed,
    pub property: &'c str,
    pub old: &'c Map<String, Value>,
    pub new: &'c Map<String, Value>,
    pub facts: &'c Facts<'c>,
}

use Verdict::{Narrows, Neutral, Widens};

pub(super) fn of(case: &Case<'_>) -> Verdict {
    match case.item {
        Item::User(_) => user(case),
        Item::Team(_) => team(case),
        Item::Agent(_) => agent(case),
        Item::Connection(_) => connection(case),
        // What a function was may have been stricter than what fits its address without it.
        Item::OwnFunction(..) => Widens,
        Item::ImportedService(_) if case.deed == Deed::Remove => Narrows,
        Item::ImportedService(_) => Widens,
        Item::Organization => organization(case),
        Item::Service(_) => mode(case, Some("enabled")),
        Item::Function(service, function) => mode(case, (case.facts.default_mode)(service, function)),
        Item::Setting(..) => mode(case, Some("enabled")),
        Item::Policy(..) => policy(case),
        Item::Limit(_, level, _) => limit(case, *level),
    }
}

impl<'c> Case<'c> {
    fn was(&self) -> &'c Value {
        self.old.get(self.property).unwrap_or(&Value::Null)
    }

    fn is(&self) -> &'c Value {
        self.new.get(self.property).unwrap_or(&Value::Null)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// By rank: more is wider. A word without a rank is in doubt.
fn ranked(was: &Value, is: &Value, ranks: &[&str]) -> Verdict {
    let rank = |value: &Value| ranks.iter().position(|word| *word == text(value));
    match (rank(was), rank(is)) {
        (Some(was), Some(is)) if is == was => Neutral,
        (Some(was), Some(is)) if is < was => Narrows,
        _ => Widens,
    }
}

fn mode(case: &Case<'_>, default: Option<&str>) -> Verdict {
    let Some(default) = default else { return Widens };
    let said = |value: &Value| if value.is_null() { Value::from(default) } else { value.clone() };
    ranked(&said(case.was()), &said(case.is()), &["disabled", "confirm", "enabled"])
}

fn user(case: &Case<'_>) -> Verdict {
    match (case.deed, case.property) {
        (Deed::Remove, _) => Narrows,
        // Somebody who is there may use every shared connection that is granted to nobody.
        (Deed::Add, "role" | "status") => match text(case.new.get("status").unwrap_or(&Value::Null)) {
            "disabled" if text(case.new.get("role").unwrap_or(&Value::Null)) == "user" => Neutral,
            _ => Widens,
        },
        (_, "role") => ranked(case.was(), case.is(), &["user", "admin", "owner"]),
        (_, "status") => ranked(case.was(), case.is(), &["disabled", "active"]),
        // An account says who acts.
        (_, "osUser") if case.is().is_null() => Neutral,
        _ => Widens,
    }
}

fn team(case: &Case<'_>) -> Verdict {
    match case.property {
        "description" => Neutral,
        "members" => {
            let Item::Team(name) = case.item else { return Widens };
            // Whoever leaves a team leaves its limit too.
            let is_limited = case
                .facts
                .everything
                .keys()
                .any(|item| matches!(item, Item::Limit(_, Level::Team, Some(subject)) if subject == name));
            match list(case.was(), case.is()) {
                Lists::Same => Neutral,
                Lists::Less if !is_limited => Narrows,
                _ => Widens,
            }
        }
        _ => Widens,
    }
}

fn agent(case: &Case<'_>) -> Verdict {
    match (case.deed, case.property) {
        (_, "description" | "kind") => Neutral,
        (Deed::Remove, _) => Narrows,
        (Deed::Add, "status") => {
            if text(case.is()) == "active" {
                Widens
            } else {
                Neutral
            }
        }
        (Deed::Add, "owner") => Neutral,
        (_, "status") if text(case.is()) == "active" => Widens,
        (_, "status") if text(case.was()) == "active" => Narrows,
        (_, "status") => Neutral,
        // The owner stands in where a call names no user.
        (_, "owner") if case.is().is_null() => Narrows,
        (_, "osUser") if case.is().is_null() => Neutral,
        _ => Widens,
    }
}

fn connection(case: &Case<'_>) -> Verdict {
    let access = |of: &Map<String, Value>| of.get("access").and_then(Value::as_str).unwrap_or("private").to_owned();
    let people = |of: &Map<String, Value>| {
        let grants = of.get("grants");
        let named = |kind: &str| {
            let names = grants.and_then(|grants| grants.get(kind)).and_then(Value::as_array).cloned();
            names.unwrap_or_default().into_iter().map(|name| format!("{kind}:{}", text(&name))).collect::<Vec<_>>()
        };
        Value::from([named("users"), named("teams")].concat())
    };
    let is_empty = |value: &Value| value.as_array().is_none_or(Vec::is_empty);
    match case.property {
        "purpose" => Neutral,
        "access" if text(case.is()) == "private" => match case.deed {
            Deed::Add => Neutral,
            // It was open to everybody; named people were fewer than owner and named people are.
            _ if is_empty(&people(case.old)) => Narrows,
            _ => Widens,
        },
        "grants" => {
            let (was, is) = (people(case.old), people(case.new));
            match (is_empty(&was), is_empty(&is)) {
                // No name on a shared connection is everybody.
                (true, false) if case.deed == Deed::Change && access(case.old) == "shared" => Narrows,
                (false, true) if access(case.new) == "shared" => Widens,
                _ => match list(&was, &is) {
                    Lists::Less => Narrows,
                    Lists::Same => Neutral,
                    _ => Widens,
                },
            }
        }
        // Fewer may answer, as long as somebody is named.
        "approvers" if !is_empty(case.is()) && list(case.was(), case.is()) == Lists::Less => Narrows,
        "reviewer" if case.is().is_null() => Narrows,
        "allowPrivateNetwork" if case.is() != &Value::Bool(true) => {
            if case.was() == &Value::Bool(true) {
                Narrows
            } else {
                Neutral
            }
        }
        "scopes" if list(case.was(), case.is()) == Lists::Less => Narrows,
        _ => Widens,
    }
}

fn organization(case: &Case<'_>) -> Verdict {
    match case.property {
        "name" => Neutral,
        "fourEyes" if case.is() == &Value::Bool(true) => Narrows,
        "approvalProof" if case.is() == "signed" => Narrows,
        "approvalLifetimeMinutes" => match (case.was().as_u64(), case.is().as_u64()) {
            (Some(was), Some(is)) if is < was => Narrows,
            _ => Widens,
        },
        // Another zone or week begins the windows of limits anew.
        _ => Widens,
    }
}

fn policy(case: &Case<'_>) -> Verdict {
    match case.deed {
        Deed::Remove => return Narrows,
        Deed::Add => return if case.property == "preset" { Neutral } else { Widens },
        Deed::Change => {}
    }
    match case.property {
        "preset" => Neutral,
        "mode" if text(case.was()) == "read_write" && text(case.is()) == "read_only" => Narrows,
        "stepUp" => ranked(case.was(), case.is(), &["always", "risk_based", "never"]),
        "flows" if list(case.was(), case.is()) == Lists::Less => Narrows,
        "allow" if text(case.was()) == "all" => Narrows,
        "allow" if text(case.is()) != "all" && list(case.was(), case.is()) == Lists::Less => Narrows,
        "rate" => capped(case, None, super::rate_of),
        // Where a policy names none, this one holds.
        "maxPayload" | "maxResponse" => capped(case, Some(LARGEST_PAYLOAD), super::size_of),
        "windows" => windows(case.was(), case.is()),
        // A list also makes its members trusted, so a new one may waive an approval.
        "constraints" => constraints(case.was(), case.is()),
        "rules" => rules(case.was(), case.is()),
        "allowUnenforcedVend" if case.is() != &Value::Bool(true) => Narrows,
        _ => Widens,
    }
}

/// A number that caps something: less is narrower, none is the default or no cap at all.
fn capped(case: &Case<'_>, default: Option<u64>, read: fn(&str) -> Result<u64, String>) -> Verdict {
    let cap = |value: &Value| match value.as_str() {
        Some(text) => read(text).ok(),
        None => default,
    };
    match (cap(case.was()), cap(case.is())) {
        (Some(was), Some(is)) => match is.cmp(&was) {
            Ordering::Less => Narrows,
            Ordering::Equal => Neutral,
            Ordering::Greater => Widens,
        },
        (None, Some(_)) => Narrows,
        _ => Widens,
    }
}

fn windows(was: &Value, is: &Value) -> Verdict {
    let days = |value: &Value| -> Option<Value> {
        let mut all = Vec::new();
        for text in value.as_array()? {
            for window in crate::model::policy::window::parse(text.as_str()?).ok()? {
                all.push(serde_json::to_value(window).ok()?);
            }
        }
        (!all.is_empty()).then(|| all.into())
    };
    match (days(was), days(is)) {
        (None, Some(_)) if was.is_null() => Narrows,
        (Some(was), Some(is)) if list(&was, &is) == Lists::Less => Narrows,
        _ => Widens,
    }
}

fn constraints(was: &Value, is: &Value) -> Verdict {
    let (Some(was), Some(is)) = (was.as_object(), is.as_object()) else { return Widens };
    let mut fewer = false;
    for (provider, lists) in was {
        for (name, ids) in lists.as_object().into_iter().flatten() {
            match list(ids, is.get(provider).and_then(|lists| lists.get(name)).unwrap_or(&Value::Null)) {
                Lists::Same => {}
                Lists::Less if is.get(provider).and_then(|lists| lists.get(name)).is_some() => fewer = true,
                _ => return Widens,
            }
        }
    }
    let count = |all: &Map<String, Value>| all.values().filter_map(Value::as_object).map(Map::len).sum::<usize>();
    if count(was) == count(is) && fewer { Narrows } else { Widens }
}

/// More request rules that deny, wherever they stand, and more response rules let less through; every other change of rules
/// may let something through that another rule stopped.
fn rules(was: &Value, is: &Value) -> Verdict {
    let part = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (request, response) =
        (added(&part(was, "request"), &part(is, "request")), added(&part(was, "response"), &part(is, "response")));
    let (Some(request), Some(response)) = (request, response) else { return Widens };
    let denies = |rule: &Value| rule.get("action").and_then(Value::as_str) == Some("deny");
    match request.iter().all(denies) {
        true if request.is_empty() && response.is_empty() => Neutral,
        // Under custom, too, a rule that denies what no rule matched denies what was denied.
        true => Narrows,
        false => Widens,
    }
}

/// What was put between the items of a list; none: something was taken away or moved.
fn added(was: &[Value], is: &[Value]) -> Option<Vec<Value>> {
    let mut rest = was.iter().peekable();
    let mut more = Vec::new();
    for item in is {
        match rest.next_if(|next| *next == item) {
            Some(_) => {}
            None => more.push(item.clone()),
        }
    }
    rest.peek().is_none().then_some(more)
}

fn limit(case: &Case<'_>, level: Level) -> Verdict {
    // A limit of one's own or of a team comes before the organization's, so it may give more room than there was.
    let comes_first = matches!(level, Level::User | Level::Team);
    let is_enabled = |of: &Map<String, Value>| of.get("enabled") != Some(&Value::Bool(false));
    match (case.deed, case.property) {
        (Deed::Add, "enabled") => Neutral,
        (Deed::Add, "strict") => Narrows,
        (Deed::Add, _) if !is_enabled(case.new) => Neutral,
        (Deed::Remove, _) if !is_enabled(case.old) => Neutral,
        (_, "daily" | "weekly") => match (millions(case.was()), millions(case.is())) {
            (None, Some(_)) => {
                if comes_first {
                    Widens
                } else {
                    Narrows
                }
            }
            (Some(was), Some(is)) if is < was => Narrows,
            _ => Widens,
        },
        (_, "strict") if case.is() == &Value::Bool(true) => Narrows,
        (Deed::Change, "enabled") if case.is() != &Value::Bool(false) && !comes_first => Narrows,
        _ => Widens,
    }
}

fn millions(value: &Value) -> Option<Millions> {
    value.as_str()?.parse().ok()
}

#[derive(Debug, PartialEq)]
enum Lists {
    Same,
    /// Some are gone, none is new.
    Less,
    Other,
}

fn list(was: &Value, is: &Value) -> Lists {
    let (empty, none) = (Vec::new(), Vec::new());
    let (was, is) = (was.as_array().unwrap_or(&empty), is.as_array().unwrap_or(&none));
    let within = |one: &[Value], other: &[Value]| one.iter().all(|item| other.contains(item));
    match (within(is, was), within(was, is)) {
        (true, true) => Lists::Same,
        (true, false) => Lists::Less,
        _ => Lists::Other,
    }
}
