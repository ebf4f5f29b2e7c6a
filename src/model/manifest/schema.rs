//! The JSON Schema (2020-12) of a mode's manifests, so that editors complete the file.
//!
//! What must stay true: it is made from [`shape`](super::shape), like the check; where the two differ, the schema says
//! less (counts and order are beyond it).
use super::contract::Operation;
use super::shape::{Keys, Shape};
use super::{Form, Mode};
use serde_json::{Map, Value, json};

/// The schema of the manifests of a mode.
pub fn schema(mode: Mode) -> Value {
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("siesta-agent-manifest.json, {mode}"),
    });
    if mode.is_provisional() {
        whole["description"] = json!("Provisional: this layout is siesta's own; only the mode itself is documented.");
    }
    let body = match mode {
        Mode::ExternalApi => {
            json!({"anyOf": [object(mode.keys(Form::Generated)), object(mode.keys(Form::HandWritten))]})
        }
        Mode::RealtimeApi | Mode::WebPlugin => object(mode.keys(Form::Generated)),
    };
    if let (Value::Object(whole), Value::Object(body)) = (&mut whole, body) {
        whole.extend(body);
    }
    whole
}

fn object(keys: Keys) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|(key, shape)| ((*key).to_owned(), of(shape))).collect();
    let required: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({"type": "string", "minLength": 1}),
        Shape::Exact(exact) => json!({"const": exact}),
        Shape::Yes => json!({"const": true}),
        Shape::YesOrNo => json!({"type": "boolean"}),
        Shape::CountOf(array) => {
            json!({"type": "integer", "minimum": 0, "description": format!("The entries of {array}")})
        }
        Shape::Address => json!({"type": "string", "pattern": "^https://[^/@?#]+$"}),
        Shape::Slug => json!({"type": "string", "minLength": 1, "pattern": "^[^\\s_-]+(-[^\\s_-]+)*$"}),
        Shape::IdOr(placeholder) => {
            json!({"anyOf": [{"const": placeholder}, {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"}]})
        }
        Shape::Object(keys) => object(keys),
        Shape::List { of: item, least, most } => {
            let mut list = json!({"type": "array", "minItems": least, "items": of(item)});
            if let Some(most) = most {
                list["maxItems"] = json!(most);
            }
            list
        }
        Shape::Operations { of: contract, exact_inputs } => {
            let any: Vec<Value> = contract.iter().map(|op| operation(op, *exact_inputs)).collect();
            json!({"type": "array", "minItems": 1, "maxItems": contract.len(), "items": {"oneOf": any}})
        }
    }
}

fn operation(op: &Operation, exact: bool) -> Value {
    let inputs = match exact {
        true => json!({"const": op.inputs}),
        false => json!({
            "type": "array",
            "minItems": 2,
            "prefixItems": op.inputs.iter().take(2).map(|input| json!({"const": input})).collect::<Vec<_>>(),
            "items": {"type": "string", "minLength": 1},
        }),
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["method", "path", "purpose", "requiredInputs"],
        "properties": {
            "method": {"const": op.method},
            "path": {"const": op.path},
            "purpose": {"type": "string", "minLength": 1},
            "requiredInputs": inputs,
        },
    })
}
