//! `siesta catalog show`
use super::view;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::services;
use crate::view::service::{ServiceView, WayView};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a service: how it is connected and what it can do
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog show openai\n  siesta catalog show jira --json")]
pub(super) struct ShowArgs {
    /// The service's id or alias
    #[arg(value_name = "SERVICE")]
    service: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ShowView {
    service: ServiceView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    // Only an imported service needs the store; without one, the program's own are all there is.
    let found = match services::find(&args.service) {
        Ok(found) => found,
        Err(error) => match unlock::open(ui, settings, "catalog show") {
            Ok(siesta) => services::find_with_imported(&siesta, &args.service)?,
            Err(_) => return Err(error.into()),
        },
    };
    let service = view(found);
    let fields = [
        ("type", Cell::text(service.id.as_str())),
        ("name", Cell::text(service.name.as_str())),
        ("also called", Cell::text(service.aliases.join(", "))),
        ("summary", Cell::text(service.summary.as_str())),
        ("opened by", Cell::text(service.auth_kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "))),
        ("API", Cell::maybe_text(service.base_url.as_deref())),
    ];
    let (ways, scopes, functions) = (ways(&service), scopes(&service), functions(&service));
    let notes: Vec<String> = service.notes.iter().map(|note| format!("note: {note}\n")).collect();
    ui.record(&ShowView { service }, &fields)?;
    if !ui.stdout_is_terminal() || ui.is_json() {
        return Ok(());
    }
    ui.text("\n")?;
    ui.table(&["WAY", "ASKS FOR", "WHERE TO GET IT"], &ways)?;
    if !scopes.is_empty() {
        ui.text("\n")?;
        ui.table(&["SCOPE", "RISK", "ASKED FOR", "MEANING"], &scopes)?;
    }
    ui.text("\n")?;
    ui.table(&["FUNCTION", "KIND", "DEFAULT", "NEEDS", "WHAT IT DOES"], &functions)?;
    for note in notes {
        ui.text(&format!("\n{note}"))?;
    }
    Ok(())
}

fn ways(service: &ServiceView) -> Vec<Vec<Cell>> {
    let asks = |way: &WayView| {
        let settings = way.settings.iter().map(|field| {
            let optional = if field.optional || field.default.is_some() { " (optional)" } else { "" };
            format!("--set {}=…{optional}", field.name)
        });
        let app = way.provider.iter().map(|provider| format!("siesta app set {provider}"));
        app.chain(settings).collect::<Vec<_>>().join(", ")
    };
    service
        .ways
        .iter()
        .map(|way| vec![Cell::text(way.kind.as_str()), Cell::text(asks(way)), Cell::text(way.help.as_str())])
        .collect()
}

fn scopes(service: &ServiceView) -> Vec<Vec<Cell>> {
    let usual = |name: &String| service.ways.iter().any(|way| way.scopes.contains(name));
    service
        .scopes
        .iter()
        .map(|scope| {
            let asked = if usual(&scope.name) { "by default" } else { "with --scope" };
            vec![
                Cell::text(scope.name.as_str()),
                Cell::text(scope.risk.as_str()),
                Cell::text(asked),
                Cell::text(scope.meaning.as_str()),
            ]
        })
        .collect()
}

fn functions(service: &ServiceView) -> Vec<Vec<Cell>> {
    service
        .functions
        .iter()
        .map(|f| {
            let required = f.parameters.iter().filter(|p| p.required).map(|p| p.name.as_str());
            vec![
                Cell::text(f.name.as_str()),
                Cell::text(f.kind.as_str()),
                Cell::text(f.default_mode.typed()),
                Cell::text(required.collect::<Vec<_>>().join(", ")),
                Cell::text(f.description.as_str()),
            ]
        })
        .collect()
}
