//! The likely next command after each command: said last, on stderr, to a person at a terminal and to nobody else.
//!
//! What must stay true: every leaf of the tree has its line in [`NEXT`], and every line is a command of the tree; tests
//! below read both. A leaf that knows more than its own words (what was found, what is missing) says so itself through
//! [`Ui::next`], and then this table is silent: nobody is told two next commands.
use super::advice::quoted;
use super::ui::Ui;
use clap::ArgMatches;

/// What follows a command.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// A command. `{id}` stands for the first value of that argument of the command that has just run; where it was not
    /// given, its name in capitals stands there.
    Command(&'static str),
    /// The same after a list: a command where it had something, and another where it was empty.
    List(&'static str, &'static str),
    /// Nothing of ours: the last words are a child's, or the answer is a text for a file or a reader.
    Nothing,
}

use Next::{Command, List, Nothing};

#[rustfmt::skip]
const NEXT: &[(&str, Next)] = &[
    ("init", Command("siesta add")),
    ("status", Command("siesta list")),
    ("doctor", Command("siesta status")),
    ("add", Command("siesta list")),
    ("list", Command("siesta show CONNECTION")),
    ("show", Command("siesta functions list {connection}")),
    ("edit", Command("siesta show {connection}")),
    ("rename", Command("siesta show {name}")),
    ("reauth", Command("siesta show {connection}")),
    ("refresh", Command("siesta list")),
    ("test", Command("siesta list")),
    ("rotate", Command("siesta show {connection}")),
    ("revoke", Command("siesta list --all")),
    ("grant", Command("siesta show {connection}")),
    ("ungrant", Command("siesta show {connection}")),
    ("assign", Command("siesta policy show {agent} {connection}")),
    ("unassign", Command("siesta show {connection}")),
    ("functions list", Command("siesta functions set {connection} FUNCTION confirm")),
    ("functions set", Command("siesta functions list {connection}")),
    ("functions unset", Command("siesta functions list {connection}")),
    ("functions add", Command("siesta explain --agent AGENT --connection {connection} {function}")),
    ("functions edit", Command("siesta explain --agent AGENT --connection {connection} {function}")),
    ("functions remove", Command("siesta functions list {connection}")),
    ("catalog list", Command("siesta catalog show SERVICE")),
    ("catalog search", List("siesta catalog show SERVICE", "siesta catalog list")),
    ("catalog show", Command("siesta add {service}")),
    ("catalog import", Command("siesta catalog list")),
    ("catalog remove", Command("siesta catalog list")),
    ("app set", Command("siesta app show {provider}")),
    ("app list", List("siesta app show PROVIDER", "siesta app set PROVIDER --client-id ID")),
    ("app show", Command("siesta app list")),
    ("app remove", Command("siesta app list")),
    ("governance list", Command("siesta governance set SERVICE/FUNCTION confirm")),
    ("governance set", Command("siesta governance list")),
    ("governance unset", Command("siesta governance list")),
    ("policy list", List("siesta policy show AGENT CONNECTION", "siesta assign CONNECTION AGENT")),
    ("policy show", Command("siesta explain --agent {agent} --connection {connection} FUNCTION")),
    ("policy set", Command("siesta policy show {agent} {connection}")),
    ("policy remove", Command("siesta policy list")),
    ("policy lint", Command("siesta policy show {agent} {connection}")),
    ("explain", Command("siesta policy show {agent} {connection}")),
    ("access request", Command("siesta access list --pending")),
    ("access list", List("siesta access approve REQUEST", "siesta status")),
    ("access approve", Command("siesta policy list")),
    ("access reject", Command("siesta access list --pending")),
    ("export", Command("siesta plan FILE        (when it was edited)")),
    ("plan", Command("siesta status")),
    ("apply", Command("siesta plan {file}        (nothing is left to change)")),
    ("freeze", Command("siesta status")),
    ("unfreeze", Command("siesta status")),
    ("panic", Command("siesta status")),
    ("call", Command("siesta executions list")),
    ("request", Command("siesta executions list")),
    ("token", Command("siesta executions list")),
    ("exec", Nothing),
    ("executions list", List("siesta executions show EXECUTION", "siesta call CONNECTION FUNCTION --agent AGENT")),
    ("executions show", Command("siesta executions list")),
    ("executions approve", Command("siesta executions show {id}")),
    ("executions reject", Command("siesta executions list --pending")),
    ("executions run", Command("siesta executions show {id}")),
    ("executions wait", Command("siesta executions show {id}")),
    ("executions watch", Command("siesta executions list")),
    ("executions request", Command("siesta executions approve {id} --signature FILE        (once it is signed)")),
    ("executions standing list", List("siesta executions standing revoke STANDING-APPROVAL", "siesta executions list --pending")),
    ("executions standing revoke", Command("siesta executions standing list")),
    ("limits set", Command("siesta limits report --connection {connection}")),
    ("limits list", List("siesta limits report", "siesta limits set CONNECTION --org --daily N")),
    ("limits unset", Command("siesta limits list {connection}")),
    ("limits enable", Command("siesta limits list {connection}")),
    ("limits disable", Command("siesta limits list {connection}")),
    ("limits explain", Command("siesta limits report --connection {connection}")),
    ("limits check", Command("siesta limits explain {connection}")),
    ("limits report", List("siesta limits explain {connection}", "siesta limits set CONNECTION --org --daily N")),
    ("usage record", Command("siesta limits report --connection {connection}")),
    ("usage reserve", Command("siesta usage settle RESERVATION --input N --output N")),
    ("usage settle", Command("siesta usage show")),
    ("usage release", Command("siesta usage show")),
    ("usage import", Command("siesta usage show")),
    ("usage show", List("siesta limits report", "siesta usage import FILE")),
    ("audit list", Command("siesta audit show SEQ")),
    ("audit show", Command("siesta audit list")),
    ("audit verify", Command("siesta audit head        (to be kept elsewhere)")),
    ("audit head", Command("siesta audit verify")),
    ("audit export", Command("siesta audit verify")),
    ("user add", Command("siesta grant CONNECTION --user {name}")),
    ("user list", Command("siesta user show USER")),
    ("user show", Command("siesta grant CONNECTION --user {user}")),
    ("user edit", Command("siesta user show {user}")),
    ("user disable", Command("siesta user show {name}")),
    ("user enable", Command("siesta user show {name}")),
    ("user remove", Command("siesta user list")),
    ("user import", Command("siesta user list")),
    ("user key add", Command("siesta user key list {user}")),
    ("user key list", List("siesta user key remove USER FINGERPRINT", "siesta user key add USER FILE")),
    ("user key remove", Command("siesta user key list {user}")),
    ("team add", Command("siesta team add-member {name} USER")),
    ("team list", List("siesta team show TEAM", "siesta team add NAME")),
    ("team show", Command("siesta grant CONNECTION --team {team}")),
    ("team edit", Command("siesta team show {team}")),
    ("team add-member", Command("siesta team show {team}")),
    ("team remove-member", Command("siesta team show {team}")),
    ("team remove", Command("siesta team list")),
    ("agent add", Command("siesta assign CONNECTION {name}")),
    ("agent list", List("siesta agent show AGENT", "siesta agent add NAME")),
    ("agent show", Command("siesta assign CONNECTION {agent}")),
    ("agent edit", Command("siesta agent show {agent}")),
    ("agent disable", Command("siesta agent show {agent}")),
    ("agent enable", Command("siesta agent show {agent}")),
    ("agent remove", Command("siesta agent list")),
    ("org show", Command("siesta org set --time-zone ZONE")),
    ("org set", Command("siesta org show")),
    ("store info", Command("siesta store verify")),
    ("store verify", Command("siesta store backup FILE")),
    ("store backup", Command("siesta store restore {file} --dry-run")),
    ("store restore", Command("siesta status")),
    ("store compact", Command("siesta store info")),
    ("store recipients list", Command("siesta store recipients add RECIPIENT")),
    ("store recipients add", Command("siesta store recipients list")),
    ("store recipients remove", Command("siesta store recipients list")),
    ("store rekey", Command("siesta store info")),
    ("store passphrase", Command("siesta status")),
    ("store trust", Command("siesta audit verify")),
    ("manifest new", Command("siesta manifest validate")),
    ("manifest validate", Command("siesta manifest show {file}")),
    ("manifest show", Command("siesta manifest validate {file}")),
    ("overview", Command("siesta doctor")),
    ("import", Command("siesta list")),
    ("completions", Nothing),
    ("man", Nothing),
    ("help", Nothing),
];

/// Says what comes next, unless the command has said it.
pub(super) fn say(ui: &mut Ui, leaf: &str, matches: &ArgMatches) {
    let deepest = deepest(matches);
    let rehearsed = deepest.try_get_one::<bool>("dry_run").ok().flatten().is_some_and(|asked| *asked);
    if ui.has_led_on() {
        return;
    }
    match NEXT.iter().find(|(words, _)| *words == leaf) {
        Some((_, Command(_))) if rehearsed => ui.next("the same without --dry-run"),
        Some((_, Command(template))) => ui.next(&filled(template, |id| value(deepest, id))),
        Some((_, List(some, none))) => {
            let template = if ui.has_listed_nothing() { none } else { some };
            ui.next(&filled(template, |id| value(deepest, id)));
        }
        Some((_, Nothing)) | None => {}
    }
}

fn deepest(matches: &ArgMatches) -> &ArgMatches {
    let mut here = matches;
    while let Some((_, deeper)) = here.subcommand() {
        here = deeper;
    }
    here
}

/// What was typed for an argument, as a shell has to get it again; none: nothing, or the standard input.
fn value(matches: &ArgMatches, id: &str) -> Option<String> {
    let first = matches.try_get_raw(id).ok().flatten()?.next()?.to_str()?;
    (first != "-").then(|| quoted(first))
}

fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, (id, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
        text.push_str(before);
        text.push_str(&value(id).unwrap_or_else(|| id.to_uppercase()));
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::format::Format;
    use crate::cli::ui::heard;

    fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
        if !command.has_subcommands() {
            return vec![path.to_owned()];
        }
        let children = command.get_subcommands();
        children.flat_map(|child| leaves(child, format!("{path} {}", child.get_name()).trim())).collect()
    }

    #[test]
    fn every_command_has_one_line_and_every_line_a_command() {
        let mut commands = leaves(&crate::cli::command(), "");
        let mut lines: Vec<&str> = NEXT.iter().map(|(leaf, _)| *leaf).collect();
        commands.sort();
        lines.sort_unstable();
        assert_eq!(lines, commands);
    }

    /// A value for each word that a person fills in.
    fn sample(word: &str) -> &str {
        match word {
            "N" | "SEQ" => "7",
            "SERVICE/FUNCTION" => "jira/delete_issue",
            "FUNCTION" => "http_get",
            "ZONE" => "Europe/Prague",
            "EXECUTION" | "RESERVATION" | "REQUEST" | "STANDING-APPROVAL" => "019ab1c2-5f3e-7000-8000-000000000000",
            "RECIPIENT" => "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
            word if word.chars().all(|c| c.is_ascii_uppercase()) => "name",
            word => word,
        }
    }

    #[test]
    fn every_next_command_is_one_that_the_program_takes() {
        let mut tree = crate::cli::command();
        tree.build();
        let templates = NEXT.iter().flat_map(|(leaf, next)| match next {
            Command(template) => vec![(leaf, template)],
            List(some, none) => vec![(leaf, some), (leaf, none)],
            Nothing => Vec::new(),
        });
        for (leaf, template) in templates {
            let command = leaf.split(' ').fold(&tree, |here, word| here.find_subcommand(word).unwrap());
            let line = filled(template, |id| {
                let known = command.get_arguments().any(|argument| argument.get_id() == id);
                assert!(known, "siesta {leaf} has no argument {id}");
                None
            });
            let line = line.split("        (").next().unwrap();
            let parsed = crate::cli::command().try_get_matches_from(line.split(' ').map(sample));
            assert!(parsed.is_ok(), "after siesta {leaf}: {line}\n{}", parsed.unwrap_err());
        }
    }

    fn said(line: &[&str], before: impl Fn(&mut Ui)) -> String {
        let (mut ui, _, stderr) = heard::ui(Format::Table);
        ui.manner.stderr_is_terminal = true;
        before(&mut ui);
        let matches = crate::cli::command().try_get_matches_from(line).unwrap();
        say(&mut ui, &crate::cli::account::leaf(&matches), &matches);
        stderr.text()
    }

    #[test]
    fn what_was_typed_stands_in_the_next_command_as_a_shell_needs_it() {
        assert_eq!(said(&["siesta", "rename", "a", "b c"], |_| {}), "hint: siesta show 'b c'\n");
        assert_eq!(said(&["siesta", "limits", "list"], |_| {}), "hint: siesta limits report\n");
        let line = ["siesta", "limits", "report", "--connection", "gpt"];
        assert_eq!(said(&line, |_| {}), "hint: siesta limits explain gpt\n");
        assert_eq!(
            said(&["siesta", "apply", "-"], |_| {}),
            "hint: siesta plan FILE        (nothing is left to change)\n"
        );
        assert_eq!(said(&["siesta", "apply", "a.yaml", "--dry-run"], |_| {}), "hint: the same without --dry-run\n");
    }

    #[test]
    fn one_next_command_is_enough_and_only_a_person_hears_it() {
        let line = ["siesta", "list"];
        assert_eq!(said(&line, |ui| ui.next("siesta add")), "hint: siesta add\n");
        assert_eq!(said(&line, |ui| ui.manner.stderr_is_terminal = false), "");
        assert_eq!(said(&line, |ui| ui.manner.quiet = true), "");
        assert_eq!(said(&line, |ui| ui.manner.format = Format::Json), "");
        assert_eq!(said(&line, |ui| ui.manner.format = Format::Csv), "");
        assert_eq!(said(&["siesta", "help"], |_| {}), "");
    }

    #[test]
    fn after_an_empty_list_it_is_how_something_gets_into_it() {
        let empty = |ui: &mut Ui| ui.table(&["NAME"], &[]).unwrap();
        assert_eq!(said(&["siesta", "team", "list"], empty), "hint: siesta team add NAME\n");
    }

    #[test]
    fn a_note_that_has_no_room_beside_its_command_stands_below_it() {
        let narrow = |ui: &mut Ui| ui.manner.width = 40;
        let expected = "hint: siesta plan a.yaml\n      (nothing is left to change)\n";
        assert_eq!(said(&["siesta", "apply", "a.yaml"], narrow), expected);
    }
}
