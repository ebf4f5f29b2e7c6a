//! A mailbox on loopback: an IMAP and an SMTP server that answer as they are told to and remember what they were asked.
//!
//! They know just as much of their protocols as a client needs to be heard; each test says which quirk it is about.
use super::root;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub const PASSWORD: &str = "post-canary-password";

/// How a server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secure {
    Tls,
    StartTls,
    No,
}

/// What a server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    None,
    /// It does not offer to encrypt.
    StripsStartTls,
    /// It answers the next commands along with the one that begins the encryption.
    AnswersAhead,
    /// It ends the line at the log-in.
    Drops,
    /// It says a refused password.
    Echoes,
    /// It announces four gigabytes.
    Lies,
    /// It never stops answering.
    Endless,
    /// It refuses a recipient.
    RefusesBob,
    /// It ends the line when it has the mail.
    DropsMail,
    /// It can neither move nor take away a single message.
    Old,
    /// It has no mailbox for what was deleted.
    NoTrash,
    /// It keeps everything below the inbox, and says of no mailbox what it is for.
    BelowInbox,
}

/// A message as it lies there.
const MAIL: &str = "From: =?utf-8?q?B=C3=B6b?= <bob@x.example>\r\nTo: me@own.example, carol@x.example\r\n\
    Cc: dan@y.example\r\nSubject: Plans\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n\
    --o\r\nContent-Type: text/plain\r\n\r\nHello there\r\n\
    --o\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n--o--\r\n";

#[derive(Default)]
struct World {
    said: Vec<String>,
    mails: Vec<String>,
    has_another_password: bool,
    is_away: bool,
}

pub struct Postbox {
    pub imap: u16,
    pub smtp: u16,
    world: Arc<Mutex<World>>,
}

enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn read(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; count];
        let read = match self {
            Wire::Plain(stream) => stream.read_exact(&mut bytes),
            Wire::Tls(stream) => stream.read_exact(&mut bytes),
        };
        read.ok().map(|()| bytes)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.extend(self.read(1)?);
        }
        line.truncate(line.len() - 2);
        Some(String::from_utf8(line).unwrap())
    }

    fn say(&mut self, text: &str) -> bool {
        let said = match self {
            Wire::Plain(stream) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
            Wire::Tls(stream) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
        };
        said.is_ok()
    }

    fn encrypted(self, config: &Arc<ServerConfig>) -> Wire {
        let Wire::Plain(stream) = self else { panic!("it is encrypted already") };
        Wire::Tls(Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream)))
    }
}

fn config() -> Arc<ServerConfig> {
    let data = root().join("src/net/testdata");
    let chain = vec![CertificateDer::from_pem_file(data.join("localhost.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(data.join("localhost.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

impl Postbox {
    pub fn start(imap: Secure, smtp: Secure, quirk: Quirk) -> Postbox {
        let world = Arc::<Mutex<World>>::default();
        let serve = |secure: Secure, talk: fn(Wire, Secure, Quirk, &Mutex<World>)| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let (world, config) = (Arc::clone(&world), config());
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let mut wire = Wire::Plain(stream.unwrap());
                    if world.lock().unwrap().is_away {
                        continue;
                    }
                    if secure == Secure::Tls {
                        wire = wire.encrypted(&config);
                    }
                    talk(wire, secure, quirk, &world);
                }
            });
            port
        };
        let (imap, smtp) = (serve(imap, imap_server), serve(smtp, smtp_server));
        Postbox { imap, smtp, world }
    }

    /// The settings that lead here.
    pub fn settings(&self) -> String {
        format!(
            "--set email=me@own.example --set imapHost=localhost --set imapPort={} --set smtpHost=localhost --set \
             smtpPort={} --allow-private-network",
            self.imap, self.smtp
        )
    }

    /// What was said since this was asked for last, without the log-ins.
    pub fn said(&self) -> Vec<String> {
        let all = std::mem::take(&mut self.world.lock().unwrap().said);
        let usual = ["CAPABILITY", "LOGIN", "LOGOUT", "EHLO", "AUTH", "QUIT", "STARTTLS"];
        all.into_iter().filter(|line| !usual.iter().any(|word| line.starts_with(word))).collect()
    }

    /// The same with everything.
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.world.lock().unwrap().said)
    }

    /// From now on, nobody answers.
    pub fn go_away(&self) {
        self.world.lock().unwrap().is_away = true;
    }

    /// From now on, the password is another.
    pub fn change_password(&self) {
        self.world.lock().unwrap().has_another_password = true;
    }

    pub fn mails(&self) -> Vec<String> {
        std::mem::take(&mut self.world.lock().unwrap().mails)
    }
}

fn imap_server(mut wire: Wire, secure: Secure, quirk: Quirk, world: &Mutex<World>) {
    if !wire.say("* OK ready\r\n") {
        return;
    }
    let mut is_open = secure == Secure::StartTls;
    while let Some(mut line) = wire.line() {
        // A literal is asked for, and stands in the line as it was sent.
        while let Some(count) = line.strip_suffix('}').and_then(|rest| rest.rsplit_once('{')?.1.parse().ok()) {
            wire.say("+ go on\r\n");
            let Some(literal) = wire.read(count) else { return };
            let Some(rest) = wire.line() else { return };
            line = format!("{line}\n{}{rest}", String::from_utf8(literal).unwrap());
        }
        let (tag, command) = line.split_once(' ').unwrap();
        world.lock().unwrap().said.push(command.to_owned());
        let word =
            command.split(' ').take(if command.starts_with("UID") { 2 } else { 1 }).collect::<Vec<_>>().join(" ");
        let ok = format!("{tag} OK done\r\n");
        let mut answer = match word.as_str() {
            "CAPABILITY" => {
                let more = if quirk == Quirk::Old { "" } else { " MOVE UIDPLUS" };
                format!("* CAPABILITY IMAP4rev1 X-ODD{more}\r\n{ok}")
            }
            "STARTTLS" if quirk == Quirk::StripsStartTls => format!("{tag} BAD what?\r\n"),
            "STARTTLS" => {
                let ahead =
                    if quirk == Quirk::AnswersAhead { "* CAPABILITY LOGINDISABLED\r\ns2 OK\r\ns3 OK\r\n" } else { "" };
                wire.say(&format!("{ok}{ahead}"));
                wire = wire.encrypted(&config());
                is_open = false;
                continue;
            }
            "LOGIN" if is_open => panic!("a password without encryption"),
            "LOGIN" if quirk == Quirk::Drops => return,
            "LOGIN" if quirk == Quirk::Echoes => {
                format!("{tag} NO {} is wrong\r\n", command.rsplit(' ').next().unwrap())
            }
            "LOGIN"
                if command == format!("LOGIN me@own.example {PASSWORD}")
                    && !world.lock().unwrap().has_another_password =>
            {
                ok
            }
            "LOGIN" => format!("{tag} NO [AUTHENTICATIONFAILED] no such user or password\r\n"),
            "LIST" if quirk == Quirk::BelowInbox => {
                let names = ["INBOX", "INBOX.Drafts", "INBOX.Sent", "INBOX.Trash", "INBOX.Trash.2025"];
                names.map(|name| format!("* LIST () \".\" {name}\r\n")).concat() + &ok
            }
            "LIST" => {
                let trash = if quirk == Quirk::NoTrash { "" } else { "* LIST (\\Trash) \"/\" Trash\r\n" };
                format!(
                    "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\Drafts) \"/\" Drafts\r\n\
                     * LIST (\\Sent) \"/\" \"Odeslan&AOE- po&AWE-ta\"\r\n{trash}\
                     * LIST () \"/\" \"Work/2026\"\r\n{ok}"
                )
            }
            "SELECT" | "EXAMINE" if command.contains("Nowhere") => format!("{tag} NO there is no such mailbox\r\n"),
            "SELECT" | "EXAMINE" => {
                format!(
                    "* 2 EXISTS\r\n* OK [UIDVALIDITY 77] valid\r\n* OK [UIDNEXT 9] next\r\n{tag} OK [READ-WRITE] in\r\n"
                )
            }
            "UID SEARCH" if quirk == Quirk::Endless => loop {
                if !wire.say("* SEARCH 7\r\n".repeat(1000).as_str()) {
                    return;
                }
            },
            "UID SEARCH" => format!("* SEARCH 7 8\r\n{ok}"),
            "UID FETCH" => fetched(command, quirk) + &ok,
            "APPEND" => format!("{tag} OK [APPENDUID 77 9] there\r\n"),
            "LOGOUT" => format!("* BYE\r\n{ok}"),
            _ => ok,
        };
        if word == "UID FETCH" && quirk == Quirk::Lies && command.contains("BODY.PEEK[]") {
            answer = "* 1 FETCH (UID 7 BODY[] {4294967295}\r\nFrom: x\r\n".to_owned();
            wire.say(&answer);
            return;
        }
        if !wire.say(&answer) || word == "LOGOUT" {
            return;
        }
    }
}

fn fetched(command: &str, quirk: Quirk) -> String {
    let set = command.split(' ').nth(2).unwrap();
    let mut answer = String::new();
    for uid in ["8", "7"].into_iter().filter(|uid| set.split([',', ':']).any(|one| one == *uid)) {
        let mut items = vec![format!("UID {uid}")];
        if command.contains("FLAGS") {
            items.push("FLAGS (\\Seen $Work)".to_owned());
        }
        if command.contains("INTERNALDATE") {
            items.push("INTERNALDATE \"22-Nov-2026 10:00:05 +0000\"".to_owned());
        }
        if command.contains("RFC822.SIZE") {
            items.push(format!("RFC822.SIZE {}", MAIL.len()));
        }
        let mut literal = |name: &str, text: &str| items.push(format!("{name} {{{}}}\r\n{text}", text.len()));
        let head = &MAIL[..MAIL.find("\r\n\r\n").unwrap() + 4];
        if command.contains("HEADER.FIELDS") {
            literal("BODY[HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID)]", head);
        }
        if command.contains("BODY.PEEK[]") {
            literal("BODY[]", MAIL);
        }
        if command.contains("[2.MIME]") {
            let echo = if quirk == Quirk::Echoes { PASSWORD } else { "application/pdf" };
            literal("BODY[2.MIME]", &format!("Content-Type: {echo}\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
            literal("BODY[2]", "JVBERi0x\r\n");
        }
        answer.push_str(&format!("* 1 FETCH ({})\r\n", items.join(" ")));
    }
    answer
}

fn smtp_server(mut wire: Wire, secure: Secure, quirk: Quirk, world: &Mutex<World>) {
    if !wire.say("220 own.example ready\r\n") {
        return;
    }
    let mut is_open = secure == Secure::StartTls;
    while let Some(line) = wire.line() {
        world.lock().unwrap().said.push(line.clone());
        let word = line.split([' ', ':']).next().unwrap().to_owned();
        let answer = match word.as_str() {
            "EHLO" => {
                let offers = if is_open && quirk != Quirk::StripsStartTls { "250-STARTTLS\r\n" } else { "" };
                format!("250-own.example\r\n{offers}250-AUTH PLAIN LOGIN\r\n250 SIZE 100000\r\n")
            }
            "STARTTLS" => {
                let ahead = if quirk == Quirk::AnswersAhead { "250 own.example\r\n" } else { "" };
                wire.say(&format!("220 go on\r\n{ahead}"));
                wire = wire.encrypted(&config());
                is_open = false;
                continue;
            }
            "AUTH" if is_open => panic!("a password without encryption"),
            "AUTH" => {
                use base64::Engine;
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("\0me@own.example\0{PASSWORD}"));
                match line == format!("AUTH PLAIN {pair}") {
                    true => "235 in\r\n".to_owned(),
                    false => "535 5.7.8 bad credentials\r\n".to_owned(),
                }
            }
            "RCPT" if quirk == Quirk::RefusesBob && line.contains("bob@") => "550 5.1.1 nobody here\r\n".to_owned(),
            "DATA" => {
                wire.say("354 go on\r\n");
                let mut mail = String::new();
                loop {
                    let Some(line) = wire.line() else { return };
                    if line == "." {
                        break;
                    }
                    mail.push_str(&format!("{line}\r\n"));
                }
                world.lock().unwrap().mails.push(mail);
                if quirk == Quirk::DropsMail {
                    return;
                }
                "250 2.0.0 queued as 4711\r\n".to_owned()
            }
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "250 ok\r\n".to_owned(),
        };
        if !wire.say(&answer) || word == "QUIT" {
            return;
        }
    }
}
