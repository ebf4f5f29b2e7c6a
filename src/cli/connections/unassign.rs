//! `siesta unassign`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::assignments;
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Take a connection from an agent
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta unassign notes helper")]
pub(in crate::cli) struct UnassignArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct UnassignView {
    policy: PolicyView,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: UnassignArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "unassign")?;
    let policy = assignments::unassign(&siesta, &args.connection, &args.agent)?;
    let words = format!("took \"{}\" from \"{}\"", args.connection, policy.agent_name);
    ui.done(&UnassignView { policy: PolicyView::new(&policy) }, &words)
}
