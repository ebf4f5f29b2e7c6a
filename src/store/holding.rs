//! What an organization has decided, read in one go; and what is taken back when a state takes another one's place.
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::governance::Mode;
use crate::model::id::ConnectionId;
use crate::model::organization::ApprovalProof;
use crate::model::rewind::Holding;
use crate::store::error::Result;
use crate::store::row::{Columns, millis};
use crate::store::{ReadTx, WriteTx};
use std::collections::BTreeMap;

/// What was open and is not any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Questions that waited for an answer, and answers that were not used yet.
    pub approvals: usize,
    /// Calls of which nobody knows how they ended.
    pub attempts: usize,
    pub reservations: usize,
    pub sign_ins: usize,
}

impl ReadTx<'_> {
    pub fn holding(&self) -> Result<Holding> {
        let organization = self.get_organization()?;
        let connections = self.list_connections()?;
        let mut grants = BTreeMap::new();
        for connection in &connections {
            grants.insert(connection.id, self.list_grants(connection.id)?);
        }
        let usage = self.one("SELECT count(*) AS rows FROM usage", [], |row| row.count("rows"))?;
        let obtained = self.all("SELECT connection, obtained_at FROM credentials", [], |row| {
            Ok((row.parsed("connection")?, row.instant("obtained_at")?))
        })?;
        let services = self.all("SELECT service, enabled FROM type_policies", [], |row| {
            Ok((row.text("service")?, row.get("enabled")?))
        })?;
        let overrides = self.all("SELECT service, function, mode FROM function_overrides", [], |row| {
            Ok(((row.text("service")?, row.text("function")?), row.word("mode", Mode::parse)?))
        })?;
        let settings = self.all("SELECT connection, function, mode FROM function_settings", [], |row| {
            let connection: ConnectionId = row.parsed("connection")?;
            Ok(((connection, row.text("function")?), row.word("mode", Mode::parse)?))
        })?;
        Ok(Holding {
            four_eyes: organization.four_eyes,
            signed_approvals: organization.approval_proof == ApprovalProof::Signed,
            ssh_keys: self.list_ssh_keys(None)?.into_iter().map(|known| (known.key.fingerprint, known.user)).collect(),
            connections,
            obtained: obtained.into_iter().collect(),
            grants,
            policies: self.list_every_policy()?,
            agents: self.list_agents()?,
            users: self.list_users()?,
            freezes: self.list_freezes()?,
            services: services.into_iter().collect(),
            overrides: overrides.into_iter().collect(),
            settings: settings.into_iter().collect(),
            limits: self.list_limits()?,
            usage: usage.unwrap_or(0),
        })
    }
}

impl WriteTx<'_> {
    /// Ends everything that was under way: it was about another state than the one that goes on.
    pub fn cancel_everything_open(&self) -> Result<Cancelled> {
        let open = [ApprovalStatus::Pending.as_str(), ApprovalStatus::Approved.as_str()];
        let approvals = self.run(
            "UPDATE executions SET approval = ?3, status = ?4, resolved_at = ?5 WHERE approval IN (?1, ?2)",
            (
                open[0],
                open[1],
                ApprovalStatus::Cancelled.as_str(),
                ExecutionStatus::Failed.as_str(),
                millis(self.now()),
            ),
        )?;
        let attempts = self.run(
            "UPDATE executions SET status = ?2, resolved_at = coalesce(resolved_at, ?3) WHERE status = ?1",
            (ExecutionStatus::Pending.as_str(), ExecutionStatus::Unknown.as_str(), millis(self.now())),
        )?;
        // A revocation of the state before is nothing to try again from here.
        self.run("UPDATE kept_for_retry SET access_token = NULL, refresh_token = NULL, client_secret = NULL", [])?;
        self.erase_for_good();
        let reservations = self.run("DELETE FROM reservations", [])?;
        let sign_ins = self.run("DELETE FROM pending_connections WHERE used_at IS NULL", [])?;
        Ok(Cancelled { approvals, attempts, reservations, sign_ins })
    }
}
