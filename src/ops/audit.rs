//! The audit: looked at and verified.
use crate::model::audit::{AuditRow, Break, Head, Verdict};
use crate::model::execution::LONGEST_CALL_MINUTES;
use crate::model::id::CorrelationId;
use crate::model::time::Timestamp;
use crate::ops::{Error, Result, Siesta, find_connection};
use crate::store::AuditQuery;
use jiff::ToSpan;

/// Which rows to list: the newest, newest first.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub actor: Option<String>,
    pub action: Option<String>,
    pub entity: Option<String>,
    pub connection: Option<String>,
    pub decision: Option<Verdict>,
    pub correlation: Option<String>,
    pub limit: u32,
}

pub fn list(siesta: &Siesta, listing: &Listing) -> Result<Vec<AuditRow>> {
    let correlation = match &listing.correlation {
        Some(text) => {
            let parsed: std::result::Result<CorrelationId, _> = text.parse();
            Some(parsed.map_err(|_| Error::invalid(format!("\"{text}\" is not a correlation id")))?)
        }
        None => None,
    };
    siesta.store.read(|tx| {
        let connection = listing.connection.as_deref().map(|typed| find_connection(tx, typed, true)).transpose();
        let connection = match connection {
            Ok(connection) => connection,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(tx.list_audit(&AuditQuery {
            since: listing.since,
            until: listing.until,
            actor: listing.actor.clone(),
            action: listing.action.clone(),
            entity: listing.entity.clone(),
            connection: connection.map(|connection| connection.id),
            decision: listing.decision,
            correlation,
            limit: listing.limit,
        })?))
    })?
}

/// What a verification found.
#[derive(Debug, Clone)]
pub struct Verified {
    pub rows: i64,
    pub head: Head,
    /// The first row that does not fit; everything after it proves nothing.
    pub broken: Option<Break>,
    /// Allowed calls of which nobody knows how they ended.
    pub without_outcome: Vec<AuditRow>,
}

/// Follows the whole chain from its first row. `progress` is told how many rows have been looked at.
pub fn verify(siesta: &Siesta, mut progress: impl FnMut(i64)) -> Result<Verified> {
    Ok(siesta.store.read(|tx| {
        let (head, broken) = tx.verify_audit(&mut progress)?;
        let rows = tx.audit_head()?.seq;
        let mut without_outcome = if broken.is_none() { tx.list_attempts_without_outcome()? } else { Vec::new() };
        // A call that is still under way has no outcome yet, and that is as it should be.
        let recent = siesta.now().checked_sub(LONGEST_CALL_MINUTES.minutes()).unwrap_or(siesta.now());
        without_outcome.retain(|row| row.time < recent);
        Ok(Verified { rows, head, broken, without_outcome })
    })?)
}
