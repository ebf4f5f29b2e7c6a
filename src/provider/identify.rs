//! The small read-only request that proves a credential and says whose it is.
//!
//! What must stay true: it goes only to an origin that the connection has for calls or for this purpose (R8a), and what
//! comes back is masked before anybody reads it.
use crate::model::connection::Connection;
use crate::model::credential::Opens;
use crate::model::service::{Protocol, Service, Verification};
use crate::model::time::Timestamp;
use crate::net::{Method, Net, Reach, Request};
use crate::provider::send::Error;
use crate::provider::{inject, mail, mask, remark};
use serde_json::Value;
use url::Url;

/// What the provider answered.
#[derive(Debug, Clone)]
pub struct Proof {
    pub status: u16,
    /// None: it was no JSON.
    pub body: Option<Value>,
    /// The header that lists the granted scopes, where the catalogue names one.
    pub scopes: Option<Vec<String>>,
    /// Why the provider refused, where a header says so.
    pub remark: Option<String>,
}

pub fn identify(
    net: &Net,
    connection: &Connection,
    service: &Service,
    asked: &Verification,
    opens: &Opens,
    now: Timestamp,
) -> Result<Proof, Error> {
    if service.protocol == Protocol::Mail {
        return mail::prove(net, connection, opens);
    }
    let base = asked.base_url.as_deref().unwrap_or(&connection.base_url);
    let url = Url::parse(&format!("{base}{}", asked.path)).map_err(|_| Error::NotSendable)?;
    if !connection.may_verify(&url.origin().ascii_serialization()) {
        return Err(Error::NotSendable);
    }
    let (method, asked_at) =
        (Method::from_bytes(asked.method.as_bytes()).map_err(|_| Error::NotSendable)?, url.clone());
    let mut request = Request::new(method.clone(), url)
        .header("User-Agent", concat!("siesta/", env!("CARGO_PKG_VERSION")))
        .header("Accept", "application/json, */*;q=0.5");
    for (name, value) in &service.headers {
        request = request.header(name, value.as_str());
    }
    let reach = Reach { allow_private: connection.allow_private_network };
    let response = net.send(inject::inject(request, connection, service, opens, now)?, reach)?;
    let body = mask::mask(&response.body, opens);
    let listed = asked.scopes_header.as_deref().and_then(|name| response.header(name));
    let words = |text: &str| text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let remark = remark::remark(service, &method, &asked_at, &response);
    let remark = remark.map(|words| String::from_utf8_lossy(&mask::mask(words.as_bytes(), opens)).into_owned());
    Ok(Proof { status: response.status, body: serde_json::from_slice(&body).ok(), scopes: listed.map(words), remark })
}
