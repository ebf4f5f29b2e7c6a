//! One request out, one answer back.
use crate::model::audit::hex;
use crate::model::connection::Connection;
use crate::model::credential::Opens;
use crate::model::execution::{Part, StoredBody, StoredRequest, StoredResult};
use crate::model::service::{Protocol, Service};
use crate::model::time::Timestamp;
use crate::net::{self, Body, Method, Net, Reach, Request, Response};
use crate::provider::pour::{Delivery, Poured, Pouring};
use crate::provider::{inject, link, mail, mask, redirect, remark};
use sha2::{Digest, Sha256};
use std::time::Duration;
use thiserror::Error;
use url::Url;

/// The largest answer that is read (decisions.md, R22 names 10 MiB for payloads; the same for answers).
pub const LARGEST_ANSWER: usize = 10 * 1024 * 1024;

/// How long one call may take: models think for minutes.
const CALL_TIMEOUT: Duration = Duration::from_secs(300);

/// What goes out.
#[derive(Debug, Clone, Copy)]
pub struct Outbound<'a> {
    pub connection: &'a Connection,
    /// As this connection has it.
    pub service: &'a Service,
    pub request: &'a StoredRequest,
    /// When it is sent: what signs a request signs its time.
    pub now: Timestamp,
    /// The policy's cap on answers, in bytes; none: the general one.
    pub largest_answer: Option<usize>,
    /// How long it may take until the last byte; none: as long as a call may.
    pub time: Option<Duration>,
    /// The answer is read whole, whoever would take it as it comes.
    pub reads_whole: bool,
}

/// What came back, with the credential masked.
#[derive(Debug, Clone)]
pub struct Answer {
    pub result: StoredResult,
    pub retry_after: Option<Duration>,
    /// What was handed on as it came; none: the answer was read whole.
    pub poured: Option<Poured>,
    /// The address of the next page, as a header names it (RFC 8288).
    pub next_link: Option<String>,
    /// Why the provider refused, or what is missing, where a header says so.
    pub remark: Option<String>,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.result.http_status)
    }
}

#[derive(Debug, Error)]
pub enum Error {
    /// The decision lets only well-formed requests through; this one was not.
    #[error("the stored request cannot be sent")]
    NotSendable,
    #[error(transparent)]
    Net(#[from] net::Error),
    #[error(transparent)]
    Inject(#[from] inject::Error),
}

fn masked(text: &str, opens: &Opens) -> String {
    String::from_utf8_lossy(&mask::mask(text.as_bytes(), opens)).into_owned()
}

/// A multipart body (RFC 7578), made from the parts that were decided: what else stood in the caller's bytes is gone.
fn multipart(parts: &[Part]) -> (String, Vec<u8>) {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(&part.content));
    // Made from what it separates, so that the same request is sent as the same bytes.
    let boundary = format!("siesta-{}", hex(&hash.finalize()));
    let quoted = |text: &str| text.replace('"', "%22").replace(['\r', '\n'], " ");
    let mut body = Vec::new();
    for part in parts {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name));
        if let Some(filename) = &part.filename {
            head.push_str(&format!("; filename=\"{}\"", quoted(filename)));
        }
        if let Some(content_type) = &part.content_type {
            head.push_str(&format!("\r\nContent-Type: {}", quoted(content_type)));
        }
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(&part.bytes());
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

/// Sends a decided request with its credential. Where there is a `delivery`, a success may go there as it comes.
pub fn send(
    net: &Net,
    outbound: Outbound<'_>,
    opens: &Opens,
    mut delivery: Option<&mut dyn Delivery>,
) -> Result<Answer, Error> {
    let Outbound { connection, service, now, .. } = outbound;
    if service.protocol == Protocol::Mail {
        return mail::send(net, outbound, opens);
    }
    let (mut out, body) = outgoing(outbound)?;
    // Before the credential, which may stand in the address.
    let asked_at = out.url.clone();
    if let Some(body) = body {
        let told = delivery.as_mut().and_then(|delivery| delivery.sending(body.len() as u64));
        out = out.body(Body::new(body).telling(told));
    }
    let reach = Reach { allow_private: connection.allow_private_network };
    let out = inject::inject(out, connection, service, opens, now)?;
    let method = out.method.clone();
    let ((response, moved_to), poured) = match delivery.filter(|_| !outbound.reads_whole) {
        None => (follow(out, service, |request| net.send(request, reach))?, None),
        Some(delivery) => {
            let mut pouring = Pouring::new(delivery, opens, outbound.largest_answer);
            let came = follow(out, service, |request| net.send_into(request, reach, &mut pouring))?;
            let has_begun = pouring.has_begun();
            (came, has_begun.then(|| pouring.finish()))
        }
    };
    let retry_after = response.retry_after();
    let content_type = response.header("content-type").map(|said| masked(said, opens));
    let (poured, body) = match poured {
        Some((poured, kept)) => (Some(poured), kept),
        None => (None, mask::mask(&response.body, opens)),
    };
    let result = StoredResult { http_status: response.status, content_type, body };
    let from = moved_to.as_ref().unwrap_or(&asked_at);
    let next_link = link::next(from, &response).map(|next| masked(&next, opens));
    let remark = remark::remark(service, &method, from, &response).map(|words| masked(&words, opens));
    Ok(Answer { result, retry_after, poured, next_link, remark })
}

/// Sends, and follows where the catalogue lets a download be redirected to; what goes there is the address and nothing
/// else of the request. Also the address that the answer is from, if it is another one.
fn follow(
    request: Request,
    service: &Service,
    mut send: impl FnMut(Request) -> Result<Response, net::Error>,
) -> Result<(Response, Option<Url>), Error> {
    let (method, asked_at) = (request.method.clone(), request.url.clone());
    let (timeout, cap) = (request.timeout, request.response_cap);
    let (mut response, mut moved_to) = (send(request)?, None);
    for _ in 0..redirect::MOST {
        let from = moved_to.as_ref().unwrap_or(&asked_at);
        let Some(mut next) = redirect::next(service, &method, from, &response) else { break };
        moved_to = Some(next.url.clone());
        (next.timeout, next.response_cap) = (timeout, cap);
        response = send(next.header("User-Agent", concat!("siesta/", env!("CARGO_PKG_VERSION"))))?;
    }
    Ok((response, moved_to))
}

/// The request and its body, before the credential.
pub(super) fn outgoing(outbound: Outbound<'_>) -> Result<(Request, Option<Vec<u8>>), Error> {
    let Outbound { connection, service, request, largest_answer, time, .. } = outbound;
    let url = Url::parse(&request.url).map_err(|_| Error::NotSendable)?;
    // The decision has checked it (R8a); a second look costs nothing, and here is where the secret would leave.
    if !connection.may_call(&url.origin().ascii_serialization()) {
        return Err(Error::NotSendable);
    }
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| Error::NotSendable)?;
    let mut out = Request::new(method, url);
    out.timeout = Some(time.unwrap_or(CALL_TIMEOUT));
    out.response_cap = largest_answer.map_or(LARGEST_ANSWER, |cap| cap.min(LARGEST_ANSWER));
    out = out.header("User-Agent", concat!("siesta/", env!("CARGO_PKG_VERSION")));
    for (name, value) in &service.headers {
        out = out.header(name, value.as_str());
    }
    for (name, value) in &request.headers {
        out = out.header(name, value.as_str());
    }
    let sets = |name: &str| request.headers.iter().any(|(given, _)| given == name);
    if !sets("accept") {
        out = out.header("Accept", "application/json, */*;q=0.5");
    }
    let (body, content_type) = match &request.body {
        StoredBody::None => (None, None),
        StoredBody::Json(value) => (Some(value.to_string().into_bytes()), Some("application/json".to_owned())),
        StoredBody::Form(pairs) => {
            let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            (Some(text.into_bytes()), Some("application/x-www-form-urlencoded".to_owned()))
        }
        StoredBody::Bytes(_) => (request.body.bytes(), Some("application/octet-stream".to_owned())),
        StoredBody::Multipart(parts) => {
            let (boundary, bytes) = multipart(parts);
            (Some(bytes), Some(format!("multipart/form-data; boundary={boundary}")))
        }
    };
    if let Some(content_type) = content_type.filter(|_| !sets("content-type")) {
        out = out.header("Content-Type", content_type.as_str());
    }
    Ok((out, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{NetSettings, Resolver};
    use std::net::IpAddr;
    use std::sync::Arc;
    use zeroize::Zeroizing;

    /// Every name stands for an address of the private network.
    struct Inside;

    impl Resolver for Inside {
        fn addresses(&self, _host: &str) -> Vec<IpAddr> {
            vec![[10, 0, 0, 1].into()]
        }
    }

    #[test]
    fn each_hop_is_judged_like_any_address_and_takes_nothing_of_the_request_along() {
        let net = Net::with_resolver(NetSettings::default(), Arc::new(Inside));
        let service = Service { redirect_hosts: vec!["*.files.example".to_owned()], ..Service::default() };
        let url = Url::parse("https://api.example/file").unwrap();
        let request = Request::new(Method::GET, url).header("Authorization", "canary").header("Cookie", "canary");
        let mut hops = Vec::new();
        let came = follow(request, &service, |request| {
            hops.push((
                request.url.to_string(),
                request.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(),
            ));
            match hops.len() {
                1 => {
                    let to = ("location".to_owned(), "https://a.files.example/x".to_owned());
                    Ok(Response { status: 302, headers: vec![to], body: Zeroizing::default() })
                }
                _ => net.send(request, Reach::PUBLIC),
            }
        });
        assert!(matches!(came, Err(Error::Net(net::Error::Blocked { .. }))), "{came:?}");
        assert_eq!(hops[1], ("https://a.files.example/x".to_owned(), vec!["User-Agent".to_owned()]));
        assert_eq!(hops.len(), 2);
    }
}
