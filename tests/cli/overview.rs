//! The picture of the organization.
use crate::support::office::Office;

#[test]
fn the_page_shows_what_there_is_and_nothing_that_is_secret() {
    let office = Office::with_research();
    office.siesta(&["edit", "research", "--purpose", "<b>models</b>"]).succeeds();
    office.siesta(&["limits", "set", "research", "--user", "alice", "--daily", "0"]).succeeds();
    office.siesta(&["governance", "set", "openai/list_models", "confirm"]).succeeds();
    let call = ["call", "research", "list_models", "--agent", "helper", "--user", "alice"];
    office.siesta(&call).ends_with(9);
    office.siesta(&["freeze", "--agent", "helper", "--reason", "drill"]).succeeds();
    office.siesta(&call).ends_with(8);
    let run = office.siesta(&["overview", "--html", "page.html"]).succeeds();
    assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("", "wrote the overview to page.html\n"));
    let html = std::fs::read_to_string(office.path("page.html")).unwrap();
    for part in [
        "&lt;b&gt;models&lt;/b&gt;",
        "helper",
        "everybody",
        "a person was asked",
        "denied",
        "drill",
        "1 confirm",
        "risk_based, broker<",
        "reached",
        "</html>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    for never in ["<script", "http:", "https:", "src=", "<b>models", "sk-"] {
        assert!(!html.contains(never), "{never}");
    }
    let said = office.siesta(&["overview", "--html", "page.html", "--json"]).succeeds().json();
    assert_eq!((&said["connections"], &said["waiting"], &said["freezes"]), (&1.into(), &1.into(), &1.into()));
    assert!(office.siesta(&["overview", "--html", "-"]).succeeds().stdout().starts_with("<!doctype html>"));
}

#[test]
fn an_empty_organization_has_a_page_too() {
    let office = Office::new();
    let html = office.siesta(&["overview", "--html", "-"]).succeeds().stdout();
    assert!(html.contains("There are no connections.") && html.contains("Nothing waits for approval."));
}
