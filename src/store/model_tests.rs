//! The store against a model of it: the same random operations on the real store and on plain SQLite in memory, and
//! after each of them the same content in every table.
#[cfg(test)]
use super::*;
use crate::model::connection::{Access, Connection, Grant, PendingConnection, Status};
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus, StoredBody, StoredRequest, StoredResult};
use crate::model::governance::Mode;
use crate::model::id::{AgentId, ConnectionId, ExecutionId, LimitId, PendingId, PolicyId};
use crate::model::limit::{Level, Limit, Millions};
use crate::model::people::{Agent, AgentKind, AgentStatus, Role, User, UserStatus};
use crate::model::policy::{AllowlistEntry, DefaultMode, Flow, Policy, PolicyStatus, StepUp};
use crate::model::secret::Secret;
use crate::model::service::AuthKind;
use crate::model::usage::{Tokens, UsageRecord};
use crate::store::file::failing::{self, How};
use proptest::prelude::*;
use rusqlite::types::Value;
use serde_json::{Map, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One operation. The numbers choose a record from a small set, so that operations meet each other's work.
#[derive(Debug, Clone)]
enum Op {
    Connection {
        which: u8,
        status: u8,
        text: String,
    },
    UpdateConnection {
        which: u8,
        text: String,
    },
    Credential {
        which: u8,
        kind: u8,
        text: String,
    },
    Swap {
        which: u8,
        version: i64,
        text: String,
    },
    DeleteCredential {
        which: u8,
    },
    Agent {
        which: u8,
        text: String,
    },
    User {
        which: u8,
    },
    Policy {
        agent: u8,
        connection: u8,
        mode: u8,
    },
    Grant {
        connection: u8,
        name: String,
        adds: bool,
    },
    Setting {
        connection: u8,
        mode: u8,
        sets: bool,
    },
    Override {
        mode: u8,
        sets: bool,
    },
    Limit {
        connection: u8,
        level: u8,
        millions: u64,
        sets: bool,
    },
    Usage {
        connection: u8,
        tokens: u64,
        source: Option<u8>,
    },
    Reservation {
        which: u8,
        tokens: u64,
        minutes: i64,
    },
    Execution {
        which: u8,
        text: String,
    },
    Answer {
        which: u8,
        from: u8,
        to: u8,
    },
    Result {
        which: u8,
        body: Vec<u8>,
    },
    Pending {
        which: u8,
        adds: bool,
        minutes: i64,
    },
    Audit {
        text: String,
    },
    /// The operations of one transaction that fails at its end.
    Fails(Vec<Op>),
    /// A change without an audit row, which is refused.
    Silent(Box<Op>),
    Reopen,
    /// Everything into the base, which stock SQLite reads.
    Compact,
    /// The process dies at this step of the change, counted from the first thing it does to the disk.
    Dies {
        op: Box<Op>,
        step: u32,
    },
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z ]{0,12}", "\\PC{0,6}", Just("'); DROP TABLE users; --".to_owned())]
}

fn single() -> impl Strategy<Value = Op> {
    let few = || 0u8..3;
    prop_oneof![
        3 => (few(), few(), text()).prop_map(|(which, status, text)| Op::Connection { which, status, text }),
        2 => (few(), text()).prop_map(|(which, text)| Op::UpdateConnection { which, text }),
        3 => (few(), few(), text()).prop_map(|(which, kind, text)| Op::Credential { which, kind, text }),
        2 => (few(), 0i64..4, text()).prop_map(|(which, version, text)| Op::Swap { which, version, text }),
        1 => few().prop_map(|which| Op::DeleteCredential { which }),
        2 => (few(), text()).prop_map(|(which, text)| Op::Agent { which, text }),
        1 => few().prop_map(|which| Op::User { which }),
        2 => (few(), few(), few()).prop_map(|(agent, connection, mode)| Op::Policy { agent, connection, mode }),
        1 => (few(), text(), any::<bool>()).prop_map(|(connection, name, adds)| Op::Grant { connection, name, adds }),
        1 => (few(), few(), any::<bool>()).prop_map(|(connection, mode, sets)| Op::Setting { connection, mode, sets }),
        1 => (few(), any::<bool>()).prop_map(|(mode, sets)| Op::Override { mode, sets }),
        2 => (few(), 0u8..4, any::<u64>(), any::<bool>())
            .prop_map(|(connection, level, millions, sets)| Op::Limit { connection, level, millions, sets }),
        2 => (few(), any::<u64>(), prop::option::of(few()))
            .prop_map(|(connection, tokens, source)| Op::Usage { connection, tokens, source }),
        1 => (few(), any::<u64>(), -1i64..2).prop_map(|(which, tokens, minutes)| Op::Reservation { which, tokens, minutes }),
        2 => (few(), text()).prop_map(|(which, text)| Op::Execution { which, text }),
        3 => (few(), 0u8..7, 0u8..7).prop_map(|(which, from, to)| Op::Answer { which, from, to }),
        1 => (few(), prop::collection::vec(any::<u8>(), 0..20)).prop_map(|(which, body)| Op::Result { which, body }),
        1 => (few(), any::<bool>(), -1i64..2).prop_map(|(which, adds, minutes)| Op::Pending { which, adds, minutes }),
        2 => text().prop_map(|text| Op::Audit { text }),
    ]
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        20 => single(),
        2 => prop::collection::vec(single(), 1..4).prop_map(Op::Fails),
        1 => single().prop_map(|op| Op::Silent(Box::new(op))),
        2 => Just(Op::Reopen),
        2 => Just(Op::Compact),
        4 => (single(), 0u32..12).prop_map(|(op, step)| Op::Dies { op: Box::new(op), step }),
    ];
    // What everything else hangs on is there from the start.
    let first = |which| {
        let connection = Op::Connection { which, status: which, text: format!("connection {which}") };
        [connection, Op::Agent { which, text: format!("agent {which}") }]
    };
    prop::collection::vec(op, 1..25).prop_map(move |ops| (0..3).flat_map(first).chain(ops).collect())
}

fn now() -> Timestamp {
    "2026-11-21T08:00:00.123Z".parse().unwrap()
}

fn shifted(minutes: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_mins(minutes)
}

fn uuid(kind: u8, which: u8) -> Uuid {
    Uuid::from_u128((u128::from(kind) << 64) + u128::from(which))
}

pub(super) fn connection(which: u8, status: u8, text: &str) -> Connection {
    Connection {
        id: ConnectionId(uuid(1, which)),
        service: "rest-api".to_owned(),
        provider: "custom".to_owned(),
        label: text.to_owned(),
        status: Status::ALL[usize::from(status) % Status::ALL.len()],
        access: Access::Shared,
        owner: "alice".to_owned(),
        purpose: text.to_owned(),
        singleton: status == 1,
        auth_kind: AuthKind::ApiKey,
        base_url: "https://api.example".to_owned(),
        requested_scopes: vec![text.to_owned()],
        granted_scopes: Vec::new(),
        origins: Vec::new(),
        client: None,
        sign_in: (status == 2).then(|| json!({"issuer": text})),
        allow_private_network: false,
        metadata: Map::from_iter([("account".to_owned(), json!(text))]),
        created_at: now(),
        updated_at: now(),
        last_ok_at: (status == 0).then(now),
        approvers: vec![text.to_owned()],
        reviewer: (status == 0).then(|| text.to_owned()),
        last_error: (status == 1).then(|| text.to_owned()),
    }
}

fn opens(kind: u8, text: &str) -> Opens {
    let secret = || Secret::new(format!("secret {text}"));
    match kind {
        0 => Opens::Nothing,
        1 => Opens::ApiKey(secret()),
        _ => Opens::OAuth(OAuthTokens {
            access_token: secret(),
            refresh_token: text.len().is_multiple_of(2).then(secret),
            previous_refresh_token: None,
            expires_at: text.len().is_multiple_of(3).then(now),
            client_secret: None,
            companion: None,
        }),
    }
}

fn execution(which: u8, text: &str) -> Execution {
    Execution {
        id: ExecutionId(uuid(2, which)),
        agent: AgentId(uuid(3, which)),
        agent_name: text.to_owned(),
        user: (which == 1).then(|| text.to_owned()),
        team: None,
        conversation: None,
        connection: ConnectionId(uuid(1, which)),
        connection_label: text.to_owned(),
        service: "rest-api".to_owned(),
        function: None,
        arguments: json!({"a": text}),
        request: StoredRequest {
            method: "GET".to_owned(),
            url: "https://api.example/".to_owned(),
            headers: Vec::new(),
            body: StoredBody::Json(json!(text)),
        },
        status: ExecutionStatus::PendingApproval,
        approval: ApprovalStatus::Pending,
        approval_reason: None,
        fingerprint: text.to_owned(),
        policy_version: 1,
        result: None,
        error: None,
        created_at: now(),
        expires_at: Some(now()),
        resolved_at: None,
        resolved_by: None,
        correlation: CorrelationId(uuid(9, which)),
    }
}

fn row(text: &str) -> NewAuditRow {
    NewAuditRow {
        actor: Actor::System,
        proof: Proof::Asserted,
        action: "test".to_owned(),
        entity: text.to_owned(),
        record_id: String::new(),
        connection: None,
        decision: None,
        reason: Some(text.to_owned()),
        correlation: crate::model::audit::Correlated::Beyond(CorrelationId(Uuid::nil())),
        changes: vec![Change::new("text", (), text)],
    }
}

/// What an operation says besides what it writes: both sides must say the same.
type Said = std::result::Result<String, String>;

fn apply(tx: &WriteTx<'_>, op: &Op) -> Result<String> {
    let connection_id = |which: &u8| ConnectionId(uuid(1, *which));
    let by = Actor::System;
    let mode = |mode: &u8| Mode::ALL[usize::from(*mode)];
    let approval = |which: &u8| ApprovalStatus::ALL[usize::from(*which)];
    let said = match op {
        Op::Connection { which, status, text } => tx.insert_connection(&connection(*which, *status, text))?.into_word(),
        Op::UpdateConnection { which, text } => tx.update_connection(&connection(*which, 1, text))?.into_word(),
        Op::Credential { which, kind, text } => {
            tx.upsert_credential(connection_id(which), &opens(*kind, text))?.into_word()
        }
        Op::Swap { which, version, text } => {
            format!("{:?}", tx.swap_credential(connection_id(which), *version, &opens(2, text))?)
        }
        Op::DeleteCredential { which } => tx.delete_credential(connection_id(which))?.to_string(),
        Op::Agent { which, text } => {
            let agent = Agent {
                id: AgentId(uuid(3, *which)),
                name: text.clone(),
                kind: AgentKind::Agent,
                description: text.clone(),
                owner: None,
                status: AgentStatus::Active,
                os_user: None,
                created_at: now(),
            };
            match tx.find_agent_by_id(agent.id)? {
                Some(_) => tx.update_agent(&agent)?.into_word(),
                None => tx.insert_agent(&agent)?.into_word(),
            }
        }
        Op::User { which } => {
            let name = format!("user {which}");
            tx.insert_user(&User {
                name,
                role: Role::User,
                status: UserStatus::Active,
                os_user: None,
                created_at: now(),
            })?
            .into_word()
        }
        Op::Policy { agent, connection, mode } => tx
            .upsert_policy(&Policy {
                id: PolicyId(uuid(4, agent * 3 + connection)),
                agent: AgentId(uuid(3, *agent)),
                agent_name: String::new(),
                connection: connection_id(connection),
                default_mode: DefaultMode::ALL[usize::from(*mode)],
                step_up: StepUp::Never,
                allowed_models: vec![Flow::Broker],
                allowlists: vec![AllowlistEntry::whole("https://api.example")],
                rate_limits: None,
                time_windows: Vec::new(),
                rules: Default::default(),
                constraints: Default::default(),
                allow_unenforced_vend: false,
                preset: None,
                status: PolicyStatus::Active,
                created_by: "user:alice".to_owned(),
                version: i64::from(*mode),
                created_at: now(),
            })?
            .into_word(),
        Op::Grant { connection, name, adds } => match adds {
            true => tx.insert_grant(connection_id(connection), &Grant::User(name.clone()))?.to_string(),
            false => tx.delete_grant(connection_id(connection), &Grant::User(name.clone()))?.to_string(),
        },
        Op::Setting { connection, mode: which, sets } => match sets {
            true => tx.upsert_setting(connection_id(connection), "f", mode(which), &by)?.into_word(),
            false => tx.delete_setting(connection_id(connection), "f")?.to_string(),
        },
        Op::Override { mode: which, sets } => match sets {
            true => tx.upsert_override("rest-api", "f", mode(which), &by)?.into_word(),
            false => tx.delete_override("rest-api", "f")?.to_string(),
        },
        Op::Limit { connection, level, millions, sets } => {
            let level = Level::ALL[usize::from(*level)];
            let subject = (level == Level::User).then_some("alice");
            let limit = Limit {
                id: LimitId(uuid(5, *connection)),
                connection: connection_id(connection),
                level,
                subject: subject.map(str::to_owned),
                daily: (millions % 2 == 0).then_some(Millions(*millions)),
                weekly: None,
                strict: true,
                enabled: true,
                updated_at: now(),
            };
            match sets {
                true => tx.upsert_limit(&limit)?.into_word(),
                false => tx.delete_limit(limit.connection, level, subject)?.to_string(),
            }
        }
        Op::Usage { connection, tokens, source } => tx
            .insert_usage(&UsageRecord {
                time: now(),
                connection: connection_id(connection),
                user: Some("alice".to_owned()),
                team: None,
                agent: None,
                model: None,
                tokens: Tokens { input: *tokens, ..Tokens::default() },
                estimated: false,
                source_id: source.map(|source| source.to_string()),
            })?
            .to_string(),
        Op::Reservation { which, tokens, minutes } => tx
            .insert_reservation(&Reservation {
                id: uuid(2, *which),
                connection: connection_id(which),
                user: None,
                team: None,
                agent: Some("desk".to_owned()),
                model: None,
                tokens: *tokens,
                expires_at: shifted(*minutes),
            })?
            .into_word(),
        Op::Execution { which, text } => tx.insert_execution(&execution(*which, text))?.into_word(),
        Op::Answer { which, from, to } => {
            let id = ExecutionId(uuid(2, *which));
            tx.update_approval(id, approval(from), approval(to), ExecutionStatus::Failed, Some("carol"))?.to_string()
        }
        Op::Result { which, body } => {
            let result = StoredResult { http_status: 200, content_type: None, body: body.clone() };
            let id = ExecutionId(uuid(2, *which));
            tx.update_result(id, ExecutionStatus::Success, Some(&result), None)?.into_word()
        }
        Op::Pending { which, adds, minutes } => {
            let id = PendingId(uuid(6, *which));
            match adds {
                true => tx
                    .insert_pending(&PendingConnection {
                        id,
                        service: "rest-api".to_owned(),
                        scopes: Vec::new(),
                        label: None,
                        state_hash: "00".to_owned(),
                        verifier: Some(Secret::new("verifier".to_owned())),
                        nonce: None,
                        client_secret: None,
                        companion: None,
                        redirect_uri: "http://127.0.0.1/".to_owned(),
                        kept: serde_json::Value::Null,
                        created_at: shifted(0),
                        expires_at: shifted(*minutes),
                        used_at: None,
                    })?
                    .into_word(),
                false => tx.delete_pending(id)?.to_string(),
            }
        }
        Op::Audit { text } => tx.append_audit(row(text))?.hash,
        Op::Fails(_) | Op::Silent(_) | Op::Reopen | Op::Compact | Op::Dies { .. } => String::new(),
    };
    Ok(said)
}

trait IntoWord {
    fn into_word(self) -> String;
}

impl IntoWord for () {
    fn into_word(self) -> String {
        "done".to_owned()
    }
}

/// What happens in one transaction.
fn transaction(tx: &WriteTx<'_>, op: &Op) -> Result<String> {
    match op {
        Op::Fails(ops) => {
            for op in ops {
                apply(tx, op)?;
            }
            tx.append_audit(row("fails"))?;
            Err(Error::ChangedMeanwhile)
        }
        Op::Silent(op) => apply(tx, op),
        op => {
            let said = apply(tx, op)?;
            tx.append_audit(row("done"))?;
            Ok(said)
        }
    }
}

/// Plain SQLite in memory with the same schema, where a transaction is SQLite's own.
struct Plain(rusqlite::Connection);

impl Plain {
    /// Begins where the real store is: with its rows, taken over one by one.
    fn like(store: &Store) -> Plain {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database.execute_batch("PRAGMA foreign_keys = ON;").unwrap();
        schema::migrate(&database).unwrap();
        for (table, rows) in dump_of(store) {
            for row in rows {
                let marks = vec!["?"; row.len()].join(", ");
                let sql = format!("INSERT INTO {table} VALUES ({marks})");
                database.execute(&sql, rusqlite::params_from_iter(row)).unwrap();
            }
        }
        Plain(database)
    }

    fn copy(&mut self) -> Plain {
        let bytes = self.0.serialize("main").unwrap();
        let mut database = rusqlite::Connection::open_in_memory().unwrap();
        database.deserialize_read_exact("main", &*bytes, bytes.len(), false).unwrap();
        database.execute_batch("PRAGMA foreign_keys = ON;").unwrap();
        Plain(database)
    }

    fn write(&mut self, op: &Op) -> Said {
        let transaction = self.0.transaction().unwrap();
        let tx = WriteTx::new(&transaction, 1, now());
        let said = super::model_tests::transaction(&tx, op).and_then(|said| tx.must_be_audited().map(|()| said));
        match said {
            Ok(said) => {
                transaction.commit().unwrap();
                Ok(said)
            }
            Err(error) => Err(format!("{error:?}")),
        }
    }
}

type Dump = BTreeMap<String, Vec<Vec<Value>>>;

/// Every row of every table.
fn dump(database: &rusqlite::Connection) -> Dump {
    let mut names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect();
    assert!(names.len() > 10, "{names:?}");
    let rows = |name: &String| {
        // When the tables were laid side by side is no content.
        let content = if name == "meta" { "WHERE key <> 'laid_at'" } else { "" };
        let mut statement = database.prepare(&format!("SELECT * FROM {name} {content}")).unwrap();
        let columns = statement.column_count();
        let read = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get::<_, Value>(at)).collect();
        let rows = statement.query_map([], read).unwrap();
        let mut rows: Vec<Vec<Value>> = rows.map(|row| row.unwrap()).collect();
        rows.sort_by_key(|row| format!("{row:?}"));
        (name.clone(), rows)
    };
    names.iter().map(rows).collect()
}

/// As the open store shows it.
fn shown(store: &Store) -> Dump {
    store.engine.read(|database, _| Ok(dump(database))).unwrap()
}

/// As stock SQLite reads what was sealed, and as the open store shows it: the same.
fn dump_of(store: &Store) -> Dump {
    let shown = shown(store);
    let plain = store.plaintext();
    let mut stock = rusqlite::Connection::open_in_memory().unwrap();
    stock.deserialize_read_exact("main", plain.as_slice(), plain.len(), true).unwrap();
    let sound: String = stock.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    assert_eq!(dump(&stock), shown);
    shown
}

/// Opened anew, by a process that folds every few changes.
fn reopened(temp: &Path) -> Store {
    let mut store = Store::open(place(temp)).unwrap();
    store.engine.set_limits(3, 48 * 1024);
    store
}

fn place(temp: &Path) -> Place {
    Place {
        dir: temp.join("store"),
        config_dir: temp.join("config"),
        identity_file: None,
        expected_fingerprint: None,
        passphrase: None,
        credentials_dir: None,
        withheld: Vec::new(),
        holder: "test".to_owned(),
        index: None,
    }
}

fn run(ops: &[Op]) {
    let temp = tempfile::tempdir().unwrap();
    let new = NewStore {
        store_id: uuid(8, 0),
        organization: Organization::new(uuid(8, 1), "Acme".to_owned()),
        owner: "alice".to_owned(),
        owner_account: None,
        key: crate::store::key::KeyChoice::File,
        recovery_recipient: None,
        now: now(),
        correlation: CorrelationId(uuid(8, 2)),
    };
    drop(Store::create(place(temp.path()), new).unwrap());
    let mut store = reopened(temp.path());
    let mut plain = Plain::like(&store);
    for (step, op) in ops.iter().enumerate() {
        match op {
            Op::Reopen => store = reopened(temp.path()),
            Op::Compact => {
                store.compact(&mut |_, _| {}).unwrap();
                assert_eq!(dump_of(&store), dump(&plain.0), "after step {step}");
            }
            Op::Dies { op, step: at } => {
                let die = || store.write(now(), |tx| transaction(tx, op)).map_err(|error: Error| format!("{error:?}"));
                let (said, _) = failing::at(How::Dead, *at, die);
                store = reopened(temp.path());
                let mut after = plain.copy();
                let expected = after.write(op);
                let now = shown(&store);
                // Whoever was told that it is done finds it done; else it may have been, as a whole.
                if said.is_ok() || now == dump(&after.0) {
                    assert!(said.is_err() || said == expected, "step {step}: {op:?}");
                    plain = after;
                }
            }
            op => {
                let real = store.write(now(), |tx| transaction(tx, op)).map_err(|error: Error| format!("{error:?}"));
                assert_eq!(real, plain.write(op), "step {step}: {op:?}");
            }
        }
        assert_eq!(shown(&store), dump(&plain.0), "after step {step}: {op:?}");
    }
    assert_eq!(dump_of(&store), dump(&plain.0), "at the end");
    let mut verifier = crate::model::audit::Verifier::default();
    store.read(|tx| tx.walk_audit(|row| verifier.take(&row).is_ok())).unwrap();
    assert_eq!(verifier.head(), &store.read(|tx| tx.audit_head()).unwrap());
}

proptest! {
    // A failing sequence is shrunk and printed with its seed. Each sequence takes a third of a second in a debug build.
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_holds_what_plain_sqlite_holds_after_every_step(ops in ops()) {
        run(&ops);
    }
}
