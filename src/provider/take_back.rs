//! Taking a lasting credential back at its provider, where the provider has a call for it.
//!
//! What must stay true: the call goes to the service's own origin, or to the one the connection was given instead, and
//! only a plain yes is reported as one.
use crate::model::auth::{Revocation, RevocationStyle};
use crate::model::connection::Connection;
use crate::model::credential::Opens;
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::net::{Method, Net, Reach, Request};
use crate::provider::inject;
use crate::provider::send::Error;
use serde_json::Value;
use url::Url;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    Yes,
    /// There is no call for it.
    NotSupported,
    /// What the provider said.
    No(String),
}

pub fn take_back(
    net: &Net,
    connection: &Connection,
    service: &Service,
    how: &Revocation,
    opens: &Opens,
    now: Timestamp,
) -> Result<TakenBack, Error> {
    let (Some(template), Opens::ApiKey(key)) = (&how.url, opens) else { return Ok(TakenBack::NotSupported) };
    let method = match how.style {
        RevocationStyle::WithToken => Method::POST,
        RevocationStyle::DeletePath => Method::DELETE,
        RevocationStyle::Standard
        | RevocationStyle::Json
        | RevocationStyle::DeleteWithBasic
        | RevocationStyle::ByHand => {
            return Ok(TakenBack::NotSupported);
        }
    };
    let mut url = inject::in_path(template, key).ok_or(Error::NotSendable)?;
    // A connection to another server than the service's own has the call there, under the same path.
    let base = Url::parse(&connection.base_url).map_err(|_| Error::NotSendable)?;
    if !connection.may_call(&url.origin().ascii_serialization()) {
        url = base.join(url.path()).map_err(|_| Error::NotSendable)?;
    }
    if !connection.may_call(&url.origin().ascii_serialization()) {
        return Ok(TakenBack::NotSupported);
    }
    let request = Request::new(method, url)
        .header("User-Agent", concat!("siesta/", env!("CARGO_PKG_VERSION")))
        .header("Accept", "application/json");
    let request = inject::inject(request, connection, service, opens, now)?;
    let answer = net.send(request, Reach { allow_private: connection.allow_private_network })?;
    let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let error = said.as_ref().and_then(|said| said.get("error")).and_then(Value::as_str);
    let is_no = said.as_ref().and_then(|said| said.get("ok")) == Some(&Value::Bool(false));
    Ok(match (answer.status, is_no, error) {
        (200..=299, false, _) | (404, ..) => TakenBack::Yes,
        // Dead is dead.
        (200..=299, true, Some("token_revoked" | "invalid_auth" | "account_inactive")) => TakenBack::Yes,
        (200..=299, true, error) => TakenBack::No(error.unwrap_or("it said no").chars().take(100).collect()),
        (status, ..) => TakenBack::No(format!("HTTP {status}")),
    })
}
