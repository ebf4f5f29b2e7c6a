//! A mail put together: headers, text, HTML.
//!
//! What must stay true: what people may give of it was looked at before (`model::mailbox`): nothing in it ends a header.
//! The recipients of a blind copy stand in the copy that is kept, and not in the one that is sent.
use super::Stop;
use crate::model::mailbox::Letter;
use crate::model::time::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::message_id::MessageId;

/// Who writes, when, and under which id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'a> {
    pub email: &'a str,
    pub name: Option<&'a str>,
    pub at: Timestamp,
    /// Without its brackets.
    pub id: &'a str,
}

/// The mail as bytes; `with_blind`: the kept copy.
pub(super) fn composed(letter: &Letter, writer: Writer<'_>, with_blind: bool) -> Result<Vec<u8>, Stop> {
    let from = Address::new_address(writer.name.map(str::to_owned), writer.email.to_owned());
    let mut mail = MessageBuilder::new()
        .date(writer.at.as_second())
        .message_id(writer.id.to_owned())
        .from(from)
        .subject(letter.subject.clone());
    if !letter.to.is_empty() {
        mail = mail.to(list(&letter.to));
    }
    if !letter.cc.is_empty() {
        mail = mail.cc(list(&letter.cc));
    }
    if with_blind && !letter.bcc.is_empty() {
        mail = mail.bcc(list(&letter.bcc));
    }
    if let Some(id) = &letter.in_reply_to {
        mail = mail.in_reply_to(id.clone());
    }
    if !letter.references.is_empty() {
        mail = mail.references(MessageId::new_list(letter.references.iter().cloned()));
    }
    mail = mail.text_body(letter.text.clone());
    if let Some(html) = &letter.html {
        mail = mail.html_body(html.clone());
    }
    mail.write_to_vec().map_err(|_| Stop::NotSendable)
}

fn list(addresses: &[String]) -> Address<'static> {
    Address::new_list(addresses.iter().map(|one| Address::new_address(None::<String>, one.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;

    fn letter() -> Letter {
        Letter {
            to: vec!["b@x.example".to_owned()],
            cc: vec!["c@x.example".to_owned()],
            bcc: vec!["d@x.example".to_owned()],
            subject: "Úpěl ďábelské =?utf-8?q?x?= ódy".to_owned(),
            text: "Hello\r\n.\r\nBcc: e@x.example\r\n\u{4f60}\u{597d}".to_owned(),
            html: Some("<p>Hello</p>".to_owned()),
            in_reply_to: Some("1@x.example".to_owned()),
            references: vec!["0@x.example".to_owned(), "1@x.example".to_owned()],
        }
    }

    fn written(letter: &Letter, with_blind: bool) -> Vec<u8> {
        let writer = Writer {
            email: "me@own.example",
            name: Some("Jan Kůň, \"esq\""),
            at: Timestamp::UNIX_EPOCH,
            id: "7@own.example",
        };
        composed(letter, writer, with_blind).ok().unwrap()
    }

    #[test]
    fn a_mail_reads_back_as_it_was_meant() {
        let bytes = written(&letter(), false);
        assert!(bytes.is_ascii());
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let letter = letter();
        assert_eq!(mail.subject(), Some(letter.subject.as_str()));
        let from = mail.from().unwrap().first().unwrap();
        assert_eq!((from.name(), from.address()), (Some("Jan Kůň, \"esq\""), Some("me@own.example")));
        assert_eq!(mail.to().unwrap().iter().map(|one| one.address().unwrap()).collect::<Vec<_>>(), ["b@x.example"]);
        assert_eq!(mail.message_id(), Some("7@own.example"));
        assert_eq!(mail.in_reply_to().as_text(), Some("1@x.example"));
        assert!(mail.body_text(0).unwrap().contains("\u{4f60}\u{597d}"));
        assert_eq!(mail.headers().iter().filter(|header| header.name().eq_ignore_ascii_case("bcc")).count(), 0);
    }

    #[test]
    fn the_kept_copy_alone_says_who_was_copied_blind() {
        let count = |with_blind| {
            let bytes = written(&letter(), with_blind);
            String::from_utf8(bytes)
                .unwrap()
                .lines()
                .take_while(|line| !line.is_empty())
                .filter(|line| line.starts_with("Bcc:"))
                .count()
        };
        assert_eq!((count(false), count(true)), (0, 1));
    }
}
