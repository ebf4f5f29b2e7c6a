//! What a governed call came to, said: as data under `-o json`, as the provider's own bytes and a few words otherwise.
use super::advice::{exit_of, hint_of};
use super::error::Error;
use super::exit::Exit;
use super::harmless::harmless_lines;
use super::log::Level;
use super::out_file::OutFile;
use super::ui::Ui;
use crate::model::audit::Verdict;
use crate::model::decide::DenyReason;
use crate::model::time::rfc3339;
use crate::ops::calls::{CallOutcome, Finished};
use crate::view::decision::{OutcomeView, ResultView};
use crate::view::limit::ProblemView;
use crate::view::standing::StandingApprovalView;

/// Who asked, for hints, and where the answer goes.
pub(super) struct Said<'a> {
    pub agent: &'a str,
    pub connection: &'a str,
    pub out: Option<OutFile>,
    /// What was given along with the answer, for others like it.
    pub standing: Option<StandingApprovalView>,
    /// What to type after a request that is malformed, where more is known than its connection.
    pub malformed: Option<String>,
}

impl<'a> Said<'a> {
    pub fn of(agent: &'a str, connection: &'a str, out: Option<OutFile>) -> Said<'a> {
        Said { agent, connection, out, standing: None, malformed: None }
    }
}

/// Says it, and gives the exit code, which a reader that has gone away does not change: that a person is wanted is never
/// success, and neither is a provider's failure.
pub(super) fn say(ui: &mut Ui, outcome: &CallOutcome, said: Said<'_>) -> Result<Exit, Error> {
    say_to_whoever_reads(ui, outcome, said).map(|(exit, _)| exit)
}

/// The same, and whether there is still a reader, for who would go on.
pub(super) fn say_to_whoever_reads(ui: &mut Ui, outcome: &CallOutcome, said: Said<'_>) -> Result<(Exit, bool), Error> {
    let exit = exit(outcome);
    match tell(ui, outcome, said, exit) {
        Err(error) if error.is_closed_pipe() => Ok((exit, false)),
        Err(error) => Err(error),
        Ok(()) => Ok((exit, true)),
    }
}

pub(super) fn exit(outcome: &CallOutcome) -> Exit {
    match outcome {
        CallOutcome::Done(finished) if finished.is_success() => Exit::Ok,
        CallOutcome::Done(_) => Exit::Provider,
        CallOutcome::AwaitingApproval { .. } => Exit::ApprovalRequired,
        CallOutcome::Denied { reason, .. } => exit_of(reason),
    }
}

fn tell(ui: &mut Ui, outcome: &CallOutcome, said: Said<'_>, exit: Exit) -> Result<(), Error> {
    match outcome {
        CallOutcome::Done(finished) => done(ui, finished, said, exit),
        CallOutcome::AwaitingApproval { execution, reason, .. } => {
            if ui.is_json() {
                return ui.document(&view(outcome, said.connection, said.standing));
            }
            ui.must_say(&format!("waiting for approval ({}): {reason}", reason.code()));
            ui.must_say(&format!("execution {execution}"));
            ui.hint(&format!("siesta executions approve {execution}"));
            Ok(())
        }
        CallOutcome::Denied { reason, connection } => {
            if ui.is_json() {
                return ui.document(&view(outcome, said.connection, said.standing));
            }
            let denied = denied(reason, connection.as_deref().unwrap_or(said.connection), said.agent);
            Err(match (reason.as_ref(), said.malformed) {
                (DenyReason::BadRequest(_), Some(hint)) => denied.hint(hint),
                _ => denied,
            })
        }
    }
}

/// What came of it as data. `connection` is what it was called where the outcome does not say.
pub(super) fn view(outcome: &CallOutcome, connection: &str, standing: Option<StandingApprovalView>) -> OutcomeView {
    let empty = nothing(standing);
    match outcome {
        CallOutcome::Done(finished) => done_view(finished, empty),
        CallOutcome::AwaitingApproval { execution, reason, expires_at, .. } => OutcomeView {
            outcome: Verdict::NeedsApproval,
            reason: Some(reason.code().into_owned()),
            detail: Some(reason.to_string()),
            execution_id: Some(execution.to_string()),
            expires_at: expires_at.map(rfc3339),
            ..empty
        },
        CallOutcome::Denied { reason, connection: found } => OutcomeView {
            outcome: Verdict::Deny,
            reason: Some(reason.code().into_owned()),
            detail: Some(reason.to_string()),
            problem: match reason.as_ref() {
                DenyReason::TokenLimit(refusal) => {
                    Some(ProblemView::new(refusal, found.as_deref().unwrap_or(connection)))
                }
                _ => None,
            },
            ..empty
        },
    }
}

fn done_view(finished: &Finished, empty: OutcomeView) -> OutcomeView {
    OutcomeView {
        detail: finished.remark.clone(),
        execution_id: Some(finished.execution.to_string()),
        result: Some(ResultView::new(&finished.result)),
        ..empty
    }
}

fn nothing(standing_approval: Option<StandingApprovalView>) -> OutcomeView {
    OutcomeView {
        outcome: Verdict::Allow,
        reason: None,
        detail: None,
        execution_id: None,
        expires_at: None,
        problem: None,
        result: None,
        pages: None,
        standing_approval,
    }
}

fn denied(reason: &DenyReason, connection: &str, agent: &str) -> Error {
    let exit = exit_of(reason);
    let error = Error::new(exit, format!("denied: {reason}")).code(reason.code()).cause(reason.code());
    error.hint(hint_of(reason, connection, agent).to_string())
}

fn done(ui: &mut Ui, finished: &Finished, said: Said<'_>, exit: Exit) -> Result<(), Error> {
    // What a provider says in the place of a file is no file: dropped, it is gone, and the words are shown.
    let out = said.out.filter(|_| exit == Exit::Ok);
    let goes_to_file = out.is_some();
    if let Some(out) = out {
        let bytes = finished.delivered.unwrap_or(finished.result.body.len() as u64);
        let words = format!("wrote {bytes} bytes to {}", out.path().display());
        match finished.delivered {
            Some(_) => out.close(&finished.execution.to_string())?,
            None => out.write(&finished.result.body, &finished.execution.to_string())?,
        }
        ui.say(&words);
    }
    if ui.is_json() {
        return ui.document(&done_view(finished, nothing(said.standing)));
    }
    if !goes_to_file && finished.delivered.is_none() {
        // A terminal obeys escape codes, so there the text is made harmless; a pipe gets the bytes as they came.
        match std::str::from_utf8(&finished.result.body) {
            Ok(text) if ui.stdout_is_terminal() => ui.text(&harmless_lines(text))?,
            _ => ui.bytes(&finished.result.body)?,
        }
        // The bytes are the provider's; a prompt that starts behind them is only a matter of the terminal.
        if ui.stdout_is_terminal() && !finished.result.body.ends_with(b"\n") {
            ui.text("\n")?;
        }
    }
    if let Some(tokens) = finished.tokens {
        ui.detail(Level::Info, &format!("{} tokens ({} in, {} out)", tokens.counted(), tokens.input, tokens.output));
    }
    if let (Some(remark), Exit::Ok) = (&finished.remark, exit) {
        ui.warn(remark);
    }
    if exit != Exit::Ok {
        let remark = finished.remark.as_ref().map(|remark| format!(": {remark}")).unwrap_or_default();
        ui.warn(&format!("the provider answered HTTP {}{remark}", finished.result.http_status));
        ui.hint(&format!("siesta executions show {}", finished.execution));
    }
    Ok(())
}
