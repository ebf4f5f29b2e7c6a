//! A backup is one whole file, or none; of several so many are kept.
use super::*;

#[test]
fn a_backup_is_one_whole_file_of_the_same_state() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "one").unwrap();
    let path = temp.path().join("backup.age");
    let made = back_up(&store, &path, None).unwrap();
    assert_eq!(made.position, store.position().unwrap());
    assert_eq!(file::loosened(&path), None);
    let target = Target::find(place(temp.path())).unwrap();
    let backup = target.open_backup(&path).unwrap();
    backup.verify(&mut silent()).unwrap();
    assert_eq!(backup.read(|tx| tx.audit_head()).unwrap(), made.position.audit);
    assert!(matches!(back_up(&store, &path, None), Err(Error::Taken { .. })), "it is never overwritten");
    let inside = back_up(&store, &place(temp.path()).dir.join("x.age"), None);
    assert!(matches!(inside, Err(Error::Refused { .. })), "{inside:?}");
    let around = back_up(&store, &place(temp.path()).dir.join("../store/x.age"), None);
    assert!(matches!(around, Err(Error::Refused { .. })), "{around:?}");
    assert!(back_up(&store, &temp.path().join("missing/x.age"), None).is_err());
    assert!(back_up(&store, temp.path(), None).is_err());
}

#[test]
fn of_several_backups_so_many_are_kept_and_nothing_else_is_touched() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let dir = temp.path().join("backups");
    std::fs::create_dir(&dir).unwrap();
    let path = dir.join("s.age");
    let seqs = || -> Vec<u32> {
        let target = Target::find(place(temp.path())).unwrap();
        let names = ["s.age", "s.age.1", "s.age.2", "s.age.3"];
        let there = names.iter().map(|name| dir.join(name)).filter(|path| path.exists());
        there.map(|path| target.open_backup(&path).unwrap().position.seq).collect()
    };
    let first = store.position().unwrap().seq;
    for n in 0..5 {
        let made = back_up(&store, &path, Some(3)).unwrap();
        assert_eq!(made.earlier.len(), n.min(2));
        append(&store, "more").unwrap();
    }
    assert_eq!(seqs(), [first + 4, first + 3, first + 2]);
    back_up(&store, &path, Some(1)).unwrap();
    assert_eq!(
        seqs(),
        [first + 5, first + 3, first + 2],
        "one is kept under the name; the others are not its business"
    );

    std::fs::write(dir.join("letter.age"), "dear all").unwrap();
    assert!(matches!(back_up(&store, &dir.join("letter.age"), Some(1)), Err(Error::Refused { .. })));
    assert_eq!(std::fs::read(dir.join("letter.age")).unwrap(), b"dear all");
    let names: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn a_backup_that_fails_anywhere_leaves_the_earlier_ones_and_nothing_half() {
    for step in 0.. {
        let temp = tempfile::tempdir().unwrap();
        let store = create(temp.path());
        let path = temp.path().join("s.age");
        back_up(&store, &path, Some(2)).unwrap();
        append(&store, "more").unwrap();
        let (done, taken) = failing::at(How::Full, step, || back_up(&store, &path, Some(2)));
        let target = Target::find(place(temp.path())).unwrap();
        let there: Vec<PathBuf> =
            ["s.age", "s.age.1"].iter().map(|n| temp.path().join(n)).filter(|p| p.exists()).collect();
        assert_eq!(there.len(), if done.is_ok() || there.len() == 2 { 2 } else { 1 }, "at {step}: {done:?}");
        for path in &there {
            target.open_backup(path).unwrap().verify(&mut silent()).unwrap();
        }
        let parts = std::fs::read_dir(temp.path()).unwrap().filter(|e| {
            let name = e.as_ref().unwrap().file_name().into_string().unwrap();
            name.contains(".part") || name.contains(".tmp")
        });
        assert_eq!(parts.count(), 0, "at {step}");
        if taken <= step {
            assert!(step > 3);
            break;
        }
    }
}

#[test]
fn a_backup_that_cannot_be_recorded_is_none() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let path = temp.path().join("s.age");
    let refused = store.back_up(&path, None, &mut silent(), |_, _| Err::<(), _>(Error::ChangedMeanwhile));
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    let left: Vec<_> = std::fs::read_dir(temp.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "config and data: {left:?}");
}
