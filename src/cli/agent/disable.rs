//! `siesta agent disable`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::AgentStatus;
use crate::ops::agents;
use crate::view::people::{AgentView, OneAgentView};
use clap::Args;

/// Disable an agent: every call of it is denied
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent disable helper")]
pub(super) struct DisableArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: DisableArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent disable")?;
    let agent = agents::set_status(&siesta, &args.agent, AgentStatus::Disabled)?;
    ui.done(&OneAgentView { agent: AgentView::new(&agent) }, &format!("disabled agent \"{}\"", agent.name))
}
