//! `siesta store info`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::time::rfc3339;
use crate::ops::vault;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Show where the store is, what it is sealed for and how large it is
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store info\n  siesta store info --json")]
pub(super) struct InfoArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InfoView {
    path: String,
    store_id: String,
    fingerprint: String,
    key_source: &'static str,
    identity_path: Option<String>,
    key_place: String,
    pin_path: String,
    recipients: Vec<RecipientView>,
    /// Bytes, by file.
    sizes: BTreeMap<String, u64>,
    /// How many there are, by noun.
    rows: BTreeMap<String, u64>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct RecipientView {
    recipient: String,
    name: String,
    added_at: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: InfoArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "store info")?;
    let facts = vault::info(&siesta)?;
    let place = &facts.whereabouts;
    let view = InfoView {
        path: place.dir.display().to_string(),
        store_id: place.store_id.to_string(),
        fingerprint: place.fingerprint.clone(),
        key_source: place.key.word(),
        identity_path: place.key.path().map(|path| path.display().to_string()),
        key_place: place.key.place(),
        pin_path: place.pin.display().to_string(),
        recipients: facts
            .recipients
            .iter()
            .map(|r| RecipientView {
                recipient: r.recipient.clone(),
                name: r.name.clone(),
                added_at: rfc3339(r.added_at),
            })
            .collect(),
        sizes: place.files.iter().cloned().collect(),
        rows: facts.rows.iter().map(|(noun, rows)| ((*noun).to_owned(), *rows)).collect(),
    };
    let mut fields = vec![
        ("path", Cell::text(view.path.as_str())),
        ("store id", Cell::text(view.store_id.as_str())),
        ("fingerprint", Cell::text(view.fingerprint.as_str())),
        ("key", Cell::text(format!("{} {}", view.key_source, view.key_place))),
        ("pin", Cell::text(view.pin_path.as_str())),
        ("size", Cell::figure(format!("{} bytes", view.sizes.values().sum::<u64>()))),
        (
            "rows",
            Cell::text(facts.rows.iter().map(|(noun, rows)| format!("{noun} {rows}")).collect::<Vec<_>>().join(", ")),
        ),
    ];
    fields.extend(view.recipients.iter().map(|r| ("sealed for", Cell::text(format!("{} ({})", r.recipient, r.name)))));
    ui.record(&view, &fields)
}
