//! Looking at everything: each part of a store by its name, sound or broken.
use super::*;

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
            // This bit makes no digit of another: a log that says it is of a later format is refused as such.
            bytes[at] ^= 64;
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
