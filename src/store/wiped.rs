//! Memory that held something of the store, overwritten when it is given up.
//!
//! What must stay true: nothing but zeros is given back to the allocator. `Zeroizing` does the same byte by byte, which
//! takes about as long as opening what was in it; this is for what is large and comes often.
use std::ops::{Deref, DerefMut};

/// Overwrites with zeros what nobody reads again.
pub fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    // Or the compiler would leave out writes that nobody reads.
    zeroize::optimization_barrier(bytes);
}

/// Bytes that are overwritten when they are dropped, with whatever was reserved behind them. To be made as large as it will
/// be: a vector that grows leaves copies of what it held behind.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Wiped(Vec<u8>);

impl Wiped {
    pub fn with_capacity(capacity: usize) -> Wiped {
        Wiped(Vec::with_capacity(capacity))
    }

    pub fn copy_of(bytes: &[u8]) -> Wiped {
        Wiped(bytes.to_vec())
    }
}

impl Deref for Wiped {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl std::fmt::Debug for Wiped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        let whole = self.0.capacity();
        self.0.clear();
        self.0.resize(whole, 0);
        wipe(&mut self.0);
    }
}
