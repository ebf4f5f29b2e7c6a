//! `siesta functions remove`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::hand_made;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Take a function away that a REST connection was given by hand
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta functions remove crm get_order")]
pub(super) struct RemoveArgs {
    /// Label or id of a REST connection
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The function
    #[arg(value_name = "FUNCTION")]
    function: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RemovedView {
    connection: String,
    removed: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RemoveArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "functions remove")?;
    // Whoever is asked is asked about something that is there.
    hand_made::get(&siesta, &args.connection, &args.function)?;
    ui.confirm_or_stop(&format!("take {} away from \"{}\"?", args.function, args.connection))?;
    let connection = hand_made::remove(&siesta, &args.connection, &args.function)?;
    let words = format!("took {} away from \"{connection}\"", args.function);
    ui.done(&RemovedView { connection, removed: args.function }, &words)
}
