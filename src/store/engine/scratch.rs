//! A database that is being written, page by page in any order, before it becomes a base.
//!
//! What must stay true: a base can be larger than memory, so pages go to a file, and nothing of the store is ever on a
//! disk in plain text: the pages are age messages under a key that exists in this process alone and is gone with it.
//! The file loses its name before anything is written to it, so nothing but an empty file can be left of it.
use super::pages::{PAGE, Page};
use super::vfs::{Fault, Level, PageFile};
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::{self, Key};
use crate::store::wiped::Wiped;
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// How many pages are sealed together: 1 MiB, so that what a message costs is little beside its content.
const BATCH: usize = 256;
/// How many opened batches are kept. Pages are written nearly in their order, so they are read back from few of them.
const KEPT: usize = 4;

pub struct Scratch {
    key: Key,
    recipients: Vec<String>,
    file: File,
    end: u64,
    /// Written, and not sealed yet.
    fresh: BTreeMap<u32, Page>,
    /// Where each page's newest content is: which batch, which page of it.
    places: Vec<Option<(u32, u32)>>,
    batches: Vec<Batch>,
    opened: VecDeque<(u32, Wiped)>,
    fault: Option<Error>,
}

struct Batch {
    at: u64,
    length: usize,
}

impl Scratch {
    /// An empty one. `path` is where its file is made, and removed again at once.
    pub fn new(path: &Path) -> Result<Scratch> {
        let (key, _) = Key::generate("", "");
        let _ = std::fs::remove_file(path);
        let file = file::open_or_make(path)?;
        match file::remove(path) {
            // Somebody who sweeps up was faster.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            removed => removed.map_err(Error::io(format!("cannot remove {}", path.display())))?,
        }
        Ok(Scratch {
            recipients: key.recipient().into_iter().collect(),
            key,
            file,
            end: 0,
            fresh: BTreeMap::new(),
            places: Vec::new(),
            batches: Vec::new(),
            opened: VecDeque::new(),
            fault: None,
        })
    }

    /// How many pages there are.
    pub fn count(&self) -> u32 {
        let fresh = self.fresh.keys().next_back().copied().unwrap_or(0);
        // Page numbers are 32 bits wide, so there cannot be more places.
        fresh.max(u32::try_from(self.places.len()).unwrap_or(u32::MAX))
    }

    pub fn take_fault(&mut self) -> Option<Error> {
        self.fault.take()
    }

    /// The newest content of a page; zeros when nothing was written to it.
    pub fn page(&mut self, number: u32, out: &mut [u8; PAGE]) -> Result<()> {
        if let Some(page) = self.fresh.get(&number) {
            out.copy_from_slice(&page[..]);
            return Ok(());
        }
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let place = place.and_then(|index| self.places.get(index)).copied().flatten();
        let Some((batch, slot)) = place else {
            out.fill(0);
            return Ok(());
        };
        let at = usize::try_from(slot).unwrap_or(usize::MAX).saturating_mul(PAGE);
        let bytes = self.batch(batch)?.get(at..at.saturating_add(PAGE)).ok_or_else(lost)?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn batch(&mut self, number: u32) -> Result<&[u8]> {
        let is_kept = self.opened.iter().position(|(kept, _)| *kept == number);
        let opened = match is_kept.and_then(|at| self.opened.remove(at)) {
            Some(opened) => opened,
            None => {
                let batch = usize::try_from(number).ok().and_then(|at| self.batches.get(at)).ok_or_else(lost)?;
                let mut sealed = vec![0; batch.length];
                self.file.read_exact_at(&mut sealed, batch.at).map_err(Error::io("cannot read the new base"))?;
                (number, seal::open_bytes(&self.key, &sealed).ok_or_else(lost)?)
            }
        };
        self.opened.truncate(KEPT - 1);
        self.opened.push_front(opened);
        self.opened.front().map(|(_, bytes)| &bytes[..]).ok_or_else(lost)
    }

    fn put(&mut self, number: u32, page: Page) -> Result<()> {
        self.fresh.insert(number, page);
        if self.fresh.len() < BATCH {
            return Ok(());
        }
        let batch = u32::try_from(self.batches.len()).map_err(|_| lost())?;
        let mut plain = Wiped::with_capacity(self.fresh.len() * PAGE);
        for (slot, (number, page)) in (0..).zip(std::mem::take(&mut self.fresh)) {
            plain.extend_from_slice(&page[..]);
            let index = usize::try_from(number).map_err(|_| lost())?.saturating_sub(1);
            if self.places.len() <= index {
                self.places.resize(index + 1, None);
            }
            self.places[index] = Some((batch, slot));
        }
        let failed = || Error::io("cannot write the new base");
        let sealed = seal::seal_bytes(&self.recipients, &plain).map_err(failed())?;
        file::step().and_then(|()| self.file.write_all_at(&sealed, self.end)).map_err(failed())?;
        self.batches.push(Batch { at: self.end, length: sealed.len() });
        self.end += sealed.len() as u64;
        Ok(())
    }

    fn told<T>(&mut self, outcome: Result<T>) -> std::result::Result<T, Fault> {
        outcome.map_err(|error| {
            let fault = if matches!(error, Error::DiskFull) { Fault::Full } else { Fault::Io };
            self.fault = Some(error);
            fault
        })
    }
}

fn lost() -> Error {
    Error::damaged("a page of the new base cannot be read back")
}

impl PageFile for Scratch {
    fn read(&mut self, offset: u64, out: &mut [u8]) -> std::result::Result<usize, Fault> {
        let at = usize::try_from(offset % PAGE as u64).unwrap_or(0);
        let number = u32::try_from(offset / PAGE as u64 + 1).map_err(|_| Fault::Io)?;
        if number > self.count() {
            return Ok(0);
        }
        let mut page = Page::new([0; PAGE]);
        let read = self.page(number, &mut page);
        self.told(read)?;
        // SQLite reads whole pages, or a part of the first one.
        let part = page.get(at..at.saturating_add(out.len())).ok_or(Fault::Io)?;
        out.copy_from_slice(part);
        Ok(out.len())
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) -> std::result::Result<(), Fault> {
        let number = u32::try_from(offset / PAGE as u64 + 1).ok().filter(|_| offset.is_multiple_of(PAGE as u64));
        let (Some(number), Ok(page)) = (number, bytes.try_into()) else { return Err(Fault::Io) };
        let put = self.put(number, Page::new(page));
        self.told(put)
    }

    /// Nothing has to be durable before the base that is made of it.
    fn sync(&mut self) -> std::result::Result<(), Fault> {
        Ok(())
    }

    fn size(&self) -> u64 {
        u64::from(self.count()) * PAGE as u64
    }

    fn lock(&mut self, _: Level) -> std::result::Result<(), Fault> {
        Ok(())
    }

    fn unlock(&mut self, _: Level) {}

    fn is_reserved(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_read_back_in_any_order_and_the_file_has_no_name_and_no_plain_text() {
        let temp = tempfile::tempdir().unwrap();
        let mut scratch = Scratch::new(&temp.path().join("scratch")).unwrap();
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
        let content = |number: u32, round: u8| -> [u8; PAGE] {
            let mut page = [round; PAGE];
            page[..4].copy_from_slice(&number.to_le_bytes());
            page
        };
        let most = 6 * BATCH as u32;
        for round in 0..2 {
            for number in (1..=most).rev().filter(|number| round == 0 || number % 7 == 0) {
                PageFile::write(&mut scratch, u64::from(number - 1) * PAGE as u64, &content(number, round)).unwrap();
            }
        }
        assert_eq!(scratch.count(), most);
        for number in 1..=most {
            let mut page = [9; PAGE];
            scratch.page(number, &mut page).unwrap();
            assert!(page == content(number, u8::from(number % 7 == 0)), "page {number}");
        }
        let mut sealed = vec![0; usize::try_from(scratch.end).unwrap()];
        scratch.file.read_exact_at(&mut sealed, 0).unwrap();
        assert!(!sealed.windows(64).any(|window| window.iter().all(|byte| *byte == 1)));
        let end = PageFile::size(&scratch);
        assert_eq!(PageFile::read(&mut scratch, end, &mut [0; 100]).unwrap(), 0);
    }
}
