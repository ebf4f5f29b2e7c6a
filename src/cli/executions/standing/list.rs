//! `siesta executions standing list`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::time::Timestamp;
use crate::ops::standing_approvals as standing;
use crate::view::standing::StandingApprovalView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List standing approvals that are open, the newest first
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta executions standing list\n  siesta executions standing list --all")]
pub(in crate::cli::executions) struct ListArgs {
    /// Also those that are used up, over or revoked
    #[arg(long)]
    all: bool,
    /// Look at so many of the newest
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: u32,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Line {
    view: StandingApprovalView,
    #[serde(skip)]
    expires_at: Timestamp,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::cli::executions) struct StandingApprovalsView<'a> {
    #[schemars(with = "Vec<StandingApprovalView>")]
    standing_approvals: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] =
        &["ID", "AGENT", "CONNECTION", "FUNCTION", "ADDRESS", "TARGETS", "LEFT", "EXPIRES", "BY"];
    const SPARE: &'static [&'static str] = &["BY", "TARGETS"];

    fn cells(&self) -> Vec<Cell> {
        let view = &self.view;
        vec![
            Cell::id(view.id.as_str()),
            Cell::text(view.agent.as_str()),
            Cell::text(view.connection.as_str()),
            Cell::names(&view.covers.functions),
            Cell::words(format!("{} {}", view.covers.method, view.covers.url)),
            Cell::names(&view.covers.targets),
            Cell::text(format!("{} of {}", view.remaining, view.uses)),
            Cell::time(self.expires_at),
            Cell::text(view.created_by.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions standing list")?;
    let now = ui.now();
    let found = standing::list(&siesta, args.limit)?;
    let shown = found.iter().filter(|standing| args.all || standing.is_open(now));
    let lines: Vec<Line> = shown
        .map(|standing| Line { view: StandingApprovalView::new(standing, now), expires_at: standing.expires_at })
        .collect();
    ui.list(&StandingApprovalsView { standing_approvals: &lines }, &lines)?;
    if lines.is_empty() && ui.stdout_is_terminal() && !ui.is_json() {
        ui.say("no standing approvals");
    }
    Ok(Exit::Ok)
}
