//! The one type that holds a secret, and its one door.
//!
//! What must stay true: a `Secret` cannot be printed, logged, compared byte by byte or serialised; its memory is wiped
//! when it is dropped; and the only way to its text is [`Secret::reveal`]. The layer test lists the files that may
//! call `reveal`: a new one is a decision, not an accident. Without this, a derived `Debug` somewhere up the tree is
//! all it takes to put a company's keys into a bug report.
#[cfg(debug_assertions)]
use crate::model::forced_panic;
use crate::model::memory;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use subtle::ConstantTimeEq;

/// An access token, refresh token, API key, client secret, password or anything else that opens a service.
pub struct Secret(SecretString);

impl Clone for Secret {
    fn clone(&self) -> Self {
        Secret::new(self.0.expose_secret().to_owned())
    }
}

impl Secret {
    pub fn new(text: String) -> Self {
        let secret = SecretString::from(text);
        memory::keep(secret.expose_secret());
        Secret(secret)
    }

    /// The door: the secret's text, for the moment it is put into a request or sealed into the store.
    pub fn reveal(&self) -> &str {
        let text = self.0.expose_secret();
        #[cfg(debug_assertions)]
        forced_panic::with(text);
        text
    }

    pub fn is_empty(&self) -> bool {
        self.0.expose_secret().is_empty()
    }

    /// Whether it begins so: how a key that belongs to another service is told from one of this.
    pub fn begins_with(&self, beginning: &str) -> bool {
        self.0.expose_secret().starts_with(beginning)
    }

    /// Whether a pattern fits the whole of it.
    pub fn fits(&self, pattern: &str) -> bool {
        crate::model::auth::whole(pattern, self.0.expose_secret())
    }

    /// What a person may see to tell two credentials apart: first four … last four characters, and nothing at all of a
    /// secret so short that eight characters would be more than half of it.
    pub fn preview(&self) -> String {
        let chars: Vec<char> = self.0.expose_secret().chars().collect();
        if chars.len() < 16 {
            return "…".to_owned();
        }
        let first: String = chars[..4].iter().collect();
        let last: String = chars[chars.len() - 4..].iter().collect();
        format!("{first}…{last}")
    }

    /// Whether two secrets are equal, in time that does not depend on where they differ.
    pub fn matches(&self, other: &Secret) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(other.0.expose_secret().as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        let secret = Secret::new("canary-7f3a9b2c-canary".to_owned());
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)).find("canary"), None);
    }

    #[test]
    fn a_preview_shows_eight_characters_of_a_long_secret_and_none_of_a_short_one() {
        assert_eq!(Secret::new("sk-abcdefghijklmnop".to_owned()).preview(), "sk-a…mnop");
        assert_eq!(Secret::new("short-secret".to_owned()).preview(), "…");
    }

    #[test]
    fn equal_secrets_match_and_others_do_not() {
        let secret = Secret::new("one".to_owned());
        assert!(secret.matches(&Secret::new("one".to_owned())));
        assert!(!secret.matches(&Secret::new("two".to_owned())));
        assert!(!secret.matches(&Secret::new("one more".to_owned())));
    }
}
