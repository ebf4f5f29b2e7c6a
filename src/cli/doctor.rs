//! `siesta doctor`
//!
//! Notes say how things are and leave the exit code alone; warnings and problems make it 12. A store that does not open
//! is a list of findings too, and ends with the code of why it does not open. `--fix` does what needs nobody's word, says
//! each thing it did, and then looks again: what it prints is what is left.
use super::colour::Tone;
use super::diagnosis;
use super::error::Error;
use super::exit::Exit;
use super::format::Format;
use super::settings::Settings;
use super::table::{Cell, Row};
use super::ui::Ui;
use super::unlock;
use crate::model::checkup::{Check, Finding, Severity};
use crate::ops::Siesta;
use crate::ops::checkup::{self, Checkup, Surroundings};
use crate::view::checkup::{CheckView, CheckupView, FindingView};
use clap::Args;

/// Look for what is wrong or about to be: key, files, clock, sign-in, audit, cron, connections
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta doctor\n  siesta doctor --fix\n  siesta doctor --json --quiet")]
pub(super) struct DoctorArgs {
    /// Put right what needs nobody's word: permissions, what was left behind, a missing pin
    #[arg(long)]
    fix: bool,
}

impl Row for FindingView {
    const HEADERS: &'static [&'static str] = &["SEVERITY", "CHECK", "WHAT", "WHY", "NEXT"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::state(self.severity.as_str(), tone(self.severity)),
            Cell::text(self.check.as_str()),
            Cell::text(self.what.as_str()),
            Cell::maybe_text(self.why.as_deref()),
            Cell::maybe_text(self.next.as_deref()),
        ]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: DoctorArgs) -> Result<Exit, Error> {
    let mut looked = look(ui, settings)?;
    let mut fixed = Vec::new();
    if args.fix {
        fixed = fix(ui, settings, &looked)?;
        if !fixed.is_empty() {
            // The store stays open: whoever typed a passphrase is not asked for it again.
            looked.checkup = examine(ui, settings, looked.siesta.as_ref())?;
        }
    }
    let view = view(ui, settings, &looked, fixed);
    // Cron sends mail about whatever is printed; nothing found is nothing to print, but a program gets its document.
    if ui.format() == Format::Table && ui.stdout_is_terminal() {
        view.findings.iter().try_for_each(|finding| tell(ui, finding))?;
    } else if !view.findings.is_empty() || ui.is_json() {
        ui.list(&view, &view.findings)?;
    }
    let worst = view.findings.iter().map(|finding| finding.severity).max();
    if !ui.is_json() {
        say_how_much(ui, &view, args.fix);
    }
    Ok(match (looked.trouble, worst) {
        (Some(error), _) => error.exit,
        (None, Some(Severity::Warning | Severity::Problem)) => Exit::Findings,
        (None, Some(Severity::Note) | None) => Exit::Ok,
    })
}

/// A finding as a message: on a terminal of 80 columns the next command would be cut out of a table.
fn tell(ui: &mut Ui, finding: &FindingView) -> Result<(), Error> {
    let lines = [("", Some(&finding.what)), ("why:", finding.why.as_ref()), ("next:", finding.next.as_ref())];
    let lines: Vec<(&str, &str)> = lines.into_iter().filter_map(|(head, line)| Some((head, line?.as_str()))).collect();
    ui.finding(finding.severity.as_str(), tone(finding.severity), &lines)
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Note => Tone::Quiet,
        Severity::Warning => Tone::Waiting,
        Severity::Problem => Tone::Bad,
    }
}

/// What was seen, and the store it was seen in; or why that did not open.
struct Looked {
    checkup: Checkup,
    siesta: Option<Siesta>,
    trouble: Option<Error>,
}

fn look(ui: &mut Ui, settings: &Settings) -> Result<Looked, Error> {
    match unlock::open_silently(ui, settings, "doctor") {
        Ok(siesta) => {
            Ok(Looked { checkup: examine(ui, settings, Some(&siesta))?, siesta: Some(siesta), trouble: None })
        }
        // Whoever may not look is told that, and not what is to be seen.
        Err(error) if error.exit == Exit::Denied => Err(error),
        Err(error) => Ok(Looked { checkup: examine(ui, settings, None)?, siesta: None, trouble: Some(error) }),
    }
}

/// Looks at the store, from outside where it did not open.
fn examine(ui: &Ui, settings: &Settings, siesta: Option<&Siesta>) -> Result<Checkup, Error> {
    let around = Surroundings {
        has_display: settings.has_display,
        is_remote: settings.is_remote,
        has_passphrase_file: settings.passphrase_file.is_some(),
    };
    let Some(siesta) = siesta else {
        return Ok(checkup::examine_closed(&unlock::place(settings, "doctor")?, around, ui.now()));
    };
    let progress = ui.spinner("looking");
    Ok(checkup::examine(siesta, around, |row| progress.step(&format!("following the audit: {row} rows")))?)
}

/// Does what can be done, says so, and gives back what was done.
fn fix(ui: &mut Ui, settings: &Settings, looked: &Looked) -> Result<Vec<FindingView>, Error> {
    let place = unlock::place(settings, "doctor")?;
    let mut fixed = Vec::new();
    for finding in &looked.checkup.findings {
        let Some(repair) = finding.repair() else { continue };
        let shown = shown(ui, settings, finding);
        let deed = shown.fix.clone().unwrap_or_default();
        match checkup::repair(&place, looked.siesta.as_ref(), &repair) {
            Ok(()) => {
                if !ui.is_json() {
                    ui.say(&format!("fixed: {} ({deed})", shown.what));
                }
                fixed.push(shown);
            }
            Err(error) => ui.warn(&format!("not fixed: {} ({error})", shown.what)),
        }
    }
    Ok(fixed)
}

fn say_how_much(ui: &mut Ui, view: &CheckupView, fixes: bool) {
    let looked_at = view.checks.iter().filter(|check| check.looked_at).count();
    let fixed = if fixes { format!("fixed {}, ", view.fixed.len()) } else { String::new() };
    match view.findings.len() {
        0 => ui.say(&format!("looked at {looked_at} things, {fixed}and found nothing")),
        found => ui.say(&format!("looked at {looked_at} things, {fixed}and found {found}")),
    }
    let fixable = view.findings.iter().filter(|finding| finding.fix.is_some()).count();
    if fixable > 0 && !fixes {
        ui.hint(&format!("siesta doctor --fix        (puts {fixable} of them right)"));
    }
}

/// What a store that is closed does not show.
const INSIDE: [Check; 5] = [Check::Pin, Check::Recipients, Check::Audit, Check::Actor, Check::Connections];

fn shown(ui: &Ui, settings: &Settings, finding: &Finding) -> FindingView {
    diagnosis::finding(finding, &settings.store.value, ui.now())
}

fn view(ui: &Ui, settings: &Settings, looked: &Looked, fixed: Vec<FindingView>) -> CheckupView {
    let (checkup, trouble) = (&looked.checkup, looked.trouble.as_ref());
    let found = checkup.findings.iter().map(|finding| shown(ui, settings, finding));
    let findings: Vec<FindingView> = trouble.map(diagnosis::unopened).into_iter().chain(found).collect();
    let checks = Check::ALL.iter().map(|check| CheckView {
        check: *check,
        looked_at: trouble.is_none() || !INSIDE.contains(check),
        findings: findings.iter().filter(|finding| finding.check == *check).count(),
    });
    CheckupView {
        store: settings.store.value.display().to_string(),
        opened: trouble.is_none(),
        key_source: checkup.key.as_ref().map(|(word, _)| (*word).to_owned()),
        key_place: checkup.key.as_ref().map(|(_, place)| place.clone()),
        actor: checkup.actor.clone(),
        audit_rows: checkup.audit_rows,
        checks: checks.collect(),
        findings,
        fixed,
    }
}
