//! `siesta policy remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::{assignments, policies};
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Remove a policy, and with it the agent's use of the connection
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta policy remove helper notes --yes")]
pub(super) struct RemoveArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PolicyRemovedView {
    policy: PolicyView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "policy remove")?;
    // Whoever is asked is asked about something that is there.
    policies::show(&siesta, &args.agent, &args.connection)?;
    ui.confirm_or_stop(&format!("remove the policy of {} on \"{}\"?", args.agent, args.connection))?;
    let policy = assignments::unassign(&siesta, &args.connection, &args.agent)?;
    let words = format!("removed the policy of {} on \"{}\"", policy.agent_name, args.connection);
    ui.done(&PolicyRemovedView { policy: PolicyView::new(&policy) }, &words)
}
