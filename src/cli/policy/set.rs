//! `siesta policy set`
use crate::cli::connections::parse_flow;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::policy::{DefaultMode, Flow, StepUp};
use crate::ops::assignments::{self, PolicyChange};
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Set how an agent may use a connection; the first one assigns it
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta policy set helper notes --mode read_write --step-up never")]
pub(super) struct SetArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// What happens to an operation no rule names: read_only, read_write or custom
    #[arg(long, value_name = "MODE", value_parser = parse_mode)]
    mode: Option<DefaultMode>,
    /// When a person is asked although the function itself would not: always, risk_based or never
    #[arg(long, value_name = "WHEN", value_parser = parse_step_up)]
    step_up: Option<StepUp>,
    /// What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)
    #[arg(long, value_name = "FLOW", value_delimiter = ',', value_parser = parse_flow)]
    allowed_models: Option<Vec<Flow>>,
}

fn parse_mode(text: &str) -> Result<DefaultMode, String> {
    DefaultMode::parse(text).ok_or_else(|| "read_only, read_write or custom".to_owned())
}

fn parse_step_up(text: &str) -> Result<StepUp, String> {
    StepUp::parse(text).ok_or_else(|| "always, risk_based or never".to_owned())
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PolicySetView {
    before: Option<PolicyView>,
    policy: PolicyView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "policy set")?;
    let change = PolicyChange { default_mode: args.mode, step_up: args.step_up, allowed_models: args.allowed_models };
    let (before, after) = assignments::set_policy(&siesta, &args.agent, &args.connection, &change)?;
    let before = before.as_ref().map(PolicyView::new);
    let after = PolicyView::new(&after);
    let short = |p: &PolicyView| {
        let models: Vec<&str> = p.allowed_models.iter().map(|flow| flow.typed()).collect();
        format!("{}, step-up {}, {}", p.default_mode, p.step_up_approval, models.join("+"))
    };
    let words = match &before {
        Some(before) if before.version == after.version => {
            format!("nothing changed for {} on \"{}\"", args.agent, args.connection)
        }
        Some(before) => format!("{} on \"{}\": {} → {}", args.agent, args.connection, short(before), short(&after)),
        None => format!("{} on \"{}\": {}", args.agent, args.connection, short(&after)),
    };
    ui.done(&PolicySetView { before, policy: after }, &words)
}
