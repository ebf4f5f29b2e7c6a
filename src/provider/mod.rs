//! Outbound calls: a canonical request and a credential become one HTTP request, and its answer comes back.
//!
//! What must stay true: what is sent is the canonical request that was decided, plus the credential, and nothing else;
//! the credential goes where the service wants it and never into an error, and what a server echoes of it is masked
//! before anybody sees the answer. A mailbox is asked in its own protocols ([`mail`]), by the same rules. Whoever calls has a decision and a durable attempt row: nothing here asks again.
mod azure;
mod identify;
mod inject;
mod link;
mod mail;
mod mask;
mod pour;
mod preview;
mod redirect;
mod remark;
mod send;
mod take_back;

pub use crate::net::Sent;
pub use azure::{Account, account};
pub use identify::{Proof, identify};
pub use pour::{Delivery, Head, Poured};
pub use preview::preview;
pub use send::{Answer, Error, LARGEST_ANSWER, Outbound, send};
pub use take_back::{TakenBack, take_back};
