//! `siesta show`
use super::view;
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::governance::mode_cell;
use crate::cli::settings::Settings;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::{Grant, Status};
use crate::ops::connections::{self, Shown};
use crate::view::connection::ConnectionView;
use crate::view::governance::FunctionModeView;
use crate::view::limit::LimitView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Show a connection: scopes, functions with their mode, policies and limits
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta show research\n  siesta show research --json")]
pub(in crate::cli) struct ShowArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShowView {
    connection: ConnectionView,
    service_enabled: bool,
    missing_scopes: Vec<String>,
    /// Granted, and opening no function that somebody can call.
    unused_scopes: Vec<String>,
    grants: Vec<Grant>,
    functions: Vec<FunctionModeView>,
    limits: Vec<LimitView>,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: ShowArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "show")?;
    let shown = connections::show(&siesta, &args.connection)?;
    let document = document(&shown);
    let c = &document.connection;
    let scopes = |scopes: &[String]| if scopes.is_empty() { Cell::Empty } else { Cell::text(scopes.join(" ")) };
    let mut fields = vec![
        ("name", Cell::text(c.label.as_str())),
        ("id", Cell::text(c.id.as_str())),
        ("type", Cell::text(c.service.as_str())),
        ("provider", Cell::text(c.provider.as_str())),
        (
            "status",
            match c.status {
                Status::Healthy => Cell::state("healthy", Tone::Good),
                Status::NeedsReauth => Cell::state("needs_reauth", Tone::Bad),
                Status::Revoked => Cell::state("revoked", Tone::Quiet),
            },
        ),
        ("access", Cell::text(c.access.as_str())),
        ("granted to", if document.grants.is_empty() { Cell::Empty } else { Cell::text(granted_to(&document.grants)) }),
        ("owner", Cell::maybe_text(Some(c.owner.as_str()).filter(|owner| !owner.is_empty()))),
        ("approvers", Cell::names(&c.approvers)),
        ("reviewer", Cell::maybe_text(c.reviewer.as_deref())),
        ("purpose", Cell::text(c.purpose.as_str())),
        ("API", Cell::text(c.base_url.as_str())),
        ("account", Cell::maybe_text(account(c))),
        ("scopes granted", scopes(&c.granted_scopes)),
        ("scopes missing", scopes(&document.missing_scopes)),
        ("scopes unused", scopes(&document.unused_scopes)),
        ("created", Cell::time(shown.listed.connection.created_at)),
        ("expires", Cell::maybe_time(shown.listed.expires_at)),
        ("last ok", Cell::maybe_time(shown.listed.connection.last_ok_at)),
        ("last error", Cell::maybe_text(c.last_error.as_deref())),
    ];
    if let Some(until) = shown.listed.kept_until {
        fields.push(("to revoke again until", Cell::time(until)));
    }
    if !document.service_enabled {
        fields.push(("service", Cell::state("disabled by the organization", Tone::Bad)));
    }
    ui.record(&document, &fields)?;
    if ui.stdout_is_terminal() && !ui.is_json() {
        below(ui, &document)?;
    }
    Ok(())
}

fn granted_to(grants: &[Grant]) -> String {
    let names = grants.iter().map(|grant| match grant {
        Grant::User(name) => name.clone(),
        Grant::Team(name) => format!("team {name}"),
    });
    names.collect::<Vec<_>>().join(", ")
}

fn account(c: &ConnectionView) -> Option<&str> {
    ["email", "accountName", "accountId"].iter().find_map(|key| c.metadata.get(*key)?.as_str())
}

/// What a person wants to see below the record; a pipe gets the record alone, and JSON has everything.
fn below(ui: &mut Ui, document: &ShowView) -> Result<(), Error> {
    let functions: Vec<Vec<Cell>> = document
        .functions
        .iter()
        .map(|f| {
            vec![
                Cell::whole(f.function.as_str()),
                Cell::text(f.kind.as_str()),
                mode_cell(true, f.mode),
                Cell::text(f.source.as_str()),
            ]
        })
        .collect();
    ui.text("\n")?;
    ui.table(&["FUNCTION", "KIND", "MODE", "BECAUSE OF"], &functions)?;
    if !document.connection.policies.is_empty() {
        let policies: Vec<Vec<Cell>> = document
            .connection
            .policies
            .iter()
            .map(|p| {
                vec![
                    Cell::text(p.agent_name.as_str()),
                    Cell::text(p.default_mode.as_str()),
                    Cell::text(p.step_up_approval.as_str()),
                    Cell::text(p.allowed_models.iter().map(|flow| flow.typed()).collect::<Vec<_>>().join(", ")),
                ]
            })
            .collect();
        ui.text("\n")?;
        ui.table(&["AGENT", "MODE", "STEP-UP", "FLOWS"], &policies)?;
    }
    if !document.limits.is_empty() {
        let limits: Vec<Vec<Cell>> = document.limits.iter().map(crate::cli::limits::cells).collect();
        ui.text("\n")?;
        ui.table(crate::cli::limits::HEADERS, &limits)?;
    }
    Ok(())
}

fn document(shown: &Shown) -> ShowView {
    let label = &shown.listed.connection.label;
    ShowView {
        connection: view(&shown.listed),
        service_enabled: shown.service_enabled,
        missing_scopes: shown.missing_scopes.clone(),
        unused_scopes: shown.unused_scopes.clone(),
        grants: shown.grants.clone(),
        functions: shown
            .functions
            .iter()
            .map(|f| FunctionModeView::new(&f.name, &f.title, f.kind, f.effective))
            .collect(),
        limits: shown.limits.iter().map(|limit| LimitView::new(limit, label)).collect(),
    }
}
