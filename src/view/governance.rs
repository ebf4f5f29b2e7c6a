//! Functions and their effective modes.
use crate::model::governance::{EffectiveMode, Mode, ModeSource};
use crate::model::service::FunctionKind;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionModeView {
    pub function: String,
    pub title: String,
    pub kind: FunctionKind,
    pub mode: Mode,
    /// Which record decided the mode.
    pub source: ModeSource,
}

impl FunctionModeView {
    pub fn new(function: &str, title: &str, kind: FunctionKind, effective: EffectiveMode) -> FunctionModeView {
        FunctionModeView {
            function: function.to_owned(),
            title: title.to_owned(),
            kind,
            mode: effective.mode,
            source: effective.source,
        }
    }
}
