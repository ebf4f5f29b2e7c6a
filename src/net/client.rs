//! Sending one request.
//!
//! What must stay true: the order. URL rules, then resolve, then judge every address, then connect to those addresses
//! and no others; all of it inside one deadline. Three clients are kept apart so that an address admitted for an
//! opted-in connection is never in reach of one that did not opt in.
use crate::model::witness::{Came, Event, Nobody, Witness};
use crate::net::address::{self, Reach};
use crate::net::error::Error;
use crate::net::request::Request;
use crate::net::resolve::{self, Checked, Resolver, SystemResolver};
use crate::net::response::Response;
use reqwest::blocking::Client;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::error::Error as _;
use std::io::Read;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use url::{Host, Url};
use zeroize::Zeroizing;

#[derive(Clone)]
pub struct NetSettings {
    /// Named by the configuration, never taken from the environment. Its own address is the operator's word and is not
    /// judged; the hosts asked through it are.
    pub proxy: Option<Url>,
    /// PEM certificates trusted in addition to the system's (which honour `SSL_CERT_FILE` on Linux).
    pub extra_ca: Option<Vec<u8>>,
    pub connect_timeout: Duration,
    /// From resolving the name to the last byte of the body, unless a request brings its own.
    pub total_timeout: Duration,
    /// Who is told of each request.
    pub witness: Arc<dyn Witness>,
}

impl Default for NetSettings {
    fn default() -> Self {
        // 10 s: three SYN retries. 30 s: a slow token endpoint answers in a few; a person waits no longer.
        let (connect_timeout, total_timeout) = (Duration::from_secs(10), Duration::from_secs(30));
        NetSettings { proxy: None, extra_ca: None, connect_timeout, total_timeout, witness: Arc::new(Nobody) }
    }
}

/// Takes an answer as it comes.
pub trait Sink {
    /// The head is there. Some: the body is handed over piece by piece, up to so many bytes; None: it is read whole.
    fn begin(&mut self, status: u16, headers: &[(String, String)], length: Option<u64>) -> Option<u64>;

    fn take(&mut self, piece: &[u8]);
}

/// Wants every answer whole.
struct Whole;

impl Sink for Whole {
    fn begin(&mut self, _: u16, _: &[(String, String)], _: Option<u64>) -> Option<u64> {
        None
    }

    fn take(&mut self, _: &[u8]) {}
}

/// The one HTTP client. Cheap to make: what costs (3–4 ms for the CA files) is done at the first request that needs it.
pub struct Net {
    settings: NetSettings,
    resolver: Arc<dyn Resolver>,
    public: Lazy,
    private: Lazy,
    plain: Lazy,
}

#[derive(Default)]
struct Lazy {
    client: OnceLock<Client>,
    checked: Checked,
}

impl Net {
    pub fn new(settings: NetSettings) -> Self {
        Net::with_resolver(settings, Arc::new(SystemResolver))
    }

    pub fn with_resolver(settings: NetSettings, resolver: Arc<dyn Resolver>) -> Self {
        Net { settings, resolver, public: Lazy::default(), private: Lazy::default(), plain: Lazy::default() }
    }

    /// Sends, and reads the answer whole. An answer of any status is an answer; redirects are not followed.
    pub fn send(&self, request: Request, reach: Reach) -> Result<Response, Error> {
        self.send_into(request, reach, &mut Whole)
    }

    /// The same, with the body handed over as it comes where `sink` wants that; the answer's own body is empty then.
    pub fn send_into(&self, request: Request, reach: Reach, sink: &mut dyn Sink) -> Result<Response, Error> {
        let (method, origin) = (request.method.to_string(), request.url.origin().ascii_serialization());
        let begun = Instant::now();
        let answer = self.exchange(request, reach, sink);
        let came = match &answer {
            Ok(answer) => Came::Answer { status: answer.status, bytes: answer.body.len() },
            Err(why) => Came::Nothing { why },
        };
        let (method, origin) = (method.as_str(), origin.as_str());
        self.settings.witness.note(&Event::Requested { method, origin, came, took: begun.elapsed() });
        answer
    }

    fn exchange(&self, request: Request, reach: Reach, sink: &mut dyn Sink) -> Result<Response, Error> {
        let deadline = Instant::now() + request.timeout.unwrap_or(self.settings.total_timeout);
        let headers = request.header_map()?;
        let (client, host) = self.admit(&request.url, reach, deadline)?;

        let mut outgoing = client.request(request.method, request.url).headers(headers).timeout(left(deadline));
        if let Some(body) = request.body {
            outgoing = outgoing.body(body.into_wire());
        }
        let answer = outgoing.send().map_err(|failure| situation(failure, &host))?;

        let status = answer.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| Some(value.to_str().ok()?.to_owned());
        let headers = answer.headers().iter();
        let headers: Vec<(String, String)> =
            headers.filter_map(|(name, value)| Some((name.to_string(), text(value)?))).collect();
        let body = match sink.begin(status, &headers, answer.content_length()) {
            None => read_capped(answer, request.response_cap, deadline, &host)?,
            Some(cap) => {
                pour(answer, cap, deadline, &host, sink)?;
                Zeroizing::default()
            }
        };
        Ok(Response { status, headers, body })
    }

    pub(super) fn settings(&self) -> &NetSettings {
        &self.settings
    }

    /// Every address of a host, asked for once.
    pub(super) fn resolved(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Error> {
        let found = resolve::within(&self.resolver, name, left(deadline));
        let addresses = found.ok_or_else(|| Error::Timeout { host: name.to_owned() })?;
        self.settings.witness.note(&Event::Resolved { host: name, addresses: &addresses });
        Ok(addresses)
    }

    /// What encrypts a line: the provider, the system's certificates and the extra ones, as the HTTP client has them.
    pub(super) fn tls(&self) -> Result<Arc<ClientConfig>, Error> {
        let setup = |why: String| Error::Setup { why };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let extra = self.settings.extra_ca.as_deref().unwrap_or_default();
        let extra: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(extra).collect();
        let extra = extra.map_err(|_| setup("the extra certificates cannot be read".to_owned()))?;
        let verifier =
            Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(|e| setup(e.to_string()))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| setup(e.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Arc::new(config))
    }

    /// The checks, and the client whose connector knows the checked addresses and nothing else.
    fn admit(&self, url: &Url, reach: Reach, deadline: Instant) -> Result<(&Client, String), Error> {
        address::check_url(url, reach)?;
        let plain = url.scheme() == "http";
        let kept = match (plain, reach.allow_private) {
            (true, _) => &self.plain,
            (false, true) => &self.private,
            (false, false) => &self.public,
        };
        let host = match url.host() {
            None => return Err(Error::NotHttp),
            Some(Host::Ipv4(four)) => self.judge(four.to_string(), &[IpAddr::V4(four)], plain, reach)?,
            Some(Host::Ipv6(six)) => self.judge(six.to_string(), &[IpAddr::V6(six)], plain, reach)?,
            Some(Host::Domain(name)) => {
                let found = resolve::within(&self.resolver, name, left(deadline));
                let addresses = found.ok_or_else(|| Error::Timeout { host: name.to_owned() })?;
                let host = self.judge(name.to_owned(), &addresses, plain, reach)?;
                self.settings.witness.note(&Event::Resolved { host: &host, addresses: &addresses });
                kept.checked.put(name, &addresses);
                host
            }
        };
        if let Some(Host::Domain(name)) = self.settings.proxy.as_ref().and_then(Url::host) {
            let found = resolve::within(&self.resolver, name, left(deadline));
            kept.checked.put(name, &found.unwrap_or_default());
        }
        Ok((self.client(kept, plain)?, host))
    }

    fn judge(&self, host: String, addresses: &[IpAddr], plain: bool, reach: Reach) -> Result<String, Error> {
        address::check_all(&host, addresses, reach)?;
        if plain {
            address::check_plain(&host, addresses)?;
        }
        Ok(host)
    }

    fn client<'a>(&'a self, kept: &'a Lazy, plain: bool) -> Result<&'a Client, Error> {
        if let Some(client) = kept.client.get() {
            return Ok(client);
        }
        let built = self.build(kept.checked.clone(), plain)?;
        Ok(kept.client.get_or_init(|| built))
    }

    fn build(&self, checked: Checked, plain: bool) -> Result<Client, Error> {
        // The library panics without a provider. A second installation is refused, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let setup = |failure: reqwest::Error| Error::Setup { why: failure.without_url().to_string() };

        let mut builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(checked))
            .connect_timeout(self.settings.connect_timeout)
            .user_agent(concat!("siesta/", env!("CARGO_PKG_VERSION")))
            // A kept connection that the other side has closed makes the library send a request twice, or leaves open
            // whether it was sent. A token request must be neither.
            .pool_max_idle_per_host(0);
        if plain {
            // Loopback only, and without encryption: no CA file needs to be read, or even to exist.
            builder = builder.tls_certs_only([]);
        } else {
            if let Some(pem) = &self.settings.extra_ca {
                let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(setup)?;
                builder = builder.tls_certs_merge(certificates);
            }
            builder = builder.https_only(true);
        }
        if let Some(proxy) = self.settings.proxy.as_ref().filter(|_| !plain) {
            builder = builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(setup)?);
        }
        builder.build().map_err(setup)
    }
}

/// What is left until the deadline; a moment even when it has passed, so that the time-out is reported as one.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn read_capped(
    mut answer: reqwest::blocking::Response,
    cap: usize,
    deadline: Instant,
    host: &str,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let too_large = || Error::TooLarge { host: host.to_owned(), cap };
    let announced = answer.content_length().unwrap_or(0);
    if announced > cap as u64 {
        return Err(too_large());
    }
    // Room for the announced length at once: growing would leave copies of a token behind in freed memory.
    let mut body = Zeroizing::new(Vec::with_capacity(usize::try_from(announced).unwrap_or(0).max(4096).min(cap)));
    let mut chunk = Zeroizing::new([0u8; 16 * 1024]);
    loop {
        if Instant::now() >= deadline {
            return Err(Error::Timeout { host: host.to_owned() });
        }
        let count = answer.read(chunk.as_mut_slice()).map_err(|failure| broken(&failure, deadline, host))?;
        if count == 0 {
            return Ok(body);
        }
        if body.len() + count > cap {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk[..count]);
    }
}

/// Hands the body over piece by piece, each as soon as it is there.
fn pour(
    mut answer: reqwest::blocking::Response,
    cap: u64,
    deadline: Instant,
    host: &str,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    let too_large = || Error::TooLarge { host: host.to_owned(), cap: usize::try_from(cap).unwrap_or(usize::MAX) };
    let announced = answer.content_length();
    if announced.is_some_and(|announced| announced > cap) {
        return Err(too_large());
    }
    let mut piece = Zeroizing::new([0u8; 64 * 1024]);
    let mut came: u64 = 0;
    loop {
        if Instant::now() >= deadline {
            return Err(Error::Timeout { host: host.to_owned() });
        }
        let count = answer.read(piece.as_mut_slice()).map_err(|failure| broken(&failure, deadline, host))?;
        if count == 0 {
            return Ok(());
        }
        came = came.saturating_add(count as u64);
        if came > cap {
            return Err(too_large());
        }
        sink.take(&piece[..count]);
    }
}

fn broken(failure: &std::io::Error, deadline: Instant, host: &str) -> Error {
    let inner = failure.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    match inner.is_some_and(reqwest::Error::is_timeout) || Instant::now() >= deadline {
        true => Error::Timeout { host: host.to_owned() },
        false => Error::Interrupted { host: host.to_owned() },
    }
}

/// The library's error holds the whole URL; only what kind it is goes on from here.
fn situation(failure: reqwest::Error, host: &str) -> Error {
    let host = host.to_owned();
    if let Some(why) = tls_reason(&failure) {
        return Error::Tls { host, why };
    }
    match () {
        () if failure.is_dns() => Error::Unresolvable { host },
        () if failure.is_connect() => Error::Connect { host },
        () if failure.is_timeout() => Error::Timeout { host },
        () => Error::Interrupted { host },
    }
}

fn tls_reason(failure: &reqwest::Error) -> Option<String> {
    let mut next = failure.source();
    while let Some(cause) = next {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Some(tls.to_string());
        }
        // An io::Error does not show what it wraps as its source, only what that was caused by.
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
