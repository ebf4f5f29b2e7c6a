//! Detectors: what personal and secret data looks like, and the marker that takes its place.
//!
//! What must stay true: a detector with a check digit uses it, so that an order number is not taken for a card; and the
//! marker names the detector and is found by none, so that redacting twice is redacting once.
use crate::model::pattern::Pattern;
use crate::model::words::words;
use serde_json::Value;
use std::ops::Range;
use std::sync::OnceLock;

words! {
    Detector {
        Email => "email",
        Phone => "phone",
        /// Payment cards, with their check digit (Luhn).
        Card => "card",
        /// Bank accounts, with their check digits (ISO 13616).
        Iban => "iban",
        /// National ids: US social security numbers, Czech and Slovak birth numbers.
        NationalId => "national_id",
        /// Keys and tokens with a prefix that a service of the catalogue gives them.
        Token => "token",
        PrivateKey => "private_key",
    }
}

impl Detector {
    /// What stands in the place of a finding.
    pub fn marker(self) -> String {
        format!("[redacted {}]", self.as_str().replace('_', " "))
    }

    fn pattern(self) -> &'static Pattern {
        static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
        let all = PATTERNS.get_or_init(|| Detector::ALL.iter().map(|d| Pattern::unchecked(d.text())).collect());
        &all[self as usize]
    }

    fn text(self) -> &'static str {
        match self {
            Detector::Email => r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
            Detector::Phone => {
                r"\+[0-9][0-9 ().-]{6,18}[0-9]|\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}\b|\b[0-9]{3}-[0-9]{3}-[0-9]{4}\b"
            }
            Detector::Card => r"\b[0-9](?:[ -]?[0-9]){12,18}\b",
            Detector::Iban => r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
            Detector::NationalId => r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b|\b[0-9]{6}/[0-9]{3,4}\b",
            Detector::Token => concat!(
                r"\b(?:sk-ant-[A-Za-z0-9_-]{8,}|sk-[A-Za-z0-9_-]{16,}|xox[abeprs]-[A-Za-z0-9-]{8,}|gh[opsru]_[A-Za-z0-9]{16,}",
                r"|github_pat_[A-Za-z0-9_]{16,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_.-]{16,}|AKIA[A-Z0-9]{16}",
                r"|ntn_[A-Za-z0-9]{16,}|secret_[A-Za-z0-9]{24,}|fc-[a-f0-9]{24,}|pat-[a-z0-9]{2,3}-[A-Za-z0-9-]{16,}",
                r"|ATATT[A-Za-z0-9_=-]{16,}|[0-9]{8,10}:[A-Za-z0-9_-]{35}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})",
            ),
            Detector::PrivateKey => {
                r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)|AGE-SECRET-KEY-1[A-Z0-9]{8,}"
            }
        }
    }

    /// Whether what looks like one is one.
    fn is_one(self, found: &str) -> bool {
        let digits: Vec<u32> = found.chars().filter_map(|c| c.to_digit(10)).collect();
        match self {
            Detector::Card => (13..=19).contains(&digits.len()) && luhn(&digits),
            Detector::Iban => iban(found),
            Detector::NationalId => match found.contains('/') {
                false => !found.starts_with("000") && !found.starts_with("666") && !found.starts_with('9'),
                // Nine digits are from before 1954 and carry no check digit.
                true if digits.len() == 9 => true,
                true => digits.iter().fold(0, |sum, digit| (sum * 10 + digit) % 11) == 0,
            },
            Detector::Phone => (7..=15).contains(&digits.len()),
            Detector::Email | Detector::Token | Detector::PrivateKey => true,
        }
    }

    fn find(self, text: &str) -> Vec<Range<usize>> {
        let found = self.pattern().places(text).into_iter();
        found.filter(|range| self.is_one(&text[range.clone()])).collect()
    }
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(at, digit)| if at % 2 == 1 { doubled(*digit) } else { *digit }).sum();
    sum.is_multiple_of(10)
}

fn iban(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !(15..=34).contains(&plain.len()) || !plain.is_ascii() {
        return false;
    }
    let (head, rest) = plain.split_at(4);
    let rearranged = rest.chars().chain(head.chars());
    rearranged.filter_map(|c| c.to_digit(36)).fold(0, |sum, digit| match digit > 9 {
        true => (sum * 100 + digit) % 97,
        false => (sum * 10 + digit) % 97,
    }) == 1
}

/// Every detector, where none is named.
pub fn or_all(detectors: &[Detector]) -> &[Detector] {
    if detectors.is_empty() { Detector::ALL } else { detectors }
}

/// Whether a text holds anything of the kind.
pub fn finds(text: &str, detectors: &[Detector]) -> bool {
    or_all(detectors).iter().any(|detector| !detector.find(text).is_empty())
}

/// The text with markers in the place of what was found; none: nothing was.
pub fn redacted(text: &str, detectors: &[Detector]) -> Option<String> {
    let mut out: Option<String> = None;
    for detector in or_all(detectors) {
        let now = out.as_deref().unwrap_or(text);
        let found = detector.find(now);
        if found.is_empty() {
            continue;
        }
        let mut next = now.to_owned();
        for range in found.into_iter().rev() {
            next.replace_range(range, &detector.marker());
        }
        out = Some(next);
    }
    out
}

/// Replaces what is found in every text of a value; names of members stay. Whether anything was replaced.
pub fn redact_value(value: &mut Value, detectors: &[Detector]) -> bool {
    match value {
        Value::String(text) => match redacted(text, detectors) {
            Some(clean) => {
                *text = clean;
                true
            }
            None => false,
        },
        // Each of them, whether or not one before it had something.
        Value::Array(items) => {
            items.iter_mut().filter_map(|item| redact_value(item, detectors).then_some(())).count() > 0
        }
        Value::Object(members) => {
            members.values_mut().filter_map(|item| redact_value(item, detectors).then_some(())).count() > 0
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether something is left that no replacement in a text can reach: a number, or the name of a member.
pub fn is_left(value: &Value, detectors: &[Detector]) -> bool {
    match value {
        Value::Number(number) => finds(&number.to_string(), detectors),
        Value::Array(items) => items.iter().any(|item| is_left(item, detectors)),
        Value::Object(members) => members.iter().any(|(name, item)| finds(name, detectors) || is_left(item, detectors)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_detector_finds_its_own_and_leaves_the_rest() {
        for (detector, found, left) in [
            (Detector::Email, "jan.novak+x@mail.example.cz", "jan at example"),
            (Detector::Phone, "+420 777 123 456", "order 12345"),
            (Detector::Card, "4111 1111 1111 1111", "4111 1111 1111 1112"),
            (Detector::Iban, "CZ65 0800 0000 1920 0014 5399", "CZ66 0800 0000 1920 0014 5399"),
            (Detector::NationalId, "078-05-1120", "000-05-1120"),
            (Detector::NationalId, "736028/5163", "736028/5164"),
            (Detector::Token, "sk-ant-api03-abcdefgh", "sk-ant"),
            (Detector::Token, "xoxb-1234567890-abc", "xoxo"),
            (Detector::PrivateKey, "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "BEGIN"),
        ] {
            let clean = redacted(&format!("a {found} z"), &[detector]);
            assert_eq!(clean.as_deref(), Some(format!("a {} z", detector.marker()).as_str()), "{found}");
            assert_eq!(redacted(&format!("a {left} z"), &[detector]), None, "{left}");
        }
    }

    #[test]
    fn redacting_twice_is_redacting_once() {
        let text = "mail a@b.cz, call +420 777 123 456, card 4111111111111111, 078-05-1120";
        let once = redacted(text, &[]).unwrap();
        assert_eq!(redacted(&once, &[]), None, "{once}");
    }

    #[test]
    fn a_number_or_a_name_cannot_be_replaced_and_is_reported() {
        assert!(is_left(&json!({"n": 4111111111111111u64}), &[Detector::Card]));
        assert!(is_left(&json!({"a@b.cz": 1}), &[]));
        let mut value = json!({"a": ["call +420 777 123 456"]});
        assert!(redact_value(&mut value, &[]));
        assert!(!is_left(&value, &[]));
    }
}
