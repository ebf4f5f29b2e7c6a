//! `siesta store recipients add`
use super::{OneRecipientView, RecipientView};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault::{self, NewRecipient};
use clap::Args;

/// Seal the store for one key more; whoever has it can read and change everything
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store recipients add age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
)]
pub(super) struct AddArgs {
    /// The public half of the key, as age-keygen prints it
    #[arg(value_name = "RECIPIENT")]
    recipient: String,
    /// Whose key it is, or where it is kept
    #[arg(long, value_name = "NAME", default_value = "recovery")]
    name: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store recipients add")?;
    let new = NewRecipient { recipient: args.recipient, name: args.name };
    let spinner = ui.spinner("sealing");
    let added = vault::add_recipient(&siesta, &new);
    drop(spinner);
    let added = added?;
    let recipient = RecipientView::new(&added.name, &added.recipient, added.added_at, false);
    let words = format!("sealed for \"{}\" as well: {}", added.name, added.recipient);
    ui.done(&OneRecipientView { recipient }, &words)
}
