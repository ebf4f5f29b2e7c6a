//! Services of the catalogue.
use crate::model::governance::Mode;
use crate::model::service::{AuthKind, Function, FunctionKind, Parameter, Service};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceView {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub provider: String,
    pub category: String,
    pub singleton: bool,
    pub summary: String,
    pub auth_kinds: Vec<AuthKind>,
    pub base_url: Option<String>,
    pub functions: Vec<FunctionView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionView {
    pub name: String,
    pub title: String,
    pub description: String,
    pub method: String,
    pub path: String,
    pub kind: FunctionKind,
    pub default_mode: Mode,
    /// Whether token limits govern it.
    pub metered: bool,
    pub parameters: Vec<Parameter>,
}

impl ServiceView {
    pub fn new(service: &Service) -> ServiceView {
        ServiceView {
            id: service.id.clone(),
            name: service.name.clone(),
            aliases: service.aliases.clone(),
            provider: service.provider.clone(),
            category: service.category.clone(),
            singleton: service.singleton,
            summary: service.summary.clone(),
            auth_kinds: service.auth.iter().map(|method| method.kind).collect(),
            base_url: service.base_url.clone(),
            functions: service.functions.iter().map(FunctionView::new).collect(),
        }
    }
}

impl FunctionView {
    pub fn new(function: &Function) -> FunctionView {
        // A fixed argument is none that a caller gives.
        let given = function.parameters.iter().filter(|parameter| parameter.fixed.is_none());
        FunctionView {
            name: function.name.clone(),
            title: function.title.clone(),
            description: function.description.clone(),
            method: function.method.clone(),
            path: function.path.clone(),
            kind: function.kind,
            default_mode: function.default_mode(),
            metered: function.metered.is_some(),
            parameters: given.cloned().collect(),
        }
    }
}
