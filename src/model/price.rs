//! What tokens cost, by a list that somebody keeps: money per million tokens of a model, added up exactly.
use crate::model::limit::Millions;
use crate::model::usage::Tokens;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Money, in millionths of a millionth of the currency's unit: a price per million tokens with six decimals, times a
/// number of tokens, is a whole number of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(pub u128);

impl Cost {
    pub fn plus(self, other: Cost) -> Cost {
        Cost(self.0.saturating_add(other.0))
    }
}

/// In the currency's unit with four decimals, rounded half up: single calls cost fractions of a cent.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: u128 = 100_000_000;
        let shown = self.0.saturating_add(SHOWN / 2) / SHOWN;
        f.pad(&format!("{}.{:04}", shown / 10_000, shown % 10_000))
    }
}

/// The prices of a model, each per million tokens, in millionths of the unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    pub input: u64,
    pub output: u64,
    pub cache_read: u64,
    pub cache_write: u64,
}

impl Price {
    /// Cached tokens are inside the input and have prices of their own; reasoning is output.
    pub fn of(&self, tokens: &Tokens) -> Cost {
        let cached = tokens.cache_read.saturating_add(tokens.cache_write);
        let parts = [
            (tokens.input.saturating_sub(cached), self.input),
            (tokens.cache_read, self.cache_read),
            (tokens.cache_write, self.cache_write),
            (tokens.output, self.output),
        ];
        let cost = |(tokens, price): (u64, u64)| Cost(u128::from(tokens).saturating_mul(u128::from(price)));
        parts.into_iter().map(cost).fold(Cost::default(), Cost::plus)
    }
}

/// A list of prices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    pub currency: String,
    models: BTreeMap<String, Price>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "usual_currency")]
    currency: String,
    models: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    input: Value,
    output: Value,
    #[serde(default)]
    cache_read: Value,
    #[serde(default)]
    cache_write: Value,
}

fn usual_currency() -> String {
    "USD".to_owned()
}

impl Prices {
    /// Reads `{"currency":"USD","models":{"NAME":{"input":2.5,"output":10,"cacheRead":1.25}}}`. A name that ends in `*` is
    /// for every model that begins so.
    pub fn read(text: &[u8]) -> Result<Prices, String> {
        let file: File = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let mut models = BTreeMap::new();
        for (name, entry) in file.models {
            let price = |value: &Value, otherwise: Option<u64>, what: &str| {
                match (value, otherwise) {
                    (Value::Null, Some(otherwise)) => Ok(otherwise),
                    (Value::Number(number), _) => number.to_string().parse::<Millions>().map(|m| m.0).map_err(|_| ()),
                    (Value::String(text), _) => text.parse::<Millions>().map(|m| m.0).map_err(|_| ()),
                    _ => Err(()),
                }
                .map_err(|()| format!("{what} of \"{name}\" is no price: at most six decimals, such as 2.5"))
            };
            let input = price(&entry.input, None, "input")?;
            let found = Price {
                input,
                output: price(&entry.output, None, "output")?,
                cache_read: price(&entry.cache_read, Some(input), "cacheRead")?,
                cache_write: price(&entry.cache_write, Some(input), "cacheWrite")?,
            };
            models.insert(name, found);
        }
        Ok(Prices { currency: file.currency, models })
    }

    /// The price of a model: by its own name, else by the longest beginning.
    pub fn find(&self, model: &str) -> Option<&Price> {
        let begins = |(name, price)| {
            let name: &String = name;
            name.strip_suffix('*').filter(|beginning| model.starts_with(beginning)).map(|b| (b.len(), price))
        };
        let by_beginning = || self.models.iter().filter_map(begins).max_by_key(|(length, _)| *length);
        self.models.get(model).or_else(|| by_beginning().map(|(_, price)| price))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"models":{
        "small*":{"input":0.15,"output":"0.6","cacheRead":0.075}, "small-two":{"input":1,"output":2}}}"#;

    #[test]
    fn a_cost_is_exact_and_cached_tokens_have_their_own_price() {
        let prices = Prices::read(LIST.as_bytes()).unwrap();
        let tokens = Tokens { input: 1_000_000, output: 500_000, cache_read: 400_000, ..Tokens::default() };
        // 0.6 M at 0.15, 0.4 M at 0.075, 0.5 M at 0.6.
        let cost = prices.find("small-one").unwrap().of(&tokens);
        assert_eq!((cost, cost.to_string().as_str()), (Cost(420_000_000_000), "0.4200"));
        assert_eq!(prices.find("small-two").unwrap().input, 1_000_000, "its own name beats a beginning");
        assert!(prices.find("large").is_none());
        assert_eq!(Cost(49_999_999).to_string(), "0.0000");
        assert_eq!(Cost(50_000_000).to_string(), "0.0001");
    }

    #[test]
    fn a_list_that_is_not_one_is_refused_with_the_place() {
        for (list, says) in [
            (r#"{"models":{"m":{"input":-1,"output":1}}}"#, "input of \"m\""),
            (r#"{"models":{"m":{"input":1,"output":"1.1234567"}}}"#, "output of \"m\""),
            (r#"{"models":{"m":{"input":1}}}"#, "output"),
            (r#"{"prices":{}}"#, "prices"),
        ] {
            let said = Prices::read(list.as_bytes()).unwrap_err();
            assert!(said.contains(says), "{list}: {said}");
        }
    }
}
