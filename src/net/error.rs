//! What can go wrong on the wire, told by situation and host.
//!
//! What must stay true: no variant can hold a URL with its path or query, a header or a body. A bot token in a path, or
//! a code in a query, must not travel up an error chain into a log.
use crate::net::address::Range;
use std::net::IpAddr;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host is, or resolves to, an address that this request may not reach.
    #[error("{host} is at {address}, a {} address", range.name())]
    Blocked { host: String, address: IpAddr, range: Range },
    #[error("{host} would be asked without encryption")]
    PlainHttp { host: String },
    /// A mail server that is not on this machine, or was not opted in to.
    #[error("{host} would be sent a password without encryption")]
    PlainMail { host: String },
    /// Neither http nor https, or without a host.
    #[error("not an address for http")]
    NotHttp,
    #[error("no address is known for {host}")]
    Unresolvable { host: String },
    #[error("cannot connect to {host}")]
    Connect { host: String },
    /// The encrypted connection could not be made: a certificate that does not fit, mostly. `why` is the TLS library's
    /// own sentence; it speaks of certificates and names, never of what was sent.
    #[error("no trusted connection to {host}: {why}")]
    Tls { host: String, why: String },
    #[error("{host} did not answer in time")]
    Timeout { host: String },
    #[error("the answer of {host} is larger than {cap} bytes")]
    TooLarge { host: String, cap: usize },
    /// The connection broke after the request had begun to leave.
    #[error("the connection to {host} broke off")]
    Interrupted { host: String },
    /// It does not speak as its protocol does.
    #[error("what {host} answers cannot be understood")]
    Garbled { host: String },
    /// A header name or value that cannot be sent.
    #[error("the header {name} cannot be sent as it is")]
    BadHeader { name: String },
    /// The client itself could not be set up: an unreadable CA file or proxy address.
    #[error("the network client cannot be set up: {why}")]
    Setup { why: String },
}

impl Error {
    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Unresolvable { .. }
            | Error::Connect { .. }
            | Error::Tls { .. }
            | Error::Timeout { .. }
            | Error::Interrupted { .. } => true,
            Error::Blocked { .. }
            | Error::PlainHttp { .. }
            | Error::PlainMail { .. }
            | Error::NotHttp
            | Error::TooLarge { .. }
            | Error::Garbled { .. }
            | Error::BadHeader { .. }
            | Error::Setup { .. } => false,
        }
    }

    /// Whether the other side may have received the request and acted on it. Only when this is false can a request that
    /// changes something be repeated without thinking.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Error::Timeout { .. } | Error::TooLarge { .. } | Error::Interrupted { .. } | Error::Garbled { .. } => true,
            Error::Blocked { .. }
            | Error::PlainHttp { .. }
            | Error::PlainMail { .. }
            | Error::NotHttp
            | Error::Unresolvable { .. }
            | Error::Connect { .. }
            | Error::Tls { .. }
            | Error::BadHeader { .. }
            | Error::Setup { .. } => false,
        }
    }
}
