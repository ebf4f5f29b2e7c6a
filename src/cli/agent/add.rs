//! `siesta agent add`
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::{AgentKind, AgentStatus};
use crate::ops::agents::{self, NewAgent};
use crate::view::people::{AgentView, OneAgentView};
use clap::Args;

/// Add an agent; it is active unless told otherwise
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent add helper --description 'Answers support mail'")]
pub(super) struct AddArgs {
    /// The agent's name
    #[arg(value_name = "NAME")]
    name: String,
    /// What kind of thing it is: agent, workflow, skill or prompt
    #[arg(long, value_parser = parse_kind, default_value = "agent")]
    kind: AgentKind,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// The user answerable for it; whoever adds it unless given
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// created, active or disabled
    #[arg(long, value_parser = parse_status, default_value = "active")]
    status: AgentStatus,
    /// The account of this machine it runs under
    #[arg(long, value_name = "ACCOUNT")]
    os_user: Option<String>,
    /// Assign this connection to it; may be repeated
    #[arg(long = "assign", value_name = "CONNECTION")]
    connections: Vec<String>,
}

pub(super) fn parse_kind(text: &str) -> Result<AgentKind, String> {
    AgentKind::parse(text).ok_or_else(|| "agent, workflow, skill or prompt".to_owned())
}

fn parse_status(text: &str) -> Result<AgentStatus, String> {
    AgentStatus::parse(text).ok_or_else(|| "created, active or disabled".to_owned())
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent add")?;
    let new = NewAgent {
        name: args.name,
        kind: args.kind,
        description: args.description,
        owner: args.owner,
        status: args.status,
        os_user: args.os_user,
        connections: args.connections.clone(),
    };
    let agent = agents::add(&siesta, new)?;
    ui.done(&OneAgentView { agent: AgentView::new(&agent) }, &format!("added {} \"{}\"", agent.kind, agent.name))?;
    if args.connections.is_empty() {
        ui.next(&format!("siesta assign CONNECTION {}", quoted(&agent.name)));
    }
    Ok(())
}
