//! `siesta doctor`: what it looks at, what it finds, and how it ends. The rules have their own tests in `model`.
use crate::support::sandbox::{Run, Sandbox};
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

/// A store with a recovery recipient, on a desk with a screen: nothing is wrong with it.
fn in_order() -> Sandbox {
    let other = Sandbox::new();
    other.siesta(&["init"]).succeeds();
    let info = other.siesta(&["store", "info", "--json"]).succeeds().json();
    let recipient = info["recipients"][0]["recipient"].as_str().unwrap().to_owned();
    let mut sandbox = Sandbox::new();
    sandbox.set("DISPLAY", ":0");
    sandbox.siesta(&["init", "--recovery-recipient", &recipient]).succeeds();
    sandbox
}

fn store(sandbox: &Sandbox) -> std::path::PathBuf {
    sandbox.path("data/siesta/default")
}

/// The checks that have a finding.
fn found(run: &Run) -> Vec<String> {
    let document = run.json();
    let findings = document["findings"].as_array().unwrap();
    for finding in findings {
        for field in ["severity", "check", "what", "why", "next"] {
            assert!(finding.get(field).is_some(), "{field} is missing: {finding}");
        }
    }
    findings.iter().map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_store_in_order_is_exit_0_and_silence_on_stdout() {
    let sandbox = in_order();
    let run = sandbox.siesta(&["doctor"]).succeeds();
    assert_eq!(run.stdout(), "");
    assert_eq!(run.stderr, "looked at 13 things and found nothing\n");
    assert_eq!(sandbox.siesta(&["doctor", "--quiet"]).succeeds().stderr, "");
    let document = sandbox.siesta(&["doctor", "--json"]).succeeds().json();
    assert_eq!(document["opened"], true);
    assert_eq!((&document["keySource"], &document["actor"]), (&"file".into(), &"user:mara".into()));
    assert_eq!(document["checks"].as_array().unwrap().len(), 13);
    assert_eq!(document["findings"], Value::Array(vec![]));
}

#[test]
fn one_key_alone_is_a_finding_with_its_next_command() {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init"]).succeeds();
    let run = sandbox.line(&["doctor"]).env("BROWSER", "w3m").run().ends_with(12);
    let line = run.stdout();
    let cells: Vec<&str> = line.trim_end().split('\t').collect();
    assert_eq!(cells[..3], ["warning", "recipients", "the store is sealed for one key only"], "{line}");
    assert!(cells[4].starts_with("siesta store recipients add age1"), "{line}");
}

#[test]
fn a_note_alone_is_exit_0() {
    let mut sandbox = in_order();
    sandbox.unset("DISPLAY");
    let run = sandbox.siesta(&["doctor", "--json"]).succeeds();
    assert_eq!(found(&run), ["browser"]);
    sandbox.set("DISPLAY", ":0");
    sandbox.set("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).succeeds()), ["browser"]);
}

#[test]
fn open_doors_and_things_left_behind_are_found() {
    let sandbox = in_order();
    std::fs::set_permissions(store(&sandbox), Permissions::from_mode(0o755)).unwrap();
    for name in ["store.age.tmp", "store.age.before-restore", "refresh-0199c0de-0000-7000-8000-000000000000.lock"] {
        std::fs::write(store(&sandbox).join(name), "").unwrap();
    }
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(12);
    assert_eq!(found(&run), ["permissions", "leftovers", "leftovers", "leftovers"]);
    // What others can reach is said once, as a finding, and not as a warning too.
    assert_eq!(run.stderr, "");
}

#[test]
fn a_connection_without_a_purpose_and_an_actor_nobody_knows_are_found() {
    let sandbox = in_order();
    let add = ["add", "openai", "research", "--secret-stdin", "--no-verify"];
    sandbox.line(&add).stdin(format!("sk-{}", "a1B2".repeat(12))).run().succeeds();
    let run = sandbox.siesta(&["doctor", "--json", "--actor", "zoe"]).ends_with(12);
    assert_eq!(found(&run), ["actor", "connections"]);
    let connection = run.json()["findings"][1].clone();
    assert_eq!((&connection["connection"], &connection["severity"]), (&"research".into(), &"warning".into()));
}

#[test]
fn a_job_of_cron_needs_a_key_that_nobody_has_to_type() {
    let sandbox = Sandbox::new();
    let passphrase = sandbox.write("passphrase", "correct horse battery staple\n");
    std::fs::set_permissions(&passphrase, Permissions::from_mode(0o600)).unwrap();
    let file = passphrase.to_str().unwrap();
    sandbox.siesta(&["init", "--key", "passphrase", "--passphrase-file", file]).succeeds();
    let run = sandbox.siesta(&["doctor", "--json", "--passphrase-file", file]).ends_with(12);
    assert!(!found(&run).contains(&"cron".to_owned()), "the file is the way out");
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(5);
    assert!(found(&run).contains(&"cron".to_owned()));
}

#[test]
fn a_store_that_does_not_open_is_a_list_of_findings_and_its_own_exit_code() {
    let sandbox = in_order();
    let identity = sandbox.siesta(&["status", "--json"]).succeeds().json()["identityPath"].as_str().unwrap().to_owned();
    std::fs::rename(&identity, sandbox.path("elsewhere.txt")).unwrap();
    std::fs::write(store(&sandbox).join("store.age.tmp"), "").unwrap();
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(5);
    assert_eq!(found(&run), ["key", "leftovers"]);
    let document = run.json();
    assert_eq!((&document["opened"], &document["keySource"]), (&false.into(), &"file".into()));
    let audit = document["checks"].as_array().unwrap().iter().find(|check| check["check"] == "audit").unwrap();
    assert_eq!(audit["lookedAt"], false);
    assert_eq!(run.stderr, "");
    let text = sandbox.siesta(&["doctor"]).ends_with(5).stdout();
    assert!(text.starts_with("problem\tkey\t"), "{text}");

    std::fs::rename(sandbox.path("elsewhere.txt"), &identity).unwrap();
    std::fs::write(store(&sandbox).join("store.age"), "not age").unwrap();
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).ends_with(6)), ["store", "leftovers"]);
}

#[test]
fn no_store_is_a_finding_too() {
    let mut sandbox = Sandbox::new();
    sandbox.set("DISPLAY", ":0");
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(3);
    assert_eq!(found(&run), ["store"]);
    assert_eq!(run.json()["findings"][0]["next"], "siesta init");
}
