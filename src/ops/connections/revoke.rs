//! Revoking: the provider first, then the credential, and the truth about both.
use crate::model::connection::{Connection, Status, Upstream};
use crate::model::credential::{Credential, Opens};
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::policy::PolicyStatus;
use crate::oauth;
use crate::ops::connections::Listed;
use crate::ops::refresh::{client_of, server_of};
use crate::ops::{Error, Result, Siesta, find_connection};
use std::time::Duration;

#[derive(Debug, Clone, Default)]
pub struct RevokeRequest {
    /// Do not ask the provider.
    pub local_only: bool,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Revoked {
    pub listed: Listed,
    pub audit_seq: i64,
    pub upstream: Upstream,
    /// Why the provider could not be brought to it.
    pub why: Option<String>,
    pub policies: usize,
    pub cancelled: usize,
}

/// Waits for a refresh of the same connection that is under way: revoking beside it could bring a token back to life.
const LOCK_DEADLINE: Duration = Duration::from_secs(40);

/// Revokes a connection. The credential is destroyed whatever the provider says; what it says is reported as it is.
pub fn revoke(siesta: &Siesta, typed: &str, request: &RevokeRequest) -> Result<Revoked> {
    let connection = siesta.store.read(|tx| Ok(siesta.person(tx).and_then(|_| find_connection(tx, typed, true))))??;
    refuse_revoked(&connection)?;
    let _lock = siesta.store.lock_for(&format!("refresh-{}", connection.id), LOCK_DEADLINE)?;
    let credential = siesta.store.read(|tx| tx.find_credential(connection.id))?;
    let (upstream, why) = match (&credential, request.local_only) {
        (Some(credential), false) => tell_provider(siesta, &connection, credential)?,
        (None, false) => (Upstream::NotSupported, Some("the connection had no credential".to_owned())),
        (_, true) => (Upstream::NotAsked, None),
    };
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut connection = tx.get_connection(connection.id)?;
        refuse_revoked(&connection)?;
        let old = std::mem::replace(&mut connection.status, Status::Revoked);
        connection.updated_at = tx.now();
        tx.update_connection(&connection)?;
        tx.delete_credential(connection.id)?;
        let policies = tx.list_policies_of(connection.id)?;
        for policy in &policies {
            let mut policy = policy.clone();
            policy.status = PolicyStatus::Revoked;
            policy.version += 1;
            tx.upsert_policy(&policy)?;
        }
        let open = tx.list_open_approvals(connection.id)?;
        for execution in &open {
            let to = ApprovalStatus::Cancelled;
            tx.update_approval(execution.id, execution.approval, to, ExecutionStatus::Failed, None)?;
        }
        let entry = siesta
            .entry(&actor, "connection.revoke", "connection", connection.id)
            .connection(connection.id)
            .change("status", old.as_str(), Status::Revoked.as_str())
            .change("credential", credential.is_some(), false)
            .change("upstream", (), upstream.as_str())
            .change("policies", policies.len(), 0)
            .change("cancelledApprovals", 0, open.len());
        let row = tx.append_audit(entry.row())?;
        Ok(Revoked {
            listed: Listed { connection, policies: Vec::new(), expires_at: None },
            audit_seq: row.seq,
            upstream,
            why: why.clone(),
            policies: policies.len(),
            cancelled: open.len(),
        })
    })
}

fn refuse_revoked(connection: &Connection) -> Result<()> {
    match connection.status {
        Status::Revoked => Err(Error::conflict(format!("connection \"{}\" is revoked already", connection.label))),
        Status::Healthy | Status::NeedsReauth => Ok(()),
    }
}

/// Asks the provider to revoke. The attempt is written down first: it cannot be taken back.
fn tell_provider(
    siesta: &Siesta,
    connection: &Connection,
    credential: &Credential,
) -> Result<(Upstream, Option<String>)> {
    let Opens::OAuth(tokens) = &credential.opens else {
        return Ok((Upstream::NotSupported, Some("a key can only be revoked at the provider itself".to_owned())));
    };
    // Whatever is wrong with the sign-in, the credential goes.
    let server = match server_of(connection) {
        Ok(server) => server,
        Err(error) => return Ok((Upstream::Failed, Some(error.to_string()))),
    };
    if server.revocation_url.is_none() {
        return Ok((Upstream::NotSupported, Some("the provider has no revocation endpoint".to_owned())));
    }
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let entry = siesta.entry(&siesta.person(tx)?, "connection.revoke.attempt", "connection", connection.id);
        tx.append_audit(entry.connection(connection.id).row())?;
        Ok(())
    })?;
    let client = client_of(connection, &server, tokens);
    let reach = crate::net::Reach { allow_private: connection.allow_private_network };
    let (refresh, access) = (tokens.refresh_token.as_ref(), Some(&tokens.access_token));
    Ok(match oauth::revoke(&siesta.net, reach, &server, &client, refresh, access) {
        oauth::Upstream::Revoked => (Upstream::Revoked, None),
        oauth::Upstream::NotSupported => (Upstream::NotSupported, None),
        oauth::Upstream::Failed { why } => (Upstream::Failed, Some(why.to_string())),
    })
}
