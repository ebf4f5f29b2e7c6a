//! `siesta explain`
use super::colour::Tone;
use super::error::Error;
use super::on_behalf::{ArgumentArgs, OnBehalfArgs};
use super::raw::RawArgs;
use super::remedy::{Remedy, remedies};
use super::settings::Settings;
use super::table::Cell;
use super::ui::Ui;
use super::{connections, span, unlock};
use crate::model::audit::Verdict;
use crate::model::decide::StepOutcome;
use crate::model::facts::Operation;
use crate::model::policy::Flow;
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
    #[command(flatten)]
    raw: RawArgs,
    #[command(flatten)]
    on_behalf: OnBehalfArgs,
    /// Decide as of this instant
    #[arg(long, value_name = "TIME", value_parser = span::parse_instant)]
    at: Option<Timestamp>,
    /// broker (siesta makes the call) or vend (the agent gets a short-lived token)
    #[arg(long, value_name = "FLOW", value_parser = connections::parse_flow, default_value = "broker")]
    flow: Flow,
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
        (Some(method), Some(url)) => args.raw.operation(method, url)?,
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
                Cell::words(step.note.as_str()),
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
