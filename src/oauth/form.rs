//! Requests to the endpoints that the OAuth library does not make to our liking: revocation and device authorization.
//!
//! What must stay true: a client says who it is here in the same way as at the token endpoint.
use crate::model::secret::Secret;
use crate::net::{Body, Method, Request};
use crate::oauth::server::{Client, ClientAuth};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::{Url, form_urlencoded};

/// A form with these members, from this client.
pub(super) fn post(url: &Url, client: &Client, members: &[(&str, &str)]) -> Request {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(members);
    let mut request = Request::new(Method::POST, url.clone())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json");
    match (client.auth, client.used_secret()) {
        (ClientAuth::Basic, Some(secret)) => request = request.header("Authorization", basic(&client.id, secret)),
        (_, secret) => {
            form.append_pair("client_id", &client.id);
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.reveal());
            }
        }
    }
    request.body(Body::new(form.finish().into_bytes()))
}

/// The same members as JSON, the client named by Basic.
pub(super) fn json(url: &Url, client: &Client, members: &[(&str, &str)]) -> Request {
    let members: serde_json::Map<String, serde_json::Value> =
        members.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect();
    let mut request = Request::new(Method::POST, url.clone())
        .header("Content-Type", "application/json")
        .header("Accept", "application/json");
    if let Some(secret) = client.used_secret() {
        request = request.header("Authorization", basic(&client.id, secret));
    }
    request.body(Body::new(serde_json::Value::Object(members).to_string().into_bytes()))
}

/// A `DELETE` that names the token in its body and the client by Basic (GitHub); none: the client has no secret.
pub(super) fn delete_with_basic(url: &Url, client: &Client, token: &Secret) -> Option<Request> {
    let secret = client.secret.as_ref().filter(|secret| !secret.is_empty())?;
    let body = serde_json::json!({"access_token": token.reveal()}).to_string();
    let request = Request::new(Method::DELETE, url.clone())
        .header("Authorization", basic(&client.id, secret))
        .header("Accept", "application/vnd.github+json")
        .header("User-Agent", concat!("siesta/", env!("CARGO_PKG_VERSION")))
        .header("Content-Type", "application/json");
    Some(request.body(Body::new(body.into_bytes())))
}

/// A call that the token makes for itself.
pub(super) fn with_token(url: &Url, token: &Secret) -> Request {
    let request = Request::new(Method::POST, url.clone())
        .header("Authorization", Secret::new(format!("Bearer {}", token.reveal())))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json");
    request.body(Body::new(Vec::new()))
}

/// How the client was named in a header, to be hidden from what comes back.
pub(super) fn named_by_basic(client: &Client) -> Option<Secret> {
    client.used_secret().map(|secret| basic(&client.id, secret))
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined, which ordinary Basic does not do.
fn basic(id: &str, secret: &Secret) -> Secret {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret.reveal())))))
}
