//! The limits report as one page: self-contained, without script, for a screen, a phone and paper.
//!
//! What must stay true: everything that comes from the store goes through [`escaped`], because a name is what somebody
//! typed; nothing is loaded from anywhere; what a colour says, a word says too.
mod plot;

use super::page::{self, About, escaped, when};
use crate::model::decide::grouped;
use crate::model::limit::{self, Level, Period, Standing};
use crate::model::time::Timestamp;
use jiff::tz::TimeZone;
use plot::{Bar, bars, ranking};

/// What the page shows.
#[derive(Debug, Clone)]
pub struct LimitPage<'a> {
    pub organization: &'a str,
    pub time_zone: &'a str,
    pub at: Timestamp,
    /// The fullest first.
    pub lines: Vec<PageLine<'a>>,
    /// The days of all plots, by number.
    pub days: &'a [i32],
    /// Tokens per day.
    pub total: &'a [u64],
    /// Refused calls per day.
    pub refusals: &'a [u64],
    /// Name and tokens, the most first; an empty name is nobody.
    pub by_team: &'a [(String, u64)],
    pub by_agent: &'a [(String, u64)],
    pub by_model: &'a [(String, u64)],
}

#[derive(Debug, Clone)]
pub struct PageLine<'a> {
    pub connection: &'a str,
    pub standing: &'a Standing,
    /// What its subject used on each of the days; none: it is not about a day.
    pub used: Option<&'a [u64]>,
}

/// Plots of single limits; more of them are not looked at.
const MOST_PLOTS: usize = 24;

/// Lines of the table; a span has one for each day, and nobody reads thousands.
const MOST_LINES: usize = 500;

/// A number of tokens in three figures: `1.25 M`.
fn short(tokens: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    match UNITS.into_iter().find(|(unit, _)| tokens >= *unit) {
        None => tokens.to_string(),
        Some((unit, name)) => {
            let hundredths = u128::from(tokens) * 100 / u128::from(unit);
            let (whole, rest) = (hundredths / 100, hundredths % 100);
            match whole {
                0..=9 if rest > 0 => format!("{whole}.{rest:02} {name}"),
                10..=99 if rest >= 10 => format!("{whole}.{} {name}", rest / 10),
                _ => format!("{whole} {name}"),
            }
        }
    }
}

/// The words and the class of how full something is.
fn fullness(standing: &Standing) -> (&'static str, &'static str) {
    match (standing.is_reached(), standing.percent()) {
        (true, _) => ("over", "reached"),
        (false, 80..) => ("near", "close"),
        (false, _) => ("fine", "room left"),
    }
}

fn subject(line: &PageLine<'_>) -> String {
    let level = match line.standing.level {
        Level::User => "user",
        Level::Team => "team",
        Level::Org => "default",
        Level::Pool => "pool",
    };
    match &line.standing.subject {
        Some(subject) => format!("<b>{}</b> <small>{level}</small>", escaped(subject)),
        None => format!("<b>{}</b>", if line.standing.level == Level::Pool { "everybody together" } else { level }),
    }
}

/// How full each limit is, as a table.
pub(super) fn standings(lines: &[PageLine<'_>], zone: &TimeZone) -> String {
    if lines.is_empty() {
        return "<section><h2>Limits</h2><p>No limit has anything to report.</p></section>\n".to_owned();
    }
    let mut rows = String::new();
    for line in lines.iter().take(MOST_LINES) {
        let standing = line.standing;
        let (class, words) = fullness(standing);
        let (percent, width) = (standing.percent(), standing.percent().min(100));
        let spent = standing.used.saturating_add(standing.reserved);
        let reserved = match standing.reserved {
            0 => String::new(),
            reserved => format!(" <small>+ {} reserved</small>", grouped(reserved)),
        };
        let strict = if standing.strict { " <small>strict</small>" } else { "" };
        rows.push_str(&format!(
            "<tr class=\"{class}\"><th scope=\"row\" data-label=\"Who\">{}</th><td data-label=\"Connection\">{}</td>\
             <td data-label=\"Period\">{} <small>from {}</small></td>\
             <td class=\"number\" data-label=\"Used\">{}{reserved}</td>\
             <td class=\"number\" data-label=\"Limit\">{}{strict}</td>\
             <td class=\"share\" data-label=\"Share\"><span class=\"track\"><span style=\"width:{width}%\"></span></span>\
             <b>{percent} %</b> <small>{words}</small></td>\
             <td data-label=\"Resets\">{}</td></tr>\n",
            subject(line),
            escaped(line.connection),
            standing.period,
            when(standing.window.start, zone),
            grouped(spent - standing.reserved.min(spent)),
            grouped(standing.ceiling),
            when(standing.window.end, zone),
        ));
    }
    let more = match lines.len().saturating_sub(MOST_LINES) {
        0 => String::new(),
        more => format!("<p>{} more lines, all of them less full.</p>\n", grouped(more as u64)),
    };
    format!(
        "<section><h2>How every limit stands</h2>\n<table>\n<thead><tr><th>Who</th><th>Connection</th>\
         <th>Period</th><th class=\"number\">Used</th><th class=\"number\">Limit</th><th class=\"share\">Share</th><th>Resets</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>{more}</section>\n"
    )
}

impl LimitPage<'_> {
    /// The whole page.
    pub fn html(&self) -> String {
        let zone = page::zone(self.time_zone);
        let mut page = String::new();
        page.push_str(&self.summary());
        page.push_str(&standings(&self.lines, &zone));
        page.push_str(&self.days());
        page.push_str(&self.limits());
        page.push_str("<section class=\"thirds\">\n");
        for (title, of, none) in [
            ("By team", self.by_team, "no team named"),
            ("By agent", self.by_agent, "no agent named"),
            ("By model", self.by_model, "no model named"),
        ] {
            page.push_str(&format!("<div><h2>{title}</h2>\n{}</div>\n", ranking(of, none)));
        }
        page.push_str("</section>\n");
        page.push_str(&self.refused());
        let about =
            About { title: "Token limits", organization: self.organization, time_zone: self.time_zone, at: self.at };
        page::whole(&about, &page, "figures are exact sums of the records in its store")
    }

    fn summary(&self) -> String {
        let reached = self.lines.iter().filter(|line| line.standing.is_reached()).count();
        let near =
            self.lines.iter().filter(|line| !line.standing.is_reached() && line.standing.percent() >= 80).count();
        let used = self.total.iter().fold(0u64, |sum, tokens| sum.saturating_add(*tokens));
        let refused = self.refusals.iter().sum::<u64>();
        let days = self.days.len();
        let limits = |count: usize| if count == 1 { "limit" } else { "limits" };
        let figure = |value: String, words: String, class: &str| {
            format!("<li class=\"{class}\"><b>{value}</b> <span>{words}</span></li>\n")
        };
        format!(
            "<ul class=\"figures\">\n{}{}{}{}</ul>\n",
            figure(
                reached.to_string(),
                format!("{} reached", limits(reached)),
                if reached > 0 { "over" } else { "fine" }
            ),
            figure(
                near.to_string(),
                format!("{} at 80 % or more", limits(near)),
                if near > 0 { "near" } else { "fine" }
            ),
            figure(short(used), format!("tokens in {days} days"), ""),
            figure(grouped(refused), format!("calls refused in {days} days"), ""),
        )
    }

    fn day(&self, place: usize) -> String {
        self.days.get(place).map(|day| limit::date_of(*day).to_string()).unwrap_or_default()
    }

    fn bars<'b>(&self, values: &'b [u64], ceiling: Option<u64>, unit: &str) -> String {
        let bar = |(place, value): (usize, &'b u64)| Bar {
            value: *value,
            words: format!("{}: {} {unit}", self.day(place), grouped(*value)),
        };
        let bars_of: Vec<Bar> = values.iter().enumerate().map(bar).collect();
        bars(&bars_of, ceiling, (&self.day(0), &self.day(values.len().saturating_sub(1))))
    }

    fn days(&self) -> String {
        let mut rows = String::new();
        for (place, tokens) in self.total.iter().enumerate() {
            rows.push_str(&format!(
                "<tr><td>{}</td><td class=\"number\">{}</td></tr>\n",
                self.day(place),
                grouped(*tokens)
            ));
        }
        format!(
            "<section><h2>Tokens per day</h2>\n{}<details><summary>The figures</summary><table class=\"plain\"><thead><tr>\
             <th>Day</th><th class=\"number\">Tokens</th></tr></thead><tbody>\n{rows}</tbody></table></details></section>\n",
            self.bars(self.total, None, "tokens")
        )
    }

    /// Daily usage against each daily limit; a subject that has several windows in the report has one plot.
    fn limits(&self) -> String {
        let mut seen = Vec::new();
        let mut plots = String::new();
        for line in self.lines.iter().filter(|line| line.standing.period == Period::Daily) {
            let key = (line.standing.limit, &line.standing.subject);
            let Some(used) = line.used.filter(|_| !seen.contains(&key) && seen.len() < MOST_PLOTS) else { continue };
            seen.push(key);
            plots.push_str(&format!(
                "<figure><figcaption>{} <small>· {} · limit {} a day</small></figcaption>\n{}</figure>\n",
                subject(line),
                escaped(line.connection),
                grouped(line.standing.ceiling),
                self.bars(used, Some(line.standing.ceiling), "tokens")
            ));
        }
        match plots.is_empty() {
            true => String::new(),
            false => format!(
                "<section><h2>Daily usage against its limit</h2>\n<div class=\"plots\">\n{plots}</div></section>\n"
            ),
        }
    }

    fn refused(&self) -> String {
        let sum: u64 = self.refusals.iter().sum();
        let plot = match sum {
            0 => "<p>No call was refused by a token limit.</p>\n".to_owned(),
            _ => self.bars(self.refusals, None, "refused"),
        };
        format!("<section><h2>Calls refused by a token limit, per day</h2>\n{plot}</section>\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{ConnectionId, LimitId};
    use crate::model::limit::Window;

    fn standing(subject: &str, used: u64) -> Standing {
        Standing {
            limit: LimitId(uuid::Uuid::nil()),
            connection: ConnectionId(uuid::Uuid::nil()),
            level: Level::User,
            subject: Some(subject.to_owned()),
            period: Period::Daily,
            ceiling: 1000,
            used,
            reserved: 10,
            strict: true,
            window: Window {
                start: "2026-03-01T00:00:00Z".parse().unwrap(),
                end: "2026-03-02T00:00:00Z".parse().unwrap(),
            },
        }
    }

    fn page(standing: &Standing, organization: &str, model: &str) -> String {
        let (by, none) = ([(model.to_owned(), 5u64), (String::new(), 2)], []);
        LimitPage {
            organization,
            time_zone: "UTC",
            at: "2026-03-01T10:00:00Z".parse().unwrap(),
            lines: vec![PageLine { connection: "re<search>", standing, used: Some(&[5, 900]) }],
            days: &[20512, 20513],
            total: &[5, 900],
            refusals: &[0, 3],
            by_team: &none,
            by_agent: &by,
            by_model: &by,
        }
        .html()
    }

    #[test]
    fn nothing_from_the_store_becomes_markup() {
        let attack = "\"><script>alert(1)</script>\u{202e}\u{7}' onload=x";
        let html = page(&standing(attack, 900), attack, attack);
        assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
        assert!(html.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}\\u{7}&#39; onload=x"));
        assert!(html.contains("re&lt;search&gt;"));
    }

    #[test]
    fn a_page_is_whole_loads_nothing_and_says_in_words_what_a_colour_says() {
        let html = page(&standing("alice", 995), "Acme", "m");
        for part in
            ["<!doctype html>", "</html>", "995", "1,000", "99 %", "reached", "strict", "10 reserved", "no agent named"]
        {
            assert!(html.contains(part), "{part}");
        }
        for source in ["http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link"] {
            assert!(!html.contains(source), "{source}");
        }
        assert_eq!(html.matches("<svg").count(), html.matches("</svg>").count());
        assert!(html.contains("prefers-color-scheme: dark") && html.contains("@media print"));
    }

    #[test]
    fn tokens_are_shown_in_three_figures() {
        for (tokens, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1 k"),
            (1_250_000, "1.25 M"),
            (12_340_000, "12.3 M"),
            (123_456_789, "123 M"),
            (4_000_000_000, "4 G"),
            (u64::MAX, "18446744073 G"),
        ] {
            assert_eq!(short(tokens), shown);
        }
    }
}
