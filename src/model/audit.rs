//! The audit: every change and every decision is one row of a hash chain.
//!
//! What must stay true: a row's hash covers everything in the row and the hash before it, over one canonical text
//! (RFC 8785). If a field were left out of [`AuditRow::hash_of`], it could be changed without the chain noticing.
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::json::{self, JsonError};
use crate::model::people::Actor;
use crate::model::time::{Timestamp, rfc3339};
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

words! {
    /// How the actor was proved: stated, by the operating system, or by a signature.
    Proof { Asserted => "asserted", Os => "os", Signed => "signed" }
}

words! {
    /// A decision as the audit keeps it.
    Verdict { Allow => "allow", Deny => "deny", NeedsApproval => "needs-approval" }
}

/// A property that changed. Credentials never appear: for one, the audit says that it was replaced, not by what.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Change {
    pub property: String,
    pub old: Value,
    pub new: Value,
}

impl Change {
    pub fn new(property: &str, old: impl Into<Value>, new: impl Into<Value>) -> Change {
        Change { property: property.to_owned(), old: old.into(), new: new.into() }
    }
}

/// A row to be appended; the store gives it its place in the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditRow {
    pub actor: Actor,
    pub proof: Proof,
    /// What was done, as noun and verb: `connection.add`, `governance.set`, `call`, `call.result`.
    pub action: String,
    pub entity: String,
    pub record_id: String,
    pub connection: Option<ConnectionId>,
    pub decision: Option<Verdict>,
    pub reason: Option<String>,
    pub correlation: CorrelationId,
    pub changes: Vec<Change>,
}

/// A row in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    pub seq: i64,
    pub time: Timestamp,
    pub actor: String,
    pub proof: Proof,
    pub action: String,
    pub entity: String,
    pub record_id: String,
    pub connection: Option<ConnectionId>,
    pub decision: Option<Verdict>,
    pub reason: Option<String>,
    pub correlation: CorrelationId,
    pub changes: Vec<Change>,
    pub prev_hash: String,
    pub hash: String,
}

/// What the first row names as the hash before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl AuditRow {
    /// Puts a new row behind the head of the chain.
    pub fn chain(new: NewAuditRow, head: &Head, time: Timestamp) -> Result<AuditRow, JsonError> {
        let mut row = AuditRow {
            seq: head.seq + 1,
            time,
            actor: new.actor.to_string(),
            proof: new.proof,
            action: new.action,
            entity: new.entity,
            record_id: new.record_id,
            connection: new.connection,
            decision: new.decision,
            reason: new.reason,
            correlation: new.correlation,
            changes: new.changes,
            prev_hash: head.hash.clone(),
            hash: String::new(),
        };
        row.hash = row.hash_of()?;
        Ok(row)
    }

    /// SHA-256, in hex, over the row in RFC 8785 form, the previous hash included.
    pub fn hash_of(&self) -> Result<String, JsonError> {
        let text = json::canonical(&json!({
            "seq": self.seq,
            "time": rfc3339(self.time),
            "actor": self.actor,
            "actorProof": self.proof,
            "action": self.action,
            "entity": self.entity,
            "recordId": self.record_id,
            "connection": self.connection,
            "decision": self.decision,
            "reason": self.reason,
            "correlationId": self.correlation,
            "changes": self.changes,
            "prevHash": self.prev_hash,
        }))?;
        Ok(hex(&Sha256::digest(text.as_bytes())))
    }
}

/// The end of the chain: the newest row's number and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
}

impl Head {
    pub fn genesis() -> Head {
        Head { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// What is wrong with a row of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// The row's content does not give its hash.
    Altered { seq: i64 },
    /// The row does not name the hash of the row before it.
    Unlinked { seq: i64 },
    /// A number is missing or out of order.
    Gap { seq: i64, expected: i64 },
}

/// Follows the chain row by row, from its beginning.
#[derive(Debug, Clone)]
pub struct Verifier {
    head: Head,
}

impl Default for Verifier {
    fn default() -> Self {
        Verifier { head: Head::genesis() }
    }
}

impl Verifier {
    /// Takes the next row; the first row that does not fit ends the walk.
    pub fn take(&mut self, row: &AuditRow) -> Result<(), Break> {
        let expected = self.head.seq + 1;
        if row.seq != expected {
            return Err(Break::Gap { seq: row.seq, expected });
        }
        if row.prev_hash != self.head.hash {
            return Err(Break::Unlinked { seq: row.seq });
        }
        match row.hash_of() {
            Ok(hash) if hash == row.hash => {}
            _ => return Err(Break::Altered { seq: row.seq }),
        }
        self.head = Head { seq: row.seq, hash: row.hash.clone() };
        Ok(())
    }

    pub fn head(&self) -> &Head {
        &self.head
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(action: &str) -> NewAuditRow {
        NewAuditRow {
            actor: Actor::User("alice".to_owned()),
            proof: Proof::Asserted,
            action: action.to_owned(),
            entity: "connection".to_owned(),
            record_id: "r".to_owned(),
            connection: Some(ConnectionId(uuid::Uuid::from_u128(7))),
            decision: Some(Verdict::Deny),
            reason: Some("function_disabled".to_owned()),
            correlation: CorrelationId(uuid::Uuid::from_u128(9)),
            changes: vec![Change::new("label", "old", "new")],
        }
    }

    fn chain(count: usize) -> Vec<AuditRow> {
        let mut head = Head::genesis();
        (0..count)
            .map(|n| {
                let row =
                    AuditRow::chain(new(&format!("a{n}")), &head, Timestamp::from_second(n as i64).unwrap()).unwrap();
                head = Head { seq: row.seq, hash: row.hash.clone() };
                row
            })
            .collect()
    }

    fn walk(rows: &[AuditRow]) -> Result<(), Break> {
        let mut verifier = Verifier::default();
        rows.iter().try_for_each(|row| verifier.take(row))
    }

    #[test]
    fn an_untouched_chain_verifies() {
        assert_eq!(walk(&chain(5)), Ok(()));
    }

    #[test]
    fn every_field_is_under_the_hash() {
        type Edit = fn(&mut AuditRow);
        let edits: [(&str, Edit); 12] = [
            ("time", |r| r.time = Timestamp::from_second(99).unwrap()),
            ("actor", |r| r.actor = "user:mallory".to_owned()),
            ("proof", |r| r.proof = Proof::Signed),
            ("action", |r| r.action = "x".to_owned()),
            ("entity", |r| r.entity = "x".to_owned()),
            ("record", |r| r.record_id = "x".to_owned()),
            ("connection", |r| r.connection = None),
            ("decision", |r| r.decision = Some(Verdict::Allow)),
            ("reason", |r| r.reason = None),
            ("correlation", |r| r.correlation = CorrelationId(uuid::Uuid::from_u128(8))),
            ("changes", |r| r.changes[0].new = json!("other")),
            ("hash", |r| r.hash = GENESIS.to_owned()),
        ];
        for (name, edit) in edits {
            let mut rows = chain(3);
            edit(&mut rows[1]);
            assert_eq!(walk(&rows), Err(Break::Altered { seq: 2 }), "{name}");
        }
    }

    #[test]
    fn a_row_that_is_missing_swapped_or_rewritten_is_named() {
        let mut rows = chain(4);
        rows.remove(1);
        assert_eq!(walk(&rows), Err(Break::Gap { seq: 3, expected: 2 }));
        let mut rows = chain(4);
        rows[1].actor = "user:mallory".to_owned();
        rows[1].hash = rows[1].hash_of().unwrap();
        assert_eq!(walk(&rows), Err(Break::Unlinked { seq: 3 }), "a rewritten row no longer fits the next one");
    }
}
