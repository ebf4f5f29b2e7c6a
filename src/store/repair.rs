//! Puts right what lies wrong around the store: doors that stand open, things left behind.
//!
//! What must stay true: nothing here touches what is inside the store. A link is never followed, so that nobody who may
//! write here can have us open up a file elsewhere; and what is removed is removed under the lock of whoever might be
//! using it.
use crate::store::engine::{LOCK, STAGING};
use crate::store::error::{Error, Result};
use crate::store::lock::WriterLock;
use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

/// Sets the mode of a file or directory.
pub fn restrict(path: &Path, mode: u32) -> Result<()> {
    let doing = || format!("cannot restrict {}", path.display());
    let flags = libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(Error::io(doing()))?;
    file.set_permissions(Permissions::from_mode(mode)).map_err(Error::io(doing()))
}

/// Lets its owner write a file, and make files beside it.
pub fn let_owner_write(path: &Path) -> Result<()> {
    let doing = || format!("cannot let {} be written", path.display());
    let more = |path: &Path, bits: u32| -> std::io::Result<()> {
        let metadata = std::fs::symlink_metadata(path)?;
        match metadata.is_symlink() || metadata.mode() & bits == bits {
            true => Ok(()),
            false => std::fs::set_permissions(path, Permissions::from_mode(metadata.mode() & 0o7777 | bits)),
        }
    };
    let directory = path.parent().map_or(Ok(()), |parent| more(parent, 0o700));
    let file = match directory {
        Ok(()) if path.exists() => more(path, 0o600),
        other => other,
    };
    file.map_err(Error::io(doing()))
}

/// Removes a file of the store's directory that nobody has use for. One that is in use again is left, and said to be.
pub fn remove_leftover(dir: &Path, name: &str, holder: &str) -> Result<()> {
    let path = dir.join(name);
    // A lock is its own lock; everything else is a writer's.
    let lock = if name.ends_with(".lock") { path.clone() } else { dir.join(LOCK) };
    let held = WriterLock::take(&lock, Duration::ZERO, holder)?;
    let removed = match name == STAGING {
        true => std::fs::remove_dir_all(&path),
        false => std::fs::remove_file(&path),
    };
    drop(held);
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(format!("cannot remove {}", path.display()))(error))
        }
        _ => sync(dir),
    }
}

fn sync(dir: &Path) -> Result<()> {
    let doing = || format!("cannot make {} durable", dir.display());
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(Error::io(doing()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_not_followed_and_what_it_leads_to_stays_as_it_was() {
        let temp = tempfile::tempdir().unwrap();
        let victim = temp.path().join("victim");
        std::fs::write(&victim, "").unwrap();
        std::fs::set_permissions(&victim, Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&victim, temp.path().join("store.secret")).unwrap();
        assert!(restrict(&temp.path().join("store.secret"), 0o600).is_err());
        assert_eq!(std::fs::metadata(&victim).unwrap().mode() & 0o777, 0o644);
        restrict(&victim, 0o600).unwrap();
        assert_eq!(std::fs::metadata(&victim).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_somebody_holds_is_left() {
        let temp = tempfile::tempdir().unwrap();
        for name in ["store.age.tmp", "refresh-1.lock"] {
            std::fs::write(temp.path().join(name), "").unwrap();
        }
        let writer = WriterLock::take(&temp.path().join(LOCK), Duration::ZERO, "siesta add").unwrap();
        let refresh = WriterLock::take(&temp.path().join("refresh-1.lock"), Duration::ZERO, "siesta refresh").unwrap();
        for name in ["store.age.tmp", "refresh-1.lock"] {
            assert!(matches!(remove_leftover(temp.path(), name, "siesta doctor"), Err(Error::Busy { .. })), "{name}");
            assert!(temp.path().join(name).exists());
        }
        drop((writer, refresh));
        for name in ["store.age.tmp", "refresh-1.lock", "gone.tmp"] {
            remove_leftover(temp.path(), name, "siesta doctor").unwrap();
            assert!(!temp.path().join(name).exists());
        }
    }
}
