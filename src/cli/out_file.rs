//! The file an answer goes to, made before the call.
//!
//! What must stay true: a call is never made twice because its answer had nowhere to go. The file is opened first, never
//! over something that is there, and goes away again when no answer came.
use super::error::Error;
use super::exit::Exit;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(super) struct OutFile {
    path: PathBuf,
    /// Taken when it has been written.
    file: Option<File>,
    /// The first thing that went wrong with a piece.
    failed: Option<ErrorKind>,
}

impl OutFile {
    /// None: the answer goes to standard output, because nothing else was asked for, or `-` was.
    pub(super) fn make(asked: Option<&Path>) -> Result<Option<OutFile>, Error> {
        let Some(path) = asked.filter(|path| *path != Path::new("-")) else { return Ok(None) };
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(file) => Ok(Some(OutFile { path: path.to_owned(), file: Some(file), failed: None })),
            Err(error) => {
                let exit = if error.kind() == ErrorKind::AlreadyExists { Exit::Conflict } else { Exit::Failure };
                Err(Error::new(exit, format!("cannot write {}", path.display()))
                    .cause(error.kind())
                    .hint("--out ANOTHER-FILE        (nothing was sent)"))
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a piece of an answer that comes bit by bit; what goes wrong is told at the end.
    pub(super) fn append(&mut self, piece: &[u8]) {
        if let (None, Some(file)) = (self.failed, self.file.as_mut()) {
            self.failed = file.write_all(piece).err().map(|error| error.kind());
        }
    }

    /// The end of an answer that came bit by bit.
    pub(super) fn close(mut self, execution: &str) -> Result<(), Error> {
        match self.failed {
            Some(kind) => Err(Error::new(Exit::Failure, format!("cannot write {}", self.path.display()))
                .cause(kind)
                .hint(format!("siesta executions show {execution}        (the call was made)"))),
            None => {
                self.file = None;
                Ok(())
            }
        }
    }

    /// Writes the answer of an execution, which stays readable in the store if this fails.
    pub(super) fn write(mut self, bytes: &[u8], execution: &str) -> Result<(), Error> {
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes));
        written.map_err(|error| {
            Error::new(Exit::Failure, format!("cannot write {}", self.path.display()))
                .cause(error.kind())
                .hint(format!("siesta executions show {execution} --json        (the call was made; do not repeat it)"))
        })?;
        self.file = None;
        Ok(())
    }
}

impl Drop for OutFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
