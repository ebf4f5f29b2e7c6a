//! A function that a REST connection was given by hand, as the file has it: what `siesta functions add` would be typed.
use crate::model::hand_made;
use crate::model::service::{Function, FunctionKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FunctionEntry {
    pub method: String,
    /// Below the connection's base URL, such as `/orders/{id}`.
    pub path: String,
    /// Left out: a GET reads, a DELETE deletes, all else writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FunctionKind>,
    /// Arguments, each `NAME:TYPE:query|path|header|body[:required][=STATIC]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<String>,
}

impl FunctionEntry {
    pub fn of(function: &Function) -> FunctionEntry {
        FunctionEntry {
            method: function.method.clone(),
            path: function.path.clone(),
            kind: Some(function.kind),
            params: function.parameters.iter().map(hand_made::typed).collect(),
        }
    }

    /// The function, or why there can be none.
    pub fn function(&self, name: &str) -> Result<Function, String> {
        let params = self.params.iter().map(|typed| hand_made::parameter(typed)).collect::<Result<Vec<_>, _>>()?;
        hand_made::function(name, &self.method, &self.path, self.kind, params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_comes_back_as_it_was() {
        let entry = FunctionEntry {
            method: "post".to_owned(),
            path: "/orders/{id}/lines".to_owned(),
            kind: None,
            params: [
                "qty:integer:body:required",
                "note:string:body=a=b:c",
                "dry:boolean:query=true",
                "tags:array:body",
            ]
            .map(str::to_owned)
            .to_vec(),
        };
        let function = entry.function("add_line").unwrap();
        let normal = FunctionEntry::of(&function);
        assert_eq!((normal.method.as_str(), normal.kind), ("POST", Some(FunctionKind::Write)));
        assert_eq!(normal.params.last().unwrap(), "id:string:path:required");
        assert_eq!(normal.function("add_line").unwrap(), function);
        assert_eq!(FunctionEntry::of(&normal.function("add_line").unwrap()), normal);
        let bad = FunctionEntry { params: vec!["qty".to_owned()], ..entry };
        assert!(bad.function("x").unwrap_err().starts_with("NAME:TYPE:"));
    }
}
