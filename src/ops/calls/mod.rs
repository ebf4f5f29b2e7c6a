//! A governed call, and its explanation.
//!
//! What must stay true: this is the only place that opens a credential for a provider, and only after the decision said
//! allow and the attempt is durable. Facts, decision and record are one transaction, so that of two racers one wins; the
//! request leaves only when that transaction is on disk.
mod act;
mod filters;
mod paging;
mod record;
mod reply;
mod vend;
mod wait;

use crate::model::decide::{self, AskReason, Decision, DenyReason, Evaluation};
use crate::model::execution::{OutgoingRequest, StoredResult};
use crate::model::facts::{Facts, Target};
use crate::model::id::ExecutionId;
use crate::model::service::Service;
use crate::model::usage::Tokens;
use crate::ops::{Error, Kind, Result, Siesta, facts, refresh};
use crate::provider::{self, Outbound};

pub use crate::provider::{Delivery, Head, Sent};
use record::{Recorded, Scene};
use reply::Filled;
use serde_json::Value;

pub use crate::ops::facts::Asked;
pub use paging::{has_pages, next_page};
pub use vend::{Handed, Vended, vend, wait_for_token};
pub use wait::{ended, until_decided, until_ended, wait};

/// A call as it is asked for.
#[derive(Debug, Clone)]
pub struct CallRequest {
    pub asked: Asked,
    pub conversation: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum CallOutcome {
    Done(Box<Finished>),
    AwaitingApproval {
        execution: ExecutionId,
        reason: AskReason,
        expires_at: Option<crate::model::time::Timestamp>,
        /// The question was asked just now; false: it waited already.
        is_new: bool,
    },
    Denied {
        reason: Box<DenyReason>,
        connection: Option<String>,
    },
}

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Finished {
    pub execution: ExecutionId,
    pub connection: String,
    pub result: StoredResult,
    pub tokens: Option<Tokens>,
    /// How many bytes went on as they came; none: the result is still to be handed on.
    pub delivered: Option<u64>,
    /// The address of the next page, where the answer's header names one; never for an answer from the store.
    pub next_link: Option<String>,
    /// Why the provider refused, or what is missing, where its answer's head says so; never for an answer from the store,
    /// whose execution has it.
    pub remark: Option<String>,
}

impl Finished {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.result.http_status)
    }
}

/// Explains a request without doing anything: the very evaluation a call would obey. `at` is when; none: now.
pub fn explain(
    siesta: &Siesta,
    asked: &Asked,
    at: Option<crate::model::time::Timestamp>,
) -> Result<(Facts, Evaluation)> {
    let now = at.unwrap_or_else(|| siesta.now());
    let facts = siesta
        .store
        .read(|tx| Ok(siesta.must_speak_for(tx, &asked.agent).and_then(|()| facts::read(tx, now, asked))))??;
    let evaluation = decide::decide(&facts);
    Ok((facts, evaluation))
}

/// The decision and the request that would leave, the credential masked. Nothing happens and nothing is recorded.
pub fn preview(siesta: &Siesta, request: &CallRequest) -> Result<(Evaluation, Option<OutgoingRequest>)> {
    siesta.store.read(|tx| Ok(siesta.must_speak_for(tx, &request.asked.agent)))??;
    let (facts, evaluation) = explain(siesta, &request.asked, None)?;
    let preview = match (&facts.target, &evaluation.mapped) {
        (Target::Connection(target), Some(mapped)) => Some(provider::preview(Outbound {
            connection: &target.connection,
            service: &target.service,
            request: &mapped.request.request,
            now: siesta.now(),
            largest_answer: None,
            time: None,
            reads_whole: true,
        })?),
        _ => None,
    };
    Ok((evaluation, preview))
}

/// Arguments as they were typed, in the types the function's parameters have. A name typed twice makes a list where the
/// parameter is one, and is refused elsewhere.
pub fn typed_arguments(
    siesta: &Siesta,
    connection: &str,
    function: &str,
    typed: &[(String, String)],
) -> Result<serde_json::Map<String, Value>> {
    let service = called_service(siesta, connection)?;
    let known = service.as_ref().and_then(|service| service.function(function));
    let mut arguments = serde_json::Map::new();
    for (name, text) in typed {
        let parameter = known.and_then(|function| function.parameters.iter().find(|p| p.name == *name));
        let value = match parameter {
            Some(parameter) => crate::model::request::argument_from_text(parameter, text)
                .map_err(|error| Error::invalid(format!("the argument \"{name}\" is malformed: {error}")))?,
            None => Value::String(text.clone()),
        };
        let is_list = parameter.is_some_and(|p| p.value_type == crate::model::service::ParameterType::Array);
        match (arguments.get_mut(name), value, is_list) {
            (None, Value::Array(items), _) => drop(arguments.insert(name.clone(), Value::Array(items))),
            (None, value, true) => drop(arguments.insert(name.clone(), Value::Array(vec![value]))),
            (None, value, false) => drop(arguments.insert(name.clone(), value)),
            (Some(Value::Array(items)), value, true) => items.push(value),
            (Some(_), _, _) => return Err(Error::invalid(format!("the argument \"{name}\" was given twice"))),
        }
    }
    Ok(arguments)
}

/// The arguments of a function that are the bytes of a file.
pub fn file_arguments(siesta: &Siesta, connection: &str, function: &str) -> Result<Vec<String>> {
    let service = called_service(siesta, connection)?;
    let known = service.as_ref().and_then(|service| service.function(function));
    let parameters = known.map(|function| function.parameters.as_slice()).unwrap_or_default();
    let files = parameters.iter().filter(|parameter| parameter.is_file());
    Ok(files.map(|parameter| parameter.name.clone()).collect())
}

/// The service of a connection, where the catalogue has it; what is wrong with the name is the decision's to say.
pub fn called_service(siesta: &Siesta, connection: &str) -> Result<Option<Service>> {
    Ok(siesta.store.read(|tx| {
        let found = crate::ops::find_connection(tx, connection, true);
        Ok(found.ok().and_then(|connection| crate::ops::services::of(tx, &connection).ok()))
    })?)
}

/// Makes a governed call.
pub fn call(siesta: &Siesta, request: &CallRequest) -> Result<CallOutcome> {
    call_into(siesta, request, None)
}

/// The same; a success may go to the `delivery` as it comes.
pub fn call_into(siesta: &Siesta, request: &CallRequest, delivery: Option<&mut dyn Delivery>) -> Result<CallOutcome> {
    siesta.store.read(|tx| Ok(siesta.must_speak_for(tx, &request.asked.agent)))??;
    reply::is_left_open(siesta, &request.asked)?;
    run(siesta, request, delivery)
}

/// Decide and record, then act, then record.
pub(super) fn run(siesta: &Siesta, request: &CallRequest, delivery: Option<&mut dyn Delivery>) -> Result<CallOutcome> {
    let filled;
    let request = match reply::filled_in(siesta, request)? {
        Filled::AsItIs => request,
        Filled::With(with) => {
            filled = with;
            filled.as_ref()
        }
        Filled::Ended(outcome) => return Ok(outcome),
    };
    renew_first(siesta, request)?;
    match decided(siesta, request, Purpose::Call)? {
        Recorded::Ended(outcome) => Ok(outcome),
        Recorded::Go(attempt) => act::act(siesta, *attempt, delivery),
    }
}

/// What an admitted attempt is for: what was decided as one must never be done as the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Call,
    Vend,
}

/// Facts, decision and record, in one transaction.
fn decided(siesta: &Siesta, request: &CallRequest, purpose: Purpose) -> Result<Recorded> {
    let correlation = siesta.correlation();
    let decided = siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.actor(tx)?;
        let facts = facts::read(tx, siesta.now(), &request.asked)?;
        let evaluation = decide::decide(&facts);
        let (facts, evaluation) = (&facts, &evaluation);
        Scene { siesta, tx, actor: &actor, facts, evaluation, request, correlation, purpose }.record()
    });
    decided.map_err(|error| match error.kind {
        // R27: the attempt could not be written, so nothing is sent.
        Kind::Disk { .. } | Kind::Busy { .. } => {
            let reason = Box::new(DenyReason::AuditUnavailable);
            let said = Error::from(Kind::Denied(reason));
            let why = error.cause.clone().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            said.because(why)
        }
        _ => error,
    })
}

/// Renews a stale access token before anything is consumed: a provider that cannot do so right now must not cost an
/// approval. A connection that turns out to need a new sign-in is left to the decision, which says so and records it.
fn renew_first(siesta: &Siesta, request: &CallRequest) -> Result<()> {
    let (facts, evaluation) = explain(siesta, &request.asked, None)?;
    let (Decision::Allow, Target::Connection(target)) = (&evaluation.decision, &facts.target) else { return Ok(()) };
    match refresh::fresh(siesta, &target.connection, None) {
        Err(error) if !matches!(error.kind, Kind::NeedsReauth { .. } | Kind::Disk { .. } | Kind::Busy { .. }) => {
            Err(error)
        }
        _ => Ok(()),
    }
}
