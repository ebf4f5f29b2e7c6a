//! Connections that are signed in to: where, as what and for what a sign-in begins, new or again.
//!
//! What must stay true: two steps. A sign-in begins here and gives an address to open; it is finished, by this process or
//! another, in [`super::finish`]. Between the two nothing is stored but the pending row, so that a sign-in that is given
//! up leaves nothing behind.
use crate::model::auth::{AuthMethod, RevocationStyle, SecretRule};
use crate::model::connection::{Connection, DEFAULT_APP_LABEL, OAuthApp, OriginPurpose, Status};
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::redirect::{LoopbackHost, RedirectRule};
use crate::model::scope_use::{Governed, Needed};
use crate::model::secret::Secret;
use crate::model::service::{AuthKind, Service};
use crate::net::Reach;
use crate::oauth::{self, Client, ClientAuth, Grant, Server};
use crate::ops::apps::{host_and_port, provider_name};
use crate::ops::connections::key::who;
use crate::ops::connections::pending::{PendingAdd, Plan, Purpose, Way, begin};
use crate::ops::connections::place::place;
use crate::ops::connections::servers::{self, Named};
use crate::ops::connections::unattended;
use crate::ops::connections::{Wanted, base_url, check_wanted, owner_of};
use crate::ops::refresh::{client_of, server_of};
use crate::ops::{About, Error, Kind, Result, Siesta, find_connection, services};
use crate::store::ReadTx;
use serde_json::{Map, Value};
use url::Url;

/// What a sign-in asks for by default, of what the server offers: who it is, and a refresh token.
const DEFAULT_SCOPES: [&str; 3] = ["openid", "email", "offline_access"];

/// The endpoints of a server that does not describe itself.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub authorization: String,
    pub token: String,
    pub revocation: Option<String>,
    /// The device authorization endpoint.
    pub device: Option<String>,
}

/// Begins the sign-in of a new connection, at the service's own server or at a standard one that was named.
pub fn begin_add(siesta: &Siesta, new: NewSignIn) -> Result<PendingAdd> {
    let service = siesta.service(&new.service)?;
    match service.auth(AuthKind::OAuth2) {
        Some(method) if method.server.is_some() => begin_at_own(siesta, service, method, new),
        Some(_) => begin_at_standard(siesta, service, new),
        None => Err(Error::invalid(format!("{} has no sign-in", service.name))),
    }
}

/// At the server that the catalogue names, or one that speaks as it does.
fn begin_at_own(siesta: &Siesta, service: &Service, method: &AuthMethod, mut new: NewSignIn) -> Result<PendingAdd> {
    let reach = Reach { allow_private: new.wanted.allow_private_network };
    who(siesta, service, &new.wanted)?;
    if new.issuer.is_some() {
        return Err(Error::invalid(format!("{} is signed in to at its own server", service.name)));
    }
    let site = new.settings.remove("siteUrl");
    let mut place =
        place(service, Some(method), &new.settings, new.base_url.as_deref(), new.wanted.allow_private_network)?;
    place.settings.extend(site.map(|site| ("siteUrl".to_owned(), site)));
    let known = servers::known(method)?;
    let provider = known.map_or_else(|| service.provider.clone(), |server| server.provider.clone());
    let named = Named {
        authorization_url: new.endpoints.as_ref().map(|at| at.authorization.clone()),
        token_url: new.endpoints.as_ref().map(|at| at.token.clone()),
        revocation_url: new.endpoints.as_ref().and_then(|at| at.revocation.clone()),
        device_url: new.endpoints.as_ref().and_then(|at| at.device.clone()),
        tenant: new.tenant.clone(),
    };
    let app = siesta.store.read(|tx| tx.find_app(&provider, DEFAULT_APP_LABEL))?;
    let Chosen { id: client_id, secret: mut client_secret, app_label, redirect: registered } =
        match known.is_some_and(|server| server.key_exchange) {
            true => Chosen { id: String::new(), secret: None, app_label: None, redirect: None },
            false => chosen_client(app, &provider, &new)?,
        };
    let usual =
        RedirectRule { host: known.map_or(LoopbackHost::Literal127, |s| s.redirect.host), ..RedirectRule::default() };
    if known.is_some_and(|server| server.client_secret == SecretRule::Forbidden) {
        client_secret = None;
    }
    servers::check_secret(known, client_secret.is_some(), new.way == Way::Device)?;
    let server = servers::server(method, &named, client_secret.is_some())?;
    let server = servers::with_client(server, method, &named, &client_id)?;
    server.check(reach)?;
    let redirect = at_port(registered.unwrap_or(usual), new.callback_port);
    let is_pinned = known.is_some_and(|server| server.redirect.fixed_port);
    if is_pinned && redirect.port.is_none() && new.way != Way::Device {
        let what = format!("{provider} compares the port of the redirect, and none is known");
        return Err(
            Error::invalid(what).because("--callback-port PORT, or once and for all: siesta app set --redirect-port")
        );
    }
    let mut scopes = new.scopes.clone().unwrap_or_else(|| method.scopes.clone());
    let always = known.map(|server| server.always_scopes.as_slice()).unwrap_or_default();
    scopes.extend(always.iter().filter(|scope| !scopes.contains(scope)).cloned().collect::<Vec<_>>());
    let companion = unattended::companion(method, new.companion.take())?;
    let client = Client { id: client_id, secret: client_secret, auth: server.token_auth };
    let purpose = Purpose::Add {
        service: service.id.clone(),
        base_url: place.base_url.clone(),
        place: Some(place),
        verify: new.verify,
        provider,
        app_label,
        account_hint: new.account_hint.clone(),
        require_scopes: new.require_scopes,
        wanted: Box::new(new.wanted),
    };
    let account_hint = new.account_hint;
    begin(siesta, Plan { server, client, companion, reach, scopes, account_hint, redirect, way: new.way, purpose })
}

/// As what to sign in.
struct Chosen {
    id: String,
    secret: Option<Secret>,
    app_label: Option<String>,
    /// None: as the provider lets clients register it.
    redirect: Option<RedirectRule>,
}

/// The client that was named, else the organization's own for the provider.
fn chosen_client(app: Option<OAuthApp>, provider: &str, new: &NewSignIn) -> Result<Chosen> {
    let app = app.filter(|app| new.client_id.as_ref().is_none_or(|id| *id == app.client_id));
    match (&new.client_id, app) {
        (_, Some(app)) => Ok(Chosen {
            id: app.client_id,
            secret: new.client_secret.clone().or(app.client_secret),
            app_label: Some(app.label),
            redirect: Some(app.redirect),
        }),
        (Some(id), None) => {
            Ok(Chosen { id: id.clone(), secret: new.client_secret.clone(), app_label: None, redirect: None })
        }
        (None, None) => Err(Kind::NoClient { provider: provider.to_owned() }.into()),
    }
}

#[derive(Debug)]
pub struct NewSignIn {
    /// A service of the catalogue; the REST API: any standard server.
    pub service: String,
    /// Values of the way's fields.
    pub settings: Map<String, Value>,
    pub tenant: Option<String>,
    /// The secret that is sent beside the token.
    pub companion: Option<Secret>,
    pub verify: bool,
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
    pub way: Way,
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
    pub way: Way,
}

/// At any standard server.
fn begin_at_standard(siesta: &Siesta, service: &Service, new: NewSignIn) -> Result<PendingAdd> {
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
    let (client_id, client_secret, app_label, registered) = client(siesta, &issuer, &new)?;
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
    let purpose = Purpose::Add {
        service: service.id.clone(),
        base_url: api,
        place: None,
        verify: false,
        provider,
        app_label,
        account_hint: new.account_hint.clone(),
        require_scopes: new.require_scopes,
        wanted: Box::new(new.wanted),
    };
    let (account_hint, redirect) = (new.account_hint, at_port(registered, new.callback_port));
    begin(
        siesta,
        Plan { server, client, companion: None, reach, scopes, account_hint, redirect, way: new.way, purpose },
    )
}

/// Begins a new sign-in of a connection; everything but its credential is kept.
pub fn begin_reauth(siesta: &Siesta, typed: &str, asked: &Reauth) -> Result<PendingAdd> {
    let (connection, tokens, app) = siesta.store.read(|tx| Ok(reauth_facts(siesta, tx, typed)))??;
    let server = server_of(&connection)?;
    let reach = Reach { allow_private: connection.allow_private_network };
    let companion = tokens.as_ref().and_then(|tokens| tokens.companion.clone());
    let mut client = match tokens {
        Some(tokens) => client_of(&connection, &server, &tokens),
        None => Client::public(connection.client.as_ref().map_or("", |client| client.client_id.as_str())),
    };
    let method = siesta.service(&connection.service)?.auth(connection.auth_kind);
    let known = method.map(servers::known).transpose()?.flatten();
    let host = known.map_or(LoopbackHost::Literal127, |server| server.redirect.host);
    let mut registered = RedirectRule { host, ..RedirectRule::default() };
    if let Some(app) = app.filter(|app| app.client_id == client.id) {
        client.auth = if app.client_secret.is_some() { server.token_auth } else { ClientAuth::None };
        client.secret = app.client_secret;
        registered = app.redirect;
    }
    let mut scopes = asked.scopes.clone().unwrap_or_else(|| connection.requested_scopes.clone());
    let needed = match asked.scopes {
        Some(_) => Needed::default(),
        None => siesta.store.read(|tx| Ok(needed_scopes(tx, &connection)))??,
    };
    for scope in asked.add_scopes.iter().chain(&needed.scopes) {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    let needed = Needed {
        for_administrators: needed.for_administrators.into_iter().filter(|scope| !scopes.contains(scope)).collect(),
        ..needed
    };
    let mut server = server;
    ask_for_consent(&mut server, &scopes);
    let account_hint = connection.metadata.get("email").and_then(Value::as_str).map(str::to_owned);
    let purpose = Purpose::Reauth {
        connection: connection.id,
        label: connection.label,
        allow_account_change: asked.allow_account_change,
    };
    let redirect = at_port(registered, asked.callback_port);
    let plan = Plan { server, client, companion, reach, scopes, account_hint, redirect, way: asked.way, purpose };
    Ok(PendingAdd { needed, ..begin(siesta, plan)? })
}

type ReauthFacts = (Connection, Option<OAuthTokens>, Option<OAuthApp>);

fn reauth_facts(siesta: &Siesta, tx: &ReadTx<'_>, typed: &str) -> Result<ReauthFacts> {
    siesta.person(tx)?;
    let connection = find_connection(tx, typed, true)?;
    if connection.status == Status::Revoked {
        return Err(Error::conflict(format!("connection \"{}\" is revoked; add it anew", connection.label))
            .about(About::Revoked(connection.label.clone())));
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

/// The scopes without which a function that some agent can call is closed (R12 counts what is granted, so nothing is
/// asked for twice).
fn needed_scopes(tx: &ReadTx<'_>, connection: &Connection) -> Result<Needed> {
    let service = services::of(tx, connection)?;
    let governed = Governed {
        service: &service,
        service_enabled: tx.find_type_policy(&service.id)?.unwrap_or(true),
        base_url: &connection.base_url,
        overrides: &tx.list_overrides(&service.id)?,
        settings: &tx.list_settings(connection.id)?,
        policies: &tx.list_policies_of(connection.id)?,
    };
    Ok(governed.needed(&connection.requested_scopes))
}

fn connection_issuer(connection: &Connection) -> String {
    let authorization = connection.origins.iter().find(|o| o.purpose == OriginPurpose::Authorization);
    authorization.map_or_else(|| connection.provider.clone(), |origin| origin.origin.clone())
}

/// An app by the provider's host and port, else by its host alone.
fn find_app(tx: &ReadTx<'_>, issuer: &str, label: &str) -> Result<Option<OAuthApp>> {
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
) -> Result<(String, Option<Secret>, Option<String>, RedirectRule)> {
    let app = siesta.store.read(|tx| Ok(find_app(tx, issuer.as_str(), DEFAULT_APP_LABEL)))??;
    match (&new.client_id, app) {
        (Some(id), Some(app)) if *id == app.client_id => {
            let secret = new.client_secret.clone().or(app.client_secret);
            Ok((id.clone(), secret, Some(app.label), app.redirect))
        }
        (Some(id), _) => Ok((id.clone(), new.client_secret.clone(), None, RedirectRule::default())),
        (None, Some(app)) => Ok((app.client_id, app.client_secret, Some(app.label), app.redirect)),
        (None, None) => Err(Kind::NoClient { provider: host_and_port(issuer) }.into()),
    }
}

/// The port that was typed wins over the one that is registered.
fn at_port(registered: RedirectRule, typed: Option<u16>) -> RedirectRule {
    RedirectRule { port: typed.or(registered.port), ..registered }
}

pub(super) fn parse_url(typed: &str, what: &str) -> Result<Url> {
    let url = Url::parse(typed).ok().filter(Url::has_host);
    url.ok_or_else(|| Error::invalid(format!("\"{typed}\" is not an absolute URL and cannot be the {what}")))
}

fn named_server(issuer: Option<String>, endpoints: &Endpoints, with_secret: bool) -> Result<Server> {
    let maybe = |url: &Option<String>, what| url.as_deref().map(|url| parse_url(url, what)).transpose();
    Ok(Server {
        issuer,
        authorization_url: parse_url(&endpoints.authorization, "authorization URL")?,
        token_url: parse_url(&endpoints.token, "token URL")?,
        revocation_url: maybe(&endpoints.revocation, "revocation URL")?,
        device_url: maybe(&endpoints.device, "device authorization URL")?,
        par_url: None,
        iss_announced: false,
        token_auth: if with_secret { ClientAuth::Basic } else { ClientAuth::None },
        scope_separator: " ".to_owned(),
        scopes_supported: None,
        extra_authorize_params: Vec::new(),
        pkce: true,
        reuse_window: false,
        grant: Grant::Code,
        json_requests: false,
        user_scope_param: None,
        revocation: RevocationStyle::Standard,
        subject: None,
        lasting_tokens: false,
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
