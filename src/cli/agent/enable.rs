//! `siesta agent enable`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::AgentStatus;
use crate::ops::agents;
use crate::view::people::{AgentView, OneAgentView};
use clap::Args;

/// Make an agent active
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent enable helper")]
pub(super) struct EnableArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EnableArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent enable")?;
    let agent = agents::set_status(&siesta, &args.agent, AgentStatus::Active)?;
    ui.done(&OneAgentView { agent: AgentView::new(&agent) }, &format!("enabled agent \"{}\"", agent.name))
}
