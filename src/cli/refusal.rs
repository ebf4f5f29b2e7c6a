//! clap's refusals in our own words.
//!
//! What must stay true: a refused line never repeats a value that could be a secret. clap's own message shows the
//! argument it did not expect, and the argument people most often put in the wrong place is a key. So the message is
//! built here from the parts of the error, and a value is shown only when [`may_be_shown`] says so.
use super::error::Error;
use super::exit::Exit;
use super::secret_guard::may_be_shown;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// The refusal as an error of ours. Help and version are no refusals; the caller has printed them.
pub(super) fn error(refusal: &clap::Error, args: &[OsString]) -> Error {
    let part = |kind| words(refusal, kind);
    let arg = part(ContextKind::InvalidArg);
    let value = part(ContextKind::InvalidValue);
    let named = || arg.clone().unwrap_or_else(|| "an argument".to_owned());
    let message = match refusal.kind() {
        ErrorKind::UnknownArgument => match &arg {
            Some(arg) => format!("unexpected argument {arg}"),
            None => "unexpected argument".to_owned(),
        },
        ErrorKind::InvalidSubcommand => match part(ContextKind::InvalidSubcommand) {
            Some(word) => format!("there is no command {word}"),
            None => "there is no such command".to_owned(),
        },
        ErrorKind::InvalidValue if value.as_deref() == Some("") => format!("{} needs a value", named()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match &value {
            Some(value) => format!("{value} is no value for {}", named()),
            None => format!("{} does not take that value", named()),
        },
        ErrorKind::MissingRequiredArgument => missing(&named()),
        ErrorKind::ArgumentConflict => match part(ContextKind::PriorArg) {
            Some(prior) if Some(&prior) == arg.as_ref() => format!("{} was given twice", named()),
            Some(prior) => format!("{} cannot stand beside {prior}", named()),
            None => format!("{} cannot stand beside another argument of the line", named()),
        },
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} has a wrong number of values", named())
        }
        ErrorKind::NoEquals => format!("{} needs a = before its value", named()),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "the command is not complete".to_owned()
        }
        ErrorKind::InvalidUtf8 => "an argument is not text".to_owned(),
        _ => "the line was not understood".to_owned(),
    };
    let mut error = Error::usage(message);
    // What a value's own parser has to say; it may quote the value, so it is shown under the same condition.
    let source = std::error::Error::source(refusal).map(in_words).filter(|source| may_be_shown(source));
    let valid = part(ContextKind::ValidValue).or_else(|| part(ContextKind::ValidSubcommand));
    if let Some(cause) = source.or_else(|| valid.map(|valid| format!("possible: {valid}"))) {
        error = error.cause(cause);
    }
    let suggested = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
        ContextKind::SuggestedCommand,
    ];
    let suggestion = suggested.into_iter().find_map(part);
    error.hint(match suggestion {
        Some(suggestion) => format!("did you mean {suggestion}?"),
        None => format!("{} --help", command(args)),
    })
}

/// A refusal without a command to type next gets the help of the command it is about.
pub(super) fn with_help(error: Error, args: &[OsString]) -> Error {
    let is_refusal = matches!(error.exit, Exit::Usage | Exit::NotFound | Exit::Conflict);
    match is_refusal && error.hint.is_none() && !error.is_silent() {
        true => error.hint(format!("{} --help", command(args))),
        false => error,
    }
}

/// The words of one part of the refusal, hidden where they could be a secret.
fn words(refusal: &clap::Error, kind: ContextKind) -> Option<String> {
    let shown = |text: &String| {
        // `--flag=VALUE` is about the flag; anything else is shown whole or not at all.
        let text = match text.split_once('=') {
            Some((flag, value)) if flag.starts_with('-') && !flag.contains('<') && !value.starts_with('<') => flag,
            _ => text,
        };
        if may_be_shown(text) { text.to_owned() } else { "(not shown: it could be a secret)".to_owned() }
    };
    match refusal.get(kind)? {
        ContextValue::String(text) => Some(shown(text)),
        ContextValue::Strings(texts) if !texts.is_empty() => {
            Some(texts.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

/// What a line lacks; of several that exclude each other, one.
fn missing(parts: &str) -> String {
    let of_several =
        |part: &str| part.strip_prefix('<').is_some_and(|rest| rest.starts_with('-') && rest.contains("|--"));
    let parts: Vec<String> = parts
        .split(", ")
        .map(|part| match of_several(part) {
            true => format!("one of {}", part[1..part.len() - 1].replace("|--", ", --")),
            false => part.to_owned(),
        })
        .collect();
    match parts.as_slice() {
        [one] => format!("{one} is missing"),
        several => format!("these are missing: {}", several.join("; ")),
    }
}

/// The library's own words about numbers are those of programs.
fn in_words(source: &dyn std::error::Error) -> String {
    match source.to_string().as_str() {
        "invalid digit found in string" => "a whole number belongs here".to_owned(),
        "cannot parse integer from empty string" => "a whole number belongs here".to_owned(),
        words => words.to_owned(),
    }
}

/// The command the line was about, as far as its words lead down the tree: `siesta completions`.
fn command(args: &[OsString]) -> String {
    let root = super::command();
    let (mut found, mut path) = (&root, "siesta".to_owned());
    for word in args.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(child) = found.find_subcommand(word) {
            path = format!("{path} {}", child.get_name());
            found = child;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> Error {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        error(&crate::cli::command().try_get_matches_from(&args).unwrap_err(), &args)
    }

    #[test]
    fn a_refused_line_names_what_is_wrong_and_what_to_type() {
        let cases = [
            ("siesta completion", "there is no command completion", "did you mean completions?"),
            ("siesta completions", "<SHELL> is missing", "siesta completions --help"),
            ("siesta completions foo", "foo is no value for <SHELL>", "siesta completions --help"),
            ("siesta man --jsn", "unexpected argument --jsn", "did you mean --json?"),
            ("siesta man a b", "unexpected argument b", "siesta man --help"),
            ("siesta man --json -o csv", "--json cannot stand beside -o <FORMAT>", "siesta man --help"),
        ];
        for (line, message, hint) in cases {
            let error = refused(line);
            assert_eq!((error.message.as_str(), error.hint.as_deref()), (message, Some(hint)), "{line}");
        }
    }

    #[test]
    fn a_value_that_could_be_a_secret_is_never_repeated() {
        let key = "Zx81Qw7vBn29Kd04Lm55Tr";
        for line in [
            format!("siesta {key}"),
            format!("siesta completions {key}"),
            format!("siesta man dir {key}"),
            format!("siesta man --{key}"),
            format!("siesta man --quiet={key}"),
            format!("siesta man --color={key}"),
        ] {
            let error = refused(&line);
            assert!(!format!("{error} {}", error.to_json()).contains(key), "{line}: {error}");
        }
    }
}
