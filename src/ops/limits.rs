//! Token limits: set, checked, reported.
use crate::model::connection::Connection;
use crate::model::id::LimitId;
use crate::model::limit::{self, Account, Level, Limit, Millions, Period, Refusal, Standing, Want};
use crate::model::time::Timestamp;
use crate::ops::{Error, Kind, Result, Siesta, facts, find_connection, get_agent, get_team, get_user};
use crate::store::{ReadTx, UsageScope};
use serde_json::Value;
use std::collections::BTreeSet;

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

/// Removes a limit's record.
pub fn unset(siesta: &Siesta, connection: &str, subject: &Subject) -> Result<Limit> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, connection, false)?;
        let (level, name) = named(tx, subject)?;
        let missing = || {
            let whose = name.as_ref().map_or_else(|| level.to_string(), |name| format!("{level} {name}"));
            Error::from(Kind::NotFound { noun: "limit", name: format!("{} {whose}", connection.label), nearest: None })
        };
        let limit = tx.find_limit(connection.id, level, name.as_deref())?.ok_or_else(missing)?;
        tx.delete_limit(connection.id, level, name.as_deref())?;
        let entry = siesta
            .entry(&actor, "limit.unset", "limit", limit.id)
            .connection(connection.id)
            .change("daily", millions(limit.daily), Value::Null)
            .change("weekly", millions(limit.weekly), Value::Null);
        tx.append_audit(entry.row())?;
        Ok(limit)
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

/// On whose account a check is made.
#[derive(Debug, Clone, Default)]
pub struct OnAccount {
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Checked {
    pub connection: String,
    pub standings: Vec<Standing>,
    pub refusal: Option<Refusal>,
}

/// Whether a call would be let through now, without making one. `tokens` is what it would spend at most.
pub fn check(siesta: &Siesta, connection: &str, account: &OnAccount, tokens: Option<u64>) -> Result<Checked> {
    let now = siesta.now();
    siesta.store.read(|tx| Ok(checked(tx, now, connection, account, tokens)))?
}

fn checked(
    tx: &ReadTx<'_>,
    now: Timestamp,
    connection: &str,
    account: &OnAccount,
    tokens: Option<u64>,
) -> Result<Checked> {
    let connection = find_connection(tx, connection, false)?;
    let user = account.user.as_deref().map(|name| get_user(tx, name)).transpose()?;
    let team = account.team.as_deref().map(|name| get_team(tx, name)).transpose()?;
    let agent = account.agent.as_deref().map(|name| get_agent(tx, name)).transpose()?;
    let teams = user.as_ref().map(|user| tx.list_teams_of(&user.name)).transpose()?.unwrap_or_default();
    let for_whom = Account {
        user: user.as_ref().map(|user| user.name.as_str()),
        team: team.as_ref().map(|team| team.name.as_str()),
        teams: &teams,
    };
    let agent_name = agent.as_ref().map_or("", |agent| agent.name.as_str());
    let organization = tx.get_organization()?;
    let standings = facts::standings(tx, &organization, now, connection.id, for_whom, agent_name)?;
    // A number of tokens is asked about exactly: whether it fits, whether or not the limit is strict.
    let refusal = match tokens {
        None => limit::check(&standings, Want { prompt: 0, maximum_output: Some(0) }),
        Some(tokens) => {
            let strict = standings.iter().cloned().map(|standing| Standing { strict: true, ..standing });
            limit::check(&strict.collect::<Vec<_>>(), Want { prompt: tokens, maximum_output: Some(0) })
        }
    };
    Ok(Checked { connection: connection.label, standings, refusal })
}

/// What to report.
#[derive(Debug, Clone, Default)]
pub struct ReportQuery {
    pub connection: Option<String>,
    pub user: Option<String>,
    pub team: Option<String>,
    pub level: Option<Level>,
    pub period: Option<Period>,
    /// The instant the windows are those of; none: now.
    pub at: Option<Timestamp>,
}

/// A line of the report.
#[derive(Debug, Clone)]
pub struct ReportLine {
    pub connection: String,
    pub standing: Standing,
}

/// How every limit stands, the fullest first.
pub fn report(siesta: &Siesta, query: &ReportQuery) -> Result<Vec<ReportLine>> {
    let now = query.at.unwrap_or_else(|| siesta.now());
    let mut lines = siesta.store.read(|tx| Ok(reported(tx, now, query)))??;
    lines.sort_by(|one, other| {
        let key = |line: &ReportLine| (line.connection.clone(), line.standing.level, line.standing.subject.clone());
        other.standing.percent().cmp(&one.standing.percent()).then_with(|| key(one).cmp(&key(other)))
    });
    Ok(lines)
}

fn reported(tx: &ReadTx<'_>, now: Timestamp, query: &ReportQuery) -> Result<Vec<ReportLine>> {
    let organization = tx.get_organization()?;
    let user = query.user.as_deref().map(|name| get_user(tx, name)).transpose()?.map(|user| user.name);
    let team = query.team.as_deref().map(|name| get_team(tx, name)).transpose()?.map(|team| team.name);
    let all = listed(tx, query.connection.as_deref())?;
    let limits: Vec<Limit> = all.iter().map(|(limit, _)| limit.clone()).collect();
    let mut lines = Vec::new();
    for (limit, connection) in all.iter().filter(|(limit, _)| limit.enabled) {
        for period in Period::ALL.iter().filter(|period| query.period.is_none_or(|wanted| wanted == **period)) {
            let window = limit::window(*period, now, &organization.zone(), organization.week_start);
            let spenders = spenders(tx, limit, &limits, *period, window)?;
            if spenders.is_empty() {
                // A default that nobody has spent under is there all the same, above all one of zero.
                let found = facts::standing(tx, limit, *period, window, UsageScope::User(""), now)?;
                lines.extend(found.map(|standing| ReportLine {
                    connection: connection.clone(),
                    standing: Standing { subject: None, ..standing },
                }));
            }
            for scope in spenders.iter().map(Spender::scope) {
                let found = facts::standing(tx, limit, *period, window, scope, now)?;
                lines.extend(found.map(|standing| ReportLine { connection: connection.clone(), standing }));
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
    Ok(lines)
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

/// A user's, a team's and the pool's limit have one line. The organization's default has one for everybody who has
/// spent something in the window and whom no closer record speaks for.
fn spenders(
    tx: &ReadTx<'_>,
    limit: &Limit,
    limits: &[Limit],
    period: Period,
    window: limit::Window,
) -> Result<BTreeSet<Spender>> {
    let one = match (limit.level, &limit.subject) {
        (Level::Pool, _) => Spender::Pool,
        (Level::User, Some(name)) => Spender::User(name.clone()),
        (Level::Team, Some(name)) => Spender::Team(name.clone()),
        (Level::Org | Level::User | Level::Team, _) => {
            return default_spenders(tx, limit, limits, period, window);
        }
    };
    Ok(BTreeSet::from([one]))
}

fn default_spenders(
    tx: &ReadTx<'_>,
    limit: &Limit,
    limits: &[Limit],
    period: Period,
    window: limit::Window,
) -> Result<BTreeSet<Spender>> {
    let own: Vec<Limit> = limits.iter().filter(|l| l.connection == limit.connection).cloned().collect();
    let mut spenders = BTreeSet::new();
    for record in tx.list_usage(limit.connection, window)? {
        let teams = record.user.as_deref().map(|user| tx.list_teams_of(user)).transpose()?.unwrap_or_default();
        let account = Account { user: record.user.as_deref(), team: record.team.as_deref(), teams: &teams };
        if limit::applicable(&own, account, period).iter().any(|applies| applies.id == limit.id) {
            spenders.extend(match (record.user, record.agent) {
                (Some(user), _) => Some(Spender::User(user)),
                (None, Some(agent)) => Some(Spender::Agent(agent)),
                (None, None) => None,
            });
        }
    }
    Ok(spenders)
}
