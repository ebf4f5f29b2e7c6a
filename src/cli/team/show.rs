//! `siesta team show`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::TeamView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a team: its members, and what is granted to it
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team show sales")]
pub(super) struct ShowArgs {
    /// The team's name
    #[arg(value_name = "TEAM")]
    team: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ShowTeamView {
    team: TeamView,
    /// Labels of the connections that are granted to it.
    grants: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team show")?;
    let (team, grants) = people::show_team(&siesta, &args.team)?;
    let document = ShowTeamView { team: TeamView::new(&team), grants };
    ui.record(
        &document,
        &[
            ("name", Cell::text(team.name.as_str())),
            ("description", Cell::text(team.description.as_str())),
            ("members", Cell::names(&team.members)),
            ("granted", Cell::names(&document.grants)),
            ("added", Cell::time(team.created_at)),
        ],
    )
}
