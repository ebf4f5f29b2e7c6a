//! From a host's name to its addresses: asked once per request, with a deadline, and handed on to the connector.
//!
//! What must stay true: [`Checked`] is the connector's only source of addresses, and nothing enters it unchecked. The
//! client library never resolves a name itself, so there is no second answer that could differ from the checked one.
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Where addresses come from. The program asks the system; tests answer from a list.
pub trait Resolver: Send + Sync {
    /// All addresses of a host, in the order they should be tried; empty when it has none.
    fn addresses(&self, host: &str) -> Vec<IpAddr>;
}

/// The system's own resolution: hosts file, DNS, whatever the machine is set up with.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn addresses(&self, host: &str) -> Vec<IpAddr> {
        match (host, 0).to_socket_addrs() {
            Ok(found) => found.map(|address| address.ip()).collect(),
            Err(_) => Vec::new(),
        }
    }
}

/// Resolves within `deadline`. The system's call cannot be interrupted (a dead DNS server holds it for half a minute),
/// so it runs on a thread of its own that is left behind when it is late. `None`: it was late.
pub(super) fn within(resolver: &Arc<dyn Resolver>, host: &str, deadline: Duration) -> Option<Vec<IpAddr>> {
    let (answer, asked) = mpsc::sync_channel(1);
    let (resolver, host) = (Arc::clone(resolver), host.to_owned());
    std::thread::spawn(move || {
        // Nobody listening any more means the asker gave up: there is nothing left to do with the answer.
        let _ = answer.send(resolver.addresses(&host));
    });
    asked.recv_timeout(deadline).ok()
}

/// The addresses the connector may use, by host. Requests to the same host may overwrite one another's entry; both
/// entries have passed the same check, so it does not matter whose is used.
#[derive(Debug, Clone, Default)]
pub(super) struct Checked(Arc<Mutex<HashMap<String, Vec<SocketAddr>>>>);

impl Checked {
    pub(super) fn put(&self, host: &str, addresses: &[IpAddr]) {
        // Port 0 stands for the port of the URL.
        let addresses = addresses.iter().map(|&address| SocketAddr::new(address, 0)).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned(), addresses);
    }

    fn get(&self, host: &str) -> Vec<SocketAddr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned().unwrap_or_default()
    }
}

impl reqwest::dns::Resolve for Checked {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let addresses = self.get(name.as_str());
        Box::pin(async move { Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs) })
    }
}
