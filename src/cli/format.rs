//! The shapes of the output: what `-o` may be, and how a document becomes JSON.
//!
//! What must stay true: a JSON document is an object whose first field is `schemaVersion`; within a version fields are
//! only added. Characters that act on a terminal or hide in it leave as `\u` escapes: the value a program reads is
//! unchanged, and a person who looks at the document sees them.
//!
//! YAML is the same document in another dress, and the YAML crate is named only here. Errors have no YAML form.
use super::error::Error;
use super::exit::Exit;
use super::harmless::is_hidden;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value};

/// The version of every JSON document. It changes when a field changes its name or meaning, or goes away.
pub const SCHEMA_VERSION: u64 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people; on a pipe tab-separated lines without a header
    #[default]
    Table,
    /// One document
    Json,
    /// One document per line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// Tab-separated values with a header
    Tsv,
    /// One document, as YAML
    Yaml,
}

impl Format {
    /// The format of this name, for names that come from the environment or the config file.
    pub fn named(name: &str) -> Option<Format> {
        <Format as ValueEnum>::from_str(name, false).ok()
    }

    /// The word for it on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub fn names() -> Vec<String> {
        let values = Format::value_variants().iter();
        values.filter_map(|format| format.to_possible_value()).map(|value| value.get_name().to_owned()).collect()
    }

    /// Whether errors are JSON too.
    pub fn has_json_errors(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl)
    }

    /// Whether answers are documents, for programs, and not words.
    pub fn is_document(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl | Format::Yaml)
    }
}

/// The view with `schemaVersion` in front; a list or a plain value is put under `value`.
pub(super) fn document(view: &impl Serialize) -> Result<Value, Error> {
    let mut fields = Map::new();
    fields.insert("schemaVersion".to_owned(), SCHEMA_VERSION.into());
    match value(view)? {
        Value::Object(own) => fields.extend(own),
        other => {
            fields.insert("value".to_owned(), other);
        }
    }
    Ok(Value::Object(fields))
}

pub(super) fn value(view: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(view).map_err(|error| Error::new(Exit::Internal, "a view has no JSON form").cause(error))
}

/// JSON text over several lines, as a person reads it.
pub(super) fn pretty(value: &Value) -> String {
    visible(&format!("{value:#}"))
}

/// YAML text. A value with characters that hide is written as JSON, which is YAML too, with those characters escaped:
/// the crate escapes only what acts on a terminal, not what turns or hides its text.
pub(super) fn yaml(value: &Value) -> Result<String, Error> {
    let json = format!("{value:#}");
    if json.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Ok(escaped(&json, |c| match u32::from(c) {
            code @ ..=0xffff => format!("\\u{code:04x}"),
            // YAML has no pairs of surrogates.
            code => format!("\\U{code:08x}"),
        }));
    }
    let text = serde_saphyr::to_string(value);
    let text = text.map_err(|error| Error::new(Exit::Internal, "a view has no YAML form").cause(error))?;
    Ok(text.trim_end_matches('\n').to_owned())
}

/// JSON text in one line.
pub(super) fn line(value: &Value) -> String {
    visible(&value.to_string())
}

fn visible(json: &str) -> String {
    escaped(json, |c| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect())
}

/// Hidden characters can only stand inside strings, where an escape means the same.
fn escaped(json: &str, escape: impl Fn(char) -> String) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        match c != '\n' && is_hidden(c) {
            true => shown.push_str(&escape(c)),
            false => shown.push(c),
        }
    }
    shown
}

/// So many of a thing, in words: `1 team`, `2 teams`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = match (count, noun.strip_suffix('y')) {
        (1, _) => return format!("1 {noun}"),
        (_, Some(stem)) if !noun.ends_with("ey") => return format!("{count} {stem}ies"),
        _ => "s",
    };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_schema_version_stands_first() {
        let document = document(&json!({"connections": [], "schemaVersion": 9})).unwrap();
        assert!(line(&document).starts_with(r#"{"schemaVersion":"#));
        assert_eq!(line(&super::document(&json!({"a": 1})).unwrap()), r#"{"schemaVersion":1,"a":1}"#);
        assert_eq!(line(&super::document(&json!([1])).unwrap()), r#"{"schemaVersion":1,"value":[1]}"#);
    }

    #[test]
    fn hidden_characters_are_escaped_and_mean_the_same() {
        let value = json!({"name": "a\u{202e}b\u{9b}2J\u{e0041}\n"});
        let text = line(&value);
        assert_eq!(text, r#"{"name":"a\u202eb\u009b2J\udb40\udc41\n"}"#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn yaml_reads_back_as_the_value_it_was() {
        let strings =
            ["no", "~", "null", "1e3", "0x1F", "1_000", "2026-11-21", "12:30:00", "a: b", "- a", "# a", "", " a "];
        let odd = [
            "it's", "\"", "\\x01", "a\nb\n", "\t\u{1}", "<<", "=", "*a", "&a", "%a", "@a", "é", "a #b", "a:", "|",
            "---",
        ];
        let value = json!({
            "strings": strings, "odd": odd, "yes": true, "none": null, "large": u64::MAX, "small": i64::MIN,
            "float": 0.1, "empty": [], "bare": {}, "nested": [[1], {"a": [{"b": null}]}], "no": {"1": "x"},
            "hidden": "plain",
        });
        let text = yaml(&value).unwrap();
        assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), value, "{text}");
    }

    #[test]
    fn hidden_characters_are_visible_in_yaml_too() {
        let value = json!({"name": "a\u{202e}b\u{9b}2J\u{e0041}\n", "list": [1, "no"]});
        let text = yaml(&value).unwrap();
        assert!(text.contains(r"a\u202eb\u009b2J\U000e0041\n"), "{text}");
        assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), value, "{text}");
    }

    #[test]
    fn formats_are_found_by_the_name_that_is_typed() {
        assert_eq!(Format::named("jsonl"), Some(Format::Jsonl));
        assert_eq!(Format::named("xml"), None);
        assert_eq!(Format::names(), ["table", "json", "jsonl", "csv", "tsv", "yaml"]);
    }
}
