//! Keys that people already have, brought over.
use crate::support::office::Office;

/// Made of two parts, so that no scanner takes this file for a leak.
fn key() -> String {
    format!("sk-{}", "canary-of-an-import")
}

#[test]
fn a_dry_run_shows_names_and_services_and_an_import_happens_once() {
    let office = Office::new();
    office.write("app/.env", format!("OPENAI_API_KEY={}\nDATABASE_URL=postgres://x\n", key()));
    let run = office.siesta(&["import", "app/.env", "--dry-run"]).succeeds();
    assert_eq!(run.stdout(), "OPENAI_API_KEY\topenai\tOpenAI - OPENAI_API_KEY\twould-import\t\n");
    assert!(!run.stderr.contains("canary"));
    assert_eq!(office.siesta(&["list"]).succeeds().stdout(), "");
    let run = office.siesta(&["import", "app/.env", "--no-verify"]).succeeds();
    assert!(run.stdout().contains("\timported\t") && run.stderr.contains("nothing was deleted"), "{run:?}");
    let run = office.siesta(&["import", "app/.env", "--no-verify"]).succeeds();
    assert!(run.stdout().contains("\tthere-already\t"), "{}", run.stdout());
    assert_eq!(office.siesta(&["list"]).succeeds().stdout().lines().count(), 1);
    assert!(std::fs::read_to_string(office.path("app/.env")).unwrap().contains(&key()));
}

#[test]
fn the_environment_github_cli_and_google_are_read_and_no_value_is_shown() {
    let office = Office::new();
    let run = office.line(&["import", "env", "--dry-run", "--json"]).env("ANTHROPIC_API_KEY", key()).run().succeeds();
    assert_eq!(run.json()["found"][0]["service"], "anthropic");
    assert!(!run.stdout().contains("canary"));
    office.write("config/gh/hosts.yml", "github.com:\n    user: ann\n    oauth_token: gho_canary\n");
    let run = office.siesta(&["import", "github-cli", "--dry-run"]).succeeds();
    assert_eq!(run.stdout(), "ann at github.com\tgithub\tGitHub - ann at github.com\twould-import\t\n");
    office.write(
        ".config/gcloud/application_default_credentials.json",
        r#"{"type":"service_account","private_key":"canary"}"#,
    );
    let run = office.siesta(&["import", "google"]).succeeds();
    assert!(run.stdout().contains("\tskipped\ta key file opens several services"), "{}", run.stdout());
    let run = office.siesta(&["import", "google", "--service", "google-drive", "--dry-run"]).succeeds();
    assert!(run.stdout().contains("\twould-import\t"), "{}", run.stdout());
    office.siesta(&["import", "nothing"]).ends_with(2);
    office.siesta(&["import", "./nothing"]).ends_with(3);
}

#[test]
fn a_key_that_its_service_refuses_is_not_stored_and_is_not_shown() {
    let office = Office::new();
    // Of another service by its beginning, so it is refused before anything leaves the machine.
    office.write("wrong.env", format!("ANTHROPIC_API_KEY={}\n", key()));
    let run = office.siesta(&["import", "wrong.env"]);
    assert_ne!(run.code, Some(0));
    assert!(run.stdout().contains("\tfailed\t") && !format!("{run:?}").contains("canary"), "{run:?}");
    assert_eq!(office.siesta(&["list"]).succeeds().stdout(), "");
}
