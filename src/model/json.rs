//! JSON that means one thing only. Two readers that disagree about a body are how a rule sees one value and the provider
//! another (R8), so text from callers is read strictly and written in one canonical form (RFC 8785).
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use thiserror::Error;

/// The deepest nesting accepted: the default limit of serde_json, which guards the stack against a JSON bomb.
pub const DEEPEST: usize = 128;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonError {
    #[error("not valid JSON: {0}")]
    Syntax(String),
    #[error("the key \"{0}\" appears twice")]
    DuplicateKey(String),
    #[error("the number {0} does not survive a round trip")]
    Number(String),
}

/// Reads JSON text strictly: duplicate keys and numbers that would not come back as written are refused.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    let raw: &serde_json::value::RawValue = serde_json::from_str(text).map_err(|e| JsonError::Syntax(e.to_string()))?;
    let strict: Strict = serde_json::from_str(raw.get()).map_err(|e| {
        let message = e.to_string();
        match message.strip_prefix(DUPLICATE).and_then(|rest| rest.rsplit_once('\u{1}')) {
            Some((key, _)) => JsonError::DuplicateKey(key.to_owned()),
            None => match message.strip_prefix(NUMBER).and_then(|rest| rest.rsplit_once('\u{1}')) {
                Some((number, _)) => JsonError::Number(number.to_owned()),
                None => JsonError::Syntax(message),
            },
        }
    })?;
    Ok(strict.0)
}

/// The canonical text of a value: RFC 8785 (keys sorted by UTF-16, shortest numbers, no white space).
pub fn canonical<T: Serialize>(value: &T) -> Result<String, JsonError> {
    serde_json_canonicalizer::to_string(value).map_err(|e| JsonError::Syntax(e.to_string()))
}

/// The largest integer that every JSON reader keeps exactly: 2^53 − 1 (RFC 8785, section 3.2.2.3; RFC 7493).
const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// Refuses numbers that two readers may take for different ones. What [`parse`] has read holds none.
pub fn check_numbers(value: &Value) -> Result<(), JsonError> {
    match value {
        Value::Number(number) => {
            let is_exact = match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(whole), ..) => whole <= LARGEST_EXACT,
                (None, Some(whole), _) => whole.unsigned_abs() <= LARGEST_EXACT,
                (None, None, Some(real)) => {
                    real.is_finite() && (real.fract() != 0.0 || real.abs() <= LARGEST_EXACT as f64)
                }
                (None, None, None) => false,
            };
            is_exact.then_some(()).ok_or_else(|| JsonError::Number(number.to_string()))
        }
        Value::Array(items) => items.iter().try_for_each(check_numbers),
        Value::Object(members) => members.values().try_for_each(check_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

const DUPLICATE: &str = "\u{1}duplicate ";
const NUMBER: &str = "\u{1}number ";

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<Value, E> {
        match v.unsigned_abs() <= LARGEST_EXACT {
            true => Ok(Value::from(v)),
            false => Err(E::custom(format!("{NUMBER}{v}\u{1}"))),
        }
    }

    fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Value, E> {
        match v <= LARGEST_EXACT {
            true => Ok(Value::from(v)),
            false => Err(E::custom(format!("{NUMBER}{v}\u{1}"))),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        // An integer too long for 64 bits arrives here already rounded: refuse it rather than send another number.
        let rounded = v.fract() == 0.0 && v.abs() > LARGEST_EXACT as f64;
        match serde_json::Number::from_f64(v) {
            Some(number) if !rounded => Ok(Value::Number(number)),
            _ => Err(E::custom(format!("{NUMBER}{v}\u{1}"))),
        }
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = members.next_entry::<String, Strict>()? {
            if map.contains_key(&key) {
                return Err(serde::de::Error::custom(format!("{DUPLICATE}{key}\u{1}")));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_json_is_read_as_it_stands() {
        let text = r#"{"a":[1,-2,0.5,true,null,"ž"],"b":{"c":9007199254740991}}"#;
        assert_eq!(parse(text), Ok(json!({"a":[1,-2,0.5,true,null,"ž"],"b":{"c":9007199254740991u64}})));
    }

    #[test]
    fn a_key_that_appears_twice_is_refused_at_any_depth() {
        assert_eq!(parse(r#"{"to":"a","to":"b"}"#), Err(JsonError::DuplicateKey("to".to_owned())));
        assert_eq!(parse(r#"[{"x":{"to":1,"t\u006f":2}}]"#), Err(JsonError::DuplicateKey("to".to_owned())));
    }

    #[test]
    fn numbers_that_would_change_on_the_way_are_refused() {
        for text in ["9007199254740993", "-9007199254740993", "123456789012345678901234567890", "1e400"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("1.5"), Ok(json!(1.5)));
    }

    #[test]
    fn a_bomb_is_an_error_and_not_a_crash() {
        assert!(matches!(parse(&"[".repeat(100_000)), Err(JsonError::Syntax(_))));
        assert!(matches!(parse("{\"a\":1} trailing"), Err(JsonError::Syntax(_))));
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_key_order() {
        let one = canonical(&json!({"b":1,"a":{"d":2,"c":"\u{20ac}"}})).unwrap();
        assert_eq!(one, "{\"a\":{\"c\":\"€\",\"d\":2},\"b\":1}");
    }
}
