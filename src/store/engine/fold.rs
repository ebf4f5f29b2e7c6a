//! Keeping the log short: the log becomes a delta, a small one on a large one, and what is too large part of a new base.
//!
//! What must stay true: whoever calls this holds the writer's lock, except for the building of a base in
//! [`build_base`]; every step is a file written beside, made durable and renamed, so a process that ends in between
//! leaves the old state or the new one, and files that belong to neither, which the next one sweeps away.
use super::chunks::ChunkFile;
use super::delta;
use super::names::{self, BASE, FOLD, FOLD_HALF, FOLD_LOCK};
use super::pages::{PAGE, Page, Pages};
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::Readers;
use rustix::fs::{FlockOperation, flock};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// When a log becomes a delta, and a delta part of the base (store.md, "Checkpoint").
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// As many frames make a delta: every opening reads and opens each of them. Half of what store.md has: a small delta
    /// written twice as often was not to be seen in what a change takes (`tests/bench/run`), and every other command is
    /// done sooner.
    pub frames: u32,
    /// As many times more may stand in a log while others wait to write: a delta holds them up longer than frames do, and
    /// each of them has to read it. Whoever comes next when nobody waits any more makes one.
    pub patience: u32,
    /// As many bytes of log make a delta.
    pub log: u64,
    /// A delta of no more pages than this is written anew with every log. Every opening looks at each delta, and over a small
    /// one another one is not worth that.
    pub flat: usize,
    /// Over a larger one a second one is written with what changed since, until its pages, squared, are as many times more
    /// than those below; then both become one. The upper one is written anew with every log, half of it on average, the lower
    /// one whenever the upper one is full: together least when upper² = 2 · frames · new pages of a change · lower, and a
    /// change has some three of those (`tests/bench/run`).
    pub tall: usize,
    /// A delta may always be this large, in bytes …
    pub delta_floor: u64,
    /// … and this part of the base.
    pub delta_share: u64,
}

impl Limits {
    pub const USUAL: Limits = Limits {
        frames: 16,
        patience: 16,
        log: 2 * 1024 * 1024,
        flat: 256,
        tall: 96,
        delta_floor: 2 * 1024 * 1024,
        delta_share: 16,
    };
}

/// What a log that has grown is due for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Nothing,
    Delta,
    Fold,
}

impl Pages {
    pub(super) fn due(&self, is_crowded: bool) -> Due {
        // What was read is not what is there: the change was so large that it became a new base.
        if !self.is_begun {
            return Due::Nothing;
        }
        let limits = self.limits;
        let frames = limits.frames * if is_crowded { limits.patience } else { 1 };
        if self.log.frames < frames && self.log.end < limits.log {
            return Due::Nothing;
        }
        let limit = limits.delta_floor.max(self.base.length / limits.delta_share);
        // A command folds by itself only when the delta is far too large: a fold reads and writes everything.
        let (lowest, upper) = (self.deltas.lowest(), self.changed_since_lowest());
        let changed = lowest.len() + upper.iter().filter(|page| lowest.binary_search(page).is_err()).count();
        match changed as u64 * PAGE as u64 > 2 * limit {
            true => Due::Fold,
            false => Due::Delta,
        }
    }

    /// The pages that are not as they are in base and lowest delta.
    fn changed_since_lowest(&self) -> BTreeSet<u32> {
        let in_log = self.ranges.keys().chain(self.current.keys()).copied();
        in_log.chain(self.deltas.upper()).filter(|number| *number <= self.count).collect()
    }

    /// The pages that are not as they are in the base.
    fn changed(&self) -> BTreeSet<u32> {
        let mut all = self.changed_since_lowest();
        all.extend(self.deltas.lowest().iter().filter(|number| **number <= self.count));
        all
    }

    /// Makes a delta of the log: over a large one if it stays small, else one of everything since the base.
    fn write_next_delta(&mut self, readers: &Readers) -> Result<()> {
        let Limits { flat, tall, .. } = self.limits;
        let carrier = self.deltas.carrier().map(|carrier| (*carrier.id(), carrier.head().index.len()));
        if let Some((id, lower)) = carrier.filter(|(_, lower)| *lower > flat) {
            let changed = self.changed_since_lowest();
            if changed.len().pow(2) <= tall * lower {
                return self.write_delta(readers, &id, &changed, false);
            }
        }
        let id = self.base.id;
        self.write_delta(readers, &id, &self.changed(), true)
    }

    /// Whether everything is in the base.
    pub(super) fn is_folded(&self) -> bool {
        self.deltas.is_empty() && self.log.frames == 0
    }

    /// Does what is due, and sweeps up after it.
    pub(super) fn checkpoint(&mut self, readers: &Readers, due: Due) -> Result<()> {
        match due {
            Due::Nothing => return Ok(()),
            Due::Delta => self.write_next_delta(readers)?,
            Due::Fold => self.write_base(readers, self.count, &mut |_, _| {})?,
        }
        self.refresh()?;
        self.sweep(false);
        Ok(())
    }

    /// Writes these pages as the delta that lies on the file with this id. `carries`: another one may lie on it.
    pub(super) fn write_delta(
        &mut self,
        readers: &Readers,
        below: &[u8; 32],
        pages: &BTreeSet<u32>,
        carries: bool,
    ) -> Result<()> {
        let index: Vec<u32> = pages.iter().copied().collect();
        let mut salt = [0; delta::SALT];
        getrandom::fill(&mut salt).map_err(|e| Error::io("cannot draw random bytes")(std::io::Error::other(e)))?;
        let (head, _) = delta::head(carries, below, &self.secret, &salt, self.seq(), self.count, &index);
        let path = self.dir.join(names::delta(below));
        // Or megabytes of it would stay in memory.
        self.deltas.read_through(true);
        let mut failure = None;
        let written = file::replace(&path, |out| {
            readers.seal(out, |sealed| {
                sealed.write_all(&head)?;
                let mut page = Page::new([0; PAGE]);
                for number in &index {
                    if let Err(error) = self.read_page(*number, 0, &mut *page) {
                        failure = Some(error);
                        return Err(std::io::Error::other("a page cannot be read"));
                    }
                    sealed.write_all(&page[..])?;
                }
                Ok(())
            })
        });
        self.deltas.read_through(false);
        failure.map_or(written, Err)
    }

    /// Removes what belongs to another base or another state, and what a process that ended has left half written. With
    /// `everything`, also copies that are kept for a way back: nothing older than this state stays.
    pub(super) fn sweep(&self, everything: bool) {
        let own: Vec<&PathBuf> = self.deltas.paths().chain([&self.log.path]).collect();
        let is_folding = is_held(&self.dir.join(FOLD_LOCK));
        let Ok(entries) = std::fs::read_dir(&self.dir) else { return };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Some(name) = name.to_str() else { continue };
            let is_older = match name {
                FOLD | FOLD_HALF => everything || !is_folding,
                _ => names::is_derived(name) || everything && names::is_kept(name),
            };
            if is_older && !own.contains(&&path) {
                // What cannot be removed now belongs to nobody and is tried again the next time.
                let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { file::remove(&path) };
            }
        }
    }

    /// Builds a new base from this snapshot in a file beside the old one, without the writer's lock.
    pub(super) fn build_base(&mut self, readers: &Readers, progress: &mut dyn FnMut(u32, u32)) -> Result<()> {
        let path = self.dir.join(FOLD);
        self.write_pages(&path, readers, self.count, &BTreeMap::new(), progress)
    }

    /// Puts the base that [`Pages::build_base`] has made in the place of the old one, with what was committed since as
    /// its delta. The caller holds the writer's lock; `built_from` is the state it was built from. False when the old
    /// base is no longer the one it was built from.
    pub(super) fn adopt_base(&mut self, readers: &Readers, built_from: &Snapshot) -> Result<bool> {
        self.refresh()?;
        let path = self.dir.join(FOLD);
        let is_same_base = self.base.id == built_from.base_id;
        let Some(built) = ChunkFile::open(&self.key, &self.shared, &path)?.filter(|_| is_same_base) else {
            return Ok(false);
        };
        if self.seq() != built_from.seq {
            // First, because its name bears the new base's id: nobody looks at it before the rename.
            self.write_delta(readers, &built.id, &self.changed(), true)?;
        }
        file::rename(&path, &self.dir.join(BASE))?;
        self.refresh()?;
        self.sweep(false);
        Ok(true)
    }

    /// Puts a base with other places for its pages in the place of the old one. The caller holds the writer's lock. False
    /// when the newest state is not the one it was copied from: what was written since does not fit.
    pub(super) fn adopt_laid(&mut self, from: &Snapshot) -> Result<bool> {
        self.refresh()?;
        let path = self.dir.join(FOLD);
        let is_there = ChunkFile::open(&self.key, &self.shared, &path)?.is_some();
        if !is_there || self.snapshot() != *from {
            return Ok(false);
        }
        file::rename(&path, &self.dir.join(BASE))?;
        self.refresh()?;
        self.sweep(false);
        Ok(true)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot { base_id: self.base.id, seq: self.seq() }
    }
}

/// Which state a base was built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Snapshot {
    base_id: [u8; 32],
    pub seq: u32,
}

fn is_held(path: &Path) -> bool {
    let Ok(Some(file)) = file::open(path) else { return false };
    matches!(flock(&file, FlockOperation::NonBlockingLockShared), Err(rustix::io::Errno::WOULDBLOCK))
}
