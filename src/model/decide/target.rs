//! R3–R7: the connection, and who may use it.
use crate::model::connection::{Access, Connection, Grant, Status};
use crate::model::decide::{DenyReason, Said};
use crate::model::facts::{Facts, Target, TargetFacts};
use std::borrow::Cow;

pub(super) fn exists(target: &Target) -> Said {
    match target {
        Target::Missing { .. } => Err(DenyReason::ConnectionNotFound),
        Target::NotSingleton { .. } => Err(DenyReason::NotSingleton),
        Target::Connection(facts) => {
            Ok(Cow::Owned(format!("\"{}\" ({})", facts.connection.label, facts.connection.service)))
        }
    }
}

pub(super) fn can_be_used(target: &TargetFacts) -> Said {
    match target.connection.status {
        Status::Revoked => Err(DenyReason::ConnectionRevoked),
        Status::NeedsReauth => Err(DenyReason::ConnectionNeedsReauth),
        Status::Healthy if !target.has_credential => Err(DenyReason::CredentialsMissing),
        Status::Healthy => Ok(Cow::Borrowed("healthy")),
    }
}

pub(super) fn service_is_enabled(target: &TargetFacts) -> Said {
    match target.type_enabled {
        true => Ok(Cow::Owned(format!("{} is enabled", target.service.id))),
        false => Err(DenyReason::TypeDisabled),
    }
}

/// R6. With no user named, the agent's owner stands in; a private connection is then also open to an agent that the
/// connection's own owner assigned.
pub(super) fn user_has_access(facts: &Facts, target: &TargetFacts) -> Said {
    let connection = &target.connection;
    let who = facts.stand_in();
    let granted = who.is_some_and(|user| is_granted(user, &facts.teams, &target.grants));
    match connection.access {
        Access::Private => {
            let owns = who == Some(connection.owner.as_str());
            let assigned_by_owner = facts.user.is_none() && was_assigned_by_owner(connection, target);
            if owns {
                Ok(Cow::Owned(format!("private, \"{}\" owns it", connection.owner)))
            } else if granted {
                Ok(Cow::Borrowed("private, granted"))
            } else if assigned_by_owner {
                Ok(Cow::Owned(format!("private, assigned by its owner \"{}\"", connection.owner)))
            } else {
                Err(DenyReason::ConnectionPrivate)
            }
        }
        Access::Shared if target.grants.is_empty() => Ok(Cow::Borrowed("shared with everybody")),
        Access::Shared if granted => Ok(Cow::Borrowed("shared, granted")),
        Access::Shared => Err(DenyReason::AccessNotGranted),
    }
}

fn was_assigned_by_owner(connection: &Connection, target: &TargetFacts) -> bool {
    target.policy.as_ref().is_some_and(|policy| policy.created_by == format!("user:{}", connection.owner))
}

fn is_granted(user: &str, teams: &[String], grants: &[Grant]) -> bool {
    grants.iter().any(|grant| match grant {
        Grant::User(name) => name == user,
        Grant::Team(name) => teams.contains(name),
    })
}

pub(super) fn is_assigned(target: &TargetFacts) -> Said {
    match &target.policy {
        Some(policy) => Ok(Cow::Owned(format!("{}, version {}", policy.default_mode, policy.version))),
        None => Err(DenyReason::NotAssigned),
    }
}
