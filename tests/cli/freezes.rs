//! `siesta freeze` and `siesta unfreeze`: effective on the next call.
use crate::support::office::Office;

#[test]
fn a_frozen_agent_is_denied_until_it_is_let_go() {
    let office = Office::new();
    office.siesta(&["agent", "add", "helper"]).succeeds();
    office.siesta(&["freeze", "--agent", "helper", "--reason", "odd calls"]).succeeds();
    let denied = office.siesta(&["call", "nowhere", "f", "--agent", "helper", "--json"]).ends_with(8);
    assert_eq!(denied.json()["reason"], "frozen");
    let status = office.siesta(&["status", "--json"]).succeeds().json();
    assert_eq!(status["frozen"][0], "agent helper");
    let lifted = office.siesta(&["unfreeze", "--agent", "helper", "--json"]).succeeds().json();
    assert_eq!(lifted["wasFrozen"], true);
    let other = office.siesta(&["call", "nowhere", "f", "--agent", "helper", "--json"]).ends_with(3);
    assert_eq!(other.json()["reason"], "connection_not_found");
    office.siesta(&["freeze", "--reason", "x"]).ends_with(2);
}

#[test]
fn panic_stops_everything_at_once_and_revokes_what_it_is_told_to() {
    let office = Office::with_research();
    let call = ["call", "research", "list_models", "--agent", "helper", "--json"];
    office.siesta(&call).succeeds();
    let run = office.siesta(&["panic"]).succeeds();
    assert!(run.stderr.starts_with("frozen: everything"), "{}", run.stderr);
    assert_eq!(office.siesta(&call).ends_with(8).json()["reason"], "frozen");
    office.siesta(&["unfreeze", "--all"]).succeeds();
    office.siesta(&call).succeeds();
    // Nobody is there to say yes: everything is stopped all the same.
    office.siesta(&["panic", "--revoke"]).ends_with(2);
    assert_eq!(office.siesta(&call).ends_with(8).json()["reason"], "frozen");
    let document = office.siesta(&["panic", "--revoke", "--yes", "--json"]).succeeds().json();
    assert_eq!(document["revoked"][0]["upstream"], "not-supported", "a key is revoked at its provider by hand");
    assert_eq!(office.siesta(&["list"]).succeeds().stdout(), "");
    office.siesta(&["unfreeze", "--all"]).succeeds();
    assert_eq!(office.siesta(&call).ends_with(8).json()["reason"], "connection_revoked");
}

#[test]
fn a_frozen_connection_is_stopped_for_every_agent() {
    let office = Office::with_research();
    let call = ["call", "research", "list_models", "--agent", "helper", "--json"];
    office.siesta(&["freeze", "--connection", "research", "--reason", "leak"]).succeeds();
    assert_eq!(office.siesta(&call).ends_with(8).json()["reason"], "frozen");
    office.siesta(&["unfreeze", "--connection", "research"]).succeeds();
    office.siesta(&call).succeeds();
}
