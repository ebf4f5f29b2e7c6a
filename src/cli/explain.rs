//! `siesta explain`
use super::colour::Tone;
use super::error::Error;
use super::on_behalf::{ArgumentArgs, OnBehalfArgs, parse_pair, read_bytes};
use super::remedy::{Remedy, remedies};
use super::settings::Settings;
use super::table::Cell;
use super::ui::Ui;
use super::{connections, span, unlock};
use crate::model::audit::Verdict;
use crate::model::decide::StepOutcome;
use crate::model::execution::StoredBody;
use crate::model::facts::Operation;
use crate::model::policy::Flow;
use crate::model::request;
use crate::model::time::Timestamp;
use crate::ops::calls::{self, Asked};
use crate::view::decision::ExplanationView;
use clap::Args;

/// Explain how a request would be decided, rule by rule, without doing anything
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta explain --agent helper --connection notes http_get --arg path=notes\n  \
                        siesta explain --agent helper --connection notes DELETE /notes/1\n  \
                        siesta explain --agent helper --connection notes http_get --arg path=notes --at 2026-12-24"
)]
pub(super) struct ExplainArgs {
    /// Label, id, or service of a singleton
    #[arg(long, value_name = "CONNECTION")]
    connection: String,
    /// A function, or a method of HTTP; none for a token (--flow vend)
    #[arg(value_name = "FUNCTION|METHOD", required_unless_present = "flow")]
    operation: Option<String>,
    /// With a method: an address, or a path below the base URL
    #[arg(value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    arguments: ArgumentArgs,
    /// With a method: a header, as NAME:VALUE; may be repeated
    #[arg(long, value_name = "NAME:VALUE", requires = "url", value_parser = parse_header)]
    header: Vec<(String, String)>,
    /// With a method: a parameter of the query, as NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "url", value_parser = parse_pair)]
    query: Vec<(String, String)>,
    /// With a method: the body, as @FILE or - for standard input; JSON unless a Content-Type header says otherwise
    #[arg(long, value_name = "@FILE|-", requires = "url")]
    body: Option<String>,
    #[command(flatten)]
    on_behalf: OnBehalfArgs,
    /// Decide as of this instant
    #[arg(long, value_name = "TIME", value_parser = span::parse_instant)]
    at: Option<Timestamp>,
    /// broker (siesta makes the call) or vend (the agent gets a short-lived token)
    #[arg(long, value_name = "FLOW", value_parser = connections::parse_flow, default_value = "broker")]
    flow: Flow,
}

fn parse_header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("NAME:VALUE".to_owned()),
    }
}

fn read_body(from: &str, headers: &[(String, String)]) -> Result<StoredBody, Error> {
    let bytes = read_bytes(from, "--body")?;
    let said = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = said.map_or("application/json", |(_, value)| value.as_str());
    request::read_body(content_type, &bytes)
        .map_err(|error| Error::usage("the body cannot be used").cause(error.to_string()))
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ExplainArgs) -> Result<(), Error> {
    let has_arguments = !args.arguments.pairs.is_empty() || args.arguments.args.is_some();
    if has_arguments && (args.url.is_some() || args.operation.is_none() || args.flow == Flow::Vend) {
        // Left out in silence, they would be thought to have been looked at.
        return Err(Error::usage("--arg and --args are the arguments of a function that is called")
            .hint("--query and --body are for a METHOD and URL; a token takes nothing"));
    }
    let siesta = unlock::open(ui, settings, "explain")?;
    let operation = match (args.operation, args.url) {
        (Some(method), Some(url)) => {
            let body = match &args.body {
                Some(from) => read_body(from, &args.header)?,
                None => StoredBody::None,
            };
            // A multipart body gets its boundary when it is sent, so the caller's content type goes with the bytes.
            let is_read = matches!(body, StoredBody::Multipart(_));
            let kept =
                args.header.into_iter().filter(|(name, _)| !(is_read && name.eq_ignore_ascii_case("content-type")));
            Operation::Raw { method, url, query: args.query, headers: kept.collect(), body }
        }
        (Some(function), None) => args.arguments.operation(&siesta, &args.connection, &function)?,
        (None, _) if args.flow == Flow::Vend => Operation::Token,
        (None, _) => {
            return Err(
                Error::usage("a call needs a function, or a method and a URL").hint("--flow vend        (for a token)")
            );
        }
    };
    let asked = Asked {
        agent: args.on_behalf.agent,
        user: args.on_behalf.user,
        team: args.on_behalf.team,
        connection: args.connection,
        operation,
        flow: args.flow,
        approval: None,
    };
    let (facts, evaluation) = calls::explain(&siesta, &asked, args.at)?;
    let remedies = remedies(&facts, &evaluation);
    let commands = remedies.iter().map(|remedy| remedy.command.clone()).collect();
    let notes = remedies.iter().filter_map(|remedy| remedy.note).map(str::to_owned).collect();
    let view = ExplanationView::new(&facts, &evaluation, commands, notes);
    if ui.is_json() {
        return ui.document(&view);
    }
    let steps: Vec<Vec<Cell>> = view
        .steps
        .iter()
        .map(|step| {
            let (word, tone) = match step.outcome {
                StepOutcome::Pass => ("pass", Tone::Good),
                StepOutcome::Ask => ("ask", Tone::Waiting),
                StepOutcome::Deny => ("deny", Tone::Bad),
                StepOutcome::NotReached => ("not reached", Tone::Quiet),
            };
            vec![
                Cell::text(step.rule.as_str()),
                Cell::text(step.title),
                Cell::state(word, tone),
                Cell::text(step.note.as_str()),
            ]
        })
        .collect();
    ui.table(&["RULE", "ABOUT", "SAYS", "BECAUSE"], &steps)?;
    let verdict = match view.outcome {
        Verdict::Allow => "allow".to_owned(),
        Verdict::Deny | Verdict::NeedsApproval => {
            let reason = view.reason.as_deref().unwrap_or_default();
            let detail = view.detail.as_deref().unwrap_or_default();
            format!("{} ({reason}): {detail}", view.outcome)
        }
    };
    ui.say(&verdict);
    // In the table a long address may be cut, and a record has no column.
    if let Some(request) = &view.request {
        ui.say(&format!("request: {} {}", request.method, request.url));
    }
    let decisive = if view.outcome == Verdict::Deny { StepOutcome::Deny } else { StepOutcome::Ask };
    let decisive = view.steps.iter().find(|step| view.outcome != Verdict::Allow && step.outcome == decisive);
    if let Some((rule, record)) = decisive.and_then(|step| Some((step.rule, step.record.as_ref()?))) {
        ui.say(&format!("decided by {rule}: {record}"));
    }
    remedies.iter().map(Remedy::to_string).for_each(|hint| ui.hint(&hint));
    Ok(())
}
