//! A file that somebody named and that cannot be read: said in one way and with one exit code, whichever command it is for.
use super::error::Error;
use super::exit::Exit;
use std::fmt::Display;
use std::io::{self, ErrorKind};

/// In the words of people, where the library's are those of programs.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::InvalidData => "it is not text".to_owned(),
        kind => kind.to_string(),
    }
}

pub(super) fn unread(file: impl Display, error: &io::Error) -> Error {
    let exit = if error.kind() == ErrorKind::NotFound { Exit::NotFound } else { Exit::Failure };
    Error::new(exit, format!("{file} cannot be read")).cause(why(error))
}
