//! Standing approvals: one answer for some calls, each like the one that was shown.
use crate::support::office::Office;

fn call(office: &Office, path: &str, body: &str) -> i32 {
    let (path, body) = (format!("path={path}"), format!("body={body}"));
    let line = ["call", "notes", "http_post", "--arg", &path, "--arg", &body, "--agent", "helper", "--json"];
    office.siesta(&line).code.unwrap()
}

/// "notes", where a person has answered for so many more like `{"text":"hi","to":"ann@example.com"}`.
fn standing(uses: &str) -> Office {
    let office = Office::with_notes();
    let line = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", BODY, "--agent", "helper", "--json"];
    let asked = office.siesta(&line).ends_with(9).json();
    let id = asked["executionId"].as_str().unwrap();
    office.siesta(&["executions", "approve", id, "--for", "2h", "--max", uses]).succeeds();
    office
}

const BODY: &str = r#"body={"text":"hi","to":"ann@example.com"}"#;
const SAME: &str = r#"{"text":"another text","to":"ann@example.com"}"#;

#[test]
fn a_standing_approval_lets_others_like_it_pass_and_counts_them() {
    let office = standing("2");
    let listed = office.siesta(&["executions", "standing", "list", "--json"]).succeeds().json();
    let given = &listed["standingApprovals"][0];
    assert_eq!((&given["uses"], &given["remaining"], &given["open"]), (&2.into(), &2.into(), &true.into()));
    assert_eq!(given["covers"]["functions"][0], "http_post");
    assert_eq!(given["covers"]["url"], office.provider.url("/api/notes"));
    assert_eq!(given["covers"]["targets"], serde_json::json!(["ann@example.com"]));
    // Another recipient, and another address.
    assert_eq!(call(&office, "notes", r#"{"text":"hi","to":"eve@example.com"}"#), 9);
    assert_eq!(call(&office, "notes", r#"{"text":"hi","to":"ann@example.com","cc":"eve@example.com"}"#), 9);
    assert_eq!(call(&office, "notes/1", SAME), 9);
    assert_eq!(call(&office, "notes", SAME), 0);
    assert_eq!(call(&office, "notes", SAME), 0);
    assert_eq!(call(&office, "notes", SAME), 9, "used up");
    assert_eq!(office.provider.count("POST", "/api/notes"), 3);
    let rows = office.siesta(&["audit", "list", "--limit", "500", "--json"]).succeeds().json();
    let used =
        rows["rows"].as_array().unwrap().iter().filter(|row| row["changes"].to_string().contains("standingApproval\""));
    assert_eq!(used.count(), 2);
}

#[test]
fn a_standing_approval_ends_when_it_is_revoked_the_policy_changes_or_its_giver_goes() {
    let office = standing("50");
    assert_eq!(call(&office, "notes", SAME), 0);
    office.siesta(&["policy", "set", "helper", "notes", "--rate", "100/h"]).succeeds();
    assert_eq!(call(&office, "notes", SAME), 9, "given under another policy");

    let office = standing("50");
    let listed = office.siesta(&["executions", "standing", "list", "--json"]).succeeds().json();
    let id = listed["standingApprovals"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(call(&office, "notes", SAME), 0);
    office.siesta(&["executions", "standing", "revoke", &id]).succeeds();
    office.siesta(&["executions", "standing", "revoke", &id]).ends_with(7);
    assert_eq!(call(&office, "notes", SAME), 9);
    assert_eq!(office.siesta(&["executions", "standing", "list"]).succeeds().stdout(), "");

    let office = standing("50");
    office.siesta(&["user", "add", "olga", "--role", "owner"]).succeeds();
    let owner = office.siesta(&["status", "--json"]).succeeds().json()["actor"].as_str().unwrap().to_owned();
    let owner = owner.trim_start_matches("user:").to_owned();
    office.siesta(&["user", "disable", &owner, "--actor", "olga"]).succeeds();
    let line = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", BODY, "--agent", "helper"];
    office.siesta(&[&line[..], &["--actor", "olga"]].concat()).ends_with(9);
}

#[test]
fn racing_calls_use_up_what_is_left_and_no_more() {
    let office = standing("3");
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8).map(|_| scope.spawn(|| call(&office, "notes", SAME))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 3, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 9).count(), 5, "{codes:?}");
    assert_eq!(office.provider.count("POST", "/api/notes"), 4);
}

#[test]
fn a_standing_approval_has_an_end_and_a_number() {
    let office = Office::with_notes();
    for line in [["--for", "2h", "--json"], ["--max", "3", "--json"]] {
        office.siesta(&[&["executions", "approve", "019ab1c2-5f3e"][..], &line].concat()).ends_with(2);
    }
    for (lasts, uses) in [("8d", "1"), ("1s", "1"), ("1h", "0"), ("1h", "1001")] {
        office.siesta(&["executions", "approve", "019ab1c2-5f3e", "--for", lasts, "--max", uses]).ends_with(2);
    }
}

#[test]
fn what_an_answer_that_lasts_would_cover_is_seen_before_it_is_given_and_behind_it() {
    let office = Office::with_notes();
    let line = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", BODY, "--agent", "helper", "--json"];
    let id = office.siesta(&line).ends_with(9).json()["executionId"].as_str().unwrap().to_owned();
    let shown = office.siesta(&["executions", "show", &id, "--json"]).succeeds().json();
    let before = shown["execution"]["wouldCover"]["covers"].clone();
    assert_eq!(before["url"], office.provider.url("/api/notes"));
    assert_eq!((&before["functions"][0], &before["targets"][0]), (&"http_post".into(), &"ann@example.com".into()));
    let words = office.siesta(&["executions", "show", &id]).succeeds().stdout();
    assert!(words.contains("to ann@example.com and nobody else"), "{words}");
    // A person at a terminal reads it before the answer counts, and may think again.
    let mut terminal = office.in_terminal(&["executions", "approve", &id, "--for", "2h", "--max", "20"]);
    terminal.shows("ann@example.com").shows("and 20 more like it within 2h?").types("n\n");
    terminal.finish().ends_with(1);
    assert_eq!(office.siesta(&["executions", "standing", "list"]).succeeds().stdout(), "");
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);
    let given = office.siesta(&["executions", "approve", &id, "--for", "2h", "--max", "20", "--json"]).succeeds();
    assert!(given.stderr.contains("and 20 more until") && given.stderr.contains("ann@example.com"), "{}", given.stderr);
    let given = given.json();
    assert_eq!((&given["standingApproval"]["covers"], &given["outcome"]), (&before, &"allow".into()));
    // What does not wait any more is asked nothing.
    let shown = office.siesta(&["executions", "show", &id, "--json"]).succeeds().json();
    assert_eq!(shown["execution"].get("wouldCover"), None);
}

#[test]
fn money_is_read_first_and_approved_one_by_one() {
    let office = Office::with_notes();
    let more = ["--param", "text:string:body", "--param", "payment:object:body:required"];
    let add = ["functions", "add", "notes", "pay", "--method", "POST", "--path", "/notes", "--kind", "financial"];
    office.siesta(&[&add[..], &more].concat()).succeeds();
    let pay = ["call", "notes", "pay", "--arg", "text=thanks", "--arg", r#"payment={"amount":500,"currency":"EUR"}"#];
    let id = office.siesta(&[&pay[..], &["--agent", "helper", "--json"]].concat()).ends_with(9).json()["executionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let words = office.siesta(&["executions", "show", &id]).succeeds().stdout();
    let place = |text: &str| words.find(text).unwrap_or_else(|| panic!("{text} in {words}"));
    assert!(place("destination") < place("payment.amount = 500"), "{words}");
    assert!(place("payment.amount = 500") < place("text = thanks"), "{words}");
    assert!(words.contains("nothing more: what is financial is approved one by one"), "{words}");
    let shown = office.siesta(&["executions", "show", &id, "--json"]).succeeds().json();
    assert_eq!(shown["execution"]["wouldCover"]["covers"], serde_json::Value::Null);
    let error = office.siesta(&["executions", "approve", &id, "--for", "2h", "--max", "2", "--json"]).ends_with(7);
    let error = error.json_error();
    assert!(error["cause"].as_str().unwrap().contains("looked at each time"), "{error}");
    assert!(error["hint"].as_str().unwrap().starts_with(&format!("siesta executions approve {id}")), "{error}");
    // Nothing half: it waits as before.
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);
    office.siesta(&["executions", "approve", &id]).succeeds();
    assert_eq!(office.provider.count("POST", "/api/notes"), 1);
}
