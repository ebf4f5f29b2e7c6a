//! The file as text: read with the place of everything in it, and written with words that help.
//!
//! What must stay true: whatever is refused is refused with its line and column; and a text that is written is read back as
//! what it was written from.
use crate::model::label;
use crate::model::org_file::{OrgFile, Part};
use crate::ops::{About, Error, Kind, Result};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Read {
    pub file: OrgFile,
    places: Node,
}

impl Read {
    /// Where something stands: itself, or the nearest around it that stands there.
    pub fn find(&self, path: &[String]) -> Option<(u64, u64)> {
        let mut node = &self.places;
        let mut place = None;
        for word in path {
            let inner = match &node.inner {
                Inner::Map(members) => members.iter().find(|(name, ..)| name == word).map(|(_, at, node)| (*at, node)),
                Inner::List(items) => {
                    word.parse().ok().and_then(|at: usize| items.get(at)).map(|(at, node)| (*at, node))
                }
                Inner::Leaf => None,
            };
            let Some((at, inner)) = inner else { break };
            (place, node) = (Some(at), inner);
        }
        place
    }
}

/// Reads YAML, and JSON, which is YAML too.
pub fn read(text: &str) -> Result<Read> {
    let file: OrgFile = serde_saphyr::from_str(text).map_err(|error| refused(&error))?;
    let places: Node = serde_saphyr::from_str(text).map_err(|error| refused(&error))?;
    Ok(Read { file, places })
}

/// A refusal of the reader in our words.
fn refused(error: &serde_saphyr::Error) -> Error {
    use serde_saphyr::Error as S;
    let error = error.without_snippet();
    let what = match error {
        S::SerdeUnknownField { field, expected, .. } => match label::nearest(field, expected.iter().copied()) {
            Some(nearest) => format!("\"{field}\" is not known here; did you mean \"{nearest}\"?"),
            None => format!("\"{field}\" is not known here; known: {}", expected.join(", ")),
        },
        S::SerdeUnknownVariant { variant, expected, .. } => {
            format!("\"{variant}\" is not one of: {}", expected.join(", "))
        }
        other => {
            let text = other.to_string();
            let first = text.lines().next().unwrap_or_default();
            // The place has a field of its own.
            let words = first.split(" at line ").next().unwrap_or(first).trim_start_matches("error: ");
            let after = words.split_once(": ").filter(|(before, _)| before.starts_with("line "));
            after.map_or(words, |(_, after)| after).to_owned()
        }
    };
    let refused = Error::invalid(what);
    match error.location() {
        Some(place) => refused.about(About::InFile { line: place.line(), column: place.column() }),
        None => refused,
    }
}

/// Everything in a text, with its place.
#[derive(Debug, Clone)]
struct Node {
    inner: Inner,
}

type Place = (u64, u64);

#[derive(Debug, Clone)]
enum Inner {
    Map(Vec<(String, Place, Node)>),
    List(Vec<(Place, Node)>),
    Leaf,
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Places).map(|inner| Node { inner })
    }
}

struct Places;

impl<'de> Visitor<'de> for Places {
    type Value = Inner;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_i128<E>(self, _: i128) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_u128<E>(self, _: u128) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_unit<E>(self) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_none<E>(self) -> std::result::Result<Inner, E> {
        Ok(Inner::Leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Inner, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<serde_saphyr::Spanned<Node>>()? {
            list.push(((item.referenced.line(), item.referenced.column()), item.value));
        }
        Ok(Inner::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Inner, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = members.next_key::<serde_saphyr::Spanned<String>>()? {
            let value: Node = members.next_value()?;
            map.push((key.value, (key.referenced.line(), key.referenced.column()), value));
        }
        Ok(Inner::Map(map))
    }
}

const HEAD: &str = "\
# The organization as a file. `siesta plan FILE` shows what would change,
# `siesta apply FILE` makes it so. A part that is not here is left alone; what a
# part does not name goes only with --prune. No credential is here, ever. People
# change only with --kind people. Editors complete it with the schema that
# `siesta export --schema` prints. Not here: OAuth clients, which have secrets
# (siesta app set); stops, which no older file shall lift (siesta freeze); how
# long evidence is kept (siesta org set); SSH keys; standing approvals and
# requests for access; usage, executions, audit.
";

const BASIS: &str = "
# What this was made from. apply refuses when the store has moved since; without
# these lines it never does.
";

fn comment(part: Part) -> &'static str {
    match part {
        Part::People => "# Users, teams and agents. They change only with --kind people.",
        Part::Connections => {
            "# By label. One that is new here waits for its credential: siesta reauth, or\n\
             # siesta rotate. Where a credential may be sent (service, baseUrl, scopes,\n\
             # settings, …) changes only together with the credential. functions: those that\n\
             # a REST connection was given by hand, as siesta functions add has them."
        }
        Part::Governance => {
            "# services: enabled or disabled. functions: enabled, confirm or disabled, for\n\
             # the whole organization. connections: a connection's own modes; they only\n\
             # tighten. importedServices: what siesta catalog import brought."
        }
        Part::Policies => {
            "# By agent and connection. mode: read_only, read_write, custom. stepUp: always,\n\
             # risk_based, never. allow: all, or lines such as GET,HEAD /v1/**. windows:\n\
             # lines such as mon-fri 09:00-17:00 Europe/Prague."
        }
        Part::Limits => {
            "# Tokens in decimal millions, by connection: org, pool, users, teams. Left out:\n\
             # no explicit limit. 0 blocks."
        }
    }
}

/// The file as YAML, with comments.
pub fn yaml(file: &OrgFile) -> Result<String> {
    let mut text = HEAD.to_owned();
    let head = OrgFile { revision: None, basis: BTreeMap::new(), ..OrgFile::empty() };
    text.push_str(&block(&head)?);
    if file.revision.is_some() || !file.basis.is_empty() {
        text.push_str(BASIS);
        if let Some(revision) = file.revision {
            text.push_str(&block(&BTreeMap::from([("revision", revision)]))?);
        }
        if !file.basis.is_empty() {
            text.push_str(&block(&BTreeMap::from([("basis", &file.basis)]))?);
        }
    }
    for part in Part::ALL.iter().filter(|part| file.has(**part)) {
        let mut alone = file.clone();
        alone.keep(&[*part]);
        text.push_str(&format!("\n{}\n", comment(*part)));
        text.push_str(&match part {
            Part::People => block(&BTreeMap::from([(part, &alone.people)]))?,
            Part::Connections => block(&BTreeMap::from([(part, &alone.connections)]))?,
            Part::Governance => block(&BTreeMap::from([(part, &alone.governance)]))?,
            Part::Policies => block(&BTreeMap::from([(part, &alone.policies)]))?,
            Part::Limits => block(&BTreeMap::from([(part, &alone.limits)]))?,
        });
    }
    Ok(text)
}

fn block(value: &impl Serialize) -> Result<String> {
    let bug = |error: serde_saphyr::ser::Error| Error::from(Kind::Bug { what: format!("no YAML form: {error}") });
    let text = serde_saphyr::to_string(value).map_err(bug)?;
    Ok(format!("{}\n", text.trim_end_matches('\n')))
}

/// The JSON Schema of the file, for editors.
pub fn schema() -> serde_json::Value {
    let schema = schemars::generate::SchemaSettings::draft2020_12().for_deserialize();
    let mut schema = schema.into_generator().into_root_schema_for::<OrgFile>().to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("title".to_owned(), "siesta: the organization as a file".into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> (String, Option<Place>) {
        let error = read(text).unwrap_err();
        let place = match error.about.as_deref() {
            Some(About::InFile { line, column }) => Some((*line, *column)),
            _ => None,
        };
        (error.kind.to_string(), place)
    }

    const HEAD_OF_TWO: &str = "apiVersion: siesta/v1\nkind: Organization\n";

    #[test]
    fn what_is_refused_has_its_place_and_the_word_that_was_meant() {
        for (rest, words, place) in [
            ("polices: {}\n", "did you mean \"policies\"", (3, 1)),
            ("policies:\n  helper:\n    notes:\n      mod: custom\n", "did you mean \"mode\"", (6, 7)),
            ("policies:\n  helper:\n    notes:\n      mode: write\n", "\"write\" is not one of: read_only", (6, 13)),
            ("limits:\n  research:\n    org:\n      daily: 1.5000001\n", "more than six decimals", (6, 14)),
            ("people:\n  users:\n    a: {}\n    a: {}\n", "duplicate", (6, 5)),
            ("people: []\n", "expected mapping", (3, 9)),
            ("people:\n  users: []\n", "expected mapping", (4, 10)),
        ] {
            let (what, at) = why(&format!("{HEAD_OF_TWO}{rest}"));
            assert!(what.contains(words), "{rest}: {what}");
            assert_eq!(at, Some(place), "{rest}: {what}");
        }
    }

    #[test]
    fn a_name_in_the_file_is_found_again() {
        let text = format!("{HEAD_OF_TWO}policies:\n  helper:\n    notes: {{windows: [\"a\", \"b\"]}}\n");
        let read = read(&text).unwrap();
        let find = |path: &[&str]| read.find(&path.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(find(&["policies", "helper"]), Some((4, 3)));
        assert_eq!(find(&["policies", "helper", "notes", "windows", "1"]), Some((5, 28)));
        assert_eq!(find(&["policies", "helper", "notes", "rules"]), Some((5, 5)), "the nearest around it");
        assert_eq!(find(&["limits"]), None);
    }
}
