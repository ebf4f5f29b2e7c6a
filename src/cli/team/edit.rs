//! `siesta team edit`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::TeamView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Change a team's description
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team edit sales --description 'Everybody who sells'")]
pub(super) struct EditArgs {
    /// The team's name
    #[arg(value_name = "TEAM")]
    team: String,
    /// What the team is
    #[arg(long, value_name = "TEXT")]
    description: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct EditedTeamView {
    before: TeamView,
    team: TeamView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EditArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team edit")?;
    let (before, team) = people::edit_team(&siesta, &args.team, &args.description)?;
    let words = match before == team {
        true => format!("nothing changed for team \"{}\"", team.name),
        false => format!("team \"{}\": \"{}\" → \"{}\"", team.name, before.description, team.description),
    };
    ui.done(&EditedTeamView { before: TeamView::new(&before), team: TeamView::new(&team) }, &words)
}
