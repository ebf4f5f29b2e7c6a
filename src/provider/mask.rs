//! Masks a credential that a server sends back: some echo request headers, in error pages above all.
//!
//! What must stay true: the raw text, its base64 forms and its percent-encoded form are all replaced, because an agent
//! that reads the answer must not find the key in it in any spelling a server would plausibly use (R27).
use crate::model::credential::Opens;
use crate::model::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// What stands in the place of a credential.
pub const MARK: &str = "[credential]";

/// Shorter ones are not masked: replacing every `ab` in an answer would spoil it and hide nothing.
const SHORTEST: usize = 8;

/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The answer without the credential.
pub(super) fn mask(body: &[u8], opens: &Opens) -> Vec<u8> {
    let mut text = body.to_vec();
    for needle in needles(opens) {
        if find(&text, needle.as_bytes()).is_some() {
            text = replace(&text, needle.as_bytes());
        }
    }
    text
}

fn needles(opens: &Opens) -> Vec<Zeroizing<String>> {
    let secrets: Vec<&Secret> = match opens {
        Opens::Nothing => Vec::new(),
        Opens::ApiKey(key) => vec![key],
        Opens::OAuth(tokens) => [
            Some(&tokens.access_token),
            tokens.refresh_token.as_ref(),
            tokens.client_secret.as_ref(),
            tokens.companion.as_ref(),
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    let mut needles = Vec::new();
    for secret in secrets.into_iter().map(Secret::reveal).filter(|text| text.len() >= SHORTEST) {
        let bytes = secret.as_bytes();
        needles.push(secret.to_owned());
        needles.extend([STANDARD.encode(bytes), STANDARD_NO_PAD.encode(bytes)]);
        needles.extend([URL_SAFE.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)]);
        needles.extend((1..3).flat_map(|before| inside_base64(bytes, before)));
        needles.extend(inside_base64(bytes, 0));
        let form: String = url::form_urlencoded::byte_serialize(bytes).collect();
        for escaped in [
            utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
            utf8_percent_encode(secret, COMPONENT).to_string(),
            form,
        ] {
            needles.extend([lower_escapes(&escaped), escaped]);
        }
        // In a JSON text; the quotes around it are not part of it.
        let quoted = serde_json::Value::from(secret).to_string();
        let quoted = quoted.trim_matches('"');
        needles.extend([quoted.to_owned(), quoted.replace('/', "\\/")]);
    }
    // The longer form first: a padded one must not be left with its padding.
    needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    needles.into_iter().map(Zeroizing::new).collect()
}

/// What base64 makes of it in the middle of a longer text (`Bearer …`, `user:…`): the characters that depend on it alone,
/// when `before` bytes of a group of three stand before it.
fn inside_base64(bytes: &[u8], before: usize) -> Vec<String> {
    // Six bits a character.
    let whole = (before + bytes.len()) * 8 / 6;
    let shared = (before * 8).div_ceil(6);
    let padded = Zeroizing::new([&[0u8; 2][..before], bytes].concat());
    let inner = |engine: &base64::engine::GeneralPurpose| engine.encode(&*padded)[shared..whole].to_owned();
    let found = [inner(&STANDARD_NO_PAD), inner(&URL_SAFE_NO_PAD)];
    found.into_iter().filter(|text| text.len() >= SHORTEST).collect()
}

/// The same with `%2d` in the place of `%2D`.
fn lower_escapes(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        text.push('%');
        text.push_str(&digits.to_ascii_lowercase());
        text.push_str(rest);
    }
    text
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, needle)
}

/// The same for an answer that is handed on as it comes.
///
/// What could be the beginning of a credential is held back until it is known whether it is one; everything before it
/// goes on at once.
pub(super) struct Stream {
    needles: Vec<Zeroizing<String>>,
    held: Zeroizing<Vec<u8>>,
}

impl Stream {
    pub fn new(opens: &Opens) -> Stream {
        Stream { needles: needles(opens), held: Zeroizing::default() }
    }

    /// What of it may go on now.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(piece);
        for needle in &self.needles {
            if find(&self.held, needle.as_bytes()).is_some() {
                self.held = Zeroizing::new(replace(&self.held, needle.as_bytes()));
            }
        }
        let kept = self.begun();
        let goes = self.held[..self.held.len() - kept].to_vec();
        let stays = Zeroizing::new(self.held[self.held.len() - kept..].to_vec());
        self.held = stays;
        goes
    }

    /// What was held back and is no credential: the answer has ended.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.held)
    }

    /// How many bytes at the end could be the beginning of a credential.
    fn begun(&self) -> usize {
        let longest_of = |needle: &Zeroizing<String>| {
            let most = self.held.len().min(needle.len().saturating_sub(1));
            (1..=most).rev().find(|length| self.held.ends_with(&needle.as_bytes()[..*length])).unwrap_or(0)
        };
        self.needles.iter().map(longest_of).max().unwrap_or(0)
    }
}

fn replace(text: &[u8], needle: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find(rest, needle) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(MARK.as_bytes());
        rest = &rest[at + needle.len()..];
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(body: &str) -> String {
        let key = Opens::ApiKey(Secret::new("sk-canary+/=9f8e7d".to_owned()));
        String::from_utf8(mask(body.as_bytes(), &key)).unwrap()
    }

    #[test]
    fn an_echoed_credential_is_masked_in_every_spelling() {
        for echoed in [
            "sk-canary+/=9f8e7d".to_owned(),
            STANDARD.encode("sk-canary+/=9f8e7d"),
            URL_SAFE_NO_PAD.encode("sk-canary+/=9f8e7d"),
            "sk%2Dcanary%2B%2F%3D9f8e7d".to_owned(),
            "sk-canary%2B%2F%3D9f8e7d".to_owned(),
            "sk-canary%2b%2f%3d9f8e7d".to_owned(),
            "sk-canary+\\/=9f8e7d".to_owned(),
        ] {
            assert_eq!(masked(&format!("a {echoed} b {echoed}")), "a [credential] b [credential]", "{echoed}");
        }
    }

    #[test]
    fn an_echoed_credential_is_masked_inside_a_longer_base64_text() {
        for before in ["Bearer ", "user:", "ab", "a", ""] {
            for after in ["", "x", "xy", "\n"] {
                let echoed = STANDARD.encode(format!("{before}sk-canary+/=9f8e7d{after}"));
                let shown = masked(&echoed);
                assert!(shown.contains(MARK) && shown.len() < 40, "{before:?} {after:?}: {shown}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn however_an_answer_is_cut_its_stream_is_masked_like_the_whole(
            parts in proptest::collection::vec(
                proptest::prop_oneof![
                    proptest::strategy::Just("sk-canary+/=9f8e7d".to_owned()),
                    proptest::strategy::Just("sk-canary".to_owned()),
                    proptest::strategy::Just(STANDARD.encode("sk-canary+/=9f8e7d")),
                    "[a-z ]{0,6}",
                ], 0..6),
            cuts in proptest::collection::vec(1usize..9, 0..40),
        ) {
            let whole = parts.concat();
            let key = Opens::ApiKey(Secret::new("sk-canary+/=9f8e7d".to_owned()));
            let mut stream = Stream::new(&key);
            let (mut rest, mut out) = (whole.as_bytes(), Vec::new());
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                out.extend(stream.push(piece));
                rest = after;
            }
            out.extend(stream.push(rest));
            out.extend(stream.finish());
            let out = String::from_utf8(out).unwrap();
            proptest::prop_assert!(!out.contains("sk-canary+/=9f8e7d"), "{}", out);
            // Padding that comes in a later piece than the text it pads is left; it says nothing.
            proptest::prop_assert_eq!(out.replace('=', ""), masked(&whole).replace('=', ""));
        }
    }

    #[test]
    fn what_is_no_beginning_of_a_credential_goes_on_at_once() {
        let mut stream = Stream::new(&Opens::ApiKey(Secret::new("sk-canary+/=9f8e7d".to_owned())));
        assert_eq!(stream.push(b"data: {\"a\":1}\n\n"), b"data: {\"a\":1}\n\n");
        assert_eq!(stream.push(b"x sk-can"), b"x ");
        assert_eq!(stream.push(b"dy"), b"sk-candy");
        assert_eq!(stream.push(b" sk-"), b" ");
        assert_eq!(stream.finish(), b"sk-");
    }

    #[test]
    fn an_answer_without_it_is_untouched() {
        assert_eq!(masked("{\"plain\": true}"), "{\"plain\": true}");
        assert_eq!(mask(b"\xff\x00", &Opens::Nothing), b"\xff\x00");
    }
}
