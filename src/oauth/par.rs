//! Handing the authorization request to the server before the browser opens (RFC 9126), where the server demands it.
//!
//! What must stay true: the browser then carries the client's id and the server's reference, and nothing that could be
//! changed on the way; what is handed over is exactly what would have been in the address. The reference goes to the
//! authorization endpoint and nowhere else, whatever the answer says.
use crate::model::secret::Secret;
use crate::net::{Net, Reach};
use crate::oauth::answer;
use crate::oauth::error::Error;
use crate::oauth::form;
use crate::oauth::server::{self, Client, ClientAuth, Server};
use url::Url;

/// A reference is an opaque URI; what is longer than an address may be is something else.
const LONGEST_REFERENCE: usize = 2048;

/// The address to open instead of `whole`, which is what [`begin`](crate::oauth::begin) made.
pub fn push(net: &Net, reach: Reach, server: &Server, client: &Client, whole: &Url) -> Result<Url, Error> {
    let Some(url) = &server.par_url else {
        return Err(Error::BadServer { what: "pushed_authorization_request_endpoint" });
    };
    server::check_endpoint(url, reach, "pushed authorization request endpoint")?;
    let endpoint: Vec<_> = server.authorization_url.query_pairs().collect();
    // RFC 9126 §2: the client's id belongs to the request also where the header says it; the form adds it elsewhere.
    let in_header = client.auth == ClientAuth::Basic && client.used_secret().is_some();
    let pairs: Vec<_> = whole
        .query_pairs()
        .filter(|pair| !endpoint.contains(pair))
        .filter(|(name, _)| name != "client_id" || in_header)
        .collect();
    let members: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    let answer = net.send(form::post(url, client, &members), reach)?;
    answer::check_status(&answer)?;
    let state = pairs.iter().find(|(name, _)| name == "state").map(|(_, state)| Secret::new(state.to_string()));
    let sent: Vec<&Secret> = client.secret.iter().chain(&state).collect();
    let said = answer::members(&answer);
    if let Some(members) = &said {
        answer::check_error(&answer, members, &sent)?;
    }
    if !answer.is_success() {
        return Err(Error::Unexplained { status: answer.status });
    }
    let reference = said.as_ref().and_then(|members| members.get("request_uri")).and_then(|said| said.as_str());
    let reference = reference.filter(|said| (1..=LONGEST_REFERENCE).contains(&said.len()));
    let reference = reference.ok_or(Error::Malformed { what: "no request_uri" })?;
    let mut address = server.authorization_url.clone();
    address.query_pairs_mut().append_pair("client_id", &client.id).append_pair("request_uri", reference);
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::NetSettings;
    use crate::net::test_server::{TestServer, http};
    use crate::oauth::begin::tests::begun;
    use crate::oauth::server::samples;
    use std::collections::HashMap;

    fn pushed(at: &TestServer, client: &Client) -> (Result<Url, Error>, Url) {
        let mut server = samples::server(&at.base);
        server.par_url = Some(at.base.join("par").unwrap());
        server.authorization_url.set_query(Some("tenant=one"));
        let whole = begun(&server, "http://127.0.0.1:4711/cb", &["notes.read"]).authorization_url;
        (push(&Net::new(NetSettings::default()), Reach::PRIVATE, &server, client, &whole), whole)
    }

    fn created(body: &str) -> TestServer {
        TestServer::answering(&[&http("201 Created", "Content-Type: application/json\r\n", body)])
    }

    fn form(text: &str) -> HashMap<String, String> {
        url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }

    #[test]
    fn the_server_gets_the_request_and_the_browser_only_its_reference() {
        let at = created(r#"{"request_uri":"urn:ietf:params:oauth:request_uri:r&x=y","expires_in":60}"#);
        let (address, whole) = pushed(&at, &Client::public("siesta"));
        let address = address.unwrap();
        assert_eq!(
            address.query(),
            Some("tenant=one&client_id=siesta&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ar%26x%3Dy")
        );
        let [request] = at.requests().try_into().unwrap();
        assert!(request.starts_with("POST /par HTTP/1.1\r\n"));
        let (body, mut meant) = (form(request.split_once("\r\n\r\n").unwrap().1), form(whole.query().unwrap()));
        meant.remove("tenant");
        assert_eq!(body, meant);
        assert!(body.contains_key("code_challenge") && body.contains_key("state") && body["client_id"] == "siesta");
    }

    #[test]
    fn a_client_with_a_secret_says_who_it_is_there_too() {
        let client = |auth| Client { id: "c".to_owned(), secret: Some(Secret::new("s".to_owned())), auth };
        let at = created(r#"{"request_uri":"urn:r"}"#);
        pushed(&at, &client(ClientAuth::Basic)).0.unwrap();
        pushed(&at, &client(ClientAuth::Post)).0.unwrap();
        let [basic, post] = at.requests().try_into().unwrap();
        assert!(basic.contains("authorization: Basic Yzpz\r\n") && !basic.contains("client_secret"), "{basic}");
        assert_eq!(basic.matches("client_id=").count(), 1);
        assert!(post.contains("client_secret=s") && post.matches("client_id=").count() == 1, "{post}");
    }

    #[test]
    fn what_is_no_reference_opens_nothing() {
        for body in ["{}", r#"{"request_uri":""}"#, r#"{"request_uri":7}"#, "<html>"] {
            assert!(matches!(pushed(&created(body), &Client::public("c")).0, Err(Error::Malformed { .. })), "{body}");
        }
        let no = http("400 Bad Request", "", r#"{"error":"invalid_request"}"#);
        let refused = pushed(&TestServer::answering(&[&no]), &Client::public("c")).0;
        assert!(matches!(refused, Err(Error::Refused { .. })));
        let busy = TestServer::answering(&[&http("503 Busy", "", "")]);
        assert!(pushed(&busy, &Client::public("c")).0.unwrap_err().is_transient());
    }
}
