//! A store of an earlier engine or schema is brought up to date and loses nothing.
use super::*;

/// A store as the engine before this one left it: a base alone, in the first schema.
fn make_old(temp: &Path) {
    let store = create(temp);
    append(&store, "old").unwrap();
    let mut database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(include_str!("../schema_1.sql")).unwrap();
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
