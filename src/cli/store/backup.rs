//! `siesta store backup`
use super::shown;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::vault;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// Write the whole store to one age file elsewhere, and read it back
///
/// A file that is there is never overwritten. With --keep N it is moved on instead: FILE becomes FILE.1, FILE.1 becomes
/// FILE.2, and the one that is too many goes. The file opens with the store's keys, siesta's and stock age's alike. Others
/// may read and write the store meanwhile.
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store backup ~/backups/siesta.age\n  siesta store backup --keep 7 --quiet ~/backups/siesta.age"
)]
pub(super) struct BackupArgs {
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Keep so many: FILE, FILE.1, FILE.2 and so on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    keep: Option<u32>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BackupView {
    file: String,
    /// In bytes.
    size: u64,
    /// The change the backup is at.
    seq: u32,
    /// The newest row of its audit.
    audit_seq: i64,
    /// Where the earlier backups are now, the newest first.
    earlier: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: BackupArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store backup")?;
    let progress = ui.progress(0, "writing");
    let made = vault::back_up(&siesta, &args.file, args.keep, &mut shown(&progress));
    drop(progress);
    let made = made?;
    let view = BackupView {
        file: made.path.display().to_string(),
        size: made.size,
        seq: made.position.seq,
        audit_seq: made.position.audit.seq,
        earlier: made.earlier.iter().map(|path| path.display().to_string()).collect(),
    };
    let words = format!(
        "backed up and read back: change {}, {} audit rows, {} bytes\n{}",
        view.seq, view.audit_seq, view.size, view.file
    );
    ui.done(&view, &words)
}
