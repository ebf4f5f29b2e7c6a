//! Under sudo: an account says who acts, and the process has rights which that account has not.
//!
//! What must stay true: sudo lends an agent the right to open one store under the decision, and nothing else. So under
//! sudo the store and its key are those of the account that holds them, never ones the caller names; and an agent names
//! no file and starts no program, because both would be opened with rights that are not its own: the file could be the
//! key.
use super::environment::Environment;
use super::error::Error;
use super::exit::Exit;
use super::settings::{GlobalArgs, Settings};
use crate::model::people::Account;
use clap::builder::ValueParser;
use clap::{ArgMatches, Command};
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// The code of "an agent starts no program".
pub(super) const NO_PROGRAM: &str = "account_exec";

/// Write permission for everybody.
const FOR_EVERYBODY: u32 = 0o002;

/// Refuses places that somebody else has named: under sudo the configuration, the key and the pins lie where the account
/// that holds the key has them. sudo as it is installed sees to that; one that was told to keep the caller's variables
/// (`-E`, `env_keep`, `SETENV`) would let an agent name the file that says which proxy and which authority are trusted.
pub(super) fn must_keep_to_own_places(environment: &Environment) -> Result<(), Error> {
    let below = |dir: &Option<PathBuf>| dir.as_ref().map(|dir| dir.join("siesta"));
    let config_file = below(&environment.config_dir).map(|dir| dir.join("config.toml"));
    let places = [config_file, below(&environment.data_dir), below(&environment.cache_dir)];
    for place in places.into_iter().flatten() {
        let Some((found, is_there)) = place.ancestors().find_map(|place| Some((place, std::fs::metadata(place).ok()?)))
        else {
            continue;
        };
        let own = [rustix::process::geteuid().as_raw(), 0];
        if !own.contains(&is_there.uid()) || is_there.mode() & FOR_EVERYBODY != 0 {
            return Err(Error::new(Exit::Denied, format!("{} is somebody else's place", found.display()))
                .code("account_place")
                .cause("under sudo the configuration and the store are those of the account that holds the key")
                .hint("sudo without -E, and no HOME or XDG_… in env_keep        (siesta help security)"));
        }
    }
    match &environment.trusted_certificates {
        Some(variable) => Err(Error::new(Exit::Denied, format!("{variable} is not taken under sudo"))
            .code("account_place")
            .cause("whoever names the authorities that are trusted can read what is sent")
            .hint("ca-file in config.toml        (of the account that holds the key)")),
        None => Ok(()),
    }
}

/// The account on whose behalf sudo runs this; none: it is not sudo that runs it.
pub(super) fn of(environment: &Environment) -> Result<Option<Account>, Error> {
    let Some(sudo) = &environment.sudo else { return Ok(None) };
    sudo.account().map(Some).ok_or_else(|| {
        Error::new(Exit::Denied, "nobody can tell whose command this is")
            .code("account_unknown")
            .cause("SUDO_UID is set and is not the number of an account")
            .hint("env -u SUDO_UID siesta …        (as the account that holds the key)")
    })
}

/// Refuses another store than that of the account which holds the key, and another key.
pub(super) fn must_keep_to_the_store(
    args: &GlobalArgs,
    environment: &Environment,
    is_named: bool,
) -> Result<(), Error> {
    let given = [
        ("--store", args.store.is_some() && !is_named),
        ("SIESTA_STORE", args.store.is_none() && environment.store.is_some() && !is_named),
        ("--identity-file", args.identity_file.is_some()),
        ("SIESTA_IDENTITY_FILE", environment.identity_file.is_some()),
        ("--passphrase-file", args.passphrase_file.is_some()),
        ("SIESTA_LOG_FILE", environment.log_file.is_some()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        Some((what @ "SIESTA_LOG_FILE", _)) => Err(Error::new(Exit::Denied, format!("{what} is not taken under sudo"))
            .code("account_file")
            .cause("it would be written as the account that holds the key")
            .hint("log-file in that account's config.toml")),
        Some((what, _)) => Err(Error::new(Exit::Denied, format!("{what} is not taken under sudo"))
            .code("account_store")
            .cause("under sudo the store and its key are those of the account that holds them")
            .hint("siesta --store NAME …        (a name from that account's config.toml)")),
        None => Ok(()),
    }
}

/// The first argument that names a file: one whose value is a path, or one that begins with `@`. `-` is none.
pub(super) fn names_file(command: &Command, matches: &ArgMatches) -> Option<String> {
    let path = ValueParser::path_buf().type_id();
    let mut here = (command, matches);
    loop {
        for argument in here.0.get_arguments() {
            let id = argument.get_id().as_str();
            let Ok(Some(values)) = here.1.try_get_raw(id) else { continue };
            let is_path = argument.get_value_parser().type_id() == path;
            let names = |value: &OsStr| match is_path {
                true => value != "-",
                false => value.as_encoded_bytes().starts_with(b"@") || has_file_after_its_name(value),
            };
            if values.into_iter().any(names) {
                return Some(argument.get_long().map_or_else(|| id.to_uppercase(), |long| format!("--{long}")));
            }
        }
        let (name, deeper) = here.1.subcommand()?;
        here = (here.0.find_subcommand(name)?, deeper);
    }
}

/// The words of a command: `executions show`.
pub(super) fn leaf(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut here = matches;
    while let Some((name, deeper)) = here.subcommand() {
        words.push(name);
        here = deeper;
    }
    words.join(" ")
}

/// Refuses files to the commands that need no store, and so cannot know who acts.
pub(super) fn must_not_write_with_lent_rights(leaf: &str, names_file: Option<&str>) -> Result<(), Error> {
    match names_file.filter(|_| ["man", "completions", "help"].contains(&leaf)) {
        Some(argument) => Err(file_refused(argument)),
        None => Ok(()),
    }
}

fn file_refused(argument: &str) -> Error {
    Error::new(Exit::Denied, format!("{argument} names a file, which an agent does not under sudo"))
        .code("account_file")
        .cause("it would be opened as the account that holds the key")
        .hint("siesta … - < FILE        (the shell opens it as the agent; results go to stdout)")
}

/// `name=@file`.
fn has_file_after_its_name(value: &OsStr) -> bool {
    value.to_str().and_then(|text| text.split_once('=')).is_some_and(|(_, value)| value.starts_with('@'))
}

/// Refuses what would be done with rights that an agent has not. Asked when it is known that an agent acts.
pub(super) fn must_lend_nothing(settings: &Settings, command: &str) -> Result<(), Error> {
    if settings.account.is_none() {
        return Ok(());
    }
    if command == "exec" {
        return Err(Error::new(Exit::Denied, "an agent starts no program under sudo")
            .code(NO_PROGRAM)
            .cause("it would run as the account that holds the key, and could read it")
            .hint("siesta token CONNECTION --agent AGENT        (the program then runs as the agent)"));
    }
    match &settings.names_file {
        Some(argument) => Err(file_refused(argument)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    #[test]
    fn a_path_and_an_at_sign_name_a_file_and_a_dash_does_not() {
        let command = || {
            let out = Arg::new("out").long("out").value_parser(ValueParser::path_buf()).global(true);
            let leaf = Command::new("call").arg(Arg::new("arg").long("arg").num_args(1)).arg(Arg::new("body"));
            Command::new("siesta").arg(out).subcommand(leaf)
        };
        for (line, named) in [
            ("call --out file", Some("--out")),
            ("--out file call", Some("--out")),
            ("call --out -", None),
            ("call --arg a=@key", Some("--arg")),
            ("call @key", Some("BODY")),
            ("call --arg a=b@c -", None),
        ] {
            let mut built = command();
            built.build();
            let words = std::iter::once("siesta").chain(line.split(' '));
            let matches = built.clone().try_get_matches_from(words).unwrap();
            assert_eq!(names_file(&built, &matches).as_deref(), named, "{line}");
        }
    }
}
