//! What widens, what narrows, and what is neither.
use super::verdict::Verdict::{self, Narrows, Neutral, Widens};
use super::*;
use serde_json::{Value, json};

fn file(parts: Value) -> OrgFile {
    let mut whole = json!({"apiVersion": "siesta/v1", "kind": "Organization"});
    whole.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn changes(old: &Value, new: &Value, prunes: bool) -> Vec<Change> {
    let (old, new) = (items(&file(old.clone())), items(&file(new.clone())));
    let default_mode = |_: &str, function: &str| match function {
        "gone" => None,
        "read" => Some("enabled"),
        _ => Some("confirm"),
    };
    diff(&old, &new, &|_| prunes, &Facts { default_mode: &default_mode, everything: &old })
}

/// The verdict on what is expected to be one property of one item.
fn one(old: Value, new: Value) -> Verdict {
    let changes = changes(&old, &new, true);
    let properties: Vec<&Property> = changes.iter().flat_map(|change| &change.properties).collect();
    assert_eq!(properties.len(), 1, "{old} → {new}: {changes:?}");
    properties[0].verdict
}

fn table(around: impl Fn(Value) -> Value, cases: &[(Value, Value, Verdict)]) {
    for (old, new, verdict) in cases {
        assert_eq!(one(around(old.clone()), around(new.clone())), *verdict, "{old} → {new}");
    }
}

#[test]
fn a_policy_that_lets_more_through_widens() {
    let rule = |label: &str, action: &str| json!({"label": label, "action": action});
    let rules = |request: Vec<Value>| json!({"rules": {"request": request}});
    let drops = |fields: &[&str]| json!({"rules": {"response": [{"label": "r", "denyFields": fields}]}});
    let ids = |ids: &[&str]| json!({"constraints": {"slack": {"allowedChannelIds": ids}}});
    table(
        |policy| json!({"policies": {"a": {"c": policy}}}),
        &[
            (json!({"mode": "read_only"}), json!({"mode": "read_write"}), Widens),
            (json!({"mode": "read_write"}), json!({"mode": "read_only"}), Narrows),
            (json!({"mode": "read_write"}), json!({"mode": "custom"}), Widens),
            (json!({"mode": "custom"}), json!({"mode": "read_only"}), Widens),
            (json!({"stepUp": "always"}), json!({"stepUp": "risk_based"}), Widens),
            (json!({"stepUp": "risk_based"}), json!({"stepUp": "never"}), Widens),
            (json!({"stepUp": "never"}), json!({"stepUp": "always"}), Narrows),
            (json!({"flows": ["broker"]}), json!({"flows": ["broker", "vend"]}), Widens),
            (json!({"flows": ["broker", "vend"]}), json!({"flows": ["vend"]}), Narrows),
            (json!({"flows": ["broker"]}), json!({"flows": ["vend"]}), Widens),
            (json!({"allow": ["GET /a"]}), json!({"allow": "all"}), Widens),
            (json!({"allow": "all"}), json!({"allow": ["GET /a"]}), Narrows),
            (json!({"allow": ["GET /a", "GET /b"]}), json!({"allow": ["GET /a"]}), Narrows),
            (json!({"allow": ["GET /a"]}), json!({"allow": ["GET /**"]}), Widens),
            (json!({"allow": ["GET /a"]}), json!({"allow": []}), Narrows),
            (json!({}), json!({"rate": "60/h"}), Narrows),
            (json!({"rate": "60/h"}), json!({"rate": "61/h"}), Widens),
            (json!({"rate": "60/h"}), json!({"rate": "9/h"}), Narrows),
            (json!({"rate": "60/h"}), json!({}), Widens),
            // Where none is named, 10 MiB hold.
            (json!({}), json!({"maxPayload": "20MiB"}), Widens),
            (json!({}), json!({"maxPayload": "1KiB"}), Narrows),
            (json!({"maxPayload": "20MiB"}), json!({}), Narrows),
            (json!({"maxResponse": "1KiB"}), json!({}), Widens),
            (json!({}), json!({"windows": ["mon-fri 09:00-17:00 UTC"]}), Narrows),
            (json!({"windows": ["mon-fri 09:00-17:00 UTC"]}), json!({}), Widens),
            (json!({"windows": ["mon-fri 09:00-17:00 UTC"]}), json!({"windows": ["mon 09:00-17:00 UTC"]}), Narrows),
            (json!({"windows": ["mon 09:00-17:00 UTC"]}), json!({"windows": ["mon 09:00-18:00 UTC"]}), Widens),
            // A list makes its members trusted, too.
            (json!({}), ids(&["1"]), Widens),
            (ids(&["1", "2"]), ids(&["1"]), Narrows),
            (ids(&["1"]), ids(&["1", "2"]), Widens),
            (ids(&["1"]), json!({}), Widens),
            (rules(vec![]), rules(vec![rule("d", "deny")]), Narrows),
            (rules(vec![rule("a", "allow")]), rules(vec![rule("d", "deny"), rule("a", "allow")]), Narrows),
            (rules(vec![rule("a", "allow")]), rules(vec![]), Widens),
            (rules(vec![rule("d", "deny")]), rules(vec![]), Widens),
            (rules(vec![]), rules(vec![rule("a", "allow")]), Widens),
            // It stands in the way of whatever is denied below it.
            (rules(vec![]), rules(vec![rule("q", "require_approval")]), Widens),
            (
                rules(vec![rule("d", "deny"), rule("a", "allow")]),
                rules(vec![rule("a", "allow"), rule("d", "deny")]),
                Widens,
            ),
            (json!({}), drops(&["x"]), Narrows),
            (drops(&["x"]), json!({}), Widens),
            (drops(&["x"]), drops(&["y"]), Widens),
            (json!({}), json!({"allowUnenforcedVend": true}), Widens),
            (json!({"allowUnenforcedVend": true}), json!({}), Narrows),
            (json!({}), json!({"preset": "strict"}), Neutral),
        ],
    );
}

#[test]
fn modes_are_compared_with_what_holds_where_nothing_is_said() {
    table(
        |functions| json!({"governance": {"functions": {"s": functions}}}),
        &[
            (json!({"f": "confirm"}), json!({"f": "enabled"}), Widens),
            (json!({"f": "disabled"}), json!({"f": "confirm"}), Widens),
            (json!({"f": "enabled"}), json!({"f": "confirm"}), Narrows),
            (json!({}), json!({"f": "disabled"}), Narrows),
            (json!({}), json!({"f": "confirm"}), Neutral),
            (json!({}), json!({"f": "enabled"}), Widens),
            (json!({}), json!({"read": "enabled"}), Neutral),
            (json!({"f": "disabled"}), json!({}), Widens),
            (json!({"f": "enabled"}), json!({}), Narrows),
            (json!({}), json!({"gone": "disabled"}), Widens),
        ],
    );
    table(
        |services| json!({"governance": {"services": services}}),
        &[
            (json!({"s": "disabled"}), json!({"s": "enabled"}), Widens),
            (json!({}), json!({"s": "disabled"}), Narrows),
            (json!({}), json!({"s": "enabled"}), Neutral),
            (json!({"s": "disabled"}), json!({}), Widens),
        ],
    );
    table(
        |settings| json!({"governance": {"connections": {"c": settings}}}),
        &[
            (json!({"f": "disabled"}), json!({"f": "confirm"}), Widens),
            (json!({"f": "confirm"}), json!({}), Widens),
            (json!({}), json!({"f": "confirm"}), Narrows),
        ],
    );
}

#[test]
fn a_limit_that_leaves_more_room_widens() {
    let org = |limit: Value| json!({"limits": {"c": {"org": limit}}});
    table(
        org,
        &[
            (json!({"daily": 1}), json!({"daily": 1.5}), Widens),
            (json!({"daily": 1.5}), json!({"daily": "1.499999"}), Narrows),
            (json!({"daily": 1, "weekly": 2}), json!({"daily": 1}), Widens),
            (json!({"daily": 1}), json!({"daily": 1, "weekly": 2}), Narrows),
            (json!({"daily": 0}), json!({"daily": 1}), Widens),
            (json!({"daily": 1, "strict": true}), json!({"daily": 1}), Widens),
            (json!({"daily": 1}), json!({"daily": 1, "strict": true}), Narrows),
            (json!({"daily": 1}), json!({"daily": 1, "enabled": false}), Widens),
            (json!({"daily": 1, "enabled": false}), json!({"daily": 1}), Narrows),
        ],
    );
    // One's own comes before the organization's, which may be less.
    table(
        |limit| json!({"limits": {"c": {"users": {"u": limit}}}}),
        &[
            (json!({"daily": 1}), json!({"daily": 1, "weekly": 2}), Widens),
            (json!({"daily": 1, "enabled": false}), json!({"daily": 1}), Widens),
        ],
    );
    let verdict = |old: Value, new: Value| changes(&old, &new, true)[0].verdict();
    assert_eq!(verdict(json!({"limits": {}}), org(json!({"daily": 1}))), Narrows);
    assert_eq!(verdict(org(json!({"daily": 1})), json!({"limits": {}})), Widens);
    assert_eq!(verdict(org(json!({"daily": 1, "enabled": false})), json!({"limits": {}})), Neutral);
    let own = json!({"limits": {"c": {"users": {"u": {"daily": 1}}}}});
    assert_eq!(verdict(json!({"limits": {}}), own.clone()), Widens);
    assert_eq!(verdict(own, json!({"limits": {}})), Widens);
}

#[test]
fn more_people_on_a_connection_widen() {
    let with = |more: Value| {
        let mut connection = json!({"service": "openai", "access": "private"});
        connection.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        connection
    };
    let users = |names: &[&str]| json!({"access": "shared", "grants": {"users": names}});
    table(
        |connection| json!({"connections": {"c": with(connection)}}),
        &[
            (json!({}), json!({"access": "shared"}), Widens),
            (json!({"access": "shared"}), json!({}), Narrows),
            // The owner was not among them.
            (users(&["a"]), json!({"access": "private", "grants": {"users": ["a"]}}), Widens),
            (json!({"access": "shared"}), users(&["a"]), Narrows),
            (users(&["a"]), json!({"access": "shared"}), Widens),
            (users(&["a", "b"]), users(&["a"]), Narrows),
            (users(&["a"]), users(&["a", "b"]), Widens),
            (users(&["a"]), json!({"access": "shared", "grants": {"teams": ["a"]}}), Widens),
            (json!({"grants": {"users": ["a"]}}), json!({}), Narrows),
            (json!({}), json!({"grants": {"users": ["a"]}}), Widens),
            (json!({"owner": "a"}), json!({"owner": "b"}), Widens),
            (json!({}), json!({"purpose": "x"}), Neutral),
            (json!({"approvers": ["a", "b"]}), json!({"approvers": ["a"]}), Narrows),
            (json!({"approvers": ["a"]}), json!({}), Widens),
            (json!({}), json!({"approvers": ["a"]}), Widens),
            (json!({}), json!({"reviewer": "a"}), Widens),
            (json!({"reviewer": "a"}), json!({}), Narrows),
            (json!({}), json!({"allowPrivateNetwork": true}), Widens),
            (json!({"allowPrivateNetwork": true}), json!({}), Narrows),
            (json!({"baseUrl": "https://a"}), json!({"baseUrl": "https://b"}), Widens),
            (json!({"scopes": ["a", "b"]}), json!({"scopes": ["a"]}), Narrows),
            (json!({"scopes": ["a"]}), json!({"scopes": ["a", "b"]}), Widens),
        ],
    );
}

#[test]
fn people_who_may_do_more_widen() {
    table(
        |user| json!({"people": {"users": {"u": user}}}),
        &[
            (json!({"role": "user"}), json!({"role": "admin"}), Widens),
            (json!({"role": "owner"}), json!({"role": "admin"}), Narrows),
            (json!({"status": "disabled"}), json!({}), Widens),
            (json!({}), json!({"status": "disabled"}), Narrows),
            (json!({}), json!({"osUser": "u"}), Widens),
            (json!({"osUser": "u"}), json!({}), Neutral),
        ],
    );
    table(
        |agent| json!({"people": {"agents": {"a": agent}}}),
        &[
            (json!({"status": "disabled"}), json!({}), Widens),
            (json!({"status": "created"}), json!({"status": "active"}), Widens),
            (json!({}), json!({"status": "disabled"}), Narrows),
            (json!({"owner": "u"}), json!({"owner": "v"}), Widens),
            (json!({"owner": "u"}), json!({}), Narrows),
            (json!({}), json!({"description": "d"}), Neutral),
        ],
    );
    let limited = |members: &[&str]| json!({"people": {"teams": {"t": {"members": members}}}, "limits": {"c": {"teams": {"t": {"daily": 1}}}}});
    let team = |members: &[&str]| json!({"people": {"teams": {"t": {"members": members}}}});
    assert_eq!(one(team(&["u"]), team(&["u", "v"])), Widens);
    assert_eq!(one(team(&["u", "v"]), team(&["u"])), Narrows);
    assert_eq!(one(limited(&["u", "v"]), limited(&["u"])), Widens, "who leaves the team leaves its limit");
}

#[test]
fn organization_settings_that_answer_less_strictly_widen() {
    let with = |more: Value| {
        let mut entry = json!({"name": "Acme", "timeZone": "UTC", "weekStart": "monday", "approvalLifetimeMinutes": 30, "fourEyes": false, "approvalProof": "any"});
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"governance": {"organization": entry}})
    };
    table(
        with,
        &[
            (json!({}), json!({"fourEyes": true}), Narrows),
            (json!({"fourEyes": true}), json!({}), Widens),
            (json!({}), json!({"approvalProof": "signed"}), Narrows),
            (json!({"approvalProof": "signed"}), json!({}), Widens),
            (json!({}), json!({"approvalLifetimeMinutes": 60}), Widens),
            (json!({}), json!({"approvalLifetimeMinutes": 5}), Narrows),
            (json!({}), json!({"timeZone": "Europe/Prague"}), Widens),
            (json!({}), json!({"weekStart": "sunday"}), Widens),
            (json!({}), json!({"name": "B"}), Neutral),
        ],
    );
}

#[test]
fn a_new_assignment_widens_and_its_end_narrows() {
    let assigned = json!({"policies": {"a": {"c": {}}}});
    let nothing = json!({"policies": {}});
    assert_eq!(changes(&nothing, &assigned, true)[0].verdict(), Widens);
    assert_eq!(changes(&assigned, &nothing, true)[0].verdict(), Narrows);
    assert!(changes(&assigned, &nothing, false).is_empty(), "without pruning it stays");
}

#[test]
fn what_is_named_is_made_first_and_taken_away_last() {
    let all = json!({
        "people": {"users": {"u": {}}, "agents": {"a": {}}},
        "connections": {"c": {"service": "openai"}},
        "policies": {"a": {"c": {}}},
        "limits": {"c": {"users": {"u": {"daily": 1}}}},
    });
    let made: Vec<String> = changes(&json!({}), &all, true).iter().map(|change| change.item.to_string()).collect();
    assert_eq!(made, ["user u", "agent a", "connection \"c\"", "policy of a on \"c\"", "limit of user u on \"c\""]);
    let gone: Vec<String> = changes(&all, &json!({}), true).iter().map(|change| change.item.to_string()).collect();
    assert_eq!(gone, ["limit of user u on \"c\"", "policy of a on \"c\"", "agent a", "user u"], "a connection stays");
}
