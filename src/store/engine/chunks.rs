//! An age file read by its chunks: only what is asked for is opened.
//!
//! What must stay true: age authenticates every chunk of 64 KiB on its own, so a part of the file can be read and trusted
//! without the rest. How much there is, the last one proves, or something inside that was sealed with it.
//!
//! age keeps the chunk that it opened last, and pages are given from there. When another one is opened, what may be asked
//! for again is kept, in memory that is wiped, and never of more than some chunks. Memory that is not touched need not
//! be got from the system, which on a virtual machine takes as long as opening what would be put there.
use super::pages::PAGE;
use super::room::{Few, PAGES, Rooms};
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::{self, Key, Opened, SealedStream, SharedKey};
use crate::store::wiped::Wiped;
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// age's payload chunk (age-encryption.org/v1, "Payload").
pub const CHUNK: u64 = (PAGES * PAGE) as u64;

/// 5 MiB of opened chunks. With the 8 MiB that store.md allows ("Format"), and those of the deltas, verifying a large audit
/// would take more than the 20 MB it is to stay below; with 4 MiB those pages of a history's index that stand where it was
/// given room would be opened again and again.
const CACHED: usize = 80;

/// Which file a name stands for, for as long as somebody holds that file open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId(u64, u64);

impl FileId {
    pub fn of(metadata: &std::fs::Metadata) -> FileId {
        FileId(metadata.dev(), metadata.ino())
    }

    /// The file that bears this name now.
    pub fn at(path: &Path) -> Result<Option<FileId>> {
        match std::fs::symlink_metadata(path) {
            Ok(metadata) => Ok(Some(FileId::of(&metadata))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(format!("cannot reach {}", path.display()))(error)),
        }
    }
}

pub struct ChunkFile {
    path: PathBuf,
    stream: SealedStream,
    /// Of the plaintext, in bytes: said by the file's own, until it is proved.
    pub length: u64,
    /// SHA-256 over the age header and the payload's nonce: one encryption has one, and no other has the same.
    pub id: [u8; 32],
    /// For how many it is sealed.
    pub recipients: usize,
    pub file: FileId,
    /// The chunk that age has open.
    open: Option<Open>,
    cache: HashMap<u64, Cached>,
    /// How many of them at most.
    most: usize,
    /// Whether the file is read from its beginning to its end.
    is_read_through: bool,
    tick: u64,
    rooms: Rooms,
    /// Rooms that hold nothing of use.
    spare: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Open {
    number: u64,
    /// The pages it has.
    pages: Few,
    /// Those that somebody was given who keeps them.
    given: Few,
    /// Whether it was open before: what comes a second time comes a third.
    is_again: bool,
    /// Whether the one before it was.
    is_next: bool,
}

impl Open {
    /// What is kept of it when another chunk is opened: what is likely to be asked for before the process ends. A page that is
    /// asked for after all costs the opening of its chunk, which is as long as keeping two of them.
    fn kept(&self) -> Few {
        /// The first chunks of a file have the schema, the roots and the small tables, to which every command comes back. Those
        /// behind are large tables, of which a command reads a row here and a row there, or everything in its order.
        const NEAR: u64 = 16;
        /// From here on a chunk is one that is read page after page. The pages of another one may be compared with what a change
        /// makes of them.
        const MANY: u32 = PAGES as u32 / 4;
        let given = self.given.count_ones();
        let is_in_order = given >= MANY || self.number >= NEAR && (given > 1 || self.is_next);
        match (self.is_again || given == 0, is_in_order) {
            (false, true) => self.pages & !self.given,
            (false, false) if self.number >= NEAR => 0,
            _ => self.pages,
        }
    }
}

/// What is kept of a chunk that was open before.
struct Cached {
    used: u64,
    /// None when nothing of it is.
    room: Option<usize>,
    pages: Few,
}

/// Whether a page will be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Whoever asks keeps it. If it is asked for all the same, its chunk may have to be opened a second time.
    Unlikely,
    Likely,
}

impl ChunkFile {
    /// Opens the file; none when there is none of this name. Its last chunk is opened, which proves its length.
    pub fn open(key: &Key, shared: &SharedKey, path: &Path) -> Result<Option<ChunkFile>> {
        let mut opened = ChunkFile::open_unproved(key, shared, path)?;
        opened.as_mut().map(ChunkFile::prove_length).transpose()?;
        Ok(opened)
    }

    /// Opens the file without its last chunk: whoever needs something else of it is done sooner. The length is only what
    /// the file's own has said, until something inside, or [`ChunkFile::prove_length`], says the same.
    pub fn open_unproved(key: &Key, shared: &SharedKey, path: &Path) -> Result<Option<ChunkFile>> {
        let Some(sealed) = file::open(path)? else { return Ok(None) };
        let metadata = sealed.metadata().map_err(Error::io(format!("cannot read {}", path.display())))?;
        let Opened { stream, id, length, recipients } = seal::open_stream(key, Some(shared), sealed, path)?;
        let file = FileId::of(&metadata);
        Ok(Some(ChunkFile {
            path: path.to_owned(),
            stream,
            length,
            id,
            recipients,
            file,
            open: None,
            cache: HashMap::new(),
            most: CACHED,
            is_read_through: false,
            tick: 0,
            rooms: Rooms::default(),
            spare: Vec::new(),
        }))
    }

    pub fn prove_length(&mut self) -> Result<()> {
        // age goes elsewhere for that.
        self.leave()?;
        self.length = seal::prove_length(&mut self.stream, self.length, &self.path)?;
        Ok(())
    }

    /// Fills `out` from `offset` on. All of it must be there, and in one page.
    pub fn read(&mut self, offset: u64, out: &mut [u8], again: Again) -> Result<()> {
        let end = offset + out.len() as u64;
        let page = usize::try_from(offset % CHUNK).unwrap_or(0) / PAGE;
        if end > self.length || end.div_ceil(PAGE as u64) > offset / PAGE as u64 + 1 {
            return Err(self.too_short());
        }
        let number = offset / CHUNK;
        self.tick += 1;
        if self.is_cached(number, page) {
            return self.read_cached(number, page, offset, out);
        }
        let mut open = self.enter(number)?;
        if (again == Again::Unlikely || self.is_read_through) && out.len() == PAGE {
            open.given |= 1 << page;
        }
        self.open = Some(open);
        // Whoever reads the last byte of a chunk makes age close it.
        if end == (number + 1) * CHUNK {
            self.leave()?;
            if self.is_cached(number, page) {
                return self.read_cached(number, page, offset, out);
            }
        }
        let read = self.read_open(offset, out);
        if read.is_err() {
            self.open = None;
        }
        read
    }

    /// The first `length` bytes.
    pub fn start(&mut self, length: usize) -> Result<Wiped> {
        let mut bytes = Wiped::with_capacity(length);
        bytes.resize(length, 0);
        for (n, part) in bytes.chunks_mut(PAGE).enumerate() {
            self.read((n * PAGE) as u64, part, Again::Likely)?;
        }
        Ok(bytes)
    }

    /// The same file, of which no more chunks than this are kept.
    pub fn cached_up_to(self, most: usize) -> ChunkFile {
        ChunkFile { most, ..self }
    }

    /// Whether the file is read from its beginning to its end now: then what was passed is not asked for again.
    pub fn read_through(&mut self, is_read_through: bool) {
        self.is_read_through = is_read_through;
    }

    /// How many chunks the file has.
    pub fn chunks(&self) -> u64 {
        self.length.div_ceil(CHUNK)
    }

    /// Opens a chunk, which authenticates it, and keeps nothing of it.
    pub fn open_once(&mut self, number: u64) -> Result<()> {
        self.open = None;
        self.enter(number)?;
        let end = self.length.min((number + 1) * CHUNK);
        // As far as it is said to go.
        match end.checked_sub(1) {
            Some(last) => self.read_open(last, &mut [0]),
            None => Ok(()),
        }
    }

    fn is_cached(&self, number: u64, page: usize) -> bool {
        self.cache.get(&number).is_some_and(|cached| cached.pages & 1 << page != 0)
    }

    fn read_cached(&mut self, number: u64, page: usize, offset: u64, out: &mut [u8]) -> Result<()> {
        let tick = self.tick;
        let start = usize::try_from(offset % PAGE as u64).unwrap_or(usize::MAX);
        let bytes = self.cache.get_mut(&number).and_then(|cached| {
            cached.used = tick;
            self.rooms.page(cached.room?, page)?.get(start..)?.get(..out.len())
        });
        match bytes {
            Some(bytes) => {
                out.copy_from_slice(bytes);
                Ok(())
            }
            None => Err(self.too_short()),
        }
    }

    fn too_short(&self) -> Error {
        Error::damaged(format!("{} is shorter than it says", self.path.display()))
    }

    /// Makes age open this chunk.
    fn enter(&mut self, number: u64) -> Result<Open> {
        if let Some(open) = self.open.filter(|open| open.number == number) {
            return Ok(open);
        }
        self.leave()?;
        let at = number * CHUNK;
        if at < self.length {
            // Asked for the beginning of a chunk, age opens the last one of the file as well, to know whether this is the end.
            // Asked for the byte after it, it does not, and within a chunk it goes anywhere without a look at the file.
            self.stream.seek(SeekFrom::Start(at + 1)).map_err(|error| seal::read_failure(&self.path, error))?;
        }
        let pages = self.length.saturating_sub(at).min(CHUNK).div_ceil(PAGE as u64);
        let pages = (0..pages).fold(0, |all, page| all | 1 << page);
        let was_open = |number| self.cache.contains_key(&number);
        let is_next = number.checked_sub(1).is_some_and(was_open);
        Ok(Open { number, pages, given: 0, is_again: was_open(number), is_next })
    }

    /// Keeps what may be asked for again of the chunk that age has open. age may close it.
    fn leave(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (number, kept) = (open.number, open.kept());
        match self.cache.remove(&number) {
            Some(before) => self.spare.extend(before.room),
            None => self.make_way(),
        }
        if kept == 0 {
            self.cache.insert(number, Cached { used: self.tick, room: None, pages: 0 });
            return Ok(());
        }
        let room = self.spare.pop().unwrap_or_else(|| self.rooms.take());
        for page in (0..PAGES).filter(|page| kept & 1 << page != 0) {
            let at = number * CHUNK + (page * PAGE) as u64;
            let length = usize::try_from(self.length.saturating_sub(at)).unwrap_or(PAGE).min(PAGE);
            let out = self.rooms.page_mut(room, page).and_then(|out| out.get_mut(..length)).unwrap_or_default();
            if let Err(error) = read_from(&mut self.stream, at, out) {
                self.spare.push(room);
                return Err(seal::read_failure(&self.path, error));
            }
        }
        self.cache.insert(number, Cached { used: self.tick, room: Some(room), pages: kept });
        Ok(())
    }

    /// Gives up what was not used for the longest time, when there is enough.
    fn make_way(&mut self) {
        /// A page that is asked for out of turn does not cost the one that is being read.
        const FEW: usize = 4;
        if self.cache.len() < if self.is_read_through { FEW } else { self.most } {
            return;
        }
        let oldest = self.cache.iter().min_by_key(|(_, cached)| cached.used).map(|(number, _)| *number);
        let given_up = oldest.and_then(|oldest| self.cache.remove(&oldest));
        self.spare.extend(given_up.and_then(|cached| cached.room));
    }

    /// Reads from the chunk that age has open.
    fn read_open(&mut self, offset: u64, out: &mut [u8]) -> Result<()> {
        read_from(&mut self.stream, offset, out).map_err(|error| seal::read_failure(&self.path, error))
    }
}

fn read_from(stream: &mut SealedStream, at: u64, out: &mut [u8]) -> std::io::Result<()> {
    stream.seek(SeekFrom::Start(at))?;
    stream.read_exact(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trust::StoreSecret;
    use uuid::Uuid;
    use zeroize::Zeroizing;

    /// A file on the disk, and what opens it.
    struct Sealed {
        temp: tempfile::TempDir,
        key: Key,
    }

    impl Sealed {
        fn new(content: &[u8]) -> Sealed {
            let sealed = Sealed { temp: tempfile::tempdir().unwrap(), key: Key::generate("f", "now").0 };
            let bytes = seal::seal_bytes(&[sealed.key.recipient().unwrap()], content).unwrap();
            std::fs::write(sealed.path(), bytes).unwrap();
            sealed
        }

        fn path(&self) -> PathBuf {
            self.temp.path().join("f.age")
        }

        fn open(&self) -> ChunkFile {
            let shared = StoreSecret { store_id: Uuid::nil(), secret: Zeroizing::new([1; 32]) }.shared_key();
            ChunkFile::open_unproved(&self.key, &shared, &self.path()).unwrap().unwrap()
        }
    }

    #[test]
    fn every_page_is_read_from_anywhere_and_a_file_that_is_read_through_is_not_kept() {
        for (pages, again) in [1_usize, 16, 17, 32, 40 * 16 + 3]
            .into_iter()
            .flat_map(|pages| [Again::Unlikely, Again::Likely].map(|again| (pages, again)))
        {
            let content: Vec<u8> = (0..pages * PAGE).map(|at| (at / PAGE % 251) as u8).collect();
            let file = Sealed::new(&content);
            let mut opened = file.open();
            let read = |opened: &mut ChunkFile, page: usize| {
                let mut out = [0; PAGE];
                opened.read((page * PAGE) as u64, &mut out, again).unwrap();
                assert!(out == content[page * PAGE..][..PAGE], "page {page} of {pages}");
            };
            // Strewn over the file, the last one and the first one among them, then on from where each of them is.
            for page in [pages - 1, 0, pages / 2, pages - 1, pages / 3, 0] {
                (page..pages.min(page + 20)).for_each(|page| read(&mut opened, page));
            }
            opened.prove_length().unwrap();
            read(&mut opened, pages / 2);
            // Backwards, so that every chunk is left after its first page was given.
            (0..pages).rev().for_each(|page| read(&mut opened, page));
            let mut through = file.open();
            through.read_through(true);
            (0..pages).for_each(|page| read(&mut through, page));
            assert!(through.cache.len() <= 4, "{} are kept", through.cache.len());
            (0..through.chunks()).for_each(|number| through.open_once(number).unwrap());
            read(&mut through, pages / 2);
        }
    }

    #[test]
    fn parts_of_a_page_are_read_and_nothing_beyond_the_end_or_across_pages() {
        let content: Vec<u8> = (0..CHUNK as usize + PAGE + 100).map(|at| (at % 253) as u8).collect();
        let file = Sealed::new(&content);
        let mut opened = file.open();
        for (at, length) in [(0, 32), (CHUNK as usize - 7, 7), (CHUNK as usize + 1, 9), (content.len() - 100, 100)] {
            for again in [Again::Unlikely, Again::Likely] {
                let mut out = vec![0; length];
                opened.read(at as u64, &mut out, again).unwrap();
                assert!(out == content[at..at + length], "{length} bytes at {at}");
            }
        }
        for (at, length) in [(content.len() - 100, 101), (PAGE - 1, 2), (content.len(), 1)] {
            assert!(opened.read(at as u64, &mut vec![0; length], Again::Likely).is_err(), "{length} bytes at {at}");
        }
    }

    #[test]
    fn what_is_likely_to_be_asked_for_again_is_kept() {
        let content = vec![7; 30 * CHUNK as usize];
        let file = Sealed::new(&content);
        let mut opened = file.open();
        let mut read = |pages: std::ops::Range<usize>, again| {
            for page in pages {
                opened.read((page * PAGE) as u64, &mut [0; PAGE], again).unwrap();
            }
            let mut kept: Vec<(u64, u32)> = opened.cache.iter().map(|(n, c)| (*n, c.pages.count_ones())).collect();
            kept.sort_unstable();
            kept
        };
        let chunk = |number: usize| number * PAGES..number * PAGES + 1;
        assert_eq!(read(0..12, Again::Unlikely), []);
        assert_eq!(read(chunk(1), Again::Unlikely), [(0, 4)], "what is read page after page is not kept");
        assert_eq!(read(2 * PAGES..3 * PAGES, Again::Unlikely), [(0, 4), (1, 16), (2, 0)]);
        assert_eq!(read(3..4, Again::Unlikely), [(0, 4), (1, 16), (2, 0)]);
        assert_eq!(read(chunk(20), Again::Unlikely), [(0, 16), (1, 16), (2, 0)], "what comes a second time is");
        let before = [(0, 16), (1, 16), (2, 0)];
        let and = |more: &[(u64, u32)]| [&before[..], more].concat();
        assert_eq!(read(chunk(22), Again::Likely), and(&[(20, 0)]), "a row here …");
        assert_eq!(read(chunk(20), Again::Unlikely), and(&[(20, 0), (22, 16)]), "… and one that was changed");
        assert_eq!(read(chunk(21), Again::Unlikely), and(&[(20, 16), (22, 16)]));
        assert_eq!(read(chunk(24), Again::Unlikely), and(&[(20, 16), (21, 15), (22, 16)]), "one after the other");
        assert_eq!(read(26 * PAGES..26 * PAGES + 3, Again::Unlikely), and(&[(20, 16), (21, 15), (22, 16), (24, 0)]));
        assert_eq!(read(chunk(28), Again::Unlikely), and(&[(20, 16), (21, 15), (22, 16), (24, 0), (26, 13)]));
    }
}
