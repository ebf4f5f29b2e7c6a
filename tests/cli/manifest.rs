//! Integration manifests: made, checked and shown without a store.
use crate::support::sandbox::Sandbox;
use serde_json::{Value, json};

const NEW: [&str; 6] = ["manifest", "new", "--mode", "external-api", "--use-case", "Answer support mail"];

fn made(sandbox: &Sandbox) -> Value {
    sandbox.siesta(&[&NEW[..], &["--out", "-"]].concat()).succeeds().json()
}

#[test]
fn a_manifest_is_written_once_checked_and_shown() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&NEW).succeeds();
    assert_eq!(
        (run.stdout().as_str(), run.stderr.as_str()),
        ("", "wrote the manifest to siesta-agent-manifest.json\n")
    );
    let run = sandbox.siesta(&NEW).ends_with(7);
    assert!(run.stderr.contains("hint:  --out ANOTHER-FILE"), "{}", run.stderr);
    let run = sandbox.siesta(&["manifest", "validate"]).succeeds();
    assert_eq!(run.stderr, "siesta-agent-manifest.json is valid (external-api)\n");
    let shown = sandbox.siesta(&["manifest", "show", "--json"]).succeeds().json();
    assert_eq!((shown["operations"].as_array().unwrap().len(), &shown["faults"]), (17, &json!(0)));
}

#[test]
fn faults_are_exit_12_with_their_pointers_and_never_with_the_value() {
    let sandbox = Sandbox::new();
    let mut manifest = made(&sandbox);
    manifest["inputs"]["operationCount"] = json!(3);
    let key = "a1B2c3D4e5F6g7H8a1B2c3D4e5F6g7H8";
    manifest["siestaAi"]["requiredHeaders"]["X-Api-Key"] = json!(key);
    let run = sandbox.siesta_with(&["manifest", "validate", "-"], &manifest.to_string()).ends_with(12);
    assert!(run.stdout().starts_with("/inputs/operationCount\tit must be 17"), "{}", run.stdout());
    assert!(run.stdout().contains("/siestaAi/requiredHeaders/X-Api-Key\t"), "{}", run.stdout());
    let run = sandbox.siesta_with(&["manifest", "show", "-"], &manifest.to_string()).ends_with(12);
    assert!(!format!("{}{}", run.stdout(), run.stderr).contains(key));
    sandbox.siesta(&["manifest", "validate", "nowhere.json"]).ends_with(3);
}

#[test]
fn the_other_modes_say_that_they_are_provisional_and_modes_never_mix() {
    let sandbox = Sandbox::new();
    let realtime = ["manifest", "new", "--mode", "realtime-api", "--use-case", "Talk", "--out", "-"];
    let run = sandbox.siesta(&realtime).succeeds();
    assert!(run.stderr.starts_with("warning: realtime-api manifests are provisional"), "{}", run.stderr);
    assert_eq!(run.json()["provisional"], true);
    let run = sandbox.siesta(&[&realtime[..], &["--operation", "GET /api/v1/Task"]].concat()).ends_with(2);
    assert!(run.stderr.contains("belongs to external-api"), "{}", run.stderr);
}

#[test]
fn without_a_terminal_a_missing_answer_names_its_flag() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&["manifest", "new", "--no-input"]).ends_with(2);
    assert!(run.stderr.contains("give it with --mode"), "{}", run.stderr);
    let run = sandbox.siesta(&["manifest", "new", "--mode", "web-plugin"]).ends_with(2);
    assert!(run.stderr.contains("give it with --use-case"), "{}", run.stderr);
}

#[test]
fn a_schema_for_editors_accepts_what_is_made() {
    let sandbox = Sandbox::new();
    let schema = sandbox.siesta(&["manifest", "show", "--schema", "external-api"]).succeeds().json();
    assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(&made(&sandbox)));
}

#[test]
fn on_a_terminal_everything_is_asked_step_by_step() {
    let sandbox = Sandbox::new();
    let mut terminal = sandbox.in_terminal(&["manifest", "new", "--mode", "web-plugin"]);
    terminal.shows("what is the integration for?").answers("Help in the shop\r");
    terminal.shows("its name").answers("\r");
    terminal.shows("id of the agent").answers("\r");
    terminal.shows("a value of the product").answers("page:string\r");
    terminal.becomes("the question again", |terminal| terminal.screen().matches("a value of the product").count() >= 2);
    terminal.answers("\r");
    terminal.shows("one of several assistants").answers("\r");
    let left = terminal.finish().ends_with(0);
    assert!(left.screen.contains("wrote the manifest"), "{}", left.screen);
    let text = std::fs::read_to_string(sandbox.path("siesta-agent-manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&manifest["name"], &manifest["widget"]["pageContext"]), (&json!("help-in-the-shop"), &json!(["page"])));
}

#[test]
fn a_slip_at_one_question_is_asked_again_and_loses_no_other_answer() {
    let sandbox = Sandbox::new();
    let mut terminal = sandbox.in_terminal(&["manifest", "new"]);
    terminal.shows("which mode").answers("\r");
    terminal.shows("what is the integration for?").answers("Answer support mail\r");
    terminal.shows("its name").answers("\r");
    terminal.shows("id of the agent").answers("two words\r");
    terminal.shows("warning: an id or <siesta-agent-id> belongs here").answers("agent-1\r");
    terminal.shows("id of the organization").answers("\r");
    terminal.shows("id of the workspace").answers("\r");
    terminal.shows("another server").answers("http://example.com\r");
    terminal.shows("warning: an https address").answers("\r");
    terminal.shows("only some operations?").answers("GET /api/v1/Agents\r");
    terminal.shows("warning: no operation of Siesta AI's contract").answers("GET /api/v1/Agent\r");
    terminal.shows("another operation, METHOD PATH (1 so far)").answers("\r");
    terminal.shows("a value of the product").answers("orderId\r");
    terminal.shows("warning: it is typed as NAME:TYPE").answers("\r");
    terminal.shows("one of several assistants").answers("second:Desk:x1:Answers\r");
    terminal.shows("warning: exactly one assistant is the primary one").answers("\r");
    terminal.finish().ends_with(0).leaves_the_terminal_in_order();
    let text = std::fs::read_to_string(sandbox.path("siesta-agent-manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&manifest["inputs"]["agentId"], &manifest["inputs"]["operationCount"]), (&json!("agent-1"), &json!(1)));
}

#[test]
fn a_file_that_is_there_is_noticed_before_the_first_question() {
    let sandbox = Sandbox::new();
    sandbox.siesta(&NEW).succeeds();
    let left = sandbox.in_terminal(&["manifest", "new"]).finish().ends_with(7);
    assert!(left.screen.contains("--out ANOTHER-FILE") && !left.screen.contains("which mode"), "{}", left.screen);
}
