//! `siesta usage show`
use crate::cli::error::Error;
use crate::cli::format::Format;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unread::unread;
use crate::cli::{span, unlock};
use crate::model::price::Prices;
use crate::model::time::Moment;
use crate::model::usage::By;
use crate::ops::usage::{self, ShowQuery, ShownRow};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Show used tokens, added up by whatever is to be told apart
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta usage show --by team,model\n  \
                        siesta usage show --by day --since 2026-11-01 --until 2026-12-01 -o csv\n  \
                        siesta usage show --by user --prices prices.json",
    after_long_help = "Prices are a JSON file, per million tokens:\n  \
                       {\"currency\":\"USD\",\"models\":{\"gpt-4o*\":{\"input\":2.5,\"output\":10,\"cacheRead\":1.25}}}\n\
                       A name that ends in * is for every model that begins so."
)]
pub(super) struct ShowArgs {
    /// What to tell apart: user, team, agent, model, connection, day, week
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',', value_parser = parse_by)]
    by: Vec<By>,
    /// Only usage of this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// Only this user's
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only what names this team
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// Only this agent's
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// Only this model's
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// From this time on; a date begins in the organization's zone
    #[arg(long, value_name = "TIME", value_parser = span::parse_moment)]
    since: Option<Moment>,
    /// Up to this time, and without it
    #[arg(long, value_name = "TIME", value_parser = span::parse_moment)]
    until: Option<Moment>,
    /// Add what it cost, by the prices in this file
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
}

fn parse_by(text: &str) -> Result<By, String> {
    By::parse(text).ok_or_else(|| "user, team, agent, model, connection, day or week".to_owned())
}

#[derive(Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct RowView {
    /// What is told apart, and its name here; null: the records do not say.
    by: BTreeMap<String, Option<String>>,
    records: u64,
    /// Of the records: booked as reserved, because the provider did not say.
    estimated_records: u64,
    input_tokens: u64,
    output_tokens: u64,
    reasoning_tokens: u64,
    cache_read_tokens: u64,
    cache_write_tokens: u64,
    /// What counts against limits: input and output.
    tokens: u64,
    /// A decimal number of the currency's unit; only with prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<String>,
    /// Tokens of models without a price, which are not in the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    unpriced_tokens: Option<u64>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShowView {
    time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    rows: Vec<RowView>,
    total: RowView,
}

fn view(row: &ShownRow, by: &[By], prices: Option<&Prices>) -> RowView {
    RowView {
        by: by.iter().zip(&row.keys).map(|(by, key)| (by.to_string(), key.clone())).collect(),
        records: row.records,
        estimated_records: row.estimated,
        input_tokens: row.tokens.input,
        output_tokens: row.tokens.output,
        reasoning_tokens: row.tokens.reasoning,
        cache_read_tokens: row.tokens.cache_read,
        cache_write_tokens: row.tokens.cache_write,
        tokens: row.tokens.counted(),
        cost: prices.map(|_| row.cost.to_string()),
        unpriced_tokens: prices.map(|_| row.unpriced),
    }
}

fn cells(row: &ShownRow, prices: Option<&Prices>) -> Vec<Cell> {
    let number = |value: u64| Cell::number(i64::try_from(value).unwrap_or(i64::MAX));
    let tokens = &row.tokens;
    let mut cells: Vec<Cell> = row.keys.iter().map(|key| Cell::maybe_text(key.as_deref())).collect();
    let parts = [tokens.input, tokens.output, tokens.reasoning, tokens.cache_read, tokens.cache_write];
    cells.push(number(row.records));
    cells.extend(parts.map(number));
    cells.push(number(tokens.counted()));
    cells.extend(prices.map(|_| Cell::figure(row.cost.to_string())));
    cells
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let prices = args.prices.as_deref().map(read_prices).transpose()?;
    let prices = prices.as_ref();
    let siesta = unlock::open(ui, settings, "usage show")?;
    let query = ShowQuery {
        connection: args.connection,
        user: args.user,
        team: args.team,
        agent: args.agent,
        model: args.model,
        since: args.since,
        until: args.until,
        by: args.by,
    };
    let shown = usage::show(&siesta, &query, prices)?;
    let by = &query.by;
    match ui.format() {
        Format::Json | Format::Yaml => ui.document(&ShowView {
            time_zone: shown.time_zone.clone(),
            currency: prices.map(|prices| prices.currency.clone()),
            rows: shown.rows.iter().map(|row| view(row, by, prices)).collect(),
            total: view(&shown.total, &[], prices),
        })?,
        Format::Jsonl => shown.rows.iter().try_for_each(|row| ui.json_line(&view(row, by, prices)))?,
        Format::Table | Format::Csv | Format::Tsv => {
            let cost = prices.map(|prices| format!("COST {}", prices.currency));
            let mut headers: Vec<String> = by.iter().map(|by| by.as_str().to_uppercase()).collect();
            let parts = ["RECORDS", "INPUT", "OUTPUT", "REASONING", "CACHE READ", "CACHE WRITE", "TOKENS"];
            headers.extend(parts.map(str::to_owned));
            headers.extend(cost);
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            let mut rows: Vec<Vec<Cell>> = shown.rows.iter().map(|row| cells(row, prices)).collect();
            // A sum below the rows would be one more of them to a program.
            if ui.stdout_is_terminal() && ui.format() == Format::Table && rows.len() > 1 {
                let keys = std::iter::once(Some("total".to_owned())).chain(std::iter::repeat(None));
                let total = ShownRow { keys: keys.take(by.len()).collect(), ..shown.total.clone() };
                rows.push(cells(&total, prices));
            }
            ui.table(&headers, &rows)?;
        }
    }
    if shown.total.records == 0 {
        ui.say("nothing was used");
    }
    if shown.total.estimated > 0 {
        let (estimated, records) = (shown.total.estimated, shown.total.records);
        ui.say(&format!("{estimated} of {records} records are estimates: the provider did not say"));
    }
    if shown.total.unpriced > 0 {
        let tokens = crate::model::decide::grouped(shown.total.unpriced);
        ui.warn(&format!("{tokens} tokens are of models without a price, and not in the cost"));
    }
    Ok(())
}

/// Far above any list of prices.
const MOST_BYTES: u64 = 4 << 20;

fn read_prices(path: &Path) -> Result<Prices, Error> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
    match read {
        Ok(_) => Prices::read(&bytes).map_err(|why| {
            Error::usage(format!("{} is no list of prices", path.display()))
                .cause(why)
                .hint("siesta usage show --help        (shows one)")
        }),
        Err(error) => Err(unread(path.display(), &error)),
    }
}
