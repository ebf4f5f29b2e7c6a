//! The store as a whole: made, opened, spoilt, replaced, rolled back and written by several at once.
use super::*;
use crate::model::audit::{AuditLine, Break, Verdict};
use crate::model::id::ConnectionId;
use crate::store::seal::Key;
use uuid::Uuid;

pub(super) fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

pub(super) fn place(temp: &Path) -> Place {
    Place {
        dir: temp.join("data/store"),
        config_dir: temp.join("config"),
        identity_file: None,
        expected_fingerprint: None,
        passphrase: None,
        credentials_dir: None,
        withheld: Vec::new(),
        holder: "siesta test".to_owned(),
        index: None,
    }
}

pub(super) fn create(temp: &Path) -> Store {
    Store::create(
        place(temp),
        NewStore {
            store_id: Uuid::now_v7(),
            organization: Organization::new(Uuid::now_v7(), "Acme".to_owned()),
            owner: "alice".to_owned(),
            owner_account: None,
            key: KeyChoice::File,
            recovery_recipient: None,
            now: now(),
            correlation: CorrelationId(Uuid::now_v7()),
        },
    )
    .unwrap()
}

pub(super) fn row(action: &str) -> NewAuditRow {
    NewAuditRow {
        actor: Actor::System,
        proof: Proof::Asserted,
        action: action.to_owned(),
        entity: "test".to_owned(),
        record_id: String::new(),
        connection: None,
        decision: None,
        reason: None,
        correlation: Correlated::Beyond(CorrelationId(Uuid::nil())),
        changes: Vec::new(),
    }
}

pub(super) fn append(store: &Store, action: &str) -> Result<()> {
    store.write(now(), |tx| tx.append_audit(row(action)).map(drop))
}

#[test]
fn a_new_store_opens_and_holds_its_organization_and_owner() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let store = Store::open(place(temp.path())).unwrap();
    assert!(store.notices().is_empty(), "{:?}", store.notices());
    store
        .read(|tx| {
            assert_eq!(tx.get_organization()?.name, "Acme");
            assert_eq!(tx.list_users()?[0].name, "alice");
            assert_eq!(tx.audit_head()?.seq, 1);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_store_of_an_older_program_is_brought_up_to_date_and_keeps_what_it_held() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let older = store.engine.write(WRITER_DEADLINE, |database, seq| {
        database.execute_batch(
            "DROP INDEX audit_by_entity; CREATE INDEX audit_by_record ON audit (entity, record_id, seq);
             DROP INDEX audit_by_connection; DROP TABLE kept_for_retry; ALTER TABLE apps DROP COLUMN redirect_host;
             ALTER TABLE apps DROP COLUMN redirect_path; DROP TABLE access_requests;
             ALTER TABLE connections DROP COLUMN approvers; ALTER TABLE connections DROP COLUMN reviewer;
             ALTER TABLE users DROP COLUMN os_user; ALTER TABLE agents DROP COLUMN os_user;
             ALTER TABLE policies DROP COLUMN rules; ALTER TABLE policies DROP COLUMN constraints;
             ALTER TABLE policies DROP COLUMN allow_unenforced_vend; ALTER TABLE policies DROP COLUMN preset;
             DROP TABLE admissions; DROP TABLE standing_approvals; DROP TABLE usage_totals; DROP TABLE usage_days; DROP INDEX audit_token_limit;
             DROP INDEX reservations_by_connection; ALTER TABLE reservations DROP COLUMN model;
             ALTER TABLE reservations DROP COLUMN created_at;
             DROP TABLE services; DROP TABLE connection_functions;
             ALTER TABLE credentials DROP COLUMN companion; ALTER TABLE pending_connections DROP COLUMN companion;
             DROP TABLE ssh_keys; DROP INDEX executions_with_content; ALTER TABLE executions DROP COLUMN nonce;
             ALTER TABLE executions DROP COLUMN signed_with; ALTER TABLE executions DROP COLUMN hashes;
             ALTER TABLE organization DROP COLUMN approval_proof;
             ALTER TABLE organization DROP COLUMN audit_retention_days;
             ALTER TABLE organization DROP COLUMN execution_retention_days;
             PRAGMA user_version = 1;
             INSERT INTO apps VALUES ('id.example', 'default', 'client', NULL, 8123, 0, 0);",
        )?;
        Ok((Position::new(seq, ReadTx::new(database).audit_head()?), Durable::Folded))
    });
    drop(older.unwrap());
    drop(store);
    let store = Store::open(place(temp.path())).unwrap();
    let apps = store.read(|tx| tx.list_apps()).unwrap();
    assert_eq!(apps[0].redirect.to_string(), "http://127.0.0.1:8123/callback");
    append(&store, "a").unwrap();
    assert_eq!(store.read(|tx| tx.list_kept()).unwrap(), []);
    // The copy made before goes at the next opening, so no old credential survives in it.
    drop(Store::open(place(temp.path())).unwrap());
    let names = std::fs::read_dir(place(temp.path()).dir).unwrap().map(|file| file.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains(".v1")));
}

#[test]
fn every_commit_adds_one_to_the_sequence() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let seq = |store: &Store| store.engine.read(|_, seq| Ok(seq)).unwrap();
    let first = seq(&store);
    append(&store, "a").unwrap();
    append(&store, "b").unwrap();
    assert_eq!(seq(&store), first + 2);
    assert_eq!(seq(&Store::open(place(temp.path())).unwrap()), first + 2);
}

#[test]
fn a_change_that_fails_or_has_no_audit_row_never_happened() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let before = std::fs::read(place(temp.path()).dir.join(BASE)).unwrap();
    let refused: Result<()> = store.write(now(), |tx| {
        tx.append_audit(row("a"))?;
        Err(Error::ChangedMeanwhile)
    });
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    let silent: Result<()> = store.write(now(), |tx| tx.insert_meta("k", b"v"));
    assert!(matches!(silent, Err(Error::Unaudited)));
    assert_eq!(std::fs::read(place(temp.path()).dir.join(BASE)).unwrap(), before);
}

#[test]
fn a_store_is_never_made_over_another_and_a_failed_one_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let new = NewStore {
        store_id: Uuid::now_v7(),
        organization: Organization::new(Uuid::now_v7(), "Other".to_owned()),
        owner: "bob".to_owned(),
        owner_account: None,
        key: KeyChoice::File,
        recovery_recipient: None,
        now: now(),
        correlation: CorrelationId(Uuid::now_v7()),
    };
    assert!(matches!(Store::create(place(temp.path()), new), Err(Error::Exists { .. })));
    let other = tempfile::tempdir().unwrap();
    let bad = NewStore {
        store_id: Uuid::now_v7(),
        organization: Organization::new(Uuid::now_v7(), "Other".to_owned()),
        owner: "bob".to_owned(),
        owner_account: None,
        key: KeyChoice::File,
        recovery_recipient: Some("age1broken".to_owned()),
        now: now(),
        correlation: CorrelationId(Uuid::now_v7()),
    };
    assert!(Store::create(place(other.path()), bad).is_err());
    let left: Vec<_> = walk(other.path());
    assert!(left.is_empty(), "{left:?}");
}

pub(super) fn walk(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn everything_is_for_its_owner_alone_and_nothing_is_plain() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    for path in walk(temp.path()) {
        assert_eq!(file::loosened(&path), None);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"SQLite"), "{}", path.display());
        assert!(!bytes.windows(4).any(|w| w == b"Acme"), "{}", path.display());
    }
    assert_eq!(file::loosened(&place(temp.path()).dir), None);
}

#[test]
fn loosened_permissions_are_reported() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let base = place(temp.path()).dir.join(BASE);
    std::fs::set_permissions(&base, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let store = Store::open(place(temp.path())).unwrap();
    assert!(matches!(store.notices(), [Notice::Loosened(loose)] if loose.what.contains(BASE)));
}

#[test]
fn a_wrong_key_a_missing_key_and_a_missing_store_are_told_apart() {
    let temp = tempfile::tempdir().unwrap();
    let missing = Store::open(place(temp.path())).err();
    assert!(matches!(missing, Some(Error::NoStore { .. })));
    drop(create(temp.path()));
    let (_, text) = Key::generate("f", "now");
    let other = temp.path().join("other.txt");
    std::fs::write(&other, text.as_bytes()).unwrap();
    let wrong = Store::open(Place { identity_file: Some(other), ..place(temp.path()) }).err();
    assert!(matches!(wrong, Some(Error::WrongKey { .. })), "{wrong:?}");
    let nowhere = Place { identity_file: Some(temp.path().join("none.txt")), ..place(temp.path()) };
    assert!(matches!(Store::open(nowhere).err(), Some(Error::KeyFile { .. })));
    let elsewhere = Place { config_dir: temp.path().join("other-config"), ..place(temp.path()) };
    assert!(matches!(Store::open(elsewhere).err(), Some(Error::NoKey { .. })));
}

#[test]
fn a_spoilt_file_is_damage_and_stays_as_it_is() {
    for name in [BASE, SECRET] {
        let temp = tempfile::tempdir().unwrap();
        drop(create(temp.path()));
        let path = place(temp.path()).dir.join(name);
        let whole = std::fs::read(&path).unwrap();
        let cuts = (0..whole.len()).step_by(whole.len() / 20 + 1).map(|at| whole[..at].to_vec());
        let flips = (0..whole.len()).step_by(whole.len() / 60 + 1).map(|at| {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x20;
            bytes
        });
        for spoilt in cuts.chain(flips).chain([b"not an age file".to_vec()]) {
            std::fs::write(&path, &spoilt).unwrap();
            // An opening reads no more than it needs: what it has not read is refused by whoever reads it.
            let read = Store::open(place(temp.path())).and_then(|store| store.engine.verify_files(&mut |_, _| {}));
            let error = read.err();
            assert!(matches!(error, Some(Error::Damaged { .. })), "{name}, {} bytes: {error:?}", spoilt.len());
            assert_eq!(std::fs::read(&path).unwrap(), spoilt);
        }
    }
}

/// The files of a directory.
pub(super) fn copy_of(dir: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(dir).unwrap();
    entries.flatten().map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap())).collect()
}

/// Makes a directory what it was.
pub(super) fn put_back(files: &[(std::ffi::OsString, Vec<u8>)], dir: &Path) {
    std::fs::read_dir(dir).unwrap().for_each(|entry| std::fs::remove_file(entry.unwrap().path()).unwrap());
    files.iter().for_each(|(name, bytes)| std::fs::write(dir.join(name), bytes).unwrap());
}

#[test]
fn an_older_copy_put_back_is_noticed() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "first").unwrap();
    let older = copy_of(&place(temp.path()).dir);
    append(&store, "second").unwrap();
    put_back(&older, &place(temp.path()).dir);
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::RolledBack { .. })));
    assert!(append(&store, "third").is_err(), "a process that is already running must not build on it either");
}

#[test]
fn the_pin_knows_the_very_state_and_another_one_of_the_same_number_is_none_of_it() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let dir = place(temp.path()).dir;
    let pinned = |store: &Store| store.pin.read(&store.secret).unwrap().unwrap().position;
    let mark = |store: &Store| store.engine.read_marked(|_, _, mark| Ok(mark.to_owned())).unwrap();
    // Through a delta and back into a log.
    for n in 0..20 {
        append(&store, "change").unwrap();
        assert_eq!(pinned(&store).mark, Some(mark(&store)), "after {n}");
        assert!(Store::open(place(temp.path())).is_ok());
    }
    let (fork, before) = (copy_of(&dir), pinned(&store));
    append(&store, "one way").unwrap();
    let one_way = copy_of(&dir);
    drop(store);
    put_back(&fork, &dir);
    let store = open_with_pin(temp.path(), &before);
    append(&store, "another way").unwrap();
    let seq = pinned(&store).seq;
    drop(store);
    put_back(&one_way, &dir);
    let error = Store::open(place(temp.path())).err();
    assert!(matches!(error, Some(Error::RolledBack { .. })), "{error:?}");
    let (there, _) = Store::open_doubted(place(temp.path())).unwrap();
    assert_eq!(there.engine.read(|_, seq| Ok(seq)).unwrap(), seq, "as many changes, but not these");
}

/// The store of a place whose pin says this.
fn open_with_pin(dir: &Path, position: &Position) -> Store {
    let (doubted, _) = Store::open_doubted(place(dir)).unwrap();
    doubted.pin.replace(&doubted.secret, position).unwrap();
    Store::open(place(dir)).unwrap()
}

#[test]
fn a_store_built_by_somebody_who_knows_only_the_recipient_is_noticed() {
    let temp = tempfile::tempdir().unwrap();
    let recipient = create(temp.path()).engine.key().recipient().unwrap();
    let forged = StoreSecret::generate(Uuid::now_v7()).unwrap();
    let dir = place(temp.path()).dir;
    let sealed = seal::seal_bytes(std::slice::from_ref(&recipient), forged.to_text(None).unwrap().as_bytes()).unwrap();
    std::fs::write(dir.join(SECRET), sealed).unwrap();
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::Replaced { .. })));
}

#[test]
fn a_missing_pin_is_made_again_with_a_notice_and_a_row() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    std::fs::remove_dir_all(temp.path().join("config/pins")).unwrap();
    let store = Store::open(place(temp.path())).unwrap();
    assert_eq!(store.notices(), [Notice::PinMissing]);
    append(&store, "after").unwrap();
    let rows = store.read(|tx| tx.list_audit(&AuditQuery { limit: 10, ..AuditQuery::default() })).unwrap();
    assert_eq!(rows[1].action, "store.pin");
    assert!(Store::open(place(temp.path())).unwrap().notices().is_empty());
}

#[test]
fn the_lines_of_a_list_say_the_same_as_its_rows() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let id = |n: u128| ConnectionId(Uuid::from_u128(n));
    let written: Result<()> = store.write(now(), |tx| {
        for n in 0..40u128 {
            let decision = [None, Some(Verdict::Allow), Some(Verdict::Deny)][n as usize % 3];
            tx.append_audit(NewAuditRow {
                actor: Actor::User(format!("user-{}", n % 2)),
                record_id: format!("record {n}"),
                connection: (n % 4 > 0).then(|| id(n % 4)),
                decision,
                reason: decision.map(|decision| format!("{decision:?}")),
                ..row(["call", "call.result"][n as usize % 2])
            })?;
        }
        Ok(())
    });
    written.unwrap();
    let all = AuditQuery { limit: 100, ..AuditQuery::default() };
    let of_two = AuditQuery { connection: Some(id(2)), ..all.clone() };
    let queries = [
        AuditQuery { limit: 7, ..of_two.clone() },
        AuditQuery { actor: Some("user:user-0".to_owned()), action: Some("call".to_owned()), ..of_two.clone() },
        AuditQuery { decision: Some(Verdict::Deny), since: Some(now()), ..of_two.clone() },
        AuditQuery { entity: Some("test".to_owned()), ..of_two.clone() },
        AuditQuery { until: Some(now() + jiff::SignedDuration::from_secs(1)), ..all.clone() },
        of_two,
        all,
    ];
    for query in queries {
        let (rows, lines) = store.read(|tx| Ok((tx.list_audit(&query)?, tx.list_audit_lines(&query)?))).unwrap();
        let expected = rows.into_iter().map(|row| AuditLine {
            seq: row.seq,
            time: row.time,
            actor: row.actor,
            action: row.action,
            record_id: row.record_id,
            decision: row.decision,
            reason: row.reason,
        });
        assert_eq!(lines, expected.collect::<Vec<_>>(), "{query:?}");
        assert!(!lines.is_empty(), "{query:?}");
    }
}

/// Changes rows behind the back of the index of histories, as somebody can who has the key.
fn without_the_index(store: &Store, change: &str) {
    let done = store.engine.write(WRITER_DEADLINE, |database, _| {
        database.execute_batch(&format!(
            "CREATE TEMP TABLE hidden AS SELECT * FROM main.sqlite_schema WHERE name = 'audit_by_connection';
             PRAGMA writable_schema = ON;
             DELETE FROM main.sqlite_schema WHERE name = 'audit_by_connection'; PRAGMA writable_schema = RESET;
             {change};
             PRAGMA writable_schema = ON;
             INSERT INTO main.sqlite_schema SELECT * FROM hidden; PRAGMA writable_schema = RESET; DROP TABLE hidden;"
        ))?;
        Ok(((), Durable::Appended))
    });
    done.unwrap();
}

#[test]
fn a_history_that_shows_something_else_than_the_rows_is_found() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    for n in 0..5 {
        let connection = Some(ConnectionId(Uuid::from_u128(7)));
        let of_connection = || NewAuditRow { connection, ..row(&format!("row.{n}")) };
        store.write(now(), |tx| tx.append_audit(of_connection()).map(drop)).unwrap();
    }
    let broken = || store.read(|tx| Ok(tx.verify_audit(|_| ())?.1)).unwrap();
    assert_eq!(broken(), None);
    let actors = |expected: &str| {
        let of_it =
            AuditQuery { connection: Some(ConnectionId(Uuid::from_u128(7))), limit: 9, ..AuditQuery::default() };
        let lines = store.read(|tx| tx.list_audit_lines(&of_it)).unwrap();
        assert_eq!(lines.iter().find(|line| line.seq == 4).map(|line| line.actor.as_str()), Some(expected));
    };
    let both = |change: &str| {
        let done = store.engine.write(WRITER_DEADLINE, |database, _| {
            database.execute_batch(change)?;
            Ok(((), Durable::Appended))
        });
        done.unwrap();
    };
    let original = store.read(|tx| tx.find_audit(4)).unwrap().unwrap();
    // Row and index are changed, then the row alone is changed back: the chain is whole, and what is shown is a lie.
    both("UPDATE audit SET actor = 'user:mallory' WHERE seq = 4");
    assert_eq!(broken(), Some(Break::Altered { seq: 4 }));
    without_the_index(&store, &format!("UPDATE audit SET actor = '{}' WHERE seq = 4", original.actor));
    assert_eq!(store.read(|tx| tx.find_audit(4)).unwrap().unwrap(), original);
    actors("user:mallory");
    assert_eq!(broken(), Some(Break::Misshown { seq: 4 }));
    // And a row that its history leaves out.
    both("REINDEX audit_by_connection");
    assert_eq!(broken(), None);
    both("UPDATE audit SET connection = NULL WHERE seq = 4");
    let id = original.connection.unwrap();
    without_the_index(&store, &format!("UPDATE audit SET connection = '{id}' WHERE seq = 4"));
    assert_eq!(store.read(|tx| tx.find_audit(4)).unwrap().unwrap(), original);
    assert_eq!(broken(), Some(Break::Misshown { seq: 4 }));
}

#[test]
fn a_row_that_says_the_same_and_is_found_by_no_list_is_damage() {
    let verified_after = |change: &str| {
        let temp = tempfile::tempdir().unwrap();
        let store = create(temp.path());
        (0..5).for_each(|n| store.write(now(), |tx| tx.append_audit(row(&format!("row.{n}"))).map(drop)).unwrap());
        let done = store.engine.write(WRITER_DEADLINE, |database, _| {
            database.execute_batch(change)?;
            Ok(((), Durable::Appended))
        });
        done.unwrap();
        drop(store);
        Store::open(place(temp.path())).and_then(|store| store.read(|tx| Ok(tx.verify_audit(|_| ())?.1)))
    };
    // Rows of any type, as somebody can have them who writes the file himself.
    let lax = "PRAGMA writable_schema = ON;
               UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'audit';
               PRAGMA writable_schema = RESET;";
    assert_eq!(verified_after(lax).unwrap(), None);
    for column in ["actor", "proof", "action", "entity", "record_id", "correlation", "changes", "prev_hash", "hash"] {
        let found = verified_after(&format!("{lax} UPDATE audit SET {column} = CAST({column} AS BLOB) WHERE seq = 3"));
        assert!(matches!(found, Err(Error::Damaged { .. })), "{column}: {found:?}");
    }
    for spelt in ["'{' || correlation || '}'", "replace(correlation, '-', '')"] {
        let found = verified_after(&format!("UPDATE audit SET correlation = {spelt} WHERE seq = 3"));
        assert!(matches!(found, Err(Error::Damaged { .. })), "{spelt}: {found:?}");
    }
    // What is wrong with an earlier row is told first.
    let change = "UPDATE audit SET actor = 'user:mallory' WHERE seq = 3; UPDATE audit SET actor = x'00' WHERE seq = 5";
    assert_eq!(verified_after(&format!("{lax} {change}")).unwrap(), Some(Break::Altered { seq: 3 }));
    // Histories without an index are damage, and not in the way of a row that was altered.
    let gone = "DROP INDEX audit_by_connection;";
    let found = verified_after(gone);
    assert!(matches!(&found, Err(Error::Sql(error)) if is_damage(error)), "{found:?}");
    let altered = verified_after(&format!("{gone} UPDATE audit SET actor = 'user:mallory' WHERE seq = 3"));
    assert_eq!(altered.unwrap(), Some(Break::Altered { seq: 3 }));
}

#[test]
fn a_newer_store_is_refused_by_name_and_left_alone() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let newer: Result<()> = store.write(now(), |tx| {
        tx.run("PRAGMA user_version = 99", []).map(drop).or(Ok::<(), Error>(()))?;
        tx.append_audit(row("newer")).map(drop)
    });
    newer.unwrap();
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::Newer { found: 99, .. })));
}

#[test]
fn writers_at_once_lose_nothing_and_readers_see_whole_changes() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let root = temp.path().to_owned();
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let root = root.clone();
            std::thread::spawn(move || {
                let store = Store::open(place(&root)).unwrap();
                for m in 0..5 {
                    store
                        .write(now(), |tx| {
                            tx.append_audit(row(&format!("one.{n}.{m}")))?;
                            tx.append_audit(row(&format!("two.{n}.{m}"))).map(drop)
                        })
                        .unwrap_or_else(|e: Error| panic!("{e}"));
                    let head = store.read(|tx| tx.audit_head()).unwrap();
                    assert_eq!(head.seq % 2, 1, "half a change was visible");
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let store = Store::open(place(&root)).unwrap();
    assert_eq!(store.read(|tx| tx.audit_head()).unwrap().seq, 1 + 8 * 5 * 2);
    let mut verifier = crate::model::audit::Verifier::default();
    store.read(|tx| tx.walk_audit(|row| verifier.take(&row).is_ok())).unwrap();
    assert_eq!(verifier.head().seq, 81);
}

pub(super) fn create_with(temp: &Path, key: KeyChoice, place: Place) -> Result<Store> {
    let _ = temp;
    Store::create(
        place,
        NewStore {
            store_id: Uuid::now_v7(),
            organization: Organization::new(Uuid::now_v7(), "Acme".to_owned()),
            owner: "alice".to_owned(),
            owner_account: None,
            key,
            recovery_recipient: None,
            now: now(),
            correlation: CorrelationId(Uuid::now_v7()),
        },
    )
}

#[test]
fn a_key_under_a_passphrase_opens_with_it_and_never_without() {
    let temp = tempfile::tempdir().unwrap();
    let with = |text: &str| Place { passphrase: Some(Secret::new(text.to_owned())), ..place(temp.path()) };
    let missing = create_with(temp.path(), KeyChoice::Passphrase, place(temp.path())).err();
    assert!(matches!(missing, Some(Error::PassphraseNeeded { is_new: true, .. })));
    drop(create_with(temp.path(), KeyChoice::Passphrase, with("correct horse")).unwrap());
    let unasked = Store::open(place(temp.path())).err();
    assert!(matches!(unasked, Some(Error::PassphraseNeeded { is_new: false, .. })), "{unasked:?}");
    assert!(matches!(Store::open(with("wrong")).err(), Some(Error::WrongPassphrase { .. })));
    let store = Store::open(with("correct horse")).unwrap();
    assert_eq!(store.whereabouts().key.word(), "passphrase");
    let path = store.whereabouts().key.path().unwrap().to_owned();
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(14).any(|w| w == b"AGE-SECRET-KEY"));

    // Somebody has put a plain key in its place: the record says "passphrase", so it is refused.
    let (_, plain) = Key::generate("f", "now");
    std::fs::write(&path, plain.as_bytes()).unwrap();
    assert!(matches!(Store::open(with("correct horse")).err(), Some(Error::KeyFile { .. })));
}

#[test]
fn an_identity_that_exists_already_is_delivered_by_command_credential_or_descriptor() {
    let identity = |temp: &Path| {
        let (_, text) = Key::generate("f", "now");
        // As age-keygen writes it: without our comment.
        let plain: String = text.lines().filter(|l| !l.starts_with("# siesta")).collect::<Vec<_>>().join("\n");
        let path = temp.join("credentials/siesta");
        file::make_directory(path.parent().unwrap()).unwrap();
        std::fs::write(&path, plain).unwrap();
        path
    };
    for word in ["command", "credential", "fd"] {
        let temp = tempfile::tempdir().unwrap();
        let path = identity(temp.path());
        let held = std::fs::File::open(&path).unwrap();
        let choice = match word {
            "command" => KeyChoice::Command(format!("cat '{}'", path.display())),
            "credential" => KeyChoice::Credential("siesta".to_owned()),
            _ => KeyChoice::Fd(u32::try_from(std::os::fd::AsRawFd::as_raw_fd(&held)).unwrap()),
        };
        let place = Place { credentials_dir: path.parent().map(Path::to_owned), ..place(temp.path()) };
        drop(create_with(temp.path(), choice, place.clone()).unwrap_or_else(|e| panic!("{word}: {e}")));
        let store = Store::open(place.clone()).unwrap_or_else(|e| panic!("{word}: {e}"));
        assert_eq!(store.whereabouts().key.word(), word);
        // The key came from elsewhere and knows no fingerprint: then the pin has to.
        std::fs::remove_dir_all(temp.path().join("config/pins")).unwrap();
        assert!(matches!(Store::open(place).err(), Some(Error::Untrusted { .. })), "{word}");
    }
}

#[test]
fn a_source_that_fails_is_named_and_no_other_is_tried() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let canonical = std::fs::canonicalize(place(temp.path()).dir).unwrap();
    for source in [
        KeySource::Command("false".to_owned()),
        KeySource::Credential("siesta".to_owned()),
        KeySource::Command("echo not-an-identity".to_owned()),
    ] {
        key::record(&place(temp.path()), &canonical, &source).unwrap();
        let error = Store::open(place(temp.path())).err();
        assert!(matches!(error, Some(Error::KeySource { .. })), "{source:?}: {error:?}");
    }
    key::record(&place(temp.path()), &canonical, &KeySource::Fd(999)).unwrap();
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::KeyFile { .. })));
}

#[test]
fn of_several_who_make_a_store_at_once_one_wins_and_its_store_opens() {
    for _ in 0..5 {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().to_owned();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let root = root.clone();
                std::thread::spawn(move || create_with(&root, KeyChoice::File, place(&root)).is_ok())
            })
            .collect();
        let won = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count();
        assert_eq!(won, 1);
        Store::open(place(&root)).unwrap();
    }
}

#[test]
fn a_lost_base_is_damage_and_no_reason_to_make_another_store() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let secret = std::fs::read(place(temp.path()).dir.join(SECRET)).unwrap();
    std::fs::remove_file(place(temp.path()).dir.join(BASE)).unwrap();
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::Damaged { .. })));
    let again = create_with(temp.path(), KeyChoice::File, place(temp.path())).err();
    assert!(matches!(again, Some(Error::Exists { .. })), "{again:?}");
    assert_eq!(std::fs::read(place(temp.path()).dir.join(SECRET)).unwrap(), secret);
}

#[test]
fn a_store_made_where_another_one_was_removed_works() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    append(&store, "a").unwrap();
    append(&store, "b").unwrap();
    std::fs::remove_dir_all(place(temp.path()).dir).unwrap();
    drop(create(temp.path()));
    Store::open(place(temp.path())).unwrap();
}

#[test]
fn a_store_needs_a_directory_of_its_own() {
    let temp = tempfile::tempdir().unwrap();
    let dir = place(temp.path()).dir;
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("letter.txt"), "mine").unwrap();
    let refused = create_with(temp.path(), KeyChoice::File, place(temp.path())).err();
    assert!(matches!(refused, Some(Error::NotEmpty { .. })), "{refused:?}");
    std::fs::remove_file(dir.join("letter.txt")).unwrap();
    drop(create(temp.path()));
    assert_eq!(file::loosened(&dir), None, "a directory that was there already is taken from others");
}

#[test]
fn what_is_no_regular_file_is_damage_and_keeps_nobody_waiting() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let base = place(temp.path()).dir.join(BASE);
    let kept = temp.path().join("kept");
    std::fs::rename(&base, &kept).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &base, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::Damaged { .. })));
    std::fs::remove_file(&base).unwrap();
    std::os::unix::fs::symlink(&kept, &base).unwrap();
    assert!(matches!(Store::open(place(temp.path())).err(), Some(Error::Damaged { .. })));
}

#[test]
fn a_store_reached_through_a_link_is_judged_by_what_it_is() {
    let temp = tempfile::tempdir().unwrap();
    drop(create(temp.path()));
    let link = temp.path().join("link");
    std::os::unix::fs::symlink(place(temp.path()).dir, &link).unwrap();
    let store = Store::open(Place { dir: link, ..place(temp.path()) }).unwrap();
    assert!(store.notices().is_empty(), "{:?}", store.notices());
}

#[test]
fn what_is_asked_for_often_is_found_without_looking_at_everything() {
    let temp = tempfile::tempdir().unwrap();
    let store = create(temp.path());
    let plan = |sql: &str| -> String {
        store
            .engine
            .read(|database, _| {
                let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let lines = statement.raw_query().mapped(|row| row.get::<_, String>(3));
                Ok(lines.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
            })
            .unwrap()
    };
    let of_connection = plan("SELECT * FROM audit WHERE seq > 0 AND connection = 'x' ORDER BY seq DESC LIMIT 50");
    assert!(of_connection.contains("audit_by_connection") && !of_connection.contains("TEMP B-TREE"), "{of_connection}");
    let lines = plan(&format!(
        "SELECT {} FROM audit WHERE seq > 0 AND time >= 1 AND actor = 'x' AND connection = 'x' ORDER BY seq DESC LIMIT 50",
        super::audit::LINE
    ));
    assert!(lines.contains("COVERING INDEX audit_by_connection") && !lines.contains("TEMP"), "{lines}");
    let of_entity = plan("SELECT * FROM audit WHERE seq > 0 AND entity = 'x' ORDER BY seq DESC LIMIT 50");
    assert!(of_entity.contains("audit_by_entity") && !of_entity.contains("TEMP"), "{of_entity}");
    let narrow = [
        ("audit_by_connection", AuditQuery { connection: Some(ConnectionId(Uuid::nil())), ..AuditQuery::default() }),
        ("audit_by_correlation", AuditQuery { correlation: Some(CorrelationId(Uuid::nil())), ..AuditQuery::default() }),
    ];
    for (index, query) in narrow {
        let query = AuditQuery { entity: Some("x".to_owned()), limit: 50, ..query };
        let narrow = plan(&super::audit::newest("*", &query).0);
        assert!(narrow.contains(index) && !narrow.contains("audit_by_entity"), "{narrow}");
    }
    let newest = plan("SELECT * FROM audit WHERE seq > 0 ORDER BY seq DESC LIMIT 50");
    assert!(newest.starts_with("SEARCH audit USING INTEGER PRIMARY KEY") && !newest.contains("TEMP"), "{newest}");
    let refusals = plan("SELECT time FROM audit WHERE reason = 'token_limit' AND time >= 1 AND time < 2 ORDER BY time");
    assert!(refusals.contains("audit_token_limit") && !refusals.contains("TEMP"), "{refusals}");
}
