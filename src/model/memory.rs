//! Memory that is kept out of swap.
//!
//! What must stay true: it helps where it can and never makes a command fail: how much a process may lock is limited
//! (8 MiB by default, RLIMIT_MEMLOCK), and some systems allow none. Pages stay locked until the process ends: another
//! secret may lie in the same page, and unlocking it for one would unlock it for all.

/// Keeps the pages of a value that does not move any more in memory.
pub fn keep<T: ?Sized>(value: &T) {
    let length = size_of_val(value);
    if length > 0
        && let Ok(lock) = region::lock(std::ptr::from_ref(value).cast::<u8>(), length)
    {
        std::mem::forget(lock);
    }
}
