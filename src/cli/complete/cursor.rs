//! Where in the grammar the cursor stands: which argument the word under it belongs to.
//!
//! What must stay true: the line is walked by the definition that will parse it, and a line that is half typed, wrong or
//! hostile has an answer too: at worst that nothing is known about this place.
use super::kind::{self, Kind};
use crate::ops::completion::Wanted;
use clap::{Arg, ArgAction, Command};

/// A place where a name can stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub kind: Kind,
    /// What the word has before the name: `--agent=`, or nothing.
    pub lead: String,
    /// What there is of the name.
    pub typed: String,
    /// Whether the name may begin with a hyphen without being taken for a flag.
    pub may_begin_with_hyphen: bool,
    /// What was said before.
    pub said: Said,
}

/// What the words before the cursor say that matters for the one under it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub connection: Option<String>,
    pub store: Option<String>,
}

/// The place of the last word. The first is the program.
pub(super) fn place(root: &Command, words: &[String]) -> Option<Place> {
    let (typed, before) = words.split_last()?;
    let mut walk =
        Walk { root, command: root, positional: 0, waiting: None, only_positionals: false, said: Said::default() };
    for word in before.get(1..)? {
        walk.pass(word);
    }
    walk.at(typed)
}

struct Walk<'c> {
    root: &'c Command,
    command: &'c Command,
    /// How many positional arguments have been passed.
    positional: usize,
    /// A flag that still wants a value, and how many it has.
    waiting: Option<(&'c Arg, usize)>,
    /// After `--`.
    only_positionals: bool,
    said: Said,
}

impl<'c> Walk<'c> {
    fn pass(&mut self, word: &str) {
        if let Some((arg, values)) = self.waiting.take_if(|(_, values)| *values == 0 || !word.starts_with('-')) {
            self.note(arg, word);
            let most = arg.get_num_args().map_or(1, |range| range.max_values());
            // Only of flags that end somewhere: one that takes any number would swallow the rest of the line.
            self.waiting = (values + 1 < most && most < usize::MAX).then_some((arg, values + 1));
            return;
        }
        self.waiting = None;
        if !self.only_positionals {
            if word == "--" {
                self.only_positionals = true;
                return;
            }
            if let Some(long) = word.strip_prefix("--") {
                return self.pass_long(long);
            }
            if let Some(shorts) = word.strip_prefix('-').filter(|shorts| !shorts.is_empty()) {
                return self.pass_shorts(shorts);
            }
            if self.positional == 0
                && let Some(child) = self.command.find_subcommand(word)
            {
                self.command = child;
                return;
            }
        }
        if let Some(arg) = self.next_positional() {
            self.note(arg, word);
            self.positional += usize::from(!takes_many(arg));
        }
    }

    fn pass_long(&mut self, word: &str) {
        match word.split_once('=') {
            Some((name, value)) => {
                if let Some(arg) = self.long(name) {
                    self.note(arg, value);
                }
            }
            None => self.waiting = self.long(word).filter(|arg| takes_value(arg)).map(|arg| (arg, 0)),
        }
    }

    /// `-qo json`, `-ojson`, `-o=json`.
    fn pass_shorts(&mut self, shorts: &str) {
        for (place, short) in shorts.char_indices() {
            let Some(arg) = self.arguments().find(|arg| arg.get_short() == Some(short)) else { return };
            if takes_value(arg) {
                if place + short.len_utf8() == shorts.len() {
                    self.waiting = Some((arg, 0));
                }
                return;
            }
        }
    }

    fn at(self, word: &str) -> Option<Place> {
        if let Some((arg, _)) = self.waiting.filter(|(_, values)| *values == 0 || !word.starts_with('-')) {
            return self.found(arg, "", word, false);
        }
        if !self.only_positionals && word.starts_with('-') {
            let (name, value) = word.strip_prefix("--")?.split_once('=')?;
            let arg = self.long(name).filter(|arg| takes_value(arg))?;
            return self.found(arg, &format!("--{name}="), value, true);
        }
        let arg = self.next_positional()?;
        let after_hyphens = self.only_positionals;
        self.found(arg, "", word, after_hyphens)
    }

    fn found(&self, arg: &Arg, lead: &str, typed: &str, may_begin_with_hyphen: bool) -> Option<Place> {
        Some(Place {
            kind: kind::of(self.command, arg)?,
            lead: lead.to_owned(),
            typed: typed.to_owned(),
            may_begin_with_hyphen,
            said: self.said.clone(),
        })
    }

    fn note(&mut self, arg: &Arg, value: &str) {
        match kind::of(self.command, arg) {
            Some(Kind::Name(Wanted::Connection)) => self.said.connection = Some(value.to_owned()),
            Some(Kind::Store) => self.said.store = Some(value.to_owned()),
            _ => {}
        }
    }

    fn next_positional(&self) -> Option<&'c Arg> {
        self.command.get_positionals().nth(self.positional)
    }

    fn long(&self, name: &str) -> Option<&'c Arg> {
        self.arguments().find(|arg| {
            arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        })
    }

    /// Those of the command, and the global ones.
    fn arguments(&self) -> impl Iterator<Item = &'c Arg> {
        self.command.get_arguments().chain(self.root.get_arguments().filter(|arg| arg.is_global_set()))
    }
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

/// Whether a positional argument goes on until the end of the line.
fn takes_many(arg: &Arg) -> bool {
    arg.get_num_args().is_some_and(|range| range.max_values() > 1) || matches!(arg.get_action(), ArgAction::Append)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str) -> Option<Place> {
        let root = crate::cli::command();
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        place(&root, &words)
    }

    fn wanted(line: &str) -> Option<Wanted> {
        match at(line).map(|place| place.kind) {
            Some(Kind::Name(wanted)) => Some(wanted),
            _ => None,
        }
    }

    #[test]
    fn every_place_of_the_line_is_known() {
        let cases = [
            ("siesta show ", Wanted::Connection),
            ("siesta show no", Wanted::Connection),
            ("siesta call notes ", Wanted::Function),
            ("siesta call notes http_get --agent ", Wanted::Agent),
            ("siesta call --agent helper notes ", Wanted::Function),
            ("siesta call notes --agent=helper ", Wanted::Function),
            ("siesta call notes http_get --approval ", Wanted::Execution),
            ("siesta explain --connection ", Wanted::Connection),
            ("siesta explain --connection=", Wanted::Connection),
            ("siesta explain --connection notes ", Wanted::Operation),
            ("siesta governance set rest-api/", Wanted::ServiceOrFunction),
            ("siesta governance list ", Wanted::Service),
            ("siesta policy set ", Wanted::Agent),
            ("siesta policy set helper ", Wanted::Connection),
            ("siesta -q --json --store work show ", Wanted::Connection),
            ("siesta -qo json show ", Wanted::Connection),
            ("siesta -ojson show ", Wanted::Connection),
            ("siesta -o json show -v ", Wanted::Connection),
            ("siesta show -- ", Wanted::Connection),
            ("siesta --actor ", Wanted::Actor),
            ("siesta show notes --actor ag", Wanted::Actor),
            ("siesta refresh one two ", Wanted::Connection),
            ("siesta executions approve ", Wanted::Execution),
            ("siesta executions reject --reason no ", Wanted::Execution),
            ("siesta team add-member desk ", Wanted::User),
            ("siesta user disable ", Wanted::User),
            ("siesta agent enable ", Wanted::Agent),
            ("siesta audit list --by ", Wanted::RecordedActor),
            ("siesta list --service ", Wanted::Service),
        ];
        for (line, expected) in cases {
            assert_eq!(wanted(line), Some(expected), "{line:?}");
        }
        assert_eq!(at("siesta add ").unwrap().kind, Kind::Connectable);
        assert_eq!(at("siesta --store ").unwrap().kind, Kind::Store);
        assert_eq!(at("siesta show --store=wo").unwrap().kind, Kind::Store);
    }

    #[test]
    fn where_no_name_stands_nothing_is_known() {
        for line in [
            "",
            "siesta",
            "siesta ",
            "siesta sho",
            "siesta show --",
            "siesta show -",
            "siesta show notes ",
            "siesta show --nothing=",
            "siesta nonsense ",
            "siesta rename notes ",
            "siesta user add ",
            "siesta call notes http_get --arg ",
            "siesta -o ",
            "siesta completions ",
            "siesta show -o",
            "siesta \u{1b} ",
            "siesta freeze --reason ",
            "siesta freeze --reason -- ",
        ] {
            assert_eq!(at(line), None, "{line:?}");
        }
    }

    #[test]
    fn what_was_said_before_is_remembered() {
        let place = at("siesta --store work call --agent helper claude ").unwrap();
        assert_eq!(place.said, Said { connection: Some("claude".to_owned()), store: Some("work".to_owned()) });
        let place = at("siesta explain --connection=a=b --store=./x http").unwrap();
        assert_eq!(place.said, Said { connection: Some("a=b".to_owned()), store: Some("./x".to_owned()) });
        let place = at("siesta show --actor=agent:he").unwrap();
        assert_eq!((place.lead.as_str(), place.typed.as_str()), ("--actor=", "agent:he"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn no_line_is_a_bug(words: Vec<String>) {
            let _ = place(&crate::cli::command(), &words);
        }

        #[test]
        fn no_line_of_our_own_words_is_a_bug(picks in proptest::collection::vec(0usize..14, 0..8)) {
            const WORDS: [&str; 14] = ["siesta", "add", "--finish", "call", "--", "-", "--agent", "--agent=", "-qo", "-o",
                "governance", "set", "x", ""];
            let words: Vec<String> = picks.into_iter().map(|pick| WORDS[pick].to_owned()).collect();
            let _ = place(&crate::cli::command(), &words);
        }
    }
}
