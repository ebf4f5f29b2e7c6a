//! The one voice of the program. Rules for every word it says:
//!
//! 1. Data goes to stdout, every other word to stderr; nothing else in the tree writes to either.
//! 2. Words start in lower case and have no full stop; one line says one thing.
//! 3. A value that people copy (an id, a path, a URL) stands at the end of its line, without a full stop or quotes.
//! 4. Names of things stand in "straight quotes", commands and flags are written as they are typed.
//! 5. Success is said once, in the past tense ("connected …"), and `--quiet` silences it; errors are never silenced.
//! 6. An error says what is the case, then why, then the next command; it blames nobody.
//! 7. Nothing is asked unless stdin is a terminal; every question names the flag that answers it.
//! 8. Nothing from outside is written without `harmless`; no secret is written at all, but by a command that vends.
//! 9. Colour repeats what a word says; take it away and nothing is lost.
//! 10. With `-o json` and `-o yaml` stdout is one document or empty; a closed pipe ends the command with success and silence.
use super::clock::SystemClock;
use super::colour::Tone;
use super::environment::Environment;
use super::error::Error;
use super::exit::Exit;
use super::fold;
use super::format::{self, Format};
use super::glimpse::Glimpse;
use super::harmless::{harmless, harmless_lines};
use super::log::{Level, Log};
use super::narrator::{Narrator, Words, words, write_line};
use super::settings::Settings;
use super::table::{self, Cell, Row, Screen};
use crate::model::time::{Clock, Timestamp};
use crate::model::witness::{Nobody, Witness};
use dialoguer::console::Term;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// For a stream that is no terminal and for one that does not tell its width.
pub(super) const USUAL_WIDTH: usize = 80;

/// What the voice has to know about how it is heard.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    pub format: Format,
    pub quiet: bool,
    pub verbosity: u8,
    /// How much is told on stderr.
    pub tells: Level,
    pub no_input: bool,
    pub yes: bool,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    /// Whether the terminal can only go on writing: no cursor to move, nothing to draw anew.
    pub is_dumb: bool,
    pub paints_stdout: bool,
    pub paints_stderr: bool,
    pub width: usize,
    pub now: Timestamp,
}

pub struct Ui {
    stdout: Box<dyn Write + Send>,
    stderr: Words,
    pub(super) manner: Manner,
    has_led_on: bool,
    has_listed_nothing: bool,
    /// Flags without which the next command would open another store.
    again: String,
    log: Option<Log>,
}

impl Ui {
    /// The voice of a line that has not been understood yet, or never will be.
    pub(super) fn for_line(glimpse: Glimpse, environment: &Environment, now: Timestamp) -> Ui {
        let (stdout_is_terminal, stderr_is_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let manner = Manner {
            format: glimpse.format,
            quiet: false,
            verbosity: 0,
            tells: Level::Off,
            no_input: false,
            yes: false,
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal,
            is_dumb: environment.is_dumb_terminal,
            paints_stdout: glimpse.color.paints(environment, stdout_is_terminal),
            paints_stderr: glimpse.color.paints(environment, stderr_is_terminal),
            width: Term::stdout().size_checked().map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns)),
            now,
        };
        Ui {
            stdout: Box::new(io::stdout()),
            stderr: words(Box::new(io::stderr())),
            manner,
            has_led_on: false,
            has_listed_nothing: false,
            again: String::new(),
            log: None,
        }
    }

    /// The same voice, once it is known what was meant.
    pub(super) fn adopt(&mut self, settings: &Settings, environment: &Environment) {
        let manner = &mut self.manner;
        manner.format = settings.format.value;
        manner.quiet = settings.quiet;
        manner.verbosity = settings.verbosity;
        // Whoever types -v wants to see it here, also where a file is named.
        manner.tells = match &settings.log_file {
            Some(_) => Level::of_flags(settings.verbosity),
            None => settings.log.value,
        };
        manner.no_input = settings.no_input;
        manner.yes = settings.yes;
        manner.paints_stdout = settings.color.paints(environment, manner.stdout_is_terminal);
        manner.paints_stderr = settings.color.paints(environment, manner.stderr_is_terminal);
        self.again = settings.flags_of_the_store();
    }

    /// A voice into two writers: a pipe on both sides, nobody to ask.
    pub fn from_writers(
        stdout: Box<dyn Write + Send>,
        stderr: Box<dyn Write + Send>,
        format: Format,
        now: Timestamp,
    ) -> Ui {
        let manner = Manner {
            format,
            quiet: false,
            verbosity: 0,
            tells: Level::Off,
            no_input: true,
            yes: false,
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            is_dumb: false,
            paints_stdout: false,
            paints_stderr: false,
            width: USUAL_WIDTH,
            now,
        };
        Ui {
            stdout,
            stderr: words(stderr),
            manner,
            has_led_on: false,
            has_listed_nothing: false,
            again: String::new(),
            log: None,
        }
    }

    pub fn format(&self) -> Format {
        self.manner.format
    }

    /// Whether answers are documents for programs: JSON, or the same as YAML.
    pub fn is_json(&self) -> bool {
        self.manner.format.is_document()
    }

    pub fn is_quiet(&self) -> bool {
        self.manner.quiet
    }

    pub fn verbosity(&self) -> u8 {
        self.manner.verbosity
    }

    /// When the command started: what "3 h ago" counts from.
    pub fn now(&self) -> Timestamp {
        self.manner.now
    }

    pub fn stdin_is_terminal(&self) -> bool {
        self.manner.stdin_is_terminal
    }

    pub fn stdout_is_terminal(&self) -> bool {
        self.manner.stdout_is_terminal
    }

    /// Whether a person can be asked.
    pub fn is_interactive(&self) -> bool {
        self.manner.stdin_is_terminal && self.manner.stderr_is_terminal && !self.manner.no_input
    }

    // ---- data, to stdout --------------------------------------------------------------------------------------------

    /// A view as a document: YAML where that is the format, else JSON; in one line where lines are the format.
    pub fn document(&mut self, view: &impl Serialize) -> Result<(), Error> {
        let document = format::document(view)?;
        let text = match self.manner.format {
            Format::Jsonl => format::line(&document),
            Format::Yaml => format::yaml(&document)?,
            Format::Table | Format::Json | Format::Csv | Format::Tsv => format::pretty(&document),
        };
        self.out(format!("{text}\n").as_bytes())
    }

    /// A view as one line of JSON lines, without `schemaVersion`: for answers that come in several steps.
    pub fn json_line(&mut self, view: &impl Serialize) -> Result<(), Error> {
        let text = format::line(&format::value(view)?);
        self.out(format!("{text}\n").as_bytes())
    }

    /// The answer of a command that did something: the view for programs, the words for people.
    pub fn done(&mut self, view: &impl Serialize, words: &str) -> Result<(), Error> {
        if self.is_json() {
            return self.document(view);
        }
        self.say(words);
        Ok(())
    }

    /// Several of a kind. `view` is what `-o json` prints; the rows are what every other format prints.
    pub fn list<R: Row + Serialize>(&mut self, view: &impl Serialize, rows: &[R]) -> Result<(), Error> {
        if self.is_json() { self.documents(view, rows) } else { self.lines(rows) }
    }

    /// A list in one of the JSON formats: in one document, or a line for each.
    pub fn documents(&mut self, view: &impl Serialize, items: &[impl Serialize]) -> Result<(), Error> {
        match self.manner.format {
            Format::Jsonl => items.iter().try_for_each(|item| self.json_line(item)),
            _ => self.document(view),
        }
    }

    /// A list in any other format.
    pub fn lines<R: Row>(&mut self, rows: &[R]) -> Result<(), Error> {
        let cells: Vec<Vec<Cell>> = rows.iter().map(Row::cells).collect();
        self.rows(R::HEADERS, R::SPARE, &cells)
    }

    /// One thing. `view` is what the JSON formats print, the fields are what every other format prints.
    pub fn record(&mut self, view: &impl Serialize, fields: &[(&str, Cell)]) -> Result<(), Error> {
        if self.is_json() {
            return self.document(view);
        }
        if self.manner.format == Format::Table && self.manner.stdout_is_terminal {
            let text = table::record_for_screen(fields, self.screen());
            return self.out(text.as_bytes());
        }
        let rows: Vec<Vec<Cell>> = fields.iter().map(|(name, cell)| vec![Cell::text(*name), cell.clone()]).collect();
        self.table(&["FIELD", "VALUE"], &rows)
    }

    /// Rows without a view of their own: a second table below a record. Nothing in the JSON formats, whose document
    /// holds everything already.
    pub fn table(&mut self, headers: &[&str], rows: &[Vec<Cell>]) -> Result<(), Error> {
        self.rows(headers, &[], rows)
    }

    fn rows(&mut self, headers: &[&str], spare: &[&str], rows: &[Vec<Cell>]) -> Result<(), Error> {
        self.has_listed_nothing = rows.is_empty();
        let delimited = |delimiter| {
            table::delimited(headers, rows, delimiter)
                .map_err(|error| Error::new(Exit::Internal, "the rows could not be written").cause(error))
        };
        let bytes = match self.manner.format {
            Format::Json | Format::Jsonl | Format::Yaml => return Ok(()),
            Format::Csv => delimited(b',')?,
            Format::Tsv => delimited(b'\t')?,
            Format::Table if rows.is_empty() => Vec::new(),
            Format::Table if self.manner.stdout_is_terminal => {
                table::for_screen(headers, rows, spare, self.screen()).into_bytes()
            }
            Format::Table => table::for_pipe(rows).into_bytes(),
        };
        self.out(&bytes)
    }

    /// A finding for a person at a terminal, in the form of a message: every word of it, which a table would cut.
    pub(super) fn finding(&mut self, label: &str, tone: Tone, lines: &[(&str, &str)]) -> Result<(), Error> {
        const INDENT: usize = 9;
        let mut text = String::new();
        for (place, (head, line)) in lines.iter().enumerate() {
            let head = if place == 0 { format!("{label}: ") } else { format!("  {head:<7}") };
            let room = self.manner.width.saturating_sub(head.width().max(INDENT));
            let tone = if place == 0 { tone } else { Tone::Advice };
            for (part, line) in fold::folded(&harmless(line), room).iter().enumerate() {
                match part {
                    0 => text.push_str(&tone.paint(&head, self.manner.paints_stdout)),
                    _ => text.push_str(&" ".repeat(INDENT)),
                }
                text.push_str(line);
                text.push('\n');
            }
        }
        self.out(text.as_bytes())
    }

    /// Text of ours, as it is: help, a man page, a line for a person under `-o table`.
    pub fn text(&mut self, text: &str) -> Result<(), Error> {
        self.out(text.as_bytes())
    }

    /// Bytes as they came: a provider's answer, an export.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out(bytes)
    }

    // ---- words, to stderr -------------------------------------------------------------------------------------------

    /// Success, or how far a command has come. Silent under `--quiet`.
    pub fn say(&mut self, words: &str) {
        if !self.manner.quiet {
            let lines: Vec<String> = harmless_lines(words).lines().flat_map(|line| self.fitted(line)).collect();
            self.err(&lines.join("\n"));
        }
    }

    /// A line at a terminal that is too narrow for it: broken at spaces, going on below itself. A word that is longer than
    /// a line, such as a path or a key, is left for the terminal to break, which copies it whole.
    fn fitted(&self, line: &str) -> Vec<String> {
        const MORE: usize = 2;
        if !self.manner.stderr_is_terminal || line.width() <= self.manner.width {
            return vec![line.to_owned()];
        }
        let indent = line.len() - line.trim_start().len();
        let folded = fold::folded(line.trim_start(), self.manner.width.saturating_sub(indent + MORE));
        let indents = std::iter::once(indent).chain(std::iter::repeat(indent + MORE));
        folded.into_iter().zip(indents).map(|(line, indent)| format!("{}{line}", " ".repeat(indent))).collect()
    }

    /// What a person needs in order to go on, such as an address to open: said under `--quiet` too.
    pub fn must_say(&mut self, words: &str) {
        self.err(&harmless_lines(words));
    }

    /// Writes what is told into the log that the settings name, from here on; `leaf` is the command's words.
    pub(super) fn log_to(&mut self, settings: &Settings, leaf: &str) -> Result<(), Error> {
        let Some(file) = settings.log_file.as_ref().filter(|_| settings.log.value > Level::Off) else { return Ok(()) };
        self.log = Some(Log::open(&file.value, settings.log.value, &file.source.to_string())?);
        self.note(&format!("begin siesta {} {leaf}", env!("CARGO_PKG_VERSION")));
        Ok(())
    }

    /// A line in the log, where there is one.
    pub(super) fn note(&self, words: &str) {
        if let Some(log) = &self.log {
            log.line(SystemClock.now(), &harmless_lines(words));
        }
    }

    /// Words for who asked for more.
    pub fn detail(&mut self, level: Level, words: &str) {
        if self.log.as_ref().is_some_and(|log| log.level >= level) {
            self.note(words);
        }
        if self.manner.tells >= level {
            let painted = Tone::Quiet.paint(&harmless_lines(words), self.manner.paints_stderr);
            self.err(&painted);
        }
    }

    /// Who tells of requests, as far as that was asked for: with -vv each request, with -vvv also where it went.
    pub(super) fn witness(&self) -> Arc<dyn Witness> {
        let log = self.log.clone().filter(|log| log.level >= Level::Debug);
        if self.manner.tells < Level::Debug && log.is_none() {
            return Arc::new(Nobody);
        }
        let words = Arc::clone(&self.stderr);
        Arc::new(Narrator { words, tells: self.manner.tells, paints: self.manner.paints_stderr, log })
    }

    /// Something is not as it should be, and the command goes on.
    pub fn warn(&mut self, words: &str) {
        self.note(&format!("warning: {words}"));
        self.labelled("warning: ", Tone::Waiting, &harmless_lines(words));
    }

    /// The likely next command, to a person at a terminal; a program, a log and `--quiet` hear nothing.
    pub fn next(&mut self, command: &str) {
        let manner = &self.manner;
        if !manner.stderr_is_terminal || manner.format != Format::Table {
            return;
        }
        let line = match command.starts_with("siesta ") {
            true => with_flags(command, &self.again),
            false => command.to_owned(),
        };
        self.hint(&line);
    }

    /// Whether the last table that was to be shown had no rows.
    pub(super) fn has_listed_nothing(&self) -> bool {
        self.has_listed_nothing
    }

    /// Whether the command has said what to type next.
    pub(super) fn has_led_on(&self) -> bool {
        self.has_led_on
    }

    /// What is to be done after a success, or what changes an answer: said in a log too. Silent under `--quiet`.
    pub fn hint(&mut self, words: &str) {
        self.has_led_on = true;
        if !self.manner.quiet {
            self.labelled("hint: ", Tone::Advice, &harmless_lines(words));
        }
    }

    /// An error whose next command opens the same store.
    pub(super) fn with_its_store(&self, error: Error) -> Error {
        let names_one = |hint: &String| hint.contains("--store") || hint.contains("--identity-file");
        let command = error.hint.as_ref().filter(|hint| hint.starts_with("siesta ") && !names_one(hint));
        match command.map(|command| with_flags(command, &self.again)) {
            Some(command) => error.hint(command),
            None => error,
        }
    }

    /// The last words of a command that failed.
    pub fn error(&mut self, error: &Error) {
        if error.is_silent() {
            return;
        }
        error.lines().iter().for_each(|(label, text)| self.note(&format!("{label}{text}")));
        if self.manner.format.has_json_errors() {
            let line = format::line(&error.to_json());
            return self.err(&line);
        }
        for (label, text) in error.lines() {
            let tone = if label.starts_with("error") { Tone::Bad } else { Tone::Advice };
            self.labelled(label, tone, &text);
        }
    }

    /// At a terminal in lines that fit it, as far as a command can still be copied: it stays in one, and its note goes
    /// below it.
    fn labelled(&mut self, label: &str, tone: Tone, text: &str) {
        let room = self.manner.width.saturating_sub(label.width());
        let painted = tone.paint(label, self.manner.paints_stderr);
        let is_too_long = self.manner.stderr_is_terminal && text.width() > room;
        let lines = match text.split_once("        (") {
            _ if !is_too_long => vec![text.to_owned()],
            Some((command, note)) => vec![command.to_owned(), format!("({note}")],
            // A command is copied, so it stays in one line; what is not one is read.
            None if label.contains("hint") && (text.starts_with("siesta ") || text.starts_with('-')) => {
                vec![text.to_owned()]
            }
            None => fold::folded(text, room),
        };
        let indent = " ".repeat(label.width());
        self.err(&format!("{painted}{}", lines.join(&format!("\n{indent}"))));
    }

    fn screen(&self) -> Screen {
        Screen { width: self.manner.width, paints: self.manner.paints_stdout, now: self.manner.now }
    }

    fn out(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stdout.write_all(bytes)?;
        Ok(self.stdout.flush()?)
    }

    fn err(&mut self, line: &str) {
        write_line(&self.stderr, line);
    }

    /// Help and version come from clap with its own styles.
    pub(super) fn styled(&mut self, text: &clap::builder::StyledStr) -> Result<(), Error> {
        let text = if self.manner.paints_stdout { text.ansi().to_string() } else { text.to_string() };
        self.out(text.as_bytes())
    }
}

/// A command with more flags, which stand before the note behind it.
fn with_flags(command: &str, flags: &str) -> String {
    let (command, note) = command.split_once("        (").map_or((command, None), |(c, note)| (c, Some(note)));
    match note {
        Some(note) => format!("{command}{flags}        ({note}"),
        None => format!("{command}{flags}"),
    }
}

/// What a `Ui` from two writers wrote, for unit tests of the commands.
#[cfg(test)]
pub(crate) mod heard {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    pub(crate) struct Ear(Arc<Mutex<Vec<u8>>>);

    impl Ear {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Ear {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A voice at 15:00 UTC on 21 November 2026, and what it says on stdout and stderr.
    pub(crate) fn ui(format: Format) -> (Ui, Ear, Ear) {
        let (stdout, stderr) = (Ear::default(), Ear::default());
        let now = "2026-11-21T15:00:00Z".parse().unwrap();
        (Ui::from_writers(Box::new(stdout.clone()), Box::new(stderr.clone()), format, now), stdout, stderr)
    }
}

#[cfg(test)]
#[path = "ui_tests.rs"]
mod tests;
