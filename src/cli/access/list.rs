//! `siesta access list`
use crate::cli::colour::Tone;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::access::AccessStatus;
use crate::model::time::Timestamp;
use crate::ops::access;
use crate::view::access::AccessRequestView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// List requests for access, the newest first
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta access list --pending\n  siesta access list --agent helper")]
pub(super) struct ListArgs {
    /// Only those that wait for an answer
    #[arg(long)]
    pending: bool,
    /// Only those of this agent
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Line {
    view: AccessRequestView,
    #[serde(skip)]
    created_at: Timestamp,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct AccessRequestsView<'a> {
    #[schemars(with = "Vec<AccessRequestView>")]
    requests: &'a [Line],
}

impl Row for Line {
    const HEADERS: &'static [&'static str] = &["ID", "AGENT", "ASKS FOR", "REASON", "STATUS", "CREATED", "DECIDED BY"];
    const SPARE: &'static [&'static str] = &["DECIDED BY"];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.view.status {
            AccessStatus::Pending => Tone::Waiting,
            AccessStatus::Approved => Tone::Good,
            AccessStatus::Rejected => Tone::Bad,
            AccessStatus::Cancelled => Tone::Quiet,
        };
        vec![
            Cell::id(self.view.id.as_str()),
            Cell::text(self.view.agent.as_str()),
            Cell::text(target(&self.view)),
            Cell::words(self.view.reason.as_str()),
            Cell::state(self.view.status.as_str(), tone),
            Cell::time(self.created_at),
            Cell::maybe_text(self.view.decided_by.as_deref()),
        ]
    }
}

/// What is asked for, in words.
pub(super) fn target(view: &AccessRequestView) -> String {
    match &view.function {
        Some(function) => format!("{function} of {}", view.connection),
        None => view.connection.clone(),
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "access list")?;
    let listed = access::list(&siesta, args.pending, args.agent.as_deref(), args.limit)?;
    let line = |listed: access::Listed| Line {
        view: AccessRequestView::new(&listed.request, &listed.label),
        created_at: listed.request.created_at,
    };
    let lines: Vec<Line> = listed.into_iter().map(line).collect();
    ui.list(&AccessRequestsView { requests: &lines }, &lines)
}
