//! Keys that people sign approvals with, and what an approval was signed with.
use crate::model::id::ExecutionId;
use crate::model::signature::{RegisteredKey, SshKey};
use crate::store::error::Result;
use crate::store::row::{Columns, Row, millis};
use crate::store::{ReadTx, WriteTx};
use uuid::Uuid;

/// What a question is signed about, and with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signing {
    /// None: it was asked before there were detached approvals.
    pub nonce: Option<String>,
    /// The fingerprint of the key that has approved it.
    pub signed_with: Option<String>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<RegisteredKey> {
    Ok(RegisteredKey {
        key: SshKey { fingerprint: row.text("fingerprint")?, text: row.text("key")?, comment: row.text("comment")? },
        user: row.text("user")?,
        added_at: row.instant("added_at")?,
        added_by: row.text("added_by")?,
    })
}

impl ReadTx<'_> {
    pub fn list_ssh_keys(&self, user: Option<&str>) -> Result<Vec<RegisteredKey>> {
        self.all(
            "SELECT * FROM ssh_keys WHERE ?1 IS NULL OR user = ?1 ORDER BY user, added_at, fingerprint",
            [user],
            read,
        )
    }

    pub fn find_ssh_key(&self, fingerprint: &str) -> Result<Option<RegisteredKey>> {
        self.one("SELECT * FROM ssh_keys WHERE fingerprint = ?1", [fingerprint], read)
    }

    pub fn find_signing(&self, id: ExecutionId) -> Result<Signing> {
        let found = self.one("SELECT nonce, signed_with FROM executions WHERE id = ?1", [id.to_string()], |row| {
            Ok(Signing { nonce: row.maybe_text("nonce")?, signed_with: row.maybe_text("signed_with")? })
        })?;
        Ok(found.unwrap_or_default())
    }
}

impl WriteTx<'_> {
    pub fn insert_ssh_key(&self, key: &RegisteredKey) -> Result<()> {
        self.run(
            "INSERT INTO ssh_keys (fingerprint, user, key, comment, added_at, added_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (&key.key.fingerprint, &key.user, &key.key.text, &key.key.comment, millis(key.added_at), &key.added_by),
        )
        .map(drop)
    }

    pub fn delete_ssh_key(&self, fingerprint: &str) -> Result<()> {
        self.run("DELETE FROM ssh_keys WHERE fingerprint = ?1", [fingerprint]).map(drop)
    }

    /// Gives a question the random value that tells its statement from every other.
    pub fn set_nonce(&self, id: ExecutionId, nonce: Uuid) -> Result<()> {
        let nonce = nonce.simple().to_string();
        self.run("UPDATE executions SET nonce = ?2 WHERE id = ?1", (id.to_string(), nonce)).map(drop)
    }

    pub fn set_signed_with(&self, id: ExecutionId, fingerprint: &str) -> Result<()> {
        self.run("UPDATE executions SET signed_with = ?2 WHERE id = ?1", (id.to_string(), fingerprint)).map(drop)
    }
}
