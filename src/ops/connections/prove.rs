//! Proving a credential live, before it is stored, and learning whose it is.
//!
//! What must stay true: only a plain yes counts as verified; what the provider says against the credential is shown in
//! its own words; and an answer of HTTP 200 that carries a no is a no.
use crate::model::connection::{Connection, Status};
use crate::model::credential::Opens;
use crate::model::service::{Protocol, Service, Verification};
use crate::ops::connections::place::{Place, verification};
use crate::ops::{Error, Kind, Result, Siesta};
use crate::provider;
use crate::store::ReadTx;
use serde_json::{Map, Value};

/// Whether the credential has been shown to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyVerified {
    Yes,
    /// Nobody asked the provider: `--no-verify`, or a service without a request for it.
    NotAsked,
    /// The provider knows the credential and does not let it do the small request (HTTP 403).
    Restricted,
}

/// What a proof came to.
#[derive(Debug, Clone)]
pub(super) struct Proven {
    pub(super) verified: KeyVerified,
    /// Facts about the account, for the connection's metadata.
    pub(super) facts: Map<String, Value>,
    /// The scopes that the credential has, where the provider says so.
    pub(super) scopes: Option<Vec<String>>,
    /// The provider's own words, where it does not let the credential do the small request.
    pub(super) said: Option<String>,
}

impl Proven {
    pub(super) fn not_asked() -> Proven {
        Proven { verified: KeyVerified::NotAsked, facts: Map::new(), scopes: None, said: None }
    }
}

/// What the provider answered to the small request.
pub(super) enum Verdict {
    /// There is no request for it, or none that these scopes open.
    NotAsked,
    Yes(Proven),
    /// It knows the credential and does not let it do this.
    Restricted {
        said: String,
    },
    No {
        said: String,
        /// It says that the credential itself is at an end; else only that this was not to be.
        is_dead: bool,
    },
    /// Nobody can tell now.
    Unclear {
        status: u16,
        said: String,
    },
}

/// Asks the provider with the catalogue's small read-only request.
pub(super) fn ask(
    siesta: &Siesta,
    service: &Service,
    place: &Place,
    connection: &Connection,
    opens: &Opens,
) -> Result<Verdict> {
    let Some(asked) = request(service, place, connection) else { return Ok(Verdict::NotAsked) };
    let bound = service.bound_to(connection);
    let proof = provider::identify(&siesta.net, connection, &bound, &asked, opens, siesta.now())?;
    let body = proof.body.unwrap_or(Value::Null);
    let said = match proof.remark {
        Some(remark) => format!("{}; {remark}", said(service, proof.status, &body)),
        None => said(service, proof.status, &body),
    };
    Ok(match proof.status {
        200..=299 if is_no(&asked, &body) => Verdict::No { said, is_dead: is_at_an_end(&body) },
        200..=299 => Verdict::Yes(Proven {
            verified: KeyVerified::Yes,
            facts: facts(&asked, place, &body)?,
            scopes: proof.scopes,
            said: None,
        }),
        // Google answers a key that is none with 400.
        400 => Verdict::No { said, is_dead: is_at_an_end(&body) },
        401 => Verdict::No { said, is_dead: true },
        403 if service.protocol == Protocol::Http => Verdict::Restricted { said },
        status => Verdict::Unclear { status, said },
    })
}

/// The small request as this connection makes it; none: its service has none, or none that its scopes open.
pub(super) fn request(service: &Service, place: &Place, connection: &Connection) -> Option<Verification> {
    let asked = place.proof(verification(service, place.kind))?;
    let granted = &connection.granted_scopes;
    let is_open = asked.needs_scopes.is_empty() || asked.needs_scopes.iter().any(|scope| granted.contains(scope));
    is_open.then_some(asked)
}

/// Proves a credential that is about to be stored: a no is an error.
pub(super) fn prove(
    siesta: &Siesta,
    service: &Service,
    place: &Place,
    connection: &Connection,
    opens: &Opens,
) -> Result<Proven> {
    match ask(siesta, service, place, connection, opens)? {
        Verdict::NotAsked => Ok(Proven::not_asked()),
        Verdict::Yes(proven) => Ok(proven),
        Verdict::Restricted { said } => {
            Ok(Proven { verified: KeyVerified::Restricted, said: Some(said), ..Proven::not_asked() })
        }
        Verdict::No { said, .. } => Err(Error::from(Kind::CredentialRefused).because(said)),
        Verdict::Unclear { status, said } => Err(unclear(service, status).because(said)),
    }
}

/// A provider that could not say.
pub(super) fn unclear(service: &Service, status: u16) -> Error {
    let what = match service.protocol {
        Protocol::Http => format!("{} could not be asked whether the credential works (HTTP {status})", service.name),
        Protocol::Mail => "the mail servers could not be asked whether the password works".to_owned(),
    };
    Kind::Provider { what, may_have_arrived: false }.into()
}

pub(super) fn is_no(asked: &Verification, body: &Value) -> bool {
    asked.ok.as_deref().is_some_and(|ok| body.pointer(ok) != Some(&Value::Bool(true)))
}

/// Whether a body says that the credential is at an end, and not that the provider is busy or the request was wrong.
/// The first five are Slack's, the sixth is Telegram's.
fn is_at_an_end(body: &Value) -> bool {
    const DEAD: [&str; 6] =
        ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "Unauthorized"];
    const GOOGLE: &str = "API_KEY_INVALID";
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let details = body.pointer("/error/details").and_then(Value::as_array);
    let reasons = details.into_iter().flatten().filter_map(|detail| detail.get("reason")?.as_str());
    ["/error", "/description"].iter().filter_map(|pointer| text(pointer)).any(|said| DEAD.contains(&said))
        || reasons.into_iter().any(|reason| reason == GOOGLE)
}

/// Where providers keep the sentence about a refusal.
const WORDS: [&str; 7] =
    ["/error/message", "/message", "/error_description", "/errorMessages/0", "/description", "/error", "/detail"];

/// The provider's own sentence about a refusal, when its JSON has one in the usual places.
pub(super) fn said(service: &Service, status: u16, body: &Value) -> String {
    /// More than a sentence is a page.
    const LONGEST: usize = 200;
    match WORDS.iter().find_map(|pointer| body.pointer(pointer)?.as_str()) {
        // A mail server has no status of HTTP; its words begin with its own.
        Some(text) if service.protocol == Protocol::Mail => text.chars().take(LONGEST).collect(),
        Some(text) => format!("HTTP {status}: {}", text.chars().take(LONGEST).collect::<String>()),
        None => format!("HTTP {status}"),
    }
}

fn facts(asked: &Verification, place: &Place, body: &Value) -> Result<Map<String, Value>> {
    let account = match asked.sites {
        true => site(place, body)?,
        false => body,
    };
    let mut facts = Map::new();
    let mut keep = |name: &str, pointer: &str| {
        let value = match account.pointer(pointer) {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return false,
        };
        facts
            .entry(name.to_owned())
            .or_insert_with(|| value.chars().take(crate::model::label::LONGEST).collect::<String>().into());
        true
    };
    if let Some(pointer) = &asked.account_id {
        keep("accountId", pointer);
    }
    let _ = asked.account_name.iter().any(|pointer| keep("accountName", pointer));
    for (name, pointer) in &asked.keep {
        keep(name, pointer);
    }
    Ok(facts)
}

/// The site that is meant, of those the account has.
fn site<'b>(place: &Place, body: &'b Value) -> Result<&'b Value> {
    let sites = body.as_array().map(Vec::as_slice).unwrap_or_default();
    let wanted = place.settings.get("siteUrl").and_then(Value::as_str);
    let host = |url: &str| url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let url = |site: &Value| site.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    match (sites, wanted) {
        ([], _) => Err(Kind::SignIn { why: "the account gave access to no site".to_owned() }.into()),
        ([one], None) => Ok(one),
        (several, Some(wanted)) => {
            let found = several.iter().find(|site| host(&url(site)).is_some() && host(&url(site)) == host(wanted));
            found.ok_or_else(|| Kind::SignIn { why: format!("the account gave no access to {wanted}") }.into())
        }
        (several, None) => {
            let names: Vec<String> = several.iter().map(url).collect();
            let why = format!("the account has several sites ({}); name one with --site-url", names.join(", "));
            Err(Kind::SignIn { why }.into())
        }
    }
}

/// The label of another living connection of the same service and account.
pub(super) fn twin(tx: &ReadTx<'_>, connection: &Connection) -> Result<Option<String>> {
    let account = |c: &Connection| c.metadata.get("accountId").or_else(|| c.metadata.get("accountName")).cloned();
    let Some(own) = account(connection) else { return Ok(None) };
    let is_twin = |c: &Connection| {
        c.id != connection.id
            && c.status != Status::Revoked
            && c.service == connection.service
            && account(c).as_ref() == Some(&own)
    };
    Ok(tx.list_connections()?.into_iter().find(is_twin).map(|c| c.label))
}
