//! `siesta team remove-member`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::{OneTeamView, TeamView};
use clap::Args;

/// Take a user out of a team
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team remove-member sales alice")]
pub(super) struct RemoveMemberArgs {
    /// The team's name
    #[arg(value_name = "TEAM")]
    team: String,
    /// The user's name
    #[arg(value_name = "USER")]
    user: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveMemberArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team remove-member")?;
    let team = people::set_membership(&siesta, &args.team, &args.user, false)?;
    let words = format!("\"{}\" is not in team \"{}\"", args.user, team.name);
    ui.done(&OneTeamView { team: TeamView::new(&team) }, &words)
}
