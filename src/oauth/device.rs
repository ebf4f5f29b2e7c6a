//! Signing in on another device (RFC 8628): a code is shown here, typed there, and the token endpoint is asked until the
//! answer is there.
//!
//! What must stay true: the server sets the pace. It is never asked faster than it wants, `slow_down` counts for the rest
//! of the flow, and nothing is asked after the code has expired. The address that people are sent to is https, like every
//! endpoint: a code typed into a page that anybody could have changed is a code given away.
use crate::model::secret::Secret;
use crate::net::{Net, Reach};
use crate::oauth::answer::{self, TokenAnswer};
use crate::oauth::error::{Denial, DenialKind, Error};
use crate::oauth::pace::Pace;
use crate::oauth::server::{self, Client, Server};
use crate::oauth::{form, text};
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use url::Url;

/// What the person needs, and what we keep.
#[derive(Debug)]
pub struct DeviceCode {
    device_code: Secret,
    /// To be typed at `verification_url`.
    pub user_code: String,
    pub verification_url: Url,
    /// The same with the code in it.
    pub complete_url: Option<Url>,
    pub expires_in: Duration,
    interval: Duration,
}

/// RFC 8628 §3.2: what counts when the server names no interval; §3.5: what `slow_down` adds.
const USUAL_INTERVAL: Duration = Duration::from_secs(5);
const SLOWER_BY: Duration = Duration::from_secs(5);
/// Two clocks, one network: without a margin every other request comes a moment too early (gh uses 20 % as well).
const MARGIN_PERCENT: u32 = 120;
/// An interval or a life beyond these is a number gone wrong; nobody waits for it.
const LONGEST_INTERVAL: Duration = Duration::from_secs(300);
const LONGEST_LIFE: Duration = Duration::from_secs(3600);
/// How often Ctrl-C is looked for while waiting: felt as at once.
const NAP: Duration = Duration::from_millis(250);
/// Eight characters are usual; what is longer nobody types.
const LONGEST_CODE: usize = 64;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Asks for a code.
pub fn begin_device(
    net: &Net,
    reach: Reach,
    server: &Server,
    client: &Client,
    scopes: &[String],
) -> Result<DeviceCode, Error> {
    let Some(url) = &server.device_url else { return Err(Error::NoDeviceFlow) };
    server::check_endpoint(url, reach, "device authorization endpoint")?;
    let scope = scopes.join(&server.scope_separator);
    let members: &[(&str, &str)] = if scope.is_empty() { &[] } else { &[("scope", &scope)] };
    let answer = net.send(form::post(url, client, members), reach)?;
    answer::check_status(&answer)?;
    let sent: Vec<&Secret> = client.secret.iter().collect();
    let said = answer::members(&answer);
    if let Some(members) = &said {
        answer::check_error(&answer, members, &sent)?;
    }
    match (answer.is_success(), said) {
        (true, Some(members)) => read(&members, reach),
        (true, None) => Err(Error::Malformed { what: "neither JSON nor a form" }),
        (false, _) => Err(Error::Unexplained { status: answer.status }),
    }
}

fn read(members: &Map<String, Value>, reach: Reach) -> Result<DeviceCode, Error> {
    let missing = |what| Error::Malformed { what };
    let word = |name: &str| members.get(name).and_then(Value::as_str).filter(|word| !word.is_empty());
    let page = |name: &str| {
        let url =
            word(name).map(|word| Url::parse(word).map_err(|_| Error::BadServer { what: "verification address" }));
        url.transpose()?
            .map_or(Ok(None), |url| server::check_endpoint(&url, reach, "verification address").map(|()| Some(url)))
    };
    // Google's name for it is older than the standard's.
    let verification_url = match page("verification_uri")? {
        Some(url) => url,
        None => page("verification_url")?.ok_or_else(|| missing("no verification address"))?,
    };
    let complete_url = match page("verification_uri_complete")? {
        Some(url) => Some(url),
        None => page("verification_url_complete")?,
    };
    // Another host than the address people can check would be another page.
    let complete_url = complete_url.filter(|url| url.origin() == verification_url.origin());
    let user_code = word("user_code").map(text::clean).filter(|code| (1..=LONGEST_CODE).contains(&code.len()));
    let device_code = word("device_code").filter(|code| code.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
    let seconds = |name: &str| members.get(name).and_then(answer::seconds).map(Duration::from_secs);
    Ok(DeviceCode {
        device_code: Secret::new(device_code.ok_or_else(|| missing("no device code"))?.to_owned()),
        user_code: user_code.ok_or_else(|| missing("no code to type"))?,
        verification_url,
        complete_url,
        expires_in: seconds("expires_in").ok_or_else(|| missing("no expiry of the code"))?.min(LONGEST_LIFE),
        interval: seconds("interval").unwrap_or(USUAL_INTERVAL).min(LONGEST_INTERVAL),
    })
}

#[allow(clippy::too_many_arguments)]
/// Waits until the person has said yes or no elsewhere, at most for `limit` and never longer than the code lives.
pub fn await_device(
    net: &Net,
    reach: Reach,
    server: &Server,
    client: &Client,
    code: &DeviceCode,
    limit: Duration,
    pace: &dyn Pace,
    cancelled: &AtomicBool,
) -> Result<TokenAnswer, Error> {
    server::check_endpoint(&server.token_url, reach, "token endpoint")?;
    let mut interval = code.interval.max(Duration::from_secs(1));
    let end = pace.elapsed() + code.expires_in.min(limit);
    loop {
        let wait = interval * MARGIN_PERCENT / 100;
        if pace.elapsed() + wait >= end {
            return Err(if limit < code.expires_in { Error::TimedOut } else { Error::Expired });
        }
        nap(wait, pace, cancelled)?;
        let members = [("grant_type", GRANT), ("device_code", code.device_code.reveal())];
        let basic = form::named_by_basic(client);
        let sent: Vec<&Secret> = std::iter::once(&code.device_code).chain(&client.secret).chain(&basic).collect();
        let answer = match net.send(form::post(&server.token_url, client, &members), reach) {
            Ok(answer) => answer,
            // RFC 8628 §3.5: after a time-out, ask less often.
            Err(failure) if failure.is_transient() => {
                interval = (interval * 2).min(LONGEST_INTERVAL);
                continue;
            }
            Err(failure) => return Err(failure.into()),
        };
        // Before the status: some servers say `slow_down` with 429.
        match error_code(&answer).as_deref() {
            Some("authorization_pending") => continue,
            Some("slow_down") => {
                // GitHub says how long it is from now on.
                let said =
                    answer::members(&answer).and_then(|members| members.get("interval").and_then(answer::seconds));
                interval = (interval + SLOWER_BY).max(Duration::from_secs(said.unwrap_or(0))).min(LONGEST_INTERVAL);
                continue;
            }
            Some("access_denied") => {
                return Err(Error::Denied(Denial { kind: DenialKind::Declined, description: None }));
            }
            Some("expired_token") => return Err(Error::Expired),
            _ => {}
        }
        match answer::read(&answer, &sent) {
            Err(Error::Transient { retry_after, .. }) => {
                let asked = retry_after.unwrap_or_default();
                interval = (interval * 2).max(asked).min(LONGEST_INTERVAL);
            }
            other => return other,
        }
    }
}

fn nap(time: Duration, pace: &dyn Pace, cancelled: &AtomicBool) -> Result<(), Error> {
    let mut left = time;
    while !left.is_zero() {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let turn = left.min(NAP);
        pace.sleep(turn);
        left -= turn;
    }
    Ok(())
}

fn error_code(answer: &crate::net::Response) -> Option<String> {
    answer::members(answer)?.get("error")?.as_str().map(str::to_owned)
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
