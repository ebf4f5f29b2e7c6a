//! R18: the request rules of a policy, in order.
//!
//! What must stay true: the first rule that matches decides, a redaction changes what is matched, shown, fingerprinted
//! and sent alike, and what a detector finds where nothing can be replaced is shown to a person instead of being sent.
use crate::model::decide::{DenyReason, Mapped};
use crate::model::execution::{Part, StoredBody};
use crate::model::pattern::Pattern;
use crate::model::policy::Policy;
use crate::model::policy::rule::{Action, Match, RequestRule};
use crate::model::reading::{Quantity, Reading, Unopened, edit, stands_for};
use crate::model::redact;
use crate::model::service::Service;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What the rules come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ruled {
    Allowed(String),
    Asked(String),
    /// None matched that decides.
    Silent,
}

/// Goes through the rules. A redaction leaves its mark in the request.
pub(super) fn go_through(policy: &Policy, service: &Service, mapped: &mut Mapped) -> Result<Ruled, DenyReason> {
    let mut at = 0;
    // A redaction changes the request, so it is read anew behind one.
    while at < policy.rules.request.len() {
        let reading = Reading::new(service, &mapped.request).map_err(unopened)?;
        // Also what a function is to carry: no rule can look into it.
        let is_opaque = matches!(mapped.request.request.body, StoredBody::Bytes(_));
        let rest = policy.rules.request[at..].iter().enumerate();
        let mut found = rest.map(|(skipped, rule)| (skipped, rule, fits(rule, mapped, &reading, is_opaque)));
        let Some((skipped, rule, fit)) = found.find(|(.., fit)| *fit != Fit::No) else { break };
        if fit == Fit::Unreadable {
            let what =
                format!("the rule \"{}\" looks into the body, and a body of this type cannot be read", rule.label);
            return Err(DenyReason::BadRequest(what));
        }
        at += skipped + 1;
        match rule.action {
            Action::Allow => return Ok(Ruled::Allowed(rule.label.clone())),
            Action::Deny => return Err(DenyReason::Rule(rule.label.clone())),
            Action::RequireApproval => return Ok(Ruled::Asked(rule.label.clone())),
            Action::Redact => {
                let (body, left_in_body) = redacted(rule, &mapped.request.request.body, &reading);
                let (query, left_in_query) = redacted_query(rule, &mapped.request.query);
                let is_left = left_in_body || left_in_query;
                drop(reading);
                if let Some(body) = body {
                    mapped.request.request.body = body;
                }
                if let Some(query) = query {
                    mapped.request.set_query(query);
                }
                if is_left {
                    return Ok(Ruled::Asked(rule.label.clone()));
                }
            }
        }
    }
    Ok(Ruled::Silent)
}

pub(super) fn unopened(_: Unopened) -> DenyReason {
    DenyReason::BadRequest("the mail in the body cannot be opened".to_owned())
}

/// Whether a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// Everything else fits, and what decides stands in a body that cannot be read.
    Unreadable,
}

/// A restriction matches when any value fits, an `allow` only when all do. What cannot be read is nothing to allow
/// anything for, and nothing to wave through either.
fn fits(rule: &RequestRule, mapped: &Mapped, reading: &Reading<'_>, is_opaque: bool) -> Fit {
    let Match { methods, url_pattern, query_pattern, body, kinds } = &rule.matches;
    let quantity = if rule.action == Action::Allow { Quantity::Every } else { Quantity::Any };
    let restricts = quantity == Quantity::Any;
    let is_unreadable = |place: &str| is_opaque && !place.starts_with("query.");
    let is_met = (methods.is_empty() || methods.contains(&mapped.request.method))
        && (kinds.is_empty() || kinds.contains(&mapped.kind))
        && url_pattern.as_ref().is_none_or(|pattern| pattern.may_fit(reading.address_pairs()))
        && query_pattern.as_ref().is_none_or(|pattern| pattern.may_fit(reading.query_pairs()))
        && url_pattern.as_ref().is_none_or(|pattern| address_fits(pattern, mapped, reading, restricts))
        && query_pattern.as_ref().is_none_or(|pattern| query_fits(pattern, reading, restricts))
        && body.iter().all(|condition| is_unreadable(&condition.path) || reading.fits(condition, quantity));
    if !is_met {
        return Fit::No;
    }
    let looks_for = rule.action == Action::Redact
        && (is_opaque && rule.fields.is_empty() || rule.fields.iter().any(|field| is_unreadable(field)));
    let is_unread = looks_for || body.iter().any(|condition| is_unreadable(&condition.path));
    match is_unread {
        false => Fit::Yes,
        true if restricts => Fit::Unreadable,
        true => Fit::No,
    }
}

/// An `allow` needs a query that reads in one way only: a value with `&dry_run=true` in it is no second parameter.
fn query_fits(pattern: &Pattern, reading: &Reading<'_>, restricts: bool) -> bool {
    (restricts || reading.query_is_plain()) && pattern.fits_composed(reading.query(), restricts)
}

fn address_fits(pattern: &Pattern, mapped: &Mapped, reading: &Reading<'_>, restricts: bool) -> bool {
    let fits = |path: &str| match pattern.names_an_origin() {
        true => pattern.fits_composed(&format!("{}{path}", mapped.request.origin), restricts),
        false => pattern.fits_composed(path, restricts),
    };
    if reading.path_is_literal() {
        return fits(reading.path());
    }
    match restricts {
        true => fits(reading.path()) || fits(reading.literal_path()),
        false => fits(reading.path()) && fits(reading.literal_path()),
    }
}

/// The body with markers in the place of findings, where there were any, and whether something was found that cannot be
/// replaced.
fn redacted(rule: &RequestRule, body: &StoredBody, reading: &Reading<'_>) -> (Option<StoredBody>, bool) {
    let detectors = rule.redact.as_slice();
    let finds = |text: &str| redact::finds(text, detectors);
    let everywhere = rule.fields.is_empty();
    let mut is_left = rule.fields.iter().any(|field| field == "body") && finds(&reading.body().to_string());
    let mut changed = false;
    let mut clean = |value: &mut Value| {
        changed |= redact::redact_value(value, detectors);
        is_left |= redact::is_left(value, detectors);
    };
    let fields: Vec<&str> = rule.fields.iter().map(String::as_str).filter(|field| *field != "body").collect();
    let new = match body {
        StoredBody::None => StoredBody::None,
        StoredBody::Json(value) => {
            let mut value = value.clone();
            match everywhere {
                true => clean(&mut value),
                false => fields.iter().for_each(|field| edit(&mut value, field, &mut clean)),
            }
            StoredBody::Json(value)
        }
        StoredBody::Form(pairs) => {
            let mut pairs = pairs.clone();
            for (name, value) in &mut pairs {
                cleaned(name, value, everywhere, &fields, &mut clean);
            }
            StoredBody::Form(pairs)
        }
        // Bytes hold no fields that could be cleaned.
        StoredBody::Bytes(content) => StoredBody::Bytes(content.clone()),
        StoredBody::Multipart(parts) => StoredBody::Multipart(
            parts.iter().map(|part| cleaned_part(part, everywhere, &fields, &mut clean)).collect(),
        ),
    };
    // What is packed, or part of the address, cannot be changed without making it another request.
    is_left |= reading.mails().iter().any(|mail| {
        let texts = mail.texts.iter().chain(&mail.recipients).chain([&mail.subject]);
        everywhere && texts.into_iter().any(|text| finds(text))
    });
    is_left |= fields.iter().any(|field| reading.packed(field).iter().any(|text| finds(text)));
    is_left |= everywhere && finds(reading.path());
    (changed.then_some(new), is_left)
}

/// The same for the values of the query. A name that a detector finds cannot be replaced.
fn redacted_query(rule: &RequestRule, query: &[(String, String)]) -> (Option<Vec<(String, String)>>, bool) {
    let is_meant = |name: &str| {
        let named = |field: &String| field.strip_prefix("query.").unwrap_or(field) == name;
        rule.fields.is_empty() || rule.fields.iter().any(|field| named(field) || stands_for(field, name))
    };
    let (mut changed, mut is_left, mut query) = (false, false, query.to_vec());
    for (name, value) in &mut query {
        if is_meant(name) {
            if let Some(clean) = redact::redacted(value, &rule.redact) {
                (*value, changed) = (clean, true);
            }
            is_left |= rule.fields.is_empty() && redact::finds(name, &rule.redact);
        }
    }
    (changed.then_some(query), is_left)
}

fn cleaned(name: &str, text: &mut String, everywhere: bool, fields: &[&str], clean: &mut impl FnMut(&mut Value)) {
    let mut value = serde_json::json!({ name: std::mem::take(text) });
    match everywhere {
        true => clean(&mut value),
        false => fields.iter().for_each(|field| edit(&mut value, field, clean)),
    }
    if let Some(Value::String(after)) = value.get_mut(name) {
        *text = std::mem::take(after);
    }
}

fn cleaned_part(part: &Part, everywhere: bool, fields: &[&str], clean: &mut impl FnMut(&mut Value)) -> Part {
    let Some(before) = part.text() else { return part.clone() };
    let mut text = before.clone();
    cleaned(&part.name, &mut text, everywhere, fields, clean);
    match text == before {
        true => part.clone(),
        false => Part { content: STANDARD.encode(text), ..part.clone() },
    }
}
