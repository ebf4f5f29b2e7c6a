//! The main noun: add, list, show, rename, assign, reauth, rotate, revoke.
use crate::support::office::Office;
use crate::support::provider::{API_KEY, Button, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Fault};
use serde_json::{Value, json};

fn names(document: &Value) -> Vec<&str> {
    document.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_sign_in_at_any_standard_server() {
    let office = Office::new();
    office.set_client();
    let (run, page) = office.add_notes(&["--purpose", "the team's notes"], Button::Allow);
    let run = run.succeeds();
    assert!(page.status == 200 && page.body.contains("Connected"), "{page:?}");
    assert_eq!(run.stdout(), "");
    let words = "connected \"notes\" as ann@practice.example (127.0.0.1)\n";
    assert!(run.stderr.ends_with(words), "{}", run.stderr);

    let authorize = office.provider.requests().into_iter().find(|seen| seen.path.starts_with("/authorize")).unwrap();
    for part in ["code_challenge_method=S256", "response_type=code", "state=", "redirect_uri=http%3A%2F%2F127.0.0.1"] {
        assert!(authorize.path.contains(part), "{}", authorize.path);
    }
    // The second one right after the first finds its port, its name and its provider free.
    let api = office.provider.url("/api");
    let again = ["add", "oauth2", "more", "--issuer", &office.provider.base_url, "--base-url", &api];
    office.line(&[&again[..], &["--allow-private-network"]].concat()).sign_in(Button::Allow).0.succeeds();
    assert_eq!(office.siesta(&["list", "--json"]).succeeds().json()["connections"].as_array().unwrap().len(), 2);
}

#[test]
fn a_sign_in_in_json_lines_says_the_address_first_and_the_connection_when_it_is_done() {
    let office = Office::new();
    office.set_client();
    let (run, _) = office.add_notes(&["-o", "jsonl"], Button::Allow);
    let lines = run.succeeds().json_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(names(&lines[0]), ["pendingConnectionId", "authorizationUrl"]);
    assert!(lines[0]["authorizationUrl"].as_str().unwrap().starts_with(&office.provider.url("/authorize?")));
    assert_eq!(names(&lines[1]), ["connection"]);
    assert_eq!(lines[1]["connection"]["label"], "notes");

    let (run, _) = office.line(&["reauth", "notes", "-o", "jsonl"]).sign_in(Button::Allow);
    let lines = run.succeeds().json_lines();
    assert_eq!((names(&lines[0]).len(), names(&lines[1])), (2, vec!["connection"]));

    // The first line is there before anybody has signed in: a program needs it to go on.
    let mut waiting = office.line(&["reauth", "notes", "-o", "jsonl", "--timeout", "20s"]).start();
    let first = waiting.line_on_stdout(|line| line.contains("pendingConnectionId"));
    assert!(first.is_some());
    waiting.child.kill().unwrap();
    waiting.finish();
}

#[test]
fn a_confidential_client_gives_its_secret_by_stdin() {
    let office = Office::new();
    let provider = office.provider.base_url.clone();
    let args = ["app", "set", &provider, "--client-id", CONFIDENTIAL_CLIENT, "--client-secret-stdin", "--json"];
    let set = office.siesta_with(&args, CONFIDENTIAL_SECRET).succeeds().json();
    assert_eq!((&set["app"]["hasClientSecret"], &set["created"]), (&true.into(), &true.into()));
    office.add_notes(&[], Button::Allow).0.succeeds();
    let shown = office.siesta(&["show", "notes", "--json"]).succeeds().json();
    assert_eq!(shown["connection"]["clientId"], CONFIDENTIAL_CLIENT);
    let apps = office.siesta(&["app", "list"]).succeeds().stdout();
    assert!(apps.contains(CONFIDENTIAL_CLIENT) && !apps.contains(CONFIDENTIAL_SECRET), "{apps}");
}

#[test]
fn without_a_client_the_command_that_sets_one_is_named() {
    let office = Office::new();
    let issuer = office.provider.base_url.clone();
    let args = ["add", "oauth2", "notes", "--issuer", &issuer, "--allow-private-network", "--json"];
    let error = office.siesta(&args).ends_with(3).json_error();
    assert_eq!(error["code"], "no-client");
    let host = issuer.trim_start_matches("http://");
    assert_eq!(error["hint"], format!("siesta app set {host} --client-id ID"));
}

#[test]
fn a_key_is_tried_before_it_is_kept() {
    let office = Office::new();
    let run = office.add_research(&[]).succeeds();
    assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("", "connected \"research\" (OpenAI)\n"));
    assert_eq!(office.provider.count("GET", "/v1/models"), 1);

    let base = office.provider.base_url.clone();
    let wrong = ["add", "openai", "wrong", "--secret-stdin", "--base-url", &base, "--allow-private-network", "--json"];
    let error = office.siesta_with(&wrong, "sk-practice-wrong").ends_with(4).json_error();
    assert_eq!((&error["code"], &error["exit"]), (&"credential-refused".into(), &4.into()));

    office.provider.forget_requests();
    let untried = [&wrong[..], &["--no-verify"]].concat();
    let run = office.siesta_with(&untried, "sk-practice-wrong").succeeds();
    assert_eq!(names(&run.json()), ["schemaVersion", "connection"]);
    assert!(run.stderr.contains("warning: the key was not tried"), "{}", run.stderr);
    assert_eq!(office.provider.requests().len(), 0);
    let labels = office.siesta(&["list"]).succeeds().stdout();
    assert!(labels.starts_with("research\topenai\t") && labels.contains("\nwrong\topenai\t"), "{labels}");
}

#[test]
fn a_key_comes_from_a_file_and_a_descriptor_too() {
    let office = Office::new();
    let file = office.write("key.txt", format!("{API_KEY}\n"));
    let base = office.provider.base_url.clone();
    let common = ["--base-url", &base, "--allow-private-network"];
    let by_file = ["add", "openai", "by-file", "--secret-file", file.to_str().unwrap()];
    office.siesta(&[&by_file[..], &common[..]].concat()).succeeds();
    let by_fd = ["add", "openai", "by-fd", "--secret-fd", "0"];
    office.siesta_with(&[&by_fd[..], &common[..]].concat(), API_KEY).succeeds();
    assert_eq!(office.provider.count("GET", "/v1/models"), 2);
}

#[test]
fn the_list_is_the_document_of_the_connections_api() {
    let office = Office::with_notes();
    let document = office.siesta(&["list", "--json"]).succeeds().json();
    assert_eq!(names(&document), ["schemaVersion", "connections"]);
    assert_eq!(document["schemaVersion"], 1);
    let connection = &document["connections"][0];
    let documented = [
        "id",
        "provider",
        "service",
        "label",
        "status",
        "singleton",
        "grantedScopes",
        "metadata",
        "createdAt",
        "policies",
        "access",
        "owner",
        "purpose",
        "requestedScopes",
        "expiresAt",
    ];
    for field in documented {
        assert!(names(connection).contains(&field), "{field} is missing in {connection}");
    }
    assert_eq!((&connection["label"], &connection["status"]), (&"notes".into(), &"healthy".into()));
    assert_eq!(connection["metadata"]["email"], "ann@practice.example");
    assert_eq!(connection["grantedScopes"], json!(["openid", "email", "notes.read", "notes.write"]));
    let policy = &connection["policies"][0];
    for field in [
        "id",
        "agentId",
        "agentName",
        "defaultMode",
        "stepUpApproval",
        "allowedModels",
        "allowlists",
        "rateLimits",
        "timeWindows",
    ] {
        assert!(names(policy).contains(&field), "{field} is missing in {policy}");
    }
    assert_eq!((&policy["agentName"], &policy["defaultMode"]), (&"helper".into(), &"read_write".into()));
}

#[test]
fn the_list_is_searched_and_an_empty_one_is_no_failure() {
    let office = Office::with_research();
    office
        .siesta_with(
            &[
                "add",
                "rest-api",
                "crm",
                "--base-url",
                "https://crm.example.com",
                "--secret-stdin",
                "--no-verify",
                "--purpose",
                "Customers of Europe",
            ],
            "k-123",
        )
        .succeeds();
    let found = |args: &[&str]| {
        let args = [&["list"], args].concat();
        let lines = office.siesta(&args).succeeds().stdout();
        lines.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["research", "crm"]);
    assert_eq!(found(&["EUROPE"]), ["crm"]);
    assert_eq!(found(&["--service", "openai"]), ["research"]);
    assert_eq!(found(&["--access", "shared"]), ["research"]);
    assert_eq!(found(&["--owner", "mara", "rese"]), ["research"]);
    assert_eq!(found(&["nothing of the kind"]), Vec::<String>::new());
    assert_eq!(office.siesta(&["list", "x y", "--json"]).succeeds().json()["connections"], json!([]));
    let refused = office.siesta(&["list", "--status", "ill", "--json"]).ends_with(2).json_error();
    assert_eq!(refused["code"], "usage");
}

#[test]
fn show_and_rename() {
    let office = Office::with_research();
    let shown = office.siesta(&["show", "research"]).succeeds().stdout();
    assert!(shown.starts_with("name\tresearch\nid\t") && shown.contains("\nstatus\thealthy\n"), "{shown}");
    let document = office.siesta(&["show", "research", "--json"]).succeeds().json();
    let parts = [
        "schemaVersion",
        "connection",
        "serviceEnabled",
        "missingScopes",
        "unusedScopes",
        "grants",
        "functions",
        "limits",
    ];
    assert_eq!(names(&document), parts);
    let id = document["connection"]["id"].as_str().unwrap().to_owned();

    let renamed = office.siesta(&["rename", "research", "Models of the lab", "--json"]).succeeds().json();
    assert_eq!(names(&renamed), ["schemaVersion", "connection"]);
    assert_eq!(
        (&renamed["connection"]["label"], &renamed["connection"]["id"]),
        (&"Models of the lab".into(), &id.as_str().into())
    );
    // By id, by the beginning of the id, and without regard to case.
    for name in [id.as_str(), &id[..13], "models of the LAB"] {
        assert_eq!(office.siesta(&["show", name, "--json"]).succeeds().json()["connection"]["id"], id);
    }
    let run = office.siesta(&["rename", "Models of the lab", "research"]).succeeds();
    assert_eq!(run.stderr, "renamed \"Models of the lab\" to \"research\"\n");
    let error = office.siesta(&["show", "reserch", "--json"]).ends_with(3).json_error();
    assert_eq!(error["hint"], "did you mean research?");
    for label in ["openai", "0199f0a5-6a7b-7c3d-8e4f-0123456789ab", "", "a\u{202e}b"] {
        office.siesta(&["rename", "research", label]).ends_with(2);
    }
}

#[test]
fn assign_and_unassign() {
    let office = Office::with_research();
    office.siesta(&["agent", "add", "second"]).succeeds();
    let run = office.siesta(&["assign", "research", "second"]).succeeds();
    assert_eq!(run.stderr, "assigned \"research\" to \"second\" (read_only)\n");
    let again = office.siesta(&["assign", "research", "second", "--json"]).succeeds().json();
    assert_eq!((&again["assigned"], &again["policy"]["agentName"]), (&false.into(), &"second".into()));
    office.siesta(&["unassign", "research", "second"]).succeeds();
    office.siesta(&["unassign", "research", "second"]).ends_with(3);
    let error = office.siesta(&["assign", "research", "secnd", "--json"]).ends_with(3).json_error();
    assert_eq!(error["exit"], 3);
}

#[test]
fn a_grant_names_who_may_use_a_connection() {
    let office = Office::with_research();
    let call = ["call", "research", "list_models", "--agent", "helper", "--user", "alice"];
    office.siesta(&call).succeeds();
    // Once somebody is named, a shared connection is for those who are named.
    let granted = office.siesta(&["grant", "research", "--user", "mara", "--json"]).succeeds().json();
    assert_eq!((&granted["changed"], &granted["schemaVersion"]), (&true.into(), &1.into()));
    office.siesta(&call).ends_with(8);
    office.siesta(&["grant", "research", "--user", "alice"]).succeeds();
    office.siesta(&call).succeeds();
    office.siesta(&["grant", "research", "--user", "alicia"]).ends_with(3);
    office.siesta(&["ungrant", "research", "--user", "alice"]).succeeds();
    // Without the last one it would be for everybody again: that is asked.
    let error = office.siesta(&["ungrant", "research", "--user", "mara", "--json"]).ends_with(2).json_error();
    assert_eq!(error["exit"], 2);
    office.siesta(&call).ends_with(8);
    office.siesta(&["ungrant", "research", "--user", "mara", "--yes"]).succeeds();
    office.siesta(&call).succeeds();
}

#[test]
fn reauth_keeps_the_connection_its_policies_and_its_limits() {
    let office = Office::with_notes();
    let before = office.siesta(&["show", "notes", "--json"]).succeeds().json();
    office.provider.withdraw_consent();
    let (run, page) = office.line(&["reauth", "notes"]).sign_in(Button::Allow);
    let run = run.succeeds();
    assert!(page.body.contains("Connected"), "{page:?}");
    assert!(
        run.stderr.ends_with("authorised again: \"notes\" as ann@practice.example (127.0.0.1)\n"),
        "{}",
        run.stderr
    );
    let after = office.siesta(&["show", "notes", "--json"]).succeeds().json();
    for kept in ["id", "label", "owner", "createdAt", "policies", "requestedScopes", "baseUrl"] {
        assert_eq!(before["connection"][kept], after["connection"][kept], "{kept}");
    }
    office.siesta(&["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper"]).succeeds();
}

#[test]
fn reauth_with_another_account_is_refused_unless_that_is_meant() {
    let office = Office::with_notes();
    office.provider.set(|settings| {
        settings.subject = "practice-user-2".to_owned();
        settings.email = "bob@practice.example".to_owned();
    });
    let (run, page) = office.line(&["reauth", "notes"]).sign_in(Button::Allow);
    let run = run.ends_with(4);
    let error = "it was bob@practice.example, not ann@practice.example\n";
    assert!(run.stderr.contains(error) && !page.body.contains("Connected"), "{}", run.stderr);
    assert!(run.stderr.contains("--allow-account-change"), "{}", run.stderr);
    let call = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper"];
    office.siesta(&call).succeeds();
    let (run, _) = office.line(&["reauth", "notes", "--allow-account-change"]).sign_in(Button::Allow);
    assert!(run.succeeds().stderr.contains("bob@practice.example"));
    office.siesta(&call).succeeds();
}

#[test]
fn a_sign_in_with_another_account_than_was_asked_for_is_refused() {
    let office = Office::new();
    office.set_client();
    let (run, page) = office.add_notes(&["--account-hint", "bob@practice.example"], Button::Allow);
    let run = run.ends_with(4);
    assert!(run.stderr.contains("it was ann@practice.example, not bob@practice.example\n"), "{}", run.stderr);
    assert!(!page.body.contains("Connected"));
    // What was granted is not left alive at the provider.
    assert!(office.provider.count("POST", "/revoke") >= 1);
    // A server that does not say who it was cannot satisfy the hint.
    let silent = ["--scope", "notes.read", "--account-hint", "ann@practice.example"];
    let api = office.provider.url("/api");
    let add = ["add", "oauth2", "notes", "--issuer", &office.provider.base_url, "--base-url", &api];
    let line = [&add[..], &["--allow-private-network"], &silent].concat();
    office.line(&line).sign_in(Button::Allow).0.ends_with(4);
    assert_eq!(office.siesta(&["list"]).succeeds().stdout(), "");
    office.add_notes(&["--account-hint", "ANN@practice.example"], Button::Allow).0.succeeds();
}

#[test]
fn a_key_has_nothing_to_sign_in_to_and_is_rotated() {
    let office = Office::with_research();
    let run = office.siesta(&["reauth", "research"]).ends_with(7);
    assert!(run.stderr.contains("hint:  siesta rotate research"), "{}", run.stderr);
    let run = office.siesta_with(&["rotate", "research", "--secret-stdin"], API_KEY).succeeds();
    assert_eq!(run.stderr, "replaced the key of \"research\"\n");
    let wrong = office.siesta_with(&["rotate", "research", "--secret-stdin", "--json"], "sk-wrong").ends_with(4);
    assert_eq!(wrong.json_error()["code"], "credential-refused");
    // The one that works is still there.
    let list = ["call", "research", "list_models", "--agent", "helper"];
    assert!(office.siesta(&list).succeeds().stdout().contains("practice-small"));
}

#[test]
fn revoke_says_what_the_provider_said_and_the_row_stays() {
    let office = Office::with_notes();
    let run = office.siesta(&["revoke", "notes", "--yes", "--json"]).succeeds();
    let document = run.json();
    assert_eq!(names(&document)[..4], ["schemaVersion", "connection", "auditId", "upstream"]);
    assert_eq!((&document["upstream"], &document["connection"]["status"]), (&"revoked".into(), &"revoked".into()));
    assert_eq!(document["revokedPolicies"], 1);
    assert!(office.provider.count("POST", "/revoke") >= 1);
    let rows = office.siesta(&["audit", "list", "--action", "connection.revoke", "--json"]).succeeds().json();
    let seqs: Vec<&Value> = rows["rows"].as_array().unwrap().iter().map(|row| &row["seq"]).collect();
    assert!(seqs.contains(&&document["auditId"]), "{document}");

    assert_eq!(office.siesta(&["list"]).succeeds().stdout(), "");
    assert!(office.siesta(&["list", "--all"]).succeeds().stdout().ends_with("\tprivate\trevoked\n"));
    for again in [&["revoke", "notes", "--yes"][..], &["reauth", "notes"]] {
        office.siesta(again).ends_with(7);
    }
    let call = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper"];
    assert_ne!(office.siesta(&call).code, Some(0));
}

#[test]
fn revoke_that_the_provider_did_not_hear_is_exit_11_and_never_called_revoked() {
    let office = Office::with_notes();
    office.provider.fault(Fault { path: "/revoke".to_owned(), times: 9, ..Fault::default() });
    let run = office.siesta(&["revoke", "notes", "--yes"]).ends_with(11);
    assert!(run.stderr.contains("the credential is destroyed; NOT revoked at the provider"), "{}", run.stderr);
    assert!(run.stderr.contains("the token may still be alive"), "{}", run.stderr);

    let keys = Office::with_research();
    let document = keys.siesta(&["revoke", "research", "--yes", "--json"]).succeeds().json();
    assert_eq!(document["upstream"], "not-supported");
    assert!(document["upstreamDetail"].is_string());
}

#[test]
fn revoke_keeps_the_tokens_for_a_retry_where_the_provider_was_not_reached() {
    let office = Office::with_notes();
    office.provider.fault(Fault { path: "/revoke".to_owned(), times: 2, ..Fault::default() });
    let kept = office.siesta(&["revoke", "notes", "--yes", "--keep-for-retry"]).ends_with(11);
    assert!(kept.stderr.contains("opens nothing any more and is kept for --retry until 2"), "{}", kept.stderr);
    assert!(kept.stderr.contains("siesta revoke notes --retry"), "{}", kept.stderr);
    let call = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper"];
    let calls = office.provider.count("GET", "/api/notes");
    assert_ne!(office.siesta(&call).code, Some(0));
    assert_eq!(office.provider.count("GET", "/api/notes"), calls, "a kept token was used");
    assert_ne!(office.siesta(&["refresh", "notes"]).code, Some(0));

    assert_eq!(office.siesta(&["list"]).succeeds().stdout(), "");
    assert!(office.siesta(&["list", "--all"]).succeeds().stdout().ends_with("\trevoked, not at the provider\n"));
    let shown = office.siesta(&["show", "notes", "--json"]).succeeds().json();
    assert!(shown["connection"]["keptForRetryUntil"].is_string(), "{shown}");
    assert!(office.siesta(&["show", "notes"]).succeeds().stdout().contains("to revoke again until"));
    let doctor = office.siesta(&["doctor"]).ends_with(12);
    assert!(doctor.stdout().contains("siesta revoke notes --retry"), "{}", doctor.stdout());

    // Without --retry it is revoked already; the retry may fail as well, and then succeeds once.
    let again = office.siesta(&["revoke", "notes", "--yes", "--json"]).ends_with(7).json_error();
    assert!(again["hint"].as_str().unwrap().contains("siesta revoke notes --retry"), "{again}");
    let failed = office.siesta(&["revoke", "notes", "--retry", "--json"]).ends_with(11).json();
    assert_eq!(failed["upstream"], "failed");
    assert!(failed["connection"]["keptForRetryUntil"].is_string(), "{failed}");
    let done = office.siesta(&["revoke", "notes", "--retry", "--json"]).succeeds().json();
    assert_eq!((&done["upstream"], &done["connection"]["keptForRetryUntil"]), (&"revoked".into(), &Value::Null));
    let nothing = office.siesta(&["revoke", "notes", "--retry"]).ends_with(7);
    assert!(nothing.stderr.contains("nothing of connection \"notes\" was kept"), "{}", nothing.stderr);
    for wrong in [&["--keep-for-retry", "--retry"][..], &["--keep-for-retry", "--local-only"]] {
        office.siesta(&[&["revoke", "notes"], wrong].concat()).ends_with(2);
    }
    office.siesta(&["audit", "verify"]).succeeds();
}

/// Rule 24: a connection that dies with its access token is not made without saying so.
#[test]
fn a_sign_in_without_a_refresh_token_and_with_fewer_scopes_says_so() {
    let office = Office::new();
    office.set_client();
    office.provider.set(|settings| {
        settings.issue_refresh_token = false;
        settings.grant_scopes = Some(vec!["openid".to_owned(), "notes.read".to_owned()]);
    });
    let strict = office.add_notes(&["--require-scopes"], Button::Allow).0.ends_with(4);
    assert!(strict.stderr.contains("not granted: email notes.write"), "{}", strict.stderr);
    let run = office.add_notes(&[], Button::Allow).0.succeeds();
    assert!(run.stderr.contains("gave no refresh token: a new sign-in is needed when the access token expires at 2"));
    assert!(run.stderr.contains("not granted: email notes.write"), "{}", run.stderr);
}

#[test]
fn revoke_warns_beforehand_of_what_else_may_end_with_it() {
    let office = Office::with_notes();
    let again = |name: &str| {
        let base = &office.provider.base_url;
        let line = ["add", "oauth2", name, "--issuer", base, "--allow-private-network", "--scope", "openid email"];
        office.line(&line).sign_in(Button::Allow).0.succeeds();
    };
    again("same");
    office.provider.set(|settings| settings.subject = "practice-user-2".to_owned());
    again("other");
    // Before the question, so before anything is done.
    let asked = office.siesta(&["revoke", "notes"]).ends_with(2);
    assert!(asked.stderr.contains("may end \"same\" too") && !asked.stderr.contains("other"), "{}", asked.stderr);
    let local = office.siesta(&["revoke", "notes", "--local-only", "--yes"]).succeeds();
    assert!(!local.stderr.contains("may end"), "{}", local.stderr);
    assert!(!office.siesta(&["revoke", "same", "--yes"]).succeeds().stderr.contains("may end"));
}

#[test]
fn revoke_asks_and_without_anybody_to_ask_nothing_happens() {
    let office = Office::with_research();
    let error = office.siesta(&["revoke", "research", "--json"]).ends_with(2).json_error();
    assert_eq!((&error["code"], &error["flag"]), (&"input-needed".into(), &"--yes".into()));
    assert_eq!(office.siesta(&["list"]).succeeds().stdout().lines().count(), 1);
}
