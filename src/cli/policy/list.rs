//! `siesta policy list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::assignments;
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List policies: which agent may use which connection, and how
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta policy list\n  siesta policy list --json")]
pub(super) struct ListArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    connection: String,
    #[serde(flatten)]
    policy: PolicyView,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PoliciesView<'a> {
    policies: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["AGENT", "CONNECTION", "MODE", "STEP-UP", "FLOWS"];

    fn cells(&self) -> Vec<Cell> {
        let flows: Vec<&str> = self.policy.allowed_models.iter().map(|flow| flow.typed()).collect();
        vec![
            Cell::text(self.policy.agent_name.as_str()),
            Cell::text(self.connection.as_str()),
            Cell::text(self.policy.default_mode.as_str()),
            Cell::text(self.policy.step_up_approval.as_str()),
            Cell::text(flows.join(", ")),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "policy list")?;
    let listed = assignments::list(&siesta)?;
    let lines: Vec<Line> = listed
        .iter()
        .map(|(policy, connection)| Line { connection: connection.clone(), policy: PolicyView::new(policy) })
        .collect();
    ui.list(&PoliciesView { policies: &lines }, &lines)
}
