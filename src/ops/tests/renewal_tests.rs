//! Access tokens that ran out, renewed on the way.
use super::*;

#[test]
fn eight_who_need_the_same_fresh_token_ask_for_it_once() {
    let house = House::new();
    house.notes();
    let before = house.kept("practice-refresh-");
    house.later(59);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let siesta = house.carol();
            scope.spawn(move || assert_eq!(done(calls::call(&siesta, &read_notes())).result.http_status, 200));
        }
    });
    assert_eq!(house.provider.count("POST", "/token"), 1);
    let after = house.kept("practice-refresh-");
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before, after, "the rotated one is kept, the old one is gone");
    assert!(house.provider.is_alive(&after[0]));
    assert_eq!((house.of("connection.refresh.attempt").len(), house.of("connection.refresh").len()), (1, 1));
}

#[test]
fn a_token_refused_early_is_renewed_and_tried_once_more() {
    let house = House::new();
    house.notes();
    house.provider.expire_access_tokens();
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
    assert_eq!((house.provider.count("POST", "/token"), house.provider.count("GET", "/api/notes")), (1, 2));
}

#[test]
fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let house = House::new();
    house.notes();
    house.provider.set(|settings| settings.rotate = false);
    let before = house.kept("practice-refresh-");
    house.later(59);
    done(calls::call(&house.carol(), &read_notes()));
    assert_eq!(house.kept("practice-refresh-"), before);
}

#[test]
fn a_refused_refresh_needs_a_new_sign_in_and_a_failed_one_changes_nothing() {
    let house = House::new();
    house.notes();
    // Beyond its life: one that is still good is used while the provider cannot renew it.
    house.later(61);
    for fault in
        [Fault::default(), Fault { status: 429, ..Fault::default() }, Fault { status: 408, ..Fault::default() }]
    {
        house.provider.fault(Fault { path: "/token".to_owned(), ..fault });
        let failed = calls::call(&house.carol(), &read_notes()).unwrap_err();
        assert!(matches!(failed.kind, Kind::Provider { .. }), "{failed:?}");
        assert_eq!(house.connection(NOTES).status, Status::Healthy);
    }
    assert_eq!(house.provider.count("GET", "/api/notes"), 0);
    house.provider.withdraw_consent();
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
    let row = house.newest("connection.needs_reauth");
    assert_eq!((row.actor.as_str(), change(&row, "status")), ("system", (json!("healthy"), json!("needs_reauth"))));
    assert_eq!(row.reason.as_deref(), Some("invalid_grant"));
}

#[test]
fn one_refusal_does_not_end_a_token_that_cannot_be_renewed() {
    let house = House::new();
    house.provider.set(|settings| settings.issue_refresh_token = false);
    house.notes();
    house.provider.expire_access_tokens();
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 401);
    assert_eq!(house.connection(NOTES).status, Status::Healthy);
    house.later(61);
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
}

#[test]
fn a_refresh_that_fails_for_now_does_not_burn_the_approval() {
    let house = House::new();
    house.provider.set(|settings| settings.token_lifetime = 600);
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    // Stale, and still within the approval's half hour.
    house.later(11);
    house.provider.fault(Fault { path: "/token".to_owned(), ..Fault::default() });
    let failed = approvals::run(&house.carol(), &id.to_string()).unwrap_err();
    assert!(matches!(failed.kind, Kind::Provider { .. }), "{failed:?}");
    assert_eq!(approvals::show(&house.carol(), &id.to_string()).unwrap().approval, ApprovalStatus::Approved);
    assert_eq!(done(approvals::run(&house.carol(), &id.to_string())).result.http_status, 201);
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_sign_in_that_came_in_between_is_not_undone_by_an_older_refusal() {
    let house = House::new();
    house.notes();
    house.later(59);
    house.provider.fault(Fault {
        path: "/token".to_owned(),
        status: 400,
        body: r#"{"error":"invalid_grant"}"#.to_owned(),
        content_type: "application/json".to_owned(),
        delay_ms: 700,
        ..Fault::default()
    });
    let (siesta, carol) = (house.carol(), house.carol());
    let id = house.connection(NOTES).id;
    let fresh = carol.store.read(|tx| tx.find_credential(id)).unwrap().unwrap();
    let outcome = std::thread::scope(|scope| {
        let call = scope.spawn(move || calls::call(&siesta, &read_notes()));
        while house.provider.count("POST", "/token") == 0 {
            std::thread::yield_now();
        }
        // What a new sign-in stores, while the refusal is still on its way.
        let stored = carol.store.write(carol.now(), |tx| -> Result<()> {
            tx.upsert_credential(id, &fresh.opens)?;
            tx.append_audit(carol.entry(&Actor::System, "connection.reauth", "connection", id).row())?;
            Ok(())
        });
        stored.unwrap();
        call.join().unwrap()
    });
    assert_eq!(house.connection(NOTES).status, Status::Healthy);
    assert!(house.of("connection.needs_reauth").is_empty());
    assert_eq!(done(outcome).result.http_status, 200);
}
