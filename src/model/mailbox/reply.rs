//! Whom an answer goes to: worked out from the message that is answered, before the answer is decided about.
//!
//! What must stay true: what is worked out here becomes part of the request itself, where rules see it, people approve
//! it, and the envelope is made from it; nothing is looked up in the message a second time.
use super::letter::is_address;
use serde_json::{Map, Value, json};

/// The arguments of an answer that siesta fills in, and no caller.
pub const FILLED_IN: [&str; 5] = ["to", "cc", "subject", "in_reply_to", "references"];

/// The longest chain of earlier messages that is carried on: the first, and the newest of the rest.
const LONGEST_CHAIN: usize = 20;

/// What an answer has from the message it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub subject: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
}

impl Answered {
    /// As arguments, under the names of [`FILLED_IN`].
    pub fn into_arguments(self) -> Map<String, Value> {
        let mut arguments = Map::new();
        arguments.insert("to".to_owned(), json!(self.to));
        if !self.cc.is_empty() {
            arguments.insert("cc".to_owned(), json!(self.cc));
        }
        arguments.insert("subject".to_owned(), json!(self.subject));
        if let Some(id) = self.in_reply_to {
            arguments.insert("in_reply_to".to_owned(), json!(id));
        }
        if !self.references.is_empty() {
            arguments.insert("references".to_owned(), json!(self.references));
        }
        arguments
    }
}

/// What an answer has from a message, which is as `get_message` shows it. `own`: the address of the mailbox, which gets no
/// copy of its own answer.
pub fn answer_to(message: &Value, own: &str, to_all: bool) -> Result<Answered, String> {
    let addresses = |name: &str| -> Vec<String> {
        let items = message.get(name).and_then(Value::as_array).into_iter().flatten();
        items.map(|one| one.get("address").and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
    };
    let mut to = addresses("replyTo");
    if to.is_empty() {
        to = addresses("from");
    }
    let mut cc = Vec::new();
    if to_all {
        cc = addresses("to").into_iter().chain(addresses("cc")).collect();
    }
    if let Some(bad) = to.iter().chain(&cc).find(|address| !is_address(address)) {
        let shown: String = bad.chars().filter(|c| !c.is_control()).take(100).collect();
        let hint = if to_all { "; answer the sender alone, or write a new mail" } else { "; write a new mail" };
        return Err(format!("the message names \"{shown}\", which is no plain address{hint}"));
    }
    let is_new = |list: &[String], address: &str| !list.iter().any(|had| had.eq_ignore_ascii_case(address));
    let mut answered = Vec::new();
    for address in to {
        if is_new(&answered, &address) {
            answered.push(address);
        }
    }
    let mut copied: Vec<String> = Vec::new();
    for address in cc {
        if is_new(&answered, &address) && is_new(&copied, &address) && !address.eq_ignore_ascii_case(own) {
            copied.push(address);
        }
    }
    if answered.is_empty() {
        return Err("the message does not say whom to answer".to_owned());
    }
    let id = message.get("messageId").and_then(Value::as_str).filter(|id| is_id(id)).map(str::to_owned);
    let earlier = message.get("references").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut references: Vec<String> = earlier.filter(|id| is_id(id)).map(str::to_owned).collect();
    references.extend(id.clone());
    if references.len() > LONGEST_CHAIN {
        references.drain(1..references.len() - LONGEST_CHAIN + 1);
    }
    Ok(Answered {
        to: answered,
        cc: copied,
        subject: subject(message.get("subject").and_then(Value::as_str).unwrap_or_default()),
        in_reply_to: id,
        references,
    })
}

/// An id that a header can hold; another one is left out, and the answer still finds its way.
fn is_id(id: &str) -> bool {
    let is_plain = |b: u8| (0x21..0x7f).contains(&b) && !b"<>(),;\"\\".contains(&b);
    !id.is_empty() && id.len() <= 250 && id.bytes().all(is_plain)
}

fn subject(of: &str) -> String {
    let clean: String = of.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    match clean.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:")) {
        true => clean,
        false => format!("Re: {clean}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Value {
        json!({
            "from": [{"name": "Bob", "address": "bob@x.example"}],
            "to": [{"address": "Me@own.example"}, {"address": "carol@x.example"}],
            "cc": [{"address": "dan@y.example"}, {"address": "BOB@x.example"}],
            "subject": "Plans", "messageId": "1@x.example", "references": ["0@x.example"],
        })
    }

    #[test]
    fn an_answer_goes_to_the_sender_and_an_answer_to_all_to_everybody_else_once() {
        let alone = answer_to(&message(), "me@own.example", false).unwrap();
        assert_eq!((alone.to.as_slice(), alone.cc.len()), (["bob@x.example".to_owned()].as_slice(), 0));
        assert_eq!((alone.subject.as_str(), alone.in_reply_to.as_deref()), ("Re: Plans", Some("1@x.example")));
        assert_eq!(alone.references, ["0@x.example", "1@x.example"]);
        let all = answer_to(&message(), "me@own.example", true).unwrap();
        assert_eq!(
            (all.to, all.cc),
            (vec!["bob@x.example".to_owned()], vec!["carol@x.example".to_owned(), "dan@y.example".to_owned()])
        );
    }

    #[test]
    fn where_answers_are_wanted_elsewhere_they_go_there() {
        let mut message = message();
        message["replyTo"] = json!([{"address": "list@z.example"}]);
        assert_eq!(answer_to(&message, "me@own.example", false).unwrap().to, ["list@z.example"]);
    }

    #[test]
    fn nothing_in_a_message_becomes_a_header_or_a_second_recipient() {
        let mut message = message();
        message["subject"] = json!("Hi\r\nBcc: e@f.example");
        message["messageId"] = json!("a b\r\nX: y");
        let answer = answer_to(&message, "me@own.example", false).unwrap();
        assert_eq!((answer.subject.as_str(), answer.in_reply_to), ("Re: Hi  Bcc: e@f.example", None));
        for bad in ["e@f.example\r\nBcc: g@h.example", "e@f.example, g@h.example", "", "undisclosed"] {
            message["from"] = json!([{"address": bad}]);
            assert!(answer_to(&message, "me@own.example", false).is_err(), "{bad}");
        }
        message["from"] = json!([]);
        assert!(answer_to(&message, "me@own.example", false).is_err());
    }

    #[test]
    fn a_long_chain_keeps_its_beginning_and_its_end() {
        let mut message = message();
        message["references"] = json!((0..60).map(|n| format!("{n}@x.example")).collect::<Vec<_>>());
        let answer = answer_to(&message, "me@own.example", false).unwrap();
        assert_eq!(answer.references.len(), LONGEST_CHAIN);
        assert_eq!((answer.references[0].as_str(), answer.references[19].as_str()), ("0@x.example", "1@x.example"));
        assert_eq!(answer.references[18], "59@x.example");
    }
}
