//! What goes wrong outside: refusals in the browser, providers that misbehave, a terminal that is not there.
use crate::support::office::Office;
use crate::support::provider::{Button, Fault, PUBLIC_CLIENT, browse};
use crate::support::sandbox::{Running, Sandbox};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

/// No connection came of it, and nothing waits for an answer any more.
#[track_caller]
fn nothing_is_left(office: &Office) {
    assert_eq!(office.siesta(&["list", "--all"]).succeeds().stdout(), "");
    for scratch in ["tmp", "run"] {
        let left: Vec<_> =
            std::fs::read_dir(office.path(scratch)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// A sign-in that waits for its browser, and the address it printed.
#[track_caller]
fn waiting(office: &Office, more: &[&str]) -> (Running, url::Url) {
    let args =
        ["add", "oauth2", "notes", "--issuer", &office.provider.base_url, "--base-url", &office.provider.base_url];
    let mut running = office.line(&[&args[..], &["--allow-private-network"], more].concat()).start();
    let address = running.line_on_stderr(|line| line.starts_with("http")).expect("an address");
    (running, address.parse().unwrap())
}

fn query(url: &url::Url, name: &str) -> String {
    url.query_pairs().find(|(had, _)| had == name).map(|(_, value)| value.into_owned()).unwrap()
}

/// What a stranger gets for this request to the listener.
fn asks(redirect: &url::Url, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", redirect.port().unwrap())).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

fn get(redirect: &url::Url, path: &str) -> String {
    let host = format!("127.0.0.1:{}", redirect.port().unwrap());
    asks(redirect, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
}

#[test]
fn consent_refused_in_the_browser_is_exit_4() {
    let office = Office::new();
    office.set_client();
    let (run, page) = office.add_notes(&[], Button::Deny);
    let run = run.ends_with(4);
    assert!(run.stderr.contains("declined in the browser"), "{}", run.stderr);
    assert!(!page.body.contains("Connected"), "{page:?}");
    let (run, _) = office.add_notes(&["--json"], Button::Deny);
    let error = run.ends_with(4).stderr.lines().last().unwrap().to_owned();
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!((&error["error"]["code"], &error["error"]["exit"]), (&"sign-in".into(), &4.into()));
    nothing_is_left(&office);
    office.add_notes(&[], Button::Allow).0.succeeds();
}

#[test]
fn a_browser_that_never_comes_back_is_exit_4() {
    let office = Office::new();
    office.set_client();
    let (running, _) = waiting(&office, &["--timeout", "300ms"]);
    let run = running.finish().ends_with(4);
    assert!(run.stderr.contains("\nerror: the sign-in did not succeed: "), "{}", run.stderr);
    nothing_is_left(&office);
}

/// Invariant 14, all of it in one flow; and invariant 15: the next sign-in, on the same port, works right after it.
#[test]
fn strangers_at_the_callback_neither_end_nor_confuse_the_sign_in_nor_the_next() {
    let office = Office::new();
    office.set_client();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    for _ in 0..2 {
        let (running, address) = waiting(&office, &["--callback-port", &port]);
        let redirect: url::Url = query(&address, "redirect_uri").parse().unwrap();
        assert_eq!(redirect.port().unwrap().to_string(), port);
        let kept_open = disturb(&redirect, &query(&address, "state"));
        let url = address.to_string();
        let browser = std::thread::spawn(move || browse(&url, true));
        let run = running.finish().succeeds();
        assert!(run.stderr.contains("connected \"notes\""), "{}", run.stderr);
        assert!(browser.join().unwrap().body.contains("Connected"));
        office.siesta(&["revoke", "notes", "--yes"]).succeeds();
        drop(kept_open);
    }
    assert_eq!(office.provider.count("POST", "/token"), 2, "no stranger's code was redeemed");
}

/// Everything a stranger can do at the port; the sockets that are still open afterwards come back.
fn disturb(redirect: &url::Url, state: &str) -> Vec<TcpStream> {
    let port = redirect.port().unwrap();
    let (path, host) = (redirect.path(), format!("127.0.0.1:{port}"));
    // They say a byte now and then, for as long as this takes.
    let mut slow: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    let mut drip = || slow.iter_mut().for_each(|stream| drop(stream.write_all(b"G")));
    for stranger in [
        "/favicon.ico".to_owned(),
        "/".to_owned(),
        format!("{path}/done"),
        format!("/{path}?code=stolen&state={state}"),
        format!("{path}?code=stolen&state={}", state.to_lowercase()),
        format!("{path}?error=access_denied"),
        format!("{path}?error=access_denied&state=wrong"),
        format!("{path}?code=stolen"),
        format!("{path}?state=&code=stolen"),
        format!("{path}?code=a&code=b&state={state}"),
        format!("{path}?code=a&state={state}&state={state}"),
    ] {
        drip();
        let answer = get(redirect, &stranger);
        assert!(answer.starts_with("HTTP/1.1 4"), "{stranger}: {answer}");
    }
    let good = format!("{path}?code=stolen&state={state}");
    let filler = "X: y\r\n".repeat(180_000);
    for request in [
        // The name of another host that resolves to this machine.
        format!("GET {good} HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
        format!("POST {good} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"),
        // A browser's question whether a page may ask.
        format!(
            "OPTIONS {good} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example\r\n\
             Access-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n\r\n"
        ),
    ] {
        drip();
        let answer = asks(redirect, &request);
        assert!(answer.starts_with("HTTP/1.1 4"), "{request}: {answer}");
    }
    // A megabyte of one header, and of many: cut off, with an answer or without.
    for request in [
        format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20)),
        format!("GET {good} HTTP/1.1\r\nHost: {host}\r\n{filler}"),
    ] {
        drip();
        let answer = asks(redirect, &request);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    let idle = (0..100).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap());
    slow.into_iter().chain(idle).collect()
}

#[test]
fn a_port_that_is_taken_is_said_with_the_way_out() {
    let office = Office::new();
    office.set_client();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let issuer = office.provider.base_url.clone();
    let line = ["add", "oauth2", "notes", "--issuer", &issuer, "--allow-private-network", "--callback-port", &port];
    let run = office.siesta(&line).ends_with(7);
    assert!(run.stderr.contains(&port) && run.stderr.contains("--callback-port"), "{}", run.stderr);
}

#[test]
fn a_token_endpoint_that_misbehaves_leaves_no_connection() {
    let office = Office::new();
    office.set_client();
    let token = |fault: Fault| office.provider.fault(Fault { path: "/token".to_owned(), ..fault });
    let json = "application/json".to_owned();
    let error = "{\"error\":\"bad_verification_code\",\"error_description\":\"\\u001b[2Jno\"}".to_owned();
    let never_ends = "x".repeat(2 << 20);
    let cases = [
        ("200 with an error", Fault { status: 200, body: error, content_type: json.clone(), ..Fault::default() }, 11),
        ("503 with a page", Fault::default(), 11),
        ("200 with a page", Fault { status: 200, ..Fault::default() }, 11),
        ("200 with more than a megabyte", Fault { status: 200, body: never_ends, ..Fault::default() }, 11),
        ("a redirect", Fault { redirect: Some(office.provider.url("/elsewhere")), ..Fault::default() }, 11),
        (
            "200 without a token",
            Fault { status: 200, body: "{}".to_owned(), content_type: json, ..Fault::default() },
            11,
        ),
    ];
    for (what, fault, exit) in cases {
        token(fault);
        let (run, page) = office.add_notes(&[], Button::Allow);
        assert_eq!(run.code, Some(exit), "{what}: {}", run.stderr);
        assert!(run.stderr.contains("\nerror: "), "{what}: {}", run.stderr);
        for never in ["\u{1b}", "<html", "out of order", "xxx"] {
            assert!(!run.stderr.contains(never), "{what} repeats the provider's {never:?}: {}", run.stderr);
        }
        assert!(!page.body.contains("Connected"), "{what}: {page:?}");
    }
    assert_eq!(office.provider.count("GET", "/elsewhere") + office.provider.count("POST", "/elsewhere"), 0);
    nothing_is_left(&office);
    office.add_notes(&[], Button::Allow).0.succeeds();
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_sign_in_and_takes_back_what_it_began() {
    let office = Office::new();
    office.set_client();
    let (running, _) = waiting(&office, &["-o", "jsonl"]);
    interrupt(&running);
    let run = running.finish().ends_with(130);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
    nothing_is_left(&office);
}

#[cfg(unix)]
fn interrupt(running: &Running) {
    assert!(Command::new("kill").args(["-INT", &running.child.id().to_string()]).status().unwrap().success());
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_sign_in_whose_token_endpoint_never_answers() {
    let office = Office::new();
    office.set_client();
    office.provider.fault(Fault { path: "/token".to_owned(), hang: true, ..Fault::default() });
    let (running, address) = waiting(&office, &[]);
    let url = address.to_string();
    let browser = std::thread::spawn(move || browse(&url, true));
    while office.provider.count("POST", "/token") == 0 {
        std::thread::yield_now();
    }
    interrupt(&running);
    let run = running.finish().ends_with(130);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
    assert!(!browser.join().unwrap().body.contains("Connected"));
    assert_eq!(office.siesta(&["list", "--all"]).succeeds().stdout(), "");
    office.siesta(&["audit", "verify"]).succeeds();
}

#[test]
fn a_token_endpoint_that_hangs_up_is_exit_11() {
    let mut office = Office::new();
    office.set_client();
    office.provider.fault(Fault { path: "/token".to_owned(), hang: true, ..Fault::default() });
    let (running, address) = waiting(&office, &[]);
    let browser = std::thread::spawn(move || browse(address.as_str(), true));
    while office.provider.count("POST", "/token") == 0 {
        std::thread::yield_now();
    }
    office.provider.stop();
    let run = running.finish().ends_with(11);
    assert!(run.stderr.contains("\nerror: "), "{}", run.stderr);
    assert!(!browser.join().unwrap().body.contains("Connected"));
    nothing_is_left(&office);
}

#[test]
fn a_server_that_cannot_be_found_or_describes_somebody_else_is_exit_11() {
    let office = Office::new();
    office.set_client();
    let issuer = office.provider.base_url.clone();
    let add = |issuer: &str| {
        let line = ["add", "oauth2", "x", "--issuer", issuer, "--client-id", PUBLIC_CLIENT, "--allow-private-network"];
        office.siesta(&line)
    };
    // A port nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    add(&format!("http://{free}")).ends_with(11);
    let foreign = format!(
        "{{\"issuer\":\"https://evil.example\",\"authorization_endpoint\":\"{issuer}/authorize\",\
                           \"token_endpoint\":\"{issuer}/token\"}}"
    );
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        office.provider.fault(Fault {
            path: path.to_owned(),
            status: 200,
            body: foreign.clone(),
            content_type: "application/json".to_owned(),
            ..Fault::default()
        });
    }
    let run = add(&issuer);
    assert!(![Some(0), Some(70)].contains(&run.code), "{}", run.stderr);
    nothing_is_left(&office);
}

#[test]
fn a_label_that_is_taken_is_exit_7_before_anybody_signs_in() {
    let office = Office::with_research();
    office.set_client();
    office.provider.forget_requests();
    let issuer = office.provider.base_url.clone();
    let line = ["add", "oauth2", "RESEARCH", "--issuer", &issuer, "--allow-private-network", "--json"];
    let error = office.siesta(&line).ends_with(7).json_error();
    assert_eq!((&error["code"], &error["hint"]), (&"label-taken".into(), &"choose another NAME".into()));
    let run = office.add_research(&[]).ends_with(7);
    assert_eq!(run.stderr, "error: a connection \"research\" exists already\n  hint:  choose another NAME\n");
    assert_eq!(office.provider.requests().iter().filter(|seen| !seen.path.contains("well-known")).count(), 0);
}

#[test]
fn an_unknown_service_or_function_names_the_nearest() {
    let office = Office::with_research();
    let error = office.siesta_with(&["add", "opneai", "x", "--secret-stdin", "--json"], "k").ends_with(3).json_error();
    assert_eq!(error["hint"], "did you mean openai?");
    let error = office.siesta(&["catalog", "show", "antropic", "--json"]).ends_with(3).json_error();
    assert_eq!(error["hint"], "did you mean anthropic?");
    let run = office.siesta(&["call", "research", "list_model", "--agent", "helper"]).ends_with(3);
    assert!(run.stderr.contains("list_models"), "{}", run.stderr);
}

#[test]
fn without_a_terminal_every_question_is_exit_2_and_names_its_flag() {
    let office = Office::with_research();
    let cases: [(&[&str], &str); 4] = [
        (&["add"], "SERVICE"),
        (&["add", "openai", "second"], "--secret-stdin"),
        (&["rotate", "research"], "--secret-stdin"),
        (&["revoke", "research"], "--yes"),
    ];
    for (line, flag) in cases {
        for more in [&["--json"][..], &["--json", "--no-input"]] {
            let error = office.siesta(&[line, more].concat()).ends_with(2).json_error();
            assert_eq!((&error["code"], &error["flag"]), (&"input-needed".into(), &flag.into()), "{line:?}");
            assert_eq!(error["hint"], format!("give it with {flag}"));
        }
    }
    // Nor does a stdin that never ends hold up a command that reads none of it.
    let mut child = office.line(&["list"]).start();
    assert!(child.child.wait().unwrap().success());
    let error = office.siesta_with(&["rotate", "research", "--secret-stdin", "--json"], "").ends_with(2).json_error();
    assert_eq!(error["code"], "bad-secret");
}

#[test]
fn what_is_refused_is_refused_before_anything_is_asked() {
    let office = Office::with_notes();
    let owner = office.siesta(&["user", "list", "--json"]).succeeds().json()["users"][0]["name"].clone();
    let cases: [(&[&str], i32, &str); 5] = [
        (&["rotate", "notes"], 7, "was signed in to and has no key"),
        (&["user", "remove", owner.as_str().unwrap()], 7, "is the last active owner"),
        (&["user", "remove", "nobody"], 3, "nobody"),
        (&["catalog", "remove", "github"], 7, "is a service of this program"),
        (&["catalog", "remove", "no-such-service"], 3, "no-such-service"),
    ];
    for (line, exit, why) in cases {
        let error = office.siesta(&[line, &["--json"]].concat()).ends_with(exit).json_error();
        assert!(error.to_string().contains(why), "{line:?}: {error}");
    }
}

#[test]
fn a_machine_with_nothing_but_a_home_works() {
    let sandbox = Sandbox::new();
    let bare = |args: &[&str]| {
        let mut line = sandbox.line(args);
        for variable in [
            "PATH",
            "LOGNAME",
            "LANG",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
            "XDG_RUNTIME_DIR",
            "TMPDIR",
        ] {
            line = line.without_env(variable);
        }
        line.run()
    };
    // Who one is comes from the user database where no variable says it.
    bare(&["init"]).succeeds();
    bare(&["limits", "report", "--fail-over", "80", "--only-over", "--quiet"]).succeeds();
    assert!(sandbox.path(".local/share/siesta/default/store.age").is_file());
    assert_eq!(bare(&["list", "--json"]).succeeds().json()["connections"], serde_json::json!([]));
}

#[test]
fn text_from_outside_is_shown_harmless() {
    let office = Office::new();
    let evil = "a\u{1b}[31mb\u{202e}c\u{200b}d\te";
    let error = office.siesta(&["show", evil]).ends_with(3);
    assert!(error.stderr.contains("\\u{1b}[31mb\\u{202e}c\\u{200b}d"), "{:?}", error.stderr);
    let long = "x".repeat(1 << 16);
    let error = office.siesta(&["show", &long]).ends_with(3);
    assert!(error.stderr.len() < 3_000, "{}", error.stderr.len());
    // What a provider calls itself and its people is no more trusted.
    office.set_client();
    office.provider.set(|settings| settings.email = evil.to_owned());
    let (run, _) = office.add_notes(&[], Button::Allow);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{202e}'), "{:?}", run.stderr);
    let shown = office.siesta(&["show", "notes"]).succeeds().stdout();
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
}
