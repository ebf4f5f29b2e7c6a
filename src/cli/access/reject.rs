//! `siesta access reject`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::access;
use crate::view::access::{AccessRequestView, OneAccessRequestView};
use clap::Args;

/// Reject a request for access
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta access reject 019ab1c2-5f3e --reason 'research is enough for that'")]
pub(super) struct RejectArgs {
    /// The request's id, or as much of its beginning as tells it apart
    #[arg(value_name = "REQUEST")]
    id: String,
    /// Why, for whoever asked
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RejectArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "access reject")?;
    let rejected = access::reject(&siesta, &args.id, &args.reason)?;
    let view = AccessRequestView::new(&rejected.request, &rejected.label);
    let words = format!("rejected {}", view.id);
    ui.done(&OneAccessRequestView { request: view }, &words)
}
