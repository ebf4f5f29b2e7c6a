//! Policies: one per agent and connection.
use crate::model::id::{AgentId, ConnectionId};
use crate::model::policy::{DefaultMode, Policy, PolicyStatus, Preset, StepUp};
use crate::model::time::Timestamp;
use crate::store::error::Result;
use crate::store::row::{Columns, Row, json_text, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

fn read(row: &Row<'_>) -> rusqlite::Result<Policy> {
    Ok(Policy {
        id: row.parsed("id")?,
        agent: row.parsed("agent")?,
        agent_name: row.text("agent_name")?,
        connection: row.parsed("connection")?,
        default_mode: row.word("default_mode", DefaultMode::parse)?,
        step_up: row.word("step_up", StepUp::parse)?,
        allowed_models: row.json("allowed_models")?,
        allowlists: row.json("allowlists")?,
        rate_limits: row.json("rate_limits")?,
        time_windows: row.json("time_windows")?,
        rules: row.json("rules")?,
        constraints: row.json("constraints")?,
        allow_unenforced_vend: row.get("allow_unenforced_vend")?,
        preset: row.maybe_word("preset", Preset::parse)?,
        status: row.word("status", PolicyStatus::parse)?,
        created_by: row.text("created_by")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
    })
}

const SELECT: &str =
    "SELECT policies.*, agents.name AS agent_name FROM policies JOIN agents ON agents.id = policies.agent";

impl ReadTx<'_> {
    /// The policy of this pair, active or revoked.
    pub fn find_policy(&self, agent: AgentId, connection: ConnectionId) -> Result<Option<Policy>> {
        let sql = format!("{SELECT} WHERE policies.agent = ?1 AND policies.connection = ?2");
        self.one(&sql, (agent.to_string(), connection.to_string()), read)
    }

    /// Every active policy, by connection and agent.
    pub fn list_policies(&self) -> Result<Vec<Policy>> {
        self.all(&format!("{SELECT} WHERE policies.status = 'active' ORDER BY connection, agent_name"), [], read)
    }

    /// Every policy, the revoked ones too.
    pub fn list_every_policy(&self) -> Result<Vec<Policy>> {
        self.all(&format!("{SELECT} ORDER BY connection, agent_name"), [], read)
    }

    pub fn list_policies_of(&self, connection: ConnectionId) -> Result<Vec<Policy>> {
        let sql = format!("{SELECT} WHERE policies.status = 'active' AND connection = ?1 ORDER BY agent_name");
        self.all(&sql, [connection.to_string()], read)
    }
}

/// How long admissions are kept, in milliseconds: longer than the hour that is counted, for `explain --at`.
const ADMISSIONS_KEPT: i64 = 24 * 3_600_000;

impl ReadTx<'_> {
    /// When calls of this pair were admitted in the hour up to an instant, oldest first.
    pub fn list_admitted(&self, agent: AgentId, connection: ConnectionId, until: Timestamp) -> Result<Vec<Timestamp>> {
        let until = millis(until);
        self.all(
            "SELECT at FROM admissions WHERE agent = ?1 AND connection = ?2 AND at > ?3 AND at <= ?4 ORDER BY at",
            (agent.to_string(), connection.to_string(), until - 3_600_000, until),
            |row| row.instant("at"),
        )
    }
}

impl WriteTx<'_> {
    /// Counts a call as admitted, in the transaction of its attempt.
    pub fn insert_admission(&self, agent: AgentId, connection: ConnectionId) -> Result<()> {
        let (agent, connection, now) = (agent.to_string(), connection.to_string(), millis(self.now()));
        self.run(
            "DELETE FROM admissions WHERE agent = ?1 AND connection = ?2 AND at < ?3",
            (&agent, &connection, now - ADMISSIONS_KEPT),
        )?;
        self.run("INSERT INTO admissions (agent, connection, at) VALUES (?1, ?2, ?3)", (agent, connection, now))
            .map(drop)
    }

    /// Writes a policy; one revoked earlier for the same pair comes back as this one.
    pub fn upsert_policy(&self, policy: &Policy) -> Result<()> {
        self.run(
            "INSERT INTO policies (id, agent, connection, default_mode, step_up, allowed_models, allowlists, rate_limits,
             time_windows, rules, constraints, allow_unenforced_vend, preset, status, created_by, version, created_at)
             VALUES (:id, :agent, :connection, :default_mode, :step_up, :allowed_models, :allowlists, :rate_limits,
             :time_windows, :rules, :constraints, :allow_unenforced_vend, :preset, :status, :created_by, :version, :created_at)
             ON CONFLICT (agent, connection) DO UPDATE SET default_mode = excluded.default_mode,
             step_up = excluded.step_up, allowed_models = excluded.allowed_models, allowlists = excluded.allowlists,
             rate_limits = excluded.rate_limits, time_windows = excluded.time_windows, rules = excluded.rules,
             constraints = excluded.constraints, allow_unenforced_vend = excluded.allow_unenforced_vend,
             preset = excluded.preset, status = excluded.status,
             created_by = excluded.created_by, version = excluded.version, created_at = excluded.created_at",
            named_params! {
                ":id": policy.id.to_string(), ":agent": policy.agent.to_string(),
                ":connection": policy.connection.to_string(), ":default_mode": policy.default_mode.as_str(),
                ":step_up": policy.step_up.as_str(), ":allowed_models": json_text(&policy.allowed_models)?,
                ":allowlists": json_text(&policy.allowlists)?, ":rate_limits": json_text(&policy.rate_limits)?,
                ":time_windows": json_text(&policy.time_windows)?, ":rules": json_text(&policy.rules)?,
                ":constraints": json_text(&policy.constraints)?,
                ":allow_unenforced_vend": policy.allow_unenforced_vend,
                ":preset": policy.preset.map(Preset::as_str), ":status": policy.status.as_str(),
                ":created_by": policy.created_by, ":version": policy.version, ":created_at": millis(policy.created_at),
            },
        )
        .map(drop)
    }
}
