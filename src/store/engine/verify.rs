//! Everything opened once: chunks, frames, the database's own checks.
//!
//! What must stay true: this reads all there is and changes nothing. A piece that is not whole is an error that names
//! its file; the caller says what that means for the store.
use super::Engine;
use super::chunks::ChunkFile;
use super::pages::Pages;
use crate::store::error::{Error, Result};
use crate::store::seal::{Key, SharedKey};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// A file of the store, for as far as it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub path: PathBuf,
    /// Chunks of 64 KiB, or frames.
    pub parts: u64,
}

/// The files a state consists of, all of them whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    pub base: Piece,
    /// From the bottom up.
    pub deltas: Vec<Piece>,
    pub log: Piece,
    pub seq: u32,
}

/// Integrity checks jump between pages; with SQLite's usual cache each jump opens a chunk again (store.md: over 90 s at a
/// million rows, 4 s with this). In KiB, and only as much of it as the database has is ever used.
const CHECKING_CACHE_KIB: u32 = 1024 * 1024;

/// What SQLite has unless told otherwise, in KiB.
const USUAL_CACHE_KIB: u32 = 2000;

impl Engine {
    /// Opens every chunk of base and deltas, and every frame of the log.
    pub fn verify_files(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Sound> {
        /// Whoever writes meanwhile takes files away. Deltas are opened within moments, and a base is seldom replaced.
        const TRIES: usize = 20;
        let opened = self.take_open()?;
        let mut sound = self.try_verify_files(&mut *opened.pages()?, progress);
        for _ in 1..TRIES {
            if sound.is_ok() || opened.pages()?.is_newest()? {
                break;
            }
            sound = self.try_verify_files(&mut *opened.pages()?, progress);
        }
        let sound = sound?;
        self.put_back(opened);
        Ok(sound)
    }

    fn try_verify_files(&self, pages: &mut Pages, progress: &mut dyn FnMut(u64, u64)) -> Result<Sound> {
        // The frames are opened when the snapshot is taken: it could not be read otherwise.
        pages.refresh()?;
        let log = Piece { path: pages.log.path.clone(), parts: pages.log.frames.into() };
        let seq = pages.seq();
        // What is replaced more often first.
        let mut deltas = Vec::new();
        for path in pages.deltas.paths() {
            deltas.push(open_all(&self.key, &pages.shared, path, progress)?);
        }
        let base = open_all(&self.key, &pages.shared, &self.from, progress)?;
        Ok(Sound { base, deltas, log, seq })
    }

    /// Runs `check` with a cache that holds the whole database.
    pub fn read_with_room<T>(&self, check: impl FnOnce(&Connection, u32) -> Result<T>) -> Result<T> {
        let room = |database: &Connection, kib: u32| database.execute_batch(&format!("PRAGMA cache_size = -{kib};"));
        self.read(|database, seq| {
            room(database, CHECKING_CACHE_KIB)?;
            let checked = check(database, seq);
            room(database, USUAL_CACHE_KIB)?;
            checked
        })
    }
}

/// Opens every chunk of a file, which authenticates it.
fn open_all(key: &Key, shared: &SharedKey, path: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Piece> {
    let missing = || Error::damaged(format!("{} is missing", path.display()));
    let mut file = ChunkFile::open(key, shared, path)?.ok_or_else(missing)?;
    let parts = file.chunks();
    for number in 0..parts {
        file.open_once(number)?;
        progress(number + 1, parts);
    }
    Ok(Piece { path: path.to_owned(), parts })
}

/// What `PRAGMA integrity_check` and `PRAGMA foreign_key_check` have to say; nothing: all is well.
pub fn integrity(database: &Connection) -> Result<Vec<String>> {
    let mut statement = database.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// The tables with a row that points to a row that is not there.
pub fn dangling(database: &Connection) -> Result<Vec<String>> {
    let mut statement = database.prepare("PRAGMA foreign_key_check")?;
    let mut tables = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    tables.dedup();
    Ok(tables)
}
