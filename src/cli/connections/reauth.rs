//! `siesta reauth`
use super::sign_in::{self, BrowserArgs};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::connections::{self, Reauth};
use clap::Args;

/// Sign in again; everything but the credential is kept
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta reauth notes\n  siesta reauth notes --add-scope notes.write\n  \
                        siesta reauth notes --device")]
pub(in crate::cli) struct ReauthArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// Ask for these scopes instead of the earlier ones; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ' ', conflicts_with = "add_scopes")]
    scopes: Vec<String>,
    /// Ask for this scope in addition to the earlier ones; may be repeated
    #[arg(long = "add-scope", value_name = "SCOPE", value_delimiter = ' ')]
    add_scopes: Vec<String>,
    /// Accept another account than before
    #[arg(long)]
    allow_account_change: bool,
    #[command(flatten)]
    browser: BrowserArgs,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: ReauthArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "reauth")?;
    let asked = Reauth {
        scopes: (!args.scopes.is_empty()).then_some(args.scopes),
        add_scopes: args.add_scopes,
        allow_account_change: args.allow_account_change,
        callback_port: args.browser.callback_port,
        way: args.browser.way(settings),
    };
    let pending = connections::begin_reauth(&siesta, &args.connection, &asked)?;
    match sign_in::finish(ui, settings, &siesta, pending, &args.browser)? {
        Some(finished) => sign_in::report(ui, &finished),
        None => Ok(()),
    }
}
