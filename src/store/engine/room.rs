//! Rooms for opened chunks and pages, overwritten when they are given up.
//!
//! What must stay true: whatever was in one is not in memory any more when another owner gets it.
use super::pages::PAGE;
use crate::store::wiped::wipe;
use std::ops::{Deref, DerefMut};

/// Pages in a room: as many as a chunk has.
pub const PAGES: usize = 16;
const ROOM: usize = PAGES * PAGE;

/// Some pages of a room, a bit for each of them.
pub type Few = u16;

/// As many rooms as are asked for, each with place for the pages of a chunk.
///
/// They are taken from the system several at a time, in pieces that the allocator keeps apart from everything else: among
/// the memory that opening a chunk takes and gives back, each of them would make the heap grow and shrink again. A page that
/// nobody writes to is not in memory.
#[derive(Default)]
pub struct Rooms {
    pieces: Vec<Box<[u8]>>,
    /// Of each room that was taken, the pages that were ever written to.
    written: Vec<Few>,
}

impl Rooms {
    /// Rooms in one piece.
    const TOGETHER: usize = 16;

    /// One more, and its number.
    pub fn take(&mut self) -> usize {
        if self.written.len() == self.pieces.len() * Rooms::TOGETHER {
            self.pieces.push(vec![0; ROOM * Rooms::TOGETHER].into_boxed_slice());
        }
        self.written.push(0);
        self.written.len() - 1
    }

    pub fn page(&self, room: usize, page: usize) -> Option<&[u8]> {
        self.pieces.get(room / Rooms::TOGETHER)?.chunks_exact(PAGE).nth(room % Rooms::TOGETHER * PAGES + page)
    }

    /// A page to be written to.
    pub fn page_mut(&mut self, room: usize, page: usize) -> Option<&mut [u8]> {
        *self.written.get_mut(room)? |= 1 << page;
        let piece = self.pieces.get_mut(room / Rooms::TOGETHER)?;
        piece.chunks_exact_mut(PAGE).nth(room % Rooms::TOGETHER * PAGES + page)
    }

    fn wipe(&mut self) {
        for room in 0..self.written.len() {
            let written = self.written[room];
            // Wiping a page that was never written to would bring it into memory.
            for page in (0..PAGES).filter(|page| written & 1 << page != 0) {
                wipe(self.page_mut(room, page).unwrap_or_default());
            }
        }
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Lets the heap keep what is freed at its end, for the next one who asks: every chunk and every frame that age opens takes
/// three times 64 KiB and frees them, and glibc would give them back to the system and take them again each time, empty
/// pages that the kernel has to wipe. What is freed after having been mapped by itself is what glibc learns from how much
/// to keep, namely twice its size (mallopt(3), M_MMAP_THRESHOLD). It stays below [`Rooms`], which are to be mapped.
pub fn keep_heap() {
    const LESSON: usize = 512 * 1024;
    static GIVEN: std::sync::Once = std::sync::Once::new();
    GIVEN.call_once(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(LESSON))));
}

/// One page of the database.
#[derive(Clone)]
pub struct Page([u8; PAGE]);

impl Page {
    pub fn new(bytes: [u8; PAGE]) -> Page {
        Page(bytes)
    }
}

impl Deref for Page {
    type Target = [u8; PAGE];
    fn deref(&self) -> &[u8; PAGE] {
        &self.0
    }
}

impl DerefMut for Page {
    fn deref_mut(&mut self) -> &mut [u8; PAGE] {
        &mut self.0
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_is_its_own_and_keeps_what_is_in_it() {
        let mut rooms = Rooms::default();
        let byte = |room: usize, page: usize| u8::try_from(room * 5 + page).unwrap();
        for room in 0..40 {
            assert_eq!(rooms.take(), room);
            for page in [0, 3, PAGES - 1] {
                assert!(rooms.page(room, page).unwrap().iter().all(|byte| *byte == 0));
                rooms.page_mut(room, page).unwrap().fill(byte(room, page));
            }
        }
        for room in 0..40 {
            for page in [0, 3, PAGES - 1] {
                assert_eq!(rooms.page(room, page).unwrap(), [byte(room, page); PAGE]);
            }
        }
        assert!(rooms.page(48, 0).is_none());
        rooms.wipe();
        assert!(rooms.pieces.iter().all(|piece| piece.iter().all(|byte| *byte == 0)));
    }
}
