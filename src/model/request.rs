//! The canonical request (R8): what is matched against rules, shown to people, fingerprinted and sent. Nothing else is
//! sent.
//!
//! What must stay true: two spellings of the same request have one canonical form, and what has no single meaning is
//! refused rather than interpreted. If a rule looked at one reading and the provider at another, every allowlist and
//! every approval could be talked around with an extra `%`.
use crate::model::execution::{Part, StoredBody, StoredRequest};
use crate::model::json;
use crate::model::label::is_deceptive;
use crate::model::mail;
use crate::model::origin::{self, MAIL_METHODS};
use crate::model::pattern::{composed, into_composed};
use crate::model::service::{BodyEncoding, Function, Parameter, ParameterType, Place};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};
use std::borrow::Cow;
use thiserror::Error;
use url::Url;

/// What is escaped in a path segment: everything but RFC 3986 `pchar`, and of those `;`, which is refused anyway.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b';')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What is escaped in a query name or value: everything but RFC 3986 `unreserved` and a few harmless marks. A space is
/// `%20`, never `+`, which not every server reads as a space.
const QUERY: &AsciiSet = &SEGMENT
    .add(b'&')
    .add(b'+')
    .add(b'=')
    .add(b'$')
    .add(b',')
    .add(b'@')
    .add(b'!')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*');

/// How often a path is percent-decoded while looking for hidden segments. Each round must shorten the text, so this is
/// reached only by an address built to be unreadable.
const DECODING_ROUNDS: usize = 8;

/// Request headers a caller may set (R8); a service may add its own. Whatever is not here is refused: `Authorization`,
/// `Cookie`, `Host`, and every header that overrides the method.
const HEADERS: [&str; 4] = ["accept", "content-type", "prefer", "idempotency-key"];
const HEADER_PREFIX: &str = "if-";

/// Headers that no service may open to a caller: they carry credentials, change the method, or say where a message ends.
const NEVER: [&str; 12] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
];

/// The media types a body may have.
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Why a request is malformed. Texts are shown to the caller.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    #[error("\"{0}\" is not an absolute http or https URL")]
    NotAUrl(String),
    #[error("the method \"{0}\" is not one of GET, HEAD, POST, PUT, PATCH, DELETE")]
    Method(String),
    #[error("the URL holds a user name or password")]
    UserInfo,
    #[error("the URL has a fragment")]
    Fragment,
    #[error("the URL holds a control character or white space")]
    ControlCharacter,
    #[error("the path climbs with a \"..\" segment")]
    Climbing,
    #[error("the path holds {0}")]
    PathCharacter(&'static str),
    #[error("the query holds bytes that are not UTF-8")]
    QueryCharacter,
    #[error("the header \"{0}\" cannot be set by a caller")]
    Header(String),
    #[error("the header \"{0}\" appears twice")]
    HeaderTwice(String),
    #[error("a body of the type \"{0}\" cannot be sent, or is not what it says")]
    ContentType(String),
    #[error("the body holds bytes that are not UTF-8")]
    BodyNotText,
    #[error("the body cannot be taken apart into named parts")]
    Multipart,
    #[error("the body is {0}")]
    Json(#[from] json::JsonError),
    #[error("missing argument \"{0}\"")]
    Missing(String),
    #[error("unknown argument \"{name}\"{}", .nearest.as_ref().map(|n| format!(" (did you mean \"{n}\"?)")).unwrap_or_default())]
    Unknown { name: String, nearest: Option<String> },
    #[error("argument \"{name}\" must be {expected}")]
    Type { name: String, expected: String },
    #[error("argument \"{0}\" is fixed and cannot be given")]
    Fixed(String),
    #[error("the function's address is incomplete: no argument fills {{{0}}}")]
    Placeholder(String),
}

/// A request as a caller or a function means it, before it is canonical.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub method: String,
    pub url: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: StoredBody,
    /// The function takes a path of several segments: an encoded slash in the URL is then a slash in a value.
    pub allow_encoded_slash: bool,
}

/// A request in its one form.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    pub method: String,
    pub origin: String,
    /// The decoded segments of the path, which patterns are matched against.
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
    pub request: StoredRequest,
}

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Brings a request into its canonical form, or says what is wrong with it.
pub fn canonical(draft: &Draft) -> Result<Canonical, RequestError> {
    canonical_with(draft, &[])
}

/// The same for a service that has headers of its own.
pub fn canonical_with(draft: &Draft, own_headers: &[&str]) -> Result<Canonical, RequestError> {
    let method = draft.method.to_ascii_uppercase();
    let is_mail = MAIL_METHODS.contains(&method.as_str());
    if !is_mail && !METHODS.contains(&method.as_str()) {
        return Err(RequestError::Method(visible(&draft.method)));
    }
    let url = composed(&draft.url);
    if url.chars().any(|c| c.is_control() || c.is_whitespace() || is_deceptive(c)) {
        return Err(RequestError::ControlCharacter);
    }
    if url.contains('#') {
        return Err(RequestError::Fragment);
    }
    // The parser forgives `https:/host` and `https:///host`; whoever reads the text next might not.
    let scheme = url.split_once("://").map_or(String::new(), |(scheme, _)| scheme.to_ascii_lowercase());
    let fits = match is_mail {
        true => matches!(scheme.as_str(), "imap" | "imaps"),
        false => matches!(scheme.as_str(), "http" | "https"),
    };
    if !fits || authority(&url).is_empty() {
        return Err(RequestError::NotAUrl(without_query(&url)));
    }
    check_path(raw_path(&url), draft.allow_encoded_slash)?;
    let parsed = Url::parse(&url).map_err(|_| RequestError::NotAUrl(without_query(&url)))?;
    // The authority is looked at as it was typed: `https://@host/` has an empty user name that the parser drops.
    if authority(&url).contains('@') || !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(RequestError::UserInfo);
    }
    let origin = origin::of(&parsed);
    let segments = segments(parsed.path());
    if parsed.query().is_some_and(|query| percent_decode_str(query).decode_utf8().is_err()) {
        return Err(RequestError::QueryCharacter);
    }
    let mut query: Vec<(String, String)> =
        parsed.query_pairs().map(|(name, value)| (into_composed(name), into_composed(value))).collect();
    query.extend(draft.query.iter().map(|(n, v)| (composed(n).into_owned(), composed(v).into_owned())));
    let headers = headers(&draft.headers, own_headers)?;
    check_body(&draft.body, &headers)?;
    let address = address(&origin, &segments, &query);
    let request = StoredRequest { method: method.clone(), url: address, headers, body: draft.body.clone() };
    Ok(Canonical { method, origin, segments, query, request })
}

impl Canonical {
    /// The same request with other values in its query.
    pub fn set_query(&mut self, query: Vec<(String, String)>) {
        self.request.url = address(&self.origin, &self.segments, &query);
        self.query = query;
    }
}

/// The text between the scheme's `//` and the path.
fn authority(url: &str) -> &str {
    let rest = url.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '\\']).next().unwrap_or("")
}

/// Everything between authority and query, as it was typed. It may begin with a backslash, which the parser would take
/// for a slash.
fn raw_path(url: &str) -> &str {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    let path = rest.find(['/', '?', '\\']).map_or("", |at| &rest[at..]);
    path.split('?').next().unwrap_or("")
}

fn without_query(url: &str) -> String {
    visible(url.split('?').next().unwrap_or(""))
}

fn visible(text: &str) -> String {
    text.chars().take(80).map(|c| if is_deceptive(c) { '\u{fffd}' } else { c }).collect()
}

/// Refuses what hides in a path: `..` segments, backslashes, semicolons and encoded slashes, literal or found by
/// decoding until nothing changes.
fn check_path(path: &str, allow_encoded_slash: bool) -> Result<(), RequestError> {
    let mut text = composed(path);
    for round in 0.. {
        if text.split('/').any(|segment| segment == "..") {
            return Err(RequestError::Climbing);
        }
        if text.contains('\\') {
            return Err(RequestError::PathCharacter("a backslash"));
        }
        if text.contains(';') {
            return Err(RequestError::PathCharacter("a semicolon"));
        }
        if text.chars().any(char::is_control) {
            return Err(RequestError::ControlCharacter);
        }
        if !text.contains('%') {
            return Ok(());
        }
        let slashes = text.matches('/').count();
        let decoded = percent_decode_str(&text)
            .decode_utf8()
            .map_err(|_| RequestError::PathCharacter("bytes that are not UTF-8"))?;
        if decoded == text {
            return Ok(());
        }
        if decoded.matches('/').count() != slashes && !allow_encoded_slash {
            return Err(RequestError::PathCharacter("an encoded slash"));
        }
        if round >= DECODING_ROUNDS {
            return Err(RequestError::PathCharacter("too many layers of encoding"));
        }
        // Normalised as what is sent will be: U+037E becomes a semicolon then.
        text = Cow::Owned(into_composed(decoded));
    }
    Ok(())
}

/// The decoded, normalised segments of a parsed path (its dot segments are gone already).
pub(super) fn segments(path: &str) -> Vec<String> {
    path.strip_prefix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| into_composed(percent_decode_str(segment).decode_utf8_lossy()))
        .collect()
}

fn address(origin: &str, segments: &[String], query: &[(String, String)]) -> String {
    let mut text = origin.to_owned();
    for segment in segments {
        text.push('/');
        text.extend(utf8_percent_encode(segment, SEGMENT));
    }
    for (at, (name, value)) in query.iter().enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        text.extend(utf8_percent_encode(name, QUERY));
        text.push('=');
        text.extend(utf8_percent_encode(value, QUERY));
    }
    text
}

/// A body is what its content type says, and its numbers are the same for every reader.
fn check_body(body: &StoredBody, headers: &[(String, String)]) -> Result<(), RequestError> {
    if let StoredBody::Json(value) = body {
        json::check_numbers(value)?;
    }
    let Some((_, said)) = headers.iter().find(|(name, _)| name == "content-type") else { return Ok(()) };
    let media = said.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let agrees = match body {
        StoredBody::None | StoredBody::Bytes(_) => true,
        StoredBody::Json(_) => media == JSON || media.ends_with("+json"),
        StoredBody::Form(_) => media == FORM,
        // Its boundary is made when it is sent: one that a caller names would be another body.
        StoredBody::Multipart(_) => false,
    };
    match agrees {
        true => Ok(()),
        false => Err(RequestError::ContentType(visible(&media))),
    }
}

/// Reads the body that a caller hands over as bytes, by its content type. What has two readings is refused.
pub fn read_body(content_type: &str, bytes: &[u8]) -> Result<StoredBody, RequestError> {
    let media = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let text = || std::str::from_utf8(bytes).map_err(|_| RequestError::BodyNotText);
    match media.as_str() {
        _ if bytes.is_empty() => Ok(StoredBody::None),
        FORM => {
            let text = text()?;
            if percent_decode_str(&text.replace('+', " ")).decode_utf8().is_err() {
                return Err(RequestError::BodyNotText);
            }
            Ok(StoredBody::Form(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()))
        }
        MULTIPART => mail::parts(content_type, bytes).map(StoredBody::Multipart).ok_or(RequestError::Multipart),
        media if media == JSON || media.ends_with("+json") => Ok(StoredBody::Json(json::parse(text()?)?)),
        // Passed on byte for byte; rules that would look into it deny (decisions.md, R8 and R18).
        media if is_media_type(media) && !HIDING.iter().any(|hiding| media.starts_with(hiding)) => {
            Ok(StoredBody::Bytes(STANDARD.encode(bytes)))
        }
        _ => Err(RequestError::ContentType(visible(&media))),
    }
}

/// Media types whose bodies hold whole requests, or parts with headers of their own (batch endpoints take them): what is
/// done there no decision would see.
const HIDING: [&str; 3] = ["multipart/", "message/", "application/http"];

/// `type/subtype` of RFC 9110 tokens, so that no server reads another type into it.
fn is_media_type(text: &str) -> bool {
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    text.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn headers(given: &[(String, String)], own: &[&str]) -> Result<Vec<(String, String)>, RequestError> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for (name, value) in given {
        let name = name.to_ascii_lowercase();
        let is_own = own.iter().any(|own| own.eq_ignore_ascii_case(&name)) && !NEVER.contains(&name.as_str());
        let known = HEADERS.contains(&name.as_str()) || name.starts_with(HEADER_PREFIX) || is_own;
        if !known || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(RequestError::Header(visible(&name)));
        }
        if value.chars().any(|c| c.is_control() || !c.is_ascii()) {
            return Err(RequestError::ControlCharacter);
        }
        if kept.iter().any(|(seen, _)| *seen == name) {
            return Err(RequestError::HeaderTwice(name));
        }
        kept.push((name, value.trim().to_owned()));
    }
    kept.sort();
    Ok(kept)
}

/// A function with its arguments, as a draft: every argument in its place, checked by type.
pub fn build(function: &Function, base_url: &str, arguments: &Map<String, Value>) -> Result<Draft, RequestError> {
    for name in arguments.keys() {
        match function.parameters.iter().find(|p| p.name == *name) {
            None => {
                let names = function.parameters.iter().filter(|p| p.fixed.is_none()).map(|p| p.name.as_str());
                let nearest = crate::model::label::nearest(name, names).map(str::to_owned);
                return Err(RequestError::Unknown { name: visible(name), nearest });
            }
            Some(parameter) if parameter.fixed.is_some() => return Err(RequestError::Fixed(name.clone())),
            Some(_) => {}
        }
    }
    let mut path = function.path.clone();
    // The name of a mailbox is one segment, whatever its server puts between its levels.
    let is_mail = MAIL_METHODS.contains(&function.method.as_str());
    let mut draft = Draft {
        method: function.method.clone(),
        url: String::new(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::None,
        allow_encoded_slash: is_mail,
    };
    let mut members = Map::new();
    let (mut root, mut raw) = (None, None);
    let (mut mail, mut files) = (Map::new(), Map::new());
    for parameter in &function.parameters {
        let Some(value) = value_of(parameter, arguments)? else { continue };
        let name = parameter.wire_name();
        match parameter.place {
            Place::Path if is_mail => path = path.replace(&format!("{{{name}}}"), &one_segment(parameter, value)?),
            Place::Path => path = path.replace(&format!("{{{name}}}"), &path_value(parameter, value)?),
            Place::Query => draft.query.extend(texts(value).into_iter().map(|text| (name.to_owned(), text))),
            Place::Header => draft.headers.push((name.to_owned(), text_of(value))),
            Place::Body => drop(members.insert(name.to_owned(), value.clone())),
            Place::BodyRoot => root = Some(value.clone()),
            Place::QueryMap => draft.query.extend(pairs(value)),
            Place::HeaderMap => draft.headers.extend(pairs(value)),
            Place::Mail => drop(mail.insert(name.to_owned(), value.clone())),
            Place::RawBody => raw = Some(base64_of(parameter, value)?),
            Place::File => drop(files.insert(name.to_owned(), value.clone())),
        }
    }
    if let Some((_, rest)) = path.split_once('{') {
        return Err(RequestError::Placeholder(rest.split('}').next().unwrap_or("").to_owned()));
    }
    let base_url = function.base_url.as_deref().unwrap_or(base_url);
    draft.url = format!("{}{path}", base_url.trim_end_matches('/'));
    if let Some(pointer) = &function.compose {
        let packed = mail::pack(&mail).map_err(|name| RequestError::Type { name, expected: MAIL_PART.to_owned() })?;
        place(&mut members, pointer, Value::String(packed));
    }
    draft.body = match (function.body, root) {
        (BodyEncoding::None, _) => StoredBody::None,
        (BodyEncoding::Json, Some(value)) => StoredBody::Json(value),
        (BodyEncoding::Json, None) => StoredBody::Json(Value::Object(members)),
        (BodyEncoding::Form, Some(value)) => StoredBody::Form(pairs(&value)),
        (BodyEncoding::Form, None) => StoredBody::Form(pairs(&Value::Object(members))),
        (BodyEncoding::Raw, _) => raw.map_or(StoredBody::None, StoredBody::Bytes),
        (BodyEncoding::Multipart, _) => StoredBody::Multipart(multipart(function, &members, &files)?),
    };
    // A generic function without a body argument sends none: `{}` would be a body that nobody wrote.
    if function.generic && matches!(&draft.body, StoredBody::Json(Value::Object(m)) if m.is_empty()) {
        draft.body = StoredBody::None;
    }
    Ok(draft)
}

/// What the parts of a mail are, for an error.
const MAIL_PART: &str = "one line of text without control characters";

/// A value in base64, checked: what is stored is what will be sent.
fn base64_of(parameter: &Parameter, value: &Value) -> Result<String, RequestError> {
    let text = value.as_str().unwrap_or_default();
    match STANDARD.decode(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(RequestError::Type { name: parameter.name.clone(), expected: "bytes in base64".to_owned() }),
    }
}

/// Puts a value where a pointer of plain members says, making the objects on the way.
fn place(members: &mut Map<String, Value>, pointer: &str, value: Value) {
    match pointer.trim_start_matches('/').split_once('/') {
        None => drop(members.insert(pointer.trim_start_matches('/').to_owned(), value)),
        Some((first, rest)) => {
            let inner = members.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                place(inner, rest, value);
            }
        }
    }
}

/// The parts of a multipart body: a file with its name, and the fields beside it.
fn multipart(
    function: &Function,
    members: &Map<String, Value>,
    files: &Map<String, Value>,
) -> Result<Vec<Part>, RequestError> {
    let filename = files.get("file_name").map(text_of);
    let mut parts = Vec::new();
    for parameter in function.parameters.iter().filter(|p| p.place == Place::File && p.name != "file_name") {
        let Some(value) = files.get(parameter.wire_name()) else { continue };
        parts.push(Part {
            name: parameter.wire_name().to_owned(),
            filename: Some(filename.clone().unwrap_or_else(|| parameter.name.clone())),
            content_type: Some("application/octet-stream".to_owned()),
            content: base64_of(parameter, value)?,
        });
    }
    let field = |(name, value): (&String, &Value)| Part {
        name: name.clone(),
        filename: None,
        content_type: None,
        content: STANDARD.encode(text_of(value)),
    };
    parts.extend(members.iter().map(field));
    Ok(parts)
}

/// An argument as it was typed on a command line, in the type its parameter has. Text that does not fit stays text, and
/// the check says what was expected; but what begins like a structure is one, or is refused.
pub fn argument_from_text(parameter: &Parameter, typed: &str) -> Result<Value, RequestError> {
    let text = || Value::String(typed.to_owned());
    let is_structure = typed.trim_start().starts_with(['{', '[']);
    match parameter.value_type {
        ParameterType::String => Ok(text()),
        ParameterType::Any | ParameterType::Array | ParameterType::Object if is_structure => Ok(json::parse(typed)?),
        // A plain word is more often meant as text than as a number.
        ParameterType::Any => Ok(text()),
        ParameterType::Array | ParameterType::Object => Ok(json::parse(typed).unwrap_or_else(|_| text())),
        ParameterType::Integer | ParameterType::Number | ParameterType::Boolean => {
            Ok(json::parse(typed).unwrap_or_else(|_| text()))
        }
    }
}

fn value_of<'v>(
    parameter: &'v Parameter,
    arguments: &'v Map<String, Value>,
) -> Result<Option<&'v Value>, RequestError> {
    if let Some(fixed) = &parameter.fixed {
        return Ok(Some(fixed));
    }
    let Some(value) = arguments.get(&parameter.name).or(parameter.default.as_ref()) else {
        return match parameter.required {
            true => Err(RequestError::Missing(parameter.name.clone())),
            false => Ok(None),
        };
    };
    let wrong = |expected: String| RequestError::Type { name: parameter.name.clone(), expected };
    let fits = match parameter.value_type {
        ParameterType::String => value.is_string(),
        ParameterType::Integer => value.is_i64() || value.is_u64(),
        ParameterType::Number => value.is_number(),
        ParameterType::Boolean => value.is_boolean(),
        ParameterType::Array => value.is_array(),
        ParameterType::Object => value.is_object(),
        ParameterType::Any => true,
    };
    if !fits {
        return Err(wrong(format!("of type {}", parameter.value_type)));
    }
    if !parameter.one_of.is_empty() && !parameter.one_of.contains(value) {
        let choices: Vec<String> = parameter.one_of.iter().map(text_of).collect();
        return Err(wrong(format!("one of {}", choices.join(", "))));
    }
    if let Some(number) = value.as_f64() {
        if parameter.minimum.is_some_and(|least| number < least) {
            return Err(wrong(format!("at least {}", parameter.minimum.unwrap_or_default())));
        }
        if parameter.maximum.is_some_and(|most| number > most) {
            return Err(wrong(format!("at most {}", parameter.maximum.unwrap_or_default())));
        }
    }
    Ok(Some(value))
}

/// A value that is one segment of a path, with everything that has a meaning there escaped.
fn one_segment(parameter: &Parameter, value: &Value) -> Result<String, RequestError> {
    let text = text_of(value);
    match text.is_empty() {
        true => Err(RequestError::Missing(parameter.name.clone())),
        false => Ok(utf8_percent_encode(&text, SEGMENT).to_string()),
    }
}

/// A value in a path. A slash separates segments only where the parameter says so; `.` and `..` never come from a value.
fn path_value(parameter: &Parameter, value: &Value) -> Result<String, RequestError> {
    let text = text_of(value);
    if text.is_empty() && !parameter.allow_slash {
        return Err(RequestError::Missing(parameter.name.clone()));
    }
    if text.contains('/') && !parameter.allow_slash {
        return Err(RequestError::PathCharacter("a slash in an argument"));
    }
    if text.contains('?') || text.contains('#') {
        return Err(RequestError::PathCharacter("a query or fragment in an argument"));
    }
    let text = text.strip_prefix('/').filter(|_| parameter.allow_slash).unwrap_or(&text);
    if text.split('/').any(|segment| segment == ".." || segment == ".") {
        return Err(RequestError::Climbing);
    }
    Ok(text.split('/').map(|s| utf8_percent_encode(s, SEGMENT).to_string()).collect::<Vec<_>>().join("/"))
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Arrays in a query are repeated: `a=1&a=2`.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text_of).collect(),
        one => vec![text_of(one)],
    }
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let Value::Object(members) = value else { return Vec::new() };
    members.iter().flat_map(|(name, v)| texts(v).into_iter().map(|text| (name.clone(), text))).collect()
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
