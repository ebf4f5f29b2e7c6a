//! The address of the next page, as the header `Link` names it (RFC 8288).
//!
//! What must stay true: what cannot be read names nothing, and nothing is guessed; the address that is found is only a
//! proposal, which is decided about like any other. The three steps here are those of RFC 8288, appendix B.2: targets in
//! angle brackets, parameters behind semicolons, the next link behind a comma that is in no quotes.
use crate::net::Response;
use url::Url;

/// The first link whose relation is `next`, made absolute by the address that the answer is from, without a credential in it.
pub(super) fn next(from: &Url, response: &Response) -> Option<String> {
    let said = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    let target = said.map(|(_, value)| value.as_str()).find_map(next_in)?;
    from.join(target).ok().map(String::from)
}

fn next_in(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (target, behind) = rest.trim_start_matches([' ', '\t', ',']).strip_prefix('<')?.split_once('>')?;
        let (parameters, others) = until_unquoted_comma(behind);
        if is_next(parameters) {
            return Some(target.trim());
        }
        rest = others;
    }
}

/// Splits at the first comma that stands in no quoted text.
fn until_unquoted_comma(text: &str) -> (&str, &str) {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// Whether the parameters say that it is the next. The first `rel` counts (section 3.3), and holds several words.
fn is_next(parameters: &str) -> bool {
    let named = |parameter: &str| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    };
    // A semicolon in a quoted title makes a piece that is no `rel`, unless the title is made to look like one: then the
    // decision has an address more to refuse.
    let relations = parameters.split(';').find_map(named);
    relations.is_some_and(|relations| relations.split_ascii_whitespace().any(|relation| relation == "next"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn of(headers: &[&str]) -> Option<String> {
        let headers = headers.iter().map(|value| ("link".to_owned(), (*value).to_owned())).collect();
        let response = Response { status: 200, headers, body: Zeroizing::default() };
        next(&Url::parse("https://api.example/user/repos?per_page=1").unwrap(), &response)
    }

    #[test]
    fn the_next_page_is_the_link_whose_relation_says_so() {
        let github = "<https://api.example/user/repos?page=2>; rel=\"next\", <https://api.example/user/repos?page=9>; rel=\"last\"";
        assert_eq!(of(&[github]).as_deref(), Some("https://api.example/user/repos?page=2"));
        let turned = "<https://api.example/a,b>; rel=prev; title=\"x, y\", </user/repos?page=3>; REL=\"last Next\"";
        assert_eq!(of(&[turned]).as_deref(), Some("https://api.example/user/repos?page=3"));
        assert_eq!(
            of(&["<https://h.example/1>; rel=first", "<?page=4>;rel=next"]).as_deref(),
            Some("https://api.example/user/repos?page=4")
        );
    }

    #[test]
    fn what_names_no_next_page_names_none() {
        for header in [
            "",
            "next",
            "<https://h.example/2>",
            "<https://h.example/2>; rel=\"prev\"",
            "<https://h.example/2>; rel=prev; rel=next",
            "<https://h.example/2; rel=next",
            "<https://h.example/2>; title=\"rel=next\"",
            "<https://h.example/2>; rel=\"next",
            "<https://[h>; rel=next",
        ] {
            let found = of(&[header]);
            // An open quote is closed by the end of the header, as lenient readers do it.
            let expected = header.ends_with("\"next").then_some("https://h.example/2");
            assert_eq!(found.as_deref(), expected, "{header}");
        }
    }
}
