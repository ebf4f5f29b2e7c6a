//! Rules 31 and 32, and invariant 7: what is kept of a revocation that failed upstream, and when it is gone.
use super::sign_in_tests::Desk;
use super::*;
use crate::model::connection::Upstream;
use crate::ops::tests::practice_provider::Fault;
use crate::store::AuditQuery;

const DAY: i64 = 24 * 60 * 60;

fn spoil(desk: &Desk, times: u32) {
    desk.provider.fault(Fault { path: "/revoke".to_owned(), times, ..Fault::default() });
}

fn keeping() -> RevokeRequest {
    RevokeRequest { keep_for_retry: true, ..RevokeRequest::default() }
}

/// A connection that was revoked here while its provider was out of order, where it lives on.
fn kept() -> (Desk, ConnectionId) {
    let desk = Desk::new();
    let finished = desk.connected();
    spoil(&desk, 1);
    let revoked = revoke(&desk.siesta, "notes", &keeping()).unwrap();
    assert_eq!(revoked.upstream, Upstream::Failed);
    assert_eq!(desk.provider.living_grants(), 1);
    (desk, finished.listed.connection.id)
}

fn has_secret(desk: &Desk, id: ConnectionId) -> Option<bool> {
    desk.siesta.store.read(|tx| tx.find_kept(id)).unwrap().map(|kept| kept.tokens.is_some())
}

/// The newest rows' actions and reasons, oldest first.
fn rows(desk: &Desk, count: u32) -> Vec<(String, Option<String>)> {
    let query = AuditQuery { limit: count, ..AuditQuery::default() };
    let mut rows = desk.siesta.store.read(|tx| tx.list_audit(&query)).unwrap();
    rows.reverse();
    rows.into_iter().map(|row| (row.action, row.reason)).collect()
}

fn actions(desk: &Desk, count: u32) -> Vec<String> {
    rows(desk, count).into_iter().map(|(action, _)| action).collect()
}

#[test]
fn what_is_kept_is_no_credential_and_a_retry_ends_it_at_the_provider() {
    let (desk, id) = kept();
    assert!(desk.siesta.store.read(|tx| tx.find_credential(id)).unwrap().is_none());
    assert_eq!(actions(&desk, 2), ["connection.revoke.attempt", "connection.revoke"]);
    spoil(&desk, 1);
    assert_eq!(retry_revoke(&desk.another(), "notes", false).unwrap().upstream, Upstream::Failed);
    assert_eq!(has_secret(&desk, id), Some(true));
    let done = retry_revoke(&desk.another(), "notes", false).unwrap();
    assert_eq!((done.upstream, done.listed.kept_until), (Upstream::Revoked, None));
    assert_eq!((desk.provider.living_grants(), has_secret(&desk, id)), (0, None));
    assert_eq!(
        actions(&desk, 4),
        [
            "connection.revoke.attempt",
            "connection.revoke.retry",
            "connection.revoke.attempt",
            "connection.revoke.retry"
        ]
    );
    assert!(matches!(retry_revoke(&desk.siesta, "notes", false).unwrap_err().kind, Kind::Conflict { .. }));
}

#[test]
fn nothing_is_kept_unless_it_was_asked_for_and_the_provider_failed() {
    for (request, fails) in [(RevokeRequest::default(), true), (keeping(), false)] {
        let desk = Desk::new();
        let id = desk.connected().listed.connection.id;
        spoil(&desk, u32::from(fails));
        let revoked = revoke(&desk.siesta, "notes", &request).unwrap();
        assert_eq!(revoked.upstream, if fails { Upstream::Failed } else { Upstream::Revoked });
        assert_eq!((has_secret(&desk, id), revoked.listed.kept_until), (None, None));
    }
}

#[test]
fn after_a_day_any_change_destroys_it_and_a_retry_says_so() {
    let (desk, id) = kept();
    desk.clock.advance(DAY - 1);
    crate::ops::people::add_user(&desk.siesta, "early", crate::model::people::Role::User, None).unwrap();
    assert_eq!(has_secret(&desk, id), Some(true));
    desk.clock.advance(1);
    crate::ops::people::add_user(&desk.siesta, "late", crate::model::people::Role::User, None).unwrap();
    assert_eq!(has_secret(&desk, id), Some(false));
    let gave_up = ("connection.revoke.give_up".to_owned(), Some("retry_expired".to_owned()));
    assert_eq!(rows(&desk, 2)[0], gave_up);
    let asked = desk.provider.count("POST", "/revoke");
    let late = retry_revoke(&desk.siesta, "notes", false).unwrap_err();
    assert!(late.to_string().contains("24 hours are over"), "{late}");
    assert_eq!(desk.provider.count("POST", "/revoke"), asked);
}

#[test]
fn cron_and_a_late_retry_destroy_it_where_nothing_else_happens() {
    let (desk, id) = kept();
    desk.clock.advance(DAY);
    refresh(&desk.siesta, &RefreshRequest::default()).unwrap();
    assert_eq!(has_secret(&desk, id), Some(false));

    let (desk, id) = kept();
    desk.clock.advance(DAY);
    let late = retry_revoke(&desk.siesta, "notes", false).unwrap_err();
    assert!(late.to_string().contains("24 hours are over"), "{late}");
    assert_eq!(has_secret(&desk, id), Some(false));
    assert_eq!(desk.provider.living_grants(), 1, "it was not asked");
}

#[test]
fn a_living_connection_of_the_same_name_is_not_mistaken_for_the_kept_one() {
    let (desk, id) = kept();
    let living = desk.connected();
    let done = retry_revoke(&desk.siesta, "notes", false).unwrap();
    assert_eq!(done.listed.connection.id, id);
    assert_eq!(desk.provider.living_grants(), 1);
    assert_eq!(desk.status(&living), Status::Healthy);
    let refused = retry_revoke(&desk.siesta, "notes", false).unwrap_err();
    assert!(refused.to_string().contains("is not revoked"), "{refused}");
}

#[test]
fn what_is_kept_can_be_given_up_without_asking() {
    let (desk, id) = kept();
    let asked = desk.provider.count("POST", "/revoke");
    assert_eq!(retry_revoke(&desk.siesta, "notes", true).unwrap().upstream, Upstream::NotAsked);
    assert_eq!((has_secret(&desk, id), desk.provider.count("POST", "/revoke")), (None, asked));
    assert_eq!(desk.provider.living_grants(), 1);
}

#[test]
fn a_confidential_client_says_who_it_is_at_a_retry_too() {
    use crate::ops::tests::practice_provider::{CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET};
    let desk = Desk::new();
    let new = NewSignIn {
        client_id: Some(CONFIDENTIAL_CLIENT.to_owned()),
        client_secret: Some(crate::model::secret::Secret::new(CONFIDENTIAL_SECRET.to_owned())),
        ..desk.new_sign_in(Way::Paste)
    };
    let pending = desk.begin(new);
    finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap();
    spoil(&desk, 1);
    revoke(&desk.siesta, "notes", &keeping()).unwrap();
    assert_eq!(retry_revoke(&desk.siesta, "notes", false).unwrap().upstream, Upstream::Revoked);
}
