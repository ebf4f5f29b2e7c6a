//! What can be named in a store, as the completion index keeps it.
use crate::model::names::{NamedConnection, NamedService, Names};
use crate::model::time::Timestamp;
use crate::store::ReadTx;
use crate::store::error::Result;
use crate::store::row::{Columns, millis};

/// Nobody picks from a longer list of ids; the newest are what somebody is looking for.
const MOST_EXECUTIONS: u32 = 100;

impl ReadTx<'_> {
    /// The names people type, and the ids of the questions that are open at this instant.
    pub fn names(&self, at: Timestamp) -> Result<Names> {
        let texts = |sql: &str| self.all(sql, [], |row| row.get(0));
        Ok(Names {
            connections: self.list_nameable(false)?.into_iter().map(NamedConnection::from).collect(),
            agents: texts("SELECT name FROM agents ORDER BY name")?,
            users: texts("SELECT name FROM users ORDER BY name")?,
            teams: texts("SELECT name FROM teams ORDER BY name")?,
            executions: self.all(
                "SELECT id FROM executions WHERE approval IN ('Pending', 'Approved')
                 AND coalesce(expires_at, ?1 + 1) > ?1 ORDER BY id DESC LIMIT ?2",
                (millis(at), MOST_EXECUTIONS),
                |row| row.parsed("id"),
            )?,
            services: self.list_services()?.iter().filter_map(|document| imported(document)).collect(),
        })
    }
}

/// What of an imported service people type. One that cannot be read has no names; whoever uses it is told.
fn imported(document: &str) -> Option<NamedService> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
        functions: Vec<NamedFunction>,
    }
    #[derive(serde::Deserialize)]
    struct NamedFunction {
        name: String,
    }
    let Named { id, functions } = serde_json::from_str(document).ok()?;
    Some(NamedService { id, functions: functions.into_iter().map(|function| function.name).collect() })
}
