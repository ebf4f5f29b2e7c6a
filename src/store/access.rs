//! Requests for access.
use crate::model::access::{AccessRequest, AccessStatus};
use crate::model::id::{AccessRequestId, AgentId, ConnectionId};
use crate::store::error::Result;
use crate::store::row::{Columns, Row, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

fn read(row: &Row<'_>) -> rusqlite::Result<AccessRequest> {
    Ok(AccessRequest {
        id: row.parsed("id")?,
        agent: row.parsed("agent")?,
        agent_name: row.text("agent_name")?,
        connection: row.parsed("connection")?,
        function: Some(row.text("function")?).filter(|function| !function.is_empty()),
        reason: row.text("reason")?,
        status: row.word("status", AccessStatus::parse)?,
        asked_by: row.text("asked_by")?,
        created_at: row.instant("created_at")?,
        decided_at: row.maybe_instant("decided_at")?,
        decided_by: row.maybe_text("decided_by")?,
        decision_reason: row.maybe_text("decision_reason")?,
    })
}

impl ReadTx<'_> {
    /// Every request, the newest first, at most so many.
    pub fn list_access(&self, pending: bool, agent: Option<AgentId>, limit: u32) -> Result<Vec<AccessRequest>> {
        self.all(
            "SELECT * FROM access_requests WHERE (NOT ?1 OR status = 'pending') AND (?2 IS NULL OR agent = ?2)
             ORDER BY id DESC LIMIT ?3",
            (pending, agent.map(|id| id.to_string()), limit),
            read,
        )
    }

    /// Those that wait, of an agent or for a connection.
    pub fn list_waiting_access(
        &self,
        agent: Option<AgentId>,
        connection: Option<ConnectionId>,
    ) -> Result<Vec<AccessRequest>> {
        self.all(
            "SELECT * FROM access_requests WHERE status = 'pending' AND (?1 IS NULL OR agent = ?1)
             AND (?2 IS NULL OR connection = ?2) ORDER BY id",
            (agent.map(|id| id.to_string()), connection.map(|id| id.to_string())),
            read,
        )
    }

    /// Those whose id begins so; two are enough to know that it is not one.
    pub fn list_access_by_prefix(&self, prefix: &str) -> Result<Vec<AccessRequest>> {
        self.all("SELECT * FROM access_requests WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2", [prefix], read)
    }
}

impl WriteTx<'_> {
    pub fn insert_access(&self, request: &AccessRequest) -> Result<()> {
        self.run(
            "INSERT INTO access_requests (id, agent, agent_name, connection, function, reason, status, asked_by, created_at)
             VALUES (:id, :agent, :agent_name, :connection, :function, :reason, :status, :asked_by, :created_at)",
            named_params! {
                ":id": request.id.to_string(), ":agent": request.agent.to_string(), ":agent_name": request.agent_name,
                ":connection": request.connection.to_string(), ":function": request.function.as_deref().unwrap_or(""),
                ":reason": request.reason, ":status": request.status.as_str(), ":asked_by": request.asked_by,
                ":created_at": millis(request.created_at),
            },
        )
        .map(drop)
    }

    /// Decides a request that waits. Of two who decide at once, one gets false.
    pub fn decide_access(&self, id: AccessRequestId, to: AccessStatus, by: &str, reason: Option<&str>) -> Result<bool> {
        let changed = self.run(
            "UPDATE access_requests SET status = ?2, decided_by = ?3, decision_reason = ?4, decided_at = ?5
             WHERE id = ?1 AND status = 'pending'",
            (id.to_string(), to.as_str(), by, reason, millis(self.now())),
        )?;
        Ok(changed > 0)
    }
}
