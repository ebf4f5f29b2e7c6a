//! The JSON Schema of what a command prints under `-o json`: `siesta help json COMMAND`.
//!
//! What must stay true: a schema is made from the types that are printed, never written by hand, so that it cannot say
//! anything else than the program does; and every command that prints a document is listed.
use super::format::SCHEMA_VERSION;
use crate::view::checkup::CheckupView;
use crate::view::decision::{ExplanationView, OutcomeView};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A command and the shape of its document.
pub(super) struct Document {
    /// The words typed, without `siesta`.
    pub command: &'static str,
    shape: fn() -> Schema,
}

pub(super) const fn of<T: JsonSchema>(command: &'static str) -> Document {
    Document { command, shape: shape::<T> }
}

fn shape<T: JsonSchema>() -> Schema {
    // As it is written: what is always there is required, also where it may be null.
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The name of what the program prints when it is called without a command.
const BARE: &str = "siesta";

/// The commands that have no noun.
const ALONE: &[Document] = &[
    of::<super::status::BareView>(BARE),
    of::<super::init::InitView>("init"),
    of::<super::status::StatusView>("status"),
    of::<CheckupView>("doctor"),
    of::<ExplanationView>("explain"),
    of::<crate::model::org_file::OrgFile>("export"),
    of::<super::declared::DeclaredView>("plan"),
    of::<super::declared::DeclaredView>("apply"),
    of::<super::freeze::FreezeView>("freeze"),
    of::<super::unfreeze::UnfreezeView>("unfreeze"),
    of::<super::panic::PanicView>("panic"),
    of::<super::acting::ActedView>("call"),
    of::<super::acting::ActedView>("request"),
    of::<Either<super::handover::TokenView<'_>, OutcomeView>>("token"),
    of::<super::man::PagesView>("man"),
    of::<super::overview::OverviewView>("overview"),
    of::<super::import::ImportView>("import"),
];

/// Every command that prints a document, by name.
pub(super) fn documents() -> Vec<&'static Document> {
    let nouns = [
        ALONE,
        super::connections::DOCUMENTS,
        super::catalog::DOCUMENTS,
        super::app::DOCUMENTS,
        super::functions::DOCUMENTS,
        super::governance::DOCUMENTS,
        super::access::DOCUMENTS,
        super::policy::DOCUMENTS,
        super::executions::DOCUMENTS,
        super::limits::DOCUMENTS,
        super::usage::DOCUMENTS,
        super::audit::DOCUMENTS,
        super::user::DOCUMENTS,
        super::user::key::DOCUMENTS,
        super::team::DOCUMENTS,
        super::agent::DOCUMENTS,
        super::org::DOCUMENTS,
        super::store::DOCUMENTS,
        super::manifest::DOCUMENTS,
    ];
    let mut documents: Vec<&Document> = nouns.into_iter().flatten().collect();
    documents.sort_by_key(|document| document.command);
    documents
}

impl Document {
    /// The schema of the whole document, `schemaVersion` included.
    pub fn schema(&self) -> Value {
        let mut made = (self.shape)().to_value();
        leave_room(&mut made);
        let Some(schema) = made.as_object_mut() else { return made };
        let title = if self.command == BARE { BARE.to_owned() } else { format!("siesta {}", self.command) };
        schema.insert("title".to_owned(), json!(title));
        let own = schema.remove("properties");
        let mut properties = Map::new();
        properties.insert("schemaVersion".to_owned(), json!({"const": SCHEMA_VERSION}));
        properties.extend(own.and_then(|own| own.as_object().cloned()).unwrap_or_default());
        schema.insert("properties".to_owned(), Value::Object(properties));
        let own = schema.remove("required").and_then(|own| own.as_array().cloned()).unwrap_or_default();
        let required = std::iter::once(json!("schemaVersion")).chain(own);
        schema.insert("required".to_owned(), required.collect());
        // Definitions are looked up, not read from top to bottom.
        if let Some(definitions) = schema.remove("$defs") {
            schema.insert("$defs".to_owned(), definitions);
        }
        made
    }
}

/// Some types refuse unknown fields where they are read; a reader of ours must not, because later versions add some.
fn leave_room(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
                fields.remove("additionalProperties");
            }
            fields.values_mut().for_each(leave_room);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_room),
        _ => {}
    }
}

/// A command that prints one of two documents.
pub(super) struct Either<A, B>(PhantomData<(A, B)>);

impl<A: JsonSchema, B: JsonSchema> JsonSchema for Either<A, B> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Or{}", A::schema_name(), B::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "anyOf": [generator.subschema_for::<A>(), generator.subschema_for::<B>()],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands that print text of ours, or a child's, and never a document.
    const TEXT: [&str; 3] = ["completions", "exec", "help"];

    fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
        if !command.has_subcommands() {
            return vec![path.to_owned()];
        }
        let children = command.get_subcommands();
        children.flat_map(|child| leaves(child, format!("{path} {}", child.get_name()).trim())).collect()
    }

    #[test]
    fn every_command_has_a_schema_and_every_schema_a_command() {
        let mut commands = leaves(&crate::cli::command(), "");
        commands.retain(|command| !TEXT.contains(&command.as_str()));
        commands.push(BARE.to_owned());
        commands.sort();
        let documented: Vec<&str> = documents().iter().map(|document| document.command).collect();
        assert_eq!(documented, commands);
    }

    #[test]
    fn a_schema_names_the_version_first_and_what_is_always_there() {
        let documents = documents();
        let init = documents.iter().find(|document| document.command == "init").unwrap().schema();
        assert_eq!(init["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(init["required"][0], "schemaVersion");
        assert_eq!(init["properties"].as_object().unwrap().keys().next().unwrap(), "schemaVersion");
        // It may be null, and it is always there.
        assert!(init["required"].as_array().unwrap().contains(&json!("identityPath")), "{init:#}");
    }
}
