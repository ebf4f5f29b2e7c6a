//! Downloads that a provider redirects: the file comes from another host, which never sees the credential.
//!
//! The services are those of the catalogue, with the hosts of their files exchanged for the laboratory's: the API is asked
//! at 127.0.0.1, and its files are kept at `localhost`, which is another host.
use crate::support::desk::{Desk, How, MICROSOFT};
use crate::support::lab::{Asked, Lab};
use crate::support::root;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What opens the file elsewhere, and is nobody's to see.
const PREAUTHORISED: &str = "tempauth=canary-of-the-download";
/// No text in any encoding.
const BYTES: &[u8] = b"PK\x03\x04\xff\xfe\x00\x80";

struct Scene {
    desk: Desk,
    /// Where the files are kept.
    store: Lab,
}

impl Scene {
    /// A desk whose connection `c` is to this service of the catalogue.
    #[track_caller]
    fn of(service: &str, how: How) -> Scene {
        let scene = Scene { desk: Desk::new(), store: Lab::start() };
        let file = root().join(format!("src/catalog/data/{service}.json"));
        let mut entry: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        assert!(entry["redirectHosts"].as_array().is_some_and(|hosts| !hosts.is_empty()), "{service}");
        entry["id"] = json!("lab-files");
        entry["aliases"] = json!([]);
        // Listed, so that it is the address that keeps anybody away from it.
        entry["redirectHosts"] = json!(["localhost", "169.254.169.254"]);
        let file = scene.desk.sandbox.write("lab-files.json", entry.to_string());
        scene.desk.run(&format!("catalog import {}", file.to_str().unwrap())).succeeds();
        let who =
            json!({"id": "7", "login": "ann", "sub": "1", "userPrincipalName": "ann", "email": "ann@acme.example"});
        for path in ["/v1.0/me", "/user", "/v1/userinfo"] {
            scene.desk.lab.tell("GET", path, 200, who.clone());
        }
        scene
            .desk
            .add("lab-files", how, if matches!(how, How::Secret(_)) { "--with api_key" } else { "" })
            .0
            .succeeds();
        scene.desk.run("assign c helper").succeeds();
        scene.desk.run("policy set helper c --mode read_write --step-up never").succeeds();
        scene.desk.lab.asked();
        scene
    }

    /// The address of a file, at the other host.
    fn kept(&self, path: &str) -> String {
        format!("{}{path}?{PREAUTHORISED}", self.store.base.replace("127.0.0.1", "localhost"))
    }

    fn redirects(&self, method: &str, path: &str, status: u16, to: &str) {
        self.desk.lab.tell_with(method, path, status, &[("Location", to)], "");
    }

    fn out(&self) -> PathBuf {
        self.desk.sandbox.path("out.bin")
    }

    /// What was asked at the API and at the store, line by line.
    fn asked(&self) -> (Vec<String>, Vec<Asked>) {
        (self.desk.lab.asked().iter().map(Asked::line).collect(), self.store.asked())
    }
}

const CONTENT: &str = "/v1.0/me/drive/items/i1/content";
const DOWNLOAD: &str = "call c download_file --arg itemId=i1 --agent helper --out out.bin";
const GITHUB: How = How::Secret("ghp_0123456789012345678901234567890123456789");

#[test]
fn a_download_that_is_redirected_arrives_without_its_credential_having_been_there() {
    let binary = [("Content-Type", "application/zip")];
    for (service, how, path, line) in [
        ("microsoft-onedrive", How::SignIn(MICROSOFT), CONTENT, "call c download_file --arg itemId=i1"),
        (
            "microsoft-sharepoint",
            How::SignIn(MICROSOFT),
            "/v1.0/drives/d1/items/i1/content",
            "call c download_file --arg driveId=d1 --arg itemId=i1",
        ),
        ("microsoft-word", How::SignIn(MICROSOFT), CONTENT, "call c export_document_pdf --arg itemId=i1"),
        (
            "google-drive",
            How::SignIn(crate::support::desk::KEEPS),
            "/drive/v3/files/i1",
            "call c download_file --arg fileId=i1",
        ),
        ("github", GITHUB, "/repos/acme/web/zipball/main", "request c GET /repos/acme/web/zipball/main"),
        (
            "github",
            GITHUB,
            "/repos/acme/web/releases/assets/1",
            "request c GET /repos/acme/web/releases/assets/1 --header 'Accept: application/octet-stream'",
        ),
    ] {
        let scene = Scene::of(service, how);
        scene.redirects("GET", path, 302, &scene.kept("/personal/file"));
        scene.store.tell_with("GET", "/personal/file", 200, &binary, BYTES);
        let run = scene.desk.run(&format!("-vvv {line} --agent helper --out out.bin")).succeeds();
        assert_eq!(std::fs::read(scene.out()).unwrap(), BYTES, "{service}");
        let [asked] = scene.desk.lab.asked().try_into().unwrap();
        assert!(asked.header("authorization").is_some(), "{service}: {asked:?}");
        let [there] = scene.store.asked().try_into().unwrap();
        assert_eq!(there.line(), format!("GET /personal/file?{PREAUTHORISED}"), "{service}");
        let names: Vec<&str> = there.headers.iter().map(|(name, _)| name.as_str()).collect();
        let harmless = ["host", "user-agent", "accept", "accept-encoding", "connection"];
        assert!(names.iter().all(|name| harmless.contains(name)), "{service}: {names:?}");
        assert!(!format!("{there:?}").contains("lab-access-token") && !format!("{there:?}").contains("ghp_"));

        // The address opens the file by itself, so it is nowhere afterwards.
        let heard = [
            run.stderr,
            scene.desk.run("executions list --json").succeeds().stdout(),
            scene.desk.run("audit list --json").succeeds().stdout(),
            scene.desk.run("audit export --format jsonl").succeeds().stdout(),
        ];
        assert!(heard.iter().all(|text| !text.contains("canary-of")), "{heard:?}");
    }
}

#[test]
fn a_redirect_is_followed_to_the_hosts_of_the_catalogue_and_to_open_addresses_only() {
    let scene = Scene::of("microsoft-onedrive", How::SignIn(MICROSOFT));
    // 127.0.0.1 is another host than localhost, and not on the list.
    scene.redirects("GET", CONTENT, 302, &scene.store.url("/personal/file?tempauth=canary"));
    let run = scene.desk.run(DOWNLOAD).ends_with(11);
    assert!(
        run.stderr.contains("HTTP 302: it redirects to 127.0.0.1, which is not one of the hosts"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("canary") && !scene.out().exists(), "{run:?}");
    let (api, store) = scene.asked();
    assert_eq!((api, store.len()), (vec![format!("GET {CONTENT}")], 0));
    let said = scene.desk.run(&format!("{DOWNLOAD} --json").replace("--out out.bin ", "")).ends_with(11).json();
    assert!(said["detail"].as_str().unwrap().contains("redirects to 127.0.0.1"), "{said}");
    let id = said["executionId"].as_str().unwrap();
    let shown = scene.desk.run(&format!("executions show {id} --json")).succeeds().stdout();
    assert!(shown.contains("redirects to 127.0.0.1") && !shown.contains("canary"), "{shown}");

    // The cloud's metadata service is nobody's file store, whatever a list says (R16).
    scene.asked();
    for to in ["http://169.254.169.254/latest/meta-data", "https://169.254.169.254/latest/meta-data"] {
        scene.redirects("GET", CONTENT, 302, to);
        let outcome = scene.desk.run(&format!("{DOWNLOAD} --json")).ends_with(8).json();
        assert_eq!(outcome["reason"], "ssrf_blocked", "{to}: {outcome}");
        assert!(!scene.out().exists());
    }

    // A store that sends on and on is left.
    scene.redirects("GET", CONTENT, 302, &scene.kept("/again"));
    scene.store.tell_with("GET", "/again", 302, &[("Location", "/again")], "");
    scene.asked();
    let run = scene.desk.run(DOWNLOAD).ends_with(11);
    assert!(run.stderr.contains("redirects to localhost in a way that is not followed"), "{}", run.stderr);
    assert_eq!(scene.asked().1.len(), 5);

    // What the store says in the place of the file is no file either.
    scene.redirects("GET", CONTENT, 302, &scene.kept("/gone"));
    scene.store.tell("GET", "/gone", 404, json!({"error": "gone"}));
    let run = scene.desk.run(DOWNLOAD).ends_with(11);
    assert!(run.stdout().contains("gone") && !scene.out().exists(), "{run:?}");
}

#[test]
fn what_changes_something_is_never_sent_on() {
    let scene = Scene::of("microsoft-onedrive", How::SignIn(MICROSOFT));
    scene.desk.run("governance set 'lab-files/*' enabled").succeeds();
    for status in [301, 302, 303, 307, 308] {
        scene.redirects("POST", "/v1.0/me/drive/items/i1/copy", status, &scene.kept("/copy"));
        let run = scene.desk.run("call c copy_file --arg itemId=i1 --arg name=b --agent helper").ends_with(11);
        assert!(run.stderr.contains("not sent a second time"), "{status}: {}", run.stderr);
        assert!(scene.asked().1.is_empty(), "{status}");
    }
    // Neither is what the policy reads of an answer skipped: it is read whole, and redacted, wherever it came from.
    let rules = json!({"response": [{"label": "no addresses", "redact": ["email"]}]});
    let file = scene.desk.sandbox.write("rules.json", rules.to_string());
    scene.desk.run(&format!("policy set helper c --rules {}", file.to_str().unwrap())).succeeds();
    scene.redirects("GET", CONTENT, 302, &scene.kept("/personal/file"));
    scene.store.tell("GET", "/personal/file", 200, json!({"who": "ann@acme.example"}));
    scene.desk.run(DOWNLOAD).succeeds();
    let kept = std::fs::read_to_string(scene.out()).unwrap();
    assert!(!kept.contains("ann@") && kept.contains("who"), "{kept}");
}
