//! The sign-in servers of the catalogue, made into what the sign-in speaks to.
//!
//! What must stay true (R8a): which server it is comes from the catalogue, or from what the administrator typed for this
//! connection; a tenant fills a path and never a host.
use crate::model::auth::{AuthMethod, RevocationStyle, SecretRule, SignInServer};
use crate::oauth::{ClientAuth, Grant, Server};
use crate::ops::connections::sign_in::parse_url;
use crate::ops::{Error, Result};
use url::Url;

/// What was typed instead of the catalogue's.
#[derive(Debug, Clone, Default)]
pub struct Named {
    pub authorization_url: Option<String>,
    pub token_url: Option<String>,
    pub revocation_url: Option<String>,
    pub device_url: Option<String>,
    pub tenant: Option<String>,
}

impl Named {
    /// Whether another server than the catalogue's was named.
    pub fn is_own(&self) -> bool {
        self.token_url.is_some()
    }
}

/// The catalogue's entry of the server that a way signs in at.
pub(super) fn known(method: &AuthMethod) -> Result<Option<&'static SignInServer>> {
    Ok(method.server.as_deref().map(crate::catalog::server).transpose()?)
}

/// The server that a way of opening a service signs in at.
pub(super) fn server(method: &AuthMethod, named: &Named, with_secret: bool) -> Result<Server> {
    let known = known(method)?;
    let tenant = named.tenant.as_deref().or(known.and_then(|server| server.default_tenant.as_deref()));
    if let Some(tenant) = tenant {
        check_tenant(tenant)?;
    }
    // On another server, none of the catalogue's endpoints is right: what was not named is not there.
    let pick = |typed: &Option<String>, own: Option<&str>, what: &'static str| -> Result<Option<Url>> {
        let own = own.filter(|_| !named.is_own()).map(|url| url.replace("{tenant}", tenant.unwrap_or_default()));
        typed.clone().or(own).map(|url| parse_url(&url, what)).transpose()
    };
    let missing = |what: &str| Error::invalid(format!("the sign-in needs {what}"));
    let token_url = pick(&named.token_url, known.map(|s| s.token_url.as_str()), "token URL")?;
    let token_url = token_url.ok_or_else(|| missing("a token URL: --token-url"))?;
    let authorization =
        pick(&named.authorization_url, known.map(|s| s.authorization_url.as_str()), "authorization URL")?;
    let revocation = known.and_then(|s| s.revocation.url.as_deref());
    // The id of the client is filled in where it is known.
    let revocation_url = pick(&named.revocation_url, revocation.filter(|url| !url.contains('{')), "revocation URL")?;
    let style = known.map_or(RevocationStyle::Standard, |server| server.revocation.style);
    let authorize_params = known.map(|server| server.authorize_params.clone()).unwrap_or_default();
    Ok(Server {
        issuer: known.filter(|_| !named.is_own()).and_then(|server| server.issuer.clone()),
        authorization_url: authorization.unwrap_or_else(|| token_url.clone()),
        token_url,
        revocation_url,
        device_url: pick(&named.device_url, known.and_then(|s| s.device_url.as_deref()), "device authorization URL")?,
        par_url: None,
        iss_announced: false,
        token_auth: match (known, with_secret) {
            (_, false) => ClientAuth::None,
            (Some(server), true) if server.basic => ClientAuth::Basic,
            (Some(_), true) => ClientAuth::Post,
            (None, true) => ClientAuth::Basic,
        },
        scope_separator: known.map_or_else(|| " ".to_owned(), |server| server.scope_separator.clone()),
        scopes_supported: None,
        extra_authorize_params: authorize_params.into_iter().collect(),
        pkce: known.is_none_or(|server| !server.no_pkce),
        reuse_window: known.is_some_and(|server| server.reuse_window),
        grant: match known.is_some_and(|server| server.key_exchange) {
            true => Grant::KeyExchange,
            false => Grant::Code,
        },
        json_requests: known.is_some_and(|server| server.json_requests),
        user_scope_param: known.and_then(|server| server.user_scope_param.clone()),
        revocation: style,
        subject: None,
        lasting_tokens: known.is_some_and(|server| server.lasting_tokens),
    })
}

/// Fills the client's id into the address that takes tokens back.
pub(super) fn with_client(mut server: Server, method: &AuthMethod, named: &Named, client_id: &str) -> Result<Server> {
    let own = known(method)?.and_then(|server| server.revocation.url.as_deref());
    let template = named.revocation_url.as_deref().or(own.filter(|_| !named.is_own()));
    if let Some(template) = template.filter(|url| url.contains("{client_id}")) {
        let id: String = url::form_urlencoded::byte_serialize(client_id.as_bytes()).collect();
        server.revocation_url = Some(parse_url(&template.replace("{client_id}", &id), "revocation URL")?);
    }
    Ok(server)
}

/// A tenant is part of a path: its id, or a domain.
fn check_tenant(tenant: &str) -> Result<()> {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b".-".contains(&b);
    match !tenant.is_empty() && tenant.bytes().all(sound) && !tenant.contains("..") {
        true => Ok(()),
        false => Err(Error::invalid(format!("\"{tenant}\" is no tenant: its id or its domain"))),
    }
}

/// Whether the client's secret may, must or must not be there.
pub(super) fn check_secret(server: Option<&SignInServer>, has_secret: bool, by_device: bool) -> Result<()> {
    let Some(server) = server else { return Ok(()) };
    match (server.client_secret, has_secret) {
        (SecretRule::Needed, false) => {
            Err(Error::invalid(format!("{} wants the client's secret too", server.provider))
                .because(server.help.clone()))
        }
        (SecretRule::Optional, false) if !by_device && server.device_url.is_some() => {
            Err(Error::invalid(format!("{} wants the client's secret for a sign-in in the browser", server.provider))
                .because("with --device it needs none"))
        }
        _ => Ok(()),
    }
}
