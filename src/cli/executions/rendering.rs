//! A request as whoever is asked about it reads it: where it goes, whom it reaches and how much it is about, then the rest.
//!
//! What must stay true: the order. What decides about yes or no stands where a long text cannot push it off the screen.
use crate::cli::harmless::harmless;
use crate::cli::table::Cell;
use crate::model::amount::amounts;
use crate::model::execution::{Execution, StoredRequest};
use crate::model::standing::Covers;
use crate::ops::standing_approvals::WouldCover;
use crate::view::execution::ExecutionView;
use crate::view::standing::WouldCoverView;
use serde_json::Value;

pub(super) type Field = (&'static str, Cell);

/// Where it goes, whom it reaches and how much it is about.
pub(super) fn first(view: &ExecutionView, would: Option<&WouldCover>) -> Vec<Field> {
    let mut fields = vec![("destination", Cell::text(destination(&view.method, &view.url)))];
    if let Some(WouldCover::Covers(covers)) = would {
        fields.extend(covers.targets.iter().map(|target| ("to", Cell::text(target.as_str()))));
    }
    let tree = if view.arguments.is_object() { &view.arguments } else { &view.body };
    fields.extend(amounts(tree).into_iter().map(|(place, text)| ("amount", Cell::text(format!("{place} = {text}")))));
    fields
}

/// The arguments; of a request by address what its body says.
pub(super) fn arguments(view: &ExecutionView, execution: &Execution) -> Vec<Field> {
    let named = |label: &'static str, members: &serde_json::Map<String, Value>| {
        members.iter().map(|(name, value)| (label, Cell::text(format!("{name} = {}", text_of(value))))).collect()
    };
    // A text that siesta does not take apart is a text all the same to who reads it.
    let as_text = || execution.request.body.bytes().and_then(|bytes| String::from_utf8(bytes).ok());
    if let (Value::Null, Some(text)) = (&view.arguments, as_text()) {
        return vec![("body", Cell::text(text))];
    }
    match (&view.arguments, &view.body) {
        (Value::Object(arguments), _) => named("argument", arguments),
        (_, Value::Object(members)) => named("body", members),
        (_, Value::Null) => Vec::new(),
        (_, body) => vec![("body", Cell::text(text_of(body)))],
    }
}

/// What an answer that lasts would let pass besides this one.
pub(super) fn would_cover(would: Option<&WouldCover>) -> Option<Field> {
    let text = match would? {
        WouldCover::Covers(covers) => in_words(covers),
        WouldCover::Refused(why) => format!("nothing more: {why}"),
    };
    Some(("--for covers", Cell::text(text)))
}

pub(super) fn view(would: Option<WouldCover>) -> Option<WouldCoverView> {
    Some(match would? {
        WouldCover::Covers(covers) => WouldCoverView { covers: Some(covers), refused: None },
        WouldCover::Refused(why) => WouldCoverView { covers: None, refused: Some(why) },
    })
}

/// Exactly what it covers, and what it leaves open.
fn in_words(covers: &Covers) -> String {
    let (what, whom) = parts(covers);
    format!("{what}; {whom}")
}

/// The same in two lines for whoever is about to answer, each one line whatever a target is called.
pub(super) fn in_lines(covers: &Covers) -> [String; 2] {
    let (what, whom) = parts(covers);
    [harmless(&what).into_owned(), harmless(&whom).into_owned()]
}

fn parts(covers: &Covers) -> (String, String) {
    if covers.method == StoredRequest::VEND {
        return ("access tokens of this connection".to_owned(), "handed to this agent".to_owned());
    }
    let what = match covers.functions.as_slice() {
        [] => String::new(),
        functions => format!("{}: ", functions.join(", ")),
    };
    let whom = match covers.targets.as_slice() {
        [] => "it addresses nobody by name, so whatever it says".to_owned(),
        targets => format!("to {} and nobody else, whatever else it says", targets.join(", ")),
    };
    (format!("{what}{}", destination(&covers.method, &covers.url)), whom)
}

/// For one line: where it goes, and whom it reaches.
pub(super) fn in_short(execution: &Execution) -> String {
    destination(&execution.request.method, &execution.request.url)
}

fn destination(method: &str, url: &str) -> String {
    match method {
        StoredRequest::VEND => "an access token, handed to the agent".to_owned(),
        method => format!("{method} {url}"),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
