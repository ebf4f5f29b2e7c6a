//! What a governed call came to, said: as data under `-o json`, as the provider's own bytes and a few words otherwise.
use super::advice::{exit_of, hint_of};
use super::error::Error;
use super::exit::Exit;
use super::ui::Ui;
use crate::model::audit::Verdict;
use crate::model::decide::DenyReason;
use crate::model::time::rfc3339;
use crate::ops::calls::{CallOutcome, Finished};
use crate::view::decision::{OutcomeView, ResultView};
use crate::view::limit::ProblemView;
use std::path::{Path, PathBuf};

/// Who asked, for hints, and where the answer goes.
pub(super) struct Said<'a> {
    pub agent: &'a str,
    pub connection: &'a str,
    pub out: Option<&'a PathBuf>,
}

pub(super) fn say(ui: &mut Ui, outcome: &CallOutcome, said: &Said<'_>) -> Result<Exit, Error> {
    match outcome {
        CallOutcome::Done(finished) => done(ui, finished, said),
        CallOutcome::AwaitingApproval { execution, reason, expires_at } => {
            if ui.is_json() {
                ui.document(&OutcomeView {
                    outcome: Verdict::NeedsApproval,
                    reason: Some(reason.code().to_owned()),
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
            Ok(Exit::ApprovalRequired)
        }
        CallOutcome::Denied { reason, connection } => {
            let label = connection.as_deref().unwrap_or(said.connection);
            denied(ui, reason, label, said.agent)
        }
    }
}

pub(super) fn denied(ui: &mut Ui, reason: &DenyReason, connection: &str, agent: &str) -> Result<Exit, Error> {
    let exit = exit_of(reason);
    let problem = match reason {
        DenyReason::TokenLimit(refusal) => Some(ProblemView::new(refusal, connection)),
        _ => None,
    };
    if ui.is_json() {
        ui.document(&OutcomeView {
            outcome: Verdict::Deny,
            reason: Some(reason.code().to_owned()),
            detail: Some(reason.to_string()),
            execution_id: None,
            expires_at: None,
            problem,
            result: None,
        })?;
        return Ok(exit);
    }
    let error = Error::new(exit, format!("denied: {reason}")).code(reason.code()).cause(reason.code());
    Err(match hint_of(reason, connection, agent) {
        Some(hint) => error.hint(hint),
        None => error,
    })
}

fn done(ui: &mut Ui, finished: &Finished, said: &Said<'_>) -> Result<Exit, Error> {
    let exit = if finished.is_success() { Exit::Ok } else { Exit::Provider };
    if let Some(path) = said.out.filter(|path| path.as_path() != Path::new("-")) {
        write(path, &finished.result.body)?;
        ui.say(&format!("wrote {} bytes to {}", finished.result.body.len(), path.display()));
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
        return Ok(exit);
    }
    if said.out.is_none_or(|path| path.as_path() == Path::new("-")) {
        ui.bytes(&finished.result.body)?;
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
    Ok(exit)
}

/// Never over something that is there: an agent's answer must not replace a file by accident.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    made.and_then(|mut file| std::io::Write::write_all(&mut file, bytes)).map_err(|error| {
        let exit = match error.kind() {
            std::io::ErrorKind::AlreadyExists => Exit::Conflict,
            _ => Exit::Failure,
        };
        Error::new(exit, format!("cannot write {}", path.display())).cause(error.kind()).hint("--out ANOTHER-FILE")
    })
}
