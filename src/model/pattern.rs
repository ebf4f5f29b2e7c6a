//! Patterns of rules: regular expressions that take linear time whatever they and the text are.
//!
//! What must stay true: a pattern is compiled at most once and only when a request comes that far, because a policy may
//! have a thousand of them and a decision takes microseconds; and a stored pattern that does not compile (nothing writes
//! one) never lets anything through.
use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
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
    compiled: OnceLock<Ready>,
}

/// What is known of a pattern once it was looked for.
#[derive(Debug, Clone)]
struct Ready {
    how: How,
    names_an_origin: bool,
    /// The pairs of bytes of the texts that are part of whatever fits.
    pairs: Pairs,
}

/// Which pairs of neighbouring bytes a text has, in 256 bits: several pairs share a bit. A text can only be part of
/// another that has all of its pairs, which is said without looking at either text: of a thousand patterns nearly all
/// are passed over so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pairs([u64; 4]);

impl Pairs {
    pub fn of(text: &[u8]) -> Pairs {
        let mut bits = [0; 4];
        for pair in text.windows(2) {
            let at = pair[0].wrapping_mul(31).wrapping_add(pair[1]);
            bits[usize::from(at >> 6)] |= 1 << (at & 63);
        }
        Pairs(bits)
    }

    /// The pairs that one or the other has.
    pub fn and(self, other: Pairs) -> Pairs {
        Pairs(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    fn are_in(&self, text: &Pairs) -> bool {
        self.0.iter().zip(&text.0).all(|(own, theirs)| own & !theirs == 0)
    }
}

/// How a pattern is looked for.
#[derive(Debug, Clone)]
enum How {
    /// Without a special character: what most patterns are, and comparing is much cheaper than compiling.
    Plain {
        needle: Box<Finder<'static>>,
        at_start: bool,
        at_end: bool,
    },
    Regex {
        /// What stands in every text that fits: most patterns of a policy need no compiling to be passed over.
        needle: Option<Box<Finder<'static>>>,
        regex: OnceLock<Option<Regex>>,
    },
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

    /// False: it is found in no text that has only these pairs of bytes, and its accents put together. A pattern that does
    /// not compile says true, so that [`fits`](Pattern::fits) is asked.
    pub fn may_fit(&self, pairs: &Pairs) -> bool {
        self.ready().pairs.are_in(pairs)
    }

    /// Whether it is found in a text. `when_broken` is the answer of a pattern that does not compile.
    pub fn fits(&self, text: &str, when_broken: bool) -> bool {
        self.fits_composed(&composed(text), when_broken)
    }

    /// The same for a text whose accents are put together already ([`composed`]).
    pub fn fits_composed(&self, text: &str, when_broken: bool) -> bool {
        match &self.ready().how {
            How::Plain { needle, at_start, at_end } => {
                let (text, plain) = (text.as_bytes(), needle.needle());
                match (at_start, at_end) {
                    (true, true) => text == plain,
                    (true, false) => text.starts_with(plain),
                    (false, true) => text.ends_with(plain),
                    (false, false) => needle.find(text).is_some(),
                }
            }
            How::Regex { needle: Some(needle), .. } if needle.find(text.as_bytes()).is_none() => false,
            How::Regex { regex, .. } => {
                let regex = regex.get_or_init(|| compile(&self.text).ok());
                regex.as_ref().map_or(when_broken, |regex| regex.is_match(text))
            }
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

    /// Whether it is looked for in origin and path, and not in the path alone. Some escape every slash.
    pub fn names_an_origin(&self) -> bool {
        self.ready().names_an_origin
    }

    fn ready(&self) -> &Ready {
        self.compiled.get_or_init(|| {
            let (how, pairs) = self.how();
            let names_an_origin = self.text.contains("://") || self.text.contains(r":\/\/");
            Ready { how, names_an_origin, pairs }
        })
    }

    fn how(&self) -> (How, Pairs) {
        let (inner, at_start) = self.text.strip_prefix('^').map_or((self.text.as_str(), false), |rest| (rest, true));
        let (inner, at_end) = inner.strip_suffix('$').map_or((inner, false), |rest| (rest, true));
        if !inner.chars().any(|c| r"\.+*?()|[]{}^$".contains(c)) {
            let inner = composed(inner);
            let needle = Box::new(Finder::new(inner.as_bytes()).into_owned());
            return (How::Plain { needle, at_start, at_end }, Pairs::of(inner.as_bytes()));
        }
        let Ok(tree) = regex_syntax::parse(&composed(&self.text)) else { return (How::Broken, Pairs::default()) };
        let fixed = fixed_texts(&tree);
        let longest = fixed.iter().max_by_key(|text| text.len());
        let needle = longest.map(|text| Box::new(Finder::new(text).into_owned()));
        let pairs = fixed.iter().fold(Pairs::default(), |all, text| all.and(Pairs::of(text)));
        (How::Regex { needle, regex: OnceLock::new() }, pairs)
    }
}

/// The texts that are each part of whatever fits; none when every part can be otherwise.
fn fixed_texts(tree: &Hir) -> Vec<&[u8]> {
    let (mut found, mut ahead): (Vec<&[u8]>, _) = (Vec::new(), vec![tree]);
    while let Some(part) = ahead.pop() {
        match part.kind() {
            HirKind::Literal(literal) => found.push(&literal.0),
            HirKind::Concat(parts) => ahead.extend(parts),
            HirKind::Capture(group) => ahead.push(&group.sub),
            HirKind::Repetition(repeated) if repeated.min > 0 => ahead.push(&repeated.sub),
            _ => {}
        }
    }
    found
}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&composed(text)).size_limit(LARGEST_COMPILED).build()
}

/// The text with its accents put together: two spellings of one letter are one letter.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// The same of a text that is kept.
pub fn into_composed(text: Cow<'_, str>) -> String {
    match composed(&text) {
        Cow::Borrowed(_) => text.into_owned(),
        Cow::Owned(composed) => composed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_bytes_never_pass_over_what_fits() {
        for (pattern, text) in [
            ("^/rest/api/[0-9]+/x", "/rest/api/3/x"),
            ("", "/"),
            ("a", "a"),
            ("(?i)SECRET", "jql=secret"),
            ("caf\u{e9}$", "/cafe\u{301}"),
            ("a|bc", "bc"),
            ("(ab)?cd", "cd"),
        ] {
            let pattern = Pattern::unchecked(pattern);
            let pairs = Pairs::of(composed(text).as_bytes());
            assert!(pattern.fits(text, false) && pattern.may_fit(&pairs), "{pattern:?} {text}");
        }
        let pairs = Pairs::of(b"/rest/api/3/search");
        assert!(!Pattern::unchecked("^/rest/api/[0-9]+/project7").may_fit(&pairs));
        assert!(Pattern::unchecked("(").may_fit(&pairs));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_found_has_its_pairs_in_the_text(
            before in "[a-c/]{0,9}", needle in "[a-c/]{0,5}", after in "[a-c/]{0,9}", other in "[a-c/]{0,12}",
        ) {
            let pattern = Pattern::unchecked(&needle);
            let text = format!("{before}{needle}{after}");
            proptest::prop_assert!(pattern.may_fit(&Pairs::of(text.as_bytes())));
            proptest::prop_assert!(!pattern.fits(&other, false) || pattern.may_fit(&Pairs::of(other.as_bytes())));
        }
    }

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
    fn what_a_pattern_needs_is_part_of_all_that_fits_it() {
        let needle = |text: &str| {
            let tree = regex_syntax::parse(text).unwrap();
            fixed_texts(&tree)
                .into_iter()
                .max_by_key(|text| text.len())
                .map(|text| String::from_utf8(text.to_vec()).unwrap())
        };
        for (pattern, needed) in [
            ("^/rest/api/[0-9]+/project12/.*", Some("/project12/")),
            ("(?:abc)+de?", Some("abc")),
            ("(?i)delete", None),
            ("a|b", None),
            ("(secret)?x*", None),
            ("x{0,3}", None),
            ("(?i:a)bc", Some("bc")),
        ] {
            assert_eq!(needle(pattern).as_deref(), needed, "{pattern}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_fits_what_its_regular_expression_matches(
            pattern in r"[\^]?[ab(|)*+?.\[\]é/]{0,8}[$]?", text in r"[abé/]{0,8}",
        ) {
            if let Ok(regex) = compile(&pattern) {
                let found = regex.is_match(&composed(&text));
                proptest::prop_assert_eq!(Pattern::unchecked(&pattern).fits(&text, false), found);
            }
        }
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_refused_with_a_reason_and_never_allows() {
        for broken in ["(", "[a-", "a{1000}{1000}{10}", "(?=x)", "\\"] {
            let why = Pattern::new(broken).unwrap_err();
            assert!(why.contains("does not compile"), "{why}");
            assert!(!why.contains('\n'), "{why}");
            assert!(!Pattern::unchecked(broken).fits("a", false));
            assert!(Pattern::unchecked(broken).fits("a", true));
        }
        assert!(Pattern::new(&"a".repeat(1001)).is_err());
    }
}
