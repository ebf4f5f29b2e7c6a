//! R0–R2: is anything stopped, who asks, and on whose behalf.
use crate::model::decide::{DenyReason, Said};
use crate::model::facts::{Facts, Target};
use crate::model::governance::{Freeze, FreezeScope};
use crate::model::people::{AgentStatus, UserStatus};
use std::borrow::Cow;

/// R0: a stop of everything, of the agent or of the connection comes before all else.
pub(super) fn nothing_is_frozen(facts: &Facts) -> Said {
    const FREE: Said = Ok(Cow::Borrowed("no stop is in force here"));
    if facts.freezes.is_empty() {
        return FREE;
    }
    let agent = facts.agent.found.as_ref().map(|agent| agent.id.to_string());
    let connection = match &facts.target {
        Target::Connection(target) => Some(target.connection.id.to_string()),
        Target::Missing { .. } | Target::NotSingleton { .. } => None,
    };
    let stops = |freeze: &&Freeze| match freeze.scope {
        FreezeScope::All => true,
        FreezeScope::Agent => agent.as_ref() == Some(&freeze.subject),
        FreezeScope::Connection => connection.as_ref() == Some(&freeze.subject),
    };
    match facts.freezes.iter().find(stops) {
        Some(freeze) => Err(DenyReason::Frozen { scope: freeze.scope, reason: freeze.reason.clone() }),
        None => FREE,
    }
}

pub(super) fn agent_is_active(facts: &Facts) -> Said {
    match &facts.agent.found {
        Some(agent) if agent.status == AgentStatus::Active => {
            Ok(Cow::Owned(format!("{} \"{}\"", agent.kind, agent.name)))
        }
        _ => Err(DenyReason::AgentNotActive),
    }
}

/// A named team must hold the named user or, where none is named, the agent's owner: otherwise an agent could spend
/// another team's budget by naming it.
pub(super) fn user_and_team_are_known(facts: &Facts) -> Said {
    let mut words = match &facts.user {
        None => Cow::Borrowed("no user named"),
        Some(user) => match &user.found {
            Some(found) if found.status == UserStatus::Active => Cow::Owned(format!("user \"{}\"", found.name)),
            _ => return Err(DenyReason::UserUnknown),
        },
    };
    if let Some(team) = &facts.team {
        let is_member = facts.teams.contains(&team.name);
        if team.found.is_none() || !is_member {
            return Err(DenyReason::TeamUnknown);
        }
        words.to_mut().push_str(&format!(", team \"{}\"", team.name));
    }
    Ok(words)
}
