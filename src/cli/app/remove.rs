//! `siesta app remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::DEFAULT_APP_LABEL;
use crate::ops::apps;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Remove the organization's OAuth client at a provider; connections keep theirs
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta app remove auth.example.com")]
pub(super) struct RemoveArgs {
    /// The provider, as `siesta app list` shows it
    #[arg(value_name = "PROVIDER")]
    provider: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RemovedView {
    removed: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "app remove")?;
    // Whoever is asked is asked about something that is there.
    apps::show(&siesta, &args.provider, DEFAULT_APP_LABEL)?;
    ui.confirm_or_stop(&format!("remove the OAuth client of {}?", args.provider))?;
    apps::remove(&siesta, &args.provider, DEFAULT_APP_LABEL)?;
    ui.done(&RemovedView { removed: args.provider.clone() }, &format!("removed the OAuth client of {}", args.provider))
}
