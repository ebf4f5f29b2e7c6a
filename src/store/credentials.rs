//! Credentials: one per connection, in a table of their own, destroyed by revoke.
//!
//! What must stay true: this is the only file that writes a credential down, and what it writes down is sealed. A
//! replacement compares the version it means to replace: a refresh that lost a race to a revoke must not bring the
//! credential back to life.
use crate::model::credential::{Credential, OAuthTokens, Opens, Refreshing};
use crate::model::id::ConnectionId;
use crate::model::secret::Secret;
use crate::store::error::Result;
use crate::store::row::{Columns, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

/// Whether a replacement found what it meant to replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Swap {
    Done,
    /// Somebody else replaced or destroyed it meanwhile.
    Lost,
}

impl ReadTx<'_> {
    pub fn has_credential(&self, connection: ConnectionId) -> Result<bool> {
        let sql = "SELECT 1 FROM credentials WHERE connection = ?1";
        Ok(self.one(sql, [connection.to_string()], |_| Ok(()))?.is_some())
    }

    /// The credential itself. Only the operation that makes the call, refreshes or revokes asks for it.
    pub fn find_credential(&self, connection: ConnectionId) -> Result<Option<Credential>> {
        self.one("SELECT * FROM credentials WHERE connection = ?1", [connection.to_string()], |row| {
            let secret = |column: &str| row.maybe_text(column).map(|text| text.map(Secret::new));
            let opens = match (secret("access_token")?, secret("api_key")?) {
                (Some(access_token), _) => Opens::OAuth(OAuthTokens {
                    access_token,
                    refresh_token: secret("refresh_token")?,
                    previous_refresh_token: secret("previous_refresh_token")?,
                    expires_at: row.maybe_instant("expires_at")?,
                    client_secret: secret("client_secret")?,
                    companion: secret("companion")?,
                }),
                (None, Some(key)) => Opens::ApiKey(key),
                (None, None) => Opens::Nothing,
            };
            let refreshing = Refreshing {
                began_at: row.maybe_instant("refresh_began_at")?,
                not_before: row.maybe_instant("refresh_not_before")?,
            };
            let obtained_at = row.instant("obtained_at")?;
            Ok(Credential { opens, version: row.get("version")?, obtained_at, refreshing })
        })
    }

    /// Whether the credential can be renewed without a person, without opening it.
    pub fn has_refresh_token(&self, connection: ConnectionId) -> Result<bool> {
        let sql = "SELECT 1 FROM credentials WHERE connection = ?1 AND refresh_token IS NOT NULL";
        Ok(self.one(sql, [connection.to_string()], |_| Ok(()))?.is_some())
    }

    /// When a connection's credential came, without opening it.
    pub fn find_obtained(&self, connection: ConnectionId) -> Result<Option<crate::model::time::Timestamp>> {
        let sql = "SELECT obtained_at FROM credentials WHERE connection = ?1";
        self.one(sql, [connection.to_string()], |row| row.instant("obtained_at"))
    }

    /// When the access token of a connection expires, without opening the credential.
    pub fn find_expiry(&self, connection: ConnectionId) -> Result<Option<crate::model::time::Timestamp>> {
        let sql = "SELECT expires_at FROM credentials WHERE connection = ?1";
        Ok(self.one(sql, [connection.to_string()], |row| row.maybe_instant("expires_at"))?.flatten())
    }
}

impl WriteTx<'_> {
    /// Seals a connection's first credential, or the one of a new sign-in, which wins over whatever was there.
    pub fn upsert_credential(&self, connection: ConnectionId, opens: &Opens) -> Result<()> {
        let sql = "SELECT version FROM credentials WHERE connection = ?1";
        let before: Option<i64> = self.one(sql, [connection.to_string()], |row| row.get(0))?;
        self.put_credential(connection, opens, before.unwrap_or(0) + 1)
    }

    /// Replaces a credential by a refreshed one, if it is still the version that was refreshed.
    pub fn swap_credential(&self, connection: ConnectionId, version: i64, opens: &Opens) -> Result<Swap> {
        let sql = "SELECT version FROM credentials WHERE connection = ?1";
        let found: Option<i64> = self.one(sql, [connection.to_string()], |row| row.get(0))?;
        if found != Some(version) {
            return Ok(Swap::Lost);
        }
        self.put_credential(connection, opens, version + 1)?;
        Ok(Swap::Done)
    }

    /// Writes down how refreshes of this version stand; a replacement begins with a clean sheet.
    pub fn update_refreshing(&self, connection: ConnectionId, version: i64, refreshing: Refreshing) -> Result<Swap> {
        let sql = "UPDATE credentials SET refresh_began_at = ?3, refresh_not_before = ?4
                   WHERE connection = ?1 AND version = ?2";
        let values = (refreshing.began_at.map(millis), refreshing.not_before.map(millis));
        let changed = self.run(sql, (connection.to_string(), version, values.0, values.1))?;
        Ok(if changed > 0 { Swap::Done } else { Swap::Lost })
    }

    fn put_credential(&self, connection: ConnectionId, opens: &Opens, version: i64) -> Result<()> {
        let (kind, tokens, api_key) = match opens {
            Opens::OAuth(tokens) => ("oauth2", Some(tokens), None),
            Opens::ApiKey(key) => ("api_key", None, Some(key.reveal())),
            Opens::Nothing => ("none", None, None),
        };
        let maybe = |secret: Option<&Option<Secret>>| secret.and_then(|s| s.as_ref()).map(|s| s.reveal().to_owned());
        self.run(
            "INSERT OR REPLACE INTO credentials (connection, version, kind, access_token, refresh_token,
             previous_refresh_token, api_key, client_secret, companion, expires_at, obtained_at)
             VALUES (:connection, :version, :kind, :access_token, :refresh_token, :previous_refresh_token, :api_key,
             :client_secret, :companion, :expires_at, :obtained_at)",
            named_params! {
                ":connection": connection.to_string(), ":version": version, ":kind": kind,
                ":access_token": tokens.map(|t| t.access_token.reveal()),
                ":refresh_token": maybe(tokens.map(|t| &t.refresh_token)),
                ":previous_refresh_token": maybe(tokens.map(|t| &t.previous_refresh_token)), ":api_key": api_key,
                ":client_secret": maybe(tokens.map(|t| &t.client_secret)),
                ":companion": maybe(tokens.map(|t| &t.companion)),
                ":expires_at": tokens.and_then(|t| t.expires_at).map(millis), ":obtained_at": millis(self.now()),
            },
        )
        .map(drop)
    }

    /// Destroys a credential; whether there was one. Its bytes are in no file of the store once this is durable: not in
    /// a page (secure_delete), and in no older base, delta or log.
    pub fn delete_credential(&self, connection: ConnectionId) -> Result<bool> {
        self.erase_for_good();
        Ok(self.run("DELETE FROM credentials WHERE connection = ?1", [connection.to_string()])? > 0)
    }
}
