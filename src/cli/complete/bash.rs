//! bash's side: the line as bash reads it, and a candidate as bash must be given it.
//!
//! What must stay true: nothing of the line is ever expanded or run, only taken apart; and what is given back, put in
//! the place of what bash will replace, is read by bash as exactly the candidate. zsh and fish do this themselves; bash
//! puts a completion into the line as it is, so a label like `$(touch x)` would be run.
//!
//! bash does not replace the whole word: it replaces what stands after the last of its break characters (`COMP_WORDBREAKS`:
//! `=`, `:`, `@`, an open quote and others), and says which text that is. So a candidate is quoted from there on only, in
//! the quote that is open there.

/// The quote that is open at some place of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// A line up to the cursor, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// As the program would get them. The last one is the one under the cursor.
    pub words: Vec<String>,
    quote: Quote,
}

impl Line {
    /// `None` for what a name is never typed in: `$'…'`.
    pub fn read(line: &str) -> Option<Line> {
        let mut words = Vec::new();
        let mut word = String::new();
        let mut is_word = false;
        let mut quote = Quote::None;
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            match (quote, c) {
                (Quote::None, c) if c.is_ascii_whitespace() => {
                    if is_word {
                        words.push(std::mem::take(&mut word));
                    }
                    is_word = false;
                    continue;
                }
                (Quote::None, '$') if characters.peek() == Some(&'\'') => return None,
                (Quote::None, '\'') => quote = Quote::Single,
                (Quote::None, '"') => quote = Quote::Double,
                (Quote::Single, '\'') | (Quote::Double, '"') => quote = Quote::None,
                // A backslash at the very end quotes what has not been typed yet.
                (Quote::None, '\\') => word.extend(characters.next()),
                (Quote::Double, '\\') => match characters.next_if(|next| "$`\"\\".contains(*next)) {
                    Some(quoted) => word.push(quoted),
                    None => word.push('\\'),
                },
                (_, c) => word.push(c),
            }
            is_word = true;
        }
        words.push(word);
        Some(Line { words, quote })
    }
}

/// What bash is to put in the place of `replaced`, the end of the line, so that the last word becomes `full`. `None` when
/// the part of the word that stays does not begin it.
pub(super) fn replacement(line: &str, replaced: &str, full: &str) -> Option<String> {
    let stays = Line::read(line.strip_suffix(replaced)?)?;
    let rest = full.strip_prefix(stays.words.last()?.as_str())?;
    Some(quoted(rest, stays.quote))
}

fn quoted(text: &str, open: Quote) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match open {
            Quote::Single if c == '\'' => quoted.push_str("'\\''"),
            Quote::Single => quoted.push(c),
            // History expansion works between double quotes, and a backslash there would stay in the word.
            Quote::Double if c == '!' => quoted.push_str("\"\\!\""),
            Quote::Double => {
                if "$`\"\\".contains(c) {
                    quoted.push('\\');
                }
                quoted.push(c);
            }
            Quote::None => {
                let is_plain = c.is_alphanumeric() || "_-./@%+,:=".contains(c);
                if !is_plain && c.is_ascii() {
                    quoted.push('\\');
                }
                quoted.push(c);
            }
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        Line::read(line).unwrap().words
    }

    #[test]
    fn a_line_is_taken_apart_as_bash_does_it_and_nothing_is_expanded() {
        assert_eq!(words("siesta show "), ["siesta", "show", ""]);
        assert_eq!(words("siesta  show my\\ no"), ["siesta", "show", "my no"]);
        assert_eq!(
            words("siesta --store=w call 'a b' \"c $x `d` \\$(e)"),
            ["siesta", "--store=w", "call", "a b", "c $x `d` $(e)"]
        );
        assert_eq!(words("siesta '' x\\"), ["siesta", "", "x"]);
        assert_eq!(words("siesta \"a\\b\"'c'd"), ["siesta", "a\\bcd"]);
        assert_eq!(Line::read("siesta show $'a"), None);
    }

    #[test]
    fn a_candidate_is_quoted_from_where_bash_replaces_on() {
        let cases = [
            ("siesta show ", "", "my notes", "my\\ notes"),
            ("siesta show my\\ n", "my\\ n", "my notes", "my\\ notes"),
            ("siesta show \"my n", "my n", "my $notes!", "my \\$notes\"\\!\""),
            ("siesta show 'it", "it", "it's", "it'\\''s"),
            ("siesta show --connection=my", "my", "--connection=my notes", "my\\ notes"),
            ("siesta show --connection=my", "--connection=my", "--connection=my notes", "--connection=my\\ notes"),
            ("siesta show mara@ex", "ex", "mara@example.com", "example.com"),
            ("siesta show 'a b'c", "c", "a bcd", "cd"),
            ("siesta show ", "", "$(touch x)`y`", "\\$\\(touch\\ x\\)\\`y\\`"),
            ("siesta show ", "", "~#;&|<>*?[]{}^!\"'", "\\~\\#\\;\\&\\|\\<\\>\\*\\?\\[\\]\\{\\}\\^\\!\\\"\\'"),
            ("siesta show ", "", "žluť 🦊", "žluť\\ 🦊"),
        ];
        for (line, replaced, full, expected) in cases {
            assert_eq!(replacement(line, replaced, full).as_deref(), Some(expected), "{line:?} {full:?}");
        }
        assert_eq!(replacement("siesta show mara@ex", "ex", "mark@example.com"), None);
        assert_eq!(replacement("siesta show x", "not its end", "x"), None);
    }

    proptest::proptest! {
        /// What bash is given reads back as the candidate, whatever is in it and whatever quote is open.
        #[test]
        fn what_is_given_back_reads_as_the_candidate(label in "[ -~äž漢]{1,12}", open in 0usize..3) {
            let (quote, close) = [("", ""), ("'", "'"), ("\"", "\"")][open];
            let line = format!("siesta show {quote}");
            let given = replacement(&line, "", &label).unwrap();
            let whole = Line::read(&format!("{line}{given}{close}")).unwrap();
            proptest::prop_assert_eq!(whole.quote, Quote::None);
            proptest::prop_assert_eq!(whole.words.last().unwrap(), &label);
        }
    }
}
