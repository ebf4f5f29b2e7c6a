//! `siesta usage release`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::decide::grouped;
use crate::ops::usage;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Give back tokens that were set aside and not spent
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta usage release \"$id\"")]
pub(super) struct ReleaseArgs {
    /// What reserve printed
    #[arg(value_name = "RESERVATION")]
    id: String,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReleaseView {
    id: String,
    connection: String,
    released_tokens: u64,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ReleaseArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "usage release")?;
    let (reservation, connection) = usage::release(&siesta, &args.id)?;
    let view = ReleaseView { id: reservation.id.to_string(), connection, released_tokens: reservation.tokens };
    let words = format!("released {} tokens on \"{}\"", grouped(view.released_tokens), view.connection);
    ui.done(&view, &words)
}
