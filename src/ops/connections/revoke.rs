//! Revoking: the provider first, then the credential, and the truth about both.
//!
//! What must stay true: after a revocation the credential opens nothing any more, whatever the provider said. Where the
//! provider could not be brought to it and somebody asked for that, the tokens are kept for a day in a place where only
//! [`retry`] finds them; each attempt has its row before it leaves, and each outcome has one after it.
use crate::model::auth::{AuthKind, Revocation};
use crate::model::connection::{Connection, Status, Upstream};
use crate::model::credential::{Credential, KeptTokens, Opens};
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::id::ConnectionId;
use crate::model::label::{self, Lookup};
use crate::model::policy::PolicyStatus;
use crate::model::time::{Timestamp, rfc3339};
use crate::oauth::{self, Client, ClientAuth};
use crate::ops::connections::Listed;
use crate::ops::refresh::{LOCK_DEADLINE, lock_name, server_of};
use crate::ops::{About, Error, Kind, Result, Siesta, access, find_connection, services};
use crate::provider::{self, TakenBack};
use crate::store::ReadTx;
use jiff::ToSpan;

/// How long the tokens of a revocation that failed are kept (oauth.md, rule 32).
const KEPT_HOURS: i64 = 24;

#[derive(Debug, Clone, Default)]
pub struct RevokeRequest {
    /// Do not ask the provider.
    pub local_only: bool,
    /// Keep the tokens for [`retry`] if the provider cannot be brought to it.
    pub keep_for_retry: bool,
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

/// Revokes a connection. What the provider says is reported as it is.
pub fn revoke(siesta: &Siesta, typed: &str, request: &RevokeRequest) -> Result<Revoked> {
    let connection = siesta.store.read(|tx| Ok(siesta.person(tx).and_then(|_| find_connection(tx, typed, true))))??;
    if connection.status == Status::Revoked && siesta.store.read(|tx| tx.find_kept_until(connection.id))?.is_some() {
        return Err(Kind::RevocationOpen { label: connection.label }.into());
    }
    refuse_revoked(&connection)?;
    // Waits for a refresh of the same connection that is under way: revoking beside it could bring a token back to life.
    let _lock = siesta.store.lock_for(&lock_name(connection.id), LOCK_DEADLINE)?;
    let credential = siesta.store.read(|tx| tx.find_credential(connection.id))?;
    let tokens = credential.as_ref().and_then(revocable);
    let (upstream, why) = match (&credential, &tokens, request.local_only) {
        (_, _, true) => (Upstream::NotAsked, None),
        (Some(_), Some(tokens), false) => tell_provider(siesta, &connection, tokens)?,
        (Some(credential), None, false) => take_back(siesta, &connection, credential)?,
        (None, _, false) => (Upstream::NotSupported, Some("the connection had no credential".to_owned())),
    };
    let kept = tokens.filter(|_| request.keep_for_retry && upstream == Upstream::Failed);
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let mut connection = tx.get_connection(connection.id)?;
        refuse_revoked(&connection)?;
        let old = std::mem::replace(&mut connection.status, Status::Revoked);
        connection.updated_at = tx.now();
        tx.update_connection(&connection)?;
        tx.delete_credential(connection.id)?;
        let kept_until = kept.as_ref().and_then(|_| tx.now().checked_add(KEPT_HOURS.hours()).ok());
        if let (Some(tokens), Some(until)) = (&kept, kept_until) {
            tx.insert_kept(connection.id, tokens, until)?;
        }
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
        access::cancel_waiting(siesta, tx, &actor, None, Some(connection.id))?;
        let entry = siesta
            .entry(&actor, "connection.revoke", "connection", connection.id)
            .connection(connection.id)
            .change("status", old.as_str(), Status::Revoked.as_str())
            .change("credential", credential.is_some(), false)
            .change("upstream", (), upstream.as_str())
            .change("keptForRetryUntil", (), kept_until.map(rfc3339))
            .change("policies", policies.len(), 0)
            .change("cancelledApprovals", 0, open.len());
        let row = tx.append_audit(entry.row())?;
        Ok(Revoked {
            listed: Listed { connection, policies: Vec::new(), expires_at: None, kept_until },
            audit_seq: row.seq,
            upstream,
            why: why.clone(),
            policies: policies.len(),
            cancelled: open.len(),
        })
    })
}

/// The other living connections that one account signed in to with one client: with many providers a revocation ends
/// them as well (oauth.md, rule 33).
pub fn signed_in_alike(siesta: &Siesta, connection: &Connection) -> Result<Vec<String>> {
    let account = |c: &Connection| c.metadata.get("accountId").cloned();
    let is_alike = |c: &Connection| {
        c.id != connection.id
            && c.status != Status::Revoked
            && c.provider == connection.provider
            && c.client.as_ref().map(|client| &client.client_id)
                == connection.client.as_ref().map(|client| &client.client_id)
            && account(c).is_some()
            && account(c) == account(connection)
    };
    let all = siesta.store.read(|tx| tx.list_connections())?;
    Ok(all.into_iter().filter(is_alike).map(|c| c.label).collect())
}

/// Asks the provider again to revoke what an earlier revocation kept; destroys it when that succeeded. `local_only`:
/// destroys it without asking.
pub fn retry(siesta: &Siesta, typed: &str, local_only: bool) -> Result<Revoked> {
    let found = |tx: &ReadTx<'_>| siesta.person(tx).and_then(|_| find_kept(tx, typed));
    let connection = siesta.store.read(|tx| Ok(found(tx)))??;
    let _lock = siesta.store.lock_for(&lock_name(connection.id), LOCK_DEADLINE)?;
    // Under the lock, because another process may have succeeded meanwhile.
    let kept = siesta.store.read(|tx| tx.find_kept(connection.id))?;
    let label = &connection.label;
    let Some(kept) = kept else {
        return Err(Error::conflict(format!("nothing of connection \"{label}\" was kept that could be revoked"))
            .about(About::Connection(label.clone())));
    };
    let tokens = kept.tokens.filter(|_| siesta.now() < kept.until);
    let Some(tokens) = tokens else {
        destroy_overdue(siesta)?;
        let what = format!("what was kept of connection \"{label}\" was destroyed: its {KEPT_HOURS} hours are over");
        return Err(Error::conflict(what)
            .because("its tokens may still be alive at the provider")
            .about(About::Connection(label.clone())));
    };
    let (upstream, why) = match local_only {
        true => (Upstream::NotAsked, None),
        false => tell_provider(siesta, &connection, &tokens)?,
    };
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let is_over = upstream != Upstream::Failed;
        if is_over {
            tx.delete_kept(connection.id)?;
        }
        let entry = siesta
            .entry(&actor, "connection.revoke.retry", "connection", connection.id)
            .connection(connection.id)
            .change("upstream", Upstream::Failed.as_str(), upstream.as_str())
            .change("keptForRetry", true, !is_over);
        let row = tx.append_audit(entry.row())?;
        let kept_until = tx.find_kept_until(connection.id)?;
        Ok(Revoked {
            listed: Listed { connection: connection.clone(), policies: Vec::new(), expires_at: None, kept_until },
            audit_seq: row.seq,
            upstream,
            why: why.clone(),
            policies: 0,
            cancelled: 0,
        })
    })
}

/// Destroys what was kept for longer than it may, where nothing else is written: every write does it first.
pub(super) fn destroy_overdue(siesta: &Siesta) -> Result<()> {
    let now = siesta.now();
    let kept: Vec<(ConnectionId, Timestamp)> = siesta.store.read(|tx| tx.list_kept())?;
    match kept.iter().any(|(_, until)| *until <= now) {
        true => siesta.store.write(now, |_| Ok(())),
        false => Ok(()),
    }
}

/// The revoked connection somebody means: one of which something is kept, before a living one of the same name.
fn find_kept(tx: &ReadTx<'_>, typed: &str) -> Result<Connection> {
    let kept = tx.list_kept()?;
    let mut candidates = tx.list_nameable(true)?;
    candidates.retain(|one| kept.iter().any(|(id, _)| *id == one.id));
    match label::find(typed, &candidates) {
        Lookup::Found(id) => Ok(tx.get_connection(id)?),
        Lookup::Ambiguous(labels) => {
            Err(Kind::Ambiguous { noun: "connections", name: typed.to_owned(), labels }.into())
        }
        Lookup::Missing => {
            let connection = find_connection(tx, typed, true)?;
            match connection.status {
                Status::Revoked => Ok(connection),
                Status::Healthy | Status::NeedsReauth => {
                    let what = format!("connection \"{}\" is not revoked; there is nothing to retry", connection.label);
                    Err(Error::conflict(what).about(About::Connection(connection.label)))
                }
            }
        }
    }
}

fn refuse_revoked(connection: &Connection) -> Result<()> {
    match connection.status {
        Status::Revoked => Err(Error::conflict(format!("connection \"{}\" is revoked already", connection.label))
            .about(About::Revoked(connection.label.clone()))),
        Status::Healthy | Status::NeedsReauth => Ok(()),
    }
}

/// The part of a credential that a provider can revoke.
fn revocable(credential: &Credential) -> Option<KeptTokens> {
    let Opens::OAuth(tokens) = &credential.opens else { return None };
    Some(KeptTokens {
        access_token: tokens.access_token.clone(),
        refresh_token: tokens.refresh_token.clone(),
        client_secret: tokens.client_secret.clone(),
    })
}

/// Asks the provider to revoke. The attempt is written down first: it cannot be taken back.
fn tell_provider(siesta: &Siesta, connection: &Connection, tokens: &KeptTokens) -> Result<(Upstream, Option<String>)> {
    // Whatever is wrong with the sign-in, the credential goes.
    let server = match server_of(connection) {
        Ok(server) => server,
        Err(error) => return Ok((Upstream::Failed, Some(error.to_string()))),
    };
    if server.revocation_url.is_none() {
        let why = match by_hand(siesta, connection) {
            Some(place) => format!("the provider has no call for it; remove the access by hand: {place}"),
            None => "the provider has no revocation endpoint".to_owned(),
        };
        return Ok((Upstream::NotSupported, Some(why)));
    }
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let entry = siesta.entry(&siesta.person(tx)?, "connection.revoke.attempt", "connection", connection.id);
        tx.append_audit(entry.connection(connection.id).row())?;
        Ok(())
    })?;
    let auth = if tokens.client_secret.is_some() { server.token_auth } else { ClientAuth::None };
    let id = connection.client.as_ref().map(|client| client.client_id.clone()).unwrap_or_default();
    let client = Client { id, secret: tokens.client_secret.clone(), auth };
    let reach = crate::net::Reach { allow_private: connection.allow_private_network };
    let (refresh, access) = (tokens.refresh_token.as_ref(), Some(&tokens.access_token));
    Ok(match oauth::revoke(&siesta.net, reach, &server, &client, refresh, access) {
        oauth::Upstream::Revoked => (Upstream::Revoked, None),
        oauth::Upstream::NotSupported => {
            let place = by_hand(siesta, connection);
            (Upstream::NotSupported, place.map(|place| format!("remove the access by hand: {place}")))
        }
        oauth::Upstream::Failed { why } => (Upstream::Failed, Some(why.to_string())),
    })
}

/// Asks the provider to end a credential that is no token of a sign-in, where it has a call for that.
fn take_back(siesta: &Siesta, connection: &Connection, credential: &Credential) -> Result<(Upstream, Option<String>)> {
    let service = siesta.store.read(|tx| Ok(services::of(tx, connection)))??;
    let revocation = service.auth(connection.auth_kind).and_then(|method| method.revocation.clone());
    let alone = || match by_hand(siesta, connection) {
        Some(place) => format!("it can only be taken back by hand: {place}"),
        None => "a key can only be revoked at the provider itself".to_owned(),
    };
    let Some(revocation) = revocation.filter(|how| how.url.is_some()) else {
        return Ok((Upstream::NotSupported, Some(alone())));
    };
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let entry = siesta.entry(&siesta.person(tx)?, "connection.revoke.attempt", "connection", connection.id);
        tx.append_audit(entry.connection(connection.id).row())?;
        Ok(())
    })?;
    let now = siesta.now();
    Ok(match provider::take_back(&siesta.net, connection, &service, &revocation, &credential.opens, now) {
        Ok(TakenBack::Yes) => (Upstream::Revoked, None),
        Ok(TakenBack::NotSupported) => (Upstream::NotSupported, Some(alone())),
        Ok(TakenBack::No(why)) => (Upstream::Failed, Some(why)),
        Err(error) => (Upstream::Failed, Some(error.to_string())),
    })
}

/// Where a person takes the credential back at the provider.
fn by_hand(siesta: &Siesta, connection: &Connection) -> Option<String> {
    how(siesta, connection).map(|how| how.by_hand).filter(|place| !place.is_empty())
}

/// What a revocation at the provider ends besides this connection.
pub fn ends_more(siesta: &Siesta, connection: &Connection) -> Option<String> {
    how(siesta, connection).map(|how| how.ends_more).filter(|what| !what.is_empty())
}

fn how(siesta: &Siesta, connection: &Connection) -> Option<Revocation> {
    let service = siesta.service(&connection.service).ok()?;
    let method = service.auth(connection.auth_kind)?;
    let server = method.server.as_deref().filter(|_| connection.auth_kind == AuthKind::OAuth2);
    match server {
        Some(server) => Some(crate::catalog::server(server).ok()?.revocation.clone()),
        None => method.revocation.clone(),
    }
}

/// Revokes every living connection, one after the other; what happened to each. One that cannot be revoked keeps none of
/// the others from it.
pub fn revoke_all(siesta: &Siesta, request: &RevokeRequest) -> Result<Vec<(String, Result<Revoked>)>> {
    let all = siesta.store.read(|tx| Ok(siesta.person(tx).map(|_| tx.list_connections())))???;
    let living = all.into_iter().filter(|connection| connection.status != Status::Revoked);
    Ok(living.map(|connection| (connection.label, revoke(siesta, &connection.id.to_string(), request))).collect())
}
