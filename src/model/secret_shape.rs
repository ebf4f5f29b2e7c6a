//! What a credential looks like, wherever it stands in a text.
//!
//! What must stay true: shapes are checked with a minimum length, so that a label such as `sk-team` stays a label; and
//! there is one list of them, for the command line, for what a child is given and for files that may hold none.

/// What a real one begins with, and the fewest characters that follow. The minimum is below the shortest key that the
/// service is known to have issued, and above what people call their connections.
pub const SHAPES: [(&str, usize); 32] = [
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("xoxe-", 20),
    ("xoxe.xoxp-", 20),
    ("xapp-", 20),
    ("AIza", 30),
    ("ya29.", 20),
    ("1//0", 30),
    ("GOCSPX-", 20),
    ("AKIA", 16),
    ("pat-na1-", 30),
    ("pat-eu1-", 30),
    ("ATATT3", 30),
    ("ATTA", 60),
    ("ntn_", 30),
    ("secret_", 40),
    ("fc-", 30),
    ("hf_", 30),
    ("gsk_", 30),
    ("AGE-SECRET-KEY-", 40),
];

/// Whether some part of the text has the shape of a credential.
pub fn holds_a_secret(text: &str) -> bool {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY") {
        return true;
    }
    // A credential inside KEY=VALUE, JSON, a header or a URL begins after something that is not part of a word.
    let starts = text.char_indices().scan('\0', |before, (place, c)| {
        let begins = !is_word(*before) && is_word(c);
        *before = c;
        Some((place, begins))
    });
    starts.filter(|(_, begins)| *begins).any(|(place, _)| begins_like_a_secret(&text[place..]))
}

/// Whether a text may be repeated in an error: it is neither of a known shape nor something long and random.
pub fn may_be_shown(text: &str) -> bool {
    !holds_a_secret(text) && !words_of(text).any(|word| word.len() >= 20 && looks_random(word))
}

/// Whether a text has a word that is long and random: no prefix tells what it is, and no person would write it. Ids
/// (uuids) and names in camel case are not.
pub fn is_random(text: &str) -> bool {
    words_of(text).filter(|word| word.len() >= 20).any(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let upper = word.chars().filter(char::is_ascii_uppercase).count();
        let letters = word.len() - digits;
        // Camel case has a capital in five letters or fewer; random letters have one in two.
        let scrambled = word.len() >= 24 && upper * 3 > letters && upper * 3 < letters * 2;
        (digits > 1 && looks_random(word)) || scrambled
    })
}

fn begins_like_a_secret(text: &str) -> bool {
    let shape = SHAPES.iter().any(|(prefix, least)| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            let tail = leading(rest, |c| is_word(c) || c == '.');
            tail.len() >= *least && looks_random(tail)
        })
    });
    shape || is_telegram_token(text) || is_json_web_token(text)
}

/// `123456789:AAF…`, which also stands in the path of every Telegram URL as `bot123456789:AAF…`.
fn is_telegram_token(text: &str) -> bool {
    let text = text.strip_prefix("bot").unwrap_or(text);
    let digits = leading(text, |c| c.is_ascii_digit());
    let rest = text[digits.len()..].strip_prefix(':');
    digits.len() >= 6 && rest.is_some_and(|rest| leading(rest, is_word).len() >= 30)
}

/// Two parts of base64url JSON (`eyJ` is `{"`), then perhaps a signature.
fn is_json_web_token(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_part = |part: Option<&str>| part.is_some_and(|part| part.starts_with("eyJ") && part.len() >= 10);
    is_part(parts.next()) && is_part(parts.next())
}

/// Labels are words; keys are not: they mix cases and digits, or have a long run of letters and digits.
fn looks_random(text: &str) -> bool {
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    let digit = has(char::is_ascii_digit);
    let mixes = digit && has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
    let longest_run = text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or(0);
    mixes || (digit && longest_run >= 16) || longest_run >= 24
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn leading(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    &text[..end]
}
