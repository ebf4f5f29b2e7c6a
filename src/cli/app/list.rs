//! `siesta app list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::apps;
use crate::view::app::AppView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List the organization's OAuth clients
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta app list")]
pub(super) struct ListArgs {}

#[derive(JsonSchema, Serialize)]
pub(super) struct AppsView {
    apps: Vec<AppView>,
}

impl Row for AppView {
    const HEADERS: &'static [&'static str] = &["PROVIDER", "CLIENT ID", "SECRET", "REDIRECT"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.provider.as_str()),
            Cell::text(self.client_id.as_str()),
            Cell::text(if self.has_client_secret { "yes" } else { "no" }),
            Cell::text(self.redirect.clone()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "app list")?;
    let apps: Vec<AppView> = apps::list(&siesta)?.iter().map(AppView::new).collect();
    ui.list(&AppsView { apps: apps.clone() }, &apps)
}
