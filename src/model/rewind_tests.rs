use super::*;
use crate::model::governance::FreezeScope;
use crate::model::id::{LimitId, PolicyId};
use crate::model::limit::Level;
use crate::model::people::AgentKind;
use crate::model::service::AuthKind;
use uuid::Uuid;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn id(n: u128) -> ConnectionId {
    ConnectionId(Uuid::from_u128(n))
}

fn connection(n: u128, label: &str) -> Connection {
    Connection {
        id: id(n),
        service: "openai".to_owned(),
        provider: "openai".to_owned(),
        label: label.to_owned(),
        status: Status::Healthy,
        access: Access::Private,
        owner: "alice".to_owned(),
        purpose: String::new(),
        singleton: false,
        auth_kind: AuthKind::ApiKey,
        base_url: String::new(),
        requested_scopes: Vec::new(),
        granted_scopes: Vec::new(),
        origins: Vec::new(),
        client: None,
        sign_in: None,
        allow_private_network: false,
        metadata: serde_json::Map::new(),
        created_at: at(0),
        updated_at: at(0),
        last_ok_at: None,
        last_error: None,
        approvers: Vec::new(),
        reviewer: None,
    }
}

fn agent() -> AgentId {
    AgentId(Uuid::from_u128(77))
}

fn policy(mode: DefaultMode, step_up: StepUp) -> Policy {
    let first = Policy::first(
        PolicyId(Uuid::from_u128(5)),
        (agent(), "helper"),
        (id(1), "https://api.example.com"),
        "alice".to_owned(),
        at(0),
    );
    Policy { default_mode: mode, step_up, ..first }
}

fn limit(daily: Option<u64>, strict: bool) -> Limit {
    Limit {
        id: LimitId(Uuid::from_u128(9)),
        connection: id(1),
        level: Level::User,
        subject: Some("alice".to_owned()),
        daily: daily.map(Millions),
        weekly: None,
        strict,
        enabled: true,
        updated_at: at(0),
    }
}

/// One connection, with everything else empty.
fn plain() -> Holding {
    Holding { connections: vec![connection(1, "research")], ..Holding::default() }
}

fn with(change: impl FnOnce(&mut Holding)) -> Holding {
    let mut holding = plain();
    change(&mut holding);
    holding
}

fn named(rewind: &Rewind) -> Vec<&str> {
    rewind.widened.iter().map(|wider| wider.what.as_str()).collect()
}

#[test]
fn the_same_state_changes_nothing() {
    assert_eq!(rewind(&plain(), &plain()), Rewind::default());
}

#[test]
fn what_was_taken_away_stays_away() {
    let revoked = with(|h| h.connections[0].status = Status::Revoked);
    let kept = rewind(&revoked, &plain());
    assert_eq!(kept.kept.connections, [id(1)]);
    assert_eq!(kept.kept_words, ["connection \"research\" is revoked"]);
    assert_eq!(rewind(&revoked, &revoked).kept, Kept::default(), "it is away there as well");
    assert_eq!(rewind(&plain(), &revoked).kept, Kept::default(), "a backup may take away more");

    let gone = Policy { status: PolicyStatus::Revoked, ..policy(DefaultMode::ReadOnly, StepUp::Always) };
    let (now, then) =
        (with(|h| h.policies = vec![gone]), with(|h| h.policies = vec![policy(DefaultMode::ReadWrite, StepUp::Never)]));
    let unassigned = rewind(&now, &then);
    assert_eq!(unassigned.kept.policies, [(agent(), id(1))]);
    assert_eq!(unassigned.widened, [], "what does not come back is not let through");

    let someone = |status| Agent {
        id: agent(),
        name: "helper".to_owned(),
        kind: AgentKind::Agent,
        description: String::new(),
        owner: None,
        status,
        os_user: None,
        created_at: at(0),
    };
    let user = |status| User { name: "bob".to_owned(), role: Role::Owner, status, os_user: None, created_at: at(0) };
    let now = with(|h| {
        h.agents = vec![someone(AgentStatus::Disabled)];
        h.users = vec![user(UserStatus::Disabled)];
    });
    let then = with(|h| {
        h.agents = vec![someone(AgentStatus::Active)];
        h.users = vec![user(UserStatus::Active)];
    });
    let disabled = rewind(&now, &then).kept;
    assert_eq!((disabled.agents, disabled.users), (vec![agent()], vec!["bob".to_owned()]));
    let removed = rewind(&plain(), &then).kept;
    assert_eq!((removed.agents, removed.users), (vec![agent()], vec!["bob".to_owned()]), "nor through a removal");
}

#[test]
fn what_is_frozen_stays_frozen() {
    let freeze = Freeze {
        scope: FreezeScope::All,
        subject: String::new(),
        since: at(1),
        by: "user:alice".to_owned(),
        reason: "drill".to_owned(),
    };
    let now = with(|h| h.freezes = vec![freeze.clone()]);
    assert_eq!(rewind(&now, &plain()).kept.freezes, [freeze]);
    assert_eq!(rewind(&now, &now).kept.freezes, []);
}

#[test]
fn what_was_tightened_since_is_named_and_what_was_loosened_is_not() {
    type Edit = fn(&mut Holding);
    let cases: [(&str, Edit, Edit); 13] = [
        (
            "mode of helper on \"research\"",
            |h| h.policies = vec![policy(DefaultMode::ReadOnly, StepUp::Always)],
            |h| h.policies = vec![policy(DefaultMode::ReadWrite, StepUp::Always)],
        ),
        (
            "step-up of helper on \"research\"",
            |h| h.policies = vec![policy(DefaultMode::Custom, StepUp::Always)],
            |h| h.policies = vec![policy(DefaultMode::Custom, StepUp::RiskBased)],
        ),
        (
            "service openai",
            |h| _ = h.services.insert("openai".to_owned(), false),
            |h| _ = h.services.insert("openai".to_owned(), true),
        ),
        (
            "function openai/create",
            |h| _ = h.overrides.insert(("openai".to_owned(), "create".to_owned()), Mode::Disabled),
            |h| _ = h.overrides.insert(("openai".to_owned(), "create".to_owned()), Mode::Confirm),
        ),
        (
            "function create of connection \"research\"",
            |h| _ = h.settings.insert((id(1), "create".to_owned()), Mode::Confirm),
            |h| _ = h.settings.insert((id(1), "create".to_owned()), Mode::Enabled),
        ),
        (
            "limit of \"research\", user alice",
            |h| h.limits = vec![limit(Some(1_000), false)],
            |h| h.limits = vec![limit(Some(2_000), false)],
        ),
        (
            "limit of \"research\", user alice",
            |h| h.limits = vec![limit(Some(1_000), true)],
            |h| h.limits = vec![limit(Some(1_000), false)],
        ),
        (
            "approvers of connection \"research\"",
            |h| h.connections[0].approvers = vec!["alice".to_owned()],
            |h| h.connections[0].approvers = Vec::new(),
        ),
        ("four eyes", |h| h.four_eyes = true, |h| h.four_eyes = false),
        ("approval proof", |h| h.signed_approvals = true, |h| h.signed_approvals = false),
        (
            "access of connection \"research\"",
            |h| h.connections[0].access = Access::Private,
            |h| h.connections[0].access = Access::Shared,
        ),
        (
            "grants of connection \"research\"",
            |h| drop(h.grants.insert(id(1), vec![Grant::User("alice".to_owned())])),
            |h| {
                drop(h.grants.insert(id(1), vec![Grant::User("alice".to_owned()), Grant::Team("sales".to_owned())]));
            },
        ),
        (
            "role of bob",
            |h| {
                h.users = vec![User {
                    name: "bob".to_owned(),
                    role: Role::User,
                    status: UserStatus::Active,
                    os_user: None,
                    created_at: at(0),
                }]
            },
            |h| {
                h.users = vec![User {
                    name: "bob".to_owned(),
                    role: Role::Admin,
                    status: UserStatus::Active,
                    os_user: None,
                    created_at: at(0),
                }]
            },
        ),
    ];
    for (what, tight, loose) in cases {
        assert_eq!(named(&rewind(&with(tight), &with(loose))), [what]);
        assert_eq!(rewind(&with(loose), &with(tight)).widened, [], "{what}, the other way round");
        assert_eq!(rewind(&with(tight), &with(tight)).widened, [], "{what}, no change");
    }
}

#[test]
fn a_rule_that_was_not_there_yet_is_named_too() {
    let now = with(|h| {
        h.limits = vec![limit(Some(0), false)];
        h.services.insert("openai".to_owned(), false);
        h.overrides.insert(("openai".to_owned(), "create".to_owned()), Mode::Confirm);
    });
    let found = rewind(&now, &plain());
    assert_eq!(named(&found), ["service openai", "function openai/create", "limit of \"research\", user alice"]);
    assert_eq!(found.widened[1].then, "as the catalogue says");
}

#[test]
fn what_is_lost_is_named() {
    let now = with(|h| {
        h.connections.push(connection(2, "newer"));
        h.obtained.insert(id(1), at(5));
        h.usage = 7;
    });
    let then = with(|h| {
        h.obtained.insert(id(1), at(2));
        h.usage = 3;
    });
    let found = rewind(&now, &then);
    assert_eq!(found.lost.len(), 2, "{:?}", found.lost);
    assert!(found.lost.iter().any(|words| words.contains("newer")));
    assert_eq!(named(&found), ["tokens counted against limits"]);
}

#[test]
fn a_key_that_was_taken_away_signs_nothing_in_the_older_state_either() {
    let known = |h: &mut Holding| h.ssh_keys = [("SHA256:a".to_owned(), "alice".to_owned())].into();
    let back = rewind(&plain(), &with(known));
    assert_eq!(back.kept.ssh_keys, ["SHA256:a"]);
    assert_eq!(rewind(&with(known), &plain()).kept.ssh_keys, Vec::<String>::new());
}
