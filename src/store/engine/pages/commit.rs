//! The commit point: what a transaction has changed becomes a frame of the log, or a new base.
//!
//! What must stay true: before this, no file has changed, and after it the change is durable; a disk that will not say
//! whether it kept something ends the use of these pages. The header of a frame's message is used once.
use super::{COUNTER_AT, LARGEST_FRAME, PAGE, Page, Pages, SIZE_AT, u32_be};
use crate::store::engine::chunks::FileId;
use crate::store::engine::{BASE, frame};
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::Readers;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A log is made this long, with zeros behind its first frame: a commit that fits in there changes no size, and a disk
/// that need not write a file's size down as well is done in half the time. As many usual commits fit as a log has when
/// nobody waits, and no more: every opening reads all of it. It grows by as much whenever it is full.
const ROOM: usize = 32 * 1024;
/// Bytes 92..96 of page 1: the counter at which the size was written (section 1.3.21).
const VALID_FOR_AT: usize = 92;

impl Pages {
    /// The commit point.
    pub(super) fn make_durable(&mut self) -> Result<()> {
        let Some(first) = self.dirty.get(&1) else {
            return match self.dirty.is_empty() {
                true => Ok(()),
                false => Err(Error::damaged("a change without the page that counts it")),
            };
        };
        let (seq, count) = (u32_be(&first[..], COUNTER_AT), u32_be(&first[..], SIZE_AT));
        if seq == self.chain.seq {
            // SQLite takes back a change that could not be made durable: nothing of it ever left memory.
            self.dirty.clear();
            return Ok(());
        }
        if self.is_spent || seq != self.chain.seq.wrapping_add(1) {
            return Err(Error::damaged(format!("change {seq} does not follow change {}", self.chain.seq)));
        }
        let Some(commit) = self.commit.take() else { return Err(Error::Busy { waited_s: 0, holder: None }) };
        let seq = commit.seq.filter(|_| commit.as_base).unwrap_or(seq);
        if let Some(first) = self.dirty.get_mut(&1) {
            // The counter, and the number for which the size beside it is good (SQLite file format, section 1.3.7).
            for at in [COUNTER_AT, VALID_FOR_AT] {
                first[at..at + 4].copy_from_slice(&seq.to_be_bytes());
            }
        }
        let done = match commit.as_base || self.dirty.len() * PAGE > LARGEST_FRAME {
            // What is open is the base before from here on.
            true => self.write_base(&commit.readers, count, &mut |_, _| {}).map(|()| self.is_begun = false),
            false => self.append(&commit.readers, seq, count),
        };
        self.commit = Some(commit);
        if done.is_ok() {
            self.chain.seq = seq;
            self.count = count;
        }
        done
    }

    fn append(&mut self, readers: &Readers, seq: u32, count: u32) -> Result<()> {
        let dirty = std::mem::take(&mut self.dirty);
        let mut ranges = Vec::with_capacity(dirty.len());
        for (number, page) in dirty.iter().filter(|(number, _)| **number <= count) {
            let mut old = Page::new([0; PAGE]);
            self.read_page(*number, 0, &mut *old)?;
            let difference = frame::difference(&old, page);
            if !difference.is_empty() {
                ranges.push((*number, difference));
            }
        }
        let (plain, mac) = frame::plain(&self.chain, &self.secret, seq, count, &ranges);
        self.begin_frame(readers);
        self.readers = Some(readers.clone());
        let begun = self.begun.take().map_or_else(|| readers.begin(), Ok);
        let sealed = begun.and_then(|begun| begun.finish(&plain)).map_err(Error::io("cannot seal a change"))?;
        let framed = frame::framed(&sealed).ok_or_else(|| Error::damaged("a change is too large for one frame"))?;
        self.append_bytes(&framed)?;
        self.current.extend(dirty);
        self.chain.tail = mac;
        self.log.end += framed.len() as u64;
        self.log.frames += 1;
        Ok(())
    }

    /// Writes behind the last whole frame and waits for the disk.
    fn append_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let path = self.log.path.clone();
        let failed = || Error::io(format!("cannot write {}", path.display()));
        // What is open bears the name still: it was compared when this transaction began, and nobody else writes.
        if !self.log.is_writable {
            let writer = file::open_or_make(&path)?;
            let id = FileId::of(&writer.metadata().map_err(failed())?);
            if self.log.open.as_ref().map(|(open, _)| *open) != Some(id) {
                self.must_not_have_begun()?;
            }
            (self.log.open, self.log.is_writable) = (Some((id, writer)), true);
        }
        let Some((_, writer)) = &self.log.open else { return Err(self.lost_its_end()) };
        let length = writer.metadata().map_err(failed())?.len();
        if length < self.log.end {
            return Err(self.lost_its_end());
        }
        let cut = || file::step().and_then(|()| writer.set_len(self.log.end));
        if length > self.log.end && !self.log.is_clean {
            cut().map_err(failed())?;
        }
        let mut bytes = Cow::Borrowed(bytes);
        // A frame that is larger than that makes its own room.
        if self.log.end + bytes.len() as u64 > length && bytes.len() < ROOM {
            bytes.to_mut().resize(ROOM, 0);
        }
        if let Err(error) = write_all_at(writer, &bytes, self.log.end) {
            // What is there of it is torn already; without it the next writer has nothing to cut.
            let _ = cut();
            return Err(failed()(error));
        }
        let synced = file::step().and_then(|()| writer.sync_data()).map_err(failed());
        let kept = synced.and_then(|()| match self.log.end {
            0 => file::sync_parent(&path),
            _ => Ok(()),
        });
        if let Err(error) = kept {
            // Nobody knows what the disk holds now, and asking it again would be answered with a lie.
            self.is_spent = true;
            let _ = cut();
            return Err(error);
        }
        Ok(())
    }

    /// Makes the part of the next frame that does not depend on what is in it, for these readers. For each of them it costs
    /// an elliptic curve's work, which is better done before the lock is taken.
    pub fn begin_frame(&mut self, readers: &Readers) {
        if self.begun.as_ref().is_none_or(|begun| begun.readers() != readers) {
            self.begun = readers.begin().ok();
        }
    }

    /// Writes the snapshot, with what the transaction has changed, as a new base.
    pub(in crate::store::engine) fn write_base(
        &mut self,
        readers: &Readers,
        count: u32,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<()> {
        let dirty = std::mem::take(&mut self.dirty);
        let path = self.dir.join(BASE);
        self.write_pages(&path, readers, count, &dirty, progress)
    }

    /// Writes the snapshot as one age file of its own, for those who are listed.
    pub(in crate::store::engine) fn write_whole(
        &mut self,
        path: &Path,
        recipients: Vec<String>,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<()> {
        let readers = Readers { recipients, shared: None };
        self.write_pages(path, &readers, self.count, &BTreeMap::new(), progress)
    }

    pub(in crate::store::engine) fn write_pages(
        &mut self,
        path: &Path,
        readers: &Readers,
        count: u32,
        over: &BTreeMap<u32, Page>,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<()> {
        let mut failure = None;
        let written = file::replace(path, |out| {
            readers.seal(out, |sealed| {
                let mut page = Page::new([0; PAGE]);
                for number in 1..=count {
                    let read = match over.get(&number) {
                        Some(changed) => {
                            page.copy_from_slice(&changed[..]);
                            Ok(())
                        }
                        None => self.read_page(number, 0, &mut *page),
                    };
                    if let Err(error) = read {
                        failure = Some(error);
                        return Err(std::io::Error::other("a page cannot be read"));
                    }
                    sealed.write_all(&page[..])?;
                    progress(number, count);
                }
                Ok(())
            })
        });
        failure.map_or(written, Err)
    }
}

fn write_all_at(file: &File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    // In tests a step that fails leaves half of what it was to write, as a disk that gets full or a cut in power does.
    let (first, second) = bytes.split_at(if cfg!(test) { bytes.len() / 2 } else { 0 });
    file.write_all_at(first, at)?;
    file::step()?;
    file.write_all_at(second, at + first.len() as u64)
}
