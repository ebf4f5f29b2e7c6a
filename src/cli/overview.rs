//! `siesta overview`
use super::error::Error;
use super::settings::Settings;
use super::ui::Ui;
use super::{page_file, unlock};
use crate::model::connection::Status;
use crate::ops::overview::{self, Overview};
use crate::view::limit_page::PageLine;
use crate::view::overview_page::{ConnectionLine, OverviewPage};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Draw a picture of the organization: connections, who may use them, limits, questions, decisions
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta overview --html overview.html\n  siesta overview --html - > overview.html"
)]
pub(super) struct OverviewArgs {
    /// Write one self-contained page to this file, over one that is there; - for standard output
    #[arg(long, value_name = "FILE|-", required = true)]
    html: PathBuf,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverviewView {
    /// Where the page is.
    path: String,
    connections: usize,
    /// Connections that need a new sign-in or key.
    needs_reauth: usize,
    waiting: usize,
    limits_reached: usize,
    freezes: usize,
}

fn page(overview: &Overview) -> String {
    let connections = overview.connections.iter().map(|shown| ConnectionLine {
        connection: &shown.listed.connection,
        policies: &shown.listed.policies,
        grants: &shown.grants,
        service_enabled: shown.service_enabled,
        functions: shown.functions.iter().map(|f| (f.name.as_str(), f.kind, f.effective.mode)).collect(),
    });
    let lines = &overview.report.lines;
    let page = OverviewPage {
        organization: &overview.report.organization,
        time_zone: &overview.report.time_zone,
        at: overview.report.at,
        connections: connections.collect(),
        freezes: overview.freezes.iter().map(|frozen| (&frozen.freeze, frozen.name.as_deref())).collect(),
        limits: lines
            .iter()
            .map(|line| PageLine { connection: &line.connection, standing: &line.standing, used: None })
            .collect(),
        waiting: &overview.waiting,
        decisions: overview.decisions.iter().map(|(row, label)| (row, label.as_deref())).collect(),
    };
    page.html()
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: &OverviewArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "overview")?;
    let overview = overview::overview(&siesta)?;
    let html = page(&overview);
    if !ui.is_json() || args.html == Path::new("-") {
        return page_file::put(ui, &args.html, &html, "overview");
    }
    page_file::write_page(&args.html, &html)?;
    let broken = |status: Status| status == Status::NeedsReauth;
    ui.document(&OverviewView {
        path: args.html.display().to_string(),
        connections: overview.connections.len(),
        needs_reauth: overview.connections.iter().filter(|shown| broken(shown.listed.connection.status)).count(),
        waiting: overview.waiting.len(),
        limits_reached: overview.report.lines.iter().filter(|line| line.standing.is_reached()).count(),
        freezes: overview.freezes.len(),
    })
}
