//! What a file says, looked at before anything is done: every name is known, every text means something, and each entry is
//! in the one form that `export` writes.
use super::{AtPath, Refused, present};
use crate::model::connection::Connection;
use crate::model::label;
use crate::model::org_file::{ConnectionEntry, FunctionEntry, Governance, ModeWord, OrgFile, PolicyEntry};
use crate::model::people::Actor;
use crate::model::policy::{AllowlistEntry, ConstraintKind, constraint};
use crate::model::service::{Function, Service};
use crate::ops::organization::APPROVAL_LIFETIME_MINUTES;
use crate::ops::people::check_account;
use crate::ops::{Error, Kind, Siesta, catalogue, connections, functions, hand_made, services};
use crate::store::{ReadTx, WriteTx};
use std::collections::{BTreeMap, BTreeSet};

type Checked<T> = std::result::Result<T, Refused>;

/// The names there will be.
struct Names {
    users: BTreeSet<String>,
    teams: BTreeSet<String>,
    agents: BTreeSet<String>,
    connections: BTreeMap<String, Connection>,
}

impl Names {
    fn user(&self, name: &str, path: &[&str]) -> Checked<()> {
        known("user", name, &self.users).at_path(path)
    }

    fn team(&self, name: &str, path: &[&str]) -> Checked<()> {
        known("team", name, &self.teams).at_path(path)
    }

    fn connection(&self, label: &str, path: &[&str]) -> Checked<&Connection> {
        let missing = || -> Error {
            let nearest = label::nearest(label, self.connections.keys().map(String::as_str)).map(str::to_owned);
            Kind::NotFound { noun: "connection", name: label.to_owned(), nearest }.into()
        };
        self.connections.get(label).ok_or_else(missing).at_path(path)
    }
}

fn known(noun: &'static str, name: &str, names: &BTreeSet<String>) -> Result<(), Error> {
    match names.contains(name) {
        true => Ok(()),
        false => {
            let nearest = label::nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
            Err(Kind::NotFound { noun, name: name.to_owned(), nearest }.into())
        }
    }
}

pub(super) fn checked(siesta: &Siesta, tx: &ReadTx<'_>, whole: &OrgFile, mut file: OrgFile) -> Checked<OrgFile> {
    let mut names = names(tx, whole, &file)?;
    people(&mut file, &names)?;
    let mut own = BTreeMap::new();
    if let Some(entries) = &mut file.connections {
        for (label, entry) in entries {
            let mut functions = std::mem::take(&mut entry.functions);
            connection(siesta, tx, whole, label, entry, &mut names)?;
            own.insert(label.clone(), own_functions(tx, label, entry, &mut functions)?);
            entry.functions = functions;
        }
    }
    if let Some(governance) = &mut file.governance {
        modes(tx, governance, &names, &own)?;
    }
    for (agent, policies) in file.policies.iter_mut().flatten() {
        known("agent", agent, &names.agents).at_path(&["policies", agent])?;
        for (label, entry) in policies {
            let path = ["policies", agent.as_str(), label.as_str()];
            let connection = names.connection(label, &path)?;
            policy(tx, entry, connection, &path)?;
        }
    }
    for (label, limits) in file.limits.iter().flatten() {
        let path = ["limits", label.as_str()];
        let connection = names.connection(label, &path)?;
        if services::of(tx, connection).at_path(&path)?.usage.is_empty() {
            let what = format!("\"{label}\" is no connection to a model provider, so it spends no tokens");
            return Err(Error::invalid(what)).at_path(&path);
        }
        for name in limits.users.keys() {
            names.user(name, &["limits", label, "users", name])?;
        }
        for name in limits.teams.keys() {
            names.team(name, &["limits", label, "teams", name])?;
        }
    }
    Ok(file)
}

fn names(tx: &ReadTx<'_>, whole: &OrgFile, file: &OrgFile) -> Checked<Names> {
    let all = [whole.people.as_ref(), file.people.as_ref()];
    let all = all.into_iter().flatten();
    let mut names = Names {
        users: all.clone().flat_map(|people| people.users.keys().cloned()).collect(),
        teams: all.clone().flat_map(|people| people.teams.keys().cloned()).collect(),
        agents: all.flat_map(|people| people.agents.keys().cloned()).collect(),
        connections: BTreeMap::new(),
    };
    let living = tx.list_connections().at_path(&[])?.into_iter();
    let living = living.filter(|connection| connection.status != crate::model::connection::Status::Revoked);
    names.connections.extend(living.map(|connection| (connection.label.clone(), connection)));
    Ok(names)
}

fn people(file: &mut OrgFile, names: &Names) -> Checked<()> {
    let Some(people) = &mut file.people else { return Ok(()) };
    let fits = |noun: &str, name: &str| {
        label::check_actor_name(name).map_err(|e| Error::invalid(format!("\"{name}\" cannot name {noun}: {e}")))
    };
    let account = |account: &Option<String>| account.as_deref().map_or(Ok(()), check_account);
    for (name, user) in &people.users {
        fits("a user", name).at_path(&["people", "users", name])?;
        account(&user.os_user).at_path(&["people", "users", name, "osUser"])?;
    }
    for (name, team) in &mut people.teams {
        fits("a team", name).at_path(&["people", "teams", name])?;
        for (at, member) in team.members.iter().enumerate() {
            names.user(member, &["people", "teams", name, "members", &at.to_string()])?;
        }
        team.members.sort();
        team.members.dedup();
    }
    for (name, agent) in &people.agents {
        fits("an agent", name).at_path(&["people", "agents", name])?;
        account(&agent.os_user).at_path(&["people", "agents", name, "osUser"])?;
        if let Some(owner) = &agent.owner {
            names.user(owner, &["people", "agents", name, "owner"])?;
        }
    }
    Ok(())
}

fn connection(
    siesta: &Siesta,
    tx: &ReadTx<'_>,
    whole: &OrgFile,
    label: &str,
    entry: &mut ConnectionEntry,
    names: &mut Names,
) -> Checked<()> {
    let path = |part: &'static str| ["connections", label, part];
    let service = services::find_in(tx, &entry.service).at_path(&path("service"))?;
    entry.service.clone_from(&service.id);
    for (part, list) in [("approvers", &mut entry.approvers), ("grants", &mut entry.grants.users)] {
        list.sort();
        list.dedup();
        for name in list.iter() {
            names.user(name, &path(part))?;
        }
    }
    entry.grants.teams.sort();
    entry.grants.teams.dedup();
    for name in &entry.grants.teams {
        names.team(name, &path("grants"))?;
    }
    for (part, name) in [("owner", &entry.owner), ("reviewer", &entry.reviewer)] {
        if let Some(name) = name {
            names.user(name, &path(part))?;
        }
    }
    let present = whole.connections.as_ref().and_then(|connections| connections.get(label));
    let Some(present) = present else {
        connections::check_declared(tx, service, label).at_path(&["connections", label])?;
        let made = connections::without_credential(siesta, service, label, entry).at_path(&["connections", label])?;
        let grants = std::mem::take(&mut entry.grants);
        *entry = present::entry(&made, service, Vec::new());
        entry.grants = grants;
        names.connections.insert(label.to_owned(), made);
        return Ok(());
    };
    // What a credential was entered for: left out is as it is.
    entry.provider = entry.provider.take().or_else(|| present.provider.clone());
    entry.auth = entry.auth.or(present.auth);
    entry.base_url = entry.base_url.take().or_else(|| present.base_url.clone());
    entry.scopes = entry.scopes.take().or_else(|| present.scopes.clone());
    entry.settings = entry.settings.take().or_else(|| present.settings.clone());
    entry.allow_private_network =
        entry.allow_private_network.or(present.allow_private_network).filter(|allows| *allows);
    entry.client = entry.client.take().or_else(|| present.client.clone());
    entry.sign_in = entry.sign_in.take().or_else(|| present.sign_in.clone());
    let kept = |of: &ConnectionEntry| {
        (
            (of.service.clone(), of.provider.clone(), of.auth, of.base_url.clone()),
            (of.scopes.clone(), of.settings.clone(), of.allow_private_network, of.client.clone(), of.sign_in.clone()),
        )
    };
    let (old, new) = (kept(present), kept(entry));
    if old == new {
        return Ok(());
    }
    let connection = names.connection(label, &["connections", label])?;
    let has_credential = tx.has_credential(connection.id).at_path(&[])?;
    if has_credential || old.0.0 != new.0.0 {
        let named = [
            ("service", old.0.0 != new.0.0),
            ("provider", old.0.1 != new.0.1),
            ("auth", old.0.2 != new.0.2),
            ("baseUrl", old.0.3 != new.0.3),
            ("scopes", old.1.0 != new.1.0),
            ("settings", old.1.1 != new.1.1),
            ("allowPrivateNetwork", old.1.2 != new.1.2),
            ("client", old.1.3 != new.1.3),
            ("signIn", old.1.4 != new.1.4),
        ];
        let part = named.iter().find(|(_, differs)| *differs).map_or("service", |(part, _)| *part);
        return Err(Error::conflict(format!("the {part} of \"{label}\" cannot be changed by a file"))
            .because("where a credential may be sent changes only together with the credential")
            .about(crate::ops::About::Connection(label.to_owned())))
        .at_path(&["connections", label, part]);
    }
    let made = connections::without_credential(siesta, service, label, entry).at_path(&["connections", label])?;
    let grants = std::mem::take(&mut entry.grants);
    *entry = present::entry(&made, service, Vec::new());
    entry.grants = grants;
    names.connections.insert(label.to_owned(), Connection { id: connection.id, ..made });
    Ok(())
}

/// The functions of a connection as they will be, each in the one form that `export` writes.
fn own_functions(
    tx: &ReadTx<'_>,
    label: &str,
    entry: &ConnectionEntry,
    functions: &mut BTreeMap<String, FunctionEntry>,
) -> Checked<Vec<Function>> {
    let service = services::find_in(tx, &entry.service).at_path(&["connections", label, "service"])?;
    let mut made = Vec::new();
    for (name, function) in functions.iter_mut() {
        let path = ["connections", label, "functions", name.as_str()];
        let new = function.function(name).map_err(Error::invalid).at_path(&path)?;
        hand_made::check_for(label, service, &new).at_path(&path)?;
        *function = FunctionEntry::of(&new);
        made.push(new);
    }
    match made.len() <= hand_made::MOST_FUNCTIONS {
        true => Ok(made),
        false => {
            let what = format!("a connection has at most {} functions of its own", hand_made::MOST_FUNCTIONS);
            Err(Error::invalid(what)).at_path(&["connections", label, "functions"])
        }
    }
}

/// The services that the file brings along, each in the one form that `export` writes. They are put into the transaction
/// at once, because connections and modes name them; a plan gives the transaction up.
pub(super) fn bring(siesta: &Siesta, tx: &WriteTx<'_>, actor: &Actor, file: &mut OrgFile) -> Checked<()> {
    let Some(governance) = &mut file.governance else { return Ok(()) };
    for (id, document) in &mut governance.imported_services {
        let path = ["governance", "importedServices", id.as_str()];
        let unreadable = |error: serde_json::Error| Error::invalid("it is no service").because(error.to_string());
        let service: Service = serde_json::from_value(document.clone()).map_err(unreadable).at_path(&path)?;
        if service.id != *id {
            let what = format!("its own id is \"{}\"", service.id);
            return Err(Error::invalid(what)).at_path(&path);
        }
        *document = present::document(&service).at_path(&path)?;
        catalogue::bring_in(siesta, tx, actor, service).at_path(&path)?;
    }
    Ok(())
}

fn modes(
    tx: &ReadTx<'_>,
    governance: &mut Governance,
    names: &Names,
    own: &BTreeMap<String, Vec<Function>>,
) -> Checked<()> {
    if let Some(entry) = &governance.organization {
        let path = |part: &'static str| ["governance", "organization", part];
        let minutes = u64::from(entry.approval_lifetime_minutes);
        if !APPROVAL_LIFETIME_MINUTES.contains(&minutes) {
            let refused = Err(Error::invalid("an approval is open for 1 minute to 7 days"));
            return refused.at_path(&path("approvalLifetimeMinutes"));
        }
        crate::ops::organization::check_zone(&entry.time_zone).at_path(&path("timeZone"))?;
        label::check_name(&entry.name)
            .map_err(|error| Error::invalid(format!("\"{}\" cannot name an organization: {error}", entry.name)))
            .at_path(&path("name"))?;
    }
    let mut switches = BTreeMap::new();
    for (word, switch) in &governance.services {
        let service = services::find_in(tx, word).at_path(&["governance", "services", word])?;
        switches.insert(service.id.clone(), *switch);
    }
    governance.services = switches;
    let mut overrides: BTreeMap<String, BTreeMap<String, ModeWord>> = BTreeMap::new();
    for (word, functions) in &governance.functions {
        let service = services::find_in(tx, word).at_path(&["governance", "functions", word])?;
        for (name, mode) in functions {
            functions::named(service, name).at_path(&["governance", "functions", word, name])?;
            overrides.entry(service.id.clone()).or_default().insert(name.clone(), *mode);
        }
    }
    governance.functions = overrides;
    for (label, functions) in &governance.connections {
        let connection = names.connection(label, &["governance", "connections", label])?;
        let mut service = services::of(tx, connection).at_path(&[])?;
        service.functions.extend(own.get(label).into_iter().flatten().cloned());
        for (name, mode) in functions {
            let path = ["governance", "connections", label.as_str(), name.as_str()];
            functions::named(&service, name).at_path(&path)?;
            if *mode == ModeWord::Enabled {
                let refused = Err(Error::invalid("a connection's own setting only tightens: confirm or disabled"));
                return refused.at_path(&path);
            }
        }
    }
    Ok(())
}

fn policy(tx: &ReadTx<'_>, entry: &mut PolicyEntry, connection: &Connection, path: &[&str]) -> Checked<()> {
    let below = |part: &'static str| path.iter().copied().chain([part]).collect::<Vec<&str>>();
    let refused = |part: &'static str, why: String| Err(Error::invalid(why)).at_path(&below(part));
    let whole = AllowlistEntry::whole_of(connection);
    *entry = match entry.normal(&whole) {
        Ok(normal) => normal,
        Err((part, why)) => return refused(part, why),
    };
    let parts = match entry.parts(&whole) {
        Ok(parts) => parts,
        Err((part, why)) => return refused(part, why),
    };
    for allowed in &parts.allowlists {
        let mut origins = connection.origins.iter().filter(|origin| connection.may_call(&origin.origin));
        // R8a: an allowlist only narrows.
        if !origins.any(|origin| allowed.is_about(&origin.origin)) {
            let what = format!(
                "{} is not a host that the credential of \"{}\" was entered for",
                allowed.base_url, connection.label
            );
            return Err(Error::conflict(what)).at_path(&below("allow"));
        }
    }
    let service: Service = services::of(tx, connection).at_path(path)?;
    for (provider, lists) in &entry.constraints {
        for key in lists.keys() {
            let kind = ConstraintKind::ALL.iter().find(|kind| kind.key() == key);
            if *provider != service.provider || !kind.is_some_and(|kind| constraint::is_kept_by(&service, *kind)) {
                let why = format!("no function of {} keeps {provider}.{key}", service.id);
                return refused("constraints", why);
            }
        }
    }
    Ok(())
}
