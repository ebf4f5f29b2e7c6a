//! The cases of the specification, one fixture, and what must hold for every request.
mod lint_tests;
mod policy_tests;
mod spending_tests;

use super::*;
use crate::model::connection::{Access, Connection, Grant, Origin, OriginPurpose, Status};
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus, StoredBody};
use crate::model::facts::{Brought, Facts, Named, Operation, Target, TargetFacts};
use crate::model::governance::Mode;
use crate::model::id::{AgentId, ConnectionId, CorrelationId, ExecutionId, LimitId, PolicyId};
use crate::model::limit::{Level, Period, Standing, Window};
use crate::model::organization::Organization;
use crate::model::people::{Agent, AgentKind, AgentStatus, Role, User, UserStatus};
use crate::model::policy::rule::Action;
use crate::model::policy::{
    AllowlistEntry, ConstraintKind, Constraints, DefaultMode, Flow, Policy, PolicyStatus, Rules, StepUp,
};
use crate::model::policy::{constraint, window};
use crate::model::request;
use crate::model::service::{AuthKind, Service};
use crate::model::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn id(name: &str) -> Uuid {
    Uuid::from_u128(name.bytes().fold(7, |sum, byte| sum * 257 + u128::from(byte)))
}

fn agent(name: &str) -> Named<Agent> {
    let (owner, status) = match name {
        "mailer" => ("alice", AgentStatus::Active),
        "desk" => ("carol", AgentStatus::Active),
        "newbie" => ("alice", AgentStatus::Created),
        "retired" => ("alice", AgentStatus::Disabled),
        _ => return Named { name: name.to_owned(), found: None },
    };
    let found = Agent {
        id: AgentId(id(name)),
        name: name.to_owned(),
        kind: AgentKind::Agent,
        description: String::new(),
        owner: Some(owner.to_owned()),
        status,
        os_user: None,
        created_at: now(),
    };
    Named { name: name.to_owned(), found: Some(found) }
}

fn person(name: &str) -> Option<User> {
    let role = match name {
        "carol" => Role::Admin,
        "alice" | "bob" | "dora" => Role::User,
        _ => return None,
    };
    Some(User { name: name.to_owned(), role, status: UserStatus::Active, os_user: None, created_at: now() })
}

fn teams_of(user: &str) -> Vec<String> {
    let teams: &[&str] = match user {
        "alice" => &["sales"],
        "bob" => &["support"],
        "dora" => &["sales", "support"],
        _ => &[],
    };
    teams.iter().map(|team| (*team).to_owned()).collect()
}

fn service(value: Value) -> Service {
    let mut whole = json!({
        "name": "Made by hand", "provider": "p", "category": "c", "summary": "s", "auth": [{"kind": "none"}],
    });
    whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true})
}

fn in_body(name: &str) -> Value {
    json!({"name": name, "in": "body", "type": "any"})
}

fn scoped(mut function: Value, scopes: &[&str]) -> Value {
    function["requiredScopes"] = json!(scopes);
    function
}

fn f(name: &str, method: &str, path: &str, kind: &str, parameters: Value) -> Value {
    let body = if method == "POST" { "json" } else { "none" };
    json!({"name": name, "title": name, "method": method, "path": path, "kind": kind, "body": body,
        "parameters": parameters})
}

fn service_of(connection: &str) -> Service {
    match connection {
        "gm" => service(json!({"id": "google-gmail", "functions": [
            f("list_inbox", "GET", "/messages", "read", json!([])),
            scoped(f("send_email", "POST", "/messages/send", "send", json!([in_body("raw")])), &["gmail.modify"]),
        ], "mails": ["/raw", "/message/raw"]})),
        "jr" => service(json!({"id": "jira", "functions": [
            f("search", "GET", "/rest/api/3/search", "read", json!([])),
            f("myself", "GET", "/rest/api/3/myself", "read", json!([])),
            f("get_issue", "GET", "/rest/api/3/issue/{key}", "read", json!([in_path("key")])),
            f("create_issue", "POST", "/rest/api/3/issue", "write", json!([in_body("fields")])),
            f("delete_issue", "DELETE", "/rest/api/3/issue/{key}", "delete", json!([in_path("key")])),
        ]})),
        "tg" => service(json!({
            "id": "telegram", "provider": "telegram", "singleton": true, "ignoresMethod": true,
            "functions": [
                f("get_updates", "POST", "/getUpdates", "read", json!([])),
                f("get_me", "POST", "/getMe", "read", json!([])),
                f("send_message", "POST", "/sendMessage", "send", json!([in_body("chat_id"), in_body("text")])),
                f("forward_message", "POST", "/forwardMessage", "send",
                    json!([in_body("chat_id"), in_body("from_chat_id"), in_body("message_id")])),
            ],
            "constraints": [{
                "key": "chat", "arguments": ["chat_id", "from_chat_id"], "appliesTo": ["send_message", "forward_message"],
                "filtered": [{"function": "get_updates", "list": "/result", "ids": ["/message/chat/id"]}],
            }],
        })),
        "sl" => service(json!({
            "id": "slack", "provider": "slack", "ignoresMethod": true, "hidingPaths": ["/batch"],
            "functions": [
                f("list_channels", "GET", "/conversations.list", "read", json!([])),
                f("post_message", "POST", "/chat.postMessage", "send", json!([in_body("channel"), in_body("text")])),
            ],
        })),
        "ai" => serde_json::from_str(include_str!("../../catalog/data/anthropic.json")).unwrap(),
        "oa" => serde_json::from_str(include_str!("../../catalog/data/openai.json")).unwrap(),
        "dr" => serde_json::from_str(include_str!("../../catalog/data/google-drive.json")).unwrap(),
        "mt" => serde_json::from_str(include_str!("../../catalog/data/microsoft-teams.json")).unwrap(),
        "rest" => {
            let mut rest: Service = serde_json::from_str(include_str!("../../catalog/data/rest-api.json")).unwrap();
            for own in [
                f("get_orders", "GET", "/orders", "read", json!([])),
                f("delete_order", "DELETE", "/orders/{id}", "delete", json!([in_path("id")])),
            ] {
                rest.functions.push(serde_json::from_value(own).unwrap());
            }
            rest
        }
        other => service(json!({"id": other, "functions": [f("list", "GET", "/list", "read", json!([]))]})),
    }
}

fn base_of(connection: &str) -> &'static str {
    match connection {
        "gm" => "https://gmail.example/v1",
        "jr" => "https://acme.atlassian.example",
        "tg" => "https://api.telegram.example/bot",
        "ai" => "https://api.anthropic.com",
        "oa" => "https://api.openai.com",
        "rest" => "https://api.example.com",
        _ => "https://other.example",
    }
}

fn connection(name: &str) -> Connection {
    let service = service_of(name);
    let base = base_of(name);
    let origin = url::Url::parse(base).unwrap().origin().ascii_serialization();
    Connection {
        id: ConnectionId(id(name)),
        service: service.id.clone(),
        provider: service.provider.clone(),
        label: name.to_owned(),
        status: match name {
            "old" => Status::Revoked,
            "stale" => Status::NeedsReauth,
            _ => Status::Healthy,
        },
        access: if name == "gm" { Access::Private } else { Access::Shared },
        owner: "alice".to_owned(),
        purpose: String::new(),
        singleton: service.singleton,
        auth_kind: AuthKind::None,
        base_url: base.to_owned(),
        requested_scopes: Vec::new(),
        granted_scopes: Vec::new(),
        origins: vec![Origin { purpose: OriginPurpose::Api, origin }],
        client: None,
        sign_in: None,
        allow_private_network: false,
        metadata: Map::new(),
        created_at: now(),
        updated_at: now(),
        last_ok_at: None,
        last_error: None,
        approvers: Vec::new(),
        reviewer: None,
    }
}

/// The policy of a pair, where the fixture assigns one.
fn policy(agent: &str, connection: &str) -> Option<Policy> {
    let assigned = match agent {
        "mailer" => connection == "gm",
        "desk" => connection != "gm" && connection != "free",
        _ => false,
    };
    assigned.then(|| Policy {
        id: PolicyId(id(connection)),
        agent: AgentId(id(agent)),
        agent_name: agent.to_owned(),
        connection: ConnectionId(id(connection)),
        default_mode: DefaultMode::ReadWrite,
        step_up: StepUp::RiskBased,
        allowed_models: vec![Flow::Broker],
        allowlists: vec![AllowlistEntry::whole(base_of(connection))],
        rate_limits: None,
        time_windows: Vec::new(),
        rules: Rules::default(),
        constraints: Constraints::new(),
        allow_unenforced_vend: false,
        preset: None,
        status: PolicyStatus::Active,
        created_by: "user:carol".to_owned(),
        version: 1,
        created_at: now(),
    })
}

/// Who asks, for whom (`-`: nobody is named), and of which connection; every function is enabled by override.
fn facts(who: &str, user: &str, at: &str) -> Facts {
    let service = service_of(at);
    let agent = agent(who);
    let named = (user != "-").then(|| Named { name: user.to_owned(), found: person(user) });
    let stand_in = match &named {
        Some(user) => Some(user.name.clone()),
        None => agent.found.as_ref().and_then(|agent| agent.owner.clone()),
    };
    let first = service.functions[0].name.clone();
    Facts {
        at: now(),
        organization: Organization::new(id("organization"), "Acme".to_owned()),
        agent,
        user: named,
        teams: stand_in.as_deref().map(teams_of).unwrap_or_default(),
        team: None,
        target: Target::Connection(Box::new(TargetFacts {
            connection: connection(at),
            has_credential: true,
            grants: Vec::new(),
            type_enabled: true,
            overrides: service.functions.iter().map(|f| (f.name.clone(), Mode::Enabled)).collect(),
            settings: Default::default(),
            policy: policy(who, at),
            vendable: None,
            blocked: Vec::new(),
            admitted: Vec::new(),
            service,
        })),
        operation: Operation::Function { name: first, arguments: Map::new() },
        flow: Flow::Broker,
        approval: Brought::Nothing,
        standing_approvals: Vec::new(),
        standings: Vec::new(),
        waiting: 0,
        waiting_prints: Vec::new(),
        freezes: Vec::new(),
    }
}

fn target(facts: &mut Facts) -> &mut TargetFacts {
    match &mut facts.target {
        Target::Connection(target) => target,
        _ => panic!("the fixture has a connection"),
    }
}

/// The fixture's own pair and request, with changes.
impl Facts {
    fn function(mut self, name: &str, arguments: Value) -> Facts {
        self.operation =
            Operation::Function { name: name.to_owned(), arguments: arguments.as_object().unwrap().clone() };
        self
    }

    fn raw(mut self, method: &str, url: &str) -> Facts {
        self.operation = Operation::Raw {
            method: method.to_owned(),
            url: url.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: StoredBody::None,
        };
        self
    }

    fn body(mut self, value: Value) -> Facts {
        if let Operation::Raw { body, .. } = &mut self.operation {
            *body = StoredBody::Json(value);
        }
        self
    }

    fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Facts {
        change(target(&mut self).policy.as_mut().unwrap());
        self
    }

    fn step_up(self, step_up: StepUp) -> Facts {
        self.policy(|policy| policy.step_up = step_up)
    }

    fn mode(self, mode: DefaultMode) -> Facts {
        self.policy(|policy| policy.default_mode = mode)
    }

    fn allowlist(self, methods: &[&str], patterns: &[&str]) -> Facts {
        self.policy(|policy| {
            let entry = &mut policy.allowlists[0];
            entry.methods = methods.iter().map(|m| (*m).to_owned()).collect();
            entry.path_patterns = patterns.iter().map(|p| (*p).to_owned()).collect();
        })
    }

    fn set(mut self, function: &str, mode: Mode) -> Facts {
        target(&mut self).overrides.insert(function.to_owned(), mode);
        self
    }

    fn setting(mut self, function: &str, mode: Mode) -> Facts {
        target(&mut self).settings.insert(function.to_owned(), mode);
        self
    }

    fn granted(mut self, grants: &[Grant]) -> Facts {
        target(&mut self).grants = grants.to_vec();
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Facts)) -> Facts {
        change(&mut self);
        self
    }

    fn team(mut self, name: &str) -> Facts {
        let exists = ["sales", "support"].contains(&name);
        self.team = Some(Named { name: name.to_owned(), found: exists.then_some(()) });
        self
    }

    fn used(mut self, level: Level, ceiling: u64, used: u64, reserved: u64) -> Facts {
        self.standings.push(Standing {
            limit: LimitId(Uuid::nil()),
            connection: ConnectionId(id("ai")),
            level,
            subject: None,
            period: Period::Daily,
            ceiling,
            used,
            reserved,
            strict: false,
            window: Window { start: now(), end: now() },
        });
        self
    }

    /// The same request with an approval that was given to it, in this state.
    fn approved(mut self, approval: ApprovalStatus) -> Facts {
        let execution = execution(&self, approval);
        self.approval = Brought::Known(Box::new(execution));
        self
    }

    fn brought(mut self, change: impl FnOnce(&mut Execution)) -> Facts {
        if let Brought::Known(execution) = &mut self.approval {
            change(execution);
        }
        self
    }

    /// The decision in one word.
    fn decided(&self) -> String {
        match decide(self).decision {
            Decision::Allow => "allow".to_owned(),
            Decision::Deny(reason) => format!("deny({})", reason.code()),
            Decision::NeedsApproval(reason) => format!("needs-approval({})", reason.code()),
        }
    }
}

fn print_of(facts: &Facts) -> String {
    let mapped = decide(facts).mapped.unwrap();
    let Target::Connection(target) = &facts.target else { panic!() };
    fingerprint(Covered {
        organization: facts.organization.id,
        agent: facts.agent.found.as_ref().unwrap().id,
        connection: target.connection.id,
        policy_version: target.policy.as_ref().unwrap().version,
        user: facts.user.as_ref().map(|user| user.name.as_str()),
        team: facts.team.as_ref().map(|team| team.name.as_str()),
        request: &mapped.request.request,
    })
    .unwrap()
}

fn execution(facts: &Facts, approval: ApprovalStatus) -> Execution {
    let Target::Connection(target) = &facts.target else { panic!() };
    let agent = facts.agent.found.as_ref().unwrap();
    Execution {
        id: ExecutionId(id("execution")),
        agent: agent.id,
        agent_name: agent.name.clone(),
        user: facts.user.as_ref().map(|user| user.name.clone()),
        team: facts.team.as_ref().map(|team| team.name.clone()),
        conversation: None,
        connection: target.connection.id,
        connection_label: target.connection.label.clone(),
        service: target.service.id.clone(),
        function: None,
        arguments: Value::Null,
        request: decide(facts).mapped.unwrap().request.request,
        status: ExecutionStatus::PendingApproval,
        approval,
        approval_reason: None,
        fingerprint: print_of(facts),
        policy_version: target.policy.as_ref().unwrap().version,
        result: None,
        error: None,
        created_at: now(),
        expires_at: Some("2026-11-21T08:30:00Z".parse().unwrap()),
        resolved_at: None,
        resolved_by: None,
        correlation: CorrelationId(Uuid::nil()),
    }
}

fn jr() -> Facts {
    facts("desk", "carol", "jr")
}

fn create() -> Facts {
    jr().function("create_issue", json!({"fields": {"summary": "x"}}))
}

fn delete() -> Facts {
    jr().function("delete_issue", json!({"key": "X-1"}))
}

fn send() -> Facts {
    facts("mailer", "alice", "gm")
        .function("send_email", json!({"raw": "VG86IGJvYkBjb3JwLmNvbQ0KU3ViamVjdDogSGkNCg0KSGVsbG8NCg"}))
}

fn message() -> Facts {
    facts("desk", "alice", "ai")
        .function("create_message", json!({"model": "m", "max_tokens": 50, "messages": [{"role": "user"}]}))
}

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
            |f| {
                target(f)
                    .policy
                    .iter_mut()
                    .for_each(|p| p.rules.request.push(policy_tests::rule("no", json!({}), "deny")))
            },
            "deny(rule:no)",
        ),
        (
            Rule::R19,
            |f| target(f).policy.iter_mut().for_each(|p| p.default_mode = DefaultMode::ReadOnly),
            "deny(mode_read_only)",
        ),
        (
            Rule::R21,
            |f| target(f).policy.iter_mut().for_each(|p| p.rate_limits = Some(policy_tests::rate(0))),
            "deny(rate_limited)",
        ),
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
fn limits_come_before_approvals_so_nothing_is_burned() {
    let asked = message().step_up(StepUp::Always);
    assert_eq!(asked.decided(), "needs-approval(step_up_always)");
    let approved = message().step_up(StepUp::Always).approved(ApprovalStatus::Approved);
    assert_eq!(approved.decided(), "allow");
    assert_eq!(approved.used(Level::Org, 1, 1, 0).decided(), "deny(token_limit)");
    assert_eq!(asked.used(Level::Org, 1, 1, 0).decided(), "deny(token_limit)");
}

#[test]
fn an_address_that_is_no_function_is_never_treated_as_a_harmless_one() {
    let rows: Vec<(&str, Facts, &str)> = vec![
        ("a read by method", jr().raw("GET", "/other"), "allow"),
        ("a head", jr().raw("HEAD", "/other"), "allow"),
        ("a post is a write", jr().raw("POST", "/other"), "needs-approval(function_confirmation)"),
        ("a put, read only", jr().raw("PUT", "/other").mode(DefaultMode::ReadOnly), "deny(mode_read_only)"),
        ("a delete", jr().raw("DELETE", "/other").step_up(StepUp::Never), "needs-approval(function_confirmation)"),
        ("one function off", jr().raw("GET", "/other").set("create_issue", Mode::Disabled), "deny(function_unmapped)"),
        (
            "one setting off",
            jr().raw("GET", "/other").setting("create_issue", Mode::Disabled),
            "deny(function_unmapped)",
        ),
        ("mapped beside it", jr().raw("GET", "/rest/api/3/search").set("create_issue", Mode::Disabled), "allow"),
        ("another spelling of a function", jr().raw("GET", "/rest/api/3/%73earch"), "allow"),
        ("the case of a path counts", jr().raw("POST", "/rest/api/3/ISSUE"), "needs-approval(function_confirmation)"),
    ];
    for (row, facts, expected) in &rows {
        assert_eq!(facts.decided(), *expected, "{row}");
    }
    let strictest = jr().raw("POST", "/other").set("delete_issue", Mode::Confirm).step_up(StepUp::Never);
    assert_eq!(strictest.decided(), "needs-approval(function_confirmation)");
    assert_eq!(decide(&strictest).mapped.unwrap().function(), None);
}

#[test]
fn a_slash_more_does_not_hide_a_function() {
    for url in ["/rest/api/3/search/", "/rest//api/3/search", "//rest/api/3/search", "/rest/api/./3//search//"] {
        let url = format!("{}{url}", base_of("jr"));
        let off = jr().raw("GET", &url).set("search", Mode::Disabled);
        assert_eq!(off.decided(), "deny(function_disabled)", "{url}");
        let asked = jr().raw("GET", &url).set("search", Mode::Confirm);
        assert_eq!(asked.decided(), "needs-approval(function_confirmation)", "{url}");
    }
    // An empty id is not an id: the list is what such an address returns.
    let models = facts("desk", "carol", "oa").raw("GET", "/v1/models/").set("list_models", Mode::Disabled);
    assert_eq!(models.decided(), "deny(function_disabled)");
}

#[test]
fn a_generic_function_obeys_every_own_function_it_hits() {
    let rest = || facts("desk", "carol", "rest");
    let delete = || rest().function("http_delete", json!({"path": "/orders/7"})).step_up(StepUp::Never);
    assert_eq!(delete().decided(), "allow");
    assert_eq!(delete().set("delete_order", Mode::Disabled).decided(), "deny(function_disabled)");
    assert_eq!(delete().set("delete_order", Mode::Confirm).decided(), "needs-approval(function_confirmation)");
    assert_eq!(delete().set("http_delete", Mode::Disabled).decided(), "deny(function_disabled)");
    let elsewhere = rest().function("http_delete", json!({"path": "/items/7"})).step_up(StepUp::Never);
    assert_eq!(elsewhere.set("delete_order", Mode::Disabled).decided(), "allow", "it hits another path");
    let raw = rest().raw("DELETE", "/orders/7").step_up(StepUp::Never);
    assert_eq!(raw.set("delete_order", Mode::Disabled).decided(), "deny(function_disabled)");
    let own = rest().function("delete_order", json!({"id": "7"})).step_up(StepUp::Never);
    assert_eq!(own.set("http_delete", Mode::Disabled).decided(), "allow", "a named function is not its generic one");
}

#[test]
fn an_argument_cannot_turn_one_function_into_another() {
    let with_export = |arguments: Value| {
        jr().with(|facts| {
            let export = f("export_all", "GET", "/rest/api/3/issue/export", "permission", json!([]));
            let service = &mut target(facts).service;
            service.functions.push(serde_json::from_value(export).unwrap());
        })
        .function("get_issue", arguments)
    };
    assert_eq!(with_export(json!({"key": "X-1"})).set("export_all", Mode::Disabled).decided(), "allow");
    let posing = with_export(json!({"key": "export"})).set("export_all", Mode::Disabled);
    assert_eq!(posing.decided(), "deny(function_disabled)");
    let reading = with_export(json!({"key": "export"})).set("export_all", Mode::Enabled);
    assert_eq!(reading.mode(DefaultMode::ReadOnly).decided(), "deny(mode_read_only)");
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

fn outcomes(facts: &Facts) -> Vec<(Rule, StepOutcome)> {
    decide(facts).steps.iter().map(|step| (step.rule, step.outcome)).collect()
}

#[test]
fn an_explanation_names_every_rule_once_in_order() {
    let unknown = facts("desk", "carol", "rest").function("list_refunds", json!({}));
    let foreign = jr().raw("GET", "https://evil.example/");
    for facts in
        [jr(), create(), unknown, foreign, facts("ghost", "carol", "jr"), create().approved(ApprovalStatus::Approved)]
    {
        let rules: Vec<Rule> = outcomes(&facts).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, Rule::ALL, "{}", facts.decided());
    }
}

#[test]
fn an_explanation_says_pass_ask_deny_and_not_reached() {
    let of = |facts: &Facts, rule: Rule| outcomes(facts).into_iter().find(|(r, _)| *r == rule).unwrap().1;
    let asked = create().set("create_issue", Mode::Confirm).policy(|p| p.allowlists.clear());
    assert_eq!(of(&asked, Rule::R8a), StepOutcome::Pass);
    assert_eq!(of(&asked, Rule::R10), StepOutcome::Ask);
    assert_eq!(of(&asked, Rule::R15), StepOutcome::Deny);
    assert_eq!(of(&asked, Rule::R19), StepOutcome::NotReached);
    assert_eq!(of(&asked, Rule::R25), StepOutcome::NotReached);
    assert_eq!(of(&create(), Rule::R20), StepOutcome::Ask);
    assert_eq!(of(&create(), Rule::R24), StepOutcome::Ask);
    assert_eq!(of(&create().approved(ApprovalStatus::Approved), Rule::R25), StepOutcome::Pass);
    assert_eq!(of(&create().approved(ApprovalStatus::Pending), Rule::R25), StepOutcome::Ask);
    let unknown = facts("desk", "carol", "rest").function("list_refunds", json!({}));
    assert_eq!((of(&unknown, Rule::R7), of(&unknown, Rule::R9)), (StepOutcome::Pass, StepOutcome::Deny));
    assert!(decide(&asked).asked.is_some(), "that a person was wanted is known although it was denied");
}

#[test]
fn an_allowlist_below_a_path_that_is_written_with_escapes_fits_its_own_connection() {
    let facts = jr().with(|f| {
        target(f).connection.base_url = "https://acme.atlassian.example/caf%C3%A9".to_owned();
        let whole = AllowlistEntry::whole("https://acme.atlassian.example/caf%C3%A9");
        target(f).policy.as_mut().unwrap().allowlists = vec![whole];
    });
    assert_eq!(facts.decided(), "allow");
}

#[test]
fn two_numbers_that_one_reader_takes_for_the_same_do_not_share_an_approval() {
    let paying = |amount: u64| jr().raw("POST", "/rest/api/3/issue").body(json!({"amount": amount}));
    assert_eq!(paying(9_007_199_254_740_991).decided(), "needs-approval(step_up)");
    assert_eq!(paying(9_007_199_254_740_993).decided(), "deny(bad_request)");
}

fn modes() -> impl Strategy<Value = Mode> {
    prop_oneof![3 => Just(Mode::Enabled), 1 => Just(Mode::Confirm), 1 => Just(Mode::Disabled)]
}

fn operations() -> impl Strategy<Value = (&'static str, Operation)> {
    let raw = |method: &str, url: &str| Operation::Raw {
        method: method.to_owned(),
        url: url.to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::None,
    };
    prop::sample::select(vec![
        ("gm", facts("mailer", "alice", "gm").operation),
        ("gm", send().operation),
        ("jr", jr().operation),
        ("jr", create().operation),
        ("jr", delete().operation),
        ("jr", raw("GET", "/other")),
        ("jr", raw("POST", "/other")),
        ("jr", raw("DELETE", "/rest/api/3/issue/X-1")),
        ("tg", raw("POST", "/getUpdates")),
        ("tg", raw("POST", "/sendMessage")),
        ("tg", raw("POST", "/sendMessage?chat_id=1&text=price")),
        ("rest", raw("DELETE", "/orders/7")),
        ("rest", facts("desk", "carol", "rest").function("http_delete", json!({"path": "orders/7"})).operation),
        ("rest", facts("desk", "carol", "rest").function("http_get", json!({"path": "orders"})).operation),
        ("ai", message().operation),
        ("ai", raw("POST", "/v1/other")),
    ])
}

prop_compose! {
    /// Facts of every colour, most of them near to being allowed.
    fn any_facts()(
        (at, operation) in operations(),
        user in prop::sample::select(vec!["alice", "bob", "carol", "-"]),
        own_agent in any::<bool>(),
        access in prop::sample::select(vec![Access::Private, Access::Shared]),
        grants in prop::sample::subsequence(vec!["alice", "bob", "carol"], 0..=2),
        default_mode in prop::sample::select(vec![DefaultMode::ReadOnly, DefaultMode::ReadWrite, DefaultMode::ReadWrite]),
        step_up in prop::sample::select(vec![StepUp::Always, StepUp::RiskBased, StepUp::Never, StepUp::Never]),
        overrides in prop::collection::vec(modes(), 12),
        settings in prop::collection::vec(prop::option::weighted(0.1, modes()), 12),
        used in prop::option::weighted(0.3, 0u64..3),
        rules in policy_tests::policy_rules(),
        windows in prop::option::weighted(0.2, prop::sample::select(vec!["sat 00:00-24:00 UTC", "daily 22:00-09:00 UTC", "mon 9:00-17:00 UTC"])),
        limit in prop::option::weighted(0.3, 0u64..4),
        chats in prop::sample::subsequence(vec!["1", "2"], 0..=2),
        waiting in prop::sample::select(vec![0u32, 0, 20]),
        approval in prop::option::weighted(0.4, prop::sample::select(ApprovalStatus::ALL.to_vec())),
    ) -> Facts {
        let who = if own_agent { "mailer" } else { "desk" };
        let mut facts = facts(who, user, at);
        let policy = policy(if at == "gm" { "mailer" } else { "desk" }, at).unwrap();
        let agent = facts.agent.found.as_ref().unwrap().id;
        let there = target(&mut facts);
        there.connection.access = access;
        there.grants = grants.iter().map(|name| Grant::User((*name).to_owned())).collect();
        there.policy = Some(Policy { agent, default_mode, step_up, ..policy });
        let names: Vec<String> = there.service.functions.iter().map(|f| f.name.clone()).collect();
        there.overrides = names.iter().cloned().zip(overrides).collect();
        there.settings = names.into_iter().zip(settings).filter_map(|(name, mode)| Some((name, mode?))).collect();
        facts.operation = operation;
        let at = facts.at;
        let there = target(&mut facts);
        there.admitted = vec![at - jiff::SignedDuration::from_mins(30)];
        let own = there.policy.as_mut().unwrap();
        own.rules.request = rules;
        own.time_windows = windows.map(|text| window::parse(text).unwrap()).unwrap_or_default();
        own.rate_limits = limit.map(policy_tests::rate);
        let ids = chats.iter().map(|id| (*id).to_owned()).collect();
        constraint::set(&mut own.constraints, "telegram", ConstraintKind::Chat, ids);
        facts.waiting = waiting;
        if let Some(used) = used {
            facts = facts.used(Level::User, 2, used, 0);
        }
        match approval {
            // Without a canonical request nothing can have been approved.
            Some(status) if decide(&facts).mapped.is_some() => facts.approved(status),
            _ => facts,
        }
    }
}

/// One control made tighter.
fn tighten(facts: &mut Facts, control: usize, which: usize) {
    let there = target(facts);
    let name = there.service.functions[which % there.service.functions.len()].name.clone();
    let stricter = |mode: Mode| if mode == Mode::Enabled { Mode::Confirm } else { Mode::Disabled };
    match control {
        0 => there.type_enabled = false,
        1 => {
            let now = there.overrides[&name];
            there.overrides.insert(name, stricter(now));
        }
        2 => {
            let now = there.settings.get(&name).copied().unwrap_or(Mode::Enabled);
            there.settings.insert(name, stricter(now));
        }
        3 => there.policy.as_mut().unwrap().default_mode = DefaultMode::ReadOnly,
        4 => {
            let step_up = &mut there.policy.as_mut().unwrap().step_up;
            *step_up = if *step_up == StepUp::Never { StepUp::RiskBased } else { StepUp::Always };
        }
        5 => there.policy = None,
        6 => there.connection.status = if which.is_multiple_of(2) { Status::Revoked } else { Status::NeedsReauth },
        // The last grant of a shared connection is another matter: without any, it is everybody's (R6).
        7 if there.connection.access == Access::Private => there.grants.clear(),
        7 => there.grants.truncate(1),
        8 => there.policy.as_mut().unwrap().allowlists[0].methods.retain(|method| method != "POST"),
        9 => there.policy.as_mut().unwrap().allowed_models.clear(),
        10 => facts.waiting = 20,
        11 => facts.standings.iter_mut().for_each(|standing| standing.ceiling = 0),
        12 => facts.agent.found.as_mut().unwrap().status = AgentStatus::Disabled,
        13 => there.has_credential = false,
        14 => {
            let everything = policy_tests::rule("stop", json!({}), "deny");
            there.policy.as_mut().unwrap().rules.request.insert(0, everything);
        }
        15 => there.policy.as_mut().unwrap().rules.request.retain(|rule| rule.action != Action::Allow),
        16 => there.policy.as_mut().unwrap().time_windows = window::parse("mon 9:00-9:01 UTC").unwrap(),
        17 => there.policy.as_mut().unwrap().rate_limits = Some(policy_tests::rate(0)),
        // The last of a list is another matter: without any, nothing is constrained.
        18 => {
            let lists = there.policy.as_mut().unwrap().constraints.values_mut().flat_map(|lists| lists.values_mut());
            lists.for_each(|ids| ids.truncate(1));
        }
        19 => there.blocked = there.connection.origins.iter().map(|o| (o.origin.clone(), "no".to_owned())).collect(),
        _ => {
            // Of the other two modes each denies something that a rule may let through in this one.
            let mode = &mut there.policy.as_mut().unwrap().default_mode;
            *mode = if *mode == DefaultMode::ReadWrite { DefaultMode::Custom } else { *mode };
        }
    }
}

const CONTROLS: usize = 21;

fn rank(decision: &Decision) -> u8 {
    match decision {
        Decision::Allow => 0,
        Decision::NeedsApproval(_) => 1,
        Decision::Deny(_) => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tightening_one_control_never_loosens_a_decision(
        facts in any_facts(), control in 0..CONTROLS, which in 0usize..12
    ) {
        let before = decide(&facts).decision;
        let mut tighter = facts.clone();
        tighten(&mut tighter, control, which);
        let after = decide(&tighter).decision;
        prop_assert!(rank(&after) >= rank(&before), "control {control}: {before:?} became {after:?}");
    }

    #[test]
    fn a_read_only_policy_lets_no_other_kind_through_unless_a_rule_says_so(facts in any_facts()) {
        let facts = facts.mode(DefaultMode::ReadOnly);
        let facts = facts.policy(|p| p.rules.request.retain(|rule| rule.action != Action::Allow));
        let evaluation = decide(&facts);
        if !matches!(evaluation.decision, Decision::Deny(_)) {
            prop_assert!(evaluation.mapped.unwrap().kind.is_harmless());
        }
    }

    #[test]
    fn an_approval_that_is_not_approved_allows_nothing(facts in any_facts(), status in prop::sample::select(ApprovalStatus::ALL.to_vec())) {
if status != ApprovalStatus::Approved && decide(&facts).mapped.is_some() {
            prop_assert!(rank(&decide(&facts.approved(status)).decision) > 0);
        }
    }

    #[test]
    fn every_spelling_of_a_request_gets_the_same_decision_and_fingerprint(
        escaped in prop::collection::vec(any::<(bool, bool)>(), 24),
        port in any::<bool>(), shout in any::<bool>(), dot in any::<bool>(), split in any::<bool>(),
        first_key in any::<bool>(), write in any::<bool>(), mode in modes(),
    ) {
        let mut escapes = escaped.into_iter().cycle();
        let mut spell = |text: &str| -> String {
            text.chars().map(|c| match escapes.next().unwrap() {
                (true, lower) if c != '/' => c.to_string().bytes()
                    .map(|b| if lower { format!("%{b:02x}") } else { format!("%{b:02X}") }).collect(),
                _ => c.to_string(),
            }).collect()
        };
        let body = if first_key { json!({"a": 1, "b": [2]}) } else { json!({"b": [2], "a": 1}) };
        let (method, name) = if write { ("POST", "http_post") } else { ("GET", "http_get") };
        let rest = || facts("desk", "carol", "rest").set(name, mode);
        let plain = rest().raw(method, "/orders/caf\u{e9}?q=a%20b&r=1");
        let plain = if write { plain.body(json!({"a": 1, "b": [2]})) } else { plain };
        let spelled = match split {
            true => {
                let mut arguments = json!({"path": "orders/cafe\u{301}", "query": {"q": "a b", "r": 1}});
                if write {
                    arguments["body"] = body;
                }
                rest().function(name, arguments)
            }
            false => {
                let host = if shout { "HTTPS://API.Example.COM" } else { "https://api.example.com" };
                let port = if port { ":443" } else { "" };
                let dot = if dot { "/./" } else { "/" };
                let url = format!("{host}{port}{dot}{}/{}?q={}%20b&r=1", spell("orders"), spell("caf\u{e9}"), spell("a"));
                let raw = rest().raw(&method.to_lowercase(), &url);
                if write { raw.body(body) } else { raw }
            }
        };
        prop_assert_eq!(plain.decided(), spelled.decided());
        let (one, other) = (decide(&plain).mapped.unwrap(), decide(&spelled).mapped.unwrap());
        prop_assert_eq!(&one.request.request.url, &other.request.request.url);
        prop_assert_eq!(print_of(&plain), print_of(&spelled));
        prop_assert_eq!(one.request.request.body == StoredBody::None, !write);
    }

    #[test]
    fn the_form_of_a_form_is_itself(path in "[a-z%/.;\\\\\u{37e}\u{212a}é ?&=+-]{0,24}") {
        let draft = |url: &str| request::Draft {
            method: "GET".to_owned(), url: url.to_owned(), query: Vec::new(), headers: Vec::new(),
            body: StoredBody::None, allow_encoded_slash: false,
        };
        if let Ok(once) = request::canonical(&draft(&format!("https://h.example{path}"))) {
            let again = request::canonical(&draft(&once.request.url));
            prop_assert_eq!(again.map(|c| c.request.url), Ok(once.request.url));
        }
    }
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
