//! Between columns and nouns: instants, words, ids and JSON, each read strictly.
//!
//! What must stay true: a column that does not hold what this program writes is an error, never a default. A mode that
//! silently became another would be a hole in the governance.
use crate::model::time::Timestamp;
use rusqlite::types::{FromSql, Type};
use rusqlite::{Error, Result, Statement};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::str::FromStr;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

fn broken(column: &str, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::FromSqlConversionFailure(0, Type::Text, format!("{column}: {}", what.into()).into())
}

/// The names of a statement's columns, asked from SQLite once and not for every value of every row.
pub struct Names {
    names: Vec<String>,
    /// The column after the one asked for last: rows are read nearly in the order of their columns, and a search from the
    /// start for each of them takes longer than SQLite takes for the row.
    next: Cell<usize>,
}

impl Names {
    pub fn of(statement: &Statement<'_>) -> Names {
        Names { names: statement.column_names().map(str::to_owned).collect(), next: Cell::new(0) }
    }
}

/// A row and the names of its columns.
pub struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
    names: &'a Names,
}

/// A column, by its name or by its number.
pub trait Place {
    fn number(&self, names: &Names) -> Result<usize>;
}

impl Place for usize {
    fn number(&self, _: &Names) -> Result<usize> {
        Ok(*self)
    }
}

impl Place for &str {
    fn number(&self, names: &Names) -> Result<usize> {
        let expected = names.next.get();
        let found = match names.names.get(expected) {
            Some(name) if name == self => expected,
            _ => {
                let found = names.names.iter().position(|name| name == self);
                found.ok_or_else(|| Error::InvalidColumnName((*self).to_owned()))?
            }
        };
        names.next.set(found + 1);
        Ok(found)
    }
}

impl<'a> Row<'a> {
    pub fn new(row: &'a rusqlite::Row<'a>, names: &'a Names) -> Row<'a> {
        Row { row, names }
    }

    pub fn get<P: Place, T: FromSql>(&self, place: P) -> Result<T> {
        self.row.get(place.number(self.names)?)
    }

    /// A text where it lies: most are turned into something else at once.
    fn lent(&self, column: &str) -> Result<&'a str> {
        self.maybe_lent(column)?.ok_or_else(|| broken(column, "empty"))
    }

    fn maybe_lent(&self, column: &str) -> Result<Option<&'a str>> {
        let value = self.row.get_ref(column.number(self.names)?)?;
        value.as_str_or_null().map_err(|e| broken(column, e))
    }
}

/// Reads one row by column names.
pub trait Columns {
    fn text(&self, column: &str) -> Result<String>;
    fn maybe_text(&self, column: &str) -> Result<Option<String>>;
    fn instant(&self, column: &str) -> Result<Timestamp>;
    fn maybe_instant(&self, column: &str) -> Result<Option<Timestamp>>;
    fn count(&self, column: &str) -> Result<u64>;
    fn maybe_count(&self, column: &str) -> Result<Option<u64>>;
    fn parsed<T: FromStr>(&self, column: &str) -> Result<T>;
    fn maybe_parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>>;
    fn word<T>(&self, column: &str, parse: fn(&str) -> Option<T>) -> Result<T>;
    fn maybe_word<T>(&self, column: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>>;
    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T>;
    fn maybe_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>>;
}

impl Columns for Row<'_> {
    fn text(&self, column: &str) -> Result<String> {
        self.get(column)
    }

    fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        self.get(column)
    }

    fn instant(&self, column: &str) -> Result<Timestamp> {
        to_instant(column, self.get(column)?)
    }

    fn maybe_instant(&self, column: &str) -> Result<Option<Timestamp>> {
        self.get::<_, Option<i64>>(column)?.map(|millis| to_instant(column, millis)).transpose()
    }

    fn count(&self, column: &str) -> Result<u64> {
        u64::try_from(self.get::<_, i64>(column)?).map_err(|e| broken(column, e))
    }

    fn maybe_count(&self, column: &str) -> Result<Option<u64>> {
        let count: Option<i64> = self.get(column)?;
        count.map(|n| u64::try_from(n).map_err(|e| broken(column, e))).transpose()
    }

    fn parsed<T: FromStr>(&self, column: &str) -> Result<T> {
        self.lent(column)?.parse().map_err(|_| broken(column, "not readable"))
    }

    fn maybe_parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>> {
        self.maybe_lent(column)?.map(|text| text.parse().map_err(|_| broken(column, "not readable"))).transpose()
    }

    fn word<T>(&self, column: &str, parse: fn(&str) -> Option<T>) -> Result<T> {
        parse(self.lent(column)?).ok_or_else(|| broken(column, "not a known word"))
    }

    fn maybe_word<T>(&self, column: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>> {
        let text = self.maybe_lent(column)?;
        text.map(|text| parse(text).ok_or_else(|| broken(column, "not a known word"))).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T> {
        serde_json::from_str(self.lent(column)?).map_err(|e| broken(column, e))
    }

    fn maybe_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>> {
        self.maybe_lent(column)?.map(|text| serde_json::from_str(text).map_err(|e| broken(column, e))).transpose()
    }
}

fn to_instant(column: &str, millis: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|e| broken(column, e))
}

/// An id as it is stored: spelt otherwise it is the same id, and no list would find it.
pub fn id(text: &str) -> Option<Uuid> {
    let id: Uuid = text.parse().ok()?;
    (*id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]) == *text).then_some(id)
}

/// An instant as it is stored.
pub fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A count as it is stored. Counts come from parsed input that fits, or from sums that saturate.
pub fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A value as JSON text.
pub fn json_text<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::ToSqlConversionFailure(e.into()))
}
