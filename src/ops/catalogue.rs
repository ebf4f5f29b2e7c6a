//! Bringing services along: importing them, seeing what changed, removing them.
//!
//! What must stay true (R8a): an imported service never takes the name of one of the program; it never changes where a
//! living connection's credential goes or how it is sent; and importing again never makes a function less asked about
//! than it was.
use crate::catalog::{self, openapi};
use crate::model::connection::Status;
use crate::model::service::{Function, Service};
use crate::ops::{Error, Kind, Result, Siesta, services};
use crate::store::{ReadTx, WriteTx};
use serde_json::{Value, json};

/// A large public API's document has 5 to 10 MiB.
pub const LARGEST_DOCUMENT: usize = 16 * 1024 * 1024;

#[derive(Debug, Clone, Default)]
pub struct Import {
    /// JSON or YAML.
    pub text: String,
    /// Instead of the id in the document, or made from its title.
    pub id: Option<String>,
    pub dry_run: bool,
}

/// What an import comes to.
#[derive(Debug, Clone)]
pub struct Imported {
    pub service: Service,
    /// It was there before.
    pub again: bool,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// Functions that differ, each with what differs.
    pub changed: Vec<(String, Vec<&'static str>)>,
    /// What differs beside the functions, by its word in the document.
    pub settings: Vec<String>,
    /// Functions whose kind would have made them less asked about, and which therefore keep the one they had.
    pub kept: Vec<String>,
    /// Operations of the document that cannot be called.
    pub left_out: Vec<String>,
    pub dry_run: bool,
}

impl Imported {
    pub fn is_change(&self) -> bool {
        let functions = !self.added.is_empty() || !self.removed.is_empty() || !self.changed.is_empty();
        !self.again || functions || !self.settings.is_empty()
    }
}

pub fn import(siesta: &Siesta, asked: &Import) -> Result<Imported> {
    let (mut service, left_out) = read(asked)?;
    if let Some(id) = &asked.id {
        service.id.clone_from(id);
    }
    let faults = catalog::faults(&service);
    if !faults.is_empty() {
        let shown: Vec<&str> = faults.iter().take(5).map(String::as_str).collect();
        return Err(Error::invalid("the service cannot be used as it is described").because(shown.join("; ")));
    }
    let plan = |tx: &ReadTx<'_>| plan(tx, service.clone(), left_out.clone(), asked.dry_run);
    if asked.dry_run {
        return siesta.store.read(|tx| Ok(siesta.person(tx).and_then(|_| plan(tx))))?;
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let imported = plan(tx)?;
        if imported.is_change() {
            write(siesta, tx, &actor, &imported)?;
        } else {
            tx.needs_no_audit();
        }
        Ok(imported)
    })
}

/// Brings a service along as a file says it; one that is there already as it is stays.
pub(super) fn bring_in(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &crate::model::people::Actor,
    service: Service,
) -> Result<()> {
    let mut faults = catalog::faults(&service).into_iter();
    if let Some(fault) = faults.next() {
        return Err(Error::invalid("the service cannot be used as it is described").because(fault));
    }
    let is_there = services::imported(tx)?.into_iter().any(|before| *before == service);
    let imported = plan(tx, service, Vec::new(), false)?;
    if !imported.kept.is_empty() {
        // A file says what will be; this would be something else.
        let what = format!("{} would be asked about less than it is", imported.kept.join(", "));
        return Err(Error::conflict(what).because("remove the service first, or leave the kinds as they are"));
    }
    match is_there {
        true => Ok(()),
        false => write(siesta, tx, actor, &imported),
    }
}

fn must_be_unused(tx: &ReadTx<'_>, service: &Service) -> Result<()> {
    let living = tx.list_connections()?.into_iter();
    let mut living = living.filter(|c| c.service == service.id && c.status != Status::Revoked);
    match living.next() {
        Some(connection) => {
            let what = format!("connection \"{}\" is to {}", connection.label, service.id);
            Err(Error::conflict(what).because("revoke it first"))
        }
        None => Ok(()),
    }
}

/// Takes a service out that nothing living is connected to.
pub(super) fn remove_in(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &crate::model::people::Actor,
    service: &Service,
) -> Result<()> {
    must_be_unused(tx, service)?;
    tx.delete_service(&service.id)?;
    let functions = service.functions.len();
    let entry = siesta.entry(actor, "catalog.remove", "service", &service.id).change("functions", functions, ());
    tx.append_audit(entry.row())?;
    Ok(())
}

fn write(siesta: &Siesta, tx: &WriteTx<'_>, actor: &crate::model::people::Actor, imported: &Imported) -> Result<()> {
    let service = &imported.service;
    let document = serde_json::to_string(service).map_err(|e| Error::from(Kind::Bug { what: e.to_string() }))?;
    let before = services::imported(tx)?.into_iter().find(|before| before.id == service.id).cloned();
    tx.upsert_service(&service.id, &document, actor)?;
    let had = |what: fn(&Service) -> Value| before.as_ref().map(what);
    let changed: Vec<&String> = imported.changed.iter().map(|(name, _)| name).collect();
    let mut entry = siesta
        .entry(actor, "catalog.import", "service", &service.id)
        .change("functions", had(|before| json!(before.functions.len())), service.functions.len())
        .change("added", (), json!(imported.added))
        .change("removed", (), json!(imported.removed))
        .change("changed", (), json!(changed))
        .change("baseUrl", had(|before| json!(before.base_url)), service.base_url.clone());
    if let Some(before) = &before {
        let (before, after) = (members(before)?, members(service)?);
        let value = |members: &serde_json::Map<String, Value>, word: &String| members.get(word).cloned();
        for word in imported.settings.iter().filter(|word| *word != "baseUrl") {
            entry = entry.change(word, value(&before, word), value(&after, word));
        }
    }
    tx.append_audit(entry.row())?;
    Ok(())
}

/// The document as a service, and what of it was left out.
fn read(asked: &Import) -> Result<(Service, Vec<String>)> {
    if asked.text.len() > LARGEST_DOCUMENT {
        return Err(Error::invalid(format!("it is larger than {} MiB", LARGEST_DOCUMENT / 1024 / 1024)));
    }
    let document = parse(&asked.text)?;
    if openapi::is_one(&document) {
        let read = openapi::read(&document, asked.id.as_deref()).map_err(|error| Error::invalid(error.to_string()))?;
        return Ok((read.service, read.left_out));
    }
    let unreadable = |error: serde_json::Error| {
        Error::invalid("it is neither an OpenAPI 3 document nor a service").because(error.to_string())
    };
    Ok((serde_json::from_value(document).map_err(unreadable)?, Vec::new()))
}

fn parse(text: &str) -> Result<Value> {
    let bad = |what: &str, why: String| Error::invalid(format!("it cannot be read as {what}")).because(why);
    match text.trim_start().starts_with(['{', '[']) {
        true => serde_json::from_str(text).map_err(|error| bad("JSON", error.to_string())),
        // Its budget for aliases, depth and events is the library's, which a document of this size does not reach.
        false => serde_saphyr::from_str(text).map_err(|error| bad("YAML", first_line(&error.to_string()))),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}

fn plan(tx: &ReadTx<'_>, mut service: Service, left_out: Vec<String>, dry_run: bool) -> Result<Imported> {
    let others: Vec<&Service> = services::imported(tx)?.into_iter().filter(|other| other.id != service.id).collect();
    for name in std::iter::once(&service.id).chain(&service.aliases) {
        if catalog::is_known(name) || others.iter().any(|other| other.is_called(name)) {
            return Err(Kind::Taken { noun: "service", name: name.clone() }.into());
        }
    }
    let before = services::imported(tx)?.into_iter().find(|before| before.id == service.id);
    let Some(before) = before else {
        let added = service.functions.iter().map(|function| function.name.clone()).collect();
        let nothing = Vec::new;
        return Ok(Imported {
            service,
            again: false,
            added,
            removed: nothing(),
            changed: Vec::new(),
            settings: nothing(),
            kept: nothing(),
            left_out,
            dry_run,
        });
    };
    let settings = settings_that_differ(before, &service)?;
    refuse_to_redirect(tx, before, &service, &settings)?;
    let mut kept = Vec::new();
    for function in &mut service.functions {
        let stricter = before
            .functions
            .iter()
            .filter(|old| old.name == function.name || crate::model::address::same_address(old, function));
        if let Some(old) = stricter.max_by_key(|old| old.default_mode())
            && old.default_mode() > function.default_mode()
        {
            function.kind = old.kind;
            kept.push(function.name.clone());
        }
    }
    let added = service.functions.iter().filter(|f| before.function(&f.name).is_none()).map(|f| f.name.clone());
    let removed = before.functions.iter().filter(|f| service.function(&f.name).is_none()).map(|f| f.name.clone());
    let changed = service.functions.iter().filter_map(|function| {
        let differs = differs(before.function(&function.name)?, function);
        (!differs.is_empty()).then(|| (function.name.clone(), differs))
    });
    let (added, removed, changed) = (added.collect(), removed.collect(), changed.collect());
    Ok(Imported { added, removed, changed, settings, service, again: true, kept, left_out, dry_run })
}

/// Members of a document that only people read, or that nothing is decided by.
const DESCRIPTIVE: [&str; 8] = ["name", "aliases", "category", "summary", "notes", "usage", "scopes", "functions"];

fn members(service: &Service) -> Result<serde_json::Map<String, Value>> {
    match serde_json::to_value(service) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Ok(serde_json::Map::new()),
        Err(error) => Err(Error::from(Kind::Bug { what: error.to_string() })),
    }
}

/// The members that are not as they were, but the functions, which are told one by one.
fn settings_that_differ(before: &Service, after: &Service) -> Result<Vec<String>> {
    let (before, after) = (members(before)?, members(after)?);
    let words: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = words.into_iter().filter(|word| *word != "functions" && before.get(*word) != after.get(*word));
    Ok(differ.cloned().collect())
}

/// What a living connection stands on does not change under it: it is connected anew instead.
fn refuse_to_redirect(tx: &ReadTx<'_>, before: &Service, after: &Service, settings: &[String]) -> Result<()> {
    let bases = |service: &Service| service.functions.iter().flat_map(Function::base_urls).cloned().collect::<Vec<_>>();
    let is_harmless = |word: &String| DESCRIPTIVE.contains(&word.as_str());
    if settings.iter().all(is_harmless) && bases(before) == bases(after) {
        return Ok(());
    }
    let living = tx.list_connections()?.into_iter();
    let living: Vec<String> =
        living.filter(|c| c.service == before.id && c.status != Status::Revoked).map(|c| c.label).collect();
    match living.as_slice() {
        [] => Ok(()),
        labels => {
            let what = "the document changes where credentials go, how they are sent or how requests are told apart, and \
                        connections stand on it";
            Err(Error::conflict(what).because(format!("revoke first: {}", labels.join(", "))))
        }
    }
}

fn differs(old: &Function, new: &Function) -> Vec<&'static str> {
    let mut differs = Vec::new();
    let mut note = |is_same: bool, what| differs.extend((!is_same).then_some(what));
    note(old.method == new.method && old.path == new.path && old.base_urls().eq(new.base_urls()), "address");
    note(old.kind == new.kind, "kind");
    note(old.parameters == new.parameters && old.body == new.body, "arguments");
    let scopes = |f: &Function| (f.required_scopes.clone(), f.needs_every_scope);
    note(scopes(old) == scopes(new), "scopes");
    let answers = |f: &Function| (f.metered.clone(), f.pagination.clone(), f.answer, f.compose.clone(), f.generic);
    note(answers(old) == answers(new), "answers");
    note((&old.title, &old.description) == (&new.title, &new.description), "description");
    differs
}

/// The service that [`remove`] would take out; refused where it would be.
pub fn removable(siesta: &Siesta, word: &str) -> Result<&'static Service> {
    if catalog::is_known(word) {
        return Err(Error::conflict(format!("\"{word}\" is a service of this program and cannot be removed"))
            .because(format!("siesta governance set {word} disabled switches it off")));
    }
    let find = |tx: &ReadTx<'_>| {
        let service = services::find_in(tx, word)?;
        must_be_unused(tx, service).map(|()| service)
    };
    siesta.store.read(|tx| Ok(find(tx)))?
}

/// Removes an imported service that nothing living is connected to.
pub fn remove(siesta: &Siesta, word: &str) -> Result<Service> {
    removable(siesta, word)?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let service = services::find_in(tx, word)?;
        remove_in(siesta, tx, &actor, service)?;
        Ok(service.clone())
    })
}
