//! The end of a sign-in: the code exchanged, the account looked at, everything written down in one change.
//!
//! What must stay true: a pending sign-in is claimed before its code leaves, so that it is used once however many
//! processes try; what is refused or cannot be stored does not stay alive at the provider; and a new sign-in of a
//! connection keeps everything but its credential, under the same lock as a refresh.
use crate::model::connection::{ClientRef, OriginPurpose, Status};
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::id::ConnectionId;
use crate::model::secret::Secret;
use crate::model::service::{AuthKind, Service};
use crate::oauth::{self, Grant, Identity, IdentityWanted, Outcome, TokenAnswer};
use crate::ops::connections::key::{connection, is_own, who};
use crate::ops::connections::pending::{Arrival, PendingAdd, Purpose, Started, claim, restore};
use crate::ops::connections::place::Place;
use crate::ops::connections::prove::{Proven, prove, twin};
use crate::ops::connections::{Listed, assign_new, check_wanted, free_label, origin};
use crate::ops::refresh::{LOCK_DEADLINE, Skew, lock_name, tokens_from};
use crate::ops::{About, Error, Kind, Result, Siesta, services};
use serde_json::{Map, Value};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What a finished sign-in came to.
#[derive(Debug, Clone)]
pub struct Finished {
    pub listed: Listed,
    /// The account as the server names it: e-mail, or its id there.
    pub account: Option<String>,
    /// Asked for and not granted.
    pub missing_scopes: Vec<String>,
    /// The connection lives only as long as its access token.
    pub no_refresh_token: bool,
    /// It was there before.
    pub again: bool,
    /// A living connection of the same service and account was there already.
    pub twin: Option<String>,
    /// Why this provider gives no refresh token, and what to do about it.
    pub no_refresh_why: Option<String>,
    /// The provider's own words, where it signed somebody in and does not let them do the small request.
    pub restricted: Option<String>,
}

/// Waits for the browser, and finishes the sign-in. Whatever goes wrong, the browser is told and the port is freed.
pub fn finish_add(siesta: &Siesta, pending: PendingAdd, timeout: Duration, cancelled: &AtomicBool) -> Result<Finished> {
    let PendingAdd { id, arrival, started, .. } = pending;
    let Arrival::Listener(mut listener) = arrival else {
        return Err(Kind::Bug { what: "a sign-in without a listener".to_owned() }.into());
    };
    let outcome = match listener.wait(&started.pending, timeout, cancelled) {
        Ok(callback) => claim(siesta, id).and_then(|()| complete(siesta, &started, &callback.code)),
        Err(error) => Err(Error::from(error)),
    };
    let cleared = siesta.store.write(siesta.now(), |tx| -> Result<()> {
        tx.needs_no_audit();
        tx.delete_pending(id)?;
        Ok(())
    });
    listener.finish(if outcome.is_ok() { Outcome::Connected } else { Outcome::Failed });
    let finished = outcome?;
    cleared?;
    Ok(finished)
}

/// Finishes a sign-in, begun by any process, with the whole address that the browser was sent to. An address that does
/// not belong to it changes nothing.
pub fn finish_pasted(siesta: &Siesta, typed: &str, pasted: &str) -> Result<Finished> {
    let started = siesta.store.read(|tx| Ok(siesta.person(tx).and_then(|_| restore(siesta, tx, typed))))??;
    match oauth::paste(pasted, &started.pending, siesta.now()) {
        Ok(callback) => {
            claim(siesta, started.id)?;
            complete(siesta, &started, &callback.code)
        }
        Err(error @ (oauth::Error::NotARedirect | oauth::Error::ForeignRedirect)) => {
            let (what, redirect_uri) = (error.to_string(), started.pending.redirect_uri);
            Err(Kind::NotTheRedirect { what, redirect_uri }.into())
        }
        // The provider's own no, with the right state: there is nothing left to wait for.
        Err(error) => {
            claim(siesta, started.id)?;
            Err(error.into())
        }
    }
}

fn complete(siesta: &Siesta, started: &Started, code: &Secret) -> Result<Finished> {
    let Started { server, client, reach, pending, .. } = started;
    let answer = oauth::exchange(&siesta.net, *reach, server, client, pending, code)?;
    keep_tokens(siesta, started, &answer)
}

/// Judges and stores what the server granted; what is not kept is revoked.
pub(super) fn keep_tokens(siesta: &Siesta, started: &Started, answer: &TokenAnswer) -> Result<Finished> {
    let Started { server, client, reach, .. } = started;
    let stored = identify(siesta, started, answer).and_then(|identity| match &started.purpose {
        Purpose::Add { .. } => store_new(siesta, started, answer, identity.as_ref()),
        Purpose::Reauth { .. } => store_again(siesta, started, answer, identity.as_ref()),
    });
    if stored.is_err() {
        // What was just granted and is not kept must not stay alive at the provider.
        let tokens = (answer.refresh_token.as_ref(), Some(&answer.access_token));
        let _ = oauth::revoke(&siesta.net, *reach, server, client, tokens.0, tokens.1);
    }
    stored
}

/// Whose account it is, when the server says so.
fn identify(siesta: &Siesta, started: &Started, answer: &TokenAnswer) -> Result<Option<Identity>> {
    let Some(id_token) = &answer.id_token else { return Ok(None) };
    let wanted = IdentityWanted {
        issuer: started.server.issuer.as_deref(),
        client_id: &started.client.id,
        nonce: started.pending.nonce.as_ref(),
        now: siesta.now(),
    };
    Ok(Some(oauth::identify(id_token, &wanted)?))
}

/// What of a connection's metadata says whose account it is.
const ACCOUNT: [&str; 5] = ["accountId", "email", "name", "accountName", "tenantId"];

fn metadata(identity: Option<&Identity>) -> Map<String, Value> {
    let mut metadata = Map::new();
    if let Some(identity) = identity {
        metadata.insert("accountId".to_owned(), identity.subject.clone().into());
        metadata.extend(identity.email.clone().map(|email| ("email".to_owned(), email.into())));
        metadata.extend(identity.name.clone().map(|name| ("name".to_owned(), name.into())));
        metadata.extend(identity.tenant.clone().map(|tenant| ("tenantId".to_owned(), tenant.into())));
    }
    metadata
}

fn account(metadata: &Map<String, Value>) -> Option<String> {
    let words = ["email", "accountName", "accountId"].iter().find_map(|key| metadata.get(*key)?.as_str());
    words.map(str::to_owned)
}

/// Any account but the one that was asked for is refused, and so is one that cannot be told (rule 36).
fn check_hint(hint: &str, metadata: &Map<String, Value>) -> Result<()> {
    let known: Vec<&str> =
        ["email", "accountName", "accountId"].iter().filter_map(|key| metadata.get(*key)?.as_str()).collect();
    let why = match known.as_slice() {
        [] => format!("it was an account the server does not name, not {hint}"),
        known if known.iter().any(|account| account.eq_ignore_ascii_case(hint)) => return Ok(()),
        [account, ..] => format!("it was {account}, not {hint}"),
    };
    Err(Kind::SignIn { why }.into())
}

/// A new sign-in that brings no refresh token keeps the old one, if that still works (rule 25).
fn with_old_refresh_token(
    siesta: &Siesta,
    started: &Started,
    id: ConnectionId,
    mut tokens: OAuthTokens,
) -> Result<OAuthTokens> {
    if tokens.refresh_token.is_some() {
        return Ok(tokens);
    }
    let before = siesta.store.read(|tx| tx.find_credential(id))?.map(|credential| credential.opens);
    let Some(Opens::OAuth(OAuthTokens { refresh_token: Some(old), .. })) = before else { return Ok(tokens) };
    if let Ok(answer) = oauth::refresh(&siesta.net, started.reach, &started.server, &started.client, &old) {
        tokens.refresh_token = answer.refresh_token.or(Some(old));
    }
    Ok(tokens)
}

fn tokens(siesta: &Siesta, started: &Started, answer: &TokenAnswer) -> OAuthTokens {
    let mut tokens = tokens_from(answer, siesta.now(), None);
    tokens.client_secret.clone_from(&started.client.secret);
    tokens.companion.clone_from(&started.companion);
    tokens
}

fn store_new(
    siesta: &Siesta,
    started: &Started,
    answer: &TokenAnswer,
    identity: Option<&Identity>,
) -> Result<Finished> {
    let Purpose::Add { service, base_url, place, verify, provider, app_label, account_hint, require_scopes, wanted } =
        &started.purpose
    else {
        return Err(Kind::Bug { what: "a sign-in changed its purpose".to_owned() }.into());
    };
    let service = siesta.service(service)?;
    let missing_scopes = answer.missing(&started.pending.scopes);
    if *require_scopes && !missing_scopes.is_empty() {
        let why = format!("not granted: {}", missing_scopes.join(" "));
        return Err(Kind::SignIn { why }.into());
    }
    let skew = Skew::of(answer, siesta.now());
    let tokens = tokens(siesta, started, answer);
    let no_refresh_token = tokens.refresh_token.is_none() && !started.server.lasting_tokens;
    let server = &started.server;
    let mut place = match place {
        Some(place) => place.clone(),
        None => Place { kind: AuthKind::OAuth2, base_url: base_url.clone(), own_server: true, settings: Map::new() },
    };
    let is_key = server.grant == Grant::KeyExchange;
    if is_key {
        // From here on it is opened by a key, and nothing of the sign-in is needed again.
        place.kind = AuthKind::ApiKey;
    }
    let (actor, owner) = who(siesta, service, wanted)?;
    let mut connection = connection(siesta, service, &place, wanted, owner)?;
    connection.provider.clone_from(provider);
    if !is_key {
        connection.requested_scopes.clone_from(&started.pending.scopes);
        connection.granted_scopes = answer.granted(&started.pending.scopes);
        connection.origins.push(origin(OriginPurpose::Authorization, &server.authorization_url));
        connection.origins.push(origin(OriginPurpose::Token, &server.token_url));
        connection.origins.extend(server.revocation_url.as_ref().map(|url| origin(OriginPurpose::Revocation, url)));
        connection.client = Some(ClientRef { client_id: started.client.id.clone(), app_label: app_label.clone() });
        connection.sign_in = Some(serde_json::to_value(server).map_err(|e| Error::invalid(e.to_string()))?);
    }
    let opens = match is_key {
        true => Opens::ApiKey(answer.access_token.clone()),
        false => Opens::OAuth(tokens),
    };
    let proven = match verify {
        true => prove(siesta, service, &place, &connection, &opens)?,
        false => Proven::not_asked(),
    };
    let known = metadata(identity);
    connection.metadata.extend(known);
    proven.write_into(&mut connection, siesta.now());
    // A sign-in has just shown that it works.
    connection.last_ok_at = Some(siesta.now());
    connection.base_url = match connection.base_url.contains('{') {
        true => place.settled_at(service, &connection.metadata)?,
        false => connection.base_url,
    };
    if let Some(hint) = account_hint {
        check_hint(hint, &connection.metadata)?;
    }
    let metadata = connection.metadata.clone();
    let (listed, twin) = siesta.store.write(siesta.now(), |tx| -> Result<(Listed, Option<String>)> {
        check_wanted(tx, service, wanted)?;
        if connection.label.is_empty() {
            let standard = service.id == crate::catalog::REST;
            connection.label = free_label(tx, if standard { provider } else { &service.name })?;
        }
        skew.note(tx)?;
        let twin = twin(tx, &connection)?;
        tx.insert_connection(&connection)?;
        tx.upsert_credential(connection.id, &opens)?;
        let entry = siesta
            .entry(&actor, "connection.add", "connection", connection.id)
            .connection(connection.id)
            .change("label", (), connection.label.clone())
            .change("service", (), connection.service.clone())
            .change("provider", (), connection.provider.clone())
            .change("owner", (), connection.owner.clone())
            .change("access", (), connection.access.as_str())
            .change("account", (), account(&metadata))
            .change("grantedScopes", (), connection.granted_scopes.clone())
            .change("baseUrl", (), connection.base_url.clone());
        tx.append_audit(entry.row())?;
        let policies = assign_new(siesta, tx, &actor, &connection, wanted)?;
        let expires_at = tx.find_expiry(connection.id)?;
        Ok((Listed { connection: connection.clone(), policies, expires_at, kept_until: None }, twin))
    })?;
    let (account, no_refresh_why) = (account(&metadata), no_refresh_why(service));
    let restricted = proven.said;
    let again = false;
    Ok(Finished { listed, account, missing_scopes, no_refresh_token, again, twin, no_refresh_why, restricted })
}

fn store_again(
    siesta: &Siesta,
    started: &Started,
    answer: &TokenAnswer,
    identity: Option<&Identity>,
) -> Result<Finished> {
    let Purpose::Reauth { connection: id, allow_account_change, .. } = &started.purpose else {
        return Err(Kind::Bug { what: "a sign-in changed its purpose".to_owned() }.into());
    };
    let scopes = &started.pending.scopes;
    let skew = Skew::of(answer, siesta.now());
    // A refresh under way would write its tokens over the new ones.
    let _lock = siesta.store.lock_for(&lock_name(*id), LOCK_DEADLINE)?;
    let mut new = metadata(identity);
    let missing_scopes = answer.missing(scopes);
    let tokens = with_old_refresh_token(siesta, started, *id, tokens(siesta, started, answer))?;
    let proven = proven_again(siesta, *id, answer, scopes, &tokens)?;
    new.extend(proven.facts);
    let (listed, no_refresh_token) = siesta.store.write(siesta.now(), |tx| -> Result<(Listed, bool)> {
        let actor = siesta.person(tx)?;
        let mut connection = tx.get_connection(*id)?;
        if connection.status == Status::Revoked {
            return Err(Error::conflict(format!("connection \"{}\" was revoked meanwhile", connection.label))
                .about(About::Revoked(connection.label.clone())));
        }
        let (known, now_known) = (connection.metadata.get("accountId"), new.get("accountId"));
        // One that cannot be told is not known to be the same.
        let changed = known.is_some() && known != now_known;
        if changed && !allow_account_change {
            let name = |metadata| account(metadata).unwrap_or_else(|| "an account the server does not name".to_owned());
            return Err(Kind::OtherAccount { was: name(&new), before: name(&connection.metadata) }.into());
        }
        skew.note(tx)?;
        let old = connection.clone();
        connection.status = Status::Healthy;
        connection.requested_scopes.clone_from(scopes);
        connection.granted_scopes = answer.granted(scopes);
        if changed {
            ACCOUNT.iter().for_each(|key| drop(connection.metadata.remove(*key)));
        }
        // What was typed when it was added stays as it was typed.
        for (key, value) in &new {
            match ACCOUNT.contains(&key.as_str()) {
                true => drop(connection.metadata.insert(key.clone(), value.clone())),
                false => drop(connection.metadata.entry(key.clone()).or_insert_with(|| value.clone())),
            }
        }
        connection.updated_at = tx.now();
        (connection.last_ok_at, connection.last_error) = (Some(tx.now()), None);
        tx.update_connection(&connection)?;
        tx.upsert_credential(connection.id, &Opens::OAuth(tokens.clone()))?;
        let entry = siesta
            .entry(&actor, "connection.reauth", "connection", connection.id)
            .connection(connection.id)
            .change("status", old.status.as_str(), connection.status.as_str())
            .change("requestedScopes", old.requested_scopes, connection.requested_scopes.clone())
            .change("grantedScopes", old.granted_scopes, connection.granted_scopes.clone())
            .change("account", account(&old.metadata), account(&connection.metadata))
            .change("credential", "replaced", "new");
        tx.append_audit(entry.row())?;
        let policies = tx.list_policies_of(connection.id)?;
        let listed = Listed { connection, policies, expires_at: tokens.expires_at, kept_until: None };
        Ok((listed, tokens.refresh_token.is_none()))
    })?;
    let account = account(&listed.connection.metadata);
    let no_refresh_token = no_refresh_token && !started.server.lasting_tokens;
    let no_refresh_why = siesta.service(&listed.connection.service).ok().and_then(no_refresh_why);
    let (again, twin, restricted) = (true, None, proven.said);
    Ok(Finished { listed, account, missing_scopes, no_refresh_token, again, twin, no_refresh_why, restricted })
}

/// Why the server of a service gives no refresh token when it gives none, and what to do.
fn no_refresh_why(service: &Service) -> Option<String> {
    let server = service.auth(AuthKind::OAuth2)?.server.as_deref()?;
    let why = &crate::catalog::server(server).ok()?.no_refresh_token;
    (!why.is_empty()).then(|| why.clone())
}

/// Whose account it is now, as the catalogue's request says.
fn proven_again(
    siesta: &Siesta,
    id: ConnectionId,
    answer: &TokenAnswer,
    scopes: &[String],
    tokens: &OAuthTokens,
) -> Result<Proven> {
    let found = siesta.store.read(|tx| {
        let connection = tx.get_connection(id)?;
        Ok(services::find_in(tx, &connection.service).map(|service| (connection, service)))
    })?;
    let Ok((mut connection, service)) = found else { return Ok(Proven::not_asked()) };
    connection.granted_scopes = answer.granted(scopes);
    let place = Place {
        kind: connection.auth_kind,
        base_url: connection.base_url.clone(),
        own_server: is_own(service, &connection),
        settings: connection.metadata.clone(),
    };
    prove(siesta, service, &place, &connection, &Opens::OAuth(tokens.clone()))
}
