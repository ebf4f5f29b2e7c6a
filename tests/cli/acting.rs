//! Requests by address, looking before leaping, and waiting for a person.
use crate::support::office::Office;
use crate::support::sandbox::Running;
use serde_json::json;

const WRITE: [&str; 9] =
    ["call", "notes", "http_post", "--arg", "path=notes", "--arg", "body={\"text\":\"hi\"}", "--agent", "helper"];

#[test]
fn a_request_by_address_is_decided_like_the_call_it_is() {
    let office = Office::with_notes();
    let run = office.siesta(&["request", "notes", "get", "/notes", "--agent", "helper"]).succeeds();
    assert_eq!(run.stdout(), "{\"notes\":[]}");
    let body = office.write("note.json", r#"{"text":"hi"}"#);
    let at = format!("@{}", body.display());
    let post = ["request", "notes", "POST", "/notes", "--body", &at, "--agent", "helper"];
    let asked = office.siesta(&[&post[..], &["--json"]].concat()).ends_with(9).json();
    // The same question as the call's: one fingerprint, one execution.
    let called = office.siesta(&[&WRITE[..], &["--json"]].concat()).ends_with(9).json();
    assert_eq!(asked["reason"], "function_confirmation");
    assert_eq!(asked["executionId"], called["executionId"]);
    let elsewhere = ["request", "notes", "GET", "https://elsewhere.example/notes", "--agent", "helper"];
    assert!(office.siesta(&elsewhere).ends_with(8).stderr.contains("cause: host_not_allowed"));
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);
}

#[test]
fn a_dry_run_shows_the_request_without_its_credential_and_leaves_nothing_behind() {
    let office = Office::with_notes();
    office.provider.forget_requests();
    let rows = || office.siesta(&["audit", "list", "--limit", "500", "--json"]).succeeds().json()["rows"].clone();
    let before = rows();
    let line = [&WRITE[..], &["--dry-run"]].concat();
    let run = office.siesta(&line).ends_with(9);
    let url = office.provider.url("/api/notes");
    let shown = run.stdout();
    assert!(shown.starts_with("needs-approval (function_confirmation): "), "{shown}");
    for part in [&format!("\nPOST {url}\n"), "\nAuthorization: Bearer [credential]\n", "\n{\"text\":\"hi\"}\n"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    let document = office.siesta(&[&line[..], &["--json"]].concat()).ends_with(9).json();
    assert_eq!((&document["dryRun"], &document["request"]["body"]), (&true.into(), &json!({"text": "hi"})));
    let read = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "--dry-run"];
    assert!(office.siesta(&read).succeeds().stdout().starts_with("allow\n"));
    let no = ["call", "notes", "http_gte", "--agent", "helper", "--dry-run"];
    assert!(office.siesta(&no).ends_with(3).stdout().starts_with("deny (function_unknown): "));
    assert_eq!((office.provider.requests().len(), rows()), (0, before));
}

/// Starts a line that waits, and the id of what it waits for.
fn waiting(office: &Office, line: &[&str]) -> (Running, String) {
    let mut running = office.line(line).start();
    const SAID: &str = "waiting for approval: execution ";
    let line = running.line_on_stderr(|line| line.starts_with(SAID)).unwrap();
    let id = line.trim_end().strip_prefix(SAID).unwrap().to_owned();
    (running, id)
}

#[test]
fn whoever_waits_gets_the_answer_and_the_call_is_made_once() {
    let office = Office::with_notes();
    let line = [&WRITE[..], &["--wait", "1m"]].concat();
    // The approver runs it.
    let (running, id) = waiting(&office, &line);
    office.siesta(&["executions", "approve", &id]).succeeds();
    assert_eq!(running.finish().succeeds().stdout(), "{\"id\":1,\"text\":\"hi\"}");
    assert_eq!(office.provider.count("POST", "/api/notes"), 1);
    // The approver only approves.
    let (running, id) = waiting(&office, &line);
    office.siesta(&["executions", "approve", &id, "--no-run"]).succeeds();
    assert_eq!(running.finish().succeeds().stdout(), "{\"id\":2,\"text\":\"hi\"}");
    assert_eq!(office.provider.count("POST", "/api/notes"), 2);
    // The approver says no.
    let (running, id) = waiting(&office, &line);
    office.siesta(&["executions", "reject", &id, "--reason", "not now"]).succeeds();
    assert!(running.finish().ends_with(8).stderr.contains("cause: approval_rejected"));
    // Nobody answers in time.
    let run = office.siesta(&[&WRITE[..], &["--wait", "1ms", "--json"]].concat()).ends_with(9);
    assert_eq!(run.json()["outcome"], "needs-approval");
    assert_eq!(office.provider.count("POST", "/api/notes"), 2);
}

#[test]
fn an_execution_can_be_waited_for_and_watched_by_somebody_else() {
    let office = Office::with_notes();
    let asked = office.siesta(&[&WRITE[..], &["--json"]].concat()).ends_with(9).json();
    let id = asked["executionId"].as_str().unwrap();
    let mut watching = office.line(&["executions", "watch", "-o", "jsonl"]).start();
    let sees = |watching: &mut Running, state: &str| {
        let wanted = format!("\"approvalStatus\":\"{state}\"");
        let line = watching.line_on_stdout(|line| line.contains(&wanted)).unwrap();
        assert!(line.contains(id), "{line}");
    };
    sees(&mut watching, "Pending");
    office.siesta(&["executions", "wait", id, "--timeout", "1ms"]).ends_with(9);
    let waiting = office.line(&["executions", "wait", id]).start();
    office.siesta(&["executions", "approve", id]).succeeds();
    assert_eq!(waiting.finish().succeeds().stdout(), "{\"id\":1,\"text\":\"hi\"}");
    sees(&mut watching, "Consumed");
    watching.child.kill().unwrap();
    watching.child.wait().unwrap();
}
