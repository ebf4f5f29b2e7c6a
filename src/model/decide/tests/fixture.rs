//! The organization of the cases: people, agents, services, connections and who may use which; and a question about it.
use super::*;

pub(super) fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

pub(super) fn id(name: &str) -> Uuid {
    Uuid::from_u128(name.bytes().fold(7, |sum, byte| sum * 257 + u128::from(byte)))
}

pub(super) fn agent(name: &str) -> Named<Agent> {
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

pub(super) fn person(name: &str) -> Option<User> {
    let role = match name {
        "carol" => Role::Admin,
        "alice" | "bob" | "dora" => Role::User,
        _ => return None,
    };
    Some(User { name: name.to_owned(), role, status: UserStatus::Active, os_user: None, created_at: now() })
}

pub(super) fn teams_of(user: &str) -> Vec<String> {
    let teams: &[&str] = match user {
        "alice" => &["sales"],
        "bob" => &["support"],
        "dora" => &["sales", "support"],
        _ => &[],
    };
    teams.iter().map(|team| (*team).to_owned()).collect()
}

pub(super) fn service(value: Value) -> Service {
    let mut whole = json!({
        "name": "Made by hand", "provider": "p", "category": "c", "summary": "s", "auth": [{"kind": "none"}],
    });
    whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

pub(super) fn in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true})
}

pub(super) fn in_body(name: &str) -> Value {
    json!({"name": name, "in": "body", "type": "any"})
}

pub(super) fn scoped(mut function: Value, scopes: &[&str]) -> Value {
    function["requiredScopes"] = json!(scopes);
    function
}

pub(super) fn f(name: &str, method: &str, path: &str, kind: &str, parameters: Value) -> Value {
    let body = if method == "POST" { "json" } else { "none" };
    json!({"name": name, "title": name, "method": method, "path": path, "kind": kind, "body": body,
        "parameters": parameters})
}

pub(super) fn service_of(connection: &str) -> Service {
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
        "ai" => serde_json::from_str(include_str!("../../../catalog/data/anthropic.json")).unwrap(),
        "oa" => serde_json::from_str(include_str!("../../../catalog/data/openai.json")).unwrap(),
        "dr" => serde_json::from_str(include_str!("../../../catalog/data/google-drive.json")).unwrap(),
        "mt" => serde_json::from_str(include_str!("../../../catalog/data/microsoft-teams.json")).unwrap(),
        "rest" => {
            let mut rest: Service = serde_json::from_str(include_str!("../../../catalog/data/rest-api.json")).unwrap();
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

pub(super) fn base_of(connection: &str) -> &'static str {
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

pub(super) fn connection(name: &str) -> Connection {
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
pub(super) fn policy(agent: &str, connection: &str) -> Option<Policy> {
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
pub(super) fn facts(who: &str, user: &str, at: &str) -> Facts {
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

pub(super) fn target(facts: &mut Facts) -> &mut TargetFacts {
    match &mut facts.target {
        Target::Connection(target) => target,
        _ => panic!("the fixture has a connection"),
    }
}
