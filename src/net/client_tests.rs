use crate::model::secret::Secret;
use crate::net::request::{Body, Method, Request};
use crate::net::resolve::Resolver;
use crate::net::test_server::{TestServer, http};
use crate::net::{Error, Net, NetSettings, Reach};
use std::io::{Read, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use url::Url;

fn net() -> Net {
    Net::new(NetSettings::default())
}

/// Answers the first question with the first list, and so on.
struct Names(Vec<Vec<&'static str>>, AtomicUsize);

impl Resolver for Names {
    fn addresses(&self, _host: &str) -> Vec<IpAddr> {
        let turn = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
        self.0[turn].iter().map(|text| text.parse().unwrap()).collect()
    }
}

fn resolving(answers: &[&[&'static str]]) -> (Net, Arc<Names>) {
    let names = Arc::new(Names(answers.iter().map(|list| list.to_vec()).collect(), AtomicUsize::new(0)));
    (Net::with_resolver(NetSettings::default(), Arc::clone(&names) as Arc<dyn Resolver>), names)
}

#[test]
fn a_request_arrives_as_it_was_described() {
    let server = TestServer::json(r#"{"ok":true}"#);
    let request = Request::new(Method::POST, server.url("/token"))
        .header("X-Plain", "one")
        .header("Authorization", Secret::new("Bearer canary".to_owned()))
        .body(Body::new(b"a=b".to_vec()));
    assert_eq!(format!("{request:?}").find("canary"), None);
    let answer = net().send(request, Reach::PRIVATE).unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, br#"{"ok":true}"#.as_slice()));
    let seen = server.requests().remove(0).to_lowercase();
    assert!(seen.starts_with("post /token http/1.1\r\n") && seen.ends_with("\r\n\r\na=b"), "{seen}");
    assert!(seen.contains("x-plain: one\r\n") && seen.contains("authorization: bearer canary\r\n"), "{seen}");
}

#[test]
fn a_body_that_tells_of_its_way_arrives_whole_with_its_length() {
    let server = TestServer::json("{}");
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let sent: crate::net::Sent = Arc::new(move |gone| heard.lock().unwrap().push(gone));
    let bytes = vec![b'x'; 300_000];
    let request = Request::new(Method::POST, server.url("/")).body(Body::new(bytes.clone()).telling(Some(sent)));
    assert_eq!(net().send(request, Reach::PRIVATE).unwrap().status, 200);
    let seen = server.requests().remove(0);
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains("content-length: 300000"), "{head}");
    assert_eq!(body.len(), bytes.len());
    let told = told.lock().unwrap();
    assert!(told.len() > 2 && told.is_sorted() && *told.last().unwrap() == 300_000, "{told:?}");
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = TestServer::answering(&[&http("302 Found", "Location: /elsewhere\r\n", "")]);
    let answer = net().send(Request::get(server.url("/")), Reach::PRIVATE).unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("/elsewhere")));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn loopback_is_not_reached_without_the_opt_in() {
    let server = TestServer::json("{}");
    let refused = net().send(Request::get(server.url("/")), Reach::PUBLIC).unwrap_err();
    assert!(matches!(refused, Error::PlainHttp { .. }));
    let encrypted = Url::parse(&format!("https://127.0.0.1:{}/", server.port)).unwrap();
    let refused = net().send(Request::get(encrypted), Reach::PUBLIC).unwrap_err();
    assert!(matches!(refused, Error::Blocked { .. }));
    assert!(server.requests().is_empty());
}

#[test]
fn a_name_that_resolves_into_the_private_network_is_refused() {
    let (net, _) = resolving(&[&["93.184.216.34", "192.168.1.1"]]);
    let url = Url::parse("https://api.example/v1?token=canary").unwrap();
    let refused = net.send(Request::get(url), Reach::PUBLIC).unwrap_err();
    assert_eq!(refused.to_string(), "api.example is at 192.168.1.1, a private address");
    let (net, _) = resolving(&[&[]]);
    let refused = net.send(Request::get(Url::parse("https://gone.example/").unwrap()), Reach::PUBLIC).unwrap_err();
    assert!(matches!(refused, Error::Unresolvable { .. }));
}

#[test]
fn a_name_is_asked_once_so_a_second_answer_cannot_move_the_connection() {
    // The rebinding: the check sees loopback, a second question would get an address where nobody answers.
    let server = TestServer::json("{}");
    let (net, names) = resolving(&[&["127.0.0.1"], &["127.0.0.99"]]);
    let url = Url::parse(&format!("http://localhost:{}/", server.port)).unwrap();
    assert_eq!(net.send(Request::get(url), Reach::PRIVATE).unwrap().status, 200);
    assert_eq!(names.1.load(Ordering::SeqCst), 1);
}

#[test]
fn localhost_that_points_elsewhere_gets_no_plain_request() {
    let (net, _) = resolving(&[&["10.0.0.1"]]);
    let refused = net.send(Request::get(Url::parse("http://localhost/").unwrap()), Reach::PRIVATE).unwrap_err();
    assert!(matches!(refused, Error::PlainHttp { .. }));
}

#[test]
fn a_name_server_that_never_answers_costs_no_more_than_the_deadline() {
    struct Silent;
    impl Resolver for Silent {
        fn addresses(&self, _host: &str) -> Vec<IpAddr> {
            std::thread::park();
            Vec::new()
        }
    }
    let net = Net::with_resolver(NetSettings::default(), Arc::new(Silent));
    let mut request = Request::get(Url::parse("https://slow.example/").unwrap());
    request.timeout = Some(Duration::from_millis(5));
    assert!(matches!(net.send(request, Reach::PUBLIC), Err(Error::Timeout { .. })));
}

#[test]
fn a_body_over_the_cap_is_refused_whether_announced_or_not() {
    let announced = TestServer::json(&"x".repeat(100));
    let mut request = Request::get(announced.url("/"));
    request.response_cap = 99;
    assert!(matches!(net().send(request, Reach::PRIVATE), Err(Error::TooLarge { cap: 99, .. })));
    let endless = TestServer::with(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert!(matches!(net().send(Request::get(endless.url("/")), Reach::PRIVATE), Err(Error::TooLarge { .. })));
}

#[test]
fn a_server_that_drips_cannot_extend_the_deadline() {
    let server = TestServer::with(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    let mut request = Request::get(server.url("/"));
    request.timeout = Some(Duration::from_millis(40));
    let began = Instant::now();
    assert!(matches!(net().send(request, Reach::PRIVATE), Err(Error::Timeout { .. })));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn failures_are_told_apart_and_name_no_path() {
    let broken = TestServer::with(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx");
    });
    let failure = net().send(Request::get(broken.url("/canary")), Reach::PRIVATE).unwrap_err();
    assert!(matches!(failure, Error::Interrupted { .. }) && failure.may_have_arrived() && failure.is_transient());
    assert_eq!(format!("{failure} {failure:?}").find("canary"), None);

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = Url::parse(&format!("http://127.0.0.1:{closed}/canary?x=canary")).unwrap();
    let failure = net().send(Request::get(url.clone()), Reach::PRIVATE).unwrap_err();
    assert!(matches!(failure, Error::Connect { .. }) && !failure.may_have_arrived());
    assert_eq!(format!("{failure} {failure:?}").find("canary"), None);

    let bad = Request::get(url).header("X-Bad", Secret::new("a\r\ncanary: b".to_owned()));
    let failure = net().send(bad, Reach::PRIVATE).unwrap_err();
    assert_eq!(failure.to_string(), "the header X-Bad cannot be sent as it is");
}

#[test]
fn something_that_speaks_no_tls_is_a_tls_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.accept().unwrap().0.write_all(b"this is not a handshake").unwrap());
    let url = Url::parse(&format!("https://127.0.0.1:{port}/canary")).unwrap();
    let failure = net().send(Request::get(url), Reach::PRIVATE).unwrap_err();
    assert!(matches!(failure, Error::Tls { .. }), "{failure:?}");
    assert_eq!(format!("{failure} {failure:?}").find("canary"), None);
}

/// Speaks TLS as `localhost`, with a certificate of the test CA, and answers one request.
fn encrypted_server() -> (u16, Vec<u8>) {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    let certificate = CertificateDer::from_pem_slice(include_bytes!("testdata/localhost.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("testdata/localhost.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::StreamOwned::new(session, stream.unwrap());
            if tls.read(&mut [0; 4096]).is_ok() {
                let _ = tls.write_all(http("200 OK", "", "sealed").as_bytes());
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        }
    });
    (port, include_bytes!("testdata/ca.pem").to_vec())
}

#[test]
fn a_certificate_counts_only_when_its_issuer_is_trusted_and_its_name_fits() {
    let (port, ca) = encrypted_server();
    let url = |host: &str| Url::parse(&format!("https://{host}:{port}/canary")).unwrap();
    let refused = net().send(Request::get(url("localhost")), Reach::PRIVATE).unwrap_err();
    assert!(matches!(refused, Error::Tls { .. }) && !format!("{refused:?}").contains("canary"), "{refused:?}");
    let trusting = || Net::new(NetSettings { extra_ca: Some(ca.clone()), ..NetSettings::default() });
    let answer = trusting().send(Request::get(url("localhost")), Reach::PRIVATE).unwrap();
    assert_eq!(answer.body.as_slice(), b"sealed");
    assert!(matches!(trusting().send(Request::get(url("127.0.0.1")), Reach::PRIVATE), Err(Error::Tls { .. })));
    assert!(matches!(trusting().send(Request::get(url("localhost")), Reach::PUBLIC), Err(Error::Blocked { .. })));
}

#[test]
fn a_configured_proxy_is_asked_and_the_target_is_judged_all_the_same() {
    let proxy = TestServer::answering(&[&http("502 No", "", "")]);
    let through = |answers: &[&[&'static str]]| {
        let names = Names(answers.iter().map(|list| list.to_vec()).collect(), AtomicUsize::new(0));
        let url = Url::parse(&format!("http://proxy.corp:{}", proxy.port)).unwrap();
        let net = Net::with_resolver(NetSettings { proxy: Some(url), ..NetSettings::default() }, Arc::new(names));
        net.send(Request::get(Url::parse("https://api.example/x").unwrap()), Reach::PUBLIC).unwrap_err()
    };
    assert!(matches!(through(&[&["93.184.216.34"], &["127.0.0.1"]]), Error::Connect { .. }));
    assert!(proxy.requests()[0].starts_with("CONNECT api.example:443 HTTP/1.1\r\n"));
    assert!(matches!(through(&[&["10.0.0.1"], &["127.0.0.1"]]), Error::Blocked { .. }));
    assert_eq!(proxy.requests().len(), 1);
}
