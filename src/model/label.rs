//! Names people type: the rules a label keeps, and the order in which a typed name is matched.
use crate::model::id::ConnectionId;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// The longest label, in characters (model.md, "Labels and names").
pub const LONGEST: usize = 100;
/// The fewest characters of an id that may stand for it (model.md, "Labels and names").
pub const SHORTEST_ID_PREFIX: usize = 8;

/// Why a text cannot be a label.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LabelError {
    #[error("a label has 1 to {LONGEST} characters")]
    Length,
    #[error("a label holds printable characters only (found U+{:04X})", *.0 as u32)]
    Unprintable(char),
    #[error("a label begins and ends with a visible character")]
    Edges,
    #[error("a label must not look like an id")]
    LooksLikeId,
    #[error("\"{0}\" says what kind of actor is meant and cannot begin a name")]
    Prefix(&'static str),
    #[error("\"{0}\" is the name of a service")]
    ServiceName(String),
}

/// Characters that change how the text around them is shown, or that nobody sees: a label with one could pose as another.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}')
}

/// Checks a connection's label. `service_names` are the ids and aliases of all services; a singleton may bear its own
/// service's id, which the caller leaves out of the list.
pub fn check<'a>(label: &str, mut service_names: impl Iterator<Item = &'a str>) -> Result<(), LabelError> {
    check_name(label)?;
    if label.parse::<uuid::Uuid>().is_ok() {
        return Err(LabelError::LooksLikeId);
    }
    if service_names.any(|name| name == label) {
        return Err(LabelError::ServiceName(label.to_owned()));
    }
    Ok(())
}

/// Checks the name of somebody who acts: what `--actor` would read as something else cannot be one.
pub fn check_actor_name(name: &str) -> Result<(), LabelError> {
    let prefix = ["agent:", "user:"].into_iter().find(|prefix| name.starts_with(prefix));
    match prefix {
        Some(prefix) => Err(LabelError::Prefix(prefix)),
        None => check_name(name),
    }
}

/// Checks the name of a user, team or agent: the same characters as a label.
pub fn check_name(name: &str) -> Result<(), LabelError> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST {
        return Err(LabelError::Length);
    }
    if let Some(found) = name.chars().find(|c| is_deceptive(*c)) {
        return Err(LabelError::Unprintable(found));
    }
    if name.trim() != name {
        return Err(LabelError::Edges);
    }
    // A no-break space looks like a space: two labels that only differ in it could not be told apart.
    if let Some(found) = name.chars().find(|c| *c != ' ' && c.is_whitespace()) {
        return Err(LabelError::Unprintable(found));
    }
    Ok(())
}

/// Two labels are the same label when they differ only in case, or in how an accent is put together.
pub fn same(one: &str, other: &str) -> bool {
    one == other || folded(one) == folded(other)
}

/// What all spellings of the same name have in common.
pub fn folded(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}

/// What can be named: an id, a label, and the service when there is at most one connection to it.
#[derive(Debug, Clone)]
pub struct Nameable {
    pub id: ConnectionId,
    pub label: String,
    pub service: String,
    pub singleton: bool,
}

/// The outcome of looking a typed name up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Found(ConnectionId),
    /// Several connections fit: their labels.
    Ambiguous(Vec<String>),
    Missing,
}

/// Finds a connection by what was typed: exact label, then label ignoring case, then id, then the service of a
/// singleton, then a unique id prefix of at least eight characters.
pub fn find(typed: &str, all: &[Nameable]) -> Lookup {
    if let Some(exact) = all.iter().find(|c| c.label == typed) {
        return Lookup::Found(exact.id);
    }
    if let Some(folded) = all.iter().find(|c| same(&c.label, typed)) {
        return Lookup::Found(folded.id);
    }
    if let Ok(id) = typed.parse::<ConnectionId>() {
        return match all.iter().any(|c| c.id == id) {
            true => Lookup::Found(id),
            false => Lookup::Missing,
        };
    }
    if let Some(single) = all.iter().find(|c| c.singleton && c.service == typed) {
        return Lookup::Found(single.id);
    }
    if typed.chars().count() < SHORTEST_ID_PREFIX {
        return Lookup::Missing;
    }
    let prefix = typed.to_ascii_lowercase();
    let hits: Vec<&Nameable> = all.iter().filter(|c| c.id.to_string().starts_with(&prefix)).collect();
    match hits.as_slice() {
        [] => Lookup::Missing,
        [one] => Lookup::Found(one.id),
        several => Lookup::Ambiguous(several.iter().map(|c| c.label.clone()).collect()),
    }
}

/// The known name nearest to what was typed, when it is near enough to suggest.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = typed.to_lowercase();
    known
        .into_iter()
        .map(|name| (closeness(&wanted, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.7)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

/// 1 for the same text, 0 for nothing in common. A word that begins the other counts as near: people type `gmail` for
/// `google-gmail` and `list` for `list_models`.
fn closeness(typed: &str, name: &str) -> f64 {
    let part = typed.len() >= 3 && name.split(['-', '_', ' ', '.']).any(|word| word == typed);
    if part || (typed.len() >= 4 && name.starts_with(typed)) {
        return 0.95;
    }
    strsim::jaro_winkler(typed, name)
}

/// The word before a noun of ours.
pub fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> ConnectionId {
        ConnectionId(uuid::Uuid::from_u128(n))
    }

    fn named(n: u128, label: &str, service: &str, singleton: bool) -> Nameable {
        Nameable { id: id(n), label: label.to_owned(), service: service.to_owned(), singleton }
    }

    #[test]
    fn spaces_and_at_signs_are_allowed() {
        assert_eq!(check("Google Drive - Support FAQ - read only", [].into_iter()), Ok(()));
        assert_eq!(check("Telegram @helper_bot", [].into_iter()), Ok(()));
    }

    #[test]
    fn a_label_that_could_pose_as_another_is_refused() {
        for bad in ["a\u{a0}b", "a\u{3000}b", "a\u{202e}b", "a\u{200b}b", "a\tb", "a\u{1b}[0m", "\u{e000}"] {
            assert!(matches!(check(bad, [].into_iter()), Err(LabelError::Unprintable(_))), "{bad:?}");
        }
        assert_eq!(check("", [].into_iter()), Err(LabelError::Length));
        assert_eq!(check(&"x".repeat(101), [].into_iter()), Err(LabelError::Length));
        assert_eq!(check(&"ž".repeat(100), [].into_iter()), Ok(()));
        assert_eq!(check(" padded", [].into_iter()), Err(LabelError::Edges));
        assert_eq!(check("0198c0de-0000-7000-8000-000000000000", [].into_iter()), Err(LabelError::LooksLikeId));
    }

    #[test]
    fn a_service_name_is_compared_exactly() {
        assert!(matches!(check("jira", ["jira"].into_iter()), Err(LabelError::ServiceName(_))));
        assert_eq!(check("Jira", ["jira"].into_iter()), Ok(()));
    }

    #[test]
    fn an_exact_label_beats_case_and_case_beats_ids() {
        let all = [named(1, "mail", "google-gmail", false), named(2, "Support", "jira", false)];
        assert_eq!(find("mail", &all), Lookup::Found(id(1)));
        assert_eq!(find("MAIL", &all), Lookup::Found(id(1)));
        assert_eq!(find("support", &all), Lookup::Found(id(2)));
        assert_eq!(find(&id(2).to_string(), &all), Lookup::Found(id(2)));
        assert_eq!(find("jira", &all), Lookup::Missing, "a service name only stands for a singleton");
    }

    #[test]
    fn an_id_prefix_needs_eight_characters_and_must_be_unique() {
        let all = [named(0x1234_5678 << 96, "a", "s", false), named((0x1234_5678 << 96) + 1, "b", "s", false)];
        assert_eq!(find("1234567", &all), Lookup::Missing);
        assert_eq!(find("12345678", &all), Lookup::Ambiguous(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(find("12345678", &all[..1]), Lookup::Found(all[0].id));
    }

    #[test]
    fn the_nearest_name_is_suggested_and_a_stranger_is_not() {
        assert_eq!(nearest("opnai", ["openai", "jira"]), Some("openai"));
        assert_eq!(nearest("gmail", ["google-gmail", "google-drive"]), Some("google-gmail"));
        assert_eq!(nearest("zzz", ["openai", "jira"]), None);
    }
}
