//! Connections: added, listed, shown, renamed, authorised again, revoked.
mod declared;
mod device;
mod edit;
mod finish;
mod key;
mod pending;
mod place;
mod prove;
mod refresh;
mod revoke;
#[cfg(test)]
mod revoke_tests;
mod servers;
mod sign_in;
#[cfg(test)]
pub(super) mod sign_in_tests;
mod test;
mod unattended;

pub(in crate::ops) use declared::{check as check_declared, without_credential};
pub use device::{DeviceShown, finish_device};
pub use edit::{ConnectionEdit, edit};
pub use finish::{Finished, finish_add, finish_pasted};
pub use key::{Added, NewKeyConnection, add_with_key, rotate, with_key};
pub use pending::{PendingAdd, Way};
pub use prove::KeyVerified;
pub use refresh::{RefreshOutcome, RefreshRequest, Refreshed, refresh};
pub use revoke::{RevokeRequest, Revoked, ends_more, retry as retry_revoke, revoke, revoke_all, signed_in_alike};
pub use sign_in::{Endpoints, NewSignIn, Reauth, begin_add, begin_reauth};
pub use test::{TestOutcome, TestRequest, Tested, test};
pub use unattended::{NewUnattended, add_unattended};

use crate::model::connection::{Access, Connection, Grant, Origin, OriginPurpose, Status};
use crate::model::governance::{self, EffectiveMode, Mode};
use crate::model::id::ConnectionId;
use crate::model::label;
use crate::model::limit::Limit;
use crate::model::people::Actor;
use crate::model::policy::{Flow, Policy};
use crate::model::scope_use::Governed;
use crate::model::service::{FunctionKind, Service};
use crate::model::time::Timestamp;
use crate::ops::{
    About, Error, Kind, Result, Siesta, assignments, find_connection, get_agent, get_team, get_user, services,
};
use crate::store::{ReadTx, WriteTx};
use std::net::IpAddr;
use url::Url;

/// What every way to connect has in common. Kept with a sign-in that another process may finish.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    /// None: a default is chosen.
    pub label: Option<String>,
    pub access: Option<Access>,
    /// None: whoever adds it.
    pub owner: Option<String>,
    pub purpose: String,
    pub allow_private_network: bool,
    /// Assign it to this agent once it is connected.
    pub agent: Option<String>,
    pub allowed_models: Option<Vec<Flow>>,
}

/// Which connections to list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub query: Option<String>,
    pub service: Option<String>,
    pub provider: Option<String>,
    pub status: Option<Status>,
    pub access: Option<Access>,
    pub owner: Option<String>,
    /// The revoked ones too.
    pub all: bool,
}

/// A connection with its policies.
#[derive(Debug, Clone)]
pub struct Listed {
    pub connection: Connection,
    pub policies: Vec<Policy>,
    /// When the access token expires, where the provider said so.
    pub expires_at: Option<Timestamp>,
    /// It is revoked here, its provider has not been reached, and until then it can be asked again.
    pub kept_until: Option<Timestamp>,
}

/// The connections that fit, in the order they were made. The search matches label, service, provider, owner and
/// purpose, ignoring case.
pub fn list(siesta: &Siesta, listing: &Listing) -> Result<Vec<Listed>> {
    let service = listing.service.as_deref().map(|word| siesta.service(word)).transpose()?;
    let fits = |c: &Connection| {
        let words = [&c.label, &c.service, &c.provider, &c.owner, &c.purpose];
        let query = listing.query.as_deref().map(str::to_lowercase);
        query.is_none_or(|query| words.iter().any(|word| word.to_lowercase().contains(&query)))
            && (listing.all || c.status != Status::Revoked || listing.status == Some(Status::Revoked))
            && service.is_none_or(|service| service.id == c.service)
            && listing.provider.as_ref().is_none_or(|provider| *provider == c.provider)
            && listing.status.is_none_or(|status| status == c.status)
            && listing.access.is_none_or(|access| access == c.access)
            && listing.owner.as_ref().is_none_or(|owner| label::same(owner, &c.owner))
    };
    Ok(siesta.store.read(|tx| {
        let mut policies = tx.list_policies()?;
        let kept = tx.list_kept()?;
        let mut listed = Vec::new();
        for connection in tx.list_connections()?.into_iter().filter(fits) {
            let (own, rest) = policies.into_iter().partition(|policy| policy.connection == connection.id);
            policies = rest;
            let expires_at = tx.find_expiry(connection.id)?;
            let kept_until = kept.iter().find(|(id, _)| *id == connection.id).map(|(_, until)| *until);
            listed.push(Listed { connection, policies: own, expires_at, kept_until });
        }
        Ok(listed)
    })?)
}

/// A function of a connection with its effective mode there.
#[derive(Debug, Clone)]
pub struct ConnectionFunction {
    pub name: String,
    pub title: String,
    pub kind: FunctionKind,
    pub effective: EffectiveMode,
    /// What the connection itself says.
    pub setting: Option<Mode>,
}

/// Everything about one connection.
#[derive(Debug, Clone)]
pub struct Shown {
    pub listed: Listed,
    pub service_enabled: bool,
    pub functions: Vec<ConnectionFunction>,
    pub limits: Vec<Limit>,
    pub grants: Vec<Grant>,
    /// Requested and not granted.
    pub missing_scopes: Vec<String>,
    /// Granted, and no function that somebody can call is opened by them.
    pub unused_scopes: Vec<String>,
}

pub fn show(siesta: &Siesta, typed: &str) -> Result<Shown> {
    siesta.store.read(|tx| Ok(shown(tx, typed)))?
}

fn shown(tx: &ReadTx<'_>, typed: &str) -> Result<Shown> {
    let connection = find_connection(tx, typed, true)?;
    let service = services::of(tx, &connection)?;
    let overrides = tx.list_overrides(&service.id)?;
    let settings = tx.list_settings(connection.id)?;
    let service_enabled = tx.find_type_policy(&service.id)?.unwrap_or(true);
    let policies = tx.list_policies_of(connection.id)?;
    let governed = Governed {
        service: &service,
        service_enabled,
        base_url: &connection.base_url,
        overrides: &overrides,
        settings: &settings,
        policies: &policies,
    };
    let unused_scopes = governed.unused(&connection.granted_scopes);
    let functions = service.functions.iter().map(|function| ConnectionFunction {
        name: function.name.clone(),
        title: function.title.clone(),
        kind: function.kind,
        setting: settings.get(&function.name).copied(),
        effective: governance::effective(
            function.default_mode(),
            overrides.get(&function.name).copied(),
            settings.get(&function.name).copied(),
        ),
    });
    let missing = connection.requested_scopes.iter().filter(|scope| !connection.granted_scopes.contains(scope));
    Ok(Shown {
        service_enabled,
        functions: functions.collect(),
        limits: tx.list_limits_of(connection.id)?,
        grants: tx.list_grants(connection.id)?,
        missing_scopes: missing.cloned().collect(),
        unused_scopes,
        listed: Listed {
            policies,
            expires_at: tx.find_expiry(connection.id)?,
            kept_until: tx.find_kept_until(connection.id)?,
            connection,
        },
    })
}

/// Gives a connection another label. Everything that names it by id stays as it is.
pub fn rename(siesta: &Siesta, typed: &str, new: &str) -> Result<(String, Listed)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut connection = find_connection(tx, typed, true)?;
        let service = services::find_in(tx, &connection.service)?;
        check_label(tx, new, service, Some(connection.id))?;
        let old = std::mem::replace(&mut connection.label, new.to_owned());
        connection.updated_at = tx.now();
        tx.update_connection(&connection)?;
        let entry = siesta
            .entry(&actor, "connection.rename", "connection", connection.id)
            .connection(connection.id)
            .change("label", old.clone(), new);
        tx.append_audit(entry.row())?;
        let listed = Listed {
            policies: tx.list_policies_of(connection.id)?,
            expires_at: tx.find_expiry(connection.id)?,
            kept_until: tx.find_kept_until(connection.id)?,
            connection,
        };
        Ok((old, listed))
    })
}

/// Lets a user or team use a connection (`gives`), or takes that back; true when something changed.
///
/// What must stay true: taking back the last grant of a shared connection opens it to everybody (R6), so that needs
/// `opens_to_all` to be said.
pub fn set_grant(siesta: &Siesta, typed: &str, grant: &Grant, gives: bool, opens_to_all: bool) -> Result<bool> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, typed, false)?;
        let grant = match grant {
            Grant::User(name) => Grant::User(get_user(tx, name)?.name),
            Grant::Team(name) => Grant::Team(get_team(tx, name)?.name),
        };
        let before = tx.list_grants(connection.id)?;
        let is_last = !gives && before == std::slice::from_ref(&grant) && connection.access == Access::Shared;
        if is_last && !opens_to_all {
            return Err(Kind::LastGrant { label: connection.label }.into());
        }
        let changed = match gives {
            true => tx.insert_grant(connection.id, &grant)?,
            false => tx.delete_grant(connection.id, &grant)?,
        };
        if changed {
            let (kind, name) = match &grant {
                Grant::User(name) => ("user", name),
                Grant::Team(name) => ("team", name),
            };
            let action = if gives { "connection.grant" } else { "connection.ungrant" };
            let entry = siesta.entry(&actor, action, "connection", connection.id).connection(connection.id).change(
                &format!("{kind}:{name}"),
                !gives,
                gives,
            );
            tx.append_audit(entry.row())?;
        }
        Ok(changed)
    })
}

/// A label must be well-formed, no service's name, and free among the living, ignoring case.
fn check_label(tx: &ReadTx<'_>, new: &str, service: &Service, own: Option<ConnectionId>) -> Result<()> {
    let imported = services::imported(tx)?;
    let brought = imported.iter().flat_map(|service| std::iter::once(&service.id).chain(&service.aliases));
    let reserved = crate::catalog::names().chain(brought.map(String::as_str));
    let own_id = service.singleton.then_some(service.id.as_str());
    label::check(new, reserved.filter(|name| Some(*name) != own_id))?;
    let mut living = tx.list_nameable(false)?.into_iter().filter(|c| Some(c.id) != own);
    match living.find(|c| label::same(&c.label, new)) {
        Some(taken) => Err(Kind::Taken { noun: "connection", name: taken.label }.into()),
        None => Ok(()),
    }
}

/// The label of a connection nobody named: the service's name, then ` 2`, ` 3`, …
fn free_label(tx: &ReadTx<'_>, base: &str) -> Result<String> {
    let taken = tx.list_nameable(false)?;
    let is_free = |candidate: &str| !taken.iter().any(|c| label::same(&c.label, candidate));
    let numbered = std::iter::once(base.to_owned()).chain((2..).map(|n| format!("{base} {n}")));
    Ok(numbered.into_iter().find(|candidate| is_free(candidate)).unwrap_or_else(|| base.to_owned()))
}

/// What must hold before anybody is asked for a credential: the service enabled, a singleton's place free, the label
/// free, owner and agent known. Looked at again when the connection is written down.
fn check_wanted(tx: &ReadTx<'_>, service: &Service, wanted: &Wanted) -> Result<()> {
    if tx.find_type_policy(&service.id)? == Some(false) {
        return Err(Kind::Denied(Box::new(crate::model::decide::DenyReason::TypeDisabled)).into());
    }
    if service.singleton {
        let mut living = tx.list_nameable(false)?.into_iter();
        if let Some(taken) = living.find(|c| c.service == service.id) {
            let what = format!("there can be one connection to {}, and \"{}\" is it", service.name, taken.label);
            return Err(Error::conflict(what).about(About::Connection(taken.label)));
        }
    }
    if let Some(label) = &wanted.label {
        check_label(tx, label, service, None)?;
    }
    if let Some(owner) = &wanted.owner {
        get_user(tx, owner)?;
    }
    if let Some(agent) = &wanted.agent {
        get_agent(tx, agent)?;
    }
    Ok(())
}

fn owner_of(tx: &ReadTx<'_>, wanted: &Wanted, actor: &Actor) -> Result<String> {
    match (&wanted.owner, actor) {
        (Some(owner), _) => Ok(get_user(tx, owner)?.name),
        (None, Actor::User(name)) => Ok(name.clone()),
        (None, _) => Err(Error::invalid("a connection needs an owner")),
    }
}

/// Assigns a new connection where that was asked for.
fn assign_new(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    connection: &Connection,
    wanted: &Wanted,
) -> Result<Vec<Policy>> {
    let Some(agent) = &wanted.agent else { return Ok(Vec::new()) };
    let agent = get_agent(tx, agent)?;
    let (policy, _) = assignments::assign_in(siesta, tx, actor, connection, &agent, wanted.allowed_models.clone())?;
    Ok(vec![policy])
}

/// The base URL of an API as people type it, made sound: https (http only to loopback, for a connection that opted in),
/// no user name, query or fragment, no slash at the end, and without a version that the functions' paths bring along.
fn base_url(typed: &str, service: &Service, allow_private: bool) -> Result<String> {
    // Not quoted: what does not parse may hold a password in a place where nobody looks for one.
    let url =
        Url::parse(typed).map_err(|_| Error::invalid("a base URL is absolute, such as https://api.example.com"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::invalid("a base URL holds no user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::invalid("a base URL has no query and no fragment"));
    }
    let reach = crate::net::Reach { allow_private };
    crate::net::address::check_url(&url, reach)?;
    let literal = match url.host() {
        Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(url::Host::Domain(_)) | None => None,
    };
    if let Some(address) = literal {
        crate::net::address::check_all(url.host_str().unwrap_or_default(), &[address], reach)?;
    }
    let path = url.path().trim_end_matches('/');
    let shared = shared_prefix(service);
    let path = shared.and_then(|prefix| path.strip_suffix(prefix.as_str())).unwrap_or(path);
    Ok(format!("{}{path}", url.origin().ascii_serialization()))
}

/// The first segment that the paths of all functions begin with: `/v1`. A base URL that ends in it would double it.
fn shared_prefix(service: &Service) -> Option<String> {
    let first = |path: &str| path.split('/').nth(1).map(|segment| format!("/{segment}"));
    let prefix = first(&service.functions.first()?.path)?;
    let is_shared = service.functions.iter().all(|f| first(&f.path).as_ref() == Some(&prefix));
    (is_shared && !prefix.contains('{')).then_some(prefix)
}

fn origin(purpose: OriginPurpose, url: &Url) -> Origin {
    Origin { purpose, origin: crate::model::origin::of(url) }
}

#[cfg(test)]
pub(super) use refresh::refresh_at_pace;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_made_sound() {
        let openai = crate::catalog::find("openai").unwrap();
        let rest = crate::catalog::find("rest-api").unwrap();
        assert_eq!(base_url("https://LLM.example/v1/", openai, false).unwrap(), "https://llm.example");
        assert_eq!(base_url("https://llm.example/proxy/v1", openai, false).unwrap(), "https://llm.example/proxy");
        assert_eq!(base_url("https://api.example/v1/", rest, false).unwrap(), "https://api.example/v1");
        assert_eq!(base_url("http://127.0.0.1:8080", rest, true).unwrap(), "http://127.0.0.1:8080");
        for bad in [
            "api.example",
            "ftp://api.example",
            "https://u:p@api.example",
            "https://api.example?x=1",
            "https://api.example#x",
            "http://api.example",
            "http://127.0.0.1:8080",
            "https://10.0.0.1",
            "https://[::1]",
            "//user:secret@host",
        ] {
            assert!(base_url(bad, rest, false).is_err(), "{bad}");
        }
    }
}
