//! The two servers of a mailbox, as a connection's settings name them.
//!
//! What must stay true: a setting that is missing is filled in here, once, when the credential is entered, and stands in
//! the connection from then on; the default is encrypted.
use crate::model::words::words;
use serde_json::{Map, Value};

words! {
    /// How a line to a mail server is encrypted.
    Encryption {
        /// From the first byte (RFC 8314).
        Tls => "tls",
        /// Once both sides have said so, before anything else is said.
        StartTls => "starttls",
        /// Not at all: this machine only.
        Nothing => "none",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
}

/// The ports of RFC 8314 and of the protocols' own registrations.
const IMAPS: u16 = 993;
const IMAP: u16 = 143;
const SUBMISSION: u16 = 587;
const SUBMISSIONS: u16 = 465;

/// Mail services that take no passwords any more, by the ends of their hosts, and what to add instead.
const ELSEWHERE: [(&str, &str, &str); 6] = [
    ("gmail.com", "Gmail", "google-gmail"),
    ("googlemail.com", "Gmail", "google-gmail"),
    ("outlook.com", "Outlook", "microsoft-outlook-mail"),
    ("hotmail.com", "Outlook", "microsoft-outlook-mail"),
    ("live.com", "Outlook", "microsoft-outlook-mail"),
    ("office365.com", "Microsoft 365", "microsoft-outlook-mail"),
];

impl Server {
    /// The origin its credential may meet: `imaps://host:port`, without the `s` where encryption begins later.
    pub fn origin(&self, protocol: &str) -> String {
        let secure = if self.encryption == Encryption::Tls { "s" } else { "" };
        format!("{protocol}{secure}://{}:{}", self.host, self.port)
    }
}

/// The settings with everything that was left out.
pub fn settle(given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut settled = given.clone();
    for (protocol, plain_port, tls_port, usual) in
        [("imap", IMAP, IMAPS, Encryption::Tls), ("smtp", SUBMISSION, SUBMISSIONS, Encryption::StartTls)]
    {
        let (host, port, tls) = (format!("{protocol}Host"), format!("{protocol}Port"), format!("{protocol}Tls"));
        let name = given.get(&host).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        elsewhere(&name)?;
        let typed = match given.get(&port).and_then(Value::as_str) {
            Some(text) => Some(text.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| no_port(&port))?),
            None => None,
        };
        let encryption = match (given.get(&tls).and_then(Value::as_str), typed) {
            (Some(word), _) => Encryption::parse(word).ok_or_else(|| format!("\"{tls}\" is tls, starttls or none"))?,
            (None, Some(port)) if port == plain_port => Encryption::StartTls,
            (None, Some(port)) if port == tls_port => Encryption::Tls,
            (None, _) => usual,
        };
        let number = typed.unwrap_or(if encryption == Encryption::Tls { tls_port } else { plain_port });
        settled.insert(host, name.into());
        settled.insert(port, number.to_string().into());
        settled.insert(tls, encryption.as_str().into());
    }
    if let Some(email) = given.get("email").and_then(Value::as_str) {
        if !super::is_address(email) {
            return Err(format!("\"{email}\" is no plain e-mail address"));
        }
        settled.entry("username").or_insert_with(|| email.into());
    }
    Ok(settled)
}

fn no_port(name: &str) -> String {
    format!("\"{name}\" is a number from 1 to 65535")
}

fn elsewhere(host: &str) -> Result<(), String> {
    let is_of = |end: &str| host == end || host.strip_suffix(end).is_some_and(|before| before.ends_with('.'));
    match ELSEWHERE.iter().find(|(end, _, _)| is_of(end)) {
        Some((_, name, service)) => Err(format!("{name} takes no passwords for mail: siesta add {service}")),
        None => Ok(()),
    }
}

/// The IMAP server of settled settings.
pub fn imap(settings: &Map<String, Value>) -> Option<Server> {
    server(settings, "imap")
}

/// The SMTP server of settled settings.
pub fn smtp(settings: &Map<String, Value>) -> Option<Server> {
    server(settings, "smtp")
}

fn server(settings: &Map<String, Value>, protocol: &str) -> Option<Server> {
    let setting = |name: &str| settings.get(&format!("{protocol}{name}")).and_then(Value::as_str);
    Some(Server {
        host: setting("Host")?.to_owned(),
        port: setting("Port")?.parse().ok()?,
        encryption: Encryption::parse(setting("Tls")?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settled(value: Value) -> Result<Map<String, Value>, String> {
        settle(value.as_object().unwrap())
    }

    #[test]
    fn what_is_left_out_is_encrypted() {
        let origins = |value: Value| {
            let settled = settled(value).unwrap();
            (imap(&settled).unwrap().origin("imap"), smtp(&settled).unwrap().origin("smtp"))
        };
        for (given, imap, smtp) in [
            (json!({}), "imaps://i.example:993", "smtp://s.example:587"),
            (json!({"smtpPort": "465"}), "imaps://i.example:993", "smtps://s.example:465"),
            (json!({"smtpTls": "tls", "imapTls": "starttls"}), "imap://i.example:143", "smtps://s.example:465"),
            (json!({"imapPort": "143", "smtpPort": "2525"}), "imap://i.example:143", "smtp://s.example:2525"),
            (json!({"imapPort": "1143"}), "imaps://i.example:1143", "smtp://s.example:587"),
        ] {
            let mut given = given;
            given["imapHost"] = json!("I.example");
            given["smtpHost"] = json!("s.example");
            assert_eq!(origins(given.clone()), (imap.to_owned(), smtp.to_owned()), "{given}");
        }
        let settled =
            settled(json!({"imapHost": "i.example", "smtpHost": "s.example", "email": "a@b.example"})).unwrap();
        assert_eq!(settled["username"], json!("a@b.example"));
        assert_eq!((&settled["imapTls"], &settled["smtpTls"]), (&json!("tls"), &json!("starttls")));
    }

    #[test]
    fn who_takes_no_passwords_is_named_with_what_to_add_instead() {
        for (host, service) in [("imap.gmail.com", "google-gmail"), ("outlook.office365.com", "microsoft-outlook-mail")]
        {
            let refused = settled(json!({"imapHost": host, "smtpHost": "s.example"})).unwrap_err();
            assert!(refused.contains(service), "{refused}");
        }
        assert!(settled(json!({"imapHost": "notgmail.com", "smtpHost": "s.example"})).is_ok());
        for bad in [
            json!({"imapPort": "0"}),
            json!({"smtpPort": "65536"}),
            json!({"imapTls": "ssl"}),
            json!({"email": "a@b c"}),
        ] {
            assert!(settled(bad.clone()).is_err(), "{bad}");
        }
    }
}
