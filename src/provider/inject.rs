//! Puts the credential into a request: the one place outside sign-in where its text is used.
use crate::model::auth::{AuthKind, AuthMethod, KeyPlace};
use crate::model::connection::Connection;
use crate::model::credential::Opens;
use crate::model::secret::Secret;
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::net::{HeaderText, Request};
use crate::provider::{azure, mask};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use thiserror::Error;

/// Paths that stand before the credential's segment (Telegram's files).
const BEFORE_THE_SEGMENT: [&str; 1] = ["/file/"];

#[derive(Debug, Error)]
pub enum Error {
    /// It was checked when it was entered; a request it does not fit is not sent.
    #[error("the credential does not fit the request: {0}")]
    DoesNotFit(&'static str),
}

/// The request with its credential. A service that wants none, or a credential that fits none of its ways, adds nothing:
/// the provider then says no, which is better than a guess.
pub(super) fn inject(
    request: Request,
    connection: &Connection,
    service: &Service,
    opens: &Opens,
    now: Timestamp,
) -> Result<Request, Error> {
    let method = service.auth(connection.auth_kind);
    match opens {
        Opens::Nothing => Ok(request),
        Opens::OAuth(tokens) => {
            // RFC 6750 section 2.1.
            let mut request = request.header("Authorization", prefixed("Bearer ", &tokens.access_token));
            let wanted = method.and_then(|method| method.companion.as_ref());
            if let (Some(wanted), Some(companion)) = (wanted, &tokens.companion) {
                request = request.header(&wanted.header, companion.clone());
            }
            Ok(request)
        }
        Opens::ApiKey(key) => match method {
            Some(method) => with_key(request, connection, method, key, now),
            None => Ok(request),
        },
    }
}

/// A header of a request that holds a mark and no credential.
pub(super) fn shown(text: &HeaderText) -> String {
    match text {
        HeaderText::Plain(text) => text.clone(),
        // What RFC 7617 packs in base64 would not be known for a mark.
        HeaderText::Secret(marked) if marked.reveal().starts_with("Basic ") => format!("Basic {}", mask::MARK),
        HeaderText::Secret(marked) => marked.reveal().to_owned(),
    }
}

fn with_key(
    mut request: Request,
    connection: &Connection,
    method: &AuthMethod,
    key: &Secret,
    now: Timestamp,
) -> Result<Request, Error> {
    match method.place {
        KeyPlace::Header if method.kind == AuthKind::Basic => {
            Ok(request.header(&method.header, basic(connection, method, key)))
        }
        KeyPlace::Header => Ok(request.header(&method.header, HeaderText::Secret(filled(connection, method, key)))),
        KeyPlace::Query => {
            request.url.query_pairs_mut().append_pair(&method.header, key.reveal());
            Ok(request)
        }
        KeyPlace::Path => {
            let filled = filled(connection, method, key);
            // A colon may stay: Telegram's tokens have one, and no server reads it as anything else there.
            let segment = utf8_percent_encode(filled.reveal(), &SEGMENT).to_string();
            let path = request.url.path().to_owned();
            let head = BEFORE_THE_SEGMENT.into_iter().find(|head| path.starts_with(head)).unwrap_or("/");
            let rest = path.strip_prefix(head).unwrap_or(&path);
            request.url.set_path(&format!("{head}{segment}/{rest}"));
            Ok(request)
        }
        KeyPlace::WholeQuery => azure::with_signature(request, key),
        KeyPlace::Signature => azure::signed(request, key, now),
        // It opens a session; nothing of HTTP is sent to such a service.
        KeyPlace::Login => Err(Error::DoesNotFit("it opens a mailbox")),
    }
}

const SEGMENT: percent_encoding::AsciiSet = NON_ALPHANUMERIC.remove(b':').remove(b'-').remove(b'_').remove(b'.');

/// An address with the credential in it.
pub(super) fn in_path(template: &str, key: &Secret) -> Option<url::Url> {
    let segment = utf8_percent_encode(key.reveal(), &SEGMENT).to_string();
    url::Url::parse(&template.replace("{secret}", &segment)).ok()
}

/// The template with the secret and the connection's settings in it.
fn filled(connection: &Connection, method: &AuthMethod, key: &Secret) -> Secret {
    let mut text = method.template.clone();
    for field in &method.fields {
        let value = connection.metadata.get(&field.name).and_then(Value::as_str).unwrap_or_default();
        text = text.replace(&format!("{{{}}}", field.name), value);
    }
    Secret::new(text.replace("{secret}", key.reveal()))
}

/// RFC 7617: the user name is a setting of the connection, the password is the secret.
fn basic(connection: &Connection, method: &AuthMethod, key: &Secret) -> HeaderText {
    let user = method.user_field.as_deref().and_then(|field| connection.metadata.get(field)?.as_str());
    let pair = format!("{}:{}", user.unwrap_or_default(), key.reveal());
    HeaderText::Secret(Secret::new(format!("Basic {}", STANDARD.encode(pair))))
}

fn prefixed(prefix: &str, secret: &Secret) -> HeaderText {
    HeaderText::Secret(Secret::new(format!("{prefix}{}", secret.reveal())))
}
