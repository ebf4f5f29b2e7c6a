//! A directory that only this user can enter, for one socket, gone when dropped.
//!
//! What must stay true: it is created, never found (a directory prepared by somebody else is refused), and it is 0700
//! from its first instant. Whoever could connect to the socket inside would get past the [`gate`](crate::oauth).
use crate::oauth::error::Error;
use crate::oauth::random::{self, Random};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The shortest `sun_path` of the systems we run on is 104 bytes with its closing zero (BSD, macOS; Linux has 108).
const LONGEST_SOCKET_PATH: usize = 103;

/// Where the socket goes when it cannot be where it should.
const LAST_RESORT: &str = "/tmp";

pub(super) struct PrivateDir {
    directory: PathBuf,
}

impl PrivateDir {
    pub(super) fn create(scratch: &Path, random: &mut dyn Random) -> Result<Self, Error> {
        let name = format!("siesta-{}", random::url_text::<12>(random)?);
        PrivateDir::named(scratch, &name).map_err(Error::Listener)
    }

    fn named(scratch: &Path, name: &str) -> io::Result<Self> {
        let last = Path::new(LAST_RESORT).join(name);
        let directory = scratch.join(name);
        if directory.join(SOCKET).as_os_str().len() > LONGEST_SOCKET_PATH {
            return PrivateDir::new(last);
        }
        match PrivateDir::new(directory) {
            // Somebody was there first: that is no accident, and is not gone round.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // A TMPDIR that was cleaned away, or another user's runtime directory, as sudo leaves it in the environment.
            Err(_) => PrivateDir::new(last),
            created => created,
        }
    }

    fn new(directory: PathBuf) -> io::Result<Self> {
        DirBuilder::new().mode(0o700).create(&directory)?;
        Ok(PrivateDir { directory })
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.directory.join(SOCKET)
    }
}

const SOCKET: &str = "s";

impl Drop for PrivateDir {
    fn drop(&mut self) {
        // Whoever cleans the temporary directory may have been faster.
        let _ = fs::remove_file(self.socket());
        let _ = fs::remove_dir(&self.directory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::random::fixed::Counting;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_directory_is_private_new_and_gone_afterwards() {
        let scratch = tempfile::tempdir().unwrap();
        let private = PrivateDir::create(scratch.path(), &mut Counting::default()).unwrap();
        let mode = fs::metadata(&private.directory).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        // The same name again: somebody was there first, so it is refused.
        assert!(PrivateDir::create(scratch.path(), &mut Counting::default()).is_err());
        drop(private);
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_is_missing_or_closed_to_us_is_avoided() {
        let scratch = tempfile::tempdir().unwrap();
        let mut random = crate::oauth::random::SystemRandom;
        let file = scratch.path().join("file");
        fs::write(&file, "").unwrap();
        for bad in [scratch.path().join("missing"), file] {
            assert!(PrivateDir::create(&bad, &mut random).unwrap().socket().starts_with("/tmp/"));
        }
    }

    #[test]
    fn a_path_too_long_for_a_socket_is_avoided() {
        let scratch = tempfile::tempdir().unwrap();
        let deep = scratch.path().join("x".repeat(100));
        let mut random = crate::oauth::random::SystemRandom;
        assert!(PrivateDir::create(&deep, &mut random).unwrap().socket().starts_with("/tmp"));
    }
}
