//! `siesta app show`
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::DEFAULT_APP_LABEL;
use crate::ops::apps;
use crate::view::app::AppView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show the organization's OAuth client at a provider, and which connections sign in with it
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta app show auth.example.com")]
pub(super) struct ShowArgs {
    /// The provider, as `siesta app list` shows it
    #[arg(value_name = "PROVIDER")]
    provider: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct OneAppView {
    app: AppView,
    /// Labels of the living connections that sign in with it.
    connections: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "app show")?;
    let (app, connections) = apps::show(&siesta, &args.provider, DEFAULT_APP_LABEL)?;
    let document = OneAppView { app: AppView::new(&app), connections };
    let view = &document.app;
    let fields = [
        ("provider", Cell::text(view.provider.as_str())),
        ("client id", Cell::text(view.client_id.as_str())),
        ("client secret", Cell::text(if view.has_client_secret { "yes, and never shown" } else { "no" })),
        ("redirect", Cell::text(view.redirect.as_str())),
        ("connections", Cell::text(document.connections.join(", "))),
        ("created", Cell::time(app.created_at)),
        ("changed", Cell::time(app.updated_at)),
    ];
    ui.record(&document, &fields)?;
    if document.connections.is_empty() {
        ui.next(&format!("siesta catalog list        (then: siesta add SERVICE of {})", quoted(&view.provider)));
    }
    Ok(())
}
