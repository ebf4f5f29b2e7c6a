//! The organization's settings.
use crate::model::organization::{ApprovalProof, Organization, weekday_name};
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
    pub approval_proof: ApprovalProof,
    /// In days; null: the audit is kept for good.
    pub audit_retention_days: Option<u32>,
    /// In days; null: arguments and results are kept for good.
    pub execution_retention_days: Option<u32>,
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
            approval_proof: organization.approval_proof,
            audit_retention_days: organization.audit_retention_days,
            execution_retention_days: organization.execution_retention_days,
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneOrganizationView {
    pub organization: OrganizationView,
}
