//! The organization's settings.
use crate::model::organization::{Organization, weekday_name};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationView {
    pub id: String,
    pub name: String,
    /// IANA name.
    pub time_zone: String,
    pub week_start: &'static str,
    pub approval_lifetime_minutes: u32,
    pub four_eyes: bool,
}

impl OrganizationView {
    pub fn new(organization: &Organization) -> OrganizationView {
        OrganizationView {
            id: organization.id.to_string(),
            name: organization.name.clone(),
            time_zone: organization.time_zone.clone(),
            week_start: weekday_name(organization.week_start),
            approval_lifetime_minutes: organization.approval_lifetime_minutes,
            four_eyes: organization.four_eyes,
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneOrganizationView {
    pub organization: OrganizationView,
}
