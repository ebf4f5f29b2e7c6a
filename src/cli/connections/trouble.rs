//! What is wrong with some of several connections, said beside their table.
//!
//! What must stay true: a job whose table goes nowhere still hears what needs somebody, under `--quiet` too; a person who
//! has read the reason in the table does not read it twice.
use crate::cli::ui::Ui;

/// Each with its label, why something is wrong with it, and what to type where only a person can help.
pub(super) fn tell<'r>(ui: &mut Ui, rows: impl Iterator<Item = (&'r str, Option<&'r str>, Option<&'r str>)>) {
    if ui.is_json() {
        return;
    }
    let is_read = ui.stdout_is_terminal() && !ui.is_quiet();
    for (label, why, next) in rows {
        match (why, next) {
            (None, _) => {}
            (Some(_), next) if is_read => next.into_iter().for_each(|next| ui.hint(next)),
            (Some(why), next) => {
                ui.warn(&format!("\"{label}\": {why}"));
                next.into_iter().for_each(|next| ui.must_say(next));
            }
        }
    }
}
