//! The words of a search, as what a mail server can be asked.
//!
//! What must stay true: a word that is not understood is refused, because a search that silently looks for something
//! else is worse than none; and every text stays a text on its way to the server.
use jiff::civil::Date;

/// A day of the server's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

impl Day {
    pub fn read(text: &str) -> Result<Day, String> {
        let wrong = || format!("\"{}\" is no day, such as 2026-11-22", text.chars().take(40).collect::<String>());
        let date: Date = text.parse().map_err(|_| wrong())?;
        // RFC 3501 writes a year with four digits.
        match text.len() == "2026-11-22".len() && date.year() > 0 {
            true => Ok(Day { year: date.year(), month: date.month(), day: date.day() }),
            false => Err(wrong()),
        }
    }
}

/// A state of a message that a search asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Seen,
    Unseen,
    Flagged,
    Unflagged,
    Answered,
    Unanswered,
    Draft,
    Undraft,
}

/// One thing a message must fit; all of them must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    From(String),
    To(String),
    Cc(String),
    Subject(String),
    Body(String),
    /// Anywhere in the message.
    Text(String),
    Is(Word),
    Since(Day),
    Before(Day),
    On(Day),
    /// In bytes.
    Larger(u32),
    Smaller(u32),
    Not(Box<Criterion>),
}

const WORDS: [(&str, Word); 8] = [
    ("seen", Word::Seen),
    ("unseen", Word::Unseen),
    ("flagged", Word::Flagged),
    ("unflagged", Word::Unflagged),
    ("answered", Word::Answered),
    ("unanswered", Word::Unanswered),
    ("draft", Word::Draft),
    ("undraft", Word::Undraft),
];

/// How many words a search may have.
const MOST: usize = 50;

/// Reads `from:ann subject:"two words" unseen -body:draft since:2026-11-01 invoice`.
pub(super) fn read(text: &str) -> Result<Vec<Criterion>, String> {
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err("a search holds no control character".to_owned());
    }
    let words = words(text)?;
    if words.len() > MOST {
        return Err(format!("a search has at most {MOST} words"));
    }
    words.iter().map(criterion).collect()
}

/// A word, and whether its beginning up to the colon stood outside quotes.
struct Typed {
    text: String,
    /// Where the first colon outside quotes is.
    colon: Option<usize>,
    is_quoted: bool,
}

fn words(text: &str) -> Result<Vec<Typed>, String> {
    let mut found = Vec::new();
    let mut word: Option<Typed> = None;
    let mut in_quotes = false;
    for c in text.chars() {
        match c {
            '"' => {
                let begun = word.get_or_insert_with(|| Typed { text: String::new(), colon: None, is_quoted: true });
                begun.is_quoted |= begun.text.is_empty();
                in_quotes = !in_quotes;
            }
            c if c.is_whitespace() && !in_quotes => found.extend(word.take()),
            c => {
                let begun = word.get_or_insert_with(|| Typed { text: String::new(), colon: None, is_quoted: false });
                if c == ':' && !in_quotes && begun.colon.is_none() {
                    begun.colon = Some(begun.text.len());
                }
                begun.text.push(c);
            }
        }
    }
    if in_quotes {
        return Err("a quotation mark in the search has no partner".to_owned());
    }
    found.extend(word);
    Ok(found)
}

fn criterion(word: &Typed) -> Result<Criterion, String> {
    let Typed { text, colon, is_quoted } = word;
    if let (Some(rest), false) = (text.strip_prefix('-'), *is_quoted) {
        let inner = Typed { text: rest.to_owned(), colon: colon.and_then(|at| at.checked_sub(1)), is_quoted: false };
        return match rest.starts_with('-') {
            true => Err("one minus says not".to_owned()),
            false => Ok(Criterion::Not(Box::new(criterion(&inner)?))),
        };
    }
    let Some(at) = colon else {
        let state = WORDS.iter().find(|(known, _)| !is_quoted && known.eq_ignore_ascii_case(text));
        return match state {
            Some((_, state)) => Ok(Criterion::Is(*state)),
            None if text.is_empty() => Err("an empty word finds nothing".to_owned()),
            None => Ok(Criterion::Text(text.clone())),
        };
    };
    let (name, value) = (text[..*at].to_ascii_lowercase(), text[at + 1..].to_owned());
    if value.is_empty() {
        return Err(format!("\"{name}:\" is followed by what to look for"));
    }
    let size = |value: &str| value.parse::<u32>().map_err(|_| format!("\"{name}:\" is followed by a number of bytes"));
    match name.as_str() {
        "from" => Ok(Criterion::From(value)),
        "to" => Ok(Criterion::To(value)),
        "cc" => Ok(Criterion::Cc(value)),
        "subject" => Ok(Criterion::Subject(value)),
        "body" => Ok(Criterion::Body(value)),
        "text" => Ok(Criterion::Text(value)),
        "since" => Ok(Criterion::Since(Day::read(&value)?)),
        "before" => Ok(Criterion::Before(Day::read(&value)?)),
        "on" => Ok(Criterion::On(Day::read(&value)?)),
        "larger" => Ok(Criterion::Larger(size(&value)?)),
        "smaller" => Ok(Criterion::Smaller(size(&value)?)),
        _ => Err(format!(
            "\"{name}:\" is none of from, to, cc, subject, body, text, since, before, on, larger, smaller; a text with a \
             colon stands in quotation marks"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_word_by_word() {
        let found =
            read("from:ann@x.example subject:\"two words\" unseen -body:draft since:2026-11-01 \"a: b\" invoice")
                .unwrap();
        let day = Day { year: 2026, month: 11, day: 1 };
        assert_eq!(
            found,
            [
                Criterion::From("ann@x.example".to_owned()),
                Criterion::Subject("two words".to_owned()),
                Criterion::Is(Word::Unseen),
                Criterion::Not(Box::new(Criterion::Body("draft".to_owned()))),
                Criterion::Since(day),
                Criterion::Text("a: b".to_owned()),
                Criterion::Text("invoice".to_owned()),
            ]
        );
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read("\"unseen\"").unwrap(), [Criterion::Text("unseen".to_owned())]);
        assert_eq!(read("-flagged").unwrap(), [Criterion::Not(Box::new(Criterion::Is(Word::Flagged)))]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for bad in [
            "form:ann",
            "from:",
            "since:yesterday",
            "since:2026-13-01",
            "before:2026-11-01T00:00",
            "larger:big",
            "subject:\"open",
            "--x",
            "-",
            "\"\"",
            "a\r\nb",
            "on:-2026-01-01",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        assert!(read(&"x ".repeat(51)).is_err());
    }
}
