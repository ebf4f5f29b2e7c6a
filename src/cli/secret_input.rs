//! The ways a secret comes in: a prompt without echo, stdin, a file, a file descriptor. Never an argument.
//!
//! What must stay true: the bytes live in one buffer that never grows (growing would leave a copy behind) and is wiped;
//! exactly one line break at the end is dropped, because `echo` and editors add one; anything else odd is refused
//! rather than repaired, because a key with a stray character fails much later, at the provider, and is blamed on it.
use super::error::Error;
use super::exit::Exit;
use super::ui::Ui;
use crate::model::secret::Secret;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use std::fs::File;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The longest secret of any catalogued service is a 4 KiB token; sixteen times that is a mistake, such as the wrong file.
const LARGEST: usize = 64 * 1024;

/// Which secret a set of flags is for.
pub trait SecretName: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// What a person calls it in a message.
    const WHAT: &'static str;
    const STDIN: &'static str;
    const FILE: &'static str;
    const FD: &'static str;
    const GROUP: &'static str;
}

/// `--secret-stdin`, `--secret-file`, `--secret-fd`: a connection's API key, token or password.
#[derive(Debug, Clone)]
pub struct ConnectionSecret;

impl SecretName for ConnectionSecret {
    const WHAT: &'static str = "secret";
    const STDIN: &'static str = "secret-stdin";
    const FILE: &'static str = "secret-file";
    const FD: &'static str = "secret-fd";
    const GROUP: &'static str = "secret-source";
}

/// `--client-secret-stdin`, …: the secret of an OAuth client.
#[derive(Debug, Clone)]
pub struct ClientSecret;

impl SecretName for ClientSecret {
    const WHAT: &'static str = "client secret";
    const STDIN: &'static str = "client-secret-stdin";
    const FILE: &'static str = "client-secret-file";
    const FD: &'static str = "client-secret-fd";
    const GROUP: &'static str = "client-secret-source";
}

/// The flags, to be flattened into a command's arguments.
#[derive(Debug, Clone)]
pub struct SecretArgs<N: SecretName = ConnectionSecret> {
    stdin: bool,
    file: Option<PathBuf>,
    fd: Option<u32>,
    name: PhantomData<N>,
}

impl<N: SecretName> SecretArgs<N> {
    /// Whether one of the flags was given.
    pub fn is_given(&self) -> bool {
        self.stdin || self.file.is_some() || self.fd.is_some()
    }

    /// The secret from where the flags say, or from a prompt.
    pub fn read(&self, ui: &mut Ui, question: &str) -> Result<Secret, Error> {
        match self.read_if_given(ui, question)? {
            Some(secret) => Ok(secret),
            None => ui.ask_secret(question, &format!("--{}", N::STDIN)),
        }
    }

    /// The secret from where the flags say; none of them given is no secret.
    pub fn read_if_given(&self, ui: &mut Ui, question: &str) -> Result<Option<Secret>, Error> {
        if self.stdin {
            // Typed on a terminal it would be echoed; without anyone to ask, waiting for it would hang.
            if ui.stdin_is_terminal() {
                return ui.ask_secret(question, &format!("--{}", N::FILE)).map(Some);
            }
            return from_reader(io::stdin().lock(), "stdin").map(Some);
        }
        if let Some(path) = &self.file {
            return from_file(path, N::WHAT).map(Some);
        }
        if let Some(fd) = self.fd {
            let from = format!("file descriptor {fd}");
            let file = File::open(format!("/dev/fd/{fd}")).map_err(|error| {
                Error::usage(format!("the {} cannot be read from {from}", N::WHAT))
                    .cause(error)
                    .hint(format!("open it in the shell: siesta … --{} {fd} {fd}<FILE", N::FD))
            })?;
            return from_reader(file, &from).map(Some);
        }
        Ok(None)
    }
}

/// The secret in a file.
pub(super) fn from_file(path: &Path, what: &str) -> Result<Secret, Error> {
    let from = path.display().to_string();
    let file = File::open(path).map_err(|error| {
        let exit = if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Failure };
        Error::new(exit, format!("the {what} cannot be read from {from}")).cause(error)
    })?;
    from_reader(file, &from)
}

/// All of a stream, as one secret.
fn from_reader(mut reader: impl Read, from: &str) -> Result<Secret, Error> {
    // Room for the largest, its line break, and one byte that tells that there was more.
    let mut buffer = Zeroizing::new(vec![0; LARGEST + 3]);
    let mut length = 0;
    while length < buffer.len() {
        match reader.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(Error::new(Exit::Failure, format!("the secret cannot be read from {from}")).cause(error));
            }
        }
    }
    let bytes = &buffer[..length];
    let bytes = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    checked(bytes, from)
}

/// The bytes as a secret, or what is wrong with them, without repeating them.
pub(super) fn checked(bytes: &[u8], from: &str) -> Result<Secret, Error> {
    let refused = |cause: &str| Error::usage(format!("{from} holds no usable secret")).code("bad-secret").cause(cause);
    if bytes.is_empty() {
        return Err(refused("it is empty"));
    }
    if bytes.len() > LARGEST {
        return Err(refused("it is longer than 64 KiB"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| refused("it is not text"))?;
    // A key file is a document of several lines; no key begins like one.
    let is_document = text.trim_start().starts_with('{');
    let is_stray = |c: char| c.is_control() && !(is_document && matches!(c, '\n' | '\r' | '\t'));
    if text.chars().any(is_stray) {
        return Err(refused("it has a line break or another control character inside"));
    }
    // Of exactly its own size, so that boxing it inside `Secret` moves nothing and leaves no copy.
    let mut exact = String::with_capacity(text.len());
    exact.push_str(text);
    Ok(Secret::new(exact))
}

impl<N: SecretName> clap::FromArgMatches for SecretArgs<N> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(SecretArgs {
            stdin: matches.get_flag(N::STDIN),
            file: matches.get_one::<PathBuf>(N::FILE).cloned(),
            fd: matches.get_one::<u32>(N::FD).copied(),
            name: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<N: SecretName> clap::Args for SecretArgs<N> {
    fn augment_args(command: Command) -> Command {
        let arg = |long: &'static str| Arg::new(long).long(long).group(N::GROUP);
        command
            .arg(arg(N::STDIN).action(ArgAction::SetTrue).help(format!("Read the {} from stdin", N::WHAT)))
            .arg(
                arg(N::FILE)
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help(format!("Read the {} from a file", N::WHAT)),
            )
            .arg(
                arg(N::FD)
                    .value_name("N")
                    .value_parser(value_parser!(u32))
                    .help(format!("Read the {} from an open file descriptor", N::WHAT)),
            )
            .group(ArgGroup::new(N::GROUP).multiple(false))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::format::Format;
    use crate::cli::ui::heard::ui;
    use clap::Parser;
    use std::io::Write;

    fn is(secret: &Secret, text: &str) -> bool {
        secret.matches(&Secret::new(text.to_owned()))
    }

    #[test]
    fn exactly_one_line_break_at_the_end_is_dropped() {
        for bytes in ["key", "key\n", "key\r\n"] {
            assert!(is(&from_reader(bytes.as_bytes(), "stdin").unwrap(), "key"), "{bytes:?}");
        }
        assert!(is(&from_reader(&b"key \n"[..], "stdin").unwrap(), "key "));
    }

    #[test]
    fn what_cannot_be_a_secret_is_refused_without_repeating_it() {
        let too_long = "x".repeat(LARGEST + 1);
        let cases: [(&[u8], &str); 8] = [
            (b"", "it is empty"),
            (b"\n", "it is empty"),
            (b"canary\n\n", "it has a line break or another control character inside"),
            (b"can\nary", "it has a line break or another control character inside"),
            (b"canary\r", "it has a line break or another control character inside"),
            (b"canary\0", "it has a line break or another control character inside"),
            (b"canary\xff", "it is not text"),
            (too_long.as_bytes(), "it is longer than 64 KiB"),
        ];
        for (bytes, cause) in cases {
            let error = from_reader(bytes, "stdin").unwrap_err();
            assert_eq!((error.exit, error.cause.as_deref()), (Exit::Usage, Some(cause)));
            assert!(!error.to_string().contains("canary"));
        }
        let largest = format!("{}\r\n", "x".repeat(LARGEST));
        assert!(from_reader(largest.as_bytes(), "stdin").is_ok());
    }

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        secret: SecretArgs,
        #[command(flatten)]
        client_secret: SecretArgs<ClientSecret>,
    }

    #[test]
    fn a_file_is_read_and_two_sources_are_refused() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"from-file\n").unwrap();
        let path = file.path().to_str().unwrap();
        let (mut ui, _, _) = ui(Format::Table);

        let line = Line::try_parse_from(["x", "--client-secret-file", path]).unwrap();
        assert!(!line.secret.is_given());
        assert!(is(&line.client_secret.read(&mut ui, "Client secret").unwrap(), "from-file"));
        assert!(line.secret.read_if_given(&mut ui, "API key").unwrap().is_none());

        Line::try_parse_from(["x", "--secret-stdin", "--secret-fd", "3"]).unwrap_err();
        Line::try_parse_from(["x", "--secret-stdin", "--client-secret-fd", "3"]).unwrap();
    }

    #[test]
    fn a_missing_file_and_a_closed_descriptor_are_named() {
        let (mut ui, _, _) = ui(Format::Table);
        let line = Line::try_parse_from(["x", "--secret-file", "/nowhere/key"]).unwrap();
        let error = line.secret.read(&mut ui, "API key").unwrap_err();
        assert_eq!(
            (error.exit, error.message.as_str()),
            (Exit::NotFound, "the secret cannot be read from /nowhere/key")
        );
        let line = Line::try_parse_from(["x", "--secret-fd", "987"]).unwrap();
        assert_eq!(line.secret.read(&mut ui, "API key").unwrap_err().exit, Exit::Usage);
    }
}
