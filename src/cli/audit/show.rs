//! `siesta audit show`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::audit;
use crate::view::audit::{AuditRowView, OneAuditRowView};
use clap::Args;
use serde_json::Value;

/// Show an audit row with what changed, from what to what
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta audit show 12\n  siesta audit show 12 --json")]
pub(super) struct ShowArgs {
    /// The row's number, as `siesta audit list` shows it
    #[arg(value_name = "SEQ", value_parser = clap::value_parser!(i64).range(1..))]
    seq: i64,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "audit show")?;
    let row = audit::show(&siesta, args.seq)?;
    let document = OneAuditRowView { row: AuditRowView::new(&row) };
    let view = &document.row;
    let mut fields = vec![
        ("row", Cell::number(view.seq)),
        ("time", Cell::time(row.time)),
        ("actor", Cell::text(format!("{} ({})", view.actor, view.actor_proof))),
        ("action", Cell::text(view.action.as_str())),
        ("record", Cell::text(format!("{} {}", view.entity, view.record_id))),
        ("connection", Cell::maybe_text(view.connection.as_deref())),
        ("decision", Cell::maybe_text(view.decision.map(|decision| decision.as_str()))),
        ("reason", Cell::maybe_text(view.reason.as_deref())),
    ];
    fields.extend(view.changes.iter().map(|change| {
        let text = match &change.old {
            Value::Null => format!("{} = {}", change.property, plain(&change.new)),
            old => format!("{}: {} → {}", change.property, plain(old), plain(&change.new)),
        };
        ("changed", Cell::text(text))
    }));
    fields.extend([
        ("correlation", Cell::text(view.correlation_id.as_str())),
        ("previous hash", Cell::text(view.prev_hash.as_str())),
        ("hash", Cell::text(view.hash.as_str())),
    ]);
    ui.record(&document, &fields)?;
    Ok(Exit::Ok)
}

/// A value without the quotes that JSON puts around a text; nothing is "none".
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
