//! `siesta test`
use super::trouble;
use crate::cli::advice::{exit_of, quoted};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::service::AuthKind;
use crate::ops::connections::{self, TestOutcome, TestRequest, Tested};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Try connections live, with the catalogue's small read-only request
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta test research\n  siesta test --all\n  siesta test research --agent helper"
)]
pub(in crate::cli) struct TestArgs {
    /// Labels, ids, or services of singletons
    #[arg(value_name = "CONNECTION", required_unless_present = "all", conflicts_with = "all")]
    connections: Vec<String>,
    /// Every living connection; with --agent, those that are assigned to it
    #[arg(long)]
    all: bool,
    /// As a call of this agent: decided by its policy, recorded and counted
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct TestView {
    connections: Vec<TestRow>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct TestRow {
    id: String,
    label: String,
    service: String,
    /// healthy, restricted, not-tried, needs-reauth, failed, denied or needs-approval.
    outcome: &'static str,
    account: Option<String>,
    /// The provider's own words, or the rule's.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// The reason code of a denial or of a question.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What to type where only a person can help.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The call that was made for the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_id: Option<String>,
    #[serde(skip)]
    exit: Exit,
}

impl Row for TestRow {
    const HEADERS: &'static [&'static str] = &["CONNECTION", "TYPE", "OUTCOME", "ACCOUNT", "WHY"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.label.as_str()),
            Cell::text(self.service.as_str()),
            Cell::text(self.outcome),
            Cell::maybe_text(self.account.as_deref()),
            Cell::maybe_words(self.why.as_deref()),
        ]
    }
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: TestArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "test")?;
    let request = TestRequest { connections: args.connections, agent: args.agent };
    let spinner = ui.spinner("trying");
    let tested = connections::test(&siesta, &request);
    drop(spinner);
    let agent = request.agent.as_deref();
    let view = TestView { connections: tested?.into_iter().map(|tested| row(tested, agent)).collect() };
    let has = |exit: Exit| view.connections.iter().any(|row| row.exit == exit);
    // Of several, what a person must see to first; among denials the first one's own.
    let denied = view.connections.iter().map(|row| row.exit).find(|exit| *exit != Exit::Ok);
    let first = [Exit::NeedsReauth, Exit::Provider].into_iter().find(|exit| has(*exit)).or(denied);
    if !ui.is_quiet() || ui.is_json() {
        ui.list(&view, &view.connections)?;
    }
    let rows = view.connections.iter();
    trouble::tell(ui, rows.map(|row| (row.label.as_str(), row.why.as_deref(), row.hint.as_deref())));
    Ok(first.unwrap_or(Exit::Ok))
}

fn row(tested: Tested, agent: Option<&str>) -> TestRow {
    let Tested { connection, outcome, execution } = tested;
    let label = quoted(&connection.label);
    let explain = agent.map(|agent| format!("siesta explain --agent {} --connection {label} FUNCTION", quoted(agent)));
    let (outcome, why, reason, hint, exit) = match outcome {
        TestOutcome::Healthy => ("healthy", None, None, None, Exit::Ok),
        TestOutcome::Restricted { said } => ("restricted", Some(said), None, None, Exit::Ok),
        TestOutcome::NotTried => {
            let why = "its service has no small request that this credential opens".to_owned();
            ("not-tried", Some(why), None, None, Exit::Ok)
        }
        TestOutcome::NeedsReauth { why } => {
            let verb = if connection.auth_kind == AuthKind::OAuth2 { "reauth" } else { "rotate" };
            ("needs-reauth", Some(why), None, Some(format!("siesta {verb} {label}")), Exit::NeedsReauth)
        }
        TestOutcome::Failed { error } => {
            let why = error.cause.as_ref().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            ("failed", Some(why), None, None, Exit::Provider)
        }
        TestOutcome::Denied { reason } => {
            ("denied", Some(reason.to_string()), Some(reason.code().into_owned()), explain, exit_of(&reason))
        }
        TestOutcome::NeedsApproval { reason } => {
            let why = format!("it would wait for approval: {reason}");
            ("needs-approval", Some(why), Some(reason.code().into_owned()), None, Exit::ApprovalRequired)
        }
    };
    let account = ["email", "accountName", "accountId"].iter().find_map(|key| connection.metadata.get(*key)?.as_str());
    TestRow {
        id: connection.id.to_string(),
        account: account.map(str::to_owned),
        label: connection.label,
        service: connection.service,
        outcome,
        why,
        reason,
        hint,
        execution_id: execution.map(|id| id.to_string()),
        exit,
    }
}
