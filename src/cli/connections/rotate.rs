//! `siesta rotate`
use super::{about_key, one};
use crate::cli::error::Error;
use crate::cli::secret_input::{ConnectionSecret, SecretArgs};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::connections;
use clap::Args;

/// Replace the key of a connection; everything else is kept
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta rotate research --secret-stdin < new-key.txt")]
pub(in crate::cli) struct RotateArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    secret: SecretArgs<ConnectionSecret>,
    /// Store the key without trying it
    #[arg(long)]
    no_verify: bool,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: RotateArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "rotate")?;
    // Looked up before anybody is asked for a secret.
    let label = connections::with_key(&siesta, &args.connection)?.label;
    let key = args.secret.read(ui, &format!("new key of \"{label}\""))?;
    let added = connections::rotate(&siesta, &args.connection, key, !args.no_verify)?;
    ui.done(&one(&added.listed), &format!("replaced the key of \"{label}\""))?;
    if let Some(words) = about_key(added.verified, added.said.as_deref()) {
        ui.warn(&words);
    }
    Ok(())
}
