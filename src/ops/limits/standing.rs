//! How limits stand for one account: a check beforehand, and the whole explanation. Nothing is changed by either.
use crate::model::connection::Connection;
use crate::model::limit::{self, Account, Limit, Period, Refusal, Role, Standing, Want};
use crate::model::time::{Moment, Timestamp};
use crate::ops::facts::{self, Calendar};
use crate::ops::{Result, Siesta, find_connection, get_agent, get_team, get_user};
use crate::store::ReadTx;

/// On whose account tokens are spent.
#[derive(Debug, Clone, Default)]
pub struct OnAccount {
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
}

/// The same by the names the store has, with the user's teams.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Holder {
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub teams: Vec<String>,
}

impl Holder {
    pub fn account(&self) -> Account<'_> {
        Account { user: self.user.as_deref(), team: self.team.as_deref(), teams: &self.teams }
    }

    /// How every limit that applies stands now.
    pub fn standings(&self, tx: &ReadTx<'_>, connection: &Connection, now: Timestamp) -> Result<Vec<Standing>> {
        let agent = self.agent.as_deref().unwrap_or("");
        facts::standings(tx, &tx.get_organization()?, now, connection.id, self.account(), agent)
    }
}

pub(in crate::ops) fn account_of(tx: &ReadTx<'_>, account: &OnAccount) -> Result<Holder> {
    let user = account.user.as_deref().map(|name| get_user(tx, name)).transpose()?.map(|user| user.name);
    let team = account.team.as_deref().map(|name| get_team(tx, name)).transpose()?.map(|team| team.name);
    let agent = account.agent.as_deref().map(|name| get_agent(tx, name)).transpose()?.map(|agent| agent.name);
    let teams = user.as_ref().map(|user| tx.list_teams_of(user)).transpose()?.unwrap_or_default();
    Ok(Holder { user, team, agent, teams })
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
    let standings = account_of(tx, account)?.standings(tx, &connection, now)?;
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

/// One record and one period of an explanation.
#[derive(Debug, Clone)]
pub struct ExplainedLimit {
    pub limit: Limit,
    pub period: Period,
    pub role: Role,
    /// Of those that apply, the one with least room: it is the first to refuse.
    pub decides: bool,
    /// None: it has no value for the period.
    pub standing: Option<Standing>,
}

/// Every record that concerns an account, and what comes of them.
#[derive(Debug, Clone)]
pub struct Explained {
    pub connection: String,
    pub at: Timestamp,
    pub time_zone: String,
    pub limits: Vec<ExplainedLimit>,
}

pub fn explain(siesta: &Siesta, connection: &str, account: &OnAccount, at: Option<Moment>) -> Result<Explained> {
    let now = siesta.now();
    siesta.store.read(|tx| Ok(explained(tx, now, connection, account, at)))?
}

fn explained(
    tx: &ReadTx<'_>,
    now: Timestamp,
    connection: &str,
    account: &OnAccount,
    at: Option<Moment>,
) -> Result<Explained> {
    let connection = find_connection(tx, connection, true)?;
    let holder = account_of(tx, account)?;
    let organization = tx.get_organization()?;
    let at = at.map(|moment| moment.instant(&organization.zone()));
    let when = Calendar { is_named: at.is_some(), ..Calendar::of(&organization, at.unwrap_or(now)) };
    let limits = tx.list_limits_of(connection.id)?;
    let agent = holder.agent.as_deref().unwrap_or("");
    let mut lines = Vec::new();
    for period in Period::ALL {
        let mut some = Vec::new();
        for (limit, role) in limit::roles(&limits, holder.account(), *period) {
            let scope = facts::scope(limit, holder.account(), agent);
            let standing = facts::standing(tx, limit, *period, &when, scope)?;
            some.push(ExplainedLimit { limit: limit.clone(), period: *period, role, decides: false, standing });
        }
        let applying = some.iter_mut().filter(|line| line.role == Role::Applies);
        let least = applying.min_by_key(|line| line.standing.as_ref().map_or(u64::MAX, Standing::left));
        if let Some(least) = least {
            least.decides = true;
        }
        lines.extend(some);
    }
    Ok(Explained { connection: connection.label, at: when.at, time_zone: organization.time_zone, limits: lines })
}
