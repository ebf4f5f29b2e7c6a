//! Telling the provider that tokens are to die (RFC 7009).
//!
//! What must stay true: the refresh token goes first, because with many providers it takes the access tokens along and
//! never the other way round; and the outcome is what the provider said. The request is made here and not by the OAuth
//! library, which refuses http even for loopback and drops `Retry-After`.
use crate::model::auth::RevocationStyle;
use crate::model::secret::Secret;
use crate::net::{Net, Reach};
use crate::oauth::error::Error;
use crate::oauth::server::{self, Client, Server};
use crate::oauth::{answer, form};
use url::Url;

/// What became of the tokens at the provider.
#[derive(Debug)]
pub enum Upstream {
    Revoked,
    /// The provider has no endpoint for it.
    NotSupported,
    /// They may still be alive.
    Failed {
        why: Error,
    },
}

pub fn revoke(
    net: &Net,
    reach: Reach,
    server: &Server,
    client: &Client,
    refresh_token: Option<&Secret>,
    access_token: Option<&Secret>,
) -> Upstream {
    let Some(url) = &server.revocation_url else { return Upstream::NotSupported };
    match server.revocation {
        RevocationStyle::Standard | RevocationStyle::Json => {}
        RevocationStyle::DeleteWithBasic | RevocationStyle::WithToken => {
            let Some(access_token) = access_token else { return Upstream::NotSupported };
            return match own_way(net, reach, server.revocation, url, client, access_token) {
                Ok(true) => Upstream::Revoked,
                Ok(false) => Upstream::NotSupported,
                Err(why) => Upstream::Failed { why },
            };
        }
        RevocationStyle::DeletePath | RevocationStyle::ByHand => return Upstream::NotSupported,
    }
    let as_json = server.revocation == RevocationStyle::Json;
    let tokens = [("refresh_token", refresh_token), ("access_token", access_token)];
    let mut revoked = false;
    for (hint, token) in tokens.into_iter().filter_map(|(hint, token)| Some((hint, token?))) {
        match one(net, reach, url, client, hint, token, as_json) {
            Ok(()) => revoked = true,
            // RFC 7009 §2.2.1: it revokes refresh tokens only. With that done, the short-lived rest runs out by itself.
            Err(Error::Refused { code, .. }) if code == "unsupported_token_type" && revoked => {}
            Err(why) => return Upstream::Failed { why },
        }
    }
    Upstream::Revoked
}

/// The calls that are no standard's: GitHub's, and one that a token makes to end itself (Slack). False: this client cannot
/// make it.
fn own_way(
    net: &Net,
    reach: Reach,
    style: RevocationStyle,
    url: &Url,
    client: &Client,
    token: &Secret,
) -> Result<bool, Error> {
    server::check_endpoint(url, reach, "revocation endpoint")?;
    let request = match style {
        RevocationStyle::DeleteWithBasic => match form::delete_with_basic(url, client, token) {
            Some(request) => request,
            // Without its secret the client cannot say who it is (GitHub's device flow).
            None => return Ok(false),
        },
        _ => form::with_token(url, token),
    };
    let answer = net.send(request, reach)?;
    answer::check_status(&answer)?;
    let sent: Vec<&Secret> = [Some(token), client.secret.as_ref()].into_iter().flatten().collect();
    match answer::members(&answer).map_or(Ok(()), |members| answer::check_error(&answer, &members, &sent)) {
        // It was dead before; dead is dead.
        Err(Error::Refused { code, .. }) if ["token_revoked", "invalid_auth"].contains(&code.as_str()) => Ok(true),
        Err(refused) => Err(refused),
        Ok(()) if answer.is_success() || answer.status == 404 => Ok(true),
        Ok(()) => Err(Error::Unexplained { status: answer.status }),
    }
}

fn one(
    net: &Net,
    reach: Reach,
    url: &Url,
    client: &Client,
    hint: &str,
    token: &Secret,
    as_json: bool,
) -> Result<(), Error> {
    server::check_endpoint(url, reach, "revocation endpoint")?;
    let request = match as_json {
        true => form::json(url, client, &[("token", token.reveal())]),
        false => form::post(url, client, &[("token", token.reveal()), ("token_type_hint", hint)]),
    };
    let answer = net.send(request, reach)?;
    answer::check_status(&answer)?;
    let sent: Vec<&Secret> = [Some(token), client.secret.as_ref()].into_iter().flatten().collect();
    let said = answer::members(&answer).map_or(Ok(()), |members| answer::check_error(&answer, &members, &sent));
    match said {
        // Not every provider follows RFC 7009 §2.2 and says 200 for a token it does not know; dead is dead.
        Err(Error::Refused { code, .. }) if code == "invalid_token" => Ok(()),
        Err(refused) => Err(refused),
        Ok(()) if answer.is_success() => Ok(()),
        Ok(()) => Err(Error::Unexplained { status: answer.status }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::NetSettings;
    use crate::net::test_server::{TestServer, http};
    use crate::oauth::server::{ClientAuth, samples};

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn revoked(at: &TestServer, client: &Client, refresh_token: Option<&str>) -> Upstream {
        let refresh_token = refresh_token.map(secret);
        let net = Net::new(NetSettings::default());
        let access = secret("canary-access");
        revoke(&net, Reach::PRIVATE, &samples::server(&at.base), client, refresh_token.as_ref(), Some(&access))
    }

    #[test]
    fn the_refresh_token_goes_first_and_the_client_is_named() {
        let at = TestServer::answering(&[&http("200 OK", "", "")]);
        assert!(matches!(revoked(&at, &Client::public("siesta"), Some("canary/refresh")), Upstream::Revoked));
        let [first, second] = at.requests().try_into().unwrap();
        assert!(first.starts_with("POST /revoke HTTP/1.1\r\n"));
        assert!(first.ends_with("\r\n\r\ntoken=canary%2Frefresh&token_type_hint=refresh_token&client_id=siesta"));
        assert!(second.ends_with("\r\n\r\ntoken=canary-access&token_type_hint=access_token&client_id=siesta"));
    }

    #[test]
    fn a_confidential_client_uses_the_same_door_as_at_the_token_endpoint() {
        let at = TestServer::answering(&[&http("200 OK", "", "")]);
        let client = |auth| Client { id: "a:b c".to_owned(), secret: Some(secret("p%w+d/")), auth };
        revoked(&at, &client(ClientAuth::Basic), None);
        revoked(&at, &client(ClientAuth::Post), None);
        let [basic, post] = at.requests().try_into().unwrap();
        assert!(basic.contains("authorization: Basic YSUzQWIrYzpwJTI1dyUyQmQlMkY=\r\n"), "{basic}");
        assert!(post.ends_with("client_id=a%3Ab+c&client_secret=p%25w%2Bd%2F"), "{post}");
    }

    #[test]
    fn the_outcome_is_what_the_provider_said() {
        let busy = TestServer::answering(&[&http("503 Busy", "Retry-After: 9\r\n", "")]);
        let failed = revoked(&busy, &Client::public("c"), Some("r"));
        assert!(matches!(failed, Upstream::Failed { why: Error::Transient { status: 503, retry_after: Some(_) } }));
        let unknown = TestServer::answering(&[&http("400 Bad Request", "", r#"{"error":"invalid_token"}"#)]);
        assert!(matches!(revoked(&unknown, &Client::public("c"), None), Upstream::Revoked));
        let refused = TestServer::answering(&[&http("401 No", "", r#"{"error":"invalid_client"}"#)]);
        assert!(matches!(
            revoked(&refused, &Client::public("c"), None),
            Upstream::Failed { why: Error::Refused { .. } }
        ));
        let moved = TestServer::answering(&[&http("302 Found", "Location: /x\r\n", "")]);
        assert!(matches!(revoked(&moved, &Client::public("c"), None), Upstream::Failed { .. }));
    }

    #[test]
    fn access_tokens_that_cannot_be_revoked_do_not_spoil_a_revoked_refresh_token() {
        let unsupported = http("400 Bad Request", "", r#"{"error":"unsupported_token_type"}"#);
        let at = TestServer::answering(&[&http("200 OK", "", ""), &unsupported]);
        assert!(matches!(revoked(&at, &Client::public("c"), Some("r")), Upstream::Revoked));
        let at = TestServer::answering(&[&unsupported]);
        assert!(matches!(revoked(&at, &Client::public("c"), None), Upstream::Failed { .. }));
    }

    #[test]
    fn without_an_endpoint_nothing_is_sent() {
        let mut server = samples::server(&Url::parse("https://auth.example/").unwrap());
        server.revocation_url = None;
        let (net, token) = (Net::new(NetSettings::default()), secret("t"));
        let said = revoke(&net, Reach::PUBLIC, &server, &Client::public("c"), Some(&token), None);
        assert!(matches!(said, Upstream::NotSupported));
    }
}
