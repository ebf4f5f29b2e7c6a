//! Asking the token endpoint: a code for tokens, a refresh token for new ones.
//!
//! What must stay true: the request goes out once and is never repeated here. A code and, with rotation, a refresh token
//! are good for one use; a second use makes a careful provider revoke everything. Redirects are not followed, so a code
//! cannot be carried to another host.
use crate::model::secret::Secret;
use crate::net::{Net, Reach};
use crate::oauth::answer::{self, TokenAnswer};
use crate::oauth::begin::Pending;
use crate::oauth::error::Error;
use crate::oauth::form;
use crate::oauth::key_exchange;
use crate::oauth::protocol;
use crate::oauth::server::{self, Client, Grant, Server};

pub fn exchange(
    net: &Net,
    reach: Reach,
    server: &Server,
    client: &Client,
    pending: &Pending,
    code: &Secret,
) -> Result<TokenAnswer, Error> {
    // One server and one client per flow: a code of one must not be shown to another.
    if pending.issuer != server.issuer || pending.client_id != client.id {
        return Err(Error::WrongIssuer);
    }
    if let (Grant::KeyExchange, Some(verifier)) = (server.grant, &pending.verifier) {
        return key_exchange::exchange(net, reach, server, verifier, code);
    }
    server::check_endpoint(&server.token_url, reach, "token endpoint")?;
    let verifier = pending.verifier.as_ref();
    let request = protocol::exchange_request(server, client, code, &pending.redirect_uri, verifier)?;
    let basic = form::named_by_basic(client);
    let sent = [Some(code), verifier, client.secret.as_ref(), basic.as_ref()];
    let sent: Vec<&Secret> = sent.into_iter().flatten().collect();
    answer::read(&net.send(request, reach)?, &sent)
}

pub fn refresh(
    net: &Net,
    reach: Reach,
    server: &Server,
    client: &Client,
    refresh_token: &Secret,
) -> Result<TokenAnswer, Error> {
    server::check_endpoint(&server.token_url, reach, "token endpoint")?;
    let request = protocol::refresh_request(server, client, refresh_token)?;
    let basic = form::named_by_basic(client);
    let sent = [Some(refresh_token), client.secret.as_ref(), basic.as_ref()];
    let sent: Vec<&Secret> = sent.into_iter().flatten().collect();
    answer::read(&net.send(request, reach)?, &sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::NetSettings;
    use crate::net::test_server::{TestServer, http};
    use crate::oauth::begin::tests::begun;
    use crate::oauth::server::{ClientAuth, samples};
    use std::collections::HashMap;

    const REDIRECT: &str = "http://127.0.0.1:4711/cb";

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn body(request: &str) -> HashMap<String, String> {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
    }

    fn exchanged(at: &TestServer, client: &Client) -> Result<TokenAnswer, Error> {
        let server = samples::server(&at.base);
        let mut pending = begun(&server, REDIRECT, &["a"]).pending;
        pending.client_id.clone_from(&client.id);
        exchange(&Net::new(NetSettings::default()), Reach::PRIVATE, &server, client, &pending, &secret("canary-code"))
    }

    #[test]
    fn the_exchange_proves_the_challenge_and_repeats_the_redirect() {
        let at = TestServer::json(r#"{"access_token":"a","expires_in":60}"#);
        assert_eq!(exchanged(&at, &Client::public("siesta")).unwrap().expires_in, Some(60));
        let request = at.requests().remove(0);
        assert!(request.starts_with("POST /token HTTP/1.1\r\n") && request.contains("accept: application/json\r\n"));
        assert!(!request.to_lowercase().contains("\r\nauthorization:"));
        let body = body(&request);
        assert_eq!((body["grant_type"].as_str(), body["code"].as_str()), ("authorization_code", "canary-code"));
        assert_eq!((body["redirect_uri"].as_str(), body["client_id"].as_str()), (REDIRECT, "siesta"));
        assert_eq!(body["code_verifier"].len(), 43);
    }

    #[test]
    fn a_client_says_who_it_is_the_way_the_server_wants_it() {
        let at = TestServer::json(r#"{"access_token":"a"}"#);
        let client = |auth| Client { id: "a:b c".to_owned(), secret: Some(secret("p%w+d/")), auth };
        for auth in [ClientAuth::Basic, ClientAuth::Post, ClientAuth::None] {
            exchanged(&at, &client(auth)).unwrap();
        }
        let server = samples::server(&at.base);
        let request = protocol::refresh_request(&server, &client(ClientAuth::Basic), &secret("canary")).unwrap();
        let shown = format!("{request:?}");
        assert!(!shown.contains("YSUzQWIrYzpw") && !shown.contains("canary"), "{shown}");
        let [basic, post, none] = at.requests().try_into().unwrap();
        // "a%3Ab+c:p%25w%2Bd%2F": both parts encoded before they are joined.
        assert!(basic.contains("authorization: Basic YSUzQWIrYzpwJTI1dyUyQmQlMkY=\r\n"), "{basic}");
        assert!(!body(&basic).contains_key("client_secret"));
        assert_eq!((body(&post)["client_id"].as_str(), body(&post)["client_secret"].as_str()), ("a:b c", "p%w+d/"));
        assert!(!post.contains("authorization:"));
        assert_eq!(body(&none)["client_id"], "a:b c");
        assert!(!none.contains("authorization:") && !body(&none).contains_key("client_secret"));
    }

    #[test]
    fn a_refresh_sends_the_token_once_and_no_scope() {
        let at = TestServer::answering(&[&http("503 Busy", "Retry-After: 3\r\nContent-Type: text/html\r\n", "<html>")]);
        let (net, server) = (Net::new(NetSettings::default()), samples::server(&at.base));
        let failed = refresh(&net, Reach::PRIVATE, &server, &Client::public("siesta"), &secret("canary-refresh"));
        assert!(matches!(failed, Err(Error::Transient { status: 503, retry_after: Some(_) })));
        let [request] = at.requests().try_into().unwrap();
        let body = body(&request);
        assert_eq!((body["grant_type"].as_str(), body["refresh_token"].as_str()), ("refresh_token", "canary-refresh"));
        assert!(!body.contains_key("scope"));
    }

    #[test]
    fn a_redirected_exchange_goes_nowhere() {
        let elsewhere = TestServer::json(r#"{"access_token":"a"}"#);
        let moved = http("307 Temporary Redirect", &format!("Location: {}\r\n", elsewhere.base), "");
        let at = TestServer::answering(&[&moved]);
        assert!(matches!(exchanged(&at, &Client::public("siesta")), Err(Error::Malformed { .. })));
        assert!(elsewhere.requests().is_empty());
    }

    #[test]
    fn a_code_is_not_shown_to_another_server_or_client() {
        let at = TestServer::json(r#"{"access_token":"a"}"#);
        let net = Net::new(NetSettings::default());
        let mut server = samples::server(&at.base);
        let pending = begun(&server, REDIRECT, &[]).pending;
        let other = Client::public("other");
        assert!(exchange(&net, Reach::PRIVATE, &server, &other, &pending, &secret("c")).is_err());
        server.token_url.set_username("user").unwrap();
        let public = Client::public("siesta");
        let failure = exchange(&net, Reach::PRIVATE, &server, &public, &pending, &secret("c")).unwrap_err();
        assert!(matches!(failure, Error::BadServer { .. }));
        let failure = refresh(&net, Reach::PRIVATE, &server, &public, &secret("r")).unwrap_err();
        assert!(matches!(failure, Error::BadServer { .. }));
        let mixed = Server { issuer: Some("https://evil.example".to_owned()), ..samples::server(&at.base) };
        let failure = exchange(&net, Reach::PRIVATE, &mixed, &public, &pending, &secret("c")).unwrap_err();
        assert!(matches!(failure, Error::WrongIssuer));
        assert!(at.requests().is_empty());
    }

    #[test]
    fn no_error_holds_what_was_sent_or_received() {
        let quoting = r#"{"error":"invalid_grant","error_description":"code canary-code was used"}"#;
        for answer in
            [http("400 Bad Request", "", quoting), http("200 OK", "", "canary-body"), http("403 No", "", "canary")]
        {
            let at = TestServer::answering(&[&answer]);
            let failure = exchanged(&at, &Client::public("siesta")).unwrap_err();
            assert_eq!(format!("{failure} {failure:?}").find("canary"), None, "{failure:?}");
        }
        let large = TestServer::json(&format!(r#"{{"access_token":"{}"}}"#, "a".repeat(1024 * 1024)));
        let failure = exchanged(&large, &Client::public("siesta")).unwrap_err();
        assert!(matches!(failure, Error::Net(crate::net::Error::TooLarge { .. })), "{failure:?}");
    }
}
