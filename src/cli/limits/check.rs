//! `siesta limits check`
use super::{STANDING_HEADERS, standing_cells};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::limits::{self, OnAccount};
use crate::view::limit::{ProblemView, StandingView};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Check whether a call would be let through; exit code 10 when not
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta limits check research --user alice --tokens 20000")]
pub(super) struct CheckArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The user who would spend
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The team whose budget would be used
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// The agent that would call, where no user is named
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// How many tokens it would spend at most
    #[arg(long, value_name = "N")]
    tokens: Option<u64>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct CheckView {
    allowed: bool,
    limits: Vec<StandingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemView>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: CheckArgs) -> Result<Exit, Error> {
    if args.user.is_none() && args.agent.is_none() {
        return Err(Error::usage("tokens are spent by a user or an agent").hint("--user USER, or --agent AGENT"));
    }
    let siesta = unlock::open(ui, settings, "limits check")?;
    let account = OnAccount { user: args.user, team: args.team, agent: args.agent };
    let checked = limits::check(&siesta, &args.connection, &account, args.tokens)?;
    let view = CheckView {
        allowed: checked.refusal.is_none(),
        limits: checked.standings.iter().map(|s| StandingView::new(s, &checked.connection)).collect(),
        problem: checked.refusal.as_ref().map(|refusal| ProblemView::new(refusal, &checked.connection)),
    };
    let exit = if view.allowed { Exit::Ok } else { Exit::LimitExceeded };
    if ui.is_json() {
        ui.document(&view)?;
        return Ok(exit);
    }
    let rows: Vec<Vec<Cell>> = view.limits.iter().map(standing_cells).collect();
    ui.table(STANDING_HEADERS, &rows)?;
    match &checked.refusal {
        None => ui.say(if view.limits.is_empty() { "no limit applies" } else { "there is room" }),
        Some(refusal) => ui.must_say(&refusal.to_string()),
    }
    Ok(exit)
}
