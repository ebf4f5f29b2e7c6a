//! `siesta agent list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::agents;
use crate::view::people::{AgentView, AgentsView};
use clap::Args;

/// List agents
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta agent list")]
pub(super) struct ListArgs {}

impl Row for AgentView {
    const HEADERS: &'static [&'static str] = &["NAME", "KIND", "OWNER", "STATUS"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.name.as_str()),
            Cell::text(self.kind.as_str()),
            Cell::maybe_text(self.owner.as_deref()),
            Cell::text(self.status.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "agent list")?;
    let agents: Vec<AgentView> = agents::list(&siesta)?.iter().map(AgentView::new).collect();
    ui.list(&AgentsView { agents: agents.clone() }, &agents)
}
