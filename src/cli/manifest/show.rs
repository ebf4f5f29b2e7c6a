//! `siesta manifest show`
use super::{parse_mode, read};
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::format;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::model::manifest::{self, FILE_NAME, Form, Mode};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;

/// Show what a manifest says, or the JSON Schema of a mode
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta manifest show\n  siesta manifest show other.json --json\n  \
                        siesta manifest show --schema external-api > manifest.schema.json")]
pub(super) struct ShowArgs {
    /// The manifest; - for standard input
    #[arg(value_name = "FILE|-", default_value = FILE_NAME)]
    file: PathBuf,
    /// Print the JSON Schema of this mode's manifests instead, for an editor
    #[arg(long, value_name = "MODE", value_parser = parse_mode, conflicts_with = "file")]
    schema: Option<Mode>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShowView {
    mode: Option<Mode>,
    form: Option<Form>,
    provisional: bool,
    name: Option<String>,
    use_case: Option<String>,
    /// As METHOD PATH.
    operations: Vec<String>,
    required_context_fields: Vec<String>,
    /// As ROLE: LABEL.
    assistants: Vec<String>,
    /// How many `manifest validate` names.
    faults: usize,
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn run(ui: &mut Ui, args: &ShowArgs) -> Result<Exit, Error> {
    if let Some(mode) = args.schema {
        ui.text(&format!("{}\n", format::pretty(&manifest::schema(mode))))?;
        return Ok(Exit::Ok);
    }
    let checked = manifest::check(&read(&args.file)?);
    let validate = || format!("siesta manifest validate {}", quoted(&args.file.to_string_lossy()));
    let Some(document) = &checked.document else {
        return Err(Error::usage(format!("{} is no manifest", args.file.display())).hint(validate()));
    };
    // Never the values of a document that may hold what it should not.
    if let Some(fault) = checked.faults.iter().find(|fault| fault.message.contains("real secret")) {
        return Err(Error::new(Exit::Findings, "the manifest holds what looks like a real secret, so it is not shown")
            .cause(fault.pointer.clone())
            .hint(validate()));
    }
    let each = |key: &str, words: fn(&Value) -> String| -> Vec<String> {
        document.get(key).and_then(Value::as_array).into_iter().flatten().map(words).collect()
    };
    let view = ShowView {
        mode: checked.mode,
        form: checked.form,
        provisional: checked.mode.is_some_and(Mode::is_provisional),
        name: document.get("name").and_then(Value::as_str).map(str::to_owned),
        use_case: document.get("useCase").and_then(Value::as_str).map(str::to_owned),
        operations: each("siestaApiOperations", |op| format!("{} {}", text(op, "method"), text(op, "path"))),
        required_context_fields: each("requiredContextFields", |field| text(field, "name")),
        assistants: each("assistants", |one| format!("{}: {}", text(one, "role"), text(one, "label"))),
        faults: checked.faults.len(),
    };
    let mode = match (view.mode, view.provisional) {
        (Some(mode), true) => format!("{mode} (provisional)"),
        (Some(mode), false) => mode.to_string(),
        (None, _) => "none".to_owned(),
    };
    let mut fields = vec![
        ("mode", Cell::text(mode)),
        ("form", Cell::maybe_text(view.form.map(Form::as_str))),
        ("name", Cell::maybe_text(view.name.as_deref())),
        ("use case", Cell::maybe_text(view.use_case.as_deref())),
        ("context fields", Cell::text(view.required_context_fields.join(", "))),
        ("assistants", Cell::text(view.assistants.join(", "))),
    ];
    fields.extend(view.operations.iter().map(|operation| ("operation", Cell::text(operation.as_str()))));
    fields.push(("faults", Cell::text(view.faults.to_string())));
    ui.record(&view, &fields)?;
    Ok(Exit::Ok)
}
