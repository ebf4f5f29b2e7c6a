//! Who has spent under a limit, and how much on each day: what the lines of a report are made of.
//!
//! What must stay true: a year is read once. Each spender's totals are asked for once for all windows, and so is who has
//! spent anything at all, because a year has four hundred windows and an organization hundreds of people.
use crate::model::id::ConnectionId;
use crate::model::limit::{self, Account, Days, Level, Limit, Period, Standing};
use crate::ops::Result;
use crate::store::{Named, ReadTx, UsageScope};
use std::collections::{BTreeMap, BTreeSet};

/// Whose usage a line of the report counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spender {
    User(String),
    Agent(String),
    Team(String),
    Pool,
}

impl Spender {
    pub fn scope(&self) -> UsageScope<'_> {
        match self {
            Spender::User(name) => UsageScope::User(name),
            Spender::Agent(name) => UsageScope::Agent(name),
            Spender::Team(name) => UsageScope::Team(name),
            Spender::Pool => UsageScope::Pool,
        }
    }

    /// Whose usage a standing counts; none: a default that nobody has spent under.
    pub fn of(standing: &Standing) -> Option<Spender> {
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

/// What was spent on some days.
pub struct Spending<'tx> {
    tx: &'tx ReadTx<'tx>,
    days: Days,
    teams: BTreeMap<String, Vec<String>>,
    totals: BTreeMap<(ConnectionId, Spender), Vec<(i32, u64)>>,
    named: BTreeMap<ConnectionId, Vec<(i32, Named)>>,
}

impl<'tx> Spending<'tx> {
    pub fn new(tx: &'tx ReadTx<'tx>, days: Days) -> Spending<'tx> {
        let (teams, totals, named) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Spending { tx, days, teams, totals, named }
    }

    /// Tokens of a spender in a window.
    pub fn used(&mut self, connection: ConnectionId, spender: &Spender, window: Days) -> Result<u64> {
        let key = (connection, spender.clone());
        if !self.totals.contains_key(&key) {
            let totals = self.tx.list_totals(connection, spender.scope(), self.days)?;
            self.totals.insert(key.clone(), totals);
        }
        let totals = self.totals.get(&key).map_or(&[][..], Vec::as_slice);
        let of_window = within(totals, window).iter().map(|(_, tokens)| *tokens);
        Ok(of_window.fold(0, u64::saturating_add))
    }

    /// A user's, a team's and the pool's limit have one line in each window. The organization's default has one for
    /// everybody who has spent something in the window and whom no closer record speaks for.
    pub fn spenders(
        &mut self,
        limit: &Limit,
        limits: &[Limit],
        period: Period,
        windows: &[Days],
    ) -> Result<Vec<BTreeSet<Spender>>> {
        let one = match (limit.level, &limit.subject) {
            (Level::Pool, _) => Spender::Pool,
            (Level::User, Some(name)) => Spender::User(name.clone()),
            (Level::Team, Some(name)) => Spender::Team(name.clone()),
            (Level::Org | Level::User | Level::Team, _) => return self.of_default(limit, limits, period, windows),
        };
        Ok(vec![BTreeSet::from([one]); windows.len()])
    }

    fn of_default(
        &mut self,
        limit: &Limit,
        limits: &[Limit],
        period: Period,
        windows: &[Days],
    ) -> Result<Vec<BTreeSet<Spender>>> {
        let own: Vec<Limit> = limits.iter().filter(|l| l.connection == limit.connection).cloned().collect();
        if !self.named.contains_key(&limit.connection) {
            self.named.insert(limit.connection, self.tx.list_spenders(limit.connection, self.days)?);
        }
        let named = self.named.get(&limit.connection).map_or(&[][..], Vec::as_slice);
        let mut known: BTreeMap<&Named, Option<Spender>> = BTreeMap::new();
        let mut found = Vec::with_capacity(windows.len());
        for window in windows {
            let mut spenders = BTreeSet::new();
            for (_, who) in within(named, *window) {
                if !known.contains_key(who) {
                    let in_teams = teams_of(self.tx, &mut self.teams, who.user.as_deref())?;
                    let account = Account { user: who.user.as_deref(), team: who.team.as_deref(), teams: in_teams };
                    let applies = limit::applicable(&own, account, period).iter().any(|one| one.id == limit.id);
                    let spender = match (&who.user, &who.agent) {
                        (Some(user), _) => Some(Spender::User(user.clone())),
                        (None, Some(agent)) => Some(Spender::Agent(agent.clone())),
                        (None, None) => None,
                    };
                    known.insert(who, spender.filter(|_| applies));
                }
                if let Some(Some(spender)) = known.get(who)
                    && !spenders.contains(spender)
                {
                    spenders.insert(spender.clone());
                }
            }
            found.push(spenders);
        }
        Ok(found)
    }
}

/// The teams somebody is in, asked for once.
fn teams_of<'known>(
    tx: &ReadTx<'_>,
    known: &'known mut BTreeMap<String, Vec<String>>,
    user: Option<&str>,
) -> Result<&'known [String]> {
    let Some(user) = user else { return Ok(&[]) };
    if !known.contains_key(user) {
        known.insert(user.to_owned(), tx.list_teams_of(user)?);
    }
    Ok(known.get(user).map_or(&[], Vec::as_slice))
}

/// What lies on the days of a window, of what is in order of days.
fn within<T>(all: &[(i32, T)], window: Days) -> &[(i32, T)] {
    let from = all.partition_point(|(day, _)| *day < window.first);
    let until = all.partition_point(|(day, _)| *day < window.after);
    all.get(from..until).unwrap_or_default()
}
