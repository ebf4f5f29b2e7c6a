//! `siesta audit export`
//!
//! What must stay true: rows are written as they are read, so that an audit of any length takes the same memory; and a
//! file is whole or not there.
use super::filter::FilterArgs;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::new_file::NewFile;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::audit::AuditRow;
use crate::ops::audit;
use crate::view::audit::AuditRowView;
use crate::view::ocsf::OcsfEvent;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Write audit rows for other programs, the oldest first
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta audit export > audit.jsonl\n  \
                        siesta audit export --format ocsf --since 2026-11-01 --out events.jsonl",
    after_long_help = "jsonl is a row per line as `siesta audit list --json` has it; csv has the same columns, changes as \
                       JSON; ocsf is an event per line of the class API Activity (6003) of OCSF 1.3.0."
)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// What is written
    #[arg(long = "format", value_name = "FORMAT", value_enum, default_value_t = Shape::Jsonl)]
    shape: Shape,
    /// Write to a new file instead of standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    Jsonl,
    Csv,
    Ocsf,
}

impl Shape {
    fn word(self) -> &'static str {
        match self {
            Shape::Jsonl => "jsonl",
            Shape::Csv => "csv",
            Shape::Ocsf => "ocsf",
        }
    }
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExportView {
    path: String,
    format: &'static str,
    rows: u64,
    /// The last row that was written; null: none was.
    last_seq: Option<i64>,
    last_hash: Option<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ExportArgs) -> Result<Exit, Error> {
    /// Enough that writing costs nothing, and little enough to be nothing.
    const BUFFER: usize = 64 * 1024;
    /// Often enough to move, seldom enough to cost nothing.
    const STEP: u64 = 1024;
    let siesta = unlock::open(ui, settings, "audit export")?;
    let head = audit::head(&siesta)?;
    let mut file = args
        .out
        .as_deref()
        .filter(|path| *path != Path::new("-"))
        .map(|path| NewFile::make(path, AGAIN))
        .transpose()?;
    let store_id = head.store.to_string();
    let mut buffer = Vec::with_capacity(2 * BUFFER);
    let mut failed = None;
    let (mut rows, mut last) = (0u64, None);
    if args.shape == Shape::Csv {
        csv_line(&mut buffer, &COLUMNS.map(str::to_owned))?;
    }
    let progress = ui.progress(u64::try_from(head.head.seq).unwrap_or(0), "exporting");
    audit::export(&siesta, &args.filter.listing(), |row| {
        let written = write_row(&mut buffer, args.shape, &row, &store_id).and_then(|()| match buffer.len() >= BUFFER {
            true => hand_on(ui, file.as_mut(), &mut buffer),
            false => Ok(()),
        });
        rows += 1;
        if rows.is_multiple_of(STEP) {
            progress.reach(u64::try_from(row.seq).unwrap_or(0), u64::try_from(head.head.seq).unwrap_or(0));
        }
        last = Some((row.seq, row.hash));
        failed = written.err();
        failed.is_none()
    })?;
    drop(progress);
    if let Some(error) = failed {
        return Err(error);
    }
    hand_on(ui, file.as_mut(), &mut buffer)?;
    let Some(file) = file else { return Ok(Exit::Ok) };
    let view = ExportView {
        path: file.finish()?,
        format: args.shape.word(),
        rows,
        last_seq: last.as_ref().map(|(seq, _)| *seq),
        last_hash: last.map(|(_, hash)| hash),
    };
    let words = format!("wrote {rows} rows to {}", view.path);
    ui.done(&view, &words)?;
    Ok(Exit::Ok)
}

fn hand_on(ui: &mut Ui, file: Option<&mut NewFile>, buffer: &mut Vec<u8>) -> Result<(), Error> {
    let done = match file {
        Some(file) => file.write(buffer),
        None => ui.bytes(buffer),
    };
    buffer.clear();
    done
}

/// What to type when the file cannot be written.
const AGAIN: &str = "siesta audit export --out ANOTHER-FILE";

const COLUMNS: [&str; 14] = [
    "seq",
    "time",
    "actor",
    "actorProof",
    "action",
    "entity",
    "recordId",
    "connection",
    "decision",
    "reason",
    "correlationId",
    "changes",
    "prevHash",
    "hash",
];

fn write_row(buffer: &mut Vec<u8>, shape: Shape, row: &AuditRow, store_id: &str) -> Result<(), Error> {
    let line = match shape {
        Shape::Jsonl => serde_json::to_writer(&mut *buffer, &AuditRowView::new(row)),
        Shape::Ocsf => serde_json::to_writer(&mut *buffer, &OcsfEvent::new(row, store_id)),
        Shape::Csv => return csv_line(buffer, &cells(row)?),
    };
    line.map_err(unwritable)?;
    buffer.push(b'\n');
    Ok(())
}

fn cells(row: &AuditRow) -> Result<[String; 14], Error> {
    let view = AuditRowView::new(row);
    let maybe = |text: Option<String>| text.unwrap_or_default();
    Ok([
        view.seq.to_string(),
        view.time,
        view.actor,
        view.actor_proof.to_string(),
        view.action,
        view.entity,
        view.record_id,
        maybe(view.connection),
        maybe(view.decision.map(|decision| decision.to_string())),
        maybe(view.reason),
        view.correlation_id,
        serde_json::to_string(&view.changes).map_err(unwritable)?,
        view.prev_hash,
        view.hash,
    ])
}

fn csv_line(buffer: &mut Vec<u8>, cells: &[String]) -> Result<(), Error> {
    csv::Writer::from_writer(buffer).write_record(cells).map_err(unwritable)
}

fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::new(Exit::Internal, "a row could not be written").cause(error)
}
