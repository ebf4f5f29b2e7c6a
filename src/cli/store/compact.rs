//! `siesta store compact`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Fold everything into store.age, so that this one file is the whole store
///
/// What is committed goes to small files beside store.age first. The pages of each table are put side by side, which keeps
/// lists fast in a store that has grown; cron may do it once a week. Others may read and write meanwhile; when somebody
/// writes, the pages stay where they are. What was kept for its time (`siesta org set --audit-retention`,
/// `--execution-retention`) goes first.
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store compact")]
pub(super) struct CompactArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CompactView {
    /// The file that is the whole store now.
    path: String,
    /// Bytes of all files of the store, before.
    size_before: u64,
    /// Bytes of all files of the store, after.
    size_after: u64,
    /// Rows of the audit that were dropped because their time was over.
    dropped_rows: i64,
    /// Executions that keep only hashes from here on.
    hashed_executions: i64,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: CompactArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store compact")?;
    let progress = ui.progress(0, "folding");
    let done = vault::compact(&siesta, &mut |done, total| progress.reach(done.into(), total.into()))?;
    drop(progress);
    let view = CompactView {
        path: done.path.display().to_string(),
        size_before: done.size_before,
        size_after: done.size_after,
        dropped_rows: done.retained.rows,
        hashed_executions: done.retained.executions,
    };
    let (before, after) = (view.size_before, view.size_after);
    ui.done(&view, &format!("{} is the whole store now ({before} bytes before, {after} after)", view.path))
}
