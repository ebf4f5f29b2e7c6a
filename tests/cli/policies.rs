//! Policies on the command line: every part set, shown, refused where it cannot be, and obeyed by the call.
use crate::support::office::Office;
use serde_json::{Value, json};

const RULES: &str = r#"{
  "request": [
    {"label": "no deletes", "match": {"methods": ["DELETE"]}, "action": "deny"},
    {"label": "reviewed", "match": {"body": [{"path": "text", "op": "contains", "value": "price"}]}, "action": "require_approval"}
  ],
  "response": [{"label": "no mail", "redact": ["email"]}]
}"#;

fn set(office: &Office, more: &[&str]) -> Value {
    office.siesta(&[&["policy", "set", "helper", "notes"], more, &["--json"]].concat()).succeeds().json()
}

#[test]
fn every_part_is_set_shown_and_audited_with_its_old_and_new_value() {
    let office = Office::with_notes();
    let file = office.write("rules.json", RULES);
    let window = "mon-fri 9:00-17:00 Europe/Prague";
    let more = [
        "--mode",
        "custom",
        "--step-up",
        "always",
        "--allowed-models",
        "A,B",
        "--allow",
        "GET /notes/**",
        "--rate",
        "60/h",
        "--max-payload",
        "1MiB",
        "--max-response",
        "2MiB",
        "--window",
        window,
        "--rules",
        file.to_str().unwrap(),
        "--allow-unenforced-vend",
    ];
    let document = set(&office, &more);
    let policy = &document["policy"];
    assert_eq!(policy["allowlists"][0]["pathPatterns"], json!(["/notes/**"]));
    assert_eq!(policy["rateLimits"]["maxRequestsPerHour"], 60);
    assert_eq!(policy["rateLimits"]["maxPayloadSizeBytes"], 1 << 20);
    assert_eq!(policy["timeWindows"].as_array().unwrap().len(), 5);
    assert_eq!(
        policy["timeWindows"][0],
        json!({"dayOfWeek": 1, "start": "09:00", "end": "17:00", "timezone": "Europe/Prague"})
    );
    assert_eq!(policy["rules"]["request"][1]["action"], "require_approval");
    assert_eq!(policy["allowUnenforcedVend"], true);
    let names: Vec<&str> =
        document["changes"].as_array().unwrap().iter().map(|c| c["property"].as_str().unwrap()).collect();
    let all = [
        "defaultMode",
        "stepUpApproval",
        "allowedModels",
        "allowlists",
        "rateLimits",
        "timeWindows",
        "rules",
        "allowUnenforcedVend",
    ];
    assert_eq!(names, all);
    let rows = office.siesta(&["audit", "list", "--action", "policy.set", "--json"]).succeeds().json();
    let rows = rows["rows"].as_array().or(rows["audit"].as_array()).unwrap().clone();
    let changes = rows.iter().find(|row| row["changes"].as_array().unwrap().len() == all.len()).unwrap();
    let windows = changes["changes"].as_array().unwrap().iter().find(|c| c["property"] == "timeWindows").unwrap();
    assert_eq!((windows["old"].as_array().unwrap().len(), windows["new"].as_array().unwrap().len()), (0, 5));

    let shown = office.siesta(&["policy", "show", "helper", "notes"]).succeeds().stdout();
    for words in ["mon,tue,wed,thu,fri 09:00-17:00 Europe/Prague", "60/h", "no deletes (deny)", "/api/notes/**"] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let cleared = set(
        &office,
        &[
            "--rate",
            "none",
            "--max-payload",
            "none",
            "--max-response",
            "none",
            "--window",
            "none",
            "--rules",
            "none",
            "--allow",
            "all",
        ],
    );
    assert_eq!(cleared["policy"]["rateLimits"], Value::Null);
    assert_eq!(cleared["policy"]["timeWindows"], json!([]));
    assert_eq!(cleared["policy"]["rules"], json!({"request": [], "response": []}));
    assert_eq!(cleared["policy"]["providerConstraints"], json!({}));
    assert_eq!(set(&office, &["--allow", "none"])["policy"]["allowlists"], json!([]));
}

#[test]
fn a_dry_run_shows_what_the_real_run_then_does_and_writes_nothing() {
    let office = Office::with_notes();
    let before = office.siesta(&["audit", "list", "--json"]).succeeds().stdout();
    let line = ["--window", "daily 22:00-06:00 UTC", "--rate", "5/h"];
    let dry = set(&office, &[&line[..], &["--dry-run"]].concat());
    assert_eq!(dry["dryRun"], true);
    assert_eq!(office.siesta(&["audit", "list", "--json"]).succeeds().stdout(), before);
    let real = set(&office, &line);
    assert_eq!(dry["changes"], real["changes"]);
    let words = office.siesta(&["policy", "set", "helper", "notes", "--rate", "6/h", "--dry-run"]).succeeds();
    assert!(words.stderr.contains("rate: 5/h → 6/h") && words.stderr.contains("nothing was written"), "{words:?}");
}

#[test]
fn a_rule_that_changed_under_its_label_is_seen_to_change() {
    let office = Office::with_notes();
    let rules = |method: &str| {
        let text =
            format!(r#"{{"request": [{{"label": "x", "match": {{"methods": ["{method}"]}}, "action": "deny"}}]}}"#);
        office.write(&format!("{method}.json"), &text).to_str().unwrap().to_owned()
    };
    set(&office, &["--rules", &rules("DELETE")]);
    let run = office.siesta(&["policy", "set", "helper", "notes", "--rules", &rules("POST"), "--dry-run"]).succeeds();
    assert!(run.stderr.contains("request rules: x (deny) → x (deny, changed)"), "{run:?}");
    let shown = office.siesta(&["policy", "show", "helper", "notes"]).succeeds().stdout();
    assert!(shown.contains("x (deny): DELETE"), "{shown}");
}

fn explained(office: &Office, more: &[&str]) -> Value {
    let line = ["explain", "--agent", "helper", "--connection", "notes", "--json"];
    office.siesta(&[&line[..], more].concat()).succeeds().json()
}

/// The words of a command as a shell would split them.
fn words_of(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in command.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words
}

#[test]
fn a_command_that_explain_names_works_as_it_stands() {
    let office = Office::with_notes();
    let delete = ["DELETE", "/notes/1"];
    let rows: [(&[&str], &[&str], &str); 4] = [
        (&["--allow", "GET /notes/**", "--allow", "* /tags"], &delete, "allowlist_miss"),
        (&["--allow", "none"], &delete, "allowlist_empty"),
        (
            &["--window", "mon-fri 09:00-17:00 Europe/Prague"],
            &["GET", "/notes", "--at", "2026-11-21"],
            "outside_time_window",
        ),
        (&["--rate", "0/h"], &["GET", "/notes"], "rate_limited"),
    ];
    for (setting, asked, reason) in rows {
        set(&office, &["--allow", "all", "--window", "none", "--rate", "none", "--step-up", "never"]);
        set(&office, setting);
        let before = explained(&office, asked);
        assert_eq!(before["reason"], reason, "{before}");
        let command = before["wouldChange"][0].as_str().unwrap();
        let words = words_of(command);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        office.siesta(&words).succeeds();
        let after = explained(&office, asked);
        assert_ne!(after["reason"], reason, "{command}: {after}");
    }
    set(&office, &["--allow", "GET /notes/**", "--allow", "* /tags", "--window", "none"]);
    let missed = explained(&office, &delete);
    let command = missed["wouldChange"][0].as_str().unwrap();
    let kept = ["--allow 'GET http", "/notes/**'", "--allow '* http", "/tags'", "--allow 'DELETE http", "/notes/1'"];
    assert!(kept.iter().all(|part| command.contains(part)), "{command}");

    office.siesta(&["functions", "set", "notes", "http_delete", "disabled"]).succeeds();
    let own = explained(&office, &["http_delete", "--arg", "path=notes/1"]);
    assert_eq!(own["wouldChange"], json!(["siesta functions unset notes http_delete"]));
    assert!(own["notes"][0].as_str().unwrap().contains("its own setting"), "{own}");
    office.siesta(&["agent", "disable", "helper"]).succeeds();
    assert_eq!(explained(&office, &delete)["wouldChange"], json!(["siesta agent enable helper"]));
}

#[test]
fn a_flow_that_is_not_allowed_is_added_and_a_key_is_never_handed_out() {
    let office = Office::with_notes();
    let denied = explained(&office, &["--flow", "vend"]);
    assert_eq!(denied["reason"], "flow_not_allowed");
    assert_eq!(denied["wouldChange"], json!(["siesta policy set helper notes --allowed-models vend,broker"]));
    let office = Office::with_research();
    let line = ["explain", "--agent", "helper", "--connection", "research", "--flow", "vend", "--json"];
    let denied = office.siesta(&line).succeeds().json();
    assert_eq!((&denied["reason"], &denied["wouldChange"]), (&"flow_not_allowed".into(), &json!([])));
    assert!(denied["detail"].as_str().unwrap().contains("no OAuth access token"), "{denied}");
}

#[test]
fn explain_takes_no_arguments_that_it_would_not_look_at() {
    let office = Office::with_notes();
    let line = ["explain", "--agent", "helper", "--connection", "notes"];
    let explain = |more: &[&str]| office.siesta(&[&line[..], more].concat());
    explain(&["DELETE", "/notes/1", "--arg", "path=notes/2"]).ends_with(2);
    explain(&["DELETE", "/notes/1", "--args", "-"]).ends_with(2);
    explain(&["--flow", "vend", "--arg", "path=notes/2"]).ends_with(2);
    set(&office, &["--mode", "read_only"]);
    let run = explain(&["DELETE", "/notes/1"]).succeeds();
    assert!(run.stderr.contains("/api/notes/1\n") && run.stderr.contains("request: DELETE http"), "{run:?}");
    assert!(run.stderr.contains("decided by R19: policy helper/notes version"), "{run:?}");
}

#[test]
fn what_cannot_be_is_refused_by_name_and_changes_nothing() {
    let office = Office::with_notes();
    let rules = |text: &str| office.write("bad.json", text).to_str().unwrap().to_owned();
    let before = office.siesta(&["policy", "show", "helper", "notes", "--json"]).succeeds().stdout();
    let rows: Vec<(Vec<String>, i32, &str)> = [
        (vec!["--window", "mon 25:00-26:00 UTC"], 2, "25:00"),
        (vec!["--window", "mon 09:00-17:00 Europe/Atlantis"], 2, "Europe/Atlantis"),
        (vec!["--window", "someday 09:00-17:00 UTC"], 2, "someday"),
        (vec!["--window", "mon 09:00-09:00 UTC"], 2, "never opens"),
        (vec!["--mode", "all"], 2, "read_only"),
        (vec!["--rate", "lots"], 2, "60/h"),
        (vec!["--max-payload", "1TB"], 2, "512KiB"),
        (vec!["--preset", "loose"], 2, "strict, standard or minimal"),
        (vec!["--preset", "strict"], 2, "no preset"),
        (vec!["--allow", "FETCH /x"], 2, "FETCH"),
        (vec!["--allow", "GET /a/../b"], 2, "climbs"),
        (vec!["--allow", "GET /notes/{id}"], 2, "use * for one segment"),
        (vec!["--allow", "GET https://evil.example/**"], 7, "was entered for"),
        (vec!["--constraint-chat", "-1001"], 2, "names a chat"),
        (vec!["--rules", "/nowhere/rules.json"], 2, "rules"),
    ]
    .into_iter()
    .map(|(line, exit, words)| (line.into_iter().map(str::to_owned).collect(), exit, words))
    .chain([(
        vec!["--rules".to_owned(), rules(r#"{"request":[{"label":"a","match":{"urlPattern":"("},"action":"deny"}]}"#)],
        2,
        "does not compile",
    )])
    .collect();
    for (line, exit, words) in &rows {
        let line: Vec<&str> =
            ["policy", "set", "helper", "notes"].into_iter().chain(line.iter().map(String::as_str)).collect();
        let error = office.siesta(&[&line[..], &["--json"]].concat()).ends_with(*exit).json_error();
        assert!(error.to_string().contains(words), "{line:?}: {error}");
    }
    for (text, words) in [
        (r#"{"request":[{"label":"a","match":{"methods":["TRACE"]},"action":"deny"}]}"#, "can never match"),
        (r#"{"request":[{"label":"a","label":"b","action":"deny"}]}"#, "appears twice"),
        (r#"{"request":[{"label":"a","action":"perhaps"}]}"#, "perhaps"),
        ("{", "JSON"),
        ("[]", "an object with request and response"),
    ] {
        let path = rules(text);
        let line = ["policy", "set", "helper", "notes", "--rules", &path, "--json"];
        let error = office.siesta(&line).ends_with(2).json_error();
        assert!(error.to_string().contains(words), "{text}: {error}");
    }
    office.siesta(&["policy", "set", "helper", "nowhere", "--rate", "1/h"]).ends_with(3);
    office.siesta(&["policy", "show", "nobody", "notes"]).ends_with(3);
    assert_eq!(office.siesta(&["policy", "show", "helper", "notes", "--json"]).succeeds().stdout(), before);
}

#[test]
fn of_two_who_change_one_version_the_second_is_told_and_loses_nothing() {
    let office = Office::with_notes();
    let version = set(&office, &["--rate", "1/h"])["policy"]["version"].to_string();
    set(&office, &["--if-version", &version, "--rate", "2/h"]);
    let line = ["policy", "set", "helper", "notes", "--if-version", &version, "--rate", "3/h", "--json"];
    let error = office.siesta(&line).ends_with(7).json_error();
    assert_eq!(error["code"], "changed-meanwhile", "{error}");
    assert_eq!(error["hint"], "siesta policy show helper notes", "{error}");
    let shown = office.siesta(&["policy", "show", "helper", "notes", "--json"]).succeeds().json();
    assert_eq!(shown["policy"]["rateLimits"]["maxRequestsPerHour"], 2);
}

#[test]
fn a_call_obeys_every_part() {
    let office = Office::with_notes();
    let file = office.write("rules.json", RULES);
    set(&office, &["--mode", "read_write", "--step-up", "never", "--rules", file.to_str().unwrap()]);
    let call = |line: &[&str]| office.siesta(&[&["call", "notes"], line, &["--agent", "helper", "--json"]].concat());
    let get = ["http_get", "--arg", "path=notes"];
    call(&get).succeeds();
    let denied = call(&["http_delete", "--arg", "path=notes/1"]).ends_with(8).json();
    assert_eq!(denied["reason"], "rule:no deletes");
    set(&office, &["--rate", "1/h"]);
    let limited = call(&get).ends_with(8).json();
    assert_eq!(limited["reason"], "rate_limited");
    set(&office, &["--rate", "none", "--allow", "POST /notes"]);
    assert_eq!(call(&get).ends_with(8).json()["reason"], "allowlist_miss");
    set(&office, &["--allow", "all", "--max-response", "1"]);
    call(&get).ends_with(11);
    assert_eq!(office.provider.count("DELETE", "/api/notes/1"), 0);
}

#[test]
fn a_preset_says_what_it_would_do_and_keeps_what_is_hand_made() {
    let office = Office::with_research();
    let line = |more: &[&str]| office.siesta(&[&["policy", "set", "helper", "research"], more].concat());
    line(&["--preset", "standard", "--window", "daily 00:00-24:00 UTC"]).succeeds();
    let dry = line(&["--preset", "strict", "--dry-run"]).succeeds();
    assert!(dry.stderr.contains("read_write, step-up risk_based, broker → read_only"), "{dry:?}");
    assert!(dry.stderr.contains("kept as it was: 7 time windows"), "{dry:?}");
    let document = line(&["--preset", "minimal", "--json"]).succeeds().json();
    assert_eq!(
        (&document["policy"]["preset"], &document["policy"]["stepUpApproval"]),
        (&"minimal".into(), &"never".into())
    );
    assert_eq!(document["policy"]["timeWindows"].as_array().unwrap().len(), 7);
}

#[test]
fn what_is_odd_about_a_policy_is_found() {
    let office = Office::with_notes();
    let rules = r#"{"request": [
        {"label": "all", "match": {}, "action": "allow"},
        {"label": "late", "match": {"methods": ["DELETE"]}, "action": "deny"}
    ]}"#;
    let file = office.write("rules.json", rules);
    set(&office, &["--rules", file.to_str().unwrap(), "--allow", "GET /notes/**"]);
    let found = office.siesta(&["policy", "lint", "helper", "notes", "--json"]).ends_with(12).json();
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|f| f["finding"].as_str().unwrap()).collect();
    assert!(codes.contains(&"unreachable_rule") && codes.contains(&"allowlist_narrower"), "{found}");
    set(&office, &["--rules", "none", "--allow", "all"]);
    let run = office.siesta(&["policy", "lint", "helper", "notes"]).succeeds();
    assert!(run.stderr.contains("nothing odd in 1 policy"), "{run:?}");
}

#[test]
fn a_removed_policy_takes_the_connection_away_and_asks_first() {
    let office = Office::with_notes();
    office.siesta(&["policy", "remove", "helper", "notes"]).ends_with(2);
    office.siesta(&["policy", "remove", "helper", "notes", "--yes"]).succeeds();
    office.siesta(&["policy", "show", "helper", "notes"]).ends_with(3);
    let denied = office.siesta(&["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "--json"]);
    assert_eq!(denied.ends_with(8).json()["reason"], "not_assigned");
}
