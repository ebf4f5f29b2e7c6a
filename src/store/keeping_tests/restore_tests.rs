//! A backup takes the place of a store, lost, damaged or moved on; a forgery does not.
use super::*;

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
    // Where no opening looks: found by whoever restores, before anything is changed.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&base, &bytes).unwrap();
    let parts = Store::verify(place(temp.path()), &mut |_, _, _| {}).unwrap();
    assert!(parts.iter().any(|part| part.state == State::Broken), "{parts:?}");
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
