//! What may be done: modes of services and functions, policies, and the explanation of a decision.
use crate::support::office::Office;

#[test]
fn every_function_has_a_mode_and_the_record_it_comes_from() {
    let office = Office::new();
    let run = office.siesta(&["governance", "set", "rest-api/http_get", "disabled"]).succeeds();
    assert_eq!(run.stderr, "rest-api/http_get: enabled → disabled\n");
    let list = office.siesta(&["governance", "list", "rest-api"]).succeeds().stdout();
    assert!(list.starts_with("rest-api/http_get\tread\tdisabled\toverride\n"), "{list}");
    assert!(list.contains("\nrest-api/http_post\twrite\tconfirm\tcatalogue\n"), "{list}");

    let document = office.siesta(&["governance", "list", "rest-api", "--json"]).succeeds().json();
    let first = &document["functions"][0];
    assert_eq!((&document["schemaVersion"], &first["function"]), (&1.into(), &"http_get".into()));
    assert_eq!((&first["mode"], &first["source"]), (&"Disabled".into(), &"override".into()));

    let back = office.siesta(&["governance", "unset", "rest-api/http_get", "--json"]).succeeds().json();
    assert_eq!((&back["changes"][0]["before"], &back["changes"][0]["after"]), (&"disabled".into(), &"enabled".into()));
}

#[test]
fn a_whole_service_is_switched_and_is_never_asked_about() {
    let office = Office::new();
    office.siesta(&["governance", "set", "openai", "disabled"]).succeeds();
    let list = office.siesta(&["governance", "list", "openai"]).succeeds().stdout();
    assert!(list.lines().all(|line| line.contains("\tservice disabled\t")), "{list}");
    let run = office.siesta(&["governance", "set", "openai", "confirm"]).ends_with(2);
    assert!(run.stderr.contains("openai/"), "{}", run.stderr);
}

#[test]
fn several_targets_change_at_once_by_name_pattern_and_kind_or_none_does() {
    let office = Office::new();
    let modes = || office.siesta(&["governance", "list", "--json"]).succeeds().json()["functions"].clone();
    let before = modes();
    let line = ["governance", "set", "rest-api/http_p*", "openai", "--kind", "write,read", "disabled"];
    let dry = office.siesta(&[&line[..], &["--dry-run", "--json"]].concat()).succeeds().json();
    assert_eq!(modes(), before, "a dry run changes nothing");
    // One that does not exist among them: none is changed.
    for (bad, code) in [("jira2/x", 3), ("rest-api/list_models", 3), ("rest-api/[", 2), ("rest-api/zz*", 3), ("zz*", 3)]
    {
        let error = office.siesta(&["governance", "set", "rest-api/http_get", bad, "disabled", "--json"]);
        let error = error.ends_with(code).json_error();
        if bad.ends_with("list_models") {
            assert!(error["cause"].as_str().unwrap().contains("is a function of"), "{error}");
        }
    }
    assert_eq!(modes(), before);
    let done = office.siesta(&[&line[..], &["--json"]].concat()).succeeds().json();
    assert_eq!(dry["changes"], done["changes"]);
    let targets: Vec<&str> =
        done["changes"].as_array().unwrap().iter().map(|change| change["target"].as_str().unwrap()).collect();
    assert!(targets.contains(&"rest-api/http_post") && !targets.contains(&"rest-api/http_delete"), "{targets:?}");
    assert!(targets.iter().any(|target| target.starts_with("openai/")), "{targets:?}");
    // The same again is no change, and no row.
    let rows = || office.siesta(&["audit", "list", "--limit", "500"]).succeeds().stdout();
    let had = rows();
    let again = office.siesta(&line).succeeds();
    assert!(again.stderr.ends_with(" were so before\n") && !again.stderr.contains("→"), "{}", again.stderr);
    assert_eq!(rows(), had);
    let listed = office.siesta(&["governance", "list", "rest-api", "--json"]).succeeds().json();
    let post = listed["functions"].as_array().unwrap().iter().find(|f| f["function"] == "http_post").unwrap();
    assert_eq!((&post["source"], &post["setBy"]), (&"override".into(), &"user:mara".into()));
    office.siesta(&["governance", "unset", "*", "--kind", "write,read"]).succeeds();
    assert_eq!(modes(), before);
    let hint = office.siesta(&["governance", "set", "openai", "confirm", "--json"]).ends_with(2).json_error();
    assert_eq!(hint["hint"], "siesta governance set 'openai/*' confirm");
    office.siesta(&["governance", "set", "openai", "--kind", "robot", "confirm"]).ends_with(2);
    office.siesta(&["governance", "set", "disabled"]).ends_with(2);
}

#[test]
fn a_connection_tightens_its_functions_and_never_relaxes_one() {
    let office = Office::with_research();
    let call = ["call", "research", "list_models", "--agent", "helper", "--json"];
    office.siesta(&call).succeeds();
    let run = office.siesta(&["functions", "set", "research", "list_models", "confirm"]).succeeds();
    assert_eq!(run.stderr, "on \"research\":\nlist_models: enabled → confirm\n");
    assert_eq!(office.siesta(&call).ends_with(9).json()["reason"], "function_confirmation");
    office.siesta(&["functions", "set", "research", "list_*", "disabled"]).succeeds();
    assert_eq!(office.siesta(&call).ends_with(8).json()["reason"], "function_disabled");
    // What the organization gives does not come back through it.
    office.siesta(&["functions", "set", "research", "list_models", "enabled"]).ends_with(2);
    office.siesta(&["governance", "set", "openai/list_models", "enabled"]).succeeds();
    assert_eq!(office.siesta(&call).ends_with(8).json()["reason"], "function_disabled");
    let list = office.siesta(&["functions", "list", "research"]).succeeds().stdout();
    assert!(list.contains("list_models\tread\tdisabled\tconnection\tdisabled\n"), "{list}");
    office.siesta(&["functions", "unset", "research", "*"]).succeeds();
    office.siesta(&call).succeeds();
    office.siesta(&["functions", "set", "research", "http_get", "disabled"]).ends_with(3);
    office.siesta(&["functions", "set", "research", "a{", "disabled"]).ends_with(2);
    office.siesta(&["functions", "set", "nowhere", "*", "disabled"]).ends_with(3);
}

#[test]
fn a_connection_names_who_answers_for_it_and_only_they_do() {
    let office = Office::with_research();
    office.siesta(&["functions", "set", "research", "list_models", "confirm"]).succeeds();
    let run = office.siesta(&["edit", "research", "--approver", "alice", "--purpose", "models"]).succeeds();
    assert_eq!(run.stderr, "\"research\": purpose \"\" → \"models\", approvers owners and admins → alice\n");
    let call = ["call", "research", "list_models", "--agent", "helper", "--json"];
    let asked = office.siesta(&call).ends_with(9).json();
    let id = asked["executionId"].as_str().unwrap();
    // mara is owner of organization and connection, and still not asked.
    let error = office.siesta(&["executions", "approve", id, "--json"]).ends_with(8).json_error();
    assert_eq!(error["code"], "not_approver");
    office.siesta(&["executions", "approve", id, "--actor", "alice"]).succeeds();
    office.siesta(&["edit", "research", "--approver", "nobody"]).ends_with(3);
    office.siesta(&["user", "add", "bob"]).succeeds();
    office.siesta(&["user", "disable", "bob"]).succeeds();
    for flag in ["--approver", "--reviewer", "--owner"] {
        office.siesta(&["edit", "research", flag, "bob"]).ends_with(7);
    }
    office.siesta(&["edit", "research"]).ends_with(2);
    // R8a: where a credential may go is no matter of editing.
    for flag in ["--base-url", "--tenant", "--issuer", "--site-url", "--client-id", "--allow-private-network"] {
        office.siesta(&["edit", "research", flag, "https://evil.example"]).ends_with(2);
    }
    office.siesta(&["edit", "research", "--no-approvers"]).succeeds();
    let id = office.siesta(&call).ends_with(9).json()["executionId"].as_str().unwrap().to_owned();
    office.siesta(&["executions", "approve", &id]).succeeds();
}

#[test]
fn the_organization_says_where_its_days_begin() {
    let office = Office::new();
    let run = office.siesta(&["org", "set", "--time-zone", "Europe/Prague", "--approval-lifetime", "2h"]).succeeds();
    assert_eq!(run.stderr, "time zone: UTC → Europe/Prague\napproval lifetime: 30 min → 120 min\n");
    let shown = office.siesta(&["org", "show", "--json"]).succeeds().json();
    assert_eq!(shown["organization"]["timeZone"], "Europe/Prague");
    for (flag, value) in [
        ("--time-zone", "Europe/Nowhere"),
        ("--time-zone", "posixrules"),
        ("--time-zone", "posix/Europe/Prague"),
        ("--time-zone", "../etc/passwd"),
        ("--week-start", "someday"),
        ("--approval-lifetime", "90s"),
        ("--approval-lifetime", "8d"),
        ("--approval-lifetime", "0s"),
        ("--four-eyes", "yes"),
    ] {
        office.siesta(&["org", "set", flag, value]).ends_with(2);
    }
    office.siesta(&["org", "set"]).ends_with(2);
    assert_eq!(office.siesta(&["org", "show", "--json"]).succeeds().json(), shown);
}

#[test]
fn what_does_not_exist_is_exit_3_with_the_nearest_name() {
    let office = Office::new();
    let cases = [
        (["governance", "set", "opnai", "disabled"], "openai"),
        (["governance", "set", "rest-api/http_gett", "disabled"], "rest-api/http_get"),
    ];
    for (line, nearest) in cases {
        let error = office.siesta(&[&line[..], &["--json"]].concat()).ends_with(3).json_error();
        let hint = error["hint"].as_str().unwrap_or_default();
        assert!(hint.contains(nearest.rsplit('/').next().unwrap()), "{error}");
    }
    let refused = office.siesta(&["governance", "set", "openai", "off", "--json"]).ends_with(2).json_error();
    assert!(refused["cause"].as_str().unwrap().contains("enabled, confirm or disabled"), "{refused}");
}

#[test]
fn a_policy_is_set_shown_and_says_what_it_was() {
    let office = Office::with_research();
    let set = ["policy", "set", "helper", "research", "--mode", "read_write", "--step-up", "never"];
    let run = office.siesta(&set).succeeds();
    assert_eq!(
        run.stderr,
        "helper on \"research\": read_only, step-up risk_based, broker → read_write, step-up never, broker\n"
    );
    let document = office.siesta(&[&set[..6], &["--json"]].concat()).succeeds().json();
    assert_eq!((&document["before"]["version"], &document["policy"]["stepUpApproval"]), (&2.into(), &"never".into()));
    let list = office.siesta(&["policy", "list", "--json"]).succeeds().json();
    assert_eq!(list["policies"][0]["agentName"], "helper");
    office.siesta(&["policy", "set", "nobody", "research", "--mode", "custom"]).ends_with(3);
    office.siesta(&["policy", "set", "helper", "research", "--mode", "all"]).ends_with(2);
}

#[test]
fn an_explanation_names_the_rule_that_decided_and_changes_nothing() {
    let office = Office::with_notes();
    office.siesta(&["governance", "set", "rest-api/http_delete", "disabled"]).succeeds();
    let before = office.siesta(&["audit", "list", "--json"]).succeeds().stdout();
    let line = ["explain", "--agent", "helper", "--connection", "notes", "http_delete", "--arg", "path=notes/1"];
    let run = office.siesta(&line).succeeds();
    assert!(run.stdout().contains("R10\tfunction mode\tdeny\t"), "{}", run.stdout());
    assert!(run.stderr.starts_with("deny (function_disabled)"), "{}", run.stderr);
    let document = office.siesta(&[&line[..], &["--json"]].concat()).succeeds().json();
    assert_eq!((&document["outcome"], &document["reason"]), (&"deny".into(), &"function_disabled".into()));
    assert_eq!(document["request"]["method"], "DELETE");
    assert!(document["steps"].as_array().unwrap().len() > 10);
    assert_eq!(office.siesta(&["audit", "list", "--json"]).succeeds().stdout(), before);
    assert_eq!(office.provider.count("DELETE", "/api/notes/1"), 0);
}
