//! Where a provider sends the browser back to: an address of this machine, as it is registered there.
use crate::model::words::words;
use std::fmt;

words! {
    /// The host of a redirect to this machine.
    LoopbackHost {
        /// The form RFC 8252 §8.3 prefers: no name has to be resolved, so nobody else can be behind it.
        Literal127 => "127.0.0.1",
        /// For providers that register nothing else.
        Localhost => "localhost",
    }
}

/// What the provider has registered as the redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectRule {
    pub host: LoopbackHost,
    /// Only where the provider pins it.
    pub port: Option<u16>,
    /// `/callback`, or empty for an address without any path. None where the provider lets it vary: then a new one is
    /// made for every flow.
    pub path: Option<String>,
}

/// Servers that let the port of a loopback redirect vary (RFC 8252 §7.3) still compare the path, and this is the one that
/// clients are registered with.
const USUAL_PATH: &str = "/callback";

impl Default for RedirectRule {
    fn default() -> RedirectRule {
        RedirectRule { host: LoopbackHost::Literal127, port: None, path: Some(USUAL_PATH.to_owned()) }
    }
}

impl RedirectRule {
    /// A pinned path is compared byte by byte with what the browser sends, so it must be something a browser sends as it
    /// is: no dot segments, which it resolves, and nothing it would encode.
    pub fn is_sendable(path: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        let dots = path.split('/').any(|segment| matches!(segment, "." | ".."));
        path.is_empty() || (path.starts_with('/') && path.bytes().all(plain) && !dots)
    }
}

impl fmt::Display for RedirectRule {
    /// As it would be written at the provider, with a star for what varies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.port.map_or_else(|| "*".to_owned(), |port| port.to_string());
        write!(f, "http://{}:{port}{}", self.host, self.path.as_deref().unwrap_or("/*"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_that_a_browser_sends_as_it_is() {
        for good in ["", "/", "/callback", "/oauth/callback.html", "/a-b_c~d", "/..."] {
            assert!(RedirectRule::is_sendable(good), "{good}");
        }
        for bad in ["callback", "/a?b", "/a#b", "/a b", "/a%20b", "/\u{e4}", "/a\r\nX: y", "/a/../b", "/./a", "/.."] {
            assert!(!RedirectRule::is_sendable(bad), "{bad}");
        }
    }
}
