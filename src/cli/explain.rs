//! `siesta explain`
use super::colour::Tone;
use super::error::Error;
use super::on_behalf::{ArgumentArgs, OnBehalfArgs};
use super::settings::Settings;
use super::table::Cell;
use super::ui::Ui;
use super::{connections, span, unlock};
use crate::model::audit::Verdict;
use crate::model::decide::StepOutcome;
use crate::model::execution::StoredBody;
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
                        siesta explain --agent helper --connection notes DELETE /notes/1"
)]
pub(super) struct ExplainArgs {
    /// Label, id, or service of a singleton
    #[arg(long, value_name = "CONNECTION")]
    connection: String,
    /// A function, or a method of HTTP
    #[arg(value_name = "FUNCTION|METHOD")]
    operation: String,
    /// With a method: an address, or a path below the base URL
    #[arg(value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    arguments: ArgumentArgs,
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
    let siesta = unlock::open(ui, settings, "explain")?;
    let operation = match args.url {
        Some(url) => Operation::Raw {
            method: args.operation,
            url,
            query: Vec::new(),
            headers: Vec::new(),
            body: StoredBody::None,
        },
        None => args.arguments.operation(&siesta, &args.connection, &args.operation)?,
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
    let (_, evaluation) = calls::explain(&siesta, &asked, args.at)?;
    let view = ExplanationView::new(&evaluation);
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
    Ok(())
}
