//! Services and functions that the organization brought along. Documents are kept as they were checked.
use crate::model::id::ConnectionId;
use crate::model::people::Actor;
use crate::model::service::Function;
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, json_text, millis};
use crate::store::{ReadTx, WriteTx};

impl ReadTx<'_> {
    /// The document of an imported service.
    pub fn find_service(&self, id: &str) -> Result<Option<String>> {
        self.one("SELECT document FROM services WHERE id = ?1", [id], |row| row.text("document"))
    }

    /// Every imported service, by id.
    pub fn list_services(&self) -> Result<Vec<String>> {
        self.all("SELECT document FROM services ORDER BY id", [], |row| row.text("document"))
    }

    /// The functions that a connection was given by hand.
    pub fn list_own_functions(&self, connection: ConnectionId) -> Result<Vec<Function>> {
        let sql = "SELECT document FROM connection_functions WHERE connection = ?1 ORDER BY name";
        let documents = self.all(sql, [connection.to_string()], |row| row.text("document"))?;
        let read = |text: String| serde_json::from_str(&text).map_err(|_| Error::damaged("a function is unreadable"));
        documents.into_iter().map(read).collect()
    }
}

impl WriteTx<'_> {
    pub fn upsert_service(&self, id: &str, document: &str, by: &Actor) -> Result<()> {
        self.mark_names();
        let sql = "INSERT OR REPLACE INTO services (id, document, imported_at, imported_by) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, (id, document, millis(self.now()), by.to_string())).map(drop)
    }

    pub fn delete_service(&self, id: &str) -> Result<bool> {
        self.mark_names();
        Ok(self.run("DELETE FROM services WHERE id = ?1", [id])? > 0)
    }

    pub fn upsert_own_function(&self, connection: ConnectionId, function: &Function) -> Result<()> {
        self.mark_names();
        let sql = "INSERT OR REPLACE INTO connection_functions (connection, name, document) VALUES (?1, ?2, ?3)";
        self.run(sql, (connection.to_string(), &function.name, json_text(function)?)).map(drop)
    }

    pub fn delete_own_function(&self, connection: ConnectionId, name: &str) -> Result<bool> {
        self.mark_names();
        let sql = "DELETE FROM connection_functions WHERE connection = ?1 AND name = ?2";
        Ok(self.run(sql, (connection.to_string(), name))? > 0)
    }
}
