//! `siesta init`
use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::ops::vault::{self, NewVault};
use clap::{Args, ValueEnum};
use serde::Serialize;

/// Create the store and its key
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta init --org Acme\n  siesta init --recovery-recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
)]
pub(super) struct InitArgs {
    /// Keep the key here: in a file only its owner can read
    #[arg(long, value_enum, default_value_t = KeyPlace::File)]
    key: KeyPlace,
    /// Also seal the store for this age recipient, whose key is kept elsewhere
    #[arg(long, value_name = "age1…")]
    recovery_recipient: Option<String>,
    /// The organization's name
    #[arg(long, value_name = "NAME", default_value = "My organization")]
    org: String,
    /// The first owner; the login name unless given
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeyPlace {
    File,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitView {
    path: String,
    key_source: &'static str,
    identity_path: String,
    fingerprint: String,
    store_id: String,
    organization: String,
    owner: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: InitArgs) -> Result<(), Error> {
    let KeyPlace::File = args.key;
    let owner = args.user.unwrap_or_else(|| settings.actor.value.clone());
    let has_recovery = args.recovery_recipient.is_some();
    let new =
        NewVault { organization: args.org.clone(), owner: owner.clone(), recovery_recipient: args.recovery_recipient };
    let siesta = vault::init(unlock::place(settings, "init")?, new, unlock::world(settings))?;
    let facts = vault::info(&siesta)?;
    let place = &facts.whereabouts;
    let key_path = place.key.path().display().to_string();
    let view = InitView {
        path: place.dir.display().to_string(),
        key_source: place.key.word(),
        identity_path: key_path.clone(),
        fingerprint: place.fingerprint.clone(),
        store_id: place.store_id.to_string(),
        organization: args.org,
        owner: owner.clone(),
    };
    let words = format!(
        "created the store      {}\ncreated its key        {key_path}\nfirst owner            {owner}\nfingerprint            {}",
        view.path, view.fingerprint
    );
    ui.done(&view, &words)?;
    if !ui.is_json() {
        if !has_recovery {
            ui.warn("without a copy of the key the store cannot be opened: keep one in a safe place");
        }
        ui.hint("siesta add openai        (or: siesta add oauth2 NAME --issuer URL)");
    }
    Ok(())
}
