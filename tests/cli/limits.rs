//! Token limits: set, reached, reported.
use crate::support::office::Office;
use crate::support::root;
use crate::support::sandbox::Sandbox;
use serde_json::{Value, json};

const CHAT: [&str; 10] = [
    "call",
    "research",
    "create_chat_completion",
    "--agent",
    "helper",
    "--user",
    "alice",
    "--arg",
    "model=practice-small",
    "--arg=messages=[{\"role\":\"user\",\"content\":\"good morning\"}]",
];

/// A call costs 900 tokens; alice has 1,000 a day.
#[track_caller]
fn office() -> Office {
    let office = Office::with_research();
    office.siesta(&["policy", "set", "helper", "research", "--mode", "read_write", "--step-up", "never"]).succeeds();
    office.provider.set(|settings| settings.usage = Some((600, 300)));
    let run = office.siesta(&["limits", "set", "research", "--user", "alice", "--daily", "0.001"]).succeeds();
    assert_eq!(run.stderr, "the limit of user alice on \"research\": daily 0.001 M, weekly not limited\n");
    office
}

#[test]
fn a_limit_that_is_reached_is_exit_10_and_says_when_it_ends() {
    let office = office();
    office.siesta(&CHAT).succeeds();
    // The last call may overshoot; the one after it may not begin.
    office.siesta(&CHAT).succeeds();
    office.provider.forget_requests();
    let run = office.siesta(&CHAT).ends_with(10);
    assert_eq!(run.stdout(), "");
    assert!(run.stderr.starts_with("error: denied: ") && run.stderr.contains("1,800"), "{}", run.stderr);
    assert!(run.stderr.contains("hint:  siesta limits report --connection research\n"), "{}", run.stderr);

    let run = office.siesta(&[&CHAT[..], &["--json"]].concat()).ends_with(10);
    let document = run.json();
    assert_eq!((&document["outcome"], &document["reason"]), (&"deny".into(), &"token_limit".into()));
    problem(&document["problem"]);
    assert_eq!(run.stderr, "");
    assert_eq!(office.provider.requests().len(), 0, "nothing left the machine");
    // Somebody else is not concerned.
    office.siesta(&["user", "add", "bob"]).succeeds();
    let other: Vec<&str> = CHAT.iter().map(|word| if *word == "alice" { "bob" } else { word }).collect();
    office.siesta(&other).succeeds();
}

/// The members of RFC 9457 and what a program needs to wait.
#[track_caller]
fn problem(problem: &Value) {
    for (member, value) in [
        ("type", json!("urn:siesta:problem:token-limit")),
        ("title", json!("token limit reached")),
        ("status", json!(403)),
        ("code", json!("token_limit")),
        ("connection", json!("research")),
        ("level", json!("user")),
        ("subject", json!("alice")),
        ("period", json!("daily")),
        ("limitTokens", json!(1000)),
        ("usedTokens", json!(1800)),
    ] {
        assert_eq!(problem[member], value, "{member}");
    }
    assert!(problem["detail"].is_string());
    assert!(problem["resetsAt"].as_str().unwrap().ends_with("T00:00:00.000Z"), "{problem}");
}

#[test]
fn a_check_says_beforehand_what_would_happen() {
    let office = office();
    let check = ["limits", "check", "research", "--user", "alice"];
    let run = office.siesta(&check).succeeds();
    assert!(run.stdout().starts_with("research\tuser\talice\tdaily\t0\t1000\t0 %\t"), "{}", run.stdout());
    assert_eq!(run.stderr, "there is room\n");
    let record = ["usage", "record", "research", "--user", "alice", "--input", "1500", "--output", "300"];
    let run = office.siesta(&record).succeeds();
    assert_eq!(run.stderr, "recorded 1,800 tokens on \"research\"\n");
    let run = office.siesta(&check).ends_with(10);
    assert!(run.stderr.contains("1,800"), "{}", run.stderr);
    let document = office.siesta(&[&check[..], &["--json"]].concat()).ends_with(10).json();
    assert_eq!((&document["allowed"], &document["limits"][0]["percent"]), (&false.into(), &180.into()));
    problem(&document["problem"]);
}

#[test]
fn usage_with_a_source_is_booked_once() {
    let office = office();
    let record = [
        "usage",
        "record",
        "research",
        "--user",
        "alice",
        "--input",
        "5",
        "--output",
        "6",
        "--source-id",
        "run-7",
        "--json",
    ];
    let first = office.siesta(&record).succeeds().json();
    assert_eq!((&first["recorded"], &first["tokens"]), (&true.into(), &11.into()));
    assert_eq!(office.siesta(&record).succeeds().json()["recorded"], false);
    let report = office.siesta(&["limits", "report", "--json"]).succeeds().json();
    assert_eq!(report["limits"][0]["usedTokens"], 11);
    office.siesta(&["usage", "record", "research", "--input", "5", "--output", "6"]).ends_with(2);
    office.siesta(&["usage", "record", "research", "--user", "alicia", "--input", "5", "--output", "6"]).ends_with(3);
    office.siesta(&["usage", "record", "research", "--user", "alice", "--input=-5", "--output", "6"]).ends_with(2);
}

#[test]
fn a_report_for_cron_is_silent_until_there_is_something_to_say() {
    let office = office();
    let cron = ["limits", "report", "--fail-over", "80", "--only-over", "--quiet"];
    let quiet = office.siesta(&cron).succeeds();
    assert_eq!((quiet.stdout().as_str(), quiet.stderr.as_str()), ("", ""));
    office.siesta(&["usage", "record", "research", "--user", "alice", "--input", "700", "--output", "100"]).succeeds();
    let over = office.siesta(&cron).ends_with(12);
    assert!(over.stdout().starts_with("research\tuser\talice\tdaily\t800\t1000\t80 %\t"), "{}", over.stdout());
    assert_eq!(over.stderr, "");
    // A finding is no failure of the report: without the threshold it is 0.
    office.siesta(&["limits", "report"]).succeeds();
    office.siesta(&["limits", "report", "--fail-over", "81"]).succeeds();

    let document = office.siesta(&["limits", "report", "--fail-over", "80", "--json"]).ends_with(12).json();
    let line = &document["limits"][0];
    assert_eq!(
        (&line["usedTokens"], &line["limitTokens"], &line["leftTokens"]),
        (&800.into(), &1000.into(), &200.into())
    );
    assert!(document["at"].is_string());
    let csv = office.siesta(&["limits", "report", "-o", "csv"]).succeeds().stdout();
    assert!(csv.starts_with("connection,level,subject,period,used,limit,percent,resets\n"), "{csv}");
}

#[test]
fn a_limit_is_listed_changed_and_unset() {
    let office = office();
    let set = office.siesta(&["limits", "set", "research", "--org", "--daily", "1", "--weekly", "0", "--json"]);
    let set = set.succeeds().json();
    assert_eq!(
        (&set["limit"]["daily"], &set["limit"]["weekly"], &set["before"]),
        (&"1".into(), &"0".into(), &Value::Null)
    );
    let cleared =
        office.siesta(&["limits", "set", "research", "--org", "--weekly", "none", "--json"]).succeeds().json();
    assert_eq!((&cleared["limit"]["weekly"], &cleared["before"]["weekly"]), (&Value::Null, &"0".into()));
    assert_eq!(office.siesta(&["limits", "list"]).succeeds().stdout().lines().count(), 2);
    office.siesta(&["limits", "unset", "research", "--user", "alice"]).succeeds();
    let list = office.siesta(&["limits", "list", "--json"]).succeeds().json();
    assert_eq!((list["limits"].as_array().unwrap().len(), &list["limits"][0]["level"]), (1, &"org".into()));
    office.siesta(&["limits", "unset", "research", "--user", "alice"]).ends_with(3);
    for wrong in [&["--org"][..], &["--daily", "1"], &["--org", "--daily", "lots"], &["--org", "--daily=-1"]] {
        office.siesta(&[&["limits", "set", "research"], wrong].concat()).ends_with(2);
    }
}

#[test]
fn a_disabled_limit_is_neither_empty_nor_gone() {
    let office = office();
    let set = |more: &[&str]| office.siesta(&[&["limits", "set", "research"], more].concat()).succeeds();
    set(&["--org", "--daily", "0"]);
    let check = ["limits", "check", "research", "--user", "alice", "--json"];
    let decides = || office.siesta(&check).json()["limits"][0]["level"].clone();
    assert_eq!(decides(), "user");
    office.siesta(&["limits", "disable", "research", "--user", "alice"]).succeeds();
    assert_eq!(decides(), "org", "as if it were not there");
    office.siesta(&check).ends_with(10);
    let listed = office.siesta(&["limits", "list", "--json"]).succeeds().json();
    let user = listed["limits"].as_array().unwrap().iter().find(|limit| limit["level"] == "user").unwrap();
    assert_eq!((&user["daily"], &user["enabled"]), (&"0.001".into(), &false.into()), "and its value is kept");
    let again = office.siesta(&["limits", "disable", "research", "--user", "alice"]).succeeds();
    assert_eq!(again.stderr, "the limit of user alice on \"research\" was disabled already; nothing changed\n");
    office.siesta(&["limits", "enable", "research", "--user", "alice"]).succeeds();
    assert_eq!(decides(), "user");
    // An empty field has no opinion: the default speaks, and blocks.
    set(&["--user", "alice", "--daily", "none"]);
    assert_eq!(decides(), "org");
    office.siesta(&["limits", "enable", "research", "--user", "mara"]).ends_with(3);
    office.siesta(&["limits", "disable", "research"]).ends_with(2);
}

#[test]
fn what_a_limit_was_is_kept_when_it_goes() {
    let office = office();
    office.siesta(&["limits", "set", "research", "--user", "alice", "--strict"]).succeeds();
    office.siesta(&["limits", "disable", "research", "--user", "alice"]).succeeds();
    office.siesta(&["limits", "unset", "research", "--user", "alice"]).succeeds();
    let rows = office.siesta(&["audit", "list", "--action", "limit.unset", "--json"]).succeeds().json();
    let changes = rows["rows"][0]["changes"].as_array().unwrap();
    let old = |property: &str| changes.iter().find(|c| c["property"] == property).map(|c| c["old"].clone());
    assert_eq!(old("daily"), Some(json!("0.001")));
    assert_eq!((old("strict"), old("enabled")), (Some(json!(true)), Some(json!(false))));
    assert_eq!((old("level"), old("subject")), (Some(json!("user")), Some(json!("alice"))));
}

#[test]
fn an_explanation_names_every_record_and_the_one_that_decides() {
    let office = office();
    office.siesta(&["team", "add", "sales"]).succeeds();
    office.siesta(&["team", "add-member", "sales", "alice"]).succeeds();
    for more in
        [&["--org", "--daily", "1"][..], &["--team", "sales", "--weekly", "2"], &["--pool", "--daily", "0.0005"]]
    {
        office.siesta(&[&["limits", "set", "research"], more].concat()).succeeds();
    }
    let explain = ["limits", "explain", "research", "--user", "alice"];
    let document = office.siesta(&[&explain[..], &["--json"]].concat()).succeeds().json();
    let lines = document["limits"].as_array().unwrap();
    let role = |level: &str, period: &str| {
        let line = lines.iter().find(|line| line["level"] == level && line["period"] == period).unwrap();
        (line["role"].as_str().unwrap().to_owned(), line["decides"].as_bool().unwrap())
    };
    assert_eq!(role("user", "daily"), ("applies".to_owned(), false));
    assert_eq!(role("pool", "daily"), ("applies".to_owned(), true), "it has the least room");
    assert_eq!(role("org", "daily"), ("overridden".to_owned(), false));
    assert_eq!(role("team", "daily"), ("empty".to_owned(), false));
    assert_eq!(role("team", "weekly"), ("applies".to_owned(), true));
    assert!(lines.iter().all(|line| line["role"] != "applies" || line["resetsAt"].is_string()));
    let table = office.siesta(&explain).succeeds().stdout();
    assert!(table.contains("daily\tpool\t\tdecides; applies: a pool limit always does\t0\t0\t500\t500\t"), "{table}");
    office.siesta(&["limits", "explain", "research"]).ends_with(2);
}

#[test]
fn a_page_is_written_whole_over_the_one_before_and_shows_what_the_report_says() {
    let office = office();
    office.siesta(&["team", "add", "<b>sales</b>"]).succeeds();
    office.siesta(&["limits", "set", "research", "--team", "<b>sales</b>", "--weekly", "1"]).succeeds();
    let record = ["usage", "record", "research", "--user", "alice", "--input", "900", "--output", "50"];
    office.siesta(&[&record[..], &["--team", "<b>sales</b>", "--model", "m<i>"]].concat()).succeeds();
    office.siesta(&["usage", "reserve", "research", "--user", "alice", "--tokens", "50"]).succeeds();
    office.siesta(&["usage", "reserve", "research", "--user", "alice", "--tokens", "1"]).ends_with(10);
    let path = office.write("limits.html", "the one before");
    let run = office.siesta(&["limits", "report", "--fail-over", "80", "--html", "limits.html"]).ends_with(12);
    assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("", "wrote the report to limits.html\n"));
    let page = std::fs::read_to_string(&path).unwrap();
    for part in
        ["<!doctype html>", "alice", "950", "&lt;b&gt;sales&lt;/b&gt;", "m&lt;i&gt;", "50 reserved", "1 refused"]
    {
        assert!(page.contains(part), "{part} is missing");
    }
    assert!(
        !page.contains("<script") && !page.contains("<b>sales") && !page.contains("http:") && !page.contains("https:")
    );
    // Nothing is left beside it, and the other way out is the same page.
    let beside: Vec<_> = std::fs::read_dir(office.home()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(beside.iter().filter(|name| name.to_string_lossy().contains("limits.html")).count(), 1, "{beside:?}");
    let out = office.siesta(&["limits", "report", "--at", "2026-03-01", "--html", "-"]).succeeds().stdout();
    assert!(
        out.ends_with("</html>\n")
            && out == office.siesta(&["limits", "report", "--at", "2026-03-01", "--html", "-"]).stdout()
    );
    let run = office.siesta(&["limits", "report", "--html", "no/such/dir.html"]).ends_with(1);
    assert!(run.stderr.contains("cannot write no/such/dir.html"), "{}", run.stderr);
}

#[test]
fn a_span_and_an_instant_give_the_same_report_whenever_it_is_made() {
    let office = office();
    let spend = |at: &str, tokens: &str| {
        let record = ["usage", "record", "research", "--user", "alice", "--output", "0", "--input", tokens, "--at", at];
        office.siesta(&record).succeeds();
    };
    spend("2026-03-01T23:30:00Z", "800");
    spend("2026-03-02T00:30:00Z", "100");
    let report = |more: &[&str]| office.siesta(&[&["limits", "report"], more].concat()).succeeds().stdout();
    let line = |used: u64, percent: u64, resets: &str| {
        format!("research\tuser\talice\tdaily\t{used}\t1000\t{percent} %\t{resets}\n")
    };
    assert_eq!(report(&["--at", "2026-03-01"]), line(800, 80, "2026-03-02T00:00:00Z"));
    let both = [line(800, 80, "2026-03-02T00:00:00Z"), line(100, 10, "2026-03-03T00:00:00Z")].concat();
    assert_eq!(report(&["--since", "2026-03-01", "--until", "2026-03-10"]), both);
    // A date begins in the organization's zone.
    office.siesta(&["org", "set", "--time-zone", "Europe/Prague"]).succeeds();
    assert_eq!(report(&["--at", "2026-03-02"]), line(900, 90, "2026-03-02T23:00:00Z"));
    office.siesta(&["limits", "report", "--at", "2026-03-02", "--since", "2026-03-02"]).ends_with(2);
    office.siesta(&["limits", "report", "--since", "soon"]).ends_with(2);
}

#[test]
fn a_report_works_as_cron_runs_it_over_a_store_it_may_only_read() {
    let mut office = Sandbox::new();
    let others: Vec<_> = office.environment().keys().filter(|name| *name != "HOME").cloned().collect();
    for variable in others.iter().filter(|name| name.to_string_lossy().starts_with("XDG_")) {
        office.unset(variable.to_str().unwrap());
    }
    office.siesta(&["init", "--org", "Acme"]).succeeds();
    let add = ["add", "openai", "research", "--secret-stdin", "--no-verify", "--access", "shared"];
    office.siesta_with(&add, "sk-practice-of-cron-1234567890").succeeds();
    office.siesta(&["limits", "set", "research", "--user", "mara", "--daily", "0.001"]).succeeds();
    office.siesta(&["usage", "record", "research", "--user", "mara", "--input", "800", "--output", "0"]).succeeds();
    // Nothing but a home.
    for variable in &others {
        office.unset(variable.to_str().unwrap());
    }
    let cron = ["limits", "report", "--fail-over", "80", "--only-over", "--quiet"];
    let run = office.siesta(&cron);
    assert_eq!((run.code, run.stderr.as_str()), (Some(12), ""), "{}", run.stdout());
    read_only(&office.path(".local/share/siesta/default"));
    let Some(somebody) = office.as_somebody() else { return };
    let run = somebody.siesta(&cron);
    assert_eq!(run.code, Some(12), "{}", run.stderr);
    assert!(run.stdout().contains("\tmara\tdaily\t800\t1000\t80 %\t"), "{}", run.stdout());
}

/// A directory with `siesta` as it is typed, and a `sendmail` that keeps what it is given.
fn path_with(office: &Office, sendmail: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_siesta"), office.path("siesta")).unwrap();
    let script = office.write("sendmail", sendmail);
    std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/usr/bin:/bin", office.home().display())
}

#[test]
fn the_examples_for_a_mail_and_for_a_deployment_do_what_they_say() {
    let office = office();
    let path = path_with(&office, "#!/bin/sh\ncat > mail.txt\n");
    let script = |name: &str, args: &[&str]| {
        office.other(&root().join("examples/limits").join(name), args).env("PATH", path.clone()).run()
    };
    office.siesta(&["limits", "set", "research", "--org", "--daily", "0.001"]).succeeds();
    script("limits-mail", &["a@example.com"]).succeeds();
    assert!(!office.path("mail.txt").exists(), "there is nothing to say");
    script("deployment-check", &["research", "helper", "900"]).succeeds();
    let stopped = script("deployment-check", &["research", "helper", "1100"]).ends_with(1);
    assert!(stopped.stderr.contains("deployment stopped: helper has no room for 1100 tokens"), "{}", stopped.stderr);
    script("deployment-check", &["elsewhere", "helper", "1"]).ends_with(2);
    office.siesta(&["usage", "record", "research", "--user", "alice", "--input", "900", "--output", "0"]).succeeds();
    script("limits-mail", &["a@example.com", "80"]).succeeds();
    let mail = std::fs::read_to_string(office.path("mail.txt")).unwrap();
    assert!(mail.starts_with("To: a@example.com\nSubject: Token limits at 80 percent or more\n"), "{mail}");
    assert_eq!(mail.matches("\n--siesta-limits-").count(), 3);
}

fn read_only(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o400)).unwrap();
    }
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o500)).unwrap();
}
