//! Every change is a row of the audit with old and new values: the day is lived, and the rows of each command are read.
use crate::support::day::{DAY, Day, Step};
use serde_json::Value;

/// What each changing command writes down: the action, and a property that has another value now.
const WRITES: [(&str, &str, &str); 70] = [
    ("init", "store.init", "owner"),
    ("user add", "user.add", "role"),
    ("user disable", "user.edit", "status"),
    ("user enable", "user.edit", "status"),
    ("user edit", "user.edit", "osUser"),
    ("user import", "user.add", "role"),
    ("user remove", "user.remove", "role"),
    ("user key add", "user.key.add", "key"),
    ("user key remove", "user.key.remove", "key"),
    ("team add", "team.add", "description"),
    ("team edit", "team.edit", "description"),
    ("team remove", "team.remove", "members"),
    ("team add-member", "team.add-member", "alice|bob"),
    ("team remove-member", "team.remove-member", "bob"),
    ("agent add", "agent.add", "kind"),
    ("agent disable", "agent.edit", "status"),
    ("agent enable", "agent.edit", "status"),
    ("agent edit", "agent.edit", "owner"),
    ("agent remove", "agent.remove", "kind"),
    ("org set", "org.set", "timeZone"),
    ("app set", "app.set", "clientId"),
    ("app remove", "app.remove", "clientId"),
    ("catalog import", "catalog.import", "functions"),
    ("catalog remove", "catalog.remove", "functions"),
    ("functions add", "functions.add", "function"),
    ("functions edit", "functions.edit", "function"),
    ("functions remove", "functions.remove", "function"),
    ("add", "connection.add", "label"),
    ("import", "connection.add", "label"),
    ("edit", "connection.edit", "approvers"),
    ("rename", "connection.rename", "label"),
    ("rotate", "connection.rotate", "credential"),
    ("reauth", "connection.reauth", "credential"),
    ("refresh", "connection.refresh", ""),
    ("test", "connection.test", "outcome"),
    ("revoke", "connection.revoke", "status"),
    ("grant", "connection.grant", "team:sales|user:bob"),
    ("ungrant", "connection.ungrant", "user:bob"),
    ("assign", "policy.assign", "policy"),
    ("unassign", "policy.unassign", "status"),
    ("policy set", "policy.set", "defaultMode"),
    ("policy remove", "policy.unassign", "status"),
    ("access request", "access.request", "status"),
    ("access approve", "access.approve", "status"),
    ("access reject", "access.reject", "status"),
    ("governance set", "governance.set", "mode"),
    ("apply", "governance.set", "mode"),
    ("governance unset", "governance.set", "mode"),
    ("functions set", "functions.set", "mode"),
    ("functions unset", "functions.set", "mode"),
    ("freeze", "freeze", "frozen"),
    ("unfreeze", "unfreeze", "frozen"),
    ("panic", "freeze", "frozen"),
    ("call", "call", "execution"),
    ("executions approve", "execution.approve", "approval"),
    ("executions reject", "execution.reject", "approval"),
    ("request", "call", "execution"),
    ("token", "vend", "agent"),
    ("exec", "vend", "agent"),
    ("executions standing revoke", "standing.revoke", "remaining"),
    ("executions run", "call.result", "status"),
    ("limits set", "limit.set", "level"),
    ("limits unset", "limit.unset", "daily"),
    ("limits disable", "limit.set", "enabled"),
    ("limits enable", "limit.set", "enabled"),
    ("usage record", "usage.record", "tokens"),
    ("usage reserve", "usage.reserve", "tokens"),
    ("usage settle", "usage.settle", "tokens"),
    ("usage import", "usage.import", "records"),
    ("usage release", "usage.release", "reserved"),
];

/// What puts another state in the place of this one, or changes how it is sealed: these have tests of their own.
fn is_about_the_file(step: &Step) -> bool {
    ["store ", "doctor"].iter().any(|beginning| step.leaf.starts_with(beginning))
}

#[test]
fn every_changing_command_writes_what_it_changed_from_what_to_what() {
    let day = Day::new();
    let mut last = 0;
    let mut wrong = Vec::new();
    day.live(
        |_, line| line,
        |lived| {
            let step = lived.step;
            let listed = day.sandbox.siesta(&["audit", "list", "--limit", "500", "--json"]);
            if is_about_the_file(&step) && listed.code == Some(5) {
                return;
            }
            let all = listed.succeeds().json();
            let seq = |row: &Value| row["seq"].as_i64().unwrap();
            let rows: Vec<Value> =
                all["rows"].as_array().unwrap().iter().filter(|row| seq(row) > last).cloned().collect();
            last = all["rows"].as_array().unwrap().iter().map(seq).max().unwrap();
            let expected = WRITES.iter().find(|(leaf, _, _)| *leaf == step.leaf);
            let is_dry = step.rest.contains("--dry-run");
            let is_right = match expected {
                Some((_, action, property)) if !is_dry => rows.iter().any(|row| has(row, action, property)),
                _ => rows.is_empty() || is_about_the_file(&step),
            };
            if !is_right {
                wrong.push(format!("{} {}: {rows:#?}", step.leaf, step.rest));
            }
            let by_whom = rows.iter().find(|row| row["actor"].as_str().is_none_or(|actor| actor.is_empty()));
            assert!(by_whom.is_none(), "nobody did {by_whom:?}");
        },
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let lived = |leaf: &str| DAY.iter().any(|step| step.leaf == leaf);
    assert!(WRITES.iter().all(|(leaf, _, _)| lived(leaf)));
}

/// Whether a row tells of this action, and of one of these properties what it was and what it is.
fn has(row: &Value, action: &str, properties: &str) -> bool {
    let changes = row["changes"].as_array().unwrap();
    let tells = |change: &Value| {
        let property = change["property"].as_str().unwrap();
        properties.split('|').any(|known| known == property) && change["old"] != change["new"]
    };
    row["action"] == action && (properties.is_empty() || changes.iter().any(tells))
}
