//! Text from a provider, made harmless before anybody sees it.
//!
//! What must stay true: no control character reaches a terminal (escape sequences), nothing changes the direction or
//! hides part of a line, nothing is longer than a line or two, and no secret of the request comes back in it (servers
//! like to quote the token they did not accept).
use crate::model::secret::Secret;

/// Two lines of a terminal: enough for any sentence meant for people.
const LONGEST: usize = 200;

pub(super) fn clean(text: &str) -> String {
    let spaced = text.chars().map(|char| if char.is_whitespace() { ' ' } else { char });
    let harmless: String = spaced.filter(|char| !is_harmful(*char)).collect();
    let words = harmless.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match words.chars().count() > LONGEST {
        true => words.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => words,
    }
}

/// Also replaces the secrets that were part of the request, as they are and percent-encoded.
pub(super) fn clean_without(text: &str, secrets: &[&Secret]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.reveal().as_bytes()).collect();
        text = text.replace(secret.reveal(), "…").replace(&encoded, "…");
    }
    clean(&text)
}

fn is_harmful(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_direction_marks_and_invisible_characters_are_gone() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}\u{9b}1m"), "a[31mred1m");
        assert_eq!(clean("ab\u{202e}cd\u{2066}e\u{200b}f\u{feff}\u{e0041}"), "abcdef");
        assert_eq!(clean("one\r\n\ttwo\u{2028}three"), "one two three");
    }

    #[test]
    fn long_text_is_cut_to_two_hundred_characters() {
        let cut = clean(&"ä".repeat(5000));
        assert_eq!((cut.chars().count(), cut.chars().last()), (200, Some('…')));
        assert_eq!(clean(&"x".repeat(200)).len(), 200);
    }

    #[test]
    fn a_quoted_secret_is_replaced_raw_and_encoded() {
        let secret = Secret::new("1//canary/token".to_owned());
        let text = "bad token 1//canary/token (1%2F%2Fcanary%2Ftoken)";
        assert_eq!(clean_without(text, &[&secret, &Secret::new(String::new())]), "bad token … (…)");
    }
}
