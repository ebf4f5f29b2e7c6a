//! `siesta store …`
mod backup;
mod compact;
mod info;
mod passphrase;
mod recipients;
mod rekey;
mod restore;
mod trust;
mod verify;

use super::error::Error;
use super::exit::Exit;
use super::progress::Progress;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use crate::model::soundness::Phase;
use crate::ops::vault::Cancelled;
use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<info::InfoView>("store info"),
    schema::of::<verify::VerifyView>("store verify"),
    schema::of::<backup::BackupView>("store backup"),
    schema::of::<restore::RestoreView>("store restore"),
    schema::of::<compact::CompactView>("store compact"),
    schema::of::<recipients::RecipientsView>("store recipients list"),
    schema::of::<recipients::OneRecipientView>("store recipients add"),
    schema::of::<recipients::remove::RemovedView>("store recipients remove"),
    schema::of::<rekey::RekeyView>("store rekey"),
    schema::of::<passphrase::PassphraseView>("store passphrase"),
    schema::of::<trust::TrustView>("store trust"),
];

/// Manage the encrypted store
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta store info\n  siesta store verify\n  siesta store backup ~/siesta.age"
)]
pub(super) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    Info(info::InfoArgs),
    Verify(verify::VerifyArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Compact(compact::CompactArgs),
    Recipients(recipients::RecipientsArgs),
    Rekey(rekey::RekeyArgs),
    Passphrase(passphrase::PassphraseArgs),
    Trust(trust::TrustArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: StoreArgs) -> Result<Exit, Error> {
    let done = |()| Exit::Ok;
    match args.command {
        StoreCommand::Info(args) => info::run(ui, settings, args).map(done),
        StoreCommand::Verify(args) => verify::run(ui, settings, args),
        StoreCommand::Backup(args) => backup::run(ui, settings, args).map(done),
        StoreCommand::Restore(args) => restore::run(ui, settings, args).map(done),
        StoreCommand::Compact(args) => compact::run(ui, settings, args).map(done),
        StoreCommand::Recipients(args) => recipients::run(ui, settings, args).map(done),
        StoreCommand::Rekey(args) => rekey::run(ui, settings, args).map(done),
        StoreCommand::Passphrase(args) => passphrase::run(ui, settings, args).map(done),
        StoreCommand::Trust(args) => trust::run(ui, settings, args).map(done),
    }
}

/// Shows how far a look at everything has come.
fn shown(progress: &Progress) -> impl FnMut(Phase, u64, u64) + '_ {
    let mut at = None;
    move |phase, done, all| {
        if at != Some(phase) {
            at = Some(phase);
            progress.step(match phase {
                Phase::Chunks => "opening every piece",
                Phase::Integrity => "checking the database",
                Phase::Audit => "following the audit",
                Phase::Totals => "adding up the usage",
            });
        }
        progress.reach(done, all);
    }
}

/// What was open in a state that another one follows.
#[derive(Debug, Clone, Copy, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CancelledView {
    /// Questions that waited for an answer, and answers that were not used yet.
    approvals: usize,
    /// Calls of which nobody knows how they ended.
    attempts: usize,
    reservations: usize,
    sign_ins: usize,
}

impl From<Cancelled> for CancelledView {
    fn from(cancelled: Cancelled) -> CancelledView {
        CancelledView {
            approvals: cancelled.approvals,
            attempts: cancelled.attempts,
            reservations: cancelled.reservations,
            sign_ins: cancelled.sign_ins,
        }
    }
}

impl CancelledView {
    fn words(&self) -> Option<String> {
        let counts = [
            (self.approvals, "approvals"),
            (self.attempts, "calls under way"),
            (self.reservations, "reservations"),
            (self.sign_ins, "sign-ins"),
        ];
        let open: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        (!open.is_empty()).then(|| format!("cancelled {}", open.join(", ")))
    }
}

/// Says what to do where the fingerprint has changed and the key is kept in a place that is not ours.
fn tell_fingerprint(ui: &mut Ui, fingerprint: &str, identity_is_told: bool) {
    if !identity_is_told {
        ui.warn("the key is in a place siesta cannot write to, and names the fingerprint of before");
        ui.hint(&format!("put this line in the identity, in the place of the old one: # siesta-store: {fingerprint}"));
    }
}
