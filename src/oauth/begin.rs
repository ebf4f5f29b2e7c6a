//! The first step of a sign-in: the address to open, and what must be remembered until the browser comes back.
//!
//! What must stay true: the state is 256 random bits and only its hash is kept, so a copied store cannot be used to
//! forge an answer; the verifier never leaves this machine before the exchange; and everything the answer is judged by
//! (issuer, redirect, nonce, expiry) is fixed now, not when the answer is there.
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::net::Reach;
use crate::oauth::error::Error;
use crate::oauth::key_exchange;
use crate::oauth::protocol::{self, Asked};
use crate::oauth::random::{self, Random};
use crate::oauth::server::{self, Client, Grant, Server};
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;

/// What is asked for in one sign-in.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// Sent with the same bytes now and at the exchange.
    pub redirect_uri: &'a str,
    pub scopes: &'a [String],
    /// Which account the provider should offer; never a proof of which one was used.
    pub account_hint: Option<&'a str>,
    pub now: Timestamp,
    pub lifetime: Duration,
}

#[derive(Debug)]
pub struct Begun {
    pub authorization_url: Url,
    pub state: Secret,
    pub pending: Pending,
}

/// A sign-in that waits for its answer. It may be kept (sealed) and finished by another process.
#[derive(Debug, Clone)]
pub struct Pending {
    pub state_hash: [u8; 32],
    /// Missing only where the provider refuses PKCE.
    pub verifier: Option<Secret>,
    pub redirect_uri: String,
    pub client_id: String,
    pub issuer: Option<String>,
    pub iss_announced: bool,
    /// Present when an identity was asked for (scope `openid`).
    pub nonce: Option<Secret>,
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Parameters that only this program sets: one from a catalogue or an imported service would switch a protection off.
const OURS: [&str; 11] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "response_mode",
];

pub fn begin(server: &Server, client: &Client, asked: &SignIn<'_>, random: &mut dyn Random) -> Result<Begun, Error> {
    // A browser will open it, with its own idea of what it may reach; ours is only that it is https, or loopback.
    server::check_endpoint(&server.authorization_url, Reach::PRIVATE, "authorization endpoint")?;
    let extra = extra_params(server)?;

    let state = Secret::new(random::url_text::<32>(random)?);
    let verifier = match server.pkce {
        true => Some(Secret::new(random::url_text::<32>(random)?)),
        false => None,
    };
    let nonce = match asked.scopes.iter().any(|scope| scope == "openid") {
        true => Some(Secret::new(random::url_text::<32>(random)?)),
        false => None,
    };
    if let (Grant::KeyExchange, Some(verifier)) = (server.grant, &verifier) {
        let authorization_url = key_exchange::authorization_url(server, asked.redirect_uri, &state, verifier)?;
        let pending = pending(server, client, asked, &state, Some(verifier.clone()), None);
        return Ok(Begun { authorization_url, state, pending });
    }
    let optional = [("login_hint", asked.account_hint), ("nonce", nonce.as_ref().map(Secret::reveal))];
    let extra = optional.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(extra).collect();
    let joined = asked.scopes.join(&server.scope_separator);
    let extra: Vec<(&str, &str)> = extra;
    // Where a person's scopes have a parameter of their own, the usual one would ask for a bot's.
    let (scope, extra) = match server.user_scope_param.as_deref() {
        Some(param) => (String::new(), extra.into_iter().chain([(param, joined.as_str())]).collect()),
        None => (joined.clone(), extra),
    };
    let parts = Asked { redirect_uri: asked.redirect_uri, scope, state: &state, verifier: verifier.as_ref(), extra };
    let authorization_url = protocol::authorization_url(server, client, parts)?;

    let pending = pending(server, client, asked, &state, verifier, nonce);
    Ok(Begun { authorization_url, state, pending })
}

fn pending(
    server: &Server,
    client: &Client,
    asked: &SignIn<'_>,
    state: &Secret,
    verifier: Option<Secret>,
    nonce: Option<Secret>,
) -> Pending {
    Pending {
        state_hash: hash(state.reveal()),
        verifier,
        redirect_uri: asked.redirect_uri.to_owned(),
        client_id: client.id.clone(),
        issuer: server.issuer.clone(),
        iss_announced: server.iss_announced,
        nonce,
        scopes: asked.scopes.to_vec(),
        created_at: asked.now,
        expires_at: asked.now.checked_add(asked.lifetime).unwrap_or(asked.now),
    }
}

pub(super) fn hash(state: &str) -> [u8; 32] {
    Sha256::digest(state.as_bytes()).into()
}

fn extra_params(server: &Server) -> Result<Vec<(&str, &str)>, Error> {
    let in_url = server.authorization_url.query_pairs().any(|(name, _)| OURS.contains(&name.as_ref()));
    if in_url || server.extra_authorize_params.iter().any(|(name, _)| OURS.contains(&name.as_str())) {
        return Err(Error::BadServer { what: "a parameter of the authorization request that may not be set" });
    }
    Ok(server.extra_authorize_params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::oauth::random::fixed::Counting;
    use crate::oauth::server::samples;
    use std::collections::HashMap;

    pub(crate) fn begun(server: &Server, redirect_uri: &str, scopes: &[&str]) -> Begun {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let now = "2025-11-21T10:00:00Z".parse().unwrap();
        let lifetime = Duration::from_secs(300);
        let asked = SignIn { redirect_uri, scopes: &scopes, account_hint: Some("ann@example.com"), now, lifetime };
        begin(server, &Client::public("siesta"), &asked, &mut Counting::default()).unwrap()
    }

    fn server() -> Server {
        samples::server(&Url::parse("https://auth.example/").unwrap())
    }

    fn query(url: &Url) -> HashMap<String, String> {
        url.query_pairs().into_owned().collect()
    }

    #[test]
    fn the_address_carries_state_challenge_and_the_exact_redirect() {
        let begun = begun(&server(), "http://127.0.0.1:4711/cb", &["notes.read", "openid"]);
        let query = query(&begun.authorization_url);
        let at = |name: &str| query.get(name).map(String::as_str);
        assert_eq!(at("redirect_uri"), Some("http://127.0.0.1:4711/cb"));
        assert_eq!((at("response_type"), at("code_challenge_method")), (Some("code"), Some("S256")));
        assert_eq!((at("scope"), at("login_hint")), (Some("notes.read openid"), Some("ann@example.com")));
        assert_eq!(at("state"), Some(begun.state.reveal()));
        assert_eq!(at("nonce"), begun.pending.nonce.as_ref().map(Secret::reveal));
        let verifier = begun.pending.verifier.unwrap();
        assert_eq!((verifier.reveal().len(), begun.state.reveal().len()), (43, 43));
        assert_ne!(verifier.reveal(), begun.state.reveal());
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        assert_eq!(at("code_challenge").unwrap(), URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.reveal())));
    }

    /// Rule 13: switched off only by a flag, for a provider that refuses the parameters.
    #[test]
    fn a_challenge_is_left_out_only_for_a_server_that_refuses_it() {
        let mut refusing = server();
        assert!(refusing.pkce, "on unless said otherwise");
        refusing.pkce = false;
        let begun = begun(&refusing, "http://127.0.0.1:4711/cb", &[]);
        assert!(begun.pending.verifier.is_none());
        assert!(!begun.authorization_url.query().unwrap().contains("code_challenge"));
    }

    #[test]
    fn pending_keeps_a_hash_of_the_state_and_shows_no_secret() {
        let begun = begun(&server(), "http://127.0.0.1:4711/cb", &["openid"]);
        assert_eq!(begun.pending.state_hash, hash(begun.state.reveal()));
        let shown = format!("{:?}", begun.pending);
        assert!(!shown.contains(begun.pending.verifier.as_ref().unwrap().reveal()));
        assert!(!shown.contains(begun.state.reveal()));
        assert_eq!(begun.pending.expires_at.to_string(), "2025-11-21T10:05:00Z");
    }

    #[test]
    fn scopes_use_the_servers_separator_and_no_identity_means_no_nonce() {
        let mut server = server();
        server.scope_separator = ",".to_owned();
        let begun = begun(&server, "http://127.0.0.1:1/", &["a", "b"]);
        assert_eq!(query(&begun.authorization_url)["scope"], "a,b");
        assert!(begun.pending.nonce.is_none() && !query(&begun.authorization_url).contains_key("nonce"));
    }

    #[test]
    fn a_server_cannot_bring_its_own_state_or_challenge() {
        let asked = SignIn {
            redirect_uri: "http://127.0.0.1:1/",
            scopes: &[],
            account_hint: None,
            now: Timestamp::UNIX_EPOCH,
            lifetime: Duration::ZERO,
        };
        for name in OURS {
            let mut bad = server();
            bad.extra_authorize_params = vec![(name.to_owned(), "x".to_owned())];
            assert!(begin(&bad, &Client::public("c"), &asked, &mut Counting::default()).is_err(), "{name}");
            let mut bad = server();
            bad.authorization_url.query_pairs_mut().append_pair(name, "x");
            assert!(begin(&bad, &Client::public("c"), &asked, &mut Counting::default()).is_err(), "{name}");
        }
        let mut plain = server();
        plain.authorization_url = Url::parse("http://auth.example/authorize").unwrap();
        assert!(begin(&plain, &Client::public("c"), &asked, &mut Counting::default()).is_err());
    }
}
