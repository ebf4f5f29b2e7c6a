//! A request as the layers above describe it.
//!
//! What must stay true: a secret header is marked so that the client library neither logs nor indexes it, and a body's
//! bytes are wiped when the request is done. (The buffers of the TLS library and the kernel are out of reach.)
use crate::model::secret::Secret;
use crate::net::error::Error;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

pub use reqwest::Method;

/// One MiB: more than any token answer, metadata document or API page that is read whole; a request that needs more
/// says so.
pub const USUAL_CAP: usize = 1024 * 1024;

/// Told how many bytes of a body have gone so far.
pub type Sent = Arc<dyn Fn(u64) + Send + Sync>;

#[derive(Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: Vec<(String, HeaderText)>,
    pub body: Option<Body>,
    /// For everything from resolving the name to the last byte of the body; `None`: the client's own.
    pub timeout: Option<Duration>,
    pub response_cap: usize,
}

impl Request {
    pub fn new(method: Method, url: Url) -> Self {
        Request { method, url, headers: Vec::new(), body: None, timeout: None, response_cap: USUAL_CAP }
    }

    pub fn get(url: Url) -> Self {
        Request::new(Method::GET, url)
    }

    pub fn header(mut self, name: &str, value: impl Into<HeaderText>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    pub(super) fn header_map(&self) -> Result<HeaderMap, Error> {
        let mut map = HeaderMap::new();
        for (name, text) in &self.headers {
            let bad = || Error::BadHeader { name: name.clone() };
            let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
            map.append(parsed, text.value().ok_or_else(bad)?);
        }
        Ok(map)
    }
}

/// The value of a header: plain, or one that nobody may see.
#[derive(Debug, Clone)]
pub enum HeaderText {
    Plain(String),
    Secret(Secret),
}

impl HeaderText {
    fn value(&self) -> Option<HeaderValue> {
        match self {
            HeaderText::Plain(text) => HeaderValue::from_str(text).ok(),
            HeaderText::Secret(secret) => {
                let mut value = HeaderValue::from_str(secret.reveal()).ok()?;
                value.set_sensitive(true);
                Some(value)
            }
        }
    }
}

impl From<&str> for HeaderText {
    fn from(text: &str) -> Self {
        HeaderText::Plain(text.to_owned())
    }
}

impl From<Secret> for HeaderText {
    fn from(secret: Secret) -> Self {
        HeaderText::Secret(secret)
    }
}

/// The bytes of a request, wiped after use; `Debug` shows their number.
pub struct Body {
    bytes: Zeroizing<Vec<u8>>,
    told: Option<Sent>,
}

impl Body {
    pub fn new(bytes: Vec<u8>) -> Self {
        Body { bytes: Zeroizing::new(bytes), told: None }
    }

    /// Tells of its way, for a body that takes long: it is no secret then, but a file.
    pub fn telling(self, told: Option<Sent>) -> Self {
        Body { told, ..self }
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn into_wire(self) -> reqwest::blocking::Body {
        match self.told {
            // The owner travels along, so the bytes are wiped when the last piece has been sent.
            None => reqwest::blocking::Body::from(bytes::Bytes::from_owner(self.bytes)),
            Some(told) => {
                let length = self.bytes.len() as u64;
                reqwest::blocking::Body::sized(Telling { bytes: self.bytes, gone: 0, told }, length)
            }
        }
    }
}

/// Reads the body piece by piece as the wire takes it.
struct Telling {
    bytes: Zeroizing<Vec<u8>>,
    gone: usize,
    told: Sent,
}

impl Read for Telling {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.get(self.gone..).unwrap_or_default().read(into)?;
        self.gone += count;
        // As good as gone: the wire takes the next piece only when there is room for it.
        (self.told)(self.gone as u64);
        Ok(count)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_header_is_marked_and_a_plain_one_is_not() {
        let request = Request::get(Url::parse("https://api.example/").unwrap())
            .header("Authorization", Secret::new("Bearer canary".to_owned()))
            .header("Accept", "text/plain");
        let map = request.header_map().unwrap();
        assert!(map["authorization"].is_sensitive() && !map["accept"].is_sensitive());
        assert_eq!(format!("{map:?} {request:?}").find("canary"), None);
    }
}
