//! Trying connections: the catalogue's small read-only request, made live.
//!
//! What must stay true: an attempt is on disk before anything leaves; a connection is demoted only when the provider says
//! that the credential itself is at an end, never by a 403, a time-out, a 5xx or one 401 that a renewed token puts right;
//! nothing is healed here, because only a new credential does that; and with an agent the request is decided, recorded
//! and counted like any call of that agent, except that a test asks nobody for an approval.
use crate::model::connection::{Connection, Status};
use crate::model::decide::{AskReason, Decision, DenyReason};
use crate::model::execution::StoredBody;
use crate::model::facts::Operation;
use crate::model::governance::FreezeScope;
use crate::model::id::ExecutionId;
use crate::model::people::Actor;
use crate::model::policy::Flow;
use crate::model::service::{FunctionKind, Service, Verification};
use crate::ops::calls::{self, Asked, CallOutcome, CallRequest};
use crate::ops::connections::key::is_own;
use crate::ops::connections::place::Place;
use crate::ops::connections::prove::{self, Verdict};
use crate::ops::refresh;
use crate::ops::{About, Error, Kind, Result, Siesta, find_connection, get_agent, services};
use crate::store::ReadTx;
use serde_json::{Map, Value};

/// Which connections to try, and as whom.
#[derive(Debug, Clone, Default)]
pub struct TestRequest {
    /// None named: all living ones; with an agent, those that are assigned to it.
    pub connections: Vec<String>,
    pub agent: Option<String>,
}

#[derive(Debug)]
pub struct Tested {
    pub connection: Connection,
    pub outcome: TestOutcome,
    /// The call that was made for the agent.
    pub execution: Option<ExecutionId>,
}

#[derive(Debug)]
pub enum TestOutcome {
    Healthy,
    /// The provider knows the credential and does not let it do the small request, in its own words.
    Restricted {
        said: String,
    },
    /// The service has no small request, or none that the scopes open.
    NotTried,
    /// Only a person can help.
    NeedsReauth {
        why: String,
    },
    /// It may work later.
    Failed {
        error: Error,
    },
    Denied {
        reason: Box<DenyReason>,
    },
    /// The agent's call would ask a person first; nobody was asked.
    NeedsApproval {
        reason: AskReason,
    },
}

pub fn test(siesta: &Siesta, request: &TestRequest) -> Result<Vec<Tested>> {
    let (actor, chosen) = siesta.store.read(|tx| Ok(chosen(siesta, tx, request)))??;
    let one = |connection: Connection| match &request.agent {
        None => directly(siesta, &actor, connection),
        Some(agent) => for_agent(siesta, &actor, connection, agent),
    };
    chosen.into_iter().map(one).collect()
}

fn chosen(siesta: &Siesta, tx: &ReadTx<'_>, request: &TestRequest) -> Result<(Actor, Vec<Connection>)> {
    let actor = siesta.person(tx)?;
    let agent = request.agent.as_ref().map(|name| get_agent(tx, name)).transpose()?;
    let chosen = match request.connections.as_slice() {
        [] => {
            let assigned = match &agent {
                None => None,
                Some(agent) => Some(
                    tx.list_policies()?
                        .into_iter()
                        .filter(|policy| policy.agent == agent.id)
                        .map(|policy| policy.connection)
                        .collect::<Vec<_>>(),
                ),
            };
            let is_meant = |c: &Connection| {
                c.status != Status::Revoked && assigned.as_ref().is_none_or(|assigned| assigned.contains(&c.id))
            };
            tx.list_connections()?.into_iter().filter(is_meant).collect()
        }
        named => named.iter().map(|typed| living(tx, typed)).collect::<Result<Vec<_>>>()?,
    };
    Ok((actor, chosen))
}

fn living(tx: &ReadTx<'_>, typed: &str) -> Result<Connection> {
    let connection = find_connection(tx, typed, true)?;
    match connection.status {
        Status::Healthy | Status::NeedsReauth => Ok(connection),
        Status::Revoked => Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label))
            .about(About::Revoked(connection.label.clone()))),
    }
}

/// The place of a connection that exists.
fn place(service: &Service, connection: &Connection) -> Place {
    Place {
        kind: connection.auth_kind,
        base_url: connection.base_url.clone(),
        own_server: is_own(service, connection),
        settings: connection.metadata.clone(),
    }
}

fn done(connection: Connection, outcome: TestOutcome) -> Result<Tested> {
    Ok(Tested { connection, outcome, execution: None })
}

/// By the administrator who asked: no policy is looked at, and what is frozen or switched off stays so.
fn directly(siesta: &Siesta, actor: &Actor, connection: Connection) -> Result<Tested> {
    if connection.status == Status::NeedsReauth {
        let why = connection.last_error.clone().unwrap_or_else(|| "it has no credential".to_owned());
        return done(connection, TestOutcome::NeedsReauth { why });
    }
    let (service, stopped) = siesta.store.read(|tx| {
        let stopped = stopped(tx, &connection)?;
        Ok(services::find_in(tx, &connection.service).map(|service| (service, stopped)))
    })??;
    if let Some(reason) = stopped {
        return done(connection, TestOutcome::Denied { reason: Box::new(reason) });
    }
    if prove::request(service, &place(service, &connection), &connection).is_none() {
        return done(connection, TestOutcome::NotTried);
    }
    let entry = |action| siesta.entry(actor, action, "connection", connection.id).connection(connection.id);
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        tx.append_audit(entry("connection.test.attempt").row())?;
        Ok(())
    })?;
    let outcome = match tried(siesta, service, &connection) {
        Ok(outcome) => outcome,
        Err(error) => match error.kind {
            Kind::NeedsReauth { .. } => {
                TestOutcome::NeedsReauth { why: error.cause.unwrap_or_else(|| error.kind.to_string()) }
            }
            // What was begun is closed, whatever came of it, and the connections after this one are tried.
            _ => TestOutcome::Failed { error },
        },
    };
    let connection = siesta.store.write(siesta.now(), |tx| -> Result<Connection> {
        let mut connection = tx.get_connection(connection.id)?;
        let (word, last_error) = match &outcome {
            TestOutcome::Healthy => ("healthy", None),
            TestOutcome::Restricted { said } => ("restricted", Some(said.clone())),
            TestOutcome::Failed { error } => ("failed", Some(words(error))),
            TestOutcome::NeedsReauth { why } => ("needs-reauth", Some(why.clone())),
            TestOutcome::NotTried | TestOutcome::Denied { .. } | TestOutcome::NeedsApproval { .. } => {
                return Ok(connection);
            }
        };
        if matches!(outcome, TestOutcome::Healthy) {
            connection.last_ok_at = Some(tx.now());
        }
        connection.last_error.clone_from(&last_error);
        tx.update_connection(&connection)?;
        let row = entry("connection.test").change("outcome", (), word);
        tx.append_audit(match last_error {
            Some(why) => row.reason(&why).row(),
            None => row.row(),
        })?;
        Ok(connection)
    })?;
    done(connection, outcome)
}

fn words(error: &Error) -> String {
    error.cause.as_ref().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// What stands above every policy: a freeze, or a service that is switched off (R0, R5).
fn stopped(tx: &ReadTx<'_>, connection: &Connection) -> crate::store::Result<Option<DenyReason>> {
    let id = connection.id.to_string();
    let frozen = tx.list_freezes()?.into_iter().find(|freeze| match freeze.scope {
        FreezeScope::All => true,
        FreezeScope::Connection => freeze.subject == id,
        FreezeScope::Agent => false,
    });
    let frozen = frozen.map(|freeze| DenyReason::Frozen { scope: freeze.scope, reason: freeze.reason });
    let is_off = tx.find_type_policy(&connection.service)? == Some(false);
    Ok(frozen.or(is_off.then_some(DenyReason::TypeDisabled)))
}

/// Asks, and once more with a renewed token where the first was refused.
fn tried(siesta: &Siesta, service: &Service, connection: &Connection) -> Result<TestOutcome> {
    let place = place(service, connection);
    let ask = |opens| prove::ask(siesta, service, &place, connection, opens);
    let mut credential = refresh::fresh(siesta, connection, None)?;
    let mut verdict = ask(&credential.opens)?;
    if matches!(verdict, Verdict::No { .. }) && connection.auth_kind.has_tokens() {
        let renewed = refresh::fresh(siesta, connection, Some(credential.version))?;
        if renewed.version != credential.version {
            verdict = ask(&renewed.opens)?;
            credential = renewed;
        }
    }
    Ok(match verdict {
        Verdict::NotAsked => TestOutcome::NotTried,
        Verdict::Yes(_) => TestOutcome::Healthy,
        Verdict::Restricted { said } => TestOutcome::Restricted { said },
        Verdict::No { said, is_dead: true } => {
            // Replaced meanwhile: nobody knows about the new one yet.
            refresh::demote(siesta, connection, credential.version, "credential_refused", &said)?;
            let what = format!("the credential of \"{}\" was replaced while it was tried", connection.label);
            TestOutcome::Failed { error: Kind::Provider { what, may_have_arrived: false }.into() }
        }
        Verdict::No { said, is_dead: false } => {
            let what = format!("{} refused the small request", service.name);
            TestOutcome::Failed { error: Error::from(Kind::Provider { what, may_have_arrived: false }).because(said) }
        }
        Verdict::Unclear { status, said } => {
            TestOutcome::Failed { error: prove::unclear(service, status).because(said) }
        }
    })
}

/// Through the decision, as the agent's own call.
fn for_agent(siesta: &Siesta, actor: &Actor, connection: Connection, agent: &str) -> Result<Tested> {
    let service = siesta.store.read(|tx| Ok(services::of(tx, &connection)))??;
    let asked = |operation| Asked {
        agent: agent.to_owned(),
        user: None,
        team: None,
        connection: connection.id.to_string(),
        operation,
        flow: Flow::Broker,
        approval: None,
    };
    let place = place(&service, &connection);
    let identity = prove::request(&service, &place, &connection);
    // The identity call is the agent's to make only where the API is; elsewhere a reading function stands for it. Of
    // several that would do, the first that is allowed.
    let raw = identity.as_ref().and_then(|asked| raw(asked, &connection));
    let mut candidates: Vec<Operation> = raw.into_iter().collect();
    candidates.extend(smallest_reads(&service));
    let mut verdicts = Vec::new();
    for operation in candidates {
        let decision = calls::explain(siesta, &asked(operation.clone()), None)?.1.decision;
        let is_allowed = matches!(decision, Decision::Allow);
        verdicts.push((operation, decision));
        if is_allowed {
            break;
        }
    }
    // None is allowed: a function says more about the policy than an address does.
    let telling = verdicts.iter().position(|(operation, _)| matches!(operation, Operation::Function { .. }));
    let Some((operation, decision)) = (match verdicts.last() {
        Some((_, Decision::Allow)) => verdicts.pop(),
        _ => telling.or((!verdicts.is_empty()).then_some(0)).map(|at| verdicts.swap_remove(at)),
    }) else {
        return done(connection, TestOutcome::NotTried);
    };
    if let Decision::NeedsApproval(reason) = decision {
        return done(connection, TestOutcome::NeedsApproval { reason });
    }
    let is_identity = matches!(operation, Operation::Raw { .. });
    let request = CallRequest { asked: asked(operation), conversation: None };
    match calls::call(siesta, &request) {
        Ok(CallOutcome::Denied { reason, .. }) => done(connection, TestOutcome::Denied { reason }),
        Ok(CallOutcome::AwaitingApproval { reason, .. }) => done(connection, TestOutcome::NeedsApproval { reason }),
        Ok(CallOutcome::Done(finished)) => {
            let body: Value = serde_json::from_slice(&finished.result.body).unwrap_or(Value::Null);
            let says_no = identity.as_ref().filter(|_| is_identity).is_some_and(|asked| prove::is_no(asked, &body));
            let outcome = match finished.result.http_status {
                _ if finished.is_success() && !says_no => TestOutcome::Healthy,
                // Whether the credential is at an end is for the identity call to say.
                200..=299 | 400 | 401 => directly(siesta, actor, connection.clone())?.outcome,
                403 => TestOutcome::Restricted { said: prove::said(&service, 403, &body) },
                status => {
                    let error = prove::unclear(&service, status).because(prove::said(&service, status, &body));
                    TestOutcome::Failed { error }
                }
            };
            Ok(Tested { connection, outcome, execution: Some(finished.execution) })
        }
        Err(error) => match error.kind {
            Kind::NeedsReauth { .. } => {
                let why = error.cause.unwrap_or_else(|| error.kind.to_string());
                done(connection, TestOutcome::NeedsReauth { why })
            }
            Kind::Provider { .. } | Kind::AddressBlocked { .. } | Kind::Busy { .. } => {
                done(connection, TestOutcome::Failed { error })
            }
            _ => Err(error),
        },
    }
}

/// The identity call as a request of the agent's, where that is an origin it may call.
fn raw(asked: &Verification, connection: &Connection) -> Option<Operation> {
    let base = asked.base_url.as_deref().unwrap_or(&connection.base_url);
    let url = url::Url::parse(&format!("{base}{}", asked.path)).ok()?;
    connection.may_call(&url.origin().ascii_serialization()).then(|| Operation::Raw {
        method: asked.method.clone(),
        url: url.to_string(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::None,
    })
}

/// Reads that need nothing from the caller and cost nothing.
fn smallest_reads(service: &Service) -> impl Iterator<Item = Operation> {
    let is_small = |function: &&crate::model::service::Function| {
        let asks = |p: &crate::model::service::Parameter| p.required && p.default.is_none() && p.fixed.is_none();
        function.kind == FunctionKind::Read && function.metered.is_none() && !function.parameters.iter().any(asks)
    };
    let functions = service.functions.iter().filter(is_small);
    functions.map(|function| Operation::Function { name: function.name.clone(), arguments: Map::new() })
}
