//! The organization as a file: `export`, `plan` and `apply`.
//!
//! What must stay true: all of a file is made so in one transaction, or nothing is; a plan and a dry run are that very
//! transaction, given up at its end, so they refuse what it would refuse. A file that says what it was made from changes
//! nothing where the store has moved since: of two administrators the slower is told, and loses nothing.
mod check;
mod present;
pub mod text;
mod write;

use crate::model::json;
use crate::model::org_file::{Change, Consequence, Facts, Items, OrgFile, Part, Verdict, diff, items};
use crate::ops::org_file::text::Read;
use crate::ops::{About, Error, Kind, Result, Siesta, services};
use crate::store;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What is asked of `plan` and `apply`.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// None: every part of the file but the people.
    pub parts: Option<Vec<Part>>,
    /// What the file's parts do not name goes.
    pub prune: bool,
    pub refuse_widening: bool,
    /// What a plan was made from: another state is refused.
    pub basis: Option<String>,
    /// Look, and change nothing.
    pub dry_run: bool,
}

/// What a file comes to.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub changes: Vec<Change>,
    /// The store's revision that was looked at.
    pub revision: u32,
    /// What the parts that were looked at were, as one hash.
    pub basis: String,
    pub parts: Vec<Part>,
    /// People stand in the file, and were not asked for.
    pub leaves_people: bool,
    /// Connections that are not in the file and stay: only `revoke` ends one.
    pub connections_left: Vec<String>,
    /// What changes bring with them that the file does not say.
    pub consequences: Vec<Consequence>,
    /// Nothing was done, because something widens.
    pub refused: bool,
}

impl Outcome {
    pub fn widening(&self) -> usize {
        self.changes.iter().filter(|change| change.verdict() == Verdict::Widens).count()
    }
}

/// The organization as it is.
pub fn export(siesta: &Siesta, parts: Option<&[Part]>) -> Result<OrgFile> {
    siesta.store.read_at(|tx, revision| {
        let made = || -> Result<OrgFile> {
            let mut file = present::file(tx)?;
            file.keep(parts.unwrap_or(Part::ALL));
            file.revision = Some(revision);
            file.basis = basis(&items(&file), parts.unwrap_or(Part::ALL))?;
            Ok(file)
        };
        Ok(made())
    })?
}

/// How a transaction ends that does not become durable.
enum End {
    Failed(Error),
    GivenUp(Box<Outcome>),
}

impl From<store::Error> for End {
    fn from(error: store::Error) -> End {
        End::Failed(error.into())
    }
}

impl From<Error> for End {
    fn from(error: Error) -> End {
        End::Failed(error)
    }
}

/// Makes it so, or says what that would be.
pub fn apply(siesta: &Siesta, read: &Read, ask: &Ask) -> Result<Outcome> {
    let parts: Vec<Part> = match &ask.parts {
        Some(parts) => parts.iter().copied().filter(|part| read.file.has(*part)).collect(),
        None => Part::ALL.iter().copied().filter(|part| *part != Part::People && read.file.has(*part)).collect(),
    };
    let applied = siesta.store.write::<Outcome, End>(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let whole = present::file(tx)?;
        let mut wanted = read.file.clone();
        wanted.keep(&parts);
        check::bring(siesta, tx, &actor, &mut wanted).map_err(|refused| refused.at(read))?;
        let wanted = check::checked(siesta, tx, &whole, wanted).map_err(|refused| refused.at(read))?;
        let mut there = whole.clone();
        there.keep(&parts);
        let (present, desired) = (items(&there), items(&wanted));
        let brought = services::all_in(tx)?;
        let default_mode = |service: &str, function: &str| {
            let service = brought.iter().find(|known| known.id == service)?;
            Some(service.function(function)?.default_mode().typed())
        };
        let everything = items(&whole);
        let prunes = |part: Part| ask.prune && parts.contains(&part);
        let changes =
            diff(&present, &desired, &prunes, &Facts { default_mode: &default_mode, everything: &everything });
        let now = basis(&present, &parts)?;
        let outcome = Outcome {
            revision: tx.seq().saturating_sub(1),
            basis: hash(&json!(now))?,
            leaves_people: read.file.has(Part::People) && !parts.contains(&Part::People),
            connections_left: match ask.prune {
                true => present.keys().filter(|item| !desired.contains_key(item)).filter_map(label).collect(),
                false => Vec::new(),
            },
            consequences: Vec::new(),
            refused: false,
            parts: parts.clone(),
            changes,
        };
        if !outcome.changes.is_empty() {
            must_be_unmoved(&now, read, &wanted, ask, &outcome.basis)?;
        }
        let consequences = write::all(siesta, tx, &actor, &wanted, &outcome.changes);
        let consequences = consequences.map_err(|refused| refused.at(read))?;
        // Tried before it is refused: whoever reads the refusal sees all that the file brings with it, as in a plan.
        let refused = ask.refuse_widening && outcome.widening() > 0;
        let outcome = Outcome { consequences, refused, ..outcome };
        match refused || ask.dry_run || outcome.changes.is_empty() {
            true => Err(End::GivenUp(Box::new(outcome))),
            false => Ok(outcome),
        }
    });
    match applied {
        Ok(outcome) => Ok(outcome),
        Err(End::GivenUp(outcome)) => Ok(*outcome),
        Err(End::Failed(error)) => Err(error),
    }
}

fn label(item: &crate::model::org_file::Item) -> Option<String> {
    match item {
        crate::model::org_file::Item::Connection(label) => Some(label.clone()),
        _ => None,
    }
}

/// The compare of compare-and-swap: what the file or the plan was made from is what is there, in the parts it speaks about.
fn must_be_unmoved(now: &BTreeMap<Part, String>, read: &Read, wanted: &OrgFile, ask: &Ask, basis: &str) -> Result<()> {
    let moved: Vec<&str> = wanted
        .basis
        .iter()
        .filter(|(part, then)| now.get(*part).is_some_and(|now| now != *then))
        .map(|(part, _)| part.as_str())
        .collect();
    if !moved.is_empty() {
        let since = read.file.revision.map_or_else(String::new, |revision| format!(", at revision {revision}"));
        return Err(Error::from(Kind::StoreMoved { parts: moved.join(", ") })
            .because(format!("{} changed in the store after the file was exported{since}", moved.join(" and "))));
    }
    if ask.basis.as_ref().is_some_and(|expected| expected != basis) {
        let parts = now.keys().map(|part| part.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Error::from(Kind::StoreMoved { parts }).because("the store is not as the plan saw it"));
    }
    Ok(())
}

/// What each part is, as a hash.
fn basis(items: &Items, parts: &[Part]) -> Result<BTreeMap<Part, String>> {
    parts
        .iter()
        .map(|part| {
            let own = items.iter().filter(|(item, _)| item.part() == *part);
            let listed: Vec<_> = own.map(|(item, properties)| json!([item.path(), properties])).collect();
            Ok((*part, hash(&json!(listed))?))
        })
        .collect()
}

/// 128 bits of SHA-256 over the canonical form: it tells states apart and keeps no secret.
fn hash(value: &serde_json::Value) -> Result<String> {
    let text = json::canonical(value).map_err(|error| Error::from(Kind::Bug { what: error.to_string() }))?;
    Ok(Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// What was refused, and where in the file it stands.
pub(super) struct Refused {
    path: Vec<String>,
    /// Boxed, because most results are none.
    error: Box<Error>,
}

impl Refused {
    fn at(self, read: &Read) -> Error {
        match read.find(&self.path) {
            Some((line, column)) => self.error.about(About::InFile { line, column }),
            None => *self.error,
        }
    }
}

/// Says where in the file an error is at home.
pub(super) trait AtPath<T> {
    fn at_path(self, path: &[&str]) -> std::result::Result<T, Refused>;
}

impl<T, E: Into<Error>> AtPath<T> for std::result::Result<T, E> {
    fn at_path(self, path: &[&str]) -> std::result::Result<T, Refused> {
        self.map_err(|error| Refused {
            path: path.iter().map(|word| (*word).to_owned()).collect(),
            error: Box::new(error.into()),
        })
    }
}
