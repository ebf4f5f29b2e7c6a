//! How every limit stands, for people, programs and cron.
//!
//! What must stay true: a report reads and never writes, and the same arguments over the same records give the same
//! report. What it shows as used is the sum of the records, because the totals it reads are.
use super::listed;
use super::spending::Spending;
use crate::model::limit::{self, Days, Level, Limit, Period, Standing};
use crate::model::time::{Moment, Timestamp};
use crate::ops::facts::{self, Calendar};
use crate::ops::{Error, Result, Siesta, get_team, get_user};
use crate::store::{ReadTx, UsageScope};
use jiff::tz::TimeZone;

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
pub(super) struct Span {
    pub at: Option<Timestamp>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Span {
    pub fn of(query: &ReportQuery, zone: &TimeZone) -> Span {
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
    let mut report = siesta.store.read(|tx| Ok(reported(tx, now, query)))??;
    report.lines.sort_by(|one, other| {
        let key = |line: &ReportLine| {
            let standing = &line.standing;
            (line.connection.clone(), standing.level, standing.subject.clone(), standing.period, standing.window.start)
        };
        fullness(&other.standing).cmp(&fullness(&one.standing)).then_with(|| key(one).cmp(&key(other)))
    });
    Ok(report)
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
    let span = Span::of(query, &organization.zone());
    let at = span.at.or(span.until.filter(|until| *until < now)).unwrap_or(now);
    let mut lines = Vec::new();
    for period in Period::ALL.iter().filter(|period| query.period.is_none_or(|wanted| wanted == **period)) {
        let present = Calendar { is_named: span.at.is_some(), ..Calendar::of(&organization, at) };
        let instants = match span.is_given() {
            false => vec![present.clone()],
            true => windows(tx, &present, &span, *period)?,
        };
        let days: Vec<Days> = instants.iter().map(|when| when.days(*period)).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else { continue };
        let mut spending = Spending::new(tx, Days { first: first.first, after: last.after });
        for (limit, connection) in all.iter().filter(|(limit, _)| limit.enabled && limit.ceiling(*period).is_some()) {
            let spenders = spending.spenders(limit, &limits, *period, &days)?;
            for ((when, days), spenders) in instants.iter().zip(&days).zip(spenders) {
                let line = |standing| ReportLine { connection: connection.clone(), standing };
                if spenders.is_empty() && !span.is_given() {
                    // A default that nobody has spent under is there all the same, above all one of zero.
                    let nobody = facts::standing(tx, limit, *period, when, UsageScope::User(""))?;
                    lines.extend(nobody.map(|standing| line(Standing { subject: None, ..standing })));
                }
                for spender in spenders {
                    let (scope, used) = (spender.scope(), spending.used(limit.connection, &spender, *days)?);
                    // Of a span only what was spent is told: a reservation belongs to the present.
                    let reserved = match span.is_given() {
                        true if used == 0 => continue,
                        true => 0,
                        false => tx.sum_reserved(limit.connection, scope, when.at, when.is_named.then_some(when.at))?,
                    };
                    lines.extend(facts::standing_at(limit, *period, when, scope, used, reserved).map(line));
                }
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
        let when = Calendar { at, is_named: true, ..present.clone() };
        at = when.window(period).end;
        instants.push(when);
    }
    Ok(instants)
}
