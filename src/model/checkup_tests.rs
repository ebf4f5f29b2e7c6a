use super::*;
use crate::model::id::ConnectionId;
use crate::model::service::AuthKind;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

#[test]
fn a_clock_may_lag_a_little_and_not_by_more() {
    assert_eq!(clock(now(), None), []);
    assert_eq!(clock(now(), Some(at("2026-11-21T12:05:00Z"))), []);
    assert_eq!(clock(now(), Some(at("2020-01-01T00:00:00Z"))), []);
    let newest = at("2026-11-21T12:05:01Z");
    assert_eq!(clock(now(), Some(newest)), [Finding::ClockBehind { newest, by: SignedDuration::from_secs(301) }]);
}

#[test]
fn a_clock_in_another_age_is_named() {
    assert_eq!(clock(at("1970-01-01T00:00:00Z"), None), [Finding::ClockImplausible { year: 1970 }]);
    assert_eq!(clock(at("2101-01-01T00:00:00Z"), None), [Finding::ClockImplausible { year: 2101 }]);
}

#[test]
fn one_recipient_is_one_too_few() {
    assert_eq!(recipients(1), Some(Finding::NoRecoveryRecipient));
    assert_eq!(recipients(2), None);
}

#[test]
fn a_browser_needs_a_screen_on_this_desk() {
    assert_eq!(browser(true, false), None);
    assert_eq!(browser(true, true), Some(Finding::NoBrowser { is_remote: true }));
    assert_eq!(browser(false, false), Some(Finding::NoBrowser { is_remote: false }));
    assert_eq!(browser(false, false).unwrap().severity(), Severity::Note);
}

#[test]
fn a_job_has_no_bus_and_nobody_who_types() {
    for source in ["file", "command", "credential", "fd"] {
        assert_eq!(cron(source, false), None, "{source}");
    }
    assert!(cron("keyring", true).is_some());
    assert!(cron("passphrase", false).is_some());
    assert_eq!(cron("passphrase", true), None);
}

#[test]
fn a_file_nobody_holds_is_a_leftover() {
    let kind = |name: &str, held: bool, living: bool| match leftover(name, held, living) {
        Some(Finding::Leftover { kind, .. }) => Some(kind),
        _ => None,
    };
    assert_eq!(kind("store.age.tmp", false, false), Some(LeftoverKind::HalfWritten));
    assert_eq!(kind("store.age.tmp", true, false), None, "a writer is at it");
    assert_eq!(kind("store.age.v1", false, false), Some(LeftoverKind::BeforeUpgrade));
    assert_eq!(kind("store.restore", false, false), Some(LeftoverKind::HalfWritten));
    assert_eq!(kind("store.restore", true, false), None, "a restore is at it");
    assert_eq!(kind("store.age.before-restore", false, false), Some(LeftoverKind::BeforeRestore));
    assert_eq!(kind("refresh-1.lock", false, false), Some(LeftoverKind::Lock));
    assert_eq!(kind("refresh-1.lock", false, true), None, "the next refresh will want it");
    assert_eq!(kind("refresh-1.lock", true, false), None);
    for name in ["store.lock", "store.age", "store.secret", "notes.vim", "store.age.v", "README"] {
        assert_eq!(kind(name, false, false), None, "{name}");
    }
}

fn sales() -> Connection {
    Connection {
        id: ConnectionId(uuid::Uuid::from_u128(1)),
        service: "rest-api".to_owned(),
        provider: "notes.example".to_owned(),
        label: "sales".to_owned(),
        status: Status::Healthy,
        access: Access::Shared,
        owner: "mara".to_owned(),
        purpose: "the notes of the sales team".to_owned(),
        singleton: false,
        auth_kind: AuthKind::OAuth2,
        base_url: "https://notes.example".to_owned(),
        requested_scopes: Vec::new(),
        granted_scopes: Vec::new(),
        origins: Vec::new(),
        client: None,
        sign_in: None,
        allow_private_network: false,
        metadata: serde_json::Map::new(),
        created_at: at("2026-11-01T00:00:00Z"),
        updated_at: at("2026-11-01T00:00:00Z"),
        last_ok_at: None,
        last_error: None,
        approvers: Vec::new(),
        reviewer: None,
    }
}

fn facts(connection: &Connection) -> ConnectionFacts<'_> {
    ConnectionFacts {
        connection,
        expires_at: None,
        can_be_refreshed: false,
        kept_until: None,
        owner: Some(UserStatus::Active),
        open_writes: Vec::new(),
        unasked_agents: Vec::new(),
        broad_scopes: Vec::new(),
        lasting_since: None,
        earlier_owner: None,
        untried: Vec::new(),
    }
}

#[test]
fn a_connection_in_order_has_nothing_to_say() {
    assert_eq!(connection(&facts(&sales()), now()), []);
}

#[test]
fn a_revoked_connection_is_left_in_peace() {
    let c = Connection { status: Status::Revoked, purpose: String::new(), ..sales() };
    assert_eq!(connection(&ConnectionFacts { owner: None, ..facts(&c) }, now()), []);
}

#[test]
fn a_revocation_that_the_provider_has_not_carried_out_is_a_problem() {
    let c = Connection { status: Status::Revoked, ..sales() };
    let until = at("2026-11-22T00:00:00Z");
    let found = connection(&ConnectionFacts { kept_until: Some(until), ..facts(&c) }, now());
    assert_eq!(found, [Finding::RevocationOpen { label: "sales".to_owned(), until }]);
    assert_eq!((found[0].severity(), found[0].check()), (Severity::Problem, Check::Connections));
}

#[test]
fn a_providers_clock_counts_from_a_minute_on() {
    let (ours, later) = (at("2026-11-21T12:00:00Z"), |seconds: i64| now() + SignedDuration::from_secs(seconds));
    assert_eq!(ours, now());
    assert_eq!((worrying_skew(later(60), ours), worrying_skew(later(-60), ours)), (None, None));
    assert_eq!((worrying_skew(later(61), ours), worrying_skew(later(-61), ours)), (Some(61), Some(-61)));
    assert_eq!(skew(None), None);
    let found = skew(Some((-61, now()))).unwrap();
    assert_eq!((found.check(), found.severity()), (Check::Clock, Severity::Warning));
}

#[test]
fn an_expiry_counts_when_nothing_renews_it() {
    let c = sales();
    let expiring = |text: &str, can_be_refreshed| {
        connection(&ConnectionFacts { expires_at: Some(at(text)), can_be_refreshed, ..facts(&c) }, now())
    };
    assert_eq!(expiring("2026-11-22T00:00:00Z", true), []);
    assert_eq!(expiring("2026-11-28T12:00:01Z", false), []);
    let soon = expiring("2026-11-28T12:00:00Z", false);
    assert!(matches!(soon[..], [Finding::Expires { is_over: false, .. }]), "{soon:?}");
    let over = expiring("2026-11-21T11:00:00Z", false);
    assert_eq!((over.len(), over[0].severity()), (1, Severity::Problem));
}

#[test]
fn what_was_not_used_for_ninety_days_is_named_once_it_is_old_enough() {
    let long_ago = at("2026-08-01T00:00:00Z");
    let old = Connection { created_at: long_ago, ..sales() };
    assert_eq!(connection(&facts(&old), now()), [Finding::Unused { label: "sales".to_owned(), last_ok_at: None }]);
    let used = Connection { last_ok_at: Some(at("2026-11-20T00:00:00Z")), ..old.clone() };
    assert_eq!(connection(&facts(&used), now()), []);
    let idle = Connection { last_ok_at: Some(at("2026-08-02T00:00:00Z")), ..old };
    assert_eq!(connection(&facts(&idle), now()).len(), 1);
}

#[test]
fn purpose_status_and_owner_are_each_a_finding() {
    let c = Connection { status: Status::NeedsReauth, purpose: " ".to_owned(), ..sales() };
    let found = connection(&ConnectionFacts { owner: Some(UserStatus::Disabled), ..facts(&c) }, now());
    let label = || "sales".to_owned();
    assert_eq!(
        found,
        [
            Finding::NeedsReauth { label: label(), signs_in: true },
            Finding::NoPurpose { label: label() },
            Finding::OwnerGone { label: label(), owner: "mara".to_owned(), is_known: true },
        ]
    );
}

#[test]
fn writes_are_ungated_only_where_both_gates_are_open_and_everybody_may_enter() {
    let shared = sales();
    let private = Connection { access: Access::Private, ..sales() };
    let found = |c: &Connection, writes: &[&str], agents: &[&str]| {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let facts = ConnectionFacts { open_writes: words(writes), unasked_agents: words(agents), ..facts(c) };
        connection(&facts, now()).len()
    };
    assert_eq!(found(&shared, &["delete_note"], &["desk"]), 1);
    assert_eq!(found(&shared, &[], &["desk"]), 0);
    assert_eq!(found(&shared, &["delete_note"], &[]), 0);
    assert_eq!(found(&private, &["delete_note"], &["desk"]), 0);
}

#[test]
fn only_what_nobody_could_want_otherwise_is_repaired_unasked() {
    let loosened = |wanted| Finding::Loosened { what: "x".to_owned(), path: "/x".into(), wanted };
    assert_eq!(loosened(Some(0o700)).repair(), Some(Repair::Restrict { path: "/x".into(), mode: 0o700 }));
    assert_eq!(loosened(None).repair(), None, "it belongs to somebody else");
    let leftover = |kind| Finding::Leftover { name: "n".to_owned(), kind }.repair();
    assert_eq!(leftover(LeftoverKind::Lock), Some(Repair::RemoveLeftover { name: "n".to_owned() }));
    assert_eq!(leftover(LeftoverKind::BeforeUpgrade), None, "it may be the copy that somebody wants back");
    assert_eq!(Finding::PinMissing.repair(), Some(Repair::MakePin));
    assert_eq!(Finding::AuditBroken { seq: 1 }.repair(), None);
}

#[test]
fn what_is_over_broad_old_or_was_somebody_elses_is_said() {
    let sales = sales();
    let now = at("2026-11-20T00:00:00Z");
    let mut facts = facts(&sales);
    assert_eq!(connection(&facts, now), []);
    facts.broad_scopes = vec!["files.all".to_owned()];
    facts.lasting_since = Some(at("2026-05-01T00:00:00Z"));
    facts.earlier_owner = Some("tom".to_owned());
    facts.untried = vec!["a read"];
    let found = connection(&facts, now);
    assert!(matches!(
        found.as_slice(),
        [
            Finding::OverBroad { .. },
            Finding::OldCredential { .. },
            Finding::OwnerChanged { .. },
            Finding::Untried { .. }
        ]
    ));
    // A key of the spring is not old in the autumn, and nobody has to try what only its owner uses.
    facts.lasting_since = Some(at("2026-06-01T00:00:00Z"));
    let private = Connection { access: Access::Private, ..sales.clone() };
    facts.connection = &private;
    assert_eq!(connection(&facts, now).len(), 2);
}
