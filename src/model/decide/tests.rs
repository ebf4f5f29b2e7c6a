//! What the tests of decisions have in common: questions about one organization (`fixture`), and changes to them.
mod approval_tests;
mod case_tests;
mod explanation_tests;
mod fixture;
mod lint_tests;
mod operation_tests;
mod policy_tests;
mod preset_tests;
mod property_tests;
mod rule_tests;
mod spending_tests;

use super::*;
use crate::model::connection::{Access, Connection, Grant, Origin, OriginPurpose, Status};
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus, StoredBody};
use crate::model::facts::{Brought, Facts, Named, Operation, Target, TargetFacts, Vendable};
use crate::model::governance::Mode;
use crate::model::id::{AgentId, ConnectionId, CorrelationId, ExecutionId, LimitId, PolicyId};
use crate::model::limit::{Level, Period, Standing, Window};
use crate::model::organization::Organization;
use crate::model::people::{Agent, AgentKind, AgentStatus, Role, User, UserStatus};
use crate::model::policy::rule::{Action, RequestRule};
use crate::model::policy::{
    AllowlistEntry, ConstraintKind, Constraints, DefaultMode, Flow, Policy, PolicyStatus, RateLimits, Rules, StepUp,
};
use crate::model::policy::{constraint, window};
use crate::model::request;
use crate::model::service::{AuthKind, Service};
use crate::model::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fixture::{base_of, connection, f, facts, id, now, person, policy, service, service_of, target, teams_of};
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

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

    fn rules(self, rules: Vec<RequestRule>) -> Facts {
        self.policy(|policy| policy.rules.request = rules)
    }

    fn windows(self, text: &str) -> Facts {
        let windows = text.split(';').flat_map(|one| window::parse(one).unwrap()).collect();
        self.policy(|policy| policy.time_windows = windows)
    }

    fn at(self, instant: &str) -> Facts {
        self.with(|facts| facts.at = instant.parse().unwrap())
    }

    fn chats(self, ids: &[&str]) -> Facts {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        self.policy(|policy| constraint::set(&mut policy.constraints, "telegram", ConstraintKind::Chat, ids))
    }

    fn admitted(mut self, minutes_ago: &[i64]) -> Facts {
        let at = self.at;
        target(&mut self).admitted = minutes_ago.iter().map(|ago| at - ago.minutes()).collect();
        self
    }

    fn vend(self, lives: i64) -> Facts {
        self.step_up(StepUp::Never).policy(|p| p.allowed_models = vec![Flow::Vend]).with(|facts| {
            facts.flow = Flow::Vend;
            facts.operation = Operation::Token;
            let expires_at = Some(facts.at + lives.seconds());
            target(facts).vendable = Some(Vendable { expires_at });
        })
    }

    fn reason(&self) -> DenyReason {
        match decide(self).decision {
            Decision::Deny(reason) => reason,
            other => panic!("{other:?}"),
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

fn rule(label: &str, matches: Value, action: &str) -> RequestRule {
    serde_json::from_value(json!({"label": label, "match": matches, "action": action})).unwrap()
}

fn rate(limit: u64) -> RateLimits {
    RateLimits { max_requests_per_hour: Some(limit), ..RateLimits::default() }
}

fn redacting(label: &str, fields: &[&str]) -> RequestRule {
    serde_json::from_value(json!({
        "label": label, "match": {}, "action": "redact", "redact": ["national_id"], "fields": fields,
    }))
    .unwrap()
}

fn tg() -> Facts {
    facts("desk", "carol", "tg").step_up(StepUp::Never)
}

fn post(body: Value) -> Facts {
    jr().raw("POST", "/rest/api/3/issue").body(body).step_up(StepUp::Never)
}

fn mail(to: &str) -> Facts {
    let raw = URL_SAFE_NO_PAD.encode(format!("To: {to}\r\nSubject: Hi\r\n\r\nHello\r\n"));
    send().function("send_email", json!({ "raw": raw })).step_up(StepUp::Never)
}

fn outside() -> RequestRule {
    let condition = json!({"path": "recipients", "op": "not_in", "value": ["@corp.com"]});
    rule("outside", json!({"body": [condition]}), "require_approval")
}

fn rank(decision: &Decision) -> u8 {
    match decision {
        Decision::Allow => 0,
        Decision::NeedsApproval(_) => 1,
        Decision::Deny(_) => 2,
    }
}
