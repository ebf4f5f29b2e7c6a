//! `siesta catalog search`
use crate::cli::error::Error;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::model::governance::Mode;
use crate::model::service::FunctionKind;
use crate::ops::services;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Search services and functions for words
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta catalog search mail\n  siesta catalog search send message --json")]
pub(super) struct SearchArgs {
    /// Words that a service or function must all have in its name or description
    #[arg(value_name = "WORD", required = true)]
    words: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hit {
    service: String,
    /// Null: the service itself.
    function: Option<String>,
    kind: Option<FunctionKind>,
    default_mode: Option<Mode>,
    description: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct SearchView<'a> {
    results: &'a [Hit],
}

impl Row for Hit {
    const HEADERS: &'static [&'static str] = &["FOUND", "KIND", "DEFAULT", "WHAT IT DOES"];

    fn cells(&self) -> Vec<Cell> {
        let found = match &self.function {
            Some(function) => format!("{}/{function}", self.service),
            None => self.service.clone(),
        };
        vec![
            Cell::whole(found),
            Cell::text(self.kind.map_or("service", FunctionKind::as_str)),
            Cell::maybe_text(self.default_mode.map(Mode::typed)),
            Cell::text(self.description.as_str()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, args: SearchArgs) -> Result<(), Error> {
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let fits = |texts: &[&str]| {
        let text = texts.join(" ").to_lowercase().replace('_', " ");
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut results = Vec::new();
    for service in services::list()? {
        let aliases = service.aliases.join(" ");
        if fits(&[&service.id, &service.name, &aliases, &service.category, &service.summary]) {
            results.push(Hit {
                service: service.id.clone(),
                function: None,
                kind: None,
                default_mode: None,
                description: service.summary.clone(),
            });
        }
        for function in &service.functions {
            // The service's name counts too: "gmail send" is what somebody types.
            if fits(&[&service.id, &function.name, &function.title, &function.description]) && !fits(&[&service.id]) {
                results.push(Hit {
                    service: service.id.clone(),
                    function: Some(function.name.clone()),
                    kind: Some(function.kind),
                    default_mode: Some(function.default_mode()),
                    description: function.description.clone(),
                });
            }
        }
    }
    ui.list(&SearchView { results: &results }, &results)?;
    if results.is_empty() && ui.stdout_is_terminal() && !ui.is_json() {
        ui.say("no service and no function has all of these words");
    }
    Ok(())
}
