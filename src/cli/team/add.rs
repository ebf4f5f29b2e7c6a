//! `siesta team add`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::{OneTeamView, TeamView};
use clap::Args;

/// Add a team
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team add sales --description 'Everybody who sells'")]
pub(super) struct AddArgs {
    /// The team's name
    #[arg(value_name = "NAME")]
    name: String,
    /// What the team is
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team add")?;
    let team = people::add_team(&siesta, &args.name, &args.description)?;
    ui.done(&OneTeamView { team: TeamView::new(&team) }, &format!("added team \"{}\"", team.name))
}
