//! `siesta catalog list`
use crate::cli::error::Error;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::ops::services;
use crate::view::service::ServiceView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List the services that can be connected
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog list\n  siesta catalog list --json")]
pub(super) struct ListArgs {}

#[derive(JsonSchema, Serialize)]
pub(super) struct ServicesView<'a> {
    services: &'a [ServiceView],
}

impl Row for ServiceView {
    const HEADERS: &'static [&'static str] = &["TYPE", "NAME", "FUNCTIONS", "SUMMARY"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.id.as_str()),
            Cell::text(self.name.as_str()),
            Cell::number(i64::try_from(self.functions.len()).unwrap_or(i64::MAX)),
            Cell::text(self.summary.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, _args: ListArgs) -> Result<(), Error> {
    let services: Vec<ServiceView> = services::list()?.into_iter().map(ServiceView::new).collect();
    ui.list(&ServicesView { services: &services }, &services)
}
