//! Verbs: each public function is one thing a person or an agent can ask for.
//!
//! What must stay true: facts → decide → record → act → record. The audit row of an attempt is durable before anything
//! leaves the machine; if it cannot be written, nothing runs. Nothing here prints, prompts, reads the environment or
//! asks the system for the time: a front end brings a [`World`].
pub mod access;
pub mod agents;
pub mod approvals;
pub mod apps;
pub mod assignments;
pub mod audit;
pub mod calls;
pub mod catalogue;
pub mod checkup;
pub mod completion;
pub mod connections;
mod entry;
mod error;
mod facts;
pub mod freezes;
pub mod functions;
pub mod governance;
pub mod hand_made;
pub mod limits;
pub mod org_file;
pub mod organization;
pub mod overview;
pub mod people;
pub mod policies;
mod refresh;
pub mod services;
pub mod signing;
pub mod standing;
pub mod standing_approvals;
pub mod usage;
pub mod vault;

pub use error::{About, Broke, Error, Kind, Result};

use crate::model::audit::Correlated;
use crate::model::id::{CorrelationId, Ids};
use crate::model::label::{self, Lookup};
use crate::model::people::{Actor, Claim};
use crate::model::service::Service;
use crate::model::time::{Clock, Timestamp, to_millisecond};
use crate::model::witness::Witness;
use crate::net::Net;
use crate::store::{ReadTx, Store};
use entry::Entry;
use standing::{acting, acting_person};
use std::path::PathBuf;
use std::sync::Arc;

/// What comes from outside: time, ids, where a private directory may be made for a moment, and who listens.
#[derive(Clone)]
pub struct World {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub scratch: PathBuf,
    /// Who is told what is being done.
    pub witness: Arc<dyn Witness>,
}

/// An open store with everything an operation needs.
pub struct Siesta {
    store: Store,
    net: Net,
    world: World,
    /// Who acts, as stated; looked up when a row is to bear the name.
    stated: Claim,
}

impl Siesta {
    fn now(&self) -> Timestamp {
        to_millisecond(self.world.clock.now())
    }

    fn correlation(&self) -> CorrelationId {
        CorrelationId(self.world.ids.next())
    }

    /// Who acts, checked: an active user or agent of the store.
    fn actor(&self, tx: &ReadTx<'_>) -> Result<Actor> {
        acting(&self.stated, tx)
    }

    /// Who acts, where only a person may: an agent changes nothing about its own reins.
    fn person(&self, tx: &ReadTx<'_>) -> Result<Actor> {
        acting_person(&self.stated, tx)
    }

    fn entry(&self, actor: &Actor, action: &str, entity: &str, record: impl ToString) -> Entry {
        Entry::new(actor, Correlated::Here(self.correlation()), action, entity, record)
    }

    fn service(&self, word: &str) -> Result<&'static Service> {
        match crate::catalog::find(word) {
            Err(crate::catalog::Error::Unknown { .. }) => self.store.read(|tx| Ok(services::find_in(tx, word)))?,
            found => Ok(found?),
        }
    }
}

/// The connection somebody typed, with what they may have meant when there is none.
fn find_connection(tx: &ReadTx<'_>, typed: &str, with_revoked: bool) -> Result<crate::model::connection::Connection> {
    let living = tx.list_nameable(false)?;
    let mut found = label::find(typed, &living);
    let all = tx.list_nameable(true)?;
    if with_revoked && found == Lookup::Missing {
        found = label::find(typed, &all);
    }
    match found {
        Lookup::Found(id) => Ok(tx.get_connection(id)?),
        Lookup::Ambiguous(labels) => {
            Err(Kind::Ambiguous { noun: "connections", name: typed.to_owned(), labels }.into())
        }
        Lookup::Missing => {
            let nearest = label::nearest(typed, living.iter().map(|c| c.label.as_str())).map(str::to_owned);
            Err(Kind::NotFound { noun: "connection", name: typed.to_owned(), nearest }.into())
        }
    }
}

/// The same error with the name that was probably meant.
fn suggesting(error: Error, known: impl Iterator<Item = String>) -> Error {
    match error.kind {
        Kind::NotFound { noun, name, nearest: None } => {
            let known: Vec<String> = known.collect();
            let nearest = label::nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
            Error { kind: Kind::NotFound { noun, name, nearest }, ..error }
        }
        _ => error,
    }
}

fn get_user(tx: &ReadTx<'_>, name: &str) -> Result<crate::model::people::User> {
    let users = tx.list_users()?;
    tx.get_user(name).map_err(|e| suggesting(e.into(), users.into_iter().map(|user| user.name)))
}

fn get_team(tx: &ReadTx<'_>, name: &str) -> Result<crate::model::people::Team> {
    let teams = tx.list_teams()?;
    tx.get_team(name).map_err(|e| suggesting(e.into(), teams.into_iter().map(|team| team.name)))
}

fn get_agent(tx: &ReadTx<'_>, name: &str) -> Result<crate::model::people::Agent> {
    let agents = tx.list_agents()?;
    tx.get_agent(name).map_err(|e| suggesting(e.into(), agents.into_iter().map(|agent| agent.name)))
}

#[cfg(test)]
mod tests;
