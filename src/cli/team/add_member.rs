//! `siesta team add-member`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::{OneTeamView, TeamView};
use clap::Args;

/// Put a user into a team
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team add-member sales alice")]
pub(super) struct AddMemberArgs {
    /// The team's name
    #[arg(value_name = "TEAM")]
    team: String,
    /// The user's name
    #[arg(value_name = "USER")]
    user: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddMemberArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team add-member")?;
    let team = people::set_membership(&siesta, &args.team, &args.user, true)?;
    let words = format!("\"{}\" is in team \"{}\"", args.user, team.name);
    ui.done(&OneTeamView { team: TeamView::new(&team) }, &words)
}
