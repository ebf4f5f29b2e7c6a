//! The modes a connection sets for itself: they tighten what the organization says, and never relax it (R10).
use crate::model::glob::{Glob, is_glob};
use crate::model::governance::{self, Mode};
use crate::model::label;
use crate::model::service::{Function, Service};
use crate::ops::governance::Changed;
use crate::ops::{About, Error, Kind, Result, Siesta, find_connection};
use serde_json::Value;

/// Sets (`Some`) or takes back (`None`) the connection's own mode of functions, named or by pattern.
pub fn set(siesta: &Siesta, typed: &str, names: &[String], mode: Option<Mode>) -> Result<(String, Vec<Changed>)> {
    if mode == Some(Mode::Enabled) {
        return Err(Error::invalid("a connection's own setting only tightens: confirm or disabled")
            .because("what the organization says holds where the connection says nothing")
            .about(About::Functions { connection: typed.to_owned() }));
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, typed, false)?;
        let service = crate::ops::services::of(tx, &connection)?;
        let overrides = tx.list_overrides(&service.id)?;
        let settings = tx.list_settings(connection.id)?;
        let mut changes = Vec::new();
        for function in matching(&service, names)? {
            let before = settings.get(&function.name).copied();
            let effective = |setting| {
                governance::effective(function.default_mode(), overrides.get(&function.name).copied(), setting)
            };
            if before != mode {
                match mode {
                    Some(mode) => tx.upsert_setting(connection.id, &function.name, mode, &actor)?,
                    None => drop(tx.delete_setting(connection.id, &function.name)?),
                }
                let word = |mode: Option<Mode>| mode.map_or(Value::Null, |mode| mode.as_str().into());
                let entry = siesta
                    .entry(&actor, "functions.set", "function", format!("{}/{}", connection.label, function.name))
                    .connection(connection.id)
                    .change("mode", word(before), word(mode));
                tx.append_audit(entry.row())?;
            }
            changes.push(Changed {
                target: function.name.clone(),
                before: effective(before).mode,
                after: effective(mode).mode,
                source: effective(mode).source,
                changed: before != mode,
            });
        }
        Ok((connection.label, changes))
    })
}

/// The functions of a service that names and patterns mean, each once, in the order of the catalogue.
pub(super) fn matching<'s>(service: &'s Service, names: &[String]) -> Result<Vec<&'s Function>> {
    let mut wanted = vec![false; service.functions.len()];
    for name in names {
        if !is_glob(name) {
            let found = named(service, name)?;
            let is_it = |function: &Function| function.name == found.name;
            service.functions.iter().zip(&mut wanted).for_each(|(function, wanted)| *wanted |= is_it(function));
            continue;
        }
        let pattern = Glob::parse(name).map_err(|error| Error::invalid(error.to_string()))?;
        let mut fits = false;
        for (function, wanted) in service.functions.iter().zip(&mut wanted) {
            if pattern.matches(&function.name) {
                (*wanted, fits) = (true, true);
            }
        }
        if !fits {
            let name = format!("{}/{name}", service.id);
            return Err(Kind::NotFound { noun: "function that fits", name, nearest: None }.into());
        }
    }
    Ok(service.functions.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(function, _)| function).collect())
}

/// A function by its name.
pub(super) fn named<'s>(service: &'s Service, name: &str) -> Result<&'s Function> {
    service.function(name).ok_or_else(|| {
        let known = service.functions.iter().map(|function| function.name.as_str());
        let nearest = label::nearest(name, known).map(|nearest| format!("{}/{nearest}", service.id));
        let missing = Error::from(Kind::NotFound { noun: "function", name: format!("{}/{name}", service.id), nearest });
        let services = crate::catalog::list().unwrap_or_default();
        match services.iter().find(|other| other.function(name).is_some()) {
            Some(other) => missing.because(format!("\"{name}\" is a function of {}", other.id)),
            None => missing,
        }
    })
}
