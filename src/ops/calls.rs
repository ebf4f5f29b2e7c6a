//! A governed call, and its explanation.
//!
//! What must stay true: this is the only file that opens a credential for a provider, and only after the decision said
//! allow and the attempt is durable. Facts, decision and record are one transaction, so that of two racers one wins; the
//! request leaves only when that transaction is on disk.
use crate::model::audit::Verdict;
use crate::model::connection::Connection;
use crate::model::decide::{self, AskReason, Covered, Decision, DenyReason, Evaluation, Mapped};
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus, StoredBody, StoredResult};
use crate::model::facts::{Brought, Facts, Operation, Target, TargetFacts};
use crate::model::id::{CorrelationId, ExecutionId};
use crate::model::people::Actor;
use crate::model::service::{Service, UsagePointers};
use crate::model::usage::{self, Tokens, UsageRecord};
use crate::ops::entry::Entry;
use crate::ops::{Error, Kind, Result, Siesta, facts, refresh};
use crate::provider::{self, Answer, Outbound};
use crate::store::{Reservation, WriteTx};
use jiff::ToSpan;
use serde_json::Value;

pub use crate::ops::facts::Asked;

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
    AwaitingApproval { execution: ExecutionId, reason: AskReason, expires_at: Option<crate::model::time::Timestamp> },
    Denied { reason: Box<DenyReason>, connection: Option<String> },
}

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Finished {
    pub execution: ExecutionId,
    pub connection: String,
    pub result: StoredResult,
    pub tokens: Option<Tokens>,
}

impl Finished {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.result.http_status)
    }
}

/// How long a reservation holds when nobody settles it: longer than a call may take.
const RESERVATION_MINUTES: i64 = 10;

/// Explains a request without doing anything: the very evaluation a call would obey. `at` is when; none: now.
pub fn explain(
    siesta: &Siesta,
    asked: &Asked,
    at: Option<crate::model::time::Timestamp>,
) -> Result<(Facts, Evaluation)> {
    let now = at.unwrap_or_else(|| siesta.now());
    let facts = siesta.store.read(|tx| Ok(facts::read(tx, now, asked)))??;
    let evaluation = decide::decide(&facts);
    Ok((facts, evaluation))
}

/// Arguments as they were typed, in the types the function's parameters have. A name typed twice makes a list where the
/// parameter is one, and is refused elsewhere.
pub fn typed_arguments(
    siesta: &Siesta,
    connection: &str,
    function: &str,
    typed: &[(String, String)],
) -> Result<serde_json::Map<String, Value>> {
    let service = siesta.store.read(|tx| {
        let found = crate::ops::find_connection(tx, connection, true);
        Ok(found.ok().and_then(|connection| crate::catalog::find(&connection.service).ok()))
    })?;
    let known = service.and_then(|service| service.function(function));
    let mut arguments = serde_json::Map::new();
    for (name, text) in typed {
        let parameter = known.and_then(|function| function.parameters.iter().find(|p| p.name == *name));
        let value = match parameter {
            Some(parameter) => crate::model::request::argument_from_text(parameter, text),
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

/// Makes a governed call.
pub fn call(siesta: &Siesta, request: &CallRequest) -> Result<CallOutcome> {
    siesta.store.read(|tx| Ok(siesta.may_call_as(tx, &request.asked.agent)))??;
    run(siesta, request)
}

/// Decide and record, then act, then record.
pub(super) fn run(siesta: &Siesta, request: &CallRequest) -> Result<CallOutcome> {
    renew_first(siesta, request)?;
    let correlation = siesta.correlation();
    let decided = siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.actor(tx)?;
        let facts = facts::read(tx, siesta.now(), &request.asked)?;
        let evaluation = decide::decide(&facts);
        record(siesta, tx, &actor, &facts, &evaluation, request, correlation)
    });
    match decided {
        Ok(Recorded::Ended(outcome)) => Ok(outcome),
        Ok(Recorded::Go(attempt)) => act(siesta, *attempt),
        Err(error) => match error.kind {
            // R27: the attempt could not be written, so nothing is sent.
            Kind::Disk { .. } | Kind::Busy { .. } => {
                let reason = Box::new(DenyReason::AuditUnavailable);
                let said = Error::from(Kind::Denied(reason));
                let why = error.cause.clone().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
                Err(said.because(why))
            }
            _ => Err(error),
        },
    }
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

enum Recorded {
    Ended(CallOutcome),
    Go(Box<Attempt>),
}

/// An allowed call whose attempt is on disk.
struct Attempt {
    /// Who asked for it. The outcome is theirs even if they are disabled while it is under way.
    actor: Actor,
    execution: Execution,
    connection: Connection,
    service: Service,
    /// Where the answer may report tokens; none: not a model call.
    metered: Option<Vec<UsagePointers>>,
    reserved: u64,
    /// The estimate of the prompt, for an answer that does not report usage.
    prompt: u64,
}

fn record(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    facts: &Facts,
    evaluation: &Evaluation,
    request: &CallRequest,
    correlation: CorrelationId,
) -> Result<Recorded> {
    let target = match &facts.target {
        Target::Connection(target) => Some(target.as_ref()),
        Target::Missing { .. } | Target::NotSingleton { .. } => None,
    };
    let name = target.map_or_else(|| request.asked.connection.clone(), |t| t.connection.label.clone());
    let mut entry =
        Entry::new(actor, correlation, "call", "call", operation_name(&request.asked.operation, evaluation));
    if let Some(target) = target {
        entry = entry.connection(target.connection.id);
    }
    entry = entry
        .change("agent", (), facts.agent.name.clone())
        .change("user", (), facts.user.as_ref().map(|user| user.name.clone()))
        .change("connection", (), name.clone());
    match (&evaluation.decision, target, &evaluation.mapped) {
        (Decision::Allow, Some(target), Some(mapped)) => {
            let attempt = admit(siesta, tx, actor, facts, target, mapped, evaluation, request, correlation)?;
            let entry = entry
                .decision(Verdict::Allow, None)
                .change("execution", (), attempt.execution.id.to_string())
                .change("request", (), format!("{} {}", mapped.request.method, mapped.request.request.url));
            tx.append_audit(entry.row())?;
            Ok(Recorded::Go(Box::new(attempt)))
        }
        (Decision::NeedsApproval(reason), Some(target), Some(mapped)) => {
            let execution = question(siesta, tx, facts, target, mapped, *reason, request, correlation)?;
            let entry = entry.decision(Verdict::NeedsApproval, Some(reason.code())).change(
                "execution",
                (),
                execution.id.to_string(),
            );
            tx.append_audit(entry.row())?;
            let expires_at = execution.expires_at;
            Ok(Recorded::Ended(CallOutcome::AwaitingApproval { execution: execution.id, reason: *reason, expires_at }))
        }
        (Decision::Deny(reason), _, _) => {
            let entry = entry.decision(Verdict::Deny, Some(reason.code()));
            tx.append_audit(entry.row())?;
            let connection = target.map(|target| target.connection.label.clone());
            Ok(Recorded::Ended(CallOutcome::Denied { reason: Box::new(reason.clone()), connection }))
        }
        // A decision other than deny without a target or a request would be a bug of the ladder: it denies.
        (Decision::Allow | Decision::NeedsApproval(_), _, _) => {
            Err(Kind::Bug { what: "a call was admitted without a request".to_owned() }.into())
        }
    }
}

fn operation_name(operation: &Operation, evaluation: &Evaluation) -> String {
    let mapped = evaluation.mapped.as_ref().and_then(Mapped::function);
    match (operation, mapped) {
        (_, Some(function)) => function.to_owned(),
        (Operation::Function { name, .. }, None) => name.chars().take(crate::model::label::LONGEST).collect(),
        (Operation::Raw { method, .. }, None) => method.chars().take(10).collect(),
    }
}

/// Consumes the approval, reserves tokens, and writes the execution down as running.
#[allow(clippy::too_many_arguments)]
fn admit(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    facts: &Facts,
    target: &TargetFacts,
    mapped: &Mapped,
    evaluation: &Evaluation,
    request: &CallRequest,
    correlation: CorrelationId,
) -> Result<Attempt> {
    let execution = match &facts.approval {
        Brought::Known(approved) => {
            let (from, to) = (ApprovalStatus::Approved, ApprovalStatus::Consumed);
            if !tx.update_approval(approved.id, from, to, ExecutionStatus::Pending, None)? {
                return Err(Kind::ChangedMeanwhile.into());
            }
            Execution { correlation, ..approved.as_ref().clone() }
        }
        Brought::Nothing | Brought::Unknown(_) => {
            let execution = new_execution(siesta, facts, target, mapped, request, correlation)?;
            tx.insert_execution(&execution)?;
            execution
        }
    };
    let want = evaluation.want.unwrap_or_default();
    let reserved = want.reservation();
    if evaluation.want.is_some() && reserved > 0 {
        tx.insert_reservation(&Reservation {
            execution: execution.id,
            connection: target.connection.id,
            user: execution.user.as_deref(),
            team: execution.team.as_deref(),
            agent: &execution.agent_name,
            tokens: reserved,
            expires_at: tx.now().checked_add(RESERVATION_MINUTES.minutes()).unwrap_or(tx.now()),
        })?;
    }
    let metered = evaluation.want.map(|_| pointers(mapped, &target.service));
    Ok(Attempt {
        actor: actor.clone(),
        execution,
        connection: target.connection.clone(),
        service: target.service.clone(),
        metered,
        reserved,
        prompt: want.prompt,
    })
}

/// Where an answer reports tokens. A model call by an address that is no known function may answer in any shape that
/// the service has.
fn pointers(mapped: &Mapped, service: &Service) -> Vec<UsagePointers> {
    match mapped.metered(service).and_then(|function| service.usage.get(function.metered.as_ref()?)) {
        Some(own) => vec![own.clone()],
        None => service.usage.values().cloned().collect(),
    }
}

/// Writes a question down, or finds the same one that waits already.
#[allow(clippy::too_many_arguments)]
fn question(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    facts: &Facts,
    target: &TargetFacts,
    mapped: &Mapped,
    reason: AskReason,
    request: &CallRequest,
    correlation: CorrelationId,
) -> Result<Execution> {
    if let Brought::Known(execution) = &facts.approval {
        return Ok(execution.as_ref().clone());
    }
    let mut execution = new_execution(siesta, facts, target, mapped, request, correlation)?;
    let same = facts.waiting_prints.iter().find(|(print, _)| *print == execution.fingerprint);
    if let Some((_, id)) = same {
        let waiting = tx.find_execution(*id)?;
        return waiting.ok_or_else(|| Kind::ChangedMeanwhile.into());
    }
    let lifetime = i64::from(facts.organization.approval_lifetime_minutes).minutes();
    execution.status = ExecutionStatus::PendingApproval;
    execution.approval = ApprovalStatus::Pending;
    execution.approval_reason = Some(reason.code().to_owned());
    execution.expires_at = tx.now().checked_add(lifetime).ok();
    tx.insert_execution(&execution)?;
    Ok(execution)
}

fn new_execution(
    siesta: &Siesta,
    facts: &Facts,
    target: &TargetFacts,
    mapped: &Mapped,
    request: &CallRequest,
    correlation: CorrelationId,
) -> Result<Execution> {
    let (Some(agent), Some(policy)) = (&facts.agent.found, &target.policy) else {
        return Err(Kind::Bug { what: "a call was admitted without agent or policy".to_owned() }.into());
    };
    let fingerprint = decide::fingerprint(Covered {
        organization: facts.organization.id,
        agent: agent.id,
        connection: target.connection.id,
        policy_version: policy.version,
        user: facts.user.as_ref().map(|user| user.name.as_str()),
        team: facts.team.as_ref().map(|team| team.name.as_str()),
        request: &mapped.request.request,
    });
    let (function, arguments) = match &facts.operation {
        Operation::Function { name, arguments } => (Some(name.clone()), Value::Object(arguments.clone())),
        Operation::Raw { .. } => (None, Value::Null),
    };
    Ok(Execution {
        id: ExecutionId(siesta.world.ids.next()),
        agent: agent.id,
        agent_name: agent.name.clone(),
        user: facts.user.as_ref().map(|user| user.name.clone()),
        team: facts.team.as_ref().map(|team| team.name.clone()),
        conversation: request.conversation.clone(),
        connection: target.connection.id,
        connection_label: target.connection.label.clone(),
        service: target.service.id.clone(),
        function,
        arguments,
        request: mapped.request.request.clone(),
        status: ExecutionStatus::Pending,
        approval: ApprovalStatus::NotRequired,
        approval_reason: None,
        fingerprint: fingerprint.map_err(|e| Error::invalid(e.to_string()))?,
        policy_version: policy.version,
        result: None,
        error: None,
        created_at: facts.at,
        expires_at: None,
        resolved_at: None,
        resolved_by: None,
        correlation,
    })
}

/// Opens the credential, sends, and writes down what came of it.
fn act(siesta: &Siesta, attempt: Attempt) -> Result<CallOutcome> {
    let answer = send(siesta, &attempt);
    let (answer, usage) = match answer {
        Ok(answer) => {
            let usage = settle(&attempt, &answer);
            (Ok(answer), usage)
        }
        Err(error) => {
            // A request that may have arrived may have been worked on, and paid for.
            let spent = matches!(&error.kind, Kind::Provider { may_have_arrived: true, .. });
            let tokens = Tokens { input: attempt.reserved.max(attempt.prompt), ..Tokens::default() };
            let usage = (spent && attempt.metered.is_some()).then_some((tokens, None, true));
            (Err(error), usage)
        }
    };
    let tokens = usage.as_ref().map(|(tokens, _, _)| *tokens);
    let concluded = siesta.store.write(siesta.now(), |tx| conclude(tx, &attempt, answer.as_ref(), usage));
    let answer = answer?;
    if let Err(unwritten) = concluded {
        // It has happened: nobody must take this for a call that can be made again.
        let id = attempt.execution.id;
        let what = format!("the call was made, but its outcome could not be recorded (execution {id})");
        let why =
            unwritten.cause.as_ref().map_or_else(|| unwritten.to_string(), |cause| format!("{unwritten}: {cause}"));
        return Err(Error::from(Kind::Provider { what, may_have_arrived: true }).because(why));
    }
    Ok(CallOutcome::Done(Box::new(Finished {
        execution: attempt.execution.id,
        connection: attempt.connection.label,
        result: answer.result,
        tokens,
    })))
}

fn send(siesta: &Siesta, attempt: &Attempt) -> Result<Answer> {
    let outbound =
        Outbound { connection: &attempt.connection, service: &attempt.service, request: &attempt.execution.request };
    let credential = refresh::fresh(siesta, &attempt.connection, None)?;
    let answer = provider::send(&siesta.net, outbound, &credential.opens)?;
    // 401 says that nothing was done. A token whose life is unknown, or that was revoked early, is renewed once.
    if answer.result.http_status != 401 {
        return Ok(answer);
    }
    let renewed = refresh::fresh(siesta, &attempt.connection, Some(credential.version))?;
    match renewed.version == credential.version {
        true => Ok(answer),
        false => Ok(provider::send(&siesta.net, outbound, &renewed.opens)?),
    }
}

type Usage = (Tokens, Option<String>, bool);

/// What an answer cost: as it reports; else as reserved, or as its sizes suggest, and flagged (T8).
fn settle(attempt: &Attempt, answer: &Answer) -> Option<Usage> {
    let shapes = attempt.metered.as_ref()?;
    let body: Option<Value> = serde_json::from_slice(&answer.result.body).ok();
    let reported = body.iter().flat_map(|body| shapes.iter().filter_map(|pointers| usage::read(body, pointers)));
    if let Some(reported) = reported.max_by_key(|reported| reported.tokens.counted()) {
        return Some((reported.tokens, reported.model, false));
    }
    if !answer.is_success() {
        // A refusal costs nothing; a model that was not asked has no usage to report.
        return None;
    }
    let tokens = match attempt.reserved {
        0 => Tokens {
            input: attempt.prompt,
            output: usage::estimate_prompt(answer.result.body.len()),
            ..Tokens::default()
        },
        reserved => Tokens { input: reserved, ..Tokens::default() },
    };
    Some((tokens, None, true))
}

/// The second record: result, usage and the closing row, together.
fn conclude(
    tx: &WriteTx<'_>,
    attempt: &Attempt,
    answer: std::result::Result<&Answer, &Error>,
    usage: Option<Usage>,
) -> Result<()> {
    let execution = &attempt.execution;
    tx.delete_reservation(execution.id)?;
    let mut entry = Entry::new(&attempt.actor, execution.correlation, "call.result", "execution", execution.id)
        .connection(attempt.connection.id);
    let (status, error) = match answer {
        Ok(answer) if answer.is_success() => (ExecutionStatus::Success, None),
        Ok(answer) => (ExecutionStatus::Failed, Some(format!("the provider answered {}", answer.result.http_status))),
        Err(error) => (ExecutionStatus::Failed, Some(error.to_string())),
    };
    let result = answer.ok().map(|answer| &answer.result);
    tx.update_result(execution.id, status, result, error.as_deref())?;
    entry = entry.change("status", execution.status.as_str(), status.as_str());
    if let Some(result) = result {
        entry = entry.change("httpStatus", (), result.http_status);
    }
    if let Some(error) = &error {
        entry = entry.reason(error);
    }
    if let Some((tokens, model, estimated)) = usage {
        tx.insert_usage(&UsageRecord {
            time: tx.now(),
            connection: attempt.connection.id,
            user: execution.user.clone(),
            team: execution.team.clone(),
            agent: Some(execution.agent_name.clone()),
            model: model.or_else(|| requested_model(&execution.request.body)),
            tokens,
            estimated,
            source_id: Some(format!("execution:{}", execution.id)),
        })?;
        entry = entry.change("tokens", (), tokens.counted()).change("estimated", false, estimated);
    }
    let mut connection = tx.get_connection(attempt.connection.id)?;
    match &error {
        None => (connection.last_ok_at, connection.last_error) = (Some(tx.now()), None),
        Some(error) => connection.last_error = Some(error.clone()),
    }
    tx.update_connection(&connection)?;
    tx.append_audit(entry.row())?;
    Ok(())
}

fn requested_model(body: &StoredBody) -> Option<String> {
    match body {
        StoredBody::Json(body) => body.get("model").and_then(Value::as_str).map(str::to_owned),
        StoredBody::None | StoredBody::Form(_) => None,
    }
}

impl Siesta {
    /// An agent that acts for itself may not speak for another.
    fn may_call_as(&self, tx: &crate::store::ReadTx<'_>, agent: &str) -> Result<()> {
        match self.actor(tx)? {
            Actor::Agent(name) if tx.find_agent(agent)?.is_none_or(|found| found.name != name) => {
                Err(Kind::AgentMayNot.into())
            }
            _ => Ok(()),
        }
    }
}
