//! What went wrong, in the words of the command line: what is the case, why, and the next command to type.
//!
//! What must stay true: text and JSON carry the same fields; no field ever holds a secret, a URL with its query or a
//! provider's raw body; text from outside passes [`harmless`](super::harmless) before it is shown. A closed pipe is an
//! `Error` too, so that `?` carries it up, but it is silent and ends the program with 0: `siesta list | head -1` must
//! not look like a failure.
use super::exit::Exit;
use super::harmless::{MESSAGE_CAP, harmless_up_to};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::ops::Deref;
use std::process::ExitCode;

/// Boxed, because every `Result` of the command line carries the room for one.
#[derive(Debug, Clone)]
pub struct Error(Box<Situation>);

/// The fields of an [`Error`], read through it.
#[derive(Debug, Clone)]
pub struct Situation {
    /// What a program switches on: the exit's name, or a finer word such as a denial's reason code.
    pub code: Cow<'static, str>,
    pub message: String,
    pub cause: Option<String>,
    pub hint: Option<String>,
    pub exit: Exit,
    /// Further fields of the JSON form, camelCase; text shows none of them.
    pub extra: Map<String, Value>,
    /// For `exec`, whose own failures are 125 so that they cannot be taken for the child's.
    ends_with: Option<u8>,
    is_silent: bool,
}

impl Error {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Error(Box::new(Situation {
            code: Cow::Borrowed(exit.name()),
            message: message.into(),
            cause: None,
            hint: None,
            exit,
            extra: Map::new(),
            ends_with: None,
            is_silent: false,
        }))
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Exit::Usage, message)
    }

    /// The reader of our output went away: success and silence.
    pub fn closed_pipe() -> Self {
        Error::new(Exit::Ok, "the reader closed the pipe").silent()
    }

    /// The person pressed Ctrl-C at a prompt; they know.
    pub fn interrupted() -> Self {
        Error::new(Exit::Interrupted, "interrupted").silent()
    }

    fn silent(mut self) -> Self {
        self.0.is_silent = true;
        self
    }

    /// Whether nothing went wrong but that nobody reads any more.
    pub fn is_closed_pipe(&self) -> bool {
        self.is_silent && self.exit == Exit::Ok
    }

    pub fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = code.into();
        self
    }

    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// The next command to type, without "try" or "please".
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// One more field of the JSON form. The names of the fixed fields cannot be taken.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(field.to_owned(), value.into());
        self
    }

    /// Says first where it is: `org.yaml:12:5: …`.
    pub fn at_place(mut self, file: &str, line: u64, column: u64) -> Self {
        self.0.message = format!("{file}:{line}:{column}: {}", self.0.message);
        self.with("file", file).with("line", line).with("column", column)
    }

    /// End the process with this code instead of the exit's own.
    pub fn ending_with(mut self, code: u8) -> Self {
        self.0.ends_with = Some(code);
        self
    }

    pub fn is_silent(&self) -> bool {
        self.0.is_silent
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.ends_with.unwrap_or(self.exit.code()))
    }

    /// `{"error":{…}}`; fields that are not known are left out rather than null.
    pub fn to_json(&self) -> Value {
        let mut fields = Map::new();
        fields.insert("code".to_owned(), self.code.clone().into_owned().into());
        fields.insert("message".to_owned(), self.message.clone().into());
        if let Some(cause) = &self.cause {
            fields.insert("cause".to_owned(), cause.clone().into());
        }
        if let Some(hint) = &self.hint {
            fields.insert("hint".to_owned(), hint.clone().into());
        }
        fields.insert("exit".to_owned(), self.ends_with.unwrap_or(self.exit.code()).into());
        for (field, value) in &self.extra {
            fields.entry(field.clone()).or_insert_with(|| value.clone());
        }
        let mut document = Map::new();
        document.insert("error".to_owned(), Value::Object(fields));
        Value::Object(document)
    }

    /// The lines a person reads, as (label, text) pairs; the labels are painted by the `Ui`.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![("error: ", harmless_up_to(&self.message, MESSAGE_CAP))];
        if let Some(cause) = &self.cause {
            lines.push(("  cause: ", harmless_up_to(cause, MESSAGE_CAP)));
        }
        if let Some(hint) = &self.hint {
            lines.push(("  hint:  ", harmless_up_to(hint, MESSAGE_CAP)));
        }
        lines
    }
}

impl Deref for Error {
    type Target = Situation;

    fn deref(&self) -> &Situation {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (label, text)) in self.lines().into_iter().enumerate() {
            let line_break = if place == 0 { "" } else { "\n" };
            write!(f, "{line_break}{label}{text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// For writing to our own streams. Reading or writing a file deserves a message that names the file.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Error::closed_pipe(),
            io::ErrorKind::Interrupted => Error::interrupted(),
            _ => Error::new(Exit::Failure, "the output could not be written").cause(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reauth() -> Error {
        Error::new(Exit::NeedsReauth, "connection \"hubspot-sales\" needs to be authorised again")
            .cause("the provider refused the refresh token (invalid_grant)")
            .hint("siesta reauth hubspot-sales        (policies and limits are kept)")
            .with("connection", "hubspot-sales")
    }

    #[test]
    fn text_says_what_why_and_what_next() {
        assert_eq!(
            reauth().to_string(),
            "error: connection \"hubspot-sales\" needs to be authorised again\n  \
               cause: the provider refused the refresh token (invalid_grant)\n  \
               hint:  siesta reauth hubspot-sales        (policies and limits are kept)"
        );
    }

    #[test]
    fn json_carries_the_same_fields_and_the_extra_ones() {
        assert_eq!(
            reauth().to_json().to_string(),
            r#"{"error":{"code":"needs-reauth","message":"connection \"hubspot-sales\" needs to be authorised again","cause":"the provider refused the refresh token (invalid_grant)","hint":"siesta reauth hubspot-sales        (policies and limits are kept)","exit":4,"connection":"hubspot-sales"}}"#
        );
    }

    #[test]
    fn an_extra_field_cannot_replace_a_fixed_one() {
        let error = Error::new(Exit::Failure, "no").with("exit", 0);
        assert_eq!(error.to_json()["error"]["exit"], 1);
    }

    #[test]
    fn a_closed_pipe_is_success_and_silence() {
        let error = Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(error.is_silent());
        assert_eq!(error.exit, Exit::Ok);
    }

    #[test]
    fn a_message_with_escapes_and_a_megabyte_stays_one_short_harmless_line() {
        let error = Error::new(Exit::Provider, format!("said \u{1b}[2J\n{}", "x".repeat(1 << 20)));
        let text = error.to_string();
        assert_eq!(text.lines().count(), 1);
        assert!(text.starts_with("error: said \\u{1b}[2J\\nxxx") && text.ends_with("more characters)"));
        assert!(text.len() < 1_200);
    }
}
