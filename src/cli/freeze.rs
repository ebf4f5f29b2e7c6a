//! `siesta freeze`
use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::model::governance::FreezeScope;
use crate::ops::freezes::{self, Target};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Stop everything, an agent or a connection at once: every call is denied until it is lifted
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta freeze --agent helper --reason 'odd calls last night'\n  \
                        siesta freeze --all --reason incident")]
pub(super) struct FreezeArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Why, for whoever is denied
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What is stopped: one of three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct TargetArgs {
    /// This agent
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// This connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// The whole organization
    #[arg(long)]
    all: bool,
}

impl TargetArgs {
    pub(super) fn target(&self) -> Target {
        match (&self.agent, &self.connection) {
            (Some(agent), _) => Target::Agent(agent.clone()),
            (None, Some(connection)) => Target::Connection(connection.clone()),
            (None, None) => Target::All,
        }
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct FreezeView {
    frozen: bool,
    scope: FreezeScope,
    name: String,
    reason: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: FreezeArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "freeze")?;
    let (freeze, name) = freezes::freeze(&siesta, &args.target.target(), &args.reason)?;
    let words = format!("frozen: {name}");
    ui.done(&FreezeView { frozen: true, scope: freeze.scope, name, reason: freeze.reason }, &words)
}
