//! `siesta catalog show`
use crate::cli::error::Error;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::model::service::AuthKind;
use crate::ops::services;
use crate::view::service::ServiceView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a service: how it is connected and what it can do
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog show openai")]
pub(super) struct ShowArgs {
    /// The service's id or alias
    #[arg(value_name = "SERVICE")]
    service: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ShowView {
    service: ServiceView,
}

pub(super) fn run(ui: &mut Ui, args: ShowArgs) -> Result<(), Error> {
    let service = ServiceView::new(services::find(&args.service)?);
    let ways: Vec<&str> = service.auth_kinds.iter().copied().map(AuthKind::as_str).collect();
    let fields = [
        ("type", Cell::text(service.id.as_str())),
        ("name", Cell::text(service.name.as_str())),
        ("also called", Cell::text(service.aliases.join(", "))),
        ("summary", Cell::text(service.summary.as_str())),
        ("opened by", Cell::text(ways.join(", "))),
        ("API", Cell::maybe_text(service.base_url.as_deref())),
    ];
    let functions: Vec<Vec<Cell>> = service
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
        .collect();
    ui.record(&ShowView { service }, &fields)?;
    if ui.stdout_is_terminal() && !ui.is_json() {
        ui.text("\n")?;
        ui.table(&["FUNCTION", "KIND", "DEFAULT", "NEEDS", "WHAT IT DOES"], &functions)?;
    }
    Ok(())
}
