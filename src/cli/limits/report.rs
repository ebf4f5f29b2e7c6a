//! `siesta limits report`
use super::{STANDING_HEADERS, standing_cells};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::format::Format;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::{page_file, span, unlock};
use crate::model::limit::{Level, Period};
use crate::model::time::{Moment, rfc3339};
use crate::ops::limits::{self, Chart, Report, ReportQuery};
use crate::view::limit::{ReportView, StandingView};
use crate::view::limit_page::{LimitPage, PageLine};
use clap::Args;
use std::path::PathBuf;

/// Report how every limit stands, the fullest first
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta limits report\n  siesta limits report --fail-over 80 --only-over --quiet\n  \
                        siesta limits report --since 2026-11-01 --until 2026-12-01 -o csv\n  \
                        siesta limits report --html limits.html"
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
    /// Write a page with plots to this file, over one that is there; - for standard output
    #[arg(long, value_name = "FILE|-")]
    html: Option<PathBuf>,
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

/// Cells of a bar on a terminal.
const BAR: usize = 10;

/// A bar of eighths: how much of the limit is used, for eyes that look over a list.
fn bar(percent: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = usize::try_from(percent.min(100)).unwrap_or(100) * BAR * 8 / 100;
    let mut bar = "█".repeat(eighths / 8);
    bar.push_str(EIGHTHS[eighths % 8]);
    // Dots: blanks at the end of a cell are cut off, and the column would not stand in line.
    let drawn = bar.chars().count();
    bar.push_str(&"·".repeat(BAR - drawn));
    bar
}

/// For a terminal: with bars, and without what only programs need.
fn with_bar(view: &StandingView) -> Vec<Cell> {
    let mut cells = standing_cells(view);
    if let Some(Cell::State(words, tone)) = cells.get(PERCENT).cloned() {
        cells[PERCENT] = Cell::state(format!("{} {words}", bar(view.percent)), tone);
    }
    cells
}

/// Where the percentage stands among the cells.
const PERCENT: usize = 6;

fn page(report: &Report, charts: &Chart) -> String {
    let used = charts.by_line.iter().map(Option::as_deref).chain(std::iter::repeat(None));
    let lines = report.lines.iter().zip(used).map(|(line, used)| PageLine {
        connection: &line.connection,
        standing: &line.standing,
        used,
    });
    let page = LimitPage {
        organization: &report.organization,
        time_zone: &report.time_zone,
        at: report.at,
        lines: lines.collect(),
        days: &charts.days,
        total: &charts.total,
        refusals: &charts.refusals,
        by_team: &charts.by_team,
        by_agent: &charts.by_agent,
        by_model: &charts.by_model,
    };
    page.html()
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
    let mut report = limits::report(&siesta, &query)?;
    let threshold = args.fail_over.unwrap_or(100);
    let mut rows: Vec<StandingView> =
        report.lines.iter().map(|line| StandingView::new(&line.standing, &line.connection)).collect();
    let over = rows.iter().filter(|row| row.percent >= threshold).count();
    if args.only_over {
        rows.retain(|row| row.percent >= threshold);
    }
    let exit = match args.fail_over {
        Some(_) if over > 0 => Exit::Findings,
        _ => Exit::Ok,
    };
    if let Some(path) = &args.html {
        if args.only_over {
            report.lines.retain(|line| line.standing.percent() >= threshold);
        }
        let html = page(&report, &limits::charts(&siesta, &query, &report)?);
        page_file::put(ui, path, &html, "report")?;
        return Ok(exit);
    }
    let at = rfc3339(report.at);
    // A cron job with nothing to say says nothing; a program always gets its document.
    if !rows.is_empty() || ui.is_json() || !args.only_over {
        match ui.stdout_is_terminal() && ui.format() == Format::Table {
            true => ui.table(STANDING_HEADERS, &rows.iter().map(with_bar).collect::<Vec<_>>())?,
            false => ui.list(&ReportView { at, limits: rows.clone() }, &rows)?,
        }
    }
    if rows.is_empty() && !args.only_over && ui.stdout_is_terminal() && !ui.is_json() {
        ui.say("no limit has anything to report");
    }
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_wide_as_every_other_and_as_full_as_its_limit() {
        for (percent, shown) in [
            (0, "··········"),
            (1, "··········"),
            (2, "▏·········"),
            (50, "█████·····"),
            (99, "█████████▉"),
            (180, "██████████"),
        ] {
            assert_eq!(bar(percent), shown, "{percent}");
        }
    }
}
