//! Token limits and reservations.
use crate::model::id::ConnectionId;
use crate::model::limit::{Level, Limit, Millions};
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, Row, millis, stored};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;
use uuid::Uuid;

fn read(row: &Row<'_>) -> rusqlite::Result<Limit> {
    let subject = row.text("subject")?;
    Ok(Limit {
        id: row.parsed("id")?,
        connection: row.parsed("connection")?,
        level: row.word("level", Level::parse)?,
        subject: (!subject.is_empty()).then_some(subject),
        daily: row.maybe_count("daily")?.map(Millions),
        weekly: row.maybe_count("weekly")?.map(Millions),
        strict: row.get("strict")?,
        enabled: row.get("enabled")?,
        updated_at: row.instant("updated_at")?,
    })
}

impl ReadTx<'_> {
    pub fn list_limits(&self) -> Result<Vec<Limit>> {
        self.all("SELECT * FROM limits ORDER BY connection, level, subject", [], read)
    }

    pub fn list_limits_of(&self, connection: ConnectionId) -> Result<Vec<Limit>> {
        self.all("SELECT * FROM limits WHERE connection = ?1 ORDER BY level, subject", [connection.to_string()], read)
    }

    pub fn find_limit(&self, connection: ConnectionId, level: Level, subject: Option<&str>) -> Result<Option<Limit>> {
        self.one(
            "SELECT * FROM limits WHERE connection = ?1 AND level = ?2 AND subject = ?3",
            (connection.to_string(), level.as_str(), subject.unwrap_or("")),
            read,
        )
    }

    /// What was set aside under an id and is neither settled nor released, also when its time is over.
    pub fn find_reservation(&self, id: Uuid) -> Result<Option<Reservation>> {
        self.one("SELECT * FROM reservations WHERE execution = ?1", [id.to_string()], read_reservation)
    }
}

impl WriteTx<'_> {
    pub fn upsert_limit(&self, limit: &Limit) -> Result<()> {
        self.run(
            "INSERT INTO limits (id, connection, level, subject, daily, weekly, strict, enabled, updated_at)
             VALUES (:id, :connection, :level, :subject, :daily, :weekly, :strict, :enabled, :updated_at)
             ON CONFLICT (connection, level, subject) DO UPDATE SET daily = excluded.daily, weekly = excluded.weekly,
             strict = excluded.strict, enabled = excluded.enabled, updated_at = excluded.updated_at",
            named_params! {
                ":id": limit.id.to_string(), ":connection": limit.connection.to_string(),
                ":level": limit.level.as_str(), ":subject": limit.subject.as_deref().unwrap_or(""),
                ":daily": limit.daily.map(|m| stored(m.0)), ":weekly": limit.weekly.map(|m| stored(m.0)),
                ":strict": limit.strict, ":enabled": limit.enabled, ":updated_at": millis(limit.updated_at),
            },
        )
        .map(drop)
    }

    pub fn delete_limit(&self, connection: ConnectionId, level: Level, subject: Option<&str>) -> Result<bool> {
        let sql = "DELETE FROM limits WHERE connection = ?1 AND level = ?2 AND subject = ?3";
        Ok(self.run(sql, (connection.to_string(), level.as_str(), subject.unwrap_or("")))? > 0)
    }

    /// Sets tokens aside for a call, and clears reservations whose time was over long ago.
    pub fn insert_reservation(&self, reservation: &Reservation) -> Result<()> {
        let long_ago = millis(self.now()).saturating_sub(RESERVATION_KEPT);
        self.run("DELETE FROM reservations WHERE expires_at <= ?1", [long_ago])?;
        self.run(
            "INSERT INTO reservations (execution, connection, user, team, agent, model, tokens, created_at, expires_at)
             VALUES (:id, :connection, :user, :team, :agent, :model, :tokens, :created_at, :expires_at)",
            named_params! {
                ":id": reservation.id.to_string(), ":connection": reservation.connection.to_string(),
                ":user": reservation.user, ":team": reservation.team, ":agent": reservation.agent,
                ":model": reservation.model, ":tokens": stored(reservation.tokens),
                ":created_at": millis(self.now()), ":expires_at": millis(reservation.expires_at),
            },
        )
        .map(drop)
    }

    pub fn delete_reservation(&self, id: Uuid) -> Result<bool> {
        Ok(self.run("DELETE FROM reservations WHERE execution = ?1", [id.to_string()])? > 0)
    }
}

/// How long a reservation whose time is over is still known, in milliseconds: a week. It counts against nothing any more,
/// but what was spent under it can still be booked.
const RESERVATION_KEPT: i64 = 7 * 24 * 3_600_000;

/// Tokens set aside for a call that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The execution's, or one of its own.
    pub id: Uuid,
    pub connection: ConnectionId,
    pub user: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub model: Option<String>,
    pub tokens: u64,
    pub expires_at: Timestamp,
}

fn read_reservation(row: &Row<'_>) -> rusqlite::Result<Reservation> {
    Ok(Reservation {
        id: row.parsed("execution")?,
        connection: row.parsed("connection")?,
        user: row.maybe_text("user")?,
        team: row.maybe_text("team")?,
        agent: row.maybe_text("agent")?,
        model: row.maybe_text("model")?,
        tokens: row.count("tokens")?,
        expires_at: row.instant("expires_at")?,
    })
}
