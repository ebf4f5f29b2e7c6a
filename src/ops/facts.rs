//! Reads everything a decision looks at, in one go and inside one transaction.
use crate::model::connection::{Connection, OriginPurpose, Status};
use crate::model::execution::{ApprovalStatus, Execution};
use crate::model::facts::{Brought, Facts, Named, Operation, Target, TargetFacts, Vendable};
use crate::model::id::{AgentId, ConnectionId, ExecutionId};
use crate::model::label::{self, Lookup};
use crate::model::limit::{self, Account, Days, Level, Limit, Period, Standing, Window};
use crate::model::organization::{ApprovalProof, Organization};
use crate::model::origin;
use crate::model::people::{AgentStatus, Team, UserStatus};
use crate::model::policy::{Flow, PolicyStatus};
use crate::model::time::Timestamp;
use crate::net::Reach;
use crate::net::address::{check_all, check_url};
use crate::ops::{Kind, Result, services, signing};
use crate::store::{ReadTx, UsageScope};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use url::{Host, Url};

/// What was asked, as it was typed.
#[derive(Debug, Clone)]
pub struct Asked {
    pub agent: String,
    pub user: Option<String>,
    pub team: Option<String>,
    pub connection: String,
    pub operation: Operation,
    pub flow: Flow,
    /// The approval brought along: an execution's id.
    pub approval: Option<String>,
}

pub(super) fn read(tx: &ReadTx<'_>, now: Timestamp, asked: &Asked) -> Result<Facts> {
    let organization = tx.get_organization()?;
    let mut agent = tx.find_agent(&asked.agent)?;
    if let Some(agent) = &mut agent {
        // Whoever is disabled stands in for nobody.
        let owner = agent.owner.as_deref().map(|owner| tx.find_user(owner)).transpose()?.flatten();
        agent.owner = owner.filter(|owner| owner.status == UserStatus::Active).map(|owner| owner.name);
    }
    let user = match &asked.user {
        Some(name) => Some(Named { name: name.clone(), found: tx.find_user(name)? }),
        None => None,
    };
    // From here on a person is called by the name the store knows them by.
    let user = user.map(|user| match &user.found {
        Some(found) => Named { name: found.name.clone(), found: user.found },
        None => user,
    });
    let stand_in = match &user {
        Some(user) => Some(user.name.clone()),
        None => agent.as_ref().and_then(|agent| agent.owner.clone()),
    };
    let teams = match &stand_in {
        Some(name) => tx.list_teams_of(name)?,
        None => Vec::new(),
    };
    let team = match &asked.team {
        Some(name) => {
            let found: Option<Team> = tx.find_team(name)?;
            let name = found.as_ref().map_or_else(|| name.clone(), |team| team.name.clone());
            Some(Named { name, found: found.map(drop) })
        }
        None => None,
    };
    let target = target(tx, now, asked, agent.as_ref().map(|agent| agent.id))?;
    let standings = match &target {
        Target::Connection(facts) => {
            let account = Account {
                user: user.as_ref().map(|user| user.name.as_str()),
                team: team.as_ref().map(|team| team.name.as_str()),
                teams: if user.is_some() { &teams } else { &[] },
            };
            let agent_name = agent.as_ref().map_or(asked.agent.as_str(), |agent| agent.name.as_str());
            standings(tx, &organization, now, facts.connection.id, account, agent_name)?
        }
        _ => Vec::new(),
    };
    let waiting: Vec<Execution> = match &agent {
        Some(agent) if agent.status == AgentStatus::Active => tx.list_waiting(agent.id)?,
        _ => Vec::new(),
    };
    let waiting: Vec<Execution> =
        waiting.into_iter().filter(|e| e.approval_at(now) == ApprovalStatus::Pending).collect();
    let standing_approvals = match (&agent, &target) {
        // Nobody signed for what comes later: where a signature is wanted, none of them stands.
        _ if organization.approval_proof == ApprovalProof::Signed => Vec::new(),
        (Some(agent), Target::Connection(facts)) => tx.list_standing_of(agent.id, facts.connection.id)?,
        _ => Vec::new(),
    };
    let approval = match &asked.approval {
        None => Brought::Nothing,
        Some(typed) => match find_execution(tx, typed)? {
            Some(execution) => Brought::Known(Box::new(proved(tx, execution, &organization)?)),
            None => Brought::Unknown(typed.clone()),
        },
    };
    Ok(Facts {
        at: now,
        organization,
        freezes: tx.list_freezes()?,
        agent: Named { name: asked.agent.clone(), found: agent },
        user,
        teams,
        team,
        target,
        operation: asked.operation.clone(),
        flow: asked.flow,
        approval,
        standing_approvals,
        standings,
        waiting: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
        waiting_prints: waiting.into_iter().map(|e| (e.fingerprint, e.id)).collect(),
    })
}

/// An approval without the proof it needs any more counts as taken back.
fn proved(tx: &ReadTx<'_>, execution: Execution, organization: &Organization) -> Result<Execution> {
    let is_lost =
        execution.approval == ApprovalStatus::Approved && !signing::still_stands(tx, &execution, organization)?;
    Ok(match is_lost {
        true => Execution { approval: ApprovalStatus::Cancelled, ..execution },
        false => execution,
    })
}

fn target(tx: &ReadTx<'_>, now: Timestamp, asked: &Asked, agent: Option<AgentId>) -> Result<Target> {
    let typed = &asked.connection;
    // A living connection first; a revoked one is found too, so that the answer is "revoked" and not "unknown".
    let id = match label::find(typed, &tx.list_nameable(false)?) {
        Lookup::Missing => label::find(typed, &tx.list_nameable(true)?),
        found => found,
    };
    let id: ConnectionId = match id {
        Lookup::Found(id) => id,
        Lookup::Ambiguous(_) => return Ok(Target::Missing { name: typed.clone() }),
        Lookup::Missing => {
            let is_service = crate::catalog::find(typed).is_ok_and(|service| !service.singleton);
            return Ok(match is_service {
                true => Target::NotSingleton { service: typed.clone() },
                false => Target::Missing { name: typed.clone() },
            });
        }
    };
    let connection = tx.get_connection(id)?;
    let service = services::of(tx, &connection)?;
    let policy = match agent {
        Some(agent) => tx.find_policy(agent, id)?.filter(|policy| policy.status == PolicyStatus::Active),
        None => None,
    };
    let admitted = match agent {
        Some(agent) => tx.list_admitted(agent, id, now)?,
        None => Vec::new(),
    };
    Ok(Target::Connection(Box::new(TargetFacts {
        vendable: match connection.auth_kind {
            kind if kind.has_tokens() && tx.has_credential(id)? => Some(Vendable { expires_at: tx.find_expiry(id)? }),
            _ => None,
        },
        blocked: blocked(&connection),
        admitted,
        has_credential: connection.status != Status::Revoked && tx.has_credential(id)?,
        grants: tx.list_grants(id)?,
        type_enabled: tx.find_type_policy(&service.id)?.unwrap_or(true),
        overrides: tx.list_overrides(&service.id)?,
        settings: tx.list_settings(id)?,
        policy,
        connection,
        service,
    })))
}

/// Origins of the connection that are addresses of a blocked range: no look-up is needed to refuse them (R16).
fn blocked(connection: &Connection) -> Vec<(String, String)> {
    let reach = Reach { allow_private: connection.allow_private_network };
    let origins = connection.origins.iter().filter(|origin| origin.purpose == OriginPurpose::Api);
    let why = |origin: &str| {
        let url = Url::parse(origin).ok()?;
        if origin::is_mail(origin) {
            // A host of such an address is a text, whatever it is.
            let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
            return Some(check_all(&host, &[host.parse().ok()?], reach).err()?.to_string());
        }
        let literal = match url.host()? {
            Host::Ipv4(address) => check_all(url.host_str()?, &[address.into()], reach).err(),
            Host::Ipv6(address) => check_all(url.host_str()?, &[address.into()], reach).err(),
            Host::Domain(_) => None,
        };
        literal.or_else(|| check_url(&url, reach).err()).map(|error| error.to_string())
    };
    origins.filter_map(|origin| Some((origin.origin.clone(), why(&origin.origin)?))).collect()
}

/// An execution by its id, or by a beginning of it that fits one only.
pub(super) fn find_execution(tx: &ReadTx<'_>, typed: &str) -> Result<Option<Execution>> {
    if let Ok(id) = typed.parse::<ExecutionId>() {
        return Ok(tx.find_execution(id)?);
    }
    if typed.len() < label::SHORTEST_ID_PREFIX {
        return Ok(None);
    }
    match tx.list_execution_ids(&typed.to_ascii_lowercase())?.as_slice() {
        [] => Ok(None),
        [one] => Ok(tx.find_execution(*one)?),
        several => {
            let labels = several.iter().map(ToString::to_string).collect();
            Err(Kind::Ambiguous { noun: "executions", name: typed.to_owned(), labels }.into())
        }
    }
}

/// Every limit that applies to an account, as it stands (T3–T6).
pub(super) fn standings(
    tx: &ReadTx<'_>,
    organization: &Organization,
    now: Timestamp,
    connection: ConnectionId,
    account: Account<'_>,
    agent: &str,
) -> Result<Vec<Standing>> {
    let limits = tx.list_limits_of(connection)?;
    let mut standings = Vec::new();
    let when = Calendar::of(organization, now);
    for period in Period::ALL {
        for limit in limit::applicable(&limits, account, *period) {
            let scope = scope(limit, account, agent);
            standings.extend(standing(tx, limit, *period, &when, scope)?);
        }
    }
    Ok(standings)
}

/// Whose usage a limit counts (T5).
pub(super) fn scope<'a>(limit: &'a Limit, account: Account<'a>, agent: &'a str) -> UsageScope<'a> {
    match (limit.level, &limit.subject) {
        (Level::Pool, _) => UsageScope::Pool,
        (Level::Team, Some(team)) => UsageScope::Team(team),
        (Level::User, Some(user)) => UsageScope::User(user),
        (Level::Org | Level::Team | Level::User, _) => match account.user {
            Some(user) => UsageScope::User(user),
            None => UsageScope::Agent(agent),
        },
    }
}

/// An instant and the calendar it is looked at by.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub at: Timestamp,
    pub zone: TimeZone,
    pub week_start: Weekday,
    /// Only reservations made until `at` count: for an instant that somebody names. Now, every one counts that holds.
    pub is_named: bool,
}

impl Calendar {
    pub fn of(organization: &Organization, now: Timestamp) -> Calendar {
        Calendar { at: now, zone: organization.zone(), week_start: organization.week_start, is_named: false }
    }

    pub fn window(&self, period: Period) -> Window {
        limit::window(period, self.at, &self.zone, self.week_start)
    }

    pub fn days(&self, period: Period) -> Days {
        limit::days(period, self.at, &self.zone, self.week_start)
    }
}

/// How one limit stands in the window of an instant, counted over one scope; none when it has no value for the period.
pub(super) fn standing(
    tx: &ReadTx<'_>,
    limit: &Limit,
    period: Period,
    when: &Calendar,
    scope: UsageScope<'_>,
) -> Result<Option<Standing>> {
    let used = tx.sum_usage(limit.connection, scope, when.days(period))?;
    let reserved = tx.sum_reserved(limit.connection, scope, when.at, when.is_named.then_some(when.at))?;
    Ok(standing_at(limit, period, when, scope, used, reserved))
}

/// The same, where what was used and what is reserved is known.
pub(super) fn standing_at(
    limit: &Limit,
    period: Period,
    when: &Calendar,
    scope: UsageScope<'_>,
    used: u64,
    reserved: u64,
) -> Option<Standing> {
    let ceiling = limit.ceiling(period)?.0;
    let subject = match (limit.level, scope) {
        (Level::Org, UsageScope::User(name)) => Some(name.to_owned()),
        (Level::Org, UsageScope::Agent(name)) => Some(format!("agent:{name}")),
        _ => limit.subject.clone(),
    };
    let (window, connection, strict) = (when.window(period), limit.connection, limit.strict);
    let (limit, level) = (limit.id, limit.level);
    Some(Standing { limit, connection, level, subject, period, ceiling, used, reserved, strict, window })
}
