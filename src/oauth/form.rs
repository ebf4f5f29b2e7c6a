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

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined, which ordinary Basic does not do.
fn basic(id: &str, secret: &Secret) -> Secret {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret.reveal())))))
}
