//! One form for every spelling of a request, and a refusal for what cannot have one.
use super::*;
use crate::model::address::{base_at, hits};
use crate::model::service::FunctionKind;
use serde_json::json;

fn draft(method: &str, url: &str) -> Draft {
    Draft {
        method: method.to_owned(),
        url: url.to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::None,
        allow_encoded_slash: false,
    }
}

fn url(text: &str) -> Result<String, RequestError> {
    canonical(&draft("get", text)).map(|c| c.request.url)
}

#[test]
fn one_request_has_one_form() {
    let same = "https://api.example.com/v1/caf%C3%A9/x?a=1%202&b=%26";
    for spelling in [
        "https://API.Example.com:443/v1/./caf%c3%a9/x?a=1%202&b=%26",
        "HTTPS://api.example.com/v1/cafe\u{301}/x?a=1+2&b=%26",
        "https://api.example.com/%76%31/café/x?%61=1%202&b=%26",
    ] {
        assert_eq!(url(spelling).as_deref(), Ok(same), "{spelling}");
    }
    let mut split = draft("GET", "https://api.example.com/v1/café/x?a=1+2");
    split.query.push(("b".to_owned(), "&".to_owned()));
    assert_eq!(canonical(&split).unwrap().request.url, same);
}

#[test]
fn a_climbing_path_is_refused_however_it_is_encoded() {
    for path in ["/a/../b", "/a/%2e%2e/b", "/a/%252e%252e/b", "/a/.%2e/b", "/a/%25252e%25252e/b", "/..", "/a/..?x"] {
        assert_eq!(url(&format!("https://h.example{path}")), Err(RequestError::Climbing), "{path}");
    }
}

#[test]
fn what_has_two_readings_is_refused() {
    for (text, error) in [
        ("https://user:pw@h.example/", RequestError::UserInfo),
        ("https://@h.example/", RequestError::UserInfo),
        ("https://h.example/a#b", RequestError::Fragment),
        ("https://h.example/a\\b", RequestError::PathCharacter("a backslash")),
        ("https://h.example/a%5cb", RequestError::PathCharacter("a backslash")),
        ("https://h.example\\a", RequestError::PathCharacter("a backslash")),
        ("https://h.example\\a%2f..%2fb", RequestError::PathCharacter("a backslash")),
        ("https://h.example/a%cd%beb", RequestError::PathCharacter("a semicolon")),
        ("https://h.example/a;b", RequestError::PathCharacter("a semicolon")),
        ("https://h.example/a%253bb", RequestError::PathCharacter("a semicolon")),
        ("https://h.example/a%2fb", RequestError::PathCharacter("an encoded slash")),
        ("https://h.example/a%252fb", RequestError::PathCharacter("an encoded slash")),
        ("https://h.example/a%00b", RequestError::ControlCharacter),
        ("https://h.example/a\nb", RequestError::ControlCharacter),
        ("https://h.example/a b", RequestError::ControlCharacter),
        ("https://h.example/?a=%ff", RequestError::QueryCharacter),
        ("https://h.example/%ff", RequestError::PathCharacter("bytes that are not UTF-8")),
    ] {
        assert_eq!(url(text), Err(error), "{text:?}");
    }
    for text in ["ftp://h.example/", "/relative", "https:///x", "https:/x", "https:x//y", "javascript:alert(1)", ""] {
        assert!(matches!(url(text), Err(RequestError::NotAUrl(_))), "{text:?}");
    }
    assert!(matches!(canonical(&draft("TRACE", "https://h.example/")), Err(RequestError::Method(_))));
}

#[test]
fn callers_set_only_the_headers_of_the_short_list() {
    let with = |name: &str, value: &str| {
        let mut d = draft("GET", "https://h.example/");
        d.headers.push((name.to_owned(), value.to_owned()));
        canonical(&d)
    };
    assert!(with("Accept", "application/json").is_ok());
    assert!(with("If-None-Match", "\"x\"").is_ok());
    for name in ["Authorization", "Cookie", "Host", "X-HTTP-Method-Override", "Content-Length", "x-api-key", "a b"] {
        assert!(matches!(with(name, "x"), Err(RequestError::Header(_))), "{name}");
    }
    assert_eq!(with("Accept", "a\r\nX: y"), Err(RequestError::ControlCharacter));
}

#[test]
fn what_stands_in_a_query_is_no_path() {
    let same = "https://h.example/?back=/a/../b;c";
    assert_eq!(url("https://h.example?back=/a/../b;c"), url(same));
    assert!(url(same).is_ok());
}

#[test]
fn a_body_is_what_its_content_type_says() {
    let with = |content_type: &str, body: StoredBody| {
        let mut d = draft("POST", "https://h.example/");
        d.headers.push(("Content-Type".to_owned(), content_type.to_owned()));
        d.body = body;
        canonical(&d).map(drop)
    };
    let json = || StoredBody::Json(json!("x=1&to=evil"));
    assert_eq!(with("application/json; charset=utf-8", json()), Ok(()));
    assert_eq!(with("Application/Merge-Patch+JSON", json()), Ok(()));
    for other in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""] {
        assert!(matches!(with(other, json()), Err(RequestError::ContentType(_))), "{other}");
    }
    let form = StoredBody::Form(vec![("a".to_owned(), "b".to_owned())]);
    assert!(with("application/json", form).is_err());
}

#[test]
fn a_body_of_another_type_is_passed_on_as_it_is_unless_it_hides_requests() {
    let csv = b"a;b\r\n\xff\x00";
    for media in ["text/csv", "text/plain; charset=utf-8", "application/xml", "Application/vnd.x+xml", "image/png"] {
        assert_eq!(read_body(media, csv).unwrap().bytes().as_deref(), Some(&csv[..]), "{media}");
    }
    for media in [
        "",
        "text",
        "/csv",
        "text/",
        "text/c sv",
        "text/csv, application/json",
        "multipart/mixed; boundary=x",
        "multipart/related; boundary=x",
        "message/http",
        "message/rfc822",
        "application/http",
    ] {
        assert!(matches!(read_body(media, csv), Err(RequestError::ContentType(_))), "{media}");
    }
    // What is said to be JSON or a form is one, or is refused.
    assert!(matches!(read_body("application/vnd.x+json", csv), Err(RequestError::BodyNotText)));
    assert_eq!(read_body("text/csv", b""), Ok(StoredBody::None));
}

fn function(method: &str, path: &str, parameters: Value) -> Function {
    serde_json::from_value(json!({
        "name": "f", "title": "F", "method": method, "path": path, "kind": FunctionKind::Read,
        "body": "json", "parameters": parameters,
    }))
    .unwrap()
}

fn arguments(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn every_argument_goes_to_its_place() {
    let f = function(
        "POST",
        "/v1/{id}/items",
        json!([
            {"name":"id","in":"path","required":true},
            {"name":"tags","type":"array","in":"query"},
            {"name":"limit","type":"integer","in":"query","default":5,"wire":"max"},
            {"name":"text","in":"body","required":true},
            {"name":"version","in":"body","static":"2"},
            {"name":"etag","in":"header","wire":"If-Match"},
        ]),
    );
    let given = arguments(json!({"id":"a b","tags":["x","y"],"text":"hi","etag":"\"1\""}));
    let request = canonical(&build(&f, "https://h.example/base/", &given).unwrap()).unwrap().request;
    assert_eq!(request.url, "https://h.example/base/v1/a%20b/items?tags=x&tags=y&max=5");
    assert_eq!(request.body, StoredBody::Json(json!({"text":"hi","version":"2"})));
    assert_eq!(request.headers, [("if-match".to_owned(), "\"1\"".to_owned())]);
}

#[test]
fn arguments_are_checked_before_anything_is_built() {
    let f = function(
        "POST",
        "/v1/{id}",
        json!([
            {"name":"id","in":"path","required":true},
            {"name":"count","type":"integer","in":"query","minimum":1,"maximum":10},
            {"name":"order","in":"query","enum":["asc","desc"]},
            {"name":"version","in":"body","static":"2"},
        ]),
    );
    let built = |value: Value| build(&f, "https://h.example", &arguments(value));
    assert_eq!(built(json!({})), Err(RequestError::Missing("id".to_owned())));
    assert_eq!(built(json!({"id":""})), Err(RequestError::Missing("id".to_owned())));
    assert_eq!(built(json!({"id":"a/b"})), Err(RequestError::PathCharacter("a slash in an argument")));
    assert_eq!(built(json!({"id":".."})), Err(RequestError::Climbing));
    assert_eq!(built(json!({"id":"a?b=c"})), Err(RequestError::PathCharacter("a query or fragment in an argument")));
    assert!(matches!(built(json!({"id":"a","count":"many"})), Err(RequestError::Type { .. })));
    assert!(matches!(built(json!({"id":"a","count":11})), Err(RequestError::Type { .. })));
    assert!(matches!(built(json!({"id":"a","order":"up"})), Err(RequestError::Type { .. })));
    assert_eq!(built(json!({"id":"a","version":"3"})), Err(RequestError::Fixed("version".to_owned())));
    let unknown = built(json!({"id":"a","coun":1}));
    assert_eq!(unknown, Err(RequestError::Unknown { name: "coun".to_owned(), nearest: Some("count".to_owned()) }));
}

#[test]
fn typed_arguments_take_the_type_of_their_parameter() {
    let of = |kind: &str| -> Parameter { serde_json::from_value(json!({"name":"x","in":"body","type":kind})).unwrap() };
    for (kind, typed, value) in [
        ("string", "5", json!("5")),
        ("integer", "5", json!(5)),
        ("integer", "five", json!("five")),
        ("boolean", "true", json!(true)),
        ("array", "[1,2]", json!([1, 2])),
        ("object", "{\"a\":1}", json!({"a":1})),
        ("any", "hello", json!("hello")),
        ("any", "5", json!("5")),
        ("any", "[{\"a\":1}]", json!([{"a":1}])),
    ] {
        assert_eq!(argument_from_text(&of(kind), typed), Ok(value), "{kind} {typed}");
    }
    for broken in ["{\"a\":1,\"a\":2}", "{\"n\":12345678901234567890123}", "{\"text\":", "[1,"] {
        assert!(argument_from_text(&of("any"), broken).is_err(), "{broken}");
    }
}

#[test]
fn an_argument_cannot_smuggle_an_encoded_climb() {
    let f = function("GET", "/v1/{id}", json!([{"name":"id","in":"path","required":true}]));
    let drafted = build(&f, "https://h.example", &arguments(json!({"id":"%2e%2e"}))).unwrap();
    assert_eq!(canonical(&drafted), Err(RequestError::Climbing));
}

#[test]
fn a_request_is_mapped_to_the_function_whose_path_it_has() {
    let one = function("GET", "/orders/{id}", json!([{"name":"id","in":"path","required":true}]));
    let any = function("GET", "/{path}", json!([{"name":"path","in":"path","required":true,"allowSlash":true}]));
    let hit = |f: &Function, u: &str| {
        let request = canonical(&draft("GET", u)).unwrap();
        hits(f, base_at("https://h.example/api", &request.origin).as_deref(), &request, false)
    };
    assert!(hit(&one, "https://h.example/api/orders/7"));
    assert!(hit(&one, "https://h.example/api/%6frders/7"));
    assert!(!hit(&one, "https://h.example/api/orders"));
    assert!(!hit(&one, "https://h.example/api/orders/7/items"));
    assert!(!hit(&one, "https://other.example/api/orders/7"));
    assert!(!hit(&one, "https://h.example/orders/7"));
    assert!(hit(&any, "https://h.example/api/orders/7/items"));
}
