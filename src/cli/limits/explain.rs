//! `siesta limits explain`
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::{span, unlock};
use crate::model::limit::{Level, Role};
use crate::model::time::{Moment, rfc3339};
use crate::ops::limits::{self, OnAccount};
use crate::view::limit::ExplainedLimitView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Explain which limits apply to somebody, which one decides, and why
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta limits explain research --user alice\n  \
                        siesta limits explain research --user alice --team sales --json",
    after_long_help = "For each period the closest record with a value speaks: the user's, else the teams', else the \
                       organization's default; a pool limit always in addition. Of those that apply the one with the \
                       least room decides."
)]
pub(super) struct ExplainArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The user who spends
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The team that the request names
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// The agent that calls, where no user is named
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// As it was at this time
    #[arg(long, value_name = "TIME", value_parser = span::parse_moment)]
    at: Option<Moment>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExplainView {
    connection: String,
    at: String,
    time_zone: String,
    limits: Vec<ExplainedLimitView>,
}

impl Row for ExplainedLimitView {
    const HEADERS: &'static [&'static str] =
        &["PERIOD", "LEVEL", "SUBJECT", "SAYS", "USED", "RESERVED", "LIMIT", "LEFT", "RESETS"];
    const SPARE: &'static [&'static str] = &["RESERVED", "RESETS"];

    fn cells(&self) -> Vec<Cell> {
        let number = |value: Option<u64>| {
            value.map_or(Cell::Empty, |value| Cell::number(i64::try_from(value).unwrap_or(i64::MAX)))
        };
        // What does not apply has no say, so its room is nobody's.
        let applies = |value: Option<u64>| number(value.filter(|_| self.role == Role::Applies));
        vec![
            Cell::text(self.period.as_str()),
            Cell::text(self.level.as_str()),
            Cell::maybe_text(self.subject.as_deref()),
            says(self),
            applies(self.used_tokens),
            applies(self.reserved_tokens),
            number(self.limit_tokens),
            applies(self.left_tokens),
            match (&self.resets_at, self.role) {
                (Some(at), Role::Applies) => at.parse().map_or(Cell::Empty, Cell::time),
                _ => Cell::Empty,
            },
        ]
    }
}

fn says(line: &ExplainedLimitView) -> Cell {
    let applies = match line.level {
        Level::User => "applies: the user's own record comes first",
        Level::Team => "applies: no closer record has a value",
        Level::Org => "applies: the default, because no closer record has a value",
        Level::Pool => "applies: a pool limit always does",
    };
    match (line.role, line.decides) {
        (Role::Applies, true) => Cell::state(format!("decides; {applies}"), Tone::Good),
        (Role::Applies, false) => Cell::state(format!("{applies}; another has less room"), Tone::Waiting),
        (Role::Disabled, _) => Cell::state("disabled", Tone::Quiet),
        (Role::Empty, _) => Cell::state("no value for this period", Tone::Quiet),
        (Role::Overridden, _) => Cell::state("a closer record speaks", Tone::Quiet),
        (Role::OtherTeam, _) => Cell::state("the request names another team", Tone::Quiet),
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ExplainArgs) -> Result<Exit, Error> {
    if args.user.is_none() && args.agent.is_none() {
        return Err(Error::usage("tokens are spent by a user or an agent").hint("--user USER, or --agent AGENT"));
    }
    let siesta = unlock::open(ui, settings, "limits explain")?;
    let account = OnAccount { user: args.user, team: args.team, agent: args.agent };
    let explained = limits::explain(&siesta, &args.connection, &account, args.at)?;
    let line = |line: &limits::ExplainedLimit| {
        ExplainedLimitView::new(&line.limit, line.period, line.role, line.decides, line.standing.as_ref())
    };
    let lines: Vec<ExplainedLimitView> = explained.limits.iter().map(line).collect();
    let view = ExplainView {
        connection: explained.connection.clone(),
        at: rfc3339(explained.at),
        time_zone: explained.time_zone,
        limits: lines.clone(),
    };
    ui.list(&view, &lines)?;
    if !ui.is_json() && !lines.iter().any(|line| line.role == Role::Applies) {
        ui.say(&format!("no token limit of \"{}\" applies", explained.connection));
    }
    Ok(Exit::Ok)
}
