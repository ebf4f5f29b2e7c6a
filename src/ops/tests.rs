//! Operations against a real store and the practice provider: what is decided, sent, written down, and in which order.
mod approval_tests;
mod call_tests;
mod change_tests;
mod checkup_tests;
mod key_tests;
mod limit_tests;
mod org_file_tests;
mod renewal_tests;
mod retention_tests;
mod revoke_tests;
mod sign_in_tests;
mod signing_tests;
mod usage_tests;

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

fn contains(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}

fn limit(house: &House, subject: limits::Subject, daily: &str, strict: bool) {
    let change = limits::LimitChange {
        daily: limits::Field::Set(daily.parse().unwrap()),
        strict: Some(strict),
        ..limits::LimitChange::default()
    };
    limits::set(&house.carol(), MODEL, &subject, &change).unwrap();
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn found(house: &House, actor: &str) -> Vec<crate::model::checkup::Finding> {
    let around = checkup::Surroundings { has_display: true, is_remote: false, has_passphrase_file: false };
    checkup::examine(&house.as_(actor), around, |_| ()).unwrap().findings
}
