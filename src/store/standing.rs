//! Standing approvals.
use crate::model::id::{AgentId, ConnectionId, StandingApprovalId};
use crate::model::standing::StandingApproval;
use crate::store::error::Result;
use crate::store::row::{Columns, Row, json_text, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

fn read(row: &Row<'_>) -> rusqlite::Result<StandingApproval> {
    Ok(StandingApproval {
        id: row.parsed("id")?,
        execution: row.parsed("execution")?,
        agent: row.parsed("agent")?,
        agent_name: row.text("agent_name")?,
        connection: row.parsed("connection")?,
        connection_label: row.text("connection_label")?,
        user: row.maybe_text("user")?,
        team: row.maybe_text("team")?,
        policy_version: row.get("policy_version")?,
        covers: row.json("covers")?,
        uses: row.get("uses")?,
        remaining: row.get("remaining")?,
        created_at: row.instant("created_at")?,
        created_by: row.text("created_by")?,
        expires_at: row.instant("expires_at")?,
        revoked_at: row.maybe_instant("revoked_at")?,
        revoked_by: row.maybe_text("revoked_by")?,
    })
}

impl ReadTx<'_> {
    /// Those of an agent on a connection that are open, if whoever gave them is still an active user.
    pub fn list_standing_of(&self, agent: AgentId, connection: ConnectionId) -> Result<Vec<StandingApproval>> {
        self.all(
            "SELECT * FROM standing_approvals WHERE agent = ?1 AND connection = ?2 AND remaining > 0
             AND revoked_at IS NULL
             AND EXISTS (SELECT 1 FROM users WHERE users.name = created_by AND users.status = 'active') ORDER BY id",
            (agent.to_string(), connection.to_string()),
            read,
        )
    }

    /// Every one, the newest first, at most so many.
    pub fn list_standing(&self, limit: u32) -> Result<Vec<StandingApproval>> {
        self.all("SELECT * FROM standing_approvals ORDER BY id DESC LIMIT ?1", [limit], read)
    }

    /// Those whose id begins so; two are enough to know that it is not one.
    pub fn list_standing_by_prefix(&self, prefix: &str) -> Result<Vec<StandingApproval>> {
        self.all("SELECT * FROM standing_approvals WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2", [prefix], read)
    }
}

impl WriteTx<'_> {
    pub fn insert_standing(&self, s: &StandingApproval) -> Result<()> {
        self.run(
            "INSERT INTO standing_approvals (id, execution, agent, agent_name, connection, connection_label, user, team,
             policy_version, covers, uses, remaining, created_at, created_by, expires_at)
             VALUES (:id, :execution, :agent, :agent_name, :connection, :connection_label, :user, :team,
             :policy_version, :covers, :uses, :remaining, :created_at, :created_by, :expires_at)",
            named_params! {
                ":id": s.id.to_string(), ":execution": s.execution.to_string(), ":agent": s.agent.to_string(),
                ":agent_name": s.agent_name, ":connection": s.connection.to_string(),
                ":connection_label": s.connection_label, ":user": s.user, ":team": s.team,
                ":policy_version": s.policy_version, ":covers": json_text(&s.covers)?, ":uses": s.uses,
                ":remaining": s.remaining, ":created_at": millis(s.created_at), ":created_by": s.created_by,
                ":expires_at": millis(s.expires_at),
            },
        )
        .map(drop)
    }

    /// Takes one of what remains. False: it is used up, over or revoked.
    pub fn use_standing(&self, id: StandingApprovalId) -> Result<bool> {
        let changed = self.run(
            "UPDATE standing_approvals SET remaining = remaining - 1
             WHERE id = ?1 AND remaining > 0 AND revoked_at IS NULL AND expires_at > ?2",
            (id.to_string(), millis(self.now())),
        )?;
        Ok(changed > 0)
    }

    /// Ends it. False: it was revoked before.
    pub fn revoke_standing(&self, id: StandingApprovalId, by: &str) -> Result<bool> {
        let changed = self.run(
            "UPDATE standing_approvals SET revoked_at = ?2, revoked_by = ?3 WHERE id = ?1 AND revoked_at IS NULL",
            (id.to_string(), millis(self.now()), by),
        )?;
        Ok(changed > 0)
    }
}
