//! R24–R26: asking a person, and what a person's answer covers.
use crate::model::audit::hex;
use crate::model::connection::Connection;
use crate::model::decide::{AskReason, Decision, DenyReason, Mapped, Rule, Stop, Trail, standing};
use crate::model::execution::{ApprovalStatus, Execution, StoredRequest};
use crate::model::facts::{Brought, Facts, TargetFacts};
use crate::model::id::{AgentId, ConnectionId};
use crate::model::json::{self, JsonError};
use crate::model::people::{Role, User, UserStatus};
use crate::model::policy::Policy;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use uuid::Uuid;

/// How many questions of one agent may wait at a time (R24).
const MOST_WAITING: u32 = 20;

/// Everything an approval covers. What is not in here could be changed between approval and call.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    pub organization: Uuid,
    pub agent: AgentId,
    pub connection: ConnectionId,
    pub policy_version: i64,
    /// On whose behalf, and on which team's account: the person who answers sees them, and limits and four-eyes go by
    /// them.
    pub user: Option<&'a str>,
    pub team: Option<&'a str>,
    pub request: &'a StoredRequest,
}

/// SHA-256, in hex, over the RFC 8785 form of what an approval covers: key order does not matter, everything else does.
/// The credential is not part of it.
pub fn fingerprint(covered: Covered<'_>) -> Result<String, JsonError> {
    let text = json::canonical(&json!({
        "organization": covered.organization,
        "agent": covered.agent,
        "connection": covered.connection,
        "policyVersion": covered.policy_version,
        "user": covered.user,
        "team": covered.team,
        "request": covered.request,
    }))?;
    Ok(hex(&Sha256::digest(text.as_bytes())))
}

/// The last rules: is a person wanted, and does what the caller brought along satisfy that?
pub(super) fn settle(
    facts: &Facts,
    target: &TargetFacts,
    policy: &Policy,
    mapped: &Mapped,
    trail: &mut Trail,
) -> Result<Decision, Stop> {
    let covered = Covered {
        organization: facts.organization.id,
        agent: policy.agent,
        connection: target.connection.id,
        policy_version: policy.version,
        user: facts.user.as_ref().map(|user| user.name.as_str()),
        team: facts.team.as_ref().map(|team| team.name.as_str()),
        request: &mapped.request.request,
    };
    // Hashing the request is most of the work of a decision, and most decisions ask nobody.
    let print = || fingerprint(covered).map_err(|e| Stop(Decision::Deny(DenyReason::BadRequest(e.to_string()))));
    match &facts.approval {
        Brought::Nothing => {
            let Some(reason) = trail.asked.clone() else {
                trail.pass(Rule::R24, "nobody needs to be asked");
                return Ok(Decision::Allow);
            };
            if let Some(given) = standing::fitting(facts, target, policy, mapped) {
                let left = format!("{} of {} left", given.remaining, given.uses);
                trail.pass(Rule::R24, format!("{} gave a standing approval: {left} ({})", given.created_by, given.id));
                trail.standing = Some(given.id);
                return Ok(Decision::Allow);
            }
            let room = facts.waiting < MOST_WAITING || {
                let print = print()?;
                facts.waiting_prints.iter().any(|(other, _)| *other == print)
            };
            trail.check(Rule::R24, room.then_some(Cow::Borrowed("")).ok_or(DenyReason::TooManyPending))?;
            trail.steps.pop();
            trail.ask(Rule::R24, reason.clone());
            Ok(Decision::NeedsApproval(reason))
        }
        Brought::Unknown(_) => {
            trail.pass(Rule::R24, "an approval was brought along");
            trail.check(Rule::R25, Err(DenyReason::ApprovalUnknown))?;
            Ok(Decision::Deny(DenyReason::ApprovalUnknown))
        }
        Brought::Known(execution) => {
            trail.pass(Rule::R24, "an approval was brought along");
            match redeem(facts, execution, &covered, &print()?) {
                Ok(None) => {
                    trail.pass(Rule::R25, "approved, unused, for exactly this request");
                    Ok(Decision::Allow)
                }
                Ok(Some(reason)) => {
                    trail.ask(Rule::R25, reason.clone());
                    Ok(Decision::NeedsApproval(reason))
                }
                Err(reason) => {
                    trail.check(Rule::R25, Err(reason.clone()))?;
                    Ok(Decision::Deny(reason))
                }
            }
        }
    }
}

/// R25: what an approval that was brought along is worth. None: it opens this request, once.
fn redeem(
    facts: &Facts,
    execution: &Execution,
    covered: &Covered<'_>,
    print: &str,
) -> Result<Option<AskReason>, DenyReason> {
    match execution.approval_at(facts.at) {
        ApprovalStatus::Pending => Ok(Some(AskReason::Pending)),
        ApprovalStatus::Rejected => Err(DenyReason::ApprovalRejected),
        ApprovalStatus::Expired => Err(DenyReason::ApprovalExpired),
        ApprovalStatus::Cancelled => Err(DenyReason::ApprovalCancelled),
        ApprovalStatus::Consumed => Err(DenyReason::ApprovalUsed),
        ApprovalStatus::NotRequired => Err(DenyReason::ApprovalUnknown),
        ApprovalStatus::Approved => {
            let same = execution.agent == covered.agent
                && execution.connection == covered.connection
                && execution.policy_version == covered.policy_version
                && execution.fingerprint == print;
            same.then_some(None).ok_or(DenyReason::ApprovalMismatch)
        }
    }
}

/// R26: whether a user may answer for a connection: one of its own approvers where it names some, else an owner, an admin
/// or whoever owns the connection. Never an agent; with four-eyes never the person on whose behalf it
/// was asked (who, where no user was named, is the agent's owner).
pub fn may_approve(user: &User, connection: &Connection, on_behalf_of: Option<&str>, four_eyes: bool) -> bool {
    let has_say = match connection.approvers.as_slice() {
        [] => matches!(user.role, Role::Owner | Role::Admin) || connection.owner == user.name,
        named => named.contains(&user.name),
    };
    let own_request = on_behalf_of == Some(user.name.as_str());
    user.status == UserStatus::Active && has_say && !(four_eyes && own_request)
}
