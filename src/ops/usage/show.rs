//! Spent tokens added up, by whatever somebody wants to tell apart.
use crate::model::id::ConnectionId;
use crate::model::limit::{self, Days, Window};
use crate::model::organization::Organization;
use crate::model::price::{Cost, Prices};
use crate::model::time::{Moment, Timestamp};
use crate::model::usage::{By, Tokens};
use crate::ops::{Result, Siesta, find_connection, get_agent, get_team, get_user};
use crate::store::{ReadTx, UsageFilter, UsageLine};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone, Default)]
pub struct ShowQuery {
    pub connection: Option<String>,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
    pub since: Option<Moment>,
    /// Up to this, and without it.
    pub until: Option<Moment>,
    /// None: one row for everything.
    pub by: Vec<By>,
}

impl ShowQuery {
    /// The same by the names the store has.
    pub(in crate::ops) fn filter(&self, tx: &ReadTx<'_>) -> Result<UsageFilter> {
        Ok(UsageFilter {
            connection: self.connection.as_deref().map(|n| find_connection(tx, n, true)).transpose()?.map(|c| c.id),
            user: self.user.as_deref().map(|name| get_user(tx, name)).transpose()?.map(|user| user.name),
            team: self.team.as_deref().map(|name| get_team(tx, name)).transpose()?.map(|team| team.name),
            agent: self.agent.as_deref().map(|name| get_agent(tx, name)).transpose()?.map(|agent| agent.name),
            model: self.model.clone(),
        })
    }
}

/// One sum.
#[derive(Debug, Clone, Default)]
pub struct ShownRow {
    /// One for each thing that is told apart; none: the record does not say.
    pub keys: Vec<Option<String>>,
    pub records: u64,
    /// Of them: booked at what had been reserved.
    pub estimated: u64,
    pub tokens: Tokens,
    pub cost: Cost,
    /// Tokens of models without a price, which are not in the cost.
    pub unpriced: u64,
}

#[derive(Debug, Clone)]
pub struct Shown {
    pub time_zone: String,
    /// Days and weeks in order of time, everything else the most first.
    pub rows: Vec<ShownRow>,
    pub total: ShownRow,
}

pub fn show(siesta: &Siesta, query: &ShowQuery, prices: Option<&Prices>) -> Result<Shown> {
    siesta.store.read(|tx| Ok(shown(tx, query, prices)))?
}

fn shown(tx: &ReadTx<'_>, query: &ShowQuery, prices: Option<&Prices>) -> Result<Shown> {
    let organization = tx.get_organization()?;
    let filter = query.filter(tx)?;
    let mut labels: HashMap<ConnectionId, String> = HashMap::new();
    for connection in tx.list_connections()? {
        labels.insert(connection.id, connection.label);
    }
    let mut sums: BTreeMap<Vec<Option<String>>, ShownRow> = BTreeMap::new();
    let mut total = ShownRow::default();
    let mut take = |line: UsageLine| {
        let keys: Vec<Option<String>> = query.by.iter().map(|by| key(*by, &line, &organization, &labels)).collect();
        let row = sums.entry(keys).or_default();
        for row in [row, &mut total] {
            add(row, &line, prices);
        }
    };
    match whole_days(query, &organization.zone()) {
        Some(days) => tx.each_usage_day(&filter, days, &mut take)?,
        None => {
            let instant = |moment: Option<Moment>| moment.map(|moment| moment.instant(&organization.zone()));
            let start = instant(query.since).unwrap_or(Timestamp::MIN);
            let window = Window { start, end: instant(query.until).unwrap_or(Timestamp::MAX) };
            tx.each_usage(&filter, window, &mut take)?;
        }
    }
    let mut rows: Vec<ShownRow> = sums.into_iter().map(|(keys, row)| ShownRow { keys, ..row }).collect();
    let is_time = query.by.first().is_some_and(|by| matches!(by, By::Day | By::Week));
    if !is_time {
        // Stable: what is equal stays in the order of its names.
        rows.sort_by_key(|row| std::cmp::Reverse(row.tokens.counted()));
    }
    Ok(Shown { time_zone: organization.time_zone, rows, total })
}

fn add(row: &mut ShownRow, line: &UsageLine, prices: Option<&Prices>) {
    row.records = row.records.saturating_add(line.records);
    row.estimated = row.estimated.saturating_add(line.estimated);
    row.tokens = row.tokens.plus(&line.tokens);
    let Some(prices) = prices else { return };
    match line.model.as_deref().and_then(|model| prices.find(model)) {
        Some(price) => row.cost = row.cost.plus(price.of(&line.tokens)),
        None => row.unpriced = row.unpriced.saturating_add(line.tokens.counted()),
    }
}

fn key(
    by: By,
    line: &UsageLine,
    organization: &Organization,
    labels: &HashMap<ConnectionId, String>,
) -> Option<String> {
    match by {
        By::User => line.user.clone(),
        By::Team => line.team.clone(),
        By::Agent => line.agent.clone(),
        By::Model => line.model.clone(),
        By::Connection => Some(labels.get(&line.connection).cloned().unwrap_or_else(|| line.connection.to_string())),
        By::Day => Some(limit::date_of(line.day).to_string()),
        By::Week => {
            let date = limit::date_of(line.day);
            let back = i32::from(date.weekday().since(organization.week_start));
            Some(limit::date_of(line.day - back).to_string())
        }
    }
}

/// The span as calendar days, where it begins and ends with one: the totals are kept by day.
fn whole_days(query: &ShowQuery, zone: &TimeZone) -> Option<Days> {
    let begins = |moment: Moment| {
        let at = moment.instant(zone);
        let date = at.to_zoned(zone.clone()).date();
        let midnight = date.to_zoned(zone.clone()).ok()?;
        (midnight.timestamp() == at).then(|| limit::day_number(date))
    };
    let first = query.since.map_or(Some(i32::MIN), begins)?;
    Some(Days { first, after: query.until.map_or(Some(i32::MAX), begins)? })
}
