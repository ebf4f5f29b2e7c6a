//! What a page with plots is drawn from: a report, and what was used on each day up to it.
//!
//! What must stay true: it is the report's own records that are drawn, read in days and never one by one.
use super::report::{Report, ReportQuery, Span};
use super::spending::Spender;
use crate::model::limit::{self, Period};
use crate::model::time::Timestamp;
use crate::ops::usage::ShowQuery;
use crate::ops::{Result, Siesta, find_connection};
use crate::store::ReadTx;
use std::collections::{BTreeMap, BTreeSet};

/// What the plots of a page show, over the days up to the one reported on.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// The days of all plots, by number.
    pub days: Vec<i32>,
    /// For each line of the report that is about a day: what its subject used on each of the days.
    pub by_line: Vec<Option<Vec<u64>>>,
    /// Tokens per day, everything together.
    pub total: Vec<u64>,
    /// Calls that a token limit refused, per day.
    pub refusals: Vec<u64>,
    /// Name and tokens, the most first; an empty name is "none".
    pub by_team: Vec<(String, u64)>,
    pub by_agent: Vec<(String, u64)>,
    pub by_model: Vec<(String, u64)>,
}

/// How many days a page shows where nobody says since when.
const USUAL_DAYS: i32 = 30;
/// The most days a plot has room for.
const MOST_DAYS: i32 = 400;

/// What a page with plots is drawn from.
pub fn charts(siesta: &Siesta, query: &ReportQuery, report: &Report) -> Result<Chart> {
    siesta.store.read(|tx| Ok(charted(tx, query, report)))?
}

fn charted(tx: &ReadTx<'_>, query: &ReportQuery, report: &Report) -> Result<Chart> {
    let organization = tx.get_organization()?;
    let zone = organization.zone();
    let span = Span::of(query, &zone);
    let last = match span.until {
        // The end of a span is not a part of it.
        Some(until) => limit::day(until.checked_sub(jiff::SignedDuration::from_millis(1)).unwrap_or(until), &zone),
        None => limit::day(report.at, &zone),
    };
    let first = span.since.map_or(last - USUAL_DAYS + 1, |since| limit::day(since, &zone));
    let first = first.clamp(last - MOST_DAYS + 1, last);
    let days = limit::Days { first, after: last + 1 };
    let begin = |day: i32| {
        let midnight = limit::date_of(day).to_zoned(zone.clone());
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    };
    let place = |day: i32| usize::try_from(day - first).ok();
    let empty = || vec![0u64; usize::try_from(days.after - days.first).unwrap_or(0)];
    let mut chart = Chart { days: (first..=last).collect(), total: empty(), refusals: empty(), ..Chart::default() };
    let show = ShowQuery {
        connection: query.connection.clone(),
        user: query.user.clone(),
        team: query.team.clone(),
        ..ShowQuery::default()
    };
    let mut sums: [BTreeMap<String, u64>; 3] = Default::default();
    tx.each_usage_day(&show.filter(tx)?, days, |line| {
        let tokens = line.tokens.counted();
        if let Some(day) = place(line.day).and_then(|place| chart.total.get_mut(place)) {
            *day = day.saturating_add(tokens);
        }
        for (sum, name) in sums.iter_mut().zip([line.team, line.agent, line.model]) {
            let sum = sum.entry(name.unwrap_or_default()).or_default();
            *sum = sum.saturating_add(tokens);
        }
    })?;
    let mut ordered = sums.into_iter().map(|sums| {
        let mut sums: Vec<(String, u64)> = sums.into_iter().collect();
        sums.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        sums
    });
    chart.by_team = ordered.next().unwrap_or_default();
    chart.by_agent = ordered.next().unwrap_or_default();
    chart.by_model = ordered.next().unwrap_or_default();
    let connection = query.connection.as_deref().map(|typed| find_connection(tx, typed, true)).transpose()?;
    for (at, refused) in tx.list_token_refusals(limit::Window { start: begin(first), end: begin(last + 1) })? {
        let is_meant = connection.as_ref().is_none_or(|wanted| Some(wanted.id) == refused);
        let day = place(limit::day(at, &zone)).filter(|_| is_meant);
        if let Some(count) = day.and_then(|place| chart.refusals.get_mut(place)) {
            *count += 1;
        }
    }
    let mut seen = BTreeSet::new();
    for line in &report.lines {
        // A span has many lines of one limit, which is drawn once.
        let is_new = line.standing.period == Period::Daily
            && seen.insert((line.standing.limit.to_string(), line.standing.subject.clone()));
        let scope = Spender::of(&line.standing);
        chart.by_line.push(match scope.filter(|_| is_new) {
            Some(spender) => {
                let mut used = empty();
                for (day, tokens) in tx.list_totals(line.standing.connection, spender.scope(), days)? {
                    if let Some(place) = place(day).and_then(|place| used.get_mut(place)) {
                        *place = place.saturating_add(tokens);
                    }
                }
                Some(used)
            }
            None => None,
        });
    }
    Ok(chart)
}
