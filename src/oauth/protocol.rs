//! The one file that knows the OAuth library: authorization address, PKCE challenge, and the bytes of token requests.
//!
//! What must stay true: the library builds requests, it never sends them and never sees an answer. Its errors carry
//! whole bodies, it drops status and `Retry-After`, and it refuses answers that real providers give; so the request is
//! taken from it, sent by [`crate::net`], and the answer is read by [`crate::oauth::answer`].
use crate::model::secret::Secret;
use crate::net::{Body, HeaderText, Method, Request};
use crate::oauth::error::Error;
use crate::oauth::server::{Client, ClientAuth, Server};
use oauth2::basic::BasicClient;
use oauth2::{AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, TokenUrl};
use std::cell::RefCell;
use url::Url;

/// What an authorization address is made of.
pub(super) struct Asked<'a> {
    pub(super) redirect_uri: &'a str,
    /// Joined with the server's separator.
    pub(super) scope: String,
    pub(super) state: &'a Secret,
    pub(super) verifier: Option<&'a Secret>,
    pub(super) extra: Vec<(&'a str, &'a str)>,
}

pub(super) fn authorization_url(server: &Server, client: &Client, asked: Asked<'_>) -> Result<Url, Error> {
    let known = BasicClient::new(ClientId::new(client.id.clone()))
        .set_auth_uri(AuthUrl::from_url(server.authorization_url.clone()))
        .set_redirect_uri(redirect(asked.redirect_uri)?);
    let mut request = known.authorize_url(|| CsrfToken::new(asked.state.reveal().to_owned()));
    if !asked.scope.is_empty() {
        request = request.add_scope(Scope::new(asked.scope));
    }
    if let Some(verifier) = asked.verifier {
        let verifier = PkceCodeVerifier::new(verifier.reveal().to_owned());
        request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    }
    for (name, value) in asked.extra {
        request = request.add_extra_param(name, value);
    }
    Ok(request.url().0)
}

pub(super) fn exchange_request(
    server: &Server,
    client: &Client,
    code: &Secret,
    redirect_uri: &str,
    verifier: Option<&Secret>,
) -> Result<Request, Error> {
    let taken = RefCell::new(None);
    let known = BasicClient::new(ClientId::new(client.id.clone()))
        .set_auth_type(auth_type(client))
        .set_token_uri(TokenUrl::from_url(server.token_url.clone()))
        .set_redirect_uri(redirect(redirect_uri)?);
    let known = match client.used_secret() {
        Some(secret) => known.set_client_secret(ClientSecret::new(secret.reveal().to_owned())),
        None => known,
    };
    let mut request = known.exchange_code(AuthorizationCode::new(code.reveal().to_owned()));
    if let Some(verifier) = verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.reveal().to_owned()));
    }
    // Always an error: that is how the request is kept from being sent there.
    let _ = request.request(&|built: HttpRequest| keep(&taken, built));
    into_ours(taken.into_inner(), server)
}

pub(super) fn refresh_request(server: &Server, client: &Client, refresh_token: &Secret) -> Result<Request, Error> {
    let taken = RefCell::new(None);
    let known = BasicClient::new(ClientId::new(client.id.clone()))
        .set_auth_type(auth_type(client))
        .set_token_uri(TokenUrl::from_url(server.token_url.clone()));
    let known = match client.used_secret() {
        Some(secret) => known.set_client_secret(ClientSecret::new(secret.reveal().to_owned())),
        None => known,
    };
    // No scope: it would only narrow the grant, and some providers refuse it.
    let token = RefreshToken::new(refresh_token.reveal().to_owned());
    let _ = known.exchange_refresh_token(&token).request(&|built: HttpRequest| keep(&taken, built));
    into_ours(taken.into_inner(), server)
}

#[derive(Debug, thiserror::Error)]
#[error("taken, not sent")]
struct NotSent;

fn keep(taken: &RefCell<Option<HttpRequest>>, built: HttpRequest) -> Result<HttpResponse, NotSent> {
    *taken.borrow_mut() = Some(built);
    Err(NotSent)
}

fn into_ours(built: Option<HttpRequest>, server: &Server) -> Result<Request, Error> {
    let built = built.ok_or(Error::BadServer { what: "token endpoint" })?;
    let mut request = Request::new(Method::POST, server.token_url.clone());
    for (name, value) in built.headers() {
        let text = value.to_str().map_err(|_| Error::BadServer { what: "client" })?.to_owned();
        let text = match name.as_str() {
            "authorization" => HeaderText::Secret(Secret::new(text)),
            _ => HeaderText::Plain(text),
        };
        request = request.header(name.as_str(), text);
    }
    match server.json_requests {
        false => Ok(request.body(Body::new(built.into_body()))),
        true => Ok(as_json(request, &built.into_body())),
    }
}

/// The same members as JSON, for a server that reads nothing else.
fn as_json(mut request: Request, form: &[u8]) -> Request {
    let members = url::form_urlencoded::parse(form).into_owned();
    let members: serde_json::Map<String, serde_json::Value> = members.map(|(name, text)| (name, text.into())).collect();
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let request = request.header("Content-Type", "application/json");
    request.body(Body::new(serde_json::Value::Object(members).to_string().into_bytes()))
}

fn auth_type(client: &Client) -> AuthType {
    match client.auth {
        ClientAuth::Basic => AuthType::BasicAuth,
        ClientAuth::Post | ClientAuth::None => AuthType::RequestBody,
    }
}

/// The library keeps the text beside what it parsed, so the same bytes go to both endpoints.
fn redirect(uri: &str) -> Result<RedirectUrl, Error> {
    RedirectUrl::new(uri.to_owned()).map_err(|_| Error::BadServer { what: "redirect address" })
}
