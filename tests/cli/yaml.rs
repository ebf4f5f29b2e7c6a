//! `-o yaml` says what `-o json` says.
use crate::support::sandbox::Sandbox;
use serde_json::Value;

#[test]
fn yaml_is_the_document_of_json() {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init", "--org", "no", "-o", "yaml"]).succeeds();
    sandbox.siesta(&["agent", "add", "1e3", "--description", "a: b # c\nd"]).succeeds();
    for command in [
        vec!["status"],
        vec!["store", "info"],
        vec!["agent", "list"],
        vec!["user", "list"],
        vec!["app", "list"],
        vec!["audit", "list"],
        vec!["catalog", "list"],
        vec!["catalog", "show", "openai"],
        vec!["governance", "list"],
    ] {
        let json = sandbox.siesta(&[&command[..], &["-o", "json"]].concat()).succeeds().json();
        let yaml = sandbox.siesta(&[&command[..], &["-o", "yaml"]].concat()).succeeds().stdout();
        let mut read: Value =
            serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{command:?}: {error}\n{yaml}"));
        if let Some(sources) = json.get("sources") {
            // Each run says by which flag its own format was asked for.
            read["sources"] = sources.clone();
        }
        assert_eq!(read, json, "{command:?}");
    }
}

#[test]
fn an_error_under_yaml_is_text_and_stdout_is_empty() {
    let run = Sandbox::new().siesta(&["status", "-o", "yaml"]).ends_with(3);
    assert_eq!(run.stdout(), "");
    assert!(run.stderr.starts_with("error: there is no store"), "{}", run.stderr);
}
