//! `siesta assign`
use super::parse_flow;
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::policy::Flow;
use crate::ops::assignments;
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Let an agent use a connection: read-only until its policy says otherwise
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta assign notes helper")]
pub(in crate::cli) struct AssignArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
    /// What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)
    #[arg(long, value_name = "FLOW", value_delimiter = ',', value_parser = parse_flow)]
    allowed_models: Option<Vec<Flow>>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct AssignView {
    policy: PolicyView,
    /// False: it was assigned already, and nothing changed.
    assigned: bool,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: AssignArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "assign")?;
    let (policy, is_new) = assignments::assign(&siesta, &args.connection, &args.agent, args.allowed_models)?;
    let words = match is_new {
        true => format!("assigned \"{}\" to \"{}\" ({})", args.connection, policy.agent_name, policy.default_mode),
        false => format!("\"{}\" was assigned to \"{}\" already", args.connection, policy.agent_name),
    };
    ui.done(&AssignView { policy: PolicyView::new(&policy), assigned: is_new }, &words)?;
    if is_new {
        let (agent, connection) = (quoted(&policy.agent_name), quoted(&args.connection));
        ui.next(&format!("siesta policy set {agent} {connection} --mode read_write        (to let it write)"));
    }
    Ok(())
}
