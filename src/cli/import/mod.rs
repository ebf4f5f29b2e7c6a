//! `siesta import`
//!
//! What must stay true: nothing at the source is changed, and no value is shown; each key goes the way that `siesta add`
//! goes, so that it is tried before it is stored; what was imported once is not imported again.
mod sources;

use super::environment;
use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::table::{Cell, Row};
use super::ui::Ui;
use super::unlock;
use crate::model::connection::Access;
use crate::model::label;
use crate::model::service::AuthKind;
use crate::ops::connections::{self, Listing, NewKeyConnection, NewUnattended, Wanted};
use crate::ops::{Siesta, services};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Map;
use sources::{Found, What};
use std::path::{Path, PathBuf};

/// Import tokens and keys that are already on this machine; nothing is deleted where they are
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta import env --dry-run\n  siesta import ./.env --only OPENAI_API_KEY --no-verify\n  \
                        siesta import github-cli --dry-run\n  siesta import google --service google-drive --dry-run"
)]
pub(super) struct ImportArgs {
    /// env (variables of this shell), github-cli, google (application-default credentials), or the path of a .env file
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Show names and services, and import nothing
    #[arg(long)]
    dry_run: bool,
    /// Only what has this name; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The service that a key file of Google is for
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Store the keys without trying them
    #[arg(long)]
    no_verify: bool,
    /// Who may use them: private or shared
    #[arg(long, value_parser = super::connections::parse_access)]
    access: Option<Access>,
    /// The user answerable for them; whoever imports them unless given
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportRow {
    /// A variable, an account or a file.
    name: String,
    service: Option<String>,
    label: String,
    /// imported, would-import, there-already, skipped or failed.
    outcome: &'static str,
    why: Option<String>,
    /// What to type instead.
    hint: Option<String>,
    connection_id: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportView {
    source: String,
    dry_run: bool,
    found: Vec<ImportRow>,
}

impl Row for ImportRow {
    const HEADERS: &'static [&'static str] = &["NAME", "TYPE", "CONNECTION", "OUTCOME", "WHY"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.name.as_str()),
            Cell::maybe_text(self.service.as_deref()),
            Cell::text(self.label.as_str()),
            Cell::text(self.outcome),
            Cell::maybe_words(self.why.as_deref()),
        ]
    }
}

fn look(source: &str) -> Result<Vec<Found>, Error> {
    let nowhere = || Error::usage("no home directory is known, so there is no place to look");
    match source {
        "env" => Ok(sources::of_environment()),
        "github-cli" => sources::of_github_cli(&environment::github_cli_file().ok_or_else(nowhere)?),
        "google" => sources::of_google(&environment::google_file().ok_or_else(nowhere)?),
        path if path.contains(['/', '.']) || Path::new(path).is_file() => sources::of_env_file(&PathBuf::from(path)),
        _ => Err(Error::usage("SOURCE is env, github-cli, google, or the path of a .env file")
            .hint("siesta import env --dry-run")),
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ImportArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "import")?;
    let mut found = look(&args.source)?;
    if !args.only.is_empty() {
        found.retain(|found| args.only.contains(&found.name));
    }
    let mut exit = Exit::Ok;
    let mut rows = Vec::new();
    for one in found {
        let (row, failed) = bring(ui, &siesta, &args, one)?;
        exit = if exit == Exit::Ok { failed } else { exit };
        rows.push(row);
    }
    let view = ImportView { source: args.source, dry_run: args.dry_run, found: rows };
    ui.list(&view, &view.found)?;
    if !ui.is_json() {
        if view.found.is_empty() {
            ui.say("nothing was found that a service of the catalogue is opened with");
            ui.next("siesta add        (asks for the key itself)");
        }
        for row in &view.found {
            if let Some(hint) = &row.hint {
                ui.hint(&format!("{hint}        ({})", row.name));
            }
        }
        if view.found.iter().any(|row| row.outcome == "imported") {
            ui.say("nothing was deleted where the keys were; once all works, take them away there");
        }
    }
    Ok(exit)
}

/// One of what was found, brought over; with the exit it asks for.
fn bring(ui: &mut Ui, siesta: &Siesta, args: &ImportArgs, found: Found) -> Result<(ImportRow, Exit), Error> {
    let chosen = args.service.as_deref().filter(|_| found.service.is_none());
    let service = match found.service.or(chosen) {
        Some(word) => Some(services::find(word)?),
        None => None,
    };
    let mut row = ImportRow {
        label: service.map(|service| format!("{} - {}", service.name, found.name)).unwrap_or_default(),
        service: service.map(|service| service.id.clone()),
        name: found.name,
        outcome: "skipped",
        why: None,
        hint: None,
        connection_id: None,
    };
    let (secret, is_file) = match found.what {
        What::Key(secret) => (secret, false),
        What::KeyFile(secret) => (secret, true),
        What::Not { why, hint } => {
            (row.why, row.hint) = (Some(why), Some(hint));
            return Ok((row, Exit::Ok));
        }
    };
    let Some(service) = service else {
        row.why = Some("a key file opens several services".to_owned());
        row.hint = Some("siesta import google --service google-drive".to_owned());
        return Ok((row, Exit::Ok));
    };
    let all = connections::list(siesta, &Listing::default())?;
    if let Some(there) = all.iter().find(|one| label::same(&one.connection.label, &row.label)) {
        row.outcome = "there-already";
        row.connection_id = Some(there.connection.id.to_string());
        return Ok((row, Exit::Ok));
    }
    if args.dry_run {
        row.outcome = "would-import";
        return Ok((row, Exit::Ok));
    }
    let wanted = Wanted {
        label: Some(row.label.clone()),
        access: args.access,
        owner: args.owner.clone(),
        purpose: format!("imported from {}", args.source),
        allow_private_network: false,
        agent: None,
        allowed_models: None,
    };
    let spinner = ui.spinner("trying the key");
    let added = match is_file {
        false => connections::add_with_key(
            siesta,
            NewKeyConnection {
                service: service.id.clone(),
                kind: None,
                key: Some(secret),
                settings: Map::new(),
                base_url: None,
                verify: !args.no_verify,
                wanted,
            },
        ),
        true => connections::add_unattended(
            siesta,
            NewUnattended {
                service: service.id.clone(),
                kind: AuthKind::ServiceAccount,
                client_id: None,
                secret,
                companion: None,
                settings: Map::new(),
                scopes: None,
                tenant: None,
                base_url: None,
                token_url: None,
                revocation_url: None,
                verify: !args.no_verify,
                wanted,
            },
        ),
    };
    drop(spinner);
    match added {
        Ok(added) => {
            row.outcome = "imported";
            row.connection_id = Some(added.listed.connection.id.to_string());
            Ok((row, Exit::Ok))
        }
        Err(error) => {
            let error = Error::from(error);
            row.outcome = "failed";
            row.why = Some(match &error.cause {
                Some(cause) => format!("{}: {cause}", error.message),
                None => error.message.clone(),
            });
            row.hint = error.hint.clone();
            Ok((row, error.exit))
        }
    }
}
