//! A file that a command writes: whole, or not there.
//!
//! What must stay true: nothing that exists is written over, and what was begun and not finished goes away again.
use super::error::Error;
use super::exit::Exit;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A file that did not exist, and goes away again unless it was finished. Only its owner reads it.
pub(super) struct NewFile {
    path: PathBuf,
    file: Option<File>,
    again: &'static str,
}

impl NewFile {
    /// `again` is what to type when this one cannot be written.
    pub(super) fn make(path: &Path, again: &'static str) -> Result<NewFile, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(file) => Ok(NewFile { path: path.to_owned(), file: Some(file), again }),
            Err(error) => {
                let exit = if error.kind() == ErrorKind::AlreadyExists { Exit::Conflict } else { Exit::Failure };
                Err(Error::new(exit, format!("cannot write {}", path.display())).cause(error.kind()).hint(again))
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes));
        written.map_err(|error| self.trouble(&error))
    }

    pub(super) fn finish(mut self) -> Result<String, Error> {
        let synced = self.file.as_ref().map_or(Ok(()), File::sync_all);
        synced.map_err(|error| self.trouble(&error))?;
        self.file = None;
        Ok(self.path.display().to_string())
    }

    fn trouble(&self, error: &std::io::Error) -> Error {
        Error::new(Exit::Failure, format!("cannot write {}", self.path.display()))
            .cause(error.kind())
            .hint(format!("{}        (nothing is left of this one)", self.again))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
