//! `siesta store restore`
use super::{CancelledView, shown, tell_fingerprint};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::relative;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::rewind::Widened;
use crate::model::time::rfc3339;
use crate::ops::vault::{self, RestoreFacts, Restored};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// Put a backup in the place of the store, or make a lost store again from it
///
/// The file is read whole first, and what restoring it means is said before anything happens: what stays revoked,
/// disabled or frozen, what would be let through again, what is lost. The state before is kept beside the store as
/// store.age.before-restore until the next revocation. --expect-fingerprint says which store the backup is of, where
/// neither the key nor the pin knows it, or where it is from before a change of keys.
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store restore ~/backups/monday.age --dry-run\n  siesta store restore ~/backups/monday.age\n  siesta store restore ~/backups/monday.age --yes --json"
)]
pub(super) struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what it means, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RestoreView {
    file: String,
    /// False after --dry-run.
    restored: bool,
    fingerprint: String,
    /// The state in the backup.
    backup: StateView,
    /// The state before: of the store, else the one the pin has seen.
    before: Option<StateView>,
    /// The state that goes on; none after --dry-run.
    now: Option<StateView>,
    /// Why it cannot be said what changes, when it cannot.
    unknown: Option<String>,
    /// Whether the backup is an earlier state of what is there.
    is_same_history: bool,
    /// What is taken away now and stays so.
    kept_away: Vec<String>,
    /// What is tighter now than it is in the backup.
    widened: Vec<Widened>,
    lost: Vec<String>,
    cancelled: Option<CancelledView>,
    /// The files of the state before.
    kept_files: Vec<String>,
}

#[derive(Clone, Copy, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct StateView {
    /// The change it is at.
    seq: u32,
    /// The newest row of its audit.
    audit_seq: i64,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RestoreArgs) -> Result<(), Error> {
    let file = &args.file;
    let plan = unlock::at_place(ui, settings, "store restore", |ui, place| {
        let progress = ui.progress(0, "reading the backup");
        vault::plan(place, settings.claim(), unlock::world(ui, settings), file, &mut shown(&progress))
    })?;
    if !ui.is_json() {
        explain(ui, &plan.facts);
    }
    if args.dry_run {
        return ui.done(&view(&plan.facts, None), "nothing was changed");
    }
    ui.confirm_or_stop("put the backup in the place of the store?")?;
    let spinner = ui.spinner("restoring");
    let restored = vault::restore(&plan);
    drop(spinner);
    let restored = restored?;
    let document = view(&plan.facts, Some(&restored));
    let mut words = format!("restored: the store is at change {}, audit row {}", restored.seq, restored.audit_seq);
    if let Some(cancelled) = CancelledView::from(restored.cancelled).words() {
        words.push_str(&format!("\n{cancelled}"));
    }
    for kept in &document.kept_files {
        words.push_str(&format!("\nthe state before is kept until the next revocation: {kept}"));
    }
    ui.done(&document, &words)?;
    tell_fingerprint(ui, &plan.facts.fingerprint, restored.identity_is_told);
    Ok(())
}

fn explain(ui: &mut Ui, facts: &RestoreFacts) {
    let when = facts.newest.map(|at| format!(", {} ({})", relative(at, ui.now()), rfc3339(at))).unwrap_or_default();
    ui.say(&format!("the backup is at change {}, audit row {}{when}", facts.seq, facts.audit_seq));
    if let (Some(seq), Some(row)) = (facts.current_seq, facts.current_audit_seq) {
        ui.say(&format!("the store was at change {seq}, audit row {row}"));
    }
    if !facts.is_same_history {
        ui.warn("the backup is no earlier state of the store: each has changes the other has not");
    }
    if let Some(why) = &facts.unknown {
        ui.warn(&format!("what was revoked, frozen or tightened since the backup is not known: {why}"));
        ui.say(&format!("sealed for: {}", facts.recipients.join(", ")));
    }
    for words in &facts.rewind.kept_words {
        ui.say(&format!("stays as it is now: {words}"));
    }
    for wider in &facts.rewind.widened {
        ui.warn(&format!("let through again: {}, now {}, then {}", wider.what, wider.now, wider.then));
    }
    for lost in &facts.rewind.lost {
        ui.say(&format!("lost: {lost}"));
    }
}

fn view(facts: &RestoreFacts, restored: Option<&Restored>) -> RestoreView {
    let state = |seq: u32, audit_seq: i64| StateView { seq, audit_seq };
    RestoreView {
        file: facts.file.display().to_string(),
        restored: restored.is_some(),
        fingerprint: facts.fingerprint.clone(),
        backup: state(facts.seq, facts.audit_seq),
        before: facts.current_seq.zip(facts.current_audit_seq).map(|(seq, row)| state(seq, row)),
        now: restored.map(|restored| state(restored.seq, restored.audit_seq)),
        unknown: facts.unknown.clone(),
        is_same_history: facts.is_same_history,
        kept_away: facts.rewind.kept_words.clone(),
        widened: facts.rewind.widened.clone(),
        lost: facts.rewind.lost.clone(),
        cancelled: restored.map(|restored| restored.cancelled.into()),
        kept_files: restored
            .map_or_else(Vec::new, |restored| restored.kept.iter().map(|path| path.display().to_string()).collect()),
    }
}
