//! `siesta store recipients …`
mod add;
mod list;
pub(super) mod remove;

use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::model::time::{Timestamp, rfc3339};
use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;

/// Manage whom the store is sealed for: the own key, recovery keys, fellow administrators
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store recipients list\n  siesta store recipients add age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
)]
pub(super) struct RecipientsArgs {
    #[command(subcommand)]
    command: RecipientsCommand,
}

#[derive(Debug, Subcommand)]
enum RecipientsCommand {
    List(list::ListArgs),
    Add(add::AddArgs),
    Remove(remove::RemoveArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RecipientsArgs) -> Result<(), Error> {
    match args.command {
        RecipientsCommand::List(args) => list::run(ui, settings, args),
        RecipientsCommand::Add(args) => add::run(ui, settings, args),
        RecipientsCommand::Remove(args) => remove::run(ui, settings, args),
    }
}

#[derive(Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecipientView {
    name: String,
    recipient: String,
    added_at: String,
    /// Whether the store is opened with this one's key here.
    own: bool,
    #[serde(skip)]
    added: Timestamp,
}

impl RecipientView {
    fn new(name: &str, recipient: &str, added: Timestamp, own: bool) -> RecipientView {
        let (name, recipient) = (name.to_owned(), recipient.to_owned());
        RecipientView { name, recipient, added_at: rfc3339(added), own, added }
    }
}

impl Row for RecipientView {
    const HEADERS: &'static [&'static str] = &["NAME", "RECIPIENT", "ADDED", "OWN"];
    const SPARE: &'static [&'static str] = &["ADDED"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.name.as_str()),
            Cell::whole(self.recipient.as_str()),
            Cell::time(self.added),
            Cell::text(if self.own { "yes" } else { "no" }),
        ]
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RecipientsView {
    recipients: Vec<RecipientView>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct OneRecipientView {
    recipient: RecipientView,
}
