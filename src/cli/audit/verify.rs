//! `siesta audit verify`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::audit::{Break, GENESIS, Head};
use crate::ops::audit::{self, Anchor};
use crate::view::audit::AuditRowView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Verify the audit's hash chain from its first row, and what lists show of it
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta audit verify\n  siesta audit verify --head \
                        12:5f3e9c0ad9a1b7b14a6a3f0c8a3f7d3f0f7c0e6c5b1d2a4e8f9b7c6d5e4f3a2b")]
pub(super) struct VerifyArgs {
    /// A head that `siesta audit head` printed earlier: the chain must still contain it
    #[arg(long, value_name = "SEQ:HASH", value_parser = parse_head)]
    head: Option<Head>,
}

fn parse_head(text: &str) -> Result<Head, String> {
    // The whole line that was printed will do.
    let (seq, hash) = text.split_whitespace().next().and_then(|text| text.split_once(':')).unwrap_or_default();
    let is_hash = hash.len() == GENESIS.len() && hash.chars().all(|c| c.is_ascii_hexdigit());
    match seq.parse() {
        Ok(seq) if is_hash && seq > 0 => Ok(Head { seq, hash: hash.to_ascii_lowercase() }),
        _ => Err("SEQ:HASH, as `siesta audit head` prints it".to_owned()),
    }
}

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
    /// What has become of the head that was given: found, dropped (by retention), missing.
    anchor: Option<&'static str>,
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

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: VerifyArgs) -> Result<Exit, Error> {
    /// Often enough to move, seldom enough to cost nothing.
    const STEP: i64 = 1024;
    let siesta = unlock::open(ui, settings, "audit verify")?;
    let verified = {
        let progress = ui.spinner("following the chain");
        audit::verify(&siesta, args.head.as_ref(), |row| {
            if row % STEP == 0 {
                progress.step(&format!("following the chain: {row} rows"));
            }
        })?
    };
    let broken = verified.broken.as_ref().map(|broken| match broken {
        Break::Altered { seq } => BreakView { seq: *seq, what: "its content does not give its hash".to_owned() },
        Break::Unlinked { seq } => BreakView { seq: *seq, what: "it does not follow the row before it".to_owned() },
        Break::Gap { seq, expected } => BreakView { seq: *seq, what: format!("row {expected} is missing before it") },
        Break::Misshown { seq } => {
            BreakView { seq: *seq, what: "the history of its connection shows something else".to_owned() }
        }
    });
    let view = VerifyView {
        verified: broken.is_none() && verified.anchor != Some(Anchor::Missing),
        rows: verified.rows,
        head: HeadView { seq: verified.head.seq, hash: verified.head.hash.clone() },
        without_outcome: verified.without_outcome.iter().map(AuditRowView::new).collect(),
        broken,
        anchor: verified.anchor.map(|anchor| match anchor {
            Anchor::Found => "found",
            Anchor::Dropped => "dropped",
            Anchor::Missing => "missing",
        }),
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
    if let (Some(Anchor::Missing), Some(head)) = (verified.anchor, &args.head) {
        if ui.is_json() {
            return Ok(Exit::Damaged);
        }
        return Err(Error::new(Exit::Damaged, format!("audit row {} is not the one that was anchored", head.seq))
            .code("audit-anchor")
            .cause(
                "the chain fits in itself, but it is another one: rows were rewritten, or an older state was put back",
            )
            .hint(format!("siesta audit show {}        (compare it with what was exported then)", head.seq)));
    }
    if !ui.is_json() {
        ui.say(&format!("verified {} rows; the head is {}", view.rows, view.head.hash));
    }
    if verified.anchor == Some(Anchor::Dropped) {
        ui.warn(
            "the anchored row was dropped by retention: what was before the first row that is left cannot be compared",
        );
    }
    for row in &view.without_outcome {
        ui.warn(&format!("the call of row {} has no outcome: nobody knows how it ended", row.seq));
    }
    Ok(if view.without_outcome.is_empty() { Exit::Ok } else { Exit::Findings })
}
