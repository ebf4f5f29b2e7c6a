//! What `call` and `request` have in common behind their operation: decide, act, wait for a person, say what came of it.
use super::advice::exit_of;
use super::delivery::Delivering;
use super::error::Error;
use super::exit::Exit;
use super::format::Format;
use super::harmless::harmless_lines;
use super::notify;
use super::on_behalf::OnBehalfArgs;
use super::out_file::OutFile;
use super::outcome::{self, Said};
use super::schema::Either;
use super::settings::Settings;
use super::span::parse_duration;
use super::ui::Ui;
use crate::model::audit::Verdict;
use crate::model::decide::{Decision, DenyReason};
use crate::model::facts::Operation;
use crate::model::policy::Flow;
use crate::ops::Siesta;
use crate::ops::calls::{self, Asked, CallOutcome, CallRequest};
use crate::ops::services;
use crate::view::decision::{OutcomeView, PageView, PreviewView, ResultView};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct ActArgs {
    #[command(flatten)]
    on_behalf: OnBehalfArgs,
    /// The conversation it belongs to, for the record
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// Use the approval given to this execution
    #[arg(long, value_name = "EXECUTION")]
    approval: Option<String>,
    #[command(flatten)]
    waiting: WaitArgs,
    /// Show the decision and the request, the credential masked, and do nothing
    #[arg(long, conflicts_with_all = ["wait", "out"])]
    dry_run: bool,
    /// Write the answer to a new file instead of standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// Wait for a person's answer: this long, or until the question lapses
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = FOREVER,
        value_parser = parse_wait)]
    wait: Option<Patience>,
}

const FOREVER: &str = "forever";

/// How long to wait for a person; none: until the question lapses.
#[derive(Debug, Clone, Copy)]
struct Patience(Option<Duration>);

fn parse_wait(text: &str) -> Result<Patience, String> {
    match text {
        FOREVER => Ok(Patience(None)),
        text => parse_duration(text).map(|time| Patience(Some(time))),
    }
}

impl WaitArgs {
    /// How long to wait, for who wants to wait.
    pub fn patience(&self) -> Option<Option<Duration>> {
        self.wait.map(|Patience(time)| time)
    }
}

/// What `call` and `request` print under `-o json`.
pub(super) type ActedView = Either<OutcomeView, PreviewView>;

impl ActArgs {
    /// Does it, up to so many pages. `connection` is as it was typed.
    pub fn perform(
        self,
        ui: &mut Ui,
        settings: &Settings,
        siesta: &Siesta,
        connection: String,
        operation: Operation,
        pages: u32,
    ) -> Result<Exit, Error> {
        let first = match &operation {
            Operation::Function { name, arguments } => Some((name.clone(), arguments.clone())),
            Operation::Raw { .. } | Operation::Token => None,
        };
        let asked = Asked {
            agent: self.on_behalf.agent,
            user: self.on_behalf.user,
            team: self.on_behalf.team,
            connection,
            operation,
            flow: Flow::Broker,
            approval: self.approval,
        };
        let mut request = CallRequest { asked, conversation: self.conversation };
        if self.dry_run {
            return preview(ui, siesta, &request);
        }
        if let Some((name, _)) = first.as_ref().filter(|_| pages > 1) {
            // What is wrong with the connection is the decision's to say.
            if calls::has_pages(siesta, &request.asked.connection, name).is_ok_and(|has_pages| !has_pages) {
                ui.warn(&format!("the catalogue does not say how \"{name}\" goes on: one page is all"));
            }
        }
        // One document is said once; lines, and what the provider sent, page by page.
        let mut gathered = (pages > 1 && ui.is_json() && ui.format() != Format::Jsonl).then(Gathered::default);
        for page in 1.. {
            let mut out = OutFile::make(self.out.as_deref())?;
            let outcome = made(ui, settings, siesta, &request, &mut out, &self.waiting)?;
            let is_heard = match &mut gathered {
                Some(gathered) => gathered.take(&outcome)?,
                None => {
                    let malformed = looked_up(siesta, &request.asked, &outcome);
                    let said = Said { malformed, ..Said::of(&request.asked.agent, &request.asked.connection, out) };
                    outcome::say_to_whoever_reads(ui, &outcome, said)?.1
                }
            };
            let next = match (&outcome, &first) {
                (CallOutcome::Done(finished), Some((name, arguments)))
                    if finished.is_success() && page < pages && is_heard =>
                {
                    let found = (&finished.result, finished.next_link.as_deref());
                    calls::next_page(siesta, &request.asked, (name, arguments), found)?
                }
                _ => None,
            };
            match (next, gathered.take()) {
                (Some(next), still) => (request.asked.operation, gathered) = (next, still),
                (None, Some(gathered)) => return gathered.say(ui, &outcome, &request.asked.connection),
                (None, None) => return Ok(outcome::exit(&outcome)),
            }
        }
        Ok(Exit::Ok)
    }
}

/// What says how a request that was refused as malformed is made.
fn looked_up(siesta: &Siesta, asked: &Asked, outcome: &CallOutcome) -> Option<String> {
    let CallOutcome::Denied { reason, .. } = outcome else { return None };
    matches!(**reason, DenyReason::BadRequest(_)).then_some(())?;
    match &asked.operation {
        Operation::Function { name, .. } => {
            let (service, function) = catalogued(siesta, &asked.connection, name)?;
            Some(format!("siesta catalog show {service} {function}        (its arguments)"))
        }
        Operation::Raw { .. } => Some("siesta request --help        (what a caller may set)".to_owned()),
        Operation::Token => None,
    }
}

/// The service of a connection and one of its functions, where `catalog show` has both.
pub(super) fn catalogued(siesta: &Siesta, connection: &str, function: &str) -> Option<(String, String)> {
    let service = calls::called_service(siesta, connection).ok()??;
    let known = services::find_with_imported(siesta, &service.id).ok()?;
    known.function(function).map(|function| (service.id, function.name.clone()))
}

/// Pages that go into one document.
#[derive(Default)]
struct Gathered {
    pages: Vec<PageView>,
    /// In bytes, of the answers.
    size: usize,
}

/// What one document holds at most: it stands in memory twice before it is printed.
const LARGEST_DOCUMENT: usize = 64 * 1024 * 1024;

impl Gathered {
    /// Takes a page; a document has one reader, who is there until it ends.
    fn take(&mut self, outcome: &CallOutcome) -> Result<bool, Error> {
        let CallOutcome::Done(finished) = outcome else { return Ok(true) };
        self.size = self.size.saturating_add(finished.result.body.len());
        if self.size > LARGEST_DOCUMENT {
            let most = LARGEST_DOCUMENT / 1024 / 1024;
            return Err(Error::new(
                Exit::Failure,
                format!("the pages are more than {most} MiB, too much for one document"),
            )
            .code("document-too-large")
            .cause(format!("{} pages were read, and each is kept", self.pages.len() + 1))
            .hint("-o jsonl        (a line for each page), or siesta executions list"));
        }
        let execution_id = finished.execution.to_string();
        self.pages.push(PageView { execution_id, result: ResultView::new(&finished.result) });
        Ok(true)
    }

    /// The document: how it ended, and the pages until then.
    fn say(self, ui: &mut Ui, outcome: &CallOutcome, connection: &str) -> Result<Exit, Error> {
        let exit = outcome::exit(outcome);
        let last = outcome::view(outcome, connection, None);
        match ui.document(&OutcomeView { result: None, pages: Some(self.pages), ..last }) {
            Err(error) if !error.is_closed_pipe() => Err(error),
            _ => Ok(exit),
        }
    }
}

/// One call, and the wait for a person where one is wanted.
fn made(
    ui: &mut Ui,
    settings: &Settings,
    siesta: &Siesta,
    request: &CallRequest,
    out: &mut Option<OutFile>,
    waiting: &WaitArgs,
) -> Result<CallOutcome, Error> {
    let spinner = ui.spinner("waiting for the provider");
    let mut delivering = Delivering::new(ui, out.as_mut(), spinner);
    let outcome = calls::call_into(siesta, request, Some(&mut delivering));
    let undelivered = delivering.finish();
    let outcome = outcome?;
    if let Some(error) = undelivered {
        return Err(error);
    }
    if let CallOutcome::AwaitingApproval { execution, is_new: true, .. } = &outcome {
        notify::tell(ui, settings, siesta, *execution);
    }
    Ok(match (&outcome, waiting.patience()) {
        (CallOutcome::AwaitingApproval { execution, .. }, Some(patience)) => {
            let id = execution.to_string();
            announce(ui, &id);
            let _spinner = ui.spinner("waiting for a person's answer");
            calls::wait(siesta, request, *execution, patience)?.unwrap_or(outcome)
        }
        _ => outcome,
    })
}

/// Who is to answer needs the number, and whoever waits needs to know that it was asked.
pub(super) fn announce(ui: &mut Ui, execution: &str) {
    ui.must_say(&format!("waiting for approval: execution {execution}"));
    ui.hint(&format!("siesta executions approve {execution}"));
}

fn preview(ui: &mut Ui, siesta: &Siesta, request: &CallRequest) -> Result<Exit, Error> {
    let (evaluation, preview) = calls::preview(siesta, request)?;
    let exit = match &evaluation.decision {
        Decision::Allow => Exit::Ok,
        Decision::NeedsApproval(_) => Exit::ApprovalRequired,
        Decision::Deny(reason) => exit_of(reason),
    };
    let view = PreviewView::new(&evaluation, preview.as_ref());
    let shown = match ui.is_json() {
        true => ui.document(&view),
        false => ui.text(&in_words(&view)),
    };
    match shown {
        Err(error) if error.is_closed_pipe() => Ok(exit),
        other => other.map(|()| exit),
    }
}

fn in_words(view: &PreviewView) -> String {
    let mut text = match view.outcome {
        Verdict::Allow => "allow\n".to_owned(),
        other => format!(
            "{other} ({}): {}\n",
            view.reason.as_deref().unwrap_or_default(),
            view.detail.as_deref().unwrap_or_default()
        ),
    };
    if let Some(request) = &view.request {
        text.push_str(&format!("\n{} {}\n", request.method, request.url));
        request.headers.iter().for_each(|header| text.push_str(&format!("{}: {}\n", header.name, header.value)));
        match (&request.body, request.body_encoding) {
            (serde_json::Value::Null, _) => {}
            (serde_json::Value::String(body), "text" | "base64") => text.push_str(&format!("\n{body}\n")),
            (body, _) => text.push_str(&format!("\n{body}\n")),
        }
    }
    harmless_lines(&text)
}
