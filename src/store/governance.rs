//! Type policies, function overrides and the connections' own settings.
use crate::model::governance::{Freeze, FreezeScope, Mode};
use crate::model::id::ConnectionId;
use crate::model::people::Actor;
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, millis};
use crate::store::{ReadTx, WriteTx};
use std::collections::BTreeMap;

/// A value with who set it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    pub value: T,
    pub by: String,
    pub at: Timestamp,
}

impl ReadTx<'_> {
    /// Whether a service is enabled; one that nobody has switched is.
    pub fn find_type_policy(&self, service: &str) -> Result<Option<bool>> {
        self.one("SELECT enabled FROM type_policies WHERE service = ?1", [service], |row| row.get(0))
    }

    /// The same with who said it, and when.
    pub fn find_type_policy_said(&self, service: &str) -> Result<Option<Said<bool>>> {
        self.one("SELECT enabled, set_by, set_at FROM type_policies WHERE service = ?1", [service], |row| {
            Ok(Said { value: row.get("enabled")?, by: row.text("set_by")?, at: row.instant("set_at")? })
        })
    }

    /// Every stop that is in force.
    pub fn list_freezes(&self) -> Result<Vec<Freeze>> {
        self.all("SELECT * FROM freezes ORDER BY scope, subject", [], |row| {
            Ok(Freeze {
                scope: row.word("scope", FreezeScope::parse)?,
                subject: row.text("subject")?,
                since: row.instant("since")?,
                by: row.text("set_by")?,
                reason: row.text("reason")?,
            })
        })
    }

    /// The organization's modes for a service, by function.
    pub fn list_overrides(&self, service: &str) -> Result<BTreeMap<String, Mode>> {
        let sql = "SELECT function, mode FROM function_overrides WHERE service = ?1";
        let rows = self.all(sql, [service], |row| Ok((row.text("function")?, row.word("mode", Mode::parse)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// The same with who said it, and when.
    pub fn list_overrides_said(&self, service: &str) -> Result<BTreeMap<String, Said<Mode>>> {
        let sql = "SELECT function, mode, set_by, set_at FROM function_overrides WHERE service = ?1";
        let rows = self.all(sql, [service], |row| {
            let mode = row.word("mode", Mode::parse)?;
            Ok((row.text("function")?, Said { value: mode, by: row.text("set_by")?, at: row.instant("set_at")? }))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// A connection's own modes, by function.
    pub fn list_settings(&self, connection: ConnectionId) -> Result<BTreeMap<String, Mode>> {
        let sql = "SELECT function, mode FROM function_settings WHERE connection = ?1";
        let rows =
            self.all(sql, [connection.to_string()], |row| Ok((row.text("function")?, row.word("mode", Mode::parse)?)))?;
        Ok(rows.into_iter().collect())
    }
}

impl WriteTx<'_> {
    pub fn upsert_type_policy(&self, service: &str, enabled: bool, by: &Actor) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO type_policies (service, enabled, set_by, set_at) VALUES (?1, ?2, ?3, ?4)",
            (service, enabled, by.to_string(), millis(self.now())),
        )
        .map(drop)
    }

    pub fn upsert_freeze(&self, freeze: &Freeze) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO freezes (scope, subject, since, set_by, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
            (freeze.scope.as_str(), &freeze.subject, millis(freeze.since), &freeze.by, &freeze.reason),
        )
        .map(drop)
    }

    /// Whether there was one.
    pub fn delete_freeze(&self, scope: FreezeScope, subject: &str) -> Result<bool> {
        Ok(self.run("DELETE FROM freezes WHERE scope = ?1 AND subject = ?2", (scope.as_str(), subject))? > 0)
    }

    pub fn delete_type_policy(&self, service: &str) -> Result<bool> {
        Ok(self.run("DELETE FROM type_policies WHERE service = ?1", [service])? > 0)
    }

    pub fn upsert_override(&self, service: &str, function: &str, mode: Mode, by: &Actor) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO function_overrides (service, function, mode, set_by, set_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (service, function, mode.as_str(), by.to_string(), millis(self.now())),
        )
        .map(drop)
    }

    pub fn delete_override(&self, service: &str, function: &str) -> Result<bool> {
        let sql = "DELETE FROM function_overrides WHERE service = ?1 AND function = ?2";
        Ok(self.run(sql, (service, function))? > 0)
    }

    pub fn upsert_setting(&self, connection: ConnectionId, function: &str, mode: Mode, by: &Actor) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO function_settings (connection, function, mode, set_by, set_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (connection.to_string(), function, mode.as_str(), by.to_string(), millis(self.now())),
        )
        .map(drop)
    }

    pub fn delete_setting(&self, connection: ConnectionId, function: &str) -> Result<bool> {
        let sql = "DELETE FROM function_settings WHERE connection = ?1 AND function = ?2";
        Ok(self.run(sql, (connection.to_string(), function))? > 0)
    }
}
