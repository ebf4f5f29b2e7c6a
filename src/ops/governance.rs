//! The organization's modes: for whole services and for functions.
//!
//! What must stay true: a change names everything it is about before it writes anything, and is one transaction: a
//! target that does not exist among ten others changes none of them. A dry run takes the same way up to the writing.
use crate::model::glob::{Glob, is_glob};
use crate::model::governance::{self, EffectiveMode, Mode, ModeSource};
use crate::model::people::Actor;
use crate::model::service::{Function, FunctionKind, Service};
use crate::model::time::Timestamp;
use crate::ops::{Error, Kind, Result, Siesta, functions, services as brought};
use crate::store::{ReadTx, Said, WriteTx};
use serde_json::Value;

/// Who set a record, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetBy {
    pub actor: String,
    pub at: Timestamp,
}

/// One line of the overview: a function with its mode and where that comes from.
#[derive(Debug, Clone)]
pub struct FunctionMode {
    pub service: String,
    pub function: String,
    pub title: String,
    pub kind: FunctionKind,
    pub effective: EffectiveMode,
    /// Who set the override that decided it; none: the catalogue did.
    pub set_by: Option<SetBy>,
    /// Whether the whole service is enabled; if not, the function's mode does not matter.
    pub service_enabled: bool,
}

/// A service and its switch.
#[derive(Debug, Clone)]
pub struct ServiceMode {
    pub service: String,
    pub name: String,
    pub enabled: bool,
    /// Who switched it; none: nobody ever did.
    pub set_by: Option<SetBy>,
    pub functions: Vec<FunctionMode>,
}

/// What a change did to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub target: String,
    /// The effective mode.
    pub before: Mode,
    pub after: Mode,
    /// Which record decides it now.
    pub source: ModeSource,
    /// False: the record was so before.
    pub changed: bool,
}

/// A change of several targets at once.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// `SERVICE`, `SERVICE/FUNCTION`, and patterns in the place of either.
    pub targets: Vec<String>,
    /// Only functions of these kinds; a service then stands for its functions. Empty: of every kind.
    pub kinds: Vec<FunctionKind>,
    /// None: back to the catalogue's default.
    pub mode: Option<Mode>,
    pub dry_run: bool,
}

pub fn list(siesta: &Siesta, service: Option<&str>) -> Result<Vec<ServiceMode>> {
    let services: Vec<&Service> = match service {
        Some(word) => vec![siesta.service(word)?],
        None => brought::all(siesta)?,
    };
    siesta.store.read(|tx| Ok(services.into_iter().map(|service| overview(tx, service)).collect()))?
}

fn overview(tx: &ReadTx<'_>, service: &Service) -> Result<ServiceMode> {
    let overrides = tx.list_overrides_said(&service.id)?;
    let switch = tx.find_type_policy_said(&service.id)?;
    let enabled = switch.as_ref().is_none_or(|said| said.value);
    let set_by = |said: &Said<Mode>| SetBy { actor: said.by.clone(), at: said.at };
    let functions = service.functions.iter().map(|function| {
        let said = overrides.get(&function.name);
        FunctionMode {
            service: service.id.clone(),
            function: function.name.clone(),
            title: function.title.clone(),
            kind: function.kind,
            effective: governance::effective(function.default_mode(), said.map(|said| said.value), None),
            set_by: said.map(set_by),
            service_enabled: enabled,
        }
    });
    Ok(ServiceMode {
        service: service.id.clone(),
        name: service.name.clone(),
        enabled,
        set_by: switch.map(|said| SetBy { actor: said.by, at: said.at }),
        functions: functions.collect(),
    })
}

/// What a change is about, found in the catalogue.
enum Target {
    Service(&'static Service),
    Function(&'static Service, &'static Function),
}

/// Sets the modes of services and functions, or (`None`) goes back to the catalogue's defaults.
pub fn change(siesta: &Siesta, change: &Change) -> Result<Vec<Changed>> {
    let targets = targets(siesta, change)?;
    if change.dry_run {
        return siesta.store.read(|tx| {
            let planned = targets.iter().map(|target| Ok(planned(tx, target, change.mode)?.0)).collect();
            Ok(siesta.person(tx).and(planned))
        })?;
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        targets.iter().map(|target| carry_out(siesta, tx, &actor, target, change.mode)).collect()
    })
}

fn targets(siesta: &Siesta, change: &Change) -> Result<Vec<Target>> {
    let mut targets: Vec<Target> = Vec::new();
    for typed in &change.targets {
        let before = targets.len();
        let (service, function) = typed.split_once('/').map_or((typed.as_str(), None), |(s, f)| (s, Some(f)));
        let services = services(siesta, service)?;
        let several = services.len() > 1;
        for service in services {
            match (function, change.kinds.as_slice()) {
                (None, []) => targets.push(Target::Service(service)),
                (function, kinds) => {
                    let names = [function.unwrap_or("*").to_owned()];
                    let found = match functions::matching(service, &names) {
                        // Of several services one need not have it.
                        Err(Error { kind: Kind::NotFound { .. }, .. }) if several => Vec::new(),
                        found => found?,
                    };
                    let fits = |function: &&Function| kinds.is_empty() || kinds.contains(&function.kind);
                    targets.extend(found.into_iter().filter(fits).map(|f| Target::Function(service, f)));
                }
            }
        }
        if targets.len() == before {
            return Err(Kind::NotFound { noun: "function that fits", name: typed.clone(), nearest: None }.into());
        }
    }
    if change.mode == Some(Mode::Confirm)
        && let Some(Target::Service(service)) = targets.iter().find(|target| matches!(target, Target::Service(_)))
    {
        return Err(Kind::WholeService { service: service.id.clone() }.into());
    }
    // Named twice is meant once.
    let mut seen = std::collections::HashSet::new();
    targets.retain(|target| seen.insert(target.to_string()));
    Ok(targets)
}

fn services(siesta: &Siesta, typed: &str) -> Result<Vec<&'static Service>> {
    if !is_glob(typed) {
        return Ok(vec![siesta.service(typed)?]);
    }
    let pattern = Glob::parse(typed).map_err(|error| Error::invalid(error.to_string()))?;
    let found = brought::all(siesta)?.into_iter().filter(|service| pattern.matches(&service.id));
    let found: Vec<&Service> = found.collect();
    match found.is_empty() {
        true => Err(Kind::NotFound { noun: "service that fits", name: typed.to_owned(), nearest: None }.into()),
        false => Ok(found),
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Service(service) => f.write_str(&service.id),
            Target::Function(service, function) => write!(f, "{}/{}", service.id, function.name),
        }
    }
}

/// What the change comes to for one target, and the record as it is before.
fn planned(tx: &ReadTx<'_>, target: &Target, mode: Option<Mode>) -> Result<(Changed, Option<Mode>)> {
    let (before, default) = match target {
        Target::Service(service) => {
            let switched = |enabled: bool| if enabled { Mode::Enabled } else { Mode::Disabled };
            (tx.find_type_policy(&service.id)?.map(switched), Mode::Enabled)
        }
        Target::Function(service, function) => {
            (tx.list_overrides(&service.id)?.get(&function.name).copied(), function.default_mode())
        }
    };
    let effective = |said| governance::effective(default, said, None);
    let changed = Changed {
        target: target.to_string(),
        before: effective(before).mode,
        after: effective(mode).mode,
        source: effective(mode).source,
        changed: before != mode,
    };
    Ok((changed, before))
}

fn carry_out(siesta: &Siesta, tx: &WriteTx<'_>, actor: &Actor, target: &Target, mode: Option<Mode>) -> Result<Changed> {
    let (changed, before) = planned(tx, target, mode)?;
    if !changed.changed {
        return Ok(changed);
    }
    let (entity, word): (&str, fn(Mode) -> &'static str) = match (target, mode) {
        (Target::Service(service), Some(mode)) => {
            tx.upsert_type_policy(&service.id, mode == Mode::Enabled, actor)?;
            ("service", Mode::typed)
        }
        (Target::Service(service), None) => {
            tx.delete_type_policy(&service.id)?;
            ("service", Mode::typed)
        }
        (Target::Function(service, function), Some(mode)) => {
            tx.upsert_override(&service.id, &function.name, mode, actor)?;
            ("function", Mode::as_str)
        }
        (Target::Function(service, function), None) => {
            tx.delete_override(&service.id, &function.name)?;
            ("function", Mode::as_str)
        }
    };
    let value = |mode: Option<Mode>| mode.map_or(Value::Null, |mode| word(mode).into());
    let entry =
        siesta.entry(actor, "governance.set", entity, &changed.target).change("mode", value(before), value(mode));
    tx.append_audit(entry.row())?;
    Ok(changed)
}
