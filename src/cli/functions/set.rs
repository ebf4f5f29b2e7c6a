//! `siesta functions set`
use crate::cli::error::Error;
use crate::cli::governance::changes::{self, ChangesView};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::functions;
use clap::Args;

/// Tighten the mode of functions on one connection
#[derive(Debug, Args)]
#[command(
    override_usage = "siesta functions set [OPTIONS] <CONNECTION> <FUNCTION>... <MODE>",
    before_long_help = "Examples:\n  siesta functions set notes http_delete disabled\n  \
                        siesta functions set notes 'http_p*' confirm"
)]
pub(super) struct SetArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// Functions of its service, with patterns such as 'http_*', and at the end confirm (a person is asked each time)
    /// or disabled
    #[arg(value_name = "FUNCTION", required = true)]
    functions_and_mode: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let (names, mode) = changes::split_mode(args.functions_and_mode, "functions set")?;
    let siesta = unlock::open(ui, settings, "functions set")?;
    let (label, changed) = functions::set(&siesta, &args.connection, &names, Some(mode))?;
    ui.done(&ChangesView::new(&changed, false), &format!("on \"{label}\":\n{}", changes::words(&changed, false)))
}
