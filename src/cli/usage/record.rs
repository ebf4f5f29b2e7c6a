//! `siesta usage record`
use super::spender::SpenderArgs;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::{span, unlock};
use crate::model::decide::grouped;
use crate::model::time::{Timestamp, rfc3339};
use crate::model::usage::Tokens;
use crate::ops::usage::{self, NewUsage};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Record tokens that were spent elsewhere
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta usage record research --user alice --input 1200 --output 300\n  \
                        siesta usage record research --agent helper --input 90 --output 10 --source-id run-7")]
pub(super) struct RecordArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    spender: SpenderArgs,
    /// Input tokens, cache reads and writes included
    #[arg(long, value_name = "N")]
    input: u64,
    /// Output tokens, reasoning included
    #[arg(long, value_name = "N")]
    output: u64,
    /// Of the output: reasoning tokens
    #[arg(long, value_name = "N", default_value_t = 0)]
    reasoning: u64,
    /// Of the input: tokens read from a cache
    #[arg(long, value_name = "N", default_value_t = 0)]
    cache_read: u64,
    /// Of the input: tokens written to a cache
    #[arg(long, value_name = "N", default_value_t = 0)]
    cache_write: u64,
    /// What names the record where it comes from: the same one twice is booked once
    #[arg(long, value_name = "ID")]
    source_id: Option<String>,
    /// When they were spent; now unless given
    #[arg(long, value_name = "TIME", value_parser = span::parse_instant)]
    at: Option<Timestamp>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct RecordView {
    /// False: its source id was recorded before, and nothing changed.
    recorded: bool,
    time: String,
    user: Option<String>,
    team: Option<String>,
    agent: Option<String>,
    model: Option<String>,
    /// What counts against limits.
    tokens: u64,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RecordArgs) -> Result<(), Error> {
    args.spender.must_be_somebody()?;
    let siesta = unlock::open(ui, settings, "usage record")?;
    let SpenderArgs { user, team, agent, model } = args.spender;
    let new = NewUsage {
        connection: args.connection.clone(),
        user,
        team,
        agent,
        model,
        tokens: Tokens {
            input: args.input,
            output: args.output,
            reasoning: args.reasoning,
            cache_read: args.cache_read,
            cache_write: args.cache_write,
        },
        source_id: args.source_id,
        at: args.at,
    };
    let (record, is_new) = usage::record(&siesta, &new)?;
    let tokens = record.tokens.counted();
    let words = match is_new {
        true => format!("recorded {} tokens on \"{}\"", grouped(tokens), args.connection),
        false => "this source id was recorded before; nothing changed".to_owned(),
    };
    let view = RecordView {
        recorded: is_new,
        time: rfc3339(record.time),
        user: record.user,
        team: record.team,
        agent: record.agent,
        model: record.model,
        tokens,
    };
    ui.done(&view, &words)
}
