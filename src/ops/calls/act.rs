//! An admitted call: made, and its outcome written down.
use crate::model::audit::Correlated;
use crate::model::decide::DenyReason;
use crate::model::execution::{ExecutionStatus, StoredBody};
use crate::model::service::UsagePointers;
use crate::model::stream::{Streamed, UsageStream};
use crate::model::usage::{self, Tokens, UsageRecord};
use crate::net;
use crate::oauth::{Pace, SystemPace};
use crate::ops::calls::record::Attempt;
use crate::ops::calls::{CallOutcome, Finished};
use crate::ops::entry::Entry;
use crate::ops::{About, Broke, Error, Kind, Result, Siesta, refresh};
use crate::provider::{self, Answer, Delivery, Outbound};
use crate::store::WriteTx;
use serde_json::Value;
use std::time::Duration;

/// How long an answer that goes on as it comes may take: a large file, within what a call may take before nobody believes
/// any more that it is under way ([`LONGEST_CALL_MINUTES`](crate::model::execution::LONGEST_CALL_MINUTES)).
const LONGEST_DELIVERY: Duration = Duration::from_secs(9 * 60);

/// How often a request that changes nothing is made when the provider is busy.
const TRIES: u32 = 3;

/// The longest time a provider may ask for before the request is made again; beyond it the caller is told.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Opens the credential, sends, and writes down what came of it.
pub(super) fn act(siesta: &Siesta, attempt: Attempt, delivery: Option<&mut dyn Delivery>) -> Result<CallOutcome> {
    made(siesta, attempt, delivery, false).map(|(outcome, _)| outcome)
}

/// The same; with it the body as it came, before the policy took anything out of it. It is for siesta's own next step and
/// for nobody to see.
pub(super) fn act_and_keep(siesta: &Siesta, attempt: Attempt) -> Result<(CallOutcome, Option<Vec<u8>>)> {
    made(siesta, attempt, None, true)
}

fn made(
    siesta: &Siesta,
    attempt: Attempt,
    delivery: Option<&mut dyn Delivery>,
    keeps: bool,
) -> Result<(CallOutcome, Option<Vec<u8>>)> {
    let mut kept = None;
    let answer = send(siesta, &attempt, delivery, &SystemPace::start());
    let (answer, usage) = match answer {
        Ok(mut answer) => {
            // What the answer says it cost is read before the policy takes anything out of it.
            let usage = settle(&attempt, &answer);
            kept = keeps.then(|| answer.result.body.clone());
            answer.result.body = attempt.filters.apply(answer.result.body);
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
    let answer = match answer {
        // R16 speaks only once a name is resolved; it is a denial all the same, and nothing was sent.
        Err(Error { kind: Kind::AddressBlocked { what }, .. }) => {
            let reason = Box::new(DenyReason::SsrfBlocked(what));
            return Ok((CallOutcome::Denied { reason, connection: Some(attempt.connection.label) }, None));
        }
        other => other?,
    };
    if let Err(unwritten) = concluded {
        // It has happened: nobody must take this for a call that can be made again.
        let id = attempt.execution.id;
        let what = format!("the call was made, but its outcome could not be recorded (execution {id})");
        let why =
            unwritten.cause.as_ref().map_or_else(|| unwritten.to_string(), |cause| format!("{unwritten}: {cause}"));
        return Err(Error::from(Kind::Provider { what, may_have_arrived: true }).because(why));
    }
    let finished = Finished {
        execution: attempt.execution.id,
        connection: attempt.connection.label,
        result: answer.result,
        tokens,
        delivered: answer.poured.map(|poured| poured.bytes),
        next_link: answer.next_link,
        remark: answer.remark,
    };
    Ok((CallOutcome::Done(Box::new(finished)), kept))
}

fn send(
    siesta: &Siesta,
    attempt: &Attempt,
    mut delivery: Option<&mut dyn Delivery>,
    pace: &dyn Pace,
) -> Result<Answer> {
    // What a rule may change is read whole first.
    let reads_whole = !attempt.filters.leave_everything();
    let outbound = Outbound {
        connection: &attempt.connection,
        service: &attempt.service,
        request: &attempt.execution.request,
        now: siesta.now(),
        largest_answer: attempt.filters.largest_answer,
        time: delivery.as_ref().filter(|_| !reads_whole).map(|_| LONGEST_DELIVERY),
        reads_whole,
    };
    let credential = refresh::fresh(siesta, &attempt.connection, None)?;
    let mut tried = 1;
    let answer = loop {
        // `as_deref_mut` would tie the loan to the loop.
        let taker = delivery.as_mut().map(|delivery| &mut **delivery as &mut dyn Delivery);
        let answer = provider::send(&siesta.net, outbound, &credential.opens, taker);
        match pause(attempt.changes_nothing, answer.as_ref(), tried) {
            Some(time) => pace.sleep(time),
            None => break answer.map_err(|error| broken(error, attempt, reads_whole || delivery.is_none()))?,
        }
        tried += 1;
    };
    // 401 says that nothing was done. A token whose life is unknown, or that was revoked early, is renewed once.
    if answer.result.http_status != 401 {
        return Ok(answer);
    }
    let renewed = refresh::fresh(siesta, &attempt.connection, Some(credential.version))?;
    match renewed.version == credential.version {
        true => Ok(answer),
        false => {
            let is_whole = reads_whole || delivery.is_none();
            provider::send(&siesta.net, outbound, &renewed.opens, delivery)
                .map_err(|error| broken(error, attempt, is_whole))
        }
    }
}

/// What went wrong, with what is needed to say what can be done about it.
fn broken(error: provider::Error, attempt: &Attempt, is_whole: bool) -> Error {
    let broke = match &error {
        provider::Error::Net(net::Error::TooLarge { cap, .. }) => Some(match attempt.filters.largest_answer {
            Some(policy) if policy == *cap => Broke::Policy { cap: policy as u64 },
            _ if *cap > provider::LARGEST_ANSWER || is_whole => Broke::Everything,
            _ => Broke::Memory,
        }),
        provider::Error::Net(error) if error.may_have_arrived() => Some(Broke::Off),
        _ => None,
    };
    let told = Error::from(error);
    match broke {
        Some(broke) => told.about(About::Answer {
            agent: attempt.execution.agent_name.clone(),
            connection: attempt.connection.label.clone(),
            execution: attempt.execution.id.to_string(),
            is_safe: attempt.changes_nothing,
            broke,
        }),
        None => told,
    }
}

/// How long to wait before the same request is made again; none: its answer stands. Only what changes nothing is
/// repeated (RFC 9110, section 9.2.1), only where the provider says that it is busy, and never sooner than it asks.
fn pause(
    changes_nothing: bool,
    answer: std::result::Result<&Answer, &provider::Error>,
    tried: u32,
) -> Option<Duration> {
    if !changes_nothing || tried >= TRIES {
        return None;
    }
    // 0.5 s, 1 s: a provider that is busy for longer says so.
    let own = Duration::from_millis(500).saturating_mul(1 << (tried - 1));
    let asked = match answer {
        Ok(answer) if matches!(answer.result.http_status, 429 | 502 | 503 | 504) => answer.retry_after.unwrap_or(own),
        _ => return None,
    };
    (asked <= LONGEST_PAUSE).then_some(asked)
}

type Usage = (Tokens, Option<String>, bool);

/// What an answer cost: as it reports; else as reserved, or as its sizes suggest, and flagged (T8).
fn settle(attempt: &Attempt, answer: &Answer) -> Option<Usage> {
    let shapes = attempt.metered.as_ref()?;
    let said = said(shapes, answer);
    if let Some(reported) = said.reported.clone().filter(|_| said.is_whole) {
        return Some((reported.tokens, reported.model, false));
    }
    if !answer.is_success() {
        // A refusal costs nothing; a model that was not asked has no usage to report.
        return None;
    }
    let estimate = match attempt.reserved {
        0 => Tokens {
            input: attempt.prompt,
            output: usage::estimate_prompt(answer.result.body.len()),
            ..Tokens::default()
        },
        reserved => Tokens { input: reserved, ..Tokens::default() },
    };
    // What a stream that was cut off had said until then is the least it cost.
    match said.reported.filter(|reported| reported.tokens.counted() > estimate.counted()) {
        Some(reported) => Some((reported.tokens, reported.model, true)),
        None => Some((estimate, None, true)),
    }
}

/// What an answer says it cost: a whole one, a stream of events, or a stream that is a list of answers.
fn said(shapes: &[UsagePointers], answer: &Answer) -> Streamed {
    let is_stream = answer.result.content_type.as_deref().is_some_and(|kind| {
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
    });
    let mut stream = UsageStream::new(shapes);
    if is_stream {
        stream.feed(&answer.result.body);
        return stream.finish();
    }
    match serde_json::from_slice(&answer.result.body) {
        Ok(Value::Array(chunks)) => {
            stream.take_values(&chunks);
            stream.finish()
        }
        Ok(body) => {
            let reported = shapes.iter().filter_map(|pointers| usage::read(&body, pointers));
            Streamed { reported: reported.max_by_key(|reported| reported.tokens.counted()), is_whole: true }
        }
        Err(_) => Streamed { reported: None, is_whole: false },
    }
}

/// The second record: result, usage and the closing row, together.
fn conclude(
    tx: &WriteTx<'_>,
    attempt: &Attempt,
    answer: std::result::Result<&Answer, &Error>,
    usage: Option<Usage>,
) -> Result<()> {
    let execution = &attempt.execution;
    tx.delete_reservation(execution.id.0)?;
    let mut entry =
        Entry::new(&attempt.actor, Correlated::Beyond(execution.correlation), "call.result", "execution", execution.id)
            .connection(attempt.connection.id);
    let (status, error) = match answer {
        Ok(answer) if answer.is_success() => (ExecutionStatus::Success, None),
        Ok(answer) => {
            let remark = answer.remark.as_ref().map(|remark| format!(": {remark}")).unwrap_or_default();
            (ExecutionStatus::Failed, Some(format!("the provider answered {}{remark}", answer.result.http_status)))
        }
        Err(error) => (ExecutionStatus::Failed, Some(error.to_string())),
    };
    let result = answer.ok().map(|answer| &answer.result);
    tx.update_result(execution.id, status, result, error.as_deref())?;
    entry = entry.change("status", execution.status.as_str(), status.as_str());
    if let Some(result) = result {
        entry = entry.change("httpStatus", (), result.http_status);
    }
    if let Some(poured) = answer.ok().and_then(|answer| answer.poured.as_ref()) {
        entry = entry.change("bytes", (), poured.bytes).change("sha256", (), poured.sha256.clone());
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
        StoredBody::None | StoredBody::Form(_) | StoredBody::Multipart(_) | StoredBody::Bytes(_) => None,
    }
}
