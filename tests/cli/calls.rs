//! The governed call: allowed, denied, asked about, approved once.
use crate::support::office::Office;
use crate::support::provider::Fault;
use serde_json::{Value, json};

const READ: [&str; 7] = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper"];
const WRITE: [&str; 9] =
    ["call", "notes", "http_post", "--arg", "path=notes", "--arg", "body={\"text\":\"hi\"}", "--agent", "helper"];

/// Asks for what needs an approval; the execution's id.
#[track_caller]
fn asked(office: &Office) -> String {
    let document = office.siesta(&[&WRITE[..], &["--json"]].concat()).ends_with(9).json();
    document["executionId"].as_str().unwrap().to_owned()
}

#[test]
fn an_allowed_call_prints_what_the_provider_said_and_nothing_else() {
    let office = Office::with_notes();
    let run = office.siesta(&READ).succeeds();
    assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("{\"notes\":[]}", ""));
    let document = office.siesta(&[&READ[..], &["--json"]].concat()).succeeds().json();
    assert_eq!((&document["schemaVersion"], &document["outcome"]), (&1.into(), &"allow".into()));
    assert_eq!((&document["reason"], &document["result"]["httpStatus"]), (&Value::Null, &200.into()));
    assert_eq!(document["result"]["body"], json!({"notes": []}));
    let execution = document["executionId"].as_str().unwrap();
    let shown = office.siesta(&["executions", "show", execution, "--json"]).succeeds().json();
    assert_eq!(
        (&shown["execution"]["status"], &shown["execution"]["approvalStatus"]),
        (&"Success".into(), &"NotRequired".into())
    );
    // One request each, with the connection's token.
    let sent: Vec<_> =
        office.provider.requests().into_iter().filter(|seen| seen.path.starts_with("/api/notes")).collect();
    assert_eq!(sent.len(), 2);
    assert!(sent[0].headers.iter().any(|(name, value)| name == "authorization" && value.starts_with("Bearer ")));
}

#[test]
fn a_denied_call_leaves_the_machine_alone_and_says_the_rule() {
    let office = Office::with_notes();
    office.siesta(&["governance", "set", "rest-api/http_get", "disabled"]).succeeds();
    office.provider.forget_requests();
    let run = office.siesta(&READ).ends_with(8);
    assert_eq!(run.stdout(), "");
    assert!(run.stderr.starts_with("error: denied: ") && run.stderr.contains("\n  cause: function_disabled\n"));
    let run = office.siesta(&[&READ[..], &["--json"]].concat()).ends_with(8);
    let document = run.json();
    assert_eq!((&document["outcome"], &document["reason"]), (&"deny".into(), &"function_disabled".into()));
    assert_eq!(run.stderr, "", "a decision is data, not a failure");
    assert_eq!(office.provider.requests().len(), 0);
    let rows = office.siesta(&["audit", "list", "--decision", "deny", "--json"]).succeeds().json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn each_kind_of_no_has_its_own_exit() {
    let office = Office::with_notes();
    office.siesta(&["agent", "add", "stranger"]).succeeds();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["call", "nothing", "http_get", "--arg", "path=x", "--agent", "helper"], 3, "connection_not_found"),
        (&["call", "notes", "http_gte", "--arg", "path=x", "--agent", "helper"], 3, "function_unknown"),
        (&["call", "notes", "http_get", "--arg", "path=x", "--agent", "nobody"], 8, "agent_not_active"),
        (&["call", "notes", "http_get", "--arg", "path=x", "--agent", "stranger"], 8, "not_assigned"),
        (&["call", "notes", "http_get", "--arg", "path=x", "--agent", "helper", "--user", "nobody"], 8, "user_unknown"),
        (&["call", "notes", "http_get", "--agent", "helper"], 8, "bad_request"),
    ];
    for (line, exit, reason) in cases {
        let run = office.siesta(&[line, &["--json"]].concat()).ends_with(exit);
        // The nouns that are not there come as a decision too: an agent reads one shape.
        assert_eq!(run.json()["reason"], reason, "{line:?}");
        assert_eq!(run.json()["outcome"], "deny");
        office.siesta(line).ends_with(exit);
    }
    assert_eq!(office.provider.count("GET", "/api/x"), 0);
}

#[test]
fn a_call_that_needs_approval_waits_and_is_run_once_when_it_is_given() {
    let office = Office::with_notes();
    let run = office.siesta(&WRITE).ends_with(9);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(lines[0].starts_with("waiting for approval (function_confirmation)"), "{}", run.stderr);
    let id = lines[1].strip_prefix("execution ").unwrap().to_owned();
    assert_eq!(lines[2], format!("hint: siesta executions approve {id}"));
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);
    // Asking again does not make a second request of it.
    assert_eq!(asked(&office), id);

    let list = office.siesta(&["executions", "list", "--pending", "--json"]).succeeds().json();
    let waiting = &list["executions"][0];
    let documented = [
        "id",
        "agent",
        "connection",
        "action",
        "method",
        "url",
        "arguments",
        "status",
        "approvalRequired",
        "approvalStatus",
        "createdAt",
        "expiresAt",
        "resolvedAt",
        "resolvedBy",
        "correlationId",
    ];
    for field in documented {
        assert!(waiting.get(field).is_some(), "{field} is missing in {waiting}");
    }
    assert_eq!((&waiting["id"], &waiting["status"]), (&id.as_str().into(), &"PendingApproval".into()));
    let table = office.siesta(&["executions", "list", "--pending"]).succeeds().stdout();
    assert!(table.contains("\tWaiting for approval\t"), "{table}");
    let shown = office.siesta(&["executions", "show", &id]).succeeds().stdout();
    assert!(shown.starts_with(&format!("destination\tPOST {}\n", office.provider.url("/api/notes"))), "{shown}");

    let run = office.siesta(&["executions", "approve", &id]).succeeds();
    assert_eq!(run.stdout(), "{\"id\":1,\"text\":\"hi\"}");
    assert!(run.stderr.starts_with(&format!("approved {id} for \"helper\"\n")), "{}", run.stderr);
    let error = office.siesta(&["executions", "approve", &id, "--json"]).ends_with(7).json_error();
    assert_eq!(error["exit"], 7);
    assert!(office.siesta(&["executions", "run", &id]).ends_with(8).stderr.contains("cause: approval_used\n"));
    office.siesta(&["executions", "reject", &id, "--reason", "late"]).ends_with(7);
    assert_eq!(office.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn an_approval_that_is_only_given_is_redeemed_once_by_who_asked() {
    let office = Office::with_notes();
    let id = asked(&office);
    let given = office.siesta(&["executions", "approve", &id, "--no-run", "--json"]).succeeds().json();
    assert_eq!((&given["execution"]["approvalStatus"], &given["schemaVersion"]), (&"Approved".into(), &1.into()));
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);

    // Another request does not fit it, and does not use it up.
    let mut other = WRITE.to_vec();
    other[6] = "body={\"text\":\"something else\"}";
    assert_ne!(office.siesta(&[&other[..], &["--approval", &id]].concat()).code, Some(0));
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);

    let redeemed = office.siesta(&[&WRITE[..], &["--approval", &id, "--json"]].concat()).succeeds().json();
    assert_eq!(redeemed["result"]["httpStatus"], 201);
    let again = office.siesta(&[&WRITE[..], &["--approval", &id]].concat());
    assert!(![Some(0), Some(9)].contains(&again.code), "{again:?}");
    assert_eq!(office.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_function_disabled_meanwhile_blocks_the_approval_and_does_not_burn_it() {
    let office = Office::with_notes();
    let id = asked(&office);
    office.siesta(&["executions", "approve", &id, "--no-run"]).succeeds();
    office.siesta(&["governance", "set", "rest-api/http_post", "disabled"]).succeeds();
    let redeem = [&WRITE[..], &["--approval", &id, "--json"]].concat();
    assert_eq!(office.siesta(&redeem).ends_with(8).json()["reason"], "function_disabled");
    office.siesta(&["governance", "set", "rest-api/http_post", "confirm"]).succeeds();
    office.siesta(&redeem).succeeds();
    assert_eq!(office.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_rejected_request_is_over() {
    let office = Office::with_notes();
    let id = asked(&office);
    let run = office.siesta(&["executions", "reject", &id, "--reason", "wrong text"]).succeeds();
    assert_eq!(run.stderr, format!("rejected {id}\n"));
    office.siesta(&["executions", "approve", &id]).ends_with(7);
    assert_ne!(office.siesta(&[&WRITE[..], &["--approval", &id]].concat()).code, Some(0));
    let shown = office.siesta(&["executions", "show", &id, "--json"]).succeeds().json();
    assert_eq!(
        (&shown["execution"]["approvalStatus"], &shown["execution"]["status"], &shown["execution"]["resolvedBy"]),
        (&"Rejected".into(), &"Failed".into(), &"mara".into())
    );
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);
    assert_eq!(office.siesta(&["executions", "list", "--pending"]).succeeds().stdout(), "");
    // It asks anew, as a new request.
    assert_ne!(asked(&office), id);
}

#[test]
fn nobody_approves_but_a_person_who_may() {
    let office = Office::with_notes();
    office.siesta(&["user", "add", "bob"]).succeeds();
    let id = asked(&office);
    for (actor, code) in [("agent:helper", "agent_may_not"), ("bob", "not_approver")] {
        let error =
            office.siesta(&["executions", "approve", &id, "--actor", actor, "--json"]).ends_with(8).json_error();
        assert_eq!(error["code"], code);
    }
    office.siesta(&["executions", "approve", "0199c0de", "--json"]).ends_with(3);
    assert_eq!(office.provider.count("POST", "/api/notes"), 0);
    office.siesta(&["executions", "approve", &id]).succeeds();
}

#[test]
fn a_provider_that_fails_is_exit_11_and_its_answer_is_kept() {
    let office = Office::with_notes();
    // A read is made three times.
    let headers = vec![("Retry-After".to_owned(), "0".to_owned())];
    office.provider.fault(Fault { path: "/api/notes".to_owned(), times: 3, headers, ..Fault::default() });
    let run = office.siesta(&READ).ends_with(11);
    assert_eq!(run.stdout(), "<html>out of order</html>");
    assert!(run.stderr.starts_with("warning: the provider answered HTTP 503\n"), "{}", run.stderr);
    // A failure of the provider is none of the connection: it stays healthy.
    let listed = office.siesta(&["list", "--json"]).succeeds().json();
    assert_eq!(listed["connections"][0]["status"], "healthy");
    let table = office.siesta(&["executions", "list"]).succeeds().stdout();
    assert!(table.contains("\tFailed\t"), "{table}");
    office.siesta(&READ).succeeds();
}

#[test]
fn an_expired_token_is_renewed_on_the_way_and_a_dead_one_needs_a_new_sign_in() {
    let office = Office::with_notes();
    office.provider.expire_access_tokens();
    office.siesta(&READ).succeeds();
    office.provider.withdraw_consent();
    // Found out on the way it is a failure; known beforehand it is a decision.
    let error = office.siesta(&[&READ[..], &["--json"]].concat()).ends_with(4).json_error();
    assert_eq!(
        (&error["code"], &error["cause"]),
        (&"needs-reauth".into(), &"the provider refused the refresh token (invalid_grant): the grant has ended".into())
    );
    let document = office.siesta(&[&READ[..], &["--json"]].concat()).ends_with(4).json();
    assert_eq!((&document["outcome"], &document["reason"]), (&"deny".into(), &"connection_needs_reauth".into()));
    let run = office.siesta(&READ).ends_with(4);
    assert!(run.stderr.contains("hint:  siesta reauth notes"), "{}", run.stderr);
    assert!(office.siesta(&["list"]).succeeds().stdout().ends_with("\tneeds_reauth\n"));
    assert_eq!(office.siesta(&["status", "--json"]).succeeds().json()["needsReauth"], json!(["notes"]));
}

#[test]
fn arguments_from_a_file_or_stdin_and_an_answer_into_a_new_file() {
    let office = Office::with_notes();
    let file = office.write("args.json", "{\"path\":\"notes\"}");
    let from_file = format!("@{}", file.display());
    let line = ["call", "notes", "http_get", "--agent", "helper", "--args"];
    let out = office.path("answer.json");
    let to_file = [&line[..], &[&from_file, "--out", out.to_str().unwrap()]].concat();
    let run = office.siesta(&to_file).succeeds();
    assert_eq!((run.stdout().as_str(), std::fs::read_to_string(&out).unwrap().as_str()), ("", "{\"notes\":[]}"));
    // Over something that is there: never.
    office.siesta(&to_file).ends_with(7);
    office.siesta_with(&[&line[..], &["-"]].concat(), "{\"path\":\"notes\"}").succeeds();
    for nonsense in ["[]", "{", "{\"path\":1,\"path\":2}"] {
        office.siesta_with(&[&line[..], &["-"]].concat(), nonsense).ends_with(2);
    }
}

#[test]
fn an_answer_has_its_file_before_the_call_is_made() {
    let office = Office::with_notes();
    office.write("there.json", "mine");
    office.provider.forget_requests();
    let refused = office.siesta(&[&READ[..], &["--out", "there.json"]].concat()).ends_with(7);
    assert!(refused.stderr.contains("nothing was sent"), "{}", refused.stderr);
    assert_eq!(office.provider.requests().len(), 0);
    assert_eq!(std::fs::read_to_string(office.path("there.json")).unwrap(), "mine");
    office.siesta(&[&READ[..], &["--out", "new.json"]].concat()).succeeds();
    assert_eq!(std::fs::read_to_string(office.path("new.json")).unwrap(), "{\"notes\":[]}");
    office.siesta(&["governance", "set", "rest-api/http_get", "disabled"]).succeeds();
    office.siesta(&[&READ[..], &["--out", "denied.json"]].concat()).ends_with(8);
    assert!(!office.path("denied.json").exists(), "no answer, no file");
}

#[test]
fn an_approval_that_was_not_used_can_be_taken_back() {
    let office = Office::with_notes();
    let id = asked(&office);
    office.siesta(&["executions", "approve", &id, "--no-run"]).succeeds();
    let taken = office.siesta(&["executions", "reject", &id, "--reason", "changed my mind", "--json"]).succeeds();
    assert_eq!(taken.json()["execution"]["approvalStatus"], "Cancelled");
    let redeemed = office.siesta(&[&WRITE[..], &["--approval", &id, "--json"]].concat()).ends_with(8);
    assert_eq!(redeemed.json()["reason"], "approval_cancelled");
}

#[test]
fn an_address_that_may_not_be_reached_is_a_denial_like_any_other() {
    let office = Office::new();
    // A name, so that only its resolution tells where it leads.
    let add = ["add", "rest-api", "inside", "--base-url", "https://localhost:9", "--no-secret", "--no-verify"];
    office.siesta(&add).succeeds();
    office.siesta(&["agent", "add", "helper", "--assign", "inside"]).succeeds();
    let line = ["call", "inside", "http_get", "--arg", "path=x", "--agent", "helper", "--json"];
    let denied = office.siesta(&line).ends_with(8).json();
    assert_eq!((&denied["outcome"], &denied["reason"]), (&"deny".into(), &"ssrf_blocked".into()));
}

#[test]
fn arguments_that_cannot_be_used_say_which_file_what_is_wrong_and_what_to_type() {
    let office = Office::with_research();
    let call = |more: &[&str]| {
        let line = ["call", "research", "create_response", "--agent", "helper"];
        office.siesta(&[&line[..], more].concat())
    };
    let error = call(&["--args", "@missing.json", "--json"]).ends_with(2).json_error();
    assert_eq!(error["message"], "missing.json cannot be read");
    assert!(error["hint"].as_str().unwrap().contains("--args @ANOTHER-FILE"), "{error}");
    let error = call(&["--args", "missing.json", "--json"]).ends_with(2).json_error();
    assert!(error["hint"].as_str().unwrap().contains("--args @FILE"), "{error}");
    for refused in [
        call(&["--arg", "modle=x"]).ends_with(8),
        call(&["--arg", "model=x"]).ends_with(8),
        call(&["--arg", "model=x", "--arg", "input=y", "--arg", "max_output_tokens=many"]).ends_with(8),
    ] {
        assert!(refused.stderr.contains("hint:  siesta catalog show openai create_response"), "{}", refused.stderr);
    }
    let raw = office.siesta(&["request", "research", "TRACE", "/x", "--agent", "helper"]).ends_with(8);
    assert!(raw.stderr.contains("hint:  siesta request --help"), "{}", raw.stderr);
    let error = call(&["--arg", "model=x", "--arg", "model=y", "--json"]).ends_with(2).json_error();
    assert_eq!(error["hint"], "siesta catalog show openai create_response");
    // A bomb is refused, not exploded: deep, wide, and with a name twice.
    office.write("deep.json", format!("{{\"input\":{}", "[".repeat(200_000)));
    office.write("twice.json", "{\"model\":\"x\",\"model\":\"y\"}");
    office.write("list.json", "[1]");
    office.write("binary.json", [0xff, 0xfe]);
    for file in ["@deep.json", "@twice.json", "@list.json", "@binary.json"] {
        let error = call(&["--args", file, "--json"]).ends_with(2).json_error();
        assert!(error["hint"].as_str().unwrap().contains("siesta catalog show"), "{file}: {error}");
    }
    assert_eq!(office.provider.requests().iter().filter(|seen| seen.path.contains("responses")).count(), 0);
}

#[test]
fn a_function_is_shown_with_what_it_is_given() {
    let office = Office::new();
    let document = office.siesta(&["catalog", "show", "jira", "list_comments", "--json"]).succeeds().json();
    let schema = &document["argumentsSchema"];
    assert_eq!((&document["service"], &schema["required"]), (&"jira".into(), &serde_json::json!(["issueIdOrKey"])));
    assert_eq!(schema["properties"]["maxResults"]["type"], "integer");
    assert_eq!(schema["additionalProperties"], false);
    let validator = jsonschema::draft202012::new(schema).unwrap();
    assert!(validator.is_valid(&serde_json::json!({"issueIdOrKey": "P-1", "startAt": 3})));
    assert!(!validator.is_valid(&serde_json::json!({"startAt": 3})));
    assert!(!validator.is_valid(&serde_json::json!({"issueIdOrKey": "P-1", "startAt": "3"})));
    let lines = office.siesta(&["catalog", "show", "jira", "list_comments"]).succeeds().stdout();
    assert!(lines.contains("issueIdOrKey  string  path  yes  Issue key"), "{lines}");
    let left = office.in_terminal(&["catalog", "show", "jira", "list_comments"]).finish().ends_with(0);
    assert!(left.screen.contains("ARGUMENT") && left.screen.contains("GOES INTO"), "{}", left.screen);
    let error = office.siesta(&["catalog", "show", "jira", "list_coments", "--json"]).ends_with(3).json_error();
    assert!(error["hint"].as_str().unwrap().starts_with("siesta catalog show jira list_comments"), "{error}");
    let error = office.siesta(&["catalog", "show", "jira", "fly", "--json"]).ends_with(3).json_error();
    assert_eq!(error["hint"], "siesta catalog show jira");
}

/// The exits of so many processes that are all started before any is waited for.
fn at_once(lines: Vec<crate::support::sandbox::Line>) -> Vec<i32> {
    let started: Vec<_> = lines.into_iter().map(crate::support::sandbox::Line::start).collect();
    started.into_iter().map(|running| running.finish().code.unwrap()).collect()
}

fn so_many(codes: &[i32], wanted: i32) -> usize {
    codes.iter().filter(|code| **code == wanted).count()
}

#[test]
fn of_32_processes_that_approve_one_does_and_of_32_that_redeem_one_does() {
    let office = Office::with_notes();
    let id = asked(&office);
    let codes = at_once((0..32).map(|_| office.line(&["executions", "approve", &id, "--json"])).collect());
    assert_eq!((so_many(&codes, 0), so_many(&codes, 7)), (1, 31), "{codes:?}");
    assert_eq!(office.provider.count("POST", "/api/notes"), 1);
    let id = asked(&office);
    office.siesta(&["executions", "approve", &id, "--no-run"]).succeeds();
    let redeem = [&WRITE[..], &["--approval", &id, "--json"]].concat();
    let codes = at_once((0..32).map(|_| office.line(&redeem)).collect());
    assert_eq!((so_many(&codes, 0), so_many(&codes, 8)), (1, 31), "{codes:?}");
    assert_eq!(office.provider.count("POST", "/api/notes"), 2);
    office.siesta(&["audit", "verify"]).succeeds();
}

#[test]
fn a_rate_holds_for_16_processes_at_once_and_for_those_behind_a_restart() {
    let office = Office::with_notes();
    office.siesta(&["policy", "set", "helper", "notes", "--rate", "5/h"]).succeeds();
    let read = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "--json"];
    let codes = at_once((0..16).map(|_| office.line(&read)).collect());
    assert_eq!((so_many(&codes, 0), so_many(&codes, 8)), (5, 11), "{codes:?}");
    // Nothing is remembered but what is on the disk, also when that is written anew.
    for between in [&["status"][..], &["store", "compact"]] {
        office.siesta(between).succeeds();
        let denied = office.siesta(&read).ends_with(8).json();
        assert_eq!(denied["reason"], "rate_limited");
    }
    assert_eq!(office.provider.count("GET", "/api/notes"), 5);
}
