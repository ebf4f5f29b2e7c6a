//! The audit: what is in it, and what is said when somebody has been at it.
use super::store::decrypt;
use crate::support::office::Office;
use crate::support::peer::peer;
use std::process::Command;

#[test]
fn every_change_has_a_row_that_names_who_made_it() {
    let office = Office::with_research();
    office.siesta(&["limits", "set", "research", "--org", "--daily", "1"]).succeeds();
    let list = office.siesta(&["audit", "list"]).succeeds().stdout();
    let actions: Vec<&str> = list.lines().rev().map(|line| line.split('\t').nth(3).unwrap()).collect();
    assert_eq!(actions[0], "store.init");
    for action in ["connection.add", "agent.add", "user.add", "limit.set"] {
        assert!(actions.contains(&action), "{action} is not in {actions:?}");
    }
    assert!(list.lines().all(|line| line.split('\t').nth(2) == Some("user:mara")), "{list}");

    let document = office.siesta(&["audit", "list", "--action", "limit.set", "--json"]).succeeds().json();
    let row = &document["rows"][0];
    let members: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = [
        "seq",
        "time",
        "actor",
        "actorProof",
        "action",
        "entity",
        "recordId",
        "connection",
        "decision",
        "reason",
        "correlationId",
        "changes",
        "prevHash",
        "hash",
    ];
    assert_eq!(members, documented);
    let last = office.siesta(&["audit", "list", "--limit", "1", "-o", "jsonl"]).succeeds().json_lines();
    assert_eq!((last.len(), &last[0]["hash"]), (1, &row["hash"]));
    office.siesta(&["audit", "list", "--decision", "perhaps"]).ends_with(2);
}

#[test]
fn a_whole_chain_is_verified() {
    let office = Office::with_research();
    let run = office.siesta(&["audit", "verify"]).succeeds();
    assert!(run.stderr.starts_with("verified ") && run.stdout().is_empty(), "{}", run.stderr);
    let document = office.siesta(&["audit", "verify", "--json"]).succeeds().json();
    assert_eq!((&document["verified"], &document["broken"]), (&true.into(), &serde_json::Value::Null));
    let newest = office.siesta(&["audit", "list", "--limit", "1", "--json"]).succeeds().json()["rows"][0].clone();
    assert_eq!((&document["head"]["seq"], &document["head"]["hash"]), (&newest["seq"], &newest["hash"]));
}

/// Somebody who has the key opens the store with stock programs, changes history and seals it again.
#[test]
fn a_row_that_was_changed_is_found_and_named() {
    let (Some(age), Some(sqlite3)) = (peer("age"), peer("sqlite3")) else { return };
    let cases = [
        ("update audit set actor = 'user:eve' where seq = 3", 3),
        ("update audit set decision = 'allow', reason = null where decision = 'deny'", 0),
        ("delete from audit where seq = 2", 3),
    ];
    for (sql, named) in cases {
        let office = Office::with_research();
        let denied = ["call", "research", "list_models", "--agent", "helper", "--user", "nobody"];
        office.siesta(&denied).ends_with(8);
        let rows = office.siesta(&["audit", "list", "--decision", "deny", "--json"]).succeeds().json();
        let named = if named == 0 { rows["rows"][0]["seq"].as_i64().unwrap() } else { named };
        let info = office.siesta(&["store", "info", "--json"]).succeeds().json();
        let recipient = info["recipients"][0]["recipient"].as_str().unwrap();
        let (sealed, plain) = (office.store_dir().join("store.age"), office.path("plain.db"));

        office.siesta(&["store", "compact"]).succeeds();
        decrypt(&age, &office.identity(), &sealed, &plain);
        assert!(Command::new(&sqlite3).arg(&plain).arg(sql).status().unwrap().success());
        let run = Command::new(&age).args(["-r", recipient, "-o"]).arg(&sealed).arg(&plain).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        std::fs::remove_file(office.pin()).unwrap();

        let document = office.siesta(&["audit", "verify", "--json"]).ends_with(6).json();
        assert_eq!((&document["verified"], &document["broken"]["seq"]), (&false.into(), &named.into()), "{sql}");
        let run = office.siesta(&["audit", "verify"]).ends_with(6);
        assert!(run.stderr.contains(&format!("error: audit row {named} is not as it was written\n")), "{}", run.stderr);
    }
}
