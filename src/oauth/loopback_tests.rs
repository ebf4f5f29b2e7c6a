//! The listener against real sockets: the browser it waits for, and everybody else.
use super::*;
use crate::oauth::begin::{Begun, tests::begun};
use crate::oauth::error::{Denial, DenialKind};
use crate::oauth::random::SystemRandom;
use crate::oauth::server::samples;
use std::io::{Read, Write};
use std::net::TcpStream;
use tempfile::TempDir;
use url::Url;

const LITERAL: RedirectRule = RedirectRule { host: LoopbackHost::Literal127, port: None, path: None };

fn quick() -> Limits {
    let millis = Duration::from_millis;
    Limits { head: millis(5000), patience: Patience { hold: millis(1), follow: millis(1), reload: millis(3000) } }
}

/// A listener, the sign-in it waits for, and what a visitor needs to know about it.
struct Stage {
    listener: Listener,
    begun: Begun,
    visit: Visit,
    _scratch: TempDir,
}

#[derive(Clone)]
struct Visit {
    port: u16,
    host: String,
    path: String,
    state: String,
}

impl Stage {
    fn set(rule: &RedirectRule, limits: Limits) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let listener = Listener::bind_with(rule, scratch.path(), &mut SystemRandom, limits).unwrap();
        let mut server = samples::server(&Url::parse("https://auth.example/").unwrap());
        server.iss_announced = true;
        let begun = begun(&server, listener.redirect_uri(), &["a"]);
        let redirect = Url::parse(listener.redirect_uri()).unwrap();
        let (port, path) = (redirect.port().unwrap(), redirect.path().to_owned());
        let host = format!("{}:{port}", redirect.host_str().unwrap());
        let visit = Visit { port, host, path, state: begun.state.reveal().to_owned() };
        Stage { listener, begun, visit, _scratch: scratch }
    }

    fn literal() -> Self {
        Stage::set(&LITERAL, quick())
    }

    /// Waits while `script` runs beside it.
    fn wait<T: Send>(&mut self, script: impl FnOnce(&Visit) -> T + Send) -> (Result<Callback, Error>, T) {
        let (visit, listener, pending) = (&self.visit, &mut self.listener, &self.begun.pending);
        std::thread::scope(|scope| {
            let script = scope.spawn(move || script(visit));
            let answer = listener.wait(pending, Duration::from_secs(20), &AtomicBool::new(false));
            (answer, script.join().unwrap())
        })
    }
}

impl Visit {
    fn open(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    fn raw(&self, request: &str) -> String {
        let mut stream = self.open();
        // Whoever sends too much is cut off in the middle.
        let _ = stream.write_all(request.as_bytes());
        read(&mut stream)
    }

    fn get(&self, target: &str) -> String {
        self.raw(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\nCookie: a=b\r\n\r\n", self.host))
    }

    fn good(&self) -> String {
        format!("{}?code=canary-code&state={}&iss=https://auth.example", self.path, self.state)
    }

    fn clean(&self) -> String {
        format!("{}/done", self.path)
    }
}

fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or("none")
}

#[test]
fn an_address_for_pasting_has_a_port_that_no_service_is_registered_for() {
    let rule = |port| RedirectRule { host: LoopbackHost::Literal127, port, path: Some("/callback".to_owned()) };
    for _ in 0..50 {
        let made = unheard_redirect(&rule(None), &mut SystemRandom).unwrap();
        let url = url::Url::parse(&made).unwrap();
        assert!(url.port().unwrap() >= 49152 && url.path() == "/callback", "{made}");
    }
    assert_eq!(unheard_redirect(&rule(Some(8080)), &mut SystemRandom).unwrap(), "http://127.0.0.1:8080/callback");
}

#[test]
fn the_browser_is_heard_and_sent_to_an_address_without_the_code() {
    let mut stage = Stage::literal();
    let (answer, page) = stage.wait(|visit| visit.get(&visit.good()));
    assert_eq!(answer.unwrap().code.reveal(), "canary-code");
    assert_eq!(status(&page), "303");
    assert!(page.contains(&format!("\r\nLocation: {}\r\n", stage.visit.clean())), "{page}");
    assert!(page.contains("\r\nConnection: close\r\n") && !page.to_lowercase().contains("access-control"));
    assert!(!page.contains("canary"));
    stage.listener.finish(Outcome::Connected);
}

#[test]
fn a_strangers_requests_neither_end_nor_confuse_the_flow() {
    let mut stage = Stage::literal();
    let (answer, ()) = stage.wait(|visit| {
        let (path, good, host) = (&visit.path, visit.good(), &visit.host);
        let with_host = |host: &str| visit.raw(&format!("GET {good} HTTP/1.1\r\n{host}\r\n"));
        let told = |method: &str| visit.raw(&format!("{method} {good} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        for (answer, expected) in [
            (visit.get("/favicon.ico"), "404"),
            (visit.get("/"), "404"),
            (visit.get(&visit.clean()), "404"),
            (visit.get(&good.replacen("/callback", "//callback", 1)), "404"),
            (visit.get(&good.replacen('?', "/?", 1)), "404"),
            (visit.get(&format!("http://{host}{good}")), "404"),
            (visit.get(path), "400"),
            (visit.get(&format!("{path}?code=c")), "400"),
            (visit.get(&format!("{path}?code=c&state=wrong&iss=https://auth.example")), "400"),
            (visit.get(&format!("{path}?error=access_denied")), "400"),
            (visit.get(&format!("{path}?error=access_denied&state=wrong")), "400"),
            (visit.get(&format!("{good}&state={}", visit.state)), "400"),
            (visit.get(&format!("{good}&code=other")), "400"),
            (visit.get(&format!("{good}&error=a&error=b")), "400"),
            (visit.get(&format!("{good}&iss=https://auth.example")), "400"),
            (with_host("Host: evil.example\r\n"), "400"),
            (with_host(&format!("Host: localhost:{}\r\n", visit.port)), "400"),
            (with_host("Host: 127.0.0.1\r\n"), "400"),
            (with_host(&format!("Host: {host}\r\nHost: {host}\r\n")), "400"),
            (with_host("X: y\r\n"), "400"),
            (told("POST"), "405"),
            (told("HEAD"), "405"),
            (told("OPTIONS"), "405"),
            (visit.raw(&format!("POST {good} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n\r\nabc")), "400"),
            (visit.raw("nonsense\r\n\r\n"), "400"),
            (visit.raw(&format!("GET {good} HTTP/1.1\r\nHost: {host}\r\nX: \u{e4}\r\n\r\n")), "400"),
            (visit.raw(&format!("GET {good} HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "x".repeat(17_000))), "431"),
        ] {
            assert_eq!(status(&answer), expected, "{answer}");
            assert!(!answer.contains("canary") && !answer.to_lowercase().contains("access-control"), "{answer}");
        }
        // A megabyte of headers: cut off, with an answer or without.
        visit.raw(&format!("GET {good} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", "X: y\r\n".repeat(180_000)));
        drop(visit.open());
        assert_eq!(status(&visit.get(&good)), "303");
    });
    assert_eq!(answer.unwrap().code.reveal(), "canary-code");
}

#[test]
fn a_hundred_idle_sockets_do_not_keep_the_browser_out() {
    let mut stage = Stage::literal();
    let (answer, ()) = stage.wait(|visit| {
        let mut idle: Vec<TcpStream> = (0..100).map(|_| visit.open()).collect();
        idle[99].write_all(b"GET /").unwrap();
        assert_eq!(status(&visit.get(&visit.good())), "303");
        // The oldest were closed for the newer ones.
        assert_eq!(idle[0].read(&mut [0]).unwrap_or(0), 0);
    });
    assert!(answer.is_ok());
}

#[test]
fn hundreds_of_answered_sockets_left_open_do_not_keep_the_browser_out() {
    let mut stage = Stage::literal();
    let (answer, ()) = stage.wait(|visit| {
        let head = format!("GET /favicon.ico HTTP/1.1\r\nHost: {}\r\n\r\n", visit.host);
        let leave = || {
            let mut stream = visit.open();
            stream.write_all(head.as_bytes()).unwrap();
            stream
        };
        let _left: Vec<TcpStream> = (0..300).map(|_| leave()).collect();
        assert_eq!(status(&visit.get(&visit.good())), "303");
    });
    assert!(answer.is_ok());
}

#[test]
fn a_visitor_that_sends_a_byte_now_and_then_is_cut_off_at_the_deadline() {
    let mut stage = Stage::set(&LITERAL, Limits { head: Duration::from_millis(30), ..quick() });
    let (answer, ()) = stage.wait(|visit| {
        let (mut silent, mut dripping) = (visit.open(), visit.open());
        let began = Instant::now();
        while dripping.write_all(b"x").is_ok() && began.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(began.elapsed() < Duration::from_secs(10));
        assert_eq!(silent.read(&mut [0]).unwrap(), 0, "the silent one was not closed");
        assert_eq!(status(&visit.get(&visit.good())), "303");
    });
    assert!(answer.is_ok());
}

#[test]
fn only_one_request_is_heard_on_a_connection() {
    let mut stage = Stage::literal();
    let (answer, page) = stage.wait(|visit| {
        let one = format!("GET /favicon.ico HTTP/1.1\r\nHost: {}\r\nConnection: keep-alive\r\n\r\n", visit.host);
        let both = visit.raw(&format!("{one}{}", one.replace("/favicon.ico", &visit.good())));
        visit.get(&format!("{}?error=access_denied&state={}&iss=https://auth.example", visit.path, visit.state));
        both
    });
    assert_eq!(page.matches("HTTP/1.1 ").count(), 1);
    assert!(matches!(answer, Err(Error::Denied(_))), "the second request was let through");
}

#[test]
fn a_denial_with_the_right_state_is_a_value() {
    let mut stage = Stage::literal();
    let (answer, page) = stage.wait(|visit| {
        let no = "error=access_denied&error_description=no%1b%5b31m+thanks&iss=https://auth.example";
        visit.get(&format!("{}?{no}&state={}", visit.path, visit.state))
    });
    let Err(Error::Denied(Denial { kind, description })) = answer else { panic!("{answer:?}") };
    assert_eq!((kind, description.as_deref()), (DenialKind::Declined, Some("no[31m thanks")));
    assert_eq!(status(&page), "303");
}

#[test]
fn a_code_from_another_issuer_or_from_none_ends_the_flow() {
    for iss in ["", "&iss=https://evil.example"] {
        let mut stage = Stage::literal();
        let (answer, _) = stage.wait(|visit| visit.get(&format!("{}?code=c&state={}{iss}", visit.path, visit.state)));
        assert!(matches!(answer, Err(Error::WrongIssuer)));
    }
}

#[test]
fn success_is_shown_only_after_it_happened() {
    for (outcome, title) in [(Outcome::Connected, "<h1>Connected</h1>"), (Outcome::Failed, "<h1>Not connected</h1>")] {
        let mut stage = Stage::literal();
        let (answer, waiting) = stage.wait(|visit| {
            visit.get(&visit.good());
            visit.get(&visit.clean())
        });
        assert!(answer.is_ok() && waiting.contains("<h1>Received</h1>") && waiting.contains("Finish in the terminal."));
        assert!(waiting.contains("http-equiv=\"refresh\" content=\"1\""));
        // The page reloads itself a moment later; `finish` waits for that, because a waiting page was served.
        let Stage { listener, visit, _scratch, .. } = stage;
        let finished = std::thread::spawn(move || listener.finish(outcome));
        std::thread::sleep(Duration::from_millis(5));
        assert!(visit.get(&visit.clean()).contains(title));
        finished.join().unwrap();
    }
}

#[test]
fn a_held_page_shows_the_outcome_at_once() {
    let mut limits = quick();
    limits.patience.hold = Duration::from_secs(10);
    limits.patience.follow = Duration::from_secs(10);
    let mut stage = Stage::set(&LITERAL, limits);
    let (answer, _) = stage.wait(|visit| visit.get(&visit.good()));
    assert!(answer.is_ok());
    let Stage { listener, visit, _scratch, .. } = stage;
    let began = Instant::now();
    let page = std::thread::spawn(move || visit.get(&visit.clean()));
    listener.finish(Outcome::Connected);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(page.join().unwrap().contains("<h1>Connected</h1>"));
}

#[test]
fn a_second_hit_changes_nothing() {
    let mut limits = quick();
    limits.patience.reload = Duration::from_millis(1);
    let mut stage = Stage::set(&LITERAL, limits);
    let (answer, _) = stage.wait(|visit| visit.get(&visit.good()));
    assert!(answer.is_ok());
    let visit = &stage.visit;
    assert_eq!(status(&visit.get(&visit.good())), "303");
    let denied = format!("{}?error=access_denied&state={}&iss=https://auth.example", visit.path, visit.state);
    assert_eq!(status(&visit.get(&denied)), "303");
    assert_eq!(status(&visit.get(&visit.good().replace(&visit.state, "wrong"))), "400");
    assert!(visit.get(&visit.clean()).contains("<h1>Received</h1>"));
    let doorman = stage.listener.doorman.as_ref().unwrap();
    assert!(doorman.answer_within(Duration::from_millis(1)).is_none());
}

#[test]
fn a_second_sign_in_on_the_same_port_works_right_after_the_first() {
    let first = Stage::literal();
    let rule = RedirectRule { port: Some(first.visit.port), path: Some("/cb".to_owned()), ..LITERAL };
    drop(first);
    // A browser that would like to keep its connection.
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut stage = Stage::set(&rule, quick());
        let (answer, stream) = stage.wait(|visit| {
            let mut stream = visit.open();
            let head =
                format!("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: keep-alive\r\n\r\n", visit.good(), visit.host);
            stream.write_all(head.as_bytes()).unwrap();
            assert_eq!(status(&read(&mut stream)), "303");
            stream
        });
        assert!(answer.is_ok());
        kept.push(stream);
        kept.push(stage.visit.open());
        stage.listener.finish(Outcome::Connected);
        assert!(TcpStream::connect(("127.0.0.1", rule.port.unwrap())).is_err(), "the port is still held");
    }
}

#[test]
fn a_request_that_comes_early_is_answered_when_the_wait_begins() {
    let mut stage = Stage::literal();
    let mut early = stage.visit.open();
    let head = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", stage.visit.good(), stage.visit.host);
    early.write_all(head.as_bytes()).unwrap();
    let (answer, page) = stage.wait(move |_| read(&mut early));
    assert!(answer.is_ok());
    assert_eq!(status(&page), "303");
}

#[test]
fn a_browser_that_never_comes_and_an_interruption_end_the_wait() {
    let mut stage = Stage::literal();
    let (pending, never) = (&stage.begun.pending, AtomicBool::new(false));
    assert!(matches!(stage.listener.wait(pending, Duration::from_millis(2), &never), Err(Error::TimedOut)));
    let cancelled = stage.listener.wait(pending, Duration::from_secs(60), &AtomicBool::new(true));
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    let mut other = pending.clone();
    other.redirect_uri.push('x');
    let foreign = stage.listener.wait(&other, Duration::from_secs(60), &never);
    assert!(matches!(foreign, Err(Error::ForeignRedirect)));
}

#[test]
fn giving_up_frees_the_port_and_leaves_no_file() {
    let minute = Duration::from_secs(60);
    let limits = Limits { patience: Patience { hold: minute, follow: minute, reload: minute }, ..quick() };
    let mut stage = Stage::set(&LITERAL, limits);
    let never = AtomicBool::new(false);
    assert!(stage.listener.wait(&stage.begun.pending, Duration::ZERO, &never).is_err());
    let Stage { listener, visit, _scratch, .. } = stage;
    let _idle = visit.open();
    let began = Instant::now();
    drop(listener);
    // Nobody was sent to the clean page, so there is nobody to wait for.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(TcpStream::connect(("127.0.0.1", visit.port)).is_err());
    assert_eq!(std::fs::read_dir(_scratch.path()).unwrap().count(), 0);
}

#[test]
fn a_taken_port_is_named() {
    let stage = Stage::literal();
    let rule = RedirectRule { port: Some(stage.visit.port), ..LITERAL };
    let taken = Listener::bind(&rule, stage._scratch.path(), &mut SystemRandom).err().unwrap();
    assert!(matches!(taken, Error::PortTaken { port, .. } if port == stage.visit.port));
    let words = taken.to_string();
    assert!(words.starts_with(&format!("port {} is used by ", stage.visit.port)), "{words}");
    // Whoever holds it is this very process, where the system tells.
    if cfg!(target_os = "linux") {
        assert!(words.ends_with(&format!("(process {})", std::process::id())), "{words}");
    }
    let unknown = Error::PortTaken { port: 7, holder: None };
    assert_eq!(unknown.to_string(), "port 7 is used by another program");
    let odd = crate::net::Holder { pid: 1, name: "a\u{1b}[31mb".to_owned() };
    assert_eq!(Error::PortTaken { port: 7, holder: Some(odd) }.to_string(), "port 7 is used by a[31mb (process 1)");
}

#[test]
fn the_literal_address_is_the_only_one_listened_on() {
    let stage = Stage::literal();
    assert!(stage.listener.redirect_uri().starts_with("http://127.0.0.1:"));
    assert!(TcpStream::connect(("127.0.0.2", stage.visit.port)).is_err());
    assert!(TcpStream::connect(("::1", stage.visit.port)).is_err());
}

#[test]
fn localhost_is_held_on_both_addresses_or_not_at_all() {
    let rule = RedirectRule { host: LoopbackHost::Localhost, port: None, path: Some(String::new()) };
    let mut stage = Stage::set(&rule, quick());
    assert_eq!(stage.listener.redirect_uri(), format!("http://localhost:{}", stage.visit.port));
    let (answer, page) = stage.wait(|visit| {
        let mut six = TcpStream::connect(("::1", visit.port)).unwrap();
        let request = format!("GET {} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", visit.good(), visit.port);
        six.write_all(request.as_bytes()).unwrap();
        read(&mut six)
    });
    assert!(answer.is_ok());
    assert!(status(&page) == "303" && page.contains("\r\nLocation: /done\r\n"), "{page}");
    drop(stage);

    let scratch = tempfile::tempdir().unwrap();
    let refused = (0..20).find_map(|_| {
        let other = TcpListener::bind("[::1]:0").unwrap();
        let port = other.local_addr().unwrap().port();
        let pinned = RedirectRule { port: Some(port), ..rule.clone() };
        match Listener::bind(&pinned, scratch.path(), &mut SystemRandom).err().unwrap() {
            // Another test happens to have this port of 127.0.0.1.
            Error::PortTaken { .. } => None,
            refused => Some((refused, port)),
        }
    });
    let (refused, port) = refused.unwrap();
    assert!(matches!(refused, Error::NoSecondLoopback { port: named, .. } if named == port));
}

#[test]
fn every_flow_has_a_path_of_its_own_and_a_pinned_one_must_be_plain() {
    let (one, two) = (Stage::literal(), Stage::literal());
    assert_ne!(one.visit.path, two.visit.path);
    assert_eq!(one.visit.path.len(), "/callback/".len() + 22);
    for bad in ["callback", "/a?b", "/a#b", "/a b", "/a%20b", "/\u{e4}", "/a\r\nX: y"] {
        let rule = RedirectRule { path: Some(bad.to_owned()), ..LITERAL };
        let refused = Listener::bind(&rule, one._scratch.path(), &mut SystemRandom).err().unwrap();
        assert!(matches!(refused, Error::BadServer { .. }), "{bad}");
    }
}

#[test]
fn a_head_has_as_long_as_the_rule_says() {
    // Rule 7: 5 s per connection read. The other tests shorten it, so that none of them waits.
    assert_eq!(Limits::default().head, Duration::from_secs(5));
}
