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

#[test]
fn a_user_is_shown_with_what_they_are_answerable_for_and_is_edited() {
    let office = Office::with_research();
    office.siesta(&["team", "add", "sales"]).succeeds();
    office.siesta(&["team", "add-member", "sales", "alice"]).succeeds();
    office.siesta(&["edit", "research", "--owner", "alice", "--approver", "alice"]).succeeds();
    let run = office.siesta(&["user", "edit", "alice", "--role", "admin", "--os-user", "al"]).succeeds();
    assert_eq!(run.stderr, "user \"alice\": role user → admin, account none → al\n");
    let shown = office.siesta(&["user", "show", "alice", "--json"]).succeeds().json();
    assert_eq!((&shown["teams"][0], &shown["connections"][0]), (&"sales".into(), &"research".into()));
    assert_eq!((&shown["approverOf"][0], &shown["user"]["osUser"]), (&"research".into(), &"al".into()));
    // An account says who acts, so it is one person's.
    office.siesta(&["user", "edit", "mara", "--os-user", "al"]).ends_with(7);
    office.siesta(&["user", "edit", "alice"]).ends_with(2);
    office.siesta(&["user", "edit", "alice", "--role", "boss"]).ends_with(2);
    // Somebody has to be left who may do everything.
    office.siesta(&["user", "edit", "mara", "--role", "user"]).ends_with(7);
    office.siesta(&["user", "disable", "mara"]).ends_with(7);
    office.siesta(&["user", "remove", "mara", "--yes"]).ends_with(7);
}

#[test]
fn whoever_leaves_takes_their_name_along_and_what_is_ownerless_is_said() {
    let office = Office::with_research();
    office.siesta(&["edit", "research", "--owner", "alice"]).succeeds();
    office.siesta(&["agent", "edit", "helper", "--owner", "alice"]).succeeds();
    office.siesta(&["limits", "set", "research", "--user", "alice", "--daily", "1"]).succeeds();
    // Nobody is there to be asked.
    let refused = office.siesta(&["user", "remove", "alice", "--json"]).ends_with(2).json_error();
    assert!(refused["message"].as_str().unwrap().contains("connection \"research\", agent \"helper\""), "{refused}");
    let run = office.siesta(&["user", "remove", "alice", "--yes"]).succeeds();
    assert!(run.stderr.contains("nobody owns connection \"research\", agent \"helper\" any more"), "{}", run.stderr);
    assert!(run.stderr.contains("siesta edit research --owner USER"), "{}", run.stderr);
    // Somebody else of the same name inherits nothing.
    office.siesta(&["user", "add", "alice"]).succeeds();
    let shown = office.siesta(&["user", "show", "alice", "--json"]).succeeds().json();
    assert_eq!((&shown["connections"], &shown["agents"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(office.siesta(&["limits", "list", "--json"]).succeeds().json()["limits"], serde_json::json!([]));
    let found = office.siesta(&["doctor", "--json"]).ends_with(12).stdout();
    assert!(found.contains("research"), "{found}");
    // The audit has what was, row by row.
    let rows = office.siesta(&["audit", "list", "--json"]).succeeds().json();
    let changes: Vec<&serde_json::Value> =
        rows["rows"].as_array().unwrap().iter().flat_map(|row| row["changes"].as_array().unwrap()).collect();
    let owner = |new: serde_json::Value| serde_json::json!({"property": "owner", "old": "alice", "new": new});
    assert_eq!(changes.iter().filter(|change| ***change == owner(serde_json::Value::Null)).count(), 2, "{changes:#?}");

    let run = office.siesta(&["edit", "research", "--owner", "alice"]).succeeds();
    assert_eq!(run.stderr, "\"research\": owner nobody → alice\n");
    office.siesta(&["user", "remove", "alice", "--new-owner", "mara", "--yes"]).succeeds();
    assert_eq!(office.siesta(&["show", "research", "--json"]).succeeds().json()["connection"]["owner"], "mara");
}

#[test]
fn a_removal_never_opens_anything_to_more_people() {
    let office = Office::with_research();
    office.siesta(&["team", "add", "sales"]).succeeds();
    office.siesta(&["grant", "research", "--team", "sales"]).succeeds();
    let error = office.siesta(&["team", "remove", "sales", "--yes", "--json"]).ends_with(7).json_error();
    assert!(error["message"].as_str().unwrap().contains("open to everybody"), "{error}");
    office.siesta(&["grant", "research", "--user", "mara"]).succeeds();
    let removed = office.siesta(&["team", "remove", "sales", "--yes", "--json"]).succeeds().json();
    assert_eq!(removed["grants"][0], "research");
    office.siesta(&["edit", "research", "--approver", "alice"]).succeeds();
    let error = office.siesta(&["user", "remove", "alice", "--yes", "--json"]).ends_with(7).json_error();
    assert!(error["message"].as_str().unwrap().contains("only approver"), "{error}");
    office.siesta(&["user", "show", "alice"]).succeeds();
}

#[test]
fn people_come_from_a_list_all_of_them_or_nobody() {
    let office = Office::new();
    let users = || office.siesta(&["user", "list"]).succeeds().stdout();
    let before = users();
    office.write("bad.csv", "name,role,teams\nalice,user,\nbob,boss,\nmara,user,\nALICE,user,\n,user,\n");
    let error = office.siesta(&["user", "import", "bad.csv", "--json"]).ends_with(2).json_error();
    let lines: Vec<u64> = error["lines"].as_array().unwrap().iter().map(|bad| bad["line"].as_u64().unwrap()).collect();
    assert_eq!((&error["code"], lines), (&"bad-lines".into(), vec![3, 5, 6]));
    assert!(error["cause"].as_str().unwrap().contains("line 3: \"boss\" is no role"), "{error}");
    office.write("late.csv", "name,teams\nalice,\nmara,\nbob,nowhere\n");
    let error = office.siesta(&["user", "import", "late.csv"]).ends_with(2);
    assert!(
        error.stderr.contains("line 3: user \"mara\" exists already; line 4: there is no team"),
        "{}",
        error.stderr
    );
    assert_eq!(users(), before, "nothing half done");

    let options = ["--skip-existing", "--create-teams"];
    let line = [&["user", "import", "late.csv"][..], &options].concat();
    let dry = office.siesta(&[&line[..], &["--dry-run", "--json"]].concat()).succeeds().json();
    assert_eq!(users(), before);
    let done = office.siesta(&[&line[..], &["--json"]].concat()).succeeds().json();
    for part in ["skipped", "teamsAdded", "joined"] {
        assert_eq!(dry[part], done[part], "{part}");
    }
    let names = |document: &serde_json::Value| -> Vec<String> {
        document["added"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((names(&dry), names(&done)), (names(&done), vec!["alice".to_owned(), "bob".to_owned()]));
    let team = office.siesta(&["team", "show", "nowhere", "--json"]).succeeds().json();
    assert_eq!(team["team"]["members"], serde_json::json!(["bob"]));
    // The same list again changes nothing, and writes no row.
    let rows = || office.siesta(&["audit", "list", "--limit", "500"]).succeeds().stdout();
    let had = rows();
    office.siesta(&line).succeeds();
    assert_eq!(rows(), had);
    office.siesta(&["user", "import", "nowhere.csv"]).ends_with(3);
    office.write("large.csv", format!("name\n{}", "x\n".repeat(3 << 20)));
    let error = office.siesta(&["user", "import", "large.csv"]).ends_with(2);
    assert!(error.stderr.contains("larger than 4 MiB"), "{}", error.stderr);
}

#[test]
fn a_team_holds_users_and_no_team() {
    let office = Office::new();
    office.siesta(&["team", "add", "sales"]).succeeds();
    office.siesta(&["team", "add", "everybody"]).succeeds();
    for member in ["sales", "everybody"] {
        let error = office.siesta(&["team", "add-member", "everybody", member]).ends_with(2);
        assert!(error.stderr.contains("is a team"), "{}", error.stderr);
    }
    let run = office.siesta(&["team", "edit", "sales", "--description", "Sellers"]).succeeds();
    assert_eq!(run.stderr, "team \"sales\": \"\" → \"Sellers\"\n");
}

#[test]
fn an_agent_is_edited_and_removed_with_all_it_may_do() {
    let office = Office::with_research();
    office.siesta(&["agent", "add", "flow", "--kind", "workflow", "--status", "created"]).succeeds();
    let run = office.siesta(&["agent", "edit", "flow", "--owner", "alice", "--assign", "research"]).succeeds();
    assert_eq!(run.stderr, "agent \"flow\": owner mara → alice, assigned \"research\"\n");
    let run = office.siesta(&["agent", "show", "flow"]).succeeds();
    assert!(run.stdout().contains("may use\tresearch (read_only)\n"), "{}", run.stdout());
    // All of an edit, or nothing.
    office.siesta(&["agent", "edit", "flow", "--kind", "skill", "--assign", "nowhere"]).ends_with(3);
    let shown = office.siesta(&["agent", "show", "flow", "--json"]).succeeds().json();
    assert_eq!((&shown["agent"]["kind"], &shown["agent"]["status"]), (&"workflow".into(), &"created".into()));
    let removed = office.siesta(&["agent", "remove", "flow", "--yes", "--json"]).succeeds().json();
    assert_eq!(removed["assigned"], serde_json::json!(["research"]));
    // Another agent of the same name has no policy.
    office.siesta(&["agent", "add", "flow"]).succeeds();
    let denied = office.siesta(&["call", "research", "list_models", "--agent", "flow", "--json"]).ends_with(8).json();
    assert_eq!(denied["reason"], "not_assigned");
}

#[test]
fn an_agent_asks_for_access_and_a_person_decides() {
    let office = Office::with_research();
    office.siesta(&["agent", "add", "other", "--owner", "alice"]).succeeds();
    let ask = ["access", "request", "research", "--reason", "to ask models", "--actor", "agent:other"];
    let asked = office.siesta(&[&ask[..], &["--json"]].concat()).succeeds().json();
    let id = asked["request"]["id"].as_str().unwrap();
    assert_eq!((&asked["request"]["askedBy"], &asked["request"]["status"]), (&"agent:other".into(), &"pending".into()));
    // One request per target.
    let error = office.siesta(&ask).ends_with(7);
    assert!(error.stderr.contains(id), "{}", error.stderr);
    office
        .siesta(&["access", "request", "research", "create_response", "--agent", "other", "--reason", "x"])
        .succeeds();
    // An agent asks for itself, and decides nothing; nor does somebody who has no say.
    office.siesta(&[&ask[..], &["--agent", "helper"]].concat()).ends_with(8);
    office.siesta(&["access", "approve", id, "--actor", "agent:other"]).ends_with(8);
    office.siesta(&["access", "approve", id, "--actor", "alice"]).ends_with(8);
    office.siesta(&["edit", "research", "--reviewer", "alice"]).succeeds();
    let approved = office.siesta(&["access", "approve", &id[..23], "--actor", "alice", "--json"]).succeeds().json();
    let policy = &approved["policy"];
    assert_eq!((&policy["defaultMode"], &policy["stepUpApproval"]), (&"read_only".into(), &"risk_based".into()));
    assert_eq!((&policy["allowedModels"], &approved["assigned"]), (&serde_json::json!(["B"]), &true.into()));
    office.siesta(&["access", "approve", id]).ends_with(7);
    office.siesta(&["access", "reject", id, "--reason", "no"]).ends_with(7);
    office.siesta(&ask).ends_with(7);
    let pending = office.siesta(&["access", "list", "--pending", "--json"]).succeeds().json();
    assert_eq!(pending["requests"].as_array().unwrap().len(), 1);
    let waiting = pending["requests"][0]["id"].as_str().unwrap().to_owned();
    // Four eyes: nobody decides about an agent of their own.
    office.siesta(&["org", "set", "--four-eyes", "on"]).succeeds();
    office.siesta(&["access", "reject", &waiting, "--reason", "no", "--actor", "alice"]).ends_with(8);
    office.siesta(&["revoke", "research", "--yes", "--local-only"]).succeeds();
    office.siesta(&["access", "approve", &waiting]).ends_with(7);
    let list = office.siesta(&["access", "list", "--json"]).succeeds().json();
    assert_eq!(list["requests"][0]["status"], "cancelled");
    for line in [&["access", "request", "nowhere"][..], &["access", "request", "research", "http_get"]] {
        office.siesta(&[line, &["--agent", "other", "--reason", "x"]].concat()).ends_with(if line.len() == 3 {
            3
        } else {
            7
        });
    }
    office.siesta(&["access", "approve", "019a"]).ends_with(3);
}
