//! `siesta catalog show`
use super::view;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::format::Format;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::service::{AnswerKind, Parameter, Service};
use crate::ops::services;
use crate::view::service::{OneFunctionView, ServiceView, WayView};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a service: how it is connected and what it can do; or one function and its arguments
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog show openai\n  siesta catalog show jira create_issue\n  \
                        siesta catalog show jira --json")]
pub(super) struct ShowArgs {
    /// The service's id or alias
    #[arg(value_name = "SERVICE")]
    service: String,
    /// One of its functions: the arguments, where they go, and the JSON Schema of them all under --json
    #[arg(value_name = "FUNCTION")]
    function: Option<String>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ShowView {
    service: ServiceView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    // Only an imported service needs the store; without one, the program's own are all there is.
    let found = match services::find(&args.service) {
        Ok(found) => found,
        Err(error) => match unlock::open(ui, settings, "catalog show") {
            Ok(siesta) => services::find_with_imported(&siesta, &args.service)?,
            Err(_) => return Err(error.into()),
        },
    };
    if let Some(name) = &args.function {
        return one_function(ui, found, name);
    }
    let service = view(found);
    let fields = [
        ("type", Cell::text(service.id.as_str())),
        ("name", Cell::text(service.name.as_str())),
        ("also called", Cell::text(service.aliases.join(", "))),
        ("summary", Cell::text(service.summary.as_str())),
        ("opened by", Cell::text(service.auth_kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "))),
        ("API", Cell::maybe_text(service.base_url.as_deref())),
    ];
    let (ways, scopes, functions) = (ways(&service), scopes(&service), functions(&service));
    let notes: Vec<String> = service.notes.iter().map(|note| format!("note: {note}\n")).collect();
    ui.record(&ShowView { service }, &fields)?;
    if !ui.stdout_is_terminal() || ui.is_json() {
        return Ok(());
    }
    ui.text("\n")?;
    ui.table(&["WAY", "ASKS FOR", "WHERE TO GET IT"], &ways)?;
    if !scopes.is_empty() {
        ui.text("\n")?;
        ui.table(&["SCOPE", "RISK", "ASKED FOR", "MEANING"], &scopes)?;
    }
    ui.text("\n")?;
    ui.table(&["FUNCTION", "KIND", "DEFAULT", "NEEDS", "WHAT IT DOES"], &functions)?;
    for note in notes {
        ui.text(&format!("\n{note}"))?;
    }
    Ok(())
}

/// One function: what it is, and what it is given.
fn one_function(ui: &mut Ui, service: &Service, name: &str) -> Result<(), Error> {
    let Some(function) = service.function(name) else {
        let names = service.functions.iter().map(|function| function.name.as_str());
        let missing = Error::new(Exit::NotFound, format!("{} has no function \"{name}\"", service.name));
        return Err(match crate::cli::nearest(name, names) {
            Some(nearest) => {
                missing.hint(format!("siesta catalog show {} {nearest}        (did you mean that?)", service.id))
            }
            None => missing.hint(format!("siesta catalog show {}", service.id)),
        });
    };
    let document = OneFunctionView::new(service, function);
    let view = &document.function;
    let scopes = view.required_scopes.join(if function.needs_every_scope { " and " } else { " or " });
    let mut fields = vec![
        ("function", Cell::text(format!("{}/{}", service.id, view.name))),
        ("what it does", Cell::text(if view.description.is_empty() { &view.title } else { &view.description })),
        ("request", Cell::text(format!("{} {}", view.method, view.path))),
        ("kind", Cell::text(view.kind.as_str())),
        ("default mode", Cell::text(view.default_mode.typed())),
        ("scopes", Cell::text(scopes)),
        ("pages", Cell::text(if view.pagination.is_some() { "call --pages N goes on" } else { "" })),
        ("answer", Cell::text(function.answer.map_or("JSON", AnswerKind::as_str))),
    ];
    let arguments = arguments(&view.parameters);
    let is_screen = ui.stdout_is_terminal() && ui.format() == Format::Table;
    if !is_screen {
        // A program that reads lines gets them all in one list.
        fields.extend(arguments.iter().map(|row| ("argument", Cell::text(row.join("  ")))));
    }
    ui.record(&document, &fields)?;
    if is_screen && !arguments.is_empty() {
        ui.text("\n")?;
        let rows: Vec<Vec<Cell>> =
            arguments.into_iter().map(|row| row.into_iter().map(Cell::words).collect()).collect();
        ui.table(&["ARGUMENT", "TYPE", "GOES INTO", "NEEDED", "WHAT IT IS"], &rows)?;
    }
    Ok(())
}

fn arguments(parameters: &[Parameter]) -> Vec<Vec<String>> {
    // What must be given stands first.
    let is_needed = |parameter: &&Parameter| parameter.required && parameter.default.is_none();
    let (needed, others): (Vec<_>, Vec<_>) = parameters.iter().partition(is_needed);
    needed.into_iter().chain(others).map(argument).collect()
}

fn argument(parameter: &Parameter) -> Vec<String> {
    let mut what = vec![parameter.description.trim_end_matches('.').to_owned()];
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if !parameter.one_of.is_empty() {
        what.push(format!("one of {}", parameter.one_of.iter().map(text).collect::<Vec<_>>().join(", ")));
    }
    match (parameter.minimum, parameter.maximum) {
        (Some(least), Some(most)) => what.push(format!("{least} to {most}")),
        (Some(least), None) => what.push(format!("at least {least}")),
        (None, Some(most)) => what.push(format!("at most {most}")),
        (None, None) => {}
    }
    what.extend(parameter.default.as_ref().map(|value| format!("otherwise {}", text(value))));
    what.extend(parameter.from.as_ref().map(|setting| format!("otherwise the connection's {setting}")));
    if parameter.is_file() {
        what.push(format!("--arg {}=@FILE", parameter.name));
    }
    what.retain(|part| !part.is_empty());
    vec![
        parameter.name.clone(),
        if parameter.is_file() { "file" } else { parameter.value_type.as_str() }.to_owned(),
        parameter.place.as_str().replace('_', " "),
        if parameter.required && parameter.default.is_none() { "yes" } else { "no" }.to_owned(),
        what.join("; "),
    ]
}

fn ways(service: &ServiceView) -> Vec<Vec<Cell>> {
    let asks = |way: &WayView| {
        let settings = way.settings.iter().map(|field| {
            let optional = if field.optional || field.default.is_some() { " (optional)" } else { "" };
            format!("--set {}=…{optional}", field.name)
        });
        let app = way.provider.iter().map(|provider| format!("siesta app set {provider}"));
        app.chain(settings).collect::<Vec<_>>().join(", ")
    };
    service
        .ways
        .iter()
        .map(|way| vec![Cell::whole(way.kind.as_str()), Cell::words(asks(way)), Cell::words(way.help.as_str())])
        .collect()
}

fn scopes(service: &ServiceView) -> Vec<Vec<Cell>> {
    let usual = |name: &String| service.ways.iter().any(|way| way.scopes.contains(name));
    service
        .scopes
        .iter()
        .map(|scope| {
            let asked = if usual(&scope.name) { "by default" } else { "with --scope" };
            vec![
                Cell::whole(scope.name.as_str()),
                Cell::text(scope.risk.as_str()),
                Cell::text(asked),
                Cell::words(scope.meaning.as_str()),
            ]
        })
        .collect()
}

fn functions(service: &ServiceView) -> Vec<Vec<Cell>> {
    service
        .functions
        .iter()
        .map(|f| {
            let required = f.parameters.iter().filter(|p| p.required).map(|p| p.name.as_str());
            vec![
                Cell::whole(f.name.as_str()),
                Cell::text(f.kind.as_str()),
                Cell::text(f.default_mode.typed()),
                Cell::words(required.collect::<Vec<_>>().join(", ")),
                Cell::words(f.description.as_str()),
            ]
        })
        .collect()
}
