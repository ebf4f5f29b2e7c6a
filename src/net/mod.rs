//! The wire: the one HTTP client of the program, and the lines to mail servers; the only place that names either.
//!
//! What must stay true, and what it answers:
//!
//! * **Only checked addresses are connected to** ([`address`]). A name is resolved once, every address it stands for is
//!   judged, and the connector is handed exactly those addresses: a name that answers differently a millisecond later
//!   (DNS rebinding) is never asked again.
//! * **No redirect is followed here.** A redirect is an answer; whoever asked decides whether to go on, and every hop
//!   is a request of its own with its own address check.
//! * **Every request ends** at its deadline, also when the other side sends one byte a second, and every body at its cap.
//! * **An error names a host, never a URL or a body**: some services put the key into the path.
//! * **Proxies of the environment are not used.** Who sets a variable would otherwise choose who reads the traffic.
pub mod address;
mod client;
mod error;
mod holder;
mod line;
mod loopback;
mod request;
mod resolve;
mod response;
#[cfg(test)]
pub(crate) mod test_server;

pub use address::Reach;
pub use client::{Net, NetSettings, Sink};
pub use error::Error;
pub use holder::{Holder, holder_of};
pub use line::{Bounds, Destination, Line};
pub use loopback::can_listen;
pub use request::{Body, HeaderText, Method, Request, Sent};
pub use resolve::{Resolver, SystemResolver};
pub use response::Response;
