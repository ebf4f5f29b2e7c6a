//! What a command prints under `-o json` is what `siesta help json COMMAND` says it prints: nothing more, nothing less.
use crate::support::sandbox::{Line, Sandbox};
use practice_provider::{API_KEY, PUBLIC_CLIENT, Provider};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

// The sign-in layer and the operations have copies of their own.
#[allow(clippy::duplicate_mod)]
#[path = "../../examples/practice_provider.rs"]
mod practice_provider;

/// Commands run against their schemas, one after the other, as in a day of an organization.
struct Day {
    sandbox: Sandbox,
    seen: RefCell<BTreeSet<String>>,
}

impl Day {
    /// Runs a line that prints the document of `command`, and gives the document.
    fn run(&self, command: &str, more: &str) -> Value {
        self.ends(0, command, more)
    }

    /// The program without a command, whose schema has its name.
    fn bare(&self) -> Value {
        let document = self.sandbox.siesta(&["--json"]).succeeds().json();
        let schema = closed(schema(&self.sandbox, "siesta"));
        jsonschema::draft202012::new(&schema).unwrap().validate(&document).unwrap();
        self.seen.borrow_mut().insert("siesta".to_owned());
        document
    }

    fn ends(&self, code: i32, command: &str, more: &str) -> Value {
        self.line(code, command, more, |line| line)
    }

    fn line(&self, code: i32, command: &str, more: &str, with: impl FnOnce(Line) -> Line) -> Value {
        let words: Vec<&str> = command.split(' ').chain(more.split_whitespace()).chain(["--json"]).collect();
        let document = with(self.sandbox.line(&words)).run().ends_with(code).json();
        let schema = schema(&self.sandbox, command);
        let validator = jsonschema::draft202012::new(&closed(schema)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "siesta {command} {more}\n{document:#}\n{}", errors.join("\n"));
        self.seen.borrow_mut().insert(command.to_owned());
        document
    }
}

fn schema(sandbox: &Sandbox, command: &str) -> Value {
    let words: Vec<&str> = ["help", "json"].into_iter().chain(command.split(' ')).collect();
    sandbox.siesta(&words).succeeds().json()
}

/// The schema without its room for later fields: a field that is printed and not described is a mistake today.
fn closed(mut schema: Value) -> Value {
    // Of two documents each has only its own fields, so closing either would refuse the version.
    if schema.get("anyOf").is_none() {
        close(&mut schema);
    }
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) {
                fields.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn every_answer_is_what_its_schema_says() {
    let provider = Provider::start();
    let day = Day { sandbox: Sandbox::new(), seen: RefCell::default() };
    day.ends(3, "doctor", "");
    assert_eq!(day.bare()["status"], json!(null));
    day.run("init", "--org Acme");
    day.run("status", "");
    assert_eq!(day.bare()["next"], "siesta add");
    day.run("status", "-v");
    day.run("store info", "");
    day.run("store compact", "");
    day.ends(12, "doctor", "");

    for (noun, add) in [("user", "bob --role admin"), ("team", "sales"), ("agent", "helper --kind workflow")] {
        day.run(&format!("{noun} add"), add);
        day.run(&format!("{noun} list"), "");
    }
    day.run("agent add", "other");
    for noun in ["user disable", "user enable"] {
        day.run(noun, "bob");
    }
    for noun in ["agent disable", "agent enable"] {
        day.run(noun, "helper");
    }
    for noun in ["team add-member", "team remove-member"] {
        day.run(noun, "sales bob");
    }

    people(&day);

    day.run("app set", &format!("auth.example.com --client-id {PUBLIC_CLIENT} --redirect-port 8123"));
    day.run("app list", "");
    day.run("app show", "auth.example.com");
    day.run("app remove", "auth.example.com --yes");
    day.run("catalog list", "");
    day.run("catalog show", "rest-api");
    day.run("catalog show", "rest-api http_get");
    day.run("catalog search", "send message");
    let crm = "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"crm\"},\"paths\":{\"/orders\":{\"get\":{}}}}";
    day.line(0, "catalog import", "-", |line| line.stdin(crm));
    day.run("catalog remove", "crm --yes");
    day.run("man", "pages");
    day.run("manifest new", "--mode web-plugin --use-case Help");
    day.run("manifest validate", "");
    day.run("manifest show", "");
    day.line(12, "manifest validate", "-", |line| line.stdin("{}"));

    let add =
        format!("openai model --secret-stdin --access shared --allow-private-network --base-url {}", provider.base_url);
    day.line(0, "add", &add, |line| line.stdin(API_KEY));
    day.line(0, "rotate", "model --secret-stdin", |line| line.stdin(API_KEY));
    day.run("refresh", "model");
    day.run("test", "model");
    let rest = format!("rest-api own --no-secret --allow-private-network --base-url {}", provider.base_url);
    day.run("add", &rest);
    day.run("functions add", "own get_order --method GET --path /orders");
    day.run("functions edit", "own get_order --path /v2/orders");
    day.run("functions remove", "own get_order --yes");
    day.run("revoke", "own --yes");
    day.run("rename", "model research");
    day.run("list", "");
    day.run("grant", "research --team sales");
    day.run("grant", "research --user mara");
    day.run("assign", "research helper");
    day.run("policy set", "helper research --mode read_write --step-up never");
    day.run("policy set", "other research --mode custom");
    day.run("policy set", "helper research --rate 60/h --preset standard --dry-run");
    day.run("policy list", "");
    day.run("policy show", "helper research");
    day.run("policy lint", "");
    day.run("policy remove", "other research --yes");
    day.run("assign", "research other");
    day.run("unassign", "research other");
    day.run("edit", "research --purpose models --approver mara --reviewer mara");
    day.run("functions set", "research create_response confirm");
    day.run("functions list", "research");
    day.run("functions unset", "research *");
    day.run("access request", "research --agent other --reason models");
    let ask = day.run("access request", "research create_response --agent other --reason models");
    let waiting = day.run("access list", "");
    day.run("access approve", ask["request"]["id"].as_str().unwrap());
    day.run("access reject", &format!("{} --reason no", waiting["requests"][1]["id"].as_str().unwrap()));
    day.run("panic", "--reason drill");
    day.run("unfreeze", "--all");
    day.run("freeze", "--agent other --reason drill");
    day.run("unfreeze", "--agent other");
    day.run("list", "--all");
    day.run("show", "research");
    day.run("ungrant", "research --team sales");

    govern_and_call(&day);
    limit(&day);
    day.run("overview", "--html overview.html");
    day.sandbox.write("keys/.env", "OPENAI_API_KEY=sk-canary-of-an-import\n");
    day.run("import", "keys/.env --no-verify");
    day.run("audit list", "--limit 500");
    day.run("audit verify", "");
    day.run("audit show", "1");
    day.run("audit head", "");
    day.run("audit export", "--format ocsf --out events.jsonl");
    keep(&day);
    day.run("revoke", "research --local-only --yes");
    let all = day.run("list", "--all");
    day.run("show", all["connections"][0]["id"].as_str().unwrap());

    let seen = day.seen.borrow();
    // A sign-in prints what `add` prints; it has tests of its own, with a browser.
    let unseen: Vec<String> =
        commands(&day.sandbox).into_iter().filter(|c| !seen.contains(c) && c != "reauth").collect();
    assert!(unseen.is_empty(), "no run was compared with the schema of {unseen:?}");
}

const SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti bob@desk\n";

/// People and the organization they are.
fn people(day: &Day) {
    day.run("user edit", "bob --os-user bob1");
    let key = day.line(0, "user key add", "bob", |line| line.stdin(SSH_KEY));
    day.run("user key list", "");
    day.run("user key remove", &format!("bob {}", key["key"]["fingerprint"].as_str().unwrap()));
    day.run("user show", "bob");
    day.run("user edit", "bob --no-os-user --role user");
    day.line(0, "user import", "- --create-teams", |line| line.stdin("name,teams\nerin,temps\n"));
    day.run("user remove", "erin --yes");
    day.run("team edit", "temps --description summer");
    day.run("team show", "temps");
    day.run("team remove", "temps --yes");
    day.run("agent add", "passing");
    day.run("agent edit", "passing --kind skill --owner bob");
    day.run("agent show", "passing");
    day.run("agent remove", "passing --yes");
    day.run("org set", "--four-eyes on");
    day.run("org set", "--four-eyes off");
    day.run("org show", "");
}

/// The store's own commands.
fn keep(day: &Day) {
    let other = Sandbox::new();
    let made = other.siesta(&["init", "--json"]).succeeds().json();
    let info = other.siesta(&["store", "info", "--json"]).succeeds().json();
    assert_eq!(made["fingerprint"], info["fingerprint"]);
    let recipient = info["recipients"][0]["recipient"].as_str().unwrap();
    day.run("store verify", "");
    day.run("store backup", "siesta.age --keep 2");
    day.run("store backup", "siesta.age --keep 2");
    day.run("store restore", "siesta.age --dry-run");
    day.run("store restore", "siesta.age --yes");
    day.run("store trust", "");
    day.run("store recipients add", &format!("{recipient} --name recovery"));
    day.run("store recipients list", "");
    day.run("store recipients remove", "recovery --yes");
    day.run("store rekey", "--yes");
    day.sandbox.write("phrase.txt", "correct horse");
    day.run("store passphrase", "--new-passphrase-file phrase.txt");
    day.run("store passphrase", "--passphrase-file phrase.txt --remove --yes");
}

fn govern_and_call(day: &Day) {
    let chat = json!({"model": "practice-small", "messages": [{"role": "user", "content": "one two"}],
        "max_completion_tokens": 50});
    day.sandbox.write("chat.json", chat.to_string());
    let call = "research create_chat_completion --args @chat.json --agent helper --user mara";
    day.run("governance list", "openai");
    day.run("export", "");
    let declared = "apiVersion: siesta/v1\nkind: Organization\ngovernance: {services: {slack: disabled}}\n";
    day.sandbox.write("org.yaml", declared);
    day.ends(12, "plan", "org.yaml");
    day.run("apply", "org.yaml");
    let explain = "--agent helper --user mara --connection research create_chat_completion --args @chat.json";
    let explained = |outcome: &str| assert_eq!(day.run("explain", explain)["outcome"], outcome);

    day.run("governance set", "openai/create_chat_completion enabled");
    explained("allow");
    let allowed = day.run("call", call);
    assert_eq!((&allowed["outcome"], &allowed["result"]["httpStatus"]), (&json!("allow"), &json!(200)));
    day.run("governance set", "openai/create_chat_completion disabled");
    explained("deny");
    assert_eq!(day.ends(8, "call", call)["outcome"], "deny");
    day.run("governance unset", "openai/create_chat_completion");
    day.run("governance set", "openai/create_chat_completion confirm");
    explained("needs-approval");

    let ask = |more: &str| {
        let asked = day.ends(9, "call", &format!("{call} --conversation {more}"));
        asked["executionId"].as_str().unwrap().to_owned()
    };
    let refused = ask("a");
    day.run("executions list", "--pending");
    day.run("executions request", &refused);
    day.run("executions reject", &format!("{refused} --reason no"));
    let kept = ask("b");
    assert!(day.run("executions approve", &format!("{kept} --no-run")).get("execution").is_some());
    assert_eq!(day.run("executions run", &kept)["outcome"], "allow");
    let run = ask("c");
    assert_eq!(day.run("executions approve", &run)["outcome"], "allow");
    day.run("executions list", "");
    day.run("executions show", &run);
    day.run("executions wait", &run);
    day.run("request", "research GET /v1/models --agent helper --user mara");
    assert_eq!(day.ends(9, "call", &format!("{call} --dry-run"))["dryRun"], true);
    let lasting = ask("d");
    day.run("executions approve", &format!("{lasting} --for 1h --max 2"));
    let listed = day.run("executions standing list", "");
    day.run("executions standing revoke", listed["standingApprovals"][0]["id"].as_str().unwrap());
    let watched = ask("e");
    day.run("executions watch", "--pending --for 1ms");
    day.run("executions reject", &format!("{watched} --reason no"));
    day.ends(8, "token", "research --agent helper --user mara");
    day.run("governance unset", "openai/create_chat_completion");
    day.run("governance set", "openai/create_chat_completion enabled");
}

fn limit(day: &Day) {
    day.run("limits set", "research --user mara --daily 1 --weekly 5");
    day.run("limits set", "research --user mara --daily 0.5 --strict");
    day.run("usage record", "research --user mara --input 400000 --output 90000 --source-id run-1");
    day.run("usage record", "research --user mara --input 400000 --output 90000 --source-id run-1");
    day.run("limits list", "");
    day.run("limits set", "research --org --weekly 5");
    day.run("limits disable", "research --org");
    day.run("limits explain", "research --user mara");
    day.run("limits enable", "research --org");
    day.run("limits unset", "research --org");
    let reserve = |code, more: &str| day.ends(code, "usage reserve", &format!("research --user mara {more}"));
    let id = |document: Value| document["id"].as_str().unwrap().to_owned();
    day.run("usage settle", &id(reserve(0, "--tokens 5 --model m")));
    day.run("usage release", &id(reserve(0, "--tokens 5")));
    assert!(reserve(10, "--tokens 100000").get("problem").is_some());
    let usage = "time,connection,input,output\n2026-03-01,research,10,5\n2026-03-01,elsewhere,10,5\n";
    day.line(0, "usage import", "- --user mara --skip-bad", |line| line.stdin(usage));
    day.run("usage show", "--by user,day");
    day.sandbox.write("prices.json", r#"{"models":{"m":{"input":1,"output":2}}}"#);
    day.run("usage show", "--by model --prices prices.json");
    day.run("limits check", "research --user mara --tokens 10");
    let checked = day.ends(10, "limits check", "research --user mara --tokens 100000");
    assert!(checked.get("problem").is_some(), "{checked:#}");
    day.ends(12, "limits report", "--fail-over 80");
    day.run("limits set", "research --user mara --daily 0 --no-strict");
    let call = "research create_chat_completion --args @chat.json --agent helper --user mara";
    assert!(day.ends(10, "call", call).get("problem").is_some());
    day.run("limits unset", "research --user mara");
    day.run("limits report", "");
}

/// The commands of the page `siesta help json`.
fn commands(sandbox: &Sandbox) -> Vec<String> {
    let page = sandbox.siesta(&["help", "json"]).succeeds().stdout();
    let (_, list) = page.split_once("These commands have one:\n").unwrap();
    let words = list.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[test]
fn every_schema_is_one_by_the_rules_of_2020_12_and_leaves_room_for_later_fields() {
    let sandbox = Sandbox::new();
    let commands = commands(&sandbox);
    assert!(commands.len() > 40, "{commands:?}");
    for command in commands {
        let schema = schema(&sandbox, &command);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let title = if command == "siesta" { command.clone() } else { format!("siesta {command}") };
        assert_eq!(schema["title"], title);
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(!schema.to_string().contains("\"additionalProperties\":false"), "{command}");
    }
}

#[test]
fn a_command_without_a_document_is_exit_3_with_the_nearest_name() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&["help", "json", "limits", "reprot"]).ends_with(3);
    assert_eq!(
        run.stderr,
        "error: no command \"limits reprot\" prints a document\n  hint:  siesta help json limits report\n"
    );
    assert!(sandbox.siesta(&["help", "json", "store"]).ends_with(3).stderr.contains("siesta help json store "));
}
