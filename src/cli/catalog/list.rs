//! `siesta catalog list`
use super::view;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::services;
use crate::view::service::ServiceView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List the services that can be connected
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog list\n  siesta catalog list --provider google\n  \
                        siesta catalog list --imported\n  siesta catalog list --json")]
pub(super) struct ListArgs {
    /// Only services of this provider
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<String>,
    /// Only services that the organization imported, which are in the store
    #[arg(long)]
    imported: bool,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ServicesView<'a> {
    services: &'a [ServiceView],
}

impl Row for ServiceView {
    const HEADERS: &'static [&'static str] = &["TYPE", "NAME", "FUNCTIONS", "SUMMARY"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::whole(self.id.as_str()),
            Cell::text(self.name.as_str()),
            Cell::number(i64::try_from(self.functions.len()).unwrap_or(i64::MAX)),
            Cell::text(self.summary.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let found = match args.imported {
        true => services::all_imported(&unlock::open(ui, settings, "catalog list")?)?,
        false => services::list()?,
    };
    let fits = |provider: &str| args.provider.as_deref().is_none_or(|wanted| wanted == provider);
    let services: Vec<ServiceView> = found.into_iter().filter(|s| fits(&s.provider)).map(view).collect();
    ui.list(&ServicesView { services: &services }, &services)
}
