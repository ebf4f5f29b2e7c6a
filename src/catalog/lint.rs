//! The rules a service file keeps.
#![cfg(test)]
use crate::catalog;
use crate::model::governance::Mode;
use crate::model::service::{AuthMethod, BodyEncoding, Function, FunctionKind, Place, Service};
use std::collections::BTreeSet;
use url::Url;

/// Everything that is wrong with a service.
fn faults(service: &Service) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{}: {what}", service.id));
    let is_kebab = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !catalog::names(service).all(is_kebab) {
        fault("ids and aliases are kebab-case".to_owned());
    }
    if let Some(base) = &service.base_url {
        let sound = Url::parse(base).is_ok_and(|url| url.scheme() == "https" && url.query().is_none());
        if !sound || base.ends_with('/') {
            fault(format!("base URL {base}"));
        }
    }
    for method in &service.auth {
        if matches!(method, AuthMethod::ApiKey { header, .. } if header.is_empty()) {
            fault("an API key needs a header".to_owned());
        }
    }
    let mut seen = BTreeSet::new();
    for function in &service.functions {
        if !seen.insert(&function.name) {
            fault(format!("{} appears twice", function.name));
        }
        for what in function_faults(service, function) {
            fault(format!("{}: {what}", function.name));
        }
    }
    faults
}

fn function_faults(service: &Service, function: &Function) -> Vec<String> {
    let mut faults = Vec::new();
    if !function.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        faults.push("names are snake_case".to_owned());
    }
    if !function.path.starts_with('/') || function.path.contains("..") || function.path.contains('?') {
        faults.push(format!("path {}", function.path));
    }
    let in_path: BTreeSet<&str> = function.path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
    let declared: BTreeSet<&str> =
        function.parameters.iter().filter(|p| p.place == Place::Path).map(|p| p.wire_name()).collect();
    if in_path != declared {
        faults.push(format!("path holds {in_path:?}, parameters say {declared:?}"));
    }
    for parameter in &function.parameters {
        let optional = !parameter.required && parameter.default.is_none() && parameter.fixed.is_none();
        if parameter.place == Place::Path && optional {
            faults.push(format!("{} fills the path and must be required", parameter.name));
        }
        let in_body = matches!(parameter.place, Place::Body | Place::BodyRoot);
        if in_body && function.body == BodyEncoding::None {
            faults.push(format!("{} goes into a body that is not sent", parameter.name));
        }
        if parameter.description.is_empty() {
            faults.push(format!("{} has no description", parameter.name));
        }
    }
    if let Some(entry) = function.metered.as_ref().filter(|entry| !service.usage.contains_key(*entry)) {
        faults.push(format!("metered by \"{entry}\", which is not in the usage table"));
    }
    let by_method = matches!(function.method.as_str(), "GET" | "HEAD");
    if by_method && !function.kind.is_harmless() {
        faults.push("a GET that is not a read".to_owned());
    }
    if function.default_mode() == Mode::Enabled && function.kind == FunctionKind::Write {
        faults.push("a write that nobody is asked about".to_owned());
    }
    faults
}

#[test]
fn every_embedded_service_keeps_the_rules() {
    let services = catalog::list().unwrap();
    let faults: Vec<String> = services.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_word_means_two_services() {
    let mut seen = BTreeSet::new();
    for name in catalog::list().unwrap().iter().flat_map(catalog::names) {
        assert!(seen.insert(name), "{name} means two services");
    }
}

#[test]
fn an_unknown_service_suggests_the_nearest() {
    assert_eq!(catalog::find("claude").unwrap().id, "anthropic");
    match catalog::find("opneai") {
        Err(catalog::Error::Unknown { nearest, .. }) => assert_eq!(nearest.as_deref(), Some("openai")),
        _ => panic!("found"),
    }
}
