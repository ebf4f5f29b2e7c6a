//! `siesta store verify`
use super::shown;
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::soundness::{PartName, State};
use crate::ops::vault;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Look at all of the store: every piece of its files, the database, the audit, the pin
///
/// Changes nothing, and works on a store that does not open for other commands. Ends with exit code 6 when something is
/// broken.
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store verify\n  siesta store verify --json")]
pub(super) struct VerifyArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerifyView {
    path: String,
    /// Whether nothing is broken.
    verified: bool,
    parts: Vec<PartView>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct PartView {
    part: PartName,
    state: State,
    /// What there is of it, or what is wrong.
    what: String,
}

impl Row for PartView {
    const HEADERS: &'static [&'static str] = &["PART", "STATE", "WHAT"];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.state {
            State::Whole => Tone::Good,
            State::Absent | State::Unseen => Tone::Quiet,
            State::Broken => Tone::Bad,
        };
        vec![Cell::text(self.part.as_str()), Cell::state(self.state.as_str(), tone), Cell::words(self.what.as_str())]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: VerifyArgs) -> Result<Exit, Error> {
    let parts = unlock::at_place(ui, settings, "store verify", |ui, place| {
        let progress = ui.progress(0, "opening every piece");
        vault::verify(place, &mut shown(&progress))
    })?;
    let parts: Vec<PartView> =
        parts.into_iter().map(|part| PartView { part: part.name, state: part.state, what: part.what }).collect();
    let broken = parts.iter().find(|part| part.state == State::Broken);
    let why = broken.map(|part| format!("{}: {}", part.part, part.what));
    let view = VerifyView { path: settings.store.value.display().to_string(), verified: why.is_none(), parts };
    ui.list(&view, &view.parts)?;
    match why {
        None => Ok(Exit::Ok),
        Some(_) if ui.is_json() => Ok(Exit::Damaged),
        Some(why) => Err(Error::new(Exit::Damaged, "the store is not as it should be")
            .cause(why)
            .hint("siesta store restore BACKUP        (an older or another store: siesta store trust)")),
    }
}
