//! The engine under failure: at every step of every kind of commit the disk gets full, or the process dies; and any byte
//! of any file is changed or cut off.
use super::*;
use crate::store::file::failing::{self, How};
use crate::store::seal;
use rusqlite::params;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use uuid::Uuid;

const DEADLINE: Duration = Duration::from_secs(5);

struct Bench {
    temp: tempfile::TempDir,
    identity: String,
    secret: StoreSecret,
    frames: u32,
    delta_floor: u64,
}

/// What a store in a test holds: notes by number.
type Notes = BTreeMap<i64, String>;

impl Bench {
    fn new(frames: u32, delta_floor: u64) -> Bench {
        let temp = tempfile::tempdir().unwrap();
        let secret = StoreSecret::generate(Uuid::now_v7()).unwrap();
        let (key, identity) = Key::generate(&secret.fingerprint(), "now");
        let recipient = key.recipient().unwrap();
        let bench = Bench { temp, identity: identity.to_string(), secret, frames, delta_floor };
        bench
            .engine()
            .create(std::slice::from_ref(&recipient), |database, _| {
                database.execute_batch("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")?;
                database.execute("INSERT INTO recipients VALUES (?1, 'own key', 0)", [&recipient])?;
                database.execute("INSERT INTO meta VALUES ('store_secret', ?1)", [&bench.secret.secret[..]])?;
                Ok(())
            })
            .unwrap();
        bench
    }

    fn dir(&self) -> &Path {
        self.temp.path()
    }

    fn engine(&self) -> Engine {
        let key = Key::parse(&self.identity).unwrap();
        let mut engine = Engine::new(self.dir(), key, self.secret.clone(), "test".to_owned());
        engine.set_limits(self.frames, self.delta_floor);
        engine
    }

    fn notes(&self) -> Result<Notes> {
        notes(&self.engine())
    }

    /// The SHA-256 of every page there is, without SQLite: for tests that look many thousand times.
    fn digest(&self) -> Result<[u8; 32]> {
        let key = Arc::new(Key::parse(&self.identity).unwrap());
        let mut pages =
            Pages::open(self.dir(), &self.dir().join(BASE), key, Arc::new(self.secret.clone()), Limits::USUAL)?;
        let mut digest = Sha256::new();
        let mut page = [0; pages::PAGE];
        for number in 1..=pages.count {
            pages.read_page(number, 0, &mut page)?;
            digest.update(page);
        }
        Ok(digest.finalize().into())
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(self.dir())
            .unwrap()
            .flatten()
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn put_back(&self, files: &[(String, Vec<u8>)]) {
        std::fs::read_dir(self.dir()).unwrap().flatten().for_each(|e| std::fs::remove_file(e.path()).unwrap());
        files.iter().for_each(|(name, bytes)| std::fs::write(self.dir().join(name), bytes).unwrap());
    }

    fn has(&self, ending: &str) -> bool {
        self.count(ending) > 0
    }

    fn count(&self, ending: &str) -> usize {
        self.files().iter().filter(|(name, _)| name.ends_with(ending)).count()
    }
}

fn notes(engine: &Engine) -> Result<Notes> {
    engine.read(|database, _| {
        let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        assert_eq!(sound, "ok");
        let mut statement = database.prepare("SELECT id, text FROM notes")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

fn put(engine: &Engine, id: i64, text: &str, durable: Durable) -> Result<u32> {
    let written = engine.write(DEADLINE, |database, _| {
        database.execute("INSERT OR REPLACE INTO notes VALUES (?1, ?2)", params![id, text])?;
        Ok(((), durable))
    })?;
    Ok(written.seq)
}

/// A text of several pages, so that a note changes more than one.
fn long(seed: &str) -> String {
    seed.repeat(9000 / seed.len().max(1) + 1)
}

#[test]
fn what_is_committed_is_there_in_a_log_in_a_delta_and_in_a_new_base() {
    let bench = Bench::new(4, 64 * 1024);
    let engine = bench.engine();
    let mut expected = Notes::new();
    let (mut seen_log, mut seen_delta, mut folds) = (false, false, 0);
    let mut base = std::fs::read(bench.dir().join(BASE)).unwrap();
    for n in 0..60 {
        let text = long(&format!("note {n} "));
        put(&engine, n % 23, &text, Durable::Appended).unwrap();
        expected.insert(n % 23, text);
        assert_eq!(notes(&engine).unwrap(), expected, "the writer itself, after {n}");
        assert_eq!(bench.notes().unwrap(), expected, "another process, after {n}");
        seen_log |= bench.has(".log");
        seen_delta |= bench.has(".delta");
        let now = std::fs::read(bench.dir().join(BASE)).unwrap();
        folds += usize::from(now != base);
        base = now;
    }
    assert!(seen_log && seen_delta && folds > 1, "log {seen_log}, delta {seen_delta}, folds {folds}");
    engine.compact(DEADLINE, &mut |_, _| {}).unwrap();
    let names: Vec<String> = bench.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["store.age", "store.fold", "store.lock"]);
    assert_eq!(bench.notes().unwrap(), expected);
}

#[test]
fn a_reader_keeps_its_snapshot_while_others_write_and_fold() {
    let bench = Bench::new(3, 16 * 1024);
    let writer = bench.engine();
    put(&writer, 1, "one", Durable::Appended).unwrap();
    let reader = bench.engine();
    reader
        .read(|database, seq| {
            let count = || database.query_row("SELECT count(*) FROM notes", [], |row| row.get::<_, i64>(0));
            assert_eq!(count().unwrap(), 1);
            for n in 2..40 {
                put(&writer, n, &long("x"), Durable::Appended)?;
                assert_eq!(count().unwrap(), 1, "after change {n}");
            }
            writer.compact(DEADLINE, &mut |_, _| {})?;
            put(&writer, 99, "last", Durable::Folded)?;
            // Pages that were not asked for before.
            let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
            assert_eq!((sound.as_str(), count().unwrap()), ("ok", 1));
            assert!(seq < writer.read(|_, seq| Ok(seq))?);
            Ok(())
        })
        .unwrap();
    assert_eq!(notes(&reader).unwrap().len(), 40);
}

#[test]
fn whoever_has_the_store_open_goes_on_after_its_pages_were_laid_in_another_order() {
    let bench = Bench::new(1000, 1 << 30);
    let open = bench.engine();
    open.write(DEADLINE, |database, _| {
        database.execute_batch(
            "CREATE TABLE others (id INTEGER PRIMARY KEY, text TEXT NOT NULL); CREATE INDEX by_text ON others (text);",
        )?;
        for n in 0..200 {
            database.execute("INSERT INTO notes VALUES (?1, ?2)", params![n, long("note ")])?;
            database.execute("INSERT INTO others VALUES (?1, ?2)", params![n, format!("other {n}")])?;
        }
        // Free pages, which a new order does not take along.
        database.execute("DELETE FROM notes WHERE id % 3 = 0", [])?;
        Ok(((), Durable::Appended))
    })
    .unwrap();
    let before = notes(&open).unwrap();
    let (pages, seq) = (open.take_open().unwrap(), open.read(|_, seq| Ok(seq)).unwrap());
    let count = pages.pages().unwrap().count;
    open.put_back(pages);
    bench.engine().compact(DEADLINE, &mut |_, _| {}).unwrap();
    // The same connection, with what it had read of the old order, and its statements.
    assert_eq!(notes(&open).unwrap(), before);
    put(&open, 3, "put back", Durable::Appended).unwrap();
    let (others, now) = open
        .read(|database, seq| {
            let others = "SELECT count(*) FROM others INDEXED BY by_text WHERE text > ''";
            Ok((database.query_row(others, [], |row| row.get::<_, i64>(0))?, seq))
        })
        .unwrap();
    assert_eq!((others, now), (200, seq + 2), "one for the new order, one for the note");
    assert_eq!(bench.notes().unwrap().len(), before.len() + 1);
    let fresh = bench.engine();
    fresh.read(|_, _| Ok(())).unwrap();
    let opened = fresh.take_open().unwrap();
    let after = opened.pages().unwrap().count;
    assert!(after < count, "{after} pages after {count}");
    fresh.put_back(opened);
    let id = |bench: &Bench| std::fs::read(bench.dir().join(BASE)).unwrap();
    bench.engine().compact(DEADLINE, &mut |_, _| {}).unwrap();
    let laid = id(&bench);
    bench.engine().compact(DEADLINE, &mut |_, _| {}).unwrap();
    assert!(laid == id(&bench), "nothing has changed, so nothing is written");
}

#[test]
fn a_new_order_keeps_no_copy_of_a_row_that_a_later_change_would_miss() {
    let bench = Bench::new(1000, 1 << 30);
    let engine = bench.engine();
    let secret = |n: i64| format!("secret-number-{n:03}-{}", "x".repeat(700));
    engine
        .write(DEADLINE, |database, _| {
            // As credentials are kept: whole rows in the cells of a tree whose pages split.
            database.execute_batch(
                "CREATE TABLE kept (name TEXT PRIMARY KEY, secret TEXT NOT NULL) STRICT, WITHOUT ROWID",
            )?;
            for n in 0..60 {
                database.execute("INSERT INTO kept VALUES (?1, ?2)", params![format!("name {n:03}"), secret(n)])?;
            }
            Ok(((), Durable::Appended))
        })
        .unwrap();
    bench.engine().compact(DEADLINE, &mut |_, _| {}).unwrap();
    let laid = bench.files();
    for n in 0..60 {
        bench.put_back(&laid);
        let engine = bench.engine();
        engine
            .write(DEADLINE, |database, _| {
                database.execute("DELETE FROM kept WHERE name = ?1", [format!("name {n:03}")])?;
                Ok(((), Durable::Folded))
            })
            .unwrap();
        let base = file::open(&bench.dir().join(BASE)).unwrap().unwrap();
        let base = seal::open(&engine.key, base, Path::new(BASE)).unwrap();
        let text = secret(n);
        assert!(!base.windows(17).any(|window| window == &text.as_bytes()[..17]), "row {n} is still there");
    }
}

#[test]
fn a_change_too_large_for_a_frame_is_kept_when_the_log_before_it_is_overdue() {
    let mut bench = Bench::new(1000, 1 << 30);
    let engine = bench.engine();
    (0..8).for_each(|n| _ = put(&engine, n, &long("before "), Durable::Appended).unwrap());
    // What a crowd has left behind is more than is allowed now.
    (bench.frames, bench.delta_floor) = (2, 1);
    let engine = bench.engine();
    let large = "l".repeat(17 * 1024 * 1024);
    put(&engine, 100, &large, Durable::Appended).unwrap();
    assert_eq!(bench.notes().unwrap()[&100].len(), large.len());
    put(&engine, 101, "after", Durable::Appended).unwrap();
    assert_eq!((bench.notes().unwrap().len(), notes(&engine).unwrap().len()), (10, 10));
}

#[test]
fn a_revocation_during_the_copying_leaves_nothing_behind() {
    let bench = Bench::new(1000, 1 << 30);
    let (engine, other) = (bench.engine(), bench.engine());
    put(&engine, 1, "a-secret-that-goes", Durable::Appended).unwrap();
    let opened = engine.take_open().unwrap();
    read_in(&opened, |_, _| Ok(())).unwrap();
    let path = bench.dir().join(names::FOLD);
    let laid = lay::Laid::of(&opened.pages, &path, |database, name| engine.readers_of(database, name)).unwrap();
    put(&other, 1, "gone", Durable::Folded).unwrap();
    let is_outdated = || !opened.pages().unwrap().is_newest().unwrap();
    assert!(laid.write(&path, is_outdated, &mut |_, _| {}).is_err());
    assert!(!bench.has(".fold") && !bench.has(".fold.tmp"), "{:?}", bench.files().len());
    assert_eq!(bench.notes().unwrap()[&1], "gone");
}

#[test]
fn what_a_folded_change_deletes_is_in_no_file() {
    for changes in [0, 11] {
        a_folded_change_after(changes);
    }
}

fn a_folded_change_after(changes: i64) {
    let bench = Bench::new(4, 1 << 30);
    let engine = bench.engine();
    (0..changes).for_each(|n| _ = put(&engine, 10 + n, "a-secret-that-goes", Durable::Appended).unwrap());
    assert_eq!(bench.count(".delta"), if changes > 0 { 2 } else { 0 });
    engine
        .write(DEADLINE, |database, _| {
            database.execute("DELETE FROM notes", [])?;
            Ok(((), Durable::Appended))
        })
        .unwrap();
    put(&engine, 1, "a-secret-that-goes", Durable::Appended).unwrap();
    put(&engine, 2, "stays", Durable::Appended).unwrap();
    std::fs::write(bench.dir().join("store.age.v1"), "an older base").unwrap();
    put(&engine, 1, "gone", Durable::Folded).unwrap();
    let files = bench.files();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["store.age", "store.lock"], "nothing older is left");
    let base = seal::open(&engine.key, file::open(&bench.dir().join(BASE)).unwrap().unwrap(), Path::new(BASE)).unwrap();
    let holds = |text: &str| base.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("stays") && !holds("a-secret-that-goes"));
}

/// The kinds of commit that differ on disk, each made ready up to the change to be watched.
fn situations() -> Vec<(&'static str, Bench, Durable)> {
    let ready = |frames: u32, floor: u64, changes: i64| {
        let bench = Bench::new(frames, floor);
        let engine = bench.engine();
        (0..changes).for_each(|n| _ = put(&engine, n, &long("before "), Durable::Appended).unwrap());
        bench
    };
    // With so many deltas, right before a change that makes a delta so that there are so many.
    let before_deltas = |now: usize, then: usize| {
        for changes in 4.. {
            let bench = ready(2, 1 << 30, changes);
            let (files, log) = (bench.files(), bench.count(".log"));
            if (bench.count(".delta"), log) == (now, 1) {
                put(&bench.engine(), 500, "new", Durable::Appended).unwrap();
                if (bench.count(".delta"), bench.count(".log")) == (then, 0) {
                    bench.put_back(&files);
                    return bench;
                }
            }
        }
        unreachable!("there is such a number")
    };
    vec![
        ("the first frame of a log", ready(100, 1 << 20, 0), Durable::Appended),
        ("one more frame", ready(100, 1 << 20, 3), Durable::Appended),
        ("a log that becomes a delta", ready(4, 1 << 20, 3), Durable::Appended),
        ("a delta on a delta", ready(4, 1 << 20, 7), Durable::Appended),
        ("an upper delta that grows", before_deltas(2, 2), Durable::Appended),
        ("two deltas that become one", before_deltas(2, 1), Durable::Appended),
        ("a delta that becomes part of the base", ready(4, 8 * 1024, 3), Durable::Appended),
        ("a change that is a new base", ready(4, 1 << 20, 6), Durable::Folded),
    ]
}

#[test]
fn a_full_disk_at_every_step_leaves_the_old_state_or_has_done_it() {
    for (what, bench, durable) in situations() {
        let files = bench.files();
        let before = bench.notes().unwrap();
        let mut after = before.clone();
        after.insert(500, "new".to_owned());
        let mut failures = 0;
        for step in 0.. {
            bench.put_back(&files);
            let engine = bench.engine();
            let (done, steps) = failing::at(How::Full, step, || put(&engine, 500, "new", durable));
            if step >= steps {
                assert!(done.is_ok() && failures > 1, "{what}: {failures} failures");
                break;
            }
            match done {
                Ok(_) => assert_eq!(bench.notes().unwrap(), after, "{what}, step {step}"),
                Err(error) => {
                    failures += 1;
                    assert!(matches!(error, Error::DiskFull), "{what}, step {step}: {error:?}");
                    let now = bench.notes().unwrap();
                    // A rename that has happened cannot be taken back when making it durable fails.
                    let is_renamed = durable == Durable::Folded && now == after;
                    assert!(now == before || is_renamed, "{what}, step {step}: {now:?}");
                }
            }
            // There is room again, for the process that failed and for others.
            put(&engine, 501, "later", durable).unwrap();
            put(&bench.engine(), 502, "later", Durable::Appended).unwrap();
            assert_eq!(bench.notes().unwrap().len(), notes(&engine).unwrap().len());
        }
    }
}

#[test]
fn a_process_that_dies_at_any_step_leaves_the_old_state_or_the_new_one() {
    for (what, bench, durable) in situations() {
        let files = bench.files();
        let before = bench.notes().unwrap();
        let mut after = before.clone();
        after.insert(500, "new".to_owned());
        for step in 0.. {
            bench.put_back(&files);
            let engine = bench.engine();
            let (done, steps) = failing::at(How::Dead, step, || put(&engine, 500, "new", durable));
            drop(engine);
            let now = bench.notes().unwrap();
            match done {
                Ok(_) => assert_eq!(now, after, "{what}, step {step}"),
                Err(_) => assert!(now == before || now == after, "{what}, step {step}: {now:?}"),
            }
            put(&bench.engine(), 501, "later", Durable::Appended).unwrap();
            assert_eq!(bench.notes().unwrap().len(), now.len() + 1, "{what}, step {step}");
            bench.engine().compact(DEADLINE, &mut |_, _| {}).unwrap();
            assert_eq!(bench.notes().unwrap().len(), now.len() + 1, "{what}, step {step}");
            if step >= steps {
                break;
            }
        }
    }
}

#[test]
fn a_fold_that_dies_at_any_step_loses_nothing() {
    let bench = Bench::new(100, 1 << 20);
    for n in 0..5 {
        put(&bench.engine(), n, &long("before "), Durable::Appended).unwrap();
    }
    a_fold_dies_at_every_step(&bench);
    let (bench, _) = with_everything();
    a_fold_dies_at_every_step(&bench);
}

fn a_fold_dies_at_every_step(bench: &Bench) {
    let (files, before) = (bench.files(), bench.notes().unwrap());
    for step in 0.. {
        bench.put_back(&files);
        let engine = bench.engine();
        let (_, steps) = failing::at(How::Dead, step, || engine.compact(DEADLINE, &mut |_, _| {}));
        drop(engine);
        assert_eq!(bench.notes().unwrap(), before, "step {step}");
        put(&bench.engine(), 77, "later", Durable::Appended).unwrap();
        assert_eq!(bench.notes().unwrap().len(), before.len() + 1, "step {step}");
        if step >= steps {
            assert!(steps > 5);
            break;
        }
    }
}

#[test]
fn what_is_committed_while_a_fold_is_under_way_is_kept() {
    for each in [3, 14] {
        a_fold_is_overtaken_by(each);
    }
}

fn a_fold_is_overtaken_by(each: i64) {
    let bench = Bench::new(4, 1 << 20);
    let engine = bench.engine();
    (0..9).for_each(|n| _ = put(&engine, n, "before", Durable::Appended).unwrap());
    assert_eq!(bench.count(".delta"), 2);
    let mut late = 100;
    bench
        .engine()
        .compact(DEADLINE, &mut |done, total| {
            if done == total / 2 || done == total {
                (0..each).for_each(|n| _ = put(&engine, late + n, "late", Durable::Appended).unwrap());
                late += each;
            }
        })
        .unwrap();
    let all = 9 + usize::try_from(late - 100).unwrap();
    assert!(all > 15, "overtaken in a new order and in the old one");
    assert_eq!(bench.notes().unwrap().len(), all);
    assert_eq!(notes(&engine).unwrap().len(), all);
    put(&engine, 1000, "after", Durable::Appended).unwrap();
    assert_eq!(bench.notes().unwrap().len(), all + 1);
}

#[test]
fn a_fold_that_a_revocation_overtakes_begins_again() {
    let bench = Bench::new(100, 1 << 20);
    let engine = bench.engine();
    put(&engine, 1, "a-secret-that-goes", Durable::Appended).unwrap();
    let mut once = Some(());
    bench
        .engine()
        .compact(DEADLINE, &mut |done, total| {
            if done == total && once.take().is_some() {
                put(&engine, 1, "gone", Durable::Folded).unwrap();
            }
        })
        .unwrap();
    assert_eq!(bench.notes().unwrap()[&1], "gone");
    assert!(!bench.has(".fold.tmp") && !bench.has("age.fold"));
}

/// A log without the room behind its frames.
fn frames_of(log: &[u8]) -> &[u8] {
    let mut end = 0;
    while log[end..].starts_with(b"SLG1") {
        end += 8 + u32::from_le_bytes(*log[end + 4..].first_chunk().unwrap()) as usize;
    }
    &log[..end]
}

/// A log of three commits over a delta on a delta, and every state there was.
fn with_everything() -> (Bench, Vec<[u8; 32]>) {
    let bench = Bench::new(4, 1 << 20);
    let engine = bench.engine();
    let mut states = vec![bench.digest().unwrap()];
    for n in 0..11 {
        put(&engine, n, &format!("note {n}"), Durable::Appended).unwrap();
        states.push(bench.digest().unwrap());
    }
    assert_eq!((bench.count(".delta"), bench.count(".log")), (2, 1));
    (bench, states)
}

#[test]
fn over_a_large_delta_a_small_one_is_written_and_when_that_has_grown_both_become_one() {
    let bench = Bench::new(2, 1 << 30);
    let engine = bench.engine();
    let reader = bench.engine();
    let mut expected = Notes::new();
    let mut counts = Vec::new();
    for n in 0..160 {
        let text = long(&format!("note {n} "));
        // Some of them over and over again, so that a page is in all files there are.
        let id = if n % 3 == 0 { 0 } else { n };
        put(&engine, id, &text, Durable::Appended).unwrap();
        expected.insert(id, text);
        assert_eq!(bench.notes().unwrap(), expected, "after {n}");
        assert_eq!(notes(&reader).unwrap(), expected, "a reader that has the files open, after {n}");
        counts.push(bench.count(".delta"));
    }
    counts.dedup();
    assert!(counts.starts_with(&[0, 1, 2, 1, 2, 1, 2]) && !counts.contains(&3), "{counts:?}");
    engine.compact(DEADLINE, &mut |_, _| {}).unwrap();
    assert_eq!((bench.count(".delta"), bench.notes().unwrap()), (0, expected));
}

#[test]
fn files_that_writers_replace_while_they_are_verified_are_no_damage() {
    let (bench, _) = with_everything();
    let (engine, mut n) = (bench.engine(), 100);
    let sound = bench.engine().verify_files(&mut |_, _| {
        // As often as it takes until both deltas are others, a few times.
        if n < 160 {
            (0..16).for_each(|_| {
                put(&engine, n, &long("meanwhile "), Durable::Appended).unwrap();
                n += 1;
            });
        }
    });
    assert!(sound.unwrap().seq >= 11);
    assert!(n >= 160);
    // What is damaged stays damaged however often one looks.
    let (name, whole) = bench.files().into_iter().find(|(name, _)| name.ends_with(".delta")).unwrap();
    std::fs::write(bench.dir().join(&name), &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(bench.engine().verify_files(&mut |_, _| ()), Err(Error::Damaged { .. })));
}

#[test]
fn over_a_delta_of_before_none_is_written() {
    let bench = Bench::new(4, 1 << 20);
    let engine = bench.engine();
    (0..3).for_each(|n| _ = put(&engine, n, &long("before "), Durable::Appended).unwrap());
    {
        let key = Arc::new(Key::parse(&bench.identity).unwrap());
        let secret = Arc::new(bench.secret.clone());
        let mut pages = Pages::open(bench.dir(), &bench.dir().join(BASE), key, secret, Limits::USUAL).unwrap();
        let readers = read_in(&engine.take_open().unwrap(), |database, _| engine.readers(database)).unwrap();
        let (base, all) = (pages.base.id, pages.ranges.keys().copied().collect());
        pages.write_delta(&readers, &base, &all, false).unwrap();
    }
    let before = bench.notes().unwrap();
    assert_eq!((before.len(), bench.count(".delta")), (3, 1));
    for (changes, deltas) in [(4, 1), (4, 2)] {
        (0..changes).for_each(|n| _ = put(&bench.engine(), 10 + n, "small", Durable::Appended).unwrap());
        assert_eq!((bench.count(".delta"), bench.count(".log")), (deltas, 0));
    }
    assert_eq!(bench.notes().unwrap().len(), 7);
}

#[test]
fn a_snapshot_over_two_deltas_stays_when_they_become_one() {
    let bench = Bench::new(2, 1 << 30);
    let engine = bench.engine();
    let mut n = 0;
    let mut add = || {
        put(&engine, n, &long("note "), Durable::Appended).unwrap();
        n += 1;
        (n, bench.count(".delta"))
    };
    while add().1 < 2 {}
    let reader = bench.engine();
    let (before, after) = reader
        .read(|database, _| {
            let count = || {
                database.query_row("SELECT count(*), sum(length(text)) FROM notes", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
                })
            };
            let before = count()?;
            while add().1 == 2 {}
            database.execute_batch("PRAGMA shrink_memory")?;
            Ok((before, count()?))
        })
        .unwrap();
    assert_eq!(before, after);
    assert!(notes(&reader).unwrap().len() > usize::try_from(before.0).unwrap());
}

#[test]
fn a_delta_that_is_taken_away_takes_its_changes_along_and_nothing_else() {
    let (bench, states) = with_everything();
    let files = bench.files();
    let deltas: Vec<&String> = files.iter().map(|(name, _)| name).filter(|name| name.ends_with(".delta")).collect();
    let mut seen = Vec::new();
    for gone in deltas {
        bench.put_back(&files.iter().filter(|(name, _)| name != gone).cloned().collect::<Vec<_>>());
        let now = bench.digest().unwrap();
        seen.push(states.iter().position(|state| *state == now).unwrap());
    }
    // Which one of them is the lower one, their random names do not say. That a state is older, the pin notices.
    seen.sort_unstable();
    assert_eq!(seen, [0, 4]);
}

#[test]
fn every_cut_of_the_log_is_a_state_that_was_and_nothing_else() {
    let (bench, states) = with_everything();
    let files = bench.files();
    let (name, log) = files.iter().find(|(name, _)| name.ends_with(".log")).unwrap();
    let log = frames_of(log);
    let mut seen = std::collections::BTreeSet::new();
    for cut in 0..=log.len() {
        // As a file system leaves a file whose length was kept and whose content was not; at every frame's seams.
        let zeros = if cut % 16 == 0 { log.len() - cut } else { 0 };
        for zeros in [0, zeros] {
            let mut bytes = log[..cut].to_vec();
            bytes.resize(cut + zeros, 0);
            std::fs::write(bench.dir().join(name), &bytes).unwrap();
            let now = bench.digest().unwrap();
            let at = states.iter().position(|state| *state == now);
            seen.insert(at.unwrap_or_else(|| panic!("cut at {cut}, then {zeros} zeros, is no state")));
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [8, 9, 10, 11]);
    // And a writer goes on from there.
    std::fs::write(bench.dir().join(name), &log[..log.len() - 1]).unwrap();
    put(&bench.engine(), 70, "after the cut", Durable::Appended).unwrap();
    let now = bench.notes().unwrap();
    assert_eq!((now.len(), now.get(&10)), (11, None));
}

#[test]
fn every_flipped_bit_is_a_named_error_or_the_torn_end_of_the_log() {
    let (bench, states) = with_everything();
    for (name, whole) in &bench.files() {
        let is_log = name.ends_with(".log");
        if !is_log && !name.ends_with(".age") && !name.ends_with(".delta") {
            continue;
        }
        // Every byte of the log and of the headers; one in 64 elsewhere, where each belongs to an authenticated chunk.
        let length = if is_log { frames_of(whole).len() } else { whole.len() };
        for at in (0..length).filter(|at| is_log || *at < 400 || at % 64 == 0) {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 1;
            std::fs::write(bench.dir().join(name), &spoilt).unwrap();
            match bench.digest() {
                Err(Error::Damaged { .. } | Error::WrongKey { .. } | Error::NewerFormat { .. }) => {}
                Err(other) => panic!("{name} at {at}: {other:?}"),
                Ok(state) => assert!(is_log && state == states[10], "{name} at {at}"),
            }
            assert_eq!(std::fs::read(bench.dir().join(name)).unwrap(), spoilt, "looking changes nothing");
        }
        std::fs::write(bench.dir().join(name), whole).unwrap();
    }
}

#[test]
fn every_cut_of_base_and_delta_is_damage() {
    let (bench, _) = with_everything();
    for (name, whole) in bench.files().iter().filter(|(name, _)| name.ends_with(".age") || name.ends_with(".delta")) {
        for cut in (0..whole.len()).filter(|cut| *cut < 400 || cut % 64 == 0) {
            std::fs::write(bench.dir().join(name), &whole[..cut]).unwrap();
            let read = bench.digest();
            assert!(matches!(read, Err(Error::Damaged { .. })), "{name} cut at {cut}: {read:?}");
        }
        for more in [1, 16, 17, 4096, 64 * 1024 + 16] {
            std::fs::write(bench.dir().join(name), [&whole[..], &vec![0; more]].concat()).unwrap();
            let read = bench.digest();
            assert!(matches!(read, Err(Error::Damaged { .. })), "{name} and {more} more: {read:?}");
        }
        std::fs::write(bench.dir().join(name), whole).unwrap();
    }
}

#[test]
fn files_of_another_moment_do_not_fit() {
    let (bench, states) = with_everything();
    let older = bench.files();
    let engine = bench.engine();
    (20..30).for_each(|n| _ = put(&engine, n, "more", Durable::Appended).unwrap());
    let newer = bench.files();
    let pick = |files: &[(String, Vec<u8>)], ending: &str| {
        files.iter().filter(|(name, _)| name.ends_with(ending)).cloned().collect::<Vec<_>>()
    };
    // Old deltas with the new log: the log bears the number of the new delta, so it counts for nothing.
    bench.put_back(&[pick(&newer, "store.age"), pick(&older, ".delta"), pick(&newer, ".log")].concat());
    assert_eq!(bench.digest().unwrap(), states[8]);
    // The log under the old one's name: its frames follow another delta.
    let mut renamed = pick(&newer, ".log");
    renamed[0].0 = pick(&older, ".log")[0].0.clone();
    bench.put_back(&[pick(&newer, "store.age"), pick(&older, ".delta"), renamed].concat());
    assert!(matches!(bench.notes(), Err(Error::Damaged { .. })));
    // Another store's deltas under our names.
    let other = with_everything().0;
    for (own, foreign) in pick(&newer, ".delta").iter().zip(pick(&other.files(), ".delta")) {
        let others = newer.iter().filter(|(name, _)| name != &own.0).cloned();
        bench.put_back(&others.chain([(own.0.clone(), foreign.1)]).collect::<Vec<_>>());
        assert!(matches!(bench.notes(), Err(Error::WrongKey { .. } | Error::Damaged { .. })));
    }
    // The lower delta in the upper one's place, and the other way round.
    let (mut one, mut two) = (pick(&older, ".delta")[0].clone(), pick(&older, ".delta")[1].clone());
    std::mem::swap(&mut one.1, &mut two.1);
    bench.put_back(&[pick(&older, "store.age"), pick(&older, ".log"), vec![one, two]].concat());
    assert!(matches!(bench.notes(), Err(Error::Damaged { .. })));
}

#[test]
fn a_log_that_is_replaced_under_a_process_stops_it() {
    let (bench, _) = with_everything();
    let engine = bench.engine();
    assert_eq!(notes(&engine).unwrap().len(), 11);
    let log = bench.files().into_iter().find(|(name, _)| name.ends_with(".log")).unwrap();
    std::fs::remove_file(bench.dir().join(&log.0)).unwrap();
    assert!(matches!(put(&engine, 9, "on nothing", Durable::Appended), Err(Error::Damaged { .. })));
    assert!(!bench.has(".log"), "nothing was written beside it");
}

#[test]
fn two_writers_in_turn_build_on_each_other() {
    let bench = Bench::new(5, 32 * 1024);
    let (one, other) = (bench.engine(), bench.engine());
    for n in 0..40 {
        let engine = if n % 3 == 0 { &one } else { &other };
        let seq = put(engine, n, &long("turn "), Durable::Appended).unwrap();
        assert_eq!(i64::from(seq), n + 1);
    }
    assert_eq!(bench.notes().unwrap().len(), 40);
}

#[test]
fn threads_that_write_and_read_at_once_lose_nothing() {
    let bench = Bench::new(6, 32 * 1024);
    std::thread::scope(|scope| {
        for thread in 0..4i64 {
            let bench = &bench;
            scope.spawn(move || {
                let engine = bench.engine();
                (0..15).for_each(|n| _ = put(&engine, thread * 100 + n, "x", Durable::Appended).unwrap());
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let mut most = 0;
                while most < 60 {
                    let now = bench.notes().unwrap().len();
                    assert!(now >= most, "the past does not come back");
                    most = now;
                }
            });
        }
    });
    assert_eq!(bench.notes().unwrap().len(), 60);
}

#[test]
fn files_are_for_their_owner_alone_from_the_first_instant() {
    let (bench, _) = with_everything();
    for (name, _) in bench.files() {
        let mode = std::fs::metadata(bench.dir().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_transaction_that_is_too_large_for_a_frame_becomes_a_base() {
    let bench = Bench::new(100, 1 << 20);
    let engine = bench.engine();
    let before = std::fs::read(bench.dir().join(BASE)).unwrap();
    let large = "x".repeat(17 * 1024 * 1024);
    put(&engine, 1, &large, Durable::Appended).unwrap();
    assert!(!bench.has(".log") || before != std::fs::read(bench.dir().join(BASE)).unwrap());
    assert_ne!(before, std::fs::read(bench.dir().join(BASE)).unwrap());
    assert_eq!(bench.notes().unwrap()[&1].len(), large.len());
    put(&engine, 2, "after", Durable::Appended).unwrap();
    assert_eq!(bench.notes().unwrap().len(), 2);
}

#[test]
fn nothing_can_be_written_past_the_lock_and_no_other_file_is_opened() {
    let bench = Bench::new(100, 1 << 20);
    let engine = bench.engine();
    let refused = engine.read(|database, _| {
        assert!(database.execute("INSERT INTO notes VALUES (1, 'x')", []).is_err(), "a reader cannot write");
        // Whatever would need a file of its own is refused by the VFS.
        assert!(database.execute_batch("ATTACH DATABASE '/tmp/elsewhere.db' AS other").is_err());
        Ok(())
    });
    refused.unwrap();
    assert_eq!(bench.notes().unwrap().len(), 0);
}

/// The kilobytes of this process that are locked in memory.
fn locked() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn what_opens_a_store_and_every_secret_are_kept_out_of_swap() {
    let bench = Bench::new(10, 1 << 20);
    let before = locked();
    let room = rustix::process::getrlimit(rustix::process::Resource::Memlock).current;
    if room.is_some_and(|room| room < 1 << 16) {
        // Then the store opens all the same.
        assert!(bench.notes().is_ok());
        return;
    }
    assert!(before > 0, "the store's own secret and its key");
    // Many pages, so that it cannot lie in one that is locked already.
    let _secret = crate::model::secret::Secret::new("x".repeat(32 * 1024));
    assert!(locked() >= before + 28, "{before} and then {}", locked());
    drop(bench);
}
