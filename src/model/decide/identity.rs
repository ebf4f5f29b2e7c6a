//! R1 and R2: who asks, and on whose behalf.
use crate::model::decide::DenyReason;
use crate::model::facts::Facts;
use crate::model::people::{AgentStatus, UserStatus};

pub(super) fn agent_is_active(facts: &Facts) -> Result<String, DenyReason> {
    match &facts.agent.found {
        Some(agent) if agent.status == AgentStatus::Active => Ok(format!("{} \"{}\"", agent.kind, agent.name)),
        _ => Err(DenyReason::AgentNotActive),
    }
}

/// A named team must hold the named user or, where none is named, the agent's owner: otherwise an agent could spend
/// another team's budget by naming it.
pub(super) fn user_and_team_are_known(facts: &Facts) -> Result<String, DenyReason> {
    let mut words = match &facts.user {
        None => "no user named".to_owned(),
        Some(user) => match &user.found {
            Some(found) if found.status == UserStatus::Active => format!("user \"{}\"", found.name),
            _ => return Err(DenyReason::UserUnknown),
        },
    };
    if let Some(team) = &facts.team {
        let is_member = facts.teams.contains(&team.name);
        if team.found.is_none() || !is_member {
            return Err(DenyReason::TeamUnknown);
        }
        words.push_str(&format!(", team \"{}\"", team.name));
    }
    Ok(words)
}
