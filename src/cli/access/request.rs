//! `siesta access request`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::access::{self, NewRequest};
use crate::view::access::{AccessRequestView, OneAccessRequestView};
use clap::Args;

/// Ask for a connection, or for a function of one
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta access request notes --agent helper --reason 'to file what was said'\n  \
                        siesta access request notes http_post --actor agent:helper --reason 'to file what was said'"
)]
pub(super) struct RequestArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// Only this function of it
    #[arg(value_name = "FUNCTION")]
    function: Option<String>,
    /// The agent that asks; the one that acts unless given
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// What it is needed for
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RequestArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "access request")?;
    let new =
        NewRequest { agent: args.agent, connection: args.connection, function: args.function, reason: args.reason };
    let asked = access::request(&siesta, &new)?;
    let view = AccessRequestView::new(&asked.request, &asked.label);
    let words = format!("\"{}\" asks for {}: {}", view.agent, super::list::target(&view), view.id);
    ui.done(&OneAccessRequestView { request: view }, &words)
}
