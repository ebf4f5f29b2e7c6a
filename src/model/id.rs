//! Ids as types of their own, so that an agent's id can never be passed where a connection's belongs.
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    };
}

id!(
    /// A connection's id (uuid v7: ordered by creation).
    ConnectionId
);
id!(
    /// An agent's id.
    AgentId
);
id!(
    /// A policy's id.
    PolicyId
);
id!(
    /// An execution's id (uuid v7: ordered by request).
    ExecutionId
);
id!(
    /// A pending connection's id.
    PendingId
);
id!(
    /// Ties together the audit rows of one operation.
    CorrelationId
);
id!(
    /// The id of a request for access.
    AccessRequestId
);
id!(
    /// The id of a standing approval.
    StandingApprovalId
);
id!(
    /// A token limit's id.
    LimitId
);

/// Where ids come from. The program has one that draws uuid v7 values; tests have one that counts.
pub trait Ids: Send + Sync {
    /// A new id, later in sort order than the ones before it.
    fn next(&self) -> Uuid;
}
