//! Opens what is packed: a mail inside a request, and a multipart body. The only file that knows the MIME library.
use crate::model::execution::Part;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

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
