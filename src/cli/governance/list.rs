//! `siesta governance list`
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::governance::Mode;
use crate::ops::governance::{self, FunctionMode};
use crate::view::governance::FunctionModeView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List every function with its effective mode and the record that decided it
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta governance list\n  siesta governance list openai --json")]
pub(super) struct ListArgs {
    /// Only the functions of this service
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    service: String,
    service_enabled: bool,
    #[serde(flatten)]
    function: FunctionModeView,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct GovernanceView<'a> {
    functions: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["FUNCTION", "KIND", "MODE", "BECAUSE OF"];

    fn cells(&self) -> Vec<Cell> {
        let mode = match (self.service_enabled, self.function.mode) {
            (false, _) => Cell::state("service disabled", Tone::Bad),
            (true, Mode::Enabled) => Cell::state("enabled", Tone::Good),
            (true, Mode::Confirm) => Cell::state("confirm", Tone::Waiting),
            (true, Mode::Disabled) => Cell::state("disabled", Tone::Bad),
        };
        vec![
            Cell::text(format!("{}/{}", self.service, self.function.function)),
            Cell::text(self.function.kind.as_str()),
            mode,
            Cell::text(self.function.source.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "governance list")?;
    let lines: Vec<Line> = governance::list(&siesta, args.service.as_deref())?.iter().map(line).collect();
    ui.list(&GovernanceView { functions: &lines }, &lines)
}

fn line(mode: &FunctionMode) -> Line {
    Line {
        service: mode.service.clone(),
        service_enabled: mode.service_enabled,
        function: FunctionModeView::new(&mode.function, &mode.title, mode.kind, mode.effective),
    }
}
