//! `siesta org show`
use super::set;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::organization;
use crate::view::organization::{OneOrganizationView, OrganizationView};
use clap::Args;

/// Show the organization's settings
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta org show")]
pub(super) struct ShowArgs {}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "org show")?;
    let document = OneOrganizationView { organization: OrganizationView::new(&organization::show(&siesta)?) };
    let org = &document.organization;
    ui.record(
        &document,
        &[
            ("name", Cell::text(org.name.as_str())),
            ("id", Cell::text(org.id.as_str())),
            ("time zone", Cell::text(org.time_zone.as_str())),
            ("week start", Cell::text(org.week_start)),
            ("approval lifetime", Cell::text(format!("{} min", org.approval_lifetime_minutes))),
            ("four eyes", Cell::text(if org.four_eyes { "on" } else { "off" })),
            ("approval proof", Cell::text(org.approval_proof.as_str())),
            ("audit kept", Cell::text(set::kept(org.audit_retention_days))),
            ("arguments and results kept", Cell::text(set::kept(org.execution_retention_days))),
        ],
    )
}
