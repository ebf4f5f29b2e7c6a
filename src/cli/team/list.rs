//! `siesta team list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::{TeamView, TeamsView};
use clap::Args;

/// List teams and their members
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team list")]
pub(super) struct ListArgs {}

impl Row for TeamView {
    const HEADERS: &'static [&'static str] = &["NAME", "MEMBERS", "DESCRIPTION"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.name.as_str()),
            Cell::words(self.members.join(", ")),
            Cell::text(self.description.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team list")?;
    let teams: Vec<TeamView> = people::list_teams(&siesta)?.iter().map(TeamView::new).collect();
    ui.list(&TeamsView { teams: teams.clone() }, &teams)
}
