//! Rows of the decision cases, and what a caller names.
use super::*;

#[test]
fn every_case_of_the_specification_is_decided_as_it_says() {
    use Mode::{Confirm, Disabled};
    let (sales, bob) = (Grant::Team("sales".to_owned()), Grant::User("bob".to_owned()));
    let inbox = || facts("mailer", "alice", "gm");
    let issue = "/rest/api/3/issue/X-1";
    let m = 1_000_000;
    let cases: Vec<(&str, Facts, &str)> = vec![
        ("1", inbox(), "allow"),
        ("2", send().set("send_email", Confirm), "needs-approval(function_confirmation)"),
        ("3", send().set("send_email", Disabled), "deny(function_disabled)"),
        ("4", inbox().with(|f| target(f).type_enabled = false), "deny(type_disabled)"),
        ("6", facts("mailer", "bob", "gm"), "deny(connection_private)"),
        ("7", facts("mailer", "bob", "gm").granted(&[bob]), "allow"),
        ("8", facts("desk", "alice", "gm"), "deny(not_assigned)"),
        ("9", facts("desk", "bob", "jr"), "allow"),
        ("10", facts("desk", "bob", "jr").granted(&[sales]), "deny(access_not_granted)"),
        ("12", create().step_up(StepUp::Never), "allow"),
        ("13", create(), "needs-approval(step_up)"),
        ("15", facts("newbie", "alice", "gm"), "deny(agent_not_active)"),
        ("16", facts("retired", "alice", "gm"), "deny(agent_not_active)"),
        ("17", facts("desk", "carol", "old"), "deny(connection_revoked)"),
        ("18", facts("desk", "carol", "stale"), "deny(connection_needs_reauth)"),
        ("19", facts("desk", "carol", "stale").with(|f| target(f).connection.status = Status::Healthy), "allow"),
        ("22", facts("desk", "carol", "tg").raw("POST", "/getUpdates"), "allow"),
        ("23", facts("desk", "carol", "tg").raw("POST", "/sendMessage"), "needs-approval(step_up)"),
        ("28", jr().step_up(StepUp::Always), "needs-approval(step_up_always)"),
        ("29", delete().step_up(StepUp::Never), "allow"),
        ("30", delete().step_up(StepUp::Never).mode(DefaultMode::ReadOnly), "deny(mode_read_only)"),
        ("36", jr().raw("GET", "/rest/api/3/myself").policy(|p| p.allowlists.clear()), "deny(allowlist_empty)"),
        ("37", jr().raw("GET", issue).allowlist(&["GET"], &["/rest/api/3/*"]), "deny(allowlist_miss)"),
        ("38", jr().raw("GET", issue).allowlist(&["GET"], &["/rest/api/3/**"]), "allow"),
        (
            "40",
            jr().raw("POST", issue).step_up(StepUp::Never).allowlist(&["GET"], &["/rest/api/3/**"]),
            "deny(allowlist_miss)",
        ),
        ("41", inbox().raw("GET", "/messages").allowlist(&["GET"], &["/messages/**"]), "allow"),
        ("42b", jr().raw("GET", "https://evil.example/rest/api/3/search"), "deny(host_not_allowed)"),
        ("44", jr().raw("GET", "/rest/../admin"), "deny(bad_request)"),
        ("44", jr().raw("GET", "/rest/%2e%2e/admin"), "deny(bad_request)"),
        ("44", jr().raw("GET", "/rest/%252e%252e/admin"), "deny(bad_request)"),
        ("54", create().approved(ApprovalStatus::Approved), "allow"),
        ("55", create().approved(ApprovalStatus::Consumed), "deny(approval_used)"),
        (
            "56",
            create().approved(ApprovalStatus::Approved).function("create_issue", json!({"fields": {"summary": "y"}})),
            "deny(approval_mismatch)",
        ),
        (
            "58",
            create().approved(ApprovalStatus::Approved).brought(|e| e.connection = ConnectionId(id("tg"))),
            "deny(approval_mismatch)",
        ),
        (
            "58",
            delete().approved(ApprovalStatus::Approved).function("delete_issue", json!({"key": "X-2"})),
            "deny(approval_mismatch)",
        ),
        ("59", create().approved(ApprovalStatus::Pending), "needs-approval(pending)"),
        ("60", create().approved(ApprovalStatus::Rejected), "deny(approval_rejected)"),
        ("69", jr().policy(|p| p.allowed_models.clear()), "deny(flow_not_allowed)"),
        ("69", jr().with(|f| f.flow = Flow::Vend), "deny(flow_not_allowed)"),
        ("75", facts("desk", "carol", "rest").function("get_orders", json!({})), "allow"),
        (
            "76",
            facts("desk", "carol", "rest").function("delete_order", json!({"id": "7"})).set("delete_order", Confirm),
            "needs-approval(function_confirmation)",
        ),
        ("77", facts("desk", "carol", "rest").function("list_refunds", json!({})), "deny(function_unknown)"),
        ("78", message().used(Level::Org, m, 400_000, 0), "allow"),
        ("79", message().used(Level::Org, m, m, 0), "deny(token_limit)"),
        ("81", message().used(Level::User, m, 2 * m, 0), "deny(token_limit)"),
        ("85", message().used(Level::Team, 2 * m, 2_100_000, 0), "deny(token_limit)"),
        ("87", message().used(Level::Team, 2 * m, m, 0), "allow"),
        ("89", message().used(Level::Org, m, 990_000, 0), "allow"),
        ("89", message().used(Level::Org, m, 1_040_000, 0), "deny(token_limit)"),
        ("91", message(), "allow"),
        (
            "92",
            facts("desk", "carol", "oa").raw("POST", "/v1/responses").body(json!({"model": "m", "input": "hi"})),
            "allow",
        ),
        ("95", create().approved(ApprovalStatus::Cancelled), "deny(approval_cancelled)"),
        ("102", facts("desk", "carol", "free"), "deny(not_assigned)"),
    ];
    for (row, facts, expected) in &cases {
        assert_eq!(facts.decided(), *expected, "row {row}");
    }
}

#[test]
fn what_the_caller_names_must_exist_and_belong_together() {
    let cases: Vec<(&str, Facts, &str)> = vec![
        ("an unknown agent", facts("ghost", "alice", "jr"), "deny(agent_not_active)"),
        ("an unknown user", facts("desk", "ghost", "jr"), "deny(user_unknown)"),
        (
            "a disabled user",
            jr().with(|f| f.user.as_mut().unwrap().found.as_mut().unwrap().status = UserStatus::Disabled),
            "deny(user_unknown)",
        ),
        ("an unknown team", facts("desk", "alice", "jr").team("ghosts"), "deny(team_unknown)"),
        ("the team of others", facts("desk", "alice", "jr").team("support"), "deny(team_unknown)"),
        ("the own team", facts("desk", "alice", "jr").team("sales"), "allow"),
        ("a team in nobody's name", facts("desk", "-", "jr").team("sales"), "deny(team_unknown)"),
        ("the team of the agent's owner", facts("mailer", "-", "gm").team("sales"), "allow"),
        (
            "no connection",
            jr().with(|f| f.target = Target::Missing { name: "x".to_owned() }),
            "deny(connection_not_found)",
        ),
        (
            "a service with several",
            jr().with(|f| f.target = Target::NotSingleton { service: "jira".to_owned() }),
            "deny(not_singleton)",
        ),
        ("no credential", jr().with(|f| target(f).has_credential = false), "deny(credentials_missing)"),
    ];
    for (case, facts, expected) in &cases {
        assert_eq!(facts.decided(), *expected, "{case}");
    }
}

#[test]
fn with_no_user_named_a_private_connection_is_open_to_its_owners_agents_only() {
    let assigned = |who: &str, by: &str| {
        let mut facts = facts(who, "-", "gm");
        target(&mut facts).policy = policy("mailer", "gm").map(|p| Policy { created_by: by.to_owned(), ..p });
        facts
    };
    assert_eq!(assigned("mailer", "user:carol").decided(), "allow", "alice owns both");
    assert_eq!(assigned("desk", "user:carol").decided(), "deny(connection_private)");
    assert_eq!(assigned("desk", "user:alice").decided(), "allow", "alice assigned it herself");
    assert_eq!(
        assigned("desk", "agent:alice").decided(),
        "deny(connection_private)",
        "an agent of that name is not her"
    );
    let for_bob = assigned("desk", "user:alice").with(|f| {
        f.user = Some(Named { name: "bob".to_owned(), found: person("bob") });
        f.teams = teams_of("bob");
    });
    assert_eq!(for_bob.decided(), "deny(connection_private)", "a named user needs a grant of their own");
    let team = [Grant::Team("support".to_owned())];
    assert_eq!(for_bob.granted(&team).decided(), "allow");
    let owner = [Grant::User("carol".to_owned())];
    assert_eq!(assigned("desk", "user:bob").granted(&owner).decided(), "allow", "the agent's owner was granted it");
    let shared = facts("desk", "-", "jr").granted(&[Grant::User("bob".to_owned())]);
    assert_eq!(shared.decided(), "deny(access_not_granted)");
}

#[test]
fn of_two_rules_that_deny_the_earlier_one_speaks() {
    // Each of these denies by itself; all later ones are wrong as well in every line.
    type Fault = (Rule, fn(&mut Facts), &'static str);
    let faults: Vec<Fault> = vec![
        (Rule::R1, |f| f.agent.found = None, "deny(agent_not_active)"),
        (Rule::R2, |f| f.user.as_mut().unwrap().found = None, "deny(user_unknown)"),
        (Rule::R4, |f| target(f).connection.status = Status::NeedsReauth, "deny(connection_needs_reauth)"),
        (Rule::R5, |f| target(f).type_enabled = false, "deny(type_disabled)"),
        (Rule::R6, |f| target(f).grants = vec![Grant::User("dora".to_owned())], "deny(access_not_granted)"),
        (Rule::R7, |f| target(f).policy = None, "deny(not_assigned)"),
        (Rule::R8, |f| f.operation = create().raw("POST", "/rest/../x").operation, "deny(bad_request)"),
        (
            Rule::R8a,
            |f| f.operation = create().raw("POST", "https://evil.example/x").operation,
            "deny(host_not_allowed)",
        ),
        (Rule::R10, |f| f.clone_from(&f.clone().set("create_issue", Mode::Disabled)), "deny(function_disabled)"),
        (Rule::R13, |f| target(f).policy.iter_mut().for_each(|p| p.allowed_models.clear()), "deny(flow_not_allowed)"),
        (
            Rule::R14,
            |f| target(f).policy.iter_mut().for_each(|p| p.time_windows = window::parse("mon 9:00-9:01 UTC").unwrap()),
            "deny(outside_time_window)",
        ),
        (Rule::R15, |f| target(f).policy.iter_mut().for_each(|p| p.allowlists.clear()), "deny(allowlist_empty)"),
        (
            Rule::R16,
            |f| target(f).blocked = vec![("https://acme.atlassian.example".to_owned(), "no".to_owned())],
            "deny(ssrf_blocked)",
        ),
        (
            Rule::R17,
            |f| {
                let policy = target(f).policy.iter_mut();
                policy
                    .for_each(|p| constraint::set(&mut p.constraints, "p", ConstraintKind::Chat, vec!["1".to_owned()]))
            },
            "deny(constraint_unreadable)",
        ),
        (
            Rule::R18,
            |f| target(f).policy.iter_mut().for_each(|p| p.rules.request.push(rule("no", json!({}), "deny"))),
            "deny(rule:no)",
        ),
        (
            Rule::R19,
            |f| target(f).policy.iter_mut().for_each(|p| p.default_mode = DefaultMode::ReadOnly),
            "deny(mode_read_only)",
        ),
        (Rule::R21, |f| target(f).policy.iter_mut().for_each(|p| p.rate_limits = Some(rate(0))), "deny(rate_limited)"),
        (Rule::R25, |f| f.approval = Brought::Unknown("x".to_owned()), "deny(approval_unknown)"),
    ];
    for first in 0..faults.len() {
        let mut all = create();
        for (_, fault, _) in faults[first..].iter().rev() {
            fault(&mut all);
        }
        let evaluation = decide(&all);
        assert_eq!(all.decided(), faults[first].2);
        let denied = evaluation.steps.iter().find(|step| step.outcome == StepOutcome::Deny).unwrap();
        assert_eq!(denied.rule, faults[first].0);
    }
}

#[test]
fn a_setting_of_the_connection_tightens_and_never_relaxes() {
    assert_eq!(jr().setting("search", Mode::Disabled).decided(), "deny(function_disabled)");
    assert_eq!(jr().setting("search", Mode::Confirm).decided(), "needs-approval(function_confirmation)");
    let disabled = jr().set("search", Mode::Disabled).setting("search", Mode::Enabled);
    assert_eq!(disabled.decided(), "deny(function_disabled)");
    let revived = jr().set("search", Mode::Enabled).with(|f| target(f).type_enabled = false);
    assert_eq!(revived.decided(), "deny(type_disabled)");
}

#[test]
fn a_freeze_comes_before_everything_and_stops_only_its_scope() {
    use crate::model::governance::{Freeze, FreezeScope};
    let base = || facts("desk", "carol", "jr").function("search_issues", json!({}));
    let frozen = |scope: FreezeScope, subject: String| {
        let mut f = base();
        let since = f.at;
        f.freezes.push(Freeze { scope, subject, since, by: "user:carol".to_owned(), reason: "drill".to_owned() });
        decide(&f)
    };
    let agent = base().agent.found.unwrap().id.to_string();
    let connection = target(&mut base()).connection.id.to_string();
    for (scope, subject) in [
        (FreezeScope::All, String::new()),
        (FreezeScope::Agent, agent.clone()),
        (FreezeScope::Connection, connection.clone()),
    ] {
        let evaluation = frozen(scope, subject);
        assert!(matches!(evaluation.decision, Decision::Deny(DenyReason::Frozen { .. })), "{scope}");
        assert_eq!(evaluation.steps[0].rule, Rule::R0);
    }
    for (scope, subject) in [(FreezeScope::Agent, connection), (FreezeScope::Connection, agent)] {
        let evaluation = frozen(scope, subject);
        assert!(!matches!(evaluation.decision, Decision::Deny(DenyReason::Frozen { .. })), "{scope}");
    }
}
