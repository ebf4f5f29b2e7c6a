//! `siesta policy lint`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::policy::lint::Oddity;
use crate::ops::policies;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Find what is odd about policies; exit code 12 when anything is
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta policy lint\n  siesta policy lint helper notes")]
pub(super) struct LintArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: Option<String>,
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Line {
    agent: String,
    connection: String,
    finding: Oddity,
    detail: String,
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["AGENT", "CONNECTION", "FINDING", "DETAIL"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.agent.as_str()),
            Cell::text(self.connection.as_str()),
            Cell::text(self.finding.as_str()),
            Cell::words(self.detail.as_str()),
        ]
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct LintView<'a> {
    findings: &'a [Line],
    /// How many policies were looked at.
    policies: usize,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: LintArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "policy lint")?;
    let linted = policies::lint(&siesta, args.agent.as_deref(), args.connection.as_deref())?;
    let lines: Vec<Line> = linted
        .iter()
        .flat_map(|(shown, findings)| {
            findings.iter().map(|finding| Line {
                agent: shown.policy.agent_name.clone(),
                connection: shown.connection.clone(),
                finding: finding.oddity,
                detail: finding.detail.clone(),
            })
        })
        .collect();
    ui.list(&LintView { findings: &lines, policies: linted.len() }, &lines)?;
    match lines.is_empty() {
        true => {
            let policies = if linted.len() == 1 { "policy" } else { "policies" };
            ui.say(&format!("nothing odd in {} {policies}", linted.len()));
            Ok(Exit::Ok)
        }
        false => Ok(Exit::Findings),
    }
}
