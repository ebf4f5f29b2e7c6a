//! Tokens handed out: to a pipe, and to a child.
use crate::support::office::Office;
use serde_json::Value;

/// "notes" with a policy under which a token keeps everything that is demanded.
fn vending() -> Office {
    let office = Office::with_notes();
    office.siesta(&["governance", "set", "rest-api/*", "enabled"]).succeeds();
    office.siesta(&["policy", "set", "helper", "notes", "--allowed-models", "A,B", "--step-up", "never"]).succeeds();
    office
}

const TOKEN: [&str; 4] = ["token", "notes", "--agent", "helper"];

#[test]
fn a_token_is_handed_out_with_an_honest_life_and_a_row_before_and_behind() {
    let office = vending();
    let printed = office.siesta(&TOKEN).succeeds();
    let token = printed.stdout();
    assert!(token.ends_with('\n') && token.trim().len() > 8, "{token:?}");
    let document = office.siesta(&[&TOKEN[..], &["--json"]].concat()).succeeds().json();
    assert_eq!((&document["outcome"], &document["tokenType"]), (&"allow".into(), &"Bearer".into()));
    assert_eq!(document["accessToken"].as_str(), Some(token.trim()));
    let (said, real) = (document["expiresIn"].as_i64().unwrap(), document["providerExpiresIn"].as_i64().unwrap());
    assert!(said <= 3600 && said <= real && real > 0, "{said} {real}");
    let rows = office.siesta(&["audit", "list", "--limit", "500", "--json"]).succeeds().json();
    let actions: Vec<&str> = rows["rows"].as_array().unwrap().iter().filter_map(|row| row["action"].as_str()).collect();
    assert_eq!(actions[..4], ["vend.result", "vend", "vend.result", "vend"], "newest first");
    assert!(!rows.to_string().contains(token.trim()));
}

#[test]
fn what_a_token_would_not_keep_to_is_not_handed_out() {
    let office = vending();
    office.siesta(&["governance", "set", "rest-api/http_delete", "disabled"]).succeeds();
    assert!(office.siesta(&TOKEN).ends_with(8).stderr.contains("cause: vend_unenforceable"));
    office.siesta(&["policy", "set", "helper", "notes", "--allowed-models", "B"]).succeeds();
    assert!(office.siesta(&TOKEN).ends_with(8).stderr.contains("cause: flow_not_allowed"));
    // A key is never handed out.
    office.add_research(&["--access", "shared"]).succeeds();
    office.siesta(&["assign", "research", "helper", "--allowed-models", "A,B"]).succeeds();
    let key = office.siesta(&["token", "research", "--agent", "helper", "--json"]).ends_with(8);
    assert_eq!(key.json()["reason"], "flow_not_allowed");
    let key = office.siesta(&["token", "research", "--agent", "helper"]).ends_with(8);
    assert!(key.stderr.contains("hint:  siesta call research FUNCTION --agent helper"), "{}", key.stderr);
}

#[test]
fn a_token_that_a_person_is_asked_about_goes_to_who_asked() {
    let office = vending();
    office.siesta(&["policy", "set", "helper", "notes", "--step-up", "always"]).succeeds();
    let asked = office.siesta(&[&TOKEN[..], &["--json"]].concat()).ends_with(9).json();
    let id = asked["executionId"].as_str().unwrap();
    let approved = office.siesta(&["executions", "approve", id]).succeeds();
    assert_eq!(approved.stdout(), "", "the approver sees no token");
    let run = office.siesta(&["executions", "run", id]).ends_with(7);
    assert!(run.stderr.contains(&format!("siesta token notes --agent helper --approval {id}")), "{}", run.stderr);
    let token = office.siesta(&[&TOKEN[..], &["--approval", id]].concat()).succeeds().stdout();
    assert!(token.trim().len() > 8);
    office.siesta(&[&TOKEN[..], &["--approval", id]].concat()).ends_with(8);
    // An approval for a token opens no call.
    let call = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "--approval", id];
    office.siesta(&call).ends_with(8);
}

#[test]
fn a_terminal_gets_no_token_unasked() {
    let office = vending();
    let mut terminal = office.in_terminal(&TOKEN);
    terminal.shows("a token is not printed on a terminal");
    terminal.finish().ends_with(2);
}

#[test]
fn a_child_gets_the_token_in_one_variable_and_its_code_is_ours() {
    let office = vending();
    let token = office.siesta(&TOKEN).succeeds().stdout();
    let exec = |more: &[&str]| {
        let line = [&["exec", "--connection", "notes", "--agent", "helper"][..], more].concat();
        office.line(&line).env("SIESTA_OUTPUT", "table").env("KEEP", "me").run()
    };
    let run = exec(&["--", "sh", "-c", "printf '%s %s %s' \"$REST_API_TOKEN\" \"$KEEP\" \"$SIESTA_OUTPUT\"; exit 7"]);
    let run = run.ends_with(7);
    assert_eq!(run.stdout(), format!("{} me ", token.trim()));
    assert_eq!(exec(&["--env", "T", "--", "sh", "-c", "printf %s \"$T\""]).succeeds().stdout(), token.trim());
    for name in ["PATH", "LD_PRELOAD", "lower", "BASH_ENV"] {
        exec(&["--env", name, "--", "true"]).ends_with(2);
    }
    let missing = exec(&["--", "no-such-program"]).ends_with(125);
    assert!(missing.stderr.contains("no-such-program cannot be run"), "{}", missing.stderr);
    office.siesta(&["policy", "set", "helper", "notes", "--allowed-models", "B"]).succeeds();
    let denied = exec(&["--", "touch", "ran"]).ends_with(125);
    assert!(denied.stderr.contains("cause: flow_not_allowed"), "{}", denied.stderr);
    assert!(!office.path("ran").exists());
    let shown = serde_json::from_slice::<Value>(denied.stdout().as_bytes());
    assert!(shown.is_err(), "nothing on stdout");
}
