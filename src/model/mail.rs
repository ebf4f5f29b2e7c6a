//! Opens what is packed: a mail inside a request, and a multipart body. The only file that knows the MIME library.
use crate::model::execution::Part;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mail_parser::{Address, MessageParser, MimeHeaders, PartType};
use serde_json::{Map, Value};

/// What rules look at in a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// To, Cc and Bcc, and the members of groups.
    pub recipients: Vec<String>,
    pub subject: String,
    /// Every part that people read, HTML included, and the names of attachments.
    pub texts: Vec<String>,
}

/// Opens a mail that is packed in base64url, as Gmail wants it; none: it is not one.
pub fn open(raw: &str) -> Option<Mail> {
    let packed: String = raw.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let packed = packed.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let bytes = URL_SAFE_NO_PAD.decode(packed).ok()?;
    let message = MessageParser::default().parse(&bytes)?;
    let mut mail = Mail { subject: message.subject().unwrap_or_default().to_owned(), ..Mail::default() };
    // Every header of the kind counts: a mail with two To lines goes to both.
    for header in message.headers() {
        let is_recipient = ["to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc"]
            .iter()
            .any(|name| header.name().eq_ignore_ascii_case(name));
        if let (true, Some(address)) = (is_recipient, header.value().as_address()) {
            mail.recipients.extend(addresses(address));
        }
    }
    for part in &message.parts {
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => mail.texts.push(text.to_string()),
            PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) | PartType::Multipart(_) => {}
        }
        mail.texts.extend(part.attachment_name().map(str::to_owned));
    }
    Some(mail)
}

/// The parts of a mail that a caller may give, and the header each becomes.
const HEADERS: [(&str, &str); 3] = [("to", "To"), ("cc", "Cc"), ("bcc", "Bcc")];

/// Puts a plain-text mail together and packs it in base64url, as Gmail wants it. Its body and subject are encoded, so
/// that no text of a caller can become a header. The error is the name of the part that will not do.
pub fn pack(parts: &Map<String, Value>) -> Result<String, String> {
    let text = |name: &str| parts.get(name).and_then(Value::as_str);
    let mut mail = String::new();
    for (name, header) in HEADERS {
        let Some(addresses) = text(name).filter(|addresses| !addresses.trim().is_empty()) else { continue };
        if addresses.chars().any(|c| c.is_control() || !c.is_ascii()) {
            return Err(name.to_owned());
        }
        mail.push_str(&format!("{header}: {addresses}\r\n"));
    }
    let subject = text("subject").unwrap_or_default();
    if subject.chars().any(char::is_control) {
        return Err("subject".to_owned());
    }
    match subject.is_ascii() && !subject.contains("=?") {
        true => mail.push_str(&format!("Subject: {subject}\r\n")),
        false => mail.push_str(&format!("Subject: {}\r\n", encoded_words(subject))),
    }
    mail.push_str("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
    mail.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    // RFC 2045 section 6.8: lines of at most 76 characters.
    let body = STANDARD.encode(text("body").unwrap_or_default());
    for line in body.as_bytes().chunks(76) {
        mail.push_str(&String::from_utf8_lossy(line));
        mail.push_str("\r\n");
    }
    Ok(URL_SAFE_NO_PAD.encode(mail))
}

/// RFC 2047: words of at most 75 characters, none of which splits a letter.
fn encoded_words(text: &str) -> String {
    // 45 bytes become 60 characters, and `=?utf-8?B?` and `?=` are twelve more.
    const MOST_BYTES: usize = 45;
    let mut words = vec![String::new()];
    for letter in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + letter.len_utf8() <= MOST_BYTES => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

fn addresses(address: &Address<'_>) -> Vec<String> {
    address.iter().filter_map(|one| one.address()).map(str::to_owned).collect()
}

/// Takes a multipart body apart; none: it is not one, or a part has no name.
pub fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    if content_type.chars().any(|c| c.is_control()) {
        return None;
    }
    let mut whole = format!("Content-Type: {content_type}\r\n\r\n").into_bytes();
    whole.extend_from_slice(body);
    let message = MessageParser::default().parse(&whole)?;
    let (root, rest) = message.parts.split_first()?;
    if !matches!(root.body, PartType::Multipart(_)) || rest.is_empty() {
        return None;
    }
    rest.iter()
        .map(|part| {
            let disposition = part.content_disposition()?;
            let name = disposition.attribute("name")?.to_owned();
            let filename = disposition.attribute("filename").map(str::to_owned);
            let content_type = part.content_type().map(|kind| match kind.subtype() {
                Some(subtype) => format!("{}/{subtype}", kind.ctype()),
                None => kind.ctype().to_owned(),
            });
            Some(Part { name, filename, content_type, content: STANDARD.encode(part.contents()) })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_is_put_together_reads_back_as_it_was_meant() {
        let parts = serde_json::json!({
            "to": "a@x.example, b@x.example", "bcc": "c@x.example",
            "subject": "Příliš žluťoučký kůň úpěl ďábelské ódy and some more words", "body": "Dear all,\n=?utf-8?\nBcc: d@x.example\n",
        });
        let mail = open(&pack(parts.as_object().unwrap()).unwrap()).unwrap();
        assert_eq!(mail.recipients, ["a@x.example", "b@x.example", "c@x.example"]);
        assert_eq!(mail.subject, parts["subject"].as_str().unwrap());
        assert!(mail.texts[0].contains("Bcc: d@x.example"), "{:?}", mail.texts);
    }

    #[test]
    fn no_part_of_a_mail_becomes_another_header() {
        for (name, value) in [("to", "a@x.example\r\nBcc: b@x.example"), ("subject", "x\nBcc: b"), ("cc", "\u{e4}@x")] {
            let parts = serde_json::json!({name: value});
            assert_eq!(pack(parts.as_object().unwrap()), Err(name.to_owned()));
        }
    }

    fn packed(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn a_mail_names_everybody_it_goes_to() {
        let raw = "From: a@corp.com\r\nTo: Bob <bob@corp.com>, team: x@gmail.com, y@corp.com;\r\nCc: c@corp.com\r\n\
                   Bcc: hidden@evil.example\r\nTo: second@evil.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nHello\r\n";
        let mail = open(&packed(raw)).unwrap();
        for address in
            ["bob@corp.com", "x@gmail.com", "y@corp.com", "c@corp.com", "hidden@evil.example", "second@evil.example"]
        {
            assert!(mail.recipients.iter().any(|found| found == address), "{address} {mail:?}");
        }
        assert_eq!(mail.subject, "Caf\u{e9}");
        assert!(mail.texts[0].contains("Hello"));
        assert_eq!(open("%%%"), None);
    }

    #[test]
    fn an_encoded_part_is_read_as_people_would_read_it() {
        let raw = "To: x@corp.com\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nc2VjcmV0";
        assert_eq!(open(&packed(raw)).unwrap().texts, ["secret"]);
    }

    #[test]
    fn a_multipart_body_is_taken_apart() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n42\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"document\"; filename=\"a.bin\"\r\n\
                    Content-Type: application/octet-stream\r\n\r\n\u{1}\u{2}\r\n--x--\r\n";
        let parts = parts("multipart/form-data; boundary=x", body.as_bytes()).unwrap();
        assert_eq!((parts[0].name.as_str(), parts[0].text().as_deref()), ("chat_id", Some("42")));
        assert_eq!(parts[1].filename.as_deref(), Some("a.bin"));
        assert_eq!(super::parts("multipart/form-data", b"nothing"), None);
    }
}
