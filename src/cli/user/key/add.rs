//! `siesta user key add`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::{public_input, unlock};
use crate::ops::signing;
use crate::view::key::{KeyView, OneKeyView};
use clap::Args;
use std::path::PathBuf;

/// Register a key: ed25519, sk-ed25519 or ecdsa-p256
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta user key add alice < ~/.ssh/id_ed25519.pub\n  \
                        siesta user key add alice id_ed25519_sk.pub",
    after_long_help = "A key signs only what is asked after it was registered, and while it stays registered."
)]
pub(super) struct AddArgs {
    /// Whose key it is
    #[arg(value_name = "USER")]
    user: String,
    /// The public key, as in id_ed25519.pub; - is standard input
    #[arg(value_name = "FILE|-", default_value = "-")]
    file: PathBuf,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddArgs) -> Result<(), Error> {
    if args.file.as_os_str() == "-" && ui.stdin_is_terminal() {
        return Err(Error::usage("a public key is read from a file or from standard input")
            .hint(format!("siesta user key add {} FILE", crate::cli::advice::quoted(&args.user))));
    }
    let text = public_input::read(&args.file, "a public key")?;
    let siesta = unlock::open(ui, settings, "user key add")?;
    let known = signing::add_key(&siesta, &args.user, &text)?;
    let view = KeyView::new(&known);
    let words = format!("\"{}\" signs with {} from now on ({})", view.user, view.fingerprint, view.kind);
    ui.done(&OneKeyView { key: view }, &words)
}
