//! `siesta store rekey`
use super::{shown, tell_fingerprint};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Give the store a new key of its own, and seal everything for it
///
/// The new key takes the place of the old one: in the same file, under the same passphrase, or in the keyring. The old one
/// is kept under another name, because older copies and backups open with nothing else. A key from a command, a systemd
/// credential or a descriptor is made by you: put the new identity in front of the old one there first.
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store rekey\n  siesta store rekey --yes --json")]
pub(super) struct RekeyArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RekeyView {
    recipient: String,
    /// By which the store is known from now on.
    fingerprint: String,
    /// Where the key that was replaced is kept.
    old_key: Option<String>,
    /// Whether the store was opened with the new key and read whole.
    verified: bool,
    /// Whether the key names the new fingerprint; if not, it is in a place siesta cannot write to.
    identity_is_told: bool,
    /// The connections whose credentials the old key could read.
    to_rotate: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: RekeyArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store rekey")?;
    ui.confirm_or_stop("seal the store for a new key?")?;
    let progress = ui.progress(0, "sealing");
    let rekeyed = vault::rekey(&siesta, &mut shown(&progress));
    drop(progress);
    let rekeyed = rekeyed?;
    let view = RekeyView {
        recipient: rekeyed.recipient,
        fingerprint: rekeyed.fingerprint,
        old_key: rekeyed.old_key,
        verified: rekeyed.verified,
        identity_is_told: rekeyed.identity_is_told,
        to_rotate: rekeyed.to_rotate,
    };
    let verified = if view.verified { ", opened with it and read whole" } else { "" };
    let words = format!("sealed for the new key {}{verified}\nfingerprint {}", view.recipient, view.fingerprint);
    ui.done(&view, &words)?;
    if ui.is_json() {
        return Ok(());
    }
    tell_fingerprint(ui, &view.fingerprint, view.identity_is_told);
    match &view.old_key {
        Some(old) => ui.hint(&format!("destroy the old key when no copy or backup is to open with it any more: {old}")),
        None => ui.hint("take the old identity out of its place when no copy or backup is to open with it any more"),
    }
    super::recipients::remove::warn_of_copies(ui, &view.to_rotate, "the old key");
    Ok(())
}
