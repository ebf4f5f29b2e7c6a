//! Tokens spent: what one model call used, however its provider counts (T1).
use crate::model::id::ConnectionId;
use crate::model::service::UsagePointers;
use crate::model::time::Timestamp;
use crate::model::words::words;
use serde_json::Value;

/// The tokens of one call. `input` includes cache reads and writes and `output` includes reasoning, whatever the
/// provider's shape; each part is also kept on its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    pub input: u64,
    pub output: u64,
    pub reasoning: u64,
    pub cache_read: u64,
    pub cache_write: u64,
}

impl Tokens {
    /// What limits count: input plus output.
    pub fn counted(&self) -> u64 {
        self.input.saturating_add(self.output)
    }

    /// The sum of both, part by part.
    pub fn plus(&self, other: &Tokens) -> Tokens {
        Tokens {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            reasoning: self.reasoning.saturating_add(other.reasoning),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
        }
    }

    /// What is wrong with figures that somebody typed or another program reported: a part is no larger than its whole.
    pub fn fault(&self) -> Option<&'static str> {
        match () {
            () if self.reasoning > self.output => Some("there are more reasoning tokens than output tokens"),
            () if self.cache_read.saturating_add(self.cache_write) > self.input => {
                Some("there are more cached tokens than input tokens")
            }
            () => None,
        }
    }
}

words! {
    /// What usage is added up by.
    By {
        User => "user",
        Team => "team",
        Agent => "agent",
        Model => "model",
        Connection => "connection",
        Day => "day",
        Week => "week",
    }
}

/// A record of spent tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRecord {
    pub time: Timestamp,
    pub connection: ConnectionId,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
    pub tokens: Tokens,
    /// The provider did not say: booked at what had been reserved (T8).
    pub estimated: bool,
    /// Importing the same source id twice books it once.
    pub source_id: Option<String>,
}

/// What an answer reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub tokens: Tokens,
    pub model: Option<String>,
}

/// Figures of an answer as they stand there, and as they come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    input: Option<u64>,
    output: Option<u64>,
    reasoning: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    model: Option<String>,
}

impl Parts {
    /// Takes what an answer, or an event of one, says. What it does not say stays as it was.
    pub fn take(&mut self, answer: &Value, pointers: &UsagePointers) {
        let number = |pointer: Option<&str>| pointer.and_then(|p| answer.pointer(p)).and_then(Value::as_u64);
        self.input = number(Some(&pointers.input)).or(self.input);
        self.output = number(pointers.output.as_deref()).or(self.output);
        self.reasoning = number(pointers.reasoning.as_deref()).or(self.reasoning);
        self.cache_read = number(pointers.cache_read.as_deref()).or(self.cache_read);
        self.cache_write = number(pointers.cache_write.as_deref()).or(self.cache_write);
        let model = pointers.model.as_deref().and_then(|p| answer.pointer(p)).and_then(Value::as_str);
        self.model = model.map(str::to_owned).or(self.model.take());
    }

    /// What was said altogether; none when the input was not.
    pub fn reported(&self, pointers: &UsagePointers) -> Option<Reported> {
        let mut tokens = Tokens {
            input: self.input?,
            output: self.output.unwrap_or(0),
            reasoning: self.reasoning.unwrap_or(0),
            cache_read: self.cache_read.unwrap_or(0),
            cache_write: self.cache_write.unwrap_or(0),
        };
        if pointers.cache_is_extra {
            tokens.input = tokens.input.saturating_add(tokens.cache_read).saturating_add(tokens.cache_write);
        }
        if pointers.reasoning_is_extra {
            tokens.output = tokens.output.saturating_add(tokens.reasoning);
        }
        Some(Reported { tokens, model: self.model.clone() })
    }
}

/// Reads the usage out of a model's answer; none when the answer does not report its input.
pub fn read(answer: &Value, pointers: &UsagePointers) -> Option<Reported> {
    let mut parts = Parts::default();
    parts.take(answer, pointers);
    parts.reported(pointers)
}

/// Bytes of text per token, for estimates before a call: about four characters of English make a token (OpenAI's help
/// page "What are tokens and how to count them?").
const BYTES_PER_TOKEN: u64 = 4;

/// An estimate of what a request's prompt will cost.
pub fn estimate_prompt(body_bytes: usize) -> u64 {
    (body_bytes as u64).div_ceil(BYTES_PER_TOKEN)
}

/// The names under which providers take the most tokens an answer may have.
const MAXIMUM_OUTPUT: [&str; 6] = [
    "/max_output_tokens",
    "/max_completion_tokens",
    "/max_tokens",
    "/maxOutputTokens",
    "/generationConfig/maxOutputTokens",
    "/generation_config/max_output_tokens",
];

/// The most output a request allows, by whatever name; when several are given, the largest counts.
pub fn maximum_output(body: &Value) -> Option<u64> {
    MAXIMUM_OUTPUT.iter().filter_map(|pointer| body.pointer(pointer)).filter_map(Value::as_u64).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointers() -> UsagePointers {
        UsagePointers {
            input: "/usage/input".to_owned(),
            output: Some("/usage/output".to_owned()),
            reasoning: Some("/usage/reasoning".to_owned()),
            cache_read: Some("/usage/read".to_owned()),
            cache_write: Some("/usage/write".to_owned()),
            model: Some("/model".to_owned()),
            cache_is_extra: false,
            reasoning_is_extra: false,
            stream: None,
        }
    }

    #[test]
    fn parts_inside_input_and_output_are_not_counted_twice() {
        let answer = json!({"model":"m","usage":{"input":100,"output":50,"reasoning":20,"read":40,"write":5}});
        let reported = read(&answer, &pointers()).unwrap();
        assert_eq!(reported.tokens.counted(), 150);
        assert_eq!((reported.tokens.reasoning, reported.tokens.cache_read), (20, 40));
        assert_eq!(reported.model.as_deref(), Some("m"));
    }

    #[test]
    fn parts_beside_input_and_output_are_added() {
        let answer = json!({"usage":{"input":100,"output":50,"reasoning":20,"read":40,"write":5}});
        let shape = UsagePointers { cache_is_extra: true, reasoning_is_extra: true, ..pointers() };
        assert_eq!(read(&answer, &shape).unwrap().tokens.counted(), 145 + 70);
    }

    #[test]
    fn an_answer_without_usage_reports_nothing() {
        assert_eq!(read(&json!({"choices":[]}), &pointers()), None);
        assert_eq!(read(&json!({"usage":{"input":"many"}}), &pointers()), None);
    }

    #[test]
    fn the_maximum_output_is_found_under_each_of_its_names() {
        for body in [
            json!({"max_tokens":7}),
            json!({"max_completion_tokens":7,"max_tokens":3}),
            json!({"max_output_tokens":7}),
            json!({"generationConfig":{"maxOutputTokens":7}}),
        ] {
            assert_eq!(maximum_output(&body), Some(7), "{body}");
        }
        assert_eq!(maximum_output(&json!({"model":"m"})), None);
    }
}
