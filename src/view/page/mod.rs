//! The shell of every page: head, style, escaping. Self-contained, without script, for a screen, a phone and paper.
//!
//! What must stay true: everything that comes from the store goes through [`escaped`], because a name is what somebody
//! typed; nothing is loaded from anywhere; what a colour says, a word says too.
use crate::model::time::Timestamp;
use jiff::tz::TimeZone;

const STYLE: &str = include_str!("page.css");

/// What stands at the top.
pub(super) struct About<'a> {
    /// In words of ours.
    pub title: &'static str,
    pub organization: &'a str,
    pub time_zone: &'a str,
    pub at: Timestamp,
}

/// The whole page around a body that is HTML already.
pub(super) fn whole(about: &About<'_>, body: &str, foot: &str) -> String {
    let (title, organization) = (about.title, escaped(about.organization));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title} – {organization}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><h1>{title}</h1><p>{organization} · as of {} <small>{}</small></p></header>\n\
         {body}<footer>Made by siesta; {foot}.</footer>\n</main>\n</body>\n</html>\n",
        when(about.at, &zone(about.time_zone)),
        escaped(about.time_zone)
    )
}

/// The organization's zone.
pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// A time to the minute, in the organization's zone.
pub(super) fn when(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Text from outside as HTML: markup is taken as text, and what a browser would not show, or would turn around, is
/// spelled out.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            // Controls, zero-width characters, and those that turn the direction of what follows.
            c if c.is_control()
                || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}') =>
            {
                html.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => html.push(c),
        }
    }
    html
}
