//! The listener that waits for one browser to come back.
//!
//! What must stay true: it listens on this machine's loopback addresses and nowhere else; with a redirect to
//! `localhost` it holds the port on both of them or on none, because a browser takes whichever answers; the redirect
//! address is built once, and the very same bytes go to the provider twice; and when [`Listener::finish`] returns, the
//! port is free for the next sign-in.
use crate::model::redirect::{LoopbackHost, RedirectRule};
use crate::net::holder_of;
use crate::oauth::begin::Pending;
use crate::oauth::callback::{Callback, Expected};
use crate::oauth::doorman::{Door, Doorman, Outcome, Patience};
use crate::oauth::error::Error;
use crate::oauth::gate::Gate;
use crate::oauth::private_dir::PrivateDir;
use crate::oauth::random::{self, Random};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tiny_http::Server;

pub struct Listener {
    // In the order in which they are let go: the doorman answers what is held, the gate passes it on and frees the
    // port, the server ends, and its socket's directory goes last.
    doorman: Option<Doorman>,
    gate: Gate,
    server: Option<Arc<Server>>,
    _directory: PrivateDir,
    redirect_uri: String,
    door: Door,
    limits: Limits,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) head: Duration,
    pub(super) patience: Patience,
}

impl Default for Limits {
    fn default() -> Self {
        // A browser sends its head in one piece; 5 s covers a machine that is busy starting that browser.
        Limits { head: Duration::from_secs(5), patience: Patience::default() }
    }
}

impl Listener {
    /// `scratch`: where a private directory for a socket may be made, for the time of the sign-in.
    pub fn bind(rule: &RedirectRule, scratch: &Path, random: &mut dyn Random) -> Result<Self, Error> {
        Listener::bind_with(rule, scratch, random, Limits::default())
    }

    pub(super) fn bind_with(
        rule: &RedirectRule,
        scratch: &Path,
        random: &mut dyn Random,
        limits: Limits,
    ) -> Result<Self, Error> {
        let path = match &rule.path {
            Some(pinned) => checked(pinned)?.to_owned(),
            None => format!("/callback/{}", random::url_text::<16>(random)?),
        };
        let (listeners, port) = listen(rule)?;
        let name = rule.host.as_str();
        // What a browser sends as Host: the default port is left out.
        let host = if port == 80 { name.to_owned() } else { format!("{name}:{port}") };
        let redirect_uri = format!("http://{host}{path}");
        let clean = format!("{}/done", path.trim_end_matches('/'));
        let door = Door { host, path: if path.is_empty() { "/".to_owned() } else { path }, clean };

        let directory = PrivateDir::create(scratch, random)?;
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| Error::Listener(std::io::Error::other(cause));
        let server = Arc::new(Server::http_unix(&directory.socket()).map_err(failed)?);
        let gate = Gate::open(listeners, &directory.socket(), limits.head).map_err(Error::Listener)?;
        Ok(Listener { doorman: None, gate, server: Some(server), _directory: directory, redirect_uri, door, limits })
    }

    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the provider's answer to `pending`. Whatever else comes is answered and changes nothing.
    pub fn wait(&mut self, pending: &Pending, deadline: Duration, cancelled: &AtomicBool) -> Result<Callback, Error> {
        if pending.redirect_uri != self.redirect_uri {
            return Err(Error::ForeignRedirect);
        }
        let Some(server) = self.server.as_ref().map(Arc::clone) else { return Err(Error::TimedOut) };
        self.doorman = None;
        let patience = self.limits.patience;
        let doorman = self.doorman.insert(Doorman::start(server, self.door.clone(), Expected::from(pending), patience));

        let end = Instant::now() + deadline;
        loop {
            if cancelled.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            let left = end.saturating_duration_since(Instant::now());
            // Short turns, so that Ctrl-C is felt as immediate.
            if let Some(answer) = doorman.answer_within(left.min(Duration::from_millis(50))) {
                return answer;
            }
            if left.is_zero() {
                return Err(Error::TimedOut);
            }
        }
    }

    /// Tells the browser how it ended, lets it see that for a moment at most, and frees the port.
    pub fn finish(mut self, outcome: Outcome) {
        self.close(outcome);
    }

    fn close(&mut self, outcome: Outcome) {
        if let Some(mut doorman) = self.doorman.take() {
            doorman.finish(outcome);
        }
        // Ends the server; requests that nobody took are dropped with it, so that their relays end too.
        self.server = None;
        self.gate.close();
    }
}

/// A redirect address that nobody listens on: the browser fails to open it, and the person copies it from the address
/// bar. Its port is a random one, so that what the browser meets on its own machine is nothing.
pub fn unheard_redirect(rule: &RedirectRule, random: &mut dyn Random) -> Result<String, Error> {
    let path = match &rule.path {
        Some(pinned) => checked(pinned)?.to_owned(),
        None => format!("/callback/{}", random::url_text::<16>(random)?),
    };
    let port = match rule.port {
        Some(port) => port,
        None => {
            let mut bytes = [0u8; 2];
            random.fill(&mut bytes)?;
            // The dynamic range of RFC 6335: no service is registered there.
            0xc000 | u16::from_be_bytes(bytes)
        }
    };
    Ok(format!("http://{}:{port}{path}", rule.host.as_str()))
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Dropped without `finish`: an error on the way, so that is what a waiting browser is told.
        self.close(Outcome::Failed);
    }
}

/// The public listeners, all on one port.
fn listen(rule: &RedirectRule) -> Result<(Vec<TcpListener>, u16), Error> {
    // With a random port, the other address may have it taken already: a handful of tries finds one free on both.
    let tries = if rule.port.is_some() || rule.host == LoopbackHost::Literal127 { 1 } else { 8 };
    let mut last = None;
    for _ in 0..tries {
        let wanted = rule.port.unwrap_or(0);
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).map_err(|failure| refused(failure, wanted))?;
        let port = first.local_addr().map_err(Error::Listener)?.port();
        if rule.host == LoopbackHost::Literal127 {
            return Ok((vec![first], port));
        }
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            Ok(second) => return Ok((vec![first, second], port)),
            Err(failure) if failure.kind() == ErrorKind::AddrInUse => last = Some(port),
            Err(failure) => return Err(Error::NoLoopbackSix(failure)),
        }
    }
    let port = last.unwrap_or(0);
    Err(Error::NoSecondLoopback { port, holder: holder_of(port, &[Ipv6Addr::LOCALHOST.into()]) })
}

fn refused(failure: std::io::Error, port: u16) -> Error {
    match failure.kind() {
        ErrorKind::AddrInUse => Error::PortTaken { port, holder: holder_of(port, &[Ipv4Addr::LOCALHOST.into()]) },
        ErrorKind::PermissionDenied => Error::PortRefused { port },
        _ => Error::Listener(failure),
    }
}

fn checked(path: &str) -> Result<&str, Error> {
    match RedirectRule::is_sendable(path) {
        true => Ok(path),
        false => Err(Error::BadServer { what: "redirect path" }),
    }
}

#[cfg(test)]
#[path = "loopback_tests.rs"]
mod tests;
