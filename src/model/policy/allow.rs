//! Allowlist entries as people type them, and whether one fits a request (R15).
use crate::model::address::base_segments;
use crate::model::origin::{self, MAIL_METHODS};
use crate::model::policy::AllowlistEntry;
use crate::model::request::Canonical;
use thiserror::Error;
use url::Url;

/// Why an entry cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AllowError {
    #[error("an allowlist entry is written as METHOD[,METHOD] URL, not \"{0}\"")]
    Shape(String),
    #[error("the method \"{word}\" is not one of {known}, or * for all")]
    Method { word: String, known: String },
    #[error("\"{0}\" is not an address, or a path below the base URL")]
    Address(String),
    #[error("in \"{0}\" a star is a whole segment: * for one, ** for any number of them")]
    Star(String),
    #[error("in \"{0}\" braces are no pattern: use * for one segment")]
    Braces(String),
    #[error("\"{0}\" climbs, or holds a query or a fragment: a pattern is a plain path")]
    Path(String),
}

/// The methods that requests to an address can have.
pub fn methods_at(base_url: &str) -> &'static [&'static str] {
    match origin::is_mail(base_url) {
        true => &MAIL_METHODS,
        false => &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    }
}

/// Reads `GET,HEAD https://api.example.com/v1/**`, or `GET /v1/**` below a base URL.
pub fn parse(text: &str, base_url: &str) -> Result<AllowlistEntry, AllowError> {
    let (methods, address) = text.trim().split_once(' ').ok_or_else(|| AllowError::Shape(text.to_owned()))?;
    let base = base_url.trim_end_matches('/');
    let methods = methods_of(methods, base)?;
    let address = address.trim();
    let (base_url, path) = match address.strip_prefix(base) {
        _ if address.starts_with('/') && !address.starts_with("//") => (base.to_owned(), address.to_owned()),
        // Below the connection's own base URL the entry says so; elsewhere it is for the whole origin.
        Some(rest) if rest.is_empty() || rest.starts_with('/') => (base.to_owned(), rest.to_owned()),
        _ => of_origin(address)?,
    };
    let path = if path.is_empty() { "/".to_owned() } else { path };
    if path.contains(['?', '#', '\\', ';', '%']) || path.split('/').any(|part| part == ".." || part == ".") {
        return Err(AllowError::Path(path));
    }
    if path.contains(['{', '}']) {
        return Err(AllowError::Braces(path));
    }
    if path.split('/').any(|part| part.contains('*') && part != "*" && part != "**") {
        return Err(AllowError::Star(path));
    }
    Ok(AllowlistEntry { base_url, methods, path_patterns: vec![path] })
}

fn methods_of(text: &str, base_url: &str) -> Result<Vec<String>, AllowError> {
    let known = methods_at(base_url);
    if text == "*" {
        return Ok(known.iter().map(|method| (*method).to_owned()).collect());
    }
    let wrong = |word: &str| AllowError::Method { word: word.to_owned(), known: known.join(", ") };
    let one = |word: &str| {
        let upper = word.to_ascii_uppercase();
        known.contains(&upper.as_str()).then_some(upper).ok_or_else(|| wrong(word))
    };
    text.split(',').map(one).collect()
}

fn of_origin(address: &str) -> Result<(String, String), AllowError> {
    let wrong = || AllowError::Address(address.to_owned());
    let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // A star in a host stands for exactly one DNS label.
    let plain = authority.replace("*.", "star.");
    let parsed = Url::parse(&format!("{scheme}://{plain}")).map_err(|_| wrong())?;
    if authority.contains('@') || !parsed.has_host() || plain.contains('*') {
        return Err(wrong());
    }
    let origin = origin::of(&parsed);
    Ok((if authority.contains("*.") { format!("{scheme}://{authority}") } else { origin }, path.to_owned()))
}

impl AllowlistEntry {
    /// Whether origin and path fit, whatever the method.
    pub fn fits_address(&self, request: &Canonical) -> bool {
        let Some(rest) = self.rest_of(request) else { return false };
        self.path_patterns.iter().any(|pattern| pattern_fits(pattern, &rest))
    }

    /// Whether it is about this origin.
    pub fn is_about(&self, origin: &str) -> bool {
        let own = Url::parse(&self.base_url).map(|base| origin::of(&base));
        match self.base_url.contains("*.") {
            true => host_fits(&self.base_url, origin),
            false => own.is_ok_and(|own| own == origin),
        }
    }

    pub fn fits(&self, request: &Canonical) -> bool {
        self.methods.contains(&request.method) && self.fits_address(request)
    }

    /// The segments below the entry's base; none: the request is elsewhere.
    fn rest_of<'r>(&self, request: &'r Canonical) -> Option<Vec<&'r str>> {
        let words = |segments: &'r [String]| segments.iter().map(String::as_str).collect();
        if self.base_url == request.origin {
            return Some(words(&request.segments));
        }
        // `*` is no character of a host: it is read as a label that is compared with whatever stands there.
        let base = Url::parse(&self.base_url.replace("//*.", "//star.").replace(".*.", ".star.")).ok()?;
        let wanted = origin::of(&base);
        let is_there = match self.base_url.contains("*.") {
            false => wanted == request.origin,
            true => host_fits(&self.base_url, &request.origin),
        };
        let below = base_segments(&base);
        let rest = request.segments.strip_prefix(below.as_slice()).filter(|_| is_there)?;
        Some(words(rest))
    }
}

/// `*` in a host stands for exactly one DNS label.
fn host_fits(base_url: &str, origin: &str) -> bool {
    let authority = |text: &str| {
        let (scheme, rest) = text.split_once("://")?;
        Some((scheme.to_owned(), rest.split('/').next()?.to_ascii_lowercase()))
    };
    let (Some((one_scheme, one)), Some((other_scheme, other))) = (authority(base_url), authority(origin)) else {
        return false;
    };
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split('.').collect(), other.split('.').collect());
    let labels = one.iter().zip(&other).all(|(label, found)| (*label == "*" && !found.is_empty()) || label == found);
    one_scheme == other_scheme && one.len() == other.len() && labels
}

/// `*` is one segment, `**` any number of them, zero included.
pub fn pattern_fits(pattern: &str, segments: &[&str]) -> bool {
    let parts: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    parts_fit(&parts, segments)
}

fn parts_fit(pattern: &[&str], segments: &[&str]) -> bool {
    match (pattern.split_first(), segments.split_first()) {
        (None, None) => true,
        (Some((&"**", [])), _) => true,
        (Some((&"**", rest)), _) => (0..=segments.len()).any(|taken| parts_fit(rest, &segments[taken..])),
        (Some((first, pattern)), Some((segment, segments))) => {
            (*first == "*" || first == segment) && parts_fit(pattern, segments)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://api.example.com/v1";

    #[test]
    fn one_star_is_one_segment_and_two_are_any_number() {
        let fits = |pattern: &str, path: &str| {
            pattern_fits(pattern, &path.trim_start_matches('/').split('/').collect::<Vec<_>>())
        };
        assert!(fits("/rest/*", "/rest/a"));
        assert!(!fits("/rest/*", "/rest/a/b"));
        assert!(fits("/rest/**", "/rest/a/b"));
        assert!(fits("/messages/**", "/messages"));
        assert!(fits("/**", "/"));
        assert!(!fits("/rest/**", "/restricted"));
        assert!(fits("/a/**/z", "/a/b/c/z"));
        assert!(!fits("/a/**/z", "/a/b/c"));
    }

    #[test]
    fn an_entry_is_read_as_it_is_typed() {
        for (text, base, methods, path) in [
            ("GET /orders/**", BASE, "GET", "/orders/**"),
            ("get,head https://api.example.com/v1/orders", BASE, "GET,HEAD", "/orders"),
            ("GET https://api.example.com/v2/**", "https://api.example.com", "GET", "/v2/**"),
            ("* https://*.example.com/**", "https://*.example.com", "GET,HEAD,POST,PUT,PATCH,DELETE", "/**"),
            ("GET https://API.example.com:443/", "https://api.example.com", "GET", "/"),
        ] {
            let entry = parse(text, BASE).unwrap();
            assert_eq!((entry.base_url.as_str(), entry.methods.join(",").as_str()), (base, methods), "{text}");
            assert_eq!(entry.path_patterns, [path], "{text}");
        }
        for text in [
            "GET",
            "TRACE /x",
            "GET x",
            "GET /a*b",
            "GET /a/../b",
            "GET /a?b",
            "GET https://u@h.example/",
            "GET https://*x.example/",
            "GET /orders/{id}",
        ] {
            assert!(parse(text, BASE).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_in_a_host_is_one_label() {
        assert!(host_fits("https://*.example.com", "https://a.example.com"));
        assert!(!host_fits("https://*.example.com", "https://a.b.example.com"));
        assert!(!host_fits("https://*.example.com", "https://example.com"));
        assert!(!host_fits("https://*.example.com", "http://a.example.com"));
        assert!(!host_fits("https://*.example.com", "https://a.example.com:8443"));
    }
}
