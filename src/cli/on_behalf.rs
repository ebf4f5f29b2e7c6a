//! Who asks and on whose behalf: the flags that `call` and `explain` share.
use super::error::Error;
use super::unread::why;
use crate::model::facts::Operation;
use crate::model::json;
use crate::ops::Siesta;
use crate::ops::calls::{file_arguments, typed_arguments};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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
    /// An argument, as NAME=VALUE, or NAME=@FILE for one that is a file; may be repeated
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

/// The largest document of arguments, body or file that is read: it stands in memory several times, and in the store
/// until it has run. What may be sent is the policy's to say (decisions.md, R22).
const LARGEST: u64 = 64 * 1024 * 1024;

impl ArgumentArgs {
    /// The operation these arguments make of a function.
    pub fn operation(self, siesta: &Siesta, connection: &str, function: &str) -> Result<Operation, Error> {
        let arguments = match &self.args {
            None => {
                let files = file_arguments(siesta, connection, function)?;
                let pairs = self.pairs.into_iter().map(|(name, value)| match value.strip_prefix('@') {
                    Some(_) if files.contains(&name) => {
                        let bytes = read_bytes(&value, &format!("--arg {name}="))?;
                        Ok((name, STANDARD.encode(bytes)))
                    }
                    _ => Ok((name, value)),
                });
                typed_arguments(siesta, connection, function, &pairs.collect::<Result<Vec<_>, Error>>()?)?
            }
            Some(from) => read(from)?,
        };
        Ok(Operation::Function { name: function.to_owned(), arguments })
    }
}

/// What a flag names: @FILE, or - for standard input.
pub(super) fn read_bytes(from: &str, flag: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let most = LARGEST + 1;
    let (name, read) = match from.strip_prefix('@') {
        Some(path) => (path, std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))),
        None if from == "-" => ("standard input", std::io::stdin().take(most).read_to_end(&mut bytes)),
        None => {
            return Err(Error::usage(format!("{flag} takes @FILE, or - for standard input"))
                .cause(format!("\"{}\" is neither", from.chars().take(80).collect::<String>()))
                .hint(match flag {
                    "--args" => "--args @FILE, or --arg NAME=VALUE        (for a single argument)".to_owned(),
                    _ => format!("{flag} @FILE"),
                }));
        }
    };
    // With `--arg content=` the file follows at once.
    let again = if flag.ends_with('=') {
        format!("{flag}@ANOTHER-FILE")
    } else {
        format!("{flag} @ANOTHER-FILE, or {flag} - < FILE")
    };
    match read {
        // Half of it would be another request.
        Ok(length) if length as u64 > LARGEST => {
            let most = LARGEST / 1024 / 1024;
            Err(Error::usage(format!("{name} is larger than {most} MiB, the most that is sent")).hint(again))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(Error::usage(format!("{name} cannot be read")).cause(why(&error)).hint(again)),
    }
}

fn read(from: &str) -> Result<Map<String, Value>, Error> {
    let again = "--args '@FILE'        (one JSON object: {\"NAME\": VALUE, …}; siesta catalog show SERVICE FUNCTION has its names)";
    let refused = |what: &str, why: String| Error::usage(format!("the arguments {what}")).cause(why).hint(again);
    let text = String::from_utf8(read_bytes(from, "--args")?)
        .map_err(|_| refused("are not sound", "they are not UTF-8".to_owned()))?;
    match json::parse(&text).map_err(|error| refused("are not sound", error.to_string()))? {
        Value::Object(arguments) => Ok(arguments),
        _ => Err(refused("are not a JSON object", "they are another kind of value".to_owned())),
    }
}
