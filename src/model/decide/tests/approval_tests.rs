//! What an approval opens, who gives it, and how many may wait.
use super::*;

#[test]
fn limits_come_before_approvals_so_nothing_is_burned() {
    let asked = message().step_up(StepUp::Always);
    assert_eq!(asked.decided(), "needs-approval(step_up_always)");
    let approved = message().step_up(StepUp::Always).approved(ApprovalStatus::Approved);
    assert_eq!(approved.decided(), "allow");
    assert_eq!(approved.used(Level::Org, 1, 1, 0).decided(), "deny(token_limit)");
    assert_eq!(asked.used(Level::Org, 1, 1, 0).decided(), "deny(token_limit)");
}

#[test]
fn an_approval_opens_one_request_of_one_agent_under_one_policy() {
    let ok = || create().approved(ApprovalStatus::Approved);
    assert_eq!(ok().decided(), "allow");
    let late = "2026-11-21T08:30:00Z".parse().unwrap();
    let rows: Vec<(&str, Facts, &str)> = vec![
        ("expired when approved", ok().with(|f| f.at = late), "deny(approval_expired)"),
        (
            "expired when asked",
            create().approved(ApprovalStatus::Pending).with(|f| f.at = late),
            "deny(approval_expired)",
        ),
        (
            "a use is final, late or not",
            create().approved(ApprovalStatus::Consumed).with(|f| f.at = late),
            "deny(approval_used)",
        ),
        ("written down as expired", create().approved(ApprovalStatus::Expired), "deny(approval_expired)"),
        ("nobody was asked", create().approved(ApprovalStatus::NotRequired), "deny(approval_unknown)"),
        ("unknown", create().with(|f| f.approval = Brought::Unknown("x".to_owned())), "deny(approval_unknown)"),
        ("another agent's", ok().brought(|e| e.agent = AgentId(id("mailer"))), "deny(approval_mismatch)"),
        ("another policy version", ok().policy(|p| p.version = 2), "deny(approval_mismatch)"),
        ("a fingerprint of nothing", ok().brought(|e| e.fingerprint.clear()), "deny(approval_mismatch)"),
        ("another method", ok().raw("PUT", "/rest/api/3/issue"), "deny(approval_mismatch)"),
        (
            "another person",
            ok().with(|f| f.user = Some(Named { name: "dora".to_owned(), found: person("dora") })),
            "deny(approval_mismatch)",
        ),
        ("nobody's name any more", ok().with(|f| f.user = None), "deny(approval_mismatch)"),
        ("disabled meanwhile", ok().set("create_issue", Mode::Disabled), "deny(function_disabled)"),
        ("revoked meanwhile", ok().with(|f| target(f).connection.status = Status::Revoked), "deny(connection_revoked)"),
    ];
    for (row, facts, expected) in &rows {
        assert_eq!(facts.decided(), *expected, "{row}");
    }
    let teamed = facts("desk", "dora", "ai")
        .function("create_message", json!({"model": "m", "max_tokens": 5, "messages": []}))
        .step_up(StepUp::Always)
        .team("sales")
        .approved(ApprovalStatus::Approved);
    assert_eq!(teamed.decided(), "allow");
    assert_eq!(teamed.team("support").decided(), "deny(approval_mismatch)", "another team's budget");
}

#[test]
fn the_reason_shown_is_the_first_that_wants_a_person() {
    let all = create().set("create_issue", Mode::Confirm).step_up(StepUp::Always);
    assert_eq!(all.decided(), "needs-approval(function_confirmation)");
    assert_eq!(create().step_up(StepUp::Always).decided(), "needs-approval(step_up_always)");
}

#[test]
fn twenty_questions_may_wait_and_the_same_one_again_is_not_another() {
    assert_eq!(create().with(|f| f.waiting = 19).decided(), "needs-approval(step_up)");
    assert_eq!(create().with(|f| f.waiting = 20).decided(), "deny(too_many_pending)");
    let print = print_of(&create());
    let again = create().with(|f| {
        f.waiting = 20;
        f.waiting_prints = vec![(print, ExecutionId(id("execution")))];
    });
    assert_eq!(again.decided(), "needs-approval(step_up)");
    assert_eq!(jr().with(|f| f.waiting = 20).decided(), "allow", "who need not ask is not held up");
}

#[test]
fn owners_admins_and_the_connections_owner_may_approve_and_with_four_eyes_not_for_themselves() {
    let connection = connection("gm");
    let may = |name: &str, behalf: Option<&str>, four_eyes| {
        may_approve(&person(name).unwrap(), &connection, behalf, four_eyes)
    };
    assert!(may("carol", Some("alice"), true), "an admin");
    assert!(may("alice", Some("bob"), true), "the connection's owner");
    assert!(!may("bob", Some("alice"), false), "a stranger");
    assert!(may("alice", Some("alice"), false), "one's own, where four eyes are not wanted");
    assert!(!may("alice", Some("alice"), true));
    assert!(!may("carol", Some("carol"), true), "an admin is no exception");
    let disabled = User { status: UserStatus::Disabled, ..person("carol").unwrap() };
    assert!(!may_approve(&disabled, &connection, None, false));
    let owner = User { role: Role::Owner, ..person("bob").unwrap() };
    assert!(may_approve(&owner, &connection, None, false));
}

#[test]
fn two_numbers_that_one_reader_takes_for_the_same_do_not_share_an_approval() {
    let paying = |amount: u64| jr().raw("POST", "/rest/api/3/issue").body(json!({"amount": amount}));
    assert_eq!(paying(9_007_199_254_740_991).decided(), "needs-approval(step_up)");
    assert_eq!(paying(9_007_199_254_740_993).decided(), "deny(bad_request)");
}
