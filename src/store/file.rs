//! Files and directories of the store: made 0700 and 0600 from the first instant, replaced as a whole or not at all.
//!
//! What must stay true: nothing of the store is ever readable by others, not even for the moment between creation and a
//! `chmod`; a link is never followed; and after a crash at any point a file holds either its old or its new content.
use crate::store::error::{Error, Result};
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Makes a directory, and those above it, for its owner alone.
pub fn make_directory(dir: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(DIRECTORY_MODE)
        .create(dir)
        .map_err(Error::io(format!("cannot make the directory {}", dir.display())))
}

/// Takes a directory from everybody but its owner.
pub fn restrict(dir: &Path) -> Result<()> {
    std::fs::set_permissions(dir, PermissionsExt::from_mode(DIRECTORY_MODE))
        .map_err(Error::io(format!("cannot restrict {}", dir.display())))
}

/// Stands before everything that changes the disk. Nothing, but in tests, which let any of them fail.
#[cfg(not(test))]
#[inline]
pub fn step() -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub use failing::step;

fn no_follow(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(FILE_MODE).custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC)
}

/// Opens a regular file for reading; none when there is no such file. Whatever else is in its place (a link, a pipe that
/// nobody writes to) is damage, and must not make us wait.
pub fn open(path: &Path) -> Result<Option<File>> {
    let flags = libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK;
    let not_a_file = || Error::damaged(format!("{} is not a regular file", path.display()));
    match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) if file.metadata().is_ok_and(|metadata| metadata.is_file()) => Ok(Some(file)),
        Ok(_) => Err(not_a_file()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => Err(not_a_file()),
        Err(error) => Err(Error::io(format!("cannot open {}", path.display()))(error)),
    }
}

/// Opens a file for reading and writing, making it when it is not there.
pub fn open_or_make(path: &Path) -> Result<File> {
    // Only making it changes the disk.
    if cfg!(test) && !path.exists() {
        step().map_err(Error::io(format!("cannot make {}", path.display())))?;
    }
    no_follow(OpenOptions::new().read(true).write(true).create(true).truncate(false))
        .open(path)
        .map_err(Error::io(format!("cannot open {}", path.display())))
}

/// Reads a whole file; none when there is no such file.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(Error::io(format!("cannot read {}", path.display())))?;
    Ok(Some(bytes))
}

/// The file itself, where its name is a link, from the root.
pub fn real(path: &Path) -> PathBuf {
    // Most names are none, and to look at every directory above takes longer than this.
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    let followed = if is_link { std::fs::canonicalize(path).ok() } else { None };
    followed.or_else(|| std::path::absolute(path).ok()).unwrap_or_else(|| path.to_owned())
}

/// Makes a file that must not exist yet, for writing.
pub fn make_new(path: &Path) -> std::io::Result<File> {
    no_follow(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Writes a file that must not exist yet, durably.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let doing = format!("cannot write {}", path.display());
    let mut file = make_new(path).map_err(Error::io(doing.clone()))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = std::fs::remove_file(path);
        return Err(Error::io(doing)(error));
    }
    sync_parent(path)
}

/// Replaces a file as a whole: written beside it, made durable, then renamed over it. Only the holder of the writer's
/// lock calls this, so the name beside it is never contended.
pub fn replace(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    let beside = PathBuf::from(beside);
    let written = write_beside(&beside, fill).and_then(|()| step()).and_then(|()| std::fs::rename(&beside, path));
    if let Err(error) = written {
        let _ = remove(&beside);
        return Err(Error::io(format!("cannot write {}", path.display()))(error));
    }
    sync_parent(path)
}

/// Puts a file that is durable already in the place of another one.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    step().and_then(|()| std::fs::rename(from, to)).map_err(Error::io(format!("cannot write {}", to.display())))?;
    sync_parent(to)
}

/// Removes a file.
pub fn remove(path: &Path) -> std::io::Result<()> {
    step()?;
    std::fs::remove_file(path)
}

fn write_beside(beside: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> std::io::Result<()> {
    step()?;
    // What a killed process left is removed rather than truncated: it might be a link.
    match std::fs::remove_file(beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut writer = BufWriter::with_capacity(256 * 1024, make_new(beside)?);
    fill(&mut writer)?;
    step()?;
    writer.flush()?;
    step()?;
    writer.get_ref().sync_all()
}

/// Makes the names in a file's directory durable.
pub fn sync_parent(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    step()
        .and_then(|()| File::open(parent))
        .and_then(|dir| dir.sync_all())
        .map_err(Error::io(format!("cannot make {} durable", parent.display())))
}

/// A file or directory that others can reach, and should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    pub path: PathBuf,
    /// What is wrong, in words.
    pub what: String,
    /// The mode that would be right; none where only its owner, who is somebody else, can put it right.
    pub wanted: Option<u32>,
}

/// What is wrong with the permissions of a file or directory that only its owner should see; none: nothing.
pub fn loosened(path: &Path) -> Option<Loose> {
    loose(path, |metadata| metadata.mode() & 0o077, "can be reached by others")
}

/// What is wrong with the permissions of a file or directory that others may see, but not change. A group of one's own
/// name, which many systems give to everybody, is no other.
pub fn changeable(path: &Path) -> Option<Loose> {
    let own_group = rustix::process::getegid().as_raw();
    let by_others = move |metadata: &Metadata| {
        let bits = if metadata.gid() == own_group { 0o002 } else { 0o022 };
        metadata.mode() & bits
    };
    loose(path, by_others, "can be changed by others")
}

fn loose(path: &Path, excess: impl Fn(&Metadata) -> u32, words: &str) -> Option<Loose> {
    let metadata = std::fs::symlink_metadata(path).ok()?;
    let owner = rustix::process::geteuid().as_raw();
    let said = |what: String, wanted| Some(Loose { path: path.to_owned(), what, wanted });
    if metadata.uid() != owner {
        return said(format!("{} belongs to another account (uid {})", path.display(), metadata.uid()), None);
    }
    let mode = metadata.mode() & 0o7777;
    match excess(&metadata) {
        0 => None,
        bits => said(format!("{} {words} (mode {:04o})", path.display(), mode & 0o777), Some(mode & !bits)),
    }
}

/// A disk that fails when a test says so.
#[cfg(test)]
pub mod failing {
    use std::cell::Cell;
    use std::io::{Error, ErrorKind, Result};

    /// How a disk fails.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum How {
        /// One step finds it full; the next ones find room again.
        Full,
        /// From that step on nothing happens any more: the process has died.
        Dead,
    }

    thread_local! {
        static PLAN: Cell<Option<(How, u32)>> = const { Cell::new(None) };
        static TAKEN: Cell<u32> = const { Cell::new(0) };
    }

    pub fn step() -> Result<()> {
        let number = TAKEN.replace(TAKEN.get() + 1);
        match PLAN.get() {
            Some((How::Full, at)) if number == at => Err(ErrorKind::StorageFull.into()),
            Some((How::Dead, at)) if number >= at => Err(Error::other("the process is dead")),
            _ => Ok(()),
        }
    }

    /// Does something on a disk that fails at a step, counted from 0; gives how many steps there were.
    pub fn at<T>(how: How, step: u32, work: impl FnOnce() -> T) -> (T, u32) {
        TAKEN.set(0);
        PLAN.set(Some((how, step)));
        let done = work();
        PLAN.set(None);
        (done, TAKEN.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_directories_are_made_for_their_owner_alone() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("a/b");
        make_directory(&dir).unwrap();
        write_new(&dir.join("f"), b"x").unwrap();
        assert_eq!(loosened(&dir), None);
        assert_eq!(loosened(&dir.join("f")), None);
        std::fs::set_permissions(&dir, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        assert!(loosened(&dir).unwrap().what.contains("0755"));
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_content_and_nothing_beside_it() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("f");
        write_new(&path, b"old").unwrap();
        let failed = replace(&path, |w| {
            w.write_all(b"half")?;
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        });
        assert!(matches!(failed, Err(Error::DiskFull)));
        assert_eq!(read(&path).unwrap().unwrap(), b"old");
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_in_the_place_of_a_file_is_not_followed() {
        let temp = tempfile::tempdir().unwrap();
        write_new(&temp.path().join("victim"), b"precious").unwrap();
        std::os::unix::fs::symlink(temp.path().join("victim"), temp.path().join("f")).unwrap();
        std::os::unix::fs::symlink(temp.path().join("victim"), temp.path().join("f.tmp")).unwrap();
        assert!(open(&temp.path().join("f")).is_err());
        replace(&temp.path().join("f"), |w| w.write_all(b"new")).unwrap();
        assert_eq!(read(&temp.path().join("victim")).unwrap().unwrap(), b"precious");
    }
}
