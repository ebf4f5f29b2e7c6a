//! `siesta init`
use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::ops::standing;
use crate::ops::vault::{self, NewKey, NewVault};
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

/// Create the store and its key
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta init --org Acme\n  siesta init --recovery-recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
)]
pub(super) struct InitArgs {
    /// Where the key is kept
    #[arg(long, value_enum, default_value_t = KeyPlace::File)]
    key: KeyPlace,
    /// With --key command: what prints the identity, such as 'pass show siesta'
    #[arg(long, value_name = "COMMAND", required_if_eq("key", "command"))]
    identity_command: Option<String>,
    /// With --key credential: the name of the systemd credential
    #[arg(long, value_name = "NAME", default_value = "siesta")]
    credential: String,
    /// With --key fd: the descriptor the identity is read from
    #[arg(long, value_name = "N", required_if_eq("key", "fd"))]
    identity_fd: Option<u32>,
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
    /// In a file only its owner can read
    File,
    /// In such a file, under a passphrase
    Passphrase,
    /// In the desktop's keyring
    Keyring,
    /// Wherever a command prints an identity that exists already
    Command,
    /// In a systemd credential that holds an identity
    Credential,
    /// On a file descriptor that delivers an identity
    Fd,
}

/// There is no copy of a key yet that could be named: another place for it can be.
fn advised(error: Error) -> Error {
    match error.code == "key-source" {
        true => error.hint("siesta init --key passphrase        (or repeat the command when its key can be had)"),
        false => error,
    }
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InitView {
    path: String,
    key_source: &'static str,
    /// The key's file, where it is in one.
    identity_path: Option<String>,
    key_place: String,
    fingerprint: String,
    store_id: String,
    organization: String,
    owner: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: InitArgs) -> Result<(), Error> {
    let mut place = unlock::place(settings, "init")?;
    standing::must_be_open(&settings.claim(), "init")?;
    let key = match args.key {
        KeyPlace::File => NewKey::File,
        KeyPlace::Keyring => NewKey::Keyring,
        KeyPlace::Command => NewKey::Command(args.identity_command.unwrap_or_default()),
        KeyPlace::Credential => NewKey::Credential(args.credential),
        KeyPlace::Fd => NewKey::Fd(args.identity_fd.unwrap_or_default()),
        KeyPlace::Passphrase => {
            if place.passphrase.is_none() {
                place.passphrase = Some(ui.ask_secret_twice("passphrase for the key", "--passphrase-file")?);
            }
            NewKey::Passphrase
        }
    };
    let is_ours = matches!(key, NewKey::File | NewKey::Passphrase | NewKey::Keyring);
    let owner = args.user.unwrap_or_else(|| settings.actor.value.clone());
    let has_recovery = args.recovery_recipient.is_some();
    let new = NewVault {
        organization: args.org.clone(),
        owner: owner.clone(),
        owner_account: settings.account.as_ref().map(|account| account.name.clone()),
        key,
        recovery_recipient: args.recovery_recipient,
    };
    let siesta = vault::init(place, new, unlock::world(ui, settings)).map_err(|error| advised(error.into()))?;
    let facts = vault::info(&siesta)?;
    let place = &facts.whereabouts;
    let key_place = place.key.place();
    let view = InitView {
        path: place.dir.display().to_string(),
        key_source: place.key.word(),
        identity_path: place.key.path().map(|path| path.display().to_string()),
        key_place: key_place.clone(),
        fingerprint: place.fingerprint.clone(),
        store_id: place.store_id.to_string(),
        organization: args.org,
        owner: owner.clone(),
    };
    let words = format!(
        "created the store      {}\n{}        {} {key_place}\nfirst owner            {owner}\nfingerprint            {}",
        view.path,
        if is_ours { "created its key" } else { "uses the key of" },
        view.key_source,
        view.fingerprint
    );
    ui.done(&view, &words)?;
    if !ui.is_json() {
        if !is_ours {
            let line = format!("# siesta-store: {}", view.fingerprint);
            ui.hint(&format!("add this line to the identity, so that the store is known by it: {line}"));
        }
        if !has_recovery {
            ui.warn(
                "without its key nobody opens the store: keep a copy of the key in a safe place, \
                 or seal it for a second one with --recovery-recipient",
            );
        }
        ui.next("siesta add openai        (or: siesta add oauth2 NAME --issuer URL)");
    }
    Ok(())
}
