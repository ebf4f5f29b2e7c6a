//! Policies: looked at, changed, and looked at with a critical eye.
//!
//! What must stay true: a change is made to the version that was looked at and to no other; old and new values of
//! everything it touches are in one row of the audit, written with it; and what a dry run shows is made by the very
//! function that makes the change.
use crate::model::audit::Change;
use crate::model::connection::{Connection, Status};
use crate::model::governance;
use crate::model::id::PolicyId;
use crate::model::people::Agent;
use crate::model::policy::lint::{self, Finding};
use crate::model::policy::{
    AllowlistEntry, ConstraintKind, DefaultMode, Flow, Policy, PolicyStatus, Preset, Rules, StepUp, TimeWindow, allow,
    constraint, preset,
};
use crate::model::service::Service;
use crate::ops::assignments::{assign_in, not_assigned};
use crate::ops::{About, Error, Kind, Result, Siesta, find_connection, get_agent};
use crate::store::ReadTx;
use serde_json::{Value, json};

/// What is to change about a policy. A part that is not there stays as it is; an inner `None` or an empty list clears it.
#[derive(Debug, Clone, Default)]
pub struct PolicyChange {
    /// Comes first: what else is changed in the same line is changed on top of it.
    pub preset: Option<Preset>,
    pub default_mode: Option<DefaultMode>,
    pub step_up: Option<StepUp>,
    pub allowed_models: Option<Vec<Flow>>,
    pub allow: Option<Allow>,
    pub requests_per_hour: Option<Option<u64>>,
    pub largest_payload: Option<Option<u64>>,
    pub largest_response: Option<Option<u64>>,
    pub windows: Option<Vec<TimeWindow>>,
    pub constraints: Vec<(ConstraintKind, Vec<String>)>,
    pub rules: Option<Rules>,
    pub allow_unenforced_vend: Option<bool>,
}

/// What the allowlist becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allow {
    /// The whole API of the service.
    Whole,
    /// Entries as they were typed; none: nothing.
    Entries(Vec<String>),
}

/// A policy and the label of its connection.
#[derive(Debug, Clone)]
pub struct Shown {
    pub policy: Policy,
    pub connection: String,
    pub whole_api: bool,
}

/// What a change does, or would do.
#[derive(Debug, Clone)]
pub struct Changed {
    /// None: there was no policy for the pair.
    pub before: Option<Policy>,
    pub after: Policy,
    pub connection: String,
    pub changes: Vec<Change>,
    /// What a preset leaves as people made it.
    pub kept: Vec<String>,
}

impl Changed {
    /// The version that was looked at; zero: none.
    pub fn version_before(&self) -> i64 {
        self.before.as_ref().map_or(0, |policy| policy.version)
    }
}

/// What the change would do, without doing it.
pub fn preview(siesta: &Siesta, agent: &str, connection: &str, change: &PolicyChange) -> Result<Changed> {
    siesta.store.read(|tx| {
        let looked = || -> Result<Changed> {
            siesta.person(tx)?;
            let (agent, connection) = pair(tx, agent, connection)?;
            let before = active(tx, &agent, &connection)?;
            if before.is_none() && connection.status == Status::Revoked {
                return Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label))
                    .about(About::Revoked(connection.label.clone())));
            }
            let base = before.clone().unwrap_or_else(|| {
                let first = Policy::first(
                    PolicyId(siesta.world.ids.next()),
                    (agent.id, &agent.name),
                    (connection.id, &connection.base_url),
                    String::new(),
                    siesta.now(),
                );
                Policy { allowlists: AllowlistEntry::whole_of(&connection), ..first }
            });
            changed(siesta, before, &base, change, &connection)
        };
        Ok(looked())
    })?
}

/// Changes a policy; the first one for a pair is made on the way. `expected` is the version that was looked at: when it
/// is another one by now, nothing is changed.
pub fn set(
    siesta: &Siesta,
    agent: &str,
    connection: &str,
    change: &PolicyChange,
    expected: Option<i64>,
) -> Result<Changed> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let (agent, connection) = pair(tx, agent, connection)?;
        let before = active(tx, &agent, &connection)?;
        let version = before.as_ref().map_or(0, |policy| policy.version);
        if expected.is_some_and(|expected| expected != version) {
            let what = format!("the policy is at version {version}, and version {} was meant", expected.unwrap_or(0));
            let of = About::Policy { agent: agent.name.clone(), connection: connection.label.clone() };
            return Err(Error::from(Kind::ChangedMeanwhile).because(what).about(of));
        }
        let (base, _) = assign_in(siesta, tx, &actor, &connection, &agent, None)?;
        let mut done = changed(siesta, before, &base, change, &connection)?;
        if !done.changes.is_empty() {
            done.after.version += 1;
            tx.upsert_policy(&done.after)?;
            let mut entry = siesta.entry(&actor, "policy.set", "policy", base.id).connection(connection.id);
            for change in &done.changes {
                entry = entry.change(&change.property, change.old.clone(), change.new.clone());
            }
            tx.append_audit(entry.row())?;
        }
        Ok(done)
    })
}

/// The one place that makes a change, for a dry run and for the real one.
fn changed(
    siesta: &Siesta,
    before: Option<Policy>,
    base: &Policy,
    change: &PolicyChange,
    connection: &Connection,
) -> Result<Changed> {
    let service = siesta.service(&connection.service)?;
    let mut after = base.clone();
    let mut kept = Vec::new();
    if let Some(preset) = change.preset {
        after = preset::apply(&after, preset, service).map_err(|error| Error::invalid(error.to_string()))?;
        kept = preset::kept(base, is_whole(base, connection));
    }
    after.default_mode = change.default_mode.unwrap_or(after.default_mode);
    after.step_up = change.step_up.unwrap_or(after.step_up);
    if let Some(flows) = &change.allowed_models {
        after.allowed_models.clone_from(flows);
    }
    if let Some(allow) = &change.allow {
        after.allowlists = allowlists(allow, connection)?;
    }
    let mut limits = after.rate_limits.clone().unwrap_or_default();
    limits.max_requests_per_hour = change.requests_per_hour.unwrap_or(limits.max_requests_per_hour);
    limits.max_payload_size_bytes = change.largest_payload.unwrap_or(limits.max_payload_size_bytes);
    limits.max_response_size_bytes = change.largest_response.unwrap_or(limits.max_response_size_bytes);
    after.rate_limits = limits.or_none();
    if let Some(windows) = &change.windows {
        after.time_windows.clone_from(windows);
    }
    for (kind, ids) in &change.constraints {
        if !ids.is_empty() && !constraint::is_kept_by(service, *kind) {
            return Err(Error::invalid(format!("no function of {} names a {kind}", service.id))
                .because("a constraint that nothing meets would look like protection"));
        }
        constraint::set(&mut after.constraints, &service.provider, *kind, ids.clone());
    }
    if let Some(rules) = &change.rules {
        after.rules.clone_from(rules);
        after.rules.check().map_err(|error| Error::invalid(error.to_string()))?;
    }
    after.allow_unenforced_vend = change.allow_unenforced_vend.unwrap_or(after.allow_unenforced_vend);
    let changes = differences(base, &after);
    Ok(Changed { before, after, connection: connection.label.clone(), changes, kept })
}

/// Every part in which two policies differ, as values.
fn differences(old: &Policy, new: &Policy) -> Vec<Change> {
    let parts = |p: &Policy| -> Vec<(&'static str, Value)> {
        vec![
            ("preset", json!(p.preset)),
            ("defaultMode", json!(p.default_mode)),
            ("stepUpApproval", json!(p.step_up)),
            ("allowedModels", json!(p.allowed_models)),
            ("allowlists", json!(p.allowlists)),
            ("rateLimits", json!(p.rate_limits)),
            ("timeWindows", json!(p.time_windows)),
            ("rules", json!(p.rules)),
            ("providerConstraints", json!(p.constraints)),
            ("allowUnenforcedVend", json!(p.allow_unenforced_vend)),
        ]
    };
    let pairs = parts(old).into_iter().zip(parts(new));
    let differing = pairs.filter(|((_, before), (_, after))| before != after);
    differing.map(|((name, before), (_, after))| Change::new(name, before, after)).collect()
}

/// R8a: an allowlist only narrows. An entry for a host that the credential was not entered for would be dead, and whoever
/// wrote it meant something else.
fn allowlists(allow: &Allow, connection: &Connection) -> Result<Vec<AllowlistEntry>> {
    let Allow::Entries(typed) = allow else { return Ok(AllowlistEntry::whole_of(connection)) };
    let mut entries: Vec<AllowlistEntry> = Vec::new();
    for text in typed {
        let entry = allow::parse(text, &connection.base_url).map_err(|error| Error::invalid(error.to_string()))?;
        let origins = connection.origins.iter().filter(|origin| connection.may_call(&origin.origin));
        if !origins.into_iter().any(|origin| entry.is_about(&origin.origin)) {
            return Err(Error::conflict(format!(
                "{} is not a host that the credential of \"{}\" was entered for",
                entry.base_url, connection.label
            ))
            .about(About::Connection(connection.label.clone())));
        }
        let same = entries.iter_mut().find(|e| e.base_url == entry.base_url && e.methods == entry.methods);
        match same {
            Some(same) => same.path_patterns.extend(entry.path_patterns),
            None => entries.push(entry),
        }
    }
    Ok(entries)
}

fn is_whole(policy: &Policy, connection: &Connection) -> bool {
    AllowlistEntry::is_all(&policy.allowlists, &AllowlistEntry::whole_of(connection))
}

fn pair(tx: &ReadTx<'_>, agent: &str, connection: &str) -> Result<(Agent, Connection)> {
    let connection = find_connection(tx, connection, true)?;
    Ok((get_agent(tx, agent)?, connection))
}

fn active(tx: &ReadTx<'_>, agent: &Agent, connection: &Connection) -> Result<Option<Policy>> {
    Ok(tx.find_policy(agent.id, connection.id)?.filter(|policy| policy.status == PolicyStatus::Active))
}

pub fn show(siesta: &Siesta, agent: &str, connection: &str) -> Result<Shown> {
    siesta.store.read(|tx| {
        let shown = || -> Result<Shown> {
            let (agent, connection) = pair(tx, agent, connection)?;
            let policy = active(tx, &agent, &connection)?.ok_or_else(|| not_assigned(&agent, &connection))?;
            let whole_api = is_whole(&policy, &connection);
            Ok(Shown { policy, connection: connection.label, whole_api })
        };
        Ok(shown())
    })?
}

/// What is odd about one policy, of one agent, or of all.
pub fn lint(siesta: &Siesta, agent: Option<&str>, connection: Option<&str>) -> Result<Vec<(Shown, Vec<Finding>)>> {
    siesta.store.read(|tx| {
        let looked = || -> Result<Vec<(Shown, Vec<Finding>)>> {
            let agent = agent.map(|name| get_agent(tx, name)).transpose()?;
            let wanted = connection.map(|name| find_connection(tx, name, true)).transpose()?;
            let mut all = Vec::new();
            for policy in tx.list_policies()? {
                let is_wanted = agent.as_ref().is_none_or(|agent| agent.id == policy.agent)
                    && wanted.as_ref().is_none_or(|connection| connection.id == policy.connection);
                if is_wanted {
                    all.push(lint_one(siesta, tx, policy)?);
                }
            }
            if let (Some(agent), Some(connection), true) = (&agent, &wanted, all.is_empty()) {
                return Err(not_assigned(agent, connection));
            }
            Ok(all)
        };
        Ok(looked())
    })?
}

fn lint_one(siesta: &Siesta, tx: &ReadTx<'_>, policy: Policy) -> Result<(Shown, Vec<Finding>)> {
    let connection = tx.get_connection(policy.connection)?;
    let service: &Service = siesta.service(&connection.service)?;
    let (overrides, settings) = (tx.list_overrides(&service.id)?, tx.list_settings(connection.id)?);
    let findings = lint::lint(&policy, &connection, service, |function| {
        let (over, setting) = (overrides.get(&function.name).copied(), settings.get(&function.name).copied());
        governance::effective(function.default_mode(), over, setting).mode
    });
    let whole_api = is_whole(&policy, &connection);
    Ok((Shown { policy, connection: connection.label, whole_api }, findings))
}
