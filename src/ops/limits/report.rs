//! How every limit stands, for people, programs and cron; and what a page with plots is drawn from.
//!
//! What must stay true: a report reads and never writes, and the same arguments over the same records give the same
//! report. What it shows as used is the sum of the records, because the totals it reads are.
use super::listed;
use crate::model::limit::{self, Account, Level, Limit, Period, Standing};
use crate::model::time::{Moment, Timestamp};
use crate::ops::facts::{self, Calendar};
use crate::ops::usage::ShowQuery;
use crate::ops::{Error, Result, Siesta, find_connection, get_team, get_user};
use crate::store::{ReadTx, UsageScope};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// What to report.
#[derive(Debug, Clone, Default)]
pub struct ReportQuery {
    pub connection: Option<String>,
    pub user: Option<String>,
    pub team: Option<String>,
    pub level: Option<Level>,
    pub period: Option<Period>,
    /// The instant the windows are those of; none: now.
    pub at: Option<Moment>,
    /// With either of these: every window of the span in which something was spent, instead of the windows of `at`.
    pub since: Option<Moment>,
    /// Up to this, and without it.
    pub until: Option<Moment>,
}

/// The same in the organization's zone.
struct Span {
    at: Option<Timestamp>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Span {
    fn of(query: &ReportQuery, zone: &TimeZone) -> Span {
        let instant = |moment: Option<Moment>| moment.map(|moment| moment.instant(zone));
        Span { at: instant(query.at), since: instant(query.since), until: instant(query.until) }
    }

    fn is_given(&self) -> bool {
        self.since.or(self.until).is_some()
    }
}

/// A line of the report.
#[derive(Debug, Clone)]
pub struct ReportLine {
    pub connection: String,
    pub standing: Standing,
}

#[derive(Debug, Clone)]
pub struct Report {
    pub organization: String,
    pub time_zone: String,
    /// The instant it is about: what was named, else now.
    pub at: Timestamp,
    /// The fullest first.
    pub lines: Vec<ReportLine>,
}

/// The most windows that a span is cut into: ten years of days.
const MOST_WINDOWS: usize = 3_660;

pub fn report(siesta: &Siesta, query: &ReportQuery) -> Result<Report> {
    let now = siesta.now();
    siesta.store.read(|tx| Ok(reported(tx, now, query).map(in_order)))?
}

/// The limits of which so many percent are used, or more; the fullest first. A ceiling of zero is how somebody is kept
/// out, and nothing to look at.
pub(in crate::ops) fn near(tx: &ReadTx<'_>, now: Timestamp, percent: u64) -> Result<Vec<ReportLine>> {
    let mut lines = in_order(reported(tx, now, &ReportQuery::default())?).lines;
    lines.retain(|line| line.standing.ceiling > 0 && line.standing.percent() >= percent);
    Ok(lines)
}

/// The same, the fullest first.
fn in_order(mut report: Report) -> Report {
    report.lines.sort_by(|one, other| {
        let key = |line: &ReportLine| {
            let standing = &line.standing;
            (line.connection.clone(), standing.level, standing.subject.clone(), standing.period, standing.window.start)
        };
        fullness(&other.standing).cmp(&fullness(&one.standing)).then_with(|| key(one).cmp(&key(other)))
    });
    report
}

/// How close to its ceiling a limit is, in millionths: a ceiling of zero is full. Finer than percent, so that 12.9 % does
/// not stand behind 12.1 %.
fn fullness(standing: &Standing) -> u128 {
    let spent = u128::from(standing.used) + u128::from(standing.reserved);
    match standing.ceiling {
        0 => u128::MAX,
        ceiling => spent * 1_000_000 / u128::from(ceiling),
    }
}

fn reported(tx: &ReadTx<'_>, now: Timestamp, query: &ReportQuery) -> Result<Report> {
    let organization = tx.get_organization()?;
    let user = query.user.as_deref().map(|name| get_user(tx, name)).transpose()?.map(|user| user.name);
    let team = query.team.as_deref().map(|name| get_team(tx, name)).transpose()?.map(|team| team.name);
    let all = listed(tx, query.connection.as_deref())?;
    let limits: Vec<Limit> = all.iter().map(|(limit, _)| limit.clone()).collect();
    let mut teams = Teams { tx, known: BTreeMap::new() };
    let span = Span::of(query, &organization.zone());
    let at = span.at.or(span.until.filter(|until| *until < now)).unwrap_or(now);
    let mut lines = Vec::new();
    for period in Period::ALL.iter().filter(|period| query.period.is_none_or(|wanted| wanted == **period)) {
        let present = Calendar { is_named: span.at.is_some(), ..Calendar::of(&organization, at) };
        let instants = match span.is_given() {
            false => vec![present.clone()],
            true => windows(tx, &present, &span, *period)?,
        };
        for when in &instants {
            for (limit, connection) in all.iter().filter(|(limit, _)| limit.enabled) {
                if limit.ceiling(*period).is_none() {
                    continue;
                }
                let spenders = spenders(&mut teams, limit, &limits, *period, when)?;
                let mut found = Vec::new();
                if spenders.is_empty() {
                    // A default that nobody has spent under is there all the same, above all one of zero.
                    let nobody = facts::standing(tx, limit, *period, when, UsageScope::User(""))?;
                    found.extend(nobody.map(|standing| Standing { subject: None, ..standing }));
                }
                for scope in spenders.iter().map(Spender::scope) {
                    found.extend(facts::standing(tx, limit, *period, when, scope)?);
                }
                // Of a span only what was spent is told.
                found.retain(|standing| !span.is_given() || standing.used > 0);
                let line = |standing| ReportLine { connection: connection.clone(), standing };
                lines.extend(found.into_iter().map(line));
            }
        }
    }
    lines.retain(|line| {
        let subject = line.standing.subject.as_deref();
        let is = |level: Level, name: &String| {
            (line.standing.level == level || level == Level::User && line.standing.level == Level::Org)
                && subject == Some(name)
        };
        query.level.is_none_or(|level| level == line.standing.level)
            && match (&user, &team) {
                (None, None) => true,
                (user, team) => {
                    user.as_ref().is_some_and(|name| is(Level::User, name))
                        || team.as_ref().is_some_and(|name| is(Level::Team, name))
                }
            }
    });
    Ok(Report { organization: organization.name, time_zone: organization.time_zone, at, lines })
}

/// The instants whose windows make up a span, oldest first.
fn windows(tx: &ReadTx<'_>, present: &Calendar, span: &Span, period: Period) -> Result<Vec<Calendar>> {
    let Some(recorded) = tx.find_usage_days()? else { return Ok(Vec::new()) };
    let begin = |day: i32| {
        let midnight = limit::date_of(day).to_zoned(present.zone.clone());
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    };
    // Nothing was spent outside of these days, so nothing is to be told of them.
    let since = span.since.unwrap_or(Timestamp::MIN).max(begin(recorded.first));
    let until = span.until.unwrap_or(present.at).min(begin(recorded.after));
    let mut instants = Vec::new();
    let mut at = since;
    while at < until {
        if instants.len() == MOST_WINDOWS {
            return Err(Error::invalid("the span is longer than ten years of days"));
        }
        // A reservation belongs to the present, which is no part of what a span tells.
        let when = Calendar { at, is_named: true, ..present.clone() };
        at = when.window(period).end;
        instants.push(when);
    }
    Ok(instants)
}

/// Whose usage a line of the report counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Spender {
    User(String),
    Agent(String),
    Team(String),
    Pool,
}

impl Spender {
    fn scope(&self) -> UsageScope<'_> {
        match self {
            Spender::User(name) => UsageScope::User(name),
            Spender::Agent(name) => UsageScope::Agent(name),
            Spender::Team(name) => UsageScope::Team(name),
            Spender::Pool => UsageScope::Pool,
        }
    }
}

/// Who is in which team, asked once for each user.
struct Teams<'tx> {
    tx: &'tx ReadTx<'tx>,
    known: BTreeMap<String, Vec<String>>,
}

impl Teams<'_> {
    fn of(&mut self, user: Option<&str>) -> Result<Vec<String>> {
        let Some(user) = user else { return Ok(Vec::new()) };
        if let Some(known) = self.known.get(user) {
            return Ok(known.clone());
        }
        let teams = self.tx.list_teams_of(user)?;
        self.known.insert(user.to_owned(), teams.clone());
        Ok(teams)
    }
}

/// A user's, a team's and the pool's limit have one line. The organization's default has one for everybody who has
/// spent something in the window and whom no closer record speaks for.
fn spenders(
    teams: &mut Teams<'_>,
    limit: &Limit,
    limits: &[Limit],
    period: Period,
    when: &Calendar,
) -> Result<BTreeSet<Spender>> {
    let one = match (limit.level, &limit.subject) {
        (Level::Pool, _) => Spender::Pool,
        (Level::User, Some(name)) => Spender::User(name.clone()),
        (Level::Team, Some(name)) => Spender::Team(name.clone()),
        (Level::Org | Level::User | Level::Team, _) => {
            return default_spenders(teams, limit, limits, period, when);
        }
    };
    Ok(BTreeSet::from([one]))
}

fn default_spenders(
    teams: &mut Teams<'_>,
    limit: &Limit,
    limits: &[Limit],
    period: Period,
    when: &Calendar,
) -> Result<BTreeSet<Spender>> {
    let own: Vec<Limit> = limits.iter().filter(|l| l.connection == limit.connection).cloned().collect();
    let mut spenders = BTreeSet::new();
    for line in teams.tx.list_spenders(limit.connection, when.days(period))? {
        let in_teams = teams.of(line.user.as_deref())?;
        let account = Account { user: line.user.as_deref(), team: line.team.as_deref(), teams: &in_teams };
        if limit::applicable(&own, account, period).iter().any(|applies| applies.id == limit.id) {
            spenders.extend(match (line.user, line.agent) {
                (Some(user), _) => Some(Spender::User(user)),
                (None, Some(agent)) => Some(Spender::Agent(agent)),
                (None, None) => None,
            });
        }
    }
    Ok(spenders)
}

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

impl Spender {
    /// Whose usage a standing counts; none: a default that nobody has spent under.
    fn of(standing: &Standing) -> Option<Spender> {
        let subject = standing.subject.as_deref();
        match standing.level {
            Level::Pool => Some(Spender::Pool),
            Level::Team => subject.map(|name| Spender::Team(name.to_owned())),
            Level::User => subject.map(|name| Spender::User(name.to_owned())),
            Level::Org => subject.map(|name| match name.strip_prefix("agent:") {
                Some(agent) => Spender::Agent(agent.to_owned()),
                None => Spender::User(name.to_owned()),
            }),
        }
    }
}
