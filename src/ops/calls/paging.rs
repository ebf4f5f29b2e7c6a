//! The next page of a list, where the catalogue says how it is asked for.
//!
//! What must stay true: a page is a call like any other, decided, counted and recorded for itself; an address that a
//! provider names for it goes through the same checks as one that a person typed.
use crate::model::execution::{StoredBody, StoredResult};
use crate::model::facts::Operation;
use crate::model::service::{Function, Pagination, ParameterType, Place};
use crate::model::xml;
use crate::ops::calls::Asked;
use crate::ops::{Result, Siesta, find_connection, services};
use serde_json::{Map, Value};

/// The `nextLink` that is a header of the answer and no place in it (RFC 8288).
const HEADER: &str = "Link";

/// What to ask for after a page; none: it was the last, or the catalogue does not know. `function` and `arguments` are
/// those of the first page; `now` is what this page was asked for with, and `link` the address in its header.
pub fn next_page(
    siesta: &Siesta,
    asked: &Asked,
    (function, arguments): (&str, &Map<String, Value>),
    (result, link): (&StoredResult, Option<&str>),
) -> Result<Option<Operation>> {
    let service = siesta.store.read(|tx| {
        let found = find_connection(tx, &asked.connection, false);
        Ok(found.and_then(|connection| services::of(tx, &connection)))
    })??;
    let Some(called) = service.function(function) else { return Ok(None) };
    let Some(paging) = &called.pagination else { return Ok(None) };
    let now = match &asked.operation {
        Operation::Function { arguments, .. } => arguments,
        Operation::Raw { .. } | Operation::Token => arguments,
    };
    Ok(match next(paging, &result.body, link, now) {
        Some(Next::Address(url)) => Some(Operation::Raw {
            method: called.method.clone(),
            url,
            query: Vec::new(),
            headers: headers(called, arguments),
            body: StoredBody::None,
        }),
        Some(Next::Cursor(argument, cursor)) => {
            let cursor = match cursor {
                Value::Number(number) if is_text(called, argument) => Value::from(number.to_string()),
                other => other,
            };
            let mut arguments = arguments.clone();
            arguments.insert(argument.to_owned(), cursor);
            Some(Operation::Function { name: function.to_owned(), arguments })
        }
        None => None,
    })
}

/// Whether the catalogue knows how a function's list goes on.
pub fn has_pages(siesta: &Siesta, connection: &str, function: &str) -> Result<bool> {
    let service = siesta.store.read(|tx| {
        let found = find_connection(tx, connection, false);
        Ok(found.and_then(|connection| services::of(tx, &connection)))
    })??;
    Ok(service.function(function).is_some_and(|function| function.pagination.is_some()))
}

fn is_text(function: &Function, argument: &str) -> bool {
    let parameter = function.parameters.iter().find(|parameter| parameter.name == argument);
    parameter.is_some_and(|parameter| parameter.value_type == ParameterType::String)
}

/// The headers that the function's arguments make: an address says nothing about them.
fn headers(function: &Function, arguments: &Map<String, Value>) -> Vec<(String, String)> {
    let in_header = function.parameters.iter().filter(|parameter| parameter.place == Place::Header);
    let given = in_header.filter_map(|parameter| {
        let fixed = parameter.fixed.as_ref();
        let value = fixed.or_else(|| arguments.get(&parameter.name)).or(parameter.default.as_ref())?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((parameter.wire_name().to_owned(), text))
    });
    given.collect()
}

#[derive(Debug, PartialEq)]
enum Next<'a> {
    Address(String),
    Cursor(&'a str, Value),
}

fn next<'a>(
    paging: &'a Pagination,
    page: &[u8],
    link: Option<&str>,
    arguments: &Map<String, Value>,
) -> Option<Next<'a>> {
    if paging.next_link.as_deref() == Some(HEADER) {
        return link.map(|url| Next::Address(url.to_owned()));
    }
    if let Some(element) = paging.cursor.as_deref().filter(|cursor| !cursor.starts_with('/')) {
        let cursor = xml::text_of(std::str::from_utf8(page).ok()?, element).filter(|cursor| !cursor.is_empty())?;
        return Some(Next::Cursor(paging.argument.as_deref()?, Value::from(cursor)));
    }
    let page: Value = serde_json::from_slice(page).ok()?;
    let says = |pointer: &Option<String>, wanted: bool| {
        pointer.as_deref().is_some_and(|pointer| page.pointer(pointer) == Some(&Value::Bool(wanted)))
    };
    if says(&paging.more, false) || says(&paging.last, true) {
        return None;
    }
    if let Some(pointer) = paging.next_link.as_deref() {
        let url = page.pointer(pointer)?.as_str().filter(|url| !url.is_empty())?;
        return Some(Next::Address(url.to_owned()));
    }
    let argument = paging.argument.as_deref()?;
    let Some(pointer) = paging.cursor.as_deref() else {
        let rows = page.pointer(paging.rows.as_deref()?)?.as_array().map(Vec::len).filter(|rows| *rows > 0)?;
        let first = arguments.get(argument).map_or(Some(0), Value::as_u64)?;
        return Some(Next::Cursor(argument, Value::from(first.checked_add(rows as u64)?)));
    };
    match page.pointer(pointer)? {
        Value::String(text) if text.is_empty() => None,
        cursor @ (Value::String(_) | Value::Number(_)) => Some(Next::Cursor(argument, cursor.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paging(value: Value) -> Pagination {
        serde_json::from_value(value).unwrap()
    }

    fn after<'a>(paging: &'a Pagination, page: &Value) -> Option<Next<'a>> {
        next(paging, page.to_string().as_bytes(), None, &Map::new())
    }

    fn address(url: &str) -> Option<Next<'_>> {
        Some(Next::Address(url.to_owned()))
    }

    #[test]
    fn the_next_page_is_found_as_the_catalogue_says_and_nothing_is_guessed() {
        let token = paging(json!({"argument": "pageToken", "cursor": "/nextPageToken"}));
        assert_eq!(after(&token, &json!({"nextPageToken": "x"})), Some(Next::Cursor("pageToken", json!("x"))));
        for last in [json!({}), json!({"nextPageToken": ""}), json!({"nextPageToken": null}), json!([])] {
            assert_eq!(after(&token, &last), None, "{last}");
        }
        let link = paging(json!({"nextLink": "/@odata.nextLink"}));
        let page = json!({"@odata.nextLink": "https://graph.example/v1.0/me/messages?$skip=10"});
        assert_eq!(after(&link, &page), address("https://graph.example/v1.0/me/messages?$skip=10"));
        assert_eq!(after(&link, &json!({"value": []})), None);
    }

    #[test]
    fn an_address_in_the_header_is_looked_for_there_only() {
        let header = paging(json!({"nextLink": "Link"}));
        let found = next(&header, b"not even JSON", Some("https://api.example/repos?page=2"), &Map::new());
        assert_eq!(found, address("https://api.example/repos?page=2"));
        assert_eq!(after(&header, &json!({"Link": "https://api.example/"})), None);
        let token = paging(json!({"argument": "pageToken", "cursor": "/nextPageToken"}));
        assert_eq!(next(&token, b"{}", Some("https://api.example/"), &Map::new()), None);
    }

    #[test]
    fn a_cursor_that_every_page_has_ends_where_the_page_says_so() {
        let model = paging(json!({"argument": "after_id", "cursor": "/last_id", "more": "/has_more"}));
        assert!(after(&model, &json!({"last_id": "m", "has_more": true})).is_some());
        assert_eq!(after(&model, &json!({"last_id": "m", "has_more": false})), None);
    }

    #[test]
    fn rows_are_counted_from_the_first_that_was_asked_for() {
        let rows = paging(json!({"argument": "startAt", "rows": "/values", "last": "/isLast"}));
        let at = |first: Value| json!({"startAt": first}).as_object().unwrap().clone();
        let page = json!({"values": [1, 2], "isLast": false}).to_string();
        let go = |arguments: &Map<String, Value>| match next(&rows, page.as_bytes(), None, arguments) {
            Some(Next::Cursor(_, cursor)) => Some(cursor),
            _ => None,
        };
        assert_eq!(go(&Map::new()), Some(json!(2)));
        assert_eq!(go(&at(json!(40))), Some(json!(42)));
        assert_eq!(go(&at(json!("many"))), None);
        assert_eq!(after(&rows, &json!({"values": [1], "isLast": true})), None);
        assert_eq!(after(&rows, &json!({"values": []})), None);
    }

    #[test]
    fn a_cursor_in_xml_is_the_text_of_its_element() {
        let marker = paging(json!({"argument": "marker", "cursor": "NextMarker"}));
        let page =
            |marker: &str| format!("<?xml version=\"1.0\"?><EnumerationResults><Blobs/>{marker}</EnumerationResults>");
        let cursor = |text: &str| Some(Next::Cursor("marker", json!(text)));
        let found = |page: &str| next(&marker, page.as_bytes(), None, &Map::new());
        assert_eq!(found(&page("<NextMarker>a&amp;b</NextMarker>")), cursor("a&b"));
        assert_eq!(found(&page("<NextMarker />")), None);
        assert_eq!(found(&page("")), None);
        assert_eq!(found("{}"), None);
    }
}
