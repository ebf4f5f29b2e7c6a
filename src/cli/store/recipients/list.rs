//! `siesta store recipients list`
use super::{RecipientView, RecipientsView};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault;
use clap::Args;

/// List whom the store is sealed for
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store recipients list\n  siesta store recipients list --json")]
pub(super) struct ListArgs {}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store recipients list")?;
    let recipients: Vec<RecipientView> = vault::recipients(&siesta)?
        .iter()
        .map(|(recipient, own)| RecipientView::new(&recipient.name, &recipient.recipient, recipient.added_at, *own))
        .collect();
    ui.list(&RecipientsView { recipients: recipients.clone() }, &recipients)
}
