//! The organization's own OAuth clients.
use crate::model::connection::{Connection, OAuthApp, Status};
use crate::model::redirect::{LoopbackHost, RedirectRule};
use crate::model::secret::Secret;
use crate::ops::{Error, Kind, Result, Siesta};
use url::Url;

/// What an app is set to.
#[derive(Debug)]
pub struct NewApp {
    /// A provider of the catalogue, or the host (or address) of a standard server.
    pub provider: String,
    pub label: String,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub redirect: RedirectRule,
}

/// A provider's name as apps are kept under it: the host of an address, with a port where one was typed.
pub fn provider_name(typed: &str) -> Result<String> {
    let typed = typed.trim();
    let name = match Url::parse(typed) {
        Ok(url) if url.has_host() => host_and_port(&url),
        _ => typed.trim_end_matches('/').to_ascii_lowercase(),
    };
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
    match !name.is_empty() && name.chars().all(sound) {
        true => Ok(name),
        false => Err(Error::invalid(format!("\"{typed}\" is neither a provider nor a host"))),
    }
}

/// `host` or `host:port`, the port only when it is not the scheme's own.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The host that a provider lets clients register for a redirect to this machine.
pub fn usual_host(provider: &str) -> LoopbackHost {
    crate::catalog::server(provider).map_or(LoopbackHost::Literal127, |server| server.redirect.host)
}

pub fn list(siesta: &Siesta) -> Result<Vec<OAuthApp>> {
    Ok(siesta.store.read(|tx| tx.list_apps())?)
}

/// An app, and the labels of the living connections that sign in with it.
pub fn show(siesta: &Siesta, provider: &str, label: &str) -> Result<(OAuthApp, Vec<String>)> {
    let provider = provider_name(provider)?;
    let found = siesta.store.read(|tx| {
        let Some(app) = tx.find_app(&provider, label)? else { return Ok(None) };
        let signs_in_with = |connection: &Connection| {
            let client = connection.client.as_ref();
            connection.status != Status::Revoked
                && connection.provider == app.provider
                && client.is_some_and(|client| client.client_id == app.client_id)
        };
        let living = tx.list_connections()?.into_iter().filter(signs_in_with);
        let labels = living.map(|connection| connection.label).collect();
        Ok(Some((app, labels)))
    })?;
    found.ok_or_else(|| Kind::NotFound { noun: "app", name: provider, nearest: None }.into())
}

/// Sets an app; true when there was none before.
pub fn set(siesta: &Siesta, new: NewApp) -> Result<(OAuthApp, bool)> {
    if new.client_id.is_empty() || new.client_id.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Error::invalid("a client id is not empty and has no white space"));
    }
    if new.redirect.path.as_deref().is_some_and(|path| !RedirectRule::is_sendable(path)) {
        return Err(Error::invalid("a redirect path begins with a slash and has only what a browser sends as it is"));
    }
    let provider = provider_name(&new.provider)?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let before = tx.find_app(&provider, &new.label)?;
        let app = OAuthApp {
            provider: provider.clone(),
            label: new.label.clone(),
            client_id: new.client_id.clone(),
            client_secret: new.client_secret.clone(),
            redirect: new.redirect.clone(),
            created_at: before.as_ref().map_or(tx.now(), |app| app.created_at),
            updated_at: tx.now(),
        };
        tx.upsert_app(&app)?;
        // Of the secret, the row says only that there is one.
        let had_secret = before.as_ref().map(|app| app.client_secret.is_some());
        let entry = siesta
            .entry(&actor, "app.set", "app", format!("{provider}/{}", app.label))
            .change("clientId", before.as_ref().map(|app| app.client_id.clone()), app.client_id.clone())
            .change("hasClientSecret", had_secret, app.client_secret.is_some())
            .change("redirect", before.as_ref().map(|app| app.redirect.to_string()), app.redirect.to_string());
        tx.append_audit(entry.row())?;
        Ok((app, before.is_none()))
    })
}

pub fn remove(siesta: &Siesta, provider: &str, label: &str) -> Result<()> {
    let provider = provider_name(provider)?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let apps = tx.list_apps()?;
        let gone = apps.into_iter().find(|app| app.provider == provider && app.label == label);
        let (Some(gone), true) = (gone, tx.delete_app(&provider, label)?) else {
            return Err(Kind::NotFound { noun: "app", name: provider.clone(), nearest: None }.into());
        };
        let entry = siesta
            .entry(&actor, "app.remove", "app", format!("{provider}/{label}"))
            .change("clientId", gone.client_id, ())
            .change("hasClientSecret", gone.client_secret.is_some(), ())
            .change("redirect", gone.redirect.to_string(), ());
        tx.append_audit(entry.row())?;
        Ok(())
    })
}
