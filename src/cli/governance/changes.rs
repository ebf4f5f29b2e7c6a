//! What a change of modes did: before → after, in the answer of `governance set|unset` and `functions set|unset`.
use crate::cli::error::Error;
use crate::model::governance::{Mode, ModeSource};
use crate::ops::governance::Changed;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::cli) struct ChangesView {
    dry_run: bool,
    changes: Vec<ChangeView>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangeView {
    target: String,
    /// The effective mode, as it is typed.
    before: &'static str,
    after: &'static str,
    /// Which record decides it then.
    source: ModeSource,
    /// False: the record was so before.
    changed: bool,
}

impl ChangesView {
    pub(in crate::cli) fn new(changed: &[Changed], dry_run: bool) -> ChangesView {
        let changes = changed.iter().map(|changed| ChangeView {
            target: changed.target.clone(),
            before: changed.before.typed(),
            after: changed.after.typed(),
            source: changed.source,
            changed: changed.changed,
        });
        ChangesView { dry_run, changes: changes.collect() }
    }
}

/// A line per target.
pub(in crate::cli) fn words(changed: &[Changed], dry_run: bool) -> String {
    let mut lines: Vec<String> = changed
        .iter()
        .map(|changed| {
            let note = if changed.changed { "" } else { "        (it was so before)" };
            format!("{}: {} → {}{note}", changed.target, changed.before.typed(), changed.after.typed())
        })
        .collect();
    if dry_run {
        lines.push("nothing was changed (--dry-run)".to_owned());
    }
    lines.join("\n")
}

/// The mode stands behind everything it is for.
pub(in crate::cli) fn split_mode(mut words: Vec<String>, command: &str) -> Result<(Vec<String>, Mode), Error> {
    let help = format!("siesta {command} --help");
    let Some(last) = words.pop() else { return Err(Error::usage("<MODE> is missing").hint(help)) };
    match Mode::from_typed(&last) {
        Some(mode) if !words.is_empty() => Ok((words, mode)),
        Some(_) => Err(Error::usage(format!("nothing is named that is to be {last}")).hint(help)),
        None => {
            Err(Error::usage(format!("{last} is no value for <MODE>")).cause("enabled, confirm or disabled").hint(help))
        }
    }
}
