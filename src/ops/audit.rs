//! The audit: looked at, handed on, and verified.
use crate::model::audit::{AuditLine, AuditRow, Break, Head, Verdict};
use crate::model::execution::LONGEST_CALL_MINUTES;
use crate::model::id::CorrelationId;
use crate::model::time::Timestamp;
use crate::ops::{Error, Kind, Result, Siesta, find_connection};
use crate::store::{AuditQuery, ReadTx};
use jiff::ToSpan;
use uuid::Uuid;

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

impl Listing {
    fn query(&self, tx: &ReadTx<'_>) -> Result<AuditQuery> {
        let correlation = match &self.correlation {
            Some(text) => {
                let parsed: std::result::Result<CorrelationId, _> = text.parse();
                Some(parsed.map_err(|_| Error::invalid(format!("\"{text}\" is not a correlation id")))?)
            }
            None => None,
        };
        let connection = self.connection.as_deref().map(|typed| find_connection(tx, typed, true)).transpose()?;
        Ok(AuditQuery {
            since: self.since,
            until: self.until,
            actor: self.actor.clone(),
            action: self.action.clone(),
            entity: self.entity.clone(),
            connection: connection.map(|connection| connection.id),
            decision: self.decision,
            correlation,
            limit: self.limit,
        })
    }
}

pub fn list(siesta: &Siesta, listing: &Listing) -> Result<Vec<AuditRow>> {
    siesta.store.read(|tx| match listing.query(tx) {
        Ok(query) => Ok(Ok(tx.list_audit(&query)?)),
        Err(error) => Ok(Err(error)),
    })?
}

/// What a list shows of them.
pub fn list_lines(siesta: &Siesta, listing: &Listing) -> Result<Vec<AuditLine>> {
    siesta.store.read(|tx| match listing.query(tx) {
        Ok(query) => Ok(Ok(tx.list_audit_lines(&query)?)),
        Err(error) => Ok(Err(error)),
    })?
}

/// One row.
pub fn show(siesta: &Siesta, seq: i64) -> Result<AuditRow> {
    let found = siesta.store.read(|tx| tx.find_audit(seq))?;
    let missing = || Kind::NotFound { noun: "audit row", name: seq.to_string(), nearest: None }.into();
    found.ok_or_else(missing)
}

/// Hands on the rows that are asked for, the oldest first and one by one, until `take` says that it has enough. The
/// listing's limit is not looked at.
pub fn export(siesta: &Siesta, listing: &Listing, mut take: impl FnMut(AuditRow) -> bool) -> Result<()> {
    siesta.store.read(|tx| match listing.query(tx) {
        Ok(query) => Ok(Ok(tx.export_audit(&query, &mut take)?)),
        Err(error) => Ok(Err(error)),
    })?
}

/// The head of the chain, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreHead {
    pub store: Uuid,
    pub head: Head,
}

pub fn head(siesta: &Siesta) -> Result<StoreHead> {
    let head = siesta.store.read(|tx| tx.audit_head())?;
    Ok(StoreHead { store: siesta.store.whereabouts().store_id, head })
}

/// What has become of a head that was written down elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The row is there and hashes to it.
    Found,
    /// The row went by retention; whether it hashed so can no longer be told.
    Dropped,
    /// There is another row in its place, or none: the audit is not the one that was anchored.
    Missing,
}

fn anchored(tx: &ReadTx<'_>, head: &Head) -> Result<Anchor> {
    Ok(match tx.find_audit(head.seq)? {
        Some(row) if row.hash == head.hash => Anchor::Found,
        Some(_) => Anchor::Missing,
        None if tx.has_audit_head(head)? && head.seq > 0 => Anchor::Dropped,
        None => Anchor::Missing,
    })
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
    /// What has become of the anchored head, where one was given.
    pub anchor: Option<Anchor>,
}

/// Follows the whole chain from its first row, and looks for a head that was written down elsewhere. `progress` is told how many rows have been looked at.
pub fn verify(siesta: &Siesta, anchor: Option<&Head>, mut progress: impl FnMut(i64)) -> Result<Verified> {
    siesta.store.read(|tx| {
        let (verifier, broken) = tx.verify_audit(&mut progress)?;
        let (rows, head) = (verifier.rows(), verifier.head().clone());
        let mut without_outcome = if broken.is_none() { tx.list_attempts_without_outcome()? } else { Vec::new() };
        // A call that is still under way has no outcome yet, and that is as it should be.
        let recent = siesta.now().checked_sub(LONGEST_CALL_MINUTES.minutes()).unwrap_or(siesta.now());
        without_outcome.retain(|row| row.time < recent);
        let anchor = match anchor.map(|head| anchored(tx, head)).transpose() {
            Ok(anchor) => anchor,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(Verified { rows, head, broken, without_outcome, anchor }))
    })?
}
