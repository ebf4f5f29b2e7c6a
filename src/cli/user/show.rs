//! `siesta user show`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::UserView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a user: role, teams, and what they are answerable for
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user show alice")]
pub(super) struct ShowArgs {
    /// The user's name
    #[arg(value_name = "USER")]
    user: String,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShowUserView {
    user: UserView,
    teams: Vec<String>,
    /// Labels of the living connections they own.
    connections: Vec<String>,
    /// Names of the agents they own.
    agents: Vec<String>,
    /// Labels of the connections that name them as an approver.
    approver_of: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user show")?;
    let shown = people::show_user(&siesta, &args.user)?;
    let document = ShowUserView {
        user: UserView::new(&shown.user),
        teams: shown.teams,
        connections: shown.connections,
        agents: shown.agents.into_iter().map(|agent| agent.name).collect(),
        approver_of: shown.approver_of,
    };
    ui.record(
        &document,
        &[
            ("name", Cell::text(document.user.name.as_str())),
            ("role", Cell::text(document.user.role.as_str())),
            ("status", Cell::text(document.user.status.as_str())),
            ("account", Cell::maybe_text(document.user.os_user.as_deref())),
            ("teams", Cell::names(&document.teams)),
            ("connections", Cell::names(&document.connections)),
            ("agents", Cell::names(&document.agents)),
            ("approver of", Cell::names(&document.approver_of)),
            ("added", Cell::time(shown.user.created_at)),
        ],
    )
}
