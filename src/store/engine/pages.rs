//! The database's pages: base, deltas and log of one directory as a single file that SQLite reads and writes.
//!
//! What must stay true (store.md, "Format" and "Crash rules"):
//! - A page is what the transaction wrote, else what the log says, else the topmost delta that has it, else the base. Base
//!   and deltas never change under their name's inode and the log only grows, so a snapshot stays what it was for as long as
//!   it is held.
//! - The snapshot never moves while SQLite has a lock. It moves when the files are opened, when SQLite takes its shared
//!   lock in a later use, and while a writer waits; under the store's lock it is the newest there is.
//! - Everything a transaction wrote becomes durable in [`Pages::sync`], by one append or one rename (`commit`).
//! - What is damaged is refused. A torn end of the log is cut only by a writer, and only when nothing follows it.
mod commit;

use super::chunks::{Again, ChunkFile, FileId};
use super::deltas::{Deltas, Opener};
use super::fold::Limits;
use super::frame::{self, Chain, LogFault, Scanned};
use super::vfs::{Fault, Level, PageFile};
use super::{BASE, names};
use crate::model::audit::hex;
use crate::model::digest;
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::{self, Begun, Key, Readers, SharedKey};
use crate::store::trust::StoreSecret;
use crate::store::wiped::Wiped;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// SQLite's page size here, in bytes.
pub const PAGE: usize = 4096;
/// A transaction that writes more than this becomes a new base at once (store.md, "Checkpoint").
const LARGEST_FRAME: usize = 16 * 1024 * 1024;
/// Bytes 24..28 of page 1: the file change counter (SQLite file format, section 1.3.8).
const COUNTER_AT: usize = 24;
/// Bytes 28..32 of page 1: the database's size in pages (section 1.3.9).
const SIZE_AT: usize = 28;
/// How often a snapshot is tried while others replace base or delta under it.
const TRIES: usize = 50;

pub use super::room::Page;

pub struct Pages {
    pub(super) dir: PathBuf,
    /// What is read as the base: the one in `dir`, or a backup's file anywhere.
    from: PathBuf,
    pub(super) key: Arc<Key>,
    pub(super) secret: Arc<StoreSecret>,
    /// What the files of the store also open with.
    pub(super) shared: SharedKey,
    pub(super) base: ChunkFile,
    pub(super) deltas: Deltas,
    /// Whether what stands under the log was read to its end.
    pub(super) is_begun: bool,
    pub(super) log: Log,
    chain: Chain,
    /// How many pages the snapshot has.
    pub(super) count: u32,
    /// What the log says about pages that nobody has asked for yet.
    pub(super) ranges: HashMap<u32, Vec<Wiped>>,
    /// Pages with what the log says about them applied.
    pub(super) current: HashMap<u32, Page>,
    dirty: BTreeMap<u32, Page>,
    /// For whom the last frame was sealed.
    pub(super) readers: Option<Readers>,
    /// The beginning of the next frame, where somebody had the time to make it.
    begun: Option<Begun>,
    level: Level,
    /// Opened for the use that is under way: what was read a moment ago is new enough for it.
    pub(super) is_just_opened: bool,
    /// Set while the store's lock is held, by whoever holds it.
    pub(super) commit: Option<Commit>,
    pub(super) limits: Limits,
    /// Why the last page function failed, in full.
    fault: Option<Error>,
    /// The disk did not say whether it kept the last change: nothing more is done with these pages.
    is_spent: bool,
}

/// How the transaction under way is to be made durable.
#[derive(Debug, Default)]
pub struct Commit {
    /// Whom to seal for.
    pub readers: Readers,
    /// Write a new base, so that no older content stays in any file.
    pub as_base: bool,
    /// The sequence number of that base, when it is not the next one.
    pub seq: Option<u32>,
}

/// The log that belongs to base and deltas.
pub(super) struct Log {
    pub path: PathBuf,
    /// Up to here it holds whole frames.
    pub end: u64,
    pub frames: u32,
    /// Whether nothing but zeros follows the whole frames: room for the next ones, and no torn one.
    is_clean: bool,
    /// How long the file was when that was looked at.
    looked_at: u64,
    /// Kept open, so that the number of its inode is not given to another file.
    open: Option<(FileId, File)>,
    /// Whether what is open can be written to.
    is_writable: bool,
}

impl Log {
    fn new(path: PathBuf) -> Log {
        Log { path, end: 0, frames: 0, is_clean: true, looked_at: 0, open: None, is_writable: false }
    }
}

impl Pages {
    /// The newest state of the store in this directory. `from` is its base, or a backup anywhere; what is written goes to
    /// `dir`.
    pub fn open(dir: &Path, from: &Path, key: Arc<Key>, secret: Arc<StoreSecret>, limits: Limits) -> Result<Pages> {
        let shared = secret.shared_key();
        let base = open_base(from, &key, &shared)?;
        let chain = Chain { base_id: base.id, tail: base.id, seq: 0 };
        let mut pages = Pages {
            dir: dir.to_owned(),
            from: from.to_owned(),
            key,
            secret,
            shared,
            base,
            deltas: Deltas::of(dir),
            is_begun: false,
            log: Log::new(PathBuf::new()),
            chain,
            count: 0,
            ranges: HashMap::new(),
            current: HashMap::new(),
            dirty: BTreeMap::new(),
            readers: None,
            begun: None,
            level: Level::None,
            is_just_opened: true,
            commit: None,
            limits,
            fault: None,
            is_spent: false,
        };
        match pages.begin_log() {
            // Somebody folded in between, and the delta lies on a new file already.
            Err(_) if !pages.is_newest()? => {}
            begun => begun?,
        }
        pages.refresh()?;
        Ok(pages)
    }

    pub fn seq(&self) -> u32 {
        self.chain.seq
    }

    /// A mark that this state has and no other: the base's id, that of the topmost delta, which is as good and names what is
    /// below it, and the end of the chain of HMACs that begins there.
    pub fn mark(&self) -> String {
        let delta = self.deltas.top().map_or([0; 32], |delta| *delta.id());
        let of = [&self.chain.base_id[..], &delta, &self.chain.tail, &self.chain.seq.to_be_bytes()];
        hex(&digest::sha256(&of.concat()))
    }

    /// Why the last page function failed.
    pub fn take_fault(&mut self) -> Option<Error> {
        self.fault.take()
    }

    /// Reads what stands under base and log: the deltas, where there are any.
    pub(super) fn begin_log(&mut self) -> Result<()> {
        self.ranges.clear();
        self.current.clear();
        self.is_begun = false;
        let opener = Opener { key: &self.key, shared: &self.shared, secret: &self.secret };
        self.deltas.begin(&self.base.id, opener)?;
        let (seq, tail) = match self.deltas.top() {
            Some(top) => {
                self.count = top.head().pages;
                (top.head().seq, top.head().mac)
            }
            None => {
                let mut header = [0; 32];
                self.base.read(0, &mut header, Again::Likely)?;
                self.count = u32::try_from(self.base.length / PAGE as u64)
                    .map_err(|_| Error::damaged(format!("{BASE} is larger than a database can be")))?;
                (u32_be(&header, COUNTER_AT), self.base.id)
            }
        };
        self.chain = Chain { base_id: self.base.id, tail, seq };
        self.log = Log::new(self.dir.join(names::log(&self.base.id, seq)));
        self.is_begun = true;
        Ok(())
    }

    /// Moves to the newest state.
    pub fn refresh(&mut self) -> Result<()> {
        for attempt in 1..=TRIES {
            match self.try_refresh() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                // Whoever holds no lock may have read the log while a writer cut a torn end and wrote over it. Base and
                // delta never change, so what is wrong with them stays wrong.
                Err(Error::Damaged { .. }) if self.is_begun && self.commit.is_none() && attempt <= 3 => {
                    self.forget()?
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { waited_s: 0, holder: None })
    }

    /// Reads the newest frames ahead of time, while another one has the lock. What looks wrong here is looked at again by
    /// whoever needs it.
    pub fn catch_up(&mut self) {
        // What belongs to another base or delta is read whole now, or it would be under the lock.
        if self.level == Level::None && !self.is_newest().unwrap_or(true) {
            let _ = self.try_refresh();
        }
        while self.level == Level::None && self.is_begun {
            let Some((_, log)) = &self.log.open else { return };
            let mut head = [0; frame::HEAD];
            let Ok(frame::HEAD) = read_up_to(log, &mut head, self.log.end) else { return };
            // Larger ones are left to whoever has the lock.
            let Some(length) = frame::length(&head).filter(|length| *length <= LARGEST_FRAME) else { return };
            let mut bytes = vec![0; length];
            let Ok(read) = read_up_to(log, &mut bytes, self.log.end) else { return };
            let mut chain = self.chain.clone();
            let unseal = |sealed: &[u8]| seal::open_shared(&self.shared, &self.key, sealed);
            // The log that is open may have become a delta by now: its frames are what they were, and the delta is read later.
            match frame::scan_part(&bytes[..read], &mut chain, &self.secret, unseal) {
                Ok(scanned) if scanned.taken > 0 => self.take_in(scanned, chain),
                _ => return,
            }
        }
    }

    fn forget(&mut self) -> Result<()> {
        self.base = open_base(&self.from, &self.key, &self.shared)?;
        match self.begin_log() {
            Err(_) if !self.is_newest()? => Ok(()),
            begun => begun,
        }
    }

    /// One attempt; false when base or deltas were replaced meanwhile.
    fn try_refresh(&mut self) -> Result<bool> {
        if !self.is_begun || !self.is_newest()? {
            if FileId::at(&self.from)? != Some(self.base.file) {
                self.base = open_base(&self.from, &self.key, &self.shared)?;
            }
            match self.begin_log() {
                Err(_) if !self.is_newest()? => return Ok(false),
                begun => begun?,
            }
        }
        // Under the writer's lock nobody else replaces anything.
        if self.commit.is_some() {
            return self.read_log().map(|()| true);
        }
        match self.read_log() {
            Err(_) if !self.is_newest()? => return Ok(false),
            read => read?,
        }
        self.is_newest()
    }

    /// Whether base and deltas are the files that bear their names now.
    pub(super) fn is_newest(&self) -> Result<bool> {
        // In this order, from the top down.
        Ok(self.deltas.are_newest()? && FileId::at(&self.from)? == Some(self.base.file))
    }

    /// Reads the frames that were added to the log.
    fn read_log(&mut self) -> Result<()> {
        let path = &self.log.path;
        let unreadable = || Error::io(format!("cannot read {}", path.display()));
        let there = FileId::at(path)?;
        if self.log.open.as_ref().map(|(id, _)| *id) != there {
            self.must_not_have_begun()?;
            (self.log.is_writable, self.log.looked_at) = (false, 0);
            self.log.open = match file::open(path)? {
                Some(opened) => Some((FileId::of(&opened.metadata().map_err(unreadable())?), opened)),
                None => None,
            };
        }
        let Some((_, reader)) = &self.log.open else { return Ok(()) };
        let length = reader.metadata().map_err(unreadable())?.len();
        if length < self.log.end {
            return Err(self.lost_its_end());
        }
        if length == self.log.end {
            self.log.is_clean = true;
            return Ok(());
        }
        // The next frame begins where there were zeros, and nowhere else.
        let mut head = [0; frame::HEAD];
        let is_same = self.commit.is_none() && self.log.is_clean && length == self.log.looked_at;
        if is_same
            && read_up_to(reader, &mut head, self.log.end).map_err(unreadable())? == head.len()
            && head == [0; frame::HEAD]
        {
            return Ok(());
        }
        let added = usize::try_from(length - self.log.end).map_err(|_| Error::damaged("the log is too long"))?;
        let mut bytes = vec![0; added];
        let read = read_up_to(reader, &mut bytes, self.log.end).map_err(unreadable())?;
        let mut chain = self.chain.clone();
        let unseal = |sealed: &[u8]| seal::open_shared(&self.shared, &self.key, sealed);
        let scanned =
            frame::scan(&bytes[..read], &mut chain, &self.secret, unseal).map_err(|fault| self.log_damage(fault))?;
        let rest = scanned.taken;
        self.take_in(scanned, chain);
        self.log.is_clean = frame::is_room(&bytes[rest..read]);
        self.log.looked_at = length;
        Ok(())
    }

    /// Goes on to the state after these changes.
    fn take_in(&mut self, scanned: Scanned, chain: Chain) {
        for change in scanned.changes {
            self.count = change.pages;
            self.log.frames += 1;
            for (number, ranges) in change.ranges {
                match self.current.get_mut(&number) {
                    Some(page) => frame::patch(page, &ranges),
                    None => self.ranges.entry(number).or_default().push(ranges),
                }
            }
        }
        self.chain = chain;
        self.log.end += scanned.taken as u64;
    }

    fn log_damage(&self, fault: LogFault) -> Error {
        let name = self.log.path.display();
        match fault {
            LogFault::BrokenInside => Error::damaged(format!("{name} is broken before its end")),
            LogFault::Foreign => Error::damaged(format!("{name} holds a change that does not belong to this store")),
            LogFault::Malformed => Error::damaged(format!("{name} holds what is no change")),
            LogFault::Newer => Error::NewerFormat { file: self.log.path.clone() },
        }
    }

    /// A committed page, or part of one: delta or base, with what the log says about it.
    pub(super) fn read_page(&mut self, number: u32, at: usize, out: &mut [u8]) -> Result<()> {
        if let Some(ranges) = self.ranges.remove(&number) {
            let mut page = Page::new([0; PAGE]);
            self.read_lower(number, 0, &mut *page)?;
            ranges.iter().for_each(|ranges| frame::patch(&mut page, ranges));
            self.current.insert(number, page);
        }
        match self.current.get(&number) {
            Some(page) => {
                copy(&page[..], at, out);
                Ok(())
            }
            None => self.read_lower(number, at, out),
        }
    }

    fn read_lower(&mut self, number: u32, at: usize, out: &mut [u8]) -> Result<()> {
        // SQLite keeps what it reads, but for the page that says whether that is still good, and what a transaction changes
        // is compared with what was there.
        let again = match self.commit.is_some() || number == 1 {
            true => Again::Likely,
            false => Again::Unlikely,
        };
        if self.deltas.read(number, at, out, again)? {
            return Ok(());
        }
        let offset = u64::from(number - 1) * PAGE as u64;
        if offset < self.base.length {
            return self.base.read(offset + at as u64, out, again);
        }
        // A page that the database has grown by: before its first change it is empty.
        out.fill(0);
        Ok(())
    }

    fn read_at(&mut self, offset: u64, out: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while done < out.len() {
            let position = offset + done as u64;
            let at = usize::try_from(position % PAGE as u64).unwrap_or(0);
            let Ok(number) = u32::try_from(position / PAGE as u64 + 1) else { break };
            let length = (PAGE - at).min(out.len() - done);
            let part = &mut out[done..done + length];
            match self.dirty.get(&number) {
                Some(page) => copy(&page[..], at, part),
                None if number > self.count => break,
                None => self.read_page(number, at, part)?,
            }
            done += length;
        }
        Ok(done)
    }

    fn lost_its_end(&self) -> Error {
        Error::damaged(format!("{} has lost its end", self.log.path.display()))
    }

    /// Another log in the place of the one that was read is no log to go on with.
    fn must_not_have_begun(&self) -> Result<()> {
        match self.log.end {
            0 => Ok(()),
            _ => Err(Error::damaged(format!("{} was replaced or removed", self.log.path.display()))),
        }
    }
}

impl PageFile for Pages {
    fn read(&mut self, offset: u64, out: &mut [u8]) -> std::result::Result<usize, Fault> {
        let read = self.read_at(offset, out);
        self.told(read)
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) -> std::result::Result<(), Fault> {
        let number = u32::try_from(offset / PAGE as u64 + 1).ok().filter(|_| offset.is_multiple_of(PAGE as u64));
        let (Some(number), Ok(page)) = (number, bytes.try_into()) else { return Err(Fault::Io) };
        if self.commit.is_none() {
            return Err(Fault::Busy);
        }
        self.dirty.insert(number, Page::new(page));
        Ok(())
    }

    fn sync(&mut self) -> std::result::Result<(), Fault> {
        let synced = self.make_durable();
        if synced.is_err() {
            self.dirty.clear();
        }
        self.told(synced)
    }

    fn size(&self) -> u64 {
        let written = self.dirty.keys().next_back().copied().unwrap_or(0);
        u64::from(self.count.max(written)) * PAGE as u64
    }

    fn lock(&mut self, level: Level) -> std::result::Result<(), Fault> {
        // A writer looks again in any case: others may have written before it had the lock.
        let is_new_enough = self.is_just_opened && self.commit.is_none();
        if self.level == Level::None && level >= Level::Shared && !is_new_enough {
            let refreshed = self.refresh();
            self.told(refreshed)?;
        }
        if level == Level::Writing && self.commit.is_none() {
            return Err(Fault::Busy);
        }
        self.level = self.level.max(level);
        Ok(())
    }

    fn unlock(&mut self, level: Level) {
        if level < Level::Writing {
            self.dirty.clear();
        }
        self.level = level;
    }

    fn is_reserved(&self) -> bool {
        self.level == Level::Writing
    }
}

impl Pages {
    /// Keeps the whole story of a failure and gives SQLite its word for it.
    fn told<T>(&mut self, outcome: Result<T>) -> std::result::Result<T, Fault> {
        outcome.map_err(|error| {
            let fault = match &error {
                Error::DiskFull => Fault::Full,
                Error::Busy { .. } => Fault::Busy,
                _ => Fault::Io,
            };
            self.fault = Some(error);
            fault
        })
    }
}

fn open_base(path: &Path, key: &Key, shared: &SharedKey) -> Result<ChunkFile> {
    let missing = || Error::NoStore { dir: path.parent().unwrap_or(path).to_owned() };
    let Some(mut base) = ChunkFile::open_unproved(key, shared, path)? else { return Err(missing()) };
    let mut header = [0; 32];
    if base.length >= PAGE as u64 {
        base.read(0, &mut header, Again::Likely)?;
    }
    // Every base that is written here says in its first page how many there are.
    if base.length == 0 || u64::from(u32_be(&header, SIZE_AT)) * PAGE as u64 != base.length {
        base.prove_length()?;
    }
    let is_whole = base.length.is_multiple_of(PAGE as u64);
    // The page size stands in bytes 16..18 (SQLite file format, section 1.3.2).
    let is_database =
        is_whole && header.starts_with(b"SQLite format 3\0") && header[16..18] == (PAGE as u16).to_be_bytes();
    match is_database {
        true => Ok(base),
        false => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            Err(Error::damaged(format!("what is sealed in {name} is not a SQLite database")))
        }
    }
}

fn read_up_to(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match file.read_at(&mut bytes[done..], at + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn copy(page: &[u8], at: usize, out: &mut [u8]) {
    if let Some(part) = page.get(at..at + out.len()) {
        out.copy_from_slice(part);
    }
}

fn u32_be(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().map_or(0, u32::from_be_bytes)
}
