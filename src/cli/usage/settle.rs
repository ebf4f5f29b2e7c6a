//! `siesta usage settle`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::decide::grouped;
use crate::model::usage::Tokens;
use crate::ops::usage;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Book what was spent under a reservation
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta usage settle \"$id\" --input 1200 --output 300\n  \
                        siesta usage settle \"$id\"",
    after_long_help = "Without figures, because the provider did not say, what was reserved is booked as an estimate. What was spent is booked also when the reservation has expired: for a week it is still known."
)]
pub(super) struct SettleArgs {
    /// What reserve printed
    #[arg(value_name = "RESERVATION")]
    id: String,
    /// Input tokens, cache reads and writes included
    #[arg(long, value_name = "N", requires = "output")]
    input: Option<u64>,
    /// Output tokens, reasoning included
    #[arg(long, value_name = "N", requires = "input")]
    output: Option<u64>,
    /// Of the output: reasoning tokens
    #[arg(long, value_name = "N", requires = "output")]
    reasoning: Option<u64>,
    /// Of the input: tokens read from a cache
    #[arg(long, value_name = "N", requires = "input")]
    cache_read: Option<u64>,
    /// Of the input: tokens written to a cache
    #[arg(long, value_name = "N", requires = "input")]
    cache_write: Option<u64>,
    /// The model that answered
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SettleView {
    id: String,
    connection: String,
    /// What counts against limits from now on.
    tokens: u64,
    /// What had been set aside.
    reserved_tokens: u64,
    /// The real usage is unknown; what was reserved stands for it.
    estimated: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SettleArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "usage settle")?;
    let tokens = args.input.zip(args.output).map(|(input, output)| Tokens {
        input,
        output,
        reasoning: args.reasoning.unwrap_or(0),
        cache_read: args.cache_read.unwrap_or(0),
        cache_write: args.cache_write.unwrap_or(0),
    });
    let settled = usage::settle(&siesta, &args.id, tokens, args.model.as_deref())?;
    let view = SettleView {
        id: args.id,
        connection: settled.connection,
        tokens: settled.record.tokens.counted(),
        reserved_tokens: settled.reserved,
        estimated: settled.record.estimated,
    };
    let how = if view.estimated { ", as reserved" } else { "" };
    let words = format!("booked {} tokens on \"{}\"{how}", grouped(view.tokens), view.connection);
    ui.done(&view, &words)
}
