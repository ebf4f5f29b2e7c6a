//! `siesta catalog remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::catalogue;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Remove an imported service that nothing is connected to
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog remove acme-crm")]
pub(super) struct RemoveArgs {
    /// The service's id
    #[arg(value_name = "SERVICE")]
    service: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RemoveView {
    removed: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "catalog remove")?;
    let service = catalogue::removable(&siesta, &args.service)?;
    ui.confirm_or_stop(&format!("remove the service \"{}\" and its functions?", service.id))?;
    let service = catalogue::remove(&siesta, &args.service)?;
    ui.done(&RemoveView { removed: service.id.clone() }, &format!("removed {}", service.id))
}
