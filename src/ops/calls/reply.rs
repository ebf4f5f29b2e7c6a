//! An answer to a mail: whom it goes to is read from the message first.
//!
//! What must stay true: that reading is a call like any other, decided, counted and recorded for itself; what comes of it
//! becomes part of the answer's own arguments before the answer is decided about, so that rules see the recipients,
//! people approve them, and they are the ones it is sent to. No caller gives them: an answer to somebody else is a mail
//! of one's own, and has a function of its own.
use crate::model::decide::{Decision, Rule, StepOutcome};
use crate::model::facts::Operation;
use crate::model::mailbox::{self, FILLED_IN};
use crate::model::policy::Flow;
use crate::model::service::{Function, Protocol, Service};
use crate::ops::calls::record::Recorded;
use crate::ops::calls::{Asked, CallOutcome, CallRequest, Purpose, act, decided, explain};
use crate::ops::{Error, Kind, Result, Siesta, find_connection, services};
use serde_json::{Map, Value};

/// A request with what was to be filled in.
pub(super) enum Filled {
    /// There is nothing to fill in, or it was before.
    AsItIs,
    With(Box<CallRequest>),
    /// The message could not be read: this is what came of it.
    Ended(CallOutcome),
}

/// The answer that is asked for, and what is needed to fill it in.
struct Answer {
    reads: String,
    own: String,
}

/// Refuses what a caller may not fill in.
pub(super) fn is_left_open(siesta: &Siesta, asked: &Asked) -> Result<()> {
    let Operation::Function { arguments, .. } = &asked.operation else { return Ok(()) };
    let given = FILLED_IN.iter().find(|name| arguments.contains_key(**name));
    match (given, answer(siesta, asked)?) {
        (Some(name), Some(_)) => {
            Err(Error::invalid(format!("\"{name}\" is filled in from the message that is answered, not given")))
        }
        _ => Ok(()),
    }
}

/// Reads the message that is answered, and fills the answer in.
pub(super) fn filled_in(siesta: &Siesta, request: &CallRequest) -> Result<Filled> {
    let Operation::Function { name, arguments } = &request.asked.operation else { return Ok(Filled::AsItIs) };
    // What was asked and waits, or is stored, has been filled in.
    if arguments.contains_key("to") || request.asked.flow != Flow::Broker {
        return Ok(Filled::AsItIs);
    }
    let Some(Answer { reads, own }) = answer(siesta, &request.asked)? else { return Ok(Filled::AsItIs) };
    let (_, evaluation) = explain(siesta, &request.asked, None)?;
    let is_refused = evaluation.steps.iter().any(|step| step.outcome == StepOutcome::Deny && step.rule <= Rule::R13);
    if is_refused {
        // Nothing that is read could change that.
        return Ok(Filled::AsItIs);
    }
    let place = arguments.iter().filter(|(name, _)| ["mailbox", "uid", "uid_validity"].contains(&name.as_str()));
    let place: Map<String, Value> = place.map(|(name, value)| (name.clone(), value.clone())).collect();
    let operation = Operation::Function { name: reads.clone(), arguments: place };
    let asked = Asked { operation, approval: None, ..request.asked.clone() };
    let reading = CallRequest { asked, conversation: request.conversation.clone() };
    if let Decision::NeedsApproval(_) = explain(siesta, &reading.asked, None)?.1.decision {
        // Its answer would come too late for this call, so nobody is asked.
        let what = format!("an answer reads its message first, and {reads} needs a person's yes here");
        return Err(Error::conflict(what));
    }
    let (outcome, raw) = match decided(siesta, &reading, Purpose::Call)? {
        Recorded::Ended(outcome) => return Ok(Filled::Ended(outcome)),
        // What the policy takes out of answers is for the agent; who is answered is not read from that.
        Recorded::Go(attempt) => act::act_and_keep(siesta, *attempt)?,
    };
    let message: Value = match (&outcome, raw) {
        (CallOutcome::Done(finished), Some(raw)) if finished.is_success() => serde_json::from_slice(&raw)
            .map_err(|_| Error::from(Kind::Bug { what: "a message that was read is no JSON".to_owned() }))?,
        _ => return Ok(Filled::Ended(outcome)),
    };
    let to_all = arguments.get("reply_all") == Some(&Value::Bool(true));
    let answered = mailbox::answer_to(&message, &own, to_all).map_err(Error::invalid)?;
    let mut arguments = arguments.clone();
    arguments.extend(answered.into_arguments());
    let asked = Asked { operation: Operation::Function { name: name.clone(), arguments }, ..request.asked.clone() };
    Ok(Filled::With(Box::new(CallRequest { asked, conversation: request.conversation.clone() })))
}

/// Whether an answer to a mail is asked for.
fn answer(siesta: &Siesta, asked: &Asked) -> Result<Option<Answer>> {
    let Operation::Function { name, .. } = &asked.operation else { return Ok(None) };
    let found = siesta.store.read(|tx| {
        // What is wrong with the connection is for the decision to say.
        let Ok(connection) = find_connection(tx, &asked.connection, true) else { return Ok(None) };
        let Ok(service) = services::of(tx, &connection) else { return Ok(None) };
        let is_answer = service.protocol == Protocol::Mail
            && service.function(name).is_some_and(|function| function.path == "/{mailbox}/{uid}/reply");
        let own = connection.metadata.get("email").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(is_answer.then(|| reading(&service)).flatten().map(|reads| Answer { reads: reads.name.clone(), own }))
    })?;
    Ok(found)
}

fn reading(service: &Service) -> Option<&Function> {
    service.functions.iter().find(|function| function.method == "IMAP" && function.path == "/{mailbox}/{uid}")
}
