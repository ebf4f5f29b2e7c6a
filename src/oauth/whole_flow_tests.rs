//! A whole sign-in, refresh and revocation against the practice provider: every part with the others, over real sockets.
use crate::model::redirect::{LoopbackHost, RedirectRule};
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::net::{Net, NetSettings, Reach, Request};
use crate::oauth::*;
use practice_provider::{CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Fault, PUBLIC_CLIENT, Page, Provider};
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use std::time::Duration;
use url::Url;

#[path = "../../examples/practice_provider.rs"]
mod practice_provider;

struct Flow {
    provider: Provider,
    net: Net,
    server: Server,
    client: Client,
    scratch: tempfile::TempDir,
}

impl Flow {
    fn new(client: Client) -> Self {
        let (provider, net) = (Provider::start(), Net::new(NetSettings::default()));
        let mut server = discover(&net, Reach::PRIVATE, &provider.base_url, client.secret.is_some()).unwrap();
        server.token_auth = client.auth;
        Flow { provider, net, server, client, scratch: tempfile::tempdir().unwrap() }
    }

    fn public() -> Self {
        Flow::new(Client::public(PUBLIC_CLIENT))
    }

    /// Up to the answer; the browser is still looking.
    fn visit(&self, allow: bool) -> (Listener, Pending, Result<Callback, Error>, JoinHandle<Page>) {
        let rule = RedirectRule { host: LoopbackHost::Literal127, port: None, path: None };
        let mut listener = Listener::bind(&rule, self.scratch.path(), &mut SystemRandom).unwrap();
        let scopes = ["openid", "notes.read"].map(str::to_owned);
        let (now, lifetime) = (Timestamp::now(), Duration::from_secs(300));
        let redirect_uri = listener.redirect_uri().to_owned();
        let asked = SignIn { redirect_uri: &redirect_uri, scopes: &scopes, account_hint: None, now, lifetime };
        let begun = begin(&self.server, &self.client, &asked, &mut SystemRandom).unwrap();
        let url = begun.authorization_url.to_string();
        let browser = std::thread::spawn(move || practice_provider::browse(&url, allow));
        let answer = listener.wait(&begun.pending, Duration::from_secs(20), &AtomicBool::new(false));
        (listener, begun.pending, answer, browser)
    }

    fn exchange(&self, pending: &Pending, code: &Secret) -> Result<TokenAnswer, Error> {
        exchange(&self.net, Reach::PRIVATE, &self.server, &self.client, pending, code)
    }

    fn sign_in(&self) -> (TokenAnswer, Pending, Secret, Page) {
        let (listener, pending, answer, browser) = self.visit(true);
        let code = answer.unwrap().code;
        let tokens = self.exchange(&pending, &code).unwrap();
        listener.finish(Outcome::Connected);
        (tokens, pending, code, browser.join().unwrap())
    }

    fn refresh(&self, token: &Secret) -> Result<TokenAnswer, Error> {
        refresh(&self.net, Reach::PRIVATE, &self.server, &self.client, token)
    }

    fn notes(&self, token: &Secret) -> u16 {
        let bearer = Secret::new(format!("Bearer {}", token.reveal()));
        let url = Url::parse(&self.provider.url("/api/notes")).unwrap();
        self.net.send(Request::get(url).header("Authorization", bearer), Reach::PRIVATE).unwrap().status
    }
}

#[test]
fn a_sign_in_gives_tokens_an_identity_and_a_page_that_says_so() {
    let flow = Flow::public();
    assert!(flow.server.iss_announced);
    let (tokens, pending, _, page) = flow.sign_in();
    assert!(page.body.contains("<h1>Connected</h1>") && !page.url.contains("code="), "{page:?}");
    assert_eq!(tokens.granted(&pending.scopes), ["openid", "notes.read"]);
    assert_eq!(flow.notes(&tokens.access_token), 200);
    let wanted = IdentityWanted {
        issuer: pending.issuer.as_deref(),
        client_id: &pending.client_id,
        nonce: pending.nonce.as_ref(),
        now: Timestamp::now(),
    };
    let who = identify(tokens.id_token.as_ref().unwrap(), &wanted).unwrap();
    assert_eq!((who.subject.as_str(), who.email.as_deref()), ("practice-user-1", Some("ann@practice.example")));
}

#[test]
fn confidential_clients_sign_in_both_ways() {
    for auth in [ClientAuth::Basic, ClientAuth::Post] {
        let secret = Some(Secret::new(CONFIDENTIAL_SECRET.to_owned()));
        let flow = Flow::new(Client { id: CONFIDENTIAL_CLIENT.to_owned(), secret, auth });
        let (tokens, ..) = flow.sign_in();
        let refresh_token = tokens.refresh_token.as_ref();
        assert!(flow.refresh(refresh_token.unwrap()).is_ok());
        let wrong = Client { secret: Some(Secret::new("wrong".to_owned())), ..flow.client.clone() };
        let refused = refresh(&flow.net, Reach::PRIVATE, &flow.server, &wrong, refresh_token.unwrap()).unwrap_err();
        assert!(matches!(refused, Error::Refused { ref code, .. } if code == "invalid_client"));
    }
}

#[test]
fn a_no_in_the_browser_is_a_denial_and_the_page_says_not_connected() {
    let flow = Flow::public();
    let (listener, _, answer, browser) = flow.visit(false);
    let Err(Error::Denied(denial)) = answer else { panic!("{answer:?}") };
    assert_eq!(denial.to_string(), "declined in the browser (the account's owner said no)");
    listener.finish(Outcome::Failed);
    assert!(browser.join().unwrap().body.contains("<h1>Not connected</h1>"));
    assert_eq!(flow.provider.count("POST", "/token"), 0);
}

#[test]
fn a_used_code_and_a_used_refresh_token_kill_the_grant() {
    let flow = Flow::public();
    let (tokens, pending, code, _) = flow.sign_in();
    assert!(flow.exchange(&pending, &code).unwrap_err().is_invalid_grant());
    assert_eq!(flow.notes(&tokens.access_token), 401);

    let (tokens, ..) = flow.sign_in();
    let first = tokens.refresh_token.unwrap();
    let second = flow.refresh(&first).unwrap();
    assert!(flow.refresh(&first).unwrap_err().is_invalid_grant());
    assert!(flow.refresh(&second.refresh_token.unwrap()).unwrap_err().is_invalid_grant());
    assert_eq!(flow.notes(&second.access_token), 401);
}

#[test]
fn another_verifier_gets_no_tokens() {
    let flow = Flow::public();
    let (_listener, mut pending, answer, browser) = flow.visit(true);
    pending.verifier = Some(Secret::new("A".repeat(43)));
    assert!(flow.exchange(&pending, &answer.unwrap().code).unwrap_err().is_invalid_grant());
    drop(_listener);
    assert!(browser.join().unwrap().body.contains("<h1>Not connected</h1>"));
}

#[test]
fn a_faulty_token_endpoint_is_told_apart_from_a_dead_grant() {
    let flow = Flow::public();
    let (tokens, ..) = flow.sign_in();
    let token = tokens.refresh_token.unwrap();
    let fault = |fault: Fault| flow.provider.fault(Fault { path: "/token".to_owned(), ..fault });
    fault(Fault::default());
    assert!(matches!(flow.refresh(&token), Err(Error::Transient { status: 503, .. })));
    fault(Fault { redirect: Some("https://evil.example/".to_owned()), ..Fault::default() });
    assert!(matches!(flow.refresh(&token), Err(Error::Malformed { .. })));
    fault(Fault { only_delay: true, delay_ms: 1, ..Fault::default() });
    let renewed = flow.refresh(&token).unwrap();
    let impatient = Net::new(NetSettings { total_timeout: Duration::from_millis(20), ..NetSettings::default() });
    fault(Fault { hang: true, ..Fault::default() });
    let late = refresh(&impatient, Reach::PRIVATE, &flow.server, &flow.client, &renewed.refresh_token.unwrap());
    assert!(late.unwrap_err().is_transient());
}

#[test]
fn revocation_ends_the_grant_at_the_provider() {
    let flow = Flow::public();
    let (tokens, ..) = flow.sign_in();
    let refresh_token = tokens.refresh_token.as_ref();
    let revoked =
        revoke(&flow.net, Reach::PRIVATE, &flow.server, &flow.client, refresh_token, Some(&tokens.access_token));
    assert!(matches!(revoked, Upstream::Revoked));
    assert!(!flow.provider.is_alive(refresh_token.unwrap().reveal()));
    assert_eq!(flow.notes(&tokens.access_token), 401);
    assert_eq!(flow.provider.count("POST", "/revoke"), 2);
}
