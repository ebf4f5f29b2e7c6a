//! OpenAPI 3.0 and 3.1 documents, read as services.
//!
//! What must stay true: nothing outside the document is ever looked at: a reference that leads elsewhere is not
//! followed. Schemas are read one level deep, so one that contains itself costs nothing. Whatever writes is asked about:
//! a kind comes from the method and, where the name says worse, from the name; never from a promise in a description.
use crate::model::auth::{AuthKind, AuthMethod, Field};
use crate::model::service::{
    AnswerKind, BodyEncoding, Function, FunctionKind, Parameter, ParameterType, Place, Risk, Scope, Service,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use url::Url;

/// The longest chain of references that is followed; real documents need two or three.
const LONGEST_CHAIN: usize = 16;
/// More operations than any published API has; a document with more is a mistake.
const MOST_OPERATIONS: usize = 5_000;
const MOST_PARAMETERS: usize = 300;
/// What a list shows of a description.
const LONGEST_DESCRIPTION: usize = 300;

#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    #[error("it is not an OpenAPI 3 document")]
    NotOpenApi,
    #[error("it is a Swagger 2 document; convert it to OpenAPI 3 first")]
    Swagger,
    #[error("OpenAPI {0} is not known; 3.0 and 3.1 are")]
    Version(String),
    #[error("it has more than {MOST_OPERATIONS} operations")]
    TooMany,
    #[error("it has no operation that could be called")]
    Empty,
}

/// A document read as a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub service: Service,
    /// Operations that were left out, each with the reason.
    pub left_out: Vec<String>,
}

/// Whether a document says that it is OpenAPI.
pub fn is_one(document: &Value) -> bool {
    document.get("openapi").is_some() || document.get("swagger").is_some()
}

/// Reads a document. `id`: the service's id, instead of one made from the title.
pub fn read(document: &Value, id: Option<&str>) -> Result<Read, Error> {
    if document.get("swagger").is_some() {
        return Err(Error::Swagger);
    }
    match document.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0") || version.starts_with("3.1") => {}
        Some(version) => return Err(Error::Version(shortened(version))),
        None => return Err(Error::NotOpenApi),
    }
    let title = document.pointer("/info/title").and_then(Value::as_str).unwrap_or("api");
    let id = id.map_or_else(|| kebab(title), str::to_owned);
    let reader = Reader { document };
    let (functions, left_out) = reader.functions()?;
    if functions.is_empty() {
        return Err(Error::Empty);
    }
    let (auth, scopes) = reader.auth();
    let summary = document.pointer("/info/description").and_then(Value::as_str).unwrap_or(title);
    let service: Service = serde_json::from_value(json!({
        "id": id, "name": shortened(title), "provider": id, "category": "internal-api",
        "summary": shortened(summary.lines().next().unwrap_or(title)), "auth": [], "functions": [],
    }))
    .map_err(|_| Error::NotOpenApi)?;
    let service = Service { auth, scopes, functions, base_url: reader.base_url(), ..service };
    Ok(Read { service, left_out })
}

struct Reader<'d> {
    document: &'d Value,
}

impl<'d> Reader<'d> {
    /// What a value refers to, within the document; none: it leads elsewhere, or nowhere.
    fn resolved(&self, mut value: &'d Value) -> Option<&'d Value> {
        for _ in 0..LONGEST_CHAIN {
            match value.get("$ref").and_then(Value::as_str) {
                None => return Some(value),
                Some(reference) => value = self.document.pointer(reference.strip_prefix('#')?)?,
            }
        }
        None
    }

    /// The first server's address with its variables' defaults; none: it has none that could be used.
    fn base_url(&self) -> Option<String> {
        let server = self.document.pointer("/servers/0")?;
        let mut text = server.get("url")?.as_str()?.to_owned();
        for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
            let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
            text = text.replace(&format!("{{{name}}}"), default);
        }
        let url = Url::parse(&text).ok()?;
        let anonymous = url.username().is_empty() && url.password().is_none();
        let sound = url.scheme() == "https" && anonymous && url.query().is_none() && url.fragment().is_none();
        (sound && !text.contains('{')).then(|| text.trim_end_matches('/').to_owned())
    }

    fn auth(&self) -> (Vec<AuthMethod>, Vec<Scope>) {
        let schemes = self.document.pointer("/components/securitySchemes").and_then(Value::as_object);
        let mut methods: Vec<AuthMethod> = Vec::new();
        let mut scopes: BTreeMap<String, String> = BTreeMap::new();
        for scheme in schemes.into_iter().flatten().filter_map(|(_, scheme)| self.resolved(scheme)) {
            let text = |name: &str| scheme.get(name).and_then(Value::as_str).unwrap_or_default();
            let http = text("scheme").to_ascii_lowercase();
            let method = match (text("type"), text("in"), http.as_str()) {
                ("apiKey", "header", _) if is_header(text("name")) => {
                    json!({"kind": "api_key", "header": text("name")})
                }
                ("apiKey", "query", _) if !text("name").is_empty() => {
                    json!({"kind": "api_key", "place": "query", "header": text("name")})
                }
                ("http", _, "bearer") => {
                    json!({"kind": "api_key", "header": "Authorization", "template": "Bearer {secret}"})
                }
                ("http", _, "basic") => json!({"kind": "basic", "header": "Authorization", "userField": "user"}),
                ("oauth2" | "openIdConnect", ..) => json!({"kind": "oauth2"}),
                _ => continue,
            };
            let flows = scheme.get("flows").and_then(Value::as_object).into_iter().flatten();
            for (name, meaning) in flows.filter_map(|(_, flow)| flow.get("scopes")?.as_object()).flatten() {
                scopes.insert(name.clone(), shortened(meaning.as_str().unwrap_or(name)));
            }
            let Ok(mut method) = serde_json::from_value::<AuthMethod>(method) else { continue };
            if method.kind == AuthKind::Basic {
                method.fields.push(Field {
                    name: "user".to_owned(),
                    label: "the user name".to_owned(),
                    ..Field::default()
                });
            }
            if !methods.iter().any(|had| had.kind == method.kind) {
                methods.push(method);
            }
        }
        if methods.is_empty() {
            methods.extend(serde_json::from_value::<AuthMethod>(json!({"kind": "none"})).ok());
        }
        let scope = |(name, meaning): (String, String)| {
            // What it does is not said in the document, so the graver is assumed.
            let is_read = name.to_ascii_lowercase().contains("read");
            Scope { name, meaning, risk: if is_read { Risk::Read } else { Risk::Write }, admin_consent: false }
        };
        (methods, scopes.into_iter().map(scope).collect())
    }

    fn functions(&self) -> Result<(Vec<Function>, Vec<String>), Error> {
        let paths = self.document.get("paths").and_then(Value::as_object);
        let (mut functions, mut left_out) = (Vec::<Function>::new(), Vec::new());
        let mut names = BTreeSet::new();
        for (path, item) in paths.into_iter().flatten() {
            let Some(item) = self.resolved(item) else {
                left_out.push(format!("{}: it is described in another document", shortened(path)));
                continue;
            };
            for method in ["get", "head", "post", "put", "patch", "delete"] {
                let Some(operation) = item.get(method) else { continue };
                if functions.len() >= MOST_OPERATIONS {
                    return Err(Error::TooMany);
                }
                match self.function(path, method, item, operation) {
                    Ok(mut function) => {
                        function.name = free_name(&function.name, &mut names);
                        functions.push(function);
                    }
                    Err(why) => left_out.push(format!("{} {}: {why}", method.to_uppercase(), shortened(path))),
                }
            }
        }
        Ok((functions, left_out))
    }

    fn function(&self, path: &str, method: &str, item: &'d Value, operation: &'d Value) -> Result<Function, String> {
        let text = |name: &str| operation.get(name).and_then(Value::as_str);
        let name = snake(text("operationId").unwrap_or(&format!("{method} {path}")));
        let title = text("summary").map_or_else(|| name.replace('_', " "), shortened);
        let method = method.to_uppercase();
        let mut function: Function = serde_json::from_value(json!({
            "name": name, "title": title, "method": method, "path": path, "kind": "write",
            "description": shortened(text("description").or(text("summary")).unwrap_or_default()),
        }))
        .map_err(|_| "it cannot be read".to_owned())?;
        function.kind = kind(&method, &name, path);
        let declared = [item, operation].into_iter().filter_map(|at| at.get("parameters")?.as_array()).flatten();
        for parameter in declared {
            let parameter = self.resolved(parameter).ok_or("a parameter is described in another document")?;
            self.add_parameter(&mut function, parameter)?;
        }
        // A document may forget to describe what its own path holds.
        for name in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
            if !function.parameters.iter().any(|p| p.place == Place::Path && p.wire_name() == name) {
                function.parameters.push(parameter(name, Place::Path, true, "Part of the path"));
            }
        }
        if let Some(body) = operation.get("requestBody") {
            let body = self.resolved(body).ok_or("its body is described in another document")?;
            self.add_body(&mut function, body)?;
        }
        if function.parameters.len() > MOST_PARAMETERS {
            return Err(format!("it has more than {MOST_PARAMETERS} parameters"));
        }
        function.required_scopes = scopes_of(operation).or_else(|| scopes_of(self.document)).unwrap_or_default();
        function.needs_every_scope = function.required_scopes.len() > 1;
        function.answer = self.answer(operation);
        Ok(function)
    }

    fn add_parameter(&self, function: &mut Function, said: &'d Value) -> Result<(), String> {
        let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
        let (wire, required) = (text("name"), said.get("required") == Some(&Value::Bool(true)));
        let place = match text("in") {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" if is_header(wire) => Place::Header,
            // Those are not a caller's to set; optional ones are left alone.
            _ if required => return Err(format!("it needs \"{}\" in a place that no caller fills", shortened(wire))),
            _ => return Ok(()),
        };
        let mut new = parameter(wire, place, required || place == Place::Path, text("description"));
        if let Some(schema) = said.get("schema").and_then(|schema| self.resolved(schema)) {
            self.describe(&mut new, schema);
        }
        // The operation's own description comes later and wins.
        function.parameters.retain(|had| (had.place, had.wire_name()) != (place, wire));
        push(function, new);
        Ok(())
    }

    fn add_body(&self, function: &mut Function, body: &'d Value) -> Result<(), String> {
        let content = body.get("content").and_then(Value::as_object).ok_or("its body has no type")?;
        let required = body.get("required") == Some(&Value::Bool(true));
        let of = |wanted: &dyn Fn(&str) -> bool| {
            content.iter().find(|(media, _)| wanted(media.split(';').next().unwrap_or(media).trim())).map(|(_, at)| at)
        };
        let is_json = |media: &str| media == "application/json" || media.ends_with("+json") || media == "*/*";
        let (encoding, media) = match () {
            () if of(&is_json).is_some() => (BodyEncoding::Json, of(&is_json)),
            () if of(&|m| m == "application/x-www-form-urlencoded").is_some() => {
                (BodyEncoding::Form, of(&|m| m == "application/x-www-form-urlencoded"))
            }
            () if of(&|m| m == "multipart/form-data").is_some() => {
                (BodyEncoding::Multipart, of(&|m| m == "multipart/form-data"))
            }
            () if content.is_empty() => return Ok(()),
            () => (BodyEncoding::Raw, content.values().next()),
        };
        function.body = encoding;
        if encoding == BodyEncoding::Raw {
            push(function, parameter("content", Place::RawBody, required, "The bytes, in base64"));
            let mut content_type = parameter("content_type", Place::Header, false, "Their type");
            content_type.wire = Some("Content-Type".to_owned());
            content_type.default =
                content.keys().next().filter(|media| !media.contains('*')).map(|m| m.as_str().into());
            push(function, content_type);
            return Ok(());
        }
        let schema = media.and_then(|media| media.get("schema")).and_then(|schema| self.resolved(schema));
        let (members, needed) = schema.map(|schema| self.members(schema, 0)).unwrap_or_default();
        if members.is_empty() {
            let mut whole = parameter("body", Place::BodyRoot, required, "The whole body");
            whole.value_type = ParameterType::Any;
            push(function, whole);
            return Ok(());
        }
        for (name, schema) in members {
            let is_file = encoding == BodyEncoding::Multipart
                && (schema.get("format").and_then(Value::as_str) == Some("binary")
                    || schema.get("contentMediaType").is_some());
            let place = if is_file { Place::File } else { Place::Body };
            let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let mut new = parameter(name, place, needed.contains(&name), description);
            if !is_file {
                self.describe(&mut new, schema);
            }
            push(function, new);
        }
        Ok(())
    }

    /// The members of an object and those that it needs, of `allOf` those of each part.
    fn members(&self, schema: &'d Value, depth: usize) -> (Vec<(&'d str, &'d Value)>, BTreeSet<&'d str>) {
        let (mut members, mut needed) = (Vec::<(&str, &Value)>::new(), BTreeSet::new());
        if depth > LONGEST_CHAIN {
            return (members, needed);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let Some(part) = self.resolved(part) else { continue };
            let (more, also) = self.members(part, depth + 1);
            members.extend(more);
            needed.extend(also);
        }
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            // One that is described elsewhere may be anything.
            let schema = self.resolved(schema).unwrap_or(&Value::Null);
            if schema.get("readOnly") == Some(&Value::Bool(true)) {
                continue;
            }
            members.retain(|(had, _)| had != name);
            members.push((name.as_str(), schema));
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        needed.extend(required.filter_map(Value::as_str));
        (members, needed)
    }

    fn describe(&self, parameter: &mut Parameter, schema: &'d Value) {
        let said = match schema.get("type") {
            Some(Value::String(one)) => Some(one.as_str()),
            // 3.1: a list, of which null says nothing.
            Some(Value::Array(all)) => {
                let mut kinds = all.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
                let (first, second) = (kinds.next(), kinds.next());
                first.filter(|_| second.is_none() && all.len() == 1)
            }
            _ => None,
        };
        let nullable = schema.get("nullable") == Some(&Value::Bool(true));
        parameter.value_type = match said.filter(|_| !nullable).and_then(ParameterType::parse) {
            Some(kind) => kind,
            None => ParameterType::Any,
        };
        let fits = |value: &Value| match parameter.value_type {
            ParameterType::String => value.is_string(),
            ParameterType::Integer => value.is_i64() || value.is_u64(),
            ParameterType::Number => value.is_number(),
            ParameterType::Boolean => value.is_boolean(),
            ParameterType::Array => value.is_array(),
            ParameterType::Object => value.is_object(),
            ParameterType::Any => true,
        };
        let choices = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        parameter.one_of = choices.filter(|value| fits(value)).cloned().collect();
        if let Some(fixed) = schema.get("const").filter(|value| fits(value)) {
            parameter.fixed = Some(fixed.clone());
        }
        let number = |name: &str| schema.get(name).and_then(Value::as_f64);
        (parameter.minimum, parameter.maximum) = (number("minimum"), number("maximum"));
    }

    /// What the answer is when no success of it is JSON.
    fn answer(&self, operation: &'d Value) -> Option<AnswerKind> {
        let responses = operation.get("responses")?.as_object()?;
        let successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
        let media: Vec<&str> = successes
            .filter_map(|(_, response)| self.resolved(response)?.get("content")?.as_object())
            .flat_map(Map::keys)
            .map(String::as_str)
            .collect();
        match media.as_slice() {
            [] => None,
            all if all.iter().any(|media| media.contains("json") || *media == "*/*") => None,
            all if all.iter().any(|media| media.contains("xml")) => Some(AnswerKind::Xml),
            _ => Some(AnswerKind::Binary),
        }
    }
}

fn scopes_of(at: &Value) -> Option<Vec<String>> {
    let security = at.get("security")?.as_array()?;
    let first = security.iter().filter_map(Value::as_object).flat_map(Map::values).find_map(Value::as_array)?;
    Some(first.iter().filter_map(|scope| Some(scope.as_str()?.to_owned())).collect())
}

fn parameter(wire: &str, place: Place, required: bool, description: &str) -> Parameter {
    let sound = |c: char| if c.is_ascii_alphanumeric() || "_-.$@".contains(c) { c } else { '_' };
    let name: String = wire.chars().map(sound).take(crate::model::label::LONGEST).collect();
    Parameter {
        wire: (name != wire).then(|| wire.to_owned()),
        description: match description.trim() {
            "" => name.clone(),
            text => shortened(text),
        },
        name,
        value_type: ParameterType::String,
        place,
        required,
        default: None,
        fixed: None,
        one_of: Vec::new(),
        minimum: None,
        maximum: None,
        from: None,
        allow_slash: false,
    }
}

/// Adds a parameter; one whose name another place has taken is called by its place too.
fn push(function: &mut Function, mut new: Parameter) {
    if function.parameters.iter().any(|had| had.name == new.name) {
        new.wire = Some(new.wire_name().to_owned());
        new.name = format!("{}_{}", new.name, new.place);
    }
    if !function.parameters.iter().any(|had| had.name == new.name) {
        function.parameters.push(new);
    }
}

/// Words that say more than the method, the gravest first.
const WORDS: [(FunctionKind, &[&str]); 5] = [
    (FunctionKind::Financial, &["pay", "payment", "charge", "refund", "payout", "transfer", "purchase", "checkout"]),
    (
        FunctionKind::Permission,
        &["permission", "permissions", "share", "unshare", "grant", "role", "roles", "invite", "member", "members"],
    ),
    (FunctionKind::Publish, &["publish", "release", "deploy"]),
    (FunctionKind::Delete, &["delete", "remove", "destroy", "purge", "erase"]),
    (FunctionKind::Send, &["send", "notify", "message", "messages", "email", "sms", "reply"]),
];

/// What an operation does: a `GET` reads, unless its name says otherwise; all else writes, or worse.
fn kind(method: &str, name: &str, path: &str) -> FunctionKind {
    let reads = matches!(method, "GET" | "HEAD");
    let last = path.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{')).unwrap_or_default();
    let last = snake(last);
    let words: Vec<&str> = name.split('_').chain(last.split('_')).collect();
    let verb = name.split('_').next().unwrap_or_default();
    for (kind, telling) in WORDS {
        // A read of payments is a read; one that is called `delete_all` is not.
        let tells = if reads { telling.contains(&verb) } else { words.iter().any(|word| telling.contains(word)) };
        if tells
            && !(reads
                && [
                    "message",
                    "messages",
                    "member",
                    "members",
                    "role",
                    "roles",
                    "permission",
                    "permissions",
                    "payment",
                ]
                .contains(&verb))
        {
            return kind;
        }
    }
    match method {
        "GET" | "HEAD" => FunctionKind::Read,
        "DELETE" => FunctionKind::Delete,
        _ => FunctionKind::Write,
    }
}

/// A header that a caller may set.
fn is_header(name: &str) -> bool {
    const NOT: [&str; 8] = [
        "authorization",
        "cookie",
        "host",
        "content-length",
        "content-type",
        "accept",
        "connection",
        "transfer-encoding",
    ];
    let token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    token && !NOT.contains(&name.to_ascii_lowercase().as_str())
}

fn shortened(text: &str) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    plain.chars().filter(|c| !c.is_control()).take(LONGEST_DESCRIPTION).collect()
}

/// `listUserOrders`, `GET /users/{id}`, `list-user` as words joined by underscores.
fn snake(text: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for c in text.chars().take(200) {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        before = c;
    }
    let name = name.trim_matches('_').to_owned();
    if name.is_empty() { "operation".to_owned() } else { name }
}

fn kebab(text: &str) -> String {
    let name = snake(text).replace('_', "-");
    name.chars().take(60).collect::<String>().trim_matches('-').to_owned()
}

fn free_name(name: &str, names: &mut BTreeSet<String>) -> String {
    let numbered = std::iter::once(name.to_owned()).chain((2..).map(|n| format!("{name}_{n}")));
    let free = numbered.into_iter().find(|name| !names.contains(name)).unwrap_or_else(|| name.to_owned());
    names.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::governance::Mode;

    fn document() -> Value {
        json!({
            "openapi": "3.1.0", "info": {"title": "Acme CRM"},
            "servers": [{"url": "https://{region}.crm.example/v2/", "variables": {"region": {"default": "eu"}}}],
            "components": {
                "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
                "schemas": {
                    "Node": {"type": "object", "required": ["name"], "properties": {
                        "name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                        "parent": {"$ref": "#/components/schemas/Node"}, "id": {"type": "string", "readOnly": true},
                    }},
                    "Loop": {"$ref": "#/components/schemas/Loop"},
                },
            },
            "paths": {
                "/nodes/{id}": {
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                    "get": {"operationId": "getNode"},
                    "put": {"operationId": "replaceNode", "requestBody": {"required": true, "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}},
                    "delete": {},
                },
                "/nodes": {
                    "get": {"operationId": "listNodes", "parameters": [
                        {"name": "filter[name]", "in": "query", "schema": {"type": "string"}},
                        {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                        {"name": "Authorization", "in": "header", "schema": {"type": "string"}}]},
                    "post": {"operationId": "searchNodes", "requestBody": {"content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Loop"}}}}},
                },
                "/nodes/{id}/share": {"post": {"parameters": [{"$ref": "https://evil.example/p.json"}]}},
                "/mail/send": {"post": {"operationId": "sendMail"}},
                "/purge": {"get": {"operationId": "purgeAll"}},
                "/elsewhere": {"$ref": "other.yaml"},
            },
        })
    }

    fn service() -> Service {
        read(&document(), None).unwrap().service
    }

    #[test]
    fn operations_become_functions_with_kinds_that_assume_the_worse() {
        let service = service();
        assert_eq!((service.id.as_str(), service.base_url.as_deref()), ("acme-crm", Some("https://eu.crm.example/v2")));
        let kinds: Vec<(&str, FunctionKind)> = service.functions.iter().map(|f| (f.name.as_str(), f.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("get_node", FunctionKind::Read),
                ("replace_node", FunctionKind::Write),
                ("delete_nodes_id", FunctionKind::Delete),
                ("list_nodes", FunctionKind::Read),
                ("search_nodes", FunctionKind::Write),
                ("send_mail", FunctionKind::Send),
                ("purge_all", FunctionKind::Delete),
            ]
        );
        let asked = service.functions.iter().filter(|f| f.method != "GET").all(|f| f.default_mode() == Mode::Confirm);
        assert!(asked, "everything that writes is asked about");
        assert_eq!(crate::catalog::faults(&service), Vec::<String>::new());
    }

    #[test]
    fn a_schema_that_contains_itself_is_read_one_level_deep() {
        let service = service();
        let names = |name: &str| {
            let function = service.function(name).unwrap();
            function.parameters.iter().map(|p| (p.name.as_str(), p.required)).collect::<Vec<_>>()
        };
        assert_eq!(names("replace_node"), [("id", true), ("name", true), ("children", false), ("parent", false)]);
        assert_eq!(names("search_nodes"), [("body", false)]);
        assert_eq!(names("list_nodes"), [("filter_name_", false)]);
        let filter = &service.function("list_nodes").unwrap().parameters[0];
        assert_eq!(filter.wire_name(), "filter[name]");
    }

    #[test]
    fn what_leads_out_of_the_document_is_left_out_and_named() {
        let left_out = read(&document(), None).unwrap().left_out;
        assert_eq!(
            left_out,
            [
                "POST /nodes/{id}/share: a parameter is described in another document",
                "/elsewhere: it is described in another document",
            ]
        );
    }

    #[test]
    fn other_documents_are_refused_by_name() {
        assert_eq!(read(&json!({"swagger": "2.0"}), None), Err(Error::Swagger));
        assert_eq!(read(&json!({"openapi": "4.0.0"}), None), Err(Error::Version("4.0.0".to_owned())));
        assert_eq!(read(&json!([]), None), Err(Error::NotOpenApi));
        assert_eq!(read(&json!({"openapi": "3.0.3", "paths": {}}), None), Err(Error::Empty));
        for bad in
            ["http://crm.example", "file:///etc/passwd", "/v1", "https://u:p@crm.example", "https://{x}.crm.example"]
        {
            let mut document = document();
            document["servers"] = json!([{"url": bad}]);
            assert_eq!(read(&document, None).unwrap().service.base_url, None, "{bad}");
        }
    }
}
