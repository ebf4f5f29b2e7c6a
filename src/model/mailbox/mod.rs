//! What is done in a mailbox: a canonical request, read as one of a few orders.
//!
//! What must stay true: the decision and the one who carries it out read a request by this one function, so that what was
//! decided is what is done; and a request that no server could be asked without a doubt about its meaning (a recipient
//! that is more than one address, a header with a line break in it) is no order at all. Its path is siesta's own notation
//! and says everything about what is done: two orders never share a method and a path.
mod letter;
mod reply;
mod search;
mod servers;

pub use letter::{Letter, is_address};
pub use reply::{Answered, FILLED_IN, answer_to};
pub use search::{Criterion, Day, Word};
pub use servers::{Encryption, Server, imap, settle, smtp};

use crate::model::execution::{StoredBody, StoredRequest};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

/// How many messages a search names at most, and how many unless it is said.
pub const MOST_FOUND: u32 = 100;
const USUALLY_FOUND: u32 = 25;

/// The longest name of a mailbox, in bytes: longer than any server makes one.
const LONGEST_NAME: usize = 1000;

/// How many levels deep a part of a mail is looked for.
const DEEPEST: usize = 10;

/// A message, by its place. `uid_validity` is the mailbox's number as it was when the message was seen: with another one
/// the same UID is another message (RFC 3501, section 2.3.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub mailbox: String,
    pub uid: u32,
    pub uid_validity: Option<u32>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    Folders,
    Search {
        mailbox: String,
        criteria: Vec<Criterion>,
        limit: u32,
        offset: u32,
    },
    Message(Place),
    /// The part's number, as IMAP counts (`2`, `1.2`).
    Attachment {
        place: Place,
        part: Vec<u32>,
    },
    Draft {
        mailbox: String,
        letter: Letter,
    },
    Send(Letter),
    Reply {
        place: Place,
        letter: Letter,
    },
    Flags {
        place: Place,
        add: Vec<String>,
        remove: Vec<String>,
    },
    Move {
        place: Place,
        target: String,
    },
    Delete(Place),
}

/// The methods and paths of the orders, as the catalogue writes them.
pub const NOTATION: [(&str, &str); 10] = [
    ("IMAP", "/"),
    ("IMAP", "/{mailbox}"),
    ("IMAP", "/{mailbox}/{uid}"),
    ("IMAP", "/{mailbox}/{uid}/parts/{part}"),
    ("IMAP", "/{mailbox}/drafts/new"),
    ("SMTP", "/"),
    ("SMTP", "/{mailbox}/{uid}/reply"),
    ("IMAP", "/{mailbox}/{uid}/flags"),
    ("IMAP", "/{mailbox}/{uid}/move"),
    ("IMAP", "/{mailbox}/{uid}/delete"),
];

/// Reads a request to a mail server; the error says what is wrong with it.
pub fn read(request: &StoredRequest) -> Result<Order, String> {
    let url = Url::parse(&request.url).map_err(|_| "the address is none".to_owned())?;
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().map(|text| text.into_owned());
    let path = url.path().strip_prefix('/').unwrap_or(url.path());
    let segments: Result<Vec<String>, _> = path.split('/').map(decoded).collect();
    let segments = segments.map_err(|_| "the path is not UTF-8".to_owned())?;
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let nothing = Map::new();
    let body = match &request.body {
        StoredBody::None => &nothing,
        StoredBody::Json(Value::Object(members)) => members,
        _ => return Err("the body is no JSON object".to_owned()),
    };
    let asked = Asked { query: &query, body };
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("IMAP", [""]) => Ok(Order::Folders),
        ("IMAP", [mailbox]) => asked.search(mailbox),
        ("IMAP", [mailbox, uid]) => Ok(Order::Message(asked.place(mailbox, uid)?)),
        ("IMAP", [mailbox, uid, "parts", part]) => {
            Ok(Order::Attachment { place: asked.place(mailbox, uid)?, part: part_number(part)? })
        }
        ("IMAP", [mailbox, "drafts", "new"]) => {
            Ok(Order::Draft { mailbox: name(mailbox)?, letter: Letter::read(body)? })
        }
        ("SMTP", [""]) => {
            let letter = Letter::read(body)?;
            letter.must_go_somewhere()?;
            Ok(Order::Send(letter))
        }
        ("SMTP", [mailbox, uid, "reply"]) => {
            Ok(Order::Reply { place: asked.place(mailbox, uid)?, letter: Letter::read(body)? })
        }
        ("IMAP", [mailbox, uid, "flags"]) => asked.flags(mailbox, uid),
        ("IMAP", [mailbox, uid, "move"]) => {
            let target = body.get("target").and_then(Value::as_str).unwrap_or_default();
            Ok(Order::Move { place: asked.place(mailbox, uid)?, target: name(target)? })
        }
        ("IMAP", [mailbox, uid, "delete"]) => Ok(Order::Delete(asked.place(mailbox, uid)?)),
        _ => Err("nothing is done at this path".to_owned()),
    }
}

/// What stands beside the path.
struct Asked<'r> {
    query: &'r [(String, String)],
    body: &'r Map<String, Value>,
}

impl Asked<'_> {
    fn word(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(had, _)| had == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Result<Option<u32>, String> {
        let read = |text: &str| text.parse().map_err(|_| format!("\"{name}\" is a number from 0 to {}", u32::MAX));
        self.word(name).map(read).transpose()
    }

    fn place(&self, mailbox: &str, uid: &str) -> Result<Place, String> {
        let uid: u32 = uid.parse().map_err(|_| "a UID is a number".to_owned())?;
        if uid == 0 {
            return Err("a UID is 1 or more".to_owned());
        }
        Ok(Place { mailbox: name(mailbox)?, uid, uid_validity: self.number("uid_validity")? })
    }

    fn search(&self, mailbox: &str) -> Result<Order, String> {
        let mut criteria = search::read(self.word("q").unwrap_or_default())?;
        if let Some(day) = self.word("since") {
            criteria.push(Criterion::Since(Day::read(day)?));
        }
        let limit = self.number("limit")?.unwrap_or(USUALLY_FOUND);
        if limit == 0 || limit > MOST_FOUND {
            return Err(format!("\"limit\" is 1 to {MOST_FOUND}"));
        }
        let offset = self.number("offset")?.unwrap_or(0);
        Ok(Order::Search { mailbox: name(mailbox)?, criteria, limit, offset })
    }

    fn flags(&self, mailbox: &str, uid: &str) -> Result<Order, String> {
        let (add, remove) = (flags(self.body.get("add"))?, flags(self.body.get("remove"))?);
        if add.is_empty() && remove.is_empty() {
            return Err("no flag is added and none is removed".to_owned());
        }
        if let Some(both) = add.iter().find(|flag| remove.contains(flag)) {
            return Err(format!("the flag \"{both}\" is added and removed"));
        }
        Ok(Order::Flags { place: self.place(mailbox, uid)?, add, remove })
    }
}

/// The name of a mailbox: one line of text.
fn name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > LONGEST_NAME {
        return Err(format!("the name of a mailbox has 1 to {LONGEST_NAME} bytes"));
    }
    match text.chars().any(char::is_control) {
        true => Err("the name of a mailbox holds no control character".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn part_number(text: &str) -> Result<Vec<u32>, String> {
    let wrong = || format!("\"{text}\" is no number of a part, such as 2 or 1.2");
    let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
    let numbers = numbers.map_err(|_| wrong())?;
    match numbers.contains(&0) || numbers.len() > DEEPEST {
        true => Err(wrong()),
        false => Ok(numbers),
    }
}

/// The flags that mean something to every server (RFC 3501, section 2.3.2), and how they are written.
pub const FLAGS: [(&str, &str); 4] =
    [("seen", "\\Seen"), ("flagged", "\\Flagged"), ("answered", "\\Answered"), ("draft", "\\Draft")];

/// Flags as they are written on the wire.
fn flags(value: Option<&Value>) -> Result<Vec<String>, String> {
    let Some(Value::Array(items)) = value else { return Ok(Vec::new()) };
    let mut flags = Vec::new();
    for item in items {
        let text = item.as_str().ok_or("a flag is a text")?;
        let bare = text.strip_prefix('\\').unwrap_or(text);
        let known = FLAGS.iter().find(|(word, _)| word.eq_ignore_ascii_case(bare));
        let flag = match known {
            Some((_, written)) => (*written).to_owned(),
            // Marking as deleted is deleting, and has a function of its own.
            None if bare.eq_ignore_ascii_case("deleted") => {
                return Err("a message is deleted with delete_message".to_owned());
            }
            None if is_keyword(text) => text.to_owned(),
            None => {
                return Err("a flag is seen, flagged, answered, draft, or a keyword of letters and digits".to_owned());
            }
        };
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    Ok(flags)
}

/// A keyword that is an atom for every server.
fn is_keyword(text: &str) -> bool {
    let is_of_atom = |b: u8| b.is_ascii_alphanumeric() || b"$-_.!#&'+:=@^`|~".contains(&b);
    !text.is_empty() && text.len() <= 100 && text.bytes().all(is_of_atom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(method: &str, path: &str, body: Value) -> StoredRequest {
        let body = if body.is_null() { StoredBody::None } else { StoredBody::Json(body) };
        StoredRequest {
            method: method.to_owned(),
            url: format!("imaps://h.example:993{path}"),
            headers: Vec::new(),
            body,
        }
    }

    fn order(method: &str, path: &str, body: Value) -> Result<Order, String> {
        read(&request(method, path, body))
    }

    fn place(mailbox: &str, uid: u32) -> Place {
        Place { mailbox: mailbox.to_owned(), uid, uid_validity: None }
    }

    #[test]
    fn every_order_has_a_path_of_its_own() {
        let letter = json!({"to": ["b@x.example"], "subject": "S", "text": "T"});
        let read = |method: &str, path: &str, body: &Value| order(method, path, body.clone()).unwrap();
        assert_eq!(read("IMAP", "/", &Value::Null), Order::Folders);
        assert_eq!(read("IMAP", "/INBOX/7", &Value::Null), Order::Message(place("INBOX", 7)));
        assert_eq!(read("IMAP", "/Work%2F2026/7/delete", &Value::Null), Order::Delete(place("Work/2026", 7)));
        let bound = Place { uid_validity: Some(5), ..place("INBOX", 7) };
        assert_eq!(read("IMAP", "/INBOX/7/delete?uid_validity=5", &Value::Null), Order::Delete(bound));
        let part = Order::Attachment { place: place("INBOX", 7), part: vec![1, 2] };
        assert_eq!(read("IMAP", "/INBOX/7/parts/1.2", &Value::Null), part);
        let moved = Order::Move { place: place("INBOX", 7), target: "Work".to_owned() };
        assert_eq!(read("IMAP", "/INBOX/7/move", &json!({"target": "Work"})), moved);
        assert!(
            matches!(read("IMAP", "/Drafts/drafts/new", &letter), Order::Draft { mailbox, .. } if mailbox == "Drafts")
        );
        assert!(matches!(read("SMTP", "/", &letter), Order::Send(_)));
        let flags = read("IMAP", "/INBOX/7/flags", &json!({"add": ["seen", "$Work"], "remove": ["\\Flagged"]}));
        let (add, remove) = (vec!["\\Seen".to_owned(), "$Work".to_owned()], vec!["\\Flagged".to_owned()]);
        assert_eq!(flags, Order::Flags { place: place("INBOX", 7), add, remove });
    }

    #[test]
    fn what_could_be_read_as_a_command_is_no_order() {
        for (method, path, body) in [
            ("IMAP", "/INBOX%0d%0aA1%20DELETE%20x/7", Value::Null),
            ("IMAP", "/INBOX/0", Value::Null),
            ("IMAP", "/INBOX/1:*", Value::Null),
            ("IMAP", "/INBOX/7/parts/1.0", Value::Null),
            ("IMAP", "/INBOX/7/parts/TEXT", Value::Null),
            ("IMAP", "/INBOX/7/move", json!({"target": "a\r\nb"})),
            ("IMAP", "/INBOX/7/move", json!({})),
            ("IMAP", "/INBOX/7/flags", json!({})),
            ("IMAP", "/INBOX/7/flags", json!({"add": ["deleted"]})),
            ("IMAP", "/INBOX/7/flags", json!({"add": ["\\Deleted"]})),
            ("IMAP", "/INBOX/7/flags", json!({"add": ["a) b"]})),
            ("IMAP", "/INBOX/7/flags", json!({"add": ["seen"], "remove": ["Seen"]})),
            ("IMAP", "/INBOX?limit=101", Value::Null),
            ("IMAP", "/INBOX?since=yesterday", Value::Null),
            ("IMAP", "/INBOX/7/other", Value::Null),
            ("GET", "/INBOX/7", Value::Null),
            ("SMTP", "/", json!({"to": [], "subject": "S", "text": "T"})),
        ] {
            assert!(order(method, path, body.clone()).is_err(), "{method} {path} {body}");
        }
    }
}
