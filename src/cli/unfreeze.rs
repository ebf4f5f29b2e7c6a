//! `siesta unfreeze`
use super::error::Error;
use super::freeze::TargetArgs;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::ops::freezes;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Lift a freeze
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta unfreeze --agent helper\n  siesta unfreeze --all")]
pub(super) struct UnfreezeArgs {
    #[command(flatten)]
    target: TargetArgs,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnfreezeView {
    frozen: bool,
    was_frozen: bool,
    name: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UnfreezeArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "unfreeze")?;
    let (was_frozen, name) = freezes::unfreeze(&siesta, &args.target.target())?;
    let words = match was_frozen {
        true => format!("no longer frozen: {name}"),
        false => format!("was not frozen: {name}"),
    };
    ui.done(&UnfreezeView { frozen: false, was_frozen, name }, &words)
}
