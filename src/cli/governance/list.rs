//! `siesta governance list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::time::rfc3339;
use crate::ops::governance::{self, FunctionMode, ServiceMode};
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
    /// Who set the override that decided it, and when; null: the catalogue did.
    set_by: Option<String>,
    set_at: Option<String>,
}

/// A service and its switch.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceLine {
    service: String,
    name: String,
    enabled: bool,
    /// Who switched it, and when; null: nobody ever did.
    set_by: Option<String>,
    set_at: Option<String>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct GovernanceView<'a> {
    services: Vec<ServiceLine>,
    functions: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["FUNCTION", "KIND", "MODE", "BECAUSE OF"];

    fn cells(&self) -> Vec<Cell> {
        let mode = super::mode_cell(self.service_enabled, self.function.mode);
        vec![
            Cell::whole(format!("{}/{}", self.service, self.function.function)),
            Cell::text(self.function.kind.as_str()),
            mode,
            match self.service_enabled {
                true => Cell::words(self.function.source.as_str()),
                // Whatever the function's own records say.
                false => Cell::words("type policy"),
            },
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "governance list")?;
    let listed = governance::list(&siesta, args.service.as_deref())?;
    let lines: Vec<Line> = listed.iter().flat_map(|service| &service.functions).map(line).collect();
    let services = listed.iter().map(service).collect();
    ui.list(&GovernanceView { services, functions: &lines }, &lines)
}

fn service(service: &ServiceMode) -> ServiceLine {
    ServiceLine {
        service: service.service.clone(),
        name: service.name.clone(),
        enabled: service.enabled,
        set_by: service.set_by.as_ref().map(|set| set.actor.clone()),
        set_at: service.set_by.as_ref().map(|set| rfc3339(set.at)),
    }
}

fn line(mode: &FunctionMode) -> Line {
    Line {
        service: mode.service.clone(),
        service_enabled: mode.service_enabled,
        function: FunctionModeView::new(&mode.function, &mode.title, mode.kind, mode.effective),
        set_by: mode.set_by.as_ref().map(|set| set.actor.clone()),
        set_at: mode.set_by.as_ref().map(|set| rfc3339(set.at)),
    }
}
