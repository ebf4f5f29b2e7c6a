//! What a command tells about itself to whoever looks for a fault later: how much, and into which file.
//!
//! What must stay true: a log is made of the words that are said on stderr anyway under -v, of warnings and of errors,
//! and of nothing else: no argument, no answer, no address to open, and so never a secret. The file is made for its
//! owner alone. A log is no evidence: that is the audit, and a line that cannot be written ends no command.
use super::error::Error;
use super::exit::Exit;
use crate::model::time::Timestamp;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

/// How much is told, as -v, -vv and -vvv have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Off,
    /// What was opened, and as whom.
    Info,
    /// Each request.
    Debug,
    /// Where it went.
    Trace,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::Off, Level::Info, Level::Debug, Level::Trace];

    pub fn word(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Info => "info",
            Level::Debug => "debug",
            Level::Trace => "trace",
        }
    }

    /// The level of a word.
    pub fn named(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.word() == word)
    }

    /// The level of so many `-v`.
    pub fn of_flags(count: u8) -> Level {
        match count {
            0 => Level::Off,
            1 => Level::Info,
            2 => Level::Debug,
            _ => Level::Trace,
        }
    }
}

/// A file that lines are added to, from every process that names it.
#[derive(Debug, Clone)]
pub(super) struct Log {
    file: Arc<File>,
    pub level: Level,
}

impl Log {
    /// `source` is what named the file.
    pub fn open(path: &Path, level: Level, source: &str) -> Result<Log, Error> {
        let opened = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            // A pipe that nobody reads would make every command wait.
            .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOFOLLOW)
            .open(path)
            .and_then(|file| match file.metadata()?.is_file() {
                true => Ok(file),
                false => Err(io::Error::other("it is not a file")),
            });
        match opened {
            Ok(file) => Ok(Log { file: Arc::new(file), level }),
            Err(error) => Err(Error::new(Exit::Failure, format!("cannot write the log {}", path.display()))
                .code("log")
                .cause(format!("{error}; it was named by {source}"))
                .hint("name another file there, or none")),
        }
    }

    /// One line: when, which process, what.
    pub fn line(&self, at: Timestamp, words: &str) {
        let pid = std::process::id();
        let text: String = words.lines().map(|line| format!("{at:.3} {pid} {line}\n")).collect();
        // All at once: lines of two processes do not run into each other.
        let _ = (&*self.file).write_all(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn levels_are_the_words_and_the_flags() {
        for (count, level) in (0..).zip(Level::ALL) {
            assert_eq!(Level::named(level.word()), Some(level));
            assert_eq!(Level::of_flags(count), level);
        }
        assert_eq!((Level::named("loud"), Level::of_flags(9)), (None, Level::Trace));
    }

    #[test]
    fn a_log_is_its_owners_and_grows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("siesta.log");
        let at: Timestamp = "2026-11-21T15:00:00.5Z".parse().unwrap();
        for words in ["one", "two\nthree"] {
            Log::open(&path, Level::Info, "a test").unwrap().line(at, words);
        }
        let pid = std::process::id();
        let line = |words| format!("2026-11-21T15:00:00.500Z {pid} {words}\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), [line("one"), line("two"), line("three")].concat());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_link_is_refused_wherever_it_leads() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("precious");
        std::fs::write(&target, "mine").unwrap();
        for (name, to) in [("link", target.clone()), ("dangling", dir.path().join("nowhere"))] {
            let link = dir.path().join(name);
            std::os::unix::fs::symlink(to, &link).unwrap();
            assert_eq!(Log::open(&link, Level::Info, "a test").unwrap_err().code, "log", "{name}");
        }
        assert_eq!(std::fs::read_to_string(target).unwrap(), "mine");
        assert!(!dir.path().join("nowhere").exists());
    }

    #[test]
    fn what_is_no_file_is_refused_without_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let error = Log::open(dir.path(), Level::Info, "environment SIESTA_LOG_FILE").unwrap_err();
        assert_eq!((error.exit, error.code.as_ref()), (Exit::Failure, "log"));
        assert!(error.cause.as_deref().unwrap().contains("SIESTA_LOG_FILE"));
    }
}
