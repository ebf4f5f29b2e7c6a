//! `siesta __complete`: what the scripts of the shells ask while somebody types.
//!
//! What must stay true: an answer comes in less than 20 ms, so no key is read, no lock taken, no store opened, no network
//! used; whatever is wrong, there is silence and exit 0, because a message would land in the middle of a prompt; and
//! nothing is printed that is not a name with visible characters.
//!
//! It is no command of the tree: the line it is asked about may be one that the tree refuses, and it has no help. The
//! line comes on standard input, not as arguments, which every process of the machine can read.
//!
//! Asked: words, each ended by a NUL. `__complete words`: those of the line as the program would get them, the one under
//! the cursor last. `__complete bash`: the line up to the cursor, and the end of it that bash will replace.
//! Answered: nothing where no name stands, and the script's own completion goes on; else the line `names`, then a
//! candidate per line, with what it is after a tab (not for bash, whose candidates are quoted for it).
mod bash;
mod cursor;
mod kind;
pub(super) mod scripts;

use super::clock::SystemClock;
use super::environment::Environment;
use super::glimpse::Glimpse;
use super::harmless::is_hidden;
use super::process;
use super::settings::Whereto;
use super::ui::Ui;
use crate::model::time::Clock;
use crate::ops::completion::{self, Candidate, IndexPlace};
use cursor::Place;
use kind::Kind;
use std::ffi::OsString;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

/// What the scripts call. Two underscores, as other programs have it, keep it out of the way of what people type.
pub(super) const COMMAND: &str = "__complete";

/// The longest line an answer is worth looking for.
const LONGEST_LINE: u64 = 64 * 1024;

/// How `siesta add` calls any standard server.
const ANY_SERVER: &str = "oauth2";

/// Answers the script, when it is one that asks.
pub(super) fn answered(args: &[OsString], environment: &Environment) -> bool {
    if args.get(1).is_none_or(|word| word != COMMAND) {
        return false;
    }
    let shell = args.get(2).and_then(|word| word.to_str()).unwrap_or_default();
    if let Ok(Some(text)) = process::catching_bugs(|| Ok(asked().and_then(|asked| answer(shell, &asked, environment))))
    {
        let mut ui = Ui::for_line(Glimpse::default(), environment, SystemClock.now());
        // A shell that has stopped listening has its reasons.
        let _ = ui.text(&text);
    }
    true
}

/// What the script wrote. Nobody types it, so a terminal is not waited for.
fn asked() -> Option<Vec<String>> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return None;
    }
    let mut bytes = Vec::new();
    stdin.take(LONGEST_LINE).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_suffix('\0')?.split('\0').map(str::to_owned).collect())
}

fn answer(shell: &str, asked: &[String], environment: &Environment) -> Option<String> {
    match (shell, asked) {
        ("words", words) => {
            let (place, found) = found(words, environment)?;
            let lines = found.into_iter().map(|candidate| match candidate.about.is_empty() {
                true => candidate.word,
                false => format!("{}\t{}", candidate.word, candidate.about),
            });
            Some(text(offered(&place, lines)))
        }
        ("bash", [line, replaced]) => {
            let (place, found) = found(&bash::Line::read(line)?.words, environment)?;
            let begun = |word: &&String| word.starts_with(&place.typed);
            let ignoring_case = |word: &&String| word.to_lowercase().starts_with(&place.typed.to_lowercase());
            let words: Vec<String> = offered(&place, found.into_iter().map(|candidate| candidate.word)).collect();
            let exact: Vec<&String> = words.iter().filter(begun).collect();
            let fitting = if exact.is_empty() { words.iter().filter(ignoring_case).collect() } else { exact };
            let given = fitting.into_iter();
            let given = given.filter_map(|word| bash::replacement(line, replaced, &format!("{}{word}", place.lead)));
            Some(text(given))
        }
        _ => None,
    }
}

/// Those that can stand there: nothing hidden, and nothing that would be taken for a flag.
fn offered(place: &Place, lines: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let is_flag = |line: &str| !place.may_begin_with_hyphen && line.starts_with('-');
    lines.filter(move |line| !is_flag(line) && !line.chars().any(|c| c != '\t' && is_hidden(c)))
}

fn text(candidates: impl Iterator<Item = String>) -> String {
    candidates.fold("names\n".to_owned(), |text, candidate| text + &candidate + "\n")
}

/// What can stand at the last word.
fn found(words: &[String], environment: &Environment) -> Option<(Place, Vec<Candidate>)> {
    let place = cursor::place(&super::command(), words)?;
    let whereto =
        Whereto::resolve(place.said.store.as_ref().map(|store| without_tilde(store, environment)), environment);
    // Shells give the word as it was typed, with the quote that is still open.
    let typed = place.typed.trim_start_matches(['"', '\'']);
    let found = match (place.kind, whereto) {
        // A directory is the business of the shell.
        (Kind::Store, Some(whereto)) => {
            let names = whereto.stores.into_iter().map(|name| Candidate::new(name, "store of config.toml"));
            Some(names.collect::<Vec<_>>()).filter(|names| names.iter().any(|name| name.word.starts_with(typed)))?
        }
        (Kind::Store, None) => return None,
        (Kind::Name(wanted), whereto) => {
            let names = whereto.map(|whereto| completion::names(&whereto.index_place(), &whereto.store));
            completion::candidates(wanted, typed, place.said.connection.as_deref(), &names.unwrap_or_default())
        }
        (Kind::Connectable, whereto) => {
            let names = whereto.map(|whereto| completion::names(&whereto.index_place(), &whereto.store));
            let names = names.unwrap_or_default();
            let services = completion::candidates(completion::Wanted::Service, typed, None, &names);
            services.into_iter().chain([Candidate::new(ANY_SERVER, "any standard authorization server")]).collect()
        }
    };
    Some((place, found))
}

/// A `~` that the shell has not expanded, because the command does not run yet.
fn without_tilde(typed: &str, environment: &Environment) -> PathBuf {
    match (typed.strip_prefix("~/"), &environment.home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(typed).to_owned(),
    }
}

impl Whereto {
    fn index_place(&self) -> IndexPlace {
        super::settings::index_place(&self.cache_dir, self.completion_index)
    }
}
