//! Spent and reserved tokens, and their sums over a window.
use crate::model::id::ConnectionId;
use crate::model::limit::{self, Days, Window};
use crate::model::time::Timestamp;
use crate::model::usage::{Tokens, UsageRecord};
use crate::store::error::Result;
use crate::store::row::{Columns, Row, millis, stored};
use crate::store::totals::{self, Sums};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

/// Whose usage of a connection is summed (T5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageScope<'a> {
    /// A user's own.
    User(&'a str),
    /// An agent's calls that named no user.
    Agent(&'a str),
    /// A team's: records that name it, and its members' records that name no team.
    Team(&'a str),
    /// Everybody's.
    Pool,
}

/// The rows of the running totals that a scope adds up.
fn total_of(scope: UsageScope<'_>) -> (&'static str, &str) {
    match scope {
        UsageScope::User(name) => ("scope = 'user' AND name = :name", name),
        UsageScope::Agent(name) => ("scope = 'agent' AND name = :name", name),
        UsageScope::Team(name) => ("scope = 'team' AND name = :name", name),
        UsageScope::Pool => ("scope = 'pool' AND name = :name", ""),
    }
}

/// The reservations that a scope adds up. A scope's name is bound as `:name` in every case, so that the statements look
/// alike.
fn condition(scope: UsageScope<'_>) -> (&'static str, &str) {
    match scope {
        UsageScope::User(name) => ("user = :name", name),
        UsageScope::Agent(name) => ("user IS NULL AND agent = :name", name),
        UsageScope::Team(name) => {
            ("(team = :name OR (team IS NULL AND user IN (SELECT user FROM team_members WHERE team = :name)))", name)
        }
        UsageScope::Pool => (":name = ''", ""),
    }
}

/// Records added up over a day, or a single one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageLine {
    /// The calendar day in the organization's zone, by number.
    pub day: i32,
    pub connection: ConnectionId,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
    pub records: u64,
    /// Of them: booked at what had been reserved.
    pub estimated: u64,
    pub tokens: Tokens,
}

/// Whom a record names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
}

/// Which usage is meant. Nothing: all of it.
#[derive(Debug, Clone, Default)]
pub struct UsageFilter {
    pub connection: Option<ConnectionId>,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
}

impl UsageFilter {
    fn takes(&self, line: &UsageLine) -> bool {
        let is = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        self.connection.is_none_or(|wanted| wanted == line.connection)
            && is(&self.user, &line.user)
            && is(&self.team, &line.team)
            && is(&self.agent, &line.agent)
            && is(&self.model, &line.model)
    }
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<UsageRecord> {
    Ok(UsageRecord {
        time: row.instant("time")?,
        connection: row.parsed("connection")?,
        user: row.maybe_text("user")?,
        team: row.maybe_text("team")?,
        agent: row.maybe_text("agent")?,
        model: row.maybe_text("model")?,
        tokens: tokens(row)?,
        estimated: row.get("estimated")?,
        source_id: row.maybe_text("source_id")?,
    })
}

fn tokens(row: &Row<'_>) -> rusqlite::Result<Tokens> {
    Ok(Tokens {
        input: row.count("input")?,
        output: row.count("output")?,
        reasoning: row.count("reasoning")?,
        cache_read: row.count("cache_read")?,
        cache_write: row.count("cache_write")?,
    })
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<UsageLine> {
    let named = |text: String| (!text.is_empty()).then_some(text);
    Ok(UsageLine {
        day: row.get("day")?,
        connection: row.parsed("connection")?,
        user: named(row.text("user")?),
        team: named(row.text("team")?),
        agent: named(row.text("agent")?),
        model: named(row.text("model")?),
        records: row.count("records")?,
        estimated: row.count("estimated")?,
        tokens: tokens(row)?,
    })
}

/// The rows of the totals that are one sum: as many as there are days, at the most.
pub(super) fn sum_sql(condition: &str) -> String {
    format!(
        "SELECT tokens FROM usage_totals
         WHERE connection = :connection AND {condition} AND day >= :first AND day < :after"
    )
}

/// A sum in Rust: SQLite's fails where one does not fit.
fn added(counts: Vec<u64>) -> u64 {
    counts.into_iter().fold(0, u64::saturating_add)
}

impl ReadTx<'_> {
    /// Tokens spent on some days: read from running totals, one row a day, however many records there are.
    pub fn sum_usage(&self, connection: ConnectionId, scope: UsageScope<'_>, days: Days) -> Result<u64> {
        let (condition, name) = total_of(scope);
        let sum = |condition: &str| -> Result<u64> {
            let sql = sum_sql(condition);
            let connection = connection.to_string();
            let values = named_params! {
                ":connection": connection, ":first": days.first, ":after": days.after, ":name": name,
            };
            Ok(added(self.all(&sql, values, |row| row.count("tokens"))?))
        };
        let own = sum(condition)?;
        match scope {
            UsageScope::Team(_) => {
                let members = "scope = 'alone' AND name IN (SELECT user FROM team_members WHERE team = :name)";
                Ok(own.saturating_add(sum(members)?))
            }
            UsageScope::User(_) | UsageScope::Agent(_) | UsageScope::Pool => Ok(own),
        }
    }

    /// Tokens set aside for calls under way at an instant. `made`: only what was set aside until then; none: whatever
    /// holds, also under a clock that was set back.
    pub fn sum_reserved(
        &self,
        connection: ConnectionId,
        scope: UsageScope<'_>,
        now: Timestamp,
        made: Option<Timestamp>,
    ) -> Result<u64> {
        let (condition, name) = condition(scope);
        let sql = format!(
            "SELECT tokens FROM reservations
             WHERE connection = :connection AND expires_at > :now AND created_at <= :made AND {condition}"
        );
        let made = made.map_or(i64::MAX, millis);
        let connection = connection.to_string();
        let values = named_params! { ":connection": connection, ":now": millis(now), ":made": made, ":name": name };
        Ok(added(self.all(&sql, values, |row| row.count("tokens"))?))
    }

    /// Tokens per day of a scope, oldest first; a day without any is left out.
    pub fn list_totals(&self, connection: ConnectionId, scope: UsageScope<'_>, days: Days) -> Result<Vec<(i32, u64)>> {
        let (condition, name) = total_of(scope);
        let condition = match scope {
            UsageScope::Team(_) => format!(
                "({condition} OR scope = 'alone' AND name IN (SELECT user FROM team_members WHERE team = :name))"
            ),
            UsageScope::User(_) | UsageScope::Agent(_) | UsageScope::Pool => condition.to_owned(),
        };
        let sql = format!(
            "SELECT day, tokens FROM usage_totals
             WHERE connection = :connection AND {condition} AND day >= :first AND day < :after ORDER BY day"
        );
        let connection = connection.to_string();
        let values = named_params! {
            ":connection": connection, ":first": days.first, ":after": days.after, ":name": name,
        };
        self.all(&sql, values, |row| Ok((row.get("day")?, row.count("tokens")?)))
    }

    /// Who has spent something on a connection, day by day: user, team and agent, each as the records name them. The
    /// oldest day first.
    pub fn list_spenders(&self, connection: ConnectionId, days: Days) -> Result<Vec<(i32, Named)>> {
        self.all(
            "SELECT DISTINCT day, user, team, agent FROM usage_days
             WHERE day >= ?2 AND day < ?3 AND connection = ?1 ORDER BY day",
            (connection.to_string(), days.first, days.after),
            |row| {
                let named = |text: String| (!text.is_empty()).then_some(text);
                let named = Named {
                    user: named(row.text("user")?),
                    team: named(row.text("team")?),
                    agent: named(row.text("agent")?),
                };
                Ok((row.get("day")?, named))
            },
        )
    }

    /// Hands on what was spent, added up by day and everything that a report tells apart.
    pub fn each_usage_day(&self, filter: &UsageFilter, days: Days, mut take: impl FnMut(UsageLine)) -> Result<()> {
        let sql = "SELECT * FROM usage_days WHERE day >= ?1 AND day < ?2 ORDER BY day";
        self.each(sql, (days.first, days.after), read_line, |line| {
            if filter.takes(&line) {
                take(line);
            }
            true
        })
    }

    /// Hands on single records of a span, oldest first, each with its calendar day: for a span that is not made of days.
    pub fn each_usage(&self, filter: &UsageFilter, window: Window, mut take: impl FnMut(UsageLine)) -> Result<()> {
        self.each_usage_at(filter, window, |_, line| take(line))
    }

    /// The same with the instant of each.
    pub fn each_usage_at(
        &self,
        filter: &UsageFilter,
        window: Window,
        mut take: impl FnMut(Timestamp, UsageLine),
    ) -> Result<()> {
        let zone = self.get_organization()?.zone();
        let sql = "SELECT * FROM usage WHERE time >= ?1 AND time < ?2 ORDER BY time";
        self.each(sql, (millis(window.start), millis(window.end)), read, |record| {
            let at = record.time;
            let line = UsageLine {
                day: limit::day(record.time, &zone),
                connection: record.connection,
                user: record.user,
                team: record.team,
                agent: record.agent,
                model: record.model,
                records: 1,
                estimated: u64::from(record.estimated),
                tokens: record.tokens,
            };
            if filter.takes(&line) {
                take(at, line);
            }
            true
        })
    }

    /// The first and the last day on which anything was spent.
    pub fn find_usage_days(&self) -> Result<Option<Days>> {
        let sql = "SELECT min(day) AS first, max(day) + 1 AS after FROM usage_days HAVING count(*) > 0";
        self.one(sql, [], |row| Ok(Days { first: row.get("first")?, after: row.get("after")? }))
    }

    /// Whether a record bears this source id, on whichever connection.
    pub fn has_settled(&self, source_id: &str) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM connections JOIN usage ON usage.connection = connections.id
                   WHERE usage.source_id = ?1) AS found";
        Ok(self.one(sql, [source_id], |row| row.get("found"))?.unwrap_or(false))
    }

    /// The record with this source id.
    pub fn find_usage_of(&self, connection: ConnectionId, source_id: &str) -> Result<Option<UsageRecord>> {
        let sql = "SELECT * FROM usage WHERE connection = ?1 AND source_id = ?2";
        self.one(sql, (connection.to_string(), source_id), read)
    }
}

impl WriteTx<'_> {
    /// Books spent tokens; false when a record with this source id is booked already.
    pub fn insert_usage(&self, record: &UsageRecord) -> Result<bool> {
        Ok(self.insert_usages(std::slice::from_ref(record))?.contains(&true))
    }

    /// Books several records and adds them to the totals; says of each whether it is new.
    pub fn insert_usages(&self, records: &[UsageRecord]) -> Result<Vec<bool>> {
        let zone = self.get_organization()?.zone();
        let mut sums = Sums::default();
        let mut new = Vec::with_capacity(records.len());
        for record in records {
            let is_new = self.insert_record(record)?;
            if is_new {
                sums.add(record, &zone);
            }
            new.push(is_new);
        }
        sums.write(self.database())?;
        Ok(new)
    }

    fn insert_record(&self, record: &UsageRecord) -> Result<bool> {
        let added = self.run(
            "INSERT OR IGNORE INTO usage (time, connection, user, team, agent, model, input, output, reasoning,
             cache_read, cache_write, estimated, source_id)
             VALUES (:time, :connection, :user, :team, :agent, :model, :input, :output, :reasoning, :cache_read,
             :cache_write, :estimated, :source_id)",
            named_params! {
                ":time": millis(record.time), ":connection": record.connection.to_string(), ":user": record.user,
                ":team": record.team, ":agent": record.agent, ":model": record.model,
                ":input": stored(record.tokens.input), ":output": stored(record.tokens.output),
                ":reasoning": stored(record.tokens.reasoning), ":cache_read": stored(record.tokens.cache_read),
                ":cache_write": stored(record.tokens.cache_write), ":estimated": record.estimated,
                ":source_id": record.source_id,
            },
        )?;
        Ok(added > 0)
    }

    /// Puts every record on the day it has in the organization's zone as it is now.
    pub fn rebuild_totals(&self) -> Result<()> {
        totals::rebuild(self.database())
    }
}
