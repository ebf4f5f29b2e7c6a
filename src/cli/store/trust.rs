//! `siesta store trust`
use super::CancelledView;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::relative;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::time::rfc3339;
use crate::ops::vault::{self, SuspectFacts, Trusted};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// So much of a fingerprint is typed by whoever has compared it.
const TYPED: usize = 8;

/// Accept a store that is refused as unknown, as another one, or as gone back in time
///
/// Compare the fingerprint with the one that was written down when the store was made. An older state goes on from where
/// it is: what came after it is lost, waiting approvals, reservations and calls under way are cancelled, and what was
/// revoked, frozen or tightened since has to be done again.
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta store trust\n  siesta store trust --yes")]
pub(super) struct TrustArgs {}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TrustView {
    /// Whether something was accepted; false: nothing stood against the store.
    accepted: bool,
    /// What stood against it.
    doubts: Vec<String>,
    fingerprint: String,
    /// The fingerprints this machine knew, from the key and from the pin.
    known: Vec<String>,
    /// The change the store was found at, and the newest row of its audit.
    seq: u32,
    audit_seq: i64,
    newest: Option<String>,
    /// The change and the row that were seen before.
    seen_seq: Option<u32>,
    seen_audit_seq: Option<i64>,
    cancelled: Option<CancelledView>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: TrustArgs) -> Result<(), Error> {
    let suspect = unlock::at_place(ui, settings, "store trust", |ui, place| {
        vault::suspect(place, settings.claim(), unlock::world(ui, settings))
    })?;
    let facts = &suspect.facts;
    if facts.doubts.is_empty() {
        return ui.done(
            &view(facts, None),
            &format!("nothing stands against this store\nfingerprint {}", facts.fingerprint),
        );
    }
    if !ui.is_json() {
        explain(ui, facts);
    }
    confirm(ui, &facts.fingerprint)?;
    let trusted = vault::trust(&suspect)?;
    let mut words = format!("accepted: the store goes on as change {}, audit row {}", trusted.seq, trusted.audit_seq);
    if let Some(cancelled) = CancelledView::from(trusted.cancelled).words() {
        words.push_str(&format!("\n{cancelled}"));
    }
    ui.done(&view(facts, Some(&trusted)), &words)?;
    if facts.may_be_older() && !ui.is_json() {
        ui.warn("what was revoked, frozen or tightened after this state is not known here, and has to be done again");
        ui.hint("siesta list, siesta governance list, siesta policy list, siesta store recipients list");
    }
    Ok(())
}

/// Whoever accepts a store has compared its fingerprint: typing its beginning says so, and so does --yes.
fn confirm(ui: &mut Ui, fingerprint: &str) -> Result<(), Error> {
    if ui.says_yes() {
        return Ok(());
    }
    let begin: String = fingerprint.chars().take(TYPED).collect();
    let question = format!("type the first {TYPED} characters of the fingerprint to accept this store");
    let typed = ui.ask(&question, "--yes", None)?;
    match typed.trim().eq_ignore_ascii_case(&begin) || typed.trim().eq_ignore_ascii_case(fingerprint) {
        true => Ok(()),
        false => Err(Error::new(Exit::Failure, "stopped: nothing was changed").code("declined")),
    }
}

fn explain(ui: &mut Ui, facts: &SuspectFacts) {
    for doubt in &facts.doubts {
        ui.must_say(&doubt.to_string());
    }
    let when = facts.newest.map(|at| format!(", {} ({})", relative(at, ui.now()), rfc3339(at))).unwrap_or_default();
    ui.must_say(&format!("it is at change {}, audit row {}{when}", facts.seq, facts.audit_seq));
    if let (Some(seq), Some(row)) = (facts.seen_seq, facts.seen_audit_seq) {
        ui.must_say(&format!("seen before: change {seq}, audit row {row}"));
    }
    for known in facts.known.iter().filter(|known| **known != facts.fingerprint) {
        ui.must_say(&format!("fingerprint known here:    {known}"));
    }
    ui.must_say(&format!("fingerprint of this store: {}", facts.fingerprint));
}

fn view(facts: &SuspectFacts, trusted: Option<&Trusted>) -> TrustView {
    TrustView {
        accepted: trusted.is_some(),
        doubts: facts.doubts.iter().map(ToString::to_string).collect(),
        fingerprint: facts.fingerprint.clone(),
        known: facts.known.clone(),
        seq: facts.seq,
        audit_seq: facts.audit_seq,
        newest: facts.newest.map(rfc3339),
        seen_seq: facts.seen_seq,
        seen_audit_seq: facts.seen_audit_seq,
        cancelled: trusted.map(|trusted| trusted.cancelled.into()),
    }
}
