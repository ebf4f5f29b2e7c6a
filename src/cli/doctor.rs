//! `siesta doctor`
//!
//! Notes say how things are and leave the exit code alone; warnings and problems make it 12. A store that does not open
//! is a list of findings too, and ends with the code of why it does not open.
use super::colour::Tone;
use super::diagnosis;
use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::table::{Cell, Row};
use super::ui::Ui;
use super::unlock;
use crate::model::checkup::{Check, Severity};
use crate::ops::checkup::{self, Checkup, Surroundings};
use crate::view::checkup::{CheckView, CheckupView, FindingView};
use clap::Args;

/// Look for what is wrong or about to be: key, files, clock, sign-in, audit, cron, connections
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta doctor\n  siesta doctor --json --quiet")]
pub(super) struct DoctorArgs {}

impl Row for FindingView {
    const HEADERS: &'static [&'static str] = &["SEVERITY", "CHECK", "WHAT", "WHY", "NEXT"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            match self.severity {
                Severity::Note => Cell::state(self.severity.as_str(), Tone::Quiet),
                Severity::Warning => Cell::state(self.severity.as_str(), Tone::Waiting),
                Severity::Problem => Cell::state(self.severity.as_str(), Tone::Bad),
            },
            Cell::text(self.check.as_str()),
            Cell::text(self.what.as_str()),
            Cell::maybe_text(self.why.as_deref()),
            Cell::maybe_text(self.next.as_deref()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: DoctorArgs) -> Result<Exit, Error> {
    let around = Surroundings {
        has_display: settings.has_display,
        is_remote: settings.is_remote,
        has_passphrase_file: settings.passphrase_file.is_some(),
    };
    let (checkup, trouble) = match unlock::open_silently(ui, settings, "doctor") {
        Ok(siesta) => {
            let progress = ui.spinner("looking");
            (checkup::examine(&siesta, around, |row| progress.step(&format!("following the audit: {row} rows")))?, None)
        }
        Err(error) => {
            let place = unlock::place(settings, "doctor")?;
            (checkup::examine_closed(&place, around, ui.now()), Some(error))
        }
    };
    let view = view(ui, settings, &checkup, trouble.as_ref());
    // Cron sends mail about whatever is printed; nothing found is nothing to print, but a program gets its document.
    if !view.findings.is_empty() || ui.is_json() {
        ui.list(&view, &view.findings)?;
    }
    let worst = view.findings.iter().map(|finding| finding.severity).max();
    if !ui.is_json() {
        let looked_at = view.checks.iter().filter(|check| check.looked_at).count();
        match view.findings.len() {
            0 => ui.say(&format!("looked at {looked_at} things and found nothing")),
            found => ui.say(&format!("looked at {looked_at} things and found {found}")),
        }
    }
    Ok(match (trouble, worst) {
        (Some(error), _) => error.exit,
        (None, Some(Severity::Warning | Severity::Problem)) => Exit::Findings,
        (None, Some(Severity::Note) | None) => Exit::Ok,
    })
}

/// What a store that is closed does not show.
const INSIDE: [Check; 5] = [Check::Pin, Check::Recipients, Check::Audit, Check::Actor, Check::Connections];

fn view(ui: &Ui, settings: &Settings, checkup: &Checkup, trouble: Option<&Error>) -> CheckupView {
    let dir = &settings.store.value;
    let found = checkup.findings.iter().map(|finding| diagnosis::finding(finding, dir, ui.now()));
    let findings: Vec<FindingView> = trouble.map(diagnosis::unopened).into_iter().chain(found).collect();
    let checks = Check::ALL.iter().map(|check| CheckView {
        check: *check,
        looked_at: trouble.is_none() || !INSIDE.contains(check),
        findings: findings.iter().filter(|finding| finding.check == *check).count(),
    });
    CheckupView {
        store: dir.display().to_string(),
        opened: trouble.is_none(),
        key_source: checkup.key.as_ref().map(|(word, _)| (*word).to_owned()),
        key_place: checkup.key.as_ref().map(|(_, place)| place.clone()),
        actor: checkup.actor.clone(),
        audit_rows: checkup.audit_rows,
        checks: checks.collect(),
        findings,
    }
}
