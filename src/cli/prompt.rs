//! Questions to a person, as methods of [`Ui`].
//!
//! What must stay true: where nobody can be asked (no terminal, or `--no-input`) a question becomes exit 2 that names
//! the flag which answers it; a cron job never hangs. Secrets are read without echo and their buffers are wiped.
//! Prompts are drawn on stderr. dialoguer is named only here.
use super::error::Error;
use super::exit::Exit;
use super::harmless::harmless;
use super::ui::{USUAL_WIDTH, Ui};
use crate::model::secret::Secret;
use dialoguer::console::{Term, truncate_str};
use dialoguer::{FuzzySelect, Input, Password};
use std::io::{self, BufRead, Read};
use std::time::Duration;
use zeroize::Zeroizing;

/// Far longer than the handler takes; whoever has none waits this long once.
const HANDLERS_TURN: Duration = Duration::from_millis(500);

/// Longer than any answer, an address that was pasted included.
const LONGEST_LINE: u64 = 64 * 1024;

impl Ui {
    /// A secret, typed without echo. `flag` is how a script gives it, such as `--secret-stdin`.
    pub fn ask_secret(&mut self, question: &str, flag: &str) -> Result<Secret, Error> {
        self.must_be_able_to_ask(question, flag)?;
        // Empty answers come back to us: at the end of input dialoguer would ask again for ever.
        let typed = Password::new().with_prompt(harmless(question)).report(false).allow_empty_password(true).interact();
        let typed = Zeroizing::new(typed.map_err(|error| answer_failed(error, question, flag))?);
        super::secret_input::checked(typed.as_bytes(), "what was typed")
    }

    /// A secret that nobody can see is typed twice: one slip in a new passphrase would lock its owner out for ever.
    pub fn ask_secret_twice(&mut self, question: &str, flag: &str) -> Result<Secret, Error> {
        let first = self.ask_secret(question, flag)?;
        let again = self.ask_secret("the same again", flag)?;
        match first.matches(&again) {
            true => Ok(first),
            false => Err(Error::usage("the two passphrases differ").hint("repeat the command; nothing was changed")),
        }
    }

    /// Whether `--yes` was given: for questions that are answered by typing something.
    pub fn says_yes(&self) -> bool {
        self.manner.yes
    }

    /// A line of text. An empty answer is the default where there is one, and is asked again where there is none.
    pub fn ask(&mut self, question: &str, flag: &str, default: Option<&str>) -> Result<String, Error> {
        self.must_be_able_to_ask(question, flag)?;
        if self.manner.is_dumb {
            let typed = self.ask_plainly(&default.map_or(format!("{question}:"), |d| format!("{question} [{d}]:")));
            let typed = typed.map_err(|error| nobody_to_ask(question, flag).cause(error))?;
            return Ok(if typed.is_empty() { default.unwrap_or_default().to_owned() } else { typed });
        }
        let mut input = Input::<String>::new().with_prompt(harmless(question));
        if let Some(default) = default {
            input = input.default(default.to_owned());
        }
        input.interact_text().map_err(|error| answer_failed(error, question, flag))
    }

    /// Yes or no, then Enter, so that a key pressed too early decides nothing; whatever is not yes is no. `--yes` answers
    /// the questions whose flag it is.
    pub fn confirm(&mut self, question: &str, flag: &str) -> Result<bool, Error> {
        if self.manner.yes && flag == "--yes" {
            return Ok(true);
        }
        self.must_be_able_to_ask(question, flag)?;
        // A whole line, never key by key: of "no way" the last key that means anything would be the y.
        let typed = self.ask_plainly(&format!("{question} [y/N]"));
        let typed = typed.map_err(|error| nobody_to_ask(question, flag).cause(error))?;
        Ok(["y", "yes"].contains(&typed.to_lowercase().as_str()))
    }

    /// Goes on only when the person, or `--yes`, agrees: for what cannot be taken back.
    pub fn confirm_or_stop(&mut self, question: &str) -> Result<(), Error> {
        if self.confirm(question, "--yes")? {
            return Ok(());
        }
        Err(Error::new(Exit::Failure, "stopped: nothing was changed").code("declined"))
    }

    /// The place of the chosen item in `items`; typing narrows the list down.
    pub fn choose(&mut self, question: &str, flag: &str, items: &[String]) -> Result<usize, Error> {
        self.must_be_able_to_ask(question, flag)?;
        if self.manner.is_dumb {
            return Err(nobody_to_ask(question, flag).cause("TERM=dumb, and a list is drawn anew with each key"));
        }
        // One line each: the list is drawn anew with each key, and a line that broke would stay behind.
        let width = Term::stderr().size_checked().map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns));
        let shown: Vec<String> = items.iter().map(|item| one_line(&harmless(item), width)).collect();
        let asked = FuzzySelect::new().with_prompt(harmless(question)).items(&shown).default(0).max_length(12);
        // What was chosen is said by the question that follows; repeating it would repeat its description too.
        let asked = asked.report(false);
        match asked.interact_opt() {
            Ok(Some(place)) => Ok(place),
            Ok(None) => Err(Error::interrupted()),
            Err(error) => Err(answer_failed(error, question, flag)),
        }
    }

    /// A question and the line that is typed behind it, or below it on a terminal that cannot draw.
    fn ask_plainly(&mut self, question: &str) -> io::Result<String> {
        if self.manner.is_dumb {
            self.must_say(question);
        } else {
            Term::stderr().write_str(&format!("{} ", harmless(question)))?;
        }
        let mut line = String::new();
        match io::stdin().lock().take(LONGEST_LINE).read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim().to_owned()),
        }
    }

    fn must_be_able_to_ask(&self, question: &str, flag: &str) -> Result<(), Error> {
        if self.is_interactive() {
            return Ok(());
        }
        let cause = if self.manner.no_input { "--no-input was given" } else { "stdin or stderr is not a terminal" };
        Err(nobody_to_ask(question, flag).cause(cause))
    }
}

/// An item as it fits behind the list's marker.
fn one_line(item: &str, width: usize) -> String {
    const MARKER: usize = 3;
    truncate_str(item, width.saturating_sub(MARKER), "…").into_owned()
}

fn nobody_to_ask(question: &str, flag: &str) -> Error {
    Error::usage(format!("an answer is needed: {question}"))
        .code("input-needed")
        .hint(format!("give it with {flag}"))
        .with("flag", flag)
}

fn answer_failed(error: dialoguer::Error, question: &str, flag: &str) -> Error {
    let dialoguer::Error::IO(error) = error;
    match error.kind() {
        io::ErrorKind::Interrupted => {
            // The key has raised the signal, whose handler tidies the terminal up and ends the process: its turn first.
            std::thread::sleep(HANDLERS_TURN);
            Error::interrupted()
        }
        _ => nobody_to_ask(question, flag).cause(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::format::Format;
    use crate::cli::ui::heard::ui;

    #[test]
    fn with_nobody_to_ask_every_question_is_exit_2_and_names_its_flag() {
        let (mut ui, stdout, stderr) = ui(Format::Table);
        let answers = [
            ui.ask_secret("API key", "--secret-stdin").map(|_| ()),
            ui.ask("Name", "--name", None).map(|_| ()),
            ui.confirm("Really?", "--yes").map(|_| ()),
            ui.confirm_or_stop("Really?"),
            ui.choose("Service", "SERVICE", &["a".to_owned()]).map(|_| ()),
        ];
        for (answer, flag) in answers.into_iter().zip(["--secret-stdin", "--name", "--yes", "--yes", "SERVICE"]) {
            let error = answer.unwrap_err();
            assert_eq!(error.exit, Exit::Usage);
            assert_eq!(error.hint, Some(format!("give it with {flag}")));
        }
        assert_eq!(stdout.text() + &stderr.text(), "");
    }

    #[test]
    fn an_item_of_a_list_stays_on_its_line() {
        let item = format!("OpenAI – {}", "language models ".repeat(9));
        let shown = one_line(&item, 80);
        assert!(shown.starts_with("OpenAI – language") && shown.ends_with('…'));
        assert!(shown.chars().count() <= 77);
        assert_eq!(one_line("OpenAI", 80), "OpenAI");
    }

    #[test]
    fn yes_answers_only_the_questions_that_are_its_own() {
        let (mut ui, _, _) = ui(Format::Table);
        ui.manner.yes = true;
        assert!(ui.confirm("Revoke?", "--yes").unwrap());
        ui.confirm_or_stop("Revoke?").unwrap();
        assert!(ui.confirm("Another account?", "--allow-account-change").is_err());
    }
}
