//! `siesta executions wait`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::out_file::OutFile;
use crate::cli::outcome::{self, Said};
use crate::cli::settings::Settings;
use crate::cli::span::parse_duration;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::approvals;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Wait until a request is decided and has run, and print what came of it
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions wait 019ab1c2-5f3e\n  siesta executions wait 019ab1c2-5f3e --timeout 10m"
)]
pub(super) struct WaitArgs {
    /// The execution's id, or as much of its beginning as tells it apart
    #[arg(value_name = "EXECUTION")]
    id: String,
    /// Wait no longer than this; otherwise until the question lapses
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// Write the answer to a new file instead of standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: WaitArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions wait")?;
    let execution = approvals::show(&siesta, &args.id)?;
    let out = OutFile::make(args.out.as_deref())?;
    let outcome = {
        let _spinner = ui.spinner("waiting for a person's answer");
        approvals::wait(&siesta, &execution, args.timeout)?
    };
    let said = Said::of(&execution.agent_name, &execution.connection_label, out);
    outcome::say(ui, &outcome, said)
}
