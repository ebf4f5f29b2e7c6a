//! `siesta store passphrase`
use crate::cli::error::Error;
use crate::cli::secret_input::from_file;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault::{self, PassphraseChange};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// Set, change or remove the passphrase of the key file
///
/// The passphrase is the key file's; the store itself is not sealed anew. The old one is asked for, or read from
/// --passphrase-file. Copies of the key file that were made before open as they did.
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store passphrase\n  siesta store passphrase --passphrase-file old.txt --new-passphrase-file new.txt\n  siesta store passphrase --remove"
)]
pub(super) struct PassphraseArgs {
    /// Read the new passphrase from this file
    #[arg(long, value_name = "FILE", conflicts_with = "remove")]
    new_passphrase_file: Option<PathBuf>,
    /// Leave the key file without a passphrase
    #[arg(long)]
    remove: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PassphraseView {
    /// What became of it: set, changed or removed.
    change: &'static str,
    identity_path: Option<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: PassphraseArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store passphrase")?;
    vault::check_passphrase(&siesta, args.remove)?;
    let new = match (args.remove, &args.new_passphrase_file) {
        (true, _) => {
            ui.confirm_or_stop("leave the key file without a passphrase?")?;
            None
        }
        (false, Some(path)) => Some(from_file(path, "new passphrase")?),
        (false, None) => Some(ui.ask_secret_twice("new passphrase of the key", "--new-passphrase-file")?),
    };
    let identity_path = vault::info(&siesta)?.whereabouts.key.path().map(|path| path.display().to_string());
    let spinner = ui.spinner("encrypting the key file");
    let change = vault::change_passphrase(&siesta, new.as_ref());
    drop(spinner);
    let change = match change? {
        PassphraseChange::Set => "set",
        PassphraseChange::Changed => "changed",
        PassphraseChange::Removed => "removed",
    };
    let view = PassphraseView { change, identity_path };
    let words = format!("{change} the passphrase of {}", view.identity_path.as_deref().unwrap_or("the key"));
    ui.done(&view, &words)
}
