//! Keeps an access token fresh: one refresh at a time over all processes (oauth.md, rules 26–29).
//!
//! What must stay true: with rotation, a refresh token is good for one use, and a second use makes a careful provider
//! kill the whole grant. So: a lock per connection, read again under it, an attempt row before the request leaves, and
//! the answer written durably, by compare-and-swap, before the new token is used.
use crate::model::checkup::worrying_skew;
use crate::model::connection::{Connection, Status};
use crate::model::credential::{Credential, OAuthTokens, Opens, Refreshing};
use crate::model::id::ConnectionId;
use crate::model::people::Actor;
use crate::model::secret::Secret;
use crate::model::time::{Timestamp, rfc3339};
use crate::net::Reach;
use crate::oauth::{self, Client, ClientAuth, Grant, Pace, Server, SystemPace, TokenAnswer};
use crate::ops::{Error, Kind, Result, Siesta};
use crate::store::{AuditQuery, Swap, WriteTx};
use jiff::{SignedDuration, ToSpan};
use std::time::Duration;

/// How long to wait for another process that refreshes the same connection: a token request takes 30 s at most.
pub(super) const LOCK_DEADLINE: Duration = Duration::from_secs(40);

/// A `Retry-After` beyond a day is a number gone wrong.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// For how long a rotated token that cannot be written down is worth waiting: somebody may be making room right now. Each
/// try waits for the writer's lock by itself, so it is as long as a person would watch.
const WRITE_PATIENCE: Duration = Duration::from_secs(120);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_WRITE_PAUSE: Duration = Duration::from_secs(5);

/// What revoke, rotate and reauth take as well: each of them would lose against a refresh that ends after it.
pub(super) fn lock_name(connection: ConnectionId) -> String {
    format!("refresh-{connection}")
}

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

/// The tokens of an answer, with the client's secret kept from before.
pub(super) fn tokens_from(answer: &TokenAnswer, now: Timestamp, before: Option<&OAuthTokens>) -> OAuthTokens {
    let life = answer.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    OAuthTokens {
        access_token: answer.access_token.clone(),
        refresh_token: answer.refresh_token.clone(),
        previous_refresh_token: None,
        expires_at: life.and_then(|seconds| now.checked_add(seconds.seconds()).ok()),
        client_secret: before.and_then(|b| b.client_secret.clone()),
        companion: before.and_then(|b| b.companion.clone()),
    }
}

/// What an answer says about the clocks, at the moment it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skew {
    is_known: bool,
    seconds: Option<i64>,
}

impl Skew {
    pub(super) fn of(answer: &TokenAnswer, received_at: Timestamp) -> Skew {
        let seconds = answer.date.and_then(|theirs| worrying_skew(theirs, received_at));
        Skew { is_known: answer.date.is_some(), seconds }
    }

    pub(super) fn note(self, tx: &WriteTx<'_>) -> Result<()> {
        match self.is_known {
            true => Ok(tx.set_clock_skew(self.seconds)?),
            false => Ok(()),
        }
    }
}

/// When a token is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// When its life is nearly over (rule 29).
    Stale,
    /// When its life is over within this time.
    Within(Duration),
    /// When it is still this version: a provider would not take it, or somebody asked for a new one.
    Version(i64),
}

impl When {
    fn has_come(self, credential: &Credential, now: Timestamp) -> bool {
        let Opens::OAuth(tokens) = &credential.opens else { return false };
        match self {
            When::Stale => tokens.is_stale(credential.obtained_at, now),
            When::Within(time) => {
                let until = now.checked_add(time).unwrap_or(now);
                tokens.is_stale(credential.obtained_at, now) || tokens.expires_at.is_some_and(|at| at <= until)
            }
            When::Version(version) => credential.version == version,
        }
    }
}

/// The credential of a connection, refreshed when its time has come, or when `refused` says which version a provider
/// would not take any more.
pub(super) fn fresh(siesta: &Siesta, connection: &Connection, refused: Option<i64>) -> Result<Credential> {
    let when = refused.map_or(When::Stale, When::Version);
    renewed(siesta, connection, when, &SystemPace::start())
}

pub(super) fn renewed(siesta: &Siesta, connection: &Connection, when: When, pace: &dyn Pace) -> Result<Credential> {
    let missing = || Error::from(Kind::NeedsReauth { label: connection.label.clone() });
    let read = || siesta.store.read(|tx| tx.find_credential(connection.id))?.ok_or_else(missing);
    let current = read()?;
    if !when.has_come(&current, siesta.now()) {
        return Ok(current);
    }
    let _lock = siesta.store.lock_for(&lock_name(connection.id), LOCK_DEADLINE)?;
    // Somebody else may have refreshed while we waited: then theirs is as good.
    let current = read()?;
    if !when.has_come(&current, siesta.now()) {
        return Ok(current);
    }
    let Opens::OAuth(tokens) = &current.opens else { return Ok(current) };
    // Still good for a while: a provider in trouble is no reason to fail a call.
    let is_usable = !matches!(when, When::Version(_)) && tokens.expires_at.is_none_or(|at| at > siesta.now());
    let server = server_of(connection)?;
    // What gets its tokens without a person spends its lasting secret, which no refresh uses up.
    let spent = match server.grant {
        Grant::Code | Grant::KeyExchange => tokens.refresh_token.as_ref(),
        Grant::ClientCredentials | Grant::Assertion => tokens.client_secret.as_ref(),
    };
    let Some(refresh_token) = spent else {
        // One refusal does not end a token whose life is not over (model.md, "Connection states").
        return match tokens.expires_at.is_some_and(|at| at <= siesta.now()) {
            false => Ok(current),
            true => {
                let why = "the access token has expired and there is no refresh token";
                demote(siesta, connection, current.version, "no_refresh_token", why)
            }
        };
    };
    if let Some(until) = current.refreshing.not_before.filter(|until| *until > siesta.now()) {
        if is_usable {
            return Ok(current);
        }
        let what = format!("the provider asked not to be asked again before {}", rfc3339(until));
        return Err(Kind::Provider { what, may_have_arrived: false }.into());
    }
    let attempt = Attempt { siesta, connection, server, current: &current, tokens };
    match attempt.run(refresh_token, pace) {
        Err(error) if is_usable && matches!(error.kind, Kind::Provider { .. }) => Ok(current),
        other => other,
    }
}

/// One refresh, under the connection's lock.
struct Attempt<'a> {
    siesta: &'a Siesta,
    connection: &'a Connection,
    server: Server,
    current: &'a Credential,
    tokens: &'a OAuthTokens,
}

impl Attempt<'_> {
    fn run(&self, refresh_token: &Secret, pace: &dyn Pace) -> Result<Credential> {
        let (siesta, now) = (self.siesta, self.siesta.now());
        let was_interrupted = self.current.refreshing.began_at.is_some();
        // Proves, before the token is spent, that the answer can be written down.
        self.note(Refreshing { began_at: Some(now), not_before: None }, "connection.refresh.attempt", None)?;
        let (mut answer, mut used) = (self.ask(refresh_token), refresh_token);
        if matches!(&answer, Err(error) if error.is_invalid_grant())
            && let Some(previous) = self.tokens.previous_refresh_token.as_ref().filter(|_| self.server.reuse_window)
        {
            // The newer one never worked: within its window the provider still takes the one before.
            (answer, used) = (self.ask(previous), previous);
        }
        match answer {
            Ok(answer) => self.keep(&answer, used, pace),
            Err(error) if error.is_invalid_grant() => {
                let said = match &error {
                    oauth::Error::Refused { code, description: Some(words) } => format!("({code}): {words}"),
                    oauth::Error::Refused { code, description: None } => format!("({code})"),
                    _ => "(invalid_grant)".to_owned(),
                };
                let (reason, why) = match was_interrupted {
                    true => (
                        "refresh_interrupted",
                        "an earlier refresh was interrupted, and its token is no longer good (refresh_interrupted)"
                            .to_owned(),
                    ),
                    false => ("invalid_grant", format!("the provider refused the refresh token {said}")),
                };
                let early = ended_early(siesta, self.connection, self.current)?.map(|early| format!("; {early}"));
                let why = format!("{why}{}", early.unwrap_or_default());
                demote(siesta, self.connection, self.current.version, reason, &why)
            }
            Err(error) => {
                // What has no answer may have been done: the attempt stays open, and the next one knows.
                let is_open = matches!(&error, oauth::Error::Net(failure) if failure.may_have_arrived());
                let asked = match &error {
                    oauth::Error::Transient { retry_after, .. } => retry_after.map(|time| time.min(LONGEST_PAUSE)),
                    _ => None,
                };
                let not_before = asked.and_then(|time| now.checked_add(time).ok());
                let began_at = if is_open { Some(now) } else { self.current.refreshing.began_at };
                let sheet = Refreshing { began_at, not_before };
                // The failure itself is what matters to whoever asked.
                let _ = self.note(sheet, "connection.refresh.failed", Some(&error.to_string()));
                Err(error.into())
            }
        }
    }

    fn ask(&self, refresh_token: &Secret) -> std::result::Result<TokenAnswer, oauth::Error> {
        let client = client_of(self.connection, &self.server, self.tokens);
        let reach = Reach { allow_private: self.connection.allow_private_network };
        if self.server.grant != Grant::Code {
            let scopes = &self.connection.requested_scopes;
            return oauth::mint(&self.siesta.net, reach, &self.server, &client, scopes, self.siesta.now());
        }
        oauth::refresh(&self.siesta.net, reach, &self.server, &client, refresh_token)
    }

    fn note(&self, sheet: Refreshing, action: &str, reason: Option<&str>) -> Result<()> {
        let id = self.connection.id;
        self.siesta.store.write(self.siesta.now(), |tx| -> Result<()> {
            if tx.update_refreshing(id, self.current.version, sheet)? == Swap::Lost {
                return Err(Kind::ChangedMeanwhile.into());
            }
            let entry = self.siesta.entry(&Actor::System, action, "connection", id).connection(id);
            let entry = match reason {
                Some(reason) => entry.reason(reason),
                None => entry,
            };
            tx.append_audit(entry.row())?;
            Ok(())
        })
    }

    /// Writes the new tokens down, durably, before anybody uses them.
    fn keep(&self, answer: &TokenAnswer, used: &Secret, pace: &dyn Pace) -> Result<Credential> {
        let mut tokens = tokens_from(answer, self.siesta.now(), Some(self.tokens));
        match &answer.refresh_token {
            // Until the new one has worked once, the one that did is worth having.
            Some(_) => tokens.previous_refresh_token = self.server.reuse_window.then(|| used.clone()),
            // The old one stays, and of two the one that worked.
            None if self.server.grant != Grant::Code => {}
            None => tokens.refresh_token = Some(used.clone()),
        }
        let skew = Skew::of(answer, self.siesta.now());
        let rotated = answer.refresh_token.is_some();
        let renewed = Opens::OAuth(tokens);
        let began = pace.elapsed();
        let mut pause = FIRST_PAUSE;
        let swap = loop {
            match self.swap(&renewed, skew) {
                Ok(swap) => break swap,
                // The old token is spent: the only copy of the new one is in this process (rule 28).
                Err(error) if rotated && is_disk(&error) => {
                    if pace.elapsed().saturating_sub(began) >= WRITE_PATIENCE {
                        let why =
                            error.cause.clone().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
                        return Err(
                            Error::from(Kind::RefreshLost { label: self.connection.label.clone() }).because(why)
                        );
                    }
                    pace.sleep(pause);
                    pause = (pause * 2).min(LONGEST_WRITE_PAUSE);
                }
                Err(error) => return Err(error),
            }
        };
        if swap == Swap::Lost {
            // Revoked or replaced meanwhile: what we were just given must not stay alive.
            let client = client_of(self.connection, &self.server, self.tokens);
            let reach = Reach { allow_private: self.connection.allow_private_network };
            let (refresh, access) = (answer.refresh_token.as_ref(), Some(&answer.access_token));
            let _ = oauth::revoke(&self.siesta.net, reach, &self.server, &client, refresh, access);
        }
        let missing = || Error::from(Kind::NeedsReauth { label: self.connection.label.clone() });
        self.siesta.store.read(|tx| tx.find_credential(self.connection.id))?.ok_or_else(missing)
    }

    fn swap(&self, renewed: &Opens, skew: Skew) -> Result<Swap> {
        let id = self.connection.id;
        self.siesta.store.write(self.siesta.now(), |tx| -> Result<Swap> {
            let swap = tx.swap_credential(id, self.current.version, renewed)?;
            let entry = self.siesta.entry(&Actor::System, "connection.refresh", "connection", id);
            let entry = match swap {
                Swap::Done => entry,
                Swap::Lost => entry.reason("replaced_meanwhile"),
            };
            tx.append_audit(entry.connection(id).row())?;
            skew.note(tx)?;
            Ok(swap)
        })
    }
}

/// What the provider does to tokens of some clients, when this one has not outlived it.
fn ended_early(siesta: &Siesta, connection: &Connection, credential: &Credential) -> Result<Option<&'static str>> {
    let service = siesta.service(&connection.service).ok();
    let server = service.and_then(|service| service.auth(connection.auth_kind)?.server.as_deref());
    let Some(early) = server.and_then(|name| crate::catalog::server(name).ok()?.early_end.as_ref()) else {
        return Ok(None);
    };
    let reauths = AuditQuery {
        action: Some("connection.reauth".to_owned()),
        connection: Some(connection.id),
        limit: 1,
        ..AuditQuery::default()
    };
    let again = siesta.store.read(|tx| tx.list_audit(&reauths))?.first().map(|row| row.time);
    let signed_in = again.unwrap_or(connection.created_at);
    let worked_for = credential.obtained_at.duration_since(signed_in);
    let is_young = worked_for <= SignedDuration::from_hours(24 * i64::from(early.days));
    Ok(is_young.then_some(early.why.as_str()))
}

/// What may pass while this process waits: a full disk, another writer.
fn is_disk(error: &Error) -> bool {
    matches!(error.kind, Kind::Disk { .. } | Kind::Busy { .. } | Kind::NoStore { .. })
}

/// Writes down that a connection must be authorised again, and says so. Looks once more first: a credential that was
/// replaced since is not the one that was refused, and is handed on instead.
pub(super) fn demote(
    siesta: &Siesta,
    connection: &Connection,
    version: i64,
    reason: &str,
    why: &str,
) -> Result<Credential> {
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
                .reason(reason)
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

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
