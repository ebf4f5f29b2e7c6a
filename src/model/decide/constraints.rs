//! R17: the targets a policy is limited to.
//!
//! What must stay true: every place where a request can name its target is looked at, and a target that cannot be read
//! is refused, because the provider will find one where we did not.
use crate::model::address::path_values;
use crate::model::decide::{DenyReason, Mapped};
use crate::model::facts::TargetFacts;
use crate::model::policy::constraint::list;
use crate::model::policy::{ConstraintKind, Policy};
use crate::model::reading::Reading;
use crate::model::service::{Function, Place, TargetConstraint};
use serde_json::Value;

/// What the constraints come to.
pub(super) struct Constrained {
    /// The request names a target that is on a list.
    pub is_trusted: bool,
    pub note: String,
}

pub(super) fn targets_are_listed(
    target: &TargetFacts,
    policy: &Policy,
    mapped: &Mapped,
    reading: &Reading<'_>,
) -> Result<Constrained, DenyReason> {
    let service = &target.service;
    let lists = ConstraintKind::ALL.iter().map(|kind| (*kind, list(&policy.constraints, service, *kind)));
    let lists: Vec<(ConstraintKind, &[String])> = lists.filter(|(_, ids)| !ids.is_empty()).collect();
    if lists.is_empty() {
        return Ok(Constrained { is_trusted: false, note: "no constraints".to_owned() });
    }
    let (mut is_trusted, mut notes) = (false, Vec::new());
    for (kind, ids) in lists {
        let mut kept = service.constraints.iter().filter(|constraint| constraint.key == kind).peekable();
        // A list that the catalogue does not know how to keep protects nothing: it must not look as if it did.
        if kept.peek().is_none() {
            return Err(DenyReason::ConstraintUnreadable { kind });
        }
        for constraint in kept {
            match check(target, constraint, ids, mapped, reading)? {
                Named::Listed(found) => {
                    is_trusted = true;
                    notes.push(format!("{kind} {found} is on the list"));
                }
                Named::Filtered => notes.push(format!("the answer is filtered by {kind}")),
                Named::None => notes.push(format!("it addresses no {kind}")),
            }
        }
    }
    Ok(Constrained { is_trusted, note: notes.join("; ") })
}

enum Named {
    Listed(String),
    /// Its answer carries targets, and is filtered (R27).
    Filtered,
    None,
}

fn check(
    target: &TargetFacts,
    constraint: &TargetConstraint,
    ids: &[String],
    mapped: &Mapped,
    reading: &Reading<'_>,
) -> Result<Named, DenyReason> {
    let kind = constraint.key;
    let unreadable = || DenyReason::ConstraintUnreadable { kind };
    if constraint.arguments.is_empty() {
        // A tenant is the connection's own: the request cannot name another.
        let own = ["tenantId", "tenant", "tid"].iter().find_map(|key| target.connection.metadata.get(*key)?.as_str());
        let own = own.ok_or_else(unreadable)?;
        return match ids.iter().any(|id| id == own) {
            true => Ok(Named::Listed(own.to_owned())),
            false => Err(DenyReason::Constraint { kind, target: own.to_owned() }),
        };
    }
    // Beside a target that can be read there may be one that cannot.
    if mapped.is_opaque(&target.service) {
        return Err(unreadable());
    }
    let called: Vec<&Function> = mapped.functions.iter().filter_map(|name| target.service.function(name)).collect();
    let in_path =
        |function: &Function, name: &str| path_values(function, name, &target.connection.base_url, &mapped.request);
    let named = |name: &String| {
        let anywhere = reading.argument(name).into_iter().flat_map(|value| texts(&value)).collect::<Vec<_>>();
        let in_paths = called.iter().flat_map(|function| in_path(function, name));
        anywhere.into_iter().chain(in_paths).collect::<Vec<_>>()
    };
    // What belongs to a target that the request does not name could belong to any.
    let things: Vec<String> = constraint.opaque.iter().flat_map(named).collect();
    if things.iter().any(|thing| !ids.contains(thing)) {
        return Err(unreadable());
    }
    let mut found: Vec<String> = constraint.arguments.iter().flat_map(named).collect();
    found.extend(things);
    // Ids are compared as they are: a name (`@channel`, `#general`) would be looked up by the provider, and by nobody else.
    if let Some(other) = found.iter().find(|id| !ids.contains(id)) {
        return Err(DenyReason::Constraint { kind, target: other.clone() });
    }
    // A name in another place than the function's own is a name the provider does not read.
    let is_read = |function: &Function| {
        let names = || constraint.arguments.iter().chain(&constraint.opaque);
        let placed = function.parameters.iter().filter(|p| names().any(|name| name == p.wire_name()));
        target.service.ignores_method
            || placed.into_iter().any(|parameter| match parameter.place {
                Place::Body => reading.body().get(parameter.wire_name()).is_some(),
                Place::Query => mapped.request.query.iter().any(|(name, _)| name == parameter.wire_name()),
                Place::Path => !in_path(function, parameter.wire_name()).is_empty(),
                _ => true,
            })
    };
    let addresses = |function: &&&Function| constraint.applies_to.contains(&function.name);
    if called.iter().filter(addresses).any(|function| !is_read(function)) {
        return Err(unreadable());
    }
    if let Some(first) = found.into_iter().next() {
        return Ok(Named::Listed(first));
    }
    let names = |list: &[String]| mapped.functions.iter().any(|name| list.contains(name));
    let is_filtered = |name: &String| constraint.filtered.iter().any(|filter| filter.function == *name);
    match mapped.functions.as_slice() {
        [] => Err(unreadable()),
        _ if names(&constraint.applies_to) => Err(unreadable()),
        functions if functions.iter().any(is_filtered) => Ok(Named::Filtered),
        _ => Ok(Named::None),
    }
}

/// Several ids in one text are several targets.
fn texts(value: &Value) -> Vec<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.split(',').map(|one| one.trim().to_owned()).collect()
}
