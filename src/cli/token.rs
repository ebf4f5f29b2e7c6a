//! `siesta token`
use super::error::Error;
use super::exit::Exit;
use super::handover::{self, TokenView};
use super::log::Level;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use super::vending::{Got, VendArgs};
use crate::model::audit::Verdict;
use clap::Args;

/// Hand out a short-lived access token of an OAuth connection
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta token notes --agent helper | gh auth login --with-token\n  \
                        siesta token notes --agent helper --json\n  \
                        siesta token notes --agent helper --wait 10m --reveal")]
pub(super) struct TokenArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    vend: VendArgs,
    /// Print it although standard output is a terminal
    #[arg(long)]
    reveal: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: TokenArgs) -> Result<Exit, Error> {
    // Before anything is asked for, so that no approval is used up for nothing.
    if ui.stdout_is_terminal() && !args.reveal {
        return Err(Error::usage("a token is not printed on a terminal")
            .cause("it would stay in the scrollback, for anybody who looks")
            .hint("siesta exec --connection … -- COMMAND, or --reveal"));
    }
    let siesta = unlock::open(ui, settings, "token")?;
    let handed = match args.vend.obtain(ui, settings, &siesta, &args.connection)? {
        Got::Token(handed) => handed,
        Got::Nothing(exit) => return Ok(exit),
    };
    match ui.is_json() {
        true => ui.document(&TokenView {
            outcome: Verdict::Allow,
            execution_id: handed.execution.to_string(),
            connection: &handed.connection,
            access_token: &handed.token,
            token_type: "Bearer",
            expires_in: handed.expires_in,
            provider_expires_in: handed.provider_expires_in,
            scopes: &handed.scopes,
        })?,
        false => handover::print(ui, &handed)?,
    }
    match handed.expires_in {
        Some(seconds) => ui.detail(Level::Info, &format!("good for {seconds} s")),
        None => ui.detail(Level::Info, "the provider did not say how long it is good"),
    }
    Ok(Exit::Ok)
}
