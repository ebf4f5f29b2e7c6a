//! Whether this machine lets us listen to itself: a sign-in in the browser comes back that way.
use std::net::{Ipv4Addr, TcpListener};

/// Binds this port of 127.0.0.1, or any, and lets it go again.
pub fn can_listen(port: Option<u16>) -> std::io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).map(drop)
}
