//! `siesta manifest validate`
use super::{FaultView, read};
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::model::manifest::{self, FILE_NAME, Form, Mode};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// Check a manifest and name every fault with its place; exit code 12 when there are some
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta manifest validate\n  siesta manifest validate other.json --json\n  \
                        siesta manifest validate - < siesta-agent-manifest.json")]
pub(super) struct ValidateArgs {
    /// The manifest; - for standard input
    #[arg(value_name = "FILE|-", default_value = FILE_NAME)]
    file: PathBuf,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ValidateView {
    file: String,
    valid: bool,
    /// Null: nothing tells.
    mode: Option<Mode>,
    form: Option<Form>,
    /// Whether the layout is siesta's own, so that being valid is not being right.
    provisional: bool,
    faults: Vec<FaultView>,
}

pub(super) fn run(ui: &mut Ui, args: &ValidateArgs) -> Result<Exit, Error> {
    let checked = manifest::check(&read(&args.file)?);
    let file = args.file.display().to_string();
    let faults: Vec<FaultView> = checked.faults.iter().map(FaultView::of).collect();
    let (count, valid) = (faults.len(), faults.is_empty());
    let provisional = checked.mode.is_some_and(Mode::is_provisional);
    let view = ValidateView { file, valid, mode: checked.mode, form: checked.form, provisional, faults };
    if ui.is_json() {
        ui.document(&view)?;
    } else {
        let cells = |fault: &FaultView| {
            let place = if fault.pointer.is_empty() { "(the whole)" } else { &fault.pointer };
            vec![Cell::state(place, Tone::Bad), Cell::words(fault.message.as_str())]
        };
        ui.table(&["PLACE", "FAULT"], &view.faults.iter().map(cells).collect::<Vec<_>>())?;
        let what = match (checked.mode, checked.form) {
            (Some(mode), Some(Form::HandWritten)) => format!("{mode}, written by hand"),
            (Some(mode), _) => mode.to_string(),
            (None, _) => "no mode".to_owned(),
        };
        let count = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
        ui.say(&format!(
            "{} is {} ({what})",
            view.file,
            if valid { "valid".to_owned() } else { format!("not valid: {count}") }
        ));
    }
    if provisional {
        ui.warn("this mode's layout is provisional: only the external-api form can be checked with certainty");
    }
    Ok(if valid { Exit::Ok } else { Exit::Findings })
}
