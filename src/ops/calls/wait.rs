//! Waiting for a person's answer, and taking up what it allows.
//!
//! What must stay true: whoever waits makes the call at most once, whether it is the approver's process that runs it or
//! the waiting one: both go through the same consumption.
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus};
use crate::model::id::ExecutionId;
use crate::oauth::{Pace, SystemPace};
use crate::ops::calls::{Asked, CallOutcome, CallRequest, Finished, run};
use crate::ops::{Error, Kind, Result, Siesta};
use std::time::Duration;

/// How often the store is looked at. A look is a read of a few pages and hinders nobody.
const TURN: Duration = Duration::from_millis(250);

/// Waits until an execution is decided and, where it was run, has ended. None: it is still open when the time is over.
pub fn until_decided(siesta: &Siesta, id: ExecutionId, patience: Option<Duration>) -> Result<Option<Execution>> {
    until(siesta, id, patience, false, &SystemPace::start())
}

/// The same, until it has been taken up and has ended as well: between a yes and its call there is a moment.
pub fn until_ended(siesta: &Siesta, id: ExecutionId, patience: Option<Duration>) -> Result<Option<Execution>> {
    until(siesta, id, patience, true, &SystemPace::start())
}

pub(super) fn until(
    siesta: &Siesta,
    id: ExecutionId,
    patience: Option<Duration>,
    is_open_when_approved: bool,
    pace: &dyn Pace,
) -> Result<Option<Execution>> {
    let missing = || Kind::NotFound { noun: "execution", name: id.to_string(), nearest: None };
    loop {
        let now = siesta.now();
        let found = siesta.store.read(|tx| tx.find_execution(id))?.ok_or_else(missing)?;
        let (approval, status) = (found.approval_at(now), found.status_at(now));
        let is_open = match approval {
            ApprovalStatus::Pending => true,
            ApprovalStatus::NotRequired | ApprovalStatus::Consumed => status == ExecutionStatus::Pending,
            ApprovalStatus::Approved => is_open_when_approved,
            ApprovalStatus::Rejected | ApprovalStatus::Expired | ApprovalStatus::Cancelled => false,
        };
        if !is_open {
            return Ok(Some(Execution { approval, status, ..found }));
        }
        let left = patience.map(|patience| patience.saturating_sub(pace.elapsed()));
        match left {
            Some(Duration::ZERO) => return Ok(None),
            left => pace.sleep(left.map_or(TURN, |left| left.min(TURN))),
        }
    }
}

/// Waits for the answer to what was asked, and takes it up: the stored result where the approver ran it, else the call.
/// None: nobody has answered in time.
pub fn wait(
    siesta: &Siesta,
    request: &CallRequest,
    id: ExecutionId,
    patience: Option<Duration>,
) -> Result<Option<CallOutcome>> {
    let Some(execution) = until_decided(siesta, id, patience)? else { return Ok(None) };
    if matches!(execution.approval, ApprovalStatus::Consumed | ApprovalStatus::NotRequired) {
        return ended(execution).map(Some);
    }
    // Approved and not run, or answered with no: the decision says which, and records it.
    let asked = Asked { approval: Some(id.to_string()), ..request.asked.clone() };
    match run(siesta, &CallRequest { asked, ..request.clone() }, None)? {
        // Somebody else was faster with the same approval: the result is theirs and ours.
        CallOutcome::Denied { reason, .. } if *reason == crate::model::decide::DenyReason::ApprovalUsed => {
            let left = until_decided(siesta, id, None)?;
            left.map(ended).transpose()
        }
        outcome => Ok(Some(outcome)),
    }
}

/// What an execution that was run came to.
pub fn ended(execution: Execution) -> Result<CallOutcome> {
    match execution.result {
        Some(result) => Ok(CallOutcome::Done(Box::new(Finished {
            execution: execution.id,
            connection: execution.connection_label,
            result,
            tokens: None,
            delivered: None,
            next_link: None,
            remark: None,
        }))),
        None => {
            let what = match (execution.status, execution.error) {
                (ExecutionStatus::Unknown, _) => {
                    "the process that made the call died before it could say what came of it".to_owned()
                }
                (_, Some(error)) => error,
                (_, None) => "the call ended without an answer".to_owned(),
            };
            Err(Error::from(Kind::Provider { what, may_have_arrived: true }))
        }
    }
}
