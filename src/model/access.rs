//! Requests for access: an agent asks for a connection, or for a function of one, and a person decides.
use crate::model::connection::Connection;
use crate::model::decide;
use crate::model::id::{AccessRequestId, AgentId, ConnectionId};
use crate::model::people::{User, UserStatus};
use crate::model::time::Timestamp;
use crate::model::words::words;

words! {
    /// Where a request stands. `cancelled`: what it was about is gone.
    AccessStatus { Pending => "pending", Approved => "approved", Rejected => "rejected", Cancelled => "cancelled" }
}

/// The longest reason that is kept, in characters: a person reads it.
pub const LONGEST_REASON: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    pub id: AccessRequestId,
    pub agent: AgentId,
    /// As it was called then.
    pub agent_name: String,
    pub connection: ConnectionId,
    /// None: the connection as a whole.
    pub function: Option<String>,
    pub reason: String,
    pub status: AccessStatus,
    /// The agent, or the person who asked for it.
    pub asked_by: String,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<String>,
    /// Why it was rejected.
    pub decision_reason: Option<String>,
}

/// Whether a user may decide about access to a connection: its reviewer, or who may answer what it is asked to do (R26).
pub fn may_decide(user: &User, connection: &Connection, on_behalf_of: Option<&str>, four_eyes: bool) -> bool {
    let own_request = on_behalf_of == Some(user.name.as_str());
    let reviews = connection.reviewer.as_ref() == Some(&user.name) && user.status == UserStatus::Active;
    reviews && !(four_eyes && own_request) || decide::may_approve(user, connection, on_behalf_of, four_eyes)
}
