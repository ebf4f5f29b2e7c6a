//! What can go wrong on disk, as situations.
use crate::model::json::JsonError;
use std::path::PathBuf;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no store in {}", .dir.display())]
    NoStore { dir: PathBuf },
    #[error("{} holds a store already", .dir.display())]
    Exists { dir: PathBuf },
    #[error("{} is not empty, and a store needs a directory of its own", .dir.display())]
    NotEmpty { dir: PathBuf },
    #[error("no key is recorded for the store in {}", .dir.display())]
    NoKey { dir: PathBuf },
    #[error("the key file {} {why}", .path.display())]
    KeyFile { path: PathBuf, why: String },
    #[error("the key file {} needs its passphrase", .path.display())]
    PassphraseNeeded { path: PathBuf, is_new: bool },
    #[error("the passphrase does not open the key file {}", .path.display())]
    WrongPassphrase { path: PathBuf },
    #[error("the key cannot be had from the {source_word} ({place}): {why}")]
    KeySource { source_word: &'static str, place: String, why: String },
    #[error("the key does not open the store in {}", .dir.display())]
    WrongKey { dir: PathBuf },
    #[error("the key does not open {}", .path.display())]
    WrongKeyForFile { path: PathBuf },
    #[error("the store is damaged: {what}")]
    Damaged { what: String },
    #[error("the backup {} cannot be used: {what}", .path.display())]
    BackupDamaged { path: PathBuf, what: String },
    #[error("{what}")]
    Refused { what: String },
    #[error("the store is from a newer version of siesta (schema {found}; this program knows up to {known})")]
    Newer { found: i64, known: i64 },
    #[error("{} is of a newer version of siesta", .file.display())]
    NewerFormat { file: PathBuf },
    #[error("{} is on a network file system ({kind}), where locks cannot be relied on", .dir.display())]
    NetworkFileSystem { dir: PathBuf, kind: &'static str },
    #[error("nothing says that this store is yours: its fingerprint {fingerprint} is not known here")]
    Untrusted { fingerprint: String },
    #[error("this is another store than the one expected: {what}")]
    Replaced { what: String, pin: Option<PathBuf> },
    #[error("the store has gone back in time: {what}")]
    RolledBack { what: String, pin: PathBuf },
    #[error("another process has been writing for more than {waited_s} s{}", .holder.as_ref().map(|h| format!(" ({h})")).unwrap_or_default())]
    Busy { waited_s: u64, holder: Option<String> },
    #[error("the disk is full")]
    DiskFull,
    #[error("{doing}")]
    Io { doing: String, source: std::io::Error },
    #[error("a statement failed")]
    Sql(#[from] rusqlite::Error),
    #[error("there is no {noun} \"{name}\"")]
    NotFound { noun: &'static str, name: String },
    #[error("{} {noun} \"{name}\" exists already", crate::model::label::article(.noun))]
    Taken { noun: &'static str, name: String },
    #[error("it was changed meanwhile")]
    ChangedMeanwhile,
    #[error("a change without an audit row")]
    Unaudited,
    #[error("a value could not be written as JSON")]
    Json(#[from] JsonError),
}

impl Error {
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Error {
        let doing = doing.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::DiskFull,
            _ => Error::Io { doing, source },
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Error {
        Error::Damaged { what: what.into() }
    }
}

/// Whether a failed statement means that the database is not what this program writes: a page that does not fit, a table
/// or column or index that is gone, a value that cannot be read.
pub fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    use rusqlite::ErrorCode;
    match error {
        E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) | E::InvalidColumnType(..) => true,
        E::InvalidColumnName(_) | E::InvalidColumnIndex(_) | E::Utf8Error(..) => true,
        E::SqliteFailure(failure, words) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                || words.as_deref().is_some_and(names_what_is_gone)
        }
        E::SqlInputError { msg, .. } => names_what_is_gone(msg),
        _ => false,
    }
}

fn names_what_is_gone(words: &str) -> bool {
    ["no such table", "no such column", "no such index", "no query solution"]
        .iter()
        .any(|begins| words.starts_with(begins))
}

pub type Result<T> = std::result::Result<T, Error>;
