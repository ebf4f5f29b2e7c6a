//! Scheme, host and port of an address: what a credential belongs to (R8a).
//!
//! What must stay true: the addresses of mail servers have an origin as those of HTTP have. The `url` crate calls every
//! origin of a scheme it has no rules for "null", and two of those would be the same.
use url::Url;

/// The schemes of mail servers: encrypted from the first byte, or not (then STARTTLS, or nothing on this machine).
pub const MAIL_SCHEMES: [&str; 4] = ["imaps", "imap", "smtps", "smtp"];

/// The methods of requests to mail servers.
pub const MAIL_METHODS: [&str; 2] = ["IMAP", "SMTP"];

/// The origin of an address, in ASCII and small letters.
pub fn of(url: &Url) -> String {
    match (MAIL_SCHEMES.contains(&url.scheme()), url.host_str()) {
        (true, Some(host)) => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{}{port}", url.scheme(), host.to_ascii_lowercase())
        }
        _ => url.origin().ascii_serialization(),
    }
}

/// Whether an address is a mail server's.
pub fn is_mail(address: &str) -> bool {
    address.split_once("://").is_some_and(|(scheme, _)| MAIL_SCHEMES.contains(&scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_has_an_origin_of_its_own() {
        for (address, origin) in [
            ("imaps://Mail.Example.com:993/INBOX/7", "imaps://mail.example.com:993"),
            ("smtp://mail.example.com:587", "smtp://mail.example.com:587"),
            ("https://API.example.com:443/x", "https://api.example.com"),
            ("mailto:a@b.example", "null"),
        ] {
            assert_eq!(of(&Url::parse(address).unwrap()), origin, "{address}");
        }
        assert!(is_mail("imap://h:143") && !is_mail("https://imap") && !is_mail("imaps"));
    }
}
