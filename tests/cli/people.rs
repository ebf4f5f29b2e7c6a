//! Users, teams, agents, and who is acting.
use crate::support::office::Office;

#[test]
fn users_come_are_switched_off_and_come_back() {
    let office = Office::new();
    let run = office.siesta(&["user", "add", "carol@example.com", "--role", "admin"]).succeeds();
    assert_eq!(run.stderr, "added user \"carol@example.com\" (admin)\n");
    let document = office.siesta(&["user", "disable", "carol@example.com", "--json"]).succeeds().json();
    assert_eq!((&document["user"]["status"], &document["schemaVersion"]), (&"disabled".into(), &1.into()));
    let run = office.siesta(&["user", "add", "dave", "--actor", "carol@example.com"]).ends_with(8);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    office.siesta(&["user", "enable", "carol@example.com"]).succeeds();
    office.siesta(&["user", "add", "dave", "--actor", "carol@example.com"]).succeeds();
    let list = office.siesta(&["user", "list"]).succeeds().stdout();
    assert!(list.lines().any(|line| line.starts_with("mara\towner\tactive")), "{list}");
    assert_eq!(office.siesta(&["user", "add", "DAVE", "--json"]).ends_with(7).json_error()["code"], "exists");
    assert_eq!(office.siesta(&["user", "disable", "dav", "--json"]).ends_with(3).json_error()["exit"], 3);
}

#[test]
fn a_team_has_members() {
    let office = Office::new();
    office.siesta(&["team", "add", "sales", "--description", "Everybody who sells"]).succeeds();
    let run = office.siesta(&["team", "add-member", "sales", "mara"]).succeeds();
    assert_eq!(run.stderr, "\"mara\" is in team \"sales\"\n");
    assert_eq!(office.siesta(&["team", "list"]).succeeds().stdout(), "sales\tmara\tEverybody who sells\n");
    office.siesta(&["team", "add-member", "sales", "nobody"]).ends_with(3);
    let document = office.siesta(&["team", "remove-member", "sales", "mara", "--json"]).succeeds().json();
    assert_eq!(document["team"]["members"], serde_json::json!([]));
}

#[test]
fn an_agent_that_is_disabled_may_do_nothing() {
    let office = Office::with_research();
    let list = office.siesta(&["agent", "list", "--json"]).succeeds().json();
    assert_eq!((&list["agents"][0]["name"], &list["agents"][0]["kind"]), (&"helper".into(), &"agent".into()));
    let call = ["call", "research", "list_models", "--agent", "helper"];
    office.siesta(&call).succeeds();
    office.siesta(&["agent", "disable", "helper"]).succeeds();
    let run = office.siesta(&call).ends_with(8);
    assert!(run.stderr.contains("cause: agent_"), "{}", run.stderr);
    office.siesta(&["agent", "enable", "helper"]).succeeds();
    office.siesta(&call).succeeds();
    office.siesta(&["agent", "add", "helper"]).ends_with(7);
    assert_eq!(office.siesta(&["agent", "add", "x", "--kind", "robot", "--json"]).ends_with(2).json_error()["exit"], 2);
}

#[test]
fn nobody_acts_under_a_name_the_store_does_not_know() {
    let office = Office::with_notes();
    let error =
        office.line(&["user", "add", "eve", "--json"]).env("SIESTA_ACTOR", "eve").run().ends_with(8).json_error();
    assert_eq!(error["code"], "actor_unknown");
    assert!(error["hint"].as_str().unwrap().contains("siesta --actor OWNER user add eve"), "{error}");
    // An agent is known, but governs nothing.
    let error = office.siesta(&["user", "add", "eve", "--actor", "agent:helper", "--json"]).ends_with(8).json_error();
    assert_eq!(error["code"], "agent_may_not");
    office.siesta(&["user", "add", "eve"]).succeeds();
    let rows =
        office.siesta(&["audit", "list", "--by", "user:mara", "--action", "user.add", "--json"]).succeeds().json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1);
}
