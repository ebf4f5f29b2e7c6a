//! Patterns of rules: regular expressions that take linear time whatever they and the text are.
//!
//! What must stay true: a pattern is compiled at most once and only when a request comes that far, because a policy may
//! have a thousand of them and a decision takes microseconds; and a stored pattern that does not compile (nothing writes
//! one) never lets anything through.
use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::OnceLock;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The longest pattern, in characters: nobody reads a longer one.
pub const LONGEST: usize = 1000;

/// How large a compiled pattern may become, in bytes: `a{1000}{1000}` is refused instead of filling the memory.
const LARGEST_COMPILED: usize = 1 << 20;

/// A pattern as it was written.
#[derive(Debug, Clone, Default, JsonSchema, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern {
    text: String,
    #[serde(skip)]
    #[schemars(skip)]
    compiled: OnceLock<How>,
}

/// How a pattern is looked for.
#[derive(Debug, Clone)]
enum How {
    /// Without a special character: what most patterns are, and comparing is much cheaper than compiling.
    Plain {
        text: String,
        at_start: bool,
        at_end: bool,
    },
    Regex(Regex),
    Broken,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

impl Pattern {
    /// A pattern that compiles, or why it does not.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let pattern = Pattern::unchecked(text);
        pattern.check()?;
        Ok(pattern)
    }

    /// A pattern that has been checked before, or will be.
    pub fn unchecked(text: &str) -> Pattern {
        Pattern { text: text.to_owned(), compiled: OnceLock::new() }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is wrong with it, in one line.
    pub fn check(&self) -> Result<(), String> {
        if self.text.chars().count() > LONGEST {
            return Err(format!("the pattern is longer than {LONGEST} characters"));
        }
        match compile(&self.text) {
            Ok(_) => Ok(()),
            Err(error) => {
                // The library draws the pattern with a marker below it; its last line is the sentence.
                let words = error.to_string();
                let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(format!("the pattern \"{}\" does not compile: {last}", self.text))
            }
        }
    }

    /// Whether it is found in a text. `when_broken` is the answer of a pattern that does not compile.
    pub fn fits(&self, text: &str, when_broken: bool) -> bool {
        let text = composed(text);
        match self.how() {
            How::Plain { text: plain, at_start, at_end } => match (at_start, at_end) {
                (true, true) => text == plain.as_str(),
                (true, false) => text.starts_with(plain.as_str()),
                (false, true) => text.ends_with(plain.as_str()),
                (false, false) => text.contains(plain.as_str()),
            },
            How::Regex(regex) => regex.is_match(&text),
            How::Broken => when_broken,
        }
    }

    /// Every place where it is found, as byte ranges.
    pub fn places(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        match compile(&self.text) {
            Ok(regex) => regex.find_iter(text).map(|found| found.range()).collect(),
            Err(_) => Vec::new(),
        }
    }

    fn how(&self) -> &How {
        self.compiled.get_or_init(|| {
            let (inner, at_start) =
                self.text.strip_prefix('^').map_or((self.text.as_str(), false), |rest| (rest, true));
            let (inner, at_end) = inner.strip_suffix('$').map_or((inner, false), |rest| (rest, true));
            if !inner.chars().any(|c| r"\.+*?()|[]{}^$".contains(c)) {
                return How::Plain { text: inner.nfc().collect(), at_start, at_end };
            }
            compile(&self.text).map_or(How::Broken, How::Regex)
        })
    }
}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    let composed: String = text.nfc().collect();
    RegexBuilder::new(&composed).size_limit(LARGEST_COMPILED).build()
}

/// The text with its accents put together: two spellings of one letter are one letter.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_pattern_means_what_the_same_regular_expression_means() {
        for (pattern, text, found) in [
            ("^/rest/", "/rest/api", true),
            ("^/rest/", "/x/rest/", false),
            ("issue$", "/rest/issue", true),
            ("issue$", "/rest/issues", false),
            ("^/a$", "/a", true),
            ("^/a$", "/a/b", false),
            ("sue", "/rest/issue", true),
            ("", "anything", true),
            ("^/rest/api/[0-9]+/", "/rest/api/33/x", true),
            ("(?i)DELETE", "delete", true),
            ("caf\u{e9}", "/cafe\u{301}", true),
        ] {
            assert_eq!(Pattern::unchecked(pattern).fits(text, false), found, "{pattern} {text}");
            assert_eq!(compile(pattern).unwrap().is_match(&composed(text)), found, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_refused_with_a_reason_and_never_allows() {
        for broken in ["(", "[a-", "a{1000}{1000}{10}", "(?=x)", "\\"] {
            let why = Pattern::new(broken).unwrap_err();
            assert!(why.contains("does not compile"), "{why}");
            assert!(!why.contains('\n'), "{why}");
            assert!(!Pattern::unchecked(broken).fits("x", false));
            assert!(Pattern::unchecked(broken).fits("x", true));
        }
        assert!(Pattern::new(&"a".repeat(1001)).is_err());
    }
}
