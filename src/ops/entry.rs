//! An audit row in the making: who, what, about which record, and what changed.
use crate::model::audit::{Change, Correlated, NewAuditRow, Proof, Verdict};
use crate::model::id::ConnectionId;
use crate::model::people::Actor;
use serde_json::Value;

pub(super) struct Entry(NewAuditRow);

impl Entry {
    pub fn new(actor: &Actor, correlation: Correlated, action: &str, entity: &str, record: impl ToString) -> Entry {
        Entry(NewAuditRow {
            actor: actor.clone(),
            proof: Proof::Asserted,
            action: action.to_owned(),
            entity: entity.to_owned(),
            record_id: record.to_string(),
            connection: None,
            decision: None,
            reason: None,
            correlation,
            changes: Vec::new(),
        })
    }

    /// How the actor was proved. A row that says nothing bears the proof of whoever has opened the store.
    pub fn proved(mut self, proof: Proof) -> Entry {
        self.0.proof = proof;
        self
    }

    pub fn connection(mut self, connection: ConnectionId) -> Entry {
        self.0.connection = Some(connection);
        self
    }

    pub fn decision(mut self, decision: Verdict, reason: Option<&str>) -> Entry {
        self.0.decision = Some(decision);
        self.0.reason = reason.map(str::to_owned);
        self
    }

    pub fn reason(mut self, reason: &str) -> Entry {
        self.0.reason = Some(reason.to_owned());
        self
    }

    /// A property that has a new value. One that stayed as it was is left out.
    pub fn change(mut self, property: &str, old: impl Into<Value>, new: impl Into<Value>) -> Entry {
        let change = Change::new(property, old, new);
        if change.old != change.new {
            self.0.changes.push(change);
        }
        self
    }

    pub fn row(self) -> NewAuditRow {
        self.0
    }
}
