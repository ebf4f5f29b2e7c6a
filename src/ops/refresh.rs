//! Keeps an access token fresh: one refresh at a time over all processes (oauth.md, rules 26–29).
//!
//! What must stay true: with rotation, a refresh token is good for one use, and a second use makes a careful provider
//! kill the whole grant. So: a lock per connection, read again under it, an attempt row before the request leaves, and
//! the answer written durably, by compare-and-swap, before the new token is used.
use crate::model::connection::{Connection, Status};
use crate::model::credential::{Credential, OAuthTokens, Opens};
use crate::model::people::Actor;
use crate::oauth::{self, Client, ClientAuth, Server, TokenAnswer};
use crate::ops::{Error, Kind, Result, Siesta};
use crate::store::Swap;
use jiff::ToSpan;
use std::time::Duration;

/// How long to wait for another process that refreshes the same connection: a token request takes 30 s at most.
const LOCK_DEADLINE: Duration = Duration::from_secs(40);

/// The authorization server a connection was authorised at.
pub(super) fn server_of(connection: &Connection) -> Result<Server> {
    let broken =
        || Error::from(Kind::Damaged { what: format!("the sign-in of \"{}\" is unreadable", connection.label) });
    let value = connection.sign_in.clone().ok_or_else(broken)?;
    serde_json::from_value(value).map_err(|_| broken())
}

/// The client a connection was authorised with.
pub(super) fn client_of(connection: &Connection, server: &Server, tokens: &OAuthTokens) -> Client {
    let auth = if tokens.client_secret.is_some() { server.token_auth } else { ClientAuth::None };
    let id = connection.client.as_ref().map(|client| client.client_id.clone()).unwrap_or_default();
    Client { id, secret: tokens.client_secret.clone(), auth }
}

/// The tokens of an answer, with what it leaves out kept from before: a refresh without a refresh token keeps the old.
pub(super) fn tokens_from(
    answer: &TokenAnswer,
    now: crate::model::time::Timestamp,
    before: Option<&OAuthTokens>,
) -> OAuthTokens {
    let life = answer.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    OAuthTokens {
        access_token: answer.access_token.clone(),
        refresh_token: answer.refresh_token.clone().or_else(|| before.and_then(|b| b.refresh_token.clone())),
        expires_at: life.and_then(|seconds| now.checked_add(seconds.seconds()).ok()),
        client_secret: before.and_then(|b| b.client_secret.clone()),
    }
}

/// The credential of a connection, refreshed when it is stale, or when `refused` says which version a provider would
/// not take any more.
pub(super) fn fresh(siesta: &Siesta, connection: &Connection, refused: Option<i64>) -> Result<Credential> {
    let missing = || Error::from(Kind::NeedsReauth { label: connection.label.clone() });
    let current = siesta.store.read(|tx| tx.find_credential(connection.id))?.ok_or_else(missing)?;
    if !wants_refresh(siesta, &current, refused) {
        return Ok(current);
    }
    let _lock = siesta.store.lock_for(&format!("refresh-{}", connection.id), LOCK_DEADLINE)?;
    let current = siesta.store.read(|tx| tx.find_credential(connection.id))?.ok_or_else(missing)?;
    if !wants_refresh(siesta, &current, refused) {
        return Ok(current);
    }
    let Opens::OAuth(tokens) = &current.opens else { return Ok(current) };
    let Some(refresh_token) = &tokens.refresh_token else {
        return match tokens.expires_at.is_some_and(|at| at <= siesta.now()) || refused.is_some() {
            true => demote(
                siesta,
                connection,
                current.version,
                "the access token has expired and there is no refresh token",
            ),
            false => Ok(current),
        };
    };
    let server = server_of(connection)?;
    let client = client_of(connection, &server, tokens);
    let reach = crate::net::Reach { allow_private: connection.allow_private_network };
    // Proves, before the token is spent, that the answer can be written down.
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let entry = siesta.entry(&Actor::System, "connection.refresh.attempt", "connection", connection.id);
        tx.append_audit(entry.connection(connection.id).row())?;
        Ok(())
    })?;
    let answer = match oauth::refresh(&siesta.net, reach, &server, &client, refresh_token) {
        Ok(answer) => answer,
        Err(error) if error.is_invalid_grant() => {
            return demote(
                siesta,
                connection,
                current.version,
                "the provider refused the refresh token (invalid_grant)",
            );
        }
        Err(error) => return Err(error.into()),
    };
    let renewed = Opens::OAuth(tokens_from(&answer, siesta.now(), Some(tokens)));
    let swap = siesta.store.write(siesta.now(), |tx| -> Result<Swap> {
        let swap = tx.swap_credential(connection.id, current.version, &renewed)?;
        let entry = siesta.entry(&Actor::System, "connection.refresh", "connection", connection.id);
        let entry = match swap {
            Swap::Done => entry,
            Swap::Lost => entry.reason("replaced_meanwhile"),
        };
        tx.append_audit(entry.connection(connection.id).row())?;
        Ok(swap)
    })?;
    if swap == Swap::Lost {
        // Revoked or replaced meanwhile: what we were just given must not stay alive.
        let renewed = tokens_from(&answer, siesta.now(), None);
        let _ = oauth::revoke(
            &siesta.net,
            reach,
            &server,
            &client,
            renewed.refresh_token.as_ref(),
            Some(&renewed.access_token),
        );
    }
    siesta.store.read(|tx| tx.find_credential(connection.id))?.ok_or_else(missing)
}

fn wants_refresh(siesta: &Siesta, credential: &Credential, refused: Option<i64>) -> bool {
    let Opens::OAuth(tokens) = &credential.opens else { return false };
    refused == Some(credential.version) || tokens.is_stale(credential.obtained_at, siesta.now())
}

/// Writes down that a connection must be authorised again, and says so. Looks once more first: a credential that was
/// replaced since is not the one that was refused, and is handed on instead.
fn demote(siesta: &Siesta, connection: &Connection, version: i64, why: &str) -> Result<Credential> {
    let replaced = siesta.store.write(siesta.now(), |tx| -> Result<Option<Credential>> {
        let newer = tx.find_credential(connection.id)?.filter(|credential| credential.version != version);
        if newer.is_some() {
            return Ok(newer);
        }
        let mut found = tx.get_connection(connection.id)?;
        if found.status == Status::Healthy {
            found.status = Status::NeedsReauth;
            found.last_error = Some(why.to_owned());
            found.updated_at = tx.now();
            tx.update_connection(&found)?;
            let entry = siesta
                .entry(&Actor::System, "connection.needs_reauth", "connection", connection.id)
                .connection(connection.id)
                .reason("invalid_grant")
                .change("status", Status::Healthy.as_str(), Status::NeedsReauth.as_str());
            tx.append_audit(entry.row())?;
        }
        Ok(None)
    })?;
    if let Some(credential) = replaced {
        return Ok(credential);
    }
    Err(Error::from(Kind::NeedsReauth { label: connection.label.clone() }).because(why))
}
