//! Connections that one secret opens for as long as nobody rotates it, or that ask for nothing.
use crate::model::auth::{self, AuthKind, AuthMethod};
use crate::model::connection::{Access, Connection, Status};
use crate::model::credential::Opens;
use crate::model::id::ConnectionId;
use crate::model::people::Actor;
use crate::model::secret::Secret;
use crate::model::service::Service;
use crate::ops::connections::place::{Place, place, verification};
use crate::ops::connections::prove::{KeyVerified, Proven, prove, twin};
use crate::ops::connections::unattended;
use crate::ops::connections::{Listed, Wanted, assign_new, check_wanted, free_label, owner_of};
use crate::ops::refresh::{LOCK_DEADLINE, lock_name};
use crate::ops::{About, Error, Kind, Result, Siesta, find_connection, services};
use crate::provider;
use serde_json::{Map, Value};

#[derive(Debug)]
pub struct NewKeyConnection {
    pub service: String,
    /// Which of the service's ways; none: the one that fits the secret.
    pub kind: Option<AuthKind>,
    /// None: the service asks for nothing.
    pub key: Option<Secret>,
    /// Values of the way's fields.
    pub settings: Map<String, Value>,
    /// Another server than the service's own.
    pub base_url: Option<String>,
    pub verify: bool,
    pub wanted: Wanted,
}

/// A connection that was added.
#[derive(Debug, Clone)]
pub struct Added {
    pub listed: Listed,
    pub verified: KeyVerified,
    /// The provider's own words, where it does not let the credential prove itself.
    pub said: Option<String>,
    /// A living connection of the same service and account was there already.
    pub twin: Option<String>,
}

/// Adds a connection that a key opens. The key is tried before anything is stored.
pub fn add_with_key(siesta: &Siesta, new: NewKeyConnection) -> Result<Added> {
    let service = siesta.service(&new.service)?;
    let (actor, owner) = who(siesta, service, &new.wanted)?;
    let mut settings = new.settings;
    let (method, opens) = opens(service, new.kind, new.key, new.base_url.is_none())?;
    let mut typed = new.base_url;
    if let (AuthKind::ConnectionString, Opens::ApiKey(text)) = (method.kind, &opens) {
        let account = provider::account(text).map_err(|why| not_ours(service, method, why))?;
        settings.remove("account");
        if typed.is_none() {
            typed = Some(account.blob_url);
        }
    }
    let place = place(service, Some(method), &settings, typed.as_deref(), new.wanted.allow_private_network)?;
    let mut connection = connection(siesta, service, &place, &new.wanted, owner)?;
    let proven = match new.verify {
        true => prove(siesta, service, &place, &connection, &opens)?,
        false => Proven::not_asked(),
    };
    proven.write_into(&mut connection, siesta.now());
    let (listed, twin) = store(siesta, service, connection, &opens, &new.wanted, &actor, &proven)?;
    Ok(Added { listed, verified: proven.verified, said: proven.said, twin })
}

/// Who adds it, and whose it will be; everything that can be refused before anybody is asked for a secret.
pub(super) fn who(siesta: &Siesta, service: &Service, wanted: &Wanted) -> Result<(Actor, String)> {
    siesta.store.read(|tx| {
        let checked = siesta.person(tx).and_then(|actor| {
            check_wanted(tx, service, wanted)?;
            let owner = owner_of(tx, wanted, &actor)?;
            Ok((actor, owner))
        });
        Ok(checked)
    })?
}

/// A connection as it stands before its credential is proved.
pub(super) fn connection(
    siesta: &Siesta,
    service: &Service,
    place: &Place,
    wanted: &Wanted,
    owner: String,
) -> Result<Connection> {
    let now = siesta.now();
    Ok(Connection {
        id: ConnectionId(siesta.world.ids.next()),
        service: service.id.clone(),
        provider: service.provider.clone(),
        label: wanted.label.clone().unwrap_or_default(),
        status: Status::Healthy,
        access: wanted.access.unwrap_or(Access::Private),
        owner,
        purpose: wanted.purpose.clone(),
        singleton: service.singleton,
        auth_kind: place.kind,
        base_url: place.base_url.clone(),
        requested_scopes: Vec::new(),
        granted_scopes: Vec::new(),
        origins: place.origins(service, verification(service, place.kind))?,
        client: None,
        sign_in: None,
        allow_private_network: wanted.allow_private_network,
        metadata: place.settings.clone(),
        created_at: now,
        updated_at: now,
        last_ok_at: None,
        last_error: None,
        approvers: Vec::new(),
        reviewer: None,
    })
}

impl Proven {
    /// What was learnt goes into the connection; what was typed stays as it was typed.
    pub(super) fn write_into(&self, connection: &mut Connection, now: crate::model::time::Timestamp) {
        for (name, value) in &self.facts {
            connection.metadata.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if let Some(scopes) = &self.scopes {
            connection.granted_scopes.clone_from(scopes);
        }
        if self.verified == KeyVerified::Yes {
            connection.last_ok_at = Some(now);
        }
    }
}

/// Writes a new connection down, in one change.
pub(super) fn store(
    siesta: &Siesta,
    service: &Service,
    mut connection: Connection,
    opens: &Opens,
    wanted: &Wanted,
    actor: &Actor,
    proven: &Proven,
) -> Result<(Listed, Option<String>)> {
    siesta.store.write(siesta.now(), |tx| {
        check_wanted(tx, service, wanted)?;
        if connection.label.is_empty() {
            connection.label = free_label(tx, &default_label(service, &connection))?;
        }
        let twin = twin(tx, &connection)?;
        tx.insert_connection(&connection)?;
        tx.upsert_credential(connection.id, opens)?;
        let entry = siesta
            .entry(actor, "connection.add", "connection", connection.id)
            .connection(connection.id)
            .change("label", (), connection.label.clone())
            .change("service", (), connection.service.clone())
            .change("authKind", (), connection.auth_kind.as_str())
            .change("owner", (), connection.owner.clone())
            .change("access", (), connection.access.as_str())
            .change("baseUrl", (), connection.base_url.clone())
            .change("verified", (), proven.verified == KeyVerified::Yes);
        tx.append_audit(entry.row())?;
        let policies = assign_new(siesta, tx, actor, &connection, wanted)?;
        let expires_at = tx.find_expiry(connection.id)?;
        Ok((Listed { connection: connection.clone(), policies, expires_at, kept_until: None }, twin))
    })
}

/// The label of a connection nobody named: the service's name; a bot goes by its own.
fn default_label(service: &Service, connection: &Connection) -> String {
    let username = connection.metadata.get("username").and_then(Value::as_str);
    match username.filter(|_| service.id == "telegram") {
        Some(username) => format!("Telegram @{username}"),
        None => service.name.clone(),
    }
}

/// The connection, if it has a key that can be replaced.
pub fn with_key(siesta: &Siesta, typed: &str) -> Result<Connection> {
    let connection = siesta.store.read(|tx| Ok(find_connection(tx, typed, true)))??;
    if connection.status == Status::Revoked {
        return Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label))
            .about(About::Revoked(connection.label.clone())));
    }
    match connection.auth_kind {
        AuthKind::OAuth2 | AuthKind::None => Err(Kind::NoKeyOfItsOwn { label: connection.label }.into()),
        _ => Ok(connection),
    }
}

/// Replaces the static secret of a connection; everything else about it stays. The new one is tried first.
pub fn rotate(siesta: &Siesta, typed: &str, key: Secret, check: bool) -> Result<Added> {
    let actor = siesta.store.read(|tx| Ok(siesta.person(tx)))??;
    let connection = with_key(siesta, typed)?;
    // A refresh under way would write its tokens over the new ones.
    let _lock = siesta.store.lock_for(&lock_name(connection.id), LOCK_DEADLINE)?;
    let service = siesta.store.read(|tx| Ok(services::find_in(tx, &connection.service)))??;
    let own_server = is_own(service, &connection);
    let place = Place {
        kind: connection.auth_kind,
        base_url: connection.base_url.clone(),
        own_server,
        settings: connection.metadata.clone(),
    };
    let opens = match connection.auth_kind {
        AuthKind::ClientCredentials | AuthKind::ServiceAccount => unattended::again(siesta, &connection, key)?,
        AuthKind::OAuth2 | AuthKind::None => {
            return Err(Kind::NoKeyOfItsOwn { label: connection.label }.into());
        }
        kind => {
            let (method, opens) = opens(service, Some(kind), Some(key), !own_server)?;
            if let (AuthKind::ConnectionString, Opens::ApiKey(text)) = (kind, &opens) {
                let account = provider::account(text).map_err(|why| not_ours(service, method, why))?;
                if !own_server && account.blob_url != connection.base_url {
                    let what =
                        format!("this connection string leads to {}, not {}", account.blob_url, connection.base_url);
                    return Err(Error::conflict(what));
                }
            }
            opens
        }
    };
    let proven = match check {
        true => prove(siesta, service, &place, &connection, &opens)?,
        false => Proven::not_asked(),
    };
    let account = |facts: &Map<String, Value>| facts.get("accountId").cloned();
    if let (Some(before), Some(now)) = (account(&connection.metadata), account(&proven.facts))
        && before != now
    {
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        return Err(Kind::OtherAccount { was: text(now), before: text(before) }.into());
    }
    let listed = siesta.store.write(siesta.now(), |tx| -> Result<Listed> {
        let mut connection = tx.get_connection(connection.id)?;
        if connection.status == Status::Revoked {
            return Err(Kind::ChangedMeanwhile.into());
        }
        let old = std::mem::replace(&mut connection.status, Status::Healthy);
        (connection.updated_at, connection.last_error) = (tx.now(), None);
        proven.write_into(&mut connection, tx.now());
        tx.update_connection(&connection)?;
        tx.upsert_credential(connection.id, &opens)?;
        let entry = siesta
            .entry(&actor, "connection.rotate", "connection", connection.id)
            .connection(connection.id)
            .change("status", old.as_str(), connection.status.as_str())
            .change("credential", "replaced", "new");
        tx.append_audit(entry.row())?;
        let policies = tx.list_policies_of(connection.id)?;
        let expires_at = tx.find_expiry(connection.id)?;
        Ok(Listed { connection, policies, expires_at, kept_until: None })
    })?;
    Ok(Added { listed, verified: proven.verified, said: proven.said, twin: None })
}

/// Whether a connection is to another server than its service's own.
pub(super) fn is_own(service: &Service, connection: &Connection) -> bool {
    if connection.auth_kind == AuthKind::ConnectionString {
        return !connection.base_url.ends_with(".blob.core.windows.net");
    }
    let filled = service.base_url_for(connection.auth_kind).and_then(|own| auth::fill(own, &connection.metadata));
    filled.as_ref() != Some(&connection.base_url)
}

/// What the key opens, refused when it plainly belongs to another service. On a server of one's own any key will do.
fn opens_with(method: &AuthMethod, service: &Service, key: Secret, own_address: bool) -> Result<Opens> {
    if own_address {
        let look_alike = method.refused.iter().find(|(beginning, _)| key.begins_with(beginning));
        if let Some((_, why)) = look_alike {
            return Err(not_ours(service, method, why));
        }
        if !method.begins_with.is_empty() && !method.begins_with.iter().any(|beginning| key.begins_with(beginning)) {
            return Err(not_ours(
                service,
                method,
                &belongs_elsewhere(service, &key).unwrap_or_else(|| {
                    let beginnings: Vec<String> = method.begins_with.iter().map(|one| format!("\"{one}\"")).collect();
                    format!("those begin with {}", beginnings.join(" or "))
                }),
            ));
        }
        if method.pattern.as_ref().is_some_and(|pattern| !key.fits(pattern)) {
            let why = belongs_elsewhere(service, &key).unwrap_or_else(|| "it does not look like one".to_owned());
            return Err(not_ours(service, method, &why));
        }
    }
    Ok(Opens::ApiKey(key))
}

fn not_ours(service: &Service, method: &AuthMethod, why: &str) -> Error {
    Error::invalid(format!("this is not a {} of {}: {why}", method.kind.noun(), service.name))
}

/// Which service a key looks like that does not look like one of this: the one with the longest beginning that fits.
fn belongs_elsewhere(service: &Service, key: &Secret) -> Option<String> {
    let others = crate::catalog::list().ok()?.into_iter().filter(|other| other.id != service.id);
    let ways = others.flat_map(|other| other.auth.iter().map(move |method| (other, method)));
    let begins = |method: &AuthMethod| {
        method.begins_with.iter().filter(|one| key.begins_with(one)).map(String::len).max().or_else(|| {
            // A pattern alone is telling only where it is a bot's.
            let is_bot = method.kind == AuthKind::BotToken;
            method.pattern.as_ref().filter(|pattern| is_bot && key.fits(pattern)).map(|_| 1)
        })
    };
    let best = ways.filter_map(|(other, method)| Some((begins(method)?, other))).max_by_key(|(length, _)| *length);
    best.map(|(_, other)| format!("it looks like one of {}: siesta add {}", other.name, other.id))
}

/// The way that was asked for or fits the secret, and what it opens.
fn opens(
    service: &Service,
    kind: Option<AuthKind>,
    key: Option<Secret>,
    own_address: bool,
) -> Result<(&AuthMethod, Opens)> {
    let Some(key) = key else {
        return match service.auth(AuthKind::None) {
            Some(method) => Ok((method, Opens::Nothing)),
            None => Err(Error::invalid(format!("{} needs a credential", service.name))),
        };
    };
    if key.is_empty() {
        return Err(Error::invalid("a key is not empty"));
    }
    let mut ways =
        service.auth.iter().filter(|method| method.kind.is_static() && kind.is_none_or(|kind| kind == method.kind));
    let Some(first) = ways.next() else {
        return Err(Error::invalid(format!("{} is not opened by a key", service.name)));
    };
    // Of several ways the secret itself tells which it is for; none fits: the first says why.
    let others: Vec<&AuthMethod> = ways.collect();
    let fits = |method: &&AuthMethod| opens_with(method, service, key.clone(), true).is_ok();
    let method = match kind.is_none() && !others.is_empty() && !fits(&first) {
        true => others.into_iter().find(fits).unwrap_or(first),
        false => first,
    };
    Ok((method, opens_with(method, service, key, own_address)?))
}
