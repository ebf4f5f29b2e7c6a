//! A store as one age file elsewhere: written, looked at again, put in its place.
//!
//! What must stay true: a backup takes its name only after it has been read back whole, and a name that was there is
//! never overwritten but moved on; whatever fails before leaves the files as they were. What is deleted in the store is
//! in no page of a backup made after it (`secure_delete`), and delta and log are folded in.
use crate::model::soundness::{Phase, State};
use crate::store::engine::{BASE, Engine};
use crate::store::error::{Error, Result};
use crate::store::seal::Key;
use crate::store::trust::{Position, StoreSecret};
use crate::store::verify::{self, Progress};
use crate::store::{ReadTx, Store, file, secret_file};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What every age file begins with (age specification v1).
const AGE_MAGIC: &[u8; 21] = b"age-encryption.org/v1";

/// An age file that holds a whole store.
pub struct BackupFile {
    pub path: PathBuf,
    pub(super) key: Arc<Key>,
    /// The one inside.
    pub(super) secret: StoreSecret,
    pub position: Position,
    engine: Engine,
}

impl BackupFile {
    /// Opens a file with the key of a store, without a word about whose it is.
    pub(super) fn open(key: Arc<Key>, path: &Path) -> Result<BackupFile> {
        if !path.exists() {
            return Err(Error::NotFound { noun: "file", name: path.display().to_string() });
        }
        // No delta and no log can be there: a file has no directory below it.
        let nowhere = path.parent().unwrap_or(Path::new(".")).join(".siesta-no-such-directory");
        let unknown = StoreSecret { store_id: Uuid::nil(), secret: Zeroizing::new([0; 32]) };
        let engine = Engine::over(&nowhere, path, Arc::clone(&key), unknown, String::new());
        let opened = engine.read(|database, seq| {
            let tx = ReadTx::new(database);
            let position = Position::new(seq, tx.audit_head()?);
            Ok((tx.find_meta("store_id")?, tx.find_meta("store_secret")?, position))
        });
        let (store_id, secret, position) = opened.map_err(|error| about(path, error))?;
        let no_store = || Error::BackupDamaged { path: path.to_owned(), what: "it holds no store".to_owned() };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        let store_id: Uuid = store_id.and_then(text).and_then(|id| id.parse().ok()).ok_or_else(no_store)?;
        let secret: [u8; 32] = secret.and_then(|bytes| bytes.try_into().ok()).ok_or_else(no_store)?;
        let secret = StoreSecret { store_id, secret: Zeroizing::new(secret) };
        let backup = BackupFile { path: path.to_owned(), key, secret, position, engine };
        backup.must_be_alone()?;
        Ok(backup)
    }

    /// A copy of a store's directory has later changes beside this file. Taken alone it would be an older state, and
    /// nobody would have said so.
    fn must_be_alone(&self) -> Result<()> {
        let is_base = self.path.file_name().is_some_and(|name| name == BASE);
        let beside = self.path.parent().filter(|_| is_base).and_then(|dir| std::fs::read_dir(dir).ok());
        let begins = format!("{BASE}-");
        let later = beside.into_iter().flatten().flatten().find(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with(&begins) && (name.ends_with(".delta") || name.ends_with(".log"))
        });
        match later {
            None => Ok(()),
            Some(entry) => {
                let what = format!("{} beside it may hold later changes", entry.file_name().to_string_lossy());
                Err(Error::BackupDamaged { path: self.path.clone(), what })
            }
        }
    }

    pub fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        self.engine.read(|database, _| read(&ReadTx::new(database))).map_err(|error| about(&self.path, error))
    }

    pub fn fingerprint(&self) -> String {
        self.secret.fingerprint()
    }

    pub fn store_id(&self) -> Uuid {
        self.secret.store_id
    }

    /// Opens every chunk, and asks SQLite and the audit's chain.
    pub fn verify(&self, progress: Progress<'_>) -> Result<()> {
        let opened = self.engine.verify_files(&mut |done, all| progress(Phase::Chunks, done, all));
        opened.map_err(|error| about(&self.path, error))?;
        let parts = verify::inside(&self.engine, progress).map_err(|error| about(&self.path, error))?;
        match parts.iter().find(|part| part.state == State::Broken) {
            Some(part) => Err(Error::BackupDamaged { path: self.path.clone(), what: part.what.clone() }),
            None => Ok(()),
        }
    }
}

/// The same trouble, said of the file and not of the store.
fn about(path: &Path, error: Error) -> Error {
    match error {
        Error::WrongKey { .. } => Error::WrongKeyForFile { path: path.to_owned() },
        Error::Damaged { what } => Error::BackupDamaged { path: path.to_owned(), what },
        Error::Sql(source) if crate::store::is_damage(&source) => {
            Error::BackupDamaged { path: path.to_owned(), what: "what is inside is not a store".to_owned() }
        }
        other => other,
    }
}

/// What a backup has become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    pub path: PathBuf,
    pub size: u64,
    pub position: Position,
    /// Where the earlier ones are now, the newest first.
    pub earlier: Vec<PathBuf>,
}

impl Store {
    /// Writes the newest state to `path`. With `keep`, so many are kept: what has the name now becomes NAME.1, and so on.
    /// `recorded` is called when the file is written and has been verified, before it gets its name.
    pub fn back_up<E: From<Error>>(
        &self,
        path: &Path,
        keep: Option<u32>,
        progress: Progress<'_>,
        recorded: impl FnOnce(&Position, &Path) -> std::result::Result<(), E>,
    ) -> std::result::Result<BackedUp, E> {
        let path = self.place_of_backup(path)?;
        if keep.is_none() && path.symlink_metadata().is_ok() {
            return Err(taken(&path).into());
        }
        // Of this process alone: two backups to one name at once must not write over each other.
        let beside = suffixed(&path, &format!(".{}.part", std::process::id()));
        let made = self.write_backup(&beside, progress).map_err(E::from).and_then(|(position, size)| {
            recorded(&position, &path)?;
            let earlier = put_in_place(&beside, &path, keep)?;
            Ok(BackedUp { path: path.clone(), size, position, earlier })
        });
        if made.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        made
    }

    fn write_backup(&self, beside: &Path, progress: Progress<'_>) -> Result<(Position, u64)> {
        let mut pages = |done: u32, all: u32| progress(Phase::Chunks, done.into(), all.into());
        let position = self.engine.write_whole(beside, &mut pages, |database, seq| {
            Ok(Position::new(seq, ReadTx::new(database).audit_head()?))
        })?;
        let written = BackupFile::open(Arc::clone(self.engine.key()), beside)?;
        written.verify(progress)?;
        if written.position != position || *written.secret.secret != *self.secret.secret {
            let what = "it is not the state that was to be written".to_owned();
            return Err(Error::BackupDamaged { path: beside.to_owned(), what });
        }
        let size = beside.metadata().map_err(Error::io(format!("cannot read {}", beside.display())))?.len();
        Ok((position, size))
    }

    /// Where a backup goes, without links above it. Inside the store's directory it would be lost with the store.
    fn place_of_backup(&self, path: &Path) -> Result<PathBuf> {
        let path = std::path::absolute(path).map_err(Error::io(format!("cannot reach {}", path.display())))?;
        let refused = |what: &str| Error::Refused { what: format!("{} {what}", path.display()) };
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(refused("names no file"));
        };
        if path.is_dir() {
            return Err(refused("is a directory; a backup is one file"));
        }
        let parent = parent.canonicalize().map_err(Error::io(format!("cannot reach {}", parent.display())))?;
        match parent.starts_with(&self.canonical) {
            true => Err(refused("is in the store's own directory, and would be lost with it")),
            false => Ok(parent.join(name)),
        }
    }
}

fn taken(path: &Path) -> Error {
    Error::Taken { noun: "file", name: path.display().to_string() }
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Gives a file its name; what had the name, and what had it before that, is moved on by one.
fn put_in_place(beside: &Path, path: &Path, keep: Option<u32>) -> Result<Vec<PathBuf>> {
    let failed = || Error::io(format!("cannot write {}", path.display()));
    let earlier = match keep {
        // The new one takes the place of the only one, in one step.
        Some(1) => {
            must_be_a_backup(path)?;
            std::fs::rename(beside, path).map_err(failed())?;
            return file::sync_parent(path).map(|()| Vec::new());
        }
        Some(keep) => move_on(path, keep)?,
        None => Vec::new(),
    };
    // In the moment before it was free; somebody else's file is not overwritten even so.
    match renameat_with(CWD, beside, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        Err(rustix::io::Errno::EXIST) => return Err(taken(path)),
        // A file system without that step.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            if path.symlink_metadata().is_ok() {
                return Err(taken(path));
            }
            std::fs::rename(beside, path).map_err(failed())?;
        }
        Err(error) => return Err(failed()(error.into())),
    }
    file::sync_parent(path)?;
    Ok(earlier)
}

/// FILE becomes FILE.1, FILE.1 becomes FILE.2, and so on; the one that is too many is overwritten by the one before it.
fn move_on(path: &Path, keep: u32) -> Result<Vec<PathBuf>> {
    let numbered = |n: u32| match n {
        0 => path.to_owned(),
        n => suffixed(path, &format!(".{n}")),
    };
    let there = (0..keep).take_while(|n| numbered(*n).symlink_metadata().is_ok()).count();
    let there = u32::try_from(there).unwrap_or(keep);
    if there == keep {
        must_be_a_backup(&numbered(keep - 1))?;
    }
    let mut earlier = Vec::new();
    // From the oldest on, so that a process that ends in between has lost none but the one that was one too many.
    for n in (0..there).rev().filter(|n| n + 1 < keep) {
        let (from, to) = (numbered(n), numbered(n + 1));
        std::fs::rename(&from, &to).map_err(Error::io(format!("cannot move {} on", from.display())))?;
        earlier.insert(0, to);
    }
    Ok(earlier)
}

/// What is about to be overwritten must be of our kind: a mistyped name must not cost somebody's letter.
fn must_be_a_backup(path: &Path) -> Result<()> {
    let Some(mut there) = file::open(path)? else { return Ok(()) };
    let mut start = [0; AGE_MAGIC.len()];
    let is_age = std::io::Read::read_exact(&mut there, &mut start).is_ok() && start == *AGE_MAGIC;
    match is_age {
        true => Ok(()),
        false => Err(Error::Refused { what: format!("{} is not a backup, and is not overwritten", path.display()) }),
    }
}

impl BackupFile {
    /// The engine that writes what follows from this file to a directory of its own.
    pub(super) fn continued_in(&self, dir: &Path, holder: &str) -> Engine {
        Engine::over(dir, &self.path, Arc::clone(&self.key), self.secret.clone(), holder.to_owned())
    }

    /// The secret in `store.secret` beside a store, where it can be read.
    pub(super) fn secret_of(dir: &Path, key: &Key) -> Option<StoreSecret> {
        secret_file::read(dir, key).ok()
    }
}
