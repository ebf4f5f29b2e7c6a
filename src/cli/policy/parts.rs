//! The parts of a policy as they are typed, and in a few words.
use super::rule_words;
use crate::cli::error::Error;
use crate::model::org_file::{rate_of, size_of};
use crate::model::policy::window::{self, TimeWindow};
use crate::model::policy::{AllowlistEntry, Rules, typed};
use crate::view::connection::PolicyView;
use std::io::Read;

/// What is typed to clear a part.
pub(super) const NONE: &str = "none";

const REQUEST_RULES: &str = "request rules";
const RESPONSE_RULES: &str = "response rules";

/// A number that may be cleared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap(pub Option<u64>);

/// The windows of one `--window`; none: it clears them.
#[derive(Debug, Clone)]
pub(super) struct Windows(pub Option<Vec<TimeWindow>>);

pub(super) fn parse_rate(text: &str) -> Result<Cap, String> {
    cap(text, rate_of)
}

pub(super) fn parse_size(text: &str) -> Result<Cap, String> {
    cap(text, size_of)
}

/// What the file of the organization reads too, or nothing.
fn cap(text: &str, read: impl Fn(&str) -> Result<u64, String>) -> Result<Cap, String> {
    match text {
        NONE => Ok(Cap(None)),
        text => read(text).map(|number| Cap(Some(number))).map_err(|why| format!("{why}, or none")),
    }
}

pub(super) fn parse_window(text: &str) -> Result<Windows, String> {
    if text == NONE {
        return Ok(Windows(None));
    }
    window::parse(text).map(|windows| Windows(Some(windows))).map_err(|error| error.to_string())
}

/// The largest file of rules that is read: a thousand of them, each with long patterns.
const LARGEST_RULES: u64 = 4 * 1024 * 1024;

/// Reads rules from a file, or from standard input.
pub(super) fn read_rules(from: &str) -> Result<Rules, Error> {
    if from == NONE {
        return Ok(Rules::default());
    }
    let refused = |why: String| Error::usage("the rules cannot be used").cause(why);
    let mut text = String::new();
    let read = match from {
        "-" => std::io::stdin().take(LARGEST_RULES + 1).read_to_string(&mut text),
        path => std::fs::File::open(path).and_then(|file| file.take(LARGEST_RULES + 1).read_to_string(&mut text)),
    };
    read.map_err(|error| refused(format!("{from}: {}", error.kind())))?;
    if text.len() as u64 > LARGEST_RULES {
        return Err(refused(format!("{from} is larger than {LARGEST_RULES} bytes")));
    }
    typed::read(&text).map_err(|error| refused(error.to_string()))
}

/// A policy in lines of two: what a part is called, and what it says. `before` is the policy it was, if it changes.
pub(super) fn in_words(policy: &PolicyView, before: Option<&PolicyView>) -> Vec<(&'static str, String)> {
    let (request, response) = rule_words::in_short(&policy.rules, before.map(|before| &before.rules));
    let limits = policy.rate_limits.clone().unwrap_or_default();
    let or_none = |text: String| if text.is_empty() { NONE.to_owned() } else { text };
    let capped = |cap: Option<u64>, unit: &str| cap.map_or_else(|| NONE.to_owned(), |cap| format!("{cap}{unit}"));
    let constraints = policy.provider_constraints.values().flatten();
    let constraints: Vec<String> = constraints.map(|(key, ids)| format!("{key} {}", ids.join(","))).collect();
    let flows: Vec<&str> = policy.allowed_models.iter().map(|flow| flow.typed()).collect();
    vec![
        ("preset", policy.preset.map_or_else(|| NONE.to_owned(), |preset| preset.to_string())),
        ("mode", policy.default_mode.to_string()),
        ("step-up", policy.step_up_approval.to_string()),
        ("flows", or_none(flows.join(", "))),
        ("allowlist", or_none(policy.allowlists.iter().map(entry).collect::<Vec<_>>().join("; "))),
        ("rate", capped(limits.max_requests_per_hour, "/h")),
        ("payload", capped(limits.max_payload_size_bytes, " bytes")),
        ("response", capped(limits.max_response_size_bytes, " bytes")),
        ("windows", or_none(window::typed(&policy.time_windows).join("; "))),
        ("constraints", or_none(constraints.join("; "))),
        (REQUEST_RULES, request),
        (RESPONSE_RULES, response),
        ("unenforced vend", policy.allow_unenforced_vend.to_string()),
    ]
}

/// A policy with every rule on a line of its own, and all that it matches.
pub(super) fn in_full(policy: &PolicyView) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for (name, says) in in_words(policy, None) {
        match name {
            REQUEST_RULES if !policy.rules.request.is_empty() => {
                lines.extend(policy.rules.request.iter().map(|rule| (name, rule_words::request(rule))));
            }
            RESPONSE_RULES if !policy.rules.response.is_empty() => {
                lines.extend(policy.rules.response.iter().map(|rule| (name, rule_words::response(rule))));
            }
            _ => lines.push((name, says)),
        }
    }
    lines
}

fn entry(entry: &AllowlistEntry) -> String {
    let methods = if entry.methods.len() == 6 { "*".to_owned() } else { entry.methods.join(",") };
    let paths: Vec<String> = entry.path_patterns.iter().map(|path| format!("{}{path}", entry.base_url)).collect();
    format!("{methods} {}", paths.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_sizes_are_read_as_typed() {
        let size = |text: &str| parse_size(text).map(|cap| cap.0);
        assert_eq!(size("10MiB"), Ok(Some(10 * 1024 * 1024)));
        assert_eq!(size("2mb"), Ok(Some(2_000_000)));
        assert_eq!(size("512"), Ok(Some(512)));
        assert_eq!(size("none"), Ok(None));
        for wrong in ["", "MiB", "10 GB", "-1", "1.5MiB", "99999999999999999999"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_rate("60/h").map(|cap| cap.0), Ok(Some(60)));
        let too_many = parse_rate("99999999999999999999/h").map(|cap| cap.0);
        assert_eq!(too_many, Err("a rate is at most 9223372036854775807/h, or none".to_owned()));
        assert!(parse_rate("/h").is_err() && parse_rate("+1/h").is_err());
        assert!(parse_rate("60").is_err() && parse_rate("60/m").is_err() && parse_rate("-1/h").is_err());
    }
}
