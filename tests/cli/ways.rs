//! Each way to open each service: what gets its tokens without a person, what is public, any API; and that none is left out.
use crate::services::{KEY_FILE, dialect_cases, google_cases, key_cases, microsoft_cases};
use crate::support::desk::{BEARER, Case, Desk, How, Write, reads};
use crate::support::lab::Asked;
use crate::support::{files_below, root};
use serde_json::json;
use std::collections::BTreeSet;

/// What proves a key file at each service of Google; sheets have nothing that every key file may ask for.
const KEY_FILE_PROOFS: [(&str, &str); 9] = [
    ("google-gmail", "GET /gmail/v1/users/me/profile"),
    ("google-calendar", "GET /calendar/v3/calendars/primary"),
    ("google-contacts", "GET /v1/people/me?personFields=emailAddresses,names"),
    ("google-docs", "GET /drive/v3/about?fields=user"),
    ("google-drive", "GET /drive/v3/about?fields=user"),
    ("google-sheets", ""),
    ("google-tag-manager", "GET /tagmanager/v2/accounts"),
    ("google-analytics", "GET /v1beta/accountSummaries?pageSize=1"),
    ("google-ads", "GET /v26/customers:listAccessibleCustomers"),
];

const ORGANIZATION: &str = "GET /v1.0/organization?$select=id,displayName";

/// Lives one case of a credential that gets its tokens without anybody signing in.
#[track_caller]
fn unattended(desk: &Desk, case: &Case, add: (&'static str, &str), proof: &str, grant: &str) {
    let name = case.service;
    let mut tokens = json!({"access_token": "lab-access-token-1", "expires_in": "3599", "token_type": "Bearer"});
    desk.lab.tell("POST", "/token", 200, tokens.clone());
    let (run, asked) = desk.add(name, How::Secret(add.0), add.1);
    run.succeeds();
    let lines: Vec<String> = asked.iter().map(Asked::line).collect();
    let expected: Vec<&str> = ["POST /token", proof].into_iter().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expected, "{name}: what proves it");
    assert_eq!(asked[0].form()["grant_type"], grant, "{name}");
    let bearer = |asked: &Asked| asked.header("authorization").unwrap_or_default().to_owned();
    assert!(asked[1..].iter().all(|asked| bearer(asked) == "Bearer lab-access-token-1"), "{name}: {asked:?}");

    let (read, first) = reads(desk, name, case);
    let beside = (name == "google-ads").then_some("dev-token-0123");
    assert_eq!(first.header("developer-token"), beside, "{name}");
    let Write::Approved(function, arguments, line, _) = &case.write else { panic!("{name}: it writes") };
    let waiting = desk.run(&format!("call c {function} --agent helper --json {arguments}")).ends_with(9).json();
    assert!(desk.lab.asked().is_empty(), "{name}/{function} went out unasked");
    desk.run(&format!("executions approve {}", waiting["executionId"].as_str().unwrap())).succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked.iter().map(Asked::line).collect::<Vec<_>>(), [*line], "{name}/{function}");
    assert_eq!(bearer(&asked[0]), "Bearer lab-access-token-1", "{name}/{function}");

    // Renewed without a person, by asking for a new one in the same way; there is no refresh token to be kept.
    tokens["access_token"] = json!("lab-access-token-2");
    desk.lab.tell("POST", "/token", 200, tokens);
    desk.run("refresh c").succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked.iter().map(Asked::line).collect::<Vec<_>>(), ["POST /token"], "{name}: refresh");
    assert_eq!(asked[0].form()["grant_type"], grant, "{name}: refresh");
    desk.run(&read).succeeds();
    assert_eq!(bearer(&desk.lab.asked()[0]), "Bearer lab-access-token-2", "{name}: the new one is used");
    assert_eq!(
        desk.run("test c --json").succeeds().json()["connections"][0]["outcome"],
        match proof {
            "" => "not-tried",
            _ => "healthy",
        }
    );
    desk.lab.asked();
    // Nobody can take a key file or an application's secret back but its owner, who is told where.
    let revoked = desk.run("revoke c --yes --json").succeeds().json();
    assert_eq!(revoked["upstream"], "not-supported", "{name}: {revoked}");
    assert!(!revoked["upstreamDetail"].as_str().unwrap().is_empty(), "{name}: where a person ends it");
    assert!(desk.lab.asked().is_empty(), "{name}");
}

#[test]
fn each_service_of_google_is_opened_by_a_key_file() {
    let desk = Desk::new();
    let cases = [google_cases(), dialect_cases()].concat();
    for (service, proof) in KEY_FILE_PROOFS {
        let case = cases.iter().find(|case| case.service == service).unwrap();
        let more = "--with service_account --token-url {lab}/token";
        // Ads want a second secret beside the token, so the key file has flags of its own.
        let file = desk.sandbox.write("key.json", KEY_FILE);
        let beside = format!("{more} --client-secret-file {}", file.to_str().unwrap());
        let add = if service == "google-ads" { ("dev-token-0123", beside.as_str()) } else { (KEY_FILE, more) };
        unattended(&desk, case, add, proof, "urn:ietf:params:oauth:grant-type:jwt-bearer");
    }
}

#[test]
fn each_service_of_microsoft_is_opened_by_a_client_that_signs_in_for_itself() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/v1.0/organization", 200, json!({"value": [{"id": "t1", "displayName": "Acme"}]}));
    // Teams lets no application read chats on its own.
    for case in microsoft_cases().iter().filter(|case| case.service != "microsoft-teams") {
        let more = "--with client_credentials --token-url {lab}/token --client-id app-1";
        unattended(&desk, case, ("lab-app-secret", more), ORGANIZATION, "client_credentials");
    }
}

#[test]
fn what_is_public_is_opened_by_a_key_or_by_nothing() {
    let desk = Desk::new();
    let key = "AIzaLabLabLabLabLabLabLabLabLabLabLab01";
    let (run, asked) = desk.add("google-sheets", How::Secret(key), "--with api_key");
    run.succeeds();
    assert!(asked.is_empty(), "nothing can be asked that every key may");
    desk.run("assign c helper").succeeds();
    desk.run("call c get_spreadsheet --agent helper --arg spreadsheetId=s1").succeeds();
    assert_eq!(desk.lab.asked()[0].line(), format!("GET /v4/spreadsheets/s1?key={key}"));
    assert_eq!(desk.run("revoke c --yes --json").succeeds().json()["upstream"], "not-supported");

    desk.lab.tell("GET", "/pagespeedonline/v5/runPagespeed", 200, json!({"id": "https://example.com"}));
    desk.run("add google-pagespeed c --no-secret --base-url {lab} --allow-private-network").succeeds();
    desk.lab.asked();
    desk.run("assign c helper").succeeds();
    desk.run("call c analyze_page --agent helper --arg url=https://acme.example").succeeds();
    let [asked] = desk.lab.asked().try_into().unwrap();
    assert!(!asked.path.contains("key=") && asked.header("authorization").is_none(), "{asked:?}");
    desk.run("revoke c --yes").succeeds();
}

#[test]
fn any_api_is_opened_in_each_way_there_is() {
    let desk = Desk::new();
    desk.lab.tell("POST", "/token", 200, json!({"access_token": "lab-access-token-1", "expires_in": 3600}));
    let basic = "Basic YW5uOmxhYi1wYXNzd29yZA==";
    for (more, secret, header) in [
        ("--with api_key", "lab-key-0123456789", Some("Bearer lab-key-0123456789")),
        ("--with basic --set user=ann", "lab-password", Some(basic)),
        ("--with client_credentials --token-url {lab}/token --client-id app-1", "lab-secret", Some(BEARER.1)),
        ("--with none", "", None),
    ] {
        match secret {
            "" => desk.run(&format!("add rest-api c --base-url {{lab}} --allow-private-network --no-secret {more}")),
            secret => desk.add("rest-api", How::Secret(secret), more).0,
        }
        .succeeds();
        desk.lab.asked();
        desk.run("assign c helper").succeeds();
        desk.run("policy set helper c --mode read_write").succeeds();
        desk.run("call c http_get --agent helper --arg path=notes").succeeds();
        let waiting = desk.run("call c http_post --agent helper --arg path=notes --arg body=hi --json").ends_with(9);
        let id = waiting.json()["executionId"].as_str().unwrap().to_owned();
        desk.run(&format!("executions approve {id}")).succeeds();
        let asked = desk.lab.asked();
        assert_eq!(asked.iter().map(Asked::line).collect::<Vec<_>>(), ["GET /notes", "POST /notes"], "{more}");
        assert!(asked.iter().all(|asked| asked.header("authorization") == header), "{more}: {asked:?}");
        if more.contains("client_credentials") {
            desk.run("refresh c").succeeds();
            assert_eq!(desk.lab.asked()[0].form()["grant_type"], "client_credentials");
        }
        desk.run("revoke c --yes").succeeds();
    }
}

/// Ways that are in no case, and the test that goes them.
const WAYS_ELSEWHERE: [(&str, &str, &str); 15] = [
    ("azure-storage", "connection_string", "azure_storage_is_signed_and_its_key_stays_here"),
    ("azure-storage", "sas", "azure_storage_is_signed_and_its_key_stays_here"),
    ("email-imap", "basic", "a_mailbox_is_proved_at_both_servers_before_it_is_stored"),
    ("google-pagespeed", "api_key", "google_services_opened_by_a_key_send_it_in_the_query"),
    ("google-pagespeed", "none", "what_is_public_is_opened_by_a_key_or_by_nothing"),
    ("google-search", "api_key", "google_services_opened_by_a_key_send_it_in_the_query"),
    ("google-sheets", "api_key", "what_is_public_is_opened_by_a_key_or_by_nothing"),
    ("openrouter", "oauth2", "a_sign_in_that_makes_a_lasting_key_names_no_client"),
    ("rest-api", "oauth2", "a_sign_in_at_any_standard_server"),
    ("rest-api", "client_credentials", "any_api_is_opened_in_each_way_there_is"),
    ("rest-api", "api_key", "any_api_is_opened_in_each_way_there_is"),
    ("rest-api", "basic", "any_api_is_opened_in_each_way_there_is"),
    ("rest-api", "none", "any_api_is_opened_in_each_way_there_is"),
    ("slack", "bot_token", "services_opened_by_a_key_send_what_their_providers_document"),
    ("telegram", "bot_token", "telegram_has_its_token_in_the_path_and_nowhere_else"),
];

#[test]
fn every_way_to_open_a_service_is_gone_by_a_test_that_exists() {
    let mut gone: BTreeSet<(String, String)> = BTreeSet::new();
    let mut go = |service: &str, kind: &str| gone.insert((service.to_owned(), kind.to_owned()));
    for case in [google_cases(), microsoft_cases(), dialect_cases()].concat() {
        go(case.service, "oauth2");
    }
    for case in key_cases() {
        go(case.service, if case.more.contains("--with basic") { "basic" } else { "api_key" });
    }
    for (service, _) in KEY_FILE_PROOFS {
        go(service, "service_account");
    }
    for case in microsoft_cases().iter().filter(|case| case.service != "microsoft-teams") {
        go(case.service, "client_credentials");
    }
    let texts: Vec<String> = files_below(&root().join("tests/cli"), ".rs")
        .into_iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    for (service, kind, test) in WAYS_ELSEWHERE {
        assert!(texts.iter().any(|text| text.contains(&format!("#[test]\nfn {test}()"))), "there is no test {test}");
        go(service, kind);
    }
    let desk = Desk::new();
    let listed = desk.run("catalog list --json").succeeds().json();
    for service in listed["services"].as_array().unwrap() {
        let id = service["id"].as_str().unwrap();
        let shown = desk.run(&format!("catalog show {id} --json")).succeeds().json();
        for way in shown["service"]["ways"].as_array().unwrap() {
            let kind = way["kind"].as_str().unwrap();
            assert!(gone.contains(&(id.to_owned(), kind.to_owned())), "{id} is never opened by {kind}");
        }
    }
}

#[test]
fn a_first_policy_opens_every_server_of_a_service() {
    let desk = Desk::new();
    desk.lab.tell("POST", "/token", 200, json!({"access_token": "lab-access-token-1", "expires_in": 3600}));
    let signed = "--with service_account --token-url {lab}/token --allow-private-network";
    for (service, more, secret, call, url) in [
        (
            "google-docs",
            signed,
            KEY_FILE,
            "export_document --arg fileId=f1 --arg mimeType=application/pdf",
            "https://www.googleapis.com/drive/v3/files/f1/export",
        ),
        (
            "google-analytics",
            signed,
            KEY_FILE,
            "list_account_summaries",
            "https://analyticsadmin.googleapis.com/v1beta/accountSummaries",
        ),
        (
            "clockify",
            "--set workspaceId=0123456789abcdef01234567",
            "clock-lab-0123",
            "detailed_report --arg dateRangeStart=a --arg dateRangeEnd=b --arg 'detailedFilter={}'",
            "https://reports.api.clockify.me/v1/workspaces/0123456789abcdef01234567/reports/detailed",
        ),
    ] {
        desk.run_with(&format!("add {service} c --secret-stdin --no-verify {more}"), secret).succeeds();
        let asked = |policy: &str| {
            desk.run(policy).succeeds();
            let line = format!("call c {call} --agent helper --dry-run --json");
            let url = desk.run(&line).succeeds().json()["request"]["url"].as_str().unwrap().to_owned();
            url.split('?').next().unwrap().to_owned()
        };
        assert_eq!(asked("assign c helper"), url);
        desk.run("unassign c helper").succeeds();
        assert_eq!(asked("policy set helper c --rate 60/h"), url);
        // One that names what is open names it server by server.
        desk.run("policy set helper c --allow 'GET /nothing'").succeeds();
        let denied = desk.run(&format!("call c {call} --agent helper --dry-run --json")).ends_with(8).json();
        assert_eq!(denied["reason"], "allowlist_miss");
        // What is exported comes back as it was.
        desk.run("unassign c helper").succeeds();
        desk.run("assign c helper").succeeds();
        let file = desk.run("export").succeeds().stdout();
        let file = desk.sandbox.write("org.yaml", file);
        desk.run(&format!("plan {}", file.to_str().unwrap())).succeeds();
        desk.run("revoke c --yes --local-only").succeeds();
    }
}
