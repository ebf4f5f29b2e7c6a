//! Audit rows as OCSF events: API Activity, class 6003, of the Open Cybersecurity Schema Framework 1.3.0.
//!
//! What must stay true: every attribute that the class requires is there, whatever the row; what OCSF has no place for is
//! under `unmapped`, so that an export loses nothing and the hash can be computed again.
//!
//! Numbers are from schema.ocsf.io/1.3.0/classes/api_activity: category 6 (Application Activity), class 6003, activities 1
//! create, 2 read, 3 update, 4 delete, 99 other; type = class × 100 + activity; severity 1 informational, 2 low; status 1
//! success, 2 failure, 99 other; user types 1 user, 3 system, 99 other.
use crate::model::audit::{AuditRow, Change, Proof, Verdict};
use crate::model::time::rfc3339;
use serde::Serialize;

const VERSION: &str = "1.3.0";
const CLASS: u32 = 6003;

#[derive(Debug, Serialize)]
pub struct OcsfEvent<'a> {
    activity_id: u32,
    activity_name: &'static str,
    category_uid: u32,
    category_name: &'static str,
    class_uid: u32,
    class_name: &'static str,
    type_uid: u32,
    type_name: String,
    severity_id: u32,
    severity: &'static str,
    status_id: u32,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_detail: Option<&'a str>,
    /// Milliseconds since 1970 UTC.
    time: i64,
    message: String,
    metadata: Metadata<'a>,
    actor: Actor<'a>,
    api: Api<'a>,
    src_endpoint: Endpoint<'a>,
    resources: Vec<Resource<'a>>,
    unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
struct Metadata<'a> {
    version: &'static str,
    product: Product,
    /// Unique over stores: the row's hash.
    uid: &'a str,
    log_name: &'static str,
    correlation_uid: String,
    original_time: String,
    sequence: i64,
}

#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Actor<'a> {
    user: User<'a>,
}

#[derive(Debug, Serialize)]
struct User<'a> {
    name: &'a str,
    /// With its kind: `user:alice`, `agent:desk`, `system`.
    uid: &'a str,
    type_id: u32,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
struct Api<'a> {
    operation: &'a str,
    service: Service,
    request: Request,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Response<'a>>,
}

#[derive(Debug, Serialize)]
struct Service {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Request {
    uid: String,
}

#[derive(Debug, Serialize)]
struct Response<'a> {
    error: &'a str,
}

/// Where the command was run: siesta knows the machine by the store on it.
#[derive(Debug, Serialize)]
struct Endpoint<'a> {
    svc_name: &'static str,
    uid: &'a str,
}

#[derive(Debug, Serialize)]
struct Resource<'a> {
    r#type: &'a str,
    uid: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Unmapped<'a> {
    actor_proof: Proof,
    decision: Option<Verdict>,
    changes: &'a [Change],
    prev_hash: &'a str,
    hash: &'a str,
}

impl<'a> OcsfEvent<'a> {
    pub fn new(row: &'a AuditRow, store_id: &'a str) -> OcsfEvent<'a> {
        let (activity_id, activity_name) = activity(&row.action);
        let (status_id, status) = match row.decision {
            None | Some(Verdict::Allow) => (1, "Success"),
            Some(Verdict::Deny) => (2, "Failure"),
            Some(Verdict::NeedsApproval) => (99, "Needs approval"),
        };
        let (severity_id, severity) = match row.decision {
            Some(Verdict::Deny) => (2, "Low"),
            None | Some(Verdict::Allow | Verdict::NeedsApproval) => (1, "Informational"),
        };
        let mut resources = vec![Resource { r#type: &row.entity, uid: row.record_id.clone() }];
        if let Some(connection) = row.connection.filter(|_| row.entity != "connection") {
            resources.push(Resource { r#type: "connection", uid: connection.to_string() });
        }
        let denied = row.reason.as_deref().filter(|_| row.decision == Some(Verdict::Deny));
        OcsfEvent {
            activity_id,
            activity_name,
            category_uid: 6,
            category_name: "Application Activity",
            class_uid: CLASS,
            class_name: "API Activity",
            type_uid: CLASS * 100 + activity_id,
            type_name: format!("API Activity: {activity_name}"),
            severity_id,
            severity,
            status_id,
            status,
            status_detail: row.reason.as_deref(),
            time: row.time.as_millisecond(),
            message: format!("{} {} {} {}", row.actor, row.action, row.entity, row.record_id),
            metadata: Metadata {
                version: VERSION,
                product: Product {
                    name: env!("CARGO_PKG_NAME"),
                    vendor_name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                },
                uid: &row.hash,
                log_name: "audit",
                correlation_uid: row.correlation.to_string(),
                original_time: rfc3339(row.time),
                sequence: row.seq,
            },
            actor: Actor { user: user(&row.actor) },
            api: Api {
                operation: &row.action,
                service: Service { name: env!("CARGO_PKG_NAME") },
                request: Request { uid: row.correlation.to_string() },
                response: denied.map(|error| Response { error }),
            },
            src_endpoint: Endpoint { svc_name: env!("CARGO_PKG_NAME"), uid: store_id },
            resources,
            unmapped: Unmapped {
                actor_proof: row.proof,
                decision: row.decision,
                changes: &row.changes,
                prev_hash: &row.prev_hash,
                hash: &row.hash,
            },
        }
    }
}

fn user(actor: &str) -> User<'_> {
    let (type_id, r#type, name) = match actor.split_once(':') {
        Some(("user", name)) => (1, "User", name),
        Some(("agent", name)) => (99, "Agent", name),
        _ => (3, "System", actor),
    };
    User { name, uid: actor, type_id, r#type }
}

/// What kind of activity an action is, by its verb. A call is "other": whether it reads or writes is the provider's affair.
fn activity(action: &str) -> (u32, &'static str) {
    match action.rsplit('.').next().unwrap_or(action) {
        "add" | "init" | "import" | "assign" | "request" | "record" | "add-member" | "grant" => (1, "Create"),
        "backup" | "pin" => (2, "Read"),
        "edit" | "set" | "unset" | "rename" | "rotate" | "reauth" | "refresh" | "approve" | "reject" | "expire"
        | "enable" | "disable" | "freeze" | "unfreeze" | "passphrase" | "rekey" | "restore" | "trust" | "result" => {
            (3, "Update")
        }
        "remove" | "revoke" | "unassign" | "ungrant" | "remove-member" | "retention" => (4, "Delete"),
        _ => (99, "Other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::audit::{Head, NewAuditRow};
    use crate::model::id::{ConnectionId, CorrelationId};
    use crate::model::people;
    use serde_json::{Value, json};

    fn event(actor: people::Actor, action: &str, decision: Option<Verdict>) -> Value {
        let new = NewAuditRow {
            actor,
            proof: Proof::Os,
            action: action.to_owned(),
            entity: "call".to_owned(),
            record_id: "send_message".to_owned(),
            connection: Some(ConnectionId(uuid::Uuid::from_u128(7))),
            decision,
            reason: decision.map(|_| "function_disabled".to_owned()),
            correlation: crate::model::audit::Correlated::Beyond(CorrelationId(uuid::Uuid::from_u128(9))),
            changes: vec![Change::new("a", 1, 2)],
        };
        let row = AuditRow::chain(new, &Head::genesis(), "2026-11-22T00:00:00.5Z".parse().unwrap()).unwrap();
        serde_json::to_value(OcsfEvent::new(&row, "store")).unwrap()
    }

    /// What the class and the objects in it require, by the schema of 1.3.0.
    const REQUIRED: [&str; 14] = [
        "/activity_id",
        "/category_uid",
        "/class_uid",
        "/type_uid",
        "/severity_id",
        "/time",
        "/metadata/version",
        "/metadata/product/vendor_name",
        "/actor/user/name",
        "/actor/user/uid",
        "/api/operation",
        "/api/request/uid",
        "/src_endpoint/svc_name",
        "/api/service/name",
    ];

    #[test]
    fn every_event_has_what_the_class_requires_and_loses_nothing() {
        use people::Actor::{Agent, System, User};
        for (actor, action, decision) in [
            (Agent("desk".to_owned()), "call", Some(Verdict::Deny)),
            (User("alice".to_owned()), "connection.add", None),
            (System, "retention", None),
            (User("alice".to_owned()), "execution.approve", Some(Verdict::Allow)),
        ] {
            let event = event(actor, action, decision);
            for pointer in REQUIRED {
                assert!(event.pointer(pointer).is_some_and(|value| !value.is_null()), "{pointer} of {event}");
            }
            let activity = event["activity_id"].as_u64().unwrap();
            assert_eq!(event["type_uid"].as_u64().unwrap(), 600_300 + activity, "{event}");
            assert_eq!((&event["class_uid"], &event["category_uid"]), (&json!(6003), &json!(6)));
            assert_eq!(event["unmapped"]["changes"], json!([{"property": "a", "old": 1, "new": 2}]));
        }
    }

    #[test]
    fn a_denied_call_is_a_failure_of_an_agent_with_its_reason() {
        let event = event(people::Actor::Agent("desk".to_owned()), "call", Some(Verdict::Deny));
        assert_eq!((&event["status_id"], &event["status_detail"]), (&json!(2), &json!("function_disabled")));
        assert_eq!(
            event["actor"]["user"],
            json!({"name": "desk", "uid": "agent:desk", "type_id": 99, "type": "Agent"})
        );
        assert_eq!(event["time"], json!(1_795_305_600_500_i64));
        assert_eq!(event["resources"][1]["type"], "connection");
        assert_eq!(event["api"]["response"]["error"], "function_disabled");
    }
}
