//! Services of the catalogue.
use crate::model::auth::{AuthMethod, Field};
use crate::model::governance::Mode;
use crate::model::service::{AuthKind, Function, FunctionKind, Pagination, Parameter, ParameterType, Scope, Service};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

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
    /// The same with what each asks for; the first is the usual one.
    pub ways: Vec<WayView>,
    pub base_url: Option<String>,
    pub scopes: Vec<Scope>,
    /// What an administrator should know before connecting it.
    pub notes: Vec<String>,
    pub functions: Vec<FunctionView>,
}

/// One way to open a service.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WayView {
    pub kind: AuthKind,
    /// Given with `--set NAME=VALUE`.
    pub settings: Vec<Field>,
    /// Asked for unless others are.
    pub scopes: Vec<String>,
    /// The provider that `siesta app set` sets a client for.
    pub provider: Option<String>,
    /// Where a person gets what it needs.
    pub help: String,
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
    /// Scopes that open it.
    pub required_scopes: Vec<String>,
    pub pagination: Option<Pagination>,
    pub parameters: Vec<Parameter>,
}

impl ServiceView {
    /// `server`: how the sign-in servers are registered at, by the name the service gives them.
    pub fn new(service: &Service, server: impl Fn(&str) -> Option<(String, String)>) -> ServiceView {
        ServiceView {
            id: service.id.clone(),
            name: service.name.clone(),
            aliases: service.aliases.clone(),
            provider: service.provider.clone(),
            category: service.category.clone(),
            singleton: service.singleton,
            summary: service.summary.clone(),
            auth_kinds: service.auth.iter().map(|method| method.kind).collect(),
            ways: service.auth.iter().map(|method| WayView::new(method, &server)).collect(),
            base_url: service.base_url.clone(),
            scopes: service.scopes.clone(),
            notes: service.notes.clone(),
            functions: service.functions.iter().map(FunctionView::new).collect(),
        }
    }
}

impl WayView {
    fn new(method: &AuthMethod, server: impl Fn(&str) -> Option<(String, String)>) -> WayView {
        let known = method.server.as_deref().filter(|_| method.kind == AuthKind::OAuth2).and_then(server);
        let (provider, help) = known.unzip();
        WayView {
            kind: method.kind,
            settings: method.fields.clone(),
            scopes: method.scopes.clone(),
            provider,
            help: help.unwrap_or_else(|| method.help.clone()),
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
            required_scopes: function.required_scopes.clone(),
            pagination: function.pagination.clone(),
            parameters: given.cloned().collect(),
        }
    }
}

/// One function, and the JSON Schema of its arguments as `call --args` takes them.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OneFunctionView {
    pub service: String,
    pub function: FunctionView,
    /// Draft 2020-12.
    pub arguments_schema: Value,
}

impl OneFunctionView {
    pub fn new(service: &Service, function: &Function) -> OneFunctionView {
        OneFunctionView {
            service: service.id.clone(),
            function: FunctionView::new(function),
            arguments_schema: arguments_schema(function),
        }
    }
}

fn arguments_schema(function: &Function) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for parameter in function.parameters.iter().filter(|parameter| parameter.fixed.is_none()) {
        let mut schema = Map::new();
        if parameter.value_type != ParameterType::Any {
            schema.insert("type".to_owned(), json!(parameter.value_type));
        }
        if !parameter.description.is_empty() {
            schema.insert("description".to_owned(), json!(parameter.description));
        }
        if parameter.is_file() {
            schema.insert("contentEncoding".to_owned(), json!("base64"));
        }
        if !parameter.one_of.is_empty() {
            schema.insert("enum".to_owned(), json!(parameter.one_of));
        }
        let more = [
            ("minimum", parameter.minimum.map(|least| json!(least))),
            ("maximum", parameter.maximum.map(|most| json!(most))),
            ("default", parameter.default.clone()),
        ];
        schema.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        if parameter.required && parameter.default.is_none() {
            required.push(parameter.name.clone());
        }
        properties.insert(parameter.name.clone(), Value::Object(schema));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    })
}
