//! An admitted call: made, and its outcome written down.
use crate::model::decide::DenyReason;
use crate::model::execution::{ExecutionStatus, StoredBody};
use crate::model::usage::{self, Tokens, UsageRecord};
use crate::ops::calls::record::Attempt;
use crate::ops::calls::{CallOutcome, Finished};
use crate::ops::entry::Entry;
use crate::ops::{Error, Kind, Result, Siesta, refresh};
use crate::provider::{self, Answer, Outbound};
use crate::store::WriteTx;
use serde_json::Value;

/// Opens the credential, sends, and writes down what came of it.
pub(super) fn act(siesta: &Siesta, attempt: Attempt) -> Result<CallOutcome> {
    let answer = send(siesta, &attempt);
    let (answer, usage) = match answer {
        Ok(mut answer) => {
            // What the answer says it cost is read before the policy takes anything out of it.
            let usage = settle(&attempt, &answer);
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
            return Ok(CallOutcome::Denied { reason, connection: Some(attempt.connection.label) });
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
    Ok(CallOutcome::Done(Box::new(Finished {
        execution: attempt.execution.id,
        connection: attempt.connection.label,
        result: answer.result,
        tokens,
    })))
}

fn send(siesta: &Siesta, attempt: &Attempt) -> Result<Answer> {
    let outbound = Outbound {
        connection: &attempt.connection,
        service: &attempt.service,
        request: &attempt.execution.request,
        now: siesta.now(),
        largest_answer: attempt.filters.largest_answer,
    };
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
        StoredBody::None | StoredBody::Form(_) | StoredBody::Multipart(_) | StoredBody::Bytes(_) => None,
    }
}
