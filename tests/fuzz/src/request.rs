//! The canonical request (decisions.md, R8): every spelling of an address or a body is the same request, or none.
#![no_main]
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use siesta::model::execution::StoredBody;
use siesta::model::request::{Draft, canonical, read_body};

fuzz_target!(|input: &[u8]| {
    let Some((choices, text)) = input.split_first_chunk::<8>() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    address(u64::from_le_bytes(*choices), text);
    body(text);
    // As typed: read again, it is itself.
    if let Ok(once) = canonical(&draft("GET", format!("https://h.example/{text}"))) {
        let again = canonical(&draft("GET", once.request.url.clone()));
        assert_eq!(again.map(|again| again.request.url).as_ref(), Ok(&once.request.url));
        assert_eq!(once.origin, "https://h.example");
    }
});

fn draft(method: &str, url: String) -> Draft {
    let (query, headers) = (Vec::new(), Vec::new());
    Draft { method: method.to_owned(), url, query, headers, body: StoredBody::None, allow_encoded_slash: false }
}

/// The same segments, once with every byte escaped and once as the choices say.
fn address(choices: u64, text: &str) {
    let mut bits = (0..64).cycle().map(|bit| choices >> bit & 1 == 1);
    let mut bit = || bits.next().unwrap_or_default();
    let escaped = |byte: u8, small: bool| if small { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    let (mut one, mut other) = (String::new(), String::new());
    for segment in text.split('/') {
        one.push('/');
        other.push_str(if bit() { "/" } else { "/./" });
        for byte in segment.bytes() {
            one.push_str(&escaped(byte, false));
            let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            match bit() && is_plain {
                true => other.push(char::from(byte)),
                false => other.push_str(&escaped(byte, bit())),
            }
        }
    }
    let (method, host) = if bit() { ("get", "HTTPS://H.Example:443") } else { ("GET", "https://h.example") };
    let read = |method: &str, host: &str, path: &str| {
        canonical(&draft(method, format!("{host}{path}"))).map(|c| (c.method, c.origin, c.segments, c.request.url)).ok()
    };
    assert_eq!(read("GET", "https://h.example", &one), read(method, host, &other), "{one:?} and {other:?}");
}

/// The same value, once as it was written and once with other spaces and every character of its texts escaped.
fn body(text: &str) {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let mut spelled = String::new();
    spell(&value, &mut spelled);
    let read = |text: &str| read_body("application/json", text.as_bytes()).ok();
    let compact = value.to_string();
    let (one, other) = (read(&compact), read(&spelled));
    assert_eq!(one.is_some(), other.is_some(), "{compact} and {spelled}");
    if let (Some(StoredBody::Json(one)), Some(StoredBody::Json(other))) = (one, other) {
        assert_eq!(one, other);
    }
}

fn spell(value: &Value, out: &mut String) {
    let text = |text: &str, out: &mut String| {
        out.push('"');
        out.extend(text.encode_utf16().map(|unit| format!("\\u{unit:04x}")));
        out.push('"');
    };
    match value {
        Value::String(string) => text(string, out),
        Value::Array(items) => {
            out.push_str("[ ");
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { " ,\n" });
                spell(item, out);
            }
            out.push_str(" ]");
        }
        Value::Object(members) => {
            out.push('{');
            for (at, (name, member)) in members.iter().rev().enumerate() {
                out.push_str(if at == 0 { "\t" } else { ", " });
                text(name, out);
                out.push_str(" : ");
                spell(member, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}
