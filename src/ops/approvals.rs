//! Executions: what waits for a person, what a person answers, and what came of it.
use crate::model::audit::{Proof, Verdict};
use crate::model::decide::{self, AskReason, DenyReason};
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus};
use crate::model::facts::Operation;
use crate::model::id::ExecutionId;
use crate::model::organization::ApprovalProof;
use crate::model::people::{Actor, User};
use crate::model::policy::Flow;
use crate::model::retention::Hashes;
use crate::model::signature::Signature;
use crate::model::standing::StandingApproval;
use crate::model::time::Timestamp;
use crate::oauth::{Pace, SystemPace};
use crate::ops::calls::{self, Asked, CallOutcome, CallRequest};
use crate::ops::standing_approvals::{self, Lasting};
use crate::ops::{About, Error, Kind, Result, Siesta, facts, find_connection, get_agent, signing};
use crate::store::{ExecutionQuery, ReadTx, WriteTx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Which executions to list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub pending: bool,
    pub agent: Option<String>,
    pub connection: Option<String>,
    pub limit: u32,
}

pub fn list(siesta: &Siesta, listing: &Listing) -> Result<Vec<Execution>> {
    let now = siesta.now();
    let listed = siesta.store.read(|tx| {
        let own = siesta.own_agent(tx).map(|own| own.or_else(|| listing.agent.clone()));
        let names = own.and_then(|agent| names(tx, &Listing { agent, ..listing.clone() }, now));
        names.map_or_else(|e| Ok(Err(e)), |query| Ok(Ok(tx.list_executions(&query)?)))
    })??;
    let shown = listed.into_iter().map(|e| Execution { approval: e.approval_at(now), status: e.status_at(now), ..e });
    Ok(shown.filter(|e| !listing.pending || e.approval == ApprovalStatus::Pending).collect())
}

fn names(tx: &ReadTx<'_>, listing: &Listing, now: Timestamp) -> Result<ExecutionQuery> {
    Ok(ExecutionQuery {
        pending: listing.pending,
        now: Some(now),
        agent: listing.agent.as_deref().map(|name| get_agent(tx, name)).transpose()?.map(|agent| agent.id),
        connection: listing.connection.as_deref().map(|n| find_connection(tx, n, true)).transpose()?.map(|c| c.id),
        limit: listing.limit,
    })
}

pub fn show(siesta: &Siesta, typed: &str) -> Result<Execution> {
    let now = siesta.now();
    let execution = siesta.store.read(|tx| Ok(siesta.own_agent(tx).and_then(|own| get_own(tx, typed, own))))??;
    Ok(Execution { approval: execution.approval_at(now), status: execution.status_at(now), ..execution })
}

pub(super) fn get(tx: &ReadTx<'_>, typed: &str) -> Result<Execution> {
    let missing = || Kind::NotFound { noun: "execution", name: typed.to_owned(), nearest: None }.into();
    facts::find_execution(tx, typed)?.ok_or_else(missing)
}

/// What is left of an execution that has only hashes.
pub fn hashes(siesta: &Siesta, execution: &Execution) -> Result<Option<Hashes>> {
    Ok(siesta.store.read(|tx| tx.find_hashes(execution.id))?)
}

/// The same, for an agent that acts for itself: what another has asked is nothing it finds.
fn get_own(tx: &ReadTx<'_>, typed: &str, own: Option<String>) -> Result<Execution> {
    match get(tx, typed)? {
        other if own.is_some_and(|own| own != other.agent_name) => {
            Err(Kind::NotFound { noun: "execution", name: typed.to_owned(), nearest: None }.into())
        }
        execution => Ok(execution),
    }
}

/// What comes with a yes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer<'a> {
    /// It holds for others like it too.
    pub lasting: Option<Lasting>,
    pub signature: Option<&'a Signature>,
}

/// What an approval came to.
#[derive(Debug, Clone)]
pub struct Approved {
    pub execution: Execution,
    /// For others like it.
    pub standing: Option<StandingApproval>,
    /// None: it was only approved.
    pub outcome: Option<CallOutcome>,
}

/// Approves a request. It is then run once, unless the caller is to redeem it.
/// With a signature, whose key it is approves; whoever hands it in is only named.
pub fn approve(siesta: &Siesta, typed: &str, run: bool, given: Answer<'_>) -> Result<Approved> {
    given.lasting.map(Lasting::check).transpose()?;
    let (execution, standing) = answer(siesta, typed, ApprovalStatus::Approved, None, given)?;
    // A token is for who asked, never for who approves.
    let outcome = match run && !execution.is_vend() {
        true => Some(match resume(siesta, &execution)? {
            // Whoever waited for the answer was faster: what comes of it is the answer for both.
            CallOutcome::Denied { reason, .. } if *reason == DenyReason::ApprovalUsed => {
                wait(siesta, &execution, None)?
            }
            outcome => outcome,
        }),
        false => None,
    };
    Ok(Approved { execution, standing, outcome })
}

/// Runs an approved request that has not been used yet: decided again, because policy may have changed while it waited.
pub fn run(siesta: &Siesta, typed: &str) -> Result<CallOutcome> {
    let execution = siesta.store.read(|tx| Ok(siesta.person(tx).and_then(|_| get(tx, typed))))??;
    resume(siesta, &execution)
}

/// Waits until an execution is decided and, where it was run, has ended; then says what came of it. Whoever is answered
/// with "not yet" has waited as long as was asked for.
pub fn wait(siesta: &Siesta, execution: &Execution, patience: Option<Duration>) -> Result<CallOutcome> {
    let waiting = || CallOutcome::AwaitingApproval {
        execution: execution.id,
        reason: AskReason::Pending,
        expires_at: execution.expires_at,
        is_new: false,
    };
    let denied = |reason: DenyReason| CallOutcome::Denied {
        reason: Box::new(reason),
        connection: Some(execution.connection_label.clone()),
    };
    let Some(found) = calls::until_ended(siesta, execution.id, patience)? else {
        let now = siesta.store.read(|tx| tx.find_execution(execution.id))?;
        return match now.map(|execution| execution.approval) {
            Some(ApprovalStatus::Consumed | ApprovalStatus::NotRequired) => {
                let what = format!(
                    "the call has begun and has not ended; if its process died, the execution says so {} minutes after \
                     it began",
                    crate::model::execution::LONGEST_CALL_MINUTES
                );
                Err(Error::conflict(what).about(About::Execution(execution.id.to_string())))
            }
            _ => Ok(waiting()),
        };
    };
    match found.approval {
        ApprovalStatus::Rejected => Ok(denied(DenyReason::ApprovalRejected)),
        ApprovalStatus::Expired => Ok(denied(DenyReason::ApprovalExpired)),
        ApprovalStatus::Cancelled => Ok(denied(DenyReason::ApprovalCancelled)),
        ApprovalStatus::Approved | ApprovalStatus::Pending => Ok(waiting()),
        ApprovalStatus::Consumed | ApprovalStatus::NotRequired => calls::ended(found),
    }
}

/// How often the store is looked at for `watch`.
const TURN: Duration = Duration::from_millis(500);

/// How many of the newest executions are looked at.
const NEWEST: u32 = 200;

/// Shows each execution when it is first seen and whenever its state has changed, the oldest first, until `show` has had
/// enough or the time is over.
pub fn watch(
    siesta: &Siesta,
    listing: &Listing,
    patience: Option<Duration>,
    show: &mut dyn FnMut(&Execution) -> bool,
) -> Result<()> {
    let pace = SystemPace::start();
    let everything = Listing { pending: false, limit: NEWEST, ..listing.clone() };
    let mut seen: BTreeMap<ExecutionId, (ApprovalStatus, ExecutionStatus)> = BTreeMap::new();
    let mut is_first = true;
    loop {
        let found = list(siesta, &everything)?;
        for execution in found.iter().rev() {
            let state = (execution.approval, execution.status);
            let before = seen.insert(execution.id, state);
            let waits = execution.approval == ApprovalStatus::Pending;
            // What was over before anybody looked is no news.
            let is_old = is_first && !waits;
            if before == Some(state) || is_old || (listing.pending && !waits) {
                continue;
            }
            if !show(execution) {
                return Ok(());
            }
        }
        // Forgotten only when no longer looked at, so that nothing is shown twice.
        seen.retain(|id, _| found.iter().any(|execution| execution.id == *id));
        is_first = false;
        match patience.map(|patience| patience.saturating_sub(pace.elapsed())) {
            Some(Duration::ZERO) => return Ok(()),
            left => pace.sleep(left.map_or(TURN, |left| left.min(TURN))),
        }
    }
}

pub fn reject(siesta: &Siesta, typed: &str, reason: &str) -> Result<Execution> {
    answer(siesta, typed, ApprovalStatus::Rejected, Some(reason), Answer::default()).map(|(execution, _)| execution)
}

fn resume(siesta: &Siesta, execution: &Execution) -> Result<CallOutcome> {
    if execution.is_vend() {
        let about = About::Token {
            connection: execution.connection_label.clone(),
            agent: execution.agent_name.clone(),
            execution: execution.id.to_string(),
        };
        return Err(Error::conflict("a token is handed to who asked for it").about(about));
    }
    let asked = asked_again(execution, Some(execution.id.to_string()));
    calls::run(siesta, &CallRequest { asked, conversation: execution.conversation.clone() }, None)
}

/// The same question once more.
pub(super) fn asked_again(execution: &Execution, approval: Option<String>) -> Asked {
    let operation = match (&execution.function, &execution.arguments) {
        (Some(name), Value::Object(arguments)) => {
            Operation::Function { name: name.clone(), arguments: arguments.clone() }
        }
        _ if execution.is_vend() => Operation::Token,
        _ => Operation::Raw {
            method: execution.request.method.clone(),
            url: execution.request.url.clone(),
            query: Vec::new(),
            headers: execution.request.headers.clone(),
            body: execution.request.body.clone(),
        },
    };
    Asked {
        agent: execution.agent_name.clone(),
        user: execution.user.clone(),
        team: execution.team.clone(),
        connection: execution.connection.to_string(),
        operation,
        flow: if execution.is_vend() { Flow::Vend } else { Flow::Broker },
        approval,
    }
}

/// What stood in the way of an answer, found inside the transaction that may still have something to write down.
enum Answered {
    Done(Box<(Execution, Option<StandingApproval>)>),
    Refused(Error),
}

fn answer(
    siesta: &Siesta,
    typed: &str,
    to: ApprovalStatus,
    reason: Option<&str>,
    given: Answer<'_>,
) -> Result<(Execution, Option<StandingApproval>)> {
    let answered = siesta.store.write(siesta.now(), |tx| -> Result<Answered> {
        let actor = siesta.person(tx)?;
        let execution = get(tx, typed)?;
        let Answer { lasting, signature } = given;
        let (approver, key) = match signature {
            Some(signature) => {
                signing::signer(siesta, tx, &execution, signature).map(|(user, key)| (user, Some(key)))?
            }
            None => (approver(tx, &actor)?, None),
        };
        let connection = tx.get_connection(execution.connection)?;
        let organization = tx.get_organization()?;
        // A rejection lets nothing happen, so it needs no more than a name.
        if to == ApprovalStatus::Approved && key.is_none() && organization.approval_proof == ApprovalProof::Signed {
            return Err(Kind::SignatureNeeded { execution: execution.id.to_string() }.into());
        }
        let agent_owner = tx.find_agent_by_id(execution.agent)?.and_then(|agent| agent.owner);
        let on_behalf_of = execution.user.clone().or(agent_owner);
        if !decide::may_approve(&approver, &connection, on_behalf_of.as_deref(), organization.four_eyes) {
            let what = match organization.four_eyes && on_behalf_of.as_deref() == Some(approver.name.as_str()) {
                true => "it was asked on your own behalf, and this organization wants four eyes",
                false if !connection.approvers.is_empty() => "only the approvers that this connection names may answer",
                false => "only owners, admins and the connection's owner may answer",
            };
            return Err(Kind::NotApprover { what: what.to_owned() }.into());
        }
        let at = || About::Execution(execution.id.to_string());
        // What was approved and has not been used can be taken back.
        let takes_back = to == ApprovalStatus::Rejected;
        let (from, to) = match execution.approval_at(tx.now()) {
            ApprovalStatus::Pending => (ApprovalStatus::Pending, to),
            ApprovalStatus::Approved if takes_back => (ApprovalStatus::Approved, ApprovalStatus::Cancelled),
            ApprovalStatus::Expired => {
                expire(siesta, tx, &actor, &execution)?;
                return Ok(Answered::Refused(Error::conflict("the request has expired").about(at())));
            }
            ApprovalStatus::NotRequired => {
                return Err(Error::conflict("nobody was asked about this execution").about(at()));
            }
            decided => {
                let how = match decided {
                    ApprovalStatus::Consumed => "approved, and run".to_owned(),
                    other => other.as_str().to_lowercase(),
                };
                let what = format!("it is decided already: {how}");
                return Err(Error::conflict(what).about(at()));
            }
        };
        let status = match to {
            ApprovalStatus::Rejected | ApprovalStatus::Cancelled => ExecutionStatus::Failed,
            _ => ExecutionStatus::PendingApproval,
        };
        if !tx.update_approval(execution.id, from, to, status, Some(&approver.name))? {
            return Err(Kind::ChangedMeanwhile.into());
        }
        let (action, verdict) = match to {
            ApprovalStatus::Rejected | ApprovalStatus::Cancelled => ("execution.reject", Verdict::Deny),
            _ => ("execution.approve", Verdict::Allow),
        };
        let who = Actor::User(approver.name.clone());
        let mut entry = siesta
            .entry(&who, action, "execution", execution.id)
            .connection(execution.connection)
            .decision(verdict, reason)
            .change("approval", from.as_str(), to.as_str());
        if let (Some(key), Some(signature)) = (&key, signature) {
            tx.set_signed_with(execution.id, &key.key.fingerprint)?;
            let pem = signature.to_pem().map_err(|error| Error::invalid(error.to_string()))?;
            entry = entry
                .proved(Proof::Signed)
                .change("key", (), key.key.fingerprint.clone())
                .change("signature", (), pem)
                .change("handedInBy", (), actor.to_string());
        }
        tx.append_audit(entry.row())?;
        let mut standing = None;
        if let Some(lasting) = lasting {
            let facts = facts::read(tx, tx.now(), &asked_again(&execution, None))?;
            let found = (&facts, &decide::decide(&facts));
            standing = Some(standing_approvals::give(siesta, tx, (&actor, &approver), &execution, found, lasting)?);
        }
        let after = tx.find_execution(execution.id)?.ok_or(Kind::ChangedMeanwhile)?;
        Ok(Answered::Done(Box::new((after, standing))))
    })?;
    match answered {
        Answered::Done(done) => Ok(*done),
        Answered::Refused(error) => Err(error),
    }
}

fn approver(tx: &ReadTx<'_>, actor: &Actor) -> Result<User> {
    match actor {
        Actor::User(name) => Ok(tx.get_user(name)?),
        Actor::Agent(_) | Actor::System => Err(Kind::AgentMayNot.into()),
    }
}

/// Writes down that a question has lapsed.
fn expire(siesta: &Siesta, tx: &WriteTx<'_>, actor: &Actor, execution: &Execution) -> Result<()> {
    tx.update_approval(execution.id, execution.approval, ApprovalStatus::Expired, ExecutionStatus::Failed, None)?;
    let entry = siesta
        .entry(actor, "execution.expire", "execution", execution.id)
        .connection(execution.connection)
        .change("approval", execution.approval.as_str(), ApprovalStatus::Expired.as_str());
    tx.append_audit(entry.row())?;
    Ok(())
}
