//! How people learn that something waits for them.
use crate::support::office::Office;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

fn post(office: &Office, text: &str) -> String {
    let body = format!("body={{\"text\":\"{text}\"}}");
    let line = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", &body, "--agent", "helper", "--json"];
    office.siesta(&line).ends_with(9).json()["executionId"].as_str().unwrap().to_owned()
}

#[test]
fn cron_sees_each_question_once() {
    let office = Office::with_notes();
    let new = || -> Vec<String> {
        let listed = office.siesta(&["executions", "list", "--pending", "--since-last", "--json"]).succeeds().json();
        listed["executions"].as_array().unwrap().iter().map(|e| e["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(new().is_empty());
    let first = post(&office, "one");
    assert_eq!(new(), std::slice::from_ref(&first));
    assert!(new().is_empty());
    let second = post(&office, "two");
    assert_eq!(new(), [second]);
    let silent = office.siesta(&["executions", "list", "--pending", "--since-last"]).succeeds();
    assert_eq!((silent.stdout().as_str(), silent.stderr.as_str()), ("", ""));
    assert!(office.siesta(&["executions", "list", "--pending"]).succeeds().stdout().contains(&first[..8]));
    office.siesta(&["executions", "list", "--since-last"]).ends_with(2);
}

/// Waits for a file that another process writes whole.
fn written(path: &std::path::Path) -> String {
    let begun = Instant::now();
    loop {
        match std::fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text,
            _ if begun.elapsed() > Duration::from_secs(20) => panic!("{} was not written", path.display()),
            _ => std::thread::yield_now(),
        }
    }
}

#[test]
fn a_command_is_told_of_a_question_once_and_of_no_secret() {
    let office = Office::with_notes();
    let script = "#!/bin/sh\ncat > \"$1.new\"\nenv >> \"$1.env\"\nmv \"$1.new\" \"$1.$(ls \"$1\".* | wc -l)\"\n";
    let program = office.write("ask", script);
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let told = office.path("told");
    let config = format!("notify = [{:?}, {:?}]\n", program.to_str().unwrap(), told.to_str().unwrap());
    let file = office.write("config/siesta/config.toml", config);
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    let id = post(&office, "the-argument");
    let text = written(&office.path("told.2"));
    let seen: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&seen["executionId"], &seen["agent"]), (&id.as_str().into(), &"helper".into()));
    assert_eq!(seen["url"], office.provider.url("/api/notes"));
    assert!(!text.contains("the-argument"), "{text}");
    let environment = written(&office.path("told.env"));
    assert!(!environment.contains("SIESTA_"), "{environment}");
    // The same question again is no news.
    assert_eq!(post(&office, "the-argument"), id);
    assert!(!office.path("told.3").exists());
    // What others may write is not run.
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o666)).unwrap();
    let body = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", "body=other", "--agent", "helper"];
    let run = office.siesta(&body).ends_with(9);
    assert!(run.stderr.contains("notify is not run"), "{}", run.stderr);
}
