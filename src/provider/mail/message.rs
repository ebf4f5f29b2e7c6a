//! A mail as JSON: headers, text, and a list of what is attached.
//!
//! What must stay true: parts are numbered as IMAP numbers them (RFC 3501, section 6.4.5), so that a number from here
//! fetches the same part.
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use serde_json::{Map, Value, json};

/// How many levels of parts are looked into; deeper ones are listed as one part.
const DEEPEST: usize = 10;

/// The headers of a mail, as a search lists them.
pub(super) fn headers(bytes: &[u8]) -> Map<String, Value> {
    let Some(mail) = MessageParser::default().parse(bytes) else { return Map::new() };
    let mut shown = Map::new();
    for (name, value) in [("from", people(mail.from())), ("to", people(mail.to())), ("cc", people(mail.cc()))] {
        if name != "cc" || !value.is_empty() {
            shown.insert(name.to_owned(), value.into());
        }
    }
    shown.insert("subject".to_owned(), mail.subject().unwrap_or_default().into());
    shown.insert("date".to_owned(), date(&mail));
    shown.insert("messageId".to_owned(), mail.message_id().into());
    shown
}

/// A whole mail.
pub(super) fn whole(bytes: &[u8]) -> Map<String, Value> {
    let mut shown = headers(bytes);
    let Some(mail) = MessageParser::default().parse(bytes) else { return shown };
    for (name, value) in [("bcc", people(mail.bcc())), ("replyTo", people(mail.reply_to()))] {
        if !value.is_empty() {
            shown.insert(name.to_owned(), value.into());
        }
    }
    for (name, value) in [("inReplyTo", ids(mail.in_reply_to())), ("references", ids(mail.references()))] {
        if !value.is_empty() {
            shown.insert(name.to_owned(), value.into());
        }
    }
    let texts: Vec<String> =
        (0..mail.text_body.len()).filter_map(|at| mail.body_text(at)).map(|text| text.into_owned()).collect();
    shown.insert("text".to_owned(), texts.join("\n").into());
    let is_html = |id: &&u32| {
        let part = usize::try_from(**id).ok().and_then(|id| mail.parts.get(id));
        part.is_some_and(|part| matches!(part.body, PartType::Html(_)))
    };
    if mail.html_body.iter().any(|id| is_html(&id)) {
        let pages: Vec<String> =
            (0..mail.html_body.len()).filter_map(|at| mail.body_html(at)).map(|page| page.into_owned()).collect();
        shown.insert("html".to_owned(), pages.join("\n").into());
    }
    let mut attachments = Vec::new();
    for (number, id) in numbered(&mail) {
        if mail.attachments.contains(&id)
            && let Some(part) = usize::try_from(id).ok().and_then(|id| mail.parts.get(id))
        {
            attachments.push(json!({
                "part": number,
                "name": part.attachment_name(),
                "contentType": content_type(part),
                "size": part.contents().len(),
            }));
        }
    }
    shown.insert("attachments".to_owned(), attachments.into());
    shown
}

/// One part, decoded: its media type and its bytes. `head`: the MIME headers of the part. None: it holds other parts.
pub(super) fn part(head: &[u8], body: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut bytes = head.to_vec();
    // The blank line belongs to the headers; some servers leave it out.
    if !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        bytes.extend_from_slice(if head.is_empty() || head.ends_with(b"\n") { b"\r\n" } else { b"\r\n\r\n" });
    }
    bytes.extend_from_slice(body);
    let mail = MessageParser::default().parse(&bytes)?;
    let root = mail.parts.first()?;
    match &root.body {
        PartType::Multipart(_) => None,
        PartType::Message(_) => Some(("message/rfc822".to_owned(), body.to_vec())),
        PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) => {
            Some((content_type(root), root.contents().to_vec()))
        }
    }
}

/// Whether a mail with these headers is made of several parts.
pub(super) fn is_multipart(headers: &[u8]) -> bool {
    let mail = MessageParser::default().parse(headers);
    let kind = mail.as_ref().and_then(|mail| mail.parts.first()).and_then(|root| root.content_type());
    kind.is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("multipart"))
}

fn content_type(part: &mail_parser::MessagePart<'_>) -> String {
    match part.content_type() {
        Some(kind) => match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase(),
            None => kind.ctype().to_ascii_lowercase(),
        },
        // RFC 2045, section 5.2.
        None => "text/plain".to_owned(),
    }
}

/// Every part that holds no others, with its number.
fn numbered(mail: &Message<'_>) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    let root = mail.parts.first().map(|part| &part.body);
    match root {
        Some(PartType::Multipart(_)) => below(mail, 0, "", 0, &mut found),
        Some(_) => found.push(("1".to_owned(), 0)),
        None => {}
    }
    found
}

fn below(mail: &Message<'_>, id: u32, before: &str, depth: usize, found: &mut Vec<(String, u32)>) {
    let part = usize::try_from(id).ok().and_then(|id| mail.parts.get(id));
    let Some(PartType::Multipart(children)) = part.map(|part| &part.body) else { return };
    for (at, child) in children.iter().enumerate() {
        let number = match before {
            "" => (at + 1).to_string(),
            before => format!("{before}.{}", at + 1),
        };
        let inner = usize::try_from(*child).ok().and_then(|id| mail.parts.get(id)).map(|part| &part.body);
        match inner {
            Some(PartType::Multipart(_)) if depth < DEEPEST => below(mail, *child, &number, depth + 1, found),
            _ => found.push((number, *child)),
        }
    }
}

fn people(address: Option<&Address<'_>>) -> Vec<Value> {
    let shown = |one: &mail_parser::Addr<'_>| match one.name() {
        Some(name) => json!({"name": name, "address": one.address()}),
        None => json!({"address": one.address()}),
    };
    address.map(|address| address.iter().map(shown).collect()).unwrap_or_default()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    value.as_text_list().map(|ids| ids.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

fn date(mail: &Message<'_>) -> Value {
    mail.date().filter(|date| date.is_valid()).map(|date| date.to_rfc3339()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: =?utf-8?q?Bj=C3=B6rn?= <bob@x.example>\r\nTo: me@own.example, Carol <carol@x.example>\r\n\
        Reply-To: list@z.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nDate: Sun, 22 Nov 2026 10:00:00 +0100\r\n\
        Message-ID: <1@x.example>\r\nReferences: <0@x.example> <00@x.example>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=o\r\n\r\n\
        --o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n\
        --i\r\nContent-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nk=F9=F2\r\n\
        --i\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--i--\r\n\
        --o\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--o--\r\n";

    #[test]
    fn a_mail_is_shown_with_its_headers_its_text_and_the_numbers_of_its_parts() {
        let shown = Value::Object(whole(MAIL.as_bytes()));
        assert_eq!(shown["from"], json!([{"name": "Bj\u{f6}rn", "address": "bob@x.example"}]));
        assert_eq!(shown["to"][0], json!({"address": "me@own.example"}));
        assert_eq!((shown["subject"].as_str(), shown["messageId"].as_str()), (Some("Caf\u{e9}"), Some("1@x.example")));
        assert_eq!(shown["references"], json!(["0@x.example", "00@x.example"]));
        assert_eq!(shown["replyTo"], json!([{"address": "list@z.example"}]));
        assert_eq!(shown["text"].as_str().map(str::trim), Some("k\u{16f}\u{148}"));
        assert!(shown["html"].as_str().unwrap().contains("<p>x</p>"));
        let pdf = json!([{"part": "2", "name": "a.pdf", "contentType": "application/pdf", "size": 4}]);
        assert_eq!(shown["attachments"], pdf);
        assert_eq!(shown["date"], json!("2026-11-22T10:00:00+01:00"));
    }

    #[test]
    fn a_part_is_decoded_by_its_own_headers() {
        let head = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        assert_eq!(part(head, b"JVBERg=="), Some(("application/pdf".to_owned(), b"%PDF".to_vec())));
        assert_eq!(part(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n", b"--x\r\n\r\na\r\n--x--\r\n"), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_mail_holds_it_is_shown(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = (whole(&bytes), part(&bytes, &bytes));
        }
    }
}
