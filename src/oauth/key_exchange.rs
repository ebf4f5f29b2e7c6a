//! A sign-in that ends in a lasting key instead of tokens (OpenRouter).
//!
//! What must stay true: it is no OAuth, so the address to come back to carries our state itself, and what comes back is
//! judged like any other answer; the challenge proves to the provider who may have the key; and no client is named,
//! because there is none.
use crate::model::secret::Secret;
use crate::net::{Body, Method, Net, Reach, Request};
use crate::oauth::answer::{self, TokenAnswer};
use crate::oauth::error::Error;
use crate::oauth::server::{self, Server};
use crate::oauth::text;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

/// The only method that exists here (rule 13).
const S256: &str = "S256";

pub(super) fn authorization_url(
    server: &Server,
    redirect_uri: &str,
    state: &Secret,
    verifier: &Secret,
) -> Result<Url, Error> {
    let mut back = Url::parse(redirect_uri).map_err(|_| Error::BadServer { what: "redirect address" })?;
    back.query_pairs_mut().append_pair("state", state.reveal());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.reveal()));
    let mut address = server.authorization_url.clone();
    address
        .query_pairs_mut()
        .append_pair("callback_url", back.as_str())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", S256);
    Ok(address)
}

/// The key for a code. Like a code of OAuth it is good for one use, so the request goes out once.
pub(super) fn exchange(
    net: &Net,
    reach: Reach,
    server: &Server,
    verifier: &Secret,
    code: &Secret,
) -> Result<TokenAnswer, Error> {
    server::check_endpoint(&server.token_url, reach, "key endpoint")?;
    let body = json!({"code": code.reveal(), "code_verifier": verifier.reveal(), "code_challenge_method": S256});
    let request = Request::new(Method::POST, server.token_url.clone())
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .body(Body::new(body.to_string().into_bytes()));
    let answer = net.send(request, reach)?;
    let hide = [code, verifier];
    answer::check_status(&answer)?;
    let members = answer::members(&answer);
    // Its errors are objects, and their message is all that they say.
    let said = members.as_ref().and_then(|members| members.get("error")?.get("message")?.as_str());
    if let Some(said) = said {
        let (code, description) = (format!("HTTP {}", answer.status), Some(text::clean_without(said, &hide)));
        return Err(Error::Refused { code, description });
    }
    if let Some(members) = &members {
        answer::check_error(&answer, members, &hide)?;
    }
    match answer.status {
        200..300 => {}
        300..400 => return Err(Error::Malformed { what: "a redirect" }),
        status => return Err(answer::in_own_words(status, members.as_ref(), &hide)),
    }
    let members = Value::Object(members.ok_or(Error::Malformed { what: "no JSON" })?);
    // Its documentation and its library do not agree on where the key stands.
    let key = ["/key", "/data/key"].iter().find_map(|pointer| members.pointer(pointer)?.as_str());
    let is_sound = |key: &&str| !key.is_empty() && key.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    let key = key.filter(is_sound).ok_or(Error::Malformed { what: "no key" })?;
    Ok(TokenAnswer {
        access_token: Secret::new(key.to_owned()),
        refresh_token: None,
        expires_in: None,
        scope: None,
        id_token: None,
        token_type: "key".to_owned(),
        date: answer.date(),
    })
}
