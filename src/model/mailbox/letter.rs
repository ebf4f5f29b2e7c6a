//! A mail to be written: whom it goes to and what it says.
//!
//! What must stay true: a recipient is one bare address. A name around it, a list in one text, a quoted local part: each
//! is a way in which a rule could read one recipient and the server another, so none of them is taken.
use serde_json::{Map, Value};

/// How many recipients a mail has at most: RFC 5321, section 4.5.3.1.8, has every server take 100.
const MOST_RECIPIENTS: usize = 100;

/// RFC 5321, section 4.5.3.1: octets of a local part, of an address (a path without its brackets).
const LONGEST_LOCAL: usize = 64;
const LONGEST_ADDRESS: usize = 254;

/// RFC 5322, section 2.1.1, in spirit: a subject is a line.
const LONGEST_SUBJECT: usize = 1000;

/// The longest list of earlier messages that an answer carries on.
const MOST_REFERENCES: usize = 50;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// Ids of messages, without their brackets.
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
}

impl Letter {
    pub(super) fn read(body: &Map<String, Value>) -> Result<Letter, String> {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let ids = |name: &str| match body.get(name) {
            Some(Value::Array(items)) => {
                items.iter().map(|item| message_id(item.as_str().unwrap_or_default())).collect()
            }
            _ => Ok::<Vec<String>, String>(Vec::new()),
        };
        let letter = Letter {
            to: recipients(body, "to")?,
            cc: recipients(body, "cc")?,
            bcc: recipients(body, "bcc")?,
            subject: line("subject", text("subject").unwrap_or_default())?,
            text: text("text").unwrap_or_default().to_owned(),
            html: text("html").map(str::to_owned),
            in_reply_to: text("in_reply_to").map(message_id).transpose()?,
            references: ids("references")?,
        };
        if letter.recipients().count() > MOST_RECIPIENTS {
            return Err(format!("a mail has at most {MOST_RECIPIENTS} recipients"));
        }
        if letter.references.len() > MOST_REFERENCES {
            return Err(format!("an answer names at most {MOST_REFERENCES} earlier messages"));
        }
        // RFC 5322: no NUL, whatever the transfer encoding.
        match letter.text.contains('\0') || letter.html.as_ref().is_some_and(|html| html.contains('\0')) {
            true => Err("a text holds no NUL".to_owned()),
            false => Ok(letter),
        }
    }

    /// Everybody it goes to, once each.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        let all: Vec<&str> = self.to.iter().chain(&self.cc).chain(&self.bcc).map(String::as_str).collect();
        let is_first = |at: &usize| !all[..*at].iter().any(|had| had.eq_ignore_ascii_case(all[*at]));
        let first: Vec<usize> = (0..all.len()).filter(is_first).collect();
        first.into_iter().map(move |at| all[at])
    }

    pub fn must_go_somewhere(&self) -> Result<(), String> {
        match self.recipients().next() {
            Some(_) => Ok(()),
            None => Err("a mail needs a recipient".to_owned()),
        }
    }
}

fn recipients(body: &Map<String, Value>, name: &str) -> Result<Vec<String>, String> {
    let items = match body.get(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(format!("\"{name}\" is a list of addresses")),
    };
    let one = |item: &Value| match item.as_str() {
        Some(text) if is_address(text) => Ok(text.to_owned()),
        _ => Err(format!("in \"{name}\": a recipient is one bare address in ASCII, such as ann@example.com")),
    };
    items.iter().map(one).collect()
}

fn line(name: &str, text: &str) -> Result<String, String> {
    match text.len() > LONGEST_SUBJECT || text.chars().any(char::is_control) {
        true => Err(format!("\"{name}\" is one line of at most {LONGEST_SUBJECT} bytes, without control characters")),
        false => Ok(text.to_owned()),
    }
}

/// The id of a message, without brackets: nothing in it could end the header it stands in.
fn message_id(text: &str) -> Result<String, String> {
    let is_plain = |b: u8| (0x21..0x7f).contains(&b) && !b"<>(),;\"\\".contains(&b);
    match !text.is_empty() && text.len() <= LONGEST_SUBJECT && text.bytes().all(is_plain) {
        true => Ok(text.to_owned()),
        false => Err("the id of a message is text without spaces and brackets".to_owned()),
    }
}

/// Whether a text is one bare address: a dot-atom, an @, and a host name (RFC 5321, section 4.1.2, without quoted strings
/// and address literals).
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_of_atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_of_atom);
    let is_of_label = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(is_of_label)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= LONGEST_ADDRESS
        && local.len() <= LONGEST_LOCAL
        && local.split('.').all(is_atom)
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn letter(value: Value) -> Result<Letter, String> {
        Letter::read(value.as_object().unwrap())
    }

    #[test]
    fn a_recipient_is_one_bare_address() {
        for good in ["a@b.example", "first.last+tag@mail.example.com", "o'neil@x", "x@xn--bcher-kva.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c.example",
            "Ann <a@b.example>",
            "a@b.example,c@d.example",
            "a@b.example\r\nRCPT TO:<x@y>",
            "\"a b\"@c.example",
            ".a@b.example",
            "a.@b.example",
            "a..b@c.example",
            "a@-b.example",
            "a@b..example",
            "a@[127.0.0.1]",
            "\u{e4}@b.example",
            "a@b\u{e4}.example",
            "<a@b.example>",
            "a@b.example>",
            "a(x)@b.example",
            "a@b.example\0",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(!is_address(&format!("{}@b.example", "a".repeat(65))));
    }

    #[test]
    fn no_field_holds_another_header() {
        for bad in [
            json!({"to": ["a@b.example"], "subject": "x\r\nBcc: e@f.example"}),
            json!({"to": ["a@b.example\nb@c.example"], "subject": "x"}),
            json!({"to": "a@b.example", "subject": "x"}),
            json!({"to": [7], "subject": "x"}),
            json!({"to": ["a@b.example"], "in_reply_to": "a@b>\r\nX: y"}),
            json!({"to": ["a@b.example"], "references": ["a b"]}),
            json!({"to": ["a@b.example"], "text": "a\u{0}b"}),
            json!({"to": vec!["a@b.example"; 101]}),
        ] {
            let is_many = bad["to"].as_array().is_some_and(|to| to.len() > 100);
            // The same address many times is one recipient.
            assert_eq!(letter(bad.clone()).is_err(), !is_many, "{bad}");
        }
        let many: Vec<String> = (0..101).map(|n| format!("a{n}@b.example")).collect();
        assert!(letter(json!({"to": many})).is_err());
    }

    #[test]
    fn everybody_is_named_once() {
        let letter = letter(
            json!({"to": ["a@x.example", "A@X.example"], "cc": ["b@x.example"], "bcc": ["c@x.example", "b@x.example"]}),
        );
        assert_eq!(letter.unwrap().recipients().collect::<Vec<_>>(), ["a@x.example", "b@x.example", "c@x.example"]);
    }
}
