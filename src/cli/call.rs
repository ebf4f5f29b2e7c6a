//! `siesta call`
use super::acting::{ActArgs, catalogued};
use super::error::Error;
use super::exit::Exit;
use super::on_behalf::ArgumentArgs;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use clap::Args;

/// Make a governed call: decided, recorded, made, recorded
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta call notes http_get --arg path=notes --agent helper\n  \
                        siesta call research create_response --args @request.json --agent helper --user alice\n  \
                        siesta call notes http_post --arg path=notes --arg body=hi --agent helper --wait 10m\n  \
                        siesta call notes http_delete --arg path=notes/1 --agent helper --dry-run")]
pub(super) struct CallArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// A function of its service; `siesta show CONNECTION` lists them
    #[arg(value_name = "FUNCTION")]
    function: String,
    #[command(flatten)]
    arguments: ArgumentArgs,
    /// Go on with the next pages, where the catalogue says how; so many pages at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000),
        conflicts_with_all = ["wait", "dry_run", "out", "approval"])]
    pages: Option<u32>,
    #[command(flatten)]
    act: ActArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: CallArgs) -> Result<Exit, Error> {
    let pages = args.pages.unwrap_or(1);
    let siesta = unlock::open(ui, settings, "call")?;
    let operation = args.arguments.operation(&siesta, &args.connection, &args.function).map_err(|error| {
        match (error.hint.is_none(), catalogued(&siesta, &args.connection, &args.function)) {
            (true, Some((service, function))) => error.hint(format!("siesta catalog show {service} {function}")),
            _ => error,
        }
    })?;
    args.act.perform(ui, settings, &siesta, args.connection, operation, pages)
}
