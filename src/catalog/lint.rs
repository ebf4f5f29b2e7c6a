//! The rules a service file keeps: [`faults`] says what is wrong with one, imported ones included.
use crate::model::auth::{AuthKind, AuthMethod, KeyPlace};
use crate::model::governance::Mode;
use crate::model::mailbox::NOTATION;
use crate::model::origin::MAIL_METHODS;
use crate::model::service::{
    AnswerKind, BodyEncoding, Function, Parameter, ParameterType, Place, Protocol, Service, is_identity,
};
use serde_json::Value;
use std::collections::BTreeSet;
use url::Url;

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Everything that is wrong with a service.
pub fn faults(service: &Service) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{}: {what}", service.id));
    let is_kebab = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !std::iter::once(&service.id).chain(&service.aliases).all(|name| is_kebab(name)) {
        fault("ids and aliases are kebab-case".to_owned());
    }
    if service.auth.is_empty() {
        fault("nothing opens it".to_owned());
    }
    for base in service.base_url.iter().chain(service.auth.iter().filter_map(|method| method.base_url.as_ref())) {
        base_faults(base, service).into_iter().for_each(&mut fault);
    }
    let mut kinds = BTreeSet::new();
    for method in &service.auth {
        if !kinds.insert(method.kind.as_str()) {
            fault(format!("{} opens it twice", method.kind));
        }
        for what in method_faults(service, method) {
            fault(format!("{}: {what}", method.kind));
        }
    }
    for header in service.headers.iter().flat_map(|(name, value)| [name, value]) {
        if !header.bytes().all(|b| (0x21..0x7f).contains(&b) || b == b' ') || header.contains('{') {
            fault(format!("header {header}"));
        }
    }
    for pattern in service.redirect_hosts.iter().filter(|pattern| !is_redirect_host(pattern)) {
        fault(format!("redirect host {pattern}"));
    }
    for usage in service.usage.values() {
        let pointers = [Some(&usage.input), usage.output.as_ref(), usage.reasoning.as_ref(), usage.model.as_ref()];
        let cached = [usage.cache_read.as_ref(), usage.cache_write.as_ref()];
        pointers.into_iter().chain(cached).flatten().filter(|text| !is_pointer(text)).for_each(|text| {
            fault(format!("usage: {text} is no pointer"));
        });
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
    for constraint in &service.constraints {
        let filtered = constraint.filtered.iter().map(|filter| &filter.function);
        for name in constraint.applies_to.iter().chain(filtered).filter(|name| service.function(name).is_none()) {
            fault(format!("the constraint {} names {name}, which is no function", constraint.key));
        }
        for argument in constraint.arguments.iter().chain(&constraint.opaque) {
            let has = |f: &Function| f.parameters.iter().any(|p| p.wire_name() == argument || p.name == *argument);
            if !service.functions.iter().any(has) {
                fault(format!("the constraint {} names {argument}, which is no argument", constraint.key));
            }
        }
    }
    faults
}

/// A host, or `*.` and a domain that has an owner: below a top-level domain are everybody's hosts.
fn is_redirect_host(pattern: &str) -> bool {
    // A `*` for each label, and a domain of two labels at least behind the last of them.
    let host = pattern.trim_start_matches("*.");
    let labels = if host.len() < pattern.len() { 2 } else { 1 };
    let is_label = |label: &str| {
        let mut bytes = label.bytes();
        !label.is_empty() && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.split('.').all(is_label) && host.split('.').count() >= labels
}

/// The name of an element, without a namespace.
fn is_element(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The methods that functions of a service may have.
fn methods(service: &Service) -> &'static [&'static str] {
    match service.protocol {
        Protocol::Http => &METHODS,
        Protocol::Mail => &MAIL_METHODS,
    }
}

fn is_pointer(text: &str) -> bool {
    text.starts_with('/') && !text.contains(' ')
}

fn placeholders(template: &str) -> BTreeSet<&str> {
    template.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}

fn base_faults(base: &str, service: &Service) -> Vec<String> {
    let mut faults = Vec::new();
    let mut filled = base.to_owned();
    let fields: BTreeSet<&str> = service.auth.iter().flat_map(|m| &m.fields).map(|f| f.name.as_str()).collect();
    let from_string = service.auth(AuthKind::ConnectionString).is_some();
    let scheme = match service.protocol {
        Protocol::Http => "https",
        Protocol::Mail => "imaps",
    };
    for name in placeholders(base) {
        if !fields.contains(name) && name != "cloudId" && !from_string {
            faults.push(format!("base URL {base}: nothing fills {{{name}}}"));
        }
        let value = if name.ends_with("Port") { "1" } else { "x" };
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    let sound = Url::parse(&filled).is_ok_and(|url| url.scheme() == scheme && url.query().is_none());
    if !sound || base.ends_with('/') {
        faults.push(format!("base URL {base}"));
    }
    faults
}

fn method_faults(service: &Service, method: &AuthMethod) -> Vec<String> {
    let mut faults = Vec::new();
    if method.kind.is_static() {
        let named = !matches!(method.place, KeyPlace::Header | KeyPlace::Query) || !method.header.is_empty();
        if !named {
            faults.push("a key needs a header or a parameter".to_owned());
        }
        if !method.template.contains("{secret}") {
            faults.push("its template has no place for the secret".to_owned());
        }
    }
    if (method.place == KeyPlace::Login) != (service.protocol == Protocol::Mail) {
        faults.push("a log-in is how mail servers are opened, and they alone".to_owned());
    }
    if let Some(server) = &method.server
        && crate::catalog::server(server).is_err()
    {
        faults.push(format!("there is no server \"{server}\""));
    }
    let known: BTreeSet<&str> = service.scopes.iter().map(|scope| scope.name.as_str()).collect();
    for scope in method.scopes.iter().filter(|scope| !known.contains(scope.as_str()) && !scope.ends_with("/.default")) {
        faults.push(format!("the scope {scope} is asked for and not described"));
    }
    for name in placeholders(&method.template) {
        if name != "secret" && !method.fields.iter().any(|field| field.name == name) {
            faults.push(format!("nothing fills {{{name}}}"));
        }
    }
    let patterns = method.fields.iter().filter_map(|field| field.pattern.as_ref()).chain(&method.pattern);
    for pattern in patterns.filter(|pattern| regex::Regex::new(pattern).is_err()) {
        faults.push(format!("pattern {pattern}"));
    }
    for field in &method.fields {
        if let Some(default) = &field.default
            && let Err(why) = field.check(default)
        {
            faults.push(why);
        }
    }
    if method.kind == AuthKind::Basic && method.user_field.is_none() {
        faults.push("no field holds the user name".to_owned());
    }
    for verify in method.verify.iter().chain(&service.verify) {
        let pointers = verify.account_id.iter().chain(&verify.account_name).chain(&verify.ok);
        for text in pointers.chain(verify.keep.values()).filter(|text| !is_pointer(text)) {
            faults.push(format!("verify: {text} is no pointer"));
        }
        if !methods(service).contains(&verify.method.as_str()) || !verify.path.starts_with('/') {
            faults.push(format!("verify: {} {}", verify.method, verify.path));
        }
    }
    faults
}

fn function_faults(service: &Service, function: &Function) -> Vec<String> {
    let mut faults = Vec::new();
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if function.name.is_empty() || !function.name.bytes().all(is_word) {
        faults.push("names are snake_case".to_owned());
    }
    if !methods(service).contains(&function.method.as_str()) {
        faults.push(format!("method {}", function.method));
    }
    let is_order = NOTATION.contains(&(function.method.as_str(), function.path.as_str()));
    if service.protocol == Protocol::Mail && !is_order {
        faults.push(format!("nothing is done in a mailbox at {} {}", function.method, function.path));
    }
    let climbs = function.path.split('/').any(|part| part == "..");
    if !function.path.starts_with('/') || climbs || function.path.contains(['?', '#', '\\', ' ']) {
        faults.push(format!("path {}", function.path));
    }
    function.base_urls().for_each(|base| faults.extend(base_faults(base, service)));
    if let Some(by) = &function.base_url_by {
        let fields = || service.auth.iter().flat_map(|method| &method.fields);
        let is_offered = |value: &String| fields().any(|f| f.name == by.setting && f.one_of.contains(value));
        let unknown = by.values.keys().filter(|value| !is_offered(value));
        faults.extend(
            unknown.map(|value| format!("it lives elsewhere where {} is {value}, which it never is", by.setting)),
        );
    }
    let in_path = placeholders(&function.path);
    let declared: BTreeSet<&str> =
        function.parameters.iter().filter(|p| p.place == Place::Path).map(Parameter::wire_name).collect();
    if in_path != declared {
        faults.push(format!("path holds {in_path:?}, parameters say {declared:?}"));
    }
    let mut names = BTreeSet::new();
    for parameter in &function.parameters {
        if !names.insert(&parameter.name) {
            faults.push(format!("{} appears twice", parameter.name));
        }
        faults.extend(
            parameter_faults(function, parameter).into_iter().map(|what| format!("{}: {what}", parameter.name)),
        );
    }
    if let Some(entry) = function.metered.as_ref().filter(|entry| !service.usage.contains_key(*entry)) {
        faults.push(format!("metered by \"{entry}\", which is not in the usage table"));
    }
    if function.default_mode() == Mode::Enabled && !function.kind.is_harmless() {
        faults.push("a change that nobody is asked about".to_owned());
    }
    let known: BTreeSet<&str> = service.scopes.iter().map(|scope| scope.name.as_str()).collect();
    for scope in function.required_scopes.iter().filter(|scope| !known.contains(scope.as_str()) && !is_identity(scope))
    {
        faults.push(format!("needs the scope {scope}, which is not described"));
    }
    if let Some(pagination) = &function.pagination {
        let link = pagination.next_link.as_deref().is_some_and(|link| link == "Link" || is_pointer(link));
        let has = |name: &String| function.parameters.iter().any(|p| p.name == *name || p.wire_name() == name);
        let is_place =
            |cursor: &str| is_pointer(cursor) || (function.answer == Some(AnswerKind::Xml) && is_element(cursor));
        let cursor = pagination.cursor.as_deref().is_some_and(is_place) || pagination.rows.is_some();
        let is_askable = link || (cursor && pagination.argument.as_ref().is_some_and(has));
        if !is_askable {
            faults.push("the next page cannot be asked for".to_owned());
        }
        let signs = [&pagination.rows, &pagination.more, &pagination.last].into_iter().flatten();
        faults.extend(signs.filter(|sign| !is_pointer(sign)).map(|sign| format!("{sign} is no place in a page")));
    }
    faults
}

fn parameter_faults(function: &Function, parameter: &Parameter) -> Vec<String> {
    let mut faults = Vec::new();
    let optional = !parameter.required && parameter.default.is_none() && parameter.fixed.is_none();
    if parameter.place == Place::Path && optional {
        faults.push("fills the path and must be required".to_owned());
    }
    let fits = match parameter.place {
        Place::Body | Place::BodyRoot => {
            matches!(function.body, BodyEncoding::Json | BodyEncoding::Form | BodyEncoding::Multipart)
        }
        Place::RawBody => function.body == BodyEncoding::Raw,
        Place::File => function.body == BodyEncoding::Multipart,
        Place::Mail => function.compose.is_some(),
        _ => true,
    };
    if !fits {
        faults.push("goes into a body that is not sent".to_owned());
    }
    if parameter.description.is_empty() {
        faults.push("has no description".to_owned());
    }
    let has_type = |value: &Value| match parameter.value_type {
        ParameterType::String => value.is_string(),
        ParameterType::Integer => value.is_i64() || value.is_u64(),
        ParameterType::Number => value.is_number(),
        ParameterType::Boolean => value.is_boolean(),
        ParameterType::Array => value.is_array(),
        ParameterType::Object => value.is_object(),
        ParameterType::Any => true,
    };
    let values = parameter.default.iter().chain(&parameter.fixed).chain(&parameter.one_of);
    for value in values.filter(|value| !has_type(value)) {
        faults.push(format!("{value} is not of type {}", parameter.value_type));
    }
    let header = parameter.wire_name();
    if parameter.place == Place::Header && !header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        faults.push(format!("{header} is no header"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_embedded_service_keeps_the_rules() {
        let services = catalog::list().unwrap();
        let mut faults: Vec<String> = services.iter().flat_map(|service| faults(service)).collect();
        for service in services.into_iter().filter(|service| !service.ignores_method) {
            let odd = |f: &&Function| matches!(f.method.as_str(), "GET" | "HEAD") && !f.kind.is_harmless();
            let odd = service
                .functions
                .iter()
                .filter(odd)
                .map(|f| format!("{}/{}: a GET that is no read", service.id, f.name));
            faults.extend(odd);
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn a_redirect_host_is_somebodys_and_not_everybodys() {
        for host in ["localhost", "cdn.example", "*.files.example", "*.a.files.example"] {
            assert!(is_redirect_host(host), "{host}");
        }
        for host in
            ["", "*", "*.", "*.com", "a.*.example", "CDN.example", "https://cdn.example", "cdn.example:8443", "[::1]"]
        {
            assert!(!is_redirect_host(host), "{host}");
        }
    }

    #[test]
    fn the_index_says_what_the_files_say() {
        for named in catalog::named() {
            let service = catalog::find(named.id).unwrap();
            assert_eq!((named.id, named.name), (service.id.as_str(), service.name.as_str()));
            assert!(named.aliases.iter().eq(service.aliases.iter()), "{}", named.id);
        }
        assert_eq!(catalog::list().unwrap().len(), 37);
        let functions: usize = catalog::list().unwrap().iter().map(|service| service.functions.len()).sum();
        assert!(functions >= 379, "{functions}");
    }

    #[test]
    fn no_word_means_two_services() {
        let mut seen = BTreeSet::new();
        for name in catalog::names() {
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

    #[test]
    fn sign_in_servers_are_sound() {
        for service in catalog::list().unwrap() {
            for name in service.auth.iter().filter_map(|method| method.server.as_deref()) {
                let server = catalog::server(name).unwrap();
                assert_eq!(server.provider, service.provider, "{}: an app is set per provider", service.id);
                let urls = [Some(&server.authorization_url), Some(&server.token_url), server.device_url.as_ref()];
                for url in urls.into_iter().flatten().chain(&server.revocation.url) {
                    let filled = url.replace("{tenant}", "t").replace("{client_id}", "c");
                    assert!(Url::parse(&filled).is_ok_and(|url| url.scheme() == "https"), "{url}");
                    let host = url.split('/').nth(2).unwrap();
                    assert!(!host.contains('{'), "a tenant fills a path and never a host: {url}");
                }
                assert!(!server.help.is_empty() && !server.revocation.by_hand.is_empty(), "{name}");
            }
        }
    }
}
