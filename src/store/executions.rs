//! Executions: requests, the questions they put to people, and their results.
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus, StoredResult};
use crate::model::id::{AgentId, ConnectionId, ExecutionId};
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, Row, json_text, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

/// Which executions to list. Newest first, at most `limit`.
#[derive(Debug, Clone, Default)]
pub struct ExecutionQuery {
    /// Only those that wait for an answer, at this instant.
    pub pending: bool,
    pub now: Option<Timestamp>,
    pub agent: Option<AgentId>,
    pub connection: Option<ConnectionId>,
    pub limit: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Execution> {
    let http_status: Option<u16> = row.get("result_status")?;
    let result = match http_status {
        Some(http_status) => Some(StoredResult {
            http_status,
            content_type: row.maybe_text("result_type")?,
            body: row.get::<_, Option<Vec<u8>>>("result_body")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Execution {
        id: row.parsed("id")?,
        agent: row.parsed("agent")?,
        agent_name: row.text("agent_name")?,
        user: row.maybe_text("user")?,
        team: row.maybe_text("team")?,
        conversation: row.maybe_text("conversation")?,
        connection: row.parsed("connection")?,
        connection_label: row.text("connection_label")?,
        service: row.text("service")?,
        function: row.maybe_text("function")?,
        arguments: row.json("arguments")?,
        request: row.json("request")?,
        status: row.word("status", ExecutionStatus::parse)?,
        approval: row.word("approval", ApprovalStatus::parse)?,
        approval_reason: row.maybe_text("approval_reason")?,
        fingerprint: row.text("fingerprint")?,
        policy_version: row.get("policy_version")?,
        result,
        error: row.maybe_text("error")?,
        created_at: row.instant("created_at")?,
        expires_at: row.maybe_instant("expires_at")?,
        resolved_at: row.maybe_instant("resolved_at")?,
        resolved_by: row.maybe_text("resolved_by")?,
        correlation: row.parsed("correlation")?,
    })
}

impl ReadTx<'_> {
    pub fn find_execution(&self, id: ExecutionId) -> Result<Option<Execution>> {
        self.one("SELECT * FROM executions WHERE id = ?1", [id.to_string()], read)
    }

    pub fn list_executions(&self, query: &ExecutionQuery) -> Result<Vec<Execution>> {
        self.all(
            "SELECT * FROM executions
             WHERE (NOT :pending OR (approval = 'Pending' AND coalesce(expires_at, :now + 1) > :now))
             AND (:agent IS NULL OR agent = :agent) AND (:connection IS NULL OR connection = :connection)
             ORDER BY id DESC LIMIT :limit",
            named_params! {
                ":pending": query.pending, ":now": query.now.map(millis).unwrap_or(0), ":agent": query.agent.map(|id| id.to_string()),
                ":connection": query.connection.map(|id| id.to_string()), ":limit": query.limit,
            },
            read,
        )
    }

    /// Ids that begin so, for people who type a part of one.
    pub fn list_execution_ids(&self, prefix: &str) -> Result<Vec<ExecutionId>> {
        self.all("SELECT id FROM executions WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2", [prefix], |row| {
            row.parsed("id")
        })
    }

    /// The questions of an agent that wait for an answer, with what each covers.
    pub fn list_waiting(&self, agent: AgentId) -> Result<Vec<Execution>> {
        self.all("SELECT * FROM executions WHERE agent = ?1 AND approval = 'Pending'", [agent.to_string()], read)
    }

    /// Questions of an agent that are open: waiting, or approved and not yet used.
    pub fn list_open_approvals_of(&self, agent: AgentId) -> Result<Vec<Execution>> {
        self.all(
            "SELECT * FROM executions WHERE agent = ?1 AND approval IN ('Pending', 'Approved')",
            [agent.to_string()],
            read,
        )
    }

    /// Questions about a connection that are open: waiting, or approved and not yet used.
    pub fn list_open_approvals(&self, connection: ConnectionId) -> Result<Vec<Execution>> {
        self.all(
            "SELECT * FROM executions WHERE connection = ?1 AND approval IN ('Pending', 'Approved')",
            [connection.to_string()],
            read,
        )
    }
}

impl WriteTx<'_> {
    pub fn insert_execution(&self, e: &Execution) -> Result<()> {
        if matches!(e.approval, ApprovalStatus::Pending | ApprovalStatus::Approved) {
            self.mark_names();
        }
        self.run(
            "INSERT INTO executions (id, agent, agent_name, user, team, conversation, connection, connection_label,
             service, function, arguments, request, status, approval, approval_reason, fingerprint, policy_version,
             result_status, result_type, result_body, error, created_at, expires_at, resolved_at, resolved_by, correlation)
             VALUES (:id, :agent, :agent_name, :user, :team, :conversation, :connection, :connection_label, :service,
             :function, :arguments, :request, :status, :approval, :approval_reason, :fingerprint, :policy_version,
             :result_status, :result_type, :result_body, :error, :created_at, :expires_at, :resolved_at, :resolved_by,
             :correlation)",
            named_params! {
                ":id": e.id.to_string(), ":agent": e.agent.to_string(), ":agent_name": e.agent_name, ":user": e.user,
                ":team": e.team, ":conversation": e.conversation, ":connection": e.connection.to_string(),
                ":connection_label": e.connection_label, ":service": e.service, ":function": e.function,
                ":arguments": json_text(&e.arguments)?, ":request": json_text(&e.request)?,
                ":status": e.status.as_str(), ":approval": e.approval.as_str(), ":approval_reason": e.approval_reason,
                ":fingerprint": e.fingerprint, ":policy_version": e.policy_version,
                ":result_status": e.result.as_ref().map(|r| r.http_status),
                ":result_type": e.result.as_ref().and_then(|r| r.content_type.as_ref()),
                ":result_body": e.result.as_ref().map(|r| &r.body), ":error": e.error,
                ":created_at": millis(e.created_at), ":expires_at": e.expires_at.map(millis),
                ":resolved_at": e.resolved_at.map(millis), ":resolved_by": e.resolved_by,
                ":correlation": e.correlation.to_string(),
            },
        )
        .map(drop)
    }

    /// Answers a question, if it is still in the state it was read in. Of two who answer at once, one gets false.
    pub fn update_approval(
        &self,
        id: ExecutionId,
        from: ApprovalStatus,
        to: ApprovalStatus,
        status: ExecutionStatus,
        by: Option<&str>,
    ) -> Result<bool> {
        self.mark_names();
        let changed = self.run(
            "UPDATE executions SET approval = ?3, status = ?4, resolved_by = coalesce(?5, resolved_by),
             resolved_at = CASE WHEN ?5 IS NOT NULL OR ?3 IN ('Expired', 'Cancelled') THEN ?6 ELSE resolved_at END
             WHERE id = ?1 AND approval = ?2",
            (id.to_string(), from.as_str(), to.as_str(), status.as_str(), by, millis(self.now())),
        )?;
        Ok(changed > 0)
    }

    /// Writes down what came of a call.
    pub fn update_result(
        &self,
        id: ExecutionId,
        status: ExecutionStatus,
        result: Option<&StoredResult>,
        error: Option<&str>,
    ) -> Result<()> {
        self.run(
            "UPDATE executions SET status = :status, result_status = :http_status, result_type = :type,
             result_body = :body, error = :error, resolved_at = coalesce(resolved_at, :now) WHERE id = :id",
            named_params! {
                ":id": id.to_string(), ":status": status.as_str(), ":http_status": result.map(|r| r.http_status),
                ":type": result.and_then(|r| r.content_type.as_ref()), ":body": result.map(|r| &r.body),
                ":error": error, ":now": millis(self.now()),
            },
        )
        .map(drop)
    }
}
