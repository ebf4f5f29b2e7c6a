//! Who answers at the door: one thread that takes each request the gate let through, asks the judge, and shows a page.
//!
//! What must stay true: host, path and method are compared exactly before the judge is asked, and whatever fails is
//! answered and forgotten. After the provider's answer has come, nothing that arrives has any effect: the same neutral
//! pages are shown, and only [`Doorman::finish`] changes what they say.
use crate::oauth::callback::{Callback, Expected, Verdict, judge};
use crate::oauth::error::Error;
use crate::oauth::page::Page;
use std::io::Write;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tiny_http::{Method, Request, Server};

/// How the sign-in ended, for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Connected,
    Failed,
}

/// Where the browser is expected.
#[derive(Debug, Clone)]
pub(super) struct Door {
    /// The `Host` header a browser sends for the redirect address.
    pub(super) host: String,
    pub(super) path: String,
    /// Shown after the answer: it carries no code.
    pub(super) clean: String,
}

/// How long the door stays open for the browser's sake. The figures are a person's patience, not the protocol's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// The clean page waits this long for the outcome: most exchanges are done by then, so most browsers see it at once.
    pub(super) hold: Duration,
    /// After the outcome, for a browser that has been sent to the clean page and has not asked for it yet.
    pub(super) follow: Duration,
    /// After the outcome, for a page that reloads itself every second.
    pub(super) reload: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let millis = Duration::from_millis;
        Patience { hold: millis(400), follow: millis(2000), reload: millis(1500) }
    }
}

/// More pages than a browser holds open for one sign-in.
const MOST_HELD: usize = 16;
/// How often a held page, or a stop, is looked after; a request is taken at once.
const TICK: Duration = Duration::from_millis(20);

pub(super) struct Doorman {
    server: Arc<Server>,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
    answer: Receiver<Result<Callback, Error>>,
    patience: Patience,
}

#[derive(Default)]
struct State {
    now: Mutex<Now>,
    changed: Condvar,
}

#[derive(Default, Clone, Copy)]
struct Now {
    /// The provider's answer has come, and its browser was sent on to the clean page.
    received: bool,
    /// A page is open that reloads itself until it can say how it ended.
    reloading: bool,
    outcome: Option<Outcome>,
    /// The outcome has been shown.
    shown: bool,
    closing: bool,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Doorman {
    pub(super) fn start(server: Arc<Server>, door: Door, expected: Expected, patience: Patience) -> Self {
        let (said, answer) = mpsc::channel();
        let state = Arc::new(State::default());
        let (at, shared) = (Arc::clone(&server), Arc::clone(&state));
        let thread = std::thread::spawn(move || {
            let mut held = Vec::new();
            while let Ok(request) = at.recv_timeout(TICK) {
                if let Some(request) = request
                    && let Some(verdict) = take(request, &door, &expected, &shared, &mut held)
                {
                    // Nobody listening any more means the flow was given up.
                    let _ = said.send(verdict);
                }
                release(&mut held, &shared, patience.hold);
                if shared.lock().closing {
                    return;
                }
            }
        });
        Doorman { server, state, thread: Some(thread), answer, patience }
    }

    /// The provider's answer, or `None` when none has come within `time`.
    pub(super) fn answer_within(&self, time: Duration) -> Option<Result<Callback, Error>> {
        match self.answer.recv_timeout(time) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(Error::Listener(std::io::ErrorKind::BrokenPipe.into()))),
        }
    }

    /// Shows how it ended, to a browser that is there to see it, and stops.
    pub(super) fn finish(&mut self, outcome: Outcome) {
        let Some(thread) = self.thread.take() else { return };
        self.state.lock().outcome = Some(outcome);
        self.server.unblock();
        self.await_shown();
        self.state.lock().closing = true;
        self.server.unblock();
        let _ = thread.join();
    }

    fn await_shown(&self) {
        let now = *self.state.lock();
        let patience = match now {
            Now { received: false, .. } => return,
            Now { reloading: true, .. } => self.patience.reload,
            _ => self.patience.follow,
        };
        let waiting = self.state.changed.wait_timeout_while(self.state.lock(), patience, |now| !now.shown);
        drop(waiting);
    }
}

impl Drop for Doorman {
    fn drop(&mut self) {
        self.finish(Outcome::Failed);
    }
}

struct Held {
    request: Request,
    since: Instant,
}

/// Answers one request, or keeps it for the outcome. Returns the provider's answer when this was it.
fn take(
    request: Request,
    door: &Door,
    expected: &Expected,
    state: &State,
    held: &mut Vec<Held>,
) -> Option<Result<Callback, Error>> {
    let received = state.lock().received;
    let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
    let is_clean = received && path == door.clean;
    if !is_from(&request, &door.host) {
        show(request, &Page::WrongHost);
        return None;
    }
    if path != door.path && !is_clean {
        show(request, &Page::NotFound);
        return None;
    }
    if *request.method() != Method::Get {
        show(request, &Page::OnlyGet);
        return None;
    }
    if is_clean {
        held.push(Held { request, since: Instant::now() });
        return None;
    }
    match judge(query, expected) {
        Verdict::Stranger => {
            show(request, &Page::NotThisSignIn);
            None
        }
        Verdict::Answer(answer) => {
            // Set before the browser is sent on: it may be back for the clean page at once.
            state.lock().received = true;
            show(request, &Page::See(&door.clean));
            // A second hit with the same state sees the same pages and changes nothing.
            (!received).then_some(answer)
        }
    }
}

/// Exactly one `Host`, and exactly ours: a page under another name that resolves to this machine is somebody else's.
fn is_from(request: &Request, host: &str) -> bool {
    let mut hosts = request.headers().iter().filter(|header| header.field.equiv("Host"));
    hosts.next().is_some_and(|header| header.value.as_str() == host) && hosts.next().is_none()
}

/// Answers the held pages whose time has come: all of them once the outcome is known.
fn release(held: &mut Vec<Held>, state: &State, hold: Duration) {
    let Now { outcome, closing, .. } = *state.lock();
    let crowded = held.len() > MOST_HELD;
    let is_due = |one: &Held| outcome.is_some() || closing || crowded || one.since.elapsed() >= hold;
    for one in held.extract_if(.., |one| is_due(one)) {
        let page = match outcome {
            Some(Outcome::Connected) => Page::Connected,
            Some(Outcome::Failed) => Page::Failed,
            None => Page::Received,
        };
        // Before the page leaves: its browser may be back, and the flow over, before this thread goes on.
        if outcome.is_none() {
            state.lock().reloading = true;
        }
        show(one.request, &page);
        if outcome.is_some() {
            state.lock().shown = true;
        }
        state.changed.notify_all();
    }
}

fn show(request: Request, page: &Page<'_>) {
    let mut writer = request.into_writer();
    // A browser that has gone away needs no page.
    let _ = writer.write_all(&page.answer());
    let _ = writer.flush();
}
