//! A store that is refused is accepted by name, and goes on beyond what was seen.
use super::*;

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
