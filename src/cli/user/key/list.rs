//! `siesta user key list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::time::Timestamp;
use crate::ops::signing;
use crate::view::key::{KeyView, KeysView};
use clap::Args;
use serde::Serialize;

/// List keys that people sign approvals with
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user key list\n  siesta user key list alice --json")]
pub(super) struct ListArgs {
    /// Only the keys of this user
    #[arg(value_name = "USER")]
    user: Option<String>,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Line {
    view: KeyView,
    #[serde(skip)]
    added_at: Timestamp,
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["USER", "KEY", "KIND", "COMMENT", "ADDED"];
    const SPARE: &'static [&'static str] = &["KIND", "ADDED"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.view.user.as_str()),
            Cell::whole(self.view.fingerprint.as_str()),
            Cell::text(self.view.kind.as_str()),
            Cell::text(self.view.comment.as_str()),
            Cell::time(self.added_at),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user key list")?;
    let keys = signing::list_keys(&siesta, args.user.as_deref())?;
    let lines: Vec<Line> =
        keys.iter().map(|known| Line { view: KeyView::new(known), added_at: known.added_at }).collect();
    ui.list(&KeysView { keys: keys.iter().map(KeyView::new).collect() }, &lines)
}
