//! What the benchmark of the decision measures: one request of a usual shape against a policy of many rules, none of
//! which matches, so that each is looked at. Only in a build with the feature `bench`, which no release has.
use crate::model::connection::{Access, Connection, Origin, OriginPurpose, Status};
use crate::model::decide::decide;
use crate::model::execution::StoredBody;
use crate::model::facts::{Brought, Facts, Named, Operation, Target, TargetFacts};
use crate::model::governance::Mode;
use crate::model::id::{AgentId, ConnectionId, PolicyId};
use crate::model::organization::Organization;
use crate::model::pattern::Pattern;
use crate::model::people::{Agent, AgentKind, AgentStatus};
use crate::model::policy::rule::{Action, Condition, Match, Operator, RequestRule};
use crate::model::policy::{DefaultMode, Flow, Policy, StepUp, window};
use crate::model::service::{AuthKind, Service};
use crate::model::time::Timestamp;
use serde_json::{Map, json};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

const BASE: &str = "https://acme.atlassian.example";

/// Which request is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A read: every rule is looked at, and nobody is asked.
    Read,
    /// A write with a body, about which a person is asked: the request is hashed too.
    Write,
}

/// How long decisions take.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// The first one on a policy, which gets its patterns ready: what a process pays that decides once.
    pub first: Duration,
    /// Each one after that.
    pub next: Duration,
}

/// How long one decision takes. Medians of many; of several groups of rounds the fastest, because whatever else the
/// machine does only ever makes one slower.
pub fn decision(rules: usize, shape: Shape) -> Result<Took, String> {
    const GROUPS: usize = 5;
    const ROUNDS: usize = 41;
    const TIMES: u32 = 200;
    let made = || facts(rules, shape).map_err(|error| error.to_string());
    let decided = |facts: &Facts, times: u32| {
        let begun = Instant::now();
        for _ in 0..times {
            black_box(decide(black_box(facts)));
        }
        begun.elapsed() / times
    };
    let warm = made()?;
    let said = decide(&warm);
    if matches!(said.decision, crate::model::decide::Decision::Deny(_)) {
        return Err(format!("{:?}", said.decision));
    }
    let firsts = (0..ROUNDS).map(|_| made().map(|fresh| decided(&fresh, 1))).collect::<Result<Vec<_>, _>>()?;
    let groups = (0..GROUPS).map(|_| median((0..ROUNDS).map(|_| decided(&warm, TIMES)).collect()));
    Ok(Took { first: median(firsts), next: groups.min().unwrap_or_default() })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn facts(rules: usize, shape: Shape) -> Result<Facts, Box<dyn std::error::Error>> {
    let at: Timestamp = "2026-11-23T10:00:00Z".parse()?;
    let function = |name: &str, method: &str, path: &str, kind: &str| {
        json!({"name": name, "title": name, "method": method, "path": path, "kind": kind,
            "body": if method == "POST" { "json" } else { "none" }, "parameters": []})
    };
    let mut functions: Vec<serde_json::Value> =
        (0..20).map(|at| function(&format!("get_{at}"), "GET", &format!("/rest/api/3/part{at}"), "read")).collect();
    functions.push(function("search", "GET", "/rest/api/3/search", "read"));
    functions.push(function("create_issue", "POST", "/rest/api/3/issue", "write"));
    let service: Service = serde_json::from_value(json!({
        "id": "jira", "name": "Jira", "provider": "atlassian", "category": "action-tool", "summary": "s",
        "auth": [{"kind": "none"}], "functions": functions,
    }))?;
    let agent = AgentId(Uuid::from_u128(1));
    let connection = ConnectionId(Uuid::from_u128(2));
    let (id, created) = (PolicyId(Uuid::from_u128(3)), "user:carol".to_owned());
    let mut policy = Policy::first(id, (agent, "desk"), (connection, BASE), created, at);
    policy.default_mode = DefaultMode::ReadWrite;
    policy.step_up = StepUp::RiskBased;
    policy.time_windows = window::parse("mon-fri 09:00-17:00 Europe/Prague")?;
    policy.rules.request = (0..rules).map(rule).collect();
    let operation = match shape {
        Shape::Read => Operation::Raw {
            method: "GET".to_owned(),
            url: "/rest/api/3/search?jql=project%20%3D%20OPS&maxResults=50".to_owned(),
            query: Vec::new(),
            headers: vec![("Accept".to_owned(), "application/json".to_owned())],
            body: StoredBody::None,
        },
        Shape::Write => Operation::Raw {
            method: "POST".to_owned(),
            url: "/rest/api/3/issue".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: StoredBody::Json(
                json!({"fields": {"summary": "x", "project": {"key": "OPS"}, "labels": ["a", "b"]}}),
            ),
        },
    };
    Ok(Facts {
        at,
        organization: Organization::new(Uuid::from_u128(4), "Acme".to_owned()),
        freezes: Vec::new(),
        agent: Named {
            name: "desk".to_owned(),
            found: Some(Agent {
                id: agent,
                name: "desk".to_owned(),
                kind: AgentKind::Agent,
                description: String::new(),
                owner: Some("carol".to_owned()),
                status: AgentStatus::Active,
                os_user: None,
                created_at: at,
            }),
        },
        user: None,
        teams: Vec::new(),
        team: None,
        target: Target::Connection(Box::new(TargetFacts {
            connection: Connection {
                id: connection,
                service: service.id.clone(),
                provider: service.provider.clone(),
                label: "jr".to_owned(),
                status: Status::Healthy,
                access: Access::Shared,
                owner: "alice".to_owned(),
                purpose: String::new(),
                singleton: false,
                auth_kind: AuthKind::None,
                base_url: BASE.to_owned(),
                requested_scopes: Vec::new(),
                granted_scopes: Vec::new(),
                origins: vec![Origin { purpose: OriginPurpose::Api, origin: BASE.to_owned() }],
                client: None,
                sign_in: None,
                allow_private_network: false,
                metadata: Map::new(),
                approvers: Vec::new(),
                reviewer: None,
                created_at: at,
                updated_at: at,
                last_ok_at: None,
                last_error: None,
            },
            has_credential: true,
            grants: Vec::new(),
            type_enabled: true,
            overrides: service.functions.iter().map(|f| (f.name.clone(), Mode::Enabled)).collect(),
            settings: Default::default(),
            policy: Some(policy),
            vendable: None,
            blocked: Vec::new(),
            admitted: Vec::new(),
            service,
        })),
        operation,
        flow: Flow::Broker,
        approval: Brought::Nothing,
        standing_approvals: Vec::new(),
        standings: Vec::new(),
        waiting: 0,
        waiting_prints: Vec::new(),
    })
}

/// A mixture as people write it: addresses plain and with a pattern, and conditions on body and query.
fn rule(number: usize) -> RequestRule {
    let pattern = |text: String| Some(Pattern::unchecked(&text));
    let matches = match number % 4 {
        0 => Match { url_pattern: pattern(format!("^/rest/api/3/project/{number}")), ..Match::default() },
        1 => Match { url_pattern: pattern(format!("^/rest/api/[0-9]+/project{number}/.*")), ..Match::default() },
        2 => Match {
            methods: vec!["POST".to_owned(), "GET".to_owned()],
            body: vec![Condition::new("fields.project.key", Operator::In, json!([format!("P{number}"), "HR"]))],
            ..Match::default()
        },
        _ => Match { query_pattern: pattern(format!("jql=secret{number}")), ..Match::default() },
    };
    RequestRule {
        label: format!("rule {number}"),
        matches,
        action: Action::Deny,
        redact: Vec::new(),
        fields: Vec::new(),
    }
}
