//! Access tokens without a person: a client that signs in for itself, and a key file that signs assertions.
//!
//! What must stay true: the private key of a key file is used here and nowhere else; an assertion is made for one server,
//! lives for minutes, and is never kept.
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::net::{Body, Method, Net, Reach, Request};
use crate::oauth::answer::{self, TokenAnswer};
use crate::oauth::error::Error;
use crate::oauth::form;
use crate::oauth::server::{self, Client, Grant, Server};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::json;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// RFC 7523.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// As long as Google allows (an hour), less than half: it is used at once.
const ASSERTION_LIFE_S: i64 = 600;

/// What a key file of Google says, its key aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    pub client_email: String,
    /// Where it wants to be used.
    pub token_url: Option<Url>,
}

#[derive(Deserialize)]
struct Parts {
    #[serde(rename = "type")]
    kind: String,
    client_email: String,
    private_key: Zeroizing<String>,
    token_uri: Option<String>,
}

fn parts(file: &Secret) -> Result<Parts, Error> {
    let bad = Error::BadKeyFile { what: "it is no key file of a service account" };
    let parts: Parts = serde_json::from_str(file.reveal()).map_err(|_| bad)?;
    match parts.kind == "service_account" && !parts.client_email.chars().any(char::is_control) {
        true => Ok(parts),
        false => Err(Error::BadKeyFile { what: "it is no key file of a service account" }),
    }
}

/// Looks a key file over, without using it.
pub fn read_key_file(file: &Secret) -> Result<KeyFile, Error> {
    let parts = parts(file)?;
    key_pair(&parts)?;
    let token_url = parts.token_uri.as_deref().and_then(|url| Url::parse(url).ok());
    Ok(KeyFile { client_email: parts.client_email, token_url })
}

fn key_pair(parts: &Parts) -> Result<RsaKeyPair, Error> {
    let bad = || Error::BadKeyFile { what: "its private key cannot be read" };
    let der = PrivatePkcs8KeyDer::from_pem_slice(parts.private_key.as_bytes()).map_err(|_| bad())?;
    RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| bad())
}

/// A new access token, without a person.
pub fn mint(
    net: &Net,
    reach: Reach,
    server: &Server,
    client: &Client,
    scopes: &[String],
    now: Timestamp,
) -> Result<TokenAnswer, Error> {
    server::check_endpoint(&server.token_url, reach, "token endpoint")?;
    let scope = scopes.join(&server.scope_separator);
    let request = match server.grant {
        Grant::Assertion => {
            let file = client.secret.as_ref().ok_or(Error::BadKeyFile { what: "there is none" })?;
            let assertion = assertion(file, server, &scope, now)?;
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair("grant_type", JWT_BEARER).append_pair("assertion", assertion.reveal());
            Request::new(Method::POST, server.token_url.clone())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .body(Body::new(form.finish().into_bytes()))
        }
        Grant::ClientCredentials | Grant::Code | Grant::KeyExchange => {
            let mut members = vec![("grant_type", "client_credentials")];
            members.extend((!scope.is_empty()).then_some(("scope", scope.as_str())));
            form::post(&server.token_url, client, &members)
        }
    };
    let basic = form::named_by_basic(client);
    let sent: Vec<&Secret> = client.secret.iter().chain(&basic).collect();
    answer::read(&net.send(request, reach)?, &sent)
}

/// A signed statement that the key's owner wants a token with these scopes.
fn assertion(file: &Secret, server: &Server, scope: &str, now: Timestamp) -> Result<Secret, Error> {
    let parts = parts(file)?;
    let key = key_pair(&parts)?;
    let issued = now.as_second();
    let mut claims = json!({
        "iss": parts.client_email, "scope": scope, "aud": server.token_url.as_str(),
        "iat": issued, "exp": issued + ASSERTION_LIFE_S,
    });
    if let Some(subject) = &server.subject {
        claims["sub"] = subject.as_str().into();
    }
    let encoded = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encoded(&json!({"alg": "RS256", "typ": "JWT"})), encoded(&claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| Error::NoRandomness)?;
    Ok(Secret::new(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))))
}
