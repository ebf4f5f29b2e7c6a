//! `siesta executions approve`
use super::rendering;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::out_file::OutFile;
use crate::cli::outcome::{self, Said};
use crate::cli::settings::Settings;
use crate::cli::span::{parse_duration, typed_duration};
use crate::cli::table::rfc3339;
use crate::cli::ui::Ui;
use crate::cli::{public_input, unlock};
use crate::model::signature::Signature;
use crate::ops::Siesta;
use crate::ops::approvals::{self, Answer, Approved};
use crate::ops::standing_approvals::{self, Lasting, WouldCover};
use crate::view::execution::{ExecutionView, OneExecutionView};
use crate::view::standing::StandingApprovalView;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Approve a request that waits, and run it once
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions approve 019ab1c2-5f3e\n  siesta executions approve 019ab1c2-5f3e --no-run\n  siesta executions approve 019ab1c2-5f3e --for 2h --max 20"
)]
pub(super) struct ApproveArgs {
    /// The execution's id, or as much of its beginning as tells it apart
    #[arg(value_name = "EXECUTION")]
    id: String,
    /// Only approve; the caller redeems it with `siesta call … --approval ID`
    #[arg(long)]
    no_run: bool,
    /// Let others like it pass for so long: the same function at the same address for the same recipients
    #[arg(long = "for", value_name = "DURATION", requires = "max", conflicts_with = "signature", value_parser = parse_duration)]
    lasts: Option<Duration>,
    /// So many others at most
    #[arg(long, value_name = "N", requires = "lasts")]
    max: Option<u32>,
    /// What `ssh-keygen -Y sign -n siesta-approval` made of the request; whose key it is approves
    #[arg(long, value_name = "FILE|-")]
    signature: Option<PathBuf>,
    /// Write the answer to a new file instead of standard output
    #[arg(long, value_name = "FILE|-", conflicts_with = "no_run")]
    out: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ApproveArgs) -> Result<Exit, Error> {
    let lasting = args.lasts.zip(args.max).map(|(lasts, uses)| Lasting { lasts, uses });
    let signature = args.signature.as_deref().map(|path| public_input::read(path, "a signature")).transpose()?;
    let signature = signature.as_deref().map(Signature::parse).transpose().map_err(|error| {
        Error::usage(error.to_string()).hint("ssh-keygen -Y sign -f KEY -n siesta-approval request.json")
    })?;
    let siesta = unlock::open(ui, settings, "executions approve")?;
    if let Some(lasting) = lasting {
        agree(ui, &siesta, &args.id, lasting)?;
    }
    let out = OutFile::make(args.out.as_deref())?;
    let answer = Answer { lasting, signature: signature.as_ref() };
    let Approved { execution, standing, outcome } = approvals::approve(&siesta, &args.id, !args.no_run, answer)?;
    let mut words = format!("approved {} for \"{}\"", execution.id, execution.agent_name);
    if let (Some(_), Some(by)) = (&signature, &execution.resolved_by) {
        words.push_str(&format!(", signed by \"{by}\""));
    }
    words.push_str(&format!("\n  {}", rendering::in_short(&execution)));
    let until = standing.as_ref().map(|standing| rfc3339(standing.expires_at)).unwrap_or_default();
    let standing = standing.map(|standing| StandingApprovalView::new(&standing, ui.now()));
    if let Some(given) = &standing {
        words.push_str(&format!("\nand {} more until {}", given.uses, until));
        rendering::in_lines(&given.covers).iter().for_each(|line| words.push_str(&format!("\n  {line}")));
    }
    let again = standing.as_ref().map(|given| format!("siesta executions standing revoke {}", given.id));
    let exit = match outcome {
        None => {
            let view = ExecutionView::new(&execution);
            ui.done(&OneExecutionView { execution: view, standing_approval: standing }, &words)?;
            Exit::Ok
        }
        Some(outcome) => {
            ui.say(&words);
            let said = Said { standing, ..Said::of(&execution.agent_name, &execution.connection_label, out) };
            outcome::say(ui, &outcome, said)?
        }
    };
    // Whoever gave an answer that lasts is told how it is taken back, and nothing else.
    if let Some(again) = again {
        ui.hint(&again);
    }
    Ok(exit)
}

/// Shows whoever sits there what an answer that lasts lets pass, before it is given.
fn agree(ui: &mut Ui, siesta: &Siesta, id: &str, Lasting { lasts, uses }: Lasting) -> Result<(), Error> {
    if !ui.is_interactive() || ui.says_yes() {
        return Ok(());
    }
    let execution = approvals::show(siesta, id)?;
    // What cannot last is refused by the answer itself, with its reason.
    let Some(WouldCover::Covers(covers)) = standing_approvals::would_cover(siesta, &execution)? else { return Ok(()) };
    ui.must_say(&format!("{} asks for {}", execution.agent_name, rendering::in_short(&execution)));
    ui.must_say("calls like it are:");
    rendering::in_lines(&covers).iter().for_each(|line| ui.must_say(&format!("  {line}")));
    let lasts = typed_duration(lasts);
    ui.confirm_or_stop(&format!("approve it, and {uses} more like it within {lasts}?"))
}
