//! Refreshing, by many processes at once and by cron.
use crate::desk::Desk;
use crate::support::provider::{PUBLIC_CLIENT, Provider, browse};

fn connected(provider: &Provider) -> Desk {
    let desk = Desk::new();
    let base = provider.base_url.clone();
    let line = ["add", "oauth2", "notes", "--issuer", &base, "--allow-private-network", "--client-id", PUBLIC_CLIENT];
    let mut running = desk.start(&line);
    browse(&running.url(), true);
    running.succeeds();
    provider.forget_requests();
    desk
}

#[test]
fn thirty_two_processes_refresh_once() {
    let provider = Provider::start();
    provider.set(|settings| settings.token_lifetime = 600);
    let desk = connected(&provider);
    provider.set(|settings| settings.token_lifetime = 36_000);
    let line = ["refresh", "--all", "--within", "1h", "--json"];
    let running: Vec<_> = (0..32).map(|_| desk.sandbox.line(&line).start()).collect();
    let runs = running.into_iter().map(|one| one.finish());
    let outcomes: Vec<String> =
        runs.map(|run| run.succeeds().json()["connections"][0]["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(provider.count("POST", "/token"), 1);
    assert!(outcomes.iter().all(|outcome| outcome == "renewed" || outcome == "not-due"), "{outcomes:?}");
    desk.siesta(&["audit", "verify"]).succeeds();
}

#[test]
fn cron_hears_nothing_of_success_and_the_command_to_type_otherwise() {
    let provider = Provider::start();
    let desk = connected(&provider);
    let quiet = desk.siesta(&["refresh", "--all", "--within", "2h", "--quiet"]).succeeds();
    assert_eq!(quiet.stdout() + &quiet.stderr, "");
    desk.siesta(&["refresh"]).ends_with(2);
    desk.siesta(&["refresh", "nots"]).ends_with(3);
    provider.withdraw_consent();
    let refused = desk.siesta(&["refresh", "notes", "--quiet"]).ends_with(4);
    assert!(refused.stderr.contains("invalid_grant") && refused.stderr.contains("siesta reauth notes"));
    let again = desk.siesta(&["refresh", "--all", "--json"]).ends_with(4).json();
    assert_eq!(again["connections"][0]["hint"], "siesta reauth notes");
    assert_eq!(provider.count("GET", "/authorize"), 0);
}
