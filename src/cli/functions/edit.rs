//! `siesta functions edit`
use super::hand::{OwnFunctionView, ShapeArgs};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::hand_made::{self, Writing};
use crate::view::service::FunctionView;
use clap::Args;

/// Change a function that a REST connection was given by hand
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta functions edit crm get_order --path '/v2/orders/{id}'\n  \
                        siesta functions edit crm add_note --kind send")]
pub(super) struct EditArgs {
    /// Label or id of a REST connection
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The function
    #[arg(value_name = "FUNCTION")]
    function: String,
    /// Another method
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Another path
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// --param: all parameters anew
    #[command(flatten)]
    shape: ShapeArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EditArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "functions edit")?;
    let had = hand_made::get(&siesta, &args.connection, &args.function)?;
    let function = args.shape.over(&had, args.method.as_deref(), args.path.as_deref())?;
    let connection = hand_made::put(&siesta, &args.connection, &function, Writing::InPlace)?;
    let words = format!("changed the function {} of \"{connection}\"", function.name);
    ui.done(&OwnFunctionView { connection, function: FunctionView::new(&function) }, &words)
}
