//! `siesta refresh`
use super::trouble;
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::{span, unlock};
use crate::model::time::rfc3339;
use crate::ops::connections::{self, RefreshOutcome, RefreshRequest, Refreshed};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// Renew access tokens ahead of time, as cron does; never opens a browser
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta refresh notes\n  siesta refresh --all --within 1h\n  \
                        siesta refresh --all --within 1h --quiet || mail -s siesta admin < /dev/null")]
pub(in crate::cli) struct RefreshArgs {
    /// Labels, ids, or services of singletons; renewed now unless --within says when
    #[arg(value_name = "CONNECTION", required_unless_present = "all", conflicts_with = "all")]
    connections: Vec<String>,
    /// Every connection that was signed in to; those whose token is nearly over unless --within says when
    #[arg(long)]
    all: bool,
    /// Only those whose token runs out within this time
    #[arg(long, value_name = "DURATION", value_parser = span::parse_duration)]
    within: Option<Duration>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RefreshView {
    connections: Vec<RefreshRow>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct RefreshRow {
    id: String,
    label: String,
    /// renewed, not-due, no-sign-in, needs-reauth or failed.
    outcome: &'static str,
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// What to type where only a person can help.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Row for RefreshRow {
    const HEADERS: &'static [&'static str] = &["CONNECTION", "OUTCOME", "EXPIRES", "WHY"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.label.as_str()),
            Cell::text(self.outcome),
            Cell::maybe_time(self.expires_at.as_deref().and_then(|at| at.parse().ok())),
            Cell::maybe_words(self.why.as_deref()),
        ]
    }
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: RefreshArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "refresh")?;
    let request = RefreshRequest { connections: args.connections, within: args.within };
    let spinner = ui.spinner("refreshing");
    let refreshed = connections::refresh(&siesta, &request);
    drop(spinner);
    let view = RefreshView { connections: refreshed?.into_iter().map(row).collect() };
    let (mut needs_reauth, mut failed) = (false, false);
    for row in &view.connections {
        needs_reauth |= row.outcome == "needs-reauth";
        failed |= row.outcome == "failed";
    }
    // A job that has nothing to report prints nothing under --quiet; what needs somebody is never silenced.
    if !ui.is_quiet() || ui.is_json() {
        ui.list(&view, &view.connections)?;
    }
    let rows = view.connections.iter();
    trouble::tell(ui, rows.map(|row| (row.label.as_str(), row.why.as_deref(), row.hint.as_deref())));
    Ok(match (needs_reauth, failed) {
        (true, _) => Exit::NeedsReauth,
        (false, true) => Exit::Provider,
        (false, false) => Exit::Ok,
    })
}

fn row(refreshed: Refreshed) -> RefreshRow {
    let Refreshed { connection, outcome, expires_at } = refreshed;
    let (outcome, why, hint) = match outcome {
        RefreshOutcome::Renewed => ("renewed", None, None),
        RefreshOutcome::NotDue => ("not-due", None, None),
        RefreshOutcome::NoSignIn => ("no-sign-in", None, None),
        RefreshOutcome::NeedsReauth { why } => {
            ("needs-reauth", Some(why), Some(format!("siesta reauth {}", quoted(&connection.label))))
        }
        RefreshOutcome::Failed { error } => {
            let why = error.cause.as_ref().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            ("failed", Some(why), None)
        }
    };
    let (id, label) = (connection.id.to_string(), connection.label);
    RefreshRow { id, label, outcome, expires_at: expires_at.map(rfc3339), why, hint }
}
