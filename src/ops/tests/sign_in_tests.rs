//! Signing in, and signing in again.
use super::*;

#[test]
fn a_sign_in_makes_a_connection_that_works() {
    let house = House::new();
    let pending = house.begin();
    let id = pending.id;
    assert_eq!(house.pending_rows(id), 1);
    let finished = house.finish(pending, true).unwrap();
    assert_eq!(finished.account.as_deref(), Some("ann@practice.example"));
    assert!(finished.missing_scopes.is_empty() && !finished.no_refresh_token);
    assert_eq!(house.pending_rows(id), 0);
    let connection = &finished.listed.connection;
    assert_eq!((connection.status, connection.provider.as_str()), (Status::Healthy, "127.0.0.1"));
    assert_eq!(finished.listed.policies[0].default_mode, DefaultMode::ReadOnly);
    let row = house.newest("connection.add");
    assert_eq!((row.actor.as_str(), change(&row, "label")), ("user:carol", (Value::Null, json!(NOTES))));
    assert_eq!(change(&row, "account").1, json!("ann@practice.example"));
    assert_eq!(house.of("policy.assign").len(), 1);
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
}

#[test]
fn a_refused_consent_leaves_neither_connection_nor_pending_row() {
    let house = House::new();
    let pending = house.begin();
    let id = pending.id;
    let refused = house.finish(pending, false).unwrap_err();
    assert!(matches!(refused.kind, Kind::SignIn { .. }), "{refused:?}");
    assert_eq!(house.pending_rows(id), 0);
    assert!(connections::list(&house.carol(), &Default::default()).unwrap().is_empty());
    assert!(house.of("connection.add").is_empty());
}

#[test]
fn a_faulty_token_endpoint_leaves_nothing_behind() {
    for (case, fault) in [
        (
            "an error with status 200",
            Fault {
                status: 200,
                body: r#"{"error":"invalid_request"}"#.to_owned(),
                content_type: "application/json".to_owned(),
                ..Fault::default()
            },
        ),
        ("an error page", Fault::default()),
        ("a redirect", Fault { redirect: Some("https://evil.example/".to_owned()), ..Fault::default() }),
    ] {
        let house = House::new();
        house.provider.fault(Fault { path: "/token".to_owned(), ..fault });
        let pending = house.begin();
        let id = pending.id;
        let failed = house.finish(pending, true).unwrap_err();
        assert!(matches!(failed.kind, Kind::Provider { .. }), "{case}: {failed:?}");
        assert_eq!(house.pending_rows(id), 0, "{case}");
        assert!(connections::list(&house.carol(), &Default::default()).unwrap().is_empty(), "{case}");
        assert!(house.finish(house.begin(), true).is_ok(), "{case}: a second sign-in right after it works");
    }
}

#[test]
fn a_token_endpoint_that_never_answers_ends_in_a_time_out() {
    let house = House::new();
    let pending = house.begin();
    house.provider.fault(Fault { path: "/token".to_owned(), hang: true, ..Fault::default() });
    let mut siesta = house.carol();
    siesta.net = Net::new(NetSettings { total_timeout: Duration::from_millis(200), ..NetSettings::default() });
    let url = pending.authorization_url.to_string();
    let browser = std::thread::spawn(move || practice_provider::browse(&url, true));
    let late = connections::finish_add(&siesta, pending, Duration::from_secs(20), &AtomicBool::new(false));
    assert!(matches!(late.unwrap_err().kind, Kind::Provider { may_have_arrived: true, .. }));
    assert!(browser.join().unwrap().body.contains("Not connected"));
}

#[test]
fn signing_in_again_keeps_everything_but_the_credential() {
    let house = House::new();
    let before = house.notes();
    let policies = connections::show(&house.carol(), NOTES).unwrap().listed.policies;
    let tokens = house.kept("practice-access-");
    let finished = house.reauth(false).unwrap();
    let after = &finished.listed.connection;
    assert_eq!((after.id, &after.label, &after.owner), (before.id, &before.label, &before.owner));
    assert_eq!(after.requested_scopes, before.requested_scopes, "it asks for the same scopes");
    assert_eq!(after.metadata, before.metadata);
    assert_eq!(finished.listed.policies, policies);
    assert_ne!(house.kept("practice-access-"), tokens);
    assert_eq!(change(&house.newest("connection.reauth"), "credential"), (json!("replaced"), json!("new")));
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
}

#[test]
fn another_account_is_refused_unless_that_is_wanted() {
    let house = House::new();
    house.notes();
    let tokens = house.kept("practice-access-");
    house.provider.set(|settings| settings.subject = "somebody-else".to_owned());
    let refused = house.reauth(false).unwrap_err();
    assert!(matches!(refused.kind, Kind::OtherAccount { .. }), "{refused:?}");
    assert_eq!(house.kept("practice-access-"), tokens, "the old credential stays");
    assert!(house.provider.count("POST", "/revoke") > 0, "what was granted to nobody is given back");
    assert!(house.of("connection.reauth").is_empty());
    assert!(house.reauth(true).is_ok());
    assert_eq!(house.connection(NOTES).metadata["accountId"], json!("somebody-else"));
}

#[test]
fn a_connection_in_need_is_healthy_after_signing_in_again_and_a_revoked_one_never() {
    let house = House::new();
    house.notes();
    house.provider.withdraw_consent();
    house.later(59);
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
    assert_eq!(house.connection(NOTES).status, Status::NeedsReauth);
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
    house.reauth(false).unwrap();
    assert_eq!(change(&house.newest("connection.reauth"), "status"), (json!("needs_reauth"), json!("healthy")));
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
    connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap();
    assert!(matches!(house.reauth(false).unwrap_err().kind, Kind::Conflict { .. }));
}
