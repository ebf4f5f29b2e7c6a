//! Rooms for opened chunks and pages, overwritten when they are given up.
//!
//! What must stay true: whatever was in one is not in memory any more when another owner gets it.
use super::pages::PAGE;
use crate::store::wiped::wipe;
use std::ops::{Deref, DerefMut};

/// As many rooms of one size as are asked for.
///
/// They are taken from the system several at a time, in pieces that the allocator keeps apart from everything else: among
/// the memory that opening a chunk takes and gives back, each of them would make the heap grow and shrink again.
pub struct Rooms {
    each: usize,
    pieces: Vec<Box<[u8]>>,
    taken: usize,
}

impl Rooms {
    /// Rooms in one piece.
    const TOGETHER: usize = 16;

    /// Rooms of so many bytes.
    pub fn new(each: usize) -> Rooms {
        Rooms { each, pieces: Vec::new(), taken: 0 }
    }

    /// One more, and its number.
    pub fn take(&mut self) -> usize {
        if self.taken == self.pieces.len() * Rooms::TOGETHER {
            self.pieces.push(vec![0; self.each * Rooms::TOGETHER].into_boxed_slice());
        }
        self.taken += 1;
        self.taken - 1
    }

    pub fn get(&self, number: usize) -> Option<&[u8]> {
        self.pieces.get(number / Rooms::TOGETHER)?.chunks_exact(self.each).nth(number % Rooms::TOGETHER)
    }

    pub fn get_mut(&mut self, number: usize) -> Option<&mut [u8]> {
        self.pieces.get_mut(number / Rooms::TOGETHER)?.chunks_exact_mut(self.each).nth(number % Rooms::TOGETHER)
    }
}

impl Rooms {
    fn wipe(&mut self) {
        let mut taken = self.taken;
        for piece in &mut self.pieces {
            // What nobody has taken was never written to, and is not in memory until it is.
            let written = piece.len().min(taken * self.each);
            wipe(piece.get_mut(..written).unwrap_or_default());
            taken = taken.saturating_sub(Rooms::TOGETHER);
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
        let mut rooms = Rooms::new(8);
        for n in 0..40 {
            let number = rooms.take();
            assert_eq!(number, n);
            assert_eq!(rooms.get(number).unwrap(), [0; 8]);
            rooms.get_mut(number).unwrap().fill(u8::try_from(n).unwrap());
        }
        for n in 0..40 {
            assert_eq!(rooms.get(n).unwrap(), [u8::try_from(n).unwrap(); 8]);
        }
        assert!(rooms.get(48).is_none());
        rooms.wipe();
        assert!(rooms.pieces.iter().all(|piece| piece.iter().all(|byte| *byte == 0)));
    }
}
