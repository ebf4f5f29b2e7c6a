//! What can be named in a store, as the completion index keeps it.
use crate::model::id::ConnectionId;
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
            connections: self.living()?,
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

    /// The living connections, with the functions that were given to them by hand.
    fn living(&self) -> Result<Vec<NamedConnection>> {
        let sql = "SELECT connection, name FROM connection_functions ORDER BY name";
        let own: Vec<(ConnectionId, String)> =
            self.all(sql, [], |row| Ok((row.parsed("connection")?, row.text("name")?)))?;
        let mut living: Vec<NamedConnection> =
            self.list_nameable(false)?.into_iter().map(NamedConnection::from).collect();
        for (connection, name) in own {
            if let Some(found) = living.iter_mut().find(|one| one.id == connection) {
                found.functions.push(name);
            }
        }
        Ok(living)
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
