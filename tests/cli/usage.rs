//! Tokens reserved, settled, released; and added up.
use crate::support::office::Office;
use serde_json::{Value, json};

fn reserve<'a>(who: &'a str, tokens: &'a str) -> Vec<&'a str> {
    vec!["usage", "reserve", "research", "--user", who, "--tokens", tokens]
}

/// alice has 1,000 a day, strictly.
#[track_caller]
fn office() -> Office {
    let office = Office::with_research();
    let strict = ["limits", "set", "research", "--user", "alice", "--daily", "0.001", "--strict"];
    office.siesta(&strict).succeeds();
    office
}

#[track_caller]
fn standing(office: &Office) -> (u64, u64) {
    let check = ["limits", "check", "research", "--user", "alice", "--json"];
    let run = office.siesta(&check);
    let line = run.json()["limits"][0].clone();
    (line["usedTokens"].as_u64().unwrap(), line["reservedTokens"].as_u64().unwrap())
}

#[test]
fn what_is_reserved_counts_until_it_is_settled_or_released() {
    let office = office();
    let first = office.siesta(&reserve("alice", "600")).succeeds();
    assert!(first.stderr.starts_with("reserved 600 tokens on \"research\" until "), "{}", first.stderr);
    let first = first.stdout().trim().to_owned();
    assert_eq!(standing(&office), (0, 600));
    let refused = office.siesta(&reserve("alice", "401")).ends_with(10);
    assert_eq!(refused.stdout(), "");
    let says = "error: the daily token limit of user \"alice\" would be passed by this call: 0 of 1,000 tokens used, \
                600 reserved";
    assert!(refused.stderr.starts_with(says), "{}", refused.stderr);
    let second = office.siesta(&reserve("alice", "400")).succeeds().stdout().trim().to_owned();

    office.siesta(&["usage", "settle", &first, "--input", "100", "--output", "50", "--model", "m"]).succeeds();
    assert_eq!(standing(&office), (150, 400));
    let released = office.siesta(&["usage", "release", &second]).succeeds();
    assert_eq!(released.stderr, "released 400 tokens on \"research\"\n");
    assert_eq!(standing(&office), (150, 0));

    // Settled once, and never again.
    let again = office.siesta(&["usage", "settle", &first, "--input", "100", "--output", "50"]).ends_with(7);
    assert!(again.stderr.contains("settled already"), "{}", again.stderr);
    office.siesta(&["usage", "release", &second]).ends_with(3);
    office.siesta(&["usage", "settle", "no-such-id"]).ends_with(3);
    let document = office.siesta(&[&reserve("alice", "900")[..], &["--json"]].concat()).ends_with(10).json();
    assert_eq!((&document["reserved"], &document["id"]), (&false.into(), &Value::Null));
    assert_eq!((&document["problem"]["code"], &document["problem"]["status"]), (&"token_limit".into(), &403.into()));
}

#[test]
fn a_settlement_without_figures_books_what_was_reserved_and_says_so() {
    let office = office();
    let id = office.siesta(&reserve("alice", "300")).succeeds().stdout().trim().to_owned();
    let settled = office.siesta(&["usage", "settle", &id, "--json"]).succeeds().json();
    assert_eq!((&settled["tokens"], &settled["estimated"]), (&300.into(), &true.into()));
    let shown = office.siesta(&["usage", "show", "--by", "user", "--json"]).succeeds().json();
    assert_eq!((&shown["rows"][0]["estimatedRecords"], &shown["total"]["tokens"]), (&1.into(), &300.into()));
    let wrong = ["usage", "settle", &id, "--input", "1", "--output", "2", "--reasoning", "3"];
    assert!(office.siesta(&wrong).ends_with(2).stderr.contains("more reasoning tokens than output tokens"));
    office.siesta(&["usage", "settle", &id, "--input", "1"]).ends_with(2);
}

#[test]
fn a_reservation_needs_an_account_a_model_connection_and_a_sensible_time() {
    let office = office();
    office.siesta(&["usage", "reserve", "research", "--tokens", "5"]).ends_with(2);
    office.siesta(&[&reserve("alice", "5")[..], &["--for", "25h"]].concat()).ends_with(2);
    office.siesta(&[&reserve("alice", "5")[..], &["--for", "0s"]].concat()).ends_with(2);
    office.siesta(&reserve("nobody", "5")).ends_with(3);
    office.siesta(&reserve("alice", "-5")).ends_with(2);
}

#[test]
fn of_sixty_four_processes_at_once_only_as_many_reserve_as_there_is_room_for() {
    let office = office();
    let running: Vec<_> = (0..64).map(|_| office.line(&reserve("alice", "30")).start()).collect();
    let codes: Vec<i32> = running.into_iter().map(|running| running.finish().code.unwrap()).collect();
    // 33 times 30 is 990; the 34th would be 1,020.
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 33, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 10).count(), 31, "{codes:?}");
    assert_eq!(standing(&office), (0, 990));
}

#[test]
fn usage_is_added_up_by_what_is_asked_and_priced_by_a_list() {
    let office = Office::with_research();
    office.siesta(&["team", "add", "sales"]).succeeds();
    let record = |more: &[&str]| office.siesta(&[&["usage", "record", "research"], more].concat()).succeeds();
    record(&[
        "--user",
        "alice",
        "--model",
        "big",
        "--input",
        "1000",
        "--output",
        "500",
        "--cache-read",
        "400",
        "--reasoning",
        "100",
        "--at",
        "2026-03-01T10:00:00Z",
    ]);
    record(&[
        "--user",
        "alice",
        "--team",
        "sales",
        "--model",
        "big",
        "--input",
        "10",
        "--output",
        "5",
        "--at",
        "2026-03-02T10:00:00Z",
    ]);
    record(&["--agent", "helper", "--input", "7", "--output", "0", "--at", "2026-03-09T10:00:00Z"]);

    let by = |by: &str, more: &[&str]| office.siesta(&[&["usage", "show", "--by", by], more].concat()).succeeds();
    let users = by("user", &[]);
    assert_eq!(users.stdout(), "alice\t2\t1010\t505\t100\t400\t0\t1515\n\t1\t7\t0\t0\t0\t0\t7\n");
    let weeks = by("week", &["-o", "csv"]).stdout();
    assert_eq!(
        weeks,
        "week,records,input,output,reasoning,cache_read,cache_write,tokens\n2026-02-23,1,1000,500,100,400,0,1500\n\
         2026-03-02,1,10,5,0,0,0,15\n2026-03-09,1,7,0,0,0,0,7\n"
    );
    let some = by("day", &["--since", "2026-03-02", "--until", "2026-03-03"]).stdout();
    assert_eq!(some, "2026-03-02\t1\t10\t5\t0\t0\t0\t15\n");
    // A span that is not made of days is read from the records themselves.
    let exact = by("day", &["--since", "2026-03-01T10:00:00.001Z", "--until", "2026-03-03"]).stdout();
    assert_eq!(exact, some);

    office.write("prices.json", r#"{"currency":"EUR","models":{"b*":{"input":2,"output":10,"cacheRead":0.5}}}"#);
    let priced = by("model", &["--prices", "prices.json", "--json"]).json();
    // 610 at 2, 400 at 0.5 and 505 at 10 per million.
    assert_eq!((&priced["currency"], &priced["rows"][0]["cost"]), (&json!("EUR"), &json!("0.0065")));
    assert_eq!(priced["rows"][1]["unpricedTokens"], 7);
    office.siesta(&["usage", "show", "--by", "mood"]).ends_with(2);
    office.siesta(&["usage", "show", "--prices", "none.json"]).ends_with(3);
    office.write("bad.json", "{}");
    office.siesta(&["usage", "show", "--prices", "bad.json"]).ends_with(2);
}

const CSV: &str = "time,connection,user,model,input,output,source_id\n\
    2026-03-01T10:00:00Z,research,alice,m,100,20,a\n2026-03-02T10:00:00Z,research,alice,m,200,30,b\n";

fn import<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["usage", "import", file, "--json"], more].concat()
}

#[test]
fn an_import_books_once_however_often_it_is_made() {
    let office = Office::with_research();
    office.write("usage.csv", CSV);
    let dry = office.siesta(&import("usage.csv", &["--dry-run"])).succeeds().json();
    assert_eq!((&dry["booked"], &dry["tokens"], &dry["format"]), (&2.into(), &350.into(), &"csv".into()));
    let first = office.siesta(&["usage", "import", "usage.csv"]).succeeds();
    assert_eq!(first.stderr, "booked 2 records with 350 tokens (csv)\n");
    let again = office.siesta(&import("usage.csv", &[])).succeeds().json();
    assert_eq!((&again["booked"], &again["known"], &again["differing"]), (&0.into(), &2.into(), &0.into()));
    // What the same source says differently later is told, and changes nothing.
    office.write("usage.csv", CSV.replace("200,30", "900,30"));
    let other = office.siesta(&["usage", "import", "usage.csv"]).succeeds();
    assert!(other.stderr.contains("1 known records have other figures now"), "{}", other.stderr);
    let shown = office.siesta(&["usage", "show", "--json"]).succeeds().json();
    assert_eq!(shown["total"]["tokens"], 350);
    // Without ids of their own, equal lines are two and a file that has grown is not booked twice.
    let line = "2026-03-01T10:00:00Z,research,alice,m,1,1,\n";
    let grown = format!("{}{line}{line}", "time,connection,user,model,input,output,source_id\n");
    assert_eq!(office.line(&import("-", &[])).stdin(grown.clone()).run().succeeds().json()["booked"], 2);
    let later = office.line(&import("-", &[])).stdin(format!("{grown}{line}")).run().succeeds().json();
    assert_eq!((&later["booked"], &later["known"]), (&1.into(), &2.into()));
}

#[test]
fn a_bad_line_is_named_and_nothing_is_booked_unless_it_is_left_out() {
    let office = Office::with_research();
    let bad = format!(
        "{CSV}soon,research,alice,m,1,1,c\n2026-03-03,research,nobody,m,1,1,d\n2026-03-03,other,alice,m,1,1,e\n"
    );
    office.write("usage.csv", &bad);
    let run = office.siesta(&["usage", "import", "usage.csv"]).ends_with(2);
    assert!(run.stderr.starts_with("error: 3 lines of the file cannot be used\n"), "{}", run.stderr);
    for words in ["line 4", "line 5", "there is no user \"nobody\"", "line 6"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert_eq!(office.siesta(&["usage", "show", "--json"]).json()["total"]["records"], 0);
    let skipped = office.siesta(&["usage", "import", "usage.csv", "--skip-bad"]).succeeds();
    assert!(skipped.stderr.contains("warning: line 4 is left out: time is neither"), "{}", skipped.stderr);
    assert!(skipped.stderr.ends_with("booked 2 records with 350 tokens (csv)\n"), "{}", skipped.stderr);
    office.siesta(&["usage", "import", "none.csv"]).ends_with(3);
    office.write("what.txt", "hello\n");
    office.siesta(&["usage", "import", "what.txt"]).ends_with(2);
    office.siesta(&["usage", "import", "usage.csv", "--format", "xml"]).ends_with(2);
}

#[test]
fn reports_of_providers_and_logs_of_a_gateway_are_known_by_their_shape() {
    let office = Office::with_research();
    let bucket = |start: i64, end: i64, input: u64| {
        json!({"object": "bucket", "start_time": start, "end_time": end, "results": [
            {"object": "organization.usage.completions.result", "input_tokens": input, "output_tokens": 5,
             "input_cached_tokens": 2, "model": "m", "user_id": "user-xyz"}]})
    };
    // Two pages one after the other; the last bucket is not over yet.
    let first = json!({"object": "page", "data": [bucket(1_772_323_200, 1_772_409_600, 10)], "has_more": true});
    let second = json!({"object": "page", "data": [bucket(1_772_409_600, 4_102_444_800, 10)]});
    office.write("openai.json", format!("{first:#}\n{second:#}\n"));
    let run = office.siesta(&import("openai.json", &["--agent", "helper"])).ends_with(2);
    assert!(run.stderr.contains("its figures are not final"), "{}", run.stderr);
    let booked = office.siesta(&import("openai.json", &["--agent", "helper", "--skip-bad"])).succeeds().json();
    assert_eq!((&booked["format"], &booked["booked"], &booked["bad"]), (&"openai".into(), &1.into(), &1.into()));
    let line = booked["badLines"][0]["line"].as_u64().unwrap();
    assert_eq!(line, format!("{first:#}").lines().count() as u64 + 4);
    let unsaid = office.siesta(&import("openai.json", &["--skip-bad"])).succeeds().json();
    assert_eq!((&unsaid["booked"], &unsaid["bad"]), (&0.into(), &2.into()), "nobody is guessed");

    let log = "{\"request_id\":\"r1\",\"startTime\":\"2026-03-01T10:00:00Z\",\"prompt_tokens\":7,\"completion_tokens\":3,\
               \"user\":\"alice\",\"model\":\"m\"}\n{\"request_id\":\"r2\", broken\n";
    office.write("spend.jsonl", log);
    let run = office.siesta(&import("spend.jsonl", &["--connection", "research", "--skip-bad"])).succeeds().json();
    assert_eq!(
        (&run["format"], &run["booked"], &run["badLines"][0]["line"]),
        (&"litellm".into(), &1.into(), &2.into())
    );
    office.siesta(&import("spend.jsonl", &[])).ends_with(2);

    let report = json!({"data": [{"starting_at": "2026-03-01T00:00:00Z", "ending_at": "2026-03-02T00:00:00Z", "results":
        [{"uncached_input_tokens": 50, "cache_read_input_tokens": 10, "output_tokens": 5, "model": "c"}]}]});
    office.write("anthropic.json", report.to_string());
    let whose = ["--connection", "research", "--user", "alice"];
    let run = office.siesta(&import("anthropic.json", &whose)).succeeds().json();
    assert_eq!((&run["format"], &run["tokens"]), (&"anthropic".into(), &65.into()));
    let shown = office.siesta(&["usage", "show", "--by", "model", "-o", "tsv"]).succeeds().stdout();
    assert!(shown.ends_with("c\t1\t60\t5\t0\t10\t0\t65\nm\t2\t17\t8\t0\t2\t0\t25\n"), "{shown}");
}
