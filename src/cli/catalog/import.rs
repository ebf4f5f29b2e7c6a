//! `siesta catalog import`
use crate::cli::error::Error;
use crate::cli::format::counted;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::cli::unread::unread;
use crate::ops::catalogue::{self, Import, Imported, LARGEST_DOCUMENT};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Import a service from an OpenAPI 3 document, or from a file in the catalogue's own layout
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog import openapi.yaml --dry-run\n  \
                        siesta catalog import openapi.json --id acme-crm\n  siesta catalog import service.json\n  \
                        siesta catalog import - < openapi.json")]
pub(super) struct ImportArgs {
    /// JSON or YAML; - for standard input. References to other documents are never followed
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
    /// The service's id, instead of the document's own or one made from its title
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangedFunction {
    function: String,
    /// What differs: address, kind, arguments, scopes, answers, description.
    differs: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportView {
    service: crate::view::service::ServiceView,
    again: bool,
    dry_run: bool,
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<ChangedFunction>,
    /// What differs beside the functions, by its word in the document.
    settings: Vec<String>,
    /// Functions that keep the kind they had, because the new one would be less asked about.
    kept: Vec<String>,
    /// Operations that cannot be called, each with the reason.
    left_out: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ImportArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "catalog import")?;
    let text = read(&args.file)?;
    let imported = catalogue::import(&siesta, &Import { text, id: args.id, dry_run: args.dry_run })?;
    let words = words(&imported);
    let view = ImportView {
        service: super::view(&imported.service),
        again: imported.again,
        dry_run: imported.dry_run,
        added: imported.added,
        removed: imported.removed,
        changed: imported
            .changed
            .into_iter()
            .map(|(function, differs)| ChangedFunction {
                function,
                differs: differs.into_iter().map(str::to_owned).collect(),
            })
            .collect(),
        settings: imported.settings,
        kept: imported.kept,
        left_out: imported.left_out,
    };
    ui.done(&view, &words)?;
    if !view.left_out.is_empty() && !ui.is_json() {
        ui.warn(&format!("left out, because they cannot be called: {}", view.left_out.join("; ")));
    }
    if !view.kept.is_empty() {
        ui.warn(&format!("still asked about as before: {}", view.kept.join(", ")));
    }
    if !view.dry_run {
        ui.next(&format!("siesta add {} NAME        (functions: siesta catalog show {0})", view.service.id));
    }
    Ok(())
}

fn words(imported: &Imported) -> String {
    let service = &imported.service;
    let verb = match (imported.dry_run, imported.again, imported.is_change()) {
        (_, true, false) => return format!("{} is as it was", service.id),
        (true, false, _) => "would import",
        (true, true, _) => "would change",
        (false, false, _) => "imported",
        (false, true, _) => "changed",
    };
    let mut text =
        format!("{verb} {} ({}), {}", service.id, service.name, counted(service.functions.len(), "function"));
    let mut line = |sign: char, name: &str, about: &str| {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{sign} {name}  {about}");
    };
    for name in &imported.added {
        let about = service.function(name).map(|f| format!("{} ({}, {})", f.title, f.kind, f.default_mode().typed()));
        line('+', name, &about.unwrap_or_default());
    }
    for (name, differs) in &imported.changed {
        line('~', name, &differs.join(", "));
    }
    for name in &imported.removed {
        line('-', name, "");
    }
    for word in &imported.settings {
        line('~', word, "of the service itself");
    }
    text
}

fn read(path: &Path) -> Result<String, Error> {
    let limit = u64::try_from(LARGEST_DOCUMENT).unwrap_or(u64::MAX) + 1;
    let mut text = String::new();
    let done = match path == Path::new("-") {
        true => std::io::stdin().lock().take(limit).read_to_string(&mut text),
        false => std::fs::File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text)),
    };
    match done {
        Ok(_) => Ok(text),
        Err(error) => Err(unread(path.display(), &error)),
    }
}
