//! Who signed in, from the id token that came with the access token.
//!
//! What must stay true: the token was received from the token endpoint itself. Then the encrypted connection vouches for
//! it and its signature need not be checked (OpenID Connect Core 3.1.3.7, point 6); what must be checked is that it was
//! made for this client, by this server, for this sign-in, now. A token that came any other way (from a browser, from a
//! file) must never be passed in here.
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::oauth::error::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Unique and unchanging at this server; the only member to recognise an account by.
    pub subject: String,
    pub email: Option<String>,
    pub name: Option<String>,
    /// The organization at the provider (Microsoft's `tid`).
    pub tenant: Option<String>,
}

/// What the token must say.
#[derive(Debug, Clone, Copy)]
pub struct IdentityWanted<'a> {
    /// `None` when the server's name is not known; everything else is still checked.
    pub issuer: Option<&'a str>,
    pub client_id: &'a str,
    /// Present when the sign-in sent one. A refreshed id token has none.
    pub nonce: Option<&'a Secret>,
    pub now: Timestamp,
}

/// Clocks of two well-kept machines differ by seconds; a minute forgives the less well-kept.
const SKEW: f64 = 60.0;

pub fn identify(id_token: &Secret, wanted: &IdentityWanted<'_>) -> Result<Identity, Error> {
    let claims = claims(id_token).ok_or(Error::Identity { what: "not a token" })?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);

    if wanted.issuer.is_some_and(|issuer| text("iss") != Some(issuer)) {
        return Err(Error::Identity { what: "made by another server" });
    }
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audience.contains(&wanted.client_id) {
        return Err(Error::Identity { what: "made for another client" });
    }
    match text("azp") {
        Some(party) if party == wanted.client_id => {}
        None if audience.len() == 1 && !claims.contains_key("azp") => {}
        _ => return Err(Error::Identity { what: "handed to another client" }),
    }
    let now = wanted.now.as_second() as f64;
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    if !time("exp").is_some_and(|end| now < end + SKEW) {
        return Err(Error::Identity { what: "expired" });
    }
    if !time("iat").is_some_and(|start| start <= now + SKEW) {
        return Err(Error::Identity { what: "made in the future" });
    }
    if let Some(nonce) = wanted.nonce
        && !text("nonce").is_some_and(|said| nonce.matches(&Secret::new(said.to_owned())))
    {
        return Err(Error::Identity { what: "made for another sign-in" });
    }
    let cleaned = |name: &str| text(name).map(crate::oauth::text::clean).filter(|said| !said.is_empty());
    // Compared, so kept as it is; OpenID Connect Core §2 allows 255 ASCII characters.
    let subject = text("sub").filter(|sub| (1..=255).contains(&sub.len()) && !sub.contains(char::is_control));
    let subject = subject.ok_or(Error::Identity { what: "without a subject" })?.to_owned();
    Ok(Identity { subject, email: cleaned("email"), name: cleaned("name"), tenant: cleaned("tid") })
}

fn claims(token: &Secret) -> Option<Map<String, Value>> {
    let mut parts = token.reveal().split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_763_719_200;

    fn good() -> Value {
        json!({"iss": "https://auth.example", "aud": "siesta", "sub": "42", "exp": NOW + 3600, "iat": NOW,
            "nonce": "n", "email": "ann@example.com", "name": "Ann\u{202e}"})
    }

    fn check(claims: &Value) -> Result<Identity, Error> {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let nonce = Secret::new("n".to_owned());
        let now = Timestamp::from_second(NOW).unwrap();
        let issuer = Some("https://auth.example");
        identify(&Secret::new(token), &IdentityWanted { issuer, client_id: "siesta", nonce: Some(&nonce), now })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = good();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        claims
    }

    #[test]
    fn a_token_for_this_sign_in_says_who_it_was() {
        let who = check(&good()).unwrap();
        assert_eq!(
            (who.subject.as_str(), who.email.as_deref(), who.name.as_deref()),
            ("42", Some("ann@example.com"), Some("Ann"))
        );
    }

    #[test]
    fn each_claim_is_checked() {
        for (name, value) in [
            ("iss", json!("https://auth.example/")),
            ("iss", Value::Null),
            ("aud", json!("other")),
            ("aud", json!(["other"])),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("aud", json!(["siesta", "other"])),
            ("azp", json!("other")),
            ("azp", json!(7)),
            ("exp", json!(NOW - 60)),
            ("exp", Value::Null),
            ("exp", json!("tomorrow")),
            ("iat", json!(NOW + 61)),
            ("iat", Value::Null),
            ("nonce", json!("other")),
            ("nonce", Value::Null),
            ("sub", json!("")),
            ("sub", Value::Null),
            ("sub", json!("a\u{1b}")),
        ] {
            assert!(matches!(check(&with(name, value.clone())), Err(Error::Identity { .. })), "{name} {value}");
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        assert!(check(&with("exp", json!(NOW - 59))).is_ok());
        assert!(check(&with("iat", json!(NOW + 60))).is_ok());
    }

    #[test]
    fn several_audiences_need_an_authorized_party() {
        let mut claims = with("aud", json!(["siesta", "other"]));
        claims["azp"] = json!("siesta");
        assert!(check(&claims).is_ok());
        assert!(check(&with("aud", json!(["siesta"]))).is_ok());
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_shown() {
        let wanted = IdentityWanted { issuer: None, client_id: "c", nonce: None, now: Timestamp::UNIX_EPOCH };
        for text in ["", "canary", "canary.canary", "a.b.c.d", "e30.!!!.x", "e30.W10.x"] {
            let refused = identify(&Secret::new(text.to_owned()), &wanted).unwrap_err();
            assert_eq!(format!("{refused:?} {refused}").find("canary"), None);
        }
    }
}
