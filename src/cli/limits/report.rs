//! `siesta limits report`
use super::{STANDING_HEADERS, standing_cells};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::{span, unlock};
use crate::model::limit::{Level, Period};
use crate::model::time::{Moment, rfc3339};
use crate::ops::limits::{self, ReportQuery};
use crate::view::limit::{ReportView, StandingView};
use clap::Args;

/// Report how every limit stands, the fullest first
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta limits report\n  siesta limits report --fail-over 80 --only-over --quiet\n  \
                        siesta limits report --period week --json"
)]
pub(super) struct ReportArgs {
    /// Only limits of this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// Only this user
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only this team
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// Only this level: user, team, org or pool
    #[arg(long, value_parser = parse_level)]
    level: Option<Level>,
    /// Only day or week
    #[arg(long, value_name = "day|week", value_parser = parse_period)]
    period: Option<Period>,
    /// The day and week that hold this time; now unless given
    #[arg(long, value_name = "TIME", value_parser = span::parse_moment, conflicts_with_all = ["since", "until"])]
    at: Option<Moment>,
    /// Every day and week from this time on in which something was used; a date begins in the organization's zone
    #[arg(long, value_name = "TIME", value_parser = span::parse_moment)]
    since: Option<Moment>,
    /// Up to this time, and without it
    #[arg(long, value_name = "TIME", value_parser = span::parse_moment)]
    until: Option<Moment>,
    /// End with exit code 12 when a limit is used to this many percent or more
    #[arg(long, value_name = "PERCENT")]
    fail_over: Option<u64>,
    /// Show only limits used to that many percent (100 unless --fail-over says otherwise)
    #[arg(long)]
    only_over: bool,
}

fn parse_level(text: &str) -> Result<Level, String> {
    Level::parse(text).ok_or_else(|| "user, team, org or pool".to_owned())
}

fn parse_period(text: &str) -> Result<Period, String> {
    match text {
        "day" | "daily" => Ok(Period::Daily),
        "week" | "weekly" => Ok(Period::Weekly),
        _ => Err("day or week".to_owned()),
    }
}

impl Row for StandingView {
    const HEADERS: &'static [&'static str] = STANDING_HEADERS;

    fn cells(&self) -> Vec<Cell> {
        standing_cells(self)
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ReportArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "limits report")?;
    let query = ReportQuery {
        connection: args.connection,
        user: args.user,
        team: args.team,
        level: args.level,
        period: args.period,
        at: args.at,
        since: args.since,
        until: args.until,
    };
    let report = limits::report(&siesta, &query)?;
    let threshold = args.fail_over.unwrap_or(100);
    let mut rows: Vec<StandingView> =
        report.lines.iter().map(|line| StandingView::new(&line.standing, &line.connection)).collect();
    let over = rows.iter().filter(|row| row.percent >= threshold).count();
    if args.only_over {
        rows.retain(|row| row.percent >= threshold);
    }
    let at = rfc3339(report.at);
    // A cron job with nothing to say says nothing; a program always gets its document.
    if !rows.is_empty() || ui.is_json() || !args.only_over {
        ui.list(&ReportView { at, limits: rows.clone() }, &rows)?;
    }
    if rows.is_empty() && !args.only_over && ui.stdout_is_terminal() && !ui.is_json() {
        ui.say("no limit has anything to report");
    }
    Ok(match args.fail_over {
        Some(_) if over > 0 => Exit::Findings,
        _ => Exit::Ok,
    })
}
