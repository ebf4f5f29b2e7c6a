//! `siesta executions standing revoke`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::standing_approvals as standing;
use crate::view::standing::{OneStandingApprovalView, StandingApprovalView};
use clap::Args;

/// End a standing approval: whatever it has left is gone
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta executions standing revoke 019ab1c2-5f3e")]
pub(in crate::cli::executions) struct RevokeArgs {
    /// The standing approval's id, or as much of its beginning as tells it apart
    #[arg(value_name = "STANDING-APPROVAL")]
    id: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RevokeArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions standing revoke")?;
    let revoked = standing::revoke(&siesta, &args.id)?;
    let view = OneStandingApprovalView { standing_approval: StandingApprovalView::new(&revoked, ui.now()) };
    let words = format!("revoked the standing approval {} of \"{}\"", revoked.id, revoked.agent_name);
    ui.done(&view, &words)?;
    Ok(Exit::Ok)
}
