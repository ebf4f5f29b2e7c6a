//! A service of the catalogue: how it is opened, where it lives, and what it can do.
pub use crate::model::auth::{AuthKind, AuthMethod};
use crate::model::connection::Connection;
use crate::model::governance::Mode;
use crate::model::origin;
use crate::model::policy::ConstraintKind;
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

words! {
    /// What a function does to the world; the default mode and the read-only rule follow from it.
    FunctionKind {
        Read => "read",
        Draft => "draft",
        Write => "write",
        Send => "send",
        Delete => "delete",
        Publish => "publish",
        Permission => "permission",
        Financial => "financial",
    }
}

impl FunctionKind {
    /// A read or a draft changes nothing that others see: it passes `read_only` (R19) and `risk_based` (R20).
    pub fn is_harmless(self) -> bool {
        matches!(self, FunctionKind::Read | FunctionKind::Draft)
    }
}

words! {
    /// What is spoken with a service.
    #[derive(Default)]
    Protocol {
        #[default]
        Http => "http",
        /// IMAP, and SMTP for what is sent.
        Mail => "mail",
    }
}

fn is_http(protocol: &Protocol) -> bool {
    *protocol == Protocol::Http
}

words! {
    /// Where a parameter goes in the request.
    Place {
        Path => "path",
        Query => "query",
        Header => "header",
        /// A top-level member of the body.
        Body => "body",
        /// The whole body.
        BodyRoot => "body_root",
        /// An object whose members become query parameters.
        QueryMap => "query_map",
        /// An object whose members become headers.
        HeaderMap => "header_map",
        /// The bytes of the body, given in base64.
        RawBody => "raw_body",
        /// A file of a multipart body, given in base64.
        File => "file",
        /// A part of a mail that is put together (`compose`).
        Mail => "mail",
    }
}

words! {
    /// The JSON type a parameter's value has.
    ParameterType {
        String => "string",
        Integer => "integer",
        Number => "number",
        Boolean => "boolean",
        Array => "array",
        Object => "object",
        Any => "any",
    }
}

words! {
    /// How a function's body is written.
    BodyEncoding {
        None => "none",
        Json => "json",
        Form => "form",
        /// The bytes themselves.
        Raw => "raw",
        Multipart => "multipart",
    }
}

/// One argument of a function.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    #[serde(rename = "type", default = "string_type")]
    pub value_type: ParameterType,
    #[serde(rename = "in")]
    pub place: Place,
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its name on the wire, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// A fixed value, which no caller can change.
    #[serde(default, rename = "static", skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Value>,
    /// The only values allowed; empty: any.
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The connection's setting that fills it where the caller gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Slashes in a path value separate segments instead of being refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allow_slash: bool,
}

impl Parameter {
    /// Whether its value is the bytes of a file, in base64.
    pub fn is_file(&self) -> bool {
        // Beside the file itself its name goes into the same part.
        self.place == Place::RawBody || (self.place == Place::File && self.name != "file_name")
    }

    pub fn wire_name(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.name)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

fn string_type() -> ParameterType {
    ParameterType::String
}

fn no_body() -> BodyEncoding {
    BodyEncoding::None
}

/// One thing a service can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Function {
    pub name: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub method: String,
    /// An absolute path below the base URL, with `{placeholders}`; it is concatenated, never URL-joined.
    pub path: String,
    pub kind: FunctionKind,
    #[serde(default = "no_body")]
    pub body: BodyEncoding,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The entry of the service's `usage` table that says where its answer reports tokens; none: not a model call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metered: Option<String>,
    /// A function that stands for every path of its method (REST connections); it obeys each own function it hits (R9).
    #[serde(default, skip_serializing_if = "is_false")]
    pub generic: bool,
    /// The scopes that open it; empty: any token may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_scopes: Vec<String>,
    /// All of them are needed, and not one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_every_scope: bool,
    /// Where it lives, when not below the service's base URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Where it lives instead for connections with a certain setting (a region).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url_by: Option<BaseUrlBy>,
    /// JSON pointer to the member of the body that takes the mail its arguments make, packed in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compose: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
    /// What its answer is when it is not JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerKind>,
}

words! {
    /// What an answer is when it is not JSON.
    AnswerKind { Binary => "binary", Xml => "xml", Headers => "headers" }
}

/// How the next page is asked for.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pagination {
    /// JSON pointer to the next page's address, or `Link` for the header of that name (RFC 8288).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// The argument that takes the cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argument: Option<String>,
    /// Where the answer has the cursor: a JSON pointer, or the name of an element where the answer is XML; none: the
    /// argument is the number of the first row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// JSON pointer to the rows of a page, which are counted where the argument is the number of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
    /// JSON pointer to a member that is false on the last page, for answers that have a cursor there too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<String>,
    /// JSON pointer to a member that is true on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
}

/// What a policy can limit a service to, and where its functions name it (R17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetConstraint {
    pub key: ConstraintKind,
    /// Names on the wire of the arguments that hold the target; empty: it is the connection's own (a tenant).
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Names on the wire of arguments that name a thing and not the target it belongs to: a file, of which only the
    /// provider knows in which folder it lies. Such a request is refused, unless the thing itself is on the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opaque: Vec<String>,
    /// The functions that address a target; each must name it.
    #[serde(default)]
    pub applies_to: Vec<String>,
    /// The function whose answer is filtered instead, because it carries the targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filtered: Vec<ResponseFilter>,
}

/// Where an answer names its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResponseFilter {
    pub function: String,
    /// JSON pointer to the list.
    pub list: String,
    /// JSON pointers into an entry, to the id of its target.
    pub ids: Vec<String>,
}

/// Where a function lives, by the value of a setting of its connection.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BaseUrlBy {
    pub setting: String,
    pub values: BTreeMap<String, String>,
}

impl Function {
    /// Where it lives for a connection with these settings; none: below the service's base URL.
    pub fn base_url_for(&self, settings: &Map<String, Value>) -> Option<&str> {
        let by = self.base_url_by.as_ref();
        let chosen = by.and_then(|by| by.values.get(settings.get(&by.setting)?.as_str()?));
        chosen.or(self.base_url.as_ref()).map(String::as_str)
    }

    /// Everywhere it may live besides the service's base URL.
    pub fn base_urls(&self) -> impl Iterator<Item = &String> {
        let by = self.base_url_by.iter().flat_map(|by| by.values.values());
        self.base_url.iter().chain(by)
    }

    /// Whether a token with these scopes opens it. What is not known opens everything.
    pub fn is_open_to(&self, granted: &[String]) -> bool {
        if self.required_scopes.is_empty() || granted.is_empty() {
            return true;
        }
        let mut wanted = self.required_scopes.iter();
        match self.needs_every_scope {
            true => wanted.all(|scope| granted.contains(scope)),
            false => wanted.any(|scope| granted.contains(scope)),
        }
    }

    pub fn default_mode(&self) -> Mode {
        Mode::default_for(self.kind)
    }
}

/// The small read-only request that proves a credential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verification {
    pub method: String,
    /// A path below the base URL.
    pub path: String,
    /// Where it lives, when not below the connection's base URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// JSON pointer to the account's id in the answer; none: the service does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// JSON pointers to what people call the account; the first that is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub account_name: Vec<String>,
    /// JSON pointer to a member that says whether it worked, where HTTP 200 proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ok: Option<String>,
    /// Other facts of the answer that are kept: name in the metadata to JSON pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keep: BTreeMap<String, String>,
    /// The answer's header that lists the granted scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes_header: Option<String>,
    /// The answer lists sites, and one of them is chosen (Atlassian).
    #[serde(default, skip_serializing_if = "is_false")]
    pub sites: bool,
    /// Scopes without which it cannot be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs_scopes: Vec<String>,
}

words! {
    /// What a scope lets its holder do.
    Risk { Read => "read", Write => "write", Admin => "admin" }
}

/// A permission that a sign-in can ask for.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scope {
    pub name: String,
    pub meaning: String,
    pub risk: Risk,
    /// Only an administrator of the provider's organization can consent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub admin_consent: bool,
}

/// Where a model call's answer reports tokens: JSON pointers, and how the parts add up (T1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsagePointers {
    pub input: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The provider counts cache reads and writes beside its input figure instead of inside it (Anthropic).
    #[serde(default, skip_serializing_if = "is_false")]
    pub cache_is_extra: bool,
    /// The provider counts reasoning beside its output figure instead of inside it (Gemini's thoughts).
    #[serde(default, skip_serializing_if = "is_false")]
    pub reasoning_is_extra: bool,
    /// How a streamed answer reports the same; none: as [`StreamShape::default`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamShape>,
}

/// Where the events of a streamed answer report tokens, and which one is the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StreamShape {
    /// JSON pointers into an event, to what has the shape of a whole answer; "" is the event itself.
    pub within: Vec<String>,
    /// What the last event is: its whole data, its `type`, or, with a slash in front, a pointer to what only it has.
    pub ends: Vec<String>,
}

impl Default for StreamShape {
    fn default() -> Self {
        StreamShape { within: vec![String::new()], ends: vec!["[DONE]".to_owned()] }
    }
}

/// An entry of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    pub provider: String,
    pub category: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub singleton: bool,
    pub summary: String,
    #[serde(default, skip_serializing_if = "is_http")]
    pub protocol: Protocol,
    pub auth: Vec<AuthMethod>,
    /// Where its API lives; none: the administrator names it for each connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Sent with every call.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<Verification>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// Hosts that a download may be redirected to, without the credential; `*` stands for one label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_hosts: Vec<String>,
    /// The header of an answer that says that an organization wants its own single sign-on first, and where
    /// (`required; url=…`), or whose rows were left out for that reason (`partial-results; organizations=…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_on_header: Option<String>,
    /// What an administrator should know before connecting it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usage: BTreeMap<String, UsagePointers>,
    pub functions: Vec<Function>,
    /// It answers to any method and reads arguments wherever they stand, so its functions are told apart by path alone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ignores_method: bool,
    /// Beginnings of paths that stand before a function's own path and do the same (`/upload`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path_aliases: Vec<String>,
    /// Paths that hide operations inside a body: batch and GraphQL endpoints. Nothing passes there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hiding_paths: Vec<String>,
    /// Paths of POSTs that only read, where no function is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading_posts: Vec<String>,
    /// JSON pointers into a body to a mail packed in base64url.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<TargetConstraint>,
}

impl Service {
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }

    pub fn auth(&self, kind: AuthKind) -> Option<&AuthMethod> {
        self.auth.iter().find(|method| method.kind == kind)
    }

    /// Whether people may call it by this word: its id or an alias.
    pub fn is_called(&self, word: &str) -> bool {
        self.id == word || self.aliases.iter().any(|alias| alias == word)
    }

    /// Where its API lives when it is opened this way, before anything is filled in.
    pub fn base_url_for(&self, kind: AuthKind) -> Option<&str> {
        self.auth(kind).and_then(|method| method.base_url.as_deref()).or(self.base_url.as_deref())
    }

    /// The service as one connection has it: parameters that come from the connection filled in, its headers set, and
    /// every function on the connection's own server where it has one.
    pub fn bound_to(&self, connection: &Connection) -> Service {
        let mut bound = self.clone();
        let setting = |name: &str| connection.metadata.get(name);
        for function in &mut bound.functions {
            for parameter in &mut function.parameters {
                if let Some(value) = parameter.from.as_deref().and_then(setting) {
                    parameter.default = Some(value.clone());
                }
            }
            function.base_url = function.base_url_for(&connection.metadata).map(str::to_owned);
            function.base_url_by = None;
            // A credential of another server than the service's own was never meant for this host (R8a).
            let origin =
                function.base_url.as_deref().and_then(|base| url::Url::parse(base).ok()).map(|url| origin::of(&url));
            if origin.is_some_and(|origin| !connection.may_call(&origin)) {
                function.base_url = None;
            }
        }
        if let Some(method) = self.auth(connection.auth_kind) {
            for field in &method.fields {
                let (header, value) = (field.header.as_ref(), setting(&field.name).and_then(Value::as_str));
                if let (Some(header), Some(value)) = (header, value) {
                    bound.headers.insert(header.clone(), value.to_owned());
                }
            }
        }
        bound
    }

    /// Scopes that no function of the service is opened by.
    pub fn unused_scopes(&self, granted: &[String]) -> Vec<String> {
        let is_known = |scope: &str| self.scopes.iter().any(|one| one.name == scope);
        let opens = |scope: &str| self.functions.iter().any(|f| f.required_scopes.iter().any(|one| one == scope));
        granted.iter().filter(|scope| is_known(scope) && !opens(scope) && !is_identity(scope)).cloned().collect()
    }
}

/// Scopes about who somebody is, and for refresh tokens: they open no function and are not in excess.
pub fn is_identity(scope: &str) -> bool {
    const ABOUT_PEOPLE: [&str; 8] = [
        "openid",
        "email",
        "profile",
        "offline_access",
        "User.Read",
        "oauth",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/userinfo.profile",
    ];
    ABOUT_PEOPLE.contains(&scope)
}
