//! Recipients, a new key, a passphrase: nobody is locked out, and nobody who was taken away gets back in.
use super::*;

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
    let (other, recipient) = other_key();
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
                // Whoever has the secret opens every file.
                let has_secret = secret_file::read(&store.place.dir, &other).is_ok();
                assert_eq!(has_secret, listed.contains(&recipient), "{how:?}");
            },
        );
    }
}

#[test]
fn an_addition_is_not_ended_with_a_secret_that_was_replaced_meanwhile() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let (_, recipient) = other_key();
    add(&store, &recipient).unwrap();
    let slow = open(temp.path()).unwrap();
    remove(&store, &recipient).unwrap();
    let secret = place(temp.path()).dir.join(SECRET);
    let after = std::fs::read(&secret).unwrap();
    slow.end_addition();
    assert!(std::fs::read(&secret).unwrap() == after, "the secret of before the removal is back");
    open(temp.path()).unwrap();
}

#[test]
fn a_store_that_is_only_looked_at_keeps_its_secret_for_those_who_have_it() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let dir = place(temp.path()).dir;
    let old = copy_of(&dir);
    let (other, recipient) = other_key();
    add(&store, &recipient).unwrap();
    let secret = std::fs::read(dir.join(SECRET)).unwrap();
    drop(store);
    put_back(&old, &dir);
    std::fs::write(dir.join(SECRET), &secret).unwrap();
    let (_, doubts) = Store::open_doubted(place(temp.path())).unwrap();
    assert!(matches!(doubts.as_slice(), [Error::RolledBack { .. }]), "{doubts:?}");
    assert!(secret_file::read(&dir, &other).is_ok());
}

#[test]
fn a_state_that_was_put_back_is_not_made_the_newest_by_a_secret_copied_to_the_next_ones_name() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let dir = place(temp.path()).dir;
    let old = copy_of(&dir);
    store.write(now(), |tx| tx.append_audit(row("later")).map(drop)).unwrap();
    drop(store);
    put_back(&old, &dir);
    std::fs::copy(dir.join(SECRET), dir.join(secret_file::NEXT)).unwrap();
    let is_refused = || matches!(open(temp.path()).err(), Some(Error::RolledBack { .. }));
    assert!(is_refused());
    let (looked_at, doubts) = Store::open_doubted(place(temp.path())).unwrap();
    assert!(matches!(doubts.as_slice(), [Error::RolledBack { .. }]), "{doubts:?}");
    assert!(is_refused());
    looked_at.end_key_change();
    assert!(is_refused());
}

/// Whether the newest base and the newest frame open for whoever has this secret and no key of the store.
fn opens_with(temp: &Path, secret: &StoreSecret) -> [bool; 2] {
    let dir = place(temp).dir;
    let (stranger, _) = other_key();
    let shared = secret.shared_key();
    let base = dir.join(BASE);
    let opens_base = seal::open_stream(&stranger, Some(&shared), file::open(&base).unwrap().unwrap(), &base).is_ok();
    let names = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
    let log = names.into_iter().find(|path| path.extension().is_some_and(|end| end == "log")).unwrap();
    let bytes = std::fs::read(log).unwrap();
    let length = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
    [opens_base, seal::open_shared(&shared, &stranger, &bytes[8..8 + length]).is_some()]
}

#[test]
fn the_secret_of_before_opens_nothing_that_is_written_after() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let (_, recipient) = other_key();
    add(&store, &recipient).unwrap();
    append(&store, "one").unwrap();
    let mut before = store.secret.clone();
    assert_eq!(opens_with(temp.path(), &before), [true, true]);
    for change in [
        |store: &Store, recipient: &str| drop(remove(store, recipient).unwrap()),
        |store: &Store, _: &str| drop(rekey(store).unwrap()),
    ] {
        change(&open(temp.path()).unwrap(), &recipient);
        let store = open(temp.path()).unwrap();
        append(&store, "two").unwrap();
        assert_eq!(opens_with(temp.path(), &before), [false, false]);
        assert_eq!(opens_with(temp.path(), &store.secret), [true, true]);
        before = store.secret.clone();
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
