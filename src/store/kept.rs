//! What a revocation that failed upstream keeps so that it can be tried again.
//!
//! What must stay true: it is no credential any more. It lies in a table of its own, which nothing that opens a
//! credential reads, and its secrets are gone at the first change after its time, whatever that change is.
use crate::model::audit::{Correlated, NewAuditRow, Proof};
use crate::model::credential::{KeptForRetry, KeptTokens};
use crate::model::id::{ConnectionId, CorrelationId};
use crate::model::people::Actor;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, millis};
use crate::store::{ReadTx, WriteTx};

impl ReadTx<'_> {
    pub fn find_kept(&self, connection: ConnectionId) -> Result<Option<KeptForRetry>> {
        self.one("SELECT * FROM kept_for_retry WHERE connection = ?1", [connection.to_string()], |row| {
            let secret = |column: &str| row.maybe_text(column).map(|text| text.map(Secret::new));
            let (refresh_token, client_secret) = (secret("refresh_token")?, secret("client_secret")?);
            let tokens =
                secret("access_token")?.map(|access_token| KeptTokens { access_token, refresh_token, client_secret });
            Ok(KeptForRetry { tokens, until: row.instant("until")? })
        })
    }

    /// The connections whose tokens are still kept, and until when, without opening them.
    pub fn list_kept(&self) -> Result<Vec<(ConnectionId, Timestamp)>> {
        let sql = "SELECT connection, until FROM kept_for_retry WHERE access_token IS NOT NULL ORDER BY connection";
        self.all(sql, [], |row| Ok((row.parsed("connection")?, row.instant("until")?)))
    }

    pub fn find_kept_until(&self, connection: ConnectionId) -> Result<Option<Timestamp>> {
        let sql = "SELECT until FROM kept_for_retry WHERE connection = ?1 AND access_token IS NOT NULL";
        self.one(sql, [connection.to_string()], |row| row.instant("until"))
    }
}

impl WriteTx<'_> {
    pub fn insert_kept(&self, connection: ConnectionId, tokens: &KeptTokens, until: Timestamp) -> Result<()> {
        let maybe = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
        self.run(
            "INSERT INTO kept_for_retry (connection, access_token, refresh_token, client_secret, until)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                connection.to_string(),
                tokens.access_token.reveal(),
                maybe(&tokens.refresh_token),
                maybe(&tokens.client_secret),
                millis(until),
            ),
        )
        .map(drop)
    }

    /// Destroys what was kept; whether there was something.
    pub fn delete_kept(&self, connection: ConnectionId) -> Result<bool> {
        self.erase_for_good();
        Ok(self.run("DELETE FROM kept_for_retry WHERE connection = ?1", [connection.to_string()])? > 0)
    }

    /// Destroys what was kept for longer than it may, each with a row that says so.
    pub(super) fn destroy_what_was_kept_too_long(&self, correlation: CorrelationId) -> Result<()> {
        let overdue = self.list_kept()?.into_iter().filter(|(_, until)| *until <= self.now());
        for (connection, _) in overdue {
            self.erase_for_good();
            self.run(
                "UPDATE kept_for_retry SET access_token = NULL, refresh_token = NULL, client_secret = NULL
                 WHERE connection = ?1",
                [connection.to_string()],
            )?;
            self.append_audit(NewAuditRow {
                actor: Actor::System,
                proof: Proof::Asserted,
                action: "connection.revoke.give_up".to_owned(),
                entity: "connection".to_owned(),
                record_id: connection.to_string(),
                connection: Some(connection),
                decision: None,
                reason: Some("retry_expired".to_owned()),
                correlation: Correlated::Beyond(correlation),
                changes: Vec::new(),
            })?;
        }
        Ok(())
    }
}
