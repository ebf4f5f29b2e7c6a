//! What a governed call came to, said: as data under `-o json`, as the provider's own bytes and a few words otherwise.
use super::advice::{exit_of, hint_of};
use super::error::Error;
use super::exit::Exit;
use super::harmless::harmless_lines;
use super::out_file::OutFile;
use super::ui::Ui;
use crate::model::audit::Verdict;
use crate::model::decide::DenyReason;
use crate::model::time::rfc3339;
use crate::ops::calls::{CallOutcome, Finished};
use crate::view::decision::{OutcomeView, ResultView};
use crate::view::limit::ProblemView;

/// Who asked, for hints, and where the answer goes.
pub(super) struct Said<'a> {
    pub agent: &'a str,
    pub connection: &'a str,
    pub out: Option<OutFile>,
}

/// Says it, and gives the exit code, which a reader that has gone away does not change: that a person is wanted is never
/// success, and neither is a provider's failure.
pub(super) fn say(ui: &mut Ui, outcome: &CallOutcome, said: Said<'_>) -> Result<Exit, Error> {
    let exit = match outcome {
        CallOutcome::Done(finished) if finished.is_success() => Exit::Ok,
        CallOutcome::Done(_) => Exit::Provider,
        CallOutcome::AwaitingApproval { .. } => Exit::ApprovalRequired,
        CallOutcome::Denied { reason, .. } => exit_of(reason),
    };
    match tell(ui, outcome, said, exit) {
        Err(error) if error.is_closed_pipe() => Ok(exit),
        Err(error) => Err(error),
        Ok(()) => Ok(exit),
    }
}

fn tell(ui: &mut Ui, outcome: &CallOutcome, said: Said<'_>, exit: Exit) -> Result<(), Error> {
    match outcome {
        CallOutcome::Done(finished) => done(ui, finished, said, exit),
        CallOutcome::AwaitingApproval { execution, reason, expires_at, .. } => {
            if ui.is_json() {
                ui.document(&OutcomeView {
                    outcome: Verdict::NeedsApproval,
                    reason: Some(reason.code().into_owned()),
                    detail: Some(reason.to_string()),
                    execution_id: Some(execution.to_string()),
                    expires_at: expires_at.map(rfc3339),
                    problem: None,
                    result: None,
                })?;
            } else {
                ui.must_say(&format!("waiting for approval ({}): {reason}", reason.code()));
                ui.must_say(&format!("execution {execution}"));
                ui.hint(&format!("siesta executions approve {execution}"));
            }
            Ok(())
        }
        CallOutcome::Denied { reason, connection } => {
            let label = connection.as_deref().unwrap_or(said.connection);
            denied(ui, reason, label, said.agent)
        }
    }
}

fn denied(ui: &mut Ui, reason: &DenyReason, connection: &str, agent: &str) -> Result<(), Error> {
    let exit = exit_of(reason);
    let problem = match reason {
        DenyReason::TokenLimit(refusal) => Some(ProblemView::new(refusal, connection)),
        _ => None,
    };
    if ui.is_json() {
        ui.document(&OutcomeView {
            outcome: Verdict::Deny,
            reason: Some(reason.code().into_owned()),
            detail: Some(reason.to_string()),
            execution_id: None,
            expires_at: None,
            problem,
            result: None,
        })?;
        return Ok(());
    }
    let error = Error::new(exit, format!("denied: {reason}")).code(reason.code()).cause(reason.code());
    Err(error.hint(hint_of(reason, connection, agent).to_string()))
}

fn done(ui: &mut Ui, finished: &Finished, said: Said<'_>, exit: Exit) -> Result<(), Error> {
    let goes_to_file = said.out.is_some();
    if let Some(out) = said.out {
        let bytes = finished.delivered.unwrap_or(finished.result.body.len() as u64);
        let words = format!("wrote {bytes} bytes to {}", out.path().display());
        match finished.delivered {
            Some(_) => out.close(&finished.execution.to_string())?,
            None => out.write(&finished.result.body, &finished.execution.to_string())?,
        }
        ui.say(&words);
    }
    if ui.is_json() {
        ui.document(&OutcomeView {
            outcome: Verdict::Allow,
            reason: None,
            detail: None,
            execution_id: Some(finished.execution.to_string()),
            expires_at: None,
            problem: None,
            result: Some(ResultView::new(&finished.result)),
        })?;
        return Ok(());
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
        ui.detail(1, &format!("{} tokens ({} in, {} out)", tokens.counted(), tokens.input, tokens.output));
    }
    if exit != Exit::Ok {
        ui.warn(&format!("the provider answered HTTP {}", finished.result.http_status));
        ui.hint(&format!("siesta executions show {}", finished.execution));
    }
    Ok(())
}
