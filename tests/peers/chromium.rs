//! A person at a real browser, and a page in that browser that fires requests at the callback port meanwhile.
use crate::desk::{Desk, Watched};
use crate::oidc::{self, Peer};
use crate::support::peer::peer;
use crate::support::root;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use url::Url;

/// Everything a person needs, where it is installed.
struct Person {
    node: PathBuf,
    chromium: PathBuf,
    modules: PathBuf,
}

impl Person {
    fn new() -> Option<Person> {
        let (node, chromium) = (peer("node")?, peer("chromium")?);
        Some(Person { node, chromium, modules: oidc::modules_with("playwright-core", "1")? })
    }

    /// Opens the page, logs in and presses the button: what is shown comes line by line.
    fn opens(&self, desk: &Desk, url: &str, decision: &str, hostile: Option<&str>) -> Watched {
        let script = root().join("tests/peers/browser.mjs");
        let line: Vec<&str> = [script.to_str().unwrap(), url, decision].into_iter().chain(hostile).collect();
        let variables = [("PEER_MODULES", self.modules.as_path()), ("PEER_CHROMIUM", &self.chromium)];
        desk.run(Command::new(&self.node), &line, &variables)
    }
}

/// The headings that the last tab showed, and its address.
fn seen(browser: Watched) -> (Vec<String>, String) {
    let (said, _) = browser.succeeds();
    let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
    let address = lines.iter().position(|line| line.starts_with("http") || line.starts_with("chrome-error:")).unwrap();
    let address = lines.drain(address..).next().unwrap();
    (lines, address)
}

fn redirect_of(url: &str) -> String {
    Url::parse(url).unwrap().query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned()
}

fn clicks_through(person: &Person, desk: &Desk, peer: &Peer, variables: &[(&str, &Path)]) {
    let mut running = desk.start_with(&peer.line(&[]), variables);
    let url = running.url();
    let browser = person.opens(desk, &url, "allow", None);
    let (headings, address) = seen(browser);
    assert_eq!(headings.last().unwrap(), "Connected", "{headings:?}");
    // Rule 18: what stays in the address bar holds no code.
    assert_eq!(address, format!("{}/done", redirect_of(&url)));
    let (_, stderr) = running.succeeds();
    assert!(stderr.contains("connected \"notes\" as ann"), "{stderr}");
    let shown = desk.siesta(&["show", "notes", "--json"]).succeeds().json();
    assert_eq!(shown["connection"]["metadata"]["accountId"], "ann");
}

#[test]
fn a_person_clicks_through_a_sign_in() {
    let (Some(person), Some(peer)) = (Person::new(), oidc::server()) else { return };
    clicks_through(&person, &Desk::new(), &peer, &[]);
}

#[test]
fn a_person_clicks_through_a_sign_in_over_https() {
    let (Some(person), desk) = (Person::new(), Desk::new()) else { return };
    let Some((peer, made)) = oidc::server_over_https(&desk) else { return };
    clicks_through(&person, &desk, &peer, &[("SSL_CERT_FILE", &made.ca)]);
}

#[test]
fn a_person_who_cancels_is_told_that_nothing_was_connected() {
    let (Some(person), Some(peer), desk) = (Person::new(), oidc::server(), Desk::new()) else { return };
    let mut running = desk.start(&peer.line(&[]));
    let (headings, address) = seen(person.opens(&desk, &running.url(), "deny", None));
    assert_eq!(headings.last().unwrap(), "Not connected", "{headings:?}");
    assert!(address.ends_with("/callback/done") && !address.contains("error"), "{address}");
    let (exit, _, stderr) = running.end();
    assert_eq!(exit, 4, "{stderr}");
    assert!(stderr.contains("declined in the browser"), "{stderr}");
    assert_eq!(desk.siesta(&["list", "--all"]).succeeds().stdout(), "");
}

/// Rule 17: nothing is called connected before it is.
#[test]
fn the_page_says_received_until_the_exchange_has_succeeded_or_failed() {
    let (Some(person), Some(peer), desk) = (Person::new(), oidc::server(), Desk::new()) else { return };
    for (fault, end, exit) in [("drop", "Not connected", 11), ("hold", "Connected", 0)] {
        peer.tell(fault);
        let mut running = desk.start(&peer.line(&[]));
        let mut browser = person.opens(&desk, &running.url(), "allow", None);
        if fault == "hold" {
            let first = browser.until_said(|line| line == "Received" || line == end);
            assert_eq!(first, "Received");
            peer.tell("release");
        }
        let (headings, _) = seen(browser);
        assert_eq!(headings.last().unwrap(), end, "{headings:?}");
        assert_eq!(running.end().0, exit);
    }
}

/// A web server with one page, on a thread that ends with the test's process.
fn page(html: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let length = html.len();
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close");
        for mut stream in listener.incoming().flatten() {
            let answer = format!("{head}\r\n\r\n{html}");
            // A browser opens sockets in advance and says nothing on them.
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    format!("http://127.0.0.1:{port}/")
}

/// A page that fires all it can at the callback, one volley after the other while it is open: requests with and without CORS, with a
/// header of its own (which the browser asks about first), forms, images, frames and scripts.
fn hostile_page(callback: &str) -> String {
    page(format!(
        "<body><script>const at = '{callback}';\
         const bad = ['', '?error=access_denied', '?code=x&state=y', '?state=&code=x', '/done', '?error=a&state=z'];\
         window.fired = 0; const end = () => {{ if (++window.fired % 60) return;\
           document.title = 'all fired'; setTimeout(fire, 0); }};\
         const fire = () => {{ for (let i = 0; i < 10; i++) {{ const to = at + bad[i % bad.length];\
           fetch(to, {{ mode: 'no-cors' }}).then(end, end);\
           fetch(to, {{ method: 'POST', mode: 'no-cors', body: 'x'.repeat(9999) }}).then(end, end);\
           fetch(to, {{ method: 'PUT', headers: {{ 'x-own': 'y' }} }}).then(end, end);\
           fetch(to, {{ credentials: 'include' }}).then(end, end);\
           const image = new Image(); image.onload = image.onerror = end; image.src = to;\
           const script = document.createElement('script'); script.onload = script.onerror = end; script.src = to;\
           document.body.append(script); }}\
           const frame = document.createElement('iframe'); frame.src = at + '?error=access_denied';\
           document.body.append(frame);\
           const form = document.createElement('form'); form.method = 'post'; form.action = at; form.target = 'f';\
           frame.name = 'f'; document.body.append(form); form.submit(); }};\
         fire();</script>"
    ))
}

#[test]
fn a_page_that_fires_at_the_callback_disturbs_neither_this_sign_in_nor_the_next() {
    let (Some(person), Some(peer), desk) = (Person::new(), oidc::server(), Desk::new()) else { return };
    for name in ["first", "second"] {
        let mut line = peer.line(&[]);
        line[2] = name;
        let mut running = desk.start(&line);
        let url = running.url();
        let hostile = hostile_page(&redirect_of(&url));
        let (headings, address) = seen(person.opens(&desk, &url, "allow", Some(&hostile)));
        // A browser opens six connections to one host at most, and the other tab has them in use: the page that says how
        // it ended may come too late to be shown. How it ends is the same.
        let is_shown = headings.last().is_some_and(|heading| heading == "Connected");
        assert!(is_shown || address.starts_with("chrome-error:"), "{headings:?}");
        running.succeeds();
    }
}
