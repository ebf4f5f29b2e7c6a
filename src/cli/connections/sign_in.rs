//! The part of a sign-in that people see: the address, the wait, and what came of it.
use super::add::BrowserArgs;
use super::one;
use crate::cli::browser;
use crate::cli::error::Error;
use crate::cli::format::Format;
use crate::cli::process;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::ops::Siesta;
use crate::ops::connections::{self, Finished, PendingAdd};
use crate::view::connection::PendingView;

/// Shows where to sign in and waits for the browser to come back.
pub(super) fn finish(
    ui: &mut Ui,
    settings: &Settings,
    siesta: &Siesta,
    pending: PendingAdd,
    args: &BrowserArgs,
) -> Result<Finished, Error> {
    if ui.format() == Format::Jsonl {
        ui.json_line(&PendingView {
            pending_connection_id: pending.id.to_string(),
            authorization_url: pending.authorization_url.to_string(),
        })?;
    }
    // Said even under --quiet: without it nobody could go on.
    ui.must_say(&format!("sign in at {} with your browser:", pending.host));
    ui.must_say(pending.authorization_url.as_str());
    browser::open(ui, settings, &pending.authorization_url, !args.no_browser);
    let spinner = ui.spinner("waiting for the browser");
    let finished =
        process::interruptible(|cancelled| connections::finish_add(siesta, pending, args.timeout, cancelled));
    drop(spinner);
    Ok(finished.ok_or_else(Error::interrupted)??)
}

/// Says whose account was connected, and what is not as one would wish.
pub(super) fn report(ui: &mut Ui, finished: &Finished, verb: &str) -> Result<(), Error> {
    let connection = &finished.listed.connection;
    let account = finished.account.as_ref().map(|account| format!(" as {account}")).unwrap_or_default();
    let words = format!("{verb} \"{}\"{account} ({})", connection.label, connection.provider);
    match ui.format() {
        Format::Jsonl => ui.json_line(&one(&finished.listed))?,
        _ => ui.done(&one(&finished.listed), &words)?,
    }
    if !finished.missing_scopes.is_empty() {
        ui.warn(&format!("not granted: {}", finished.missing_scopes.join(" ")));
    }
    if finished.no_refresh_token {
        let until = finished.listed.expires_at.map(|at| format!(" at {at}")).unwrap_or_default();
        ui.warn(&format!(
            "the server gave no refresh token: a new sign-in is needed when the access token expires{until}; \
             ask for the scope offline_access if it has one"
        ));
    }
    Ok(())
}
