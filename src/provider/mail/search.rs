//! Messages that fit, the newest first.
use super::imap::{Session, uid_of};
use super::{Stop, described, members, message, section};
use crate::model::mailbox::{Criterion, Day, Word};
use chrono::NaiveDate as ChronoDate;
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::core::{AString, Charset, Vec1};
use imap_codec::imap_types::datetime::NaiveDate;
use imap_codec::imap_types::fetch::{MessageDataItemName, Section};
use imap_codec::imap_types::response::Data;
use imap_codec::imap_types::search::SearchKey;
use serde_json::{Map, Value, json};
use std::num::NonZeroU32;

/// The headers that a list shows.
const HEADERS: [&str; 6] = ["FROM", "TO", "CC", "SUBJECT", "DATE", "MESSAGE-ID"];

pub(super) fn found(
    session: &mut Session,
    mailbox: &str,
    criteria: &[Criterion],
    limit: u32,
    offset: u32,
) -> Result<Map<String, Value>, Stop> {
    let validity = session.enter(mailbox, false)?;
    let done = session.run(command(criteria)?)?;
    let mut uids: Vec<NonZeroU32> = Vec::new();
    for data in done.data {
        if let Data::Search(found) = data {
            uids.extend(found);
        }
    }
    // UIDs grow with time (RFC 3501, section 2.3.1.1).
    uids.sort_unstable_by(|one, other| other.cmp(one));
    uids.dedup();
    let total = uids.len();
    let (skipped, most) = (usize::try_from(offset).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(usize::MAX));
    let page: Vec<NonZeroU32> = uids.into_iter().skip(skipped).take(most).collect();
    let mut shown = members(json!({"mailbox": mailbox, "uidValidity": validity, "total": total, "offset": offset}));
    let reached = skipped.saturating_add(page.len());
    if reached < total && !page.is_empty() {
        shown.insert("nextOffset".to_owned(), reached.into());
    }
    let messages = match page.is_empty() {
        true => Vec::new(),
        false => listed(session, &page)?,
    };
    shown.insert("messages".to_owned(), messages.into());
    Ok(shown)
}

fn listed(session: &mut Session, page: &[NonZeroU32]) -> Result<Vec<Value>, Stop> {
    let names: Result<Vec<AString<'static>>, _> = HEADERS.into_iter().map(AString::try_from).collect();
    let names = names.ok().and_then(|names| Vec1::try_from(names).ok()).ok_or(Stop::NotSendable)?;
    let section_asked = Some(Section::HeaderFields(None, names));
    let fetched = session.fetch(
        page,
        vec![
            MessageDataItemName::Uid,
            MessageDataItemName::Flags,
            MessageDataItemName::InternalDate,
            MessageDataItemName::Rfc822Size,
            MessageDataItemName::BodyExt { section: section_asked, partial: None, peek: true },
        ],
    )?;
    let shown = |uid: &NonZeroU32| {
        let own = fetched.iter().filter(|items| uid_of(items) == Some(*uid));
        let items: Vec<_> = own.flatten().cloned().collect();
        if items.is_empty() {
            // It was deleted in between.
            return None;
        }
        let mut message = members(json!({"uid": uid}));
        let head = section(&items, |section| matches!(section, Some(Section::HeaderFields(None, _))));
        message.extend(message::headers(&head.unwrap_or_default()));
        message.extend(described(&items));
        Some(Value::Object(message))
    };
    Ok(page.iter().filter_map(shown).collect())
}

/// The search as a command.
fn command(criteria: &[Criterion]) -> Result<CommandBody<'_>, Stop> {
    let keys: Result<Vec<SearchKey<'_>>, Stop> = criteria.iter().map(key).collect();
    let keys = Vec1::try_from(keys?).unwrap_or_else(|_| Vec1::from(SearchKey::All));
    let charset = match criteria.iter().all(is_ascii) {
        true => None,
        false => Some(Charset::try_from("UTF-8").map_err(|_| Stop::NotSendable)?),
    };
    Ok(CommandBody::search(charset, keys, true))
}

fn is_ascii(criterion: &Criterion) -> bool {
    match criterion {
        Criterion::From(text)
        | Criterion::To(text)
        | Criterion::Cc(text)
        | Criterion::Subject(text)
        | Criterion::Body(text)
        | Criterion::Text(text) => text.is_ascii(),
        Criterion::Not(inner) => is_ascii(inner),
        Criterion::Is(_)
        | Criterion::Since(_)
        | Criterion::Before(_)
        | Criterion::On(_)
        | Criterion::Larger(_)
        | Criterion::Smaller(_) => true,
    }
}

fn key(criterion: &Criterion) -> Result<SearchKey<'_>, Stop> {
    let text = |text| AString::try_from(text).map_err(|_| Stop::NotSendable);
    Ok(match criterion {
        Criterion::From(who) => SearchKey::From(text(who.as_str())?),
        Criterion::To(who) => SearchKey::To(text(who.as_str())?),
        Criterion::Cc(who) => SearchKey::Cc(text(who.as_str())?),
        Criterion::Subject(what) => SearchKey::Subject(text(what.as_str())?),
        Criterion::Body(what) => SearchKey::Body(text(what.as_str())?),
        Criterion::Text(what) => SearchKey::Text(text(what.as_str())?),
        Criterion::Is(word) => match word {
            Word::Seen => SearchKey::Seen,
            Word::Unseen => SearchKey::Unseen,
            Word::Flagged => SearchKey::Flagged,
            Word::Unflagged => SearchKey::Unflagged,
            Word::Answered => SearchKey::Answered,
            Word::Unanswered => SearchKey::Unanswered,
            Word::Draft => SearchKey::Draft,
            Word::Undraft => SearchKey::Undraft,
        },
        Criterion::Since(day) => SearchKey::Since(date(*day)?),
        Criterion::Before(day) => SearchKey::Before(date(*day)?),
        Criterion::On(day) => SearchKey::On(date(*day)?),
        Criterion::Larger(bytes) => SearchKey::Larger(*bytes),
        Criterion::Smaller(bytes) => SearchKey::Smaller(*bytes),
        Criterion::Not(inner) => SearchKey::Not(Box::new(key(inner)?)),
    })
}

fn date(day: Day) -> Result<NaiveDate, Stop> {
    let (month, number) = (u32::try_from(day.month).ok(), u32::try_from(day.day).ok());
    let date = month.zip(number).and_then(|(month, number)| ChronoDate::from_ymd_opt(day.year.into(), month, number));
    date.and_then(|date| NaiveDate::try_from(date).ok()).ok_or(Stop::NotSendable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imap_codec::CommandCodec;
    use imap_codec::encode::Encoder;
    use imap_codec::imap_types::command::Command;

    fn line(criteria: &[Criterion]) -> String {
        let body = command(criteria).ok().unwrap();
        let command = Command::new("s1", body).unwrap();
        String::from_utf8(CommandCodec::default().encode(&command).dump()).unwrap()
    }

    #[test]
    fn a_search_is_asked_for_as_the_protocol_writes_it() {
        let day = Day { year: 2026, month: 11, day: 1 };
        for (criteria, asked) in [
            (vec![], "s1 UID SEARCH ALL\r\n"),
            (
                vec![Criterion::From("ann@x.example".to_owned()), Criterion::Is(Word::Unseen), Criterion::Since(day)],
                "s1 UID SEARCH FROM ann@x.example UNSEEN SINCE \"01-Nov-2026\"\r\n",
            ),
            (vec![Criterion::Subject("two \"words\"".to_owned())], "s1 UID SEARCH SUBJECT \"two \\\"words\\\"\"\r\n"),
            (vec![Criterion::Not(Box::new(Criterion::Is(Word::Seen)))], "s1 UID SEARCH NOT SEEN\r\n"),
            (vec![Criterion::Text("ALL)".to_owned())], "s1 UID SEARCH TEXT \"ALL)\"\r\n"),
            (
                vec![Criterion::Body("k\u{16f}\u{148}".to_owned())],
                "s1 UID SEARCH CHARSET UTF-8 BODY {5}\r\nk\u{16f}\u{148}\r\n",
            ),
        ] {
            assert_eq!(line(&criteria), asked);
        }
    }
}
