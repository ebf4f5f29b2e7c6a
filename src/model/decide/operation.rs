//! R8–R10: the request in canonical form, the functions it is, and their mode.
use crate::model::address;
use crate::model::decide::{AskReason, DenyReason, Said};
use crate::model::execution::StoredBody;
use crate::model::facts::{Facts, Operation, TargetFacts};
use crate::model::governance::{self, EffectiveMode, Mode, ModeSource};
use crate::model::label::nearest;
use crate::model::mailbox;
use crate::model::policy::allow::pattern_fits;
use crate::model::reading::Reading;
use crate::model::request::{self, Canonical, Draft};
use crate::model::service::{BodyEncoding, Function, FunctionKind, Place, Protocol, Service};
use std::borrow::Cow;
use url::Url;

/// A canonical request and what it comes to.
#[derive(Debug, Clone)]
pub struct Mapped {
    pub request: Canonical,
    /// The names of the functions it is; empty: it maps to none.
    pub functions: Vec<String>,
    pub kind: FunctionKind,
    pub mode: EffectiveMode,
}

impl Mapped {
    /// The function it is shown under: the one named or, of several, the one that decided.
    pub fn function(&self) -> Option<&str> {
        self.functions.first().map(String::as_str)
    }

    /// The function whose answer reports tokens.
    pub fn metered<'s>(&self, service: &'s Service) -> Option<&'s Function> {
        let mut called = self.functions.iter().filter_map(|name| service.function(name));
        called.find(|function| function.metered.is_some())
    }

    /// Whether the body is bytes that no rule can look into: neither of a type that is taken apart, nor what each of the
    /// functions says it carries.
    pub(super) fn is_opaque(&self, service: &Service) -> bool {
        let carries = |name: &String| service.function(name).is_some_and(|function| function.body == BodyEncoding::Raw);
        let is_meant = !self.functions.is_empty() && self.functions.iter().all(carries);
        matches!(self.request.request.body, StoredBody::Bytes(_)) && !is_meant
    }

    pub(super) fn in_words(&self) -> String {
        match self.functions.as_slice() {
            [] => format!("no function fits: a {}", self.kind),
            [one] => format!("{one} ({})", self.kind),
            several => format!("{} ({})", several.join(", "), self.kind),
        }
    }

    pub(super) fn mode_in_words(&self) -> String {
        let source = match self.mode.source {
            ModeSource::Catalogue => "the catalogue's default",
            ModeSource::Override => "set by the organization",
            ModeSource::Connection => "set on the connection",
            ModeSource::Strictest => "the strictest of the service",
        };
        format!("{}, {source}", self.mode.mode.typed())
    }
}

pub(super) fn canonical_request(facts: &Facts, target: &TargetFacts) -> Result<Canonical, DenyReason> {
    let draft = match &facts.operation {
        Operation::Function { name, arguments } => {
            let function = target.service.function(name).ok_or_else(|| unknown(name, &target.service))?;
            request::build(function, &target.connection.base_url, arguments)
                .map_err(|error| DenyReason::BadRequest(error.to_string()))?
        }
        // What stands in such an address is siesta's own notation.
        Operation::Raw { .. } if target.service.protocol == Protocol::Mail => {
            let why = "a mailbox has no addresses that could be asked; name one of its functions";
            return Err(DenyReason::BadRequest(why.to_owned()));
        }
        Operation::Raw { method, url, query, headers, body } => Draft {
            method: method.clone(),
            url: absolute(&target.connection.base_url, url),
            query: query.clone(),
            headers: headers.clone(),
            body: body.clone(),
            allow_encoded_slash: false,
        },
        // A token is handed out by the flow `vend` alone, which never comes here.
        Operation::Token => return Err(DenyReason::FlowNotAllowed),
    };
    let in_header = |parameter: &&crate::model::service::Parameter| parameter.place == Place::Header;
    let own = target.service.functions.iter().flat_map(|function| &function.parameters).filter(in_header);
    let own: Vec<&str> = match draft.headers.is_empty() {
        true => Vec::new(),
        false => own.map(|parameter| parameter.wire_name()).collect(),
    };
    let canonical = request::canonical_with(&draft, &own).map_err(|error| DenyReason::BadRequest(error.to_string()))?;
    is_still_sound(target, &canonical)?;
    Ok(canonical)
}

/// Whether a request to a mail server is an order: looked at again when something of it was redacted.
pub(super) fn is_still_sound(target: &TargetFacts, request: &Canonical) -> Result<(), DenyReason> {
    match target.service.protocol {
        Protocol::Http => Ok(()),
        Protocol::Mail => mailbox::read(&request.request).map(drop).map_err(DenyReason::BadRequest),
    }
}

/// A raw address may be typed as a path below the base URL.
fn absolute(base_url: &str, url: &str) -> String {
    match url.starts_with('/') && !url.starts_with("//") {
        true => format!("{}{url}", base_url.trim_end_matches('/')),
        false => url.to_owned(),
    }
}

fn unknown(name: &str, service: &Service) -> DenyReason {
    let known = service.functions.iter().map(|function| function.name.as_str());
    let shown: String = name.chars().take(crate::model::label::LONGEST).collect();
    DenyReason::FunctionUnknown { name: shown, nearest: nearest(name, known).map(str::to_owned) }
}

/// R8a: before every allowlist. Allowlists only narrow; nothing widens.
pub(super) fn host_belongs(target: &TargetFacts, request: &Canonical) -> Said {
    match target.connection.may_call(&request.origin) {
        true => Ok(Cow::Owned(request.origin.clone())),
        false => Err(DenyReason::HostNotAllowed(request.origin.clone())),
    }
}

/// R9: every function the request is. One named explicitly is always among them; a generic one brings along each own
/// function it hits, and an own one each whose address an argument has turned it into. Where several fit, the strictest
/// mode and the gravest kind win.
pub(super) fn map(facts: &Facts, target: &TargetFacts, request: Canonical) -> Mapped {
    let named = match &facts.operation {
        Operation::Function { name, .. } => target.service.function(name),
        Operation::Raw { .. } | Operation::Token => None,
    };
    let looked_at = without_alias(target, &request);
    let base = address::base_at(&target.connection.base_url, &looked_at.origin);
    let service = &target.service;
    let hits = |function: &Function| address::hits(function, base.as_deref(), &looked_at, service.ignores_method);
    let is_hit = |function: &&Function| match named {
        Some(called) if called.name == function.name => true,
        // Functions that share an address are told apart by their fixed arguments, so by the name that was called.
        Some(called) if !called.generic && (function.generic || address::same_address(called, function)) => false,
        Some(_) | None => hits(function),
    };
    let mut hit: Vec<&Function> = target.service.functions.iter().filter(is_hit).collect();
    if named.is_none() {
        tell_apart(&mut hit, service, &request);
    }
    hit.sort_by_key(|function| function.generic);
    if let Some(called) = named {
        hit.sort_by_key(|function| function.name != called.name);
    }
    let modes = hit.iter().map(|function| effective(target, function));
    match modes.max_by_key(|effective| effective.mode) {
        Some(mode) => {
            let kind = hit.iter().map(|function| function.kind).max().unwrap_or(FunctionKind::Write);
            Mapped { request, functions: hit.iter().map(|f| f.name.clone()).collect(), kind, mode }
        }
        None => unmapped(target, request),
    }
}

/// Functions that share a path are told apart by their fixed arguments. A request that names none of their values may be
/// any of them.
fn tell_apart(hit: &mut Vec<&Function>, service: &Service, request: &Canonical) {
    let Ok(reading) = Reading::new(service, request) else { return };
    let contradicts = |function: &&Function| {
        function.parameters.iter().any(|parameter| {
            let Some(fixed) = &parameter.fixed else { return false };
            let given = match parameter.place {
                Place::Query => reading.values(&format!("query.{}", parameter.wire_name())).0,
                Place::Body => reading.values(&format!("body.{}", parameter.wire_name())).0,
                _ => return false,
            };
            !given.is_empty() && given.iter().all(|value| value.as_ref() != fixed)
        })
    };
    let fitting: Vec<&Function> = hit.iter().copied().filter(|function| !contradicts(function)).collect();
    if fitting.iter().any(|function| !function.generic) {
        *hit = fitting;
    }
}

/// The request without what a service lets stand before a function's own path.
fn without_alias<'r>(target: &TargetFacts, request: &'r Canonical) -> Cow<'r, Canonical> {
    let full: Vec<&String> = request.segments.iter().filter(|segment| !segment.is_empty()).collect();
    for alias in &target.service.path_aliases {
        let parts: Vec<&str> = alias.split('/').filter(|part| !part.is_empty()).collect();
        if full.len() >= parts.len() && parts.iter().zip(&full).all(|(part, segment)| *part == segment.as_str()) {
            let segments = full[parts.len()..].iter().map(|segment| (*segment).clone()).collect();
            return Cow::Owned(Canonical { segments, ..request.clone() });
        }
    }
    Cow::Borrowed(request)
}

/// The segments below the connection's base URL.
fn below_base<'r>(target: &TargetFacts, request: &'r Canonical) -> Vec<&'r str> {
    let base = Url::parse(&target.connection.base_url).map(|base| address::base_segments(&base)).unwrap_or_default();
    let full: Vec<&str> = request.segments.iter().map(String::as_str).filter(|segment| !segment.is_empty()).collect();
    match full.len() >= base.len() && base.iter().zip(&full).all(|(one, other)| one == other) {
        true => full[base.len()..].to_vec(),
        false => full,
    }
}

/// R9: batch and GraphQL endpoints carry operations that no rule can see.
pub(super) fn hides_operations(target: &TargetFacts, request: &Canonical) -> bool {
    if target.service.hiding_paths.is_empty() {
        return false;
    }
    let segments = below_base(target, request);
    target.service.hiding_paths.iter().any(|pattern| pattern_fits(pattern, &segments))
}

/// A raw URL that is no known function: a read by method stays a read; anything else takes at least the strictest mode
/// among the service's functions that are not reads. An unknown function is never treated as a read.
fn unmapped(target: &TargetFacts, request: Canonical) -> Mapped {
    let reads = || {
        let segments = below_base(target, &request);
        target.service.reading_posts.iter().any(|pattern| pattern_fits(pattern, &segments))
    };
    let kind = match request.method.as_str() {
        // Where the method means nothing, only the path could say that it reads.
        _ if target.service.ignores_method => FunctionKind::Write,
        "GET" | "HEAD" => FunctionKind::Read,
        "DELETE" => FunctionKind::Delete,
        "POST" if reads() => FunctionKind::Read,
        _ => FunctionKind::Write,
    };
    let mode = match kind.is_harmless() {
        true => EffectiveMode { mode: Mode::Enabled, source: ModeSource::Catalogue },
        false => {
            let others = target.service.functions.iter().filter(|function| !function.kind.is_harmless());
            let strictest = others.map(|function| effective(target, function).mode).max();
            let mode = strictest.unwrap_or(Mode::Confirm).stricter(Mode::default_for(kind));
            EffectiveMode { mode, source: ModeSource::Strictest }
        }
    };
    Mapped { request, functions: Vec::new(), kind, mode }
}

pub(super) fn effective(target: &TargetFacts, function: &Function) -> EffectiveMode {
    let overriding = target.overrides.get(&function.name).copied();
    let setting = target.settings.get(&function.name).copied();
    governance::effective(function.default_mode(), overriding, setting)
}

/// R10. Unmapped on a service with a disabled function is denied first: the URL might be the disabled function in a
/// spelling that the catalogue does not know.
pub(super) fn mode_allows(target: &TargetFacts, mapped: &Mapped) -> Result<Option<AskReason>, DenyReason> {
    if mapped.functions.is_empty() {
        let disabled = |function: &Function| effective(target, function).mode == Mode::Disabled;
        if target.service.functions.iter().any(disabled) {
            return Err(DenyReason::FunctionUnmapped);
        }
    }
    match mapped.mode.mode {
        Mode::Disabled => Err(DenyReason::FunctionDisabled),
        Mode::Confirm => Ok(Some(AskReason::FunctionConfirmation)),
        Mode::Enabled => Ok(None),
    }
}
