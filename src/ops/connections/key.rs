//! Connections that are opened by a key, or by nothing.
use crate::model::connection::{Access, Connection, OriginPurpose, Status};
use crate::model::credential::Opens;
use crate::model::execution::{StoredBody, StoredRequest};
use crate::model::id::ConnectionId;
use crate::model::secret::Secret;
use crate::model::service::{AuthKind, AuthMethod, Service};
use crate::ops::connections::{Listed, Wanted, assign_new, base_url, check_wanted, free_label, origin, owner_of};
use crate::ops::{About, Error, Kind, Result, Siesta, find_connection};
use crate::provider::{self, Outbound};
use serde_json::Map;
use url::Url;

#[derive(Debug)]
pub struct NewKeyConnection {
    pub service: String,
    /// None: the service asks for nothing.
    pub key: Option<Secret>,
    /// Another server than the service's own.
    pub base_url: Option<String>,
    pub verify: bool,
    pub wanted: Wanted,
}

/// Whether the key has been shown to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyVerified {
    Yes,
    /// Nobody asked the provider: `--no-verify`, or a service without a request for it.
    NotAsked,
    /// The provider knows the key and does not let it do the small request (HTTP 403).
    Restricted,
}

/// Adds a connection that a key opens. The key is tried before anything is stored.
pub fn add_with_key(siesta: &Siesta, new: NewKeyConnection) -> Result<(Listed, KeyVerified)> {
    let service = siesta.service(&new.service)?;
    let (actor, owner) = siesta.store.read(|tx| {
        let checked = siesta.person(tx).and_then(|actor| {
            check_wanted(tx, service, &new.wanted)?;
            let owner = owner_of(tx, &new.wanted, &actor)?;
            Ok((actor, owner))
        });
        Ok(checked)
    })??;
    let (auth_kind, opens) = opens(service, new.key, new.base_url.is_none())?;
    let base = match (&new.base_url, &service.base_url) {
        (Some(typed), _) => base_url(typed, service, new.wanted.allow_private_network)?,
        (None, Some(own)) => own.clone(),
        (None, None) => return Err(Error::invalid(format!("{} needs a base URL", service.name))),
    };
    let api = Url::parse(&base).map_err(|_| Error::invalid("the base URL is not one"))?;
    let now = siesta.now();
    let mut connection = Connection {
        id: ConnectionId(siesta.world.ids.next()),
        service: service.id.clone(),
        provider: service.provider.clone(),
        label: new.wanted.label.clone().unwrap_or_default(),
        status: Status::Healthy,
        access: new.wanted.access.unwrap_or(Access::Private),
        owner,
        purpose: new.wanted.purpose.clone(),
        singleton: service.singleton,
        auth_kind,
        base_url: base,
        requested_scopes: Vec::new(),
        granted_scopes: Vec::new(),
        origins: vec![origin(OriginPurpose::Api, &api)],
        client: None,
        sign_in: None,
        allow_private_network: new.wanted.allow_private_network,
        metadata: Map::new(),
        created_at: now,
        updated_at: now,
        last_ok_at: None,
        last_error: None,
        approvers: Vec::new(),
        reviewer: None,
    };
    let verified = match new.verify {
        true => verify(siesta, service, &connection, &opens)?,
        false => KeyVerified::NotAsked,
    };
    connection.last_ok_at = (verified == KeyVerified::Yes).then_some(now);
    let listed = siesta.store.write(siesta.now(), |tx| -> Result<Listed> {
        check_wanted(tx, service, &new.wanted)?;
        if connection.label.is_empty() {
            connection.label = free_label(tx, &service.name)?;
        }
        tx.insert_connection(&connection)?;
        tx.upsert_credential(connection.id, &opens)?;
        let entry = siesta
            .entry(&actor, "connection.add", "connection", connection.id)
            .connection(connection.id)
            .change("label", (), connection.label.clone())
            .change("service", (), connection.service.clone())
            .change("owner", (), connection.owner.clone())
            .change("access", (), connection.access.as_str())
            .change("baseUrl", (), connection.base_url.clone())
            .change("verified", (), verified == KeyVerified::Yes);
        tx.append_audit(entry.row())?;
        let policies = assign_new(siesta, tx, &actor, &connection, &new.wanted)?;
        Ok(Listed { connection: connection.clone(), policies, expires_at: None, kept_until: None })
    })?;
    Ok((listed, verified))
}

/// Replaces the key of a connection; everything else about it stays. The new key is tried first.
pub fn rotate(siesta: &Siesta, typed: &str, key: Secret, check: bool) -> Result<(Listed, KeyVerified)> {
    let (actor, connection) = siesta
        .store
        .read(|tx| Ok(siesta.person(tx).and_then(|actor| Ok((actor, find_connection(tx, typed, true)?)))))??;
    if connection.status == Status::Revoked {
        return Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label))
            .about(About::Revoked(connection.label.clone())));
    }
    if connection.auth_kind != AuthKind::ApiKey {
        return Err(Kind::NoKeyOfItsOwn { label: connection.label }.into());
    }
    let service = siesta.service(&connection.service)?;
    let own_server = service.base_url.as_ref() == Some(&connection.base_url);
    let (_, opens) = opens(service, Some(key), own_server)?;
    let verified = match check {
        true => verify(siesta, service, &connection, &opens)?,
        false => KeyVerified::NotAsked,
    };
    let listed = siesta.store.write(siesta.now(), |tx| -> Result<Listed> {
        let mut connection = tx.get_connection(connection.id)?;
        if connection.status == Status::Revoked {
            return Err(Kind::ChangedMeanwhile.into());
        }
        let old = std::mem::replace(&mut connection.status, Status::Healthy);
        (connection.updated_at, connection.last_error) = (tx.now(), None);
        tx.update_connection(&connection)?;
        tx.upsert_credential(connection.id, &opens)?;
        let entry = siesta
            .entry(&actor, "connection.rotate", "connection", connection.id)
            .connection(connection.id)
            .change("status", old.as_str(), connection.status.as_str())
            .change("credential", "replaced", "new");
        tx.append_audit(entry.row())?;
        let policies = tx.list_policies_of(connection.id)?;
        Ok(Listed { connection, policies, expires_at: None, kept_until: None })
    })?;
    Ok((listed, verified))
}

/// What the key opens, refused when it plainly belongs to another service. On a server of one's own any key will do.
fn opens(service: &Service, key: Option<Secret>, own_server: bool) -> Result<(AuthKind, Opens)> {
    let Some(key) = key else {
        return match service.auth(AuthKind::None) {
            Some(_) => Ok((AuthKind::None, Opens::Nothing)),
            None => Err(Error::invalid(format!("{} needs a key", service.name))),
        };
    };
    if key.is_empty() {
        return Err(Error::invalid("a key is not empty"));
    }
    let Some(AuthMethod::ApiKey { begins_with, refused, .. }) = service.auth(AuthKind::ApiKey) else {
        return Err(Error::invalid(format!("{} is not opened by a key", service.name)));
    };
    if own_server {
        let look_alike = refused.iter().find(|(beginning, _)| key.begins_with(beginning));
        if let Some((_, why)) = look_alike {
            return Err(Error::invalid(format!("this is not a key of {}: {why}", service.name)));
        }
        if !key.begins_with(begins_with) {
            let what = format!("this is not a key of {}: those begin with \"{begins_with}\"", service.name);
            return Err(Error::invalid(what));
        }
    }
    Ok((AuthKind::ApiKey, Opens::ApiKey(key)))
}

/// Asks the provider with the catalogue's small read-only request.
fn verify(siesta: &Siesta, service: &Service, connection: &Connection, opens: &Opens) -> Result<KeyVerified> {
    let Some(verification) = &service.verify else { return Ok(KeyVerified::NotAsked) };
    let request = StoredRequest {
        method: verification.method.clone(),
        url: format!("{}{}", connection.base_url, verification.path),
        headers: Vec::new(),
        body: StoredBody::None,
    };
    let answer = {
        let outbound = Outbound { connection, service, request: &request, largest_answer: None, time: None };
        provider::send(&siesta.net, outbound, opens, None)?
    };
    match answer.result.http_status {
        200..=299 => Ok(KeyVerified::Yes),
        401 => Err(Error::from(Kind::CredentialRefused).because(said(&answer.result.body, 401))),
        403 => Ok(KeyVerified::Restricted),
        status => {
            let what = format!("{} could not be asked whether the key works (HTTP {status})", service.name);
            Err(Error::from(Kind::Provider { what, may_have_arrived: false })
                .because(said(&answer.result.body, status)))
        }
    }
}

/// The provider's own sentence about a refusal, when its JSON has one in the usual places.
fn said(body: &[u8], status: u16) -> String {
    /// More than a sentence is a page.
    const LONGEST: usize = 200;
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let pointers = ["/error/message", "/message", "/error_description", "/error", "/detail"];
    let sentence = json.as_ref().and_then(|json| pointers.iter().find_map(|p| json.pointer(p)?.as_str()));
    match sentence {
        Some(text) => format!("HTTP {status}: {}", text.chars().take(LONGEST).collect::<String>()),
        None => format!("HTTP {status}"),
    }
}
