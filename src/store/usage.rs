//! Spent and reserved tokens, and their sums over a window.
use crate::model::id::ConnectionId;
use crate::model::limit::Window;
use crate::model::time::Timestamp;
use crate::model::usage::{Tokens, UsageRecord};
use crate::store::error::Result;
use crate::store::row::{Columns, Row, millis, stored};
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

/// The condition of a scope. A scope's name is bound as `:name` in every case, so that the statements look alike.
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

fn read(row: &Row<'_>) -> rusqlite::Result<UsageRecord> {
    Ok(UsageRecord {
        time: row.instant("time")?,
        connection: row.parsed("connection")?,
        user: row.maybe_text("user")?,
        team: row.maybe_text("team")?,
        agent: row.maybe_text("agent")?,
        model: row.maybe_text("model")?,
        tokens: Tokens {
            input: row.count("input")?,
            output: row.count("output")?,
            reasoning: row.count("reasoning")?,
            cache_read: row.count("cache_read")?,
            cache_write: row.count("cache_write")?,
        },
        estimated: row.get("estimated")?,
        source_id: row.maybe_text("source_id")?,
    })
}

/// A sum that saturates instead of failing: a provider that reports absurd numbers must fill a limit and not break the
/// connection. Exact below 2^53.
macro_rules! total {
    ($what:literal) => {
        concat!("CAST(min(total(", $what, "), 9.0e18) AS INTEGER)")
    };
}

impl ReadTx<'_> {
    /// Tokens spent in a window.
    pub fn sum_usage(&self, connection: ConnectionId, scope: UsageScope<'_>, window: Window) -> Result<u64> {
        let (condition, name) = condition(scope);
        let sql = format!(
            "SELECT {} AS tokens FROM usage
             WHERE connection = :connection AND time >= :start AND time < :end AND {condition}",
            total!("CAST(input AS REAL) + output")
        );
        let sum = self.one(
            &sql,
            named_params! {
                ":connection": connection.to_string(), ":start": millis(window.start), ":end": millis(window.end),
                ":name": name,
            },
            |row| row.count("tokens"),
        )?;
        Ok(sum.unwrap_or(0))
    }

    /// Tokens set aside for calls under way.
    pub fn sum_reserved(&self, connection: ConnectionId, scope: UsageScope<'_>, now: Timestamp) -> Result<u64> {
        let (condition, name) = condition(scope);
        let sql = format!(
            "SELECT {} AS tokens FROM reservations
             WHERE connection = :connection AND expires_at > :now AND {condition}",
            total!("tokens")
        );
        let sum = self.one(
            &sql,
            named_params! { ":connection": connection.to_string(), ":now": millis(now), ":name": name },
            |row| row.count("tokens"),
        )?;
        Ok(sum.unwrap_or(0))
    }

    /// The records of a connection in a window, oldest first.
    pub fn list_usage(&self, connection: ConnectionId, window: Window) -> Result<Vec<UsageRecord>> {
        self.all(
            "SELECT * FROM usage WHERE connection = ?1 AND time >= ?2 AND time < ?3 ORDER BY time, id",
            (connection.to_string(), millis(window.start), millis(window.end)),
            read,
        )
    }
}

impl WriteTx<'_> {
    /// Books spent tokens; false when a record with this source id is booked already.
    pub fn insert_usage(&self, record: &UsageRecord) -> Result<bool> {
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
}
