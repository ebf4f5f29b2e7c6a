//! `siesta team remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Remove a team; its members stay
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta team remove sales --yes")]
pub(super) struct RemoveArgs {
    /// The team's name
    #[arg(value_name = "TEAM")]
    team: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RemovedTeamView {
    removed: String,
    members: Vec<String>,
    /// Connections that are no longer granted to it.
    grants: Vec<String>,
    /// Connections on which a token limit of the team went too.
    limits: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "team remove")?;
    let leaving = people::team_leaving(&siesta, &args.team)?;
    let limits = match leaving.limits.is_empty() {
        true => String::new(),
        false => format!(" and its limits on {}", leaving.limits.join(", ")),
    };
    ui.confirm_or_stop(&format!("remove team \"{}\" of {}{limits}?", leaving.name, members(leaving.members.len())))?;
    people::remove_team(&siesta, &leaving)?;
    let words = format!("removed team \"{}\"{limits}", leaving.name);
    let document = RemovedTeamView {
        removed: leaving.name,
        members: leaving.members,
        grants: leaving.grants,
        limits: leaving.limits,
    };
    ui.done(&document, &words)
}

fn members(count: usize) -> String {
    format!("{count} member{}", if count == 1 { "" } else { "s" })
}
