//! An age file read by its chunks: only what is asked for is opened.
//!
//! What must stay true: age authenticates every chunk of 64 KiB on its own, so a part of the file can be read and trusted
//! without the rest. How much there is, the last one proves, or something inside that was sealed with it. What was opened
//! is kept in memory that is wiped, and never more of it than [`CACHED`] chunks.
use super::pages::PAGE;
use super::room::Rooms;
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::{self, Key, Opened, SealedStream, SharedKey};
use crate::store::wiped::Wiped;
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// age's payload chunk (age-encryption.org/v1, "Payload").
pub const CHUNK: u64 = 64 * 1024;

/// 6 MiB of opened chunks. With the 8 MiB that store.md allows ("Format"), verifying a large audit would take more than the
/// 20 MB it is to stay below.
const CACHED: usize = 96;

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
    rooms: Rooms,
    /// A room that holds nothing of use.
    spare: Option<usize>,
    cache: HashMap<u64, Cached>,
    /// How many of them at most.
    kept: usize,
    tick: u64,
}

struct Cached {
    used: u64,
    room: usize,
    length: usize,
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
            rooms: Rooms::new(CHUNK as usize),
            spare: None,
            cache: HashMap::new(),
            kept: CACHED,
            tick: 0,
        }))
    }

    pub fn prove_length(&mut self) -> Result<()> {
        self.length = seal::prove_length(&mut self.stream, self.length, &self.path)?;
        Ok(())
    }

    /// Fills `out` from `offset` on. All of it must be there, and in one page.
    pub fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<()> {
        let path = self.path.clone();
        let start = usize::try_from(offset % CHUNK).unwrap_or(usize::MAX);
        let bytes = self.chunk(offset / CHUNK)?;
        let part = start.checked_add(out.len()).and_then(|end| bytes.get(start..end));
        let Some(part) = part else {
            return Err(Error::damaged(format!("{} is shorter than it says", path.display())));
        };
        out.copy_from_slice(part);
        Ok(())
    }

    /// The first `length` bytes.
    pub fn start(&mut self, length: usize) -> Result<Wiped> {
        let mut bytes = Wiped::with_capacity(length);
        bytes.resize(length, 0);
        for (n, part) in bytes.chunks_mut(PAGE).enumerate() {
            self.read((n * PAGE) as u64, part)?;
        }
        Ok(bytes)
    }

    /// Whether the file is read from its beginning to its end now: then what was passed is not asked for again.
    pub fn read_through(&mut self, is_read_through: bool) {
        /// A page that is asked for out of turn does not cost the one that is being read.
        const FEW: usize = 4;
        self.kept = if is_read_through { FEW } else { CACHED };
    }

    /// How many chunks the file has.
    pub fn chunks(&self) -> u64 {
        self.length.div_ceil(CHUNK)
    }

    /// Opens a chunk, which authenticates it, and keeps nothing of it.
    pub fn open_once(&mut self, number: u64) -> Result<()> {
        let opened = self.open_chunk(number)?;
        self.spare = Some(opened.room);
        Ok(())
    }

    fn chunk(&mut self, number: u64) -> Result<&[u8]> {
        self.tick += 1;
        if !self.cache.contains_key(&number) {
            let opened = self.open_chunk(number)?;
            self.cache.insert(number, opened);
        }
        let bytes = self.cache.get_mut(&number).and_then(|cached| {
            cached.used = self.tick;
            self.rooms.get(cached.room)?.get(..cached.length)
        });
        bytes.ok_or_else(|| Error::damaged(format!("{} cannot be read", self.path.display())))
    }

    fn open_chunk(&mut self, number: u64) -> Result<Cached> {
        let at = number * CHUNK;
        let left = self.length.saturating_sub(at).min(CHUNK);
        let length = usize::try_from(left).unwrap_or(0);
        let room = self.spare.take().or_else(|| self.oldest()).unwrap_or_else(|| self.rooms.take());
        let bytes = self.rooms.get_mut(room).and_then(|room| room.get_mut(..length)).unwrap_or_default();
        if let Err(error) = read_chunk(&mut self.stream, at, bytes) {
            self.spare = Some(room);
            return Err(seal::read_failure(&self.path, error));
        }
        Ok(Cached { used: self.tick, room, length })
    }

    /// The room of the chunk that was not used for the longest time, when there is no other.
    fn oldest(&mut self) -> Option<usize> {
        if self.cache.len() < self.kept {
            return None;
        }
        let oldest = self.cache.iter().min_by_key(|(_, cached)| cached.used).map(|(number, _)| *number)?;
        self.cache.remove(&oldest).map(|cached| cached.room)
    }
}

/// Asked for the beginning of a chunk, age opens the last one of the file as well, to know whether this is the end. Asked for
/// the byte after it, it does not, and within a chunk it goes back without a look at the file.
fn read_chunk(stream: &mut SealedStream, at: u64, bytes: &mut [u8]) -> std::io::Result<()> {
    if !bytes.is_empty() {
        stream.seek(SeekFrom::Start(at + 1))?;
    }
    stream.seek(SeekFrom::Start(at))?;
    stream.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trust::StoreSecret;
    use uuid::Uuid;
    use zeroize::Zeroizing;

    #[test]
    fn every_page_is_read_from_anywhere_and_a_file_that_is_read_through_is_not_kept() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("f.age");
        let key = Key::generate("f", "now").0;
        let shared = StoreSecret { store_id: Uuid::nil(), secret: Zeroizing::new([1; 32]) }.shared_key();
        for pages in [1_usize, 16, 17, 32, 40 * 16 + 3] {
            let content: Vec<u8> = (0..pages * PAGE).map(|at| (at / PAGE % 251) as u8).collect();
            std::fs::write(&path, seal::seal_bytes(&[key.recipient().unwrap()], &content).unwrap()).unwrap();
            let mut opened = ChunkFile::open_unproved(&key, &shared, &path).unwrap().unwrap();
            let read = |opened: &mut ChunkFile, page: usize| {
                let mut out = [0; PAGE];
                opened.read((page * PAGE) as u64, &mut out).unwrap();
                assert!(out == content[page * PAGE..][..PAGE], "page {page} of {pages}");
            };
            // Strewn over the file, the last one and the first one among them, then on from where each of them is.
            for page in [pages - 1, 0, pages / 2, pages - 1, pages / 3, 0] {
                (page..pages.min(page + 20)).for_each(|page| read(&mut opened, page));
            }
            opened.prove_length().unwrap();
            read(&mut opened, pages / 2);
            let mut through = ChunkFile::open_unproved(&key, &shared, &path).unwrap().unwrap();
            through.read_through(true);
            (0..pages).for_each(|page| read(&mut through, page));
            assert!(through.cache.len() <= through.kept, "{} are kept", through.cache.len());
        }
    }
}
