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

#[test]
fn a_row_is_shown_with_what_it_was_and_what_it_is() {
    let office = Office::with_research();
    office.siesta(&["limits", "set", "research", "--org", "--daily", "1"]).succeeds();
    office.siesta(&["limits", "set", "research", "--org", "--daily", "2"]).succeeds();
    let newest = office.siesta(&["audit", "list", "--limit", "1", "--json"]).succeeds().json()["rows"][0].clone();
    let seq = newest["seq"].to_string();
    let shown = office.siesta(&["audit", "show", &seq]).succeeds().stdout();
    assert!(shown.contains("daily: 1 → 2") && shown.contains("user:mara (asserted)"), "{shown}");
    assert_eq!(office.siesta(&["audit", "show", &seq, "--json"]).succeeds().json()["row"], newest);
    office.siesta(&["audit", "show", "9999"]).ends_with(3);
}

#[test]
fn an_export_has_every_row_once_in_order_in_each_format() {
    let office = Office::with_research();
    office.siesta(&["call", "research", "list_models", "--agent", "helper"]).succeeds();
    office.siesta(&["call", "research", "chat", "--agent", "nobody"]).ends_with(8);
    let listed = office.siesta(&["audit", "list", "--limit", "500", "--json"]).succeeds().json();
    let mut rows = listed["rows"].as_array().unwrap().clone();
    rows.reverse();
    assert_eq!(office.siesta(&["audit", "export"]).succeeds().json_lines(), rows);
    let run = office.siesta(&["audit", "export", "--format", "csv"]).succeeds().stdout();
    let mut table = csv::Reader::from_reader(run.as_bytes());
    let hashes: Vec<String> = table.records().map(|record| record.unwrap()[13].to_owned()).collect();
    assert_eq!(hashes, rows.iter().map(|row| row["hash"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
    let events = office.siesta(&["audit", "export", "--format", "ocsf"]).succeeds().json_lines();
    assert_eq!(events.len(), rows.len());
    for (event, row) in events.iter().zip(&rows) {
        assert_eq!((&event["class_uid"], &event["metadata"]["sequence"]), (&6003.into(), &row["seq"]));
        assert_eq!(event["unmapped"]["hash"], row["hash"]);
    }
    assert!(events.iter().any(|event| event["status_id"] == 2), "the denied call");
    // Only what is asked for, and into a file that was not there.
    let args = ["audit", "export", "--decision", "deny", "--out", "denied.jsonl", "--json"];
    let view = office.siesta(&args).succeeds().json();
    assert_eq!((&view["rows"], &view["format"]), (&1.into(), &"jsonl".into()));
    let file = std::fs::read_to_string(office.path("denied.jsonl")).unwrap();
    assert_eq!((file.lines().count(), file.contains(view["lastHash"].as_str().unwrap())), (1, true));
    office.siesta(&args).ends_with(7);
    office.siesta(&["audit", "export", "--connection", "nothing", "--out", "none"]).ends_with(3);
    assert!(!office.path("none").exists());
}

#[test]
fn a_head_that_was_written_down_elsewhere_is_found_again_or_missed() {
    let office = Office::with_research();
    let line = office.siesta(&["audit", "head"]).succeeds().stdout();
    let document = office.siesta(&["audit", "head", "--json"]).succeeds().json();
    let info = office.siesta(&["store", "info", "--json"]).succeeds().json();
    let (head, store) = line.trim_end().split_once(' ').unwrap();
    assert_eq!(head, format!("{}:{}", document["seq"], document["hash"].as_str().unwrap()));
    assert!(info.to_string().contains(store), "{info}");
    office.siesta(&["user", "add", "later"]).succeeds();
    let verified = office.siesta(&["audit", "verify", "--head", head, "--json"]).succeeds().json();
    assert_eq!((&verified["anchor"], &verified["verified"]), (&"found".into(), &true.into()));
    // The whole line that was written down will do too.
    office.siesta(&["audit", "verify", "--head", line.trim_end()]).succeeds();
    let (seq, hash) = head.split_once(':').unwrap();
    let other = format!("{seq}:{}", hash.chars().rev().collect::<String>());
    let run = office.siesta(&["audit", "verify", "--head", &other, "--json"]).ends_with(6).json();
    assert_eq!((&run["anchor"], &run["verified"]), (&"missing".into(), &false.into()));
    let beyond = format!("9999:{hash}");
    assert!(office.siesta(&["audit", "verify", "--head", &beyond]).ends_with(6).stderr.contains("anchored"));
    office.siesta(&["audit", "verify", "--head", "12"]).ends_with(2);
}

#[test]
fn what_is_kept_for_a_shorter_time_is_asked_about_and_written_down() {
    let office = Office::new();
    let run = office.siesta(&["org", "set", "--audit-retention", "90d"]).ends_with(2);
    assert!(run.stderr.contains("--yes"), "{}", run.stderr);
    office.siesta(&["org", "set", "--audit-retention", "90d", "--yes"]).succeeds();
    office.siesta(&["org", "set", "--execution-retention", "10d", "--json"]).ends_with(2);
    office.siesta(&["org", "set", "--execution-retention", "60d"]).succeeds();
    office.siesta(&["org", "set", "--audit-retention", "off"]).succeeds();
    for wrong in ["91d", "5h", "0d", "soon"] {
        office.siesta(&["org", "set", "--audit-retention", wrong, "--yes"]).ends_with(2);
    }
    let shown = office.siesta(&["org", "show", "--json"]).succeeds().json();
    let organization = &shown["organization"];
    assert_eq!(
        (&organization["auditRetentionDays"], &organization["executionRetentionDays"]),
        (&serde_json::Value::Null, &60.into())
    );
}
