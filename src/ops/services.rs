//! The catalogue with what the organization brought along: services of the program, imported ones, and functions that a
//! REST connection was given by hand.
//!
//! What must stay true (R8a): an imported service never shadows one of the program, so the program's own come first; and
//! what a connection may do is asked for through [`of`], which knows all three.
use crate::catalog;
use crate::model::connection::Connection;
use crate::model::service::Service;
use crate::ops::{Error, Kind, Result, Siesta};
use crate::store::ReadTx;

/// Every service of the program.
pub fn list() -> Result<Vec<&'static Service>> {
    Ok(catalog::list()?)
}

/// A service of the program that people call by this word.
pub fn find(word: &str) -> Result<&'static Service> {
    Ok(catalog::find(word)?)
}

/// The same with the imported ones.
pub fn find_in(tx: &ReadTx<'_>, word: &str) -> Result<&'static Service> {
    match catalog::find(word) {
        Err(catalog::Error::Unknown { word: name, nearest }) => {
            let found = imported(tx)?.into_iter().find(|service| service.is_called(word));
            found.ok_or_else(|| Kind::NotFound { noun: "service", name, nearest }.into())
        }
        other => Ok(other?),
    }
}

/// Services that were imported, by id.
pub fn imported(tx: &ReadTx<'_>) -> Result<Vec<&'static Service>> {
    let read = |text: String| {
        let broken = |_| Error::from(Kind::Damaged { what: "an imported service is unreadable".to_owned() });
        catalog::imported(&text).map_err(broken)
    };
    tx.list_services()?.into_iter().map(read).collect()
}

/// Every service, those of the program first.
pub fn all_in(tx: &ReadTx<'_>) -> Result<Vec<&'static Service>> {
    let mut services = catalog::list()?;
    services.extend(imported(tx)?);
    Ok(services)
}

/// The services of the program and of a store.
pub fn all(siesta: &Siesta) -> Result<Vec<&'static Service>> {
    siesta.store.read(|tx| Ok(all_in(tx)))?
}

/// A service that is not there any more.
fn forgotten(connection: &Connection) -> Service {
    Service {
        id: connection.service.clone(),
        name: connection.service.clone(),
        provider: connection.provider.clone(),
        ..Service::default()
    }
}

/// The service as a connection has it: with what its settings fill in, and the functions it was given by hand.
pub fn of(tx: &ReadTx<'_>, connection: &Connection) -> Result<Service> {
    let mut service = match find_in(tx, &connection.service) {
        Ok(service) => service.bound_to(connection),
        // A revoked connection outlives an imported service that was removed; it can do nothing.
        Err(error) if matches!(error.kind, Kind::NotFound { .. }) => forgotten(connection),
        Err(error) => return Err(error),
    };
    service.functions.extend(tx.list_own_functions(connection.id)?);
    Ok(service)
}

/// The imported services of a store.
pub fn all_imported(siesta: &Siesta) -> Result<Vec<&'static Service>> {
    siesta.store.read(|tx| Ok(imported(tx)))?
}

/// A service of the program or of a store.
pub fn find_with_imported(siesta: &Siesta, word: &str) -> Result<&'static Service> {
    siesta.store.read(|tx| Ok(find_in(tx, word)))?
}

/// The provider that a client is registered at for a sign-in server of the catalogue, and how; none: it wants no client.
pub fn registration(server: &str) -> Option<(String, String)> {
    let server = catalog::server(server).ok().filter(|server| !server.key_exchange)?;
    Some((server.provider.clone(), server.help.clone()))
}
