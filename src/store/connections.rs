//! Connections, their grants, and sign-ins that have begun.
use crate::model::connection::{Access, Connection, Grant, PendingConnection, Status};
use crate::model::id::{ConnectionId, PendingId};
use crate::model::label::Nameable;
use crate::model::secret::Secret;
use crate::model::service::AuthKind;
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, Row, json_text, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

/// How long a sign-in is remembered after its end: a day, so that who comes late is told what happened.
const PENDING_REMEMBERED_MS: i64 = 24 * 60 * 60 * 1000;

fn read(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        id: row.parsed("id")?,
        label: row.text("label")?,
        service: row.text("service")?,
        provider: row.text("provider")?,
        status: row.word("status", Status::parse)?,
        access: row.word("access", Access::parse)?,
        owner: row.text("owner")?,
        purpose: row.text("purpose")?,
        singleton: row.get("singleton")?,
        auth_kind: row.word("auth_kind", AuthKind::parse)?,
        base_url: row.text("base_url")?,
        requested_scopes: row.json("requested_scopes")?,
        granted_scopes: row.json("granted_scopes")?,
        origins: row.json("origins")?,
        client: row.maybe_json("client")?,
        sign_in: row.maybe_json("sign_in")?,
        allow_private_network: row.get("allow_private_network")?,
        metadata: row.json("metadata")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
        last_ok_at: row.maybe_instant("last_ok_at")?,
        last_error: row.maybe_text("last_error")?,
        approvers: row.json("approvers")?,
        reviewer: row.maybe_text("reviewer")?,
    })
}

impl ReadTx<'_> {
    /// Every connection, the revoked ones too, in the order they were made.
    pub fn list_connections(&self) -> Result<Vec<Connection>> {
        // Sorted here: SQLite would carry every column of every row through its sorter.
        let mut all = self.all("SELECT * FROM connections", [], read)?;
        all.sort_by_key(|connection| (connection.created_at, connection.id));
        Ok(all)
    }

    pub fn find_connection(&self, id: ConnectionId) -> Result<Option<Connection>> {
        self.one("SELECT * FROM connections WHERE id = ?1", [id.to_string()], read)
    }

    pub fn get_connection(&self, id: ConnectionId) -> Result<Connection> {
        let missing = || Error::NotFound { noun: "connection", name: id.to_string() };
        self.find_connection(id)?.ok_or_else(missing)
    }

    /// What a typed name can mean. Revoked connections are left out unless asked for: their labels are free again.
    pub fn list_nameable(&self, with_revoked: bool) -> Result<Vec<Nameable>> {
        self.all(
            "SELECT id, label, service, singleton FROM connections WHERE ?1 OR status <> 'revoked' ORDER BY created_at, id",
            [with_revoked],
            |row| {
                Ok(Nameable {
                    id: row.parsed("id")?,
                    label: row.text("label")?,
                    service: row.text("service")?,
                    singleton: row.get("singleton")?,
                })
            },
        )
    }

    pub fn list_grants(&self, connection: ConnectionId) -> Result<Vec<Grant>> {
        self.all(
            "SELECT kind, name FROM grants WHERE connection = ?1 ORDER BY kind, name",
            [connection.to_string()],
            |row| {
                let name = row.text("name")?;
                Ok(match row.text("kind")?.as_str() {
                    "team" => Grant::Team(name),
                    _ => Grant::User(name),
                })
            },
        )
    }

    pub fn find_pending(&self, id: PendingId) -> Result<Option<PendingConnection>> {
        self.one("SELECT * FROM pending_connections WHERE id = ?1", [id.to_string()], |row| {
            Ok(PendingConnection {
                id: row.parsed("id")?,
                service: row.text("service")?,
                scopes: row.json("scopes")?,
                label: row.maybe_text("label")?,
                state_hash: row.text("state_hash")?,
                verifier: row.maybe_text("verifier")?.map(Secret::new),
                nonce: row.maybe_text("nonce")?.map(Secret::new),
                client_secret: row.maybe_text("client_secret")?.map(Secret::new),
                companion: row.maybe_text("companion")?.map(Secret::new),
                redirect_uri: row.text("redirect_uri")?,
                kept: row.json("kept")?,
                created_at: row.instant("created_at")?,
                expires_at: row.instant("expires_at")?,
                used_at: row.maybe_instant("used_at")?,
            })
        })
    }
}

impl WriteTx<'_> {
    pub fn insert_connection(&self, connection: &Connection) -> Result<()> {
        self.mark_names();
        let columns = columns(connection)?;
        let values: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let names = values.join(", ").replace(':', "");
        self.put(&format!("INSERT INTO connections ({names}) VALUES ({})", values.join(", ")), &columns)
    }

    /// Writes every field of a connection anew.
    pub fn update_connection(&self, connection: &Connection) -> Result<()> {
        let sql = "SELECT 1 FROM connections WHERE id = ?1 AND label = ?2 AND status = ?3";
        let same = (connection.id.to_string(), &connection.label, connection.status.as_str());
        if self.one(sql, same, |_| Ok(()))?.is_none() {
            self.mark_names();
        }
        let columns = columns(connection)?;
        // Not the id: to whom it looks set, SQLite asks every table that names a connection whether it still may.
        let set = columns.iter().filter(|(name, _)| *name != ":id");
        let set: Vec<String> = set.map(|(name, _)| format!("{} = {name}", &name[1..])).collect();
        self.put(&format!("UPDATE connections SET {} WHERE id = :id", set.join(", ")), &columns)
    }

    fn put(&self, sql: &str, columns: &[(&'static str, Value)]) -> Result<()> {
        let bound: Vec<(&str, &dyn rusqlite::ToSql)> = columns.iter().map(|(n, v)| (*n, v.as_ref())).collect();
        self.run(sql, bound.as_slice()).map(drop)
    }

    pub fn insert_grant(&self, connection: ConnectionId, grant: &Grant) -> Result<bool> {
        let (kind, name) = split(grant);
        let sql = "INSERT OR IGNORE INTO grants (connection, kind, name) VALUES (?1, ?2, ?3)";
        Ok(self.run(sql, (connection.to_string(), kind, name))? > 0)
    }

    pub fn delete_grant(&self, connection: ConnectionId, grant: &Grant) -> Result<bool> {
        let (kind, name) = split(grant);
        let sql = "DELETE FROM grants WHERE connection = ?1 AND kind = ?2 AND name = ?3";
        Ok(self.run(sql, (connection.to_string(), kind, name))? > 0)
    }

    /// Writes down a sign-in that has begun. Those that have expired lose their secrets, and go a day later.
    pub fn insert_pending(&self, pending: &PendingConnection) -> Result<()> {
        let now = millis(self.now());
        self.run("DELETE FROM pending_connections WHERE expires_at <= ?1", [now - PENDING_REMEMBERED_MS])?;
        self.run(
            "UPDATE pending_connections SET verifier = NULL, nonce = NULL, client_secret = NULL, companion = NULL WHERE expires_at <= ?1",
            [now],
        )?;
        let maybe = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
        self.run(
            "INSERT INTO pending_connections (id, service, scopes, label, state_hash, verifier, nonce, client_secret, companion,
             redirect_uri, kept, created_at, expires_at, used_at)
             VALUES (:id, :service, :scopes, :label, :state_hash, :verifier, :nonce, :client_secret, :companion, :redirect_uri,
             :kept, :created_at, :expires_at, :used_at)",
            named_params! {
                ":id": pending.id.to_string(), ":service": pending.service, ":scopes": json_text(&pending.scopes)?,
                ":label": pending.label, ":state_hash": pending.state_hash, ":verifier": maybe(&pending.verifier),
                ":nonce": maybe(&pending.nonce), ":client_secret": maybe(&pending.client_secret),
                ":companion": maybe(&pending.companion),
                ":redirect_uri": pending.redirect_uri, ":kept": json_text(&pending.kept)?,
                ":created_at": millis(pending.created_at), ":expires_at": millis(pending.expires_at),
                ":used_at": pending.used_at.map(millis),
            },
        )
        .map(drop)
    }

    /// Whether it was there: a sign-in that ended in the process that began it leaves nothing behind.
    pub fn delete_pending(&self, id: PendingId) -> Result<bool> {
        Ok(self.run("DELETE FROM pending_connections WHERE id = ?1", [id.to_string()])? > 0)
    }

    /// Uses a pending sign-in: of two that try, one is told that it was the first. Its secrets are gone with it.
    pub fn use_pending(&self, id: PendingId) -> Result<bool> {
        let sql = "UPDATE pending_connections SET used_at = ?2, verifier = NULL, nonce = NULL, client_secret = NULL, companion = NULL
                   WHERE id = ?1 AND used_at IS NULL";
        Ok(self.run(sql, (id.to_string(), millis(self.now())))? > 0)
    }
}

fn split(grant: &Grant) -> (&'static str, &str) {
    match grant {
        Grant::User(name) => ("user", name),
        Grant::Team(name) => ("team", name),
    }
}

type Value = Box<dyn rusqlite::ToSql>;

/// Every column and its value, in one place, so that insert and update cannot drift apart.
fn columns(c: &Connection) -> Result<Vec<(&'static str, Value)>> {
    let maybe = |value: Option<&str>| Box::new(value.map(str::to_owned)) as Value;
    let text = |value: &str| Box::new(value.to_owned()) as Value;
    let client = c.client.as_ref().map(json_text).transpose()?;
    let sign_in = c.sign_in.as_ref().map(json_text).transpose()?;
    Ok(vec![
        (":id", text(&c.id.to_string())),
        (":label", text(&c.label)),
        (":service", text(&c.service)),
        (":provider", text(&c.provider)),
        (":status", text(c.status.as_str())),
        (":access", text(c.access.as_str())),
        (":owner", text(&c.owner)),
        (":purpose", text(&c.purpose)),
        (":approvers", text(&json_text(&c.approvers)?)),
        (":reviewer", maybe(c.reviewer.as_deref())),
        (":singleton", Box::new(c.singleton)),
        (":auth_kind", text(c.auth_kind.as_str())),
        (":base_url", text(&c.base_url)),
        (":requested_scopes", text(&json_text(&c.requested_scopes)?)),
        (":granted_scopes", text(&json_text(&c.granted_scopes)?)),
        (":origins", text(&json_text(&c.origins)?)),
        (":client", maybe(client.as_deref())),
        (":sign_in", maybe(sign_in.as_deref())),
        (":allow_private_network", Box::new(c.allow_private_network)),
        (":metadata", text(&json_text(&c.metadata)?)),
        (":created_at", Box::new(millis(c.created_at))),
        (":updated_at", Box::new(millis(c.updated_at))),
        (":last_ok_at", Box::new(c.last_ok_at.map(millis))),
        (":last_error", maybe(c.last_error.as_deref())),
    ])
}
