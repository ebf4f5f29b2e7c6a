//! `siesta request`
use super::acting::ActArgs;
use super::error::Error;
use super::exit::Exit;
use super::raw::RawArgs;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use clap::Args;

/// Make a governed request by method and address: decided as a call is
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta request notes GET /notes --agent helper\n  \
                        siesta request notes POST /notes --body @request.json --agent helper --wait 10m\n  \
                        siesta request notes GET /notes --agent helper --out notes.json")]
pub(super) struct RequestArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// A method of HTTP
    #[arg(value_name = "METHOD")]
    method: String,
    /// An address, or a path below the base URL
    #[arg(value_name = "URL")]
    url: String,
    #[command(flatten)]
    raw: RawArgs,
    #[command(flatten)]
    act: ActArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RequestArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "request")?;
    let operation = args.raw.operation(args.method, args.url)?;
    args.act.perform(ui, &siesta, args.connection, operation)
}
