//! Every way to sign in, as typed, against the practice provider.
use crate::desk::Desk;
use crate::support::peer::peer;
use crate::support::provider::{CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, PUBLIC_CLIENT, Provider, browse};
use serde_json::Value;
use std::path::Path;

const SCOPES: &str = "openid email notes.read";

/// The line that signs in, with what is special about it.
fn line<'a>(provider: &'a Provider, more: &[&'a str]) -> Vec<&'a str> {
    let mut line = vec!["add", "oauth2", "notes", "--issuer", &provider.base_url, "--allow-private-network"];
    line.extend(["--scope", SCOPES]);
    if !more.contains(&"--client-id") {
        line.extend(["--client-id", PUBLIC_CLIENT]);
    }
    line.extend(more);
    line
}

fn begun(run: &crate::support::sandbox::Run) -> (String, String) {
    let begun = run.json();
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    (text("pendingConnectionId"), text("authorizationUrl"))
}

#[test]
fn a_browser_elsewhere_is_offered_a_tunnel_and_the_sign_in_goes_through_it() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let mut running = desk.start(&line(&provider, &["--no-browser"]));
    let url = running.url();
    let tunnel = running.until(|line| line.starts_with("ssh -L "));
    let offers = running.until(|line| line.contains("--paste"));
    assert!(offers.contains("--device"), "{offers}");
    let redirect = browse_redirect(&url);
    let port = redirect.split(':').nth(2).unwrap().split('/').next().unwrap();
    assert!(tunnel.starts_with(&format!("ssh -L {port}:127.0.0.1:{port} ")), "{tunnel}");
    assert!(browse(&url, true).body.contains("<h1>Connected</h1>"));
    let (_, stderr) = running.succeeds();
    assert!(stderr.contains("connected \"notes\" as ann@practice.example"), "{stderr}");
    desk.siesta(&["audit", "verify"]).succeeds();
}

/// Rule 19: CVE-2025-6514 was an authorization address that reached a shell.
#[test]
#[cfg(target_os = "linux")]
fn the_browser_gets_the_address_as_one_argument_and_nothing_of_the_terminal() {
    use std::os::unix::fs::PermissionsExt;
    let Some(script) = peer("script") else { return };
    let (desk, provider) = (Desk::new(), Provider::start());
    let browser = desk.sandbox.write(
        "browser.sh",
        "#!/bin/sh\nexec 3> \"$HOME/opened.part\"\nprintf '%s\\n' $# \"$1\" >&3\n\
         for fd in 0 1 2; do to=$(readlink /proc/$$/fd/$fd); printf '%s\\n' \"$to\" >&3; done\ncut -d' ' -f5 /proc/$$/stat >&3\necho $$ >&3\n\
         mv \"$HOME/opened.part\" \"$HOME/opened\"\n",
    );
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let authorize = provider.url("/authorize?x=$(touch $HOME/pwned);`touch $HOME/pwned`&y=';touch $HOME/pwned;'");
    let token = provider.url("/token");
    let line = ["add", "oauth2", "notes", "--authorization-url", &authorize, "--token-url", &token];
    let more = ["--client-id", PUBLIC_CLIENT, "--allow-private-network"];
    let mut running = desk.start_on_terminal(&script, &[&line[..], &more].concat(), &[("BROWSER", &browser)]);
    let printed = running.until_said(|line| line.starts_with("http"));
    let opened = desk.sandbox.path("opened");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !opened.exists() && std::time::Instant::now() < end {
        std::thread::yield_now();
    }
    let seen = std::fs::read_to_string(opened).unwrap();
    let [count, address, input, output, errors, group, process] = seen.lines().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((count, address), ("1", printed.as_str()));
    assert_eq!((input, output, errors), ("/dev/null", "/dev/null", "/dev/null"));
    assert_eq!(group, process, "it leads a process group of its own, so Ctrl-C here does not reach it");
    assert!(!desk.sandbox.path("pwned").exists());
    assert!(browse(&printed, true).body.contains("<h1>Connected</h1>"));
    running.succeeds();
}

/// Rule 21, and rule 20 where nobody would see a browser.
#[test]
fn without_a_terminal_or_over_ssh_no_browser_is_opened() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let never = desk.sandbox.path("never");
    let opener = desk.sandbox.write("bin/xdg-open", format!("#!/bin/sh\ntouch {}\n", never.display()));
    std::fs::set_permissions(&opener, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (display, ssh) = (Path::new(":0"), Path::new("192.0.2.1 1 192.0.2.2 22"));
    for variables in [&[("BROWSER", opener.as_path())][..], &[("DISPLAY", display), ("SSH_CONNECTION", ssh)]] {
        let mut running = desk.start_with(&line(&provider, &["--timeout", "60s"]), variables);
        let url = running.url();
        if variables.len() == 2 {
            running.until(|line| line.starts_with("ssh -L "));
        }
        browse(&url, true);
        running.succeeds();
        desk.siesta(&["revoke", "notes", "--yes"]).succeeds();
    }
    assert!(!never.exists());
}

/// The redirect address inside an authorization address.
fn browse_redirect(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned()
}

#[test]
fn a_pasted_address_connects_and_a_bare_code_is_told_what_to_paste() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let mut running = desk.start(&line(&provider, &["--paste"]));
    let end = browse(&running.url(), true).url;
    assert!(end.starts_with("http://127.0.0.1:") && end.contains("code="), "{end}");
    running.types(&end);
    running.succeeds();

    let mut running = desk.start(&["reauth", "notes", "--paste"]);
    let end = url::Url::parse(&browse(&running.url(), true).url).unwrap();
    let code = end.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    running.types(&code);
    let (exit, _, stderr) = running.end();
    assert_eq!(exit, 2, "{stderr}");
    assert!(stderr.contains("hint:  paste the whole address from the browser's address bar: http://127.0.0.1:"));
    assert!(!stderr.contains(&code));

    // Nothing typed at all is not waited for.
    let (exit, _, stderr) = desk.start(&["reauth", "notes", "--paste", "-o", "json"]).end();
    assert_eq!(exit, 2, "{stderr}");
    assert!(stderr.contains("\"code\":\"input-needed\""), "{stderr}");
}

#[test]
fn a_sign_in_is_begun_by_one_command_and_finished_by_another() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let secret = desk.sandbox.write("secret.txt", CONFIDENTIAL_SECRET);
    let confidential = ["--client-id", CONFIDENTIAL_CLIENT, "--client-secret-file", secret.to_str().unwrap()];
    let more: Vec<&str> = confidential.into_iter().chain(["--begin", "--json"]).collect();
    let (id, url) = begun(&desk.siesta(&line(&provider, &more)).succeeds());
    let end = browse(&url, true).url;

    let unknown = ["add", "--finish", "0193c7de-0000-7000-8000-000000000000", &end, "--json"];
    assert_eq!(desk.siesta(&unknown).ends_with(3).json_error()["code"], "not-found");
    let bare = ["add", "--finish", &id, "4/0AX4XfWh", "--json"];
    assert_eq!(desk.siesta(&bare).ends_with(2).json_error()["code"], "not-the-redirect");
    let finished = desk.siesta(&["add", "--finish", &id, &end, "--json"]).succeeds().json();
    assert_eq!(finished["connection"]["label"], "notes");
    assert_eq!(desk.siesta(&["add", "--finish", &id, &end, "--json"]).ends_with(7).json_error()["code"], "conflict");
    assert_eq!(provider.count("POST", "/token"), 1);
    assert_eq!(desk.siesta(&["list", "--json"]).json()["connections"].as_array().unwrap().len(), 1);

    // The same for a new sign-in, with the address on stdin; and in words.
    let words = desk.siesta(&["reauth", "notes", "--begin"]).succeeds();
    assert!(words.stderr.contains("siesta add --finish "), "{}", words.stderr);
    let (id, url) = begun(&desk.siesta(&["reauth", "notes", "--begin", "--json"]).succeeds());
    let end = browse(&url, true).url;
    let again = desk.sandbox.line(&["add", "--finish", &id]).stdin(format!("{end}\n")).run().succeeds();
    assert!(again.stderr.contains("authorised again: \"notes\" as ann@practice.example"), "{}", again.stderr);
}

#[test]
fn the_redirect_is_the_one_that_is_registered_for_the_client() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let app = |more: &[&str]| {
        let line = ["app", "set", &provider.base_url, "--client-id", PUBLIC_CLIENT];
        desk.siesta(&[&line[..], more].concat()).succeeds();
    };
    let sign_in = |verb: &[&str]| {
        let mut running = desk.start(verb);
        let url = running.url();
        let page = browse(&url, true);
        assert!(page.body.contains("<h1>Connected</h1>"), "{page:?}");
        running.succeeds();
        browse_redirect(&url)
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let add = ["add", "oauth2", "notes", "--issuer", &provider.base_url, "--allow-private-network", "--scope", SCOPES];
    app(&["--redirect-host", "localhost"]);
    let redirect = sign_in(&add);
    assert!(redirect.starts_with("http://localhost:") && redirect.ends_with("/callback"), "{redirect}");
    app(&["--redirect-host", "localhost", "--redirect-port", &port, "--redirect-path", "/auth/back"]);
    assert_eq!(sign_in(&["reauth", "notes"]), format!("http://localhost:{port}/auth/back"));
    assert!(desk.siesta(&["app", "list"]).succeeds().stdout().contains(&format!("http://localhost:{port}/auth/back")));
    app(&["--redirect-path", "any"]);
    let (one, two) = (sign_in(&["reauth", "notes"]), sign_in(&["reauth", "notes"]));
    let random = |redirect: &str| redirect.rsplit('/').next().unwrap().to_owned();
    assert!(one.starts_with("http://127.0.0.1:") && random(&one).len() == 22 && random(&one) != random(&two), "{one}");
    // Pasted, the address is built by the same rule.
    app(&["--redirect-host", "localhost"]);
    let mut running = desk.start(&["reauth", "notes", "--paste"]);
    let url = running.url();
    assert!(browse_redirect(&url).starts_with("http://localhost:"), "{url}");
    running.types(&browse(&url, true).url);
    running.succeeds();
    let line = ["app", "set", &provider.base_url, "--client-id", PUBLIC_CLIENT];
    for wrong in [["--redirect-host", "example.com"], ["--redirect-port", "0"], ["--redirect-path", "/a b"]] {
        desk.siesta(&[&line[..], &wrong].concat()).ends_with(2);
    }
}

#[test]
fn a_port_that_somebody_else_holds_is_not_shared_and_the_ways_out_are_named() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let line = ["add", "oauth2", "notes", "--issuer", &provider.base_url, "--allow-private-network", "--json"];
    let refused = |host: &str, port: u16| {
        let port = port.to_string();
        let app = ["app", "set", &provider.base_url, "--client-id", PUBLIC_CLIENT, "--redirect-host", host];
        desk.siesta(&[&app[..], &["--redirect-port", &port]].concat()).succeeds();
        desk.siesta(&line).ends_with(7).json_error()
    };
    // Whoever has [::1] would receive the code, because a browser takes whichever of the two answers.
    let six = std::net::TcpListener::bind("[::1]:0").unwrap();
    let error = refused("localhost", six.local_addr().unwrap().port());
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("on [::1] too") || message.contains("is used by"), "{error}");
    let four = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = refused("127.0.0.1", four.local_addr().unwrap().port());
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("--callback-port") && hint.contains("--paste"), "{error}");
    #[cfg(target_os = "linux")]
    assert!(error["message"].as_str().unwrap().ends_with(&format!("(process {})", std::process::id())), "{error}");
    assert_eq!(provider.count("GET", "/authorize"), 0);
    // Nobody's way is barred on a port of one's own choice, nor by pasting.
    assert_eq!(desk.siesta(&[&line[..], &["--begin"]].concat()).succeeds().code, Some(0));
}

#[test]
fn json_lines_say_first_where_to_sign_in_and_then_what_was_connected() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let mut running = desk.start(&line(&provider, &["-o", "jsonl"]));
    browse(&running.url(), true);
    let (stdout, _) = running.succeeds();
    let [first, second] = stdout.lines().collect::<Vec<_>>().try_into().unwrap();
    let (first, second): (Value, Value) = (serde_json::from_str(first).unwrap(), serde_json::from_str(second).unwrap());
    assert!(first["pendingConnectionId"].is_string() && first["authorizationUrl"].is_string(), "{first}");
    assert_eq!(second["connection"]["label"], "notes");
}

#[test]
fn a_code_typed_on_another_device_connects_or_not_as_decided_there() {
    let (desk, provider) = (Desk::new(), Provider::start());
    provider.set(|settings| settings.device_interval = 1);
    for (allow, exit) in [(false, 4), (true, 0)] {
        let mut running = desk.start(&line(&provider, &["--device"]));
        let code = running.until(|line| line.starts_with("and enter the code"));
        let page = running.until(|line| line.starts_with("or open "));
        running.until(|line| line.contains("only if you started this sign-in"));
        let page = browse(page.strip_prefix("or open ").unwrap(), allow);
        assert!(page.body.contains("Thank you"), "{code} {page:?}");
        let (ended, _, stderr) = running.end();
        assert_eq!(ended, exit, "{stderr}");
    }
    desk.siesta(&["show", "notes"]).succeeds();
}

#[test]
fn a_server_without_a_device_flow_says_so() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let (authorize, token) = (provider.url("/authorize"), provider.url("/token"));
    let line = ["add", "oauth2", "notes", "--authorization-url", &authorize, "--token-url", &token, "--device"];
    let more = ["--client-id", PUBLIC_CLIENT, "--allow-private-network", "--json"];
    let refused = desk.siesta(&line.into_iter().chain(more).collect::<Vec<_>>()).ends_with(2).json_error();
    assert!(refused["message"].as_str().unwrap().contains("another device"), "{refused}");
}

#[test]
fn a_no_in_the_browser_is_exit_4_and_the_next_sign_in_works() {
    let (desk, provider) = (Desk::new(), Provider::start());
    let mut running = desk.start(&line(&provider, &[]));
    assert!(browse(&running.url(), false).body.contains("<h1>Not connected</h1>"));
    let (exit, _, stderr) = running.end();
    assert_eq!(exit, 4, "{stderr}");
    assert!(stderr.contains("declined in the browser"), "{stderr}");
    let mut running = desk.start(&line(&provider, &[]));
    browse(&running.url(), true);
    running.succeeds();
}
