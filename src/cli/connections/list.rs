//! `siesta list`
use super::{parse_access, view};
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::{Access, Status};
use crate::model::time::Timestamp;
use crate::ops::connections::{self, Listed, Listing};
use crate::view::connection::{ConnectionView, ConnectionsView};
use clap::Args;
use serde::Serialize;

/// List connections
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta list\n  siesta list support --access shared\n  siesta list --json")]
pub(in crate::cli) struct ListArgs {
    /// Only those whose label, service, provider, owner or purpose contains this
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    /// Only connections to this service
    #[arg(long)]
    service: Option<String>,
    /// Only connections at this provider
    #[arg(long)]
    provider: Option<String>,
    /// Only those in this state: healthy, needs_reauth, revoked
    #[arg(long, value_parser = parse_status)]
    status: Option<Status>,
    /// Only private or only shared ones
    #[arg(long, value_parser = parse_access)]
    access: Option<Access>,
    /// Only those this user answers for
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// Revoked ones too
    #[arg(long)]
    all: bool,
}

fn parse_status(text: &str) -> Result<Status, String> {
    Status::parse(text).ok_or_else(|| "healthy, needs_reauth or revoked".to_owned())
}

#[derive(Serialize)]
#[serde(transparent)]
struct Line {
    view: ConnectionView,
    #[serde(skip)]
    created_at: Timestamp,
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["NAME", "TYPE", "CREATED", "ACCESS", "STATUS"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.view.label.as_str()),
            Cell::text(self.view.service.as_str()),
            Cell::time(self.created_at),
            Cell::text(self.view.access.as_str()),
            match self.view.status {
                Status::Healthy => Cell::Empty,
                Status::NeedsReauth => Cell::state(self.view.status.as_str(), Tone::Bad),
                Status::Revoked if self.view.kept_for_retry_until.is_some() => {
                    Cell::state("revoked, not at the provider", Tone::Bad)
                }
                Status::Revoked => Cell::state(self.view.status.as_str(), Tone::Quiet),
            },
        ]
    }
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "list")?;
    let listing = Listing {
        query: args.query,
        service: args.service,
        provider: args.provider,
        status: args.status,
        access: args.access,
        owner: args.owner,
        all: args.all,
    };
    let listed: Vec<Listed> = connections::list(&siesta, &listing)?;
    let document = ConnectionsView { connections: listed.iter().map(view).collect() };
    let lines: Vec<Line> = listed.iter().map(|l| Line { view: view(l), created_at: l.connection.created_at }).collect();
    ui.list(&document, &lines)?;
    if lines.is_empty() && ui.stdout_is_terminal() && !ui.is_json() {
        ui.say("no connections");
        ui.next("siesta add");
    }
    Ok(())
}
