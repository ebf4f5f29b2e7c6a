//! Whether this machine lets us listen to itself: a sign-in in the browser comes back that way.
use std::net::{Ipv4Addr, TcpListener};

/// Binds a port of 127.0.0.1 and lets it go again.
pub fn can_listen() -> std::io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map(drop)
}
