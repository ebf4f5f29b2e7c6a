//! Mailboxes: an order carried out over IMAP and SMTP, and its outcome as an answer like any other.
//!
//! What must stay true: the order is read from the request that was decided, by the function that the decision read it
//! with; the servers are those that the credential was entered for; reading changes nothing, not even what counts as
//! read; nothing that changes something is tried twice. The statuses of answers are HTTP's, by meaning: 401 the name or
//! password is refused, 403 the server cannot be spoken with safely, 404 no such mailbox or message, 409 another message
//! than was meant, 413 too large, 422 the server refused, 503 it may work later.
mod imap;
mod letter;
mod login;
mod message;
mod names;
mod search;
mod smtp;

use crate::model::audit::hex;
use crate::model::connection::Connection;
use crate::model::credential::Opens;
use crate::model::execution::StoredResult;
use crate::model::mailbox::{self, Letter, Order, Place, Server};
use crate::model::time::Timestamp;
use crate::net::{self, Bounds, Destination, Net, Reach};
use crate::provider::identify::Proof;
use crate::provider::mask;
use crate::provider::send::{Answer, Error, LARGEST_ANSWER, Outbound};
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::fetch::{MessageDataItem, MessageDataItemName, Part, Section};
use imap_codec::imap_types::flag::{FlagFetch, StoreType};
use letter::Writer;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::time::Duration;

/// How long a conversation may take: a large attachment over a slow line.
const LONGEST: Duration = Duration::from_secs(120);

/// How long a proof may take, each server.
const PROOF: Duration = Duration::from_secs(30);

/// What an IMAP server may say in one conversation, in bytes: the largest answer in base64 (four for three, and line
/// ends), and some talk.
const IMAP_CAP: usize = LARGEST_ANSWER / 2 * 3 + 1024 * 1024;

/// What an SMTP server may say in one conversation, in bytes: a hundred recipients, and long greetings.
const SMTP_CAP: usize = 128 * 1024;

/// The beginning of a mail that is too large to be read whole, in bytes: headers and text come first.
const BEGINNING: u32 = 1024 * 1024;

/// Why an order was not carried out.
enum Stop {
    /// A server said no, or was refused; a status and words.
    Said(u16, String),
    Net(net::Error),
    /// The decision lets only well-formed orders through; this one was not.
    NotSendable,
}

impl Stop {
    fn said(status: u16, what: String) -> Stop {
        Stop::Said(status, what)
    }
}

impl From<net::Error> for Stop {
    fn from(error: net::Error) -> Stop {
        Stop::Net(error)
    }
}

/// What an order came to.
enum Outcome {
    Json(Map<String, Value>),
    Bytes(String, Vec<u8>),
}

/// Carries out a decided order.
pub(super) fn send(net: &Net, outbound: Outbound<'_>, opens: &Opens) -> Result<Answer, Error> {
    let order = mailbox::read(outbound.request).map_err(|_| Error::NotSendable)?;
    let origin = url::Url::parse(&outbound.request.url).map_err(|_| Error::NotSendable)?;
    if !outbound.connection.may_call(&crate::model::origin::of(&origin)) {
        return Err(Error::NotSendable);
    }
    let post = Post::of(net, outbound.connection, opens, LONGEST).ok_or(Error::NotSendable)?;
    let (status, content_type, body) = match post.carry_out(&order, outbound) {
        Ok(Outcome::Json(members)) => {
            (200, "application/json".to_owned(), Value::Object(members).to_string().into_bytes())
        }
        Ok(Outcome::Bytes(kind, bytes)) => (200, kind, bytes),
        Err(Stop::Said(status, what)) => {
            let what = login::without(&what, post.password);
            let said = json!({"error": {"status": status, "message": what}});
            (status, "application/json".to_owned(), said.to_string().into_bytes())
        }
        Err(Stop::Net(error)) => return Err(error.into()),
        Err(Stop::NotSendable) => return Err(Error::NotSendable),
    };
    let cap = outbound.largest_answer.map_or(LARGEST_ANSWER, |cap| cap.min(LARGEST_ANSWER));
    if body.len() > cap {
        let host = post.imap.host.clone();
        return Err(net::Error::TooLarge { host, cap }.into());
    }
    let result = StoredResult { http_status: status, content_type: Some(content_type), body: mask::mask(&body, opens) };
    Ok(Answer { result, retry_after: None, poured: None, next_link: None, remark: None })
}

/// Logs in at both servers and out again.
pub(super) fn prove(net: &Net, connection: &Connection, opens: &Opens) -> Result<Proof, Error> {
    let post = Post::of(net, connection, opens, PROOF).ok_or(Error::NotSendable)?;
    let tried = post.reading().map(imap::Session::close).and_then(|()| post.sending().map(smtp::Session::close));
    let (status, body) = match tried {
        Ok(()) => (200, json!({"email": post.email})),
        // What a server says of a password it refuses may hold it.
        Err(Stop::Said(status, what)) => {
            let what = mask::mask(login::without(&what, post.password).as_bytes(), opens);
            (status, json!({"message": String::from_utf8_lossy(&what)}))
        }
        Err(Stop::Net(error)) => return Err(error.into()),
        Err(Stop::NotSendable) => return Err(Error::NotSendable),
    };
    Ok(Proof { status, body: Some(body), scopes: None, remark: None })
}

/// The two servers of a connection and who writes there.
struct Post<'a> {
    net: &'a Net,
    imap: Server,
    smtp: Server,
    email: &'a str,
    name: Option<&'a str>,
    username: &'a str,
    password: &'a crate::model::secret::Secret,
    reach: Reach,
    time: Duration,
}

impl<'a> Post<'a> {
    /// None: the connection is to no mailbox, or a server is not one that the credential was entered for (R8a).
    fn of(net: &'a Net, connection: &'a Connection, opens: &'a Opens, time: Duration) -> Option<Post<'a>> {
        let setting = |name: &str| connection.metadata.get(name).and_then(Value::as_str);
        let (imap, smtp) = (mailbox::imap(&connection.metadata)?, mailbox::smtp(&connection.metadata)?);
        if !connection.may_call(&imap.origin("imap")) || !connection.may_call(&smtp.origin("smtp")) {
            return None;
        }
        Some(Post {
            net,
            imap,
            smtp,
            email: setting("email").filter(|email| mailbox::is_address(email))?,
            name: setting("displayName"),
            username: setting("username")?,
            password: login::password(opens)?,
            reach: Reach { allow_private: connection.allow_private_network },
            time,
        })
    }

    fn line(&self, server: &Server, cap: usize) -> Result<net::Line, net::Error> {
        let Server { host, port, encryption } = server;
        let to = Destination { host, port: *port, encryption: *encryption, reach: self.reach };
        self.net.line(to, Bounds { time: self.time, cap })
    }

    fn reading(&self) -> Result<imap::Session, Stop> {
        let line = self.line(&self.imap, IMAP_CAP)?;
        let largest = u32::try_from(IMAP_CAP).unwrap_or(u32::MAX);
        imap::Session::open(line, self.imap.encryption, largest, self.username, self.password)
    }

    fn sending(&self) -> Result<smtp::Session, Stop> {
        let line = self.line(&self.smtp, SMTP_CAP)?;
        smtp::Session::open(line, self.smtp.encryption, self.domain(), self.username, self.password)
    }

    fn domain(&self) -> &str {
        self.email.rsplit('@').next().unwrap_or("localhost")
    }

    fn carry_out(&self, order: &Order, outbound: Outbound<'_>) -> Result<Outcome, Stop> {
        match order {
            Order::Send(letter) => return self.send(letter, outbound).map(Outcome::Json),
            // What it goes to was worked out before it was decided about; without that it is no order.
            Order::Reply { letter, .. } if letter.to.is_empty() => return Err(Stop::NotSendable),
            Order::Reply { letter, .. } => return self.send(letter, outbound).map(Outcome::Json),
            _ => {}
        }
        let mut session = self.reading()?;
        let outcome = match order {
            Order::Folders => folders(&mut session).map(Outcome::Json),
            Order::Search { mailbox, criteria, limit, offset } => {
                search::found(&mut session, mailbox, criteria, *limit, *offset).map(Outcome::Json)
            }
            Order::Message(place) => whole(&mut session, place).map(Outcome::Json),
            Order::Attachment { place, part } => attachment(&mut session, place, part),
            Order::Draft { mailbox, letter } => self.draft(&mut session, mailbox, letter, outbound).map(Outcome::Json),
            Order::Flags { place, add, remove } => flags(&mut session, place, add, remove).map(Outcome::Json),
            Order::Move { place, target } => relocated(&mut session, place, target).map(Outcome::Json),
            Order::Delete(place) => deleted(&mut session, place).map(Outcome::Json),
            Order::Send(_) | Order::Reply { .. } => Err(Stop::NotSendable),
        };
        if !matches!(outcome, Err(Stop::Net(_))) {
            session.close();
        }
        outcome
    }

    /// An id that no other mail has: made from what is sent, by whom and when.
    fn message_id(&self, outbound: Outbound<'_>) -> String {
        let mut hash = Sha256::new();
        hash.update(outbound.connection.id.to_string());
        hash.update(outbound.now.as_nanosecond().to_string());
        hash.update(&outbound.request.url);
        hash.update(outbound.request.body.tree().to_string());
        let id = hex(&hash.finalize());
        // 128 bits are enough for an id.
        format!("{}@{}", &id[..32], self.domain())
    }

    fn writer<'w>(&'w self, id: &'w str, at: Timestamp) -> Writer<'w> {
        Writer { email: self.email, name: self.name, at, id }
    }

    fn draft(
        &self,
        session: &mut imap::Session,
        mailbox: &str,
        letter: &Letter,
        outbound: Outbound<'_>,
    ) -> Result<Map<String, Value>, Stop> {
        let id = self.message_id(outbound);
        let mail = letter::composed(letter, self.writer(&id, outbound.now), true)?;
        // Elsewhere it would be taken for a mail that was sent or came in.
        match session.folder_for("\\Drafts", "Drafts")? {
            Some(drafts) if drafts == mailbox => {}
            Some(drafts) => {
                return Err(Stop::said(422, format!("drafts of this account are kept in {drafts}, and nowhere else")));
            }
            None => return Err(Stop::said(422, "this account has no mailbox for drafts".to_owned())),
        }
        let uid = session.append(mailbox, "\\Draft", mail)?;
        Ok(members(json!({"mailbox": mailbox, "uid": uid, "messageId": id})))
    }

    fn send(&self, letter: &Letter, outbound: Outbound<'_>) -> Result<Map<String, Value>, Stop> {
        letter.must_go_somewhere().map_err(|_| Stop::NotSendable)?;
        let id = self.message_id(outbound);
        let writer = self.writer(&id, outbound.now);
        let mail = letter::composed(letter, writer, false)?;
        let kept = letter::composed(letter, writer, true)?;
        let to: Vec<&str> = letter.recipients().collect();
        let mut session = self.sending()?;
        let delivered = session.deliver(&smtp::Envelope { from: self.email, to: to.clone(), mail: &mail });
        if !matches!(delivered, Err(Stop::Net(_))) {
            session.close();
        }
        let said = delivered?;
        let mut sent = members(json!({"sent": true, "messageId": id, "recipients": to, "server": said}));
        // It is sent: nothing that happens to the copy makes that undone.
        match self.file(kept) {
            Ok(mailbox) => drop(sent.insert("filedIn".to_owned(), mailbox.into())),
            Err(why) => {
                sent.insert("filedIn".to_owned(), Value::Null);
                sent.insert("notFiled".to_owned(), why.into());
            }
        }
        Ok(sent)
    }

    /// Files a copy of what was sent; the name of the mailbox, or why not.
    fn file(&self, mail: Vec<u8>) -> Result<String, String> {
        let filed = || -> Result<String, Stop> {
            let mut session = self.reading()?;
            let Some(mailbox) = session.folder_for("\\Sent", "Sent")? else {
                session.close();
                return Err(Stop::said(404, "there is no mailbox for what was sent".to_owned()));
            };
            session.append(&mailbox, "\\Seen", mail)?;
            session.close();
            Ok(mailbox)
        };
        filed().map_err(|stop| match stop {
            Stop::Said(_, what) => what,
            Stop::Net(error) => error.to_string(),
            Stop::NotSendable => "the copy cannot be filed".to_owned(),
        })
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn folders(session: &mut imap::Session) -> Result<Map<String, Value>, Stop> {
    let folders = session.folders()?;
    let shown = folders
        .into_iter()
        .map(|folder| json!({"name": folder.name, "delimiter": folder.delimiter, "attributes": folder.attributes}));
    Ok(members(json!({"folders": shown.collect::<Vec<Value>>()})))
}

fn whole(session: &mut imap::Session, place: &Place) -> Result<Map<String, Value>, Stop> {
    let (uid, validity) = session.enter_at(place, false)?;
    let about = vec![
        MessageDataItemName::Uid,
        MessageDataItemName::Flags,
        MessageDataItemName::InternalDate,
        MessageDataItemName::Rfc822Size,
    ];
    let about = one(session.fetch(&[uid], about)?, uid)?;
    let mut shown = members(json!({"mailbox": place.mailbox, "uid": uid, "uidValidity": validity}));
    shown.extend(described(&about));
    let size = about.iter().find_map(|item| match item {
        MessageDataItem::Rfc822Size(size) => Some(*size),
        _ => None,
    });
    // Half of what an answer may hold: the text of a mail is told twice, as text and as HTML.
    let is_large = size.is_none_or(|size| usize::try_from(size).unwrap_or(usize::MAX) > LARGEST_ANSWER / 2);
    let partial = NonZeroU32::new(BEGINNING).filter(|_| is_large).map(|length| (0, length));
    let all = MessageDataItemName::BodyExt { section: None, partial, peek: true };
    let mail = one(session.fetch(&[uid], vec![MessageDataItemName::Uid, all])?, uid)?;
    let bytes = section(&mail, |section| section.is_none()).unwrap_or_default();
    shown.extend(message::whole(&bytes));
    if is_large {
        shown.insert("truncated".to_owned(), true.into());
    }
    Ok(shown)
}

fn attachment(session: &mut imap::Session, place: &Place, number: &[u32]) -> Result<Outcome, Stop> {
    let (uid, _) = session.enter_at(place, false)?;
    let numbers: Option<Vec<NonZeroU32>> = number.iter().map(|number| NonZeroU32::new(*number)).collect();
    let numbers = numbers.and_then(|numbers| Vec1::try_from(numbers).ok()).ok_or(Stop::NotSendable)?;
    let peek = |section| MessageDataItemName::BodyExt { section: Some(section), partial: None, peek: true };
    let (mime, body) = (Section::Mime(Part(numbers.clone())), Section::Part(Part(numbers)));
    let mut items = vec![MessageDataItemName::Uid, peek(mime.clone()), peek(body.clone())];
    // A mail that is no multipart is its own part 1, and its headers are the mail's.
    let is_first = number == [1];
    if is_first {
        items.push(peek(Section::Header(None)));
    }
    let found = one(session.fetch(&[uid], items)?, uid)?;
    let own = section(&found, |section| section == Some(&mime)).unwrap_or_default();
    let content = section(&found, |found| found == Some(&body));
    let whole = section(&found, |section| section == Some(&Section::Header(None))).unwrap_or_default();
    let text = number.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
    let missing = || Stop::said(404, format!("the message has no part {text}"));
    let content = content.ok_or_else(missing)?;
    let is_of_mail = is_first && (own.trim_ascii().is_empty() || !message::is_multipart(&whole));
    let head = if is_of_mail { whole } else { own };
    if head.trim_ascii().is_empty() && content.is_empty() {
        return Err(missing());
    }
    let part = message::part(&head, &content);
    let (kind, bytes) =
        part.ok_or_else(|| Stop::said(422, format!("the part {text} holds other parts; ask for one of those")))?;
    Ok(Outcome::Bytes(kind, bytes))
}

fn flags(
    session: &mut imap::Session,
    place: &Place,
    add: &[String],
    remove: &[String],
) -> Result<Map<String, Value>, Stop> {
    let (uid, _) = session.enter_at(place, true)?;
    for (kind, flags) in [(StoreType::Add, add), (StoreType::Remove, remove)] {
        if !flags.is_empty() {
            session.store(uid, kind, &flags.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
    }
    let now = session.fetch(&[uid], vec![MessageDataItemName::Uid, MessageDataItemName::Flags])?;
    let mut shown = members(json!({"mailbox": place.mailbox, "uid": uid}));
    shown.extend(described(&one(now, uid)?));
    Ok(shown)
}

fn relocated(session: &mut imap::Session, place: &Place, target: &str) -> Result<Map<String, Value>, Stop> {
    let (uid, _) = session.enter_at(place, true)?;
    let is_gone = session.relocate(uid, target)?;
    Ok(members(json!({"mailbox": place.mailbox, "uid": uid, "movedTo": target, "originalRemoved": is_gone})))
}

fn deleted(session: &mut imap::Session, place: &Place) -> Result<Map<String, Value>, Stop> {
    let trash = session.folder_for("\\Trash", "Trash")?;
    if trash.is_none() {
        return Err(Stop::said(409, "this account has no trash, and nothing is deleted for good".to_owned()));
    }
    let (uid, _) = session.enter_at(place, true)?;
    let mut shown = members(json!({"mailbox": place.mailbox, "uid": uid, "deleted": true}));
    match trash.filter(|trash| *trash != place.mailbox) {
        // In the trash itself, and only there, it is for good.
        Some(trash) => {
            let is_gone = session.relocate(uid, &trash)?;
            shown.insert("movedTo".to_owned(), trash.into());
            shown.insert("originalRemoved".to_owned(), is_gone.into());
        }
        None => {
            session.store(uid, StoreType::Add, &["\\Deleted"])?;
            let is_gone = session.expunge(uid)?;
            shown.insert("expunged".to_owned(), is_gone.into());
        }
    }
    Ok(shown)
}

/// The description of one message among those that a server sent; some tell of others unasked.
fn one(fetched: Vec<imap::Fetched>, uid: NonZeroU32) -> Result<imap::Fetched, Stop> {
    let own: Vec<imap::Fetched> = fetched.into_iter().filter(|items| imap::uid_of(items) == Some(uid)).collect();
    // One message may be told of in several responses.
    match own.is_empty() {
        true => Err(Stop::said(404, format!("there is no message with the UID {uid} in this mailbox"))),
        false => Ok(own.into_iter().flatten().collect()),
    }
}

/// The bytes of a section that was asked for.
fn section(items: &[MessageDataItem<'_>], is_it: impl Fn(Option<&Section<'_>>) -> bool) -> Option<Vec<u8>> {
    items.iter().find_map(|item| match item {
        MessageDataItem::BodyExt { section, data, .. } if is_it(section.as_ref()) => {
            data.0.as_ref().map(|text| text.as_ref().to_vec())
        }
        _ => None,
    })
}

/// What a message is beside its text: flags, size, when it came.
fn described(items: &[MessageDataItem<'_>]) -> Map<String, Value> {
    let mut shown = Map::new();
    for item in items {
        match item {
            MessageDataItem::Flags(flags) => {
                let names: Vec<String> = flags.iter().map(plain_flag).collect();
                shown.insert("flags".to_owned(), names.into());
            }
            MessageDataItem::Rfc822Size(size) => drop(shown.insert("size".to_owned(), (*size).into())),
            MessageDataItem::InternalDate(when) => {
                shown.insert("receivedAt".to_owned(), when.as_ref().to_rfc3339().into());
            }
            _ => {}
        }
    }
    shown
}

/// A flag by the word that `set_flags` takes.
fn plain_flag(flag: &FlagFetch<'_>) -> String {
    let written = match flag {
        FlagFetch::Flag(flag) => flag.to_string(),
        FlagFetch::Recent => "\\Recent".to_owned(),
    };
    match written.strip_prefix('\\') {
        Some(system) => system.to_ascii_lowercase(),
        None => written,
    }
}
