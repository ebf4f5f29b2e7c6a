//! Reading an authorization server's description of itself (RFC 8414, then OpenID Connect Discovery).
//!
//! What must stay true: the document is a stranger's claim. Its issuer must be, byte for byte, the one that was asked;
//! every endpoint must be one that may be asked at all; and a server that says it cannot do S256 is not used, because a
//! sign-in without a challenge can be taken over by whoever sees the code.
use crate::net::{Net, Reach, Request};
use crate::oauth::error::Error;
use crate::oauth::server::{self, ClientAuth, Server};
use serde::Deserialize;
use url::Url;

/// `with_secret`: whether the client has one, which decides how it may say who it is.
pub fn discover(net: &Net, reach: Reach, issuer: &str, with_secret: bool) -> Result<Server, Error> {
    for url in places(issuer, reach)? {
        let answer = net.send(Request::get(url).header("Accept", "application/json"), reach)?;
        crate::oauth::answer::check_status(&answer)?;
        if answer.status != 200 {
            continue;
        }
        // Some servers answer every unknown path with a page: not a description, so the next place is asked.
        if let Ok(found) = serde_json::from_slice::<Description>(&answer.body) {
            return found.server(issuer, reach, with_secret);
        }
    }
    Err(Error::NoMetadata { issuer: crate::oauth::text::clean(issuer) })
}

/// Where a description may be: RFC 8414 §3.1 puts its name before the issuer's path, OpenID Connect behind it.
fn places(issuer: &str, reach: Reach) -> Result<[Url; 2], Error> {
    let bad = Error::BadServer { what: "issuer" };
    let Ok(url) = Url::parse(issuer) else { return Err(bad) };
    server::check_endpoint(&url, reach, "issuer")?;
    if url.query().is_some() {
        return Err(bad);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let (mut first, mut second) = (url.clone(), url);
    first.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    second.set_path(&format!("{path}/.well-known/openid-configuration"));
    Ok([first, second])
}

#[derive(Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    device_authorization_endpoint: Option<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    scopes_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    pushed_authorization_request_endpoint: Option<String>,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
}

impl Description {
    fn server(self, issuer: &str, reach: Reach, with_secret: bool) -> Result<Server, Error> {
        if self.issuer != issuer {
            return Err(Error::BadServer { what: "issuer" });
        }
        if self.code_challenge_methods_supported.is_some_and(|all| !all.iter().any(|method| method == "S256")) {
            return Err(Error::BadServer { what: "code_challenge_methods_supported" });
        }
        let endpoint = |text: Option<String>, what| match text.map(|text| Url::parse(&text)) {
            None => Ok(None),
            Some(Ok(url)) => server::check_endpoint(&url, reach, what).map(|()| Some(url)),
            Some(Err(_)) => Err(Error::BadServer { what }),
        };
        let pushed = "pushed_authorization_request_endpoint";
        let par_url = match self.require_pushed_authorization_requests {
            true => Some(
                endpoint(self.pushed_authorization_request_endpoint, pushed)?
                    .ok_or(Error::BadServer { what: pushed })?,
            ),
            false => None,
        };
        let (authorization, token) = ("authorization_endpoint", "token_endpoint");
        Ok(Server {
            authorization_url: endpoint(self.authorization_endpoint, authorization)?
                .ok_or(Error::BadServer { what: authorization })?,
            token_url: endpoint(self.token_endpoint, token)?.ok_or(Error::BadServer { what: token })?,
            revocation_url: endpoint(self.revocation_endpoint, "revocation_endpoint")?,
            device_url: endpoint(self.device_authorization_endpoint, "device_authorization_endpoint")?,
            par_url,
            iss_announced: self.authorization_response_iss_parameter_supported,
            token_auth: token_auth(self.token_endpoint_auth_methods_supported.as_deref(), with_secret)?,
            issuer: Some(self.issuer),
            scope_separator: " ".to_owned(),
            scopes_supported: self.scopes_supported,
            extra_authorize_params: Vec::new(),
            pkce: true,
            reuse_window: false,
            grant: crate::oauth::server::Grant::Code,
            json_requests: false,
            user_scope_param: None,
            revocation: crate::model::auth::RevocationStyle::Standard,
            subject: None,
            lasting_tokens: false,
        })
    }
}

fn token_auth(offered: Option<&[String]>, with_secret: bool) -> Result<ClientAuth, Error> {
    // A client without a secret has nothing else to say, whatever is offered.
    if !with_secret {
        return Ok(ClientAuth::None);
    }
    // RFC 8414 §2: when it is left out, it means Basic.
    let Some(offered) = offered else { return Ok(ClientAuth::Basic) };
    let offers = |method: &str| offered.iter().any(|one| one == method);
    match () {
        () if offers("client_secret_basic") => Ok(ClientAuth::Basic),
        () if offers("client_secret_post") => Ok(ClientAuth::Post),
        () => Err(Error::BadServer { what: "token_endpoint_auth_methods_supported" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::NetSettings;
    use crate::net::test_server::{TestServer, http};
    use serde_json::{Value, json};
    use std::io::Write;

    /// A server that describes itself with `change` applied, at the place `at` only.
    fn describing(at: &'static str, change: impl Fn(&mut Value, &str) + Send + 'static) -> TestServer {
        let (tell, told) = std::sync::mpsc::channel::<String>();
        let mut base = None;
        let mut turn = 0;
        let server = TestServer::with(move |stream| {
            let base = base.get_or_insert_with(|| told.recv().unwrap());
            let mut body = json!({"issuer": format!("{base}tenant"), "authorization_endpoint": format!("{base}a"),
                "token_endpoint": format!("{base}t"), "revocation_endpoint": format!("{base}r"),
                "code_challenge_methods_supported": ["plain", "S256"], "scopes_supported": ["one"],
                "authorization_response_iss_parameter_supported": true});
            change(&mut body, base);
            let place = ["rfc8414", "openid"][turn % 2];
            turn += 1;
            let found = at == "both" || at == place;
            let answer = if found { http("200 OK", "", &body.to_string()) } else { http("404 Not Found", "", "no") };
            stream.write_all(answer.as_bytes()).unwrap();
        });
        tell.send(server.base.to_string()).unwrap();
        server
    }

    fn discovered(at: &TestServer, with_secret: bool) -> Result<Server, Error> {
        let issuer = format!("{}tenant", at.base);
        discover(&Net::new(NetSettings::default()), Reach::PRIVATE, &issuer, with_secret)
    }

    #[test]
    fn both_well_known_places_are_asked_in_their_order() {
        let first = describing("rfc8414", |_, _| ());
        let found = discovered(&first, false).unwrap();
        assert_eq!(found.token_url, first.url("t"));
        assert!(found.iss_announced && found.pkce);
        assert_eq!((found.token_auth, found.scopes_supported), (ClientAuth::None, Some(vec!["one".to_owned()])));
        let second = describing("openid", |_, _| ());
        assert!(discovered(&second, false).is_ok());
        let asked: Vec<String> = second.requests().iter().map(|one| one.lines().next().unwrap().to_owned()).collect();
        assert_eq!(
            asked,
            [
                "GET /.well-known/oauth-authorization-server/tenant HTTP/1.1",
                "GET /tenant/.well-known/openid-configuration HTTP/1.1"
            ]
        );
        assert!(matches!(discovered(&describing("none", |_, _| ()), false), Err(Error::NoMetadata { .. })));
    }

    #[test]
    fn a_document_that_cannot_be_trusted_is_refused() {
        let changes: [fn(&mut Value, &str); 9] = [
            |doc, base| doc["issuer"] = json!(format!("{base}tenant/")),
            |doc, _| doc["issuer"] = json!("https://evil.example"),
            |doc, _| doc["code_challenge_methods_supported"] = json!(["plain"]),
            |doc, _| doc["authorization_endpoint"] = json!("http://evil.example/a"),
            |doc, _| doc["authorization_endpoint"] = json!("javascript:alert(1)"),
            |doc, _| doc["token_endpoint"] = json!("https://user:pw@evil.example/t"),
            |doc, base| doc["token_endpoint"] = json!(format!("{base}t#x")),
            |doc, _| doc["token_endpoint"] = Value::Null,
            |doc, _| doc["require_pushed_authorization_requests"] = json!(true),
        ];
        for (turn, change) in changes.into_iter().enumerate() {
            let refused = discovered(&describing("both", change), false).unwrap_err();
            assert!(matches!(refused, Error::BadServer { .. }), "{turn}: {refused:?}");
        }
        let demanding = describing("both", |doc, base| {
            doc["require_pushed_authorization_requests"] = json!(true);
            doc["pushed_authorization_request_endpoint"] = json!(format!("{base}p"));
        });
        assert_eq!(discovered(&demanding, false).unwrap().par_url, Some(demanding.url("p")));
        let offering = describing("both", |doc, base| {
            doc["pushed_authorization_request_endpoint"] = json!(format!("{base}p"));
        });
        assert_eq!(discovered(&offering, false).unwrap().par_url, None);
        let silent = describing("both", |doc, _| doc["code_challenge_methods_supported"] = Value::Null);
        assert!(discovered(&silent, false).is_ok());
    }

    #[test]
    fn a_busy_server_a_large_document_and_a_redirect_are_no_description() {
        let busy = TestServer::answering(&[&http("503 Busy", "", "")]);
        assert!(discovered(&busy, false).unwrap_err().is_transient());
        let large = TestServer::json(&" ".repeat(1024 * 1024 + 1));
        assert!(matches!(discovered(&large, false), Err(Error::Net(crate::net::Error::TooLarge { .. }))));
        let moved = TestServer::answering(&[&http("302 Found", "Location: /elsewhere\r\n", "")]);
        assert!(matches!(discovered(&moved, false), Err(Error::NoMetadata { .. })));
        assert_eq!(moved.requests().len(), 2);
    }

    #[test]
    fn an_issuer_must_be_an_address_that_may_be_asked() {
        let net = Net::new(NetSettings::default());
        for issuer in [
            "http://auth.example",
            "https://auth.example/?a=b",
            "https://auth.example/#f",
            "auth.example",
            "https://user@auth.example",
            "file:///etc",
        ] {
            assert!(matches!(discover(&net, Reach::PRIVATE, issuer, false), Err(Error::BadServer { .. })), "{issuer}");
        }
        let refused = discover(&net, Reach::PUBLIC, "https://127.0.0.1:1", false).unwrap_err();
        assert!(matches!(refused, Error::Net(crate::net::Error::Blocked { .. })));
    }

    #[test]
    fn a_secret_is_shown_the_way_the_server_offers() {
        let offers =
            |list: &[&str]| token_auth(Some(&list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()), true);
        assert_eq!(offers(&["client_secret_post", "client_secret_basic"]).unwrap(), ClientAuth::Basic);
        assert_eq!(offers(&["client_secret_post", "none"]).unwrap(), ClientAuth::Post);
        assert!(offers(&["private_key_jwt"]).is_err() && offers(&["none"]).is_err());
        assert_eq!(token_auth(None, true).unwrap(), ClientAuth::Basic);
        assert_eq!(token_auth(None, false).unwrap(), ClientAuth::None);
    }
}
