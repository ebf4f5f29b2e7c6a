//! The next page of a list, where the catalogue says how it is asked for.
//!
//! What must stay true: a page is a call like any other, decided, counted and recorded for itself; an address that a
//! provider names for it goes through the same checks as one that a person typed.
use crate::model::execution::{StoredBody, StoredResult};
use crate::model::facts::Operation;
use crate::model::service::{Pagination, ParameterType};
use crate::ops::calls::Asked;
use crate::ops::{Result, Siesta, find_connection, services};
use serde_json::{Map, Value};

/// What to ask for after a page; none: it was the last, or the catalogue does not know. `function` and `arguments` are
/// those of the first page.
pub fn next_page(
    siesta: &Siesta,
    asked: &Asked,
    (function, arguments): (&str, &Map<String, Value>),
    result: &StoredResult,
) -> Result<Option<Operation>> {
    let service = siesta.store.read(|tx| {
        let found = find_connection(tx, &asked.connection, false);
        Ok(found.and_then(|connection| services::of(tx, &connection)))
    })??;
    let Some(called) = service.function(function) else { return Ok(None) };
    let (Some(paging), Ok(page)) = (&called.pagination, serde_json::from_slice::<Value>(&result.body)) else {
        return Ok(None);
    };
    let is_text = |argument: &str| {
        let parameter = called.parameters.iter().find(|parameter| parameter.name == argument);
        parameter.is_some_and(|parameter| parameter.value_type == ParameterType::String)
    };
    Ok(match next(paging, &page) {
        Some(Next::Address(url)) => Some(Operation::Raw {
            method: called.method.clone(),
            url: url.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: StoredBody::None,
        }),
        Some(Next::Cursor(argument, cursor)) => {
            let cursor = match cursor {
                Value::Number(number) if is_text(argument) => Value::from(number.to_string()),
                other => other.clone(),
            };
            let mut arguments = arguments.clone();
            arguments.insert(argument.to_owned(), cursor);
            Some(Operation::Function { name: function.to_owned(), arguments })
        }
        None => None,
    })
}

#[derive(Debug, PartialEq)]
enum Next<'a> {
    Address(&'a str),
    Cursor(&'a str, &'a Value),
}

fn next<'a>(paging: &'a Pagination, page: &'a Value) -> Option<Next<'a>> {
    if let Some(pointer) = paging.next_link.as_deref().filter(|pointer| pointer.starts_with('/')) {
        return page.pointer(pointer)?.as_str().filter(|url| !url.is_empty()).map(Next::Address);
    }
    let cursor = page.pointer(paging.cursor.as_deref()?)?;
    let goes_on = match cursor {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        _ => false,
    };
    goes_on.then(|| paging.argument.as_deref().map(|argument| Next::Cursor(argument, cursor))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paging(value: Value) -> Pagination {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_next_page_is_found_as_the_catalogue_says_and_nothing_is_guessed() {
        let token = paging(json!({"argument": "pageToken", "cursor": "/nextPageToken"}));
        assert_eq!(next(&token, &json!({"nextPageToken": "x"})), Some(Next::Cursor("pageToken", &json!("x"))));
        for last in [json!({}), json!({"nextPageToken": ""}), json!({"nextPageToken": null}), json!([])] {
            assert_eq!(next(&token, &last), None, "{last}");
        }
        let link = paging(json!({"nextLink": "/@odata.nextLink"}));
        let page = json!({"@odata.nextLink": "https://graph.example/v1.0/me/messages?$skip=10"});
        assert_eq!(next(&link, &page), Some(Next::Address("https://graph.example/v1.0/me/messages?$skip=10")));
        assert_eq!(next(&link, &json!({"value": []})), None);
        // A header is not in the page.
        assert_eq!(next(&paging(json!({"nextLink": "Link"})), &page), None);
    }
}
