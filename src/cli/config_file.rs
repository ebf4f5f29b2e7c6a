//! `config.toml` as it is written; what it means beside flags and environment is in `settings`.
//!
//! What must stay true: a file that cannot be used, wholly, is an error that names its line; nothing of it is skipped.
use super::environment::Environment;
use super::error::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Some thousand names of stores.
const LARGEST_CONFIG: u64 = 1024 * 1024;

/// `config.toml`. An unknown key is refused: a misspelled one would silently do nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub output: Option<String>,
    pub store: Option<PathBuf>,
    /// Where the values stand is kept: what is wrong with one is known only later.
    pub proxy: Option<Spanned<String>>,
    #[serde(rename = "ca-file")]
    pub ca_file: Option<Spanned<PathBuf>>,
    #[serde(rename = "completion-index")]
    pub completion_index: Option<bool>,
    pub log: Option<String>,
    #[serde(rename = "log-file")]
    pub log_file: Option<PathBuf>,
    /// A program and its arguments.
    #[serde(default)]
    pub notify: Vec<String>,
    #[serde(skip)]
    pub text: String,
    #[serde(default)]
    pub stores: BTreeMap<String, PathBuf>,
}

impl Config {
    pub fn read(path: &Path) -> Result<Config, Error> {
        match text_of(path) {
            // toml::de::Error shows the line it stumbled over; one line of it is enough.
            Ok(text) => match toml::from_str::<Config>(&text) {
                Ok(config) => Ok(Config { text, ..config }),
                Err(error) => Err(match error.span() {
                    Some(span) => refused(path, format!("line {}: {}", line_of(&text, span.start), error.message())),
                    None => refused(path, error.message().to_owned()),
                }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
            Err(error) => Err(refused(path, error.to_string())),
        }
    }
}

/// The whole of a file that is one, and of a size that a person writes: a pipe or a device in its place would make every
/// command wait, and the shell's completion with them.
fn text_of(path: &Path) -> io::Result<String> {
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut text = String::new();
    file.take(LARGEST_CONFIG + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_CONFIG {
        return Err(io::Error::other("it is larger than any configuration is"));
    }
    Ok(text)
}

pub(super) fn refused(path: &Path, cause: String) -> Error {
    Error::usage("config.toml cannot be used").code("config").cause(cause).hint(format!("edit {}", path.display()))
}

/// The line of a place in a text, counted from one.
pub(super) fn line_of(text: &str, place: usize) -> usize {
    1 + text.bytes().take(place).filter(|byte| *byte == b'\n').count()
}

/// A path in config.toml: no shell has expanded `~`, and it counts from the file, not from where we were started.
pub(super) fn from_config(path: &Path, config_file: Option<&Path>, environment: &Environment) -> PathBuf {
    if let (Ok(rest), Some(home)) = (path.strip_prefix("~"), &environment.home) {
        return home.join(rest);
    }
    match config_file.and_then(Path::parent) {
        Some(directory) => directory.join(path),
        None => path.to_owned(),
    }
}
