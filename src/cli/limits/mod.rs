//! `siesta limits …`
mod check;
mod disable;
mod enable;
mod explain;
mod list;
mod report;
mod set;
mod unset;

use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::table::Cell;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::model::limit::Limit;
use crate::ops::limits::Subject;
use crate::view::limit::{LimitView, StandingView};
use crate::view::limit::{LimitsView, OneLimitView, ReportView};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<set::LimitSetView>("limits set"),
    schema::of::<LimitsView>("limits list"),
    schema::of::<OneLimitView>("limits unset"),
    schema::of::<OneLimitView>("limits enable"),
    schema::of::<OneLimitView>("limits disable"),
    schema::of::<check::CheckView>("limits check"),
    schema::of::<explain::ExplainView>("limits explain"),
    schema::of::<ReportView>("limits report"),
];

/// Manage token limits of model connections
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta limits set research --user alice --daily 1.5\n  siesta limits report --fail-over 80"
)]
pub(super) struct LimitsArgs {
    #[command(subcommand)]
    command: LimitsCommand,
}

#[derive(Debug, Subcommand)]
enum LimitsCommand {
    Set(set::SetArgs),
    Unset(unset::UnsetArgs),
    List(list::ListArgs),
    Enable(enable::EnableArgs),
    Disable(disable::DisableArgs),
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Report(report::ReportArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: LimitsArgs) -> Result<Exit, Error> {
    match args.command {
        LimitsCommand::Set(args) => set::run(ui, settings, args),
        LimitsCommand::Unset(args) => unset::run(ui, settings, args),
        LimitsCommand::List(args) => list::run(ui, settings, args),
        LimitsCommand::Enable(args) => enable::run(ui, settings, args),
        LimitsCommand::Disable(args) => disable::run(ui, settings, args),
        LimitsCommand::Explain(args) => explain::run(ui, settings, args),
        LimitsCommand::Check(args) => check::run(ui, settings, args),
        LimitsCommand::Report(args) => report::run(ui, settings, args),
    }
}

/// Whom a limit is about: one of four.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct SubjectArgs {
    /// The default for everybody, each counted for themselves
    #[arg(long)]
    org: bool,
    /// This user
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// This team, its members counted together
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// Everybody's usage of the connection together, in addition to every other limit
    #[arg(long)]
    pool: bool,
}

impl SubjectArgs {
    fn subject(&self) -> Subject {
        match (&self.user, &self.team, self.pool) {
            (Some(user), _, _) => Subject::User(user.clone()),
            (None, Some(team), _) => Subject::Team(team.clone()),
            (None, None, true) => Subject::Pool,
            (None, None, false) => Subject::Org,
        }
    }
}

/// A limit in words: `the limit of user alice on "research"`.
fn named(limit: &Limit, connection: &str) -> String {
    let subject = limit.subject.as_ref().map(|subject| format!(" {subject}")).unwrap_or_default();
    format!("the limit of {}{subject} on \"{connection}\"", limit.level)
}

pub(super) const HEADERS: &[&str] = &["CONNECTION", "LEVEL", "SUBJECT", "DAILY", "WEEKLY", "STRICT", "ENABLED"];

/// A limit as a line. Empty, zero and disabled are three different things.
pub(super) fn cells(view: &LimitView) -> Vec<Cell> {
    let yes = |value: bool| Cell::text(if value { "yes" } else { "no" });
    let value = |value: &Option<String>| value.as_ref().map_or(Cell::Empty, |m| Cell::figure(m.as_str()));
    vec![
        Cell::text(view.connection.as_str()),
        Cell::text(view.level.as_str()),
        Cell::maybe_text(view.subject.as_deref()),
        value(&view.daily),
        value(&view.weekly),
        yes(view.strict),
        yes(view.enabled),
    ]
}

const STANDING_HEADERS: &[&str] = &["CONNECTION", "LEVEL", "SUBJECT", "PERIOD", "USED", "LIMIT", "PERCENT", "RESETS"];

fn standing_cells(view: &StandingView) -> Vec<Cell> {
    use super::colour::Tone;
    let number = |value: u64| Cell::number(i64::try_from(value).unwrap_or(i64::MAX));
    let tone = match view.percent {
        0..=79 => Tone::Good,
        80..=99 => Tone::Waiting,
        _ => Tone::Bad,
    };
    vec![
        Cell::text(view.connection.as_str()),
        Cell::text(view.level.as_str()),
        Cell::maybe_text(view.subject.as_deref()),
        Cell::text(view.period.as_str()),
        number(view.used_tokens),
        number(view.limit_tokens),
        Cell::state(format!("{} %", view.percent), tone),
        view.resets_at.parse().map_or(Cell::Empty, Cell::time),
    ]
}
