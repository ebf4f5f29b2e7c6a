//! The gate in front of the HTTP server: the only thing that touches sockets anybody on this machine can open.
//!
//! The HTTP library behind it reads heads of any size for any time and keeps connections open. So the gate owns the
//! public listeners, lets through nothing but one complete head per connection, and relays the answer.
//!
//! What must stay true:
//!
//! * A head is at most 16 KiB and complete within 5 seconds, however slowly or quickly its bytes come.
//! * At most 64 connections wait. When one more comes, the oldest unfinished one is closed: a hundred idle sockets
//!   cannot keep the browser out, because the browser speaks at once and they do not.
//! * One request per connection, then the socket is closed: a browser that kept it would hang in the next sign-in.
//! * When [`Gate::close`] returns, the port is free.
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A redirect with a long code and cookies of other local servers stays under 8 KiB, the usual limit of web servers.
const LARGEST_HEAD: usize = 16 * 1024;
/// More than any browser opens at once; few enough to be nothing for this process.
const MOST_WAITING: usize = 64;
/// For an answer of some kilobytes to be taken, and for a client to close after it.
const RELAY_TIMEOUT: Duration = Duration::from_secs(5);
const LINGER: Duration = Duration::from_millis(100);
/// A pause when there is nothing to do but wait for a place.
const TURN: Duration = Duration::from_millis(1);
/// How long closing waits for answers that are on their way.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

pub(super) struct Gate {
    wake: UnixStream,
    thread: Option<JoinHandle<()>>,
    /// Says "disconnected" when the last relay has written its answer.
    relays: Receiver<()>,
}

struct Waiting {
    stream: TcpStream,
    head: Vec<u8>,
    deadline: Instant,
}

struct Relays {
    socket: PathBuf,
    running: Arc<AtomicUsize>,
    lingering: Arc<AtomicUsize>,
    alive: Sender<()>,
}

impl Gate {
    /// Guards `listeners` and hands what passes to the HTTP server at the Unix socket `socket`.
    pub(super) fn open(listeners: Vec<TcpListener>, socket: &Path, head_timeout: Duration) -> io::Result<Self> {
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        let (wake, woken) = UnixStream::pair()?;
        let (alive, relays) = mpsc::channel();
        let relaying = Relays { socket: socket.to_owned(), running: Arc::default(), lingering: Arc::default(), alive };
        let thread = std::thread::spawn(move || guard(&listeners, &woken, &relaying, head_timeout));
        Ok(Gate { wake, thread: Some(thread), relays })
    }

    pub(super) fn close(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        let _ = self.wake.shutdown(Shutdown::Both);
        // The listeners live in the thread: after this line the port is free.
        let _ = thread.join();
        let _ = self.relays.recv_timeout(LAST_ANSWERS);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.close();
    }
}

fn guard(listeners: &[TcpListener], woken: &UnixStream, relays: &Relays, head_timeout: Duration) {
    let mut waiting: Vec<Waiting> = Vec::new();
    while let Ok(ready) = await_any(listeners, woken, &waiting) {
        if ready.woken {
            return;
        }
        // Those that wait first: their places in the list are still the ones that were polled.
        let now = Instant::now();
        let mut turn = ready.waiting.into_iter();
        let mut still = Vec::with_capacity(waiting.len());
        for one in waiting {
            match step(one, turn.next().unwrap_or(false), now) {
                Step::Wait(one) => still.push(one),
                Step::Through(stream, head) => relays.start(stream, head),
                Step::Close => {}
            }
        }
        waiting = still;
        for (listener, _) in listeners.iter().zip(ready.listeners).filter(|(_, ready)| *ready) {
            admit(listener, &mut waiting, now + head_timeout);
        }
    }
}

struct Ready {
    woken: bool,
    listeners: Vec<bool>,
    waiting: Vec<bool>,
}

/// Sleeps until something can be read or the first deadline is over.
fn await_any(listeners: &[TcpListener], woken: &UnixStream, waiting: &[Waiting]) -> io::Result<Ready> {
    let mut all = vec![PollFd::new(woken, PollFlags::IN)];
    all.extend(listeners.iter().map(|listener| PollFd::new(listener, PollFlags::IN)));
    all.extend(waiting.iter().map(|one| PollFd::new(&one.stream, PollFlags::IN)));
    let first = waiting.iter().map(|one| one.deadline).min();
    let left = first.map(|deadline| deadline.saturating_duration_since(Instant::now()) + Duration::from_millis(1));
    let left = left.and_then(|left| Timespec::try_from(left).ok());
    match poll(&mut all, left.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(failure) => return Err(failure.into()),
    }
    let mut ready = all.iter().map(|one| !one.revents().is_empty());
    let woken = ready.next().unwrap_or(true);
    let listeners = ready.by_ref().take(listeners.len()).collect();
    Ok(Ready { woken, listeners, waiting: ready.collect() })
}

fn admit(listener: &TcpListener, waiting: &mut Vec<Waiting>, deadline: Instant) {
    // One list's worth a turn, so that a flood cannot keep those that wait from being read.
    for _ in 0..MOST_WAITING {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => return,
            Err(_) => {
                // Out of descriptors, mostly: make room, and do not spin on a listener that stays ready.
                waiting.drain(..waiting.len().min(1));
                std::thread::sleep(TURN);
                return;
            }
        };
        if stream.set_nonblocking(true).is_err() {
            continue;
        }
        if waiting.len() == MOST_WAITING {
            waiting.remove(0);
        }
        waiting.push(Waiting { stream, head: Vec::new(), deadline });
    }
}

enum Step {
    Wait(Waiting),
    Through(TcpStream, Vec<u8>),
    Close,
}

fn step(mut one: Waiting, readable: bool, now: Instant) -> Step {
    if now >= one.deadline {
        return Step::Close;
    }
    if !readable {
        return Step::Wait(one);
    }
    let mut chunk = [0u8; 4096];
    match one.stream.read(&mut chunk) {
        Ok(0) => Step::Close,
        Ok(count) => {
            // The end may straddle two reads; what was searched before needs no second look.
            let searched = one.head.len().saturating_sub(3);
            one.head.extend_from_slice(&chunk[..count]);
            if let Some(end) = one.head[searched..].windows(4).position(|four| four == b"\r\n\r\n") {
                // Exactly the head: a body, or a second request behind it, never reaches the server.
                one.head.truncate(searched + end + 4);
                if one.head.len() <= LARGEST_HEAD {
                    return Step::Through(one.stream, one.head);
                }
            }
            if one.head.len() > LARGEST_HEAD {
                refuse(&mut one.stream, "431 Request Header Fields Too Large");
                return Step::Close;
            }
            Step::Wait(one)
        }
        Err(failure) if matches!(failure.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
            Step::Wait(one)
        }
        Err(_) => Step::Close,
    }
}

fn refuse(stream: &mut TcpStream, status: &str) {
    // Whether the other side takes it is its own affair.
    let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = stream.shutdown(Shutdown::Write);
}

impl Relays {
    fn start(&self, mut stream: TcpStream, head: Vec<u8>) {
        // Each takes microseconds once somebody waits for the browser; only a flood fills all places, and for a moment.
        let mut patience = 50;
        while self.running.load(Ordering::SeqCst) >= MOST_WAITING && patience > 0 {
            std::thread::sleep(TURN);
            patience -= 1;
        }
        if patience == 0 {
            return;
        }
        self.running.fetch_add(1, Ordering::SeqCst);
        let (socket, running, alive) = (self.socket.clone(), Arc::clone(&self.running), self.alive.clone());
        let lingering = Arc::clone(&self.lingering);
        std::thread::spawn(move || {
            if relay(&mut stream, &head, &socket).is_err() {
                // The server hung up without a word: it does that to heads it cannot read.
                refuse(&mut stream, "400 Bad Request");
            }
            drop(alive);
            running.fetch_sub(1, Ordering::SeqCst);
            // A courtesy, so it takes no place from anybody: who leaves sockets open does not get it for ever.
            if lingering.fetch_add(1, Ordering::SeqCst) < MOST_WAITING {
                linger(&mut stream);
            }
            lingering.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

fn relay(stream: &mut TcpStream, head: &[u8], socket: &Path) -> io::Result<()> {
    let mut inside = UnixStream::connect(socket)?;
    inside.write_all(head)?;
    inside.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    inside.read_to_end(&mut answer)?;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(RELAY_TIMEOUT))?;
    // From here on a failure is the client's own; a second status line would help nobody.
    let _ = stream.write_all(&answer);
    let _ = stream.shutdown(Shutdown::Write);
    Ok(())
}

/// Takes what the client still sends, for a moment: closing with bytes unread would reset the connection, and a client
/// that was still sending might lose the answer.
fn linger(stream: &mut TcpStream) {
    let until = Instant::now() + LINGER;
    let mut chunk = [0u8; 4096];
    let readable = stream.set_nonblocking(false).and_then(|()| stream.set_read_timeout(Some(LINGER)));
    while readable.is_ok() && Instant::now() < until && matches!(stream.read(&mut chunk), Ok(count) if count > 0) {}
}
