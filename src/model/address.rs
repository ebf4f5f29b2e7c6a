//! Where a function lives: its path below a connection's base URL, and whether a request is that function.
//!
//! What must stay true: a request that a server would take for the function is found to be it. Many servers read
//! `/a//b/` as `/a/b`, and HEAD as GET, so both are taken for the same.
use super::origin;
use super::request::{Canonical, segments};
use super::service::Function;
use url::Url;

/// Whether two functions have the same address, whatever its placeholders are called.
pub fn same_address(one: &Function, other: &Function) -> bool {
    let is_placeholder = |part: &str| part.starts_with('{') && part.ends_with('}');
    let (mut left, mut right) = (one.path.split('/'), other.path.split('/'));
    one.method == other.method
        && loop {
            match (left.next(), right.next()) {
                (None, None) => break true,
                (Some(a), Some(b)) if a == b || (is_placeholder(a) && is_placeholder(b)) => {}
                _ => break false,
            }
        }
}

/// The decoded segments of a base URL's path; none: it is at another origin.
pub fn base_at(base_url: &str, origin: &str) -> Option<Vec<String>> {
    // Most base URLs are an origin in its canonical spelling: nothing needs to be taken apart.
    if base_url.trim_end_matches('/') == origin {
        return Some(Vec::new());
    }
    let base = Url::parse(base_url).ok().filter(|base| origin::of(base) == origin)?;
    Some(base_segments(&base))
}

/// Whether a canonical request is what a function with this path does. `base` is the connection's base URL as
/// [`base_at`] says it for the request's origin.
pub fn hits(function: &Function, base: Option<&[String]>, request: &Canonical, any_method: bool) -> bool {
    let method_fits = function.method == request.method || (function.method == "GET" && request.method == "HEAD");
    if !method_fits && !any_method {
        return false;
    }
    // Most functions end in another word: no address is parsed to find that out.
    let own_end = function.path.rsplit('/').next().unwrap_or("");
    let is_plain = !own_end.is_empty() && !own_end.contains('{') && !function.parameters.iter().any(|p| p.allow_slash);
    let end = request.segments.iter().rev().find(|segment| !segment.is_empty());
    if is_plain && end.is_none_or(|end| end != own_end) {
        return false;
    }
    let own_base = function.base_url.as_deref().map(|url| base_at(url, &request.origin));
    let Some(base) = own_base.as_ref().map_or(base, Option::as_deref) else { return false };
    let own = function.path.strip_prefix('/').unwrap_or(&function.path);
    let many = function.parameters.iter().filter(|p| p.allow_slash).map(|p| format!("{{{}}}", p.wire_name()));
    let many: Vec<String> = many.collect();
    // Many servers read `/a//b/` as `/a/b`: a slash more must not hide a function.
    let all = request.segments.len();
    let empty = request.segments.iter().filter(|segment| segment.is_empty()).count();
    let length = base.len() + own.split('/').count();
    if many.is_empty() && length != all && length != all - empty {
        return false;
    }
    let pattern: Vec<&str> = base.iter().map(String::as_str).chain(own.split('/')).collect();
    let literal: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    if fits(&pattern, &literal, &many) {
        return true;
    }
    let full: Vec<&str> = literal.into_iter().filter(|segment| !segment.is_empty()).collect();
    empty > 0 && fits(&pattern, &full, &many)
}

/// What a request puts in the place of a path's `{NAME}`; empty: the request is not the function, or has no such place.
pub fn path_values(function: &Function, name: &str, base_url: &str, request: &Canonical) -> Vec<String> {
    let base_url = function.base_url.as_deref().unwrap_or(base_url);
    let Ok(base) = Url::parse(base_url) else { return Vec::new() };
    let mut pattern = base_segments(&base);
    pattern.extend(function.path.trim_start_matches('/').split('/').map(str::to_owned));
    let full = request.segments.iter().filter(|segment| !segment.is_empty());
    let marked = format!("{{{name}}}");
    let found = pattern.iter().zip(full).filter(|(part, _)| part.contains(&marked));
    found
        .filter_map(|(part, segment)| {
            let (before, after) = part.split_once(&marked)?;
            Some(segment.strip_prefix(before)?.strip_suffix(after)?.to_owned())
        })
        .collect()
}

/// The decoded segments of a base URL's path; none when it has no path.
pub fn base_segments(base: &Url) -> Vec<String> {
    match base.path().trim_end_matches('/') {
        "" => Vec::new(),
        path => segments(path),
    }
}

/// Whether a segment is one of a function's path: the same text, with something in the place of each `{NAME}`.
pub(super) fn part_fits(pattern: &str, segment: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else { return pattern == segment };
    let Some(mut segment) = segment.strip_prefix(before) else { return false };
    let mut literals = rest.split('{').map(|part| part.split_once('}').map_or("", |(_, literal)| literal)).peekable();
    while let Some(literal) = literals.next() {
        // Each placeholder takes a character at least, the last one all that is left before the end.
        let first = segment.chars().next().map_or(0, char::len_utf8);
        let found = match literals.peek() {
            None => segment
                .len()
                .checked_sub(literal.len())
                .filter(|at| *at >= first && first > 0 && segment.ends_with(literal)),
            Some(_) => segment[first..].find(literal).map(|at| at + first).filter(|_| first > 0),
        };
        let Some(at) = found else { return false };
        segment = &segment[at + literal.len()..];
    }
    segment.is_empty()
}

fn fits(pattern: &[&str], segments: &[&str], many: &[String]) -> bool {
    match (pattern.split_first(), segments.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if many.iter().any(|name| name == first) => {
            (0..=segments.len()).any(|taken| fits(rest, &segments[taken..], many))
        }
        (Some((first, pattern)), Some((segment, segments))) => {
            part_fits(first, segment) && fits(pattern, segments, many)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_may_be_a_part_of_its_segment() {
        for (pattern, segment, fits) in [
            ("{model}:generate", "gemini-2:generate", true),
            ("{model}:generate", ":generate", false),
            ("{model}:generate", "gemini:count", false),
            ("users('{id}')", "users('7')", true),
            ("{a}-{b}", "x-y", true),
            ("{a}-{b}", "x-", false),
            ("{a}", "\u{e4}", true),
            ("plain", "plain", true),
            ("plain", "plainer", false),
        ] {
            assert_eq!(part_fits(pattern, segment), fits, "{pattern} {segment}");
        }
    }
}
