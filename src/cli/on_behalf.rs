//! Who asks and on whose behalf: the flags that `call` and `explain` share.
use super::error::Error;
use crate::model::facts::Operation;
use crate::model::json;
use crate::ops::Siesta;
use crate::ops::calls::typed_arguments;
use clap::Args;
use serde_json::{Map, Value};
use std::io::Read;

#[derive(Debug, Args)]
pub(super) struct OnBehalfArgs {
    /// The agent that asks
    #[arg(long, value_name = "AGENT")]
    pub agent: String,
    /// The user on whose behalf it asks
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// The team whose budget is used
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
}

/// A function's arguments.
#[derive(Debug, Args)]
pub(super) struct ArgumentArgs {
    /// An argument, as NAME=VALUE; may be repeated
    #[arg(long = "arg", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub pairs: Vec<(String, String)>,
    /// All arguments as a JSON object: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE|-", conflicts_with = "pairs")]
    pub args: Option<String>,
}

pub(super) fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("NAME=VALUE".to_owned()),
    }
}

/// The largest document of arguments that is read: the largest payload there may be (decisions.md, R22).
const LARGEST_ARGUMENTS: u64 = 10 * 1024 * 1024;

impl ArgumentArgs {
    /// The operation these arguments make of a function.
    pub fn operation(&self, siesta: &Siesta, connection: &str, function: &str) -> Result<Operation, Error> {
        let arguments = match &self.args {
            None => typed_arguments(siesta, connection, function, &self.pairs)?,
            Some(from) => read(from)?,
        };
        Ok(Operation::Function { name: function.to_owned(), arguments })
    }
}

/// What a flag names: @FILE, or - for standard input.
pub(super) fn read_bytes(from: &str, flag: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = match from.strip_prefix('@') {
        Some(path) => std::fs::File::open(path).and_then(|file| file.take(LARGEST_ARGUMENTS).read_to_end(&mut bytes)),
        None if from == "-" => std::io::stdin().take(LARGEST_ARGUMENTS).read_to_end(&mut bytes),
        None => {
            return Err(
                Error::usage(format!("{flag} takes @FILE, or - for standard input")).hint(format!("{flag} @FILE"))
            );
        }
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Error::usage(format!("what {flag} names cannot be read")).cause(error.kind().to_string())),
    }
}

fn read(from: &str) -> Result<Map<String, Value>, Error> {
    let refused = |what: &str, why: String| Error::usage(format!("the arguments {what}")).cause(why);
    let mut text = String::new();
    let read = match from.strip_prefix('@') {
        Some(path) => std::fs::File::open(path).and_then(|file| file.take(LARGEST_ARGUMENTS).read_to_string(&mut text)),
        None if from == "-" => std::io::stdin().take(LARGEST_ARGUMENTS).read_to_string(&mut text),
        None => {
            return Err(Error::usage("--args takes @FILE, or - for standard input")
                .hint("--arg NAME=VALUE        (for a single argument)"));
        }
    };
    read.map_err(|error| refused("cannot be read", error.kind().to_string()))?;
    match json::parse(&text).map_err(|error| refused("are not sound", error.to_string()))? {
        Value::Object(arguments) => Ok(arguments),
        _ => Err(refused("are not a JSON object", "they are another kind of value".to_owned())),
    }
}
