//! The organization's own OAuth clients.
use crate::model::connection::OAuthApp;
use crate::model::redirect::{LoopbackHost, RedirectRule};
use crate::model::secret::Secret;
use crate::store::error::Result;
use crate::store::row::{Columns, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::{Row, named_params};

fn read(row: &Row<'_>) -> rusqlite::Result<OAuthApp> {
    Ok(OAuthApp {
        provider: row.text("provider")?,
        label: row.text("label")?,
        client_id: row.text("client_id")?,
        client_secret: row.maybe_text("client_secret")?.map(Secret::new),
        redirect: RedirectRule {
            host: row.word("redirect_host", LoopbackHost::parse)?,
            port: row.get("redirect_port")?,
            path: row.maybe_text("redirect_path")?,
        },
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}

impl ReadTx<'_> {
    pub fn list_apps(&self) -> Result<Vec<OAuthApp>> {
        self.all("SELECT * FROM apps ORDER BY provider, label", [], read)
    }

    pub fn find_app(&self, provider: &str, label: &str) -> Result<Option<OAuthApp>> {
        self.one("SELECT * FROM apps WHERE provider = ?1 AND label = ?2", (provider, label), read)
    }
}

impl WriteTx<'_> {
    pub fn upsert_app(&self, app: &OAuthApp) -> Result<()> {
        self.run(
            "INSERT INTO apps (provider, label, client_id, client_secret, redirect_host, redirect_port, redirect_path,
             created_at, updated_at)
             VALUES (:provider, :label, :client_id, :client_secret, :redirect_host, :redirect_port, :redirect_path,
             :created_at, :updated_at)
             ON CONFLICT (provider, label) DO UPDATE SET client_id = excluded.client_id,
             client_secret = excluded.client_secret, redirect_host = excluded.redirect_host,
             redirect_port = excluded.redirect_port, redirect_path = excluded.redirect_path, updated_at = excluded.updated_at",
            named_params! {
                ":provider": app.provider, ":label": app.label, ":client_id": app.client_id,
                ":client_secret": app.client_secret.as_ref().map(Secret::reveal), ":redirect_host": app.redirect.host.as_str(),
                ":redirect_port": app.redirect.port, ":redirect_path": app.redirect.path,
                ":created_at": millis(app.created_at), ":updated_at": millis(app.updated_at),
            },
        )
        .map(drop)
    }

    /// Whether there was one.
    pub fn delete_app(&self, provider: &str, label: &str) -> Result<bool> {
        Ok(self.run("DELETE FROM apps WHERE provider = ?1 AND label = ?2", (provider, label))? > 0)
    }
}
