//! `siesta functions list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::governance::Mode;
use crate::ops::connections::{self, ConnectionFunction};
use crate::view::governance::FunctionModeView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List a connection's functions with the mode they have there, and why
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta functions list notes")]
pub(super) struct ListArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(flatten)]
    function: FunctionModeView,
    /// What the connection itself says; null: nothing.
    setting: Option<Mode>,
    #[serde(skip)]
    service_enabled: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunctionsView<'a> {
    connection: String,
    service_enabled: bool,
    functions: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["FUNCTION", "KIND", "MODE", "BECAUSE OF", "OWN SETTING"];

    fn cells(&self) -> Vec<Cell> {
        let mode = crate::cli::governance::mode_cell(self.service_enabled, self.function.mode);
        vec![
            Cell::whole(self.function.function.as_str()),
            Cell::text(self.function.kind.as_str()),
            mode,
            Cell::text(if self.service_enabled { self.function.source.as_str() } else { "type policy" }),
            Cell::maybe_text(self.setting.map(Mode::typed)),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "functions list")?;
    let shown = connections::show(&siesta, &args.connection)?;
    let lines: Vec<Line> = shown.functions.iter().map(|function| line(function, shown.service_enabled)).collect();
    let connection = shown.listed.connection.label.clone();
    ui.list(&FunctionsView { connection, service_enabled: shown.service_enabled, functions: &lines }, &lines)
}

fn line(f: &ConnectionFunction, service_enabled: bool) -> Line {
    Line {
        function: FunctionModeView::new(&f.name, &f.title, f.kind, f.effective),
        setting: f.setting,
        service_enabled,
    }
}
