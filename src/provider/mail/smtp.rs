//! A conversation with an SMTP server: log in, hand over one mail, quit.
//!
//! What must stay true: the recipients are those of the envelope and no others; when one of them is refused the mail goes
//! to none; no argument holds a line break. What the server said before the encryption began is forgotten when it begins.
use super::Stop;
use super::login;
use crate::model::mailbox::Encryption;
use crate::model::secret::Secret;
use crate::net::{self, Line};
use smtp_proto::response::parser::ResponseReceiver;
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN, EXT_SIZE, EXT_START_TLS, EhloResponse, Error, Response};
use zeroize::Zeroizing;

pub(super) struct Session {
    line: Line,
    /// What was read and not yet understood.
    unread: Vec<u8>,
    can: EhloResponse<String>,
}

/// A mail and where it goes.
pub(super) struct Envelope<'m> {
    pub from: &'m str,
    pub to: Vec<&'m str>,
    pub mail: &'m [u8],
}

impl Session {
    /// Logs in. `own`: the host name to introduce oneself with.
    pub fn open(
        line: Line,
        encryption: Encryption,
        own: &str,
        username: &str,
        password: &Secret,
    ) -> Result<Session, Stop> {
        let mut session = Session { line, unread: Vec::new(), can: EhloResponse::default() };
        let greeting = session.answer()?;
        expect(&greeting, 220)?;
        session.introduce(own)?;
        if encryption == Encryption::StartTls {
            if session.can.capabilities & EXT_START_TLS == 0 {
                return Err(Stop::said(403, "the SMTP server offers no encryption (STARTTLS)".to_owned()));
            }
            let answer = session.ask("STARTTLS")?;
            if answer.code != 220 {
                let what = format!("the SMTP server does not begin the encryption: {}", words(&answer));
                return Err(Stop::said(403, what));
            }
            // What came with the answer was not encrypted, and is not read.
            session.unread.clear();
            session.line.encrypt()?;
            session.introduce(own)?;
        }
        if encryption != Encryption::Nothing && !session.line.is_encrypted() {
            return Err(Stop::NotSendable);
        }
        session.log_in(username, password)?;
        Ok(session)
    }

    /// Says goodbye. What was to be done is done, so nobody minds how the server takes it.
    pub fn close(mut self) {
        let _ = self.ask("QUIT");
    }

    fn introduce(&mut self, own: &str) -> Result<(), Stop> {
        self.put(&format!("EHLO {own}"))?;
        let mut is_whole = false;
        while !is_whole {
            // The end is where the last line ends; the parser says what is in it.
            let mut bytes = self.unread.iter();
            match EhloResponse::parse(&mut bytes) {
                Ok(can) => {
                    let left = bytes.len();
                    self.can = can;
                    self.unread.drain(..self.unread.len() - left);
                    is_whole = true;
                }
                Err(Error::NeedsMoreData { .. }) => self.more()?,
                Err(Error::InvalidResponse { code }) => {
                    let answer = self.answer()?;
                    return Err(Stop::said(status_of(code), format!("the SMTP server says: {}", words(&answer))));
                }
                Err(_) => return Err(self.line.garbled().into()),
            }
        }
        Ok(())
    }

    fn log_in(&mut self, username: &str, password: &Secret) -> Result<(), Stop> {
        let answer = if self.can.auth_mechanisms & AUTH_PLAIN != 0 {
            self.line.send_secret(login::plain(username, password))?;
            self.answer()?
        } else if self.can.auth_mechanisms & AUTH_LOGIN != 0 {
            let mut answer = self.ask("AUTH LOGIN")?;
            for line in login::name_and_password(username, password) {
                if answer.code != 334 {
                    break;
                }
                self.line.send_secret(line)?;
                answer = self.answer()?;
            }
            answer
        } else {
            return Err(Stop::said(403, "the SMTP server takes neither AUTH PLAIN nor AUTH LOGIN".to_owned()));
        };
        match answer.code {
            235 => Ok(()),
            // RFC 4954, section 6: anything temporary says nothing about the password.
            // Of what lasts, 535 is about the name or the password; the rest is about this connection.
            535 => Err(Stop::said(401, format!("the SMTP server says: {}", words(&answer)))),
            code => Err(Stop::said(status_of(code), format!("the SMTP server says: {}", words(&answer)))),
        }
    }

    /// Hands a mail over; the server's words of acceptance.
    pub fn deliver(&mut self, envelope: &Envelope<'_>) -> Result<String, Stop> {
        let mut size = String::new();
        if self.can.capabilities & EXT_SIZE != 0 {
            if self.can.size > 0 && envelope.mail.len() > self.can.size {
                let what =
                    format!("the mail has {} bytes, and the SMTP server takes {}", envelope.mail.len(), self.can.size);
                return Err(Stop::said(413, what));
            }
            size = format!(" SIZE={}", envelope.mail.len());
        }
        let answer = self.ask(&format!("MAIL FROM:<{}>{size}", envelope.from))?;
        expect(&answer, 250)?;
        for recipient in &envelope.to {
            let answer = self.ask(&format!("RCPT TO:<{recipient}>"))?;
            if !matches!(answer.code, 250 | 251) {
                let what = format!("nobody was sent the mail; {recipient} is refused: {}", words(&answer));
                return Err(Stop::said(status_of(answer.code), what));
            }
        }
        let answer = self.ask("DATA")?;
        expect(&answer, 354)?;
        self.line.send(&stuffed(envelope.mail))?;
        let answer = self.answer()?;
        expect(&answer, 250)?;
        Ok(words(&answer))
    }

    fn ask(&mut self, command: &str) -> Result<Response<String>, Stop> {
        self.put(command)?;
        Ok(self.answer()?)
    }

    fn put(&mut self, command: &str) -> Result<(), Stop> {
        // Whoever made it has looked; here is where a second command would leave.
        if command.bytes().any(|b| b.is_ascii_control()) || !command.is_ascii() {
            return Err(Stop::NotSendable);
        }
        let line = Zeroizing::new(format!("{command}\r\n").into_bytes());
        Ok(self.line.send_secret(line)?)
    }

    fn answer(&mut self) -> Result<Response<String>, net::Error> {
        let mut receiver = ResponseReceiver::default();
        loop {
            let mut bytes = self.unread.iter();
            let parsed = receiver.parse(&mut bytes);
            let left = bytes.len();
            self.unread.drain(..self.unread.len() - left);
            match parsed {
                Ok(answer) => return Ok(answer),
                Err(Error::NeedsMoreData { .. }) => self.more()?,
                Err(_) => return Err(self.line.garbled()),
            }
        }
    }

    fn more(&mut self) -> Result<(), net::Error> {
        let mut buffer = [0u8; 4096];
        match self.line.receive(&mut buffer)? {
            0 => Err(net::Error::Interrupted { host: self.line.host().to_owned() }),
            count => {
                self.unread.extend_from_slice(&buffer[..count]);
                Ok(())
            }
        }
    }
}

fn expect(answer: &Response<String>, code: u16) -> Result<(), Stop> {
    match answer.code == code {
        true => Ok(()),
        false => Err(Stop::said(status_of(answer.code), format!("the SMTP server says: {}", words(answer)))),
    }
}

/// 4xx of SMTP may work later; the rest does not (RFC 5321, section 4.2.1).
fn status_of(code: u16) -> u16 {
    if (400..500).contains(&code) { 503 } else { 422 }
}

fn words(answer: &Response<String>) -> String {
    let Response { code, esc, message } = answer;
    let text = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match esc {
        [0, 0, 0] => format!("{code} {text}"),
        [a, b, c] => format!("{code} {a}.{b}.{c} {text}"),
    }
}

/// A mail as DATA takes it (RFC 5321, section 4.5.2): CRLF everywhere, a dot more where a line begins with one, and the
/// dot that ends it.
fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 50 + 5);
    let mut lines = mail.split(|b| *b == b'\n').peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_none() && line.is_empty() {
            break;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        // A CR alone is a line's end for some servers and none for others: it is how a second mail is smuggled in.
        out.extend(line.iter().filter(|b| **b != b'\r'));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_ends_where_it_ends_and_nowhere_else() {
        for (mail, sent) in [
            ("a\r\nb\r\n", "a\r\nb\r\n.\r\n"),
            ("a\nb", "a\r\nb\r\n.\r\n"),
            (".\r\n..\r\n.x", "..\r\n...\r\n..x\r\n.\r\n"),
            ("a\r\n.\r\nMAIL FROM:<x@y>\r\n", "a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
            ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r.\rb", "a.b\r\n.\r\n"),
            ("a\r\r\n.\r\r\nb", "a\r\n..\r\nb\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8(stuffed(mail.as_bytes())).unwrap(), sent, "{mail:?}");
        }
    }

    #[test]
    fn an_answer_is_told_in_one_line() {
        let answer = |code, esc, message: &str| words(&Response { code, esc, message: message.to_owned() });
        assert_eq!(answer(535, [5, 7, 8], "bad\ncredentials"), "535 5.7.8 bad credentials");
        assert_eq!(answer(250, [0, 0, 0], "ok"), "250 ok");
    }
}
