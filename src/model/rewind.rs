//! Going back to an older state: what stays taken away, what would be let through again, and what is lost.
//!
//! What must stay true: nothing that was revoked, disabled or stopped comes back to life with an older state. What was
//! merely tightened does go back, because that is what going back is, but never without being named.
use crate::model::connection::{Access, Connection, Grant, Status};
use crate::model::governance::{Freeze, Mode};
use crate::model::id::{AgentId, ConnectionId};
use crate::model::limit::{Limit, Millions};
use crate::model::people::{Agent, AgentStatus, Role, User, UserStatus};
use crate::model::policy::{DefaultMode, Policy, PolicyStatus, StepUp};
use crate::model::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What an organization has decided, as far as an older state could undo it.
#[derive(Debug, Clone, Default)]
pub struct Holding {
    pub four_eyes: bool,
    /// Whether an approval must be signed.
    pub signed_approvals: bool,
    /// By fingerprint, whose SSH keys sign approvals.
    pub ssh_keys: BTreeMap<String, String>,
    pub connections: Vec<Connection>,
    /// When each credential was obtained.
    pub obtained: BTreeMap<ConnectionId, Timestamp>,
    pub grants: BTreeMap<ConnectionId, Vec<Grant>>,
    /// The revoked ones too.
    pub policies: Vec<Policy>,
    pub agents: Vec<Agent>,
    pub users: Vec<User>,
    pub freezes: Vec<Freeze>,
    /// Whether a service is enabled, where somebody has said so.
    pub services: BTreeMap<String, bool>,
    /// By service and function.
    pub overrides: BTreeMap<(String, String), Mode>,
    /// By connection and function.
    pub settings: BTreeMap<(ConnectionId, String), Mode>,
    pub limits: Vec<Limit>,
    /// How many usage records there are.
    pub usage: u64,
}

/// What is taken away now, and so in the older state as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    pub connections: Vec<ConnectionId>,
    pub policies: Vec<(AgentId, ConnectionId)>,
    pub agents: Vec<AgentId>,
    pub users: Vec<String>,
    /// Fingerprints of keys that sign no more.
    pub ssh_keys: Vec<String>,
    pub freezes: Vec<Freeze>,
}

/// Something that is tighter now than it would be.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Widened {
    pub what: String,
    pub now: String,
    pub then: String,
}

/// What going back from one state to an older one means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewind {
    pub kept: Kept,
    /// The same, in words.
    pub kept_words: Vec<String>,
    pub widened: Vec<Widened>,
    pub lost: Vec<String>,
}

/// Compares what is now with what a state says that is to take its place.
pub fn rewind(now: &Holding, then: &Holding) -> Rewind {
    let mut rewind = Rewind::default();
    connections(now, then, &mut rewind);
    policies(now, then, &mut rewind);
    people(now, then, &mut rewind);
    freezes(now, then, &mut rewind);
    governance(now, then, &mut rewind);
    limits(now, then, &mut rewind);
    if now.usage > then.usage {
        rewind.widen("tokens counted against limits", records(now.usage), records(then.usage));
    }
    rewind
}

fn records(count: u64) -> String {
    format!("{count} usage records")
}

impl Rewind {
    fn widen(&mut self, what: impl Into<String>, now: impl ToString, then: impl ToString) {
        self.widened.push(Widened { what: what.into(), now: now.to_string(), then: then.to_string() });
    }

    fn keep(&mut self, words: String) {
        self.kept_words.push(words);
    }
}

fn label(holding: &Holding, id: ConnectionId) -> String {
    let found = holding.connections.iter().find(|connection| connection.id == id);
    found.map_or_else(|| id.to_string(), |connection| connection.label.clone())
}

fn connections(now: &Holding, then: &Holding, rewind: &mut Rewind) {
    for connection in &now.connections {
        let Some(before) = then.connections.iter().find(|before| before.id == connection.id) else {
            if connection.status != Status::Revoked {
                rewind.lost.push(format!("connection \"{}\", which was added since", connection.label));
            }
            continue;
        };
        if connection.status == Status::Revoked {
            if before.status != Status::Revoked {
                rewind.kept.connections.push(connection.id);
                rewind.keep(format!("connection \"{}\" is revoked", connection.label));
            }
            continue;
        }
        if now.obtained.get(&connection.id) != then.obtained.get(&connection.id) {
            rewind.lost.push(format!(
                "the credential of \"{}\", which was replaced since: the older one may not be good any more",
                connection.label
            ));
        }
        let what = |part: &str| format!("{part} of connection \"{}\"", connection.label);
        if connection.access == Access::Private && before.access == Access::Shared {
            rewind.widen(what("access"), connection.access, before.access);
        }
        if connection.approvers != before.approvers && !connection.approvers.is_empty() {
            let list = |approvers: &[String]| match approvers {
                [] => "the general rule".to_owned(),
                named => named.join(", "),
            };
            rewind.widen(what("approvers"), list(&connection.approvers), list(&before.approvers));
        }
        let of = |holding: &Holding| -> BTreeSet<String> {
            let grants = holding.grants.get(&connection.id).into_iter().flatten();
            grants.map(grant).collect()
        };
        let (held, had) = (of(now), of(then));
        let list = |grants: &BTreeSet<String>| match grants.is_empty() {
            true => "none".to_owned(),
            false => grants.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        // Without a grant a shared connection is for everybody, so none is more than some.
        let is_open_to_all = had.is_empty() && before.access == Access::Shared;
        if !had.is_subset(&held) && !held.is_empty() || is_open_to_all && !held.is_empty() {
            rewind.widen(what("grants"), list(&held), list(&had));
        }
    }
}

fn grant(grant: &Grant) -> String {
    match grant {
        Grant::User(name) => format!("user {name}"),
        Grant::Team(name) => format!("team {name}"),
    }
}

fn policies(now: &Holding, then: &Holding, rewind: &mut Rewind) {
    for before in then.policies.iter().filter(|policy| policy.status == PolicyStatus::Active) {
        let same = |policy: &&Policy| policy.agent == before.agent && policy.connection == before.connection;
        let Some(policy) = now.policies.iter().find(same) else { continue };
        let subject = format!("{} on \"{}\"", policy.agent_name, label(now, policy.connection));
        if policy.status == PolicyStatus::Revoked {
            rewind.kept.policies.push((policy.agent, policy.connection));
            if !rewind.kept.connections.contains(&policy.connection) {
                rewind.keep(format!("{subject} is not assigned"));
            }
            continue;
        }
        let what = |part: &str| format!("{part} of {subject}");
        if mode_rank(before.default_mode) > mode_rank(policy.default_mode) {
            rewind.widen(what("mode"), policy.default_mode, before.default_mode);
        }
        if ask_rank(before.step_up) < ask_rank(policy.step_up) {
            rewind.widen(what("step-up"), policy.step_up, before.step_up);
        }
        let lists = |policy: &Policy| {
            let flows = policy.allowed_models.clone();
            (flows, policy.allowlists.clone(), policy.rate_limits.clone(), policy.time_windows.clone())
        };
        if lists(policy) != lists(before) {
            rewind.widen(what("flows, allowlists, rates or windows"), "as they are now", "as they were");
        }
    }
}

fn mode_rank(mode: DefaultMode) -> u8 {
    match mode {
        DefaultMode::ReadOnly => 0,
        DefaultMode::Custom => 1,
        DefaultMode::ReadWrite => 2,
    }
}

/// How much a person is asked.
fn ask_rank(step_up: StepUp) -> u8 {
    match step_up {
        StepUp::Never => 0,
        StepUp::RiskBased => 1,
        StepUp::Always => 2,
    }
}

fn people(now: &Holding, then: &Holding, rewind: &mut Rewind) {
    for agent in now.agents.iter().filter(|agent| agent.status == AgentStatus::Disabled) {
        let before = then.agents.iter().find(|before| before.id == agent.id);
        if before.is_some_and(|before| before.status != AgentStatus::Disabled) {
            rewind.kept.agents.push(agent.id);
            rewind.keep(format!("agent \"{}\" is disabled", agent.name));
        }
    }
    // Whoever was removed since must not come back through an older state.
    for before in then.agents.iter().filter(|before| before.status != AgentStatus::Disabled) {
        if !now.agents.iter().any(|agent| agent.id == before.id) {
            rewind.kept.agents.push(before.id);
            rewind.keep(format!("agent \"{}\" is gone, so it comes back disabled", before.name));
        }
    }
    for before in then.users.iter().filter(|before| before.status == UserStatus::Active) {
        if !now.users.iter().any(|user| user.name == before.name) {
            rewind.kept.users.push(before.name.clone());
            rewind.keep(format!("user \"{}\" is gone, and comes back disabled", before.name));
        }
    }
    for user in &now.users {
        let Some(before) = then.users.iter().find(|before| before.name == user.name) else { continue };
        if user.status == UserStatus::Disabled && before.status == UserStatus::Active {
            rewind.kept.users.push(user.name.clone());
            rewind.keep(format!("user \"{}\" is disabled", user.name));
        } else if role_rank(before.role) > role_rank(user.role) {
            rewind.widen(format!("role of {}", user.name), user.role, before.role);
        }
    }
    for (fingerprint, user) in then.ssh_keys.iter().filter(|(key, _)| !now.ssh_keys.contains_key(*key)) {
        rewind.kept.ssh_keys.push(fingerprint.clone());
        rewind.keep(format!("the key {fingerprint} of \"{user}\" signs no more"));
    }
    if now.signed_approvals && !then.signed_approvals {
        rewind.widen("approval proof", "signed", "any");
    }
    if now.four_eyes && !then.four_eyes {
        rewind.widen("four eyes", "on", "off");
    }
}

fn role_rank(role: Role) -> u8 {
    match role {
        Role::User => 0,
        Role::Admin => 1,
        Role::Owner => 2,
    }
}

fn freezes(now: &Holding, then: &Holding, rewind: &mut Rewind) {
    for freeze in &now.freezes {
        let same = |before: &&Freeze| before.scope == freeze.scope && before.subject == freeze.subject;
        if then.freezes.iter().find(same).is_none() {
            rewind.kept.freezes.push(freeze.clone());
            rewind.keep(format!("frozen: {} ({})", freeze.scope, freeze.reason));
        }
    }
}

fn governance(now: &Holding, then: &Holding, rewind: &mut Rewind) {
    const UNSAID: &str = "as the catalogue says";
    for (service, enabled) in &now.services {
        if !enabled && then.services.get(service).copied().unwrap_or(true) {
            rewind.widen(format!("service {service}"), "disabled", "enabled");
        }
    }
    let shown = |mode: Option<&Mode>| mode.map_or(UNSAID, |mode| mode.typed());
    let functions: BTreeSet<_> = now.overrides.keys().chain(then.overrides.keys()).collect();
    for key in functions {
        let (mode, before) = (now.overrides.get(key), then.overrides.get(key));
        // What the catalogue says is not known here; when one side leaves it to it, the other may be the looser one.
        let is_wider = match (mode, before) {
            (Some(mode), Some(before)) => before < mode,
            (Some(mode), None) => *mode != Mode::Enabled,
            (None, Some(before)) => *before != Mode::Disabled,
            (None, None) => false,
        };
        if is_wider {
            rewind.widen(format!("function {}/{}", key.0, key.1), shown(mode), shown(before));
        }
    }
    for ((connection, function), mode) in &now.settings {
        let before = then.settings.get(&(*connection, function.clone()));
        if before.is_none_or(|before| before < mode) {
            let what = format!("function {function} of connection \"{}\"", label(now, *connection));
            rewind.widen(what, mode.typed(), before.map_or("no setting", |before| before.typed()));
        }
    }
}

fn limits(now: &Holding, then: &Holding, rewind: &mut Rewind) {
    for limit in now.limits.iter().filter(|limit| limit.enabled) {
        let same = |before: &&Limit| {
            (before.connection, before.level, &before.subject) == (limit.connection, limit.level, &limit.subject)
        };
        let before = then.limits.iter().find(same).filter(|before| before.enabled);
        let is_wider = |now: Option<Millions>, then: Option<Millions>| match (now, then) {
            (Some(now), Some(then)) => then > now,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let wider = before.is_none_or(|before| {
            is_wider(limit.daily, before.daily)
                || is_wider(limit.weekly, before.weekly)
                || limit.strict && !before.strict
        });
        if wider {
            let whose = limit.subject.as_deref().map(|subject| format!(" {subject}")).unwrap_or_default();
            let what = format!("limit of \"{}\", {}{whose}", label(now, limit.connection), limit.level);
            rewind.widen(what, figures(Some(limit)), figures(before));
        }
    }
}

fn figures(limit: Option<&Limit>) -> String {
    let Some(limit) = limit else { return "none".to_owned() };
    let figure = |millions: Option<Millions>| millions.map_or_else(|| "none".to_owned(), |m| m.to_string());
    let strict = if limit.strict { ", strict" } else { "" };
    format!("daily {}, weekly {}{strict}", figure(limit.daily), figure(limit.weekly))
}

#[cfg(test)]
#[path = "rewind_tests.rs"]
mod tests;
