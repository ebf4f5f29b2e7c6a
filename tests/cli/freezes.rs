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
