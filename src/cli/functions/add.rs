//! `siesta functions add`
use super::hand::{OwnFunctionView, ShapeArgs};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::hand_made::{self, Writing};
use crate::view::service::FunctionView;
use clap::Args;

/// Give a REST connection a function of its own
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta functions add crm get_order --method GET --path '/orders/{id}'\n  \
                        siesta functions add crm add_note --method POST --path /notes --param text:string:body:required")]
pub(super) struct AddArgs {
    /// Label or id of a REST connection
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// What the function is called
    #[arg(value_name = "FUNCTION")]
    function: String,
    /// GET, HEAD, POST, PUT, PATCH or DELETE
    #[arg(long, value_name = "METHOD")]
    method: String,
    /// The path below the connection's base URL; {names} are filled by parameters
    #[arg(long, value_name = "PATH")]
    path: String,
    #[command(flatten)]
    shape: ShapeArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "functions add")?;
    let function = args.shape.function(&args.function, &args.method, &args.path)?;
    let connection = hand_made::put(&siesta, &args.connection, &function, Writing::New)?;
    let mode = function.default_mode().typed();
    let words = format!("gave \"{connection}\" the function {} ({}, {mode})", function.name, function.kind);
    ui.done(&OwnFunctionView { connection, function: FunctionView::new(&function) }, &words)
}
