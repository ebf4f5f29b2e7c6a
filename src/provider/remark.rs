//! What the head of an answer says about it, in words: why the provider refused, or what is missing.
//!
//! What must stay true: of an address only what people need to open it is said. Its query may open something by itself
//! (a file that is kept elsewhere, a sign-on that was begun), and what is said here stands in rows and on terminals.
use crate::model::service::Service;
use crate::net::{Method, Response};
use crate::provider::redirect;
use url::Url;

/// None: the head says nothing that the body does not. `from` is where the answer came from.
pub(super) fn remark(service: &Service, method: &Method, from: &Url, response: &Response) -> Option<String> {
    let signs_on = || service.sign_on_header.as_deref().and_then(|name| sign_on(response.header(name)?));
    match response.status {
        300..=399 => redirected(service, method, from.join(response.header("location")?).ok()?.host_str()?),
        _ => signs_on(),
    }
}

/// A redirect that was not followed.
fn redirected(service: &Service, method: &Method, host: &str) -> Option<String> {
    Some(match [Method::GET, Method::HEAD].contains(method) {
        true if redirect::is_known(service, host) => {
            format!("it redirects to {host} in a way that is not followed: once too often, or unencrypted")
        }
        true => {
            format!("it redirects to {host}, which is not one of the hosts that {} keeps its files at", service.name)
        }
        false => format!("it redirects to {host}, and what may change something is not sent a second time"),
    })
}

/// GitHub's words for single sign-on: `required; url=…` and `partial-results; organizations=…`.
fn sign_on(said: &str) -> Option<String> {
    let (what, rest) = said.split_once(';').unwrap_or((said, ""));
    let value = |name: &str| rest.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    match what.trim() {
        "required" => {
            let page = value("url").and_then(page);
            let first = page.map_or_else(|| "sign in there".to_owned(), |page| format!("open {page}"));
            Some(format!(
                "the organization wants its single sign-on first: {first}, then authorize this credential for it"
            ))
        }
        "partial-results" => {
            let ids = value("organizations").unwrap_or_default().split(',').map(str::trim);
            let ids: Vec<&str> = ids.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())).collect();
            let which = if ids.is_empty() { String::new() } else { format!(" (their ids: {})", ids.join(", ")) };
            Some(format!("what belongs to organizations that want their single sign-on first is left out{which}"))
        }
        _ => None,
    }
}

/// A page that people can open, without what it carries.
fn page(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok().filter(|url| url.scheme() == "https")?;
    Some(format!("https://{}{}", url.host_str()?, url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn remarked(method: Method, status: u16, header: (&str, &str)) -> Option<String> {
        let service = Service { sign_on_header: Some("X-GitHub-SSO".to_owned()), ..Service::default() };
        let headers = vec![(header.0.to_owned(), header.1.to_owned())];
        let from = Url::parse("https://api.example/v1/file").unwrap();
        remark(&service, &method, &from, &Response { status, headers, body: Zeroizing::default() })
    }

    #[test]
    fn single_sign_on_is_named_with_its_page_and_without_what_the_page_is_opened_with() {
        let said = |header: &str| remarked(Method::GET, 403, ("x-github-sso", header)).unwrap_or_default();
        let required = said("required; url=https://github.com/orgs/acme/sso?authorization_request=canary");
        assert!(required.contains("open https://github.com/orgs/acme/sso, then authorize"), "{required}");
        assert!(!required.contains("canary"));
        for odd in ["required", "required; url=javascript:alert(1)", "required; url=http://evil.example/sso"] {
            assert!(said(odd).contains("sign in there"), "{odd}: {}", said(odd));
        }
        let partial = said("partial-results; organizations=21955855,20582480,\u{1b}[2J");
        assert!(partial.ends_with("left out (their ids: 21955855, 20582480)"), "{partial}");
        assert_eq!(said("something new"), "");
        assert_eq!(remarked(Method::GET, 403, ("x-other", "required")), None);
    }

    #[test]
    fn a_redirect_that_is_not_followed_says_where_it_would_have_gone() {
        let to = ("location", "https://files.example/x?sig=canary");
        let read = remarked(Method::GET, 302, to).unwrap();
        assert!(read.contains("redirects to files.example, which is not one of") && !read.contains("canary"), "{read}");
        assert!(remarked(Method::POST, 307, to).unwrap().contains("not sent a second time"));
        assert_eq!(remarked(Method::GET, 304, ("etag", "x")), None);
        assert_eq!(remarked(Method::GET, 200, to), None);
    }
}
