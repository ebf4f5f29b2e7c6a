//! Connections that are signed in to: begun, finished in the browser, and authorised again later.
//!
//! What must stay true: two steps. `begin` gives an address to open and holds the listener; `finish` waits, exchanges the
//! code, looks at whose account it is, and writes everything down in one change. Between the two nothing is stored but
//! the pending row, so that a sign-in that is given up leaves nothing behind.
use crate::model::audit::hex;
use crate::model::connection::{
    Access, ClientRef, Connection, DEFAULT_APP_LABEL, OriginPurpose, PendingConnection, Status,
};
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::id::{ConnectionId, PendingId};
use crate::model::secret::Secret;
use crate::model::service::{AuthKind, Service};
use crate::net::Reach;
use crate::oauth::{
    self, Client, ClientAuth, Identity, IdentityWanted, Listener, LoopbackHost, Outcome, Pending, RedirectRule, Server,
    SignIn, SystemRandom, TokenAnswer,
};
use crate::ops::apps::{host_and_port, provider_name};
use crate::ops::connections::{Listed, Wanted, assign_new, base_url, check_wanted, free_label, origin, owner_of};
use crate::ops::refresh::{client_of, server_of, tokens_from};
use crate::ops::{Error, Kind, Result, Siesta, find_connection};
use crate::store::ReadTx;
use serde_json::{Map, Value};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use url::Url;

/// How long a sign-in may take (oauth.md, rule 7: the whole flow 5 minutes).
pub const SIGN_IN_LIFETIME: Duration = Duration::from_secs(300);

/// The path of the redirect. Servers that let the port of a loopback redirect vary (RFC 8252 §7.3) still compare the
/// path, and this is the one that clients are registered with.
const REDIRECT_PATH: &str = "/callback";

/// What a sign-in asks for by default, of what the server offers: who it is, and a refresh token.
const DEFAULT_SCOPES: [&str; 3] = ["openid", "email", "offline_access"];

/// The endpoints of a server that does not describe itself.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub authorization: String,
    pub token: String,
    pub revocation: Option<String>,
}

#[derive(Debug)]
pub struct NewSignIn {
    pub issuer: Option<String>,
    pub endpoints: Option<Endpoints>,
    pub base_url: Option<String>,
    /// None: the default ones.
    pub scopes: Option<Vec<String>>,
    /// None: the organization's app for the provider.
    pub client_id: Option<String>,
    pub client_secret: Option<Secret>,
    pub account_hint: Option<String>,
    pub callback_port: Option<u16>,
    /// Refuse when fewer scopes are granted than were asked for.
    pub require_scopes: bool,
    pub wanted: Wanted,
}

/// What a new sign-in of an existing connection asks for.
#[derive(Debug, Clone, Default)]
pub struct Reauth {
    /// Instead of the earlier scopes.
    pub scopes: Option<Vec<String>>,
    /// In addition to the earlier scopes.
    pub add_scopes: Vec<String>,
    pub allow_account_change: bool,
    pub callback_port: Option<u16>,
}

/// A sign-in under way.
pub struct PendingAdd {
    pub id: PendingId,
    /// To be opened in a browser.
    pub authorization_url: Url,
    pub redirect_uri: String,
    /// The host that will be asked to sign in at, for people to check.
    pub host: String,
    listener: Listener,
    pending: Pending,
    server: Server,
    client: Client,
    reach: Reach,
    purpose: Purpose,
}

enum Purpose {
    Add {
        service: &'static Service,
        base_url: String,
        provider: String,
        app_label: Option<String>,
        new: Box<NewSignIn>,
    },
    Reauth {
        connection: ConnectionId,
        scopes: Vec<String>,
        allow_account_change: bool,
    },
}

/// What a finished sign-in came to.
#[derive(Debug, Clone)]
pub struct Finished {
    pub listed: Listed,
    /// The account as the server names it: e-mail, or its id there.
    pub account: Option<String>,
    /// Asked for and not granted.
    pub missing_scopes: Vec<String>,
    /// The connection lives only as long as its access token.
    pub no_refresh_token: bool,
}

/// Begins the sign-in of a new connection at a standard server.
pub fn begin_add(siesta: &Siesta, new: NewSignIn) -> Result<PendingAdd> {
    let service = siesta.service(crate::catalog::REST)?;
    let reach = Reach { allow_private: new.wanted.allow_private_network };
    siesta.store.read(|tx| {
        let checked = siesta.person(tx).and_then(|actor| {
            check_wanted(tx, service, &new.wanted)?;
            owner_of(tx, &new.wanted, &actor)
        });
        Ok(checked)
    })??;
    let issuer = match (&new.issuer, &new.endpoints) {
        (Some(issuer), _) => parse_url(issuer, "issuer")?,
        (None, Some(endpoints)) => parse_url(&endpoints.authorization, "authorization URL")?,
        (None, None) => return Err(Error::invalid("a server is named by its issuer or by its endpoints")),
    };
    crate::net::address::check_url(&issuer, reach)?;
    let provider = issuer.host_str().unwrap_or_default().to_owned();
    let (client_id, client_secret, app_label, app_port) = client(siesta, &issuer, &new)?;
    let mut server = match (&new.issuer, &new.endpoints) {
        (Some(issuer), None) => oauth::discover(&siesta.net, reach, issuer, client_secret.is_some())?,
        (issuer, Some(endpoints)) => named_server(issuer.clone(), endpoints, client_secret.is_some())?,
        (None, None) => return Err(Error::invalid("a server is named by its issuer or by its endpoints")),
    };
    server.check(reach)?;
    let scopes = new.scopes.clone().unwrap_or_else(|| default_scopes(&server));
    ask_for_consent(&mut server, &scopes);
    let api = match &new.base_url {
        Some(typed) => base_url(typed, service, new.wanted.allow_private_network)?,
        None => issuer.origin().ascii_serialization(),
    };
    let auth = if client_secret.is_some() { server.token_auth } else { ClientAuth::None };
    let client = Client { id: client_id, secret: client_secret, auth };
    let port = new.callback_port.or(app_port);
    let hint = new.account_hint.clone();
    let label = new.wanted.label.clone();
    let purpose = Purpose::Add { service, base_url: api, provider, app_label, new: Box::new(new) };
    begin(siesta, server, client, reach, &scopes, hint.as_deref(), port, label, purpose)
}

/// Begins a new sign-in of a connection; everything but its credential is kept.
pub fn begin_reauth(siesta: &Siesta, typed: &str, asked: &Reauth) -> Result<PendingAdd> {
    let (connection, tokens, app) = siesta.store.read(|tx| Ok(reauth_facts(siesta, tx, typed)))??;
    let server = server_of(&connection)?;
    let reach = Reach { allow_private: connection.allow_private_network };
    let mut client = match tokens {
        Some(tokens) => client_of(&connection, &server, &tokens),
        None => Client::public(connection.client.as_ref().map_or("", |client| client.client_id.as_str())),
    };
    let mut port = asked.callback_port;
    if let Some(app) = app.filter(|app| app.client_id == client.id) {
        client.auth = if app.client_secret.is_some() { server.token_auth } else { ClientAuth::None };
        client.secret = app.client_secret;
        port = port.or(app.redirect_port);
    }
    let mut scopes = asked.scopes.clone().unwrap_or_else(|| connection.requested_scopes.clone());
    scopes.extend(asked.add_scopes.iter().filter(|scope| !connection.requested_scopes.contains(scope)).cloned());
    let mut server = server;
    ask_for_consent(&mut server, &scopes);
    let hint = connection.metadata.get("email").and_then(Value::as_str).map(str::to_owned);
    let purpose = Purpose::Reauth {
        connection: connection.id,
        scopes: scopes.clone(),
        allow_account_change: asked.allow_account_change,
    };
    let label = Some(connection.label.clone());
    begin(siesta, server, client, reach, &scopes, hint.as_deref(), port, label, purpose)
}

type ReauthFacts = (Connection, Option<OAuthTokens>, Option<crate::model::connection::OAuthApp>);

fn reauth_facts(siesta: &Siesta, tx: &ReadTx<'_>, typed: &str) -> Result<ReauthFacts> {
    siesta.person(tx)?;
    let connection = find_connection(tx, typed, true)?;
    if connection.status == Status::Revoked {
        return Err(Error::conflict(format!("connection \"{}\" is revoked; add it anew", connection.label)));
    }
    if connection.auth_kind != AuthKind::OAuth2 {
        return Err(Kind::NoSignIn { label: connection.label }.into());
    }
    let tokens = match tx.find_credential(connection.id)?.map(|credential| credential.opens) {
        Some(Opens::OAuth(tokens)) => Some(tokens),
        _ => None,
    };
    let app_label = connection.client.as_ref().and_then(|client| client.app_label.clone());
    let app = match app_label {
        Some(label) => find_app(tx, &connection_issuer(&connection), &label)?,
        None => None,
    };
    Ok((connection, tokens, app))
}

fn connection_issuer(connection: &Connection) -> String {
    let authorization = connection.origins.iter().find(|o| o.purpose == OriginPurpose::Authorization);
    authorization.map_or_else(|| connection.provider.clone(), |origin| origin.origin.clone())
}

/// An app by the provider's host and port, else by its host alone.
fn find_app(tx: &ReadTx<'_>, issuer: &str, label: &str) -> Result<Option<crate::model::connection::OAuthApp>> {
    let exact = provider_name(issuer)?;
    if let Some(app) = tx.find_app(&exact, label)? {
        return Ok(Some(app));
    }
    let host = Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or(exact);
    Ok(tx.find_app(&host, label)?)
}

#[allow(clippy::type_complexity)]
fn client(
    siesta: &Siesta,
    issuer: &Url,
    new: &NewSignIn,
) -> Result<(String, Option<Secret>, Option<String>, Option<u16>)> {
    let app = siesta.store.read(|tx| Ok(find_app(tx, issuer.as_str(), DEFAULT_APP_LABEL)))??;
    match (&new.client_id, app) {
        (Some(id), Some(app)) if *id == app.client_id => {
            let secret = new.client_secret.clone().or(app.client_secret);
            Ok((id.clone(), secret, Some(app.label), app.redirect_port))
        }
        (Some(id), _) => Ok((id.clone(), new.client_secret.clone(), None, None)),
        (None, Some(app)) => Ok((app.client_id, app.client_secret, Some(app.label), app.redirect_port)),
        (None, None) => Err(Kind::NoClient { provider: host_and_port(issuer) }.into()),
    }
}

fn parse_url(typed: &str, what: &str) -> Result<Url> {
    let url = Url::parse(typed).ok().filter(Url::has_host);
    url.ok_or_else(|| Error::invalid(format!("\"{typed}\" is not an absolute URL and cannot be the {what}")))
}

fn named_server(issuer: Option<String>, endpoints: &Endpoints, with_secret: bool) -> Result<Server> {
    let revocation = endpoints.revocation.as_deref().map(|url| parse_url(url, "revocation URL")).transpose()?;
    Ok(Server {
        issuer,
        authorization_url: parse_url(&endpoints.authorization, "authorization URL")?,
        token_url: parse_url(&endpoints.token, "token URL")?,
        revocation_url: revocation,
        device_url: None,
        iss_announced: false,
        token_auth: if with_secret { ClientAuth::Basic } else { ClientAuth::None },
        scope_separator: " ".to_owned(),
        scopes_supported: None,
        extra_authorize_params: Vec::new(),
        pkce: true,
    })
}

fn default_scopes(server: &Server) -> Vec<String> {
    let supported = server.scopes_supported.as_deref().unwrap_or(&[]);
    let offered = |scope: &&str| supported.iter().any(|offer| offer == scope);
    DEFAULT_SCOPES.iter().copied().filter(offered).map(str::to_owned).collect()
}

/// A refresh token asked for with `offline_access` is given only with consent (OpenID Connect Core §11).
fn ask_for_consent(server: &mut Server, scopes: &[String]) {
    let asks = scopes.iter().any(|scope| scope == "offline_access");
    let says = server.extra_authorize_params.iter().any(|(name, _)| name == "prompt");
    if asks && !says {
        server.extra_authorize_params.push(("prompt".to_owned(), "consent".to_owned()));
    }
}

#[allow(clippy::too_many_arguments)]
fn begin(
    siesta: &Siesta,
    server: Server,
    client: Client,
    reach: Reach,
    scopes: &[String],
    account_hint: Option<&str>,
    port: Option<u16>,
    label: Option<String>,
    purpose: Purpose,
) -> Result<PendingAdd> {
    let mut random = SystemRandom;
    let rule = RedirectRule { host: LoopbackHost::Literal127, port, path: Some(REDIRECT_PATH.to_owned()) };
    let listener = Listener::bind(&rule, &siesta.world.scratch, &mut random)?;
    let redirect_uri = listener.redirect_uri().to_owned();
    let now = siesta.now();
    let asked = SignIn { redirect_uri: &redirect_uri, scopes, account_hint, now, lifetime: SIGN_IN_LIFETIME };
    let begun = oauth::begin(&server, &client, &asked, &mut random)?;
    let id = PendingId(siesta.world.ids.next());
    let service = crate::catalog::REST.to_owned();
    siesta.store.write(now, |tx| -> Result<()> {
        // A begun sign-in is no change of the organization: the row is written when it is finished.
        tx.needs_no_audit();
        tx.insert_pending(&PendingConnection {
            id,
            service,
            scopes: scopes.to_vec(),
            label,
            state_hash: hex(&begun.pending.state_hash),
            verifier: begun.pending.verifier.clone().unwrap_or_else(|| Secret::new(String::new())),
            redirect_uri: redirect_uri.clone(),
            expires_at: begun.pending.expires_at,
        })?;
        Ok(())
    })?;
    let host = host_and_port(&begun.authorization_url);
    Ok(PendingAdd {
        id,
        authorization_url: begun.authorization_url,
        redirect_uri,
        host,
        listener,
        pending: begun.pending,
        server,
        client,
        reach,
        purpose,
    })
}

/// The label a sign-in would get when nobody names it.
pub fn suggested_label(pending: &PendingAdd) -> String {
    match &pending.purpose {
        Purpose::Add { provider, .. } => provider.clone(),
        Purpose::Reauth { .. } => String::new(),
    }
}

/// Waits for the browser, and finishes the sign-in. Whatever goes wrong, the browser is told, the port is freed and the
/// pending row is gone.
pub fn finish_add(
    siesta: &Siesta,
    mut pending: PendingAdd,
    timeout: Duration,
    cancelled: &AtomicBool,
) -> Result<Finished> {
    let outcome = match pending.listener.wait(&pending.pending, timeout, cancelled) {
        Ok(callback) => complete(siesta, &pending, &callback.code),
        Err(error) => Err(Error::from(error)),
    };
    let cleared = siesta.store.write(siesta.now(), |tx| -> Result<()> {
        tx.needs_no_audit();
        tx.delete_pending(pending.id)?;
        Ok(())
    });
    pending.listener.finish(if outcome.is_ok() { Outcome::Connected } else { Outcome::Failed });
    let finished = outcome?;
    cleared?;
    Ok(finished)
}

fn complete(siesta: &Siesta, pending: &PendingAdd, code: &Secret) -> Result<Finished> {
    let PendingAdd { server, client, reach, .. } = pending;
    let answer = oauth::exchange(&siesta.net, *reach, server, client, &pending.pending, code)?;
    let stored = identify(siesta, pending, &answer).and_then(|identity| match &pending.purpose {
        Purpose::Add { .. } => store_new(siesta, pending, &answer, identity.as_ref()),
        Purpose::Reauth { .. } => store_again(siesta, pending, &answer, identity.as_ref()),
    });
    if stored.is_err() {
        // What was just granted and is not kept must not stay alive at the provider.
        let tokens = (answer.refresh_token.as_ref(), Some(&answer.access_token));
        let _ = oauth::revoke(&siesta.net, *reach, server, client, tokens.0, tokens.1);
    }
    stored
}

/// Whose account it is, when the server says so.
fn identify(siesta: &Siesta, pending: &PendingAdd, answer: &TokenAnswer) -> Result<Option<Identity>> {
    let Some(id_token) = &answer.id_token else { return Ok(None) };
    let wanted = IdentityWanted {
        issuer: pending.server.issuer.as_deref(),
        client_id: &pending.client.id,
        nonce: pending.pending.nonce.as_ref(),
        now: siesta.now(),
    };
    Ok(Some(oauth::identify(id_token, &wanted)?))
}

fn metadata(identity: Option<&Identity>) -> Map<String, Value> {
    let mut metadata = Map::new();
    if let Some(identity) = identity {
        metadata.insert("accountId".to_owned(), identity.subject.clone().into());
        metadata.extend(identity.email.clone().map(|email| ("email".to_owned(), email.into())));
        metadata.extend(identity.name.clone().map(|name| ("name".to_owned(), name.into())));
    }
    metadata
}

fn account(metadata: &Map<String, Value>) -> Option<String> {
    let words = ["email", "accountId"].iter().find_map(|key| metadata.get(*key)?.as_str());
    words.map(str::to_owned)
}

fn tokens(siesta: &Siesta, pending: &PendingAdd, answer: &TokenAnswer) -> OAuthTokens {
    let mut tokens = tokens_from(answer, siesta.now(), None);
    tokens.client_secret.clone_from(&pending.client.secret);
    tokens
}

fn store_new(
    siesta: &Siesta,
    pending: &PendingAdd,
    answer: &TokenAnswer,
    identity: Option<&Identity>,
) -> Result<Finished> {
    let Purpose::Add { service, base_url, provider, app_label, new } = &pending.purpose else {
        return Err(Kind::Bug { what: "a sign-in changed its purpose".to_owned() }.into());
    };
    let missing_scopes = answer.missing(&pending.pending.scopes);
    if new.require_scopes && !missing_scopes.is_empty() {
        let why = format!("not granted: {}", missing_scopes.join(" "));
        return Err(Kind::SignIn { why }.into());
    }
    let metadata = metadata(identity);
    if let Some(hint) = &new.account_hint {
        let was = account(&metadata);
        if !was.as_ref().is_some_and(|account| account.eq_ignore_ascii_case(hint)) {
            let was = was.unwrap_or_else(|| "an account the server does not name".to_owned());
            return Err(Kind::SignIn { why: format!("it was {was}, not {hint}") }.into());
        }
    }
    let tokens = tokens(siesta, pending, answer);
    let (expires_at, no_refresh_token) = (tokens.expires_at, tokens.refresh_token.is_none());
    let server = &pending.server;
    let api = parse_url(base_url, "base URL")?;
    let mut origins = vec![
        origin(OriginPurpose::Api, &api),
        origin(OriginPurpose::Authorization, &server.authorization_url),
        origin(OriginPurpose::Token, &server.token_url),
    ];
    origins.extend(server.revocation_url.as_ref().map(|url| origin(OriginPurpose::Revocation, url)));
    let sign_in = serde_json::to_value(server).map_err(|e| Error::invalid(e.to_string()))?;
    let listed = siesta.store.write(siesta.now(), |tx| -> Result<Listed> {
        let actor = siesta.person(tx)?;
        check_wanted(tx, service, &new.wanted)?;
        let connection = Connection {
            id: ConnectionId(siesta.world.ids.next()),
            service: service.id.clone(),
            provider: provider.clone(),
            label: match &new.wanted.label {
                Some(label) => label.clone(),
                None => free_label(tx, provider)?,
            },
            status: Status::Healthy,
            access: new.wanted.access.unwrap_or(Access::Private),
            owner: owner_of(tx, &new.wanted, &actor)?,
            purpose: new.wanted.purpose.clone(),
            singleton: service.singleton,
            auth_kind: AuthKind::OAuth2,
            base_url: base_url.clone(),
            requested_scopes: pending.pending.scopes.clone(),
            granted_scopes: answer.granted(&pending.pending.scopes),
            origins: origins.clone(),
            client: Some(ClientRef { client_id: pending.client.id.clone(), app_label: app_label.clone() }),
            sign_in: Some(sign_in.clone()),
            allow_private_network: new.wanted.allow_private_network,
            metadata: metadata.clone(),
            created_at: tx.now(),
            updated_at: tx.now(),
            last_ok_at: Some(tx.now()),
            last_error: None,
        };
        tx.delete_pending(pending.id)?;
        tx.insert_connection(&connection)?;
        tx.upsert_credential(connection.id, &Opens::OAuth(tokens.clone()))?;
        let entry = siesta
            .entry(&actor, "connection.add", "connection", connection.id)
            .connection(connection.id)
            .change("label", (), connection.label.clone())
            .change("service", (), connection.service.clone())
            .change("provider", (), connection.provider.clone())
            .change("owner", (), connection.owner.clone())
            .change("access", (), connection.access.as_str())
            .change("account", (), account(&metadata))
            .change("grantedScopes", (), connection.granted_scopes.clone())
            .change("baseUrl", (), connection.base_url.clone());
        tx.append_audit(entry.row())?;
        let policies = assign_new(siesta, tx, &actor, &connection, &new.wanted)?;
        Ok(Listed { connection, policies, expires_at })
    })?;
    Ok(Finished { listed, account: account(&metadata), missing_scopes, no_refresh_token })
}

fn store_again(
    siesta: &Siesta,
    pending: &PendingAdd,
    answer: &TokenAnswer,
    identity: Option<&Identity>,
) -> Result<Finished> {
    let Purpose::Reauth { connection: id, scopes, allow_account_change } = &pending.purpose else {
        return Err(Kind::Bug { what: "a sign-in changed its purpose".to_owned() }.into());
    };
    let new = metadata(identity);
    let missing_scopes = answer.missing(scopes);
    let (listed, no_refresh_token) = siesta.store.write(siesta.now(), |tx| -> Result<(Listed, bool)> {
        let actor = siesta.person(tx)?;
        let mut connection = tx.get_connection(*id)?;
        if connection.status == Status::Revoked {
            return Err(Error::conflict(format!("connection \"{}\" was revoked meanwhile", connection.label)));
        }
        let (known, now_known) = (connection.metadata.get("accountId"), new.get("accountId"));
        let changed = matches!((known, now_known), (Some(old), Some(new)) if old != new);
        if changed && !allow_account_change {
            let name = |metadata| account(metadata).unwrap_or_default();
            return Err(Kind::OtherAccount { was: name(&new), before: name(&connection.metadata) }.into());
        }
        let tokens = tokens(siesta, pending, answer);
        let old = connection.clone();
        connection.status = Status::Healthy;
        connection.requested_scopes.clone_from(scopes);
        connection.granted_scopes = answer.granted(scopes);
        connection.metadata.extend(new.clone());
        connection.updated_at = tx.now();
        (connection.last_ok_at, connection.last_error) = (Some(tx.now()), None);
        tx.delete_pending(pending.id)?;
        tx.update_connection(&connection)?;
        tx.upsert_credential(connection.id, &Opens::OAuth(tokens.clone()))?;
        let entry = siesta
            .entry(&actor, "connection.reauth", "connection", connection.id)
            .connection(connection.id)
            .change("status", old.status.as_str(), connection.status.as_str())
            .change("requestedScopes", old.requested_scopes, connection.requested_scopes.clone())
            .change("grantedScopes", old.granted_scopes, connection.granted_scopes.clone())
            .change("account", account(&old.metadata), account(&connection.metadata))
            .change("credential", "replaced", "new");
        tx.append_audit(entry.row())?;
        let policies = tx.list_policies_of(connection.id)?;
        let listed = Listed { connection, policies, expires_at: tokens.expires_at };
        Ok((listed, tokens.refresh_token.is_none()))
    })?;
    let account = account(&listed.connection.metadata);
    Ok(Finished { listed, account, missing_scopes, no_refresh_token })
}
