//! Standing approvals: given with an answer, listed, revoked.
use crate::model::decide::{self, Evaluation};
use crate::model::execution::{ApprovalStatus, Execution};
use crate::model::facts::{Facts, Target};
use crate::model::id::StandingApprovalId;
use crate::model::people::{Actor, User};
use crate::model::standing::{Covers, LONGEST_MINUTES, MOST_USES, StandingApproval};
use crate::ops::{About, Error, Kind, Result, Siesta, approvals, calls};
use crate::store::{ReadTx, WriteTx};
use jiff::SignedDuration;
use std::time::Duration;

/// How long an answer holds, and for how many calls behind the one it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting {
    pub lasts: Duration,
    pub uses: u32,
}

impl Lasting {
    pub(super) fn check(self) -> Result<Lasting> {
        let longest = Duration::from_secs(LONGEST_MINUTES * 60);
        if self.lasts < Duration::from_secs(60) || self.lasts > longest {
            return Err(Error::invalid("a standing approval holds for 1 minute to 7 days"));
        }
        match (1..=MOST_USES).contains(&self.uses) {
            true => Ok(self),
            false => Err(Error::invalid(format!("a standing approval is for 1 to {MOST_USES} calls"))),
        }
    }
}

/// What an answer that lasts would cover, or why this one cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WouldCover {
    Covers(Covers),
    Refused(String),
}

/// What `approve --for` would let pass besides a request that waits, as things stand; none: it does not wait.
pub fn would_cover(siesta: &Siesta, execution: &Execution) -> Result<Option<WouldCover>> {
    if execution.approval_at(siesta.now()) != ApprovalStatus::Pending {
        return Ok(None);
    }
    let (facts, evaluation) = calls::explain(siesta, &approvals::asked_again(execution, None), None)?;
    Ok(Some(match coverable(&facts, &evaluation) {
        Ok(covers) => WouldCover::Covers(covers),
        Err(refused) => WouldCover::Refused(refused.what),
    }))
}

/// Why an answer holds for its own request only.
struct Refused {
    what: String,
    why: Option<&'static str>,
}

fn coverable(facts: &Facts, evaluation: &Evaluation) -> std::result::Result<Covers, Refused> {
    let refused = |what: String, why| Refused { what, why };
    let (Target::Connection(target), Some(mapped)) = (&facts.target, &evaluation.mapped) else {
        return Err(refused("what it asks for is no longer there".to_owned(), None));
    };
    if !decide::may_stand(mapped.kind) {
        let what = format!("what is {} is approved one by one", mapped.kind);
        return Err(refused(what, Some("money and permissions are looked at each time")));
    }
    decide::covers(target, mapped).ok_or_else(|| refused("whom it addresses cannot be read".to_owned(), None))
}

/// Writes a standing approval down beside the answer, for requests like the one that was decided about.
pub(super) fn give(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    (actor, approver): (&Actor, &User),
    execution: &Execution,
    (facts, evaluation): (&Facts, &Evaluation),
    lasting: Lasting,
) -> Result<StandingApproval> {
    let covers = coverable(facts, evaluation).map_err(|refused| {
        let error = Error::conflict(refused.what).about(About::OneByOne(execution.id.to_string()));
        match refused.why {
            Some(why) => error.because(why),
            None => error,
        }
    })?;
    let lasts = SignedDuration::try_from(lasting.lasts).unwrap_or(SignedDuration::ZERO);
    let standing = StandingApproval {
        id: StandingApprovalId(siesta.world.ids.next()),
        execution: execution.id,
        agent: execution.agent,
        agent_name: execution.agent_name.clone(),
        connection: execution.connection,
        connection_label: execution.connection_label.clone(),
        user: execution.user.clone(),
        team: execution.team.clone(),
        policy_version: execution.policy_version,
        covers,
        uses: lasting.uses,
        remaining: lasting.uses,
        created_at: tx.now(),
        created_by: approver.name.clone(),
        expires_at: tx.now().checked_add(lasts).unwrap_or(tx.now()),
        revoked_at: None,
        revoked_by: None,
    };
    tx.insert_standing(&standing)?;
    let covers = serde_json::to_value(&standing.covers).unwrap_or_default();
    let entry = siesta
        .entry(actor, "standing.give", "standing_approval", standing.id)
        .connection(standing.connection)
        .change("execution", (), standing.execution.to_string())
        .change("covers", (), covers)
        .change("uses", (), standing.uses)
        .change("expiresAt", (), crate::model::time::rfc3339(standing.expires_at));
    tx.append_audit(entry.row())?;
    Ok(standing)
}

/// Every standing approval, the newest first.
pub fn list(siesta: &Siesta, limit: u32) -> Result<Vec<StandingApproval>> {
    Ok(siesta.store.read(|tx| tx.list_standing(limit))?)
}

/// Ends a standing approval: whatever it has left is gone.
pub fn revoke(siesta: &Siesta, typed: &str) -> Result<StandingApproval> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let found = get(tx, typed)?;
        let about = About::StandingApprovals;
        if !tx.revoke_standing(found.id, &actor.to_string())? {
            return Err(Error::conflict("it is revoked already").about(about));
        }
        let entry = siesta
            .entry(&actor, "standing.revoke", "standing_approval", found.id)
            .connection(found.connection)
            .change("remaining", found.remaining, 0);
        tx.append_audit(entry.row())?;
        get(tx, typed)
    })
}

fn get(tx: &ReadTx<'_>, typed: &str) -> Result<StandingApproval> {
    let missing = || Kind::NotFound { noun: "standing approval", name: typed.to_owned(), nearest: None };
    let mut found = tx.list_standing_by_prefix(&typed.to_ascii_lowercase())?;
    match found.len() {
        0 | 1 => found.pop().ok_or_else(|| missing().into()),
        _ => {
            let labels = found.iter().map(|standing| standing.id.to_string()).collect();
            Err(Kind::Ambiguous { noun: "executions", name: typed.to_owned(), labels }.into())
        }
    }
}
