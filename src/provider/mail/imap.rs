//! A conversation with an IMAP server: log in, ask, log out.
//!
//! What must stay true: every command is built as a type, so that no argument can become a second command; what the server
//! said before the encryption began is forgotten when it begins; whatever the server sends, of whatever length, is read
//! within the bounds of its line.
use super::Stop;
use super::login;
use super::names::{decoded, encoded};
use crate::model::mailbox::{Encryption, Place};
use crate::model::secret::Secret;
use crate::net::{self, Line};
use imap_codec::encode::{Encoder, Fragment};
use imap_codec::fragmentizer::Fragmentizer;
use imap_codec::imap_types::IntoStatic;
use imap_codec::imap_types::command::{Command, CommandBody};
use imap_codec::imap_types::core::{LiteralMode, Tag};
use imap_codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItem, MessageDataItemName};
use imap_codec::imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{Capability, Code, Data, GreetingKind, Response, Status, StatusKind};
use imap_codec::imap_types::sequence::SequenceSet;
use imap_codec::{CommandCodec, GreetingCodec, ResponseCodec};
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// How many responses one command may have: a mailbox for each of tens of thousands of folders, and no more than can be
/// held at once.
const MOST_RESPONSES: usize = 50_000;

/// What came of a command.
pub(super) struct Done {
    kind: StatusKind,
    /// The server's own words.
    said: String,
    pub data: Vec<Data<'static>>,
    pub codes: Vec<Code<'static>>,
}

impl Done {
    /// Whether a refused LOGIN is about the name or the password, and not about a server that cannot tell now or wants
    /// fewer connections (RFC 5530, section 3). Who says NO without a reason means the password (RFC 3501, section 6.2.3).
    fn speaks_of_the_password(&self) -> bool {
        const OTHER: [&[u8]; 5] = [b"UNAVAILABLE", b"INUSE", b"LIMIT", b"CONTACTADMIN", b"SERVERBUG"];
        let is_other = |code: &Code<'_>| match code {
            Code::Other(other) => OTHER.iter().any(|word| {
                other.inner().get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
            }),
            _ => false,
        };
        self.kind == StatusKind::No && !self.codes.iter().any(is_other)
    }
}

/// A mailbox of the account.
pub(super) struct Folder {
    pub name: String,
    pub delimiter: Option<String>,
    /// As the server writes them: `\Sent`, `\HasNoChildren`.
    pub attributes: Vec<String>,
}

impl Folder {
    fn is_for(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|had| had.eq_ignore_ascii_case(attribute))
    }
}

pub(super) struct Session {
    line: Line,
    fragments: Fragmentizer,
    /// The largest message of the protocol, in bytes.
    largest: u32,
    commands: u32,
    capabilities: Vec<Capability<'static>>,
}

/// One message as a FETCH describes it.
pub(super) type Fetched = Vec<MessageDataItem<'static>>;

impl Session {
    /// Logs in.
    pub fn open(
        line: Line,
        encryption: Encryption,
        largest: u32,
        username: &str,
        password: &Secret,
    ) -> Result<Session, Stop> {
        let fragments = Fragmentizer::new(largest);
        let mut session = Session { line, fragments, largest, commands: 0, capabilities: Vec::new() };
        session.greeted()?;
        if encryption == Encryption::StartTls {
            let done = session.exchange(CommandBody::StartTLS)?;
            if done.kind != StatusKind::Ok {
                return Err(Stop::said(403, format!("the IMAP server does not begin the encryption: {}", done.said)));
            }
            // What came with the answer was not encrypted, and is not read.
            session.fragments = Fragmentizer::new(largest);
            session.line.encrypt()?;
        }
        if encryption != Encryption::Nothing && !session.line.is_encrypted() {
            return Err(Stop::NotSendable);
        }
        session.learn()?;
        if session.can(&Capability::LoginDisabled) {
            return Err(Stop::said(403, "the IMAP server takes no LOGIN".to_owned()));
        }
        let body = login::imap(username, password);
        let body = body.ok_or_else(|| Stop::said(401, "the name or password cannot be sent".to_owned()))?;
        let done = session.exchange(body)?;
        match done.kind {
            StatusKind::Ok => {}
            StatusKind::No | StatusKind::Bad => {
                let status = match done.speaks_of_the_password() {
                    true => 401,
                    false => 503,
                };
                return Err(Stop::said(status, format!("the IMAP server says: {}", done.said)));
            }
        }
        // Some say what they can do only now.
        session.learn()?;
        Ok(session)
    }

    /// Says goodbye. What was to be done is done, so nobody minds how the server takes it.
    pub fn close(mut self) {
        let _ = self.exchange(CommandBody::Logout);
    }

    pub fn can(&self, capability: &Capability<'_>) -> bool {
        self.capabilities.iter().any(|had| had == capability)
    }

    fn greeted(&mut self) -> Result<(), Stop> {
        loop {
            if self.fragments.progress().is_some() && self.fragments.is_message_complete() {
                break;
            }
            self.more()?;
        }
        let greeting = self.fragments.decode_message(&GreetingCodec::default());
        let (kind, said) = match greeting {
            Ok(greeting) => (greeting.kind, greeting.text.to_string()),
            Err(_) => return Err(self.line.garbled().into()),
        };
        match kind {
            GreetingKind::Ok => Ok(()),
            GreetingKind::Bye => Err(Stop::said(503, format!("the IMAP server says: {said}"))),
            // It would leave the encryption and the password out.
            GreetingKind::PreAuth => Err(Stop::said(403, "the IMAP server wants no password".to_owned())),
        }
    }

    fn learn(&mut self) -> Result<(), Stop> {
        let done = self.run(CommandBody::Capability)?;
        for data in done.data {
            if let Data::Capability(capabilities) = data {
                self.capabilities = capabilities.into_inner();
            }
        }
        Ok(())
    }

    /// Sends a command; anything but OK ends the conversation.
    pub fn run(&mut self, body: CommandBody<'_>) -> Result<Done, Stop> {
        let done = self.exchange(body)?;
        match done.kind {
            StatusKind::Ok => Ok(done),
            StatusKind::No | StatusKind::Bad => Err(Stop::said(422, format!("the IMAP server says: {}", done.said))),
        }
    }

    fn exchange(&mut self, body: CommandBody<'_>) -> Result<Done, Stop> {
        self.commands += 1;
        let tag = Tag::try_from(format!("s{}", self.commands)).map_err(|_| Stop::NotSendable)?;
        let command = Command { tag: tag.clone(), body };
        let mut done = Done { kind: StatusKind::Bad, said: String::new(), data: Vec::new(), codes: Vec::new() };
        for fragment in CommandCodec::default().encode(&command) {
            match fragment {
                Fragment::Line { data } => self.line.send_secret(Zeroizing::new(data))?,
                Fragment::Literal { data, mode } => {
                    let data = Zeroizing::new(data);
                    if mode == LiteralMode::Sync && !self.is_awaited(&tag, &mut done)? {
                        return Ok(done);
                    }
                    self.line.send_secret(data)?;
                }
            }
        }
        loop {
            let response = self.next()?;
            if self.take(response, &tag, &mut done)? {
                return Ok(done);
            }
        }
    }

    /// Waits for the server to ask for a literal; false: it refused the command instead.
    fn is_awaited(&mut self, tag: &Tag<'_>, done: &mut Done) -> Result<bool, Stop> {
        loop {
            match self.next()? {
                Response::CommandContinuationRequest(_) => return Ok(true),
                other => {
                    if self.take(other, tag, done)? {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Takes a response in; true: it ends the command.
    fn take(&self, response: Response<'static>, tag: &Tag<'_>, done: &mut Done) -> Result<bool, Stop> {
        match response {
            Response::CommandContinuationRequest(_) => {}
            Response::Data(_) if done.data.len() >= MOST_RESPONSES => {
                let cap = usize::try_from(self.largest).unwrap_or(usize::MAX);
                return Err(net::Error::TooLarge { host: self.line.host().to_owned(), cap }.into());
            }
            Response::Data(data) => done.data.push(data),
            Response::Status(Status::Untagged(body)) => done.codes.extend(body.code),
            Response::Status(Status::Tagged(tagged)) if tagged.tag == *tag => {
                done.kind = tagged.body.kind;
                done.said = tagged.body.text.to_string();
                done.codes.extend(tagged.body.code);
                return Ok(true);
            }
            Response::Status(Status::Tagged(_)) => return Err(self.line.garbled().into()),
            // After LOGOUT it belongs there, and its OK comes next.
            Response::Status(Status::Bye(bye)) => {
                done.said = bye.text.to_string();
            }
        }
        Ok(false)
    }

    fn next(&mut self) -> Result<Response<'static>, net::Error> {
        loop {
            match self.fragments.progress() {
                None => self.more()?,
                Some(_) if !self.fragments.is_message_complete() => {}
                Some(_) => {
                    if self.fragments.is_max_message_size_exceeded() {
                        let cap = usize::try_from(self.largest).unwrap_or(usize::MAX);
                        return Err(net::Error::TooLarge { host: self.line.host().to_owned(), cap });
                    }
                    match self.fragments.decode_message(&ResponseCodec::default()) {
                        Ok(response) => return Ok(response.into_static()),
                        // An extension that nobody asked for is passed over; what was asked for must be understood.
                        Err(_) if is_of_no_concern(self.fragments.message_bytes()) => {}
                        Err(_) => return Err(self.line.garbled()),
                    }
                }
            }
        }
    }

    fn more(&mut self) -> Result<(), net::Error> {
        let mut buffer = [0u8; 16 * 1024];
        match self.line.receive(&mut buffer)? {
            0 => Err(net::Error::Interrupted { host: self.line.host().to_owned() }),
            count => {
                self.fragments.enqueue_bytes(&buffer[..count]);
                Ok(())
            }
        }
    }

    /// Every mailbox of the account.
    pub fn folders(&mut self) -> Result<Vec<Folder>, Stop> {
        let body = CommandBody::list("", "*").map_err(|_| Stop::NotSendable)?;
        let done = self.run(body)?;
        let folder = |data: Data<'static>| match data {
            Data::List { items, delimiter, mailbox } => Some(Folder {
                name: readable(&mailbox),
                delimiter: delimiter.map(|sign| sign.inner().to_string()),
                attributes: items.iter().map(ToString::to_string).collect(),
            }),
            _ => None,
        };
        Ok(done.data.into_iter().filter_map(folder).collect())
    }

    /// The mailbox that a server has for something: by its attribute (RFC 6154), else by its usual name.
    pub fn folder_for(&mut self, attribute: &str, usual: &str) -> Result<Option<String>, Stop> {
        let folders = self.folders()?;
        let marked = folders.iter().find(|folder| folder.is_for(attribute));
        // Some servers keep everything below the inbox: `INBOX.Trash`.
        let is_usual = |name: &str| name.rsplit(['/', '.']).next().is_some_and(|own| own.eq_ignore_ascii_case(usual));
        let found = marked.or_else(|| folders.iter().find(|folder| is_usual(&folder.name)));
        Ok(found.map(|folder| folder.name.clone()))
    }

    /// Opens a mailbox, for reading only or for changes; the number under which its UIDs hold.
    pub fn enter(&mut self, mailbox: &str, for_changes: bool) -> Result<Option<u32>, Stop> {
        let mailbox = written(mailbox)?;
        let done = match for_changes {
            true => self.exchange(CommandBody::select(mailbox).map_err(|_| Stop::NotSendable)?)?,
            false => self.exchange(CommandBody::examine(mailbox).map_err(|_| Stop::NotSendable)?)?,
        };
        match done.kind {
            StatusKind::Ok => {}
            StatusKind::No | StatusKind::Bad => {
                return Err(Stop::said(404, format!("the IMAP server says: {}", done.said)));
            }
        }
        let validity = |code: &Code<'_>| match code {
            Code::UidValidity(number) => Some(number.get()),
            _ => None,
        };
        Ok(done.codes.iter().find_map(validity))
    }

    /// Opens the mailbox of a message and makes sure that the message is there, and is the one that was meant.
    pub fn enter_at(&mut self, place: &Place, for_changes: bool) -> Result<(NonZeroU32, Option<u32>), Stop> {
        let validity = self.enter(&place.mailbox, for_changes)?;
        if place.uid_validity.is_some() && place.uid_validity != validity {
            let what = "the mailbox was made anew since: its uidValidity is another one, and the UID another message";
            return Err(Stop::said(409, what.to_owned()));
        }
        let uid = NonZeroU32::new(place.uid).ok_or(Stop::NotSendable)?;
        let found = self.fetch(&[uid], vec![MessageDataItemName::Uid])?;
        match found.iter().any(|items| uid_of(items) == Some(uid)) {
            true => Ok((uid, validity)),
            false => Err(Stop::said(404, format!("there is no message with the UID {uid} in this mailbox"))),
        }
    }

    pub fn fetch(
        &mut self,
        uids: &[NonZeroU32],
        items: Vec<MessageDataItemName<'static>>,
    ) -> Result<Vec<Fetched>, Stop> {
        let set = SequenceSet::try_from(uids).map_err(|_| Stop::NotSendable)?;
        let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
        let body = CommandBody::fetch(set, items, true).map_err(|_| Stop::NotSendable)?;
        let done = self.run(body)?;
        let fetched = |data: Data<'static>| match data {
            Data::Fetch { items, .. } => Some(items.into_inner()),
            _ => None,
        };
        Ok(done.data.into_iter().filter_map(fetched).collect())
    }

    pub fn store(&mut self, uid: NonZeroU32, kind: StoreType, flags: &[&str]) -> Result<(), Stop> {
        let flags: Result<Vec<Flag<'_>>, _> = flags.iter().map(|flag| Flag::try_from(*flag)).collect();
        let flags = flags.map_err(|_| Stop::NotSendable)?;
        let body = CommandBody::store(SequenceSet::from(uid), kind, StoreResponse::Silent, flags, true);
        self.run(body.map_err(|_| Stop::NotSendable)?).map(drop)
    }

    /// Moves a message; false: the server could not take away the original, which is marked as deleted.
    pub fn relocate(&mut self, uid: NonZeroU32, target: &str) -> Result<bool, Stop> {
        let set = SequenceSet::from(uid);
        let mailbox = written(target)?;
        if self.can(&Capability::Move) {
            self.run(CommandBody::Move { sequence_set: set, mailbox, uid: true })?;
            return Ok(true);
        }
        self.run(CommandBody::Copy { sequence_set: set, mailbox, uid: true })?;
        self.store(uid, StoreType::Add, &["\\Deleted"])?;
        self.expunge(uid)
    }

    /// Takes away one message that is marked as deleted; false: the server can only take away all that are marked, others'
    /// among them, so none is.
    pub fn expunge(&mut self, uid: NonZeroU32) -> Result<bool, Stop> {
        if !self.can(&Capability::UidPlus) {
            return Ok(false);
        }
        self.run(CommandBody::ExpungeUid { sequence_set: SequenceSet::from(uid) })?;
        Ok(true)
    }

    /// Files a mail; its UID, where the server says it.
    pub fn append(&mut self, mailbox: &str, flag: &str, mail: Vec<u8>) -> Result<Option<u32>, Stop> {
        let flag = Flag::try_from(flag).map_err(|_| Stop::NotSendable)?.into_static();
        let body = CommandBody::append(written(mailbox)?, vec![flag], None, mail).map_err(|_| Stop::NotSendable)?;
        let done = self.run(body)?;
        let uid = |code: &Code<'_>| match code {
            Code::AppendUid { uid, .. } => Some(uid.get()),
            _ => None,
        };
        Ok(done.codes.iter().find_map(uid))
    }
}

/// An untagged response that is no part of an answer to anything asked here.
fn is_of_no_concern(message: &[u8]) -> bool {
    let head: Vec<&[u8]> = message.splitn(4, |b| *b == b' ').collect();
    let is_about = |word: &[u8]| head.iter().skip(1).any(|part| part.trim_ascii().eq_ignore_ascii_case(word));
    let asked = [b"FETCH".as_slice(), b"SEARCH", b"LIST", b"CAPABILITY"];
    head.first() == Some(&b"*".as_slice()) && !asked.iter().any(|word| is_about(word))
}

pub(super) fn uid_of(items: &[MessageDataItem<'_>]) -> Option<NonZeroU32> {
    items.iter().find_map(|item| match item {
        MessageDataItem::Uid(uid) => Some(*uid),
        _ => None,
    })
}

fn written(mailbox: &str) -> Result<Mailbox<'static>, Stop> {
    Mailbox::try_from(encoded(mailbox)).map_err(|_| Stop::NotSendable)
}

fn readable(mailbox: &Mailbox<'_>) -> String {
    match mailbox {
        Mailbox::Inbox => "INBOX".to_owned(),
        Mailbox::Other(other) => decoded(&String::from_utf8_lossy(other.inner().as_ref())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imap_codec::decode::Decoder;

    #[test]
    fn a_server_that_cannot_tell_now_says_nothing_about_the_password() {
        let speaks = |answer: &str| {
            let (_, response) = ResponseCodec::default().decode(answer.as_bytes()).unwrap();
            let tag = Tag::try_from("s1").unwrap();
            let mut done = Done { kind: StatusKind::Bad, said: String::new(), data: Vec::new(), codes: Vec::new() };
            let Response::Status(Status::Tagged(tagged)) = response else { panic!("{answer}") };
            assert_eq!(tagged.tag, tag);
            done.kind = tagged.body.kind;
            done.codes.extend(tagged.body.code.map(IntoStatic::into_static));
            done.speaks_of_the_password()
        };
        assert!(speaks("s1 NO no\r\n"));
        assert!(speaks("s1 NO [AUTHENTICATIONFAILED] no\r\n"));
        assert!(!speaks("s1 NO [UNAVAILABLE] Temporary authentication failure.\r\n"));
        assert!(!speaks("s1 NO [limit] too many connections\r\n"));
        assert!(!speaks("s1 BAD what\r\n"));
    }

    #[test]
    fn only_what_was_not_asked_for_is_passed_over() {
        for (message, passed) in [
            ("* NAMESPACE ((oddly)) NIL NIL\r\n", true),
            ("* 7 VANISHED\r\n", true),
            ("* 7 FETCH (BODY[] ???)\r\n", false),
            ("* SEARCH x\r\n", false),
            ("* LIST oddly\r\n", false),
            ("s1 OK?\r\n", false),
            ("+ ?\r\n", false),
            ("\r\n", false),
        ] {
            assert_eq!(is_of_no_concern(message.as_bytes()), passed, "{message}");
        }
    }
}
