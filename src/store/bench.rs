//! What the benchmark of the store measures: the same statements over this store's engine and over a database that
//! SQLite or SQLCipher keeps itself. Only in a build with the feature `bench`, which no release has.
use crate::model::audit::{Change, Correlated, NewAuditRow, Proof};
use crate::model::connection::{Access, Connection as Noun, Status};
use crate::model::credential::Opens;
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::limit::{self, Days};
use crate::model::organization::Organization;
use crate::model::people::Actor;
use crate::model::secret::Secret;
use crate::model::service::AuthKind;
use crate::model::time::Timestamp;
use crate::model::usage::{Tokens, UsageRecord};
use crate::store::engine::BASE;
use crate::store::key::KeyChoice;
use crate::store::trust::Pin;
use crate::store::{
    AuditQuery, Error, NewStore, Place, ReadTx, Result, Store, UsageScope, WRITER_DEADLINE, WriteTx, canonical, file,
    seal,
};
use jiff::SignedDuration;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use uuid::Uuid;

/// How many connections stand beside the audit.
pub const CONNECTIONS: u128 = 1000;
const USAGE_DAYS: i64 = 90;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    List,
    Newest,
    HistoryPage,
    HistoryAll,
    Write,
    UsageSum,
    Verify,
}

impl Operation {
    pub const ALL: [Operation; 7] = [
        Operation::List,
        Operation::Newest,
        Operation::HistoryPage,
        Operation::HistoryAll,
        Operation::Write,
        Operation::UsageSum,
        Operation::Verify,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Operation::List => "list 1,000 connections",
            Operation::Newest => "newest 50 audit rows",
            Operation::HistoryPage => "history of one record, 50 rows",
            Operation::HistoryAll => "history of one record, all",
            Operation::Write => "durable update + audit row",
            Operation::UsageSum => "usage over 30 days",
            Operation::Verify => "verify the whole chain",
        }
    }
}

fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap_or_default()
}

fn id(n: u128) -> ConnectionId {
    ConnectionId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 | n))
}

/// A store in `dir` with this many audit rows, and the same database in plain text as `dir/plain.db`.
pub fn prepare(dir: &Path, rows: u64) -> Result<()> {
    let store = Store::create(
        place(dir),
        NewStore {
            store_id: Uuid::from_u128(7),
            organization: Organization::new(Uuid::from_u128(8), "Acme".to_owned()),
            owner: "alice".to_owned(),
            owner_account: None,
            key: KeyChoice::File,
            recovery_recipient: None,
            now: now(),
            correlation: CorrelationId(Uuid::nil()),
        },
    )?;
    store.write(now(), fill)?;
    store.compact(&mut |_, _| {})?;
    let base = place(dir).dir.join(BASE);
    let sealed = file::open(&base)?.ok_or_else(|| Error::NoStore { dir: dir.to_owned() })?;
    let plain = dir.join("plain.db");
    let failed = |source| Error::Io { doing: "cannot write the plain database".to_owned(), source };
    std::fs::write(&plain, &*seal::open(store.engine.key(), sealed, &base)?).map_err(failed)?;
    add_audit(&plain, rows)?;
    let recipients: Vec<String> = store.read(|tx| tx.list_recipients())?.into_iter().map(|r| r.recipient).collect();
    file::replace(&base, |out| {
        seal::seal(&recipients, out, |sealed| {
            let mut file = File::open(&plain)?;
            let mut bytes = vec![0; 1 << 20];
            loop {
                match file.read(&mut bytes)? {
                    0 => return Ok(()),
                    read => sealed.write_all(&bytes[..read])?,
                }
            }
        })
    })?;
    Pin::new(&dir.join("config"), &canonical(&place(dir).dir)?).remove()?;
    drop(store);
    let store = Store::open(place(dir))?;
    store.write(now(), |tx| tx.append_audit(row(0)).map(drop))?;
    // As an administrator does now and then; the rival's tables lie side by side as well, because they were exported.
    store.compact(&mut |_, _| {})?;
    store.write(now(), |tx| tx.append_audit(row(1)).map(drop))
}

fn place(dir: &Path) -> Place {
    Place {
        dir: dir.join("store"),
        config_dir: dir.join("config"),
        identity_file: None,
        expected_fingerprint: None,
        passphrase: None,
        credentials_dir: None,
        withheld: Vec::new(),
        index: None,
        holder: "bench".to_owned(),
    }
}

fn fill(tx: &WriteTx<'_>) -> Result<()> {
    for n in 0..CONNECTIONS {
        tx.insert_connection(&connection(n))?;
        let key = format!("sk-{:0>1500}", n);
        tx.upsert_credential(id(n), &Opens::ApiKey(Secret::new(key)))?;
    }
    for day in 0..USAGE_DAYS {
        for n in 0..100u128 {
            tx.insert_usage(&UsageRecord {
                time: now() - SignedDuration::from_hours(24 * day),
                connection: id(n),
                user: Some(format!("user-{}", n % 20)),
                team: None,
                agent: None,
                model: Some("m-1".to_owned()),
                tokens: Tokens { input: 1000 + n as u64, output: 200, ..Tokens::default() },
                estimated: false,
                source_id: None,
            })?;
        }
    }
    tx.append_audit(row(1)).map(drop)
}

fn connection(n: u128) -> Noun {
    Noun {
        id: id(n),
        service: "openai".to_owned(),
        provider: "openai".to_owned(),
        label: format!("connection {n:04}"),
        status: Status::Healthy,
        access: Access::Shared,
        owner: "alice".to_owned(),
        purpose: "benchmarks".to_owned(),
        singleton: false,
        auth_kind: AuthKind::ApiKey,
        base_url: "https://api.openai.com".to_owned(),
        requested_scopes: Vec::new(),
        granted_scopes: Vec::new(),
        origins: Vec::new(),
        client: None,
        sign_in: None,
        allow_private_network: false,
        metadata: serde_json::Map::new(),
        created_at: now(),
        updated_at: now(),
        last_ok_at: None,
        last_error: None,
        approvers: Vec::new(),
        reviewer: None,
    }
}

/// The audit row number `n`: rows of one connection lie as far apart as those of a thousand others make them.
fn row(n: u64) -> NewAuditRow {
    // A fixed scramble, so that every run has the same rows.
    let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let connection = id(u128::from(mixed) % CONNECTIONS);
    NewAuditRow {
        actor: Actor::User(format!("user-{}", mixed % 20)),
        proof: Proof::Asserted,
        action: "connection.update".to_owned(),
        entity: "connection".to_owned(),
        record_id: connection.to_string(),
        connection: Some(connection),
        decision: None,
        reason: None,
        // Ids of the product begin with their time, so they ascend.
        correlation: Correlated::Beyond(CorrelationId(Uuid::from_u128(u128::from(n) << 64 | u128::from(mixed)))),
        changes: vec![Change::new("lastOkAt", serde_json::Value::Null, format!("{mixed:016x}"))],
    }
}

fn add_audit(plain: &Path, rows: u64) -> Result<()> {
    let mut database = Connection::open(plain)?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    let transaction = database.transaction()?;
    let tx = WriteTx::new(&transaction, 0, now());
    for n in 0..rows {
        tx.append_audit(row(n))?;
    }
    transaction.commit()?;
    database.execute_batch("PRAGMA journal_mode = DELETE;")?;
    Ok(())
}

/// Does it on this store's engine; gives how many rows it saw.
pub fn on_store(dir: &Path, operation: Operation, times: u64) -> Result<u64> {
    let store = Store::open(place(dir))?;
    match operation {
        Operation::Write => {
            for n in 0..times {
                store.write(now(), |tx| write(tx, n))?;
            }
            Ok(times)
        }
        other => store.read(|tx| read(tx, other)),
    }
}

/// Does it on a database that is open already.
pub fn on_database(database: &mut Connection, operation: Operation, times: u64) -> Result<u64> {
    database.busy_timeout(WRITER_DEADLINE)?;
    match operation {
        Operation::Write => {
            for n in 0..times {
                let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
                write(&WriteTx::new(&transaction, 0, now()), n)?;
                transaction.commit()?;
            }
            Ok(times)
        }
        other => {
            let transaction = database.transaction()?;
            read(&ReadTx::new(&transaction), other)
        }
    }
}

fn write(tx: &WriteTx<'_>, n: u64) -> Result<()> {
    let n = n + u64::from(std::process::id()) * 31;
    let mut connection = connection(u128::from(n) % CONNECTIONS);
    connection.last_ok_at = Some(now());
    tx.update_connection(&connection)?;
    /// After every row there is: with a correlation in the midst of the others, a change would split a page that no change of
    /// the product touches.
    const LATER: u64 = 1 << 32;
    tx.append_audit(row(LATER + n)).map(drop)
}

fn read(tx: &ReadTx<'_>, operation: Operation) -> Result<u64> {
    let of_one = |limit| {
        let query = AuditQuery { connection: Some(id(500)), limit, ..AuditQuery::default() };
        tx.list_audit_lines(&query).map(|lines| lines.len() as u64)
    };
    match operation {
        Operation::List => tx.list_connections().map(|connections| connections.len() as u64),
        Operation::Newest => {
            tx.list_audit(&AuditQuery { limit: 50, ..AuditQuery::default() }).map(|rows| rows.len() as u64)
        }
        Operation::HistoryPage => of_one(50),
        Operation::HistoryAll => of_one(u32::MAX),
        Operation::UsageSum => {
            let today = limit::day(now(), &jiff::tz::TimeZone::UTC);
            tx.sum_usage(id(50), UsageScope::Pool, Days { first: today - 30, after: today })
        }
        Operation::Verify => {
            let (verified, broken) = tx.verify_audit(|_| ())?;
            match broken {
                None => Ok(u64::try_from(verified.rows()).unwrap_or(0)),
                Some(_) => Err(Error::damaged("the chain is broken")),
            }
        }
        Operation::Write => Ok(0),
    }
}
