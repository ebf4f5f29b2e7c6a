//! `siesta audit head`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::audit;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Print the head of the audit's chain, to be written down elsewhere
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta audit head\n  siesta audit head >> heads.txt",
    after_long_help = "The line is SEQ:HASH and the store's id. Kept where whoever holds the key cannot write, it proves \
                       later that no row up to it was changed or taken away: siesta audit verify --head SEQ:HASH"
)]
pub(super) struct HeadArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoreHeadView {
    seq: i64,
    hash: String,
    store_id: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: HeadArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "audit head")?;
    let found = audit::head(&siesta)?;
    let view = StoreHeadView { seq: found.head.seq, hash: found.head.hash.clone(), store_id: found.store.to_string() };
    match ui.is_json() {
        true => ui.document(&view)?,
        false => ui.text(&format!("{}:{} {}\n", view.seq, view.hash, view.store_id))?,
    }
    Ok(Exit::Ok)
}
