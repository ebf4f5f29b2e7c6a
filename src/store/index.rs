//! The completion index: the names of a store in a small file beside it, so that a shell can complete them without the
//! key.
//!
//! What must stay true: it holds what [`Names`] holds and nothing else; it is its owner's alone from its first instant
//! and replaced as a whole; keeping it never fails a command and never waits for one; and reading it trusts nothing: a
//! link, a pipe, a file of somebody else or of another size is no index.
//!
//! It lies in the cache directory, because it can be made again: the configuration directory is what people put under
//! version control. It bears the time of the newest file of the store it was made from, so an index that is not of the newest state
//! (a store restored, or changed from another machine) is made anew at the next opening.
use crate::model::audit::hex;
use crate::model::digest::sha256;
use crate::model::names::Names;
use crate::model::time::Timestamp;
use crate::store::engine::BASE;
use crate::store::{WriteTx, file};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Room for some 6,000 connections, and read in a millisecond.
const MOST_BYTES: usize = 1 << 20;

/// An index whose store has not changed for so long is of a store that is gone, or is made again when it is opened.
const FORGOTTEN: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Where the indexes of all stores are, and whether they are wanted.
#[derive(Debug, Clone)]
pub struct IndexPlace {
    pub dir: PathBuf,
    /// Where they are not, the one of a store goes away when that store is opened.
    pub wanted: bool,
}

/// The index of one store.
pub(super) struct Index {
    path: PathBuf,
    wanted: bool,
}

/// What a change leaves to be done about the names.
pub(super) enum Upkeep {
    Nothing,
    /// They are what they were; only the state is another.
    Same,
    Write(Names),
}

impl Index {
    pub(super) fn new(place: &IndexPlace, canonical_store: &Path) -> Index {
        Index { path: path(place, canonical_store), wanted: place.wanted }
    }

    /// The state of the store that the index should be made from, when it was made from another or does not exist.
    pub(super) fn outdated(&self, store: &Path) -> Option<SystemTime> {
        if !self.wanted {
            let _ = std::fs::remove_file(&self.path);
            return None;
        }
        let newest = newest(store)?;
        (changed(&self.path) != Some(newest)).then_some(newest)
    }

    /// Keeps these names, which are those of the state of this time. A failure leaves what was there before; the next
    /// opening tries again.
    pub(super) fn keep(&self, names: Names, of: SystemTime) {
        let _ = self.replace(names, of);
        self.forget_others(of);
    }

    /// What a change leaves to be done, asked inside it: the names are in its database.
    pub(super) fn after(&self, tx: &WriteTx<'_>, store: &Path) -> Upkeep {
        match self.wanted {
            false => Upkeep::Nothing,
            true if !tx.changes_names() && self.outdated(store).is_none() => Upkeep::Same,
            true => tx.names(tx.now()).map_or(Upkeep::Nothing, Upkeep::Write),
        }
    }

    /// Does it: the caller still holds the writer's lock, so the files are those of the change.
    pub(super) fn keep_up(&self, upkeep: Upkeep, store: &Path) {
        let (Some(of), true) = (newest(store), self.wanted) else { return };
        match upkeep {
            Upkeep::Nothing => {}
            Upkeep::Same => {
                let _ = open(&self.path).and_then(|file| file.set_modified(of).ok());
            }
            Upkeep::Write(names) => self.keep(names, of),
        }
    }

    fn replace(&self, names: Names, of: SystemTime) -> Option<()> {
        let text = names.to_text(MOST_BYTES)?;
        file::make_directory(self.path.parent()?).ok()?;
        // Two who open at once each write their own; which of them comes last does not matter, the time says of which
        // state it is.
        let beside = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let written = file::make_new(&beside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            // Not made durable: after a crash it is another index than the one of this time, and is made again.
            file.set_modified(of)?;
            std::fs::rename(&beside, &self.path)
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        written.ok()
    }

    /// Names of a store that was deleted with `rm` would lie here for ever.
    fn forget_others(&self, now: SystemTime) {
        let entries = self.path.parent().and_then(|dir| std::fs::read_dir(dir).ok());
        for path in entries.into_iter().flatten().flatten().map(|entry| entry.path()) {
            let age = changed(&path).and_then(|then| now.duration_since(then).ok());
            if age.is_some_and(|age| age > FORGOTTEN) {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

/// The names in the index of the store in this directory; none when there is no index that can be believed.
pub fn read(place: &IndexPlace, store: &Path) -> Option<Names> {
    if !place.wanted {
        return None;
    }
    let file = open(&path(place, &std::fs::canonicalize(store).ok()?))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).ok()?;
    Names::from_text(bytes.get(..).filter(|bytes| bytes.len() <= MOST_BYTES)?)
}

/// The file, when it is ours, a file, and of a size that we write. `O_NONBLOCK`: a pipe in its place must not make a
/// prompt wait.
fn open(path: &Path) -> Option<File> {
    let flags = libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    let metadata = file.metadata().ok()?;
    let is_ours = metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0;
    (metadata.is_file() && is_ours && metadata.len() <= MOST_BYTES as u64).then_some(file)
}

fn path(place: &IndexPlace, canonical_store: &Path) -> PathBuf {
    place.dir.join(hex(&sha256(canonical_store.as_os_str().as_encoded_bytes())))
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// When the store last changed: the time of its newest file, since a change may be in any of them.
fn newest(store: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(store).ok()?.flatten();
    let files = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(BASE.as_bytes()));
    files.filter_map(|entry| changed(&entry.path())).max()
}

/// The instant of a state, for what has expired by then.
pub(super) fn instant(of: SystemTime) -> Timestamp {
    Timestamp::try_from(of).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    struct Place {
        temp: tempfile::TempDir,
    }

    impl Place {
        fn new() -> Place {
            let place = Place { temp: tempfile::tempdir().unwrap() };
            std::fs::create_dir(place.store()).unwrap();
            std::fs::write(place.base(), "sealed").unwrap();
            place
        }

        fn store(&self) -> PathBuf {
            self.temp.path().canonicalize().unwrap().join("store")
        }

        fn base(&self) -> PathBuf {
            self.store().join("store.age")
        }

        fn index(&self, wanted: bool) -> (IndexPlace, Index) {
            let place = IndexPlace { dir: self.temp.path().join("cache/siesta/names"), wanted };
            let index = Index::new(&place, &self.store());
            (place, index)
        }
    }

    fn agents(names: &[&str]) -> Names {
        Names { agents: names.iter().map(|name| (*name).to_owned()).collect(), ..Names::default() }
    }

    fn read_agents(place: &IndexPlace, store: &Path) -> Option<Vec<String>> {
        read(place, store).map(|names| names.agents)
    }

    #[test]
    fn an_index_is_for_its_owner_alone_and_nothing_lies_beside_it() {
        let home = Place::new();
        let (place, index) = home.index(true);
        index.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
        assert_eq!(read_agents(&place, &home.store()), Some(vec!["helper".to_owned()]));
        assert_eq!(std::fs::metadata(&index.path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&place.dir).unwrap().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(&place.dir).unwrap().count(), 1);
    }

    #[test]
    fn an_index_of_another_state_is_noticed_and_one_of_this_state_is_left_alone() {
        let home = Place::new();
        let (_, index) = home.index(true);
        assert!(index.outdated(&home.store()).is_some(), "there is none yet");
        index.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
        assert_eq!(index.outdated(&home.store()), None);
        let later = SystemTime::now() + Duration::from_secs(5);
        File::options().write(true).open(home.base()).unwrap().set_modified(later).unwrap();
        assert_eq!(index.outdated(&home.store()), Some(later));
    }

    #[test]
    fn switched_off_it_goes_away_and_is_not_read_before() {
        let home = Place::new();
        home.index(true).1.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
        let (place, index) = home.index(false);
        assert_eq!(read(&place, &home.store()), None);
        assert_eq!(index.outdated(&home.store()), None);
        assert!(!index.path.exists());
    }

    #[test]
    fn what_is_no_index_of_ours_is_not_read() {
        let home = Place::new();
        let (place, index) = home.index(true);
        let fresh = || {
            let _ = std::fs::remove_file(&index.path);
            let _ = std::fs::remove_dir(&index.path);
            index.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
            assert!(read(&place, &home.store()).is_some());
        };

        fresh();
        std::fs::set_permissions(&index.path, PermissionsExt::from_mode(0o666)).unwrap();
        assert_eq!(read(&place, &home.store()), None, "anybody could have written it");

        fresh();
        std::fs::rename(&index.path, place.dir.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(place.dir.join("elsewhere"), &index.path).unwrap();
        assert_eq!(read(&place, &home.store()), None, "a link");

        fresh();
        File::options().write(true).open(&index.path).unwrap().set_len(100 << 20).unwrap();
        assert_eq!(read(&place, &home.store()), None, "100 MB");

        fresh();
        std::fs::write(&index.path, [0xff, 0x1b, 0x5b, 0x32, 0x4a]).unwrap();
        assert_eq!(read(&place, &home.store()), None, "random bytes");

        std::fs::remove_file(&index.path).unwrap();
        std::fs::create_dir(&index.path).unwrap();
        assert_eq!(read(&place, &home.store()), None, "a directory");
    }

    #[test]
    fn a_pipe_in_its_place_makes_nobody_wait() {
        let home = Place::new();
        let (place, index) = home.index(true);
        file::make_directory(&place.dir).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &index.path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(read(&place, &home.store()), None);
        // And keeping one replaces it.
        index.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
        assert!(read(&place, &home.store()).is_some());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_no_error() {
        let home = Place::new();
        let (place, index) = home.index(true);
        std::fs::write(home.temp.path().join("cache"), "in the way").unwrap();
        index.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
        assert_eq!(read(&place, &home.store()), None);
    }

    #[test]
    fn the_names_of_a_store_that_is_long_gone_are_forgotten() {
        let home = Place::new();
        let (place, index) = home.index(true);
        let gone = Index::new(&place, Path::new("/gone"));
        gone.keep(agents(&["old"]), SystemTime::now() - FORGOTTEN - Duration::from_secs(60));
        let recent = Index::new(&place, Path::new("/recent"));
        recent.keep(agents(&["new"]), SystemTime::now() - Duration::from_secs(60));
        index.keep_up(Upkeep::Write(agents(&["helper"])), &home.store());
        assert!(!gone.path.exists() && recent.path.exists() && index.path.exists());
    }
}
