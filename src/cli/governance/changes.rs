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

/// A line per target whose mode is another now, and how many there are beside them. One target alone has its line always.
pub(in crate::cli) fn words(changed: &[Changed], dry_run: bool) -> String {
    let line = |changed: &Changed| {
        let note = match (changed.changed, changed.before == changed.after) {
            (false, _) => "        (it was so before)",
            (true, true) => "        (the same as before, from another record)",
            (true, false) => "",
        };
        format!("{}: {} → {}{note}", changed.target, changed.before.typed(), changed.after.typed())
    };
    let is_another = |changed: &&Changed| changed.before != changed.after;
    let mut lines: Vec<String> = match changed {
        [alone] => vec![line(alone)],
        several => several.iter().filter(is_another).map(line).collect(),
    };
    if changed.len() > 1 {
        let same = || changed.iter().filter(|changed| !is_another(changed));
        let (said, as_before) =
            (same().filter(|changed| changed.changed).count(), same().filter(|c| !c.changed).count());
        let counted = |count: usize, words: &str| (count > 0).then(|| format!("{count} {words}"));
        lines.extend(counted(said, "more with the same mode as before, from another record"));
        lines.extend(counted(as_before, "more were so before"));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn change(target: &str, before: Mode, after: Mode, changed: bool) -> Changed {
        Changed { target: target.to_owned(), before, after, source: ModeSource::Override, changed }
    }

    #[test]
    fn of_many_targets_only_those_that_differ_have_a_line() {
        use Mode::{Confirm, Disabled, Enabled};
        let many = [
            change("a", Enabled, Confirm, true),
            change("b", Enabled, Enabled, false),
            change("c", Disabled, Disabled, true),
            change("d", Enabled, Enabled, false),
        ];
        let expected =
            "a: enabled → confirm\n1 more with the same mode as before, from another record\n2 more were so before";
        assert_eq!(words(&many, false), expected);
        let alone = [change("b", Enabled, Enabled, false)];
        assert_eq!(words(&alone, false), "b: enabled → enabled        (it was so before)");
        let overridden = [change("c", Confirm, Confirm, true)];
        assert_eq!(words(&overridden, false), "c: confirm → confirm        (the same as before, from another record)");
    }
}
