//! `siesta call`
use super::error::Error;
use super::exit::Exit;
use super::on_behalf::{ArgumentArgs, OnBehalfArgs};
use super::out_file::OutFile;
use super::outcome::{self, Said};
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::model::policy::Flow;
use crate::ops::calls::{self, Asked, CallRequest};
use clap::Args;
use std::path::PathBuf;

/// Make a governed call: decided, recorded, made, recorded
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta call notes http_get --arg path=notes --agent helper\n  \
                        siesta call research create_response --args @request.json --agent helper --user alice")]
pub(super) struct CallArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// A function of its service; `siesta show CONNECTION` lists them
    #[arg(value_name = "FUNCTION")]
    function: String,
    #[command(flatten)]
    arguments: ArgumentArgs,
    #[command(flatten)]
    on_behalf: OnBehalfArgs,
    /// The conversation it belongs to, for the record
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// Use the approval given to this execution
    #[arg(long, value_name = "EXECUTION")]
    approval: Option<String>,
    /// Write the answer to a new file instead of standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: CallArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "call")?;
    let asked = Asked {
        agent: args.on_behalf.agent,
        user: args.on_behalf.user,
        team: args.on_behalf.team,
        operation: args.arguments.operation(&siesta, &args.connection, &args.function)?,
        connection: args.connection,
        flow: Flow::Broker,
        approval: args.approval,
    };
    let request = CallRequest { asked, conversation: args.conversation };
    let out = OutFile::make(args.out.as_deref())?;
    let outcome = {
        let _spinner = ui.spinner("waiting for the provider");
        calls::call(&siesta, &request)?
    };
    let said = Said { agent: &request.asked.agent, connection: &request.asked.connection, out };
    outcome::say(ui, &outcome, said)
}
