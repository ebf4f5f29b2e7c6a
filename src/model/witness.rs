//! Who is told what is being done, while it is done: the words of `-v`, `-vv` and `-vvv`.
//!
//! What must stay true: no event can hold a path, a query, a header or a body, because some services put the key into
//! the path; and nothing depends on whether anybody listens.
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Something that was done.
pub enum Event<'a> {
    /// A name was looked up, and these addresses may be connected to.
    Resolved { host: &'a str, addresses: &'a [IpAddr] },
    /// A request was made, and this came of it.
    Requested { method: &'a str, origin: &'a str, came: Came<'a>, took: Duration },
    /// A mail server was spoken with, and said so many bytes.
    Spoken { server: &'a str, bytes: usize, took: Duration },
}

/// What came of a request.
pub enum Came<'a> {
    Answer {
        status: u16,
        bytes: usize,
    },
    /// None; the reason names a host at most.
    Nothing {
        why: &'a dyn fmt::Display,
    },
}

pub trait Witness: Send + Sync {
    fn note(&self, event: &Event<'_>);
}

/// Nobody listens.
#[derive(Debug)]
pub struct Nobody;

impl Witness for Nobody {
    fn note(&self, _: &Event<'_>) {}
}
