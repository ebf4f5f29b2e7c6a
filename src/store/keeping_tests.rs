//! Keeping a store: what the tests of its backups, restores, keys, checks and upgrades have in common. Each of those is cut
//! off at every step that changes the disk.
mod backup_tests;
mod key_tests;
mod restore_tests;
mod trust_tests;
mod upgrade_tests;
mod verify_tests;

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

fn back_up(store: &Store, path: &Path, keep: Option<u32>) -> Result<BackedUp> {
    store.back_up(path, keep, &mut silent(), |_, _| Ok::<_, Error>(()))
}

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
