//! `siesta audit verify`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::audit::Break;
use crate::ops::audit;
use crate::view::audit::AuditRowView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Verify the audit's hash chain from its first row
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta audit verify\n  siesta audit verify --json")]
pub(super) struct VerifyArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerifyView {
    verified: bool,
    rows: i64,
    head: HeadView,
    /// The first row that does not fit.
    broken: Option<BreakView>,
    /// Allowed calls of which nobody knows how they ended.
    without_outcome: Vec<AuditRowView>,
}

#[derive(JsonSchema, Serialize)]
struct HeadView {
    seq: i64,
    hash: String,
}

#[derive(JsonSchema, Serialize)]
struct BreakView {
    seq: i64,
    what: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: VerifyArgs) -> Result<Exit, Error> {
    /// Often enough to move, seldom enough to cost nothing.
    const STEP: i64 = 1024;
    let siesta = unlock::open(ui, settings, "audit verify")?;
    let verified = {
        let progress = ui.spinner("following the chain");
        audit::verify(&siesta, |row| {
            if row % STEP == 0 {
                progress.step(&format!("following the chain: {row} rows"));
            }
        })?
    };
    let broken = verified.broken.as_ref().map(|broken| match broken {
        Break::Altered { seq } => BreakView { seq: *seq, what: "its content does not give its hash".to_owned() },
        Break::Unlinked { seq } => BreakView { seq: *seq, what: "it does not follow the row before it".to_owned() },
        Break::Gap { seq, expected } => BreakView { seq: *seq, what: format!("row {expected} is missing before it") },
    });
    let view = VerifyView {
        verified: broken.is_none(),
        rows: verified.rows,
        head: HeadView { seq: verified.head.seq, hash: verified.head.hash.clone() },
        without_outcome: verified.without_outcome.iter().map(AuditRowView::new).collect(),
        broken,
    };
    if ui.is_json() {
        ui.document(&view)?;
    }
    if let Some(broken) = &view.broken {
        if ui.is_json() {
            return Ok(Exit::Damaged);
        }
        return Err(Error::new(Exit::Damaged, format!("audit row {} is not as it was written", broken.seq))
            .code("audit-broken")
            .cause(&broken.what)
            .hint("siesta audit list        (rows before it are as they were written)"));
    }
    if !ui.is_json() {
        ui.say(&format!("verified {} rows; the head is {}", view.rows, view.head.hash));
    }
    for row in &view.without_outcome {
        ui.warn(&format!("the call of row {} has no outcome: nobody knows how it ended", row.seq));
    }
    Ok(if view.without_outcome.is_empty() { Exit::Ok } else { Exit::Findings })
}
