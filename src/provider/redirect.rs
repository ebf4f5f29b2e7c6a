//! Where a download is really kept.
//!
//! What must stay true (R27): only GET and HEAD follow a redirect, only to the catalogue's hosts for it, and never with
//! the credential; each hop is checked like any other address (R16). Everything else is handed back as it came.
use crate::model::service::Service;
use crate::net::{Method, Request, Response};
use url::Url;

/// How many in a row: a chain of more is a loop (as curl's and browsers' limits, but shorter: a file store needs one).
pub(super) const MOST: usize = 5;

/// The request that a redirect asks for; none: the answer stands.
pub(super) fn next(service: &Service, method: &Method, from: &Url, response: &Response) -> Option<Request> {
    let follows = [Method::GET, Method::HEAD].contains(method);
    if !follows || !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = from.join(response.header("location")?).ok()?;
    let keeps_its_cover = to.scheme() == from.scheme() || to.scheme() == "https";
    let host = to.host_str()?;
    let names_nobody = to.username().is_empty() && to.password().is_none();
    (keeps_its_cover && is_known(service, host) && names_nobody).then(|| Request::new(method.clone(), to))
}

/// Whether the catalogue lets a download of this service be redirected there.
pub(super) fn is_known(service: &Service, host: &str) -> bool {
    service.redirect_hosts.iter().any(|pattern| fits(pattern, host))
}

/// Whether a host is one of a pattern's: `*` is one label. Deeper down, providers let anybody have names: what is below
/// `bc.googleusercontent.com` is a rented machine.
fn fits(pattern: &str, host: &str) -> bool {
    let (wanted, found): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), host.split('.').collect());
    let is_one = |(wanted, found): (&&str, &&str)| wanted == found || (*wanted == "*" && !found.is_empty());
    wanted.len() == found.len() && wanted.iter().zip(&found).all(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use zeroize::Zeroizing;

    fn redirected(method: &str, status: u16, to: &str) -> Option<String> {
        let service = Service {
            redirect_hosts: vec!["*.files.example".to_owned(), "cdn.example".to_owned()],
            ..Service::default()
        };
        let response =
            Response { status, headers: vec![("location".to_owned(), to.to_owned())], body: Zeroizing::default() };
        let from = Url::parse("https://api.example/v1/file").unwrap();
        let request = next(&service, &Method::from_bytes(method.as_bytes()).unwrap(), &from, &response)?;
        assert!(request.headers.is_empty(), "no credential goes along");
        Some(request.url.to_string())
    }

    #[test]
    fn the_catalogue_knows_where_its_providers_keep_files() {
        for (service, hosts) in [
            (
                "microsoft-onedrive",
                &[
                    "acme-my.sharepoint.com",
                    "my.microsoftpersonalcontent.com",
                    "a.files.1drv.com",
                    "public.bn1302.files.1drv.com",
                ][..],
            ),
            ("microsoft-sharepoint", &["acme.sharepoint.com", "northcentralus1-mediap.svc.ms"]),
            ("microsoft-word", &["acme.sharepoint.com", "northcentralus1-mediap.svc.ms"]),
            ("google-drive", &["doc-0k-apidata.googleusercontent.com"]),
            ("google-docs", &["doc-0k-apidata.googleusercontent.com"]),
            (
                "github",
                &["codeload.github.com", "objects.githubusercontent.com", "release-assets.githubusercontent.com"],
            ),
        ] {
            let service = catalog::find(service).unwrap();
            assert!(hosts.iter().all(|host| is_known(service, host)), "{}", service.id);
            let rented = "4-3-2-1.bc.googleusercontent.com";
            for other in ["sharepoint.com.evil.example", "evil.example", "github.com", "localhost", rented] {
                assert!(!is_known(service, other), "{}: {other}", service.id);
            }
        }
    }

    #[test]
    fn a_download_is_followed_to_the_hosts_of_the_catalogue_and_nowhere_else() {
        for to in ["https://a.files.example/x?sig=1", "https://cdn.example/x"] {
            assert_eq!(redirected("GET", 302, to).as_deref(), Some(to));
            assert_eq!(redirected("HEAD", 307, to).as_deref(), Some(to));
            assert_eq!(redirected("POST", 307, to), None);
            assert_eq!(redirected("GET", 200, to), None);
        }
        for to in [
            "https://files.example/x",
            "https://evilfiles.example/x",
            "https://a.b.files.example/x",
            "https://a.files.example.evil/x",
            "http://cdn.example/x",
            "https://user:pw@cdn.example/x",
            "https://api.example/v1/other",
            "/v1/other",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "not an address:",
        ] {
            assert_eq!(redirected("GET", 302, to), None, "{to}");
        }
    }
}
