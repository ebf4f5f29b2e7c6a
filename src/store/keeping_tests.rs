//! Keeping a store: backups, going back, other keys, upgrades; each cut off at every step that changes the disk.
use super::tests::*;
use super::*;
use crate::model::connection::Status;
use crate::model::credential::Opens;
use crate::model::secret::Secret;
use crate::model::soundness::{Part, PartName, State};
use file::failing::{self, How};
use seal::Key;

fn open(temp: &Path) -> Result<Store> {
    Store::open(place(temp))
}

fn rows(store: &Store) -> Vec<String> {
    let query = AuditQuery { limit: 100, ..AuditQuery::default() };
    store.read(|tx| Ok(tx.list_audit(&query)?.into_iter().map(|row| row.action).collect())).unwrap()
}

fn silent() -> impl FnMut(crate::model::soundness::Phase, u64, u64) {
    |_, _, _| {}
}

fn recipients(store: &Store) -> Vec<String> {
    let mut names: Vec<String> =
        store.read(|tx| Ok(tx.list_recipients()?.into_iter().map(|r| r.recipient).collect())).unwrap();
    names.sort();
    names
}

fn other_key() -> (Key, String) {
    let (key, _) = Key::generate("none", "now");
    let recipient = key.recipient().unwrap();
    (key, recipient)
}

fn add(store: &Store, recipient: &str) -> Result<Recipient> {
    store.add_recipient(now(), |tx| {
        tx.append_audit(row("recipients.add"))?;
        Ok::<_, Error>(Recipient { recipient: recipient.to_owned(), name: "recovery".to_owned(), added_at: now() })
    })
}

fn remove(store: &Store, recipient: &str) -> Result<Resealed<()>> {
    store.remove_recipient(now(), |tx| {
        tx.delete_recipient(recipient)?;
        tx.append_audit(row("recipients.remove")).map(drop)
    })
}

fn rekey(store: &Store) -> Result<Resealed<String>> {
    store.rekey(now(), |tx, new| {
        for before in tx.list_recipients()?.iter().filter(|r| store.is_own(&r.recipient)) {
            tx.delete_recipient(&before.recipient)?;
        }
        tx.insert_recipient(&Recipient { recipient: new.to_owned(), name: "own key".to_owned(), added_at: now() })?;
        tx.append_audit(row("rekey"))?;
        Ok::<_, Error>(new.to_owned())
    })
}

/// Does something to a fresh store whose disk fails at one step after the other; `check` sees the store as it opens
/// afterwards, and whether the work said it was done.
fn at_every_step<T>(
    how: How,
    prepare: impl Fn(&Store),
    work: impl Fn(&Store) -> Result<T>,
    check: impl Fn(&Store, bool),
) {
    for step in 0.. {
        let temp = tempfile::tempdir().unwrap();
        let store = create(temp.path());
        prepare(&store);
        let (done, taken) = failing::at(how, step, || work(&store));
        drop(store);
        let again = open(temp.path()).unwrap_or_else(|error| panic!("{how:?} at {step}: {error}"));
        check(&again, done.is_ok());
        append(&again, "after").unwrap_or_else(|error| panic!("{how:?} at {step}: {error}"));
        drop(again);
        let last = open(temp.path()).unwrap_or_else(|error| panic!("{how:?} at {step}, twice: {error}"));
        assert_eq!(rows(&last)[0], "after");
        let names: Vec<String> = beside(&place(temp.path()).dir).into_iter().map(|beside| beside.name).collect();
        assert!(!names.iter().any(|name| name.ends_with(".next")), "{how:?} at {step}: {names:?}");
        if taken <= step {
            assert!(step > 3, "nothing was ever cut off");
            break;
        }
    }
}

#[test]
fn a_recipient_more_opens_everything_and_one_less_nothing_new() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let before = store.whereabouts().fingerprint;
    let (other, recipient) = other_key();
    add(&store, &recipient).unwrap();
    append(&store, "later").unwrap();
    let dir = place(temp.path()).dir;
    let opens = |name: &str| {
        let path = dir.join(name);
        seal::open(&other, file::open(&path).unwrap().unwrap(), &path).is_ok()
    };
    assert!(opens(BASE) && opens(SECRET));
    assert_eq!(store.whereabouts().fingerprint, before);

    let store = open(temp.path()).unwrap();
    let removed = remove(&store, &recipient).unwrap();
    assert!(!opens(BASE) && !opens(SECRET));
    assert_ne!(removed.fingerprint, before);
    assert!(removed.identity_is_told);
    let store = open(temp.path()).unwrap();
    assert_eq!(store.whereabouts().fingerprint, removed.fingerprint);
    assert!(store.notices().is_empty(), "{:?}", store.notices());
    let identity = std::fs::read_to_string(store.whereabouts().key.path().unwrap()).unwrap();
    assert!(identity.contains(&removed.fingerprint) && !identity.contains(&before), "{}", identity.lines().count());
}

#[test]
fn the_secret_of_before_a_removal_is_no_way_back_in() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let (_, recipient) = other_key();
    add(&store, &recipient).unwrap();
    let old = copy_of(&place(temp.path()).dir);
    remove(&open(temp.path()).unwrap(), &recipient).unwrap();
    put_back(&old, &place(temp.path()).dir);
    assert!(matches!(open(temp.path()).err(), Some(Error::Replaced { .. })));
    // Also where nobody but the key knows.
    std::fs::remove_dir_all(temp.path().join("config/pins")).unwrap();
    assert!(matches!(open(temp.path()).err(), Some(Error::Replaced { .. })));
}

#[test]
fn a_recipient_more_is_there_or_not_wherever_it_is_cut_off() {
    let (_, recipient) = other_key();
    for how in [How::Dead, How::Full] {
        let own = |store: &Store| store.own_recipient().unwrap();
        at_every_step(
            how,
            |_| {},
            |store| add(store, &recipient),
            |store, done| {
                let listed = recipients(store);
                assert!(listed.contains(&own(store)));
                assert!(!done || listed.contains(&recipient));
                assert_eq!(rows(store).contains(&"recipients.add".to_owned()), listed.contains(&recipient));
            },
        );
    }
}

#[test]
fn a_recipient_less_locks_nobody_out_wherever_it_is_cut_off() {
    let (_, recipient) = other_key();
    for how in [How::Dead, How::Full] {
        at_every_step(
            how,
            |store| drop(add(store, &recipient).unwrap()),
            |store| remove(store, &recipient),
            |store, done| {
                let is_there = recipients(store).contains(&recipient);
                assert!(!done || !is_there);
                assert_eq!(rows(store).contains(&"recipients.remove".to_owned()), !is_there);
                let identity = std::fs::read_to_string(store.whereabouts().key.path().unwrap()).unwrap();
                let named: Vec<&str> = identity.lines().filter(|line| line.starts_with("# siesta-store: ")).collect();
                let own = format!("# siesta-store: {}", store.whereabouts().fingerprint);
                assert!(named.contains(&own.as_str()), "{named:?}");
            },
        );
    }
}

#[test]
fn a_new_key_locks_nobody_out_wherever_it_is_cut_off() {
    for how in [How::Dead, How::Full] {
        let before = std::cell::RefCell::new(String::new());
        at_every_step(
            how,
            |store| *before.borrow_mut() = store.own_recipient().unwrap(),
            rekey,
            |store, done| {
                let listed = recipients(store);
                assert_eq!(listed.len(), 1);
                assert!(store.is_own(&listed[0]));
                let is_new = listed[0] != *before.borrow();
                assert!(!done || is_new);
                assert_eq!(rows(store).contains(&"rekey".to_owned()), is_new);
                let path = store.whereabouts().key.path().unwrap().to_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                assert_eq!(Key::parse(&text).unwrap().recipient().as_ref(), Some(&listed[0]));
                let old = PathBuf::from(format!("{}.old", path.display()));
                assert_eq!(old.exists(), is_new, "the old key is kept beside the new one");
            },
        );
    }
}

#[test]
fn a_new_key_under_a_passphrase_stays_under_it() {
    let temp = tempfile::tempdir().unwrap();
    let with = Place { passphrase: Some(Secret::new("correct horse".to_owned())), ..place(temp.path()) };
    let store = create_with(temp.path(), KeyChoice::Passphrase, with.clone()).unwrap();
    let first = rekey(&store).unwrap();
    assert!(first.old_key.is_some_and(|old| old.ends_with(".old")));
    let path = store.whereabouts().key.path().unwrap().to_owned();
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1"));
    assert!(Store::open(with.clone()).is_ok());
    assert!(matches!(open(temp.path()).err(), Some(Error::PassphraseNeeded { .. })));
    let second = rekey(&Store::open(with).unwrap()).unwrap();
    assert!(second.old_key.is_some_and(|old| old.ends_with(".old-2")), "an older key is never overwritten");
}

#[test]
fn a_file_that_a_forger_calls_the_next_secret_is_not_believed() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let recipient = store.own_recipient().unwrap();
    let dir = place(temp.path()).dir;
    // Whoever knows the recipient can write both: a secret of his own, and a base that holds it.
    let forger = tempfile::tempdir().unwrap();
    let his = create(forger.path());
    add(&his, &recipient).unwrap();
    let his_dir = place(forger.path()).dir;
    std::fs::copy(his_dir.join(BASE), dir.join(BASE)).unwrap();
    let other = StoreSecret { store_id: store.secret.store_id, secret: his.secret.secret.clone() };
    for vouching in [None, Some(&his.secret)] {
        secret_file::write(&dir.join(secret_file::NEXT), std::slice::from_ref(&recipient), &other, vouching).unwrap();
        let error = open(temp.path()).err();
        assert!(matches!(error, Some(Error::Replaced { .. })), "{error:?}");
    }
}

#[test]
fn a_passphrase_is_set_changed_and_removed_and_never_half() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let canonical = std::fs::canonicalize(place(temp.path()).dir).unwrap();
    let secret = |text: &str| Secret::new(text.to_owned());
    let with = |text: &str| Place { passphrase: Some(secret(text)), ..place(temp.path()) };
    let change = |place: &Place, new: Option<&Secret>| key::set_passphrase(place, &canonical, new);
    assert!(matches!(change(&place(temp.path()), None), Err(Error::Refused { .. })), "there is none to remove");
    assert_eq!(change(&place(temp.path()), Some(&secret("one"))).unwrap(), key::PassphraseChange::Set);
    assert!(matches!(open(temp.path()).err(), Some(Error::PassphraseNeeded { .. })));
    assert_eq!(Store::open(with("one")).unwrap().whereabouts().key.word(), "passphrase");
    assert!(matches!(change(&with("wrong"), Some(&secret("two"))), Err(Error::WrongPassphrase { .. })));
    assert_eq!(change(&with("one"), Some(&secret("two"))).unwrap(), key::PassphraseChange::Changed);
    assert!(matches!(Store::open(with("one")).err(), Some(Error::WrongPassphrase { .. })));
    // Cut off anywhere on the way back to none, the store opens with the passphrase given, needed or not.
    for step in 0.. {
        let (done, taken) = failing::at(How::Dead, step, || change(&with("two"), None));
        assert!(Store::open(with("two")).is_ok(), "cut off at {step}");
        if done.is_ok() && taken <= step {
            break;
        }
        let _ = change(&with("two"), Some(&secret("two")));
    }
    assert_eq!(open(temp.path()).unwrap().whereabouts().key.word(), "file");
}

// ---- backups --------------------------------------------------------------------------------------------------------

fn back_up(store: &Store, path: &Path, keep: Option<u32>) -> Result<BackedUp> {
    store.back_up(path, keep, &mut silent(), |_, _| Ok::<_, Error>(()))
}

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

// ---- going back -----------------------------------------------------------------------------------------------------

fn restore(temp: &Path, path: &Path) -> Result<Restored<()>> {
    let target = Target::find(place(temp))?;
    let backup = target.open_backup(path)?;
    target.must_be_of_this_store(&backup)?;
    let seen = match &target.present {
        Present::Open(store) => Some(store.position()?.seq),
        Present::Broken(_) | Present::Absent => None,
    };
    target.restore(&backup, seen, now(), |tx| tx.append_audit(row("restore")).map(drop))
}

#[test]
fn a_backup_takes_the_place_of_a_store_and_the_state_before_is_kept() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "one").unwrap();
    let path = temp.path().join("backup.age");
    back_up(&store, &path, None).unwrap();
    append(&store, "two").unwrap();
    let before = store.position().unwrap();
    let restored = restore(temp.path(), &path).unwrap();
    assert!(restored.position.seq > before.seq, "{} {}", restored.position.seq, before.seq);
    let again = open(temp.path()).unwrap();
    assert_eq!(rows(&again), ["restore", "one", "store.init"]);
    assert!(again.notices().is_empty());
    append(&again, "three").unwrap();
    // A process that was running goes on with what is there now.
    append(&store, "four").unwrap();
    assert_eq!(rows(&again)[..2], ["four", "three"]);
    // The way back.
    assert_eq!(restored.kept, [place(temp.path()).dir.join("store.age.before-restore")]);
    restore(temp.path(), &restored.kept[0]).unwrap();
    assert_eq!(rows(&open(temp.path()).unwrap()), ["restore", "two", "one", "store.init"]);
}

#[test]
fn a_lost_store_is_made_again_with_the_same_identity() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let fingerprint = store.whereabouts().fingerprint;
    let path = temp.path().join("backup.age");
    back_up(&store, &path, None).unwrap();
    append(&store, "lost").unwrap();
    drop(store);
    for lost in [&[BASE][..], &[BASE, SECRET]] {
        lost.iter().for_each(|name| std::fs::remove_file(place(temp.path()).dir.join(name)).unwrap());
        restore(temp.path(), &path).unwrap();
        let again = open(temp.path()).unwrap();
        assert_eq!(again.whereabouts().fingerprint, fingerprint);
        assert_eq!(rows(&again), ["restore", "store.init"]);
    }
    // Everything is gone but the key: on another machine, say.
    let key = std::fs::read(open(temp.path()).unwrap().whereabouts().key.path().unwrap()).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("key.txt");
    std::fs::write(&file, &key).unwrap();
    assert!(matches!(restore(elsewhere.path(), &path).err(), Some(Error::NoKey { .. })));
    let with_key = Place { identity_file: Some(file), ..place(elsewhere.path()) };
    let target = Target::find(with_key).unwrap();
    let backup = target.open_backup(&path).unwrap();
    target.must_be_of_this_store(&backup).unwrap();
    target.restore(&backup, None, now(), |tx| tx.append_audit(row("restore")).map(drop)).unwrap();
    assert_eq!(rows(&open(elsewhere.path()).unwrap())[0], "restore", "and where the key is, is written down");
}

#[test]
fn a_damaged_store_is_replaced_and_what_is_left_of_it_kept() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let path = temp.path().join("backup.age");
    back_up(&store, &path, None).unwrap();
    append(&store, "later").unwrap();
    drop(store);
    let base = place(temp.path()).dir.join(BASE);
    let mut bytes = std::fs::read(&base).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&base, &bytes).unwrap();
    assert!(matches!(open(temp.path()).err(), Some(Error::Damaged { .. })));
    let restored = restore(temp.path(), &path).unwrap();
    assert!(restored.kept.iter().any(|path| path.ends_with("store.age.before-restore")), "{:?}", restored.kept);
    assert_eq!(std::fs::read(place(temp.path()).dir.join("store.age.before-restore")).unwrap(), bytes);
    assert_eq!(rows(&open(temp.path()).unwrap()), ["restore", "store.init"]);
}

#[test]
fn a_backup_of_another_store_or_of_a_forger_is_refused() {
    let (ours, his) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = create(ours.path());
    let other = create(his.path());
    add(&other, &store.own_recipient().unwrap()).unwrap();
    let path = his.path().join("forged.age");
    back_up(&other, &path, None).unwrap();
    assert!(matches!(restore(ours.path(), &path).err(), Some(Error::Replaced { .. })));
    std::fs::remove_file(place(ours.path()).dir.join(BASE)).unwrap();
    assert!(matches!(restore(ours.path(), &path).err(), Some(Error::Replaced { .. })));
    let not_ours = his.path().join("unreadable.age");
    let third = tempfile::tempdir().unwrap();
    back_up(&create(third.path()), &not_ours, None).unwrap();
    assert!(matches!(restore(ours.path(), &not_ours).err(), Some(Error::WrongKeyForFile { .. })));
    std::fs::write(his.path().join("letter.txt"), "dear all").unwrap();
    assert!(matches!(restore(ours.path(), &his.path().join("letter.txt")).err(), Some(Error::BackupDamaged { .. })));
    assert!(matches!(restore(ours.path(), &his.path().join("none.age")).err(), Some(Error::NotFound { .. })));
}

#[test]
fn a_forgers_store_in_the_place_gives_its_secret_to_nothing() {
    let (ours, his) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = create(ours.path());
    let fingerprint = store.whereabouts().fingerprint;
    let path = ours.path().join("backup.age");
    back_up(&store, &path, None).unwrap();
    let recipient = store.own_recipient().unwrap();
    let other = create(his.path());
    add(&other, &recipient).unwrap();
    put_back(&copy_of(&place(his.path()).dir), &place(ours.path()).dir);
    // He may even know the id, as somebody who was a recipient once.
    let secret = StoreSecret { store_id: store.secret.store_id, secret: other.secret.secret.clone() };
    secret_file::write(&place(ours.path()).dir.join(SECRET), &[recipient], &secret, None).unwrap();
    drop(store);
    assert!(matches!(open(ours.path()).err(), Some(Error::Replaced { .. })));
    restore(ours.path(), &path).unwrap();
    let again = open(ours.path()).unwrap();
    assert_eq!(again.whereabouts().fingerprint, fingerprint);
    assert_eq!(rows(&again), ["restore", "store.init"]);
}

#[test]
fn a_backup_from_before_a_change_of_keys_needs_its_fingerprint() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let before = store.whereabouts().fingerprint;
    let (_, recipient) = other_key();
    add(&store, &recipient).unwrap();
    let path = temp.path().join("backup.age");
    back_up(&store, &path, None).unwrap();
    let removed = remove(&store, &recipient).unwrap();
    assert!(matches!(restore(temp.path(), &path).err(), Some(Error::Replaced { .. })));
    let target = Target::find(Place { expected_fingerprint: Some(before), ..place(temp.path()) }).unwrap();
    let backup = target.open_backup(&path).unwrap();
    target.must_be_of_this_store(&backup).unwrap();
    let Present::Open(present) = &target.present else { panic!("it opens") };
    let seen = present.position().unwrap().seq;
    target.restore(&backup, Some(seen), now(), |tx| tx.append_audit(row("restore")).map(drop)).unwrap();
    let again = open(temp.path()).unwrap();
    assert_eq!(again.whereabouts().fingerprint, removed.fingerprint, "the secret of now stays");
    assert!(!recipients(&again).contains(&recipient), "who was taken away stays away");
}

#[test]
fn a_store_that_moved_on_meanwhile_is_not_replaced() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let path = temp.path().join("backup.age");
    back_up(&store, &path, None).unwrap();
    let target = Target::find(place(temp.path())).unwrap();
    let backup = target.open_backup(&path).unwrap();
    let seen = store.position().unwrap().seq;
    append(&store, "meanwhile").unwrap();
    let refused = target.restore(&backup, Some(seen), now(), |tx| tx.append_audit(row("restore")).map(drop));
    assert!(matches!(refused.err(), Some(Error::ChangedMeanwhile)));
    assert_eq!(rows(&open(temp.path()).unwrap())[0], "meanwhile");
}

#[test]
fn a_restore_leaves_the_old_state_or_the_new_one_wherever_it_is_cut_off() {
    for how in [How::Dead, How::Full] {
        let elsewhere = tempfile::tempdir().unwrap();
        let count = std::cell::Cell::new(0);
        let path = |n: u32| elsewhere.path().join(format!("{n}.age"));
        at_every_step(
            how,
            |store| {
                count.set(count.get() + 1);
                back_up(store, &path(count.get()), None).unwrap();
                append(store, "later").unwrap();
            },
            |store| restore(&store.place.dir.join("../.."), &path(count.get())),
            |store, done| {
                let rows = rows(store);
                let is_new = rows == ["restore", "store.init"];
                assert!(is_new || rows == ["later", "store.init"], "{rows:?}");
                assert!(!done || is_new);
            },
        );
    }
}

#[test]
fn a_restore_of_a_lost_store_can_be_repeated_wherever_it_is_cut_off() {
    for step in 0.. {
        let temp = tempfile::tempdir().unwrap();
        let store = create(temp.path());
        let path = temp.path().join("backup.age");
        back_up(&store, &path, None).unwrap();
        append(&store, "lost").unwrap();
        drop(store);
        std::fs::remove_dir_all(place(temp.path()).dir).unwrap();
        let (done, taken) = failing::at(How::Dead, step, || restore(temp.path(), &path));
        if done.is_err() && open(temp.path()).is_err() {
            restore(temp.path(), &path).unwrap_or_else(|error| panic!("cut off at {step}: {error}"));
        }
        assert_eq!(rows(&open(temp.path()).unwrap()), ["restore", "store.init"], "cut off at {step}");
        if taken <= step {
            break;
        }
    }
}

fn credential(text: &str) -> Opens {
    Opens::ApiKey(Secret::new(text.to_owned()))
}

/// A store with a connection and its key, and the connection's id.
fn with_connection(temp: &Path, key: &str) -> (Store, crate::model::id::ConnectionId) {
    let store = create(temp);
    let connection = model_tests::connection(1, 0, "research");
    let id = connection.id;
    let opens = credential(key);
    store
        .write(now(), |tx| -> Result<()> {
            tx.insert_connection(&connection)?;
            tx.upsert_credential(id, &opens)?;
            tx.append_audit(row("connection.add")).map(drop)
        })
        .unwrap();
    (store, id)
}

fn revoke(store: &Store, id: crate::model::id::ConnectionId) {
    let revoked: Result<()> = store.write(now(), |tx| {
        let mut connection = tx.get_connection(id)?;
        connection.status = Status::Revoked;
        tx.update_connection(&connection)?;
        tx.delete_credential(id)?;
        tx.append_audit(row("connection.revoke")).map(drop)
    });
    revoked.unwrap();
}

#[test]
fn a_backup_made_after_a_revocation_holds_nothing_of_the_credential() {
    const KEY: &str = "canary-5f1c-credential-of-a-revoked-connection";
    let temp = tempfile::tempdir().unwrap();
    let (store, id) = with_connection(temp.path(), KEY);
    let holds = |path: &Path| {
        let sealed = file::open(path).unwrap().unwrap();
        let plain = seal::open(store.engine.key(), sealed, path).unwrap();
        plain.windows(KEY.len()).any(|window| window == KEY.as_bytes())
    };
    let (before, after) = (temp.path().join("before.age"), temp.path().join("after.age"));
    back_up(&store, &before, None).unwrap();
    assert!(holds(&before), "the test looks in the right place");
    restore(temp.path(), &before).unwrap();
    let kept = place(temp.path()).dir.join("store.age.before-restore");
    assert!(holds(&kept));
    revoke(&store, id);
    back_up(&store, &after, None).unwrap();
    assert!(!holds(&after));
    assert!(!kept.exists(), "a copy for a way back does not outlive a revocation");
}

#[test]
fn an_older_store_is_accepted_only_by_name_and_goes_on_beyond_what_was_seen() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "one").unwrap();
    let older = copy_of(&place(temp.path()).dir);
    append(&store, "two").unwrap();
    let seen = store.position().unwrap().seq;
    drop(store);
    put_back(&older, &place(temp.path()).dir);
    for step in 0.. {
        let (suspect, doubts) = Store::open_doubted(place(temp.path())).unwrap();
        assert!(matches!(doubts.as_slice(), [Error::RolledBack { .. }] | []), "{doubts:?}");
        if doubts.is_empty() {
            break;
        }
        let (done, taken) =
            failing::at(How::Dead, step, || suspect.accept(now(), |tx| tx.append_audit(row("trust")).map(drop)));
        assert!(done.is_ok() || taken > step);
    }
    let again = open(temp.path()).unwrap();
    assert!(again.position().unwrap().seq > seen);
    append(&again, "three").unwrap();
    assert_eq!(rows(&again), ["three", "trust", "one", "store.init"]);
    // What was left behind is left behind: put back, it is as foreign as any older copy.
    put_back(&older, &place(temp.path()).dir);
    assert!(matches!(open(temp.path()).err(), Some(Error::RolledBack { .. })));
}

#[test]
fn a_store_from_elsewhere_is_accepted_by_pin_and_key() {
    let (ours, his) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = create(ours.path());
    let other = create(his.path());
    add(&other, &store.own_recipient().unwrap()).unwrap();
    drop(store);
    let files = copy_of(&place(his.path()).dir);
    put_back(&files, &place(ours.path()).dir);
    assert!(matches!(open(ours.path()).err(), Some(Error::Replaced { .. })));
    let (suspect, doubts) = Store::open_doubted(place(ours.path())).unwrap();
    assert!(matches!(doubts.as_slice(), [Error::Replaced { .. }]), "{doubts:?}");
    suspect.accept(now(), |tx| tx.append_audit(row("trust")).map(drop)).unwrap();
    let again = open(ours.path()).unwrap();
    assert_eq!(again.whereabouts().fingerprint, other.whereabouts().fingerprint);
    assert!(!again.notices().contains(&Notice::PinMissing));
}

// ---- looking at everything ------------------------------------------------------------------------------------------

fn verify(temp: &Path) -> Vec<Part> {
    Store::verify(place(temp), &mut silent()).unwrap()
}

fn state(parts: &[Part], name: PartName) -> State {
    parts.iter().find(|part| part.name == name).unwrap().state
}

#[test]
fn a_sound_store_is_sound_in_every_part() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let parts = verify(temp.path());
    assert_eq!(parts.iter().map(|part| part.name).collect::<Vec<_>>(), PartName::ALL);
    assert!(parts.iter().all(|part| matches!(part.state, State::Whole | State::Absent)), "{parts:?}");
    for n in 0..40 {
        append(&store, &format!("row.{n}")).unwrap();
    }
    let parts = verify(temp.path());
    assert_eq!((state(&parts, PartName::Delta), state(&parts, PartName::Log)), (State::Whole, State::Whole));
}

#[test]
fn a_flip_in_any_file_is_found_and_named() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    for n in 0..40 {
        append(&store, &format!("row.{n}")).unwrap();
    }
    drop(store);
    let dir = place(temp.path()).dir;
    for entry in beside(&dir).into_iter().filter(|beside| beside.name != LOCK) {
        let path = dir.join(&entry.name);
        let whole = std::fs::read(&path).unwrap();
        let expected = match entry.name.as_str() {
            SECRET => PartName::Secret,
            BASE => PartName::Base,
            name if name.ends_with(".delta") => PartName::Delta,
            _ => PartName::Log,
        };
        // Behind the frames of a log is room for more, where a flipped bit is what a torn frame looks like.
        let length = whole.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        // And its last frame may be cut off: that is no damage.
        for at in [length / 10, length / 4, length / 2] {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            std::fs::write(&path, &bytes).unwrap();
            let parts = verify(temp.path());
            assert_eq!(state(&parts, expected), State::Broken, "{} at {at}: {parts:?}", entry.name);
        }
        std::fs::write(&path, &whole).unwrap();
    }
    assert!(verify(temp.path()).iter().all(|part| part.state == State::Whole));
}

#[test]
fn what_is_wrong_inside_is_found_although_every_piece_is_authentic() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "one").unwrap();
    let changed: Result<()> = store.write(now(), |tx| {
        tx.append_audit(row("two"))?;
        tx.run("UPDATE audit SET actor = 'user:mallory' WHERE seq = 2", []).map(drop)
    });
    changed.unwrap();
    let parts = verify(temp.path());
    assert_eq!(state(&parts, PartName::Audit), State::Broken);
    assert_eq!(state(&parts, PartName::Database), State::Whole);
    assert_eq!(state(&parts, PartName::Totals), State::Whole);
    let forged: Result<()> = store.write(now(), |tx| {
        tx.append_audit(row("usage"))?;
        let sql = "INSERT INTO usage_totals (connection, scope, name, day, tokens) VALUES ('c', 'pool', '', 20000, 5)";
        tx.run(sql, []).map(drop)
    });
    forged.unwrap();
    let parts = verify(temp.path());
    assert_eq!(state(&parts, PartName::Totals), State::Broken);
    let said = &parts.iter().find(|part| part.name == PartName::Totals).unwrap().what;
    assert_eq!(said, "the totals of 2024-10-04 are not the sums of its usage records");

    let dangling: Result<()> = store.write(now(), |tx| {
        tx.append_audit(row("three"))?;
        tx.run("PRAGMA defer_foreign_keys = ON", []).map(drop)
    });
    dangling.unwrap();
    drop(store);
    let older = copy_of(&place(temp.path()).dir);
    append(&open(temp.path()).unwrap(), "later").unwrap();
    put_back(&older, &place(temp.path()).dir);
    assert_eq!(state(&verify(temp.path()), PartName::Pin), State::Broken);
}

// ---- upgrades -------------------------------------------------------------------------------------------------------

/// A store as the engine before this one left it: a base alone, in the first schema.
fn make_old(temp: &Path) {
    let store = create(temp);
    append(&store, "old").unwrap();
    let mut database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(include_str!("schema_1.sql")).unwrap();
    database.pragma_update(None, "application_id", schema::APPLICATION_ID).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    store
        .engine
        .read(|ours, _| {
            for table in ["meta", "recipients", "organization", "users", "audit"] {
                // Those of then: later schemas have added some.
                let old: Vec<String> = {
                    let statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
                    statement.column_names().map(str::to_owned).collect()
                };
                let old = old.join(", ");
                let mut rows = ours.prepare(&format!("SELECT {old} FROM {table}")).unwrap();
                let columns = rows.column_count();
                let marks = vec!["?"; columns].join(", ");
                let mut found = rows.query([]).unwrap();
                while let Some(row) = found.next().unwrap() {
                    let values = (0..columns).map(|n| row.get::<_, rusqlite::types::Value>(n).unwrap());
                    let sql = format!("INSERT INTO {table} VALUES ({marks})");
                    database.execute(&sql, rusqlite::params_from_iter(values)).unwrap();
                }
            }
            Ok(())
        })
        .unwrap();
    let seq = store.position().unwrap().seq;
    let recipient = store.own_recipient().unwrap();
    let dir = place(temp).dir;
    drop(store);
    let mut bytes = database.serialize("main").unwrap().to_vec();
    for at in [24, 92] {
        bytes[at..at + 4].copy_from_slice(&seq.to_be_bytes());
    }
    for beside in beside(&dir).into_iter().filter(|beside| beside.name.ends_with(".log")) {
        std::fs::remove_file(dir.join(beside.name)).unwrap();
    }
    std::fs::write(dir.join(BASE), seal::seal_bytes(&[recipient], &bytes).unwrap()).unwrap();
}

fn user_version(store: &Store) -> i64 {
    store.engine.read(|database, _| schema::version(database)).unwrap()
}

#[test]
fn a_store_of_the_engine_before_is_migrated_after_a_copy_that_goes_at_the_next_opening() {
    let temp = tempfile::tempdir().unwrap();
    make_old(temp.path());
    let kept = place(temp.path()).dir.join("store.age.v1");
    let old = std::fs::read(place(temp.path()).dir.join(BASE)).unwrap();
    let store = open(temp.path()).unwrap();
    assert_eq!(user_version(&store), schema::CURRENT);
    assert_eq!(rows(&store), ["old", "store.init"]);
    assert_eq!(std::fs::read(&kept).unwrap(), old, "the copy is what was there");
    assert_eq!(file::loosened(&kept), None);
    drop(store);
    let store = open(temp.path()).unwrap();
    assert!(!kept.exists(), "this opening went well");
    append(&store, "new").unwrap();
    assert!(user_version(&store) > 1, "a program of the first version refuses it by name");
}

#[test]
fn a_copy_from_before_an_upgrade_stays_while_somebody_writes() {
    let temp = tempfile::tempdir().unwrap();
    make_old(temp.path());
    drop(open(temp.path()).unwrap());
    let kept = place(temp.path()).dir.join("store.age.v1");
    let lock = WriterLock::take(&place(temp.path()).dir.join(LOCK), Duration::ZERO, "siesta test").unwrap();
    drop(open(temp.path()).unwrap());
    assert!(kept.exists());
    drop(lock);
    drop(open(temp.path()).unwrap());
    assert!(!kept.exists());
}

#[test]
fn an_upgrade_loses_nothing_wherever_it_is_cut_off() {
    for step in 0.. {
        let temp = tempfile::tempdir().unwrap();
        make_old(temp.path());
        let (done, taken) = failing::at(How::Dead, step, || open(temp.path()));
        drop(done);
        let store = open(temp.path()).unwrap_or_else(|error| panic!("cut off at {step}: {error}"));
        assert_eq!(
            (user_version(&store), rows(&store)),
            (schema::CURRENT, vec!["old".to_owned(), "store.init".to_owned()])
        );
        if taken <= step {
            assert!(step > 3);
            break;
        }
    }
}

#[test]
fn a_backup_in_an_older_schema_is_migrated_when_it_is_restored() {
    let temp = tempfile::tempdir().unwrap();
    make_old(temp.path());
    let path = temp.path().join("old.age");
    std::fs::copy(place(temp.path()).dir.join(BASE), &path).unwrap();
    append(&open(temp.path()).unwrap(), "later").unwrap();
    restore(temp.path(), &path).unwrap();
    let store = open(temp.path()).unwrap();
    assert_eq!((user_version(&store), rows(&store)[0].as_str()), (schema::CURRENT, "restore"));
}

#[test]
fn a_copy_of_a_base_with_later_changes_beside_it_is_no_backup() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "later").unwrap();
    let error = restore(temp.path(), &place(temp.path()).dir.join(BASE)).err();
    assert!(matches!(&error, Some(Error::BackupDamaged { what, .. }) if what.contains(".log")), "{error:?}");
}

// ---- what is read by pages ------------------------------------------------------------------------------------------

#[test]
fn what_is_asked_for_often_is_found_without_looking_at_everything() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let plan = |sql: &str| -> String {
        store
            .engine
            .read(|database, _| {
                let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let lines = statement.query_map([], |row| row.get::<_, String>(3))?;
                Ok(lines.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
            })
            .unwrap()
    };
    let of_connection = plan("SELECT * FROM audit WHERE seq > 0 AND connection = 'x' ORDER BY seq DESC LIMIT 50");
    assert!(of_connection.contains("audit_by_connection") && !of_connection.contains("TEMP B-TREE"), "{of_connection}");
    let newest = plan("SELECT * FROM audit WHERE seq > 0 ORDER BY seq DESC LIMIT 50");
    assert!(newest.starts_with("SEARCH audit USING INTEGER PRIMARY KEY") && !newest.contains("TEMP"), "{newest}");
    let refusals = plan("SELECT time FROM audit WHERE reason = 'token_limit' AND time >= 1 AND time < 2 ORDER BY time");
    assert!(refusals.contains("audit_token_limit") && !refusals.contains("TEMP"), "{refusals}");
}
