use super::*;
use crate::net::NetSettings;
use crate::net::test_server::{TestServer, http};
use crate::oauth::pace::fast::FastPace;
use crate::oauth::server::samples;

const TOKENS: &str = r#"{"access_token":"canary-access","token_type":"bearer","expires_in":60}"#;

fn net() -> Net {
    Net::new(NetSettings::default())
}

fn ok(body: &str) -> String {
    http("200 OK", "Content-Type: application/json\r\n", body)
}

fn no(code: &str) -> String {
    http("400 Bad Request", "", &format!("{{\"error\":\"{code}\"}}"))
}

fn asked(body: &str, reach: Reach) -> Result<DeviceCode, Error> {
    let at = TestServer::answering(&[&ok(body)]);
    let mut server = samples::server(&at.base);
    server.device_url = Some(at.base.join("device").unwrap());
    // The request itself goes to loopback; only the page's address is judged by `reach`.
    let members: Map<String, Value> = serde_json::from_str(body).unwrap();
    let sent = begin_device(&net(), Reach::PRIVATE, &server, &Client::public("siesta"), &["a".into(), "b".into()]);
    assert!(at.requests()[0].ends_with("\r\n\r\nscope=a+b&client_id=siesta"));
    if reach == Reach::PRIVATE { sent } else { read(&members, reach) }
}

fn code(interval: u64, expires_in: u64) -> DeviceCode {
    DeviceCode {
        device_code: Secret::new("canary-device".to_owned()),
        user_code: "ABCD-EFGH".to_owned(),
        verification_url: Url::parse("https://auth.example/device").unwrap(),
        complete_url: None,
        expires_in: Duration::from_secs(expires_in),
        interval: Duration::from_secs(interval),
    }
}

/// The outcome, the waits between the questions in milliseconds, and how often was asked.
fn waited(answers: &[&str], code: &DeviceCode, limit: u64) -> (Result<TokenAnswer, Error>, Duration, usize) {
    let answers: Vec<&str> = answers.to_vec();
    let at = TestServer::answering(&answers);
    let pace = FastPace::default();
    let (server, client) = (samples::server(&at.base), Client::public("siesta"));
    let limit = Duration::from_secs(limit);
    let cancelled = AtomicBool::new(false);
    let said = await_device(&net(), Reach::PRIVATE, &server, &client, code, limit, &pace, &cancelled);
    (said, pace.elapsed(), at.requests().len())
}

#[test]
fn the_code_is_read_with_the_standards_names_and_with_googles() {
    let standard = r#"{"device_code":"d","user_code":"AB-CD","verification_uri":"https://auth.example/d",
        "verification_uri_complete":"https://auth.example/d?c=AB-CD","expires_in":600}"#;
    let read = asked(standard, Reach::PRIVATE).unwrap();
    assert_eq!((read.user_code.as_str(), read.interval), ("AB-CD", Duration::from_secs(5)));
    assert_eq!(read.complete_url.unwrap().as_str(), "https://auth.example/d?c=AB-CD");
    let google = r#"{"device_code":"d","user_code":"AB","verification_url":"https://www.google.com/device",
        "expires_in":"1800","interval":7}"#;
    let read = asked(google, Reach::PRIVATE).unwrap();
    assert_eq!(read.verification_url.as_str(), "https://www.google.com/device");
    assert_eq!((read.expires_in.as_secs(), read.interval.as_secs()), (1800, 7));
}

#[test]
fn people_are_sent_to_https_and_to_one_host_only() {
    let page = |url: &str, complete: &str| {
        format!(
            r#"{{"device_code":"d","user_code":"A","verification_uri":"{url}","verification_uri_complete":"{complete}","expires_in":9}}"#
        )
    };
    for bad in ["http://auth.example/d", "javascript:alert(1)", "https://u:p@auth.example/", "nonsense"] {
        assert!(matches!(asked(&page(bad, ""), Reach::PUBLIC), Err(Error::BadServer { .. })), "{bad}");
    }
    assert!(asked(&page("http://127.0.0.1:9/d", ""), Reach::PRIVATE).is_ok());
    assert!(asked(&page("http://127.0.0.1:9/d", ""), Reach::PUBLIC).is_err());
    let elsewhere = asked(&page("https://auth.example/d", "https://evil.example/d?c=A"), Reach::PUBLIC).unwrap();
    assert!(elsewhere.complete_url.is_none());
}

#[test]
fn the_server_is_asked_at_its_pace_and_slow_down_counts_for_good() {
    let (pending, slower) = (no("authorization_pending"), no("slow_down"));
    let (tokens, pace, count) = waited(&[&pending, &slower, &pending, &ok(TOKENS)], &code(5, 600), 600);
    assert!(tokens.is_ok());
    // 5 s and then 10 s, each with the margin of a fifth: 6 + 6 + 12 + 12.
    assert_eq!((pace.as_secs(), count), (36, 4));
}

#[test]
fn an_interval_that_comes_with_slow_down_is_kept_where_it_is_longer() {
    let slower = |interval: u64| ok(&format!(r#"{{"error":"slow_down","interval":{interval}}}"#));
    // The margin of a fifth on each: 6, and then what was asked for, but never less than five more than before.
    for (asked, waited_for) in [(20, 24), (7, 12), (86_400, 360)] {
        let (tokens, pace, _) = waited(&[&slower(asked), &ok(TOKENS)], &code(5, 3600), 3600);
        assert!(tokens.is_ok());
        assert_eq!(pace.as_secs(), 6 + waited_for, "{asked}");
    }
}

#[test]
fn a_server_in_trouble_is_asked_less_often() {
    let busy = http("503 Busy", "Retry-After: 30\r\n", "");
    let (tokens, pace, _) = waited(&[&busy, &ok(TOKENS)], &code(5, 600), 600);
    assert!(tokens.is_ok());
    assert_eq!(pace.as_secs(), 6 + 36);
    let slow = http("429 Too Many", "", r#"{"error":"slow_down"}"#);
    assert_eq!(waited(&[&slow, &ok(TOKENS)], &code(5, 600), 600).1.as_secs(), 6 + 12);
}

#[test]
fn each_end_is_told_apart() {
    let kind = |answer: &str| waited(&[answer], &code(5, 600), 600).0.unwrap_err();
    assert!(matches!(kind(&no("access_denied")), Error::Denied(Denial { kind: DenialKind::Declined, .. })));
    assert!(matches!(kind(&no("expired_token")), Error::Expired));
    let refused = kind(&http("400 No", "", r#"{"error":"invalid_grant","error_description":"canary-device"}"#));
    assert!(matches!(&refused, Error::Refused { code, .. } if code == "invalid_grant"));
    assert!(!format!("{refused} {refused:?}").contains("canary"));
}

#[test]
fn nothing_is_asked_after_the_code_has_expired_or_the_patience_is_over() {
    let pending = no("authorization_pending");
    let (said, pace, count) = waited(&[&pending], &code(5, 20), 600);
    assert!(matches!(said, Err(Error::Expired)));
    assert_eq!((pace.as_secs(), count), (18, 3));
    assert!(matches!(waited(&[&pending], &code(5, 600), 13).0, Err(Error::TimedOut)));
}

#[test]
fn ctrl_c_is_felt_while_waiting() {
    let (net, server, client) =
        (net(), samples::server(&Url::parse("http://127.0.0.1:9/").unwrap()), Client::public("c"));
    let cancelled = AtomicBool::new(true);
    let (code, pace, limit) = (code(5, 600), FastPace::default(), Duration::from_secs(600));
    let said = await_device(&net, Reach::PRIVATE, &server, &client, &code, limit, &pace, &cancelled);
    assert!(matches!(said, Err(Error::Cancelled)) && pace.naps().is_empty());
}

#[test]
fn without_an_endpoint_there_is_no_device_flow() {
    let server = samples::server(&Url::parse("https://auth.example/").unwrap());
    let said = begin_device(&net(), Reach::PUBLIC, &server, &Client::public("c"), &[]);
    assert!(matches!(said, Err(Error::NoDeviceFlow)));
    assert!(!format!("{:?}", code(5, 9)).contains("canary"));
}
