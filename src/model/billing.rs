//! Usage as others write it down: OpenAI's usage buckets, Anthropic's usage reports, LiteLLM's logs, and CSV.
//!
//! What must stay true: each figure means here what it means to a limit (T1): cached tokens are inside the input and
//! reasoning is inside the output, whatever the file's own shape. Nothing is guessed: what does not say how much was
//! spent, or when, is a bad line. The same thing always has the same source id, so that it is booked once.
use crate::model::time::Timestamp;
use crate::model::usage::Tokens;
use crate::model::words::words;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use sha2::{Digest, Sha256};

words! {
    /// The shape of a file.
    Form { OpenAi => "openai", Anthropic => "anthropic", LiteLlm => "litellm", Csv => "csv" }
}

/// One sum or call, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub time: Timestamp,
    /// The end of the span it sums up; none: a single call.
    pub until: Option<Timestamp>,
    pub connection: Option<String>,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
    pub tokens: Tokens,
    /// None: it has none of its own, and gets one made from what it says.
    pub source_id: Option<String>,
    /// Its users are the provider's ids, which need not be names here.
    pub is_foreign: bool,
}

/// How many bytes at the beginning of a file are enough to know it by.
pub const HEAD: usize = 64 * 1024;

/// What the beginning of a file shows it to be; none: nothing known.
pub fn detect(head: &[u8]) -> Option<Form> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        let columns: Vec<String> =
            text.lines().next()?.split(',').map(|c| c.trim().trim_matches('"').to_lowercase()).collect();
        let has = |name: &str| columns.iter().any(|column| column == name);
        return (has("time") && has("input") && has("output")).then_some(Form::Csv);
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(&format!("\"{word}\"")));
    match () {
        () if says(&["uncached_input_tokens", "starting_at", "ending_at"]) => Some(Form::Anthropic),
        () if says(&["organization.usage.completions.result", "bucket"]) => Some(Form::OpenAi),
        () if says(&["request_id", "startTime", "call_type", "litellm_call_id"]) => Some(Form::LiteLlm),
        () => None,
    }
}

fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => Timestamp::from_second(seconds).ok(),
            // Seconds with a fraction; a millisecond is as fine as the store keeps.
            None => Timestamp::from_millisecond((number.as_f64()? * 1000.0).round() as i64).ok(),
        },
        Value::String(text) => parse_time(text),
        _ => None,
    }
}

/// An instant; without a zone it is in UTC, and a bare date is its first moment there.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil: DateTime = text.parse().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A number that may be left out; one that is there and is no count is an error and never zero.
fn count(value: &Value, pointer: &str) -> Result<u64, String> {
    match value.pointer(pointer) {
        None | Some(Value::Null) => Ok(0),
        Some(number) => number.as_u64().ok_or_else(|| format!("{} is no number of tokens", &pointer[1..])),
    }
}

fn must_count(value: &Value, pointer: &str) -> Result<u64, String> {
    match value.pointer(pointer) {
        None | Some(Value::Null) => Err(format!("{} is missing", &pointer[1..])),
        Some(_) => count(value, pointer),
    }
}

fn sound(tokens: Tokens) -> Result<Tokens, String> {
    tokens.fault().map_or(Ok(tokens), |fault| Err(fault.to_owned()))
}

/// What a sum is about, as its source id: the same bucket fetched twice is the same.
fn bucket_id(form: Form, bucket: &str, result: &Value, dimensions: &[&str]) -> String {
    let mut id = format!("{form}:{bucket}");
    for dimension in dimensions {
        let value = result.get(dimension).filter(|value| !value.is_null());
        id.push(':');
        id.push_str(&value.map_or_else(String::new, |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)));
    }
    id
}

fn results(bucket: &Value) -> Result<&Vec<Value>, String> {
    bucket.get("results").and_then(Value::as_array).ok_or_else(|| "it has no results".to_owned())
}

/// Everything in one of OpenAI's buckets.
pub fn openai(bucket: &Value) -> Result<Vec<Result<Reading, String>>, String> {
    const DIMENSIONS: [&str; 7] = ["object", "project_id", "user_id", "api_key_id", "model", "batch", "service_tier"];
    let start = bucket.get("start_time").and_then(instant).ok_or("start_time is missing")?;
    let end = bucket.get("end_time").and_then(instant).ok_or("end_time is missing")?;
    let name = format!("{}-{}", start.as_second(), end.as_second());
    let one = |result: &Value| {
        // Spoken tokens stand beside the written ones.
        let input = must_count(result, "/input_tokens")?.saturating_add(count(result, "/input_audio_tokens")?);
        let output = count(result, "/output_tokens")?.saturating_add(count(result, "/output_audio_tokens")?);
        let cache_read = count(result, "/input_cached_tokens")?;
        Ok(Reading {
            time: start,
            until: Some(end),
            connection: None,
            user: text(result, "user_id"),
            team: None,
            agent: None,
            model: text(result, "model"),
            tokens: sound(Tokens { input, output, cache_read, ..Tokens::default() })?,
            source_id: Some(bucket_id(Form::OpenAi, &name, result, &DIMENSIONS)),
            is_foreign: true,
        })
    };
    Ok(results(bucket)?.iter().map(one).collect())
}

/// Everything in one of Anthropic's buckets.
pub fn anthropic(bucket: &Value) -> Result<Vec<Result<Reading, String>>, String> {
    const DIMENSIONS: [&str; 5] = ["workspace_id", "api_key_id", "model", "service_tier", "context_window"];
    let start = bucket.get("starting_at").and_then(instant).ok_or("starting_at is missing")?;
    let end = bucket.get("ending_at").and_then(instant).ok_or("ending_at is missing")?;
    let name = format!("{}-{}", start.as_second(), end.as_second());
    let one = |result: &Value| {
        let cache_read = count(result, "/cache_read_input_tokens")?;
        let written = [
            "/cache_creation/ephemeral_5m_input_tokens",
            "/cache_creation/ephemeral_1h_input_tokens",
            "/cache_creation_5m_input_tokens",
            "/cache_creation_1h_input_tokens",
        ];
        let cache_write =
            written.iter().try_fold(0u64, |sum, place| count(result, place).map(|n| sum.saturating_add(n)))?;
        let uncached = must_count(result, "/uncached_input_tokens")?;
        Ok(Reading {
            time: start,
            until: Some(end),
            connection: None,
            user: None,
            team: None,
            agent: None,
            model: text(result, "model"),
            tokens: sound(Tokens {
                input: uncached.saturating_add(cache_read).saturating_add(cache_write),
                output: count(result, "/output_tokens")?,
                reasoning: 0,
                cache_read,
                cache_write,
            })?,
            source_id: Some(bucket_id(Form::Anthropic, &name, result, &DIMENSIONS)),
            is_foreign: true,
        })
    };
    Ok(results(bucket)?.iter().map(one).collect())
}

/// One call of LiteLLM's spend logs, or of its logging payload.
pub fn litellm(entry: &Value) -> Result<Reading, String> {
    let time = ["endTime", "startTime", "end_time", "start_time"];
    let time = time.iter().find_map(|key| entry.get(key).and_then(instant)).ok_or("startTime is missing")?;
    // Older logs keep it as text.
    let metadata = match entry.get("metadata") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(value) => value.clone(),
        None => Value::Null,
    };
    let details = metadata.get("usage_object").or_else(|| entry.get("usage")).cloned().unwrap_or(Value::Null);
    let cache_write = match count(&details, "/cache_creation_input_tokens")? {
        0 => count(&details, "/prompt_tokens_details/cache_creation_tokens")?,
        written => written,
    };
    let cache_read = match count(&details, "/prompt_tokens_details/cached_tokens")? {
        0 => count(&details, "/cache_read_input_tokens")?,
        read => read,
    };
    let id = text(entry, "request_id").or_else(|| text(entry, "id")).or_else(|| text(entry, "litellm_call_id"));
    Ok(Reading {
        time,
        until: None,
        connection: None,
        user: text(&metadata, "user_api_key_user_email")
            .or_else(|| text(entry, "user"))
            .or_else(|| text(&metadata, "user_api_key_user_id")),
        team: text(&metadata, "user_api_key_team_alias").or_else(|| text(entry, "team_alias")),
        agent: None,
        model: text(entry, "model"),
        tokens: sound(Tokens {
            input: must_count(entry, "/prompt_tokens")?,
            output: must_count(entry, "/completion_tokens")?,
            reasoning: count(&details, "/completion_tokens_details/reasoning_tokens")?,
            cache_read,
            cache_write,
        })?,
        source_id: id.map(|id| format!("litellm:{id}")),
        is_foreign: false,
    })
}

/// The columns of a CSV file; the first three must be there.
pub const COLUMNS: [&str; 12] = [
    "time",
    "input",
    "output",
    "connection",
    "user",
    "team",
    "agent",
    "model",
    "reasoning",
    "cache_read",
    "cache_write",
    "source_id",
];

/// Which column stands where.
pub struct Columns([Option<usize>; 12]);

pub fn columns<'a>(header: impl Iterator<Item = &'a str>) -> Result<Columns, String> {
    let mut columns = [None; 12];
    for (place, name) in header.enumerate() {
        let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
        // Not quoted: whoever names the wrong file may have named one with a secret in it.
        let known = COLUMNS.iter().position(|column| *column == name);
        let known = known.ok_or_else(|| format!("column {} is none of {}", place + 1, COLUMNS.join(", ")))?;
        if columns[known].replace(place).is_some() {
            return Err(format!("the column {} is there twice", COLUMNS[known]));
        }
    }
    match columns[..3].iter().position(Option::is_none) {
        None => Ok(Columns(columns)),
        Some(missing) => Err(format!("the first line names the columns, and {} is not among them", COLUMNS[missing])),
    }
}

/// One line of a CSV file.
pub fn csv_line<'a>(columns: &Columns, field: impl Fn(usize) -> Option<&'a str>) -> Result<Reading, String> {
    let value = |name: &str| {
        let column = COLUMNS.iter().position(|column| *column == name)?;
        field(columns.0[column]?).map(str::trim).filter(|text| !text.is_empty())
    };
    let number = |name: &str| match value(name) {
        None => Ok(0),
        Some(text) => text.parse::<u64>().map_err(|_| format!("{name} is no number of tokens")),
    };
    let must = |name: &str| value(name).ok_or_else(|| format!("{name} is missing"));
    let owned = |name: &str| value(name).map(str::to_owned);
    must("input")?;
    must("output")?;
    Ok(Reading {
        time: parse_time(must("time")?).ok_or("time is neither an RFC 3339 time nor a date")?,
        until: None,
        connection: owned("connection"),
        user: owned("user"),
        team: owned("team"),
        agent: owned("agent"),
        model: owned("model"),
        tokens: sound(Tokens {
            input: number("input")?,
            output: number("output")?,
            reasoning: number("reasoning")?,
            cache_read: number("cache_read")?,
            cache_write: number("cache_write")?,
        })?,
        source_id: owned("source_id"),
        is_foreign: false,
    })
}

/// What something without a source id of its own says, in 16 bytes.
pub fn digest(reading: &Reading) -> [u8; 16] {
    let said = format!(
        "{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
        reading.time, reading.connection, reading.user, reading.team, reading.agent, reading.model, reading.tokens
    );
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(said.as_bytes())[..16]);
    short
}

/// A source id made from what a line says, and from how often the file has said the same before: a file that is imported
/// again, or one that has grown, books nothing twice, and two equal calls of one second are two.
pub fn made_id(digest: [u8; 16], before: u32) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("line:{hex}:{before}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_file_is_known_by_its_beginning() {
        for (head, form) in [
            ("time,user,input,output\n", Some(Form::Csv)),
            ("\u{feff}\"Time\",\"Input\",\"Output\"\n", Some(Form::Csv)),
            ("{\"object\":\"page\",\"data\":[{\"object\":\"bucket\"", Some(Form::OpenAi)),
            ("[{\"starting_at\":\"2026-01-01T00:00:00Z\"", Some(Form::Anthropic)),
            (" {\"request_id\":\"a\",\"prompt_tokens\":1}", Some(Form::LiteLlm)),
            ("{\"hello\":1}", None),
            ("name,role\n", None),
            ("", None),
        ] {
            assert_eq!(detect(head.as_bytes()), form, "{head}");
        }
    }

    #[test]
    fn cached_tokens_of_openai_are_inside_and_spoken_ones_beside() {
        let bucket = json!({"object": "bucket", "start_time": 1730419200, "end_time": 1730505600, "results": [
            {"object": "organization.usage.completions.result", "input_tokens": 1000, "output_tokens": 500,
             "input_cached_tokens": 800, "input_audio_tokens": 7, "output_audio_tokens": 3, "model": "m", "batch": false},
            {"object": "organization.usage.images.result", "images": 2},
        ]});
        let read = openai(&bucket).unwrap();
        let first = read[0].clone().unwrap();
        assert_eq!((first.tokens.input, first.tokens.output, first.tokens.cache_read), (1007, 503, 800));
        assert_eq!((first.time, first.until), (at("2024-11-01T00:00:00Z"), Some(at("2024-11-02T00:00:00Z"))));
        assert_eq!(read[1], Err("input_tokens is missing".to_owned()));
        let again = openai(&bucket).unwrap()[0].clone().unwrap();
        assert_eq!(first.source_id, again.source_id);
        assert!(openai(&json!({"results": []})).is_err());
    }

    #[test]
    fn cached_tokens_of_anthropic_are_beside_its_input() {
        let bucket = json!({"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z", "results": [
            {"uncached_input_tokens": 1500, "cache_creation": {"ephemeral_1h_input_tokens": 1000,
             "ephemeral_5m_input_tokens": 500}, "cache_read_input_tokens": 200, "output_tokens": 500, "model": "c"},
            {"uncached_input_tokens": "many"},
        ]});
        let read = anthropic(&bucket).unwrap();
        let tokens = read[0].clone().unwrap().tokens;
        assert_eq!((tokens.input, tokens.output, tokens.cache_read, tokens.cache_write), (3200, 500, 200, 1500));
        assert_eq!(read[1], Err("uncached_input_tokens is no number of tokens".to_owned()));
    }

    #[test]
    fn a_log_of_litellm_names_its_call_its_person_and_its_parts() {
        let entry = json!({"request_id": "r1", "startTime": "2026-08-01 10:00:00.5", "endTime": 1785578402.25,
            "prompt_tokens": 100, "completion_tokens": 40, "model": "m", "user": "default", "metadata":
            {"user_api_key_user_email": "alice", "user_api_key_team_alias": "sales", "usage_object":
             {"prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 9}}}});
        let read = litellm(&entry).unwrap();
        assert_eq!((read.user.as_deref(), read.team.as_deref()), (Some("alice"), Some("sales")));
        assert_eq!((read.tokens.cache_read, read.tokens.reasoning, read.tokens.counted()), (60, 9, 140));
        assert_eq!(read.source_id.as_deref(), Some("litellm:r1"));
        assert_eq!(read.time, at("2026-08-01T10:00:02.25Z"));
        assert!(litellm(&json!({"request_id": "r", "startTime": 1, "prompt_tokens": 1})).is_err());
    }

    #[test]
    fn a_line_of_csv_is_read_by_its_header_and_nothing_is_guessed() {
        let known = columns("time,input,output,user,reasoning".split(',')).unwrap();
        let line = |text: &'static str| {
            let fields: Vec<&str> = text.split(',').collect();
            csv_line(&known, |place| fields.get(place).copied())
        };
        let read = line("2026-08-01,10,5,alice,2").unwrap();
        assert_eq!((read.time, read.tokens.counted()), (at("2026-08-01T00:00:00Z"), 15));
        assert_eq!(
            line("2026-08-01,10,5,alice,6"),
            Err("there are more reasoning tokens than output tokens".to_owned())
        );
        assert_eq!(line("soon,10,5,alice,2"), Err("time is neither an RFC 3339 time nor a date".to_owned()));
        assert_eq!(line("2026-08-01,-1,5,alice,2"), Err("input is no number of tokens".to_owned()));
        assert_eq!(line("2026-08-01,,5,alice,2"), Err("input is missing".to_owned()));
        assert!(columns("time,input".split(',')).is_err() && columns("time,time,input,output".split(',')).is_err());
        assert!(columns("time,input,output,key".split(',')).is_err());
        let same = line("2026-08-01,10,5,alice,2").unwrap();
        assert_eq!(made_id(digest(&read), 0), made_id(digest(&same), 0));
        assert_ne!(made_id(digest(&read), 0), made_id(digest(&read), 1));
    }
}
