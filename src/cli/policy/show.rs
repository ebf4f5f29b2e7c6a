//! `siesta policy show`
use super::parts;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::policies;
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a policy with all its parts
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta policy show helper notes\n  siesta policy show helper notes --json")]
pub(super) struct ShowArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PolicyShownView {
    connection: String,
    policy: PolicyView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "policy show")?;
    let shown = policies::show(&siesta, &args.agent, &args.connection)?;
    let view = PolicyShownView { connection: shown.connection, policy: PolicyView::new(&shown.policy) };
    if ui.is_json() {
        return ui.document(&view);
    }
    let mut rows: Vec<Vec<Cell>> = vec![
        vec![Cell::text("agent"), Cell::text(view.policy.agent_name.as_str())],
        vec![Cell::text("connection"), Cell::text(view.connection.as_str())],
    ];
    rows.extend(parts::in_full(&view.policy).into_iter().map(|(name, is)| vec![Cell::text(name), Cell::words(is)]));
    rows.push(vec![Cell::text("version"), Cell::text(view.policy.version.to_string())]);
    rows.push(vec![Cell::text("created by"), Cell::text(view.policy.created_by.as_str())]);
    ui.table(&["PART", "SAYS"], &rows)
}
