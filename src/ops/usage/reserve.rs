//! Tokens set aside by scripts and gateways: reserved before a call, settled or released after it.
//!
//! What must stay true: check, reservation and row are one transaction, so that no number of processes together reserves
//! more than a strict limit has; and what was spent under a reservation is booked once, also when its time was over.
use crate::model::audit::Verdict;
use crate::model::connection::Connection;
use crate::model::limit::{self, Refusal, Standing, Want};
use crate::model::usage::{Tokens, UsageRecord};
use crate::ops::limits::{OnAccount, account_of};
use crate::ops::{Error, Kind, Result, Siesta, find_connection};
use crate::store::{ReadTx, Reservation};
use jiff::SignedDuration;
use std::time::Duration;
use uuid::Uuid;

/// What a script wants to spend at most.
#[derive(Debug, Clone)]
pub struct NewReservation {
    pub connection: String,
    pub account: OnAccount,
    pub model: Option<String>,
    pub tokens: u64,
    /// How long it holds when nobody settles or releases it.
    pub lifetime: Duration,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Reserved {
    Done { reservation: Box<Reservation>, connection: String, standings: Vec<Standing> },
    Refused { refusal: Box<Refusal>, connection: String },
}

/// The longest that tokens may be set aside: a day. What holds longer would be a limit of its own.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Sets tokens aside, or says which limit is against it.
pub fn reserve(siesta: &Siesta, new: &NewReservation) -> Result<Reserved> {
    if new.account.user.is_none() && new.account.agent.is_none() {
        return Err(Error::invalid("tokens are spent by a user or an agent"));
    }
    if new.lifetime > LONGEST || new.lifetime.is_zero() {
        return Err(Error::invalid("a reservation holds for a day at most"));
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let connection = find_connection(tx, &new.connection, false)?;
        must_be_metered(&connection)?;
        let holder = account_of(tx, &new.account)?;
        let standings = holder.standings(tx, &connection, tx.now())?;
        let want = Want { prompt: new.tokens, maximum_output: Some(0) };
        let id = siesta.world.ids.next();
        let entry = siesta
            .entry(&actor, "usage.reserve", "reservation", id)
            .connection(connection.id)
            .change("user", (), holder.user.clone())
            .change("team", (), holder.team.clone())
            .change("agent", (), holder.agent.clone());
        if let Some(refusal) = limit::check(&standings, want) {
            let entry = entry.decision(Verdict::Deny, Some("token_limit")).change("wanted", (), new.tokens);
            tx.append_audit(entry.row())?;
            return Ok(Reserved::Refused { refusal: Box::new(refusal), connection: connection.label });
        }
        let lifetime = SignedDuration::try_from(new.lifetime).unwrap_or(SignedDuration::MAX);
        let reservation = Reservation {
            id,
            connection: connection.id,
            user: holder.user.clone(),
            team: holder.team.clone(),
            agent: holder.agent.clone(),
            model: new.model.clone(),
            tokens: new.tokens,
            expires_at: tx.now().checked_add(lifetime).unwrap_or(tx.now()),
        };
        tx.insert_reservation(&reservation)?;
        let entry = entry.decision(Verdict::Allow, None).change("tokens", (), new.tokens);
        tx.append_audit(entry.row())?;
        let standings = holder.standings(tx, &connection, tx.now())?;
        Ok(Reserved::Done { reservation: Box::new(reservation), connection: connection.label, standings })
    })
}

/// Tokens of what is no model are no tokens.
pub(super) fn must_be_metered(connection: &Connection) -> Result<()> {
    match crate::catalog::find(&connection.service)?.usage.is_empty() {
        false => Ok(()),
        true => Err(Error::invalid(format!(
            "\"{}\" is no connection to a model provider, so it spends no tokens",
            connection.label
        ))),
    }
}

/// What a settlement booked.
#[derive(Debug, Clone)]
pub struct Settled {
    pub record: UsageRecord,
    pub connection: String,
    pub reserved: u64,
}

/// What a settled reservation is known by from then on.
fn source_id(id: Uuid) -> String {
    format!("reservation:{id}")
}

/// Books what was spent under a reservation. No tokens: the provider did not say, so what was reserved is booked, and
/// flagged (T8).
pub fn settle(siesta: &Siesta, typed: &str, tokens: Option<Tokens>, model: Option<&str>) -> Result<Settled> {
    if let Some(fault) = tokens.as_ref().and_then(Tokens::fault) {
        return Err(Error::invalid(fault).because("a part is counted inside its whole"));
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let reservation = find(tx, typed)?;
        let connection = tx.get_connection(reservation.connection)?;
        let estimate = Tokens { input: reservation.tokens, ..Tokens::default() };
        let record = UsageRecord {
            time: tx.now(),
            connection: reservation.connection,
            user: reservation.user.clone(),
            team: reservation.team.clone(),
            agent: reservation.agent.clone(),
            model: model.map(str::to_owned).or_else(|| reservation.model.clone()),
            tokens: tokens.unwrap_or(estimate),
            estimated: tokens.is_none(),
            source_id: Some(source_id(reservation.id)),
        };
        tx.delete_reservation(reservation.id)?;
        if !tx.insert_usage(&record)? {
            return Err(Error::conflict("this reservation is settled already"));
        }
        let entry = siesta
            .entry(&actor, "usage.settle", "reservation", reservation.id)
            .connection(reservation.connection)
            .change("reserved", reservation.tokens, 0)
            .change("tokens", (), record.tokens.counted())
            .change("estimated", false, record.estimated);
        tx.append_audit(entry.row())?;
        Ok(Settled { record, connection: connection.label, reserved: reservation.tokens })
    })
}

/// Gives back what was set aside: nothing was spent.
pub fn release(siesta: &Siesta, typed: &str) -> Result<(Reservation, String)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let reservation = find(tx, typed)?;
        let connection = tx.get_connection(reservation.connection)?;
        tx.delete_reservation(reservation.id)?;
        let entry = siesta
            .entry(&actor, "usage.release", "reservation", reservation.id)
            .connection(reservation.connection)
            .change("reserved", reservation.tokens, 0);
        tx.append_audit(entry.row())?;
        Ok((reservation, connection.label))
    })
}

/// The open reservation of a script. One of a call that is under way is the call's own to settle.
fn find(tx: &ReadTx<'_>, typed: &str) -> Result<Reservation> {
    let missing = || Error::from(Kind::NotFound { noun: "reservation", name: typed.to_owned(), nearest: None });
    let id: Uuid = typed.parse().map_err(|_| missing())?;
    if tx.find_execution(crate::model::id::ExecutionId(id))?.is_some() {
        return Err(Error::conflict("this is a call of siesta's own, which settles what it reserved by itself"));
    }
    match tx.find_reservation(id)? {
        Some(reservation) => Ok(reservation),
        None if tx.has_settled(&source_id(id))? => Err(Error::conflict("this reservation is settled already")),
        None => Err(missing()),
    }
}
