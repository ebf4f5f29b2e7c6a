//! Memory that held something of the store, wiped when it is given up.
//!
//! What must stay true: nothing but zeros is given back to the allocator. `Zeroizing` does the same byte by byte, which
//! takes about as long as opening what was in it; this is for what is large and comes often.
use super::pages::PAGE;
use std::ops::{Deref, DerefMut};

/// As many bytes as it was made with.
pub struct Room(Box<[u8]>);

impl Room {
    pub fn new(length: usize) -> Room {
        Room(vec![0; length].into_boxed_slice())
    }
}

impl Deref for Room {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Room {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
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

fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    // Or the compiler would leave out writes that nobody reads.
    zeroize::optimization_barrier(bytes);
}
