//! A checkup: what was looked at, and what was found.
use crate::model::checkup::{Check, Severity};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckupView {
    pub store: String,
    /// Whether the store opened. If not, only what can be seen from outside was looked at.
    pub opened: bool,
    pub key_source: Option<String>,
    pub key_place: Option<String>,
    pub actor: Option<String>,
    pub audit_rows: Option<i64>,
    pub checks: Vec<CheckView>,
    pub findings: Vec<FindingView>,
    /// With --fix: what was found and put right, and is not among the findings any more.
    pub fixed: Vec<FindingView>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    pub check: Check,
    /// Whether it could be looked at.
    pub looked_at: bool,
    pub findings: usize,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    pub severity: Severity,
    pub check: Check,
    pub connection: Option<String>,
    /// What is the case.
    pub what: String,
    /// Why it matters, or where it comes from.
    pub why: Option<String>,
    /// What to type next.
    pub next: Option<String>,
    /// What --fix does about it, or did; none: it is a person's to do.
    pub fix: Option<String>,
}
