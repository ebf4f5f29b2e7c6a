//! An authorization server and a client, as this program knows them.
//!
//! What must stay true: an endpoint is https (plain http only to loopback, for an opted-in connection), without user
//! name, password or fragment. Everything here may come from a document found on the network or from an imported
//! service, so it is checked where it comes in and again where it is used.
use crate::model::auth::RevocationStyle;
use crate::model::secret::Secret;
use crate::net::Reach;
use crate::oauth::error::Error;
use serde::{Deserialize, Serialize};
use url::Url;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Server {
    /// The name it gives itself; what `iss` in an answer and in an id token is compared with.
    pub issuer: Option<String>,
    pub authorization_url: Url,
    pub token_url: Url,
    pub revocation_url: Option<Url>,
    pub device_url: Option<Url>,
    /// Where it wants authorization requests handed over beforehand (RFC 9126); none: it does not demand it.
    #[serde(default)]
    pub par_url: Option<Url>,
    /// It has announced that every answer names its issuer (RFC 9207): an answer without is refused.
    pub iss_announced: bool,
    pub token_auth: ClientAuth,
    #[serde(default = "space")]
    pub scope_separator: String,
    #[serde(default)]
    pub scopes_supported: Option<Vec<String>>,
    #[serde(default)]
    pub extra_authorize_params: Vec<(String, String)>,
    /// Off only for a provider that refuses the parameters; one that ignores them gets them all the same.
    #[serde(default = "yes")]
    pub pkce: bool,
    /// It takes a refresh token that was replaced for a while longer, so the previous one is worth keeping.
    #[serde(default)]
    pub reuse_window: bool,
    /// How access tokens are got there.
    #[serde(default)]
    pub grant: Grant,
    /// Token requests are JSON, not forms (Notion).
    #[serde(default)]
    pub json_requests: bool,
    /// The parameter for a person's own scopes (Slack); none: `scope`.
    #[serde(default)]
    pub user_scope_param: Option<String>,
    /// The call that takes a token back.
    #[serde(default = "standard")]
    pub revocation: RevocationStyle,
    /// The user a key file acts as.
    #[serde(default)]
    pub subject: Option<String>,
    /// Its tokens live until somebody revokes them, so none to refresh with is no fault.
    #[serde(default)]
    pub lasting_tokens: bool,
}

/// How access tokens are got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// A person signs in; refresh tokens renew.
    #[default]
    Code,
    /// The client signs in for itself (RFC 6749 §4.4); the same again renews.
    ClientCredentials,
    /// A key file signs an assertion (RFC 7523); the same again renews.
    Assertion,
    /// A person signs in and gets a lasting key, which nothing renews.
    KeyExchange,
}

/// How a client says who it is at the token and revocation endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// In the Authorization header, both parts percent-encoded first (RFC 6749 §2.3.1).
    Basic,
    /// As members of the body.
    Post,
    /// A public client: its id alone.
    None,
}

#[derive(Debug, Clone)]
pub struct Client {
    pub id: String,
    pub secret: Option<Secret>,
    pub auth: ClientAuth,
}

impl Client {
    pub fn public(id: &str) -> Self {
        Client { id: id.to_owned(), secret: None, auth: ClientAuth::None }
    }

    /// The secret where it is to be used: a public client has none, even if somebody stored one.
    pub(super) fn used_secret(&self) -> Option<&Secret> {
        self.secret.as_ref().filter(|secret| self.auth != ClientAuth::None && !secret.is_empty())
    }
}

impl Server {
    /// Refuses a server with an endpoint that must not be asked.
    pub fn check(&self, reach: Reach) -> Result<(), Error> {
        check_endpoint(&self.authorization_url, reach, "authorization endpoint")?;
        check_endpoint(&self.token_url, reach, "token endpoint")?;
        for url in self.revocation_url.iter().chain(&self.device_url).chain(&self.par_url) {
            check_endpoint(url, reach, "revocation, device or pushed authorization request endpoint")?;
        }
        Ok(())
    }
}

pub(super) fn check_endpoint(url: &Url, reach: Reach, what: &'static str) -> Result<(), Error> {
    let anonymous = url.username().is_empty() && url.password().is_none();
    match crate::net::address::check_url(url, reach) {
        Ok(()) if anonymous && url.fragment().is_none() => Ok(()),
        _ => Err(Error::BadServer { what }),
    }
}

fn standard() -> RevocationStyle {
    RevocationStyle::Standard
}

fn space() -> String {
    " ".to_owned()
}

fn yes() -> bool {
    true
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// A server whose every endpoint is at `base`.
    pub(crate) fn server(base: &Url) -> Server {
        Server {
            issuer: Some(base.as_str().trim_end_matches('/').to_owned()),
            authorization_url: base.join("authorize").unwrap(),
            token_url: base.join("token").unwrap(),
            revocation_url: Some(base.join("revoke").unwrap()),
            device_url: None,
            par_url: None,
            iss_announced: false,
            token_auth: ClientAuth::None,
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_with_another_scheme_credentials_or_a_fragment_are_refused() {
        let good = samples::server(&Url::parse("https://auth.example/").unwrap());
        assert!(good.check(Reach::PUBLIC).is_ok());
        for bad in [
            "http://auth.example/t",
            "ftp://auth.example/t",
            "https://user@auth.example/t",
            "https://:pw@auth.example/t",
            "https://auth.example/t#f",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ] {
            let mut server = good.clone();
            server.token_url = Url::parse(bad).unwrap();
            assert!(matches!(server.check(Reach::PRIVATE), Err(Error::BadServer { .. })), "{bad}");
        }
        let local = samples::server(&Url::parse("http://127.0.0.1:9/").unwrap());
        assert!(local.check(Reach::PRIVATE).is_ok() && local.check(Reach::PUBLIC).is_err());
    }

    #[test]
    fn a_server_is_stored_and_read_back_unchanged() {
        let server = samples::server(&Url::parse("https://auth.example/").unwrap());
        let text = serde_json::to_string(&server).unwrap();
        assert_eq!(serde_json::from_str::<Server>(&text).unwrap(), server);
    }
}
