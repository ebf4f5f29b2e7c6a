//! What a change brings with it that the file does not say.
use super::Item;
use crate::model::words::words;

/// What goes, or stays behind, along with something that is removed or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consequence {
    pub of: Item,
    pub what: Aftermath,
    /// Of the connections, agents or teams that it happens to; of what waits, how many.
    pub names: Vec<String>,
}

words! {
    /// What happens to others, or to what waits.
    Aftermath {
        OwnerlessConnections => "ownerless_connections",
        OwnerlessAgents => "ownerless_agents",
        ApproverOf => "approver_of",
        ReviewerOf => "reviewer_of",
        Grants => "grants",
        Teams => "teams",
        Members => "members",
        Limits => "limits",
        Assignments => "assignments",
        Approvals => "approvals",
        Voided => "voided_approvals",
        Requests => "access_requests",
    }
}
