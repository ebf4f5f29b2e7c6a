//! Token limits: set, listed, and (in the files below) checked, explained and reported.
//!
//! What must stay true: editing, disabling or enabling a limit never changes what was recorded as used (T8).
mod chart;
mod report;
mod spending;
mod standing;

pub use chart::{Chart, charts};
pub use report::{Report, ReportLine, ReportQuery, report};
pub use standing::{Checked, Explained, ExplainedLimit, OnAccount, check, explain};

use crate::model::connection::Connection;
use crate::model::id::LimitId;
use crate::model::limit::{Level, Limit, Millions};
use crate::ops::{Error, Kind, Result, Siesta, find_connection, get_team, get_user};
use crate::store::ReadTx;
use serde_json::Value;

pub(in crate::ops) use standing::account_of;

/// Whom a limit is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Org,
    User(String),
    Team(String),
    Pool,
}

/// A field of a limit that is to change: to a value, or back to "no explicit limit".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field {
    #[default]
    Keep,
    Clear,
    Set(Millions),
}

impl Field {
    fn over(self, old: Option<Millions>) -> Option<Millions> {
        match self {
            Field::Keep => old,
            Field::Clear => None,
            Field::Set(value) => Some(value),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct LimitChange {
    pub daily: Field,
    pub weekly: Field,
    pub strict: Option<bool>,
    pub enabled: Option<bool>,
}

fn named(tx: &ReadTx<'_>, subject: &Subject) -> Result<(Level, Option<String>)> {
    Ok(match subject {
        Subject::Org => (Level::Org, None),
        Subject::Pool => (Level::Pool, None),
        Subject::User(name) => (Level::User, Some(get_user(tx, name)?.name)),
        Subject::Team(name) => (Level::Team, Some(get_team(tx, name)?.name)),
    })
}

fn millions(value: Option<Millions>) -> Value {
    value.map_or(Value::Null, |m| m.to_string().into())
}

/// Sets a limit; returns it as it was and as it is. Recorded usage is never touched.
pub fn set(
    siesta: &Siesta,
    connection: &str,
    subject: &Subject,
    change: &LimitChange,
) -> Result<(Option<Limit>, Limit, Connection)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, connection, false)?;
        if crate::ops::services::of(tx, &connection)?.usage.is_empty() {
            let what = format!("\"{}\" is no connection to a model provider, so it spends no tokens", connection.label);
            return Err(Error::invalid(what));
        }
        let (level, name) = named(tx, subject)?;
        let before = tx.find_limit(connection.id, level, name.as_deref())?;
        let limit = Limit {
            id: before.as_ref().map_or_else(|| LimitId(siesta.world.ids.next()), |limit| limit.id),
            connection: connection.id,
            level,
            subject: name,
            daily: change.daily.over(before.as_ref().and_then(|limit| limit.daily)),
            weekly: change.weekly.over(before.as_ref().and_then(|limit| limit.weekly)),
            strict: change.strict.unwrap_or(before.as_ref().is_some_and(|limit| limit.strict)),
            enabled: change.enabled.unwrap_or(before.as_ref().is_none_or(|limit| limit.enabled)),
            updated_at: tx.now(),
        };
        tx.upsert_limit(&limit)?;
        let entry = siesta
            .entry(&actor, "limit.set", "limit", limit.id)
            .connection(connection.id)
            .change("level", before.as_ref().map(|l| l.level.as_str()), level.as_str())
            .change("subject", before.as_ref().and_then(|l| l.subject.clone()), limit.subject.clone())
            .change("daily", millions(before.as_ref().and_then(|l| l.daily)), millions(limit.daily))
            .change("weekly", millions(before.as_ref().and_then(|l| l.weekly)), millions(limit.weekly))
            .change("strict", before.as_ref().map(|l| l.strict), limit.strict)
            .change("enabled", before.as_ref().map(|l| l.enabled), limit.enabled);
        tx.append_audit(entry.row())?;
        Ok((before, limit, connection))
    })
}

fn missing(connection: &Connection, level: Level, name: Option<&str>) -> Error {
    let whose = name.map_or_else(|| level.to_string(), |name| format!("{level} {name}"));
    Kind::NotFound { noun: "limit", name: format!("{} {whose}", connection.label), nearest: None }.into()
}

/// Lets a limit speak or be silent; its values stay. Says whether that is news.
pub fn set_enabled(
    siesta: &Siesta,
    connection: &str,
    subject: &Subject,
    enabled: bool,
) -> Result<(Limit, String, bool)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, connection, false)?;
        let (level, name) = named(tx, subject)?;
        let found = tx.find_limit(connection.id, level, name.as_deref())?;
        let before = found.ok_or_else(|| missing(&connection, level, name.as_deref()))?;
        if before.enabled == enabled {
            return Ok((before, connection.label, false));
        }
        let limit = Limit { enabled, updated_at: tx.now(), ..before };
        tx.upsert_limit(&limit)?;
        let entry = siesta
            .entry(&actor, "limit.set", "limit", limit.id)
            .connection(connection.id)
            .change("enabled", !enabled, enabled);
        tx.append_audit(entry.row())?;
        Ok((limit, connection.label, true))
    })
}

/// Removes a limit's record.
pub fn unset(siesta: &Siesta, connection: &str, subject: &Subject) -> Result<(Limit, String)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, connection, false)?;
        let (level, name) = named(tx, subject)?;
        let found = tx.find_limit(connection.id, level, name.as_deref())?;
        let limit = found.ok_or_else(|| missing(&connection, level, name.as_deref()))?;
        tx.delete_limit(connection.id, level, name.as_deref())?;
        let entry = siesta
            .entry(&actor, "limit.unset", "limit", limit.id)
            .connection(connection.id)
            .change("level", limit.level.as_str(), Value::Null)
            .change("subject", limit.subject.clone(), Value::Null)
            .change("daily", millions(limit.daily), Value::Null)
            .change("weekly", millions(limit.weekly), Value::Null)
            .change("strict", limit.strict, Value::Null)
            .change("enabled", limit.enabled, Value::Null);
        tx.append_audit(entry.row())?;
        Ok((limit, connection.label))
    })
}

/// Every limit with the label of its connection.
pub fn list(siesta: &Siesta, connection: Option<&str>) -> Result<Vec<(Limit, String)>> {
    siesta.store.read(|tx| Ok(listed(tx, connection)))?
}

fn listed(tx: &ReadTx<'_>, connection: Option<&str>) -> Result<Vec<(Limit, String)>> {
    let only = connection.map(|typed| find_connection(tx, typed, true)).transpose()?;
    let mut listed = Vec::new();
    for limit in tx.list_limits()? {
        if only.as_ref().is_none_or(|connection| connection.id == limit.connection) {
            let label = tx.get_connection(limit.connection)?.label;
            listed.push((limit, label));
        }
    }
    Ok(listed)
}
