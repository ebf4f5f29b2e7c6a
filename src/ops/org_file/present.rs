//! The organization of a store in the form of a file. No statement here reads a credential.
use crate::model::auth::AuthKind;
use crate::model::connection::{Connection, Grant, Status};
use crate::model::governance::Mode;
use crate::model::limit::Level;
use crate::model::org_file::{
    AgentEntry, ClientEntry, ConnectionEntry, FunctionEntry, Governance, GrantsEntry, LimitEntry, LimitsEntry,
    ModeWord, OrgFile, OrganizationEntry, People, PolicyEntry, Switch, TeamEntry, UserEntry, Weekdays,
};
use crate::model::organization::weekday_name;
use crate::model::policy::AllowlistEntry;
use crate::model::service::Service;
use crate::ops::{Kind, Result, services};
use crate::store::ReadTx;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything a file can say.
pub(super) fn file(tx: &ReadTx<'_>) -> Result<OrgFile> {
    let living: Vec<Connection> =
        tx.list_connections()?.into_iter().filter(|connection| connection.status != Status::Revoked).collect();
    let mut file = OrgFile::empty();
    file.people = Some(people(tx)?);
    let mut connections = BTreeMap::new();
    for connection in &living {
        let service = services::of(tx, connection)?;
        let mut entry = entry(connection, &service, tx.list_grants(connection.id)?);
        let own = tx.list_own_functions(connection.id)?;
        entry.functions = own.iter().map(|own| (own.name.clone(), FunctionEntry::of(own))).collect();
        connections.insert(connection.label.clone(), entry);
    }
    file.connections = Some(connections);
    file.governance = Some(governance(tx, &living)?);
    let mut policies: BTreeMap<String, BTreeMap<String, PolicyEntry>> = BTreeMap::new();
    let mut limits: BTreeMap<String, LimitsEntry> = BTreeMap::new();
    for connection in &living {
        for policy in tx.list_policies_of(connection.id)? {
            let entry = PolicyEntry::of(&policy, &AllowlistEntry::whole_of(connection));
            policies.entry(policy.agent_name).or_default().insert(connection.label.clone(), entry);
        }
        for limit in tx.list_limits_of(connection.id)? {
            let entry =
                LimitEntry { daily: limit.daily, weekly: limit.weekly, strict: limit.strict, enabled: limit.enabled };
            let of = limits.entry(connection.label.clone()).or_default();
            match (limit.level, limit.subject) {
                (Level::User, Some(name)) => drop(of.users.insert(name, entry)),
                (Level::Team, Some(name)) => drop(of.teams.insert(name, entry)),
                (Level::Pool, _) => of.pool = Some(entry),
                _ => of.org = Some(entry),
            }
        }
    }
    (file.policies, file.limits) = (Some(policies), Some(limits));
    Ok(file)
}

fn people(tx: &ReadTx<'_>) -> Result<People> {
    let users = tx
        .list_users()?
        .into_iter()
        .map(|user| (user.name, UserEntry { role: user.role, status: user.status, os_user: user.os_user }));
    let teams = tx.list_teams()?.into_iter().map(|mut team| {
        team.members.sort();
        (team.name, TeamEntry { description: team.description, members: team.members })
    });
    let agents = tx.list_agents()?.into_iter().map(|agent| {
        let entry = AgentEntry {
            kind: agent.kind,
            description: agent.description,
            owner: agent.owner,
            status: agent.status,
            os_user: agent.os_user,
        };
        (agent.name, entry)
    });
    Ok(People { users: users.collect(), teams: teams.collect(), agents: agents.collect() })
}

/// A connection as the file has it. Of its metadata only what was typed for it: which account it is comes with a
/// credential.
pub(super) fn entry(connection: &Connection, service: &Service, grants: Vec<Grant>) -> ConnectionEntry {
    let fields = service.auth(connection.auth_kind).map(|method| method.fields.as_slice()).unwrap_or_default();
    let setting = |name: &str| connection.metadata.get(name).and_then(Value::as_str).map(str::to_owned);
    let settings: BTreeMap<String, String> =
        fields.iter().filter_map(|field| Some((field.name.clone(), setting(&field.name)?))).collect();
    let (mut users, mut teams) = (Vec::new(), Vec::new());
    for grant in grants {
        match grant {
            Grant::User(name) => users.push(name),
            Grant::Team(name) => teams.push(name),
        }
    }
    users.sort();
    teams.sort();
    let mut approvers = connection.approvers.clone();
    approvers.sort();
    ConnectionEntry {
        service: connection.service.clone(),
        provider: (connection.provider != service.provider).then(|| connection.provider.clone()),
        auth: (connection.auth_kind != AuthKind::None).then_some(connection.auth_kind),
        base_url: Some(connection.base_url.clone()),
        access: connection.access,
        owner: (!connection.owner.is_empty()).then(|| connection.owner.clone()),
        purpose: connection.purpose.clone(),
        approvers,
        reviewer: connection.reviewer.clone(),
        grants: GrantsEntry { users, teams },
        scopes: (!connection.requested_scopes.is_empty()).then(|| connection.requested_scopes.clone()),
        settings: (!settings.is_empty()).then_some(settings),
        allow_private_network: connection.allow_private_network.then_some(true),
        client: connection
            .client
            .as_ref()
            .map(|client| ClientEntry { client_id: client.client_id.clone(), app: client.app_label.clone() }),
        sign_in: connection.sign_in.clone(),
        functions: BTreeMap::new(),
    }
}

pub(super) fn word(mode: Mode) -> ModeWord {
    match mode {
        Mode::Enabled => ModeWord::Enabled,
        Mode::Confirm => ModeWord::Confirm,
        Mode::Disabled => ModeWord::Disabled,
    }
}

/// A service as the file has it.
pub(super) fn document(service: &Service) -> Result<Value> {
    serde_json::to_value(service).map_err(|error| Kind::Bug { what: error.to_string() }.into())
}

fn governance(tx: &ReadTx<'_>, living: &[Connection]) -> Result<Governance> {
    let organization = tx.get_organization()?;
    let mut governance = Governance {
        organization: Some(OrganizationEntry {
            name: organization.name,
            time_zone: organization.time_zone,
            week_start: Weekdays::parse(weekday_name(organization.week_start)).unwrap_or(Weekdays::Monday),
            approval_lifetime_minutes: organization.approval_lifetime_minutes,
            four_eyes: organization.four_eyes,
            approval_proof: organization.approval_proof,
        }),
        ..Governance::default()
    };
    for service in services::imported(tx)? {
        governance.imported_services.insert(service.id.clone(), document(service)?);
    }
    let words = |modes: BTreeMap<String, Mode>| modes.into_iter().map(|(name, mode)| (name, word(mode))).collect();
    for service in services::all_in(tx)? {
        if let Some(enabled) = tx.find_type_policy(&service.id)? {
            let switch = if enabled { Switch::Enabled } else { Switch::Disabled };
            governance.services.insert(service.id.clone(), switch);
        }
        let mut overrides = tx.list_overrides(&service.id)?;
        // Of a function that is no more, nothing can be said.
        overrides.retain(|function, _| service.function(function).is_some());
        if !overrides.is_empty() {
            governance.functions.insert(service.id.clone(), words(overrides));
        }
    }
    for connection in living {
        let service = services::of(tx, connection)?;
        let mut settings = tx.list_settings(connection.id)?;
        settings.retain(|function, _| service.function(function).is_some());
        if !settings.is_empty() {
            governance.connections.insert(connection.label.clone(), words(settings));
        }
    }
    Ok(governance)
}
