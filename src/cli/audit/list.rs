//! `siesta audit list`
use super::filter::FilterArgs;
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::audit::{AuditLine, Verdict};
use crate::ops::audit::{self, Listing};
use crate::view::audit::AuditRowView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List audit rows, the newest first
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta audit list\n  siesta audit list --decision deny --since 2026-11-01 --json"
)]
pub(super) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct AuditView<'a> {
    rows: &'a [AuditRowView],
}

impl Row for AuditLine {
    const HEADERS: &'static [&'static str] = &["SEQ", "TIME", "ACTOR", "ACTION", "RECORD", "DECISION", "REASON"];
    // `audit show` says it.
    const SPARE: &'static [&'static str] = &["REASON"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::number(self.seq),
            Cell::time(self.time),
            Cell::text(self.actor.as_str()),
            Cell::whole(self.action.as_str()),
            match uuid::Uuid::try_parse(&self.record_id) {
                Ok(_) => Cell::id(self.record_id.as_str()),
                Err(_) => Cell::text(self.record_id.as_str()),
            },
            match self.decision {
                None => Cell::Empty,
                Some(Verdict::Allow) => Cell::state("allow", Tone::Good),
                Some(Verdict::Deny) => Cell::state("deny", Tone::Bad),
                Some(Verdict::NeedsApproval) => Cell::state("needs-approval", Tone::Waiting),
            },
            Cell::maybe_text(self.reason.as_deref()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "audit list")?;
    let listing = Listing { limit: args.limit, ..args.filter.listing() };
    if ui.is_json() {
        let rows: Vec<AuditRowView> = audit::list(&siesta, &listing)?.iter().map(AuditRowView::new).collect();
        ui.documents(&AuditView { rows: &rows }, &rows)?;
    } else {
        ui.lines(&audit::list_lines(&siesta, &listing)?)?;
    }
    Ok(Exit::Ok)
}
