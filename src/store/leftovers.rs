//! What lies in the store's directory beside the store, and whether a living process has use for it.
//!
//! What must stay true: looking changes nothing. A lock is tried in its shared form and let go at once, so a writer that
//! comes in that moment waits for an instant and is not refused.
use crate::store::engine::LOCK;
use crate::store::file;
use rustix::fs::{FlockOperation, flock};
use std::path::Path;

/// A file of the directory that is a lock, half of a file, or an older store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub name: String,
    /// Whether a living process holds it; for what a writer writes: whether there is a writer.
    pub is_held: bool,
}

/// Everything in the directory, by name. A directory that cannot be read has nothing to tell.
pub fn beside(dir: &Path) -> Vec<Beside> {
    let is_written = is_locked(&dir.join(LOCK));
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut found: Vec<Beside> = entries
        .flatten()
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_held = if name.ends_with(".lock") { is_locked(&entry.path()) } else { is_written };
            Beside { name, is_held }
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn is_locked(path: &Path) -> bool {
    // A pipe or device of this name would block; it is no lock.
    if !std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let Ok(Some(file)) = file::open(path) else { return false };
    matches!(flock(&file, FlockOperation::NonBlockingLockShared), Err(rustix::io::Errno::WOULDBLOCK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::lock::WriterLock;
    use std::time::Duration;

    #[test]
    fn a_lock_is_held_for_as_long_as_its_process_lives() {
        let temp = tempfile::tempdir().unwrap();
        for name in ["store.age.tmp", "refresh-1.lock"] {
            std::fs::write(temp.path().join(name), "").unwrap();
        }
        let held = || -> Vec<bool> { beside(temp.path()).iter().map(|b| b.is_held).collect() };
        assert_eq!(held(), [false, false]);
        let writer = WriterLock::take(&temp.path().join(LOCK), Duration::ZERO, "siesta add").unwrap();
        assert_eq!(held(), [false, true, true], "refresh-1.lock, store.age.tmp, store.lock");
        drop(writer);
        assert_eq!(held(), [false, false, false]);
    }
}
