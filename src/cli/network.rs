//! `proxy` and `ca-file` of config.toml: how the providers are reached.
//!
//! What must stay true: they come from the file alone. Whoever sets a variable would otherwise choose who carries the
//! traffic, or whose certificates are believed. A proxy may need a password, which is never shown.
use super::error::Error;
use super::settings::{Setting, Source};
use crate::ops::vault::Network;
use std::fmt;
use std::path::{Path, PathBuf};
use url::Url;

/// A file of certificates has some hundred kilobytes at most (the whole bundle of a system has about 230).
const LARGEST_CA_FILE: u64 = 8 * 1024 * 1024;

/// The way to the providers, and where each part of it was said.
#[derive(Debug, Clone, Default)]
pub struct NetworkSettings {
    pub proxy: Option<Setting<Proxy>>,
    pub ca_file: Option<Setting<PathBuf>>,
    extra_ca: Option<Vec<u8>>,
}

/// A proxy's address; shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        // Fails for addresses without a host, which are refused when they are read.
        let _ = shown.set_password(None);
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

impl NetworkSettings {
    /// What the file says. `refused` makes an error of a key and what is wrong with its value.
    pub(super) fn read(
        proxy: Option<&str>,
        ca_file: Option<PathBuf>,
        source: &Source,
        refused: impl Fn(&str, String) -> Error,
    ) -> Result<NetworkSettings, Error> {
        let setting_of = |proxy| Setting { value: proxy, source: source.clone() };
        let proxy = proxy.map(|text| parse(text).map_err(|why| refused("proxy", why))).transpose()?;
        let extra_ca =
            ca_file.as_deref().map(|path| certificates(path).map_err(|why| refused("ca-file", why))).transpose()?;
        Ok(NetworkSettings {
            proxy: proxy.map(setting_of),
            ca_file: ca_file.map(|path| Setting { value: path, source: source.clone() }),
            extra_ca,
        })
    }

    pub(super) fn network(&self) -> Network {
        Network { proxy: self.proxy.as_ref().map(|proxy| proxy.value.0.clone()), extra_ca: self.extra_ca.clone() }
    }
}

/// The text is not repeated in what is wrong with it: it may hold a password.
fn parse(text: &str) -> Result<Proxy, String> {
    let url = Url::parse(text).map_err(|error| format!("is not an address ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with http:// or https://".to_owned());
    }
    if url.host().is_none() || !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("must be a host and a port only".to_owned());
    }
    Ok(Proxy(url))
}

fn certificates(path: &Path) -> Result<Vec<u8>, String> {
    let size =
        std::fs::metadata(path).map_err(|error| format!("{} cannot be read ({})", path.display(), error.kind()))?;
    if !size.is_file() || size.len() > LARGEST_CA_FILE {
        return Err(format!("{} is not a file of certificates", path.display()));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{} cannot be read ({})", path.display(), error.kind()))?;
    let begin = b"-----BEGIN CERTIFICATE-----";
    match bytes.windows(begin.len()).any(|window| window == begin) {
        true => Ok(bytes),
        false => Err(format!("{} holds no certificate in PEM form", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_host_and_a_port() {
        assert_eq!(parse("http://proxy.example:3128").unwrap().to_string(), "http://proxy.example:3128/");
        for text in ["proxy.example:3128", "socks5://proxy", "http://proxy/path", "http://proxy/?a", "http://", ""] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxys_password_is_never_shown() {
        let proxy = parse("http://mara:canary@proxy.example:3128").unwrap();
        assert_eq!(proxy.to_string(), "http://mara@proxy.example:3128/");
        assert!(!format!("{proxy:?}").contains("canary"));
        assert!(!parse("ftp://mara:canary@proxy.example").unwrap_err().contains("canary"));
        assert!(!parse("http://mara:canary@proxy.example:99999").unwrap_err().contains("canary"));
    }
}
