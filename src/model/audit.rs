//! The audit: every change and every decision is one row of a hash chain.
//!
//! What must stay true: a row's hash covers everything in the row and the hash before it, over one canonical text
//! (RFC 8785). If a field were left out of it, it could be changed without the chain noticing: `write_canonical` takes a row
//! apart field by field, so one more does not compile without a place there.
use crate::model::digest::sha256;
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::json::{self, JsonError};
use crate::model::people::Actor;
use crate::model::retention::Dropped;
use crate::model::time::{Timestamp, rfc3339};
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

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
    pub correlation: Correlated,
    pub changes: Vec<Change>,
}

/// What the rows of one operation have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correlated {
    /// The operation is one transaction: its rows bear the id of the first of them.
    Here(CorrelationId),
    /// The operation goes on in other transactions.
    Beyond(CorrelationId),
}

impl Correlated {
    pub fn id(self) -> CorrelationId {
        match self {
            Correlated::Here(id) | Correlated::Beyond(id) => id,
        }
    }
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

/// What a list shows of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    pub seq: i64,
    pub time: Timestamp,
    pub actor: String,
    pub action: String,
    pub record_id: String,
    pub decision: Option<Verdict>,
    pub reason: Option<String>,
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
            correlation: new.correlation.id(),
            changes: new.changes,
            prev_hash: head.hash.clone(),
            hash: String::new(),
        };
        row.hash = row.hash_of()?;
        Ok(row)
    }

    /// SHA-256, in hex, over the row in RFC 8785 form, the previous hash included.
    pub fn hash_of(&self) -> Result<String, JsonError> {
        Ok(hex(&self.hash_in(&mut Vec::new())?))
    }

    /// The same as bytes; the canonical text is written into `text`.
    fn hash_in(&self, text: &mut Vec<u8>) -> Result<[u8; 32], JsonError> {
        text.clear();
        self.write_canonical(text)?;
        Ok(sha256(text))
    }

    /// The row in RFC 8785 form: its names in their order in UTF-16, and strings escaped as serde_json does it, which is the
    /// same. Written straight from the row, because a whole audit is verified by writing every row's text again.
    fn write_canonical(&self, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let AuditRow {
            seq,
            time,
            actor,
            proof,
            action,
            entity,
            record_id,
            connection,
            decision,
            reason,
            correlation,
            changes,
            prev_hash,
            hash: _,
        } = self;
        out.extend_from_slice(b"{\"action\":");
        string(out, action)?;
        out.extend_from_slice(b",\"actor\":");
        string(out, actor)?;
        out.extend_from_slice(b",\"actorProof\":");
        plain(out, proof.as_str());
        out.extend_from_slice(b",\"changes\":[");
        for (n, change) in changes.iter().enumerate() {
            out.extend_from_slice(if n == 0 { b"{\"new\":" } else { b",{\"new\":" });
            let Change { property, old, new } = change;
            value(out, new)?;
            out.extend_from_slice(b",\"old\":");
            value(out, old)?;
            out.extend_from_slice(b",\"property\":");
            string(out, property)?;
            out.push(b'}');
        }
        out.extend_from_slice(b"],\"connection\":");
        match connection {
            Some(connection) => id(out, connection.0),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"correlationId\":");
        id(out, correlation.0);
        out.extend_from_slice(b",\"decision\":");
        match decision {
            Some(decision) => plain(out, decision.as_str()),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"entity\":");
        string(out, entity)?;
        out.extend_from_slice(b",\"prevHash\":");
        match prev_hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => plain(out, prev_hash),
            false => string(out, prev_hash)?,
        }
        out.extend_from_slice(b",\"reason\":");
        match reason {
            Some(reason) => string(out, reason)?,
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"recordId\":");
        string(out, record_id)?;
        out.extend_from_slice(b",\"seq\":");
        written(out, seq)?;
        out.extend_from_slice(b",\"time\":");
        plain(out, &rfc3339(*time));
        out.push(b'}');
        Ok(())
    }
}

fn written(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> Result<(), JsonError> {
    serde_json::to_writer(out, value).map_err(|e| JsonError::Syntax(e.to_string()))
}

fn string(out: &mut Vec<u8>, text: &str) -> Result<(), JsonError> {
    written(out, text)
}

/// A text in which nothing is to be escaped, as in words, ids, digests and instants.
fn plain(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

fn id(out: &mut Vec<u8>, id: Uuid) {
    plain(out, id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]));
}

fn value(out: &mut Vec<u8>, value: &Value) -> Result<(), JsonError> {
    match value {
        // A text, a truth value or nothing has one form only.
        Value::Null | Value::Bool(_) | Value::String(_) => written(out, value),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            out.extend_from_slice(json::canonical(value)?.as_bytes());
            Ok(())
        }
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
    /// The row is as it was written, and the history of its connection shows something else.
    Misshown { seq: i64 },
}

impl Break {
    /// The row that is not as it should be.
    pub fn seq(&self) -> i64 {
        match self {
            Break::Altered { seq } | Break::Unlinked { seq } | Break::Gap { seq, .. } | Break::Misshown { seq } => *seq,
        }
    }
}

/// Follows the chain row by row, from its beginning, or from where retention has left it to begin.
#[derive(Debug, Clone)]
pub struct Verifier {
    head: Head,
    /// The first row, where it is not number one: what came before it was dropped, if a later row says so.
    missing_before: Option<Missing>,
    rows: i64,
    /// Where the canonical text of one row after the other is written.
    text: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Missing {
    first: i64,
    last_hash: String,
    is_told: bool,
}

impl Default for Verifier {
    fn default() -> Self {
        Verifier { head: Head::genesis(), missing_before: None, rows: 0, text: Vec::new() }
    }
}

impl Verifier {
    /// Takes the next row; the first row that does not fit ends the walk.
    pub fn take(&mut self, row: &AuditRow) -> Result<(), Break> {
        if self.rows == 0 && row.seq > 1 {
            let last_hash = row.prev_hash.clone();
            self.head = Head { seq: row.seq - 1, hash: last_hash.clone() };
            self.missing_before = Some(Missing { first: row.seq, last_hash, is_told: false });
        }
        let expected = self.head.seq + 1;
        if row.seq != expected {
            return Err(Break::Gap { seq: row.seq, expected });
        }
        if row.prev_hash != self.head.hash {
            return Err(Break::Unlinked { seq: row.seq });
        }
        match row.hash_in(&mut self.text) {
            Ok(hash) if digits(&hash).eq(row.hash.bytes()) => {}
            _ => return Err(Break::Altered { seq: row.seq }),
        }
        if let (Some(missing), Some(dropped)) = (&mut self.missing_before, Dropped::told_by(row)) {
            missing.is_told |= dropped.last_seq + 1 == missing.first && dropped.last_hash == missing.last_hash;
        }
        self.head.seq = row.seq;
        self.head.hash.clone_from(&row.hash);
        self.rows += 1;
        Ok(())
    }

    /// Says, after the last row, whether the rows that are missing before the first one went by retention.
    pub fn finish(&self) -> Result<(), Break> {
        match &self.missing_before {
            Some(missing) if !missing.is_told => Err(Break::Gap { seq: missing.first, expected: 1 }),
            _ => Ok(()),
        }
    }

    /// How many rows have fitted.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    pub fn head(&self) -> &Head {
        &self.head
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    digits(bytes).map(char::from).collect()
}

fn digits(bytes: &[u8]) -> impl Iterator<Item = u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use sha2::{Digest, Sha256};

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
            correlation: Correlated::Beyond(CorrelationId(uuid::Uuid::from_u128(9))),
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
        rows.iter().try_for_each(|row| verifier.take(row))?;
        verifier.finish()
    }

    /// The chain without its first rows, and with a row at its end that tells of them.
    fn without_beginning(count: usize, told: impl FnOnce(&mut Dropped)) -> Vec<AuditRow> {
        let mut rows = chain(5);
        let gone: Vec<AuditRow> = rows.drain(..count).collect();
        let mut dropped = Dropped {
            count: count as i64,
            first_seq: 1,
            last_seq: gone[count - 1].seq,
            from: rfc3339(gone[0].time),
            to: rfc3339(gone[count - 1].time),
            last_hash: gone[count - 1].hash.clone(),
        };
        told(&mut dropped);
        let head = Head { seq: 5, hash: rows[rows.len() - 1].hash.clone() };
        let entity = crate::model::retention::OF_AUDIT.to_owned();
        let row = NewAuditRow { entity, changes: vec![dropped.change().unwrap()], ..new("retention") };
        rows.push(AuditRow::chain(row, &head, Timestamp::from_second(9).unwrap()).unwrap());
        rows
    }

    #[test]
    fn a_beginning_that_retention_dropped_is_missed_by_nobody_and_any_other_is() {
        assert_eq!(walk(&without_beginning(2, |_| {})), Ok(()));
        let untold = Err(Break::Gap { seq: 3, expected: 1 });
        assert_eq!(walk(&without_beginning(2, |dropped| dropped.last_seq = 1)), untold);
        assert_eq!(walk(&without_beginning(2, |dropped| dropped.last_hash = GENESIS.to_owned())), untold);
        assert_eq!(walk(&chain(5)[2..]), untold);
        let mut more = without_beginning(2, |_| {});
        more.remove(0);
        assert_eq!(walk(&more), Err(Break::Gap { seq: 4, expected: 1 }), "one more than was told");
    }

    proptest! {
        #[test]
        fn a_row_is_hashed_over_its_canonical_text(
            text in "\\PC{0,12}|[\u{0}-\u{1f}\"\\\\\u{7f}\u{2028}é😀]{0,8}",
            number in any::<i32>(),
            real in any::<f64>().prop_filter("JSON has no other", |real| real.is_finite()),
            seq in 1i64..1 << 53,
            is_bare in any::<bool>(),
            proof in prop::sample::select(vec![Proof::Asserted, Proof::Os, Proof::Signed]),
            decision in prop::sample::select(vec![Verdict::Allow, Verdict::Deny, Verdict::NeedsApproval]),
        ) {
            let mut row = chain(1).remove(0);
            row.seq = seq;
            row.actor = text.clone();
            row.reason = Some(text.clone());
            (row.proof, row.decision) = (proof, Some(decision));
            row.prev_hash.push_str(&text);
            row.changes = vec![
                Change::new(&text, Value::Null, text.clone()),
                Change::new("b", json!({"z": number, "a": [real, text, true]}), false),
            ];
            if is_bare {
                (row.connection, row.decision, row.reason) = (None, None, None);
                row.changes.clear();
            }
            let canonical = json::canonical(&json!({
                "seq": row.seq, "time": rfc3339(row.time), "actor": row.actor, "actorProof": row.proof,
                "action": row.action, "entity": row.entity, "recordId": row.record_id, "connection": row.connection,
                "decision": row.decision, "reason": row.reason, "correlationId": row.correlation,
                "changes": row.changes, "prevHash": row.prev_hash,
            })).unwrap();
            let mut written = Vec::new();
            row.write_canonical(&mut written).unwrap();
            prop_assert_eq!(String::from_utf8(written).unwrap(), canonical.clone());
            prop_assert_eq!(row.hash_of().unwrap(), hex(&Sha256::digest(canonical)));
        }
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
