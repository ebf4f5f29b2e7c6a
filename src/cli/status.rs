//! `siesta status`, and `siesta` alone
use super::advice::NO_STORE;
use super::attention::{self, AttentionView};
use super::colour::Tone;
use super::error::Error;
use super::settings::{Setting, Settings};
use super::table::Cell;
use super::ui::Ui;
use super::unlock;
use crate::ops::vault;
use crate::view::limit::StandingView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Display;

/// Show where things stand: store, key, actor, and what needs attention
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta status\n  siesta status -v --json")]
pub(super) struct StatusArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusView {
    organization: String,
    time_zone: String,
    path: String,
    key_source: &'static str,
    identity_path: Option<String>,
    key_place: String,
    fingerprint: String,
    actor: String,
    actor_trouble: Option<String>,
    connections: usize,
    needs_reauth: Vec<String>,
    /// What is stopped by `siesta freeze`.
    frozen: Vec<String>,
    agents: usize,
    users: usize,
    limits: usize,
    /// Limits of which 80 % are used, or more; the fullest first.
    near_limits: Vec<StandingView>,
    waiting_access_requests: usize,
    waiting_approvals: usize,
    audit_rows: i64,
    /// What somebody should look at, the most urgent first.
    attention: Vec<AttentionView>,
    /// The likely next command.
    next: String,
    /// Where each setting came from: flag, environment, config file or default.
    sources: Vec<SourceView>,
}

#[derive(JsonSchema, Serialize)]
struct SourceView {
    setting: &'static str,
    value: String,
    source: String,
}

/// What `siesta` alone prints: it also has an answer where nothing is yet.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BareView {
    /// The directory of the store.
    path: String,
    /// `null`: there is no store yet.
    status: Option<StatusView>,
    /// The likely next command.
    next: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: StatusArgs) -> Result<(), Error> {
    let view = look(ui, settings)?;
    ui.record(&view, &fields(ui, &view))?;
    say_what_is_next(ui, &view);
    Ok(())
}

/// `siesta` alone: where things stand, also where there is nothing yet.
pub(super) fn bare(ui: &mut Ui, settings: &Settings) -> Result<(), Error> {
    let path = settings.store.value.display().to_string();
    let status = match look(ui, settings) {
        Ok(status) => Some(status),
        Err(error) if error.code == NO_STORE => None,
        Err(error) => return Err(error),
    };
    let fields = status.as_ref().map(|status| fields(ui, status)).unwrap_or_default();
    let next = status.as_ref().map_or_else(|| FIRST.to_owned(), |status| status.next.clone());
    let view = BareView { path, status, next };
    if view.status.is_none() && !ui.is_json() {
        ui.say(&format!("no store yet in {}", view.path));
        ui.hint(&format!("{FIRST}        (then: siesta add)"));
        return Ok(());
    }
    ui.record(&view, &fields)?;
    if let Some(status) = &view.status {
        say_what_is_next(ui, status);
    }
    Ok(())
}

/// The command with which everything begins.
const FIRST: &str = "siesta init";

fn look(ui: &mut Ui, settings: &Settings) -> Result<StatusView, Error> {
    let siesta = unlock::open(ui, settings, "status")?;
    let standing = vault::status(&siesta)?;
    let place = &standing.whereabouts;
    let attention = attention::attention(&standing);
    let next = attention.first().map(|first| first.next.as_str()).unwrap_or_else(|| attention::next(&standing));
    Ok(StatusView {
        organization: standing.organization.name.clone(),
        time_zone: standing.organization.time_zone.clone(),
        path: place.dir.display().to_string(),
        key_source: place.key.word(),
        identity_path: place.key.path().map(|path| path.display().to_string()),
        key_place: place.key.place(),
        fingerprint: place.fingerprint.clone(),
        actor: standing.actor.clone(),
        actor_trouble: standing.actor_trouble.clone(),
        connections: standing.connections,
        needs_reauth: standing.needs_reauth.clone(),
        frozen: standing.frozen.iter().map(ToString::to_string).collect(),
        agents: standing.agents,
        users: standing.users,
        limits: standing.limits,
        near_limits: standing.near_limits.iter().map(|l| StandingView::new(&l.standing, &l.connection)).collect(),
        waiting_access_requests: standing.waiting_access,
        waiting_approvals: standing.waiting,
        audit_rows: standing.audit_rows,
        next: next.to_owned(),
        attention,
        sources: sources(settings),
    })
}

fn fields(ui: &Ui, view: &StatusView) -> Vec<(&'static str, Cell)> {
    let count = |count: usize| Cell::number(i64::try_from(count).unwrap_or(i64::MAX));
    let waiting = |count: usize| match count {
        0 => Cell::state("none", Tone::Good),
        n => Cell::state(n.to_string(), Tone::Waiting),
    };
    let named = |names: &[String], tone: Tone| match names {
        [] => Cell::state("none", Tone::Good),
        names => Cell::state(names.join(", "), tone),
    };
    let near: Vec<String> = view.near_limits.iter().map(near).collect();
    let actor = match &view.actor_trouble {
        Some(trouble) => Cell::state(format!("{}: {trouble}", view.actor), Tone::Bad),
        None => Cell::text(view.actor.as_str()),
    };
    let mut fields = vec![
        ("organization", Cell::text(view.organization.as_str())),
        ("store", Cell::text(view.path.as_str())),
        ("key", Cell::text(format!("{} {}", view.key_source, view.key_place))),
        ("actor", actor),
        ("connections", count(view.connections)),
        ("to authorise again", named(&view.needs_reauth, Tone::Bad)),
        ("frozen", named(&view.frozen, Tone::Bad)),
        ("agents", count(view.agents)),
        ("users", count(view.users)),
        ("limits", count(view.limits)),
        ("limits over 80 %", named(&near, Tone::Waiting)),
        ("waiting approvals", waiting(view.waiting_approvals)),
        ("access requests", waiting(view.waiting_access_requests)),
        ("audit rows", Cell::number(view.audit_rows)),
    ];
    if ui.verbosity() > 0 {
        let lines = view.sources.iter().map(|s| (s.setting, Cell::text(format!("{} ({})", s.value, s.source))));
        fields.extend(lines);
    }
    fields
}

/// A limit in a few words: `research, user mara, daily: 85 %`.
fn near(standing: &StandingView) -> String {
    let subject = standing.subject.as_ref().map(|subject| format!(" {subject}")).unwrap_or_default();
    format!("{}, {}{subject}, {}: {} %", standing.connection, standing.level, standing.period, standing.percent)
}

/// One line for each thing that waits for somebody, the most urgent first; else the likely next command.
fn say_what_is_next(ui: &mut Ui, view: &StatusView) {
    if view.attention.is_empty() {
        return ui.next(&view.next);
    }
    view.attention.iter().for_each(|waiting| ui.next(&waiting.next));
}

fn sources(settings: &Settings) -> Vec<SourceView> {
    fn line<T>(setting: &'static str, value: impl Display, from: &Setting<T>) -> SourceView {
        SourceView { setting, value: value.to_string(), source: from.source.to_string() }
    }
    let mut lines = vec![
        line("--store", settings.store.value.display(), &settings.store),
        line("--actor", &settings.actor.value, &settings.actor),
        line("-o", settings.format.value.name(), &settings.format),
    ];
    lines.push(line("log", settings.log.value.word(), &settings.log));
    lines.extend(settings.log_file.as_ref().map(|s| line("log-file", s.value.display(), s)));
    lines.extend(settings.identity_file.as_ref().map(|s| line("--identity-file", s.value.display(), s)));
    lines.extend(settings.network.proxy.as_ref().map(|s| line("proxy", &s.value, s)));
    lines.extend(settings.network.ca_file.as_ref().map(|s| line("ca-file", s.value.display(), s)));
    let index = settings.index_place().filter(|index| index.wanted);
    let index = index.map_or_else(|| "off".to_owned(), |index| index.dir.display().to_string());
    lines.push(line("completion-index", index, &settings.completion_index));
    lines.extend(settings.expect_fingerprint.as_ref().map(|s| line("--expect-fingerprint", &s.value, s)));
    lines
}
