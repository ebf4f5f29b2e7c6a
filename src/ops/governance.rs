//! The organization's modes: for whole services and for functions.
use crate::model::governance::{self, EffectiveMode, Mode};
use crate::model::service::{FunctionKind, Service};
use crate::ops::{Error, Kind, Result, Siesta};
use serde_json::Value;

/// One line of the overview: a function with its mode and where that comes from.
#[derive(Debug, Clone)]
pub struct FunctionMode {
    pub service: String,
    pub function: String,
    pub title: String,
    pub kind: FunctionKind,
    pub effective: EffectiveMode,
    /// Whether the whole service is enabled; if not, the function's mode does not matter.
    pub service_enabled: bool,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub target: String,
    pub before: String,
    pub after: String,
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Service(String),
    Function { service: String, function: String },
}

impl Scope {
    /// Reads `SERVICE` or `SERVICE/FUNCTION`.
    pub fn parse(typed: &str) -> Scope {
        match typed.split_once('/') {
            Some((service, function)) => Scope::Function { service: service.to_owned(), function: function.to_owned() },
            None => Scope::Service(typed.to_owned()),
        }
    }
}

pub fn list(siesta: &Siesta, service: Option<&str>) -> Result<Vec<FunctionMode>> {
    let services: Vec<&Service> = match service {
        Some(word) => vec![siesta.service(word)?],
        None => crate::catalog::list()?.iter().collect(),
    };
    Ok(siesta.store.read(|tx| {
        let mut lines = Vec::new();
        for service in &services {
            let overrides = tx.list_overrides(&service.id)?;
            let service_enabled = tx.find_type_policy(&service.id)?.unwrap_or(true);
            lines.extend(service.functions.iter().map(|function| FunctionMode {
                service: service.id.clone(),
                function: function.name.clone(),
                title: function.title.clone(),
                kind: function.kind,
                effective: governance::effective(function.default_mode(), overrides.get(&function.name).copied(), None),
                service_enabled,
            }));
        }
        Ok(lines)
    })?)
}

/// Sets the mode of a service or a function, or (`None`) goes back to the catalogue's default.
pub fn set(siesta: &Siesta, scope: &Scope, mode: Option<Mode>) -> Result<Changed> {
    match scope {
        Scope::Service(word) => set_service(siesta, siesta.service(word)?, mode),
        Scope::Function { service, function } => set_function(siesta, siesta.service(service)?, function, mode),
    }
}

fn set_service(siesta: &Siesta, service: &Service, mode: Option<Mode>) -> Result<Changed> {
    let enabled = match mode {
        None | Some(Mode::Enabled) => true,
        Some(Mode::Disabled) => false,
        Some(Mode::Confirm) => {
            let what =
                format!("a whole service is enabled or disabled; ask for each function: {}/FUNCTION", service.id);
            return Err(Error::invalid(what));
        }
    };
    let word = |enabled: bool| if enabled { "enabled" } else { "disabled" };
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let before = tx.find_type_policy(&service.id)?;
        match mode {
            Some(_) => tx.upsert_type_policy(&service.id, enabled, &actor)?,
            None => drop(tx.delete_type_policy(&service.id)?),
        }
        let entry = siesta.entry(&actor, "governance.set", "service", &service.id).change(
            "mode",
            before.map(word),
            mode.map(|_| word(enabled)),
        );
        tx.append_audit(entry.row())?;
        let before = word(before.unwrap_or(true)).to_owned();
        Ok(Changed { target: service.id.clone(), before, after: word(enabled).to_owned() })
    })
}

fn set_function(siesta: &Siesta, service: &Service, name: &str, mode: Option<Mode>) -> Result<Changed> {
    let Some(function) = service.function(name) else {
        let known = service.functions.iter().map(|function| function.name.as_str());
        let nearest = crate::model::label::nearest(name, known).map(|n| format!("{}/{n}", service.id));
        return Err(Kind::NotFound { noun: "function", name: format!("{}/{name}", service.id), nearest }.into());
    };
    let target = format!("{}/{}", service.id, function.name);
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let before = tx.list_overrides(&service.id)?.get(&function.name).copied();
        match mode {
            Some(mode) => tx.upsert_override(&service.id, &function.name, mode, &actor)?,
            None => drop(tx.delete_override(&service.id, &function.name)?),
        }
        let word = |mode: Option<Mode>| mode.map_or(Value::Null, |mode| mode.as_str().into());
        let entry =
            siesta.entry(&actor, "governance.set", "function", &target).change("mode", word(before), word(mode));
        tx.append_audit(entry.row())?;
        let shown =
            |overriding| governance::effective(function.default_mode(), overriding, None).mode.typed().to_owned();
        Ok(Changed { target: target.clone(), before: shown(before), after: shown(mode) })
    })
}
