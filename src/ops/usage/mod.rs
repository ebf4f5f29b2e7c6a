//! Spent tokens: reported from elsewhere one by one (here) or in a file, reserved by scripts, and added up.
mod import;
mod reserve;
mod show;

pub use import::{ImportRequest, Imported, Source, import};
pub use reserve::{NewReservation, Reserved, Settled, release, reserve, settle};
pub use show::{ShowQuery, Shown, ShownRow, show};

use crate::model::time::Timestamp;
use crate::model::usage::{Tokens, UsageRecord};
use crate::ops::{Error, Result, Siesta, find_connection, get_agent, get_team, get_user};

#[derive(Debug, Clone)]
pub struct NewUsage {
    pub connection: String,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
    pub tokens: Tokens,
    pub source_id: Option<String>,
    /// None: now.
    pub at: Option<Timestamp>,
}

/// Books spent tokens; false when this source id is booked already.
pub fn record(siesta: &Siesta, new: &NewUsage) -> Result<(UsageRecord, bool)> {
    if new.user.is_none() && new.agent.is_none() {
        return Err(Error::invalid("usage belongs to a user or an agent"));
    }
    if let Some(fault) = new.tokens.fault() {
        return Err(Error::invalid(fault).because("a part is counted inside its whole"));
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, &new.connection, true)?;
        let record = UsageRecord {
            time: new.at.unwrap_or_else(|| tx.now()),
            connection: connection.id,
            user: new.user.as_deref().map(|name| get_user(tx, name)).transpose()?.map(|user| user.name),
            team: new.team.as_deref().map(|name| get_team(tx, name)).transpose()?.map(|team| team.name),
            agent: new.agent.as_deref().map(|name| get_agent(tx, name)).transpose()?.map(|agent| agent.name),
            model: new.model.clone(),
            tokens: new.tokens,
            estimated: false,
            source_id: new.source_id.clone(),
        };
        let is_new = tx.insert_usage(&record)?;
        if is_new {
            let entry = siesta
                .entry(&actor, "usage.record", "usage", new.source_id.as_deref().unwrap_or(""))
                .connection(connection.id)
                .change("user", (), record.user.clone())
                .change("agent", (), record.agent.clone())
                .change("tokens", (), record.tokens.counted());
            tx.append_audit(entry.row())?;
        }
        Ok((record, is_new))
    })
}
