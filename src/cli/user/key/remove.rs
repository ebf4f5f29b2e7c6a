//! `siesta user key remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::signing;
use crate::view::key::{KeyView, OneKeyView};
use clap::Args;

/// Take a key away; what it has approved and nobody has used yet is not approved any more
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta user key remove alice SHA256:PUEl7YT2UptZUMU1tC3Llp5HD2Fk0QllMZAtega4gcU"
)]
pub(super) struct RemoveArgs {
    /// Whose key it is
    #[arg(value_name = "USER")]
    user: String,
    /// The key's fingerprint, as `siesta user key list` shows it
    #[arg(value_name = "FINGERPRINT")]
    fingerprint: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user key remove")?;
    let known = signing::remove_key(&siesta, &args.user, &args.fingerprint)?;
    let view = KeyView::new(&known);
    let words = format!("\"{}\" signs no more with {}", view.user, view.fingerprint);
    ui.done(&OneKeyView { key: view }, &words)
}
