//! Operations against a real store and the practice provider: what is decided, sent, written down, and in which order.
mod retention_tests;
mod signing_tests;

use super::calls::{Asked, CallOutcome, CallRequest};
use super::connections::{Finished, NewKeyConnection, NewSignIn, PendingAdd, Reauth, RevokeRequest, Wanted};
use super::*;
use crate::model::audit::{AuditRow, Verdict};
use crate::model::connection::{Connection, Status, Upstream};
use crate::model::decide::{self, DenyReason};
use crate::model::execution::StoredBody;
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::facts::Operation;
use crate::model::governance::Mode;
use crate::model::id::ExecutionId;
use crate::model::limit::{Days, Level};
use crate::model::people::{AgentKind, AgentStatus, Role, UserStatus};
use crate::model::policy::{DefaultMode, Flow, StepUp};
use crate::model::redirect::RedirectRule;
use crate::model::secret::Secret;
use crate::net::NetSettings;
use crate::store::UsageScope;
use practice_provider::{API_KEY, Fault, PUBLIC_CLIENT, Provider};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

// The sign-in layer has a copy of its own: it tests itself without what lies above it.
#[allow(clippy::duplicate_mod)]
#[path = "../../examples/practice_provider.rs"]
pub(in crate::ops) mod practice_provider;

/// Stands where it was put. It begins at the real time, which the practice provider's id tokens bear.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Counting(AtomicU64);

impl Ids for Counting {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) << 64)
    }
}

/// An organization with carol, its owner, alice (team sales) and bob; the agent desk is carol's.
struct House {
    temp: tempfile::TempDir,
    provider: Provider,
    clock: Arc<Hand>,
    ids: Arc<Counting>,
}

/// Sets the mode of one service or function.
fn govern(siesta: &Siesta, target: &str, mode: Option<Mode>) -> Result<Vec<governance::Changed>> {
    let targets = vec![target.to_owned()];
    governance::change(siesta, &governance::Change { targets, mode, ..governance::Change::default() })
}

const NOTES: &str = "Notes";
const MODEL: &str = "Model";

impl House {
    fn new() -> House {
        let house = House {
            temp: tempfile::tempdir().unwrap(),
            provider: Provider::start(),
            clock: Arc::new(Hand(Mutex::new(Timestamp::now()))),
            ids: Arc::new(Counting(AtomicU64::new(1))),
        };
        let new = vault::NewVault {
            organization: "Acme".to_owned(),
            owner: "carol".to_owned(),
            owner_account: None,
            key: vault::NewKey::File,
            recovery_recipient: None,
        };
        let siesta = vault::init(house.place(), new, house.world()).unwrap();
        people::add_user(&siesta, "alice", Role::User, None).unwrap();
        people::add_user(&siesta, "bob", Role::User, None).unwrap();
        people::add_team(&siesta, "sales", "").unwrap();
        people::set_membership(&siesta, "sales", "alice", true).unwrap();
        let agent = agents::NewAgent {
            name: "desk".to_owned(),
            kind: AgentKind::Agent,
            description: String::new(),
            owner: None,
            status: AgentStatus::Active,
            os_user: None,
            connections: Vec::new(),
        };
        agents::add(&siesta, agent).unwrap();
        house
    }

    fn place(&self) -> vault::StorePlace {
        vault::StorePlace {
            dir: self.temp.path().join("store"),
            config_dir: self.temp.path().join("config"),
            identity_file: None,
            expected_fingerprint: None,
            passphrase: None,
            credentials_dir: None,
            withheld: Vec::new(),
            holder: "test".to_owned(),
            index: None,
            network: vault::Network::default(),
        }
    }

    fn world(&self) -> World {
        World {
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            scratch: self.temp.path().to_owned(),
            witness: Arc::new(crate::model::witness::Nobody),
        }
    }

    fn as_(&self, actor: &str) -> Siesta {
        vault::open(self.place(), actor, self.world()).unwrap()
    }

    fn carol(&self) -> Siesta {
        self.as_("carol")
    }

    fn later(&self, minutes: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now += jiff::SignedDuration::from_mins(minutes);
    }

    fn wanted(&self, label: &str) -> Wanted {
        Wanted {
            label: Some(label.to_owned()),
            allow_private_network: true,
            access: Some(crate::model::connection::Access::Shared),
            agent: Some("desk".to_owned()),
            ..Wanted::default()
        }
    }

    fn new_key(&self, key: &str) -> NewKeyConnection {
        NewKeyConnection {
            kind: None,
            settings: serde_json::Map::new(),
            service: "openai".to_owned(),
            key: Some(Secret::new(key.to_owned())),
            base_url: Some(self.provider.base_url.clone()),
            verify: true,
            wanted: self.wanted(MODEL),
        }
    }

    /// A connection to the model endpoint, by key.
    fn model(&self) -> Connection {
        connections::add_with_key(&self.carol(), self.new_key(API_KEY)).unwrap().listed.connection
    }

    fn begin(&self) -> PendingAdd {
        let new = NewSignIn {
            service: crate::catalog::REST.to_owned(),
            settings: serde_json::Map::new(),
            tenant: None,
            companion: None,
            verify: true,
            issuer: Some(self.provider.base_url.clone()),
            endpoints: None,
            base_url: Some(self.provider.url("/api")),
            scopes: Some(["openid", "email", "notes.read", "notes.write"].map(str::to_owned).to_vec()),
            client_id: Some(PUBLIC_CLIENT.to_owned()),
            client_secret: None,
            account_hint: None,
            callback_port: None,
            way: connections::Way::Browser,
            require_scopes: false,
            wanted: self.wanted(NOTES),
        };
        connections::begin_add(&self.carol(), new).unwrap()
    }

    fn finish(&self, pending: PendingAdd, allow: bool) -> Result<Finished> {
        let url = pending.authorization_url.to_string();
        let browser = std::thread::spawn(move || practice_provider::browse(&url, allow));
        let siesta = self.carol();
        let finished = connections::finish_add(&siesta, pending, Duration::from_secs(20), &AtomicBool::new(false));
        browser.join().unwrap();
        finished
    }

    /// A connection to the notes, signed in to; its policy lets writes through after a question.
    fn notes(&self) -> Connection {
        let connection = self.finish(self.begin(), true).unwrap().listed.connection;
        self.policy(NOTES, DefaultMode::ReadWrite, StepUp::RiskBased);
        self.provider.forget_requests();
        connection
    }

    fn reauth(&self, allow_account_change: bool) -> Result<Finished> {
        let asked = Reauth { allow_account_change, ..Reauth::default() };
        self.finish(connections::begin_reauth(&self.carol(), NOTES, &asked)?, true)
    }

    fn policy(&self, connection: &str, mode: DefaultMode, step_up: StepUp) {
        let change = policies::PolicyChange {
            default_mode: Some(mode),
            step_up: Some(step_up),
            allowed_models: Some(vec![Flow::Broker]),
            ..policies::PolicyChange::default()
        };
        policies::set(&self.carol(), "desk", connection, &change, None).unwrap();
    }

    fn rows(&self) -> Vec<AuditRow> {
        let listing = audit::Listing { limit: 1000, ..audit::Listing::default() };
        let mut rows = audit::list(&self.carol(), &listing).unwrap();
        rows.reverse();
        rows
    }

    fn of(&self, action: &str) -> Vec<AuditRow> {
        self.rows().into_iter().filter(|row| row.action == action).collect()
    }

    fn newest(&self, action: &str) -> AuditRow {
        self.of(action).pop().unwrap_or_else(|| panic!("no row {action}"))
    }

    fn connection(&self, label: &str) -> Connection {
        connections::show(&self.carol(), label).unwrap().listed.connection
    }

    fn execution(&self, id: ExecutionId) -> crate::model::execution::Execution {
        approvals::show(&self.carol(), &id.to_string()).unwrap()
    }

    fn plaintext(&self) -> Vec<u8> {
        self.carol().store.plaintext()
    }

    /// A token of this kind as the store keeps it.
    fn kept(&self, kind: &str) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.plaintext()).into_owned();
        let at = text.match_indices(kind).map(|(at, _)| at);
        at.map(|at| text[at..].chars().take(kind.len() + 32).collect()).collect()
    }

    fn break_writes(&self) {
        std::fs::remove_file(self.temp.path().join("store/store.lock")).unwrap();
        std::fs::create_dir(self.temp.path().join("store/store.lock")).unwrap();
    }

    fn mend_writes(&self) {
        std::fs::remove_dir(self.temp.path().join("store/store.lock")).unwrap();
    }

    fn used(&self, scope: UsageScope<'_>) -> u64 {
        let days = Days { first: 0, after: i32::MAX };
        let id = self.connection(MODEL).id;
        self.carol().store.read(|tx| tx.sum_usage(id, scope, days)).unwrap()
    }

    fn pending_rows(&self, id: crate::model::id::PendingId) -> usize {
        usize::from(self.carol().store.read(|tx| tx.find_pending(id)).unwrap().is_some())
    }
}

/// Whatever a test did, the chain holds and no secret is in any row.
impl Drop for House {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let verified = audit::verify(&self.carol(), None, |_| ()).unwrap();
        assert_eq!((verified.broken, verified.head.seq >= verified.rows), (None, true));
        for row in self.rows() {
            let text = format!("{row:?}");
            for secret in ["practice-access-", "practice-refresh-", API_KEY, "code="] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
}

fn change(row: &AuditRow, property: &str) -> (Value, Value) {
    let found = row.changes.iter().find(|change| change.property == property);
    let found = found.unwrap_or_else(|| panic!("no {property} in {row:?}"));
    (found.old.clone(), found.new.clone())
}

fn function(connection: &str, name: &str, arguments: Value) -> CallRequest {
    let operation = Operation::Function { name: name.to_owned(), arguments: arguments.as_object().unwrap().clone() };
    CallRequest {
        asked: Asked {
            agent: "desk".to_owned(),
            user: None,
            team: None,
            connection: connection.to_owned(),
            operation,
            flow: Flow::Broker,
            approval: None,
        },
        conversation: None,
    }
}

fn read_notes() -> CallRequest {
    function(NOTES, "http_get", json!({"path": "notes"}))
}

fn write_note() -> CallRequest {
    function(NOTES, "http_post", json!({"path": "notes", "body": {"text": "hello"}}))
}

fn chat() -> CallRequest {
    let arguments = json!({"model": "practice-small", "messages": [{"role": "user", "content": "one two three"}],
        "max_completion_tokens": 50});
    function(MODEL, "create_chat_completion", arguments)
}

impl CallRequest {
    fn for_user(mut self, user: &str) -> CallRequest {
        self.asked.user = Some(user.to_owned());
        self
    }

    fn with(mut self, approval: ExecutionId) -> CallRequest {
        self.asked.approval = Some(approval.to_string());
        self
    }
}

fn done(outcome: Result<CallOutcome>) -> calls::Finished {
    match outcome {
        Ok(CallOutcome::Done(finished)) => *finished,
        other => panic!("not done: {other:?}"),
    }
}

fn waiting(outcome: Result<CallOutcome>) -> ExecutionId {
    match outcome {
        Ok(CallOutcome::AwaitingApproval { execution, .. }) => execution,
        other => panic!("nobody was asked: {other:?}"),
    }
}

fn denied(outcome: Result<CallOutcome>) -> DenyReason {
    match outcome {
        Ok(CallOutcome::Denied { reason, .. }) => *reason,
        Err(Error { kind: Kind::Denied(reason), .. }) => *reason,
        other => panic!("not denied: {other:?}"),
    }
}

// ── Sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_sign_in_makes_a_connection_that_works() {
    let house = House::new();
    let pending = house.begin();
    let id = pending.id;
    assert_eq!(house.pending_rows(id), 1);
    let finished = house.finish(pending, true).unwrap();
    assert_eq!(finished.account.as_deref(), Some("ann@practice.example"));
    assert!(finished.missing_scopes.is_empty() && !finished.no_refresh_token);
    assert_eq!(house.pending_rows(id), 0);
    let connection = &finished.listed.connection;
    assert_eq!((connection.status, connection.provider.as_str()), (Status::Healthy, "127.0.0.1"));
    assert_eq!(finished.listed.policies[0].default_mode, DefaultMode::ReadOnly);
    let row = house.newest("connection.add");
    assert_eq!((row.actor.as_str(), change(&row, "label")), ("user:carol", (Value::Null, json!(NOTES))));
    assert_eq!(change(&row, "account").1, json!("ann@practice.example"));
    assert_eq!(house.of("policy.assign").len(), 1);
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
}

#[test]
fn a_refused_consent_leaves_neither_connection_nor_pending_row() {
    let house = House::new();
    let pending = house.begin();
    let id = pending.id;
    let refused = house.finish(pending, false).unwrap_err();
    assert!(matches!(refused.kind, Kind::SignIn { .. }), "{refused:?}");
    assert_eq!(house.pending_rows(id), 0);
    assert!(connections::list(&house.carol(), &Default::default()).unwrap().is_empty());
    assert!(house.of("connection.add").is_empty());
}

#[test]
fn a_faulty_token_endpoint_leaves_nothing_behind() {
    for (case, fault) in [
        (
            "an error with status 200",
            Fault {
                status: 200,
                body: r#"{"error":"invalid_request"}"#.to_owned(),
                content_type: "application/json".to_owned(),
                ..Fault::default()
            },
        ),
        ("an error page", Fault::default()),
        ("a redirect", Fault { redirect: Some("https://evil.example/".to_owned()), ..Fault::default() }),
    ] {
        let house = House::new();
        house.provider.fault(Fault { path: "/token".to_owned(), ..fault });
        let pending = house.begin();
        let id = pending.id;
        let failed = house.finish(pending, true).unwrap_err();
        assert!(matches!(failed.kind, Kind::Provider { .. }), "{case}: {failed:?}");
        assert_eq!(house.pending_rows(id), 0, "{case}");
        assert!(connections::list(&house.carol(), &Default::default()).unwrap().is_empty(), "{case}");
        assert!(house.finish(house.begin(), true).is_ok(), "{case}: a second sign-in right after it works");
    }
}

#[test]
fn a_token_endpoint_that_never_answers_ends_in_a_time_out() {
    let house = House::new();
    let pending = house.begin();
    house.provider.fault(Fault { path: "/token".to_owned(), hang: true, ..Fault::default() });
    let mut siesta = house.carol();
    siesta.net = Net::new(NetSettings { total_timeout: Duration::from_millis(200), ..NetSettings::default() });
    let url = pending.authorization_url.to_string();
    let browser = std::thread::spawn(move || practice_provider::browse(&url, true));
    let late = connections::finish_add(&siesta, pending, Duration::from_secs(20), &AtomicBool::new(false));
    assert!(matches!(late.unwrap_err().kind, Kind::Provider { may_have_arrived: true, .. }));
    assert!(browser.join().unwrap().body.contains("Not connected"));
}

#[test]
fn signing_in_again_keeps_everything_but_the_credential() {
    let house = House::new();
    let before = house.notes();
    let policies = connections::show(&house.carol(), NOTES).unwrap().listed.policies;
    let tokens = house.kept("practice-access-");
    let finished = house.reauth(false).unwrap();
    let after = &finished.listed.connection;
    assert_eq!((after.id, &after.label, &after.owner), (before.id, &before.label, &before.owner));
    assert_eq!(after.requested_scopes, before.requested_scopes, "it asks for the same scopes");
    assert_eq!(after.metadata, before.metadata);
    assert_eq!(finished.listed.policies, policies);
    assert_ne!(house.kept("practice-access-"), tokens);
    assert_eq!(change(&house.newest("connection.reauth"), "credential"), (json!("replaced"), json!("new")));
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
}

#[test]
fn another_account_is_refused_unless_that_is_wanted() {
    let house = House::new();
    house.notes();
    let tokens = house.kept("practice-access-");
    house.provider.set(|settings| settings.subject = "somebody-else".to_owned());
    let refused = house.reauth(false).unwrap_err();
    assert!(matches!(refused.kind, Kind::OtherAccount { .. }), "{refused:?}");
    assert_eq!(house.kept("practice-access-"), tokens, "the old credential stays");
    assert!(house.provider.count("POST", "/revoke") > 0, "what was granted to nobody is given back");
    assert!(house.of("connection.reauth").is_empty());
    assert!(house.reauth(true).is_ok());
    assert_eq!(house.connection(NOTES).metadata["accountId"], json!("somebody-else"));
}

#[test]
fn a_connection_in_need_is_healthy_after_signing_in_again_and_a_revoked_one_never() {
    let house = House::new();
    house.notes();
    house.provider.withdraw_consent();
    house.later(59);
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
    assert_eq!(house.connection(NOTES).status, Status::NeedsReauth);
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
    house.reauth(false).unwrap();
    assert_eq!(change(&house.newest("connection.reauth"), "status"), (json!("needs_reauth"), json!("healthy")));
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
    connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap();
    assert!(matches!(house.reauth(false).unwrap_err().kind, Kind::Conflict { .. }));
}

// ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_key_is_tried_before_it_is_kept() {
    let house = House::new();
    let refused = connections::add_with_key(&house.carol(), house.new_key("sk-wrong-0123456789")).unwrap_err();
    assert_eq!(refused.kind, Kind::CredentialRefused);
    assert!(!format!("{refused:?}").contains("sk-wrong"), "{refused:?}");
    assert!(house.of("connection.add").is_empty());
    let connections::Added { verified, .. } =
        connections::add_with_key(&house.carol(), house.new_key(API_KEY)).unwrap();
    assert_eq!(verified, connections::KeyVerified::Yes);
    assert_eq!(change(&house.newest("connection.add"), "verified"), (Value::Null, json!(true)));
}

#[test]
fn a_key_that_belongs_to_another_service_is_not_even_sent() {
    let house = House::new();
    let elsewhere = |key: &str| NewKeyConnection { base_url: None, ..house.new_key(key) };
    for key in ["sk-ant-api03-0123456789", "ghp_0123456789", ""] {
        let refused = connections::add_with_key(&house.carol(), elsewhere(key)).unwrap_err();
        assert!(matches!(refused.kind, Kind::Invalid { .. }), "{key}: {refused:?}");
    }
    let unasked = NewKeyConnection { verify: false, ..house.new_key("any-key-at-all") };
    let connections::Added { listed, verified, .. } = connections::add_with_key(&house.carol(), unasked).unwrap();
    assert_eq!((verified, listed.connection.last_ok_at), (connections::KeyVerified::NotAsked, None));
    assert!(house.provider.requests().is_empty());
}

#[test]
fn a_key_is_replaced_and_the_old_one_is_gone_from_the_store() {
    let house = House::new();
    let unasked = NewKeyConnection { verify: false, ..house.new_key("sk-older-0123456789") };
    connections::add_with_key(&house.carol(), unasked).unwrap();
    assert!(contains(&house.plaintext(), b"sk-older-0123456789"));
    connections::rotate(&house.carol(), MODEL, Secret::new(API_KEY.to_owned()), true).unwrap();
    assert!(!contains(&house.plaintext(), b"sk-older-0123456789"));
    assert!(contains(&house.plaintext(), API_KEY.as_bytes()));
    assert_eq!(change(&house.newest("connection.rotate"), "credential"), (json!("replaced"), json!("new")));
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}

// ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_allowed_call_is_written_down_before_and_after() {
    let house = House::new();
    house.notes();
    let finished = done(calls::call(&house.carol(), &read_notes()));
    assert_eq!((finished.result.http_status, finished.tokens), (200, None));
    let (attempt, result) = (house.newest("call"), house.newest("call.result"));
    assert_eq!((attempt.decision, attempt.record_id.as_str()), (Some(Verdict::Allow), "http_get"));
    assert_eq!((change(&attempt, "agent").1, change(&attempt, "connection").1), (json!("desk"), json!(NOTES)));
    assert_eq!(attempt.correlation, result.correlation);
    assert!(attempt.seq < result.seq);
    assert_eq!(change(&result, "status"), (json!("Pending"), json!("Success")));
    assert_eq!(house.execution(finished.execution).status, ExecutionStatus::Success);
    assert!(audit::verify(&house.carol(), None, |_| ()).unwrap().without_outcome.is_empty());
}

#[test]
fn a_denied_call_leaves_a_row_and_nothing_else() {
    let house = House::new();
    house.model();
    house.provider.forget_requests();
    govern(&house.carol(), "openai/create_chat_completion", Some(Mode::Disabled)).unwrap();
    assert_eq!(change(&house.newest("governance.set"), "mode"), (Value::Null, json!("Disabled")));
    assert_eq!(denied(calls::call(&house.carol(), &chat())), DenyReason::FunctionDisabled);
    let row = house.newest("call");
    assert_eq!((row.decision, row.reason.as_deref()), (Some(Verdict::Deny), Some("function_disabled")));
    assert_eq!(house.of("call").len(), 1);
    assert_eq!(house.used(UsageScope::Pool), 0);
    assert!(house.provider.requests().is_empty());
}

#[test]
fn who_is_no_active_person_or_agent_decides_and_calls_nothing() {
    let house = House::new();
    house.notes();
    people::set_user_status(&house.carol(), "bob", UserStatus::Disabled).unwrap();
    for actor in ["ghost", "bob", "agent:ghost"] {
        let refused = calls::call(&house.as_(actor), &read_notes()).unwrap_err();
        assert!(matches!(refused.kind, Kind::ActorUnknown { .. }), "{actor}: {refused:?}");
    }
    let mut other = read_notes();
    other.asked.agent = "other".to_owned();
    assert_eq!(calls::call(&house.as_("agent:desk"), &other).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(done(calls::call(&house.as_("agent:desk"), &read_notes())).result.http_status, 200);
    assert_eq!(house.newest("call").actor, "agent:desk");
}

#[test]
fn an_audit_that_cannot_be_written_stops_the_call_before_it_leaves() {
    let house = House::new();
    house.notes();
    let siesta = house.carol();
    let rows = house.rows().len();
    house.break_writes();
    assert_eq!(denied(calls::call(&siesta, &read_notes())), DenyReason::AuditUnavailable);
    assert!(house.provider.requests().is_empty());
    assert!(calls::call(&siesta, &write_note()).is_err());
    assert!(connections::revoke(&siesta, NOTES, &RevokeRequest::default()).is_err());
    house.later(120);
    assert!(calls::call(&siesta, &read_notes()).is_err());
    assert!(house.provider.requests().is_empty(), "neither a refresh nor a revocation left");
    house.mend_writes();
    assert_eq!(house.rows().len(), rows);
    assert_eq!(done(calls::call(&siesta, &read_notes())).result.http_status, 200);
}

#[test]
fn a_result_that_cannot_be_written_is_no_reason_to_try_again() {
    let house = House::new();
    house.notes();
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::Never);
    govern(&house.carol(), "rest-api/http_post", Some(Mode::Enabled)).unwrap();
    house.provider.fault(Fault { path: "/api/notes".to_owned(), only_delay: true, delay_ms: 300, ..Fault::default() });
    let siesta = house.carol();
    let lost = std::thread::scope(|scope| {
        let call = scope.spawn(move || calls::call(&siesta, &write_note()));
        while house.provider.requests().is_empty() {
            std::thread::yield_now();
        }
        house.break_writes();
        call.join().unwrap().unwrap_err()
    });
    house.mend_writes();
    assert!(matches!(lost.kind, Kind::Provider { may_have_arrived: true, .. }), "{lost:?}");
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
    let open = || audit::verify(&house.carol(), None, |_| ()).unwrap().without_outcome;
    assert!(open().is_empty(), "a call that may still be under way is not reported");
    house.later(11);
    let open = open();
    assert_eq!(open.len(), 1, "the attempt without an outcome is found");
}

#[test]
fn a_call_in_flight_is_concluded_even_if_its_actor_is_disabled_meanwhile() {
    let house = House::new();
    house.notes();
    house.provider.fault(Fault { path: "/api/notes".to_owned(), only_delay: true, delay_ms: 200, ..Fault::default() });
    let (bob, carol) = (house.as_("bob"), house.carol());
    let finished = std::thread::scope(|scope| {
        let call = scope.spawn(move || calls::call(&bob, &read_notes()));
        while house.provider.requests().is_empty() {
            std::thread::yield_now();
        }
        people::set_user_status(&carol, "bob", UserStatus::Disabled).unwrap();
        done(call.join().unwrap())
    });
    assert_eq!(finished.result.http_status, 200);
    assert_eq!(house.newest("call.result").actor, "user:bob");
}

// ── Approvals ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_approved_request_runs_once_and_its_result_is_kept() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    assert!(house.provider.requests().is_empty());
    assert_eq!(waiting(calls::call(&house.carol(), &write_note())), id, "the same question is one question");
    let row = house.newest("call");
    assert_eq!((row.decision, row.reason.as_deref()), (Some(Verdict::NeedsApproval), Some("function_confirmation")));
    let outcome =
        approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).unwrap().outcome;
    assert_eq!(done(Ok(outcome.unwrap())).result.http_status, 201);
    let kept = house.execution(id);
    assert_eq!((kept.status, kept.approval), (ExecutionStatus::Success, ApprovalStatus::Consumed));
    assert_eq!(kept.resolved_by.as_deref(), Some("carol"));
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
    let approved = house.newest("execution.approve");
    assert_eq!(change(&approved, "approval"), (json!("Pending"), json!("Approved")));
    let again = approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(again.kind, Kind::Conflict { .. }), "{again:?}");
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalUsed);
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn an_approval_without_a_run_is_redeemed_by_the_caller() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    assert_eq!(waiting(calls::call(&house.carol(), &write_note().with(id))), id);
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    let changed = function(NOTES, "http_post", json!({"path": "notes", "body": {"text": "hellO"}}));
    assert_eq!(denied(calls::call(&house.carol(), &changed.with(id))), DenyReason::ApprovalMismatch);
    let for_bob = write_note().for_user("bob").with(id);
    assert_eq!(denied(calls::call(&house.carol(), &for_bob)), DenyReason::ApprovalMismatch);
    assert_eq!(done(calls::call(&house.carol(), &write_note().with(id))).execution, id);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalUsed);
}

#[test]
fn a_rejected_and_an_expired_question_never_run() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::reject(&house.carol(), &id.to_string(), "not today").unwrap();
    assert_eq!(house.newest("execution.reject").reason.as_deref(), Some("not today"));
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalRejected);
    assert!(approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).is_err());
    assert_eq!(house.execution(id).status, ExecutionStatus::Failed);

    let id = waiting(calls::call(&house.carol(), &write_note()));
    house.later(30);
    let late = approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(late.kind, Kind::Conflict { .. }), "{late:?}");
    assert_eq!(house.execution(id).approval, ApprovalStatus::Expired);
    assert_eq!(change(&house.newest("execution.expire"), "approval"), (json!("Pending"), json!("Expired")));
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalExpired);
    let anew = waiting(calls::call(&house.carol(), &write_note()));
    assert_ne!(anew, id, "an expired question is asked anew");
    assert!(house.provider.requests().is_empty());
}

#[test]
fn an_agent_and_a_stranger_answer_nothing() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.as_("agent:desk"), &write_note())).to_string();
    assert_eq!(
        approvals::approve(&house.as_("agent:desk"), &id, true, approvals::Answer::default()).unwrap_err().kind,
        Kind::AgentMayNot
    );
    let stranger = approvals::approve(&house.as_("bob"), &id, true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(stranger.kind, Kind::NotApprover { .. }), "{stranger:?}");
    assert_eq!(approvals::reject(&house.as_("agent:desk"), &id, "").unwrap_err().kind, Kind::AgentMayNot);
    assert!(house.of("execution.approve").is_empty());
    assert!(house.provider.requests().is_empty());
}

#[test]
fn with_four_eyes_nobody_answers_for_themselves() {
    let house = House::new();
    house.notes();
    let siesta = house.carol();
    let four = siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let mut organization = tx.get_organization()?;
        organization.four_eyes = true;
        tx.update_organization(&organization)?;
        tx.append_audit(siesta.entry(&Actor::System, "org.set", "organization", "").row())?;
        Ok(())
    });
    four.unwrap();
    let own = waiting(calls::call(&siesta, &write_note()));
    let refused = approvals::approve(&siesta, &own.to_string(), true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(refused.kind, Kind::NotApprover { .. }), "carol owns the agent: {refused:?}");
    let for_alice = waiting(calls::call(&siesta, &write_note().for_user("alice")));
    assert_ne!(for_alice, own, "another person's question is another question");
    assert!(approvals::approve(&siesta, &for_alice.to_string(), false, approvals::Answer::default()).is_ok());
    let swapped = write_note().for_user("carol").with(for_alice);
    assert_eq!(denied(calls::call(&siesta, &swapped)), DenyReason::ApprovalMismatch);
}

#[test]
fn of_two_who_redeem_an_approval_at_once_one_wins() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    let start = std::sync::Barrier::new(4);
    let outcomes: Vec<Result<CallOutcome>> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let siesta = house.carol();
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    calls::call(&siesta, &write_note().with(id))
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let won = outcomes.iter().filter(|o| matches!(o, Ok(CallOutcome::Done(_)))).count();
    let lost = outcomes
        .iter()
        .filter(|o| matches!(o, Ok(CallOutcome::Denied { reason, .. }) if **reason == DenyReason::ApprovalUsed));
    assert_eq!((won, lost.count()), (1, 3), "{outcomes:?}");
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_function_disabled_meanwhile_blocks_and_burns_nothing() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    govern(&house.carol(), "rest-api/http_post", Some(Mode::Disabled)).unwrap();
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::FunctionDisabled);
    assert_eq!(denied(approvals::run(&house.carol(), &id.to_string())), DenyReason::FunctionDisabled);
    assert_eq!(house.execution(id).approval, ApprovalStatus::Approved);
    govern(&house.carol(), "rest-api/http_post", None).unwrap();
    assert_eq!(done(approvals::run(&house.carol(), &id.to_string())).result.http_status, 201);
}

// ── Limits and usage ─────────────────────────────────────────────────────────────────────────────────────────────────

fn limit(house: &House, subject: limits::Subject, daily: &str, strict: bool) {
    let change = limits::LimitChange {
        daily: limits::Field::Set(daily.parse().unwrap()),
        strict: Some(strict),
        ..limits::LimitChange::default()
    };
    limits::set(&house.carol(), MODEL, &subject, &change).unwrap();
}

#[test]
fn usage_is_booked_from_the_answer() {
    let house = House::new();
    house.model();
    house.provider.set(|settings| settings.usage = Some((1000, 200)));
    let finished = done(calls::call(&house.carol(), &chat().for_user("alice")));
    assert_eq!(finished.tokens.unwrap().counted(), 1200);
    assert_eq!(house.used(UsageScope::User("alice")), 1200);
    assert_eq!(house.used(UsageScope::Team("sales")), 1200, "alice is in sales");
    assert_eq!(house.used(UsageScope::Agent("desk")), 0, "a user was named");
    let row = house.newest("call.result");
    assert_eq!(change(&row, "tokens").1, json!(1200));
    assert!(!row.changes.iter().any(|change| change.property == "estimated"));
}

#[test]
fn an_answer_without_usage_is_booked_as_reserved_and_flagged() {
    let house = House::new();
    house.model();
    let fault = |status, body: &str| Fault {
        path: "/v1/chat/completions".to_owned(),
        status,
        body: body.to_owned(),
        content_type: "application/json".to_owned(),
        ..Fault::default()
    };
    house.provider.fault(fault(200, "{\"choices\":[]}"));
    let tokens = done(calls::call(&house.carol(), &chat())).tokens.unwrap();
    assert!(tokens.counted() >= 50, "the stated maximum at least: {tokens:?}");
    assert_eq!(house.used(UsageScope::Agent("desk")), tokens.counted());
    assert_eq!(change(&house.newest("call.result"), "estimated"), (json!(false), json!(true)));
    house.provider.fault(fault(500, "{}"));
    assert_eq!(done(calls::call(&house.carol(), &chat())).tokens, None, "a refusal costs nothing");
    assert_eq!(house.execution(done(calls::call(&house.carol(), &chat())).execution).status, ExecutionStatus::Success);
}

#[test]
fn a_reached_limit_refuses_before_anything_is_sent() {
    let house = House::new();
    house.model();
    house.provider.forget_requests();
    limit(&house, limits::Subject::Org, "0.001", false);
    house.provider.set(|settings| settings.usage = Some((900, 99)));
    assert_eq!(done(calls::call(&house.carol(), &chat().for_user("alice"))).tokens.unwrap().counted(), 999);
    done(calls::call(&house.carol(), &chat().for_user("alice")));
    let sent = house.provider.requests().len();
    match denied(calls::call(&house.carol(), &chat().for_user("alice"))) {
        DenyReason::TokenLimit(refusal) => {
            assert_eq!((refusal.standing.level, refusal.standing.used), (Level::Org, 1998));
            assert_eq!(refusal.standing.subject.as_deref(), Some("alice"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(house.provider.requests().len(), sent);
    done(calls::call(&house.carol(), &chat().for_user("bob")));
    limit(&house, limits::Subject::User("alice".to_owned()), "1", false);
    done(calls::call(&house.carol(), &chat().for_user("alice")));
    assert_eq!(house.used(UsageScope::User("alice")), 2997, "setting a limit changes no usage");
}

#[test]
fn a_strict_limit_is_not_overspent_by_many_at_once() {
    let house = House::new();
    house.model();
    // Room for the reservations of three calls (prompt estimate and 50), and not of four.
    let one = {
        let asked = chat();
        let (_, evaluation) = calls::explain(&house.carol(), &asked.asked, None).unwrap();
        evaluation.want.unwrap().reservation()
    };
    limit(&house, limits::Subject::Pool, &format!("0.{:06}", one * 3 + one / 2), true);
    house.provider.set(|settings| settings.usage = Some((one - 1, 1)));
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..6)
            .map(|_| {
                let siesta = house.carol();
                scope.spawn(move || calls::call(&siesta, &chat()).unwrap())
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let made = outcomes.iter().filter(|outcome| matches!(outcome, CallOutcome::Done(_))).count();
    assert_eq!(made, 3, "{outcomes:?}");
    assert_eq!(house.used(UsageScope::Pool), one * 3);
}

#[test]
fn a_model_call_by_an_unknown_address_is_booked_too() {
    let house = House::new();
    house.model();
    house.policy(MODEL, DefaultMode::ReadWrite, StepUp::Never);
    let mut unmapped = chat();
    unmapped.asked.operation = Operation::Raw {
        method: "POST".to_owned(),
        url: "/v1/unlisted".to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::Json(json!({"model": "m", "max_tokens": 100})),
    };
    let answer = |body: &str| Fault {
        path: "/v1/unlisted".to_owned(),
        status: 200,
        body: body.to_owned(),
        content_type: "application/json".to_owned(),
        ..Fault::default()
    };
    let run = || {
        let id = waiting(calls::call(&house.carol(), &unmapped));
        done(Ok(approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default())
            .unwrap()
            .outcome
            .unwrap()))
    };
    house.provider.fault(answer(r#"{"usage":{"input_tokens":40,"output_tokens":2}}"#));
    assert_eq!(run().tokens.map(|tokens| tokens.counted()), Some(42), "in a shape the service is known to use");
    house.provider.fault(answer("{}"));
    assert!(run().tokens.unwrap().counted() >= 100);
    assert_eq!(change(&house.newest("call.result"), "estimated"), (json!(false), json!(true)));
}

#[test]
fn absurd_numbers_fill_a_limit_and_break_nothing() {
    let house = House::new();
    house.model();
    limit(&house, limits::Subject::Org, "1", false);
    let spent = |input, output, source: &str| usage::NewUsage {
        connection: MODEL.to_owned(),
        user: Some("alice".to_owned()),
        team: None,
        agent: None,
        model: None,
        tokens: crate::model::usage::Tokens { input, output, ..Default::default() },
        source_id: Some(source.to_owned()),
        at: None,
    };
    assert!(usage::record(&house.carol(), &spent(u64::MAX, u64::MAX, "a")).unwrap().1);
    assert!(usage::record(&house.carol(), &spent(u64::MAX, 0, "b")).unwrap().1);
    assert!(!usage::record(&house.carol(), &spent(5, 0, "b")).unwrap().1, "the same source is booked once");
    assert_eq!(house.of("usage.record").len(), 2);
    assert!(matches!(denied(calls::call(&house.carol(), &chat().for_user("alice"))), DenyReason::TokenLimit(_)));
    assert_eq!(limits::report(&house.carol(), &Default::default()).unwrap().lines.len(), 1);
}

#[test]
fn the_report_shows_the_default_for_those_it_speaks_for() {
    let house = House::new();
    house.model();
    limit(&house, limits::Subject::Org, "1", false);
    limit(&house, limits::Subject::Team("sales".to_owned()), "2", false);
    house.provider.set(|settings| settings.usage = Some((100, 0)));
    done(calls::call(&house.carol(), &chat().for_user("alice")));
    done(calls::call(&house.carol(), &chat().for_user("bob")));
    done(calls::call(&house.carol(), &chat()));
    let lines = limits::report(&house.carol(), &Default::default()).unwrap().lines;
    let mut shown: Vec<_> =
        lines.iter().map(|line| (line.standing.level, line.standing.subject.as_deref(), line.standing.used)).collect();
    shown.sort();
    assert_eq!(
        shown,
        [(Level::Team, Some("sales"), 100), (Level::Org, Some("agent:desk"), 100), (Level::Org, Some("bob"), 100)]
    );
    let only = limits::ReportQuery { user: Some("bob".to_owned()), ..Default::default() };
    assert_eq!(limits::report(&house.carol(), &only).unwrap().lines.len(), 1);
}

// ── Refresh ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn eight_who_need_the_same_fresh_token_ask_for_it_once() {
    let house = House::new();
    house.notes();
    let before = house.kept("practice-refresh-");
    house.later(59);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let siesta = house.carol();
            scope.spawn(move || assert_eq!(done(calls::call(&siesta, &read_notes())).result.http_status, 200));
        }
    });
    assert_eq!(house.provider.count("POST", "/token"), 1);
    let after = house.kept("practice-refresh-");
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before, after, "the rotated one is kept, the old one is gone");
    assert!(house.provider.is_alive(&after[0]));
    assert_eq!((house.of("connection.refresh.attempt").len(), house.of("connection.refresh").len()), (1, 1));
}

#[test]
fn a_token_refused_early_is_renewed_and_tried_once_more() {
    let house = House::new();
    house.notes();
    house.provider.expire_access_tokens();
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 200);
    assert_eq!((house.provider.count("POST", "/token"), house.provider.count("GET", "/api/notes")), (1, 2));
}

#[test]
fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let house = House::new();
    house.notes();
    house.provider.set(|settings| settings.rotate = false);
    let before = house.kept("practice-refresh-");
    house.later(59);
    done(calls::call(&house.carol(), &read_notes()));
    assert_eq!(house.kept("practice-refresh-"), before);
}

#[test]
fn a_refused_refresh_needs_a_new_sign_in_and_a_failed_one_changes_nothing() {
    let house = House::new();
    house.notes();
    // Beyond its life: one that is still good is used while the provider cannot renew it.
    house.later(61);
    for fault in
        [Fault::default(), Fault { status: 429, ..Fault::default() }, Fault { status: 408, ..Fault::default() }]
    {
        house.provider.fault(Fault { path: "/token".to_owned(), ..fault });
        let failed = calls::call(&house.carol(), &read_notes()).unwrap_err();
        assert!(matches!(failed.kind, Kind::Provider { .. }), "{failed:?}");
        assert_eq!(house.connection(NOTES).status, Status::Healthy);
    }
    assert_eq!(house.provider.count("GET", "/api/notes"), 0);
    house.provider.withdraw_consent();
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
    let row = house.newest("connection.needs_reauth");
    assert_eq!((row.actor.as_str(), change(&row, "status")), ("system", (json!("healthy"), json!("needs_reauth"))));
    assert_eq!(row.reason.as_deref(), Some("invalid_grant"));
}

#[test]
fn one_refusal_does_not_end_a_token_that_cannot_be_renewed() {
    let house = House::new();
    house.provider.set(|settings| settings.issue_refresh_token = false);
    house.notes();
    house.provider.expire_access_tokens();
    assert_eq!(done(calls::call(&house.carol(), &read_notes())).result.http_status, 401);
    assert_eq!(house.connection(NOTES).status, Status::Healthy);
    house.later(61);
    assert_eq!(denied(calls::call(&house.carol(), &read_notes())), DenyReason::ConnectionNeedsReauth);
}

#[test]
fn a_refresh_that_fails_for_now_does_not_burn_the_approval() {
    let house = House::new();
    house.provider.set(|settings| settings.token_lifetime = 600);
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    // Stale, and still within the approval's half hour.
    house.later(11);
    house.provider.fault(Fault { path: "/token".to_owned(), ..Fault::default() });
    let failed = approvals::run(&house.carol(), &id.to_string()).unwrap_err();
    assert!(matches!(failed.kind, Kind::Provider { .. }), "{failed:?}");
    assert_eq!(approvals::show(&house.carol(), &id.to_string()).unwrap().approval, ApprovalStatus::Approved);
    assert_eq!(done(approvals::run(&house.carol(), &id.to_string())).result.http_status, 201);
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_sign_in_that_came_in_between_is_not_undone_by_an_older_refusal() {
    let house = House::new();
    house.notes();
    house.later(59);
    house.provider.fault(Fault {
        path: "/token".to_owned(),
        status: 400,
        body: r#"{"error":"invalid_grant"}"#.to_owned(),
        content_type: "application/json".to_owned(),
        delay_ms: 700,
        ..Fault::default()
    });
    let (siesta, carol) = (house.carol(), house.carol());
    let id = house.connection(NOTES).id;
    let fresh = carol.store.read(|tx| tx.find_credential(id)).unwrap().unwrap();
    let outcome = std::thread::scope(|scope| {
        let call = scope.spawn(move || calls::call(&siesta, &read_notes()));
        while house.provider.count("POST", "/token") == 0 {
            std::thread::yield_now();
        }
        // What a new sign-in stores, while the refusal is still on its way.
        let stored = carol.store.write(carol.now(), |tx| -> Result<()> {
            tx.upsert_credential(id, &fresh.opens)?;
            tx.append_audit(carol.entry(&Actor::System, "connection.reauth", "connection", id).row())?;
            Ok(())
        });
        stored.unwrap();
        call.join().unwrap()
    });
    assert_eq!(house.connection(NOTES).status, Status::Healthy);
    assert!(house.of("connection.needs_reauth").is_empty());
    assert_eq!(done(outcome).result.http_status, 200);
}

// ── Revoke ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn revoking_asks_the_provider_first_and_destroys_the_credential_everywhere() {
    let house = House::new();
    let connection = house.notes();
    let (access, refresh) = (house.kept("practice-access-"), house.kept("practice-refresh-"));
    assert_eq!((access.len(), refresh.len()), (1, 1));
    let waits = waiting(calls::call(&house.carol(), &write_note()));
    let revoked = connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap();
    assert_eq!((revoked.upstream, revoked.policies, revoked.cancelled), (Upstream::Revoked, 1, 1));
    let bodies: Vec<String> = house.provider.requests().into_iter().map(|seen| seen.body).collect();
    assert!(bodies[0].contains(&refresh[0]) && bodies[1].contains(&access[0]), "{bodies:?}");
    assert!(!house.provider.is_alive(&refresh[0]) && !house.provider.is_alive(&access[0]));
    for secret in [&access[0], &refresh[0]] {
        assert!(!contains(&house.plaintext(), secret.as_bytes()), "{secret}");
        for path in files(house.temp.path()) {
            assert!(!contains(&std::fs::read(&path).unwrap(), secret.as_bytes()), "{}", path.display());
        }
    }
    assert!(!house.carol().store.read(|tx| tx.has_credential(connection.id)).unwrap());
    let row = house.newest("connection.revoke");
    assert_eq!((row.seq, change(&row, "upstream").1), (revoked.audit_seq, json!("revoked")));
    assert!(house.newest("connection.revoke.attempt").seq < row.seq);
    assert_eq!(house.execution(waits).approval, ApprovalStatus::Cancelled);
    assert!(matches!(
        approvals::approve(&house.carol(), &waits.to_string(), true, approvals::Answer::default()).unwrap_err().kind,
        Kind::Conflict { .. }
    ));
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(waits))), DenyReason::ConnectionRevoked);
    assert!(connections::show(&house.carol(), NOTES).unwrap().listed.policies.is_empty());
    let again = connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap_err();
    assert!(matches!(again.kind, Kind::Conflict { .. }));
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_provider_that_will_not_revoke_is_reported_and_the_credential_goes_all_the_same() {
    let house = House::new();
    let connection = house.notes();
    house.provider.fault(Fault { path: "/revoke".to_owned(), times: 5, ..Fault::default() });
    let revoked = connections::revoke(&house.carol(), NOTES, &RevokeRequest::default()).unwrap();
    assert_eq!(revoked.upstream, Upstream::Failed);
    assert!(revoked.why.is_some());
    assert_eq!(house.connection(NOTES).status, Status::Revoked);
    assert!(!house.carol().store.read(|tx| tx.has_credential(connection.id)).unwrap());
    assert_eq!(change(&house.newest("connection.revoke"), "upstream").1, json!("failed"));
}

#[test]
fn an_unreadable_sign_in_does_not_save_a_credential_from_being_destroyed() {
    let house = House::new();
    let mut connection = house.notes();
    connection.sign_in = Some(json!({"from": "another version"}));
    let carol = house.carol();
    let spoilt = carol.store.write(carol.now(), |tx| -> Result<()> {
        tx.update_connection(&connection)?;
        tx.append_audit(carol.entry(&Actor::System, "test", "connection", connection.id).row())?;
        Ok(())
    });
    spoilt.unwrap();
    let revoked = connections::revoke(&carol, NOTES, &RevokeRequest::default()).unwrap();
    assert_eq!(revoked.upstream, Upstream::Failed);
    assert!(!carol.store.read(|tx| tx.has_credential(connection.id)).unwrap());
}

#[test]
fn only_the_local_copy_goes_when_that_is_asked_and_keys_have_no_revocation() {
    let house = House::new();
    house.notes();
    let local =
        connections::revoke(&house.carol(), NOTES, &RevokeRequest { local_only: true, ..RevokeRequest::default() })
            .unwrap();
    assert_eq!(local.upstream, Upstream::NotAsked);
    house.model();
    house.provider.forget_requests();
    let key = connections::revoke(&house.carol(), MODEL, &RevokeRequest::default()).unwrap();
    assert_eq!(key.upstream, Upstream::NotSupported);
    assert!(house.provider.requests().is_empty());
    assert!(!contains(&house.plaintext(), API_KEY.as_bytes()));
    assert!(connections::add_with_key(&house.carol(), house.new_key(API_KEY)).is_ok(), "the label is free again");
}

// ── Everything else that changes something ───────────────────────────────────────────────────────────────────────────

#[test]
fn every_change_has_a_row_that_says_what_was_and_what_is() {
    let house = House::new();
    house.model();
    let carol = house.carol();
    connections::rename(&carol, MODEL, "Model two").unwrap();
    assert_eq!(change(&house.newest("connection.rename"), "label"), (json!(MODEL), json!("Model two")));
    connections::rename(&carol, "Model two", MODEL).unwrap();
    agents::set_status(&carol, "desk", AgentStatus::Disabled).unwrap();
    assert_eq!(change(&house.newest("agent.edit"), "status"), (json!("active"), json!("disabled")));
    people::set_user_status(&carol, "bob", UserStatus::Disabled).unwrap();
    assert_eq!(change(&house.newest("user.edit"), "status"), (json!("active"), json!("disabled")));
    people::set_membership(&carol, "sales", "alice", false).unwrap();
    assert_eq!(change(&house.newest("team.remove-member"), "alice"), (json!(true), json!(false)));
    house.policy(MODEL, DefaultMode::ReadWrite, StepUp::Never);
    let row = house.newest("policy.set");
    assert_eq!(change(&row, "defaultMode"), (json!("read_only"), json!("read_write")));
    assert_eq!(change(&row, "stepUpApproval"), (json!("risk_based"), json!("never")));
    limit(&house, limits::Subject::Org, "1.5", false);
    limit(&house, limits::Subject::Org, "2", false);
    assert_eq!(change(&house.newest("limit.set"), "daily"), (json!("1.5"), json!("2")));
    limits::unset(&carol, MODEL, &limits::Subject::Org).unwrap();
    assert_eq!(change(&house.newest("limit.unset"), "daily"), (json!("2"), Value::Null));
    assignments::unassign(&carol, MODEL, "desk").unwrap();
    assert_eq!(change(&house.newest("policy.unassign"), "status"), (json!("active"), json!("revoked")));
    govern(&carol, "openai", Some(Mode::Disabled)).unwrap();
    assert_eq!(change(&house.newest("governance.set"), "mode"), (Value::Null, json!("disabled")));
    let app = apps::NewApp {
        provider: "https://id.example/".to_owned(),
        label: "default".to_owned(),
        client_id: "client".to_owned(),
        client_secret: Some(Secret::new("canary-client-secret".to_owned())),
        redirect: RedirectRule::default(),
    };
    apps::set(&carol, app).unwrap();
    assert_eq!(change(&house.newest("app.set"), "hasClientSecret"), (Value::Null, json!(true)));
    assert!(!format!("{:?}", house.rows()).contains("canary-client-secret"));
    assert!(house.rows().iter().all(|row| row.actor == "user:carol"));
}

#[test]
fn an_agent_changes_nothing_about_its_own_reins() {
    let house = House::new();
    house.model();
    let rows = house.rows().len();
    let agent = house.as_("agent:desk");
    assert_eq!(govern(&agent, "openai", None).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(assignments::assign(&agent, MODEL, "desk", None).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(assignments::unassign(&agent, MODEL, "desk").unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(limits::unset(&agent, MODEL, &limits::Subject::Org).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(people::add_user(&agent, "eve", Role::Owner, None).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(connections::rename(&agent, MODEL, "x").unwrap_err().kind, Kind::AgentMayNot);
    let key = Secret::new(API_KEY.to_owned());
    assert_eq!(connections::rotate(&agent, MODEL, key, false).unwrap_err().kind, Kind::AgentMayNot);
    let request = RevokeRequest::default();
    assert_eq!(connections::revoke(&agent, MODEL, &request).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(house.rows().len(), rows);
}

#[test]
fn a_policy_that_comes_back_does_not_honour_what_the_old_one_was_promised() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    assignments::unassign(&house.carol(), NOTES, "desk").unwrap();
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::NotAssigned);
    assignments::assign(&house.carol(), NOTES, "desk", None).unwrap();
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ModeReadOnly);
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::RiskBased);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalMismatch);
}

#[test]
fn an_explanation_is_what_the_call_obeys_and_leaves_no_trace() {
    let house = House::new();
    house.notes();
    let rows = house.rows().len();
    for request in [read_notes(), write_note(), function(NOTES, "nothing", json!({}))] {
        let (_, evaluation) = calls::explain(&house.carol(), &request.asked, None).unwrap();
        let outcome = calls::call(&house.carol(), &request).unwrap();
        match (evaluation.decision, outcome) {
            (decide::Decision::Allow, CallOutcome::Done(_)) => {}
            (decide::Decision::NeedsApproval(said), CallOutcome::AwaitingApproval { reason, .. }) => {
                assert_eq!(said, reason);
            }
            (decide::Decision::Deny(said), CallOutcome::Denied { reason, .. }) => assert_eq!(said, *reason),
            (said, did) => panic!("{said:?} became {did:?}"),
        }
    }
    let calls = house.rows().len() - rows;
    assert_eq!(calls, 4, "an attempt and its result, a question, a refusal");
}

#[test]
fn a_credential_that_the_provider_echoes_is_masked_in_answer_and_store() {
    let house = House::new();
    house.model();
    let escaped = API_KEY.replace('-', "%2d");
    house.provider.fault(Fault {
        path: "/v1/models".to_owned(),
        status: 400,
        body: format!("you sent {API_KEY} or {escaped}"),
        content_type: format!("text/plain; key={API_KEY}"),
        ..Fault::default()
    });
    let finished = done(calls::call(&house.carol(), &function(MODEL, "list_models", json!({}))));
    let shown = format!("{} {:?}", String::from_utf8_lossy(&finished.result.body), finished.result.content_type);
    assert!(!shown.contains("0123456789abcdef"), "{shown}");
    let kept = house.plaintext();
    let times = kept.windows(API_KEY.len()).filter(|window| *window == API_KEY.as_bytes()).count();
    assert_eq!(times, 1, "the credential itself and nothing else");
}

// ---- a checkup ------------------------------------------------------------------------------------------------------

fn found(house: &House, actor: &str) -> Vec<crate::model::checkup::Finding> {
    let around = checkup::Surroundings { has_display: true, is_remote: false, has_passphrase_file: false };
    checkup::examine(&house.as_(actor), around, |_| ()).unwrap().findings
}

#[test]
fn a_checkup_finds_what_is_wrong_and_changes_nothing() {
    use crate::model::checkup::Finding;
    let house = House::new();
    assert_eq!(found(&house, "carol"), [Finding::NoRecoveryRecipient]);
    house.model();
    house.policy(MODEL, DefaultMode::ReadWrite, StepUp::Never);
    people::set_user_status(&house.carol(), "alice", UserStatus::Disabled).unwrap();
    let before = house.rows().len();
    house.later(-10);
    let findings = found(&house, "alice");
    assert!(
        matches!(
            &findings[..],
            [
                Finding::NoRecoveryRecipient,
                Finding::ClockBehind { .. },
                Finding::ActorInactive { .. },
                Finding::NoPurpose { .. },
                Finding::Untried { .. }
            ]
        ),
        "{findings:?}"
    );
    house.later(10);
    assert_eq!(house.rows().len(), before);
}

#[test]
fn a_shared_connection_whose_writes_nobody_is_asked_about_is_found() {
    use crate::model::checkup::Finding;
    let house = House::new();
    house.notes();
    let ungated = || found(&house, "carol").iter().any(|finding| matches!(finding, Finding::Ungated { .. }));
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::Never);
    assert!(!ungated(), "the catalogue still asks");
    govern(&house.carol(), "rest-api/http_delete", Some(Mode::Enabled)).unwrap();
    assert!(ungated());
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::RiskBased);
    assert!(!ungated());
}

#[test]
fn what_was_announced_is_what_is_removed_or_nothing_is() {
    let house = House::new();
    let (carol, bob) = (house.carol(), people::leaving(&house.carol(), "bob").unwrap());
    // Meanwhile another administrator hands him something.
    agents::edit(&carol, "desk", &agents::AgentChange { owner: Some("bob".to_owned()), ..Default::default() }).unwrap();
    assert_eq!(people::remove_user(&carol, &bob, None).unwrap_err().kind, Kind::ChangedMeanwhile);
    assert_eq!(agents::show(&carol, "desk").unwrap().agent.owner.as_deref(), Some("bob"));
    let bob = people::leaving(&carol, "bob").unwrap();
    assert_eq!(bob.agents, ["desk"]);
    people::remove_user(&carol, &bob, Some("alice")).unwrap();
    assert_eq!(agents::show(&carol, "desk").unwrap().agent.owner.as_deref(), Some("alice"));
    let team = people::team_leaving(&carol, "sales").unwrap();
    people::set_membership(&carol, "sales", "carol", true).unwrap();
    assert_eq!(people::remove_team(&carol, &team).unwrap_err().kind, Kind::ChangedMeanwhile);
    let desk = agents::leaving(&carol, "desk").unwrap();
    agents::remove(&carol, &desk).unwrap();
    assert!(matches!(agents::show(&carol, "desk").unwrap_err().kind, Kind::NotFound { .. }));
}

#[test]
fn two_who_change_different_things_about_one_record_both_keep_theirs() {
    let house = House::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let change = people::UserChange { role: Some(Role::Admin), os_user: None };
            people::edit_user(&house.carol(), "alice", &change).unwrap();
        });
        scope.spawn(|| {
            let change = people::UserChange { role: None, os_user: Some(Some("al".to_owned())) };
            people::edit_user(&house.carol(), "alice", &change).unwrap();
        });
    });
    let alice = people::show_user(&house.carol(), "alice").unwrap().user;
    assert_eq!((alice.role, alice.os_user.as_deref()), (Role::Admin, Some("al")));
}

#[test]
fn of_many_calls_at_once_only_as_many_pass_as_the_rate_allows() {
    let house = House::new();
    house.notes();
    let change = policies::PolicyChange { requests_per_hour: Some(Some(2)), ..policies::PolicyChange::default() };
    policies::set(&house.carol(), "desk", NOTES, &change, None).unwrap();
    let start = std::sync::Barrier::new(4);
    let outcomes: Vec<Result<CallOutcome>> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let (siesta, start) = (house.carol(), &start);
                scope.spawn(move || {
                    start.wait();
                    calls::call(&siesta, &read_notes())
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let won = outcomes.iter().filter(|o| matches!(o, Ok(CallOutcome::Done(_)))).count();
    let limited = |o: &&Result<CallOutcome>| match o {
        Ok(CallOutcome::Denied { reason, .. }) => matches!(**reason, DenyReason::RateLimited { .. }),
        _ => false,
    };
    assert_eq!((won, outcomes.iter().filter(limited).count()), (2, 2), "{outcomes:?}");
    // A denied call does not count, and an hour later there is room again.
    house.later(61);
    assert!(matches!(calls::call(&house.carol(), &read_notes()), Ok(CallOutcome::Done(_))));
}

#[test]
fn of_two_who_looked_at_the_same_policy_one_is_told() {
    let house = House::new();
    house.notes();
    let rate = |limit| policies::PolicyChange { requests_per_hour: Some(Some(limit)), ..Default::default() };
    let (first, second) = (house.carol(), house.carol());
    let seen = policies::preview(&first, "desk", NOTES, &rate(1)).unwrap().version_before();
    assert_eq!(policies::preview(&second, "desk", NOTES, &rate(2)).unwrap().version_before(), seen);
    policies::set(&first, "desk", NOTES, &rate(1), Some(seen)).unwrap();
    let rows = house.rows().len();
    let refused = policies::set(&second, "desk", NOTES, &rate(2), Some(seen)).unwrap_err();
    assert_eq!(refused.kind, Kind::ChangedMeanwhile);
    assert_eq!(house.rows().len(), rows);
    let kept = policies::show(&house.carol(), "desk", NOTES).unwrap().policy;
    assert_eq!(kept.rate_limits.unwrap().max_requests_per_hour, Some(1));
}

#[test]
fn response_rules_reach_the_answer_and_what_is_kept_of_it() {
    let house = House::new();
    house.notes();
    let rules = json!({"response": [{"label": "ids only", "allowFields": ["notes.id"]}]});
    let change = policies::PolicyChange { rules: Some(serde_json::from_value(rules).unwrap()), ..Default::default() };
    policies::set(&house.carol(), "desk", NOTES, &change, None).unwrap();
    house.provider.fault(Fault {
        path: "/api/notes".to_owned(),
        status: 200,
        body: r#"{"notes":[{"id":1,"text":"private"}],"total":1}"#.to_owned(),
        content_type: "application/json".to_owned(),
        ..Fault::default()
    });
    let done = done(calls::call(&house.carol(), &read_notes()));
    assert_eq!(String::from_utf8(done.result.body.clone()).unwrap(), r#"{"notes":[{"id":1}]}"#);
    let kept = house.execution(done.execution).result.unwrap();
    assert_eq!(kept.body, done.result.body);
}

/// Row 98: what is refused leaves no policy behind.
#[test]
fn a_preset_without_a_meaning_makes_no_policy() {
    let house = House::new();
    house.notes();
    let change = policies::PolicyChange { preset: Some(crate::model::policy::Preset::Strict), ..Default::default() };
    assignments::unassign(&house.carol(), NOTES, "desk").unwrap();
    let rows = house.rows().len();
    assert!(policies::set(&house.carol(), "desk", NOTES, &change, None).is_err());
    assert_eq!((assignments::list(&house.carol()).unwrap().len(), house.rows().len()), (0, rows));
}

// ── Limits at their edges ────────────────────────────────────────────────────────────────────────────────────────────

mod limit_tests;
mod org_file_tests;
