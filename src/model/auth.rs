//! How a service is opened: the ways the catalogue knows, what each asks for, and the sign-in servers behind them.
//!
//! What must stay true: nothing here is a secret. A way says where a credential goes and what it looks like; the
//! credential itself is never part of a catalogue entry.
use crate::model::redirect::LoopbackHost;
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

words! {
    /// How a connection proves itself to its service.
    AuthKind {
        /// A sign-in in the browser.
        OAuth2 => "oauth2",
        /// An OAuth client that signs in for itself (RFC 6749 §4.4).
        ClientCredentials => "client_credentials",
        /// A key file that signs its own assertions (RFC 7523).
        ServiceAccount => "service_account",
        ApiKey => "api_key",
        BotToken => "bot_token",
        /// A user name and a password or token (RFC 7617).
        Basic => "basic",
        ConnectionString => "connection_string",
        /// A query that carries its own signature (Azure's shared access signature).
        SharedAccessSignature => "sas",
        None => "none",
    }
}

impl AuthKind {
    /// Whether it is opened by short-lived access tokens.
    pub fn has_tokens(self) -> bool {
        matches!(self, AuthKind::OAuth2 | AuthKind::ClientCredentials | AuthKind::ServiceAccount)
    }

    /// Whether it is opened by one secret that stays the same until somebody rotates it.
    pub fn is_static(self) -> bool {
        !self.has_tokens() && self != AuthKind::None
    }

    /// What people call the secret.
    pub fn noun(self) -> &'static str {
        match self {
            AuthKind::OAuth2 => "sign-in",
            AuthKind::ClientCredentials => "client secret",
            AuthKind::ServiceAccount => "key file",
            AuthKind::ApiKey => "key",
            AuthKind::BotToken => "bot token",
            AuthKind::Basic => "password or token",
            AuthKind::ConnectionString => "connection string",
            AuthKind::SharedAccessSignature => "shared access signature",
            AuthKind::None => "credential",
        }
    }
}

words! {
    /// Where a static credential goes in a request.
    KeyPlace {
        Header => "header",
        /// A parameter of the query.
        Query => "query",
        /// The first segment of the path.
        Path => "path",
        /// The whole query that the service handed out.
        WholeQuery => "whole_query",
        /// Nowhere: it signs (Azure's shared key).
        Signature => "signature",
        /// In no request: a session is opened with it (IMAP LOGIN, SMTP AUTH).
        Login => "login",
    }
}

/// Something a connection is asked for besides its secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Field {
    /// Its name in `--set NAME=VALUE` and in the connection's metadata.
    pub name: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// A pattern its whole value matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// The header it is sent in with every call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// A text for people, in any script: it is part of no address and of no header as it is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub any_script: bool,
}

/// A second secret that is sent beside an access token (Google Ads' developer token).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Companion {
    pub label: String,
    pub header: String,
}

/// One way to open a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthMethod {
    pub kind: AuthKind,
    /// The sign-in server's file, for the ways that get access tokens; none: the administrator names the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Asked for unless somebody asks for others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    #[serde(default = "header", skip_serializing_if = "is_header")]
    pub place: KeyPlace,
    /// The header, or the parameter of the query.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub header: String,
    /// What is sent: `{secret}` and names of fields are filled in.
    #[serde(default = "secret_alone", skip_serializing_if = "is_secret_alone")]
    pub template: String,
    /// The field that holds the user name of Basic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_field: Option<String>,
    /// What every secret of this way begins with: one of these; none: unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begins_with: Vec<String>,
    /// A pattern the whole secret matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Beginnings of look-alikes that are refused, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub companion: Option<Companion>,
    /// Where the API lives when it is opened this way; `{fields}` are filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Proves this way, where another request than the service's is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<crate::model::service::Verification>,
    /// Where a person gets it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// How it is taken back at the provider: the call, or where a person does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
}

impl AuthMethod {
    /// A value for every field: what was given, else the default; or the field whose value will not do, and why.
    pub fn settle(&self, given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut settled = Map::new();
        for name in given.keys() {
            if !self.fields.iter().any(|field| field.name == *name) {
                let known: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
                return Err(match known.as_slice() {
                    [] => format!("it takes no setting \"{name}\""),
                    known => format!("it takes no setting \"{name}\"; known: {}", known.join(", ")),
                });
            }
        }
        for field in &self.fields {
            let value = given.get(&field.name).and_then(Value::as_str).or(field.default.as_deref());
            match value.filter(|value| !value.is_empty()) {
                Some(value) => {
                    field.check(value)?;
                    settled.insert(field.name.clone(), value.into());
                }
                None if field.optional => {}
                None => return Err(format!("\"{}\" is missing: {}", field.name, field.label)),
            }
        }
        Ok(settled)
    }
}

impl Field {
    /// Refuses a value that is not one, and above all one that would lead a URL elsewhere.
    pub fn check(&self, value: &str) -> Result<(), String> {
        if value.chars().any(|c| c.is_control() || !(c.is_ascii() || self.any_script)) {
            return Err(format!("\"{}\" holds a character that cannot be sent", self.name));
        }
        if !self.one_of.is_empty() && !self.one_of.iter().any(|one| one == value) {
            return Err(format!("\"{}\" is one of {}", self.name, self.one_of.join(", ")));
        }
        match &self.pattern {
            Some(pattern) if !whole(pattern, value) => Err(format!("\"{value}\" cannot be {}", self.label)),
            _ => Ok(()),
        }
    }
}

/// Whether a pattern fits a whole text; a pattern that is none fits nothing.
pub fn whole(pattern: &str, text: &str) -> bool {
    regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

/// Fills `{names}` from a connection's settings. Every value matches what a host may hold (R8a).
pub fn fill(template: &str, settings: &Map<String, Value>) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        let value = settings.get(name)?.as_str()?;
        let is_plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
        if value.is_empty() || !is_plain || value.contains("..") {
            return None;
        }
        text.push_str(before);
        text.push_str(value);
        rest = tail;
    }
    text.push_str(rest);
    Some(text)
}

words! {
    /// How a client says who it is at its sign-in server.
    SecretRule {
        Needed => "needed",
        /// Sent when there is one.
        Optional => "optional",
        /// A public client: sending one is refused.
        Forbidden => "forbidden",
    }
}

words! {
    /// The call that takes a credential back.
    RevocationStyle {
        /// RFC 7009.
        Standard => "rfc7009",
        /// The same as JSON, with Basic.
        Json => "json",
        /// `DELETE` with the token in a JSON body and Basic of the client (GitHub).
        DeleteWithBasic => "delete_with_basic",
        /// A call made with the token that ends it (Slack).
        WithToken => "with_token",
        /// `DELETE` with the credential in the path (Trello).
        DeletePath => "delete_path",
        /// There is none: a person does it.
        ByHand => "by_hand",
    }
}

/// How a credential is taken back at its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revocation {
    pub style: RevocationStyle,
    /// `{client_id}` and `{secret}` are filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where a person takes it back.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_hand: String,
    /// What else it ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ends_more: String,
}

/// How the authorization answer comes back, as providers let clients register it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredRedirect {
    pub host: LoopbackHost,
    /// The provider compares the port too, so it must be named.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fixed_port: bool,
}

/// An authorization server that several services share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInServer {
    pub provider: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// `{tenant}` is filled in.
    pub authorization_url: String,
    pub token_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_url: Option<String>,
    /// Used for `{tenant}` unless another is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_tenant: Option<String>,
    pub client_secret: SecretRule,
    /// The client is named in the body of token requests (`post`) or by Basic (`basic`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub basic: bool,
    /// Token requests are JSON (Notion).
    #[serde(default, skip_serializing_if = "is_false")]
    pub json_requests: bool,
    #[serde(default = "space", skip_serializing_if = "is_space")]
    pub scope_separator: String,
    /// The parameter for scopes of the person instead of the bot (Slack).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_scope_param: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authorize_params: BTreeMap<String, String>,
    /// Asked for with every sign-in: without them there is no refresh token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub always_scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_pkce: bool,
    /// It takes a replaced refresh token for a while longer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reuse_window: bool,
    /// Its sign-in names no client and ends in a lasting key (OpenRouter).
    #[serde(default, skip_serializing_if = "is_false")]
    pub key_exchange: bool,
    /// Its tokens live until they are revoked, and it gives no refresh tokens by default.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lasting_tokens: bool,
    pub redirect: RegisteredRedirect,
    pub revocation: Revocation,
    /// Why there is no refresh token where one was expected, and what to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no_refresh_token: String,
    /// Why a sign-in may end sooner than anybody expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_end: Option<EarlyEnd>,
    /// How a client is registered there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

/// What a provider does to refresh tokens of clients in a certain state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarlyEnd {
    /// A refresh token that has worked for longer is not one of them.
    pub days: u8,
    pub why: String,
}

fn header() -> KeyPlace {
    KeyPlace::Header
}

fn is_header(place: &KeyPlace) -> bool {
    *place == KeyPlace::Header
}

fn secret_alone() -> String {
    "{secret}".to_owned()
}

fn is_secret_alone(template: &String) -> bool {
    template == "{secret}"
}

fn space() -> String {
    " ".to_owned()
}

fn is_space(text: &String) -> bool {
    text == " "
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_template_is_filled_with_what_a_host_may_hold_and_nothing_else() {
        let filled = |site: &str| fill("https://{site}.example.net", &settings(json!({"site": site})));
        assert_eq!(filled("acme-1").as_deref(), Some("https://acme-1.example.net"));
        for bad in ["evil.com/", "a@b", "a:1", "", "..", "a b", "a%2f", "\u{e4}", "a#", "a?"] {
            assert_eq!(filled(bad), None, "{bad}");
        }
        assert_eq!(fill("https://{other}", &settings(json!({"site": "x"}))), None);
    }

    #[test]
    fn settings_are_checked_by_the_fields_and_defaults_fill_in() {
        let method: AuthMethod = serde_json::from_value(json!({
            "kind": "api_key", "header": "X-Api-Key", "fields": [
                {"name": "region", "label": "a region", "default": "global", "enum": ["global", "euc1"]},
                {"name": "site", "label": "a site", "pattern": "[a-z0-9-]+"},
                {"name": "team", "label": "a team", "optional": true},
            ]
        }))
        .unwrap();
        let settled = method.settle(&settings(json!({"site": "acme"}))).unwrap();
        assert_eq!(settled, settings(json!({"region": "global", "site": "acme"})));
        for (given, word) in [
            (json!({}), "\"site\" is missing"),
            (json!({"site": "a.b"}), "cannot be"),
            (json!({"site": "acme", "region": "mars"}), "one of global, euc1"),
            (json!({"site": "acme", "colour": "red"}), "no setting \"colour\""),
            (json!({"site": "a\nb"}), "cannot be sent"),
        ] {
            let refused = method.settle(&settings(given)).unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
