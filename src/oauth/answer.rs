//! Reading what a token endpoint answered.
//!
//! What must stay true: an answer counts as success only when it holds an access token and no error, whatever its status
//! (GitHub and Slack report errors with HTTP 200); only what cannot be blamed on the grant is transient, and nothing
//! that is transient is ever reported as a refusal, because a refusal ends a connection; and no byte of the answer goes
//! into an error uncleaned.
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::net::Response;
use crate::oauth::error::Error;
use crate::oauth::text;
use serde_json::{Map, Value};

#[derive(Debug, Clone)]
pub struct TokenAnswer {
    pub access_token: Secret,
    /// `None` at a refresh: the old one stays in use.
    pub refresh_token: Option<Secret>,
    /// Seconds. `None` means unknown: use it until it is refused, not for ever.
    pub expires_in: Option<u64>,
    /// `None` means as requested (RFC 6749 §5.1).
    pub scope: Option<Vec<String>>,
    pub id_token: Option<Secret>,
    pub token_type: String,
    /// The provider's clock, to notice a wrong local one.
    pub date: Option<Timestamp>,
}

impl TokenAnswer {
    /// The scopes that were granted, when these had been requested.
    /// A scope that is written otherwise in the answer is named as it was asked for, so that rules find it.
    pub fn granted(&self, requested: &[String]) -> Vec<String> {
        let Some(granted) = &self.scope else { return requested.to_vec() };
        let as_asked = |said: &String| {
            requested.iter().find(|asked| is_same_scope(asked, said)).cloned().unwrap_or_else(|| said.clone())
        };
        let mut scopes: Vec<String> = granted.iter().map(as_asked).collect();
        // Whoever gives a refresh token has granted it, and some leave the word out.
        let offline = requested.iter().find(|asked| *asked == "offline_access" && self.refresh_token.is_some());
        scopes.extend(offline.filter(|asked| !granted.contains(asked)).cloned());
        scopes
    }

    /// What was requested and not granted: people may untick scopes.
    pub fn missing(&self, requested: &[String]) -> Vec<String> {
        if self.scope.is_none() {
            return Vec::new();
        }
        let granted = self.granted(requested);
        requested.iter().filter(|scope| !granted.contains(scope)).cloned().collect()
    }
}

/// Microsoft names its scopes with and without their address and in any case; Google names two of OpenID Connect's in
/// full.
fn is_same_scope(asked: &str, said: &str) -> bool {
    let bare = |scope: &str| {
        let scope = scope.strip_prefix("https://graph.microsoft.com/").unwrap_or(scope);
        scope.strip_prefix("https://www.googleapis.com/auth/userinfo.").unwrap_or(scope).to_ascii_lowercase()
    };
    asked == said || bare(asked) == bare(said)
}

/// Ten years: an expiry beyond it is a number gone wrong, and adding it to a date must not overflow.
const LONGEST_LIFE: u64 = 10 * 366 * 24 * 60 * 60;

/// Error codes that blame the server's moment and not the grant; the last four are Slack's.
const PASSING: [&str; 8] = [
    "server_error",
    "temporarily_unavailable",
    "slow_down",
    "internal_failure",
    "ratelimited",
    "internal_error",
    "service_unavailable",
    "request_timeout",
];

/// `hide`: the secrets that were sent, so that none comes back in an error's text.
pub(super) fn read(answer: &Response, hide: &[&Secret]) -> Result<TokenAnswer, Error> {
    check_status(answer)?;
    let members = members(answer);
    if let Some(members) = &members {
        check_error(answer, members, hide)?;
    }
    match answer.status {
        200..300 => {}
        300..400 => return Err(Error::Malformed { what: "a redirect" }),
        status => return Err(in_own_words(status, members.as_ref(), hide)),
    }
    let mut members = members.ok_or(Error::Malformed { what: "neither JSON nor a form" })?;
    // Slack puts a user's token one level down.
    if !members.contains_key("access_token")
        && let Some(Value::Object(inner)) = members.remove("authed_user")
    {
        members = inner;
    }
    // HubSpot's reference shows names that its answers do not have; either will do.
    for (camel, snake) in
        [("accessToken", "access_token"), ("refreshToken", "refresh_token"), ("expiresIn", "expires_in")]
    {
        if !members.contains_key(snake)
            && let Some(value) = members.remove(camel)
        {
            members.insert(snake.to_owned(), value);
        }
    }
    let access_token = token(&mut members, "access_token")?.ok_or(Error::Malformed { what: "no access token" })?;
    Ok(TokenAnswer {
        access_token,
        refresh_token: token(&mut members, "refresh_token")?,
        expires_in: members.get("expires_in").and_then(seconds),
        scope: members.get("scope").and_then(scopes),
        id_token: token(&mut members, "id_token")?,
        token_type: token_type(&members)?,
        date: answer.date(),
    })
}

/// A status that says "not now": never a refusal, whatever the body claims.
pub(super) fn check_status(answer: &Response) -> Result<(), Error> {
    match answer.status {
        status @ (408 | 425 | 429 | 500..600) => Err(Error::Transient { status, retry_after: answer.retry_after() }),
        _ => Ok(()),
    }
}

/// The members of a JSON body, whatever content type it claims, or of a form that says that it is one.
pub(super) fn members(answer: &Response) -> Option<Map<String, Value>> {
    if answer.content_type().as_deref() == Some("application/x-www-form-urlencoded") {
        let pairs = url::form_urlencoded::parse(&answer.body);
        return Some(pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect());
    }
    serde_json::from_slice(&answer.body).ok()
}

/// The error an answer carries, with status 400 or 200 alike.
pub(super) fn check_error(answer: &Response, members: &Map<String, Value>, hide: &[&Secret]) -> Result<(), Error> {
    let said_not_ok = members.get("ok") == Some(&Value::Bool(false));
    let code = match members.get("error") {
        None | Some(Value::Null) if said_not_ok => "not_ok",
        None | Some(Value::Null) => return Ok(()),
        Some(Value::String(code)) => code.as_str(),
        // Some gateways answer with an object; its most telling member stands for the code.
        Some(Value::Object(inner)) => {
            let known = ["code", "type", "status"].into_iter().find_map(|name| inner.get(name)?.as_str());
            known.unwrap_or("unnamed_error")
        }
        Some(_) => "unnamed_error",
    };
    if PASSING.contains(&code) {
        return Err(Error::Transient { status: answer.status, retry_after: answer.retry_after() });
    }
    let description = members.get("error_description").and_then(Value::as_str);
    let description = description.map(|said| text::clean_without(said, hide)).filter(|said| !said.is_empty());
    Err(Error::Refused { code: text::clean_without(code, hide), description })
}

/// A refusal that is not in the standard's words but in the provider's (HubSpot's `status` and `message`, Notion's `code`).
pub(super) fn in_own_words(status: u16, members: Option<&Map<String, Value>>, hide: &[&Secret]) -> Error {
    let text = |name: &str| members?.get(name)?.as_str().map(|said| text::clean_without(said, hide));
    let code = ["code", "status", "category"].into_iter().find_map(text).filter(|code| !code.is_empty());
    match (code, text("message").filter(|said| !said.is_empty())) {
        (Some(code), description @ Some(_)) => Error::Refused { code, description },
        _ => Error::Unexplained { status },
    }
}

/// Takes a token out of the answer. One with a line break or a control character would break out of its header.
fn token(members: &mut Map<String, Value>, name: &str) -> Result<Option<Secret>, Error> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        // RFC 6749 appendix A: visible ASCII and the space.
        Some(Value::String(text)) if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => {
            Ok(Some(Secret::new(text)))
        }
        Some(_) => Err(Error::Malformed { what: "a token that cannot be one" }),
    }
}

pub(super) fn seconds(value: &Value) -> Option<u64> {
    let seconds = match value {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?))?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Some(seconds.min(LONGEST_LIFE))
}

fn whole(number: f64) -> Option<u64> {
    // A float's cast saturates, and negative or missing numbers are "unknown".
    (number.is_finite() && number >= 0.0).then_some(number as u64)
}

/// A list, or a text separated by spaces or commas: GitHub is asked with spaces and answers with commas.
fn scopes(value: &Value) -> Option<Vec<String>> {
    let words: Vec<String> = match value {
        Value::String(text) => text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        Value::Array(list) => list.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect(),
        _ => return None,
    };
    // An empty member says no more than a missing one.
    (!words.is_empty()).then_some(words)
}

fn token_type(members: &Map<String, Value>) -> Result<String, Error> {
    let said = members.get("token_type").and_then(Value::as_str).unwrap_or("Bearer");
    // Bound to a key we do not have: such a token cannot be used as a bearer token. Any other name (Slack says "bot")
    // is a bearer token by another name.
    match ["dpop", "mac", "pop"].iter().any(|bound| said.eq_ignore_ascii_case(bound)) {
        true => Err(Error::Malformed { what: "a token type that needs a key" }),
        false => Ok(text::clean(said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use zeroize::Zeroizing;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<TokenAnswer, Error> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response { status, headers, body: Zeroizing::new(body.as_bytes().to_vec()) };
        read(&response, &[&Secret::new("canary-code".to_owned())])
    }

    fn json(body: &str) -> TokenAnswer {
        answer(200, &[("content-type", "application/json")], body).unwrap()
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

    #[test]
    fn the_life_of_a_token_is_a_number_a_text_or_unknown() {
        for (said, read) in [
            ("3600", Some(3600)),
            ("\"3600\"", Some(3600)),
            ("3599.7", Some(3599)),
            ("null", None),
            ("\"soon\"", None),
            ("-1", None),
            ("1e300", Some(LONGEST_LIFE)),
            ("[]", None),
        ] {
            assert_eq!(json(&format!(r#"{{"access_token":"a","expires_in":{said}}}"#)).expires_in, read, "{said}");
        }
        assert_eq!(json(r#"{"access_token":"a"}"#).expires_in, None);
    }

    #[test]
    fn json_counts_whatever_it_calls_itself_and_a_form_only_when_it_says_so() {
        let body = r#"{"access_token":"a","refresh_token":"r","token_type":"bEARER"}"#;
        for kind in ["text/html", "text/plain; charset=utf-8", "application/json"] {
            let read = answer(200, &[("content-type", kind)], body).unwrap();
            assert_eq!((read.access_token.reveal(), read.token_type.as_str()), ("a", "bEARER"));
            assert_eq!(read.refresh_token.unwrap().reveal(), "r");
        }
        let form = "access_token=a&scope=repo%2Cgist&expires_in=28800&token_type=bearer";
        let read = answer(200, &[FORM], form).unwrap();
        assert_eq!((read.expires_in, read.scope), (Some(28800), Some(vec!["repo".to_owned(), "gist".to_owned()])));
        assert!(matches!(answer(200, &[("content-type", "text/plain")], form), Err(Error::Malformed { .. })));
        assert!(matches!(answer(200, &[], "<html>"), Err(Error::Malformed { .. })));
        assert!(matches!(answer(200, &[], "[1]"), Err(Error::Malformed { .. })));
    }

    #[test]
    fn a_success_status_with_an_error_inside_is_an_error() {
        let refused =
            answer(200, &[FORM], "error=bad_verification_code&error_description=no+canary-code%1b[2J").unwrap_err();
        assert_eq!(refused.to_string(), "the provider refused: bad_verification_code (no …[2J)");
        let slack = answer(200, &[], r#"{"ok":false,"error":"invalid_code"}"#).unwrap_err();
        assert!(matches!(slack, Error::Refused { ref code, .. } if code == "invalid_code"));
        let silent = answer(200, &[], r#"{"ok":false,"access_token":"a"}"#).unwrap_err();
        assert!(matches!(silent, Error::Refused { ref code, .. } if code == "not_ok"));
        let both = answer(200, &[], r#"{"access_token":"a","error":"invalid_grant"}"#).unwrap_err();
        assert!(both.is_invalid_grant());
        let object = answer(400, &[], r#"{"error":{"type":"invalid_client","message":"x"}}"#).unwrap_err();
        assert!(matches!(object, Error::Refused { ref code, .. } if code == "invalid_client"));
        assert_eq!(json(r#"{"ok":true,"error":null,"access_token":"a"}"#).access_token.reveal(), "a");
    }

    #[test]
    fn what_passes_by_itself_is_never_a_refusal() {
        let html =
            answer(503, &[("retry-after", "7"), ("content-type", "text/html")], "<html>busy</html>").unwrap_err();
        assert!(
            matches!(html, Error::Transient { status: 503, retry_after: Some(wait) } if wait == Duration::from_secs(7))
        );
        for status in [408, 425, 429, 500, 502, 599] {
            let said = answer(status, &[], r#"{"error":"invalid_grant"}"#).unwrap_err();
            assert!(said.is_transient() && !said.is_invalid_grant(), "{status}");
        }
        for code in PASSING {
            assert!(answer(400, &[], &format!(r#"{{"error":"{code}"}}"#)).unwrap_err().is_transient(), "{code}");
        }
    }

    #[test]
    fn a_refusal_keeps_its_code_and_an_unexplained_one_its_status() {
        let refused = answer(400, &[], r#"{"error":"invalid_grant","error_description":"Token has been revoked"}"#);
        let refused = refused.unwrap_err();
        assert!(refused.is_invalid_grant() && !refused.is_transient());
        assert!(matches!(answer(403, &[], "<html>"), Err(Error::Unexplained { status: 403 })));
        let own = r#"{"status":"BAD_REFRESH_TOKEN","message":"no canary-code","correlationId":"7"}"#;
        let hubspot = answer(400, &[], own).unwrap_err();
        assert!(hubspot.is_invalid_grant());
        assert_eq!(hubspot.to_string(), "the provider refused: BAD_REFRESH_TOKEN (no …)");
        assert!(matches!(answer(404, &[], r#"{"message":"x"}"#), Err(Error::Unexplained { status: 404 })));
        assert!(matches!(answer(302, &[("location", "/x")], ""), Err(Error::Malformed { what: "a redirect" })));
    }

    #[test]
    fn a_token_that_would_break_a_header_or_needs_a_key_is_refused() {
        for body in [
            r#"{"access_token":"a\r\nX: y"}"#,
            r#"{"access_token":"ä"}"#,
            r#"{"access_token":7}"#,
            r#"{"access_token":"a","refresh_token":"\u0000"}"#,
            r#"{"access_token":""}"#,
            r#"{}"#,
            r#"{"access_token":"a","token_type":"DPoP"}"#,
        ] {
            assert!(matches!(answer(200, &[], body), Err(Error::Malformed { .. })), "{body}");
        }
    }

    #[test]
    fn scopes_are_compared_with_what_was_requested() {
        let requested = ["a".to_owned(), "b".to_owned()];
        let silent = json(r#"{"access_token":"t"}"#);
        assert_eq!((silent.granted(&requested), silent.missing(&requested)), (requested.to_vec(), vec![]));
        let fewer = json(r#"{"access_token":"t","scope":["a","c"]}"#);
        assert_eq!(fewer.missing(&requested), ["b"]);
        assert_eq!(fewer.granted(&requested), ["a", "c"]);
        assert_eq!(json(r#"{"access_token":"t","scope":""}"#).scope, None);
    }

    #[test]
    fn a_users_token_is_found_one_level_down() {
        let read = json(r#"{"ok":true,"authed_user":{"id":"U1","access_token":"xoxp-1","scope":"chat:write"}}"#);
        assert_eq!((read.access_token.reveal(), read.scope.unwrap()), ("xoxp-1", vec!["chat:write".to_owned()]));
    }

    #[test]
    fn debug_of_an_answer_shows_no_token() {
        let shown =
            format!("{:?}", json(r#"{"access_token":"canary1","refresh_token":"canary2","id_token":"canary3"}"#));
        assert_eq!(shown.find("canary"), None);
    }
}
