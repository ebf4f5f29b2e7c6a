//! `siesta rename`
use super::one;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::connections;
use clap::Args;

/// Give a connection another label; its id, policies and limits stay
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta rename OpenAI 'OpenAI - research - alice'")]
pub(in crate::cli) struct RenameArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The new label
    #[arg(value_name = "NAME")]
    name: String,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: RenameArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "rename")?;
    let (old, listed) = connections::rename(&siesta, &args.connection, &args.name)?;
    ui.done(&one(&listed), &format!("renamed \"{old}\" to \"{}\"", listed.connection.label))
}
