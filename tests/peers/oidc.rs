//! A certified authorization server (npm `oidc-provider`), whose consent pages are driven over HTTP.
use crate::desk::Desk;
use crate::support::peer::{peer, skipped};
use crate::support::root;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

const ODD_SECRET: &str = "s3cr3t+with/special%chars and spaces:0123456789";

pub struct Peer {
    child: Child,
    pub base: String,
    ca: Option<PathBuf>,
}

/// A certificate for 127.0.0.1 from an authority that nobody knows.
pub struct Certificate {
    pub ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server, where it is installed.
pub fn server() -> Option<Peer> {
    server_with(None, &[])
}

/// Where the packages of the peers are, if this one is among them.
pub fn modules_with(package: &str, version: &str) -> Option<PathBuf> {
    let modules = root().join("target/peers");
    let is_there = modules.join("node_modules").join(package).is_dir();
    if !is_there {
        skipped(&format!("{package} is not installed (npm install --prefix target/peers {package}@{version})"));
    }
    is_there.then_some(modules)
}

fn server_with(tls: Option<&Certificate>, variables: &[(&str, &str)]) -> Option<Peer> {
    let node = peer("node")?;
    let modules = modules_with("oidc-provider", "9")?;
    let mut command = Command::new(node);
    command.arg(root().join("tests/peers/server.mjs")).env("PEER_MODULES", modules).envs(variables.iter().copied());
    if let Some(made) = tls {
        command.env("PEER_CERT", &made.certificate).env("PEER_KEY", &made.key);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("http")).expect("its address");
    // It goes on talking; nobody may make it wait.
    std::thread::spawn(move || lines.count());
    Some(Peer { child, base, ca: tls.map(|made| made.ca.clone()) })
}

impl Peer {
    /// Asks the server to misbehave.
    pub fn tell(&self, word: &str) {
        let script = format!("fetch('{}/peer/{word}')", self.base);
        let mut command = Command::new("node");
        command.args(["-e", &script]).envs(self.ca.iter().map(|ca| ("NODE_EXTRA_CA_CERTS", ca)));
        assert!(command.status().unwrap().success());
    }

    /// Logs in, presses the button, and returns the last address and page.
    fn person(&self, url: &str, decision: &str) -> String {
        let mut command = Command::new("node");
        command.arg(root().join("tests/peers/person.mjs")).args([url, decision]);
        command.envs(self.ca.iter().map(|ca| ("NODE_EXTRA_CA_CERTS", ca)));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    pub fn line<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut line = vec!["add", "oauth2", "notes", "--issuer", &self.base, "--allow-private-network"];
        line.extend(["--scope", "openid email offline_access"]);
        if !more.contains(&"--client-id") {
            line.extend(["--client-id", "native"]);
        }
        line.extend(more);
        line
    }

    fn connect(&self, desk: &Desk, more: &[&str]) {
        let mut running = desk.start(&self.line(more));
        let page = self.person(&running.url(), "allow");
        assert!(page.contains("<h1>Connected</h1>"), "{page}");
        let (_, stderr) = running.succeeds();
        assert!(stderr.contains(" as ann"), "{stderr}");
    }
}

#[test]
fn signed_in_refreshed_and_revoked() {
    let Some(peer) = server() else { return };
    let desk = Desk::new();
    peer.connect(&desk, &[]);
    for _ in 0..2 {
        let refreshed = desk.siesta(&["refresh", "notes", "--json"]).succeeds().json();
        assert_eq!(refreshed["connections"][0]["outcome"], "renewed");
    }
    let revoked = desk.siesta(&["revoke", "notes", "--yes", "--json"]).succeeds().json();
    assert_eq!(revoked["upstream"], "revoked");
}

#[test]
fn a_confidential_client_with_odd_characters_is_known() {
    let Some(peer) = server() else { return };
    let desk = Desk::new();
    let secret = desk.sandbox.write("secret.txt", ODD_SECRET);
    peer.connect(&desk, &["--client-id", "odd:one", "--client-secret-file", secret.to_str().unwrap()]);
    desk.siesta(&["refresh", "notes"]).succeeds();
    let revoked = desk.siesta(&["revoke", "notes", "--yes", "--json"]).succeeds().json();
    assert_eq!(revoked["upstream"], "revoked");
}

#[test]
fn a_replayed_refresh_token_ends_the_grant_and_siesta_knows_why() {
    let Some(peer) = server() else { return };
    let desk = Desk::new();
    peer.connect(&desk, &[]);
    peer.tell("drop");
    // It rotates, and the answer is lost: nothing is concluded from that.
    desk.siesta(&["refresh", "notes"]).ends_with(11);
    assert_eq!(desk.siesta(&["show", "notes", "--json"]).succeeds().json()["connection"]["status"], "healthy");
    let ended = desk.siesta(&["refresh", "notes"]).ends_with(4);
    assert!(ended.stderr.contains("refresh_interrupted"), "{}", ended.stderr);
    let mut running = desk.start(&["reauth", "notes"]);
    peer.person(&running.url(), "allow");
    running.succeeds();
    desk.siesta(&["refresh", "notes"]).succeeds();
}

#[test]
fn a_denied_consent_connects_nothing() {
    let Some(peer) = server() else { return };
    let desk = Desk::new();
    let mut running = desk.start(&peer.line(&[]));
    let page = peer.person(&running.url(), "deny");
    assert!(page.contains("<h1>Not connected</h1>"), "{page}");
    let (exit, _, stderr) = running.end();
    assert_eq!(exit, 4, "{stderr}");
    assert!(stderr.contains("declined in the browser"), "{stderr}");
}

#[test]
fn a_code_is_typed_on_another_device() {
    let Some(peer) = server() else { return };
    let desk = Desk::new();
    let mut running = desk.start(&peer.line(&["--device"]));
    let page = running.until(|line| line.starts_with("or open "));
    let page = peer.person(page.strip_prefix("or open ").unwrap(), "allow");
    assert!(page.contains("Sign-in Success"), "{page}");
    running.succeeds();
}

#[test]
fn an_address_is_pasted_into_another_process() {
    let Some(peer) = server() else { return };
    let desk = Desk::new();
    let begun = desk.siesta(&peer.line(&["--begin", "--json"])).succeeds().json();
    let end = peer.person(begun["authorizationUrl"].as_str().unwrap(), "allow");
    let end = end.lines().next().unwrap();
    assert!(end.contains("iss="), "the server names itself: {end}");
    let id = begun["pendingConnectionId"].as_str().unwrap();
    // Another issuer in the same answer is a mix-up, and uses the sign-in up.
    let (before, _) = end.split_once("iss=").unwrap();
    let mixed = format!("{before}iss=https%3A%2F%2Fevil.example");
    let refused = desk.siesta(&["add", "--finish", id, &mixed]).ends_with(4);
    assert!(refused.stderr.contains("another authorization server"), "{}", refused.stderr);
    desk.siesta(&["add", "--finish", id, end]).ends_with(7);
}

/// Makes a certificate with stock openssl, where that is installed, and a server that shows it.
pub fn server_over_https(desk: &Desk) -> Option<(Peer, Certificate)> {
    let openssl = peer("openssl")?;
    let at = |name: &str| desk.sandbox.path(name);
    let run = |args: &[&str]| {
        let ended = Command::new(&openssl).args(args).current_dir(desk.sandbox.home()).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let ca = ["req", "-x509", "-days", "2", "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem"];
    run(&[&ca[..], &key[..]].concat());
    let ask = ["req", "-subj", "/CN=peer", "-keyout", "peer.key", "-out", "peer.csr"];
    run(&[&ask[..], &key[..]].concat());
    desk.sandbox.write("san.txt", "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n");
    let sign =
        ["x509", "-req", "-in", "peer.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    run(&[&sign[..], &["-extfile", "san.txt", "-out", "peer.pem"]].concat());
    let made = Certificate { ca: at("ca.pem"), certificate: at("peer.pem"), key: at("peer.key") };
    Some((server_with(Some(&made), &[])?, made))
}

#[test]
fn over_https_only_a_known_authority_is_trusted() {
    let desk = Desk::new();
    let Some((peer, made)) = server_over_https(&desk) else { return };
    desk.siesta(&peer.line(&[])).ends_with(11);
    let mut running = desk.start_with(&peer.line(&[]), &[("SSL_CERT_FILE", &made.ca)]);
    let page = peer.person(&running.url(), "allow");
    assert!(page.contains("<h1>Connected</h1>"), "{page}");
    running.succeeds();
}

/// RFC 9126: a server that demands it is handed the request before the browser opens.
#[test]
fn a_server_that_demands_pushed_requests_gets_them() {
    let Some(peer) = server_with(None, &[("PEER_PAR", "1")]) else { return };
    let desk = Desk::new();
    let mut running = desk.start(&peer.line(&[]));
    let url = running.url();
    assert!(url.contains("request_uri=urn") && !url.contains("state=") && !url.contains("code_challenge"), "{url}");
    let page = peer.person(&url, "allow");
    assert!(page.contains("<h1>Connected</h1>"), "{page}");
    running.succeeds();
    let secret = desk.sandbox.write("secret.txt", ODD_SECRET);
    let more = ["--client-id", "odd:one", "--client-secret-file", secret.to_str().unwrap()];
    let mut line = peer.line(&more);
    line[2] = "confidential";
    let mut running = desk.start(&line);
    let page = peer.person(&running.url(), "allow");
    assert!(page.contains("<h1>Connected</h1>"), "{page}");
    running.succeeds();
    desk.siesta(&["refresh", "notes", "confidential"]).succeeds();
}
