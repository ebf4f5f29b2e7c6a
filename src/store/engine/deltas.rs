//! The deltas over a base: what changed since, and over a large one a small one with what changed since that.
//!
//! What must stay true: a delta bears the id of the file it lies on in its name and, under its HMAC, in its head, so a file
//! that is replaced takes everything above it out of the store at once, and nothing is taken out before that. Which deltas
//! there are is read from the bottom up; whoever finds none above one that was replaced meanwhile learns that from
//! [`Deltas::are_newest`].
use super::chunks::{Again, ChunkFile, FileId};
use super::delta::{self, DeltaFault};
use super::names;
use super::pages::PAGE;
use crate::store::error::{Error, Result};
use crate::store::seal::{Key, SharedKey};
use crate::store::trust::StoreSecret;
use std::path::{Path, PathBuf};

/// Chunks of each that are kept. With them the base's are few enough for what a command may take.
const CACHED: usize = 16;

pub struct Deltas {
    dir: PathBuf,
    base_id: [u8; 32],
    /// From the bottom up.
    open: Vec<Delta>,
    /// Which file was found above them, whether it could be read or not.
    above: Option<FileId>,
}

/// One of them, and the state it makes.
pub struct Delta {
    path: PathBuf,
    pages: ChunkFile,
    data_at: u64,
    head: delta::Head,
    carries: bool,
}

impl Delta {
    pub fn id(&self) -> &[u8; 32] {
        &self.pages.id
    }

    pub fn head(&self) -> &delta::Head {
        &self.head
    }
}

/// What opens the files of a store, and proves that they are its.
#[derive(Clone, Copy)]
pub struct Opener<'a> {
    pub key: &'a Key,
    pub shared: &'a SharedKey,
    pub secret: &'a StoreSecret,
}

impl Deltas {
    /// Of the store in this directory; none is open yet.
    pub fn of(dir: &Path) -> Deltas {
        Deltas { dir: dir.to_owned(), base_id: [0; 32], open: Vec::new(), above: None }
    }

    /// Opens those over this base. A file that is open and has not been replaced stays open, with what was read of it.
    pub fn begin(&mut self, base_id: &[u8; 32], opener: Opener<'_>) -> Result<()> {
        let mut before = std::mem::take(&mut self.open).into_iter();
        (self.base_id, self.above) = (*base_id, None);
        while let Some(path) = self.next_path() {
            self.above = FileId::at(&path)?;
            if self.above.is_none() {
                break;
            }
            let same = before.next().filter(|one| one.path == path && Some(one.pages.file) == self.above);
            let found = match same {
                Some(same) => Some(same),
                None => self.read_next(path, opener)?,
            };
            let Some(found) = found else { break };
            self.above = None;
            self.open.push(found);
        }
        Ok(())
    }

    fn read_next(&mut self, path: PathBuf, opener: Opener<'_>) -> Result<Option<Delta>> {
        let found = ChunkFile::open_unproved(opener.key, opener.shared, &path)?;
        let Some(mut pages) = found.map(|file| file.cached_up_to(CACHED)) else { return Ok(None) };
        self.above = Some(pages.file);
        let (head, shape) = read_head(&mut pages, &path, self.top_id(), opener.secret)?;
        let (data_at, carries) = (shape.data_at as u64, shape.carries());
        Ok(Some(Delta { path, pages, data_at, head, carries }))
    }

    /// The id of the file that the next one would lie on.
    fn top_id(&self) -> &[u8; 32] {
        self.open.last().map_or(&self.base_id, Delta::id)
    }

    /// Where the next one would be.
    fn next_path(&self) -> Option<PathBuf> {
        let is_possible = self.open.last().is_none_or(|top| top.carries);
        is_possible.then(|| self.dir.join(names::delta(self.top_id())))
    }

    /// Whether they are the files that bear their names now, and all of them.
    pub fn are_newest(&self) -> Result<bool> {
        // From the top down: what lies on a file is taken away only when that file has been replaced. So whoever finds nothing
        // above a file, and then that file where it was, knows that nothing came there and went again. The base is looked at
        // after this.
        if let Some(path) = self.next_path()
            && FileId::at(&path)? != self.above
        {
            return Ok(false);
        }
        for one in self.open.iter().rev() {
            if FileId::at(&one.path)? != Some(one.pages.file) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub fn top(&self) -> Option<&Delta> {
        self.open.last()
    }

    /// The lowest one, if another one may lie on it.
    pub fn carrier(&self) -> Option<&Delta> {
        self.open.first().filter(|one| one.carries)
    }

    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.iter().map(|one| &one.path)
    }

    /// The pages in the lowest one, ascending.
    pub fn lowest(&self) -> &[u32] {
        self.open.first().map_or(&[], |one| &one.head.index)
    }

    /// The pages in those above it.
    pub fn upper(&self) -> impl Iterator<Item = u32> {
        self.open.iter().skip(1).flat_map(|one| one.head.index.iter().copied())
    }

    /// Fills `out` from a page, from the topmost one that has it; false when none has.
    pub fn read(&mut self, number: u32, at: usize, out: &mut [u8], again: Again) -> Result<bool> {
        for one in self.open.iter_mut().rev() {
            if let Ok(place) = one.head.index.binary_search(&number) {
                one.pages.read(one.data_at + (place * PAGE + at) as u64, out, again)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether they are read from their beginning to their end now.
    pub fn read_through(&mut self, is_read_through: bool) {
        self.open.iter_mut().for_each(|one| one.pages.read_through(is_read_through));
    }
}

fn read_head(
    pages: &mut ChunkFile,
    path: &Path,
    below: &[u8; 32],
    secret: &StoreSecret,
) -> Result<(delta::Head, delta::Shape)> {
    let name = path.display();
    let failed = |fault| match fault {
        DeltaFault::Newer => Error::NewerFormat { file: path.to_owned() },
        DeltaFault::Malformed => Error::damaged(format!("{name} is not a delta")),
        DeltaFault::Foreign => Error::damaged(format!("{name} does not belong to this store")),
    };
    let start = pages.start(usize::try_from(pages.length).unwrap_or(usize::MAX).min(PAGE))?;
    let shape = delta::shape(&start, pages.length);
    if shape.is_err() {
        // A delta that lost its end is no other file.
        pages.prove_length()?;
    }
    let shape = shape.map_err(failed)?;
    let bytes = pages.start(shape.data_at)?;
    let head = delta::read(&bytes, shape, below, secret).map_err(failed)?;
    Ok((head, shape))
}
