//! `siesta status`, and `siesta` alone
use super::advice::NO_STORE;
use super::colour::Tone;
use super::error::Error;
use super::settings::{Setting, Settings};
use super::table::Cell;
use super::ui::Ui;
use super::unlock;
use crate::ops::vault;
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
    waiting_approvals: usize,
    audit_rows: i64,
    /// Where each setting came from: flag, environment, config file or default.
    sources: Vec<SourceView>,
}

#[derive(JsonSchema, Serialize)]
struct SourceView {
    setting: &'static str,
    value: String,
    source: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: StatusArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "status")?;
    let standing = vault::status(&siesta)?;
    let place = &standing.whereabouts;
    let view = StatusView {
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
        frozen: standing.frozen.clone(),
        agents: standing.agents,
        users: standing.users,
        limits: standing.limits,
        waiting_approvals: standing.waiting,
        audit_rows: standing.audit_rows,
        sources: sources(settings),
    };
    let attention = |count: usize| match count {
        0 => Cell::state("none", Tone::Good),
        n => Cell::state(n.to_string(), Tone::Waiting),
    };
    let mut fields = vec![
        ("organization", Cell::text(view.organization.as_str())),
        ("store", Cell::text(view.path.as_str())),
        ("key", Cell::text(format!("{} {}", view.key_source, view.key_place))),
        (
            "actor",
            match &view.actor_trouble {
                Some(trouble) => Cell::state(format!("{}: {trouble}", view.actor), Tone::Bad),
                None => Cell::text(view.actor.as_str()),
            },
        ),
        ("connections", Cell::number(i64::try_from(view.connections).unwrap_or(i64::MAX))),
        (
            "to authorise again",
            match view.needs_reauth.as_slice() {
                [] => Cell::state("none", Tone::Good),
                labels => Cell::state(labels.join(", "), Tone::Bad),
            },
        ),
        (
            "frozen",
            match view.frozen.as_slice() {
                [] => Cell::state("none", Tone::Good),
                names => Cell::state(names.join(", "), Tone::Bad),
            },
        ),
        ("agents", Cell::number(i64::try_from(view.agents).unwrap_or(i64::MAX))),
        ("limits", Cell::number(i64::try_from(view.limits).unwrap_or(i64::MAX))),
        ("waiting approvals", attention(view.waiting_approvals)),
        ("audit rows", Cell::number(view.audit_rows)),
    ];
    if ui.verbosity() > 0 {
        let lines = view.sources.iter().map(|s| (s.setting, Cell::text(format!("{} ({})", s.value, s.source))));
        fields.extend(lines);
    }
    ui.record(&view, &fields)?;
    if !ui.is_json() && ui.stdout_is_terminal() {
        ui.hint(&next_step(&view));
    }
    Ok(())
}

/// `siesta` alone: where things stand, also where there is nothing yet.
pub(super) fn bare(ui: &mut Ui, settings: &Settings) -> Result<(), Error> {
    match run(ui, settings, StatusArgs {}) {
        Err(error) if error.code == NO_STORE => {
            ui.say(&format!("no store yet in {}", settings.store.value.display()));
            ui.hint("siesta init        (then: siesta add)");
            Ok(())
        }
        other => other,
    }
}

/// The likely next command.
fn next_step(view: &StatusView) -> String {
    let again = view.needs_reauth.first().map(|label| format!("siesta reauth {}", super::advice::quoted(label)));
    again.unwrap_or_else(|| {
        let next = match (view.waiting_approvals, view.connections, view.agents) {
            (1.., _, _) => "siesta executions list --pending",
            (_, 0, _) => "siesta add",
            (_, _, 0) => "siesta agent add NAME",
            _ => "siesta list",
        };
        next.to_owned()
    })
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
    lines.extend(settings.identity_file.as_ref().map(|s| line("--identity-file", s.value.display(), s)));
    lines.extend(settings.network.proxy.as_ref().map(|s| line("proxy", &s.value, s)));
    lines.extend(settings.network.ca_file.as_ref().map(|s| line("ca-file", s.value.display(), s)));
    let index = settings.index_place().filter(|index| index.wanted);
    let index = index.map_or_else(|| "off".to_owned(), |index| index.dir.display().to_string());
    lines.push(line("completion-index", index, &settings.completion_index));
    lines.extend(settings.expect_fingerprint.as_ref().map(|s| line("--expect-fingerprint", &s.value, s)));
    lines
}
