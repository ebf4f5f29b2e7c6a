//! Connections that get their access tokens without a person: a client that signs in for itself, and a key file.
//!
//! What must stay true: the lasting secret is kept where a client's secret is kept, opens nothing by itself, and is sent
//! to its token endpoint alone (a key file's key: nowhere).
use crate::model::auth::{AuthKind, AuthMethod};
use crate::model::connection::{ClientRef, Connection, OriginPurpose};
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::secret::Secret;
use crate::net::Reach;
use crate::oauth::{self, Client, ClientAuth, Grant, Server};
use crate::ops::connections::key::{Added, connection, store, who};
use crate::ops::connections::place::place;
use crate::ops::connections::prove::{Proven, prove};
use crate::ops::connections::servers::{Named, server};
use crate::ops::connections::{Wanted, origin};
use crate::ops::refresh::{server_of, tokens_from};
use crate::ops::{Error, Result, Siesta};
use serde_json::{Map, Value};

#[derive(Debug)]
pub struct NewUnattended {
    pub service: String,
    pub kind: AuthKind,
    /// The client's id; a key file brings its own.
    pub client_id: Option<String>,
    /// The client's secret, or the key file.
    pub secret: Secret,
    pub companion: Option<Secret>,
    pub settings: Map<String, Value>,
    /// None: the default ones.
    pub scopes: Option<Vec<String>>,
    pub tenant: Option<String>,
    pub base_url: Option<String>,
    /// Instead of the service's own server.
    pub token_url: Option<String>,
    pub revocation_url: Option<String>,
    pub verify: bool,
    pub wanted: Wanted,
}

/// Adds such a connection. A token is got, and tried, before anything is stored.
pub fn add_unattended(siesta: &Siesta, new: NewUnattended) -> Result<Added> {
    let service = siesta.service(&new.service)?;
    let (actor, owner) = who(siesta, service, &new.wanted)?;
    let method = service.auth(new.kind);
    let method = method.ok_or_else(|| Error::invalid(format!("{} is not opened so", service.name)))?;
    let place = place(service, Some(method), &new.settings, new.base_url.as_deref(), new.wanted.allow_private_network)?;
    let grant = if new.kind == AuthKind::ServiceAccount { Grant::Assertion } else { Grant::ClientCredentials };
    let named = Named {
        authorization_url: new.token_url.clone(),
        token_url: new.token_url,
        revocation_url: new.revocation_url,
        device_url: None,
        tenant: new.tenant,
    };
    let mut server = server(method, &named, true)?;
    server.grant = grant;
    server.subject = place.settings.get("subject").and_then(Value::as_str).map(str::to_owned);
    let reach = Reach { allow_private: new.wanted.allow_private_network };
    server.check(reach)?;
    let client = client(&server, new.client_id, new.secret)?;
    let scopes = new.scopes.unwrap_or_else(|| method.scopes.clone());
    let answer = oauth::mint(&siesta.net, reach, &server, &client, &scopes, siesta.now())?;
    let mut connection = connection(siesta, service, &place, &new.wanted, owner)?;
    connection.requested_scopes.clone_from(&scopes);
    connection.granted_scopes = answer.granted(&scopes);
    connection.origins.push(origin(OriginPurpose::Token, &server.token_url));
    connection.origins.extend(server.revocation_url.as_ref().map(|url| origin(OriginPurpose::Revocation, url)));
    connection.client = Some(ClientRef { client_id: client.id.clone(), app_label: None });
    connection.sign_in = Some(serde_json::to_value(&server).map_err(|e| Error::invalid(e.to_string()))?);
    let mut tokens = tokens_from(&answer, siesta.now(), None);
    (tokens.client_secret, tokens.companion) = (client.secret.clone(), companion(method, new.companion)?);
    let opens = Opens::OAuth(tokens);
    let proven = match new.verify {
        true => prove(siesta, service, &place, &connection, &opens)?,
        false => Proven::not_asked(),
    };
    proven.write_into(&mut connection, siesta.now());
    if new.kind == AuthKind::ServiceAccount {
        connection.metadata.entry("accountName".to_owned()).or_insert_with(|| client.id.clone().into());
    }
    let (listed, twin) = store(siesta, service, connection, &opens, &new.wanted, &actor, &proven)?;
    Ok(Added { listed, verified: proven.verified, said: proven.said, twin })
}

/// The secret that a way wants beside the token.
pub(super) fn companion(method: &AuthMethod, given: Option<Secret>) -> Result<Option<Secret>> {
    match (&method.companion, given) {
        (Some(wanted), None) => Err(Error::invalid(format!("a {} is needed too", wanted.label))),
        (None, Some(_)) => Err(Error::invalid("this service takes no secret beside the sign-in")),
        (_, given) => Ok(given),
    }
}

fn client(server: &Server, id: Option<String>, secret: Secret) -> Result<Client> {
    let (id, auth) = match server.grant {
        Grant::Assertion => (oauth::read_key_file(&secret)?.client_email, ClientAuth::None),
        Grant::ClientCredentials | Grant::Code | Grant::KeyExchange => {
            (id.ok_or_else(|| Error::invalid("a client id is needed"))?, server.token_auth)
        }
    };
    Ok(Client { id, secret: Some(secret), auth })
}

/// Tokens by a new secret of a connection that is there.
pub(super) fn again(siesta: &Siesta, connection: &Connection, secret: Secret) -> Result<Opens> {
    let server = server_of(connection)?;
    let known = connection.client.as_ref().map(|client| client.client_id.clone());
    let client = client(&server, known.clone(), secret)?;
    if Some(&client.id) != known.as_ref() {
        let what = format!("this key file belongs to {}, not {}", client.id, known.unwrap_or_default());
        return Err(Error::conflict(what));
    }
    let reach = Reach { allow_private: connection.allow_private_network };
    let answer = oauth::mint(&siesta.net, reach, &server, &client, &connection.requested_scopes, siesta.now())?;
    let mut tokens: OAuthTokens = tokens_from(&answer, siesta.now(), None);
    let before = siesta.store.read(|tx| tx.find_credential(connection.id))?.map(|credential| credential.opens);
    tokens.client_secret = client.secret;
    if let Some(Opens::OAuth(before)) = before {
        tokens.companion = before.companion;
    }
    Ok(Opens::OAuth(tokens))
}
