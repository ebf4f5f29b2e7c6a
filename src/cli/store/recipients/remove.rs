//! `siesta store recipients remove`
use super::RecipientView;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::store::tell_fingerprint;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Seal the store anew without one of its recipients, and with a new fingerprint
///
/// Copies of the store from before stay readable with the key of whoever was removed, so the credentials themselves have to
/// be rotated; the answer lists them. Other machines that open this store ask for `siesta store trust` once.
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store recipients remove recovery\n  siesta store recipients remove 'safe, second floor' --yes --json"
)]
pub(super) struct RemoveArgs {
    /// Name, or recipient
    #[arg(value_name = "RECIPIENT")]
    recipient: String,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::cli::store) struct RemovedView {
    recipient: RecipientView,
    /// By which the store is known from now on.
    fingerprint: String,
    /// Whether the key names the new fingerprint; if not, it is in a place siesta cannot write to.
    identity_is_told: bool,
    /// The connections whose credentials the removed key could read.
    to_rotate: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store recipients remove")?;
    ui.confirm_or_stop(&format!("seal the store anew, without \"{}\"?", args.recipient))?;
    let spinner = ui.spinner("sealing");
    let removed = vault::remove_recipient(&siesta, &args.recipient);
    drop(spinner);
    let removed = removed?;
    let before = &removed.recipient;
    let view = RemovedView {
        recipient: RecipientView::new(&before.name, &before.recipient, before.added_at, false),
        fingerprint: removed.fingerprint,
        identity_is_told: removed.identity_is_told,
        to_rotate: removed.to_rotate,
    };
    let words = format!("sealed anew without \"{}\"\nfingerprint {}", before.name, view.fingerprint);
    ui.done(&view, &words)?;
    if !ui.is_json() {
        tell_fingerprint(ui, &view.fingerprint, view.identity_is_told);
        ui.hint("the other administrators and machines of this store run once: siesta store trust");
        warn_of_copies(ui, &view.to_rotate, &format!("the key of \"{}\"", before.name));
    }
    Ok(())
}

/// What a new sealing does not do.
pub(in crate::cli::store) fn warn_of_copies(ui: &mut Ui, to_rotate: &[String], whose: &str) {
    ui.warn(&format!("copies and backups from before stay readable with {whose}"));
    if !to_rotate.is_empty() {
        ui.hint(&format!("rotate or sign in again what they hold: {}", to_rotate.join(", ")));
    }
}
