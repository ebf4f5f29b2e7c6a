//! Refreshing ahead of time, for cron: what runs out soon is renewed, and what needs a person is named.
use crate::model::connection::{Connection, Status};
use crate::model::credential::Opens;
use crate::model::time::Timestamp;
use crate::oauth::{Pace, SystemPace};
use crate::ops::connections::revoke::destroy_overdue;
use crate::ops::refresh::{When, renewed};
use crate::ops::{Error, Kind, Result, Siesta, find_connection};
use std::time::Duration;

/// Which connections, and when their time has come.
#[derive(Debug, Clone, Default)]
pub struct RefreshRequest {
    /// None named: all that were signed in to.
    pub connections: Vec<String>,
    /// Those whose token runs out within this time. None: the named ones now, of all the stale ones.
    pub within: Option<Duration>,
}

#[derive(Debug)]
pub struct Refreshed {
    pub connection: Connection,
    pub outcome: RefreshOutcome,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug)]
pub enum RefreshOutcome {
    Renewed,
    /// Its token is good for longer.
    NotDue,
    /// It is opened by a key, or by nothing.
    NoSignIn,
    /// Only a person can help.
    NeedsReauth {
        why: String,
    },
    /// It may work later.
    Failed {
        error: Error,
    },
}

/// A provider in trouble is asked again so often, after pauses that grow and are never quite the same: a hundred cron
/// jobs of one minute must not come back in one second.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

pub fn refresh(siesta: &Siesta, request: &RefreshRequest) -> Result<Vec<Refreshed>> {
    refresh_at_pace(siesta, request, &SystemPace::start())
}

pub(in crate::ops) fn refresh_at_pace(
    siesta: &Siesta,
    request: &RefreshRequest,
    pace: &dyn Pace,
) -> Result<Vec<Refreshed>> {
    // Cron runs this, so that what was kept for a day is not there for longer on a machine where nothing else happens.
    destroy_overdue(siesta)?;
    let chosen = siesta.store.read(|tx| {
        let chosen = siesta.actor(tx).and_then(|_| match request.connections.as_slice() {
            [] => {
                let signed_in = |c: &Connection| c.auth_kind.has_tokens() && c.status != Status::Revoked;
                Ok(tx.list_connections()?.into_iter().filter(signed_in).collect())
            }
            named => named.iter().map(|typed| find_connection(tx, typed, false)).collect::<Result<Vec<_>>>(),
        });
        Ok(chosen)
    })??;
    chosen.into_iter().map(|connection| one(siesta, connection, request, pace)).collect()
}

fn one(siesta: &Siesta, connection: Connection, request: &RefreshRequest, pace: &dyn Pace) -> Result<Refreshed> {
    let before = siesta.store.read(|tx| tx.find_credential(connection.id))?;
    let expires_at = |opens: &Opens| match opens {
        Opens::OAuth(tokens) => tokens.expires_at,
        Opens::ApiKey(_) | Opens::Nothing => None,
    };
    let said = |connection, outcome, expires_at| Ok(Refreshed { connection, outcome, expires_at });
    let before = match before {
        _ if !connection.auth_kind.has_tokens() => return said(connection, RefreshOutcome::NoSignIn, None),
        Some(before) if connection.status == Status::Healthy => before,
        _ => {
            let why = connection.last_error.clone().unwrap_or_else(|| "it has no credential".to_owned());
            return said(connection, RefreshOutcome::NeedsReauth { why }, None);
        }
    };
    let when = match (request.within, request.connections.is_empty()) {
        (Some(time), _) => When::Within(time),
        (None, true) => When::Stale,
        (None, false) => When::Version(before.version),
    };
    let mut tried = 1;
    let after = loop {
        match renewed(siesta, &connection, when, pace) {
            Err(Error { kind: Kind::Provider { .. }, .. }) if tried < TRIES && is_worth_a_try(siesta, &connection)? => {
                pace.sleep(pause(tried, &connection));
                tried += 1;
            }
            other => break other,
        }
    };
    match after {
        Ok(after) if after.version != before.version => {
            let until = expires_at(&after.opens);
            said(connection, RefreshOutcome::Renewed, until)
        }
        Ok(after) => {
            let until = expires_at(&after.opens);
            said(connection, RefreshOutcome::NotDue, until)
        }
        Err(error) => {
            let until = expires_at(&before.opens);
            let outcome = match &error.kind {
                Kind::NeedsReauth { .. } => {
                    RefreshOutcome::NeedsReauth { why: error.cause.unwrap_or_else(|| error.kind.to_string()) }
                }
                Kind::Provider { .. } | Kind::Busy { .. } => RefreshOutcome::Failed { error },
                _ => return Err(error),
            };
            said(connection, outcome, until)
        }
    }
}

/// Not when the provider has said when, and not when nobody knows whether the last one arrived.
fn is_worth_a_try(siesta: &Siesta, connection: &Connection) -> Result<bool> {
    let credential = siesta.store.read(|tx| tx.find_credential(connection.id))?;
    Ok(credential.is_some_and(|c| c.refreshing.not_before.is_none() && c.refreshing.began_at.is_none()))
}

/// 1 s, 2 s, …, and up to as much again, by what differs between connections and processes.
fn pause(tried: u32, connection: &Connection) -> Duration {
    let base = FIRST_PAUSE * 2u32.saturating_pow(tried - 1);
    let seed = connection.id.0.as_u128() as u64 ^ u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    base + base * u32::try_from(seed >> 40 & 0xff).unwrap_or(0) / 256
}
