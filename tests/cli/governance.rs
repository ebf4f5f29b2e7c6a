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
    assert_eq!((&back["before"], &back["after"]), (&"disabled".into(), &"enabled".into()));
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
