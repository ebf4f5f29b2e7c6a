//! Functions of a REST connection that somebody gave it by hand.
//!
//! What must stay true: such a function lives below the connection's own base URL and says nothing about where a
//! credential goes; what it changes is asked about by its kind, and a kind is never made more harmless than its method.
use crate::catalog;
use crate::model::connection::{Connection, Status};
use crate::model::hand_made::usual_kind;
use crate::model::service::{AuthKind, Function, Service};
use crate::ops::{Error, Kind, Result, Siesta, find_connection, services};
use crate::store::ReadTx;
use serde_json::{Value, json};

/// More functions than anybody would write by hand.
pub(super) const MOST_FUNCTIONS: usize = 200;

/// How a function comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    New,
    InPlace,
}

/// Gives a connection a function, or changes one it was given. Returns the connection's label.
pub fn put(siesta: &Siesta, typed: &str, function: &Function, writing: Writing) -> Result<String> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let (connection, service) = rest(tx, typed)?;
        check(service, function)?;
        let own = tx.list_own_functions(connection.id)?;
        let before = own.iter().find(|own| own.name == function.name);
        match (writing, before) {
            (Writing::New, Some(_)) => {
                return Err(Kind::Taken { noun: "function", name: function.name.clone() }.into());
            }
            (Writing::InPlace, None) => return Err(missing(&connection, &function.name)),
            (Writing::New, None) if own.len() >= MOST_FUNCTIONS => {
                return Err(Error::invalid(format!("a connection has at most {MOST_FUNCTIONS} functions of its own")));
            }
            _ => {}
        }
        tx.upsert_own_function(connection.id, function)?;
        let action = if writing == Writing::New { "functions.add" } else { "functions.edit" };
        let entry = siesta
            .entry(&actor, action, "function", format!("{}/{}", connection.label, function.name))
            .connection(connection.id)
            .change("function", before.map_or(Value::Null, |before| json!(before)), json!(function));
        tx.append_audit(entry.row())?;
        Ok(connection.label)
    })
}

/// Takes a function away again, with the mode the connection had set for it.
pub fn remove(siesta: &Siesta, typed: &str, name: &str) -> Result<String> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let (connection, _) = rest(tx, typed)?;
        let own = tx.list_own_functions(connection.id)?;
        let before = own.iter().find(|own| own.name == name).ok_or_else(|| missing(&connection, name))?;
        tx.delete_own_function(connection.id, name)?;
        tx.delete_setting(connection.id, name)?;
        let entry = siesta
            .entry(&actor, "functions.remove", "function", format!("{}/{name}", connection.label))
            .connection(connection.id)
            .change("function", json!(before), ());
        tx.append_audit(entry.row())?;
        Ok(connection.label)
    })
}

/// A function that the connection was given by hand.
pub fn get(siesta: &Siesta, typed: &str, name: &str) -> Result<Function> {
    siesta.store.read(|tx| {
        let found = rest(tx, typed).and_then(|(connection, _)| {
            let own = tx.list_own_functions(connection.id)?;
            own.into_iter().find(|own| own.name == name).ok_or_else(|| missing(&connection, name))
        });
        Ok(found)
    })?
}

fn missing(connection: &Connection, name: &str) -> Error {
    Kind::NotFound { noun: "function of its own", name: format!("{}/{name}", connection.label), nearest: None }.into()
}

fn rest(tx: &ReadTx<'_>, typed: &str) -> Result<(Connection, &'static Service)> {
    let connection = find_connection(tx, typed, false)?;
    if connection.status == Status::Revoked {
        return Err(Error::conflict(format!("connection \"{}\" is revoked", connection.label)));
    }
    let service = services::find_in(tx, &connection.service)?;
    must_be_rest(&connection.label, service)?;
    Ok((connection, service))
}

fn must_be_rest(label: &str, service: &Service) -> Result<()> {
    match service.id == catalog::REST {
        true => Ok(()),
        false => Err(Error::conflict(format!(
            "\"{label}\" has the functions of {}; only a REST connection is given some by hand",
            service.id
        ))),
    }
}

/// Whether a connection to the service may be given this function.
pub(super) fn check_for(label: &str, service: &Service, function: &Function) -> Result<()> {
    must_be_rest(label, service)?;
    check(service, function)
}

fn check(service: &Service, function: &Function) -> Result<()> {
    if service.function(&function.name).is_some() {
        return Err(Kind::Taken { noun: "function", name: function.name.clone() }.into());
    }
    let is_read = usual_kind(&function.method).is_harmless();
    if !is_read && function.kind.is_harmless() {
        return Err(Error::invalid(format!("a {} is not taken for a {}", function.method, function.kind))
            .because("whatever writes is asked about"));
    }
    // The rules of the catalogue, with nothing around it that could be wrong.
    let bare = Service {
        id: "rest-api".to_owned(),
        auth: service.auth(AuthKind::None).cloned().into_iter().collect(),
        functions: vec![function.clone()],
        ..Service::default()
    };
    match catalog::faults(&bare).into_iter().next() {
        None => Ok(()),
        Some(fault) => Err(Error::invalid("this function cannot be called").because(fault)),
    }
}
