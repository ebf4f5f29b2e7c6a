//! Text from outside, made safe to look at.
//!
//! What must stay true: whatever a provider, a file or an argument contains, what reaches the terminal moves no
//! cursor, changes no colour, reverses no reading direction and hides no character. The attack is an approval whose
//! arguments show one thing and send another: a bidi override that turns the recipient around, an escape sequence
//! that paints over the line above, zero-width or tag characters that smuggle words to an agent.
//! Characters are replaced by a visible spelling, never dropped: a text that lost something would look clean.
use std::borrow::Cow;
use std::fmt::Write;

/// How many characters of one outside text a message shows. Long enough for any real provider message (the longest
/// seen are a few hundred), short enough that it cannot push the line that matters off the screen.
pub const MESSAGE_CAP: usize = 1_000;

/// The text with every hidden or active character spelled out.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_hidden(c) => {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// As [`harmless`], cut after `cap` characters of the original with a word on how much is missing.
pub fn harmless_up_to(text: &str, cap: usize) -> String {
    match text.char_indices().nth(cap) {
        None => harmless(text).into_owned(),
        Some((end, _)) => {
            let missing = text[end..].chars().count();
            format!("{}… ({missing} more characters)", harmless(&text[..end]))
        }
    }
}

/// As [`harmless_up_to`], line breaks kept: for prose of ours that quotes something from outside.
pub fn harmless_lines(text: &str) -> String {
    text.split('\n').map(harmless).collect::<Vec<_>>().join("\n")
}

/// Whether a reader would not see this character as itself: it acts on the terminal, on the reading direction, or has
/// no ink.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180b}'..='\u{180f}'       // soft hyphen, joiner, Arabic mark, Mongolian
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' // fillers without ink
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'                 // zero-width, marks, separators, bidi embeddings
            | '\u{2060}'..='\u{206f}'                                             // invisible operators, isolates
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'     // variation selectors, BOM, annotations
            | '\u{e000}'..='\u{f8ff}'                                             // private use: a glyph of the font's choosing
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'              // musical controls, tags, more selectors
            | '\u{f0000}'..='\u{10ffff}') // private planes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible() {
        let cases = [
            ("plain text, ü, 漢字, 🦊", "plain text, ü, 漢字, 🦊"),
            ("a\tb\nc\rd", "a\\tb\\nc\\rd"),
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("\u{1b}]8;;http://x\u{7}link", "\\u{1b}]8;;http://x\\u{7}link"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("pay \u{202e}ecila\u{202c}", "pay \\u{202e}ecila\\u{202c}"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("ad\u{200b}min", "ad\\u{200b}min"),
            ("\u{feff}bom", "\\u{feff}bom"),
            ("\u{e000}", "\\u{e000}"),
            ("line\u{2028}sep\u{2029}", "line\\u{2028}sep\\u{2029}"),
            ("\u{e0041}\u{e0042}", "\\u{e0041}\\u{e0042}"),
            ("\u{10fffd}", "\\u{10fffd}"),
            ("nul\0", "nul\\u{0}"),
            ("del\u{7f}", "del\\u{7f}"),
            ("", ""),
        ];
        for (given, shown) in cases {
            assert_eq!(harmless(given), shown, "{given:?}");
        }
    }

    #[test]
    fn a_long_text_says_how_much_of_it_is_missing() {
        assert_eq!(harmless_up_to("abcdef", 6), "abcdef");
        assert_eq!(harmless_up_to("abcdef", 4), "abcd… (2 more characters)");
        assert_eq!(harmless_up_to("ää\u{202e}ä", 3), "ää\\u{202e}… (1 more characters)");
        let huge = "x".repeat(1 << 20);
        assert_eq!(harmless_up_to(&huge, 10), "xxxxxxxxxx… (1048566 more characters)");
    }

    #[test]
    fn our_own_line_breaks_stay_and_what_is_in_the_lines_does_not() {
        assert_eq!(harmless_lines("one\ntwo\u{1b}[2J"), "one\ntwo\\u{1b}[2J");
    }

    proptest::proptest! {
        #[test]
        fn nothing_hidden_survives(text: String) {
            proptest::prop_assert!(!harmless(&text).chars().any(is_hidden));
        }
    }
}
