//! What `siesta functions add` and `edit` have in common.
use crate::cli::error::Error;
use crate::model::hand_made;
use crate::model::service::{Function, FunctionKind, Parameter};
use crate::view::service::FunctionView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct ShapeArgs {
    /// What it does: read, draft, write, send, delete, publish, permission, financial; by its method unless given
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<FunctionKind>,
    /// A parameter: NAME:TYPE:query|path|header|body[:required][=STATIC]; may be repeated
    #[arg(long = "param", value_name = "PARAM", value_parser = hand_made::parameter)]
    parameters: Vec<Parameter>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct OwnFunctionView {
    pub connection: String,
    pub function: FunctionView,
}

fn parse_kind(text: &str) -> Result<FunctionKind, String> {
    let known = || FunctionKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    FunctionKind::parse(text).ok_or_else(known)
}

impl ShapeArgs {
    pub(super) fn function(self, name: &str, method: &str, path: &str) -> Result<Function, Error> {
        hand_made::function(name, method, path, self.kind, self.parameters).map_err(Error::usage)
    }

    /// The function with what was said in the place of what it had.
    pub(super) fn over(self, had: &Function, method: Option<&str>, path: Option<&str>) -> Result<Function, Error> {
        let (method, path) = (method.unwrap_or(&had.method), path.unwrap_or(&had.path));
        let shape = ShapeArgs {
            kind: self.kind.or_else(|| (method == had.method).then_some(had.kind)),
            parameters: if self.parameters.is_empty() { had.parameters.clone() } else { self.parameters },
        };
        shape.function(&had.name, method, path)
    }
}
