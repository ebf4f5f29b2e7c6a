//! `siesta user import`
use crate::cli::error::Error;
use crate::cli::format::counted;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::cli::unread::unread;
use crate::model::roster;
use crate::ops::people::{self, ImportRequest};
use crate::view::people::UserView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Read;

/// Add users from a CSV file: everybody in it, or nobody
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta user import people.csv --dry-run\n  \
                        siesta user import people.csv --skip-existing --create-teams",
    after_long_help = "The first line names the columns: name, role, status, teams, os_user. Only name must be there; \
                       several teams of one person are separated by semicolons."
)]
pub(super) struct ImportArgs {
    /// The file; - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Leave people alone who are there already
    #[arg(long)]
    skip_existing: bool,
    /// Make teams that are not there
    #[arg(long)]
    create_teams: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportedView {
    dry_run: bool,
    added: Vec<UserView>,
    /// Who was there already.
    skipped: Vec<String>,
    teams_added: Vec<String>,
    joined: Vec<JoinedView>,
}

#[derive(JsonSchema, Serialize)]
struct JoinedView {
    team: String,
    user: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ImportArgs) -> Result<(), Error> {
    let csv = read(&args.file)?;
    let siesta = unlock::open(ui, settings, "user import")?;
    let request =
        ImportRequest { skip_existing: args.skip_existing, create_teams: args.create_teams, dry_run: args.dry_run };
    let imported = people::import(&siesta, &csv, &request)?;
    let would = if args.dry_run { "would add" } else { "added" };
    let mut words = format!("{would} {}", counted(imported.added.len(), "user"));
    if !imported.teams_added.is_empty() {
        words.push_str(&format!(" and {}", counted(imported.teams_added.len(), "team")));
    }
    if !imported.skipped.is_empty() {
        words.push_str(&format!("; {} there already", imported.skipped.len()));
    }
    let document = ImportedView {
        dry_run: args.dry_run,
        added: imported.added.iter().map(UserView::new).collect(),
        skipped: imported.skipped,
        teams_added: imported.teams_added,
        joined: imported.joined.into_iter().map(|(team, user)| JoinedView { team, user }).collect(),
    };
    ui.done(&document, &words)
}

/// One byte more than a list may have, so that a longer one is refused and not cut.
fn read(file: &str) -> Result<Vec<u8>, Error> {
    let most = roster::MOST_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = match file {
        "-" => std::io::stdin().take(most).read_to_end(&mut bytes),
        path => std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)),
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(unread(file, &error)),
    }
}
