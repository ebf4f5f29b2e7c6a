//! Everything a store consists of, looked at once: `siesta store verify`.
//!
//! What must stay true: this changes nothing, and says of each part whether it is whole, broken, or could not be looked
//! at because of another one. Trouble with the key is an error and not a finding: then nothing can be said at all.
use crate::model::audit::Verifier;
use crate::model::soundness::{Part, PartName, Phase, State};
use crate::store::engine::{Engine, Sound, dangling, integrity};
use crate::store::error::{Error, Result};
use crate::store::trust::Remembered;
use crate::store::{Place, ReadTx, Store, totals};
use rusqlite::Connection;

/// How far a look has come: the phase, so many of so many.
pub type Progress<'p> = &'p mut dyn FnMut(Phase, u64, u64);

impl Store {
    /// Looks at the store of a place, whether it can be used or not.
    pub fn verify(place: Place, progress: Progress<'_>) -> Result<Vec<Part>> {
        match Store::open_doubted(place) {
            Ok((store, doubts)) => store.parts(&doubts, progress),
            // What stops the opening names itself; nothing beyond it can be seen.
            Err(Error::Damaged { what }) => Ok(stopped(what)),
            Err(other) => Err(other),
        }
    }

    fn parts(&self, doubts: &[Error], progress: Progress<'_>) -> Result<Vec<Part>> {
        let mut parts = vec![known(self, doubts)];
        match self.engine.verify_files(&mut |done, all| progress(Phase::Chunks, done, all)) {
            Ok(sound) => parts.extend(whole(&sound)),
            Err(Error::Damaged { what }) => parts.extend(broken_file(&what)),
            Err(other) => return Err(other),
        }
        parts.extend(inside(&self.engine, progress)?);
        parts.push(pin(self.position(), self.pinned()?, doubts));
        Ok(parts)
    }
}

fn known(store: &Store, doubts: &[Error]) -> Part {
    let doubt = doubts.iter().find(|doubt| !matches!(doubt, Error::RolledBack { .. }));
    match doubt {
        Some(doubt) => Part::new(PartName::Secret, State::Broken, doubt.to_string()),
        None => Part::new(PartName::Secret, State::Whole, format!("fingerprint {}", store.secret.fingerprint())),
    }
}

fn whole(sound: &Sound) -> [Part; 3] {
    let chunks = |parts: u64| format!("{parts} chunks of 64 KiB opened");
    [
        Part::new(PartName::Base, State::Whole, chunks(sound.base.parts)),
        match sound.deltas.iter().map(|delta| delta.parts).sum() {
            0 => Part::new(PartName::Delta, State::Absent, "everything before the log is in the base"),
            parts => Part::new(PartName::Delta, State::Whole, chunks(parts)),
        },
        match sound.log.parts {
            0 => Part::new(PartName::Log, State::Absent, format!("nothing was committed since; change {}", sound.seq)),
            frames => {
                Part::new(PartName::Log, State::Whole, format!("{frames} frames opened, up to change {}", sound.seq))
            }
        },
    ]
}

/// The file that is broken is named in the words about it.
fn broken_file(what: &str) -> [Part; 3] {
    let broken = match what {
        what if what.contains(".delta") => PartName::Delta,
        what if what.contains(".log") => PartName::Log,
        _ => PartName::Base,
    };
    [PartName::Base, PartName::Delta, PartName::Log].map(|name| match name == broken {
        true => Part::new(name, State::Broken, what),
        false => Part::new(name, State::Unseen, ""),
    })
}

fn stopped(what: String) -> Vec<Part> {
    let secret = match what.contains("store.secret") {
        true => Part::new(PartName::Secret, State::Broken, what.clone()),
        false => Part::new(PartName::Secret, State::Unseen, ""),
    };
    let files = match secret.state {
        State::Broken => {
            [PartName::Base, PartName::Delta, PartName::Log].map(|name| Part::new(name, State::Unseen, ""))
        }
        _ => broken_file(&what),
    };
    let rest = [PartName::Database, PartName::References, PartName::Audit, PartName::Totals, PartName::Pin];
    std::iter::once(secret).chain(files).chain(rest.map(|name| Part::new(name, State::Unseen, ""))).collect()
}

/// What SQLite, the audit's chain and the records of usage have to say.
pub(super) fn inside(engine: &Engine, progress: Progress<'_>) -> Result<[Part; 4]> {
    let looked = engine.read_with_room(|database, _| {
        progress(Phase::Integrity, 0, 1);
        let faults = integrity(database)?;
        let database_part = match faults.first() {
            Some(first) => Part::new(PartName::Database, State::Broken, first.as_str()),
            None => Part::new(PartName::Database, State::Whole, "SQLite's integrity check passes"),
        };
        let tables = dangling(database)?;
        let references = match tables.first() {
            Some(table) => Part::new(PartName::References, State::Broken, format!("rows of {table} point to nothing")),
            None => Part::new(PartName::References, State::Whole, "every reference has its row"),
        };
        let audit = chain(&ReadTx::new(database), progress)?;
        progress(Phase::Totals, 0, 1);
        Ok([database_part, references, audit, added_up(database)?])
    });
    match looked {
        Err(error) if matches!(&error, Error::Damaged { .. }) || is_damage_inside(&error) => {
            let first = Part::new(PartName::Database, State::Broken, error.to_string());
            let unseen = |name| Part::new(name, State::Unseen, "");
            Ok([first, unseen(PartName::References), unseen(PartName::Audit), unseen(PartName::Totals)])
        }
        other => other,
    }
}

fn is_damage_inside(error: &Error) -> bool {
    matches!(error, Error::Sql(source) if crate::store::is_damage(source))
}

fn chain(tx: &ReadTx<'_>, progress: Progress<'_>) -> Result<Part> {
    let all = u64::try_from(tx.audit_head()?.seq).unwrap_or(0);
    let mut verifier = Verifier::default();
    let mut broken = None;
    tx.walk_audit(|row| {
        broken = verifier.take(&row).err();
        progress(Phase::Audit, u64::try_from(row.seq).unwrap_or(0), all);
        broken.is_none()
    })?;
    Ok(match broken.or_else(|| verifier.finish().err()) {
        Some(broken) => {
            Part::new(PartName::Audit, State::Broken, format!("row {} is not as it was written", broken.seq()))
        }
        None => Part::new(PartName::Audit, State::Whole, format!("{} rows follow each other", verifier.rows())),
    })
}

fn added_up(database: &Connection) -> Result<Part> {
    Ok(match totals::check(database)? {
        None => Part::new(PartName::Totals, State::Absent, "a store of this version keeps no totals of usage"),
        Some(Ok(records)) => {
            Part::new(PartName::Totals, State::Whole, format!("the totals are the sums of {records} usage records"))
        }
        Some(Err(date)) => {
            let what = format!("the totals of {date} are not the sums of its usage records");
            Part::new(PartName::Totals, State::Broken, what)
        }
    })
}

fn pin(position: Result<crate::store::Position>, pinned: Option<Remembered>, doubts: &[Error]) -> Part {
    if let Some(doubt) = doubts.iter().find(|doubt| matches!(doubt, Error::RolledBack { .. })) {
        return Part::new(PartName::Pin, State::Broken, doubt.to_string());
    }
    match (position, pinned) {
        (_, None) => Part::new(PartName::Pin, State::Absent, "an older copy put back before now would not be noticed"),
        (Ok(now), Some(pinned)) => {
            let text = format!("change {} was seen, and this is change {}", pinned.position.seq, now.seq);
            Part::new(PartName::Pin, State::Whole, text)
        }
        (Err(_), Some(_)) => Part::new(PartName::Pin, State::Unseen, ""),
    }
}
