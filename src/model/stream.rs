//! Usage out of a streamed answer, read while it passes by.
//!
//! What must stay true: an event is understood however its bytes are cut into pieces; memory is bounded by one event;
//! and a stream that ends before its last event is told from one that is whole, because its figures are not final: a
//! cut-off stream must never look cheap (T8).
use crate::model::service::{StreamShape, UsagePointers};
use crate::model::usage::{Parts, Reported};
use serde_json::Value;

/// The largest event that is looked at, in bytes: events that carry usage have some hundred. A larger one is passed over.
const LARGEST_EVENT: usize = 4 << 20;

/// One way in which a provider streams, and what has been seen of it.
struct Seen {
    pointers: UsagePointers,
    shape: StreamShape,
    parts: Parts,
    has_ended: bool,
}

/// Reads server-sent events, piece by piece.
pub struct UsageStream {
    seen: Vec<Seen>,
    /// The line that is not complete yet.
    line: Vec<u8>,
    /// The data of the event that is not complete yet.
    data: Vec<u8>,
    /// A carriage return ended a line; a newline behind it belongs to it.
    after_return: bool,
    is_too_large: bool,
}

/// What a stream said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streamed {
    /// The figures seen last; none: there were none.
    pub reported: Option<Reported>,
    /// The provider's last event came, so the figures are final.
    pub is_whole: bool,
}

impl UsageStream {
    /// `shapes`: where the answer may report tokens; several where the function is not known.
    pub fn new(shapes: &[UsagePointers]) -> UsageStream {
        let seen = shapes.iter().map(|pointers| Seen {
            pointers: pointers.clone(),
            shape: pointers.stream.clone().unwrap_or_default(),
            parts: Parts::default(),
            has_ended: false,
        });
        UsageStream {
            seen: seen.collect(),
            line: Vec::new(),
            data: Vec::new(),
            after_return: false,
            is_too_large: false,
        }
    }

    /// Takes the next bytes, as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => self.after_return = false,
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    self.end_line();
                }
                byte => {
                    self.after_return = false;
                    match self.line.len() + self.data.len() < LARGEST_EVENT {
                        true => self.line.push(*byte),
                        false => self.is_too_large = true,
                    }
                }
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        // Some servers begin with a byte order mark.
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        if line.is_empty() {
            return self.end_event();
        }
        // Other fields, and comments that keep the connection alive, say nothing of usage.
        if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
    }

    fn end_event(&mut self) {
        let data = std::mem::take(&mut self.data);
        if std::mem::take(&mut self.is_too_large) || data.is_empty() {
            return;
        }
        let event: Option<Value> = serde_json::from_slice(&data).ok();
        for seen in &mut self.seen {
            seen.take(&data, event.as_ref());
        }
    }

    /// A stream that is not of events but a JSON array of answers (Gemini without `alt=sse`).
    pub fn take_values(&mut self, values: &[Value]) {
        for seen in &mut self.seen {
            values.iter().for_each(|value| seen.take(b"", Some(value)));
        }
    }

    /// What the stream said, once it has ended.
    pub fn finish(mut self) -> Streamed {
        // Not every server ends its last event with an empty line.
        if !self.line.is_empty() {
            self.end_line();
        }
        self.end_event();
        let said = self
            .seen
            .into_iter()
            .map(|seen| Streamed { reported: seen.parts.reported(&seen.pointers), is_whole: seen.has_ended });
        let counted = |said: &Streamed| said.reported.as_ref().map(|reported| reported.tokens.counted());
        let most = said.max_by_key(|said| (said.reported.is_some() && said.is_whole, counted(said)));
        most.unwrap_or(Streamed { reported: None, is_whole: false })
    }
}

impl Seen {
    fn take(&mut self, data: &[u8], event: Option<&Value>) {
        let kind = event.and_then(|event| event.get("type")).and_then(Value::as_str);
        let is_last = |end: &String| match end.starts_with('/') {
            true => event.and_then(|event| event.pointer(end)).is_some_and(|value| !value.is_null()),
            false => end.as_bytes() == data || kind == Some(end),
        };
        self.has_ended |= self.shape.ends.iter().any(is_last);
        let Some(event) = event else { return };
        for place in &self.shape.within {
            // Figures are running totals with every provider: the last one counts, and nothing is added up.
            if let Some(answer) = event.pointer(place) {
                self.parts.take(answer, &self.pointers);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(service: &str, key: &str) -> Vec<UsagePointers> {
        let text = match service {
            "openai" => include_str!("../catalog/data/openai.json"),
            _ => include_str!("../catalog/data/anthropic.json"),
        };
        let service: crate::model::service::Service = serde_json::from_str(text).unwrap();
        vec![service.usage[key].clone()]
    }

    /// The same whatever the pieces are.
    #[track_caller]
    fn read(shapes: &[UsagePointers], text: &str) -> Streamed {
        let whole = {
            let mut stream = UsageStream::new(shapes);
            stream.feed(text.as_bytes());
            stream.finish()
        };
        for size in [1, 2, 7, 64] {
            let mut stream = UsageStream::new(shapes);
            text.as_bytes().chunks(size).for_each(|piece| stream.feed(piece));
            assert_eq!(stream.finish(), whole, "in pieces of {size}");
        }
        whole
    }

    fn counted(streamed: &Streamed) -> Option<u64> {
        streamed.reported.as_ref().map(|reported| reported.tokens.counted())
    }

    const CHAT: &str = "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}],\"usage\":null}\n\n\
        : keep-alive\n\n\
        data: {\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":4,\
        \"completion_tokens_details\":{\"reasoning_tokens\":3}}}\n\ndata: [DONE]\n\n";

    #[test]
    fn chat_completions_say_it_before_the_end() {
        let streamed = read(&shapes("openai", "chat_completions"), CHAT);
        assert!(streamed.is_whole);
        let reported = streamed.reported.unwrap();
        assert_eq!(
            (reported.tokens.counted(), reported.tokens.reasoning, reported.model.as_deref()),
            (14, 3, Some("m"))
        );
        // Lines may end in any of three ways, and the last event without an empty line.
        for (from, to) in [("\n", "\r\n"), ("\n", "\r")] {
            assert_eq!(counted(&read(&shapes("openai", "chat_completions"), &CHAT.replace(from, to))), Some(14));
        }
        assert!(read(&shapes("openai", "chat_completions"), CHAT.trim_end()).is_whole);
    }

    #[test]
    fn a_stream_that_is_cut_off_anywhere_is_not_whole() {
        let shapes = shapes("openai", "chat_completions");
        let end = CHAT.find("data: [DONE]").unwrap() + "data: [DONE]".len();
        for cut in 0..end {
            assert!(!read(&shapes, &CHAT[..cut]).is_whole, "cut at {cut}");
        }
        // Without being asked for, the provider says nothing of usage.
        let silent = "data: {\"choices\":[]}\n\ndata: [DONE]\n\n";
        assert_eq!(read(&shapes, silent), Streamed { reported: None, is_whole: true });
    }

    #[test]
    fn responses_say_it_in_their_last_event() {
        let text = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"usage\":null}}\n\n\
            event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"model\":\"m\",\"usage\":\
            {\"input_tokens\":30,\"output_tokens\":12,\"input_tokens_details\":{\"cached_tokens\":8}}}}\n\n";
        let streamed = read(&shapes("openai", "responses"), text);
        assert!(streamed.is_whole);
        let tokens = streamed.reported.unwrap().tokens;
        assert_eq!((tokens.counted(), tokens.cache_read), (42, 8));
    }

    const MESSAGES: &str = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"c\",\
        \"usage\":{\"input_tokens\":20,\"cache_read_input_tokens\":5,\"cache_creation_input_tokens\":2,\
        \"output_tokens\":1}}}\n\n\
        event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":40}}\n\n\
        event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":90}}\n\n\
        event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    #[test]
    fn messages_say_input_first_and_output_as_a_running_total() {
        let streamed = read(&shapes("anthropic", "messages"), MESSAGES);
        let reported = streamed.reported.unwrap();
        assert_eq!((reported.tokens.input, reported.tokens.output), (27, 90), "the last output, and not the sum");
        assert!(streamed.is_whole && reported.model.as_deref() == Some("c"));
        let cut = read(&shapes("anthropic", "messages"), &MESSAGES[..MESSAGES.find("event: message_stop").unwrap()]);
        assert_eq!((counted(&cut), cut.is_whole), (Some(117), false));
    }

    #[test]
    fn a_chunked_array_and_an_end_that_is_a_member_are_understood() {
        let shape: UsagePointers = serde_json::from_value(serde_json::json!({
            "input": "/usageMetadata/promptTokenCount", "output": "/usageMetadata/candidatesTokenCount",
            "reasoning": "/usageMetadata/thoughtsTokenCount", "reasoningIsExtra": true,
            "stream": {"within": [""], "ends": ["/candidates/0/finishReason"]},
        }))
        .unwrap();
        let chunks = serde_json::json!([
            {"candidates": [{"content": {}}], "usageMetadata": {"promptTokenCount": 6}},
            {"candidates": [{"finishReason": "STOP"}], "usageMetadata":
                {"promptTokenCount": 6, "candidatesTokenCount": 9, "thoughtsTokenCount": 5}},
        ]);
        let mut stream = UsageStream::new(std::slice::from_ref(&shape));
        stream.take_values(chunks.as_array().unwrap());
        let streamed = stream.finish();
        assert_eq!((counted(&streamed), streamed.is_whole), (Some(20), true));
    }

    #[test]
    fn of_several_shapes_the_one_that_fits_speaks_and_rubbish_says_nothing() {
        let both: Vec<UsagePointers> =
            ["chat_completions", "responses"].iter().flat_map(|key| shapes("openai", key)).collect();
        assert_eq!(counted(&read(&both, CHAT)), Some(14));
        for rubbish in ["", "data", "data: {\n\n", "<html>\n\n", "data: 7\n\n", "data:\n\ndata:\n\n"] {
            assert_eq!(read(&both, rubbish), Streamed { reported: None, is_whole: false }, "{rubbish}");
        }
        let mut stream = UsageStream::new(&both);
        stream.feed(b"data: ");
        stream.feed(&vec![b'x'; LARGEST_EVENT + 10]);
        assert!(stream.line.len() <= LARGEST_EVENT);
        stream.feed(b"\n\n");
        stream.feed(CHAT.as_bytes());
        assert_eq!(counted(&stream.finish()), Some(14), "an event that is too large is passed over");
    }
}
