//! Azure Storage: connection strings, the shared key's signature, and queries that bring their own.
//!
//! What must stay true: the account key is used to sign and is never sent. The text that is signed is made from the very
//! request that goes out ("Authorize with Shared Key", Microsoft Learn): verb, headers, and the resource with its query.
use crate::model::digest::hmac_sha256;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;
use crate::net::{HeaderText, Request};
use crate::provider::inject::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use url::Url;
use zeroize::Zeroizing;

/// The version whose rules the signature follows, where the service's own headers name none.
const VERSION: &str = "2026-04-06";

/// What a connection string says, its secret aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    /// Where its blobs live.
    pub blob_url: String,
}

/// Reads who a connection string belongs to; the error says what is missing and nothing of what is there.
pub fn account(connection_string: &Secret) -> Result<Account, &'static str> {
    let parts = parts(connection_string.reveal());
    let (key, sas) = (parts.get("AccountKey"), parts.get("SharedAccessSignature"));
    if key.is_none() && sas.is_none() {
        return Err("it holds neither AccountKey nor SharedAccessSignature");
    }
    if key.is_some_and(|key| STANDARD.decode(key).is_err()) {
        return Err("its AccountKey is not base64");
    }
    let explicit = parts.get("BlobEndpoint").map(|url| url.trim_end_matches('/').to_owned());
    let name = match parts.get("AccountName") {
        Some(name) => (*name).to_owned(),
        None => explicit.as_deref().and_then(first_label).ok_or("it holds no AccountName")?,
    };
    if !(3..=24).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return Err("its AccountName cannot be one");
    }
    let suffix = parts.get("EndpointSuffix").copied().unwrap_or("core.windows.net");
    let is_host = suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    if !is_host {
        return Err("its EndpointSuffix is not a host");
    }
    let protocol = parts.get("DefaultEndpointsProtocol").copied().unwrap_or("https");
    let blob_url = explicit.unwrap_or_else(|| format!("{protocol}://{name}.blob.{suffix}"));
    Ok(Account { name, blob_url })
}

fn first_label(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(url.host_str()?.split('.').next()?.to_owned())
}

/// Pairs are split at the first `=` only: a key in base64 ends in one.
fn parts(text: &str) -> BTreeMap<&str, &str> {
    text.split(';').filter_map(|pair| pair.trim().split_once('=')).collect()
}

/// Appends the query that the account handed out.
pub(super) fn with_signature(mut request: Request, query: &Secret) -> Result<Request, Error> {
    let own = query.reveal().trim_start_matches('?');
    let joined = match request.url.query().filter(|query| !query.is_empty()) {
        Some(asked) => format!("{asked}&{own}"),
        None => own.to_owned(),
    };
    request.url.set_query(Some(&joined));
    Ok(request)
}

/// Signs with the account key of a connection string, or appends its shared access signature.
pub(super) fn signed(mut request: Request, connection_string: &Secret, now: Timestamp) -> Result<Request, Error> {
    let parts = parts(connection_string.reveal());
    if let Some(sas) = parts.get("SharedAccessSignature") {
        return with_signature(request, &Secret::new((*sas).to_owned()));
    }
    let account = account(connection_string).map_err(Error::DoesNotFit)?;
    let key = parts.get("AccountKey").ok_or(Error::DoesNotFit("there is no account key"))?;
    let key = STANDARD.decode(key).map_err(|_| Error::DoesNotFit("the account key is not base64"))?;
    let key = Zeroizing::new(key);
    // RFC 1123, as the header wants it.
    let date = now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    request = request.header("x-ms-date", date.as_str());
    if header(&request, "x-ms-version").is_none() {
        request = request.header("x-ms-version", VERSION);
    }
    let text = string_to_sign(&request, &account.name);
    let signature = STANDARD.encode(hmac_sha256(&key, &[text.as_bytes()]));
    Ok(request.header("Authorization", format!("SharedKey {}:{signature}", account.name).as_str()))
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let found = request.headers.iter().find(|(had, _)| had.eq_ignore_ascii_case(name));
    match found {
        Some((_, HeaderText::Plain(text))) => Some(text),
        _ => None,
    }
}

fn string_to_sign(request: &Request, account: &str) -> String {
    let length = request.body.as_ref().map_or(0, |body| body.len());
    let mut lines = vec![request.method.to_string()];
    lines.extend(["content-encoding", "content-language"].map(|name| header(request, name).unwrap_or("").to_owned()));
    lines.push(if length == 0 { String::new() } else { length.to_string() });
    // The date stands in x-ms-date, so the plain one is empty.
    for name in ["content-md5", "content-type"] {
        lines.push(header(request, name).unwrap_or("").to_owned());
    }
    lines.push(String::new());
    for name in ["if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"] {
        lines.push(header(request, name).unwrap_or("").to_owned());
    }
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        if let (true, HeaderText::Plain(text)) = (name.starts_with("x-ms-"), value) {
            own.insert(name, text.trim().to_owned());
        }
    }
    lines.extend(own.into_iter().map(|(name, value)| format!("{name}:{value}")));
    let mut resource = format!("/{account}{}", request.url.path());
    let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in request.url.query_pairs() {
        query.entry(name.to_ascii_lowercase()).or_default().push(value.into_owned());
    }
    for (name, mut values) in query {
        values.sort();
        resource.push_str(&format!("\n{name}:{}", values.join(",")));
    }
    lines.push(resource);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Body, Method};

    /// The key of Microsoft's storage emulator, which is public.
    const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    fn string(more: &str) -> Secret {
        Secret::new(format!("DefaultEndpointsProtocol=https;AccountName=acme1;{more}"))
    }

    fn request(method: Method, url: &str) -> Request {
        Request::new(method, Url::parse(url).unwrap()).header("x-ms-version", "2015-02-21")
    }

    #[test]
    fn a_connection_string_says_whose_it_is_and_never_its_key() {
        let found = account(&string(&format!("AccountKey={KEY};EndpointSuffix=core.windows.net"))).unwrap();
        assert_eq!(
            found,
            Account { name: "acme1".to_owned(), blob_url: "https://acme1.blob.core.windows.net".to_owned() }
        );
        let sas = "BlobEndpoint=https://acme2.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02&sig=abc";
        assert_eq!(account(&Secret::new(sas.to_owned())).unwrap().name, "acme2");
        for bad in ["EndpointSuffix=core.windows.net", "AccountKey=%%", &format!("AccountKey={KEY};EndpointSuffix=a/b")]
        {
            let why = account(&string(bad)).unwrap_err();
            assert!(!why.contains(KEY), "{why}");
        }
        assert!(account(&Secret::new(format!("AccountName=a/b;AccountKey={KEY}"))).is_err());
    }

    #[test]
    fn the_text_that_is_signed_is_the_documented_one() {
        // The example of "Authorize with Shared Key", Get Container Metadata.
        let mut get = request(
            Method::GET,
            "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20",
        );
        get = get.header("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT");
        let signed = "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n\
                      /myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20";
        assert_eq!(string_to_sign(&get, "myaccount"), signed);
        let put = request(Method::PUT, "https://acme1.blob.core.windows.net/box/a%20b.txt")
            .header("Content-Type", "text/plain")
            .header("x-ms-blob-type", "BlockBlob")
            .body(Body::new(b"hello".to_vec()));
        let text = string_to_sign(&put, "acme1");
        assert!(text.starts_with("PUT\n\n\n5\n\ntext/plain\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\n"), "{text}");
        assert!(text.ends_with("\n/acme1/box/a%20b.txt"), "{text}");
    }

    #[test]
    fn the_key_signs_and_is_not_sent_and_a_signature_is_appended() {
        let now: Timestamp = "2015-06-26T23:39:12Z".parse().unwrap();
        let url = "https://acme1.blob.core.windows.net/?comp=list";
        let by_key = signed(request(Method::GET, url), &string(&format!("AccountKey={KEY}")), now).unwrap();
        assert_eq!(header(&by_key, "x-ms-date"), Some("Fri, 26 Jun 2015 23:39:12 GMT"));
        let sent = header(&by_key, "authorization").unwrap();
        assert!(sent.starts_with("SharedKey acme1:") && !sent.contains(KEY), "{sent}");
        let sas = string("SharedAccessSignature=sv=2022-11-02&sig=a%2Bb");
        let by_sas = signed(request(Method::GET, url), &sas, now).unwrap();
        assert_eq!(by_sas.url.query(), Some("comp=list&sv=2022-11-02&sig=a%2Bb"));
    }
}
