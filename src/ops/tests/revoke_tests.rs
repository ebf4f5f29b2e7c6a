//! The end of a connection.
use super::*;

#[test]
fn revoking_asks_the_provider_first_and_destroys_the_credential_everywhere() {
    let house = House::new();
    let connection = house.notes();
    let (access, refresh) = (house.kept("practice-access-"), house.kept("practice-refresh-"));
    assert_eq!((access.len(), refresh.len()), (1, 1));
    let waits = waiting(calls::call(&house.carol(), &write_note()));
    let revoked = connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap();
    assert_eq!((revoked.upstream, revoked.policies, revoked.cancelled), (Upstream::Revoked, 1, 1));
    let bodies: Vec<String> = house.provider.requests().into_iter().map(|seen| seen.body).collect();
    assert!(bodies[0].contains(&refresh[0]) && bodies[1].contains(&access[0]), "{bodies:?}");
    assert!(!house.provider.is_alive(&refresh[0]) && !house.provider.is_alive(&access[0]));
    for secret in [&access[0], &refresh[0]] {
        assert!(!contains(&house.plaintext(), secret.as_bytes()), "{secret}");
        for path in files(house.temp.path()) {
            assert!(!contains(&std::fs::read(&path).unwrap(), secret.as_bytes()), "{}", path.display());
        }
    }
    assert!(!house.carol().store.read(|tx| tx.has_credential(connection.id)).unwrap());
    let row = house.newest("connection.revoke");
    assert_eq!((row.seq, change(&row, "upstream").1), (revoked.audit_seq, json!("revoked")));
    assert!(house.newest("connection.revoke.attempt").seq < row.seq);
    assert_eq!(house.execution(waits).approval, ApprovalStatus::Cancelled);
    assert!(matches!(
        approvals::approve(&house.carol(), &waits.to_string(), true, approvals::Answer::default()).unwrap_err().kind,
        Kind::Conflict { .. }
    ));
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(waits))), DenyReason::ConnectionRevoked);
    assert!(connections::show(&house.carol(), NOTES).unwrap().listed.policies.is_empty());
    let again = connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap_err();
    assert!(matches!(again.kind, Kind::Conflict { .. }));
}

#[test]
fn a_provider_that_will_not_revoke_is_reported_and_the_credential_goes_all_the_same() {
    let house = House::new();
    let connection = house.notes();
    house.provider.fault(Fault { path: "/revoke".to_owned(), times: 5, ..Fault::default() });
    let revoked = connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap();
    assert_eq!(revoked.upstream, Upstream::Failed);
    assert!(revoked.why.is_some());
    assert_eq!(house.connection(NOTES).status, Status::Revoked);
    assert!(!house.carol().store.read(|tx| tx.has_credential(connection.id)).unwrap());
    assert_eq!(change(&house.newest("connection.revoke"), "upstream").1, json!("failed"));
}

#[test]
fn an_unreadable_sign_in_does_not_save_a_credential_from_being_destroyed() {
    let house = House::new();
    let mut connection = house.notes();
    connection.sign_in = Some(json!({"from": "another version"}));
    let carol = house.carol();
    let spoilt = carol.store.write(carol.now(), |tx| -> Result<()> {
        tx.update_connection(&connection)?;
        tx.append_audit(carol.entry(&Actor::System, "test", "connection", connection.id).row())?;
        Ok(())
    });
    spoilt.unwrap();
    let revoked = connections::revoke(&carol, NOTES, &RevokeRequest::default()).unwrap();
    assert_eq!(revoked.upstream, Upstream::Failed);
    assert!(!carol.store.read(|tx| tx.has_credential(connection.id)).unwrap());
}

#[test]
fn only_the_local_copy_goes_when_that_is_asked_and_keys_have_no_revocation() {
    let house = House::new();
    house.notes();
    let local =
        connections::revoke(&house.carol(), NOTES, &RevokeRequest { local_only: true, ..RevokeRequest::default() })
            .unwrap();
    assert_eq!(local.upstream, Upstream::NotAsked);
    house.model();
    house.provider.forget_requests();
    let key = connections::revoke(&house.carol(), MODEL, &RevokeRequest::default()).unwrap();
    assert_eq!(key.upstream, Upstream::NotSupported);
    assert!(house.provider.requests().is_empty());
    assert!(!contains(&house.plaintext(), API_KEY.as_bytes()));
    assert!(connections::add_with_key(&house.carol(), house.new_key(API_KEY)).is_ok(), "the label is free again");
}
