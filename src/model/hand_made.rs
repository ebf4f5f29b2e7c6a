//! Functions that somebody gives a REST connection by hand, as they are typed.
use crate::model::service::{BodyEncoding, Function, FunctionKind, Parameter, ParameterType, Place};
use serde_json::Value;

/// `NAME:TYPE:PLACE[:required][=STATIC]`: a parameter as it is typed.
pub fn parameter(typed: &str) -> Result<Parameter, String> {
    let (said, fixed) = match typed.split_once('=') {
        Some((said, fixed)) => (said, Some(fixed)),
        None => (typed, None),
    };
    let mut words = said.split(':');
    let shape = || "NAME:TYPE:query|path|header|body[:required][=STATIC]".to_owned();
    let name = words.next().filter(|name| !name.is_empty()).ok_or_else(shape)?;
    let value_type = words.next().ok_or_else(shape)?;
    let types = || ParameterType::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    let value_type = ParameterType::parse(value_type).ok_or_else(|| format!("a type is one of {}", types()))?;
    let place = match words.next() {
        Some("query") => Place::Query,
        Some("path") => Place::Path,
        Some("header") => Place::Header,
        Some("body") => Place::Body,
        _ => return Err(shape()),
    };
    let required = match words.next() {
        None => false,
        Some("required") => true,
        Some(_) => return Err(shape()),
    };
    if words.next().is_some() {
        return Err(shape());
    }
    let fixed = fixed.map(|text| static_value(value_type, text)).transpose()?;
    Ok(Parameter {
        name: name.to_owned(),
        value_type,
        place,
        required: required || (place == Place::Path && fixed.is_none()),
        description: name.to_owned(),
        wire: None,
        default: None,
        fixed,
        one_of: Vec::new(),
        minimum: None,
        maximum: None,
        from: None,
        allow_slash: false,
    })
}

/// A parameter as it would be typed: the inverse of [`parameter`].
pub fn typed(parameter: &Parameter) -> String {
    let place = parameter.place;
    let required = if parameter.required { ":required" } else { "" };
    let fixed = match &parameter.fixed {
        None => String::new(),
        Some(Value::String(text)) if parameter.value_type == ParameterType::String => format!("={text}"),
        Some(value) => format!("={value}"),
    };
    format!("{}:{}:{place}{required}{fixed}", parameter.name, parameter.value_type)
}

fn static_value(value_type: ParameterType, text: &str) -> Result<Value, String> {
    if value_type == ParameterType::String {
        return Ok(text.into());
    }
    let value = crate::model::json::parse(text).map_err(|_| format!("\"{text}\" is not of type {value_type}"))?;
    let fits = match value_type {
        ParameterType::Integer => value.is_i64() || value.is_u64(),
        ParameterType::Number => value.is_number(),
        ParameterType::Boolean => value.is_boolean(),
        ParameterType::Array => value.is_array(),
        ParameterType::Object => value.is_object(),
        ParameterType::String | ParameterType::Any => true,
    };
    fits.then_some(value).ok_or_else(|| format!("\"{text}\" is not of type {value_type}"))
}

/// What a function does when nobody said: a `GET` reads, a `DELETE` deletes, all else writes.
pub fn usual_kind(method: &str) -> FunctionKind {
    match method {
        "GET" | "HEAD" => FunctionKind::Read,
        "DELETE" => FunctionKind::Delete,
        _ => FunctionKind::Write,
    }
}

/// A function of these parts. What fills the path and was not described is a required text.
pub fn function(
    name: &str,
    method: &str,
    path: &str,
    kind: Option<FunctionKind>,
    parameters: Vec<Parameter>,
) -> Result<Function, String> {
    let method = method.to_ascii_uppercase();
    let kind = kind.unwrap_or_else(|| usual_kind(&method));
    let has_body = parameters.iter().any(|p| p.place == Place::Body);
    if has_body && matches!(method.as_str(), "GET" | "HEAD") {
        return Err(format!("a {method} has no body"));
    }
    let mut parameters = parameters;
    for part in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
        if !parameters.iter().any(|p| p.place == Place::Path && p.wire_name() == part) {
            parameters.push(parameter(&format!("{part}:string:path:required"))?);
        }
    }
    Ok(Function {
        name: name.to_owned(),
        title: name.replace('_', " "),
        description: format!("{method} {path}"),
        method,
        path: path.to_owned(),
        kind,
        body: if has_body { BodyEncoding::Json } else { BodyEncoding::None },
        parameters,
        metered: None,
        generic: false,
        required_scopes: Vec::new(),
        needs_every_scope: false,
        base_url: None,
        base_url_by: None,
        compose: None,
        pagination: None,
        answer: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_read_as_it_is_typed() {
        let limit = parameter("limit:integer:query:required").unwrap();
        assert_eq!((limit.place, limit.value_type, limit.required), (Place::Query, ParameterType::Integer, true));
        let fixed = parameter("kind:string:body=a=b:c").unwrap();
        assert_eq!(fixed.fixed, Some("a=b:c".into()));
        assert_eq!(parameter("on:boolean:query=true").unwrap().fixed, Some(true.into()));
        assert!(parameter("id:string:path").unwrap().required);
        for bad in ["", "a", "a:text:query", "a:string", "a:string:cookie", "a:string:query:maybe", "a:integer:query=x"]
        {
            assert!(parameter(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_function_declares_what_its_path_holds_and_a_get_has_no_body() {
        let made = function("get_order", "get", "/orders/{id}", None, Vec::new()).unwrap();
        assert_eq!((made.method.as_str(), made.kind), ("GET", FunctionKind::Read));
        assert_eq!((made.parameters[0].name.as_str(), made.parameters[0].required), ("id", true));
        let body = parameter("text:string:body").unwrap();
        assert!(function("x", "GET", "/x", None, vec![body.clone()]).is_err());
        let post = function("x", "POST", "/x", None, vec![body]).unwrap();
        assert_eq!((post.body, post.kind), (BodyEncoding::Json, FunctionKind::Write));
    }
}
