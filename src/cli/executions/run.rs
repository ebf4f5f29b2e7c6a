//! `siesta executions run`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::out_file::OutFile;
use crate::cli::outcome::{self, Said};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::approvals;
use clap::Args;
use std::path::PathBuf;

/// Run a request that was approved and has not been used yet
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta executions run 019ab1c2-5f3e")]
pub(super) struct RunArgs {
    /// The execution's id, or as much of its beginning as tells it apart
    #[arg(value_name = "EXECUTION")]
    id: String,
    /// Write the answer to a new file instead of standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RunArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions run")?;
    let execution = approvals::show(&siesta, &args.id)?;
    let out = OutFile::make(args.out.as_deref())?;
    let outcome = approvals::run(&siesta, &args.id)?;
    let said = Said::of(&execution.agent_name, &execution.connection_label, out);
    outcome::say(ui, &outcome, said)
}
